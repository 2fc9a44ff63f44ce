"""Who may do what. A token has one role; what is not named here is not allowed."""

from typing import Literal

Role = Literal[
    "clinic",
    "import",
    "registrar",
    "assessor",
    "consultant",
    "payout_preparer",
    "payout_approver",
    "payout_chief",
    "finance",
    "reader",
    "monitor",
    "log_reviewer",
    "administrator",
]
"""A clinic's own system, which touches only its own invoices and applications; whoever takes in
invoices with their day of receipt for all clinics; whoever keeps cards and applications that were
decided elsewhere; the region's assessor (bedömningstandläkare), who decides applications, settles
what waits for a person and has invoices decided again; a consultant, who sees the applications that
wait for an answer of theirs; who prepares payouts, keeps the accounts that they go to, sends them
and takes the bank's answers; who approves them, up to the limits of the region (invoices/rules/);
the region's finance staff, who read what was paid, booked and spent and look for what is missing; a
reader of everything; whoever watches that the service runs; whoever looks
through what others have looked at; whoever gives others their roles and systems their tokens."""

Task = Literal[
    "submit",
    "set_day_of_receipt",
    "credit",
    "read_invoices",
    "read_standing",
    "assess_lines",
    "redecide",
    "keep_cards",
    "read_cards",
    "keep_preassessments",
    "read_preassessments",
    "apply",
    "assess",
    "consult",
    "read_applications",
    "read_rules",
    "send_attachments",
    "read_attachments",
    "prepare_runs",
    "approve_runs",
    "discard_runs",
    "export_runs",
    "read_runs",
    "keep_payees",
    "read_payments",
    "trace",
    "reconcile",
    "read_figures",
    "read_metrics",
    "review_log",
    "read_users",
    "give_roles",
    "issue_tokens",
    "read_audit",
]

TASKS: dict[Role, frozenset[Task]] = {
    "clinic": frozenset(
        {
            "submit",
            "credit",
            "read_invoices",
            "read_standing",
            "apply",
            "read_applications",
            "send_attachments",
            "read_attachments",
            "read_payments",
            "reconcile",
            "read_rules",
        }
    ),
    "import": frozenset(
        {
            "submit",
            "set_day_of_receipt",
            "credit",
            "read_invoices",
            "send_attachments",
            "read_attachments",
            "read_rules",
        }
    ),
    "registrar": frozenset(
        {"keep_cards", "read_cards", "keep_preassessments", "read_preassessments", "read_rules"}
    ),
    "assessor": frozenset(
        {
            "assess",
            "assess_lines",
            "redecide",
            "read_applications",
            "read_attachments",
            "read_invoices",
            "read_standing",
            "read_cards",
            "read_preassessments",
            "read_rules",
        }
    ),
    "consultant": frozenset({"consult", "read_applications", "read_rules"}),
    "payout_preparer": frozenset(
        {
            "prepare_runs",
            "discard_runs",
            "export_runs",
            "read_runs",
            "keep_payees",
            "read_payments",
            "trace",
            "read_rules",
        }
    ),
    "payout_approver": frozenset(
        {"approve_runs", "discard_runs", "read_runs", "read_payments", "trace", "read_rules"}
    ),
    "payout_chief": frozenset(
        {"approve_runs", "discard_runs", "read_runs", "read_payments", "trace", "read_rules"}
    ),
    "reader": frozenset(
        {
            "read_runs",
            "read_payments",
            "trace",
            "read_invoices",
            "read_standing",
            "read_cards",
            "read_preassessments",
            "read_applications",
            "read_attachments",
            "read_figures",
            "read_rules",
        }
    ),
    "finance": frozenset(
        {"reconcile", "read_figures", "read_runs", "read_payments", "trace", "read_rules"}
    ),
    "monitor": frozenset({"read_metrics"}),
    "log_reviewer": frozenset({"review_log", "read_audit"}),
    "administrator": frozenset(
        {"read_users", "give_roles", "issue_tokens", "read_audit", "read_rules"}
    ),
}

OF_SYSTEMS: frozenset[Role] = frozenset({"import", "monitor"})
"""Roles that no person is given."""

ISSUED: frozenset[Role] = OF_SYSTEMS | {"clinic", "registrar"}
"""Roles of the tokens that an administrator may issue: those of systems. A person's token would
show them what to act by in another's name; persons log in, or get one on the server."""

CONFLICTS: frozenset[frozenset[Role]] = frozenset(
    {
        frozenset({"clinic", "assessor"}),
        frozenset({"log_reviewer", "administrator"}),
        frozenset({"administrator", "payout_approver"}),
        frozenset({"administrator", "payout_chief"}),
        frozenset({"payout_preparer", "payout_approver"}),
        frozenset({"payout_preparer", "payout_chief"}),
    }
)
"""Roles that no person has on the same day: nobody decides on what their own clinic sent, whoever
gives out roles neither looks through what was done with them nor approves payouts, and who
prepares payouts approves none."""


PAYING: frozenset[Role] = frozenset({"payout_preparer", "payout_approver", "payout_chief"})
"""The roles that move money: each of their tokens says which person's it is."""


def may(role: Role, task: Task) -> bool:
    """Whether a role may do a task."""
    return task in TASKS[role]


def conflicts(one: Role, other: Role) -> bool:
    """Whether no person may have both."""
    return frozenset({one, other}) in CONFLICTS
