"""What each finding says to the clinic: what happened, with its numbers, and what would cure it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from adjudication import findings as found
from adjudication.wording.about import About, Words
from adjudication.wording.billing import OfEligibility, OfStructure, of_eligibility, of_structure
from adjudication.wording.paying import (
    OfAssessment,
    OfCare,
    OfCoverage,
    OfPreassessment,
    OfPrice,
    of_assessment,
    of_care,
    of_coverage,
    of_preassessment,
    of_price,
)
from adjudication.wording.words import listed

OfInvoice = (
    found.ProtectedIdentity
    | found.NumberReused
    | found.PatientIdInvalid
    | found.LinesMissing
    | found.LineNumberRepeated
)


class Sentences(NamedTuple):
    """What a language says of each group of findings."""

    of_invoice: Callable[[OfInvoice], Words]
    of_structure: Callable[[OfStructure, About], Words]
    of_eligibility: Callable[[OfEligibility, About], Words]
    of_coverage: Callable[[OfCoverage, About], Words]
    of_care: Callable[[OfCare, About], Words]
    of_price: Callable[[OfPrice, About], Words]
    of_preassessment: Callable[[OfPreassessment, About], Words]
    of_assessment: Callable[[OfAssessment, About], Words]


def words_of(finding: found.AnyFinding, about: About) -> Words:
    """What a finding says; `about` is its line, or `NO_LINE`."""
    return said(finding, about, _SWEDISH)


def said(finding: found.AnyFinding, about: About, by: Sentences) -> Words:
    """The same in any language."""
    match finding:
        case (
            found.ProtectedIdentity()
            | found.NumberReused()
            | found.PatientIdInvalid()
            | found.LinesMissing()
            | found.LineNumberRepeated()
        ):
            return by.of_invoice(finding)
        case (
            found.RulesMissing()
            | found.DateInFuture()
            | found.ActionUnknown()
            | found.ToothInvalid()
            | found.ZoneMissing()
            | found.ZoneInvalid()
        ):
            return by.of_structure(finding, about)
        case (
            found.DeadlinePassed()
            | found.CardMissing()
            | found.CardNotValidOnDay()
            | found.PerformerNotAllowed()
            | found.Duplicate()
        ):
            return by.of_eligibility(finding, about)
        case (
            found.ActionNotCovered()
            | found.CoverageConditionUnmet()
            | found.ToothMissing()
            | found.PositionNotCovered()
        ):
            return by.of_coverage(finding, about)
        case (
            found.CombinationExcluded()
            | found.MotivationMissing()
            | found.DocumentMissing()
            | found.MotivationToAssess()
            | found.IntervalNotElapsed()
        ):
            return by.of_care(finding, about)
        case found.TariffPriceMissing() | found.PriceAboveTariff():
            return by.of_price(finding, about)
        case (
            found.PreassessmentNotUsable()
            | found.PreassessmentRequired()
            | found.LimitReached()
            | found.CeilingReached()
            | found.PreassessmentApplied()
        ):
            return by.of_preassessment(finding, about)
        case found.ApprovedByAssessor() | found.RefusedByAssessor():
            return by.of_assessment(finding, about)


def _of_invoice(finding: OfInvoice) -> Words:
    free = "och skicka fakturan igen; dess nummer är fortfarande ledigt."
    match finding:
        case found.ProtectedIdentity():
            return Words(
                "Patienten har skyddade personuppgifter. Fakturan behandlas inte här, och inget ur "
                "den är sparat.",
                "Skicka i stället en faktura på beloppet direkt till regionens beställarenhet.",
            )
        case found.NumberReused():
            return Words(
                "Kliniken har redan använt numret för en faktura med annat innehåll. Svaret på den "
                "första gäller oförändrat.",
                "Ge den här fakturan ett eget nummer och skicka den igen.",
            )
        case found.PatientIdInvalid():
            return Words(
                "Patientens nummer är varken ett giltigt personnummer eller ett giltigt "
                "samordningsnummer.",
                f"Kontrollera att det har tolv siffror, rätt datum och rätt kontrollsiffra {free}",
            )
        case found.LinesMissing():
            return Words("Fakturan har inga rader.", f"Lägg till minst en rad {free}")
        case found.LineNumberRepeated(lines=lines):
            numbers = listed([str(number) for number in lines])
            return Words(
                f"Mer än en rad har samma nummer: {numbers}.",
                f"Ge varje rad ett eget nummer {free}",
            )


_SWEDISH: Final = Sentences(
    _of_invoice,
    of_structure,
    of_eligibility,
    of_coverage,
    of_care,
    of_price,
    of_preassessment,
    of_assessment,
)
