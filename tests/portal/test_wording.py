"""Each language says all that pages ask for, and nothing else."""

import re
import tomllib
from string import Formatter
from typing import get_args, get_type_hints

import pytest

from adjudication.wording.languages import Language
from api.runfiles import FORMS
from attachments.kinds import AttachmentKind
from invoices.ledger import Account, Transaction
from invoices.payments import PaymentState, RunOutcome
from invoices.reconciliation import KINDS, Discrepancy
from invoices.runsteps import State as RunState
from invoices.settlement import KINDS as ITEM_KINDS
from invoices.wording import TEXTS as TOLD
from portal.administration.audit import Noun
from portal.administration.giving import FAULTS as GIVING
from portal.administration.tokens import FAULTS as ISSUING
from portal.applications import draft as application_draft
from portal.applications.looks import OF_LINE
from portal.assessing.held import HELD_FOR, Whose
from portal.assessing.redeciding import FAULTS_OF_FORM
from portal.assessing.redeciding import KINDS as CAUSE_KINDS
from portal.chart import MARKS, MILK_POSITIONS, POSITIONS, SIDES
from portal.figures.figures import Fault as FiguresFault
from portal.figures.figures import Period
from portal.invoices.draft import DOCUMENT, HEAD, TEXTS
from portal.login.openid import Why
from portal.patients import FAULTS
from portal.patients import Why as Reason
from portal.payouts.runs import BANK_REASONS
from portal.payouts.steps import Name as StepName
from portal.rendering import NAVIGATION
from portal.wording import FIRST, LANGUAGES, wording
from preassessments.application import Kind as ApplicationKind
from preassessments.lifecycle import Move, State, WaitsFor
from registry.roles import Role, Task
from storage.applying import Reason as Refused
from storage.audit import Act
from storage.duties import What
from storage.exporting import FileKind
from storage.waiting import VIEWS
from tests import desks

PORTAL = desks.PROJECT / "portal"
MADE = {
    "assessed.": OF_LINE,
    "difference.": ("lines", "xrays", "attachments"),
    "enclosure.": get_args(AttachmentKind),
    "move.": get_args(Move),
    "notice.": get_args(Refused),
    "now.": get_args(State),
    "part.": (
        *application_draft.HEAD,
        *application_draft.TEXTS,
        *application_draft.LINE,
        *application_draft.XRAY,
    ),
    "state.": get_args(State),
    "waits.": get_args(WaitsFor),
    "bank.": BANK_REASONS,
    "cannot.": (*TOLD, "no_day", "no_file", "no_clinic", "answer_unreadable", "nothing_new"),
    "differs.": get_args(get_type_hints(Discrepancy)["field"]),
    "figures.": (*get_args(FiguresFault), *get_args(Period)),
    "kind.": KINDS,
    "kind.do_": KINDS,
    "ledger.": get_args(Account),
    "outcome.": get_args(RunOutcome),
    "paid.": get_args(PaymentState),
    "item.": (*ITEM_KINDS, "not_approved"),
    "payout.form_": [form.rpartition(".")[2] for form in FORMS],
    "reconcile.": ("no_file", "wrong_day", "backwards", "too_many"),
    "run.not_": ("approve", "discard", "export", "answer"),
    "runfile.kind_": get_args(FileKind),
    "run_state.": get_args(RunState),
    "step.": get_args(StepName),
    "step.to_": get_args(StepName),
    "trace.booked_": get_args(get_type_hints(Transaction)["kind"]),
    "trace.wrong_": ("line", "payment", "voucher"),
    "application_kind.": get_args(ApplicationKind),
    "case.": ("amount", "count", "covers_from", "covers_to"),
    "choice.": ("approved", "part", "refused", "noted"),
    "desk_empty.": VIEWS,
    "desk_view.": VIEWS,
    "held_for.": HELD_FOR,
    "held_whose.": ("all", *get_args(Whose)),
    "redeciding_fault.": FAULTS_OF_FORM,
    "redeciding_kind.": CAUSE_KINDS,
    "moving.": ("ask_supplement_said", "ask_consultant_said", "dismiss_said", "change_said"),
    "act.": get_args(Act),
    "field.": ("lines", "performer", *HEAD, *TEXTS, *DOCUMENT),
    "frame.in_": LANGUAGES,
    "mark.": MARKS,
    "hindrance.": GIVING,
    "no_token.": ISSUING,
    "patients.": FAULTS,
    "rules.": ("before", "after"),
    "refused.": get_args(Why),
    "role.": get_args(Role),
    "side.": SIDES,
    "subject.": get_args(Noun),
    "task.": get_args(Task),
    "tooth.": (*POSITIONS, *(f"milk_{one}" for one in MILK_POSITIONS)),
    "duty.": get_args(What),
    "why.": ("invoice", *get_args(Reason)),
}
"""Keys that templates put together, by their beginning."""


def asked() -> set[str]:
    """The keys that templates and handlers ask for."""
    found = {link.key for link in NAVIGATION}
    for path in PORTAL.glob("html/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for key, is_made in re.findall(r'\bt\("([a-z_.]+)"( ~)?', text):
            found |= {key + name for name in MADE[key]} if is_made else {key}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_is_asked_and_nothing_else(language: Language) -> None:
    assert set(wording(language).texts) == asked()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_two_places(language: Language) -> None:
    subjects = [
        subject
        for path in sorted((PORTAL / "words" / language).glob("*.toml"))
        for subject in tomllib.loads(path.read_text(encoding="utf-8"))
    ]
    assert len(subjects) == len(set(subjects))


def test_languages_fill_in_the_same() -> None:
    first = wording(FIRST).texts
    for language in LANGUAGES:
        for key, text in wording(language).texts.items():
            assert text.strip()
            assert places(text) == places(first[key]), (language, key)


def places(text: str) -> set[str]:
    """The names of what is filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
