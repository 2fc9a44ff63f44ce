"""Lines that wait for an assessor, a document or an application, the longest held first."""

from datetime import date
from typing import Any, Final, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, and_, exists, func, select, tuple_

from adjudication.invoice import LARGEST_LINE
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from storage.claims import claim_line
from storage.lastdecided import FIRST_ID, is_decided_later
from storage.rows import given, listed
from terms.vocabulary import Support

HeldOutcome = Literal["needs_preassessment", "needs_document", "needs_review"]

PLACE: Final = r"^[1-9][0-9]{0,17}\.[1-9][0-9]{0,18}$"
"""A place in the queue: the version's key, then the line's number."""

_MOST_TRIED = 50


class HeldLine(msgspec.Struct, frozen=True):
    """A line that waits, without anything that tells who the patient is: what it is held for
    (`findings` are codes), the days since it came, who has taken it (a token's name), and whether
    the clinic is asked for something. `version` is that of the invoice which is settled."""

    invoice: int
    line: int
    version: int
    clinic: str
    number: str
    support: Support
    region: str | None
    received_on: date
    days_waited: int
    treated_on: date
    code: str
    claimed_ore: int
    outcome: HeldOutcome
    findings: list[str]
    owner: str | None
    is_asked_for: bool


class HeldPage(msgspec.Struct, frozen=True):
    """Some of the queue; `next` is where the next page goes on, null after the last."""

    lines: list[HeldLine]
    next: str | None


class HeldFilters(NamedTuple):
    """Which lines; None asks nothing. `owner` is a token's name, the empty one is nobody's."""

    clinic: str | None = None
    region: str | None = None
    support: Support | None = None
    outcome: HeldOutcome | None = None
    finding: str | None = None
    owner: str | None = None
    received_to: date | None = None


def list_held(
    connection: Connection,
    filters: HeldFilters,
    after: str | None,
    limit: int,
    today: date,
    token: int | None,
) -> Done[HeldPage]:
    """A page of at most so many lines after a place, as `PLACE` has it."""
    line = tables.line
    question = _held().where(*_where(filters))
    if after is not None:
        row, number = (min(int(one), LARGEST_LINE) for one in after.split("."))
        question = question.where(tuple_(line.c.invoice_id, line.c.line) > tuple_(row, number))
    rows = connection.execute(question.limit(limit + 1)).all()
    shown = rows[:limit]
    codes = _codes(connection, shown)
    found = [
        HeldLine(
            row.first_id,
            row.line,
            row.current,
            row.hsa_id,
            row.number,
            row.support,
            row.region,
            row.received_on,
            (today - row.received_on).days,
            row.treated_on,
            row.code,
            row.claimed_ore,
            row.outcome,
            codes.get((row.invoice_id, row.line), []),
            row.owner if row.is_taken else None,
            row.is_asked_for,
        )
        for row in shown
    ]
    following = None
    if len(rows) > limit:
        following = f"{shown[-1].invoice_id}.{shown[-1].line}"
    return HeldPage(found, following), [Entry("list_held_lines", token, subject=filters.clinic)]


def take_next_held(
    connection: Connection, filters: HeldFilters, today: date, token: int
) -> Done[HeldLine | None]:
    """Take the line held longest of those that nobody has; None where there is none. Where somebody
    is quicker it is the one after it."""
    page, _ = list_held(connection, filters._replace(owner=""), None, _MOST_TRIED, today, token)
    for one in page.lines:
        is_taken, entries = claim_line(connection, one.invoice, one.line, token, is_taken=True)
        if is_taken is True:
            return one, entries
    return None, []


def _held() -> Select[Any]:
    """Lines that are held by the version that decided them last."""
    line, invoice, clinic = tables.line, tables.invoice, tables.clinic
    edition, revision, token = tables.edition, tables.revision, tables.token
    claim, newer, asked = tables.claim, tables.claim.alias(), tables.material_request
    later = revision.alias()
    latest_claim = (
        select(func.max(newer.c.id))
        .where(newer.c.invoice_id == FIRST_ID, newer.c.line == line.c.line)
        .scalar_subquery()
    )
    current = select(func.count()).where(later.c.first_id == FIRST_ID).scalar_subquery() + 1
    is_asked_for = exists().where(asked.c.invoice_id == FIRST_ID, asked.c.line == line.c.line)
    return (
        select(
            line.c.invoice_id,
            line.c.line,
            FIRST_ID.label("first_id"),
            current.label("current"),
            clinic.c.hsa_id,
            invoice.c.number,
            invoice.c.support,
            edition.c.region,
            invoice.c.received_on,
            line.c.treated_on,
            line.c.code,
            line.c.claimed_ore,
            line.c.outcome,
            claim.c.is_taken,
            token.c.name.label("owner"),
            is_asked_for.label("is_asked_for"),
        )
        .select_from(line)
        .join(invoice, invoice.c.id == line.c.invoice_id)
        .join(clinic, clinic.c.id == invoice.c.clinic_id)
        .outerjoin(revision, revision.c.invoice_id == invoice.c.id)
        .outerjoin(edition, edition.c.id == line.c.edition_id)
        .outerjoin(claim, claim.c.id == latest_claim)
        .outerjoin(token, and_(token.c.id == claim.c.token_id, claim.c.is_taken))
        .where(tables.is_held, ~is_decided_later())
        .order_by(line.c.invoice_id, line.c.line)
    )


def _where(filters: HeldFilters) -> list[Any]:
    line, invoice, finding = tables.line, tables.invoice, tables.finding
    asked = {
        tables.clinic.c.hsa_id: filters.clinic,
        tables.edition.c.region: filters.region,
        invoice.c.support: filters.support,
        line.c.outcome: filters.outcome,
    }
    where: list[Any] = [column == value for column, value in asked.items() if value is not None]
    if filters.received_to is not None:
        where.append(invoice.c.received_on <= filters.received_to)
    if filters.owner is not None:
        name = tables.token.c.name
        where.append(name == filters.owner if filters.owner else name.is_(None))
    if filters.finding is not None:
        where.append(
            exists().where(
                finding.c.invoice_id == line.c.invoice_id,
                finding.c.line == line.c.line,
                finding.c.code == filters.finding,
            )
        )
    return where


def _codes(connection: Connection, rows: Any) -> dict[tuple[int, int], list[str]]:
    """What each line is held for."""
    if not rows:
        return {}
    finding = tables.finding
    these = listed(connection.dialect.name, finding.c.invoice_id, finding.c.line)
    found = connection.execute(
        select(finding.c.invoice_id, finding.c.line, finding.c.code)
        .join(
            these,
            (these.c.invoice_id == finding.c.invoice_id) & (these.c.line == finding.c.line),
        )
        .order_by(finding.c.invoice_id, finding.c.line, finding.c.place),
        given(connection, [row.invoice_id for row in rows], [row.line for row in rows]),
    )
    codes: dict[tuple[int, int], list[str]] = {}
    for invoice, line, code in found:
        codes.setdefault((invoice, line), []).append(code)
    return codes
