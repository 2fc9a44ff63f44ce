"""Keeping what was decided on an application: as it was said, and as invoices draw it down."""

from datetime import date

import msgspec
from sqlalchemy import Connection, insert, select

from preassessments.application import PlanLine
from preassessments.assessment import Assessment, approved_lines
from preassessments.decision import Preassessment
from storage import tables
from storage.access import Token
from storage.audit import Entry
from storage.heads import Head
from storage.reference import put_preassessments


def keep_decision(  # noqa: PLR0913 – each is a part of the decision
    connection: Connection,
    head: Head,
    assessment: Assessment,
    plan: list[PlanLine],
    replaces: str | None,
    token: Token,
    today: date,
) -> list[Entry]:
    """Keep a decision, and what invoices draw down. A refused one covers its own day at least, so
    that an invoice that names it finds it."""
    table = tables.preassessment
    name = _free_name(connection, head.id)
    decided = Preassessment(
        id=name,
        patient=head.patient,
        region=head.region,
        support=head.support,
        decided_on=today,
        covers_from=assessment.covers_from or today,
        covers_to=assessment.covers_to or today,
        replaces=replaces,
        lines=approved_lines(assessment, plan),
    )
    entries = put_preassessments(connection, [decided], token.id)
    row = {
        "application_id": head.id,
        "place": head.place + 1,
        "preassessment_id": connection.scalar(select(table.c.id).where(table.c.name == name)),
        "content": _encode(assessment),
    }
    connection.execute(insert(tables.application_decision), row)
    return entries


def _free_name(connection: Connection, key: int) -> str:
    """What a decision is called on invoices: by the application, and of later ones by their number.
    Names that came from elsewhere are passed over."""
    table, number = tables.preassessment, 1
    while True:
        name = f"A{key}" if number == 1 else f"A{key}-{number}"
        if connection.scalar(select(table.c.id).where(table.c.name == name)) is None:
            return name
        number += 1


_encode = msgspec.json.Encoder().encode
