"""What findings say in English of a line that the region does not pay, or not yet, or not in
full."""

from adjudication import findings as found
from adjudication.assessment import RULE_APPROVED
from adjudication.wording.about import About, Words
from adjudication.wording.english.billing import resend
from adjudication.wording.english.words import (
    DOCUMENTS,
    FACTS,
    code_set,
    positions,
    with_article,
)
from adjudication.wording.paying import (
    OfAssessment,
    OfCare,
    OfCoverage,
    OfPreassessment,
    OfPrice,
    as_sentence,
)
from adjudication.wording.words import many
from terms.money import kronor


def of_coverage(finding: OfCoverage, about: About) -> Words:
    """What is said where the patient pays, or where only a tooth tells who does."""
    code, again = about.code, resend(about)
    match finding:
        case found.ActionNotCovered():
            return Words(
                f"Action {code} is outside the care that the region pays for under this support.",
                f"The patient pays the action. If the code is wrong: correct it and {again}.",
            )
        case found.CoverageConditionUnmet(fact=fact):
            return Words(
                f"The region pays action {code} only {FACTS[fact]}, and the line does not attest "
                "that.",
                f"If it is so for the patient: attest it on the line and {again}. Otherwise the "
                "patient pays the action.",
            )
        case found.ToothMissing():
            return Words(
                f"The region pays action {code} only in some positions of the jaw, and the line "
                "has no tooth.",
                f"Write the tooth on the line and {again}.",
            )
        case found.PositionNotCovered(positions=covered):
            return Words(
                f"The region pays action {code} only in tooth position {positions(covered)}, and "
                "the tooth on the line is outside.",
                f"The patient pays the action. If the tooth is wrong: correct it and {again}.",
            )


def of_care(finding: OfCare, about: About) -> Words:
    """What is said of other actions near the line, and of its documents."""
    code, treated_on, again = about.code, about.treated_on, resend(about)
    match finding:
        case found.CombinationExcluded(with_code=other):
            return Words(
                f"Action {code} is not paid on the same day as {other}, and {other} is approved on "
                f"{treated_on}.",
                f"Only one of them is paid that day. If it is {other} that is wrong: credit it and "
                f"{again}.",
            )
        case found.MotivationMissing(with_code=other):
            return Words(
                f"Action {code} on the same day as {other} needs a motivation, and the line has "
                "none.",
                f"Write on the line why both were needed on the same day and {again}.",
            )
        case found.DocumentMissing(document=document):
            needed = with_article(DOCUMENTS[document])
            return Words(
                f"Action {code} needs {needed}, and the line has none.",
                f"Attach {needed} to the line and {again}.",
            )
        case found.MotivationToAssess(with_code=other):
            return Words(
                f"Action {code} on the same day as {other} has a motivation, and the documents are "
                "there.",
                "Nothing: a case officer of the region assesses the motivation.",
            )
        case found.IntervalNotElapsed(months=months, previous_on=other_on, next_on=next_on):
            span = many(months, "month", "months")
            where = f"less than {span} {'after' if other_on < treated_on else 'before'}"
            if other_on == treated_on:
                where = f"on the same day as, and so less than {span} from,"
            return Words(
                f"Action {code} on {treated_on} is {where} the nearest approved one, {other_on}.",
                f"The next possible day is {next_on}. No application lifts the interval.",
            )


def of_price(finding: OfPrice, about: About) -> Words:
    """What is said of the price; whose prices they are is said with it."""
    stand_in = " (in place of the region's own tariff)" if about.stands_in else ""
    match finding:
        case found.TariffPriceMissing():
            return Words(
                f"The price list{stand_in} has no price for action {about.code} on "
                f"{about.treated_on}.",
                "Nothing: a case officer of the region decides the price. An amount in an approved "
                "application is taken as the price.",
            )
        case found.PriceAboveTariff(tariff_ore=amount, rule=rule):
            asked, paid = kronor(about.claimed_ore), kronor(amount)
            if rule == RULE_APPROVED:
                return Words(f"The assessor approves {paid} at most; the line asks {asked}.", None)
            if rule == about.carrying:
                return Words(
                    f"The application approves {paid} at most; the line asks {asked}.", None
                )
            return Words(
                f"The price in the price list{stand_in} is {paid}; the line asks {asked}.", None
            )


def of_preassessment(finding: OfPreassessment, about: About) -> Words:
    """What is said of applications, and of what is left without one."""
    code, year, again = about.code, about.treated_on.year, resend(about)
    apply = f"Send an application. When it is approved: {again} with the application's number."
    wait = f" Without an application the action is paid from {about.next_year} at the earliest."
    match finding:
        case found.PreassessmentNotUsable(preassessment=name):
            return Words(
                f"Application {name} cannot be used for the line: it is not for the patient, the "
                "day, the action or the tooth, or is used already.",
                "Check the number. Without a number on the line the oldest application that fits "
                "is used.",
            )
        case found.PreassessmentRequired():
            return Words(f"Action {code} needs an approved application.", apply)
        case found.LimitReached(limit=limit, used=used):
            limited = about.limited.get(finding.rule)
            codes = code if limited is None else code_set(limited)
            return Words(
                f"Without an application {limit} a year are paid of {codes}: {used} of {limit} are "
                f"used in {year}.",
                apply + wait,
            )
        case found.CeilingReached(limit_ore=limit_ore, used_ore=used_ore):
            left = kronor(limit_ore - used_ore)
            is_within_alone = about.claimed_ore <= limit_ore
            return Words(
                "The amount that is paid without an application does not suffice for the line: "
                f"{kronor(used_ore)} of {kronor(limit_ore)} is used, and {left} is left.",
                apply + wait if is_within_alone else apply,
            )
        case found.PreassessmentApplied(preassessment=name):
            return Words(f"The line is paid by the approved application {name}.", None)


def of_assessment(finding: OfAssessment, about: About) -> Words:
    """What is said of a line that an assessor has decided. The motive is in the assessor's own
    language."""
    match finding:
        case found.ApprovedByAssessor(assessment=name, motive=motive):
            said = "" if motive is None else f" Motive: {as_sentence(motive)}"
            return Words(
                f"An assessor of the region has approved the line (assessment {name}).{said}", None
            )
        case found.RefusedByAssessor(assessment=name, motive=motive):
            return Words(
                f"An assessor of the region has refused the line (assessment {name}). Motive: "
                f"{as_sentence(motive)}",
                "If something is wrong or incomplete: ask the region to reconsider and name "
                f"assessment {name}, or {resend(about)} with what was missing.",
            )
