"""What is said of a visit's patient fee: why it was taken or not, and by which rule."""

from adjudication.decision import Visit
from adjudication.wording.words import listed
from tariffs.patientfee import PatientFee
from terms.citation import Rule
from terms.money import kronor


def visit_words(visit: Visit, rules: PatientFee | None) -> tuple[str, Rule | None]:
    """Why the visit has its fee, and the rule that says so; `rules` are those of its day."""
    if visit.reason == "nothing_approved":
        return "ingen avgift: inget är godkänt den dagen", None
    if rules is None or visit.reason == "rules_missing":
        return "ingen avgift: inga regler om den är kända för dagen", None
    match visit.reason:
        case "already_charged":
            return "ingen avgift: den är tagen för besöket på en tidigare faktura", rules.fee
        case "age":
            return (
                f"ingen avgift: {_ages(rules)}",
                rules.free_from_age or rules.charged_from_year_turning,
            )
        case "free_card":
            return "ingen avgift: patienten har frikort", rules.free_card
        case "category":
            exempt = rules.exempt_category
            names = listed([name for one in exempt for name in one.categories], "eller")
            return f"ingen avgift: patienten har kort i kategori {names}", exempt[0]
        case "charged":
            full = rules.fee.amount_ore
            if visit.fee_ore == full:
                return "avgift för besöket", rules.fee
            return f"avgift, högst det som är godkänt (annars {kronor(full)})", rules.fee


def _ages(rules: PatientFee) -> str:
    """Which ages pay nothing; a visit does not say which of them the patient has."""
    oldest, youngest = rules.free_from_age, rules.charged_from_year_turning
    if youngest is None:
        return f"patienten har fyllt {oldest.age}" if oldest else "patientens ålder"
    ages = f"före det år patienten fyller {youngest.age}"
    return f"åldern ({ages}{f', eller från {oldest.age}' if oldest else ''})"
