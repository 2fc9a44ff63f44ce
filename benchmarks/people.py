"""Invented patients: valid person numbers, cards of three regions, a few applications."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from preassessments.decision import ApprovedLine, Preassessment
from registry.cards import Card
from terms.vocabulary import Support

FIRST_DAY = date(2026, 1, 1)
LAST_DAY = date(2028, 12, 31)

_REGIONS: list[tuple[str, Support, int]] = [
    ("jonkoping", "F", 70),
    ("dalarna", "F", 12),
    ("dalarna", "N", 8),
    ("vasterbotten", "N", 10),
]
_CATEGORIES = {
    "F": ["F1", "F1", "F2", "F3", "F4", "F5", "F6", "F8", "F9", "F10", "F10", "F11"],
    "N": ["N1", "N1", "N2", "N3", "N4"],
}
_TO_APPLY_FOR = {
    "jonkoping": ["405", "108", "A941", "827"],
    "dalarna": ["824", "504", "502"],
    "vasterbotten": ["800", "824", "831", "845"],
}
CLINICS_A_REGION = 24
SPECIALISTS_A_REGION = 3


@dataclass
class Person:
    """A patient, and where and how they are treated."""

    number: str
    region: str
    support: Support
    clinic: str
    specialist: str
    visits_a_year: float
    sums_freely: bool
    counts_freely: bool
    free_card: dict[str, object] | None
    cards: list[Card] = field(default_factory=list)
    application: Preassessment | None = None


def person(serial: int, rng: Random) -> Person:
    """The patient of this serial number; no two have the same person number."""
    (region, support, _) = rng.choices(_REGIONS, [share for *_, share in _REGIONS])[0]
    made = Person(
        number=person_number(serial, is_coordination=rng.random() < 0.01),
        region=region,
        support=support,
        clinic=_clinic(region, rng.randrange(SPECIALISTS_A_REGION, CLINICS_A_REGION)),
        specialist=_clinic(region, rng.randrange(SPECIALISTS_A_REGION)),
        visits_a_year=rng.choices([1.5, 3.2, 5.2, 11.0], [22, 48, 26, 4])[0],
        sums_freely=rng.random() < 0.012,
        counts_freely=rng.random() < 0.15,
        free_card=_free_card(serial, rng),
    )
    if rng.random() >= 0.004:
        made.cards = _cards(made, serial, rng)
    if rng.random() < 0.03:
        made.application = _application(made, serial, rng)
    return made


def person_number(serial: int, *, is_coordination: bool = False) -> str:
    """Twelve digits of one born from 1927 through 2001: a person number or a co-ordination number.
    There are 24 million serials."""
    born = date(1927, 1, 1) + timedelta(days=serial * 7919 % 27_375)
    nth = 10 + serial // 27_375 % 900
    day = born.day + 60 * is_coordination
    return with_check_digit(f"{born:%Y%m}{day:02d}{nth:03d}")


def with_check_digit(digits: str) -> str:
    """Eleven digits with the twelfth, by Luhn over the last ten."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits[2:])]
    return digits + str(-sum(one // 10 + one % 10 for one in doubled) % 10)


def is_specialist(clinic: str) -> bool:
    """Whether a clinic bills as a specialist."""
    return int(clinic.split("-")[1], 16) % 0x100 < SPECIALISTS_A_REGION


def _clinic(region: str, nth: int) -> str:
    code = {"jonkoping": "2321000057", "dalarna": "2321000180", "vasterbotten": "2321000222"}
    return f"SE{code[region]}-{0x4F00 + nth:04X}"


def _free_card(serial: int, rng: Random) -> dict[str, object] | None:
    if rng.random() >= 0.05:
        return None
    first = FIRST_DAY + timedelta(days=rng.randrange(900))
    return {"number": f"FK{serial}", "valid_from": first, "valid_to": first + timedelta(days=250)}


def _cards(made: Person, serial: int, rng: Random) -> list[Card]:
    """One card; where it ends during the years, a second one, mostly from the day after."""
    category = rng.choice(_CATEGORIES[made.support])
    first = date(2023, 1, 1) + timedelta(days=rng.randrange(1090))
    cards = [
        Card(
            number=f"{made.support}-{serial}",
            patient=made.number,
            region=made.region,
            category=category,
            valid_from=first,
        )
    ]
    lasts = _years(made.region, category)
    while lasts is not None:
        first = date(first.year + lasts, first.month, min(first.day, 28))
        if first > LAST_DAY:
            break
        gap = 0 if rng.random() < 0.85 else rng.randrange(20, 150)
        cards.append(
            Card(
                number=f"{made.support}-{serial}-{len(cards)}",
                patient=made.number,
                region=made.region,
                category=category,
                valid_from=first + timedelta(days=gap),
            )
        )
    return cards


def _years(region: str, category: str) -> int | None:
    """Roughly how long a card lasts; a renewed one may begin before the first one ends."""
    if region == "jonkoping" and category in {"F1", "F9", "F10"}:
        return 4
    if region == "vasterbotten" and category != "N1":
        return 2
    return None


def _application(made: Person, serial: int, rng: Random) -> Preassessment:
    decided = FIRST_DAY + timedelta(days=rng.randrange(60, 900))
    codes = rng.sample(_TO_APPLY_FOR[made.region], rng.choice([1, 1, 2]))
    lines = [
        ApprovedLine(
            line=number,
            code=code,
            count=rng.choice([1, 1, 2]),
            amount_ore=rng.randrange(90_000, 140_000, 5_000) if code == "A941" else None,
        )
        for number, code in enumerate(codes, start=1)
    ]
    return Preassessment(
        id=f"B-{decided:%y}-{serial}",
        patient=made.number,
        region=made.region,
        support=made.support,
        decided_on=decided,
        covers_from=decided,
        covers_to=decided + timedelta(days=364),
        lines=lines if rng.random() < 0.9 else [],
    )
