"""What each check asks, and on what numbers it was answered."""

from datetime import date
from typing import NamedTuple

from adjudication import measures as measured
from adjudication.wording.words import (
    CARE_LEVELS,
    DOCUMENTS,
    FACTS,
    PERFORMERS,
    listed,
    many,
    positions,
    through,
)
from terms.money import kronor

OfLine = (
    measured.RulesOfDay | measured.CodeKnown | measured.Received | measured.Tooth | measured.Zone
)
OfRight = (
    measured.Deadline
    | measured.CardOfDay
    | measured.Performed
    | measured.Repeated
    | measured.Covered
    | measured.Attested
    | measured.Position
)
OfCare = measured.SameDay | measured.Motivated | measured.Documented | measured.Spaced
OfMoney = (
    measured.Price
    | measured.Carried
    | measured.ApplicationNeeded
    | measured.Counted
    | measured.Summed
)


class Asked(NamedTuple):
    """A question that is answered by yes where nothing is found, and what was looked at."""

    question: str
    seen: str


def asked(measure: measured.AnyMeasure, stands_in: bool = False, codes: str = "") -> Asked:
    """What was asked.

    `stands_in` says that the price list is not the region's own, `codes` which ones are counted.
    """
    match measure:
        case (
            measured.RulesOfDay()
            | measured.CodeKnown()
            | measured.Received()
            | measured.Tooth()
            | measured.Zone()
        ):
            return _of_line(measure)
        case (
            measured.Deadline()
            | measured.CardOfDay()
            | measured.Performed()
            | measured.Repeated()
            | measured.Covered()
            | measured.Attested()
            | measured.Position()
        ):
            return _of_right(measure)
        case measured.SameDay() | measured.Motivated() | measured.Documented() | measured.Spaced():
            return _of_care(measure)
        case (
            measured.Price()
            | measured.Carried()
            | measured.ApplicationNeeded()
            | measured.Counted()
            | measured.Summed()
        ):
            return _of_money(measure, stands_in, codes)


def _of_line(measure: OfLine) -> Asked:
    match measure:
        case measured.RulesOfDay():
            return Asked("Finns regler för behandlingsdagen?", "inga är inlagda")
        case measured.CodeKnown():
            return Asked("Är åtgärden känd?", "den står varken i prislistan eller i anvisningarna")
        case measured.Received(treated_on=treated_on, received_on=received_on):
            return Asked("Är vården given?", f"given {treated_on}, fakturan kom in {received_on}")
        case measured.Tooth(tooth=tooth):
            seen = "ingen tand på raden" if tooth is None else f"tand {tooth}"
            return Asked("Är tanden rätt skriven?", seen)
        case measured.Zone(zone=zone, zones=zones):
            seen = f"zon {zone}" if zone else "ingen zon på raden"
            return Asked("Har raden en zon?", f"{seen}; möjliga är {listed(zones)}")


def _of_right(measure: OfRight) -> Asked:
    match measure:
        case measured.Deadline(received_on=received_on, last_day=last_day):
            limit = "" if last_day is None else f", sista dag {last_day}"
            return Asked("Kom fakturan in i tid?", f"{received_on}{limit}")
        case measured.CardOfDay():
            return Asked("Gäller ett kort den dagen?", _card(measure))
        case measured.Performed(performer=performer, performed_by=performed_by):
            seen = f"{PERFORMERS[performer]}; prislistan säger {PERFORMERS[performed_by]}"
            return Asked("Är utföraren den rätta?", seen)
        case measured.Repeated(others=others):
            rows = many(others, "annan rad", "andra rader")
            seen = f"jämförd med {rows} den dagen" if others else "ingen annan rad den dagen"
            return Asked("Är raden ingen upprepning?", seen)
        case measured.Covered():
            return Asked("Betalar regionen åtgärden?", "den står inte på regionens lista")
        case measured.Attested(fact=fact):
            return Asked("Är villkoret intygat?", f"betalas bara {FACTS[fact]}")
        case measured.Position(tooth=tooth, positions=paid):
            seen = "ingen tand på raden" if tooth is None else f"tand {tooth}"
            seen += f"; tandposition {positions(paid)} betalas"
            return Asked("Står tanden där åtgärden betalas?", seen)


def _card(card: measured.CardOfDay) -> str:
    if card.number is None:
        return "inget kort gäller"
    last = None if card.last_day == date.max else card.last_day
    return f"kort {card.number}, {card.category}, från {card.valid_from} {through(last)}"


def _of_care(measure: OfCare) -> Asked:
    match measure:
        case measured.SameDay(codes=codes, approved=approved):
            return Asked("Kan åtgärden betalas ihop med dagens andra?", _others(codes, approved))
        case measured.Motivated(codes=codes, approved=approved):
            return Asked("Kan åtgärden stå utan motivering?", _others(codes, approved))
        case measured.Documented(document=document):
            return Asked("Finns handlingen?", f"{DOCUMENTS[document]} krävs")
        case measured.Spaced(months=months, nearest_on=nearest_on):
            nearest = "ingen finns" if nearest_on is None else f"närmaste är {nearest_on}"
            span = many(months, "månad", "månader")
            return Asked("Är det tid nog till närmaste godkända?", f"minst {span}; {nearest}")


def _others(codes: list[str], approved: str | None) -> str:
    if approved is not None:
        return f"{approved} är godkänd samma dag"
    none = "är inte" if len(codes) == 1 else "ingen av dem är"
    return f"{listed(codes)}: {none} godkänd samma dag"


def _of_money(measure: OfMoney, stands_in: bool, codes: str) -> Asked:
    match measure:
        case measured.Price():
            return Asked("Finns ett pris?", _price(measure, stands_in))
        case measured.Carried(named=named, carried_by=carried_by):
            seen = "ingen som passar" if carried_by is None else f"ansökan {carried_by}"
            if named is not None:
                seen += f"; raden anger {named}"
            return Asked("Gäller en godkänd ansökan för raden?", seen)
        case measured.ApplicationNeeded(needed_at=needed_at, care_level=care_level):
            where = "alltid" if needed_at is None else f"i {CARE_LEVELS[needed_at]}"
            seen = f"ansökan krävs {where}; fakturan gäller {CARE_LEVELS[care_level]}"
            return Asked("Får åtgärden göras utan ansökan?", seen)
        case measured.Counted(limit=limit, used=used, performer=performer):
            whose = "" if performer is None else f"; bara {PERFORMERS[performer]} räknas"
            of_codes = f" av {codes}" if codes else ""
            seen = f"{used} av {limit} använda{of_codes}{whose}"
            return Asked("Är antalet inom gränsen?", seen)
        case measured.Summed(limit_ore=limit_ore, used_ore=used_ore, line_ore=line_ore):
            row = "raden har inget pris" if line_ore < 0 else f"raden är {kronor(line_ore)}"
            seen = f"{kronor(used_ore)} av {kronor(limit_ore)} använt; {row}"
            return Asked("Ryms beloppet?", seen)


def _price(price: measured.Price, stands_in: bool) -> str:
    of_list = "inget i prislistan" if price.tariff_ore is None else kronor(price.tariff_ore)
    whose = " (ersätter regionens egen taxa)" if stands_in and price.tariff_ore is not None else ""
    seen = f"{of_list}{whose} för {CARE_LEVELS[price.care_level]}"
    if price.application_ore is None:
        return seen
    return f"{seen}; ansökan godkänner {kronor(price.application_ore)}"
