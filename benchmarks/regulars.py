"""Patients who have been coming for years, and the invoice that each sends next.

All have the same few courses of treatment behind them, so that any number of them is made quickly,
by nothing but the desk's own door: cards, then invoices of the care that is behind them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

import msgspec
from msgspec.structs import replace

from adjudication.desk import Desk
from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from benchmarks.fresh import tell
from benchmarks.pipes import REGION, decode, received
from benchmarks.workload import workload
from population.numbers import person_number
from registry.cards import Card

COURSES = 10
LINES = 20
LAST_DAY = date(2028, 3, 20)
_CLINIC = "SE2321000057-9A01"
_NEXT_CLINIC_PREFIX = "SE2321000057"
_VISITS = (
    (date(2026, 4, 13), ("101", "127", "701", "704", "206")),
    (date(2026, 11, 2), ("103", "121", "302", "705", "311")),
    (date(2027, 3, 1), ("101", "124", "702", "704", "206")),
    (LAST_DAY, ("103", "121", "301", "701", "341")),
)
_ORE = {
    "101": 110_000, "103": 44_500, "121": 8_000, "124": 63_500, "127": 23_500, "206": 48_500,
    "301": 45_000, "302": 84_000, "311": 59_500, "341": 92_000, "701": 73_000, "702": 116_000,
    "704": 94_000, "705": 137_000,
}  # fmt: skip
_STRANGER = 20_000_000
_FURTHER_TEETH = ("18", "28", "38", "48")


def fill(desk: Desk, patients: int, lines: int = LINES, *, is_told: bool = False) -> None:
    """Make a desk remember so many patients with so many approved lines each, 20 or more."""
    give_cards(desk, patients, is_told=is_told)
    give_history(desk, patients, lines, is_told=is_told)


def give_cards(desk: Desk, patients: int, *, is_told: bool = False) -> None:
    """A card for each patient."""
    for serial in _counted(patients, "cards", is_told):
        desk.cards.add(
            Card(
                number=f"F-{serial}",
                patient=number_of(serial),
                region=REGION,
                category="F2",
                valid_from=date(2020, 1, 1),
            )
        )


def give_history(desk: Desk, patients: int, lines: int, *, is_told: bool = False) -> None:
    """The care behind each patient, billed in order."""
    courses = [list(_course(course, lines)) for course in range(COURSES)]
    for serial in _counted(patients, "patients", is_told):
        number = number_of(serial)
        for invoice in courses[serial % COURSES]:
            decision = desk.decide(replace(invoice, patient=number), received(invoice))
            assert decision.status == "approved", decision


def next_invoices(many: int, days: Sequence[date]) -> list[Invoice]:
    """Invoices of the ordinary mix, mistakes and all, each moved to one of the days; their
    patients are put in with `for_patients`."""
    rng = Random(7)
    found: list[Invoice] = []
    for text in workload(many * 2).invoices:
        invoice = decode(text)
        if invoice.clinic.startswith(_NEXT_CLINIC_PREFIX) and not invoice.protected_identity:
            found.append(_moved(invoice, rng.choice(days)))
    assert len(found) >= many
    return found[:many]


def for_patients(invoices: Sequence[Invoice], serials: Sequence[int]) -> list[bytes]:
    """The invoices in JSON, the first for the first patient and so on."""
    return [
        msgspec.json.encode(replace(invoice, patient=number_of(serial)))
        for invoice, serial in zip(invoices, serials, strict=True)
    ]


def acquaint(desk: Desk, invoices: Sequence[Invoice]) -> None:
    """Have a desk meet all days and codes of the invoices beforehand, by one who has no card."""
    for text in for_patients(invoices, [_STRANGER] * len(invoices)):
        invoice = decode(text)
        desk.decide(invoice, received(invoice))


def number_of(serial: int) -> str:
    """A person number, a new text every time as from a file; every second one with a dash."""
    number = person_number(serial)
    return f"{number[:8]}-{number[8:]}" if serial % 2 else number


def desk_of(library: Library, patients: int, lines: int = LINES) -> Desk:
    """A desk that remembers so many patients."""
    desk = Desk(library, REGION)
    fill(desk, patients, lines)
    return desk


def _course(course: int, lines: int) -> Iterator[Invoice]:
    """One course of treatment, in order; what is more than 20 lines are x-rays of 1 kr, four a
    visit, evenly over the days."""
    rng = Random(course)
    visits = [(day, [_line(day, code, rng) for code in codes]) for day, codes in _VISITS]
    further, first = (lines - LINES) // len(_FURTHER_TEETH), date(2026, 1, 12)
    for place in range(further):
        day = first + (LAST_DAY - first) * place // max(1, further - 1)
        visits.append((day, [_x_ray(day, tooth) for tooth in _FURTHER_TEETH]))
    for number, (day, done) in enumerate(sorted(visits, key=lambda visit: visit[0])):
        yield Invoice(
            clinic=_CLINIC,
            number=f"{course}-{number}",
            patient="",
            support="F",
            received_on=day + timedelta(days=20),
            lines=[replace(line, line=place) for place, line in enumerate(done, start=1)],
        )


def _line(day: date, code: str, rng: Random) -> Line:
    tooth = f"{rng.randrange(1, 5)}{rng.randrange(1, 8)}" if code[0] == "7" else None
    return Line(
        line=1, treated_on=day, code=code, price_ore=_ORE[code], performer="dentist", tooth=tooth
    )


def _x_ray(day: date, tooth: str) -> Line:
    return Line(line=1, treated_on=day, code="121", price_ore=100, performer="dentist", tooth=tooth)


def _moved(invoice: Invoice, day: date) -> Invoice:
    """The invoice with its last day moved to another, and the others with it."""
    if not invoice.lines:
        return replace(invoice, received_on=day)
    by = day - max(line.treated_on for line in invoice.lines)
    lines = [replace(line, treated_on=line.treated_on + by) for line in invoice.lines]
    return replace(invoice, received_on=received(invoice) + by, lines=lines)


def _counted(many: int, what: str, is_told: bool) -> Iterator[int]:
    for serial in range(many):
        if is_told and serial and serial % 100_000 == 0:
            tell(f"{serial:,} of {many:,} {what}".replace(",", " "))
        yield serial
