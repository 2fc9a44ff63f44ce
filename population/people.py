"""Invented patients: valid person numbers, cards of three regions, a few applications."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from population.numbers import coordination_number
from preassessments.decision import ApprovedLine, Preassessment
from registry.cards import Card
from terms.vocabulary import Support

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
_THREE_YEARS = 1096
_BEFORE_THE_END = 196
"""Free cards and applications begin so many days before the last one, or more: they are used."""


@dataclass(frozen=True)
class Setting:
    """The days over which people are followed, how they get their person numbers, and how many of
    them have a co-ordination number instead."""

    first_on: date
    last_on: date
    number_of: Callable[[int], str]
    coordination_share: float

    @property
    def days(self) -> int:
        """How many days there are, the first and the last among them."""
        return (self.last_on - self.first_on).days + 1


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


def person(serial: int, setting: Setting, rng: Random) -> Person:
    """The patient of this serial number; no two have the same person number."""
    (region, support, _) = rng.choices(_REGIONS, [share for *_, share in _REGIONS])[0]
    number = setting.number_of(serial)
    made = Person(
        number=coordination_number(number) if rng.random() < setting.coordination_share else number,
        region=region,
        support=support,
        clinic=_clinic(region, rng.randrange(SPECIALISTS_A_REGION, CLINICS_A_REGION)),
        specialist=_clinic(region, rng.randrange(SPECIALISTS_A_REGION)),
        visits_a_year=rng.choices([1.5, 3.2, 5.2, 11.0], [22, 48, 26, 4])[0],
        sums_freely=rng.random() < 0.012,
        counts_freely=rng.random() < 0.15,
        free_card=_free_card(serial, setting, rng),
    )
    if rng.random() >= 0.004:
        made.cards = _cards(made, serial, setting, rng)
    if rng.random() < 0.03:
        made.application = _application(made, serial, setting, rng)
    return made


def is_specialist(clinic: str) -> bool:
    """Whether a clinic bills as a specialist."""
    return int(clinic.split("-")[1], 16) % 0x100 < SPECIALISTS_A_REGION


def _clinic(region: str, nth: int) -> str:
    code = {"jonkoping": "2321000057", "dalarna": "2321000180", "vasterbotten": "2321000222"}
    return f"SE{code[region]}-{0x4F00 + nth:04X}"


def _free_card(serial: int, setting: Setting, rng: Random) -> dict[str, object] | None:
    if rng.random() >= 0.05:
        return None
    first = setting.first_on + timedelta(days=rng.randrange(setting.days - _BEFORE_THE_END))
    return {"number": f"FK{serial}", "valid_from": first, "valid_to": first + timedelta(days=250)}


def _cards(made: Person, serial: int, setting: Setting, rng: Random) -> list[Card]:
    """One card; where it ends during the years, a second one, mostly from the day after."""
    category = rng.choice(_CATEGORIES[made.support])
    first = setting.first_on + timedelta(days=rng.randrange(1090) - _THREE_YEARS)
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
        if first > setting.last_on:
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


def _application(made: Person, serial: int, setting: Setting, rng: Random) -> Preassessment:
    by = rng.randrange(60, setting.days - _BEFORE_THE_END)
    decided = setting.first_on + timedelta(days=by)
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
