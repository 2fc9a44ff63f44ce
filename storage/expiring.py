"""Which approvals end soon, with something left of them?"""

from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection, select

from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.audit import Entry
from storage.balances import read_balances
from terms.vocabulary import Support


class LeftLine(msgspec.Struct, frozen=True):
    """An approved line with so many actions left."""

    line: int
    code: str
    tooth: str | None
    left: int


class Expiring(msgspec.Struct, frozen=True):
    """A decision that ends soon, with the lines of which something is left. One that was not
    applied for here has no application and no clinic."""

    preassessment: str
    application: int | None
    clinic: str | None
    number: str | None
    region: str
    support: Support
    covers_to: date
    lines: list[LeftLine]


class ExpiringPage(msgspec.Struct, frozen=True):
    """Some of a list; `next` is `after` of the next page, null after the last."""

    expiring: list[Expiring]
    next: int | None


def list_expiring(
    connection: Connection,
    on: date,
    within_days: int,
    after: int,
    limit: int,
    token: Token | None,
) -> Done[ExpiringPage]:
    """Those whose last day is the day or within so many days of it. So many decisions are looked at
    for a page; those of which nothing is left are not on it. A clinic sees its own."""
    decided, decision = tables.preassessment, tables.application_decision
    application, clinic = tables.application, tables.clinic
    replacing = decided.alias()
    where = [
        decided.c.id > after,
        decided.c.covers_to.between(on, on + timedelta(days=within_days)),
        ~select(replacing.c.id).where(replacing.c.replaces_id == decided.c.id).exists(),
    ]
    if token is not None and token.clinic is not None:
        where.append(clinic.c.hsa_id == token.clinic)
    rows = connection.execute(
        select(
            decided.c.id,
            decided.c.name,
            decided.c.patient_id,
            decided.c.region,
            decided.c.support,
            decided.c.covers_to,
            application.c.id.label("application"),
            application.c.number,
            clinic.c.hsa_id,
        )
        .select_from(decided)
        .outerjoin(decision, decision.c.preassessment_id == decided.c.id)
        .outerjoin(application, application.c.id == decision.c.application_id)
        .outerjoin(clinic, clinic.c.id == application.c.clinic_id)
        .where(*where)
        .order_by(decided.c.id)
        .limit(limit + 1)
    ).all()
    left: dict[str, list[LeftLine]] = {}
    for balance in read_balances(connection, sorted({row.patient_id for row in rows})).values():
        for support in {row.support for row in rows}:
            for (preassessment, line), many in balance.left(support):
                if many:
                    found = LeftLine(line.line, line.code, line.tooth, many)
                    left.setdefault(preassessment.id, []).append(found)
    expiring = [
        Expiring(
            row.name,
            row.application,
            row.hsa_id,
            row.number,
            row.region,
            row.support,
            row.covers_to,
            left[row.name],
        )
        for row in rows[:limit]
        if row.name in left
    ]
    page = ExpiringPage(expiring, rows[limit - 1].id if len(rows) > limit else None)
    who = None if token is None else token.id
    return page, [Entry("list_applications", who, subject="expiring")]
