"""What each kind of rule in a region's directions says, in a sentence or two made from its data."""

from datetime import date
from typing import Final

from adjudication.directions import (
    Application,
    BilledAs,
    Condition,
    Coverage,
    Deadline,
    DocumentRule,
    Exclusion,
    MotivatedCombination,
    PositionRule,
    Zone,
)
from adjudication.wording.words import (
    CARE_LEVELS,
    DOCUMENTS,
    FACTS,
    PERFORMERS,
    actions,
    capital,
    code_set,
    is_one,
    listed,
    many,
    positions,
)
from preassessments.requirements import Handling, Required
from preassessments.wording import FIELDS
from quotas.limits import Ceiling, Interval, Limit
from terms.money import NO_BREAK_SPACE, kronor
from terms.period import last_day_of_month
from terms.vocabulary import Support

MONTHS: Final = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
    "oktober", "november", "december",
)  # fmt: skip
ORDINALS: Final = ("samma", "första", "andra", "tredje", "fjärde", "femte", "sjätte")
JANUARY: Final = date(2026, 1, 20)
"""The day that examples start from: any year but a leap year, any day that all months have."""


def deadline(rule: Deadline) -> str:
    """When the invoice has to be there, with an example."""
    months = rule.months_after_treatment_month
    if months is None:
        days = many(rule.days_after_treatment or 0, "dag", "dagar")
        return f"Fakturan ska ha kommit in senast {days} efter behandlingsdagen."
    which = ORDINALS[months] if months < len(ORDINALS) else f"{months}:e"
    start = f"{which} månaden efter den då vården gavs" if months else "den månad då vården gavs"
    last = last_day_of_month(JANUARY, months)
    day = "den sista" if last.month == 2 else f"den {last.day}"  # noqa: PLR2004
    return (
        f"Fakturan ska ha kommit in senast sista dagen i {start}. Vård i januari ska alltså ha "
        f"kommit in senast {day} {MONTHS[last.month - 1]}{_later(last.year - JANUARY.year)}."
    )


def coverage(rule: Coverage) -> str:
    """What the region pays for."""
    inside = "i " if rule.codes[0].endswith("-gruppen") else ""
    return (
        f"Regionen betalar åtgärderna {inside}{code_set(rule.codes)}, och de åtgärder som enligt "
        "anvisningarna kräver ansökan. Övriga åtgärder betalar patienten."
    )


def condition(rule: Condition) -> str:
    """What is paid only where the clinic attests a fact."""
    return (
        f"{actions(rule.codes)} betalas bara {FACTS[rule.fact]}, och kliniken ska intyga det på "
        "raden."
    )


def position(rule: PositionRule) -> str:
    """What is paid only in some positions of the jaw."""
    return (
        f"{actions(rule.codes)} betalas bara i tandposition {positions(rule.positions)}, räknat "
        "från mittlinjen. Tanden ska stå på raden."
    )


def zone(rule: Zone) -> str:
    """What needs a zone, and which."""
    return f"{actions(rule.codes)} ska ha en av zonerna {listed(rule.zones, 'eller')} på raden."


def exclusion(rule: Exclusion) -> str:
    """What cannot stand with what, and which of them gives way."""
    return (
        f"{actions(rule.yields)} betalas inte samma dag som {code_set(rule.to, 'eller')}. På "
        "samma faktura är det de förstnämnda som avslås, på olika fakturor den som kommer sist."
    )


def motivated_combination(rule: MotivatedCombination) -> str:
    """What stands with what only with a motivation and a document."""
    return (
        f"{actions(rule.codes)} samma dag som {code_set(rule.with_codes, 'eller')} kräver en "
        f"motivering och en {DOCUMENTS[rule.document]}, och en handläggare bedömer dem."
    )


def document(rule: DocumentRule) -> str:
    """What needs a document."""
    return f"Till {_lower(actions(rule.codes))} ska en {DOCUMENTS[rule.document]} bifogas raden."


def interval(rule: Interval) -> str:
    """How far apart actions have to be, with an example."""
    years, month = divmod(rule.months, 12)
    which = "" if is_one(rule.codes) else "vilken av dem det än är och "
    next_day = f"den {JANUARY.day} {MONTHS[month]}{_later(years)}"
    return (
        f"{actions(rule.codes)} betalas med minst {many(rule.months, 'månads', 'månaders')} "
        f"mellanrum, {which}i vilken ordning fakturorna än kommer. Efter den {JANUARY.day} januari "
        f"är nästa möjliga dag {next_day}. Ingen ansökan häver det."
    )


def application(rule: Application) -> str:
    """What always needs an application."""
    if rule.care_level is None:
        return f"{actions(rule.codes)} kräver alltid en godkänd bedömningsansökan."
    where = CARE_LEVELS[rule.care_level]
    return f"{actions(rule.codes)} kräver en godkänd bedömningsansökan inom {where}."


def limit(rule: Limit) -> str:
    """How many are paid without an application."""
    if is_one(rule.codes):
        count = many(rule.count, "gång", "gånger")
        text = (
            f"{actions(rule.codes)} betalas högst {count} per patient och kalenderår utan ansökan"
        )
    else:
        text = (
            f"Av {_lower(actions(rule.codes))} betalas tillsammans högst {rule.count} per patient "
            "och kalenderår utan ansökan"
        )
    if rule.performer is None:
        return f"{text}."
    return f"{text}, när {PERFORMERS[rule.performer]} utför dem. Vad andra utför räknas inte."


def ceiling(rule: Ceiling, supports: list[Support]) -> str:
    """How much is paid without an application; `supports` are those that a joint one sums over."""
    amount = kronor(rule.amount_ore)
    joined = listed([f"{support}-" for support in supports]).replace(" ", NO_BREAK_SPACE)
    sentences = [
        f"Högst {amount} per patient och kalenderår betalas utan godkänd ansökan; exakt {amount} "
        "ryms."
    ]
    if rule.joins_supports:
        sentences.append(f"{joined}tandvård räknas ihop.")
    if rule.exempt_codes:
        sentences.append(f"{actions(rule.exempt_codes)} räknas inte in och hindras inte.")
    if rule.renewed_by_approval:
        sentences.append(f"När en ansökan godkänns börjar {amount} om från beslutsdagen.")
    return " ".join(sentences)


def billed_as(rule: BilledAs) -> str:
    """Which code a performer bills instead."""
    return (
        f"{capital(PERFORMERS[rule.performer])} fakturerar åtgärd {rule.use} i stället för "
        f"{code_set(rule.codes)}."
    )


CARRYING: Final = (
    "En godkänd ansökan som täcker behandlingsdagen, åtgärden och tanden går före gränserna för "
    "antal och belopp, så många gånger som den godkänner. Ett belopp i ansökan är det högsta som "
    "betalas."
)
"""What an approved application does; its rule has no data of its own."""


def required(rule: Required) -> str:
    """What an application has to hold."""
    what = listed([FIELDS[field] for field in rule.fields])
    if not rule.codes:
        return f"En bedömningsansökan ska innehålla {what}."
    return f"Gäller ansökan {_lower(actions(rule.codes, 'eller'))} ska den också innehålla {what}."


RETROSPECTIVE: Final = (
    "Söks något i efterhand ska alla åtgärder som kliniken har utfört under kalenderåret stå i "
    "ansökan, var och en med sin dag."
)
"""What its rule says has no data of its own."""


def handling(rule: Handling) -> str:
    """How long the region has."""
    return f"En ansökan avgörs inom {many(rule.days, 'dag', 'dagar')} från den dag den kom in."


def _later(years: int) -> str:
    """So many years after the example's."""
    return "" if not years else " året därpå" if years == 1 else f" {years} år senare"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
