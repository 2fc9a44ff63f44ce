"""Every finding there is, in the order in which it is asked (docs/deciding.md).

This order is that of the findings in a decision, of the reference page and of the tests. A finding
names the rule it rests on and carries its numbers; none is ever renamed. `outcome` is what the
finding makes of its line, None where it decides nothing by itself.
"""

from datetime import date
from typing import Any, ClassVar, Literal

import msgspec

Outcome = Literal[
    "approved",
    "invalid",
    "denied",
    "patient_pays",
    "needs_preassessment",
    "needs_document",
    "needs_review",
]

STRONGEST_FIRST: tuple[Outcome, ...] = (
    "invalid",
    "denied",
    "patient_pays",
    "needs_preassessment",
    "needs_document",
    "needs_review",
)
"""Of several findings on a line, the first of these decides."""

NOTHING = len(STRONGEST_FIRST)

HELD = frozenset(("needs_preassessment", "needs_document", "needs_review"))
"""Outcomes that wait for somebody: a line with one is held."""


class Finding(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag_field="code"
):
    """What all findings share: the rule's id within the line's edition, or `contract/<code>`."""

    outcome: ClassVar[Outcome | None] = None
    strength: ClassVar[int] = NOTHING
    rule: str

    def __init_subclass__(cls, **config: Any) -> None:
        super().__init_subclass__(**config)
        if cls.outcome is not None:
            cls.strength = STRONGEST_FIRST.index(cls.outcome)


# --- the whole invoice -------------------------------------------------------------------------


class ProtectedIdentity(Finding, frozen=True, tag="protected_identity"):
    """The patient has a protected identity: nothing is kept, and the clinic bills directly."""

    outcome = "invalid"


class NumberReused(Finding, frozen=True, tag="number_reused"):
    """The clinic has used the number for an invoice with other content."""

    outcome = "invalid"


class PatientIdInvalid(Finding, frozen=True, tag="patient_id_invalid"):
    """Not a personnummer or samordningsnummer in twelve digits."""

    outcome = "invalid"


class LinesMissing(Finding, frozen=True, tag="lines_missing"):
    """The invoice has no lines."""

    outcome = "invalid"


class LineNumberRepeated(Finding, frozen=True, tag="line_number_repeated"):
    """Two or more lines have the same number; `lines` are those numbers."""

    outcome = "invalid"
    lines: list[int]


# --- line: which rules -------------------------------------------------------------------------


class RulesMissing(Finding, frozen=True, tag="rules_missing"):
    """No edition of rules is in force for the region and support on the treatment day."""

    outcome = "needs_review"


# --- line: structure ---------------------------------------------------------------------------


class DateInFuture(Finding, frozen=True, tag="date_in_future"):
    """Treated after the day of receipt."""

    outcome = "invalid"
    received_on: date


class ActionUnknown(Finding, frozen=True, tag="action_unknown"):
    """The code stands in no price list and is not named by the region's directions."""

    outcome = "invalid"


class ToothInvalid(Finding, frozen=True, tag="tooth_invalid"):
    """Not a tooth in FDI's two digits."""

    outcome = "invalid"


class ZoneMissing(Finding, frozen=True, tag="zone_missing"):
    """The code needs a zone and the line has none."""

    outcome = "invalid"
    zones: list[str]


class ZoneInvalid(Finding, frozen=True, tag="zone_invalid"):
    """The line's zone is none of those that the code may have."""

    outcome = "invalid"
    zones: list[str]


# --- line: eligibility -------------------------------------------------------------------------


class DeadlinePassed(Finding, frozen=True, tag="deadline_passed"):
    """Received after the last day to bill the care."""

    outcome = "denied"
    last_day: date


class CardMissing(Finding, frozen=True, tag="card_missing"):
    """The patient has no card for the support."""

    outcome = "denied"


class CardNotValidOnDay(Finding, frozen=True, tag="card_not_valid_on_day"):
    """The patient has a card for the support, but none in force on the treatment day.

    `valid_from` and `valid_to` are those of the card whose days in force lie nearest.
    """

    outcome = "denied"
    valid_from: date
    valid_to: date | None = None


class PerformerNotAllowed(Finding, frozen=True, tag="performer_not_allowed"):
    """The price list says that another profession performs the code; `bill_as` is the code that
    the region pays for the same care by this performer, where it names one."""

    outcome = "denied"
    performed_by: str
    bill_as: str | None = None


class Duplicate(Finding, frozen=True, tag="duplicate"):
    """The same action, day, tooth, zone and surfaces is approved already, or billed twice here."""

    outcome = "denied"


# --- line: coverage ----------------------------------------------------------------------------


class ActionNotCovered(Finding, frozen=True, tag="action_not_covered"):
    """The code is outside what the region pays for."""

    outcome = "patient_pays"


class CoverageConditionUnmet(Finding, frozen=True, tag="coverage_condition_unmet"):
    """The code is paid only where the line attests a fact."""

    outcome = "patient_pays"
    fact: str


class ToothMissing(Finding, frozen=True, tag="tooth_missing"):
    """The code is paid in some positions only, and the line names no tooth."""

    outcome = "invalid"


class PositionNotCovered(Finding, frozen=True, tag="position_not_covered"):
    """The code is not paid in this position of the jaw."""

    outcome = "patient_pays"
    positions: list[int]


# --- line: combinations ------------------------------------------------------------------------


class CombinationExcluded(Finding, frozen=True, tag="combination_excluded"):
    """The action cannot stand with another that is approved for the same day."""

    outcome = "denied"
    with_code: str


class MotivationMissing(Finding, frozen=True, tag="motivation_missing"):
    """The action stands with another of the day only with a motivation, and there is none."""

    outcome = "needs_document"
    with_code: str


# --- line: documents (also of a combination) ---------------------------------------------------


class DocumentMissing(Finding, frozen=True, tag="document_missing"):
    """The line lacks a document that the action needs."""

    outcome = "needs_document"
    document: str


class MotivationToAssess(Finding, frozen=True, tag="motivation_to_assess"):
    """Motivation and document are there, and a person assesses them."""

    outcome = "needs_review"
    with_code: str


# --- line: interval ----------------------------------------------------------------------------


class IntervalNotElapsed(Finding, frozen=True, tag="interval_not_elapsed"):
    """Too near another approved action: the nearest, and the first later day that is free."""

    outcome = "denied"
    months: int
    previous_on: date
    next_on: date


# --- line: price -------------------------------------------------------------------------------


class TariffPriceMissing(Finding, frozen=True, tag="tariff_price_missing"):
    """No price is in force for the code at this care level on the treatment day."""

    outcome = "needs_review"


class PriceAboveTariff(Finding, frozen=True, tag="price_above_tariff"):
    """The approved line is cut to this amount."""

    tariff_ore: int


# --- line: pre-assessment ----------------------------------------------------------------------


class PreassessmentNotUsable(Finding, frozen=True, tag="preassessment_not_usable"):
    """The application that the line names does not fit it or has nothing left."""

    preassessment: str


class PreassessmentRequired(Finding, frozen=True, tag="preassessment_required"):
    """The action always needs an approved application."""

    outcome = "needs_preassessment"


class LimitReached(Finding, frozen=True, tag="limit_reached"):
    """As many are approved this calendar year as are paid without an application."""

    outcome = "needs_preassessment"
    limit: int
    used: int


class CeilingReached(Finding, frozen=True, tag="ceiling_reached"):
    """With this line the calendar year's approved care would exceed the ceiling."""

    outcome = "needs_preassessment"
    limit_ore: int
    used_ore: int


class PreassessmentApplied(Finding, frozen=True, tag="preassessment_applied"):
    """An approved application carries the line."""

    preassessment: str


# --- line: what an assessor decided ------------------------------------------------------------


class ApprovedByAssessor(Finding, frozen=True, tag="approved_by_assessor"):
    """An assessor has approved the line in spite of what it was held for: `settles` are the codes
    of those findings."""

    assessment: str
    settles: list[str]
    motive: str | None = None


class RefusedByAssessor(Finding, frozen=True, tag="refused_by_assessor"):
    """An assessor has refused the line for what it was held for: `settles` are the codes of those
    findings."""

    outcome = "denied"
    assessment: str
    settles: list[str]
    motive: str


WHOLE_INVOICE = (
    ProtectedIdentity,
    NumberReused,
    PatientIdInvalid,
    LinesMissing,
    LineNumberRepeated,
)

LINE = (
    RulesMissing,
    DateInFuture,
    ActionUnknown,
    ToothInvalid,
    ZoneMissing,
    ZoneInvalid,
    DeadlinePassed,
    CardMissing,
    CardNotValidOnDay,
    PerformerNotAllowed,
    Duplicate,
    ActionNotCovered,
    CoverageConditionUnmet,
    ToothMissing,
    PositionNotCovered,
    CombinationExcluded,
    MotivationMissing,
    DocumentMissing,
    MotivationToAssess,
    IntervalNotElapsed,
    TariffPriceMissing,
    PriceAboveTariff,
    PreassessmentNotUsable,
    PreassessmentRequired,
    LimitReached,
    CeilingReached,
    PreassessmentApplied,
    ApprovedByAssessor,
    RefusedByAssessor,
)

AnyFinding = (
    ProtectedIdentity
    | NumberReused
    | PatientIdInvalid
    | LinesMissing
    | LineNumberRepeated
    | RulesMissing
    | DateInFuture
    | ActionUnknown
    | ToothInvalid
    | ZoneMissing
    | ZoneInvalid
    | DeadlinePassed
    | CardMissing
    | CardNotValidOnDay
    | PerformerNotAllowed
    | Duplicate
    | ActionNotCovered
    | CoverageConditionUnmet
    | ToothMissing
    | PositionNotCovered
    | CombinationExcluded
    | MotivationMissing
    | DocumentMissing
    | MotivationToAssess
    | IntervalNotElapsed
    | TariffPriceMissing
    | PriceAboveTariff
    | PreassessmentNotUsable
    | PreassessmentRequired
    | LimitReached
    | CeilingReached
    | PreassessmentApplied
    | ApprovedByAssessor
    | RefusedByAssessor
)
"""The closed union, so that a `match` is exhaustive and OpenAPI lists each with its fields."""
