"""Proposing to decide again: in steps, each kept with what it shows, so that whoever was stopped
goes on from there."""

from collections.abc import Callable
from datetime import date
from hashlib import blake2b

import msgspec
from sqlalchemy import Connection, insert

from invoices.proposal import Summary
from storage import tables
from storage.acts import Done
from storage.audit import Entry, now
from storage.causes import PATIENTS_AT_ONCE, Cause, is_there, last_patient, touched
from storage.keeper import Keeper
from storage.proposals import Proposal, read_proposal
from storage.redeciding import decide
from storage.rows import add

DIGEST_BYTES = 16

_json = msgspec.json.Encoder().encode


def propose(
    keeper: Keeper,
    cause: Cause,
    today: date,
    token: int | None = None,
    tell: Callable[[int, int], None] = lambda _reached, _through: None,
) -> Proposal | None:
    """Decide again all that the cause touches, and keep what would change; None where the cause
    names nothing that is there. `tell` is told how far it has come, of how far."""
    found = begin(keeper, cause, token)
    while found is not None and not found.is_complete:
        found = go_on(keeper, found.id, today, token)
        if found is not None:
            tell(found.reached, found.through)
    return found


def begin(keeper: Keeper, cause: Cause, token: int | None = None) -> Proposal | None:
    """A proposal that has seen to nobody yet; None where the cause names nothing that is there."""

    def work(connection: Connection) -> Done[Proposal | None]:
        if not is_there(connection, keeper.library, cause):
            return None, []
        row = {
            "cause": _json(cause).decode(),
            "through": last_patient(connection),
            "begun_at": now(),
            "token_id": token,
        }
        (key,) = add(connection, tables.redecision, [row])
        _reach(connection, key, 0, b"", Summary())
        return read_proposal(connection, key), [
            Entry("preview_redecision", token, subject=str(key))
        ]

    return keeper.acts.do(work)


def go_on(keeper: Keeper, key: int, today: date, token: int | None = None) -> Proposal | None:
    """See to the next patients of a proposal, and give how far it has come; None where there is
    none. Of two who go on with one at once each patient is kept once."""
    with keeper.database.reading() as connection:
        found = read_proposal(connection, key)
        if found is None or found.is_complete:
            return found
        some = touched(connection, found.cause, found.reached, found.through)
        changes = decide(connection, keeper, some, today).changes
    shown = {patient: _json(of) for patient, of in changes.items()}
    summary, digest = found.summary, blake2b(bytes.fromhex(found.digest), digest_size=DIGEST_BYTES)
    for patient, of in changes.items():
        summary = summary.plus(of)
        digest.update(b"%d " % patient + shown[patient])
    reached = some[-1] if len(some) == PATIENTS_AT_ONCE else found.through

    def work(connection: Connection) -> Done[Proposal | None]:
        there = read_proposal(connection, key)
        if there != found:
            return there, []  # another one was quicker
        if shown:
            connection.execute(
                insert(tables.redecision_patient),
                [
                    {"redecision_id": key, "patient_id": patient, "changes": of}
                    for patient, of in shown.items()
                ],
            )
        _reach(connection, key, reached, digest.digest(), summary)
        entries = [
            Entry("preview_redecision", token, patient, subject=str(key)) for patient in shown
        ]
        return read_proposal(connection, key), entries

    return keeper.acts.do(work)


def _reach(connection: Connection, key: int, reached: int, digest: bytes, summary: Summary) -> None:
    connection.execute(
        insert(tables.redecision_step),
        {
            "redecision_id": key,
            "reached": reached,
            "digest": digest,
            "summary": _json(summary).decode(),
        },
    )
