"""However many send at once, a patient's invoices are decided one after the other, and each number
once."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from random import Random
from threading import Barrier
from typing import NamedTuple

import msgspec
import pytest
from sqlalchemy import Select, func, select, text

from adjudication.invoice import Invoice, Line
from invoices.submission import Submitted
from preassessments.decision import Preassessment
from registry.cards import Card
from storage import rows, tables
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards, put_preassessments
from storage.writer import Waiting, Writer
from terms.vocabulary import Performer
from tests import desks
from tests.storage.replay import parted

FOLDERS = ("gransland",)
RECEIVED_ON = date(2026, 11, 20)
FIRST = date(2026, 8, 1)
THREADS = 8


class Kind(NamedTuple):
    """Something that may be used up: how one is billed, and at most how many of a patient's lines
    may be approved, or öre."""

    code: str
    price_ore: int
    most: int
    most_ore: int = 10**9
    region: str = "jonkoping"
    performer: Performer = "dentist"
    lines: int = 1
    is_applied_for: bool = False


KINDS = {
    "one": Kind("107", 90_000, 1),
    "two": Kind("114", 40_000, 2, performer="hygienist"),
    "eight": Kind("311", 59_500, 8),
    "three of eight": Kind("343", 100_000, 3),
    "three by a hygienist": Kind("311", 59_500, 3, region="gransland", performer="hygienist"),
    "ceiling": Kind("704", 94_000, 17, 1_600_000, lines=3),
    "interval": Kind("101", 80_000, 1),
    "application": Kind("A941", 50_000, 5, is_applied_for=True),
}
XRAY = Kind("121", 8_000, 10**9)


def person(serial: int) -> str:
    return desks.person_number(date(1950, 1, 1) + timedelta(days=serial))


def invoice(number: str, patient: str, kind: Kind, first: date, clinic: str = "1A01") -> Invoice:
    return Invoice(
        clinic=f"SE2321000057-{clinic}",
        number=number,
        patient=patient,
        support="F",
        lines=[
            Line(
                line=place,
                treated_on=first + timedelta(days=place),
                code=kind.code,
                price_ore=kind.price_ore,
                performer=kind.performer,
            )
            for place in range(1, kind.lines + 1)
        ],
    )


def prepared(database: Database, patients: int, kind: Kind) -> desks.Mailroom:
    """Patients with cards and applications; gives a desk that knows the same."""
    cards = [
        {
            "number": str(serial), "patient": person(serial), "region": kind.region,
            "category": "F1", "valid_from": "2024-01-01",
        }
        for serial in range(patients)
    ]  # fmt: skip
    applications: list[desks.Row] = [
        {
            "id": str(serial), "patient": person(serial), "region": kind.region, "support": "F",
            "decided_on": "2026-01-01", "covers_from": "2026-01-01", "covers_to": "2026-12-31",
            "lines": [
                {"line": 1, "code": kind.code, "count": 2, "amount_ore": 40_000},
                {"line": 2, "code": kind.code, "count": 3, "amount_ore": 30_000},
            ],
        }
        for serial in range(patients)
        if kind.is_applied_for
    ]  # fmt: skip
    library = desks.library(*FOLDERS)
    with database.writing() as connection:
        put_cards(connection, library, msgspec.convert(cards, list[Card]))
        put_preassessments(connection, msgspec.convert(applications, list[Preassessment]))
    return desks.Mailroom(library, cards, applications)


def keepers(database: Database, many: int) -> list[Keeper]:
    """Each with a memory of its own, as in processes beside each other."""
    return [Keeper(database, desks.library(*FOLDERS), "jonkoping") for _ in range(many)]


def at_once(workers: Sequence[Keeper], work: Sequence[Sequence[Invoice]]) -> list[Submitted]:
    """Each keeper submits its invoices one by one, all keepers their first ones at the same moment,
    then their second ones, and so on."""
    together = Barrier(len(workers), timeout=60)

    def submit(keeper: Keeper, invoices: Sequence[Invoice]) -> list[Submitted]:
        answers = []
        for one in invoices:
            together.wait()
            answers.append(answered(keeper, Sent(one, RECEIVED_ON)))
        return answers

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


def attempts(kind: Kind, patients: int, each: int, seed: int) -> list[list[Invoice]]:
    """For each thread so many invoices, in all more for each patient than there may be."""
    rng = Random(seed)
    return [
        [
            invoice(
                f"{thread}-{place}", person(place % patients), kind,
                FIRST + timedelta(days=rng.randrange(80)),
            )
            for place in range(each)
        ]
        for thread in range(THREADS)
    ]  # fmt: skip


def need_exact(database: Database, kind: Kind, mailroom: desks.Mailroom) -> None:
    """Nothing is passed, and everything is as if one had come after the other."""
    for count, ore in used(database).values():
        assert count <= kind.most
        assert ore <= kind.most_ore
    assert parted(database, mailroom) == []


@pytest.mark.parametrize(
    ("name", "patients"), [*((name, 5) for name in KINDS), ("eight", 40), ("ceiling", 40)]
)
def test_no_limit_is_passed(database: Database, name: str, patients: int) -> None:
    kind = KINDS[name]
    mailroom = prepared(database, patients, kind)
    at_once(keepers(database, THREADS), attempts(kind, patients, 10, seed=7))
    need_exact(database, kind, mailroom)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("patients", [5, 40])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_limit_is_passed_however_often(
    database: Database, kind: Kind, patients: int, seed: int
) -> None:
    mailroom = prepared(database, patients, kind)
    at_once(keepers(database, THREADS), attempts(kind, patients, 60, seed))
    need_exact(database, kind, mailroom)
    assert max(count for count, _ in used(database).values()) == kind.most


def trust_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the look at a row's version."""
    monkeypatch.setattr("storage.patients._is_current", lambda known, _: known is not None)


def lock_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the lock on a patient's row."""
    monkeypatch.setattr(Select, "with_for_update", lambda self, of: self)
    monkeypatch.setattr(rows, "_locking", rows._locking.__wrapped__)  # else made before


GUARDED = [
    ("eight", trust_memory), ("eight", lock_nothing), ("one", lock_nothing),
    ("interval", lock_nothing), ("application", lock_nothing), ("ceiling", trust_memory),
    ("three by a hygienist", trust_memory),
]  # fmt: skip


@pytest.mark.parametrize(("name", "take_away"), GUARDED)
def test_without_a_guard_limits_are_passed(
    database: Database,
    name: str,
    take_away: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test above would notice. SQLite has one writer, whatever is locked."""
    if database.is_sqlite and take_away is lock_nothing:
        return
    kind = KINDS[name]
    mailroom = prepared(database, 6, kind)
    take_away(monkeypatch)
    at_once(keepers(database, THREADS), attempts(kind, 6, 18, seed=7))
    with pytest.raises(AssertionError):
        need_exact(database, kind, mailroom)


def same_numbers(serials: range) -> list[list[Invoice]]:
    """Each thread sends the same numbers of one clinic, for patients of its own."""
    return [
        [
            invoice(str(serial), person(10 * serial + thread), KINDS["eight"], FIRST)
            for serial in serials
        ]
        for thread in range(THREADS)
    ]


def numbers_kept(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.scalars(select(tables.invoice.c.number)))


def test_a_number_is_kept_for_one_patient(database: Database) -> None:
    """Also where nobody was met before, so that there is no row to lock."""
    answers = at_once(keepers(database, THREADS), same_numbers(range(25)))
    assert numbers_kept(database) == sorted(str(serial) for serial in range(25))
    assert sum(one.is_new and not one.is_refused for one in answers) == 25


def test_without_its_constraint_a_number_is_kept_twice(database: Database) -> None:
    """The test above would notice; SQLite has one writer."""
    if database.is_sqlite:
        return
    with database.writing() as connection:
        connection.execute(
            text("ALTER TABLE invoice DROP CONSTRAINT uq_invoice_clinic_id_number_version")
        )
    at_once(keepers(database, THREADS), same_numbers(range(40)))
    assert len(numbers_kept(database)) > 40


@pytest.mark.parametrize(
    "run", [0, *(pytest.param(run, marks=pytest.mark.soak) for run in range(1, 20))]
)
def test_a_number_is_answered_once_however_often_it_is_sent(database: Database, run: int) -> None:
    prepared(database, 20, KINDS["eight"])
    rng = Random(3 + run)
    work = []
    for _ in range(16):
        sent = []
        for serial in range(200):
            kind = XRAY if rng.random() >= 0.05 else XRAY._replace(price_ore=7_000)
            sent.append(invoice(str(serial), person(serial % 20), kind, FIRST))
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
    prepared(database, 1, XRAY)
    keeper = keepers(database, 1)[0]
    one = invoice("1", person(0), XRAY, FIRST)
    checked = answered(keeper, Sent(one, RECEIVED_ON, is_check=True))
    assert checked.key is None
    assert used(database) == {}
    submitted = answered(keeper, Sent(one, RECEIVED_ON))
    assert (submitted.answer, submitted.decision) == (checked.answer, checked.decision)
    again = answered(keeper, Sent(one, RECEIVED_ON, is_check=True))
    assert (again.answer, again.is_new) == (submitted.answer, False)
