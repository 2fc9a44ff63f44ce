"""What runs are made of, read clinic by clinic: what is not settled yet, and what a run holds."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from invoices.parts import CreditPart, DecidedLine, InvoicePart, Parts, items_of
from invoices.store import FIRST_VERSION
from storage import tables
from storage.answers import read_credit
from storage.current import in_json
from storage.moments import ending_of
from storage.rows import given, listed

AT_ONCE = 2_000

_lines = msgspec.json.Decoder(list[DecidedLine]).decode
_fees = msgspec.json.Decoder(list[tuple[date, int]]).decode


class Until(NamedTuple):
    """A day, included, and the first microsecond that no longer belongs to it in Sweden."""

    day: date
    ends_at: int


class Chosen(NamedTuple):
    """The keys of a clinic's versions and credits, in their order."""

    invoices: Sequence[int]
    credits: Sequence[int]


def until(day: date) -> Until:
    """All that was received, decided anew or credited up to a day."""
    return Until(day, ending_of(day))


def unsettled_invoices(connection: Connection, clinic: int, last: Until) -> list[int]:
    """A clinic's versions that no run has settled. The first one counts by the day of receipt, a
    later one by the day on which it was made."""
    asked = {"clinic": clinic, "day": last.day, "ends_at": last.ends_at}
    return list(connection.scalars(_unsettled_invoices(), asked))


def unsettled_credits(connection: Connection, last: Until) -> dict[int, list[int]]:
    """Clinics' own credits that no run has settled, by the key of the clinic."""
    found: dict[int, list[int]] = {}
    for clinic, credit in connection.execute(_unsettled_credits(), {"day": last.day}):
        found.setdefault(clinic, []).append(credit)
    return found


def owed_ore(connection: Connection, clinic: int, last: Until) -> int:
    """What all of it that is a clinic's comes to. First versions and the clinic's own credits say
    so themselves; the amounts of a later version are those of the whole invoice, so what it decides
    is added up."""
    asked = {"clinic": clinic, "day": last.day, "ends_at": last.ends_at}
    billed, taken = (connection.scalar(question, asked) or 0 for question in _sums())
    later = connection.scalars(_unsettled_later(), asked).all()
    return (
        int(billed)
        - int(taken)
        + sum(one.owed_ore for one in items_of(read_parts(connection, Chosen(later, ()))))
    )


def chosen_of(connection: Connection, run: int, clinic: int) -> Chosen:
    """What a run is made of for a clinic, both by their keys."""
    invoices, taken = tables.run_invoice.c, tables.run_credit.c
    return Chosen(
        connection.scalars(
            select(invoices.invoice_id)
            .where(invoices.run_id == run, invoices.clinic_id == clinic)
            .order_by(invoices.invoice_id)
        ).all(),
        connection.scalars(
            select(taken.credit_id)
            .where(taken.run_id == run, taken.clinic_id == clinic)
            .order_by(taken.credit_id)
        ).all(),
    )


def read_parts(connection: Connection, chosen: Chosen) -> Parts:
    """The versions with what they took back, and the credits."""
    dialect = connection.dialect.name
    parts = Parts([], [])
    for some in _pieces(chosen.invoices):
        wanted = given(connection, some)
        for key, number, support, lines, fees in connection.execute(_invoices(dialect), wanted):
            part = InvoicePart(key, number, support, _lines(lines), _fees(fees))
            parts.invoices.append(part)
        parts.credits.extend(_credits(connection, _taken_back(dialect), wanted))
    for some in _pieces(chosen.credits):
        parts.credits.extend(_credits(connection, _own(dialect), given(connection, some)))
    return parts


def _pieces(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _credits(
    connection: Connection, question: Select[Any], wanted: dict[str, Any]
) -> Iterator[CreditPart]:
    for key, number, support, answer in connection.execute(question, wanted):
        yield CreditPart(key, number, support, read_credit(answer))


_DAY = bindparam("day", type_=Date)
_IS_FIRST = and_(tables.invoice.c.version == FIRST_VERSION, tables.invoice.c.received_on <= _DAY)
_IS_LATER = tables.revision.c.made_at < bindparam("ends_at", type_=BigInteger)
_IS_OF_CLINIC = tables.invoice.c.clinic_id == bindparam("clinic", type_=BigInteger)


def _is_unsettled() -> ColumnElement[bool]:
    settled = tables.settled_invoice.c.invoice_id
    return ~select(literal(1)).where(settled == tables.invoice.c.id).exists()


def _is_unsettled_credit() -> ColumnElement[bool]:
    credit, settled = tables.credit.c, tables.settled_credit.c
    return and_(
        credit.revision_id.is_(None),
        credit.credited_on <= _DAY,
        ~select(literal(1)).where(settled.credit_id == credit.id).exists(),
    )


@cache
def _unsettled_invoices() -> Select[int]:
    invoice, revision = tables.invoice, tables.revision
    return (
        select(invoice.c.id)
        .outerjoin(revision, revision.c.invoice_id == invoice.c.id)
        .where(_IS_OF_CLINIC, or_(_IS_FIRST, _IS_LATER), _is_unsettled())
        .order_by(invoice.c.id)
    )


@cache
def _unsettled_later() -> Select[int]:
    invoice, revision = tables.invoice, tables.revision
    return (
        select(invoice.c.id)
        .join(revision, revision.c.invoice_id == invoice.c.id)
        .where(_IS_OF_CLINIC, _IS_LATER, _is_unsettled())
        .order_by(invoice.c.id)
    )


@cache
def _unsettled_credits() -> Select[int, int]:
    invoice, credit = tables.invoice, tables.credit
    return (
        select(invoice.c.clinic_id, credit.c.id)
        .join(invoice, invoice.c.id == credit.c.invoice_id)
        .where(_is_unsettled_credit())
        .order_by(credit.c.id)
    )


@cache
def _sums() -> tuple[Select[Any], Select[Any]]:
    """Of a clinic's first versions, and of its own credits."""
    invoice, credit = tables.invoice, tables.credit
    billed = select(func.sum(invoice.c.payable_ore)).where(
        _IS_OF_CLINIC, _IS_FIRST, _is_unsettled()
    )
    taken = (
        select(func.sum(credit.c.payable_ore))
        .join(invoice, invoice.c.id == credit.c.invoice_id)
        .where(_IS_OF_CLINIC, _is_unsettled_credit())
    )
    return billed, taken


@cache
def _invoices(dialect: str) -> Select[Any]:
    invoice, line, visit = tables.invoice, tables.line, tables.visit
    these = listed(dialect, invoice.c.id)
    decided = [
        line.c.line, line.c.treated_on, line.c.code, line.c.claimed_ore, line.c.outcome,
        line.c.allowed_ore,
    ]  # fmt: skip
    fees = (visit.c.invoice_id == invoice.c.id) & (visit.c.fee_ore > 0)
    return (
        select(
            invoice.c.id,
            invoice.c.number,
            invoice.c.support,
            in_json(dialect, decided, line.c.invoice_id == invoice.c.id),
            in_json(dialect, [visit.c.treated_on, visit.c.fee_ore], fees),
        )
        .select_from(these)
        .join(invoice, invoice.c.id == these.c.id)
        .order_by(invoice.c.id)
    )


@cache
def _taken_back(dialect: str) -> Select[Any]:
    """What versions took back of those before them."""
    invoice, revision, credit = tables.invoice, tables.revision, tables.credit
    these = listed(dialect, revision.c.invoice_id)
    return (
        select(credit.c.id, invoice.c.number, invoice.c.support, credit.c.answer)
        .select_from(these)
        .join(revision, revision.c.invoice_id == these.c.invoice_id)
        .join(
            credit,
            (credit.c.invoice_id == revision.c.first_id)
            & (credit.c.revision_id == revision.c.invoice_id),
        )
        .join(invoice, invoice.c.id == credit.c.invoice_id)
    )


@cache
def _own(dialect: str) -> Select[Any]:
    invoice, credit = tables.invoice, tables.credit
    these = listed(dialect, credit.c.id)
    return (
        select(credit.c.id, invoice.c.number, invoice.c.support, credit.c.answer)
        .select_from(these)
        .join(credit, credit.c.id == these.c.id)
        .join(invoice, invoice.c.id == credit.c.invoice_id)
    )
