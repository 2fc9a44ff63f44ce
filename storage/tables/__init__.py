"""Every table. Rows are added and never changed, save a patient's `version`.

Amounts are öre, days are dates. Keys are whole numbers of ours; what people call a thing by is
unique beside them, as the last line of defence.
"""

from storage.tables.access import (
    audit,
    audit_chain,
    is_review,
    person_clinic,
    token,
    token_revoked,
)
from storage.tables.attachments import (
    attachment,
    attachment_content,
    line_document,
)
from storage.tables.columns import metadata
from storage.tables.invoices import (
    credit,
    credited_line,
    credited_visit,
    finding,
    invoice,
    is_credited,
    is_held,
    is_told_apart,
    line,
    visit,
)
from storage.tables.patients import card, card_voided, clinic, edition, free_card, patient
from storage.tables.people import assignment, person, session, session_ended, session_seen
from storage.tables.preassessments import (
    application,
    application_decision,
    application_move,
    application_version,
    preassessment,
    preassessment_line,
)
from storage.tables.settlement import (
    ledger_entry,
    ledger_transaction,
    payee,
    payer,
    payment,
    payment_answer,
    run,
    run_closed,
    run_credit,
    run_file,
    run_invoice,
    run_step,
    settled_credit,
    settled_invoice,
)
from storage.tables.versions import (
    assessment,
    claim,
    material_request,
    redecision,
    redecision_patient,
    redecision_step,
    revision,
)

__all__ = [
    "application", "application_decision", "application_move", "application_version",
    "assessment", "assignment", "attachment", "attachment_content", "audit", "audit_chain",
    "card", "card_voided", "claim", "clinic", "credit", "credited_line", "credited_visit",
    "edition", "finding", "free_card", "invoice", "is_credited", "is_held", "is_review",
    "is_told_apart", "ledger_entry", "ledger_transaction", "line", "line_document",
    "material_request", "metadata", "patient", "payee", "payer", "payment", "payment_answer",
    "person", "person_clinic", "preassessment", "preassessment_line", "redecision",
    "redecision_patient", "redecision_step", "revision", "run", "run_closed", "run_credit",
    "run_file", "run_invoice", "run_step", "session",
    "session_ended", "session_seen", "settled_credit", "settled_invoice", "token",
    "token_revoked", "visit",
]  # fmt: skip
