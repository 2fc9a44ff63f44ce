"""What would the rules say of a treatment plan, if it were billed today?"""

from datetime import date

from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from preassessments.application import Content, PlanLine
from tariffs.actions import expand
from terms.vocabulary import Performer, Support


def billed_today(  # noqa: PLR0913 – each is a part of the invoice
    library: Library,
    clinic: str,
    patient: str,
    region: str,
    support: Support,
    content: Content,
    on: date,
) -> Invoice | None:
    """The plan as an invoice, each action once, on its day where it is done and else on the day
    that is given; None where it has no lines. Who performs it and which zone it is of no plan says:
    the one that the price list names, or a dentist; the first zone that fits."""
    if not content.lines:
        return None
    return Invoice(
        clinic=clinic,
        number="",
        patient=patient,
        support=support,
        care_level=content.care_level,
        region=region,
        lines=[_line(library, region, support, one, on) for one in _numbered_once(content.lines)],
    )


def _numbered_once(lines: list[PlanLine]) -> list[PlanLine]:
    """A plan that was taken has no number twice."""
    return list({one.line: one for one in lines}.values())


def _line(library: Library, region: str, support: Support, plan: PlanLine, on: date) -> Line:
    day = plan.done_on or on
    performer: Performer = "dentist"
    zone = None
    texts = library.regions[region].texts_on(support, day)
    if texts is not None:
        action = texts.lists[0].action(plan.code)
        performer = (action and action.performed_by) or performer
        known = library.codes_of(library.regions[region]).numbers
        zones = (one for one in texts.directions.zone if plan.code in expand(one.codes, known))
        zone = next((one.zones[0] for one in zones), None)
    return Line(
        line=plan.line,
        treated_on=day,
        code=plan.code,
        price_ore=plan.price_ore,
        performer=performer,
        tooth=plan.tooth,
        zone=zone,
        motivation=plan.motivation,
    )
