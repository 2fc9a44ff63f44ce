"""Held lines, settled by an assessor or decided again with what has come: each a new version."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from adjudication.assessment import Assessment, carries, needs
from adjudication.decision import LineDecision
from adjudication.findings import HELD
from adjudication.invoice import DocumentKind
from adjudication.patient import Patient
from invoices.current import Current
from invoices.redecision import decide_lines
from invoices.store import FIRST_VERSION
from invoices.version import Decided, Version, next_version
from storage import tables
from storage.acts import Done
from storage.audit import Entry, now
from storage.claims import owner_of
from storage.current import read_currents
from storage.keeper import Keeper
from storage.rows import add, tell_changed
from storage.versions import Revised, Why, decisions, write_versions

_json = msgspec.json.Encoder().encode


class Verdict(NamedTuple):
    """What an assessor decides of a line, having seen this version: an approved one may be cut to
    an amount, a refused one has a motive."""

    line: int
    version: int
    is_approved: bool
    amount_ore: int | None
    motive: str | None


class Question(NamedTuple):
    """What an assessor asks for of a line, having seen this version."""

    line: int
    version: int
    kinds: Sequence[DocumentKind]
    question: str


class AssessFault(msgspec.Struct, frozen=True):
    """Why nothing is done: the invoice has another version by now; the line is not on it, or waits
    for nobody; somebody else has taken it."""

    code: Literal["version_changed", "line_unknown", "line_not_held", "line_taken"]
    version: int
    owner: str | None = None


class _Found(NamedTuple):
    """An invoice whose patient's row is locked."""

    patient_id: int
    number: str
    patient: Patient
    current: Current


def assess(
    keeper: Keeper,
    key: int,
    verdict: Verdict,
    today: date,
    token: int | None = None,
) -> Revised | AssessFault | None:
    """Settle a held line, or one that an assessor refused. None where there is no such invoice."""

    def work(connection: Connection) -> Done[Revised | AssessFault | None]:
        found = _find(connection, keeper, key)
        if found is None:
            return None, []
        fault = _fault(connection, found.current, verdict.line, verdict.version, token)
        if fault is not None:
            return fault, []
        current = found.current
        before = decisions(connection, [current.row])[current.row]
        (line,) = (one for one in before.lines if one.line == verdict.line)
        assessment = _keep(connection, current, line, verdict)
        current = msgspec.structs.replace(
            current, assessed={**current.assessed, line.line: assessment}
        )
        decided = decide_lines(keeper.adjudicator, found.patient, current, [line.line])
        version = next_version(current, before, decided, today)
        why = Why("assess", "assessed", verdict.motive, token)
        return _revised(connection, keeper, found, (current, version), why)

    return keeper.acts.do(work)


def decide_again(
    connection: Connection,
    keeper: Keeper,
    key: int,
    lines: Collection[int],
    today: date,
    token: int | None = None,
) -> Done[Revised | None]:
    """Decide held lines of an invoice once more, with the documents that have come; a line that
    nothing came of stays as it was. None where nothing came of any, or there is no such invoice."""
    found = _find(connection, keeper, key)
    if found is None:
        return None, []
    current = found.current
    held = [one for one in current.held() if one in lines]
    if not held:
        return None, []
    before = decisions(connection, [current.row])[current.row]
    waited = {one.line: one for one in before.lines}
    decided = decide_lines(keeper.adjudicator, found.patient, current, held)
    anew = {
        number: one
        for number, one in decided.lines.items()
        if one.decision.findings != waited[number].findings
    }
    if not anew:
        return None, []
    days = {one.decision.treated_on for one in anew.values()}
    decided = Decided(anew, {day: one for day, one in decided.fees.items() if day in days})
    version = next_version(current, before, decided, today)
    why = Why("decide_again", "material", None, token)
    return _revised(connection, keeper, found, (current, version), why)


def ask_for_material(
    keeper: Keeper, key: int, asked: Question, token: int | None = None
) -> AssessFault | bool | None:
    """Ask the clinic for documents; True where it is done, None where there is no such invoice."""

    def work(connection: Connection) -> Done[AssessFault | bool | None]:
        found = _find(connection, keeper, key)
        if found is None:
            return None, []
        current = found.current
        fault = _fault(connection, current, asked.line, asked.version, token)
        if fault is None and current.lines[asked.line].outcome not in HELD:
            fault = AssessFault("line_not_held", current.version)
        if fault is not None:
            return fault, []
        row = {
            "invoice_id": key,
            "line": asked.line,
            "kinds": _json(list(asked.kinds)).decode(),
            "question": asked.question,
            "asked_at": now(),
            "token_id": token,
        }
        (asked_id,) = add(connection, tables.material_request, [row])
        return True, [Entry("ask_for_material", token, found.patient_id, key, str(asked_id))]

    return keeper.acts.do(work)


def _find(connection: Connection, keeper: Keeper, key: int) -> _Found | None:
    """An invoice by its key, with its patient locked."""
    invoice, patient = tables.invoice, tables.patient
    row = connection.execute(
        select(invoice.c.patient_id, patient.c.number)
        .join(patient, patient.c.id == invoice.c.patient_id)
        .where(invoice.c.id == key, invoice.c.version == FIRST_VERSION)
    ).one_or_none()
    if row is None:
        return None
    _, _, known = keeper.patients.read(connection, {row.number})[row.number]
    currents = read_currents(connection, [row.patient_id])[row.patient_id]
    (current,) = (one for one in currents if one.key == key)
    return _Found(row.patient_id, row.number, known, current)


def _fault(
    connection: Connection, current: Current, number: int, version: int, token: int | None
) -> AssessFault | None:
    """Why a line cannot be settled."""
    line, assessment = current.lines.get(number), current.assessed.get(number)
    if line is None:
        return AssessFault("line_unknown", current.version)
    if current.version != version:
        return AssessFault("version_changed", current.version)
    is_refused = assessment is not None and not assessment.is_approved
    if line.outcome not in HELD and not (line.outcome == "denied" and is_refused):
        return AssessFault("line_not_held", current.version)
    owner = owner_of(connection, current.key, number)
    if owner is not None and owner.id != token:
        return AssessFault("line_taken", current.version, owner.name)
    return None


def _keep(
    connection: Connection, current: Current, line: LineDecision, verdict: Verdict
) -> Assessment:
    """Keep what the assessor decides of what the line is held for; of a refused line, of what it
    was held for when it was refused."""
    settles = needs(line.findings)
    if not settles and line.line in current.assessed:
        settles = current.assessed[line.line].settles
    is_carried = verdict.is_approved and carries(settles, line.preassessment)
    row = {
        "invoice_id": current.key,
        "line": line.line,
        "is_approved": verdict.is_approved,
        "is_carried": is_carried,
        "settles": _json(settles).decode(),
        "amount_ore": verdict.amount_ore,
        "motive": verdict.motive,
    }
    (key,) = add(connection, tables.assessment, [row])
    return Assessment(
        id=str(key),
        is_approved=verdict.is_approved,
        settles=settles,
        is_carried=is_carried,
        amount_ore=verdict.amount_ore,
        motive=verdict.motive,
    )


def _revised(
    connection: Connection,
    keeper: Keeper,
    found: _Found,
    version: tuple[Current, Version],
    why: Why,
) -> Done[Revised]:
    """Keep a version, and let nobody go on by what was known of the patient."""
    (revised,), entries = write_versions(connection, [version], why)
    tell_changed(connection, [found.patient_id])
    keeper.patients.forget(found.number)
    return revised, entries
