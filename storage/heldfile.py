"""All that an assessor has before them of an invoice with lines that wait: as it was sent and
decided, what was added, who has which line, how the patient stands."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from adjudication.decision import Decision, LineDecision
from adjudication.findings import HELD, RefusedByAssessor
from adjudication.standing import Standing, standing
from storage.acts import Done
from storage.answers import read_answer
from storage.audit import Entry
from storage.claims import owner_of
from storage.documents import AddedDocument, read_documents
from storage.keeper import Keeper
from storage.kept import KeptInvoice, read_invoice
from terms.person import without_dash


class HeldFile(NamedTuple):
    """`open_lines` are those that can be settled: what waits, and what an assessor refused;
    `owners` names who has taken which of them."""

    kept: KeptInvoice
    decision: Decision
    added: list[AddedDocument]
    open_lines: list[int]
    owners: dict[int, str]
    standing: Standing


def read_held_file(keeper: Keeper, key: int, token: int, today: date) -> HeldFile | None:
    """The file of an invoice; None where there is none. All looks are noted."""

    def work(connection: Connection) -> Done[HeldFile | None]:
        kept, entries = read_invoice(connection, key, None, token)
        added, more = read_documents(connection, key, None, token)
        if kept is None or added is None:
            return None, []
        decision = read_answer(kept.decision)
        open_lines = [one.line for one in decision.lines if one.outcome in HELD or _is_refused(one)]
        owners = {
            line: owner.name or ""
            for line in open_lines
            if (owner := owner_of(connection, key, line)) is not None
        }
        number, support = without_dash(kept.invoice.patient), kept.invoice.support
        patient_id, _, patient = keeper.patients.read(connection, {number})[number]
        days = [one.treated_on for one in decision.lines if one.line in open_lines]
        on = min(days, default=today)
        stands = standing(keeper.library, patient, number, support, on, keeper.default_region)
        looked = Entry("read_standing", token, patient_id, subject="assessment")
        found = HeldFile(kept, decision, added, open_lines, owners, stands)
        return found, [*entries, *more, looked]

    return keeper.acts.do(work)


def _is_refused(line: LineDecision) -> bool:
    """Whether an assessor refused it, who may do otherwise."""
    return any(isinstance(one, RefusedByAssessor) for one in line.findings)
