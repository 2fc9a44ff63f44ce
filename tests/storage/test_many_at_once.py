"""However many send at once, a patient's invoices are decided one after the other, and each number
once."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Select, func, select

from adjudication.invoice import Invoice, Line
from invoices.submission import Submitted
from registry.cards import Card
from storage import rows, tables
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards
from storage.writer import Waiting, Writer
from tests import desks

RECEIVED_ON = date(2026, 11, 20)
LIMIT_PREVENTION = 8
CEILING_ORE = 1_600_000


def person(serial: int) -> str:
    return desks.person_number(date(1950, 1, 1) + timedelta(days=serial))


def invoice(
    number: str, patient: str, code: str, price_ore: int, day: date, lines: int = 1
) -> Invoice:
    return Invoice(
        clinic="SE2321000057-1A01",
        number=number,
        patient=patient,
        support="F",
        lines=[
            Line(
                line=place,
                treated_on=day + timedelta(days=place),
                code=code,
                price_ore=price_ore,
                performer="dentist",
            )
            for place in range(1, lines + 1)
        ],
    )


def prepared(database: Database, patients: int) -> None:
    with database.writing() as connection:
        put_cards(
            connection,
            desks.library(),
            [
                Card(
                    number=str(serial),
                    patient=person(serial),
                    region="jonkoping",
                    category="F2",
                    valid_from=date(2020, 1, 1),
                )
                for serial in range(patients)
            ],
        )


def keepers(database: Database, many: int) -> list[Keeper]:
    """Each with a memory of its own, as in processes beside each other."""
    return [Keeper(database, desks.library(), "jonkoping") for _ in range(many)]


def at_once(workers: Sequence[Keeper], work: Sequence[Sequence[Invoice]]) -> list[Submitted]:
    """Each keeper submits its invoices one by one, all keepers at the same time."""

    def submit(keeper: Keeper, invoices: Sequence[Invoice]) -> list[Submitted]:
        return [answered(keeper, Sent(one, RECEIVED_ON)) for one in invoices]

    with ThreadPoolExecutor(len(workers)) as pool:
        return [one for found in pool.map(submit, workers, work) for one in found]


def answered(keeper: Keeper, sent: Sent) -> Submitted:
    (answer,) = keeper.submit([sent])
    assert answer is not None
    return answer


def used(database: Database) -> dict[int, tuple[int, int]]:
    """Approved lines and öre of each patient."""
    line, invoice = tables.line.c, tables.invoice.c
    with database.reading() as connection:
        rows = connection.execute(
            select(invoice.patient_id, func.count(), func.sum(line.allowed_ore))
            .join(tables.invoice, invoice.id == line.invoice_id)
            .where(line.outcome == "approved")
            .group_by(invoice.patient_id)
        ).all()
    return {patient: (count, int(ore)) for patient, count, ore in rows}


def at_a_limit(threads: int, patients: int) -> list[list[Invoice]]:
    """More prevention for each patient than a year may hold."""
    rng = Random(7)
    days = [date(2026, 9, 1) + timedelta(days=day) for day in range(60)]
    work = [
        invoice(f"{thread}-{place}", person(place % patients), "311", 59_500, rng.choice(days))
        for thread in range(threads)
        for place in range(30)
    ]
    rng.shuffle(work)
    return [work[thread::threads] for thread in range(threads)]


def at_the_ceiling(threads: int, patients: int) -> list[list[Invoice]]:
    """More kronor for each patient than a year may hold."""
    return [
        [
            invoice(f"{thread}-{place}", person(place % patients), "704", 94_000,
                    date(2026, 8, 1) + timedelta(days=4 * (thread + 8 * (place // patients))), 3)
            for place in range(20)
        ]
        for thread in range(threads)
    ]  # fmt: skip


@pytest.mark.parametrize("patients", [5, 40])
@pytest.mark.parametrize("work", [at_a_limit, at_the_ceiling])
def test_no_limit_is_passed(
    database: Database, patients: int, work: Callable[[int, int], list[list[Invoice]]]
) -> None:
    prepared(database, patients)
    at_once(keepers(database, 8), work(8, patients))
    for count, ore in used(database).values():
        assert ore <= CEILING_ORE
        if work is at_a_limit:
            assert count <= LIMIT_PREVENTION


def trust_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the look at a row's version."""
    monkeypatch.setattr("storage.patients._is_current", lambda known, _: known is not None)


def lock_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the lock on a patient's row."""
    monkeypatch.setattr(Select, "with_for_update", lambda self, of: self)
    monkeypatch.setattr(rows, "_locking", rows._locking.__wrapped__)  # else made before


@pytest.mark.parametrize("take_away", [trust_memory, lock_nothing])
def test_without_a_guard_limits_are_passed(
    database: Database,
    take_away: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test above would notice."""
    prepared(database, 5)
    take_away(monkeypatch)
    at_once(keepers(database, 8), at_a_limit(8, 5))
    is_passed = any(count > LIMIT_PREVENTION for count, _ in used(database).values())
    has_one_writer = database.is_sqlite and take_away is lock_nothing
    assert is_passed is not has_one_writer


def test_a_number_is_answered_once_however_often_it_is_sent(database: Database) -> None:
    prepared(database, 20)
    rng = Random(3)
    work = []
    for _ in range(16):
        sent = []
        for serial in range(200):
            price = 8_000 if rng.random() >= 0.05 else 7_000
            sent.append(invoice(str(serial), person(serial % 20), "121", price, date(2026, 9, 1)))
        rng.shuffle(sent)
        work.append(sent)
    writers = [Writer(keeper) for keeper in keepers(database, 2)]

    def send(thread: int) -> list[tuple[str, Submitted]]:
        writer = writers[thread % len(writers)]
        answers: list[tuple[str, Future[Submitted]]] = []
        for one in work[thread]:
            answers.append((one.number, Future()))
            writer.submit(Waiting(Sent(one, RECEIVED_ON), answers[-1][1]))
        return [(number, answer.result()) for number, answer in answers]

    with ThreadPoolExecutor(16) as pool:
        answers = [one for found in pool.map(send, range(16)) for one in found]
    for writer in writers:
        writer.close()
    first = {number: one.answer for number, one in answers if one.is_new and not one.is_refused}
    assert len(first) == 200
    assert sum(one.is_new and not one.is_refused for _, one in answers) == 200
    for number, one in answers:
        if one.is_refused:
            assert json.loads(one.answer)["findings"][0]["code"] == "number_reused"
        else:
            assert one.answer == first[number]
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.invoice)) == 200


def test_a_check_answers_as_submitting_and_keeps_nothing(database: Database) -> None:
    prepared(database, 1)
    keeper = keepers(database, 1)[0]
    one = invoice("1", person(0), "121", 8_000, date(2026, 9, 1))
    checked = answered(keeper, Sent(one, RECEIVED_ON, is_check=True))
    assert checked.key is None
    assert used(database) == {}
    submitted = answered(keeper, Sent(one, RECEIVED_ON))
    assert submitted[:2] == checked[:2]
    again = answered(keeper, Sent(one, RECEIVED_ON, is_check=True))
    assert (again.answer, again.is_new) == (submitted.answer, False)
