"""Deciding again: a proposal that is kept as it is shown, and carried out whole or not at all."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, func, insert, literal, or_, select

from invoices.current import Current
from invoices.proposal import InvoiceChange, Summary, change_of
from invoices.redecision import redecide
from invoices.unchanged import stays
from invoices.version import Version, next_version
from storage import tables
from storage.acts import Done
from storage.audit import Entry, now
from storage.current import read_currents
from storage.firstanswers import read_first_answers
from storage.keeper import Keeper
from storage.patients import unused_patients
from storage.rows import add, lock, tell_changed
from storage.versions import Why, decisions, write_versions
from terms.vocabulary import Support

PATIENTS_AT_ONCE = 500

_json = msgspec.json.Encoder().encode


class CardChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="card", tag_field="kind"
):
    """A card was put in late, back-dated or voided."""

    number: str


class PreassessmentChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="preassessment", tag_field="kind"
):
    """An application was decided after the invoices came, or was changed."""

    id: str


class FreeCardFound(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="free_card", tag_field="kind"
):
    """A free card that was put in after the invoices came."""

    number: str


class RulesChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rules", tag_field="kind"
):
    """A rule or a price of a region was corrected: care of these days, both included."""

    region: str
    support: Support
    treated_from: date
    treated_to: date


Cause = CardChanged | PreassessmentChanged | FreeCardFound | RulesChanged


class Proposal(msgspec.Struct, frozen=True):
    """What would change: approved by its `id` and `digest`."""

    id: int
    cause: Cause
    digest: str
    is_approved: bool
    summary: Summary


class RedecisionFault(msgspec.Struct, frozen=True):
    """Why a proposal is not carried out: it is already; it changes nothing; what was shown is
    another one; or something that it is about has changed since."""

    code: Literal["already_approved", "nothing_changes", "other_digest", "outdated"]


class OfPatients(NamedTuple):
    """The versions of invoices that are decided otherwise, by patient, and how these are shown."""

    versions: dict[int, list[tuple[Current, Version]]]
    changes: dict[int, list[InvoiceChange]]


def propose(
    keeper: Keeper,
    cause: Cause,
    today: date,
    token: int | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Proposal | None:
    """Decide again what the cause touches, and keep what would change; None where the cause names
    nothing that is there. `tell` is told how many patients are seen to, of how many at most."""
    patients = _touched(keeper, cause)
    if patients is None:
        return None

    def begin(connection: Connection) -> Done[int]:
        row = {"cause": _json(cause).decode(), "begun_at": now(), "token_id": token}
        (key,) = add(connection, tables.redecision, [row])
        return key, [Entry("preview_redecision", token, subject=str(key))]

    key = keeper.acts.do(begin)
    digest, summary = blake2b(digest_size=16), Summary()
    for some, done, of_all in patients:
        with keeper.database.reading() as connection:
            found = decide(connection, keeper, some, today)
        for changes in found.changes.values():
            summary = summary.plus(changes)
        shown = {patient: _json(changes) for patient, changes in found.changes.items()}
        for patient, changes_json in shown.items():
            digest.update(b"%d " % patient + changes_json)
        if shown:
            keeper.acts.do(_keeping(key, shown, token))
        tell(done, of_all)

    def end(connection: Connection) -> Done[None]:
        connection.execute(
            insert(tables.redecision_shown),
            {
                "redecision_id": key,
                "digest": digest.digest(),
                "summary": _json(summary).decode(),
            },
        )
        return None, []

    keeper.acts.do(end)
    return Proposal(key, cause, digest.hexdigest(), is_approved=False, summary=summary)


def _keeping(
    key: int, shown: Mapping[int, bytes], token: int | None
) -> Callable[[Connection], Done[None]]:
    def work(connection: Connection) -> Done[None]:
        connection.execute(
            insert(tables.redecision_patient),
            [
                {"redecision_id": key, "patient_id": patient, "changes": changes}
                for patient, changes in shown.items()
            ],
        )
        return None, [
            Entry("preview_redecision", token, patient, subject=str(key)) for patient in shown
        ]

    return work


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


def read_proposal(connection: Connection, key: int) -> Proposal | None:
    """A proposal that is complete."""
    proposal, shown = tables.redecision, tables.redecision_shown
    is_approved = (
        select(literal(1)).where(tables.revision.c.redecision_id == proposal.c.id).exists()
    )
    row = connection.execute(
        select(proposal.c.cause, shown.c.digest, shown.c.summary, is_approved.label("is_approved"))
        .join(shown, shown.c.redecision_id == proposal.c.id)
        .where(proposal.c.id == key)
    ).one_or_none()
    if row is None:
        return None
    return Proposal(
        key,
        msgspec.json.decode(row.cause, type=Cause),
        row.digest.hex(),
        bool(row.is_approved),
        msgspec.json.decode(row.summary, type=Summary),
    )


def _shown(connection: Connection, key: int) -> Iterator[dict[int, bytes]]:
    """What a proposal shows, some patients at a time."""
    last = 0
    while some := changes_after(connection, key, last, PATIENTS_AT_ONCE):
        yield some
        last = max(some)


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


def decide(
    connection: Connection,
    keeper: Keeper,
    patients: Collection[int],
    today: date,
) -> OfPatients:
    """Decide all invoices of some patients again. Most are seen quickly to stay as they are."""
    firsts = read_first_answers(connection, patients)
    numbers = {patient: of[0].invoice.patient for patient, of in firsts.items()}
    unused = unused_patients(connection, keeper.library, numbers)
    staying = {
        patient for patient, of in firsts.items() if stays(keeper.adjudicator, unused[patient], of)
    }
    others = [patient for patient in patients if patient not in staying]
    return decide_fully(connection, keeper, others, today)


def decide_fully(
    connection: Connection,
    keeper: Keeper,
    patients: Collection[int],
    today: date,
) -> OfPatients:
    """Decide all invoices of some patients again, whatever became of them."""
    if not patients:
        return OfPatients({}, {})
    currents = read_currents(connection, patients)
    numbers = {patient: of[0].invoice.patient for patient, of in currents.items()}
    unused = unused_patients(connection, keeper.library, numbers)
    decided = {}
    for patient in sorted(currents):
        found = redecide(keeper.adjudicator, unused[patient], currents[patient])
        if found:
            decided[patient] = found
    rows = [current.row for of in decided.values() for current, _ in of]
    before = decisions(connection, rows) if rows else {}
    versions = {
        patient: [
            (current, next_version(current, before[current.row], anew, today))
            for current, anew in of
        ]
        for patient, of in decided.items()
    }
    changes = {
        patient: [
            change_of(current, before[current.row], version.decision) for current, version in of
        ]
        for patient, of in versions.items()
    }
    return OfPatients(versions, changes)


def _touched(keeper: Keeper, cause: Cause) -> Iterator[tuple[list[int], int, int]] | None:
    """The patients that a cause touches, some at a time: with how far that is, and of how far; None
    where it names nothing."""
    if isinstance(cause, RulesChanged):
        return _by_rules(keeper, cause)
    table, name, value = {
        CardChanged: (tables.card, "number", getattr(cause, "number", "")),
        PreassessmentChanged: (tables.preassessment, "name", getattr(cause, "id", "")),
        FreeCardFound: (tables.free_card, "number", getattr(cause, "number", "")),
    }[type(cause)]
    with keeper.database.reading() as connection:
        patient = connection.scalar(select(table.c.patient_id).where(table.c[name] == value))
    return None if patient is None else iter([([patient], 1, 1)])


def _by_rules(keeper: Keeper, cause: RulesChanged) -> Iterator[tuple[list[int], int, int]]:
    with keeper.database.reading() as connection:
        last_of_all = connection.scalar(select(func.max(tables.patient.c.id))) or 0
    last = 0
    while True:
        with keeper.database.reading() as connection:
            some = list(connection.scalars(_patients_after(cause, last)))
        if not some:
            return
        last = some[-1]
        yield some, last, last_of_all


def _patients_after(cause: RulesChanged, last: int) -> Select[int]:
    """The next patients with care that the rules were asked of, or of which none were known."""
    invoice, line, edition, patient = tables.invoice, tables.line, tables.edition, tables.patient
    has_care = (
        select(literal(1))
        .select_from(invoice)
        .join(line, line.c.invoice_id == invoice.c.id)
        .outerjoin(edition, edition.c.id == line.c.edition_id)
        .where(
            invoice.c.patient_id == patient.c.id,
            invoice.c.support == cause.support,
            line.c.treated_on.between(cause.treated_from, cause.treated_to),
            or_(edition.c.region == cause.region, line.c.edition_id.is_(None)),
        )
        .exists()
    )
    return (
        select(patient.c.id)
        .where(patient.c.id > last, has_care)
        .order_by(patient.c.id)
        .limit(PATIENTS_AT_ONCE)
    )
