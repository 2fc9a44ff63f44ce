"""What each check looks at, in numbers, whether or not it finds anything: for explanations.

A closed union like that of the findings, so that each has words (adjudication/wording/).
"""

from datetime import date

import msgspec


class Measure(msgspec.Struct, frozen=True, gc=False):
    """What all measures share: nothing but that they are one."""


class RulesOfDay(Measure, frozen=True):
    """Asked only where no rules are in force."""


class CodeKnown(Measure, frozen=True):
    """Asked only of an unknown code."""


class Received(Measure, frozen=True):
    """The day of treatment against the day of receipt."""

    treated_on: date
    received_on: date


class Tooth(Measure, frozen=True):
    """The tooth as given."""

    tooth: str | None


class Zone(Measure, frozen=True):
    """The zone as given, and those that the code may have."""

    zone: str | None
    zones: list[str]


class Deadline(Measure, frozen=True):
    """The day of receipt against the last day to bill."""

    received_on: date
    last_day: date | None


class CardOfDay(Measure, frozen=True):
    """The card in force on the treatment day; without one, no number."""

    number: str | None = None
    category: str = ""
    valid_from: date = date.min
    last_day: date = date.max


class Performed(Measure, frozen=True):
    """Who performed the action, and who should."""

    performer: str
    performed_by: str


class Repeated(Measure, frozen=True):
    """How many other lines of the day a line is held against."""

    others: int


class Covered(Measure, frozen=True):
    """Asked only of a code outside what the region pays for."""


class Attested(Measure, frozen=True):
    """The fact that the line has to attest."""

    fact: str


class Position(Measure, frozen=True):
    """The tooth, and the positions in which the code is paid."""

    tooth: str | None
    positions: list[int]


class SameDay(Measure, frozen=True):
    """The codes that the action is not paid with, and that of the day which stands in its way."""

    codes: list[str]
    approved: str | None


class Motivated(Measure, frozen=True):
    """The codes with which the action needs a motivation and a document, and that of the day."""

    codes: list[str]
    approved: str | None
    document: str


class Documented(Measure, frozen=True):
    """The document that the line has to carry."""

    document: str


class Spaced(Measure, frozen=True):
    """The least interval, and the nearest approved action; None where there is none."""

    months: int
    nearest_on: date | None


class Price(Measure, frozen=True):
    """The tariff's price and the application's amount, each None where there is none."""

    tariff_ore: int | None
    application_ore: int | None
    care_level: str


class ApplicationNeeded(Measure, frozen=True):
    """The care level at which an application is needed, None for both, and that of the clinic."""

    needed_at: str | None
    care_level: str


class Counted(Measure, frozen=True):
    """A limit and how many of it are used; with `performer`, whose lines are counted."""

    limit: int
    used: int
    performer: str | None


class Summed(Measure, frozen=True):
    """A ceiling, what is used of it and what the line would add; less than 0 is no price."""

    limit_ore: int
    used_ore: int
    line_ore: int


class Carried(Measure, frozen=True):
    """The application that the line names, and the one that carries it; None where there is none.

    The engine looks for it, no check.
    """

    named: str | None
    carried_by: str | None


AnyMeasure = (
    RulesOfDay
    | CodeKnown
    | Received
    | Tooth
    | Zone
    | Deadline
    | CardOfDay
    | Performed
    | Repeated
    | Covered
    | Attested
    | Position
    | SameDay
    | Motivated
    | Documented
    | Spaced
    | Price
    | ApplicationNeeded
    | Counted
    | Summed
    | Carried
)
