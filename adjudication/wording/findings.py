"""What each finding says to the clinic: what happened, with its numbers, and what would cure it."""

from adjudication import findings as found
from adjudication.wording.about import About, Words
from adjudication.wording.billing import of_eligibility, of_structure
from adjudication.wording.paying import (
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


def words_of(finding: found.AnyFinding, about: About) -> Words:
    """What a finding says; `about` is its line, or `NO_LINE`."""
    match finding:
        case (
            found.ProtectedIdentity()
            | found.NumberReused()
            | found.PatientIdInvalid()
            | found.LinesMissing()
            | found.LineNumberRepeated()
        ):
            return _of_invoice(finding)
        case (
            found.RulesMissing()
            | found.DateInFuture()
            | found.ActionUnknown()
            | found.ToothInvalid()
            | found.ZoneMissing()
            | found.ZoneInvalid()
        ):
            return of_structure(finding, about)
        case (
            found.DeadlinePassed()
            | found.CardMissing()
            | found.CardNotValidOnDay()
            | found.PerformerNotAllowed()
            | found.Duplicate()
        ):
            return of_eligibility(finding, about)
        case (
            found.ActionNotCovered()
            | found.CoverageConditionUnmet()
            | found.ToothMissing()
            | found.PositionNotCovered()
        ):
            return of_coverage(finding, about)
        case (
            found.CombinationExcluded()
            | found.MotivationMissing()
            | found.DocumentMissing()
            | found.MotivationToAssess()
            | found.IntervalNotElapsed()
        ):
            return of_care(finding, about)
        case found.TariffPriceMissing() | found.PriceAboveTariff():
            return of_price(finding, about)
        case (
            found.PreassessmentNotUsable()
            | found.PreassessmentRequired()
            | found.LimitReached()
            | found.CeilingReached()
            | found.PreassessmentApplied()
        ):
            return of_preassessment(finding, about)
        case found.ApprovedByAssessor() | found.RefusedByAssessor():
            return of_assessment(finding, about)


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
