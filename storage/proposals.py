"""Proposals to decide again, as far as they have come and as they are shown."""

from itertools import islice
from typing import Annotated

import msgspec
from sqlalchemy import Connection, literal, select

from invoices.proposal import Summary
from storage import tables
from storage.acts import Done
from storage.audit import Entry
from storage.causes import Cause

ChangesJson = Annotated[
    msgspec.Raw,
    msgspec.Meta(
        extra_json_schema={
            "type": "array", "items": {"$ref": "#/components/schemas/InvoiceChange"}
        }
    ),
]  # fmt: skip
"""Kept as they are shown; OpenAPI is told what they are."""


class Proposal(msgspec.Struct, frozen=True):
    """What would change: approved by its `id` and `digest` when it is complete. Until then it has
    `reached` one of the patients' keys, which end with `through`."""

    id: int
    cause: Cause
    digest: str
    is_complete: bool
    is_approved: bool
    reached: int
    through: int
    summary: Summary


class Changes(msgspec.Struct, frozen=True):
    """What changes for some patients, a list of invoices each; `next` is where the next page goes
    on, null after the last."""

    patients: list[ChangesJson]
    next: int | None


def read_proposal(connection: Connection, key: int) -> Proposal | None:
    """A proposal, as far as it has come."""
    proposal, step = tables.redecision, tables.redecision_step
    is_approved = (
        select(literal(1)).where(tables.revision.c.redecision_id == proposal.c.id).exists()
    )
    row = connection.execute(
        select(proposal.c.cause, proposal.c.through, step, is_approved.label("is_approved"))
        .join(step, step.c.redecision_id == proposal.c.id)
        .where(proposal.c.id == key)
        .order_by(step.c.reached.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Proposal(
        key,
        msgspec.json.decode(row.cause, type=Cause),
        row.digest.hex(),
        row.reached == row.through,
        bool(row.is_approved),
        row.reached,
        row.through,
        msgspec.json.decode(row.summary, type=Summary),
    )


class ProposalPage(msgspec.Struct, frozen=True):
    """Some proposals, the newest first; `next` is where the next page goes on, null after the
    last."""

    proposals: list[Proposal]
    next: int | None


def list_proposals(
    connection: Connection, before: int | None, limit: int, token: int | None
) -> Done[ProposalPage]:
    """A page of at most so many proposals whose key is less than `before`."""
    key = tables.redecision.c.id
    question = select(key).order_by(key.desc()).limit(limit + 1)
    if before is not None:
        question = question.where(key < before)
    keys = list(connection.scalars(question))
    found = [read_proposal(connection, one) for one in keys[:limit]]
    page = ProposalPage(
        [one for one in found if one is not None], keys[limit - 1] if len(keys) > limit else None
    )
    return page, [Entry("read_redecision", token, subject="list")]


def changes_after(connection: Connection, key: int, after: int, most: int) -> dict[int, bytes]:
    """What a proposal shows of at most so many patients, in the order of their keys."""
    table = tables.redecision_patient
    rows = connection.execute(
        select(table.c.patient_id, table.c.changes)
        .where(table.c.redecision_id == key, table.c.patient_id > after)
        .order_by(table.c.patient_id)
        .limit(most)
    )
    return dict(rows.all())


def read_proposal_noted(
    connection: Connection, key: int, token: int | None
) -> Done[Proposal | None]:
    """A proposal, as far as it has come."""
    found = read_proposal(connection, key)
    entries = [] if found is None else [Entry("read_redecision", token, subject=str(key))]
    return found, entries


def read_changes(
    connection: Connection, key: int, after: int, limit: int, token: int | None
) -> Done[Changes | None]:
    """What a proposal changes of at most so many patients; None where there is no proposal."""
    if read_proposal(connection, key) is None:
        return None, []
    found = changes_after(connection, key, after, limit + 1)
    shown = dict(islice(found.items(), limit))
    page = Changes(
        [msgspec.Raw(changes) for changes in shown.values()],
        max(shown) if len(found) > limit else None,
    )
    return page, [Entry("read_redecision", token, patient, subject=str(key)) for patient in shown]
