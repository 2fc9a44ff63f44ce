"""A proposal to decide again is carried out, whole or not at all."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec
from sqlalchemy import Connection

from storage import tables
from storage.acts import Done
from storage.causes import PATIENTS_AT_ONCE
from storage.keeper import Keeper
from storage.proposals import Proposal, changes_after, read_proposal
from storage.redeciding import decide
from storage.rows import lock, tell_changed
from storage.versions import Why, write_versions

_json = msgspec.json.Encoder().encode


class RedecisionFault(msgspec.Struct, frozen=True):
    """Why a proposal is not carried out: it has not come to its end; it is carried out already; it
    changes nothing; what was shown is another one; or something that it is about has changed
    since."""

    code: Literal["incomplete", "already_approved", "nothing_changes", "other_digest", "outdated"]


def approve(
    keeper: Keeper,
    key: int,
    digest: str,
    today: date,
    token: int | None = None,
) -> Proposal | RedecisionFault | None:
    """Carry out a proposal, all of it in one transaction; None where there is none."""

    def work(connection: Connection) -> Done[Proposal | RedecisionFault | None]:
        proposal = read_proposal(connection, key)
        if proposal is None:
            return None, []
        if proposal.is_approved:
            return RedecisionFault("already_approved"), []
        if not proposal.is_complete:
            return RedecisionFault("incomplete"), []
        if proposal.digest != digest:
            return RedecisionFault("other_digest"), []
        if not proposal.summary.invoices:
            return RedecisionFault("nothing_changes"), []
        entries = []
        why = Why("redecide", "redecided", None, token, key)
        for some in _shown(connection, key):
            locked = lock(connection, tables.patient.c.id, some.keys())
            found = decide(connection, keeper, list(some), today)
            if {one: _json(changes) for one, changes in found.changes.items()} != some:
                raise _OutdatedError
            versions = [one for of_patient in found.versions.values() for one in of_patient]
            entries += write_versions(connection, versions, why)[1]
            tell_changed(connection, list(some))
            for _, number, _ in locked:
                keeper.patients.forget(number)
        return msgspec.structs.replace(proposal, is_approved=True), entries

    try:
        return keeper.acts.do(work)
    except _OutdatedError:
        return RedecisionFault("outdated")


class _OutdatedError(Exception):
    """Undoes the transaction: something has changed since the proposal was shown."""


def _shown(connection: Connection, key: int) -> Iterator[dict[int, bytes]]:
    """What a proposal shows, some patients at a time."""
    last = 0
    while some := changes_after(connection, key, last, PATIENTS_AT_ONCE):
        yield some
        last = max(some)
