"""Proposals to decide again, read as they were shown."""

from itertools import islice
from typing import Annotated

import msgspec
from sqlalchemy import Connection

from storage.acts import Done
from storage.audit import Entry
from storage.redeciding import Proposal, changes_after, read_proposal

ChangesJson = Annotated[
    msgspec.Raw,
    msgspec.Meta(
        extra_json_schema={
            "type": "array", "items": {"$ref": "#/components/schemas/InvoiceChange"}
        }
    ),
]  # fmt: skip
"""Kept as they are shown; OpenAPI is told what they are."""


class Changes(msgspec.Struct, frozen=True):
    """What changes for some patients, a list of invoices each; `next` is where the next page goes
    on, null after the last."""

    patients: list[ChangesJson]
    next: int | None


def read_proposal_noted(
    connection: Connection, key: int, token: int | None
) -> Done[Proposal | None]:
    """A proposal that is complete."""
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
