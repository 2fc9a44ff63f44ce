"""What findings say in English of a line that cannot be billed as it stands."""

from adjudication import findings as found
from adjudication.wording.about import About, Words
from adjudication.wording.billing import OfEligibility, OfStructure
from adjudication.wording.english.words import PERFORMERS, listed, with_article


def resend(about: About) -> str:
    """How a line is sent once more: what is not approved is no duplicate."""
    limit = "" if about.last_day is None else f" by {about.last_day}"
    return f"send the line on a new invoice{limit}"


def of_structure(finding: OfStructure, about: About) -> Words:
    """What is said where the line is no line, or no rules are there for it."""
    code, treated_on, again = about.code, about.treated_on, resend(about)
    match finding:
        case found.RulesMissing():
            return Words(
                f"No rules are known for the patient's region and support on {treated_on}.",
                "Check region, support and day of treatment. If they are right, nothing more is "
                "needed: a case officer of the region decides the line.",
            )
        case found.DateInFuture(received_on=received_on):
            return Words(
                f"The day of treatment, {treated_on}, is after the day on which the invoice came, "
                f"{received_on}.",
                f"Correct the day of treatment, or {again}, though not before {treated_on}.",
            )
        case found.ActionUnknown():
            return Words(
                f"Action {code} is neither in the price list nor in the region's directions.",
                f"Check the code and {again}.",
            )
        case found.ToothInvalid():
            return Words(
                "What is written as a tooth is none.",
                "Write the tooth with two digits (11–18, 21–28, 31–38, 41–48, deciduous teeth "
                f"51–55, 61–65, 71–75, 81–85) and {again}.",
            )
        case found.ZoneMissing(zones=zones):
            return Words(
                f"Action {code} needs a zone, and the line has none.",
                f"Write one of the zones {listed(zones, 'or')} on the line and {again}.",
            )
        case found.ZoneInvalid(zones=zones):
            return Words(
                f"The line's zone is none of those that action {code} can have.",
                f"Write one of the zones {listed(zones, 'or')} on the line and {again}.",
            )


def of_eligibility(finding: OfEligibility, about: About) -> Words:
    """What is said where day, card, performer or repetition speaks against the line."""
    code, treated_on, again = about.code, about.treated_on, resend(about)
    match finding:
        case found.DeadlinePassed(last_day=last_day):
            return Words(
                f"The invoice came too late. Care on {treated_on} should have come by {last_day}.",
                "Nothing, if the day of treatment is right: the care is no longer paid. If it is "
                f"wrong: correct it and {again}.",
            )
        case found.CardMissing():
            return Words(
                "The patient has no dental care card for this support.",
                f"Check personal number and support.{_issuers(about)} If there is a card that is "
                f"not registered: ask the issuer to register it and {again}.",
            )
        case found.CardNotValidOnDay():
            return _of_card(finding, about)
        case found.PerformerNotAllowed(performed_by=performed_by, bill_as=bill_as):
            who = with_article(PERFORMERS[performed_by])
            if bill_as is None:
                cure = f"If the performer is wrong: correct it and {again}."
            else:
                cure = f"Bill the care as action {bill_as}: change the code and {again}."
            return Words(f"By the price list action {code} is performed by {who}.", cure)
        case found.Duplicate():
            return Words(
                f"Action {code} on {treated_on} is approved for the patient already, or stands "
                "twice on the invoice, with the same tooth, zone and surfaces.",
                "Nothing, if it is the same care. If tooth, zone or surfaces are others: write "
                f"them on the line and {again}.",
            )


def _of_card(finding: found.CardNotValidOnDay, about: About) -> Words:
    first, last, on = finding.valid_from, finding.valid_to, about.treated_on
    if last is not None and last < first:
        what = f"The patient's dental care card was voided before it began to be valid on {first}."
    elif on < first:
        what = (
            f"The patient's dental care card is not valid before {first}, and the care was given "
            f"on {on}."
        )
    else:
        what = (
            f"The patient's dental care card was valid until {last}, and the care was given on "
            f"{on}."
        )
    return Words(
        what,
        f"Check the day of treatment.{_issuers(about)} If a card that is valid on that day is not "
        f"registered: ask the issuer to register it and {resend(about)}.",
    )


def _issuers(about: About) -> str:
    """As the region's own document names them."""
    return f" Cards are issued by “{'; '.join(about.issuers)}”." if about.issuers else ""
