"""Crediting: lines of a decided invoice are taken back, and with them everything they used.

A credit stands beside the invoice, which is never changed. There is no credit of a credit: what was
taken back is billed anew.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import msgspec


class Billed(NamedTuple):
    """A line of a decided invoice, and whether it is credited already."""

    line: int
    treated_on: date
    code: str
    is_approved: bool
    allowed_ore: int
    is_credited: bool


class CreditedLine(msgspec.Struct, frozen=True, gc=False):
    """A line that is taken back, with what was allowed for it."""

    line: int
    treated_on: date
    code: str
    allowed_ore: int


class CreditedVisit(msgspec.Struct, frozen=True, gc=False):
    """A visit of which the patient gets so much of the fee back."""

    treated_on: date
    fee_ore: int


class Credit(msgspec.Struct, frozen=True, gc=False):
    """What is taken back of an invoice; amounts are those of the invoice, not negative."""

    clinic: str
    number: str
    credited_on: date
    allowed_ore: int
    patient_fee_ore: int
    payable_ore: int
    visits: list[CreditedVisit]
    lines: list[CreditedLine]


class CreditFault(msgspec.Struct, frozen=True, gc=False):
    """Why nothing is credited: this line is not on the invoice, was not approved, or is credited
    already; or no line (`line` is None) is left to credit."""

    code: Literal["line_unknown", "line_not_approved", "line_credited", "nothing_left"]
    line: int | None = None


def credit(
    clinic: str,
    number: str,
    billed: Sequence[Billed],
    fees: Mapping[date, int],
    lines: Sequence[int] | None,
    credited_on: date,
) -> Credit | list[CreditFault]:
    """Credit some lines of an invoice by their numbers, or (None) all that are left. `fees` is what
    is left of each visit's fee. All lines can be credited, or none is: then every fault is told.

    Of a visit's fee the patient keeps paying what is still allowed for the visit, and no more.
    """
    left = {one.line: one for one in billed if one.is_approved and not one.is_credited}
    taken = left if lines is None else {line: left[line] for line in lines if line in left}
    faults = _faults({one.line: one for one in billed}, left, lines)
    if faults:
        return faults
    visits = []
    for day in sorted({one.treated_on for one in taken.values()}):
        still_allowed = sum(
            one.allowed_ore
            for one in left.values()
            if one.treated_on == day and one.line not in taken
        )
        fee = fees.get(day, 0)
        if fee > still_allowed:
            visits.append(CreditedVisit(day, fee - still_allowed))
    allowed = sum(one.allowed_ore for one in taken.values())
    fee_back = sum(visit.fee_ore for visit in visits)
    return Credit(
        clinic=clinic,
        number=number,
        credited_on=credited_on,
        allowed_ore=allowed,
        patient_fee_ore=fee_back,
        payable_ore=allowed - fee_back,
        visits=visits,
        lines=[
            CreditedLine(one.line, one.treated_on, one.code, one.allowed_ore)
            for _, one in sorted(taken.items())
        ],
    )


def _faults(
    billed: Mapping[int, Billed], left: Mapping[int, Billed], lines: Sequence[int] | None
) -> list[CreditFault]:
    if not left or lines == []:
        return [CreditFault("nothing_left")]
    faults = []
    for line in lines or ():
        if line not in billed:
            faults.append(CreditFault("line_unknown", line))
        elif not billed[line].is_approved:
            faults.append(CreditFault("line_not_approved", line))
        elif billed[line].is_credited:
            faults.append(CreditFault("line_credited", line))
    return faults
