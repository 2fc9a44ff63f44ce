"""What findings say of a line that cannot be billed as it stands: structure and eligibility."""

from adjudication import findings as found
from adjudication.wording.about import About, Words
from adjudication.wording.cards import issued_by
from adjudication.wording.words import PERFORMERS, listed

OfStructure = (
    found.RulesMissing
    | found.DateInFuture
    | found.ActionUnknown
    | found.ToothInvalid
    | found.ZoneMissing
    | found.ZoneInvalid
)
OfEligibility = (
    found.DeadlinePassed
    | found.CardMissing
    | found.CardNotValidOnDay
    | found.PerformerNotAllowed
    | found.Duplicate
)


def of_structure(finding: OfStructure, about: About) -> Words:
    """What is said where the line is no line, or no rules are there for it."""
    code, treated_on = about.code, about.treated_on
    match finding:
        case found.RulesMissing():
            return Words(
                f"Inga regler är inlagda för patientens region och stöd den {treated_on}.",
                "Kontrollera region, stöd och behandlingsdag. Är de rätt behövs ingenting mer: "
                "en handläggare på regionen avgör raden.",
            )
        case found.DateInFuture(received_on=received_on):
            return Words(
                f"Behandlingsdagen {treated_on} ligger efter den dag då fakturan kom in, "
                f"{received_on}.",
                f"Rätta behandlingsdagen, eller {about.resend}, dock inte före {treated_on}.",
            )
        case found.ActionUnknown():
            return Words(
                f"Åtgärd {code} finns varken i prislistan eller i regionens anvisningar.",
                f"Kontrollera koden och {about.resend}.",
            )
        case found.ToothInvalid():
            return Words(
                "Det som står som tand är ingen tand.",
                "Skriv tanden med två siffror (11–18, 21–28, 31–38, 41–48, mjölktänder 51–55, "
                f"61–65, 71–75, 81–85) och {about.resend}.",
            )
        case found.ZoneMissing(zones=zones):
            return Words(
                f"Åtgärd {code} kräver en zon, och raden har ingen.",
                f"Skriv en av zonerna {listed(zones, 'eller')} på raden och {about.resend}.",
            )
        case found.ZoneInvalid(zones=zones):
            return Words(
                f"Radens zon hör inte till dem som åtgärd {code} kan ha.",
                f"Skriv en av zonerna {listed(zones, 'eller')} på raden och {about.resend}.",
            )


def of_eligibility(finding: OfEligibility, about: About) -> Words:
    """What is said where day, card, performer or repetition speaks against the line."""
    code, treated_on = about.code, about.treated_on
    match finding:
        case found.DeadlinePassed(last_day=last_day):
            return Words(
                f"Fakturan kom in för sent. Vård den {treated_on} skulle ha kommit in senast "
                f"{last_day}.",
                "Ingenting om behandlingsdagen är rätt: vården betalas inte längre. Är den fel: "
                f"rätta den och {about.resend}.",
            )
        case found.CardMissing():
            return Words(
                "Patienten har inget tandvårdskort för det här stödet.",
                f"Kontrollera personnummer och stöd.{_issuers(about)} Finns ett kort som inte är "
                f"registrerat: be utfärdaren registrera det och {about.resend}.",
            )
        case found.CardNotValidOnDay():
            return _of_card(finding, about)
        case found.PerformerNotAllowed(performed_by=performed_by, bill_as=bill_as):
            who = PERFORMERS[performed_by]
            if bill_as is None:
                cure = f"Är fel utförare angiven: rätta det och {about.resend}."
            else:
                cure = f"Fakturera vården som åtgärd {bill_as}: byt kod och {about.resend}."
            return Words(f"Åtgärd {code} ska enligt prislistan utföras av {who}.", cure)
        case found.Duplicate():
            return Words(
                f"Åtgärd {code} den {treated_on} är redan godkänd för patienten, eller står två "
                "gånger på fakturan, med samma tand, zon och ytor.",
                "Ingenting om det är samma vård. Är det en annan tand, zon eller yta: skriv den på "
                f"raden och {about.resend}.",
            )


def _of_card(finding: found.CardNotValidOnDay, about: About) -> Words:
    first, last, on = finding.valid_from, finding.valid_to, about.treated_on
    if last is not None and last < first:
        what = f"Patientens tandvårdskort makulerades innan det började gälla {first}."
    elif on < first:
        what = f"Patientens tandvårdskort gäller först från {first}, och vården gavs {on}."
    else:
        what = f"Patientens tandvårdskort gällde till och med {last}, och vården gavs {on}."
    return Words(
        what,
        f"Kontrollera behandlingsdagen.{_issuers(about)} Är ett kort som gäller den dagen inte "
        f"registrerat: be utfärdaren registrera det och {about.resend}.",
    )


def _issuers(about: About) -> str:
    return f" {issued_by(about.issuers)}" if about.issuers else ""
