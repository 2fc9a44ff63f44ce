"""A journal is laid beside what stands now, as it is counted again by hand from what is kept."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from adjudication.decision import Decision
from adjudication.findings import HELD, DeadlinePassed
from adjudication.invoice import Invoice
from intake.journal import JournalRow
from invoices.current import Current, CurrentLine
from invoices.reconciliation import Reconciliation
from registry.cards import Card
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reconciling import Asked, Rules, reconcile_journal
from storage.reference import put_cards
from tests import commands, desks
from tests.api.asking import kept, noted
from tests.storage.lived import FIRST, LAST, currents, lived

ON = date(2029, 7, 1)


def reconciled(keeper: Keeper, journal: list[JournalRow], **days: date) -> Reconciliation:
    asked = Asked(journal, ON, **days)
    rules = Rules(keeper.library, "jonkoping")
    return keeper.acts.do(lambda connection: reconcile_journal(connection, rules, asked, None))


def journal_row(place: int, one: Current, line: CurrentLine, **fields: Any) -> JournalRow:
    told: dict[str, Any] = {
        "row": place, "clinic": one.invoice.clinic, "number": one.invoice.number,
        "line": line.sent.line, "patient": one.invoice.patient, "support": one.invoice.support,
        "treated_on": line.sent.treated_on, "code": line.sent.code, "tooth": line.sent.tooth,
        "price_ore": line.sent.price_ore, **fields,
    }  # fmt: skip
    return JournalRow(**told)


def kind_of(line: CurrentLine) -> str:
    if line.is_credited:
        return "not_approved"
    if line.outcome in HELD:
        return "waiting"
    return "approved" if line.outcome == "approved" else "not_approved"


@pytest.fixture(scope="module")
def keeper(shared_database: Database) -> Keeper:
    """Of a database in which much has happened."""
    return lived(shared_database, 11)


def test_what_stands_is_told_line_by_line(keeper: Keeper) -> None:
    """Of many versions and credits the last; some invoices are not in the journal, some amounts are
    not the region's, some care never arrived."""
    kinds = compare(keeper, Random(11))
    assert {"waiting", "not_approved", "approved", "differs", "only_here"} <= kinds


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12, 40))
def test_what_stands_in_many_regions_is_told(database: Database, seed: int) -> None:
    compare(lived(database, seed), Random(seed))


def compare(keeper: Keeper, chance: Random) -> set[str]:
    database = keeper.database
    journal, expected = list[JournalRow](), Counter[tuple[Any, ...]]()
    for _, one in sorted(currents(database).items()):
        is_there = chance.random() < 0.7
        for number, line in one.lines.items():
            allowed = 0 if line.is_credited else line.allowed_ore
            key = one.invoice.clinic, one.invoice.number, number, allowed
            if not is_there:
                if not line.is_credited and kind_of(line) != "not_approved":
                    expected["only_here", *key] += 1
                continue
            is_dearer = chance.random() < 0.1
            price = line.sent.price_ore + is_dearer
            journal.append(journal_row(len(journal) + 2, one, line, price_ore=price))
            is_different = is_dearer and not line.is_credited
            expected["differs" if is_different else kind_of(line), *key] += 1
    missing = msgspec.structs.replace(journal[0], row=10_000, number="never", patient=None)
    journal.append(missing)
    expected["never_arrived", missing.clinic, "never", missing.line, None] += 1
    found = reconciled(keeper, journal, treated_from=FIRST, treated_to=LAST)
    assert (
        Counter((row.kind, row.clinic, row.number, row.line, row.allowed_ore) for row in found.rows)
        == expected
    )
    for row in found.rows:
        is_unpaid = row.outcome not in {None, "approved", "credited"}
        assert not is_unpaid or row.findings, row
        assert len(row.reasons) == len(row.findings)
    for sums in found.clinics:
        assert sum(one.journal_ore for one in sums.kinds) == sum(
            row.price_ore for row in journal if row.clinic == sums.clinic
        )
    return {kind for kind, *_ in expected}


def test_the_days_bound_what_the_region_alone_has(keeper: Keeper) -> None:
    standing = [
        (one, line)
        for one in currents(keeper.database).values()
        for line in one.lines.values()
        if line.is_standing
    ]
    one, line = min(standing, key=lambda pair: pair[1].sent.treated_on)
    day = line.sent.treated_on
    found = reconciled(keeper, [journal_row(2, one, line)])
    assert (found.treated_from, found.treated_to) == (day, day)
    assert {row.treated_on for row in found.rows} == {day}
    assert {row.clinic for row in found.rows} == {one.invoice.clinic}
    mistaken = journal_row(2, one, line, treated_on=day - timedelta(500))
    (row,) = reconciled(keeper, [mistaken]).rows
    assert (row.kind, row.treated_on) == ("differs", day)


PATIENT = "194805121011"
CARDS = {
    "jonkoping": ("F2", "F"), "dalarna": ("F1", "F"), "vasterbotten": ("N1", "N"),
    "blekinge": ("F1", "F"),
}  # fmt: skip


@pytest.mark.parametrize("region", [None, *CARDS])
def test_the_last_day_is_the_one_that_a_late_invoice_is_told(
    database: Database, region: str | None
) -> None:
    keeper = Keeper(database, desks.library("blekinge"), "jonkoping")
    category, support = CARDS[region or "jonkoping"]
    if region is not None:
        card = Card(
            number="1", patient=PATIENT, region=region, category=category,
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
        keeper.acts.do(lambda connection: (None, put_cards(connection, keeper.library, [card])))
    for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 15)):
        late = msgspec.convert(
            commands.invoice(
                patient=PATIENT, support=support, received_on="2028-01-01",
                lines=[commands.line(treated_on=day.isoformat())],
            ),
            Invoice,
        )  # fmt: skip
        (answer,) = keeper.submit([Sent(late, date(2028, 1, 1), is_check=True)])
        assert answer is not None
        decision = msgspec.json.decode(answer.answer, type=Decision)
        expected = [
            one.last_day for one in decision.lines[0].findings if isinstance(one, DeadlinePassed)
        ]
        row = JournalRow(
            row=2, clinic="A", patient=PATIENT, support=support,  # type: ignore[arg-type]
            treated_on=day, code="101", price_ore=1,
        )  # fmt: skip
        (found,) = reconciled(keeper, [row]).rows
        assert found.last_day_to_bill == (expected[0] if expected else None)
        if expected:
            assert found.days_left == (expected[0] - ON).days


def test_who_was_looked_at_is_noted_and_nothing_is_kept(keeper: Keeper) -> None:
    database = keeper.database
    one = next(iter(currents(database).values()))
    row = journal_row(2, one, next(iter(one.lines.values())))
    stranger = msgspec.structs.replace(
        row, row=3, number="never", patient=desks.person_number(date(1990, 1, 1))
    )
    before, so_far = kept(database), len(noted(database))
    found = reconciled(keeper, [row, stranger])
    assert kept(database) == before
    acts = noted(database)[so_far:]
    assert acts[0] == ("reconcile", None, None)
    assert ("reconcile", None, one.invoice.patient) in acts
    assert str(stranger.patient) not in str(acts)
    assert one.invoice.patient not in str(found)


def test_of_clinics_that_are_not_known_nothing_arrived(database: Database) -> None:
    keeper = Keeper(database, desks.library(), "jonkoping")
    row = JournalRow(
        row=2, clinic="Nobody", patient=PATIENT, support="F", treated_on=date.min, code="101",
        price_ore=5,
    )  # fmt: skip
    found = reconciled(keeper, [row, msgspec.structs.replace(row, treated_on=date.max, row=3)])
    assert [one.kind for one in found.rows] == ["never_arrived"] * 2
