"""What the patient fee and the price list say, in a sentence or two made from their data."""

from adjudication.wording.words import PERFORMERS, actions, listed
from tariffs.patientfee import Age, ExemptCategory, Fee
from tariffs.pricelist import PriceList, SpecialistSuffix
from terms.citation import Source
from terms.money import kronor
from terms.vocabulary import PERFORMERS as ALL_PERFORMERS


def fee(rule: Fee) -> str:
    """What a visit costs the patient."""
    return (
        f"Patienten betalar {kronor(rule.amount_ore)} per besök, dock aldrig mer än det som är "
        "godkänt för besöket. Ett besök är allt som görs på en klinik en dag."
    )


def free_from_age(rule: Age) -> str:
    """Who is too old to pay."""
    return f"Från och med {rule.age}-årsdagen betalar patienten ingen avgift."


def charged_from_year_turning(rule: Age) -> str:
    """Who is too young to pay."""
    return f"Avgift tas ut från och med det år då patienten fyller {rule.age}."


FREE_CARD = "Med ett frikort som gäller behandlingsdagen betalar patienten ingen avgift."
"""What a free card does; its rule has no data of its own."""


def exempt_category(rule: ExemptCategory) -> str:
    """Whose card frees from the fee."""
    return f"Med kort i kategori {listed(rule.categories, 'eller')} betalas ingen avgift."


def origin(prices: PriceList, source: Source) -> str:
    """Whose prices they are; said wherever a price is shown that stands in for the region's."""
    if not prices.file.stands_in:
        return f"Priserna är hämtade ur {source.title}."
    return f"Priserna är hämtade ur {source.title}, i stället för regionens egen taxa."


TARIFF = (
    "Regionen betalar det pris som fakturan begär, dock högst prislistans pris på behandlingsdagen "
    "för allmän- eller specialisttandvård."
)
"""What is paid for an action; the rule has no data of its own."""


def specialist_suffix(rule: SpecialistSuffix) -> str:
    """What the suffix of a code does to its price."""
    return (
        f"En kod med tillägget {rule.suffix} betalas enligt specialistpriset för koden utan "
        "tillägg, också i allmäntandvård."
    )


def performers(prices: PriceList) -> str:
    """Who performs what, where the price list says so."""
    parts = []
    for performer in ALL_PERFORMERS:
        codes = [one.code for one in prices.actions.values() if one.performed_by == performer]
        if codes:
            parts.append(f"{actions(codes)} ska utföras av {PERFORMERS[performer]}.")
    return " ".join(
        [*parts, "En kod med tillägg följer sin grundkod. Andra åtgärder får utföras av alla."]
    )
