"""What findings say of a line that the region does not pay, or not yet, or not in full."""

from adjudication import findings as found
from adjudication.assessment import RULE_APPROVED
from adjudication.wording.about import About, Words
from adjudication.wording.words import DOCUMENTS, FACTS, code_set, many, positions
from terms.money import kronor

OfCoverage = (
    found.ActionNotCovered
    | found.CoverageConditionUnmet
    | found.ToothMissing
    | found.PositionNotCovered
)
OfCare = (
    found.CombinationExcluded
    | found.MotivationMissing
    | found.DocumentMissing
    | found.MotivationToAssess
    | found.IntervalNotElapsed
)
OfPrice = found.TariffPriceMissing | found.PriceAboveTariff
OfPreassessment = (
    found.PreassessmentNotUsable
    | found.PreassessmentRequired
    | found.LimitReached
    | found.CeilingReached
    | found.PreassessmentApplied
)

OfAssessment = found.ApprovedByAssessor | found.RefusedByAssessor


def of_coverage(finding: OfCoverage, about: About) -> Words:
    """What is said where the patient pays, or where only a tooth tells who does."""
    code = about.code
    match finding:
        case found.ActionNotCovered():
            return Words(
                f"Åtgärd {code} hör inte till den vård som regionen betalar i det här stödet.",
                f"Patienten betalar åtgärden. Är koden fel: rätta den och {about.resend}.",
            )
        case found.CoverageConditionUnmet(fact=fact):
            return Words(
                f"Regionen betalar åtgärd {code} bara {FACTS[fact]}, och raden intygar inte det.",
                f"Stämmer det för patienten: intyga det på raden och {about.resend}. Annars "
                "betalar patienten åtgärden.",
            )
        case found.ToothMissing():
            return Words(
                f"Regionen betalar åtgärd {code} bara i vissa tandpositioner, och raden har ingen "
                "tand.",
                f"Skriv tanden på raden och {about.resend}.",
            )
        case found.PositionNotCovered(positions=covered):
            return Words(
                f"Regionen betalar åtgärd {code} bara i tandposition {positions(covered)}, och "
                "tanden på raden står utanför.",
                f"Patienten betalar åtgärden. Är tanden fel: rätta den och {about.resend}.",
            )


def of_care(finding: OfCare, about: About) -> Words:
    """What is said of other actions near the line, and of its documents."""
    code = about.code
    match finding:
        case found.CombinationExcluded(with_code=other):
            return Words(
                f"Åtgärd {code} betalas inte samma dag som {other}, och {other} är godkänd den "
                f"{about.treated_on}.",
                f"Bara en av dem betalas den dagen. Är det {other} som är fel: kreditera den och "
                f"{about.resend}.",
            )
        case found.MotivationMissing(with_code=other):
            return Words(
                f"Åtgärd {code} samma dag som {other} kräver en motivering, och raden har ingen.",
                f"Skriv på raden varför båda behövdes samma dag och {about.resend}.",
            )
        case found.DocumentMissing(document=document):
            return Words(
                f"Till åtgärd {code} krävs en {DOCUMENTS[document]}, och raden har ingen.",
                f"Bifoga en {DOCUMENTS[document]} till raden och {about.resend}.",
            )
        case found.MotivationToAssess(with_code=other):
            return Words(
                f"Åtgärd {code} samma dag som {other} är motiverad, och handlingarna finns.",
                "Ingenting: en handläggare på regionen bedömer motiveringen.",
            )
        case found.IntervalNotElapsed(months=months, previous_on=other_on, next_on=next_on):
            span = many(months, "månad", "månader")
            where = f"mindre än {span} {'efter' if other_on < about.treated_on else 'före'}"
            if other_on == about.treated_on:
                where = f"samma dag som och alltså mindre än {span} från"
            return Words(
                f"Åtgärd {code} den {about.treated_on} ligger {where} den närmaste godkända, "
                f"{other_on}.",
                f"Nästa möjliga dag är {next_on}. Ingen ansökan häver tiden mellan åtgärderna.",
            )


def of_price(finding: OfPrice, about: About) -> Words:
    """What is said of the price; whose prices they are is said with it."""
    stand_in = " (som ersätter regionens egen taxa)" if about.stands_in else ""
    match finding:
        case found.TariffPriceMissing():
            return Words(
                f"Prislistan{stand_in} har inget pris för åtgärd {about.code} den "
                f"{about.treated_on}.",
                "Ingenting: en handläggare på regionen avgör priset. Ett belopp i en godkänd "
                "ansökan gäller som pris.",
            )
        case found.PriceAboveTariff(tariff_ore=amount, rule=rule):
            asked, paid = kronor(about.claimed_ore), kronor(amount)
            if rule == RULE_APPROVED:
                return Words(f"Bedömaren godkänner högst {paid}; raden begär {asked}.", None)
            if rule == about.carrying:
                return Words(f"Ansökan godkänner högst {paid}; raden begär {asked}.", None)
            return Words(f"Priset i prislistan{stand_in} är {paid}; raden begär {asked}.", None)


def of_preassessment(finding: OfPreassessment, about: About) -> Words:
    """What is said of applications, and of what is left without one."""
    code, year = about.code, about.treated_on.year
    apply = f"Skicka en bedömningsansökan. När den är godkänd: {about.resend} med ansökans nummer."
    wait = f" Utan ansökan betalas åtgärden tidigast {about.next_year}."
    match finding:
        case found.PreassessmentNotUsable(preassessment=name):
            return Words(
                f"Ansökan {name} kan inte användas för raden: den gäller inte patienten, dagen, "
                "åtgärden eller tanden, eller är redan använd.",
                "Kontrollera numret. Utan nummer på raden används den äldsta ansökan som passar.",
            )
        case found.PreassessmentRequired():
            return Words(f"Åtgärd {code} kräver en godkänd bedömningsansökan.", apply)
        case found.LimitReached(limit=limit, used=used):
            limited = about.limited.get(finding.rule)
            codes = code if limited is None else code_set(limited)
            return Words(
                f"Utan ansökan betalas {limit} om året av {codes}: {used} av {limit} är använda "
                f"under {year}.",
                apply + wait,
            )
        case found.CeilingReached(limit_ore=limit_ore, used_ore=used_ore):
            left = kronor(limit_ore - used_ore)
            is_within_alone = about.claimed_ore <= limit_ore
            return Words(
                f"Beloppet som betalas utan ansökan räcker inte till raden: {kronor(used_ore)} av "
                f"{kronor(limit_ore)} är använt, och {left} är kvar.",
                apply + wait if is_within_alone else apply,
            )
        case found.PreassessmentApplied(preassessment=name):
            return Words(f"Raden betalas enligt den godkända ansökan {name}.", None)


def of_assessment(finding: OfAssessment, about: About) -> Words:
    """What is said of a line that an assessor has decided."""
    match finding:
        case found.ApprovedByAssessor(assessment=name, motive=motive):
            said = "" if motive is None else f" Motivering: {as_sentence(motive)}"
            return Words(
                f"En bedömare på regionen har godkänt raden (bedömning {name}).{said}", None
            )
        case found.RefusedByAssessor(assessment=name, motive=motive):
            return Words(
                f"En bedömare på regionen har avslagit raden (bedömning {name}). Motivering: "
                f"{as_sentence(motive)}",
                f"Är något fel eller ofullständigt: begär omprövning hos regionen och uppge "
                f"bedömning {name}, eller {about.resend} med det som saknades.",
            )


def as_sentence(text: str) -> str:
    """What somebody wrote, with an end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
