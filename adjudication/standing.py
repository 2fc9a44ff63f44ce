"""How a patient stands on a day: what is left of limits, ceilings and applications, which day each
least interval leaves free, how long care of the day can be billed, and what the visit costs.

All of it is read from the rulebook and by the checks that decide a line treated that day. What
depends on more than patient, support and day is not told: a price, a free card, a fee that a clinic
took before.
"""

from datetime import date, timedelta
from itertools import groupby

import msgspec

from adjudication.checks.timing import BilledInTime
from adjudication.decision import FeeReason
from adjudication.library import Library
from adjudication.patient import Patient
from adjudication.patientfee import fee_of
from adjudication.plain import MOST_ORE
from adjudication.rulebook import TreatmentDay
from adjudication.usage import period_of
from preassessments.balance import Balance
from quotas.counting import Period, Tally
from registry.holding import CardInForce, card_on, nearest_card, region_of
from terms.editions import Edition
from terms.period import day_of
from terms.vocabulary import Performer, Support


class HeldCard(msgspec.Struct, frozen=True):
    """The card that is in force on the day, or else the nearest one. `valid_to` None is until
    further notice; before `valid_from` it is that of a card voided before it began."""

    number: str
    category: str
    valid_from: date
    valid_to: date | None
    is_in_force: bool


class LimitLeft(msgspec.Struct, frozen=True):
    """What is left of a limit in the calendar year. Codes are as the directions write them
    (tariffs/actions.py); with `performer` only that one's actions are counted and stopped.

    More is used than the limit where other rules approved it: those of another region or edition.
    """

    rule: str
    codes: tuple[str, ...]
    performer: Performer | None
    limit: int
    used: int
    left: int


class CeilingLeft(msgspec.Struct, frozen=True):
    """What is left of a ceiling in the days that it sums: the calendar year, or the part of it
    between approvals that renew it. Exempt codes, as the directions write them, are neither summed
    nor stopped."""

    rule: str
    exempt_codes: tuple[str, ...]
    covers_from: date
    covers_to: date
    limit_ore: int
    used_ore: int
    left_ore: int


class NextFree(msgspec.Struct, frozen=True):
    """A least interval: the nearest approved action that stands in the way of one on the day, None
    where none does, and the first day from the one asked about on that is free."""

    rule: str
    codes: tuple[str, ...]
    months: int
    previous_on: date | None
    next_on: date


class TimeToBill(msgspec.Struct, frozen=True):
    """The last day to bill care of the day; and the first treatment day of those up to it that can
    all still be billed on it."""

    rule: str
    last_day: date
    earliest_on: date


class VisitFee(msgspec.Struct, frozen=True):
    """The patient fee of the day's first visit to a clinic, before what is allowed caps it, or 0
    with the reason why none is taken."""

    fee_ore: int
    reason: FeeReason


class ApprovedLeft(msgspec.Struct, frozen=True):
    """An approved line of an application, with how many actions are left of its count."""

    line: int
    code: str
    tooth: str | None
    count: int
    left: int
    amount_ore: int | None


class ApplicationLeft(msgspec.Struct, frozen=True):
    """An approved application, whether or not it covers the day. It is expiring where it ends
    soon and something is left of it."""

    id: str
    covers_from: date
    covers_to: date
    is_expiring: bool
    lines: tuple[ApprovedLeft, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a patient stands in a support on a day.

    Without an edition no rules are in force: nothing is counted, and no fee is known. `deadline` is
    None also where the rules ask none. Limits, ceilings and intervals stand in the order of the
    directions, applications in the order in which they are tried.
    """

    treated_on: date
    region: str
    support: Support
    edition: Edition | None
    card: HeldCard | None
    limits: tuple[LimitLeft, ...]
    ceilings: tuple[CeilingLeft, ...]
    intervals: tuple[NextFree, ...]
    deadline: TimeToBill | None
    fee: VisitFee | None
    applications: tuple[ApplicationLeft, ...]


def standing(
    library: Library, patient: Patient, person: str, support: Support, on: date, default_region: str
) -> Standing:
    """How a patient, whose valid person number is `person`, stands in a support on a day. Without
    any card for the support the default region's rules answer."""
    card = card_on(patient.cards, support, on)
    region = region_of(patient.cards, support, card, default_region)
    day = library.calendar(region, support).on(on)
    period = day.period if patient.balance is None else period_of(patient.balance, day)
    tally = patient.tally_in(period)
    return Standing(
        treated_on=on,
        region=region,
        support=support,
        edition=day.book.edition,
        card=_held(card, patient, support, on),
        limits=_limits(day, tally),
        ceilings=_ceilings(day, period, tally),
        intervals=_intervals(day, patient.record),
        deadline=_deadline(library, patient, support, day, default_region),
        fee=_fee(day, patient.born or person, card),
        applications=() if patient.balance is None else _applications(patient.balance, support, on),
    )


def _held(
    card: CardInForce | None, patient: Patient, support: Support, on: date
) -> HeldCard | None:
    shown = card or nearest_card(patient.cards, support, on)
    if shown is None:
        return None
    return HeldCard(
        shown.number, shown.category, shown.valid_from, shown.valid_to, is_in_force=shown is card
    )


def _limits(day: TreatmentDay, tally: Tally) -> tuple[LimitLeft, ...]:
    left = []
    for rule, check in day.book.limits:
        used = check.used(tally)
        left.append(
            LimitLeft(
                rule=rule.id,
                codes=tuple(rule.codes),
                performer=rule.performer,
                limit=rule.count,
                used=used,
                left=max(rule.count - used, 0),
            )
        )
    return tuple(left)


def _ceilings(day: TreatmentDay, period: Period, tally: Tally) -> tuple[CeilingLeft, ...]:
    left = []
    for rule, check in day.book.ceilings:
        used = check.used_ore(tally)
        first, last = period.first, period.last
        if rule.renewed_by_approval:
            first, last = period.window_first, period.window_last
        left.append(
            CeilingLeft(
                rule=rule.id,
                exempt_codes=tuple(rule.exempt_codes),
                covers_from=day_of(first),
                covers_to=day_of(last),
                limit_ore=rule.amount_ore,
                used_ore=used,
                left_ore=max(rule.amount_ore - used, 0),
            )
        )
    return tuple(left)


def _intervals(day: TreatmentDay, record: bytes) -> tuple[NextFree, ...]:
    found = []
    for rule, check in day.book.intervals:
        previous, free = check.around(day.number, check.days(record))
        found.append(
            NextFree(
                rule=rule.id,
                codes=tuple(rule.codes),
                months=rule.months,
                previous_on=None if previous is None else day_of(previous),
                next_on=day_of(free),
            )
        )
    return tuple(found)


def _deadline(
    library: Library, patient: Patient, support: Support, day: TreatmentDay, default_region: str
) -> TimeToBill | None:
    """Earlier days are asked one by one, each of its own rules, which may be other ones."""
    if day.last_day_to_bill is None:
        return None
    earliest = day.date
    while True:
        before = earliest - timedelta(days=1)
        card = card_on(patient.cards, support, before)
        region = region_of(patient.cards, support, card, default_region)
        last_day = library.calendar(region, support).on(before).last_day_to_bill
        if last_day is None or last_day < day.date:
            break
        earliest = before
    (rule,) = [check.rule for check in day.book.of_day if isinstance(check, BilledInTime)]
    return TimeToBill(rule, day.last_day_to_bill, earliest)


def _fee(day: TreatmentDay, born: str, card: CardInForce | None) -> VisitFee | None:
    if day.fee is None:
        return None
    return VisitFee(*fee_of(day, born, None, card, MOST_ORE))


def _applications(balance: Balance, support: Support, on: date) -> tuple[ApplicationLeft, ...]:
    applications = []
    for _, lines in groupby(balance.left(support), key=lambda one: one[0].preassessment.id):
        approved = list(lines)
        application = approved[0][0].preassessment
        applications.append(
            ApplicationLeft(
                id=application.id,
                covers_from=application.covers_from,
                covers_to=application.covers_to,
                is_expiring=application.ends_soon(on) and any(left for _, left in approved),
                lines=tuple(
                    ApprovedLeft(
                        line=line.line,
                        code=line.code,
                        tooth=line.tooth,
                        count=line.count or 1,
                        left=left,
                        amount_ore=line.amount_ore,
                    )
                    for (_, line), left in approved
                ),
            )
        )
    return tuple(applications)
