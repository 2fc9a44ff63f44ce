"""What is said in English of a visit's patient fee: why it was taken or not, and by which rule."""

from adjudication.decision import Visit
from adjudication.wording.english.words import listed
from tariffs.patientfee import PatientFee
from terms.citation import Rule
from terms.money import kronor


def visit_words(visit: Visit, rules: PatientFee | None) -> tuple[str, Rule | None]:
    """Why the visit has its fee, and the rule that says so; `rules` are those of its day."""
    if visit.reason == "nothing_approved":
        return "no fee: nothing is approved that day", None
    if rules is None or visit.reason == "rules_missing":
        return "no fee: no rules of it are known for the day", None
    match visit.reason:
        case "already_charged":
            return "no fee: it is taken for the visit on an earlier invoice", rules.fee
        case "age":
            return f"no fee: {_ages(rules)}", rules.free_from_age or rules.charged_from_year_turning
        case "free_card":
            return "no fee: the patient has a free card", rules.free_card
        case "category":
            exempt = rules.exempt_category
            names = listed([name for one in exempt for name in one.categories], "or")
            return f"no fee: the patient has a card of category {names}", exempt[0]
        case "charged":
            full = rules.fee.amount_ore
            if visit.fee_ore == full:
                return "fee for the visit", rules.fee
            return f"fee, at most what is approved (otherwise {kronor(full)})", rules.fee


def _ages(rules: PatientFee) -> str:
    """Which ages pay nothing; a visit does not say which of them the patient has."""
    oldest, youngest = rules.free_from_age, rules.charged_from_year_turning
    if youngest is None:
        return f"the patient has turned {oldest.age}" if oldest else "the patient's age"
    ages = f"before the year in which the patient turns {youngest.age}"
    return f"the age ({ages}{f', or from {oldest.age}' if oldest else ''})"
