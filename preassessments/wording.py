"""How what speaks against an application or a decision on one is said in Swedish."""

from collections.abc import Sequence
from typing import Any, Final

FIELDS: Final = {
    "category": "grupp eller kategori",
    "anamnesis": "anamnes",
    "status": "aktuellt status",
    "periodontal_status": "parodontalt status",
    "xrays": "aktuella röntgenbilder med exponeringsdag",
    "hygiene_standard": "munhygienstandard",
    "prognosis": "prognosbedömning",
}

_LACKS: Final = {
    "lines_missing": "terapiförslaget har inga rader; lägg in alla åtgärder",
    "line_number_repeated": "en annan rad har samma nummer; ge varje rad ett eget",
    "action_unknown": "koden finns inte i prislistan eller anvisningarna; rätta koden",
    "tooth_invalid": "är ingen tand; skriv 11–48, eller 51–85 för mjölktänder",
    "date_in_future": "dagen har inte varit än; rätta dagen",
    "not_retrospective": "åtgärden är redan utförd; sök i efterhand eller ta bort dagen",
    "nothing_done": "ingen rad är utförd; ange dag på dem som är det, eller sök i förväg",
}


def said_of(code: str, **facts: Any) -> str:
    """What an application lacks, and what to do."""
    match code:
        case "category_unknown":
            return f"regionen har ingen sådan kategori för stödet; ange {_or(facts['categories'])}"
        case "content_missing":
            what = FIELDS[facts["field"]]
            why = f", som krävs för {_and(facts['codes'])}" if facts["codes"] else ""
            return f"{what} saknas{why}"
        case "action_not_listed":
            action = facts["action"]
            where = f", tand {action.tooth}" if action.tooth else ""
            return (
                f"åtgärd {action.code} den {action.treated_on}{where} finns hos regionen men inte "
                "bland raderna; lägg till den med dagen då den utfördes"
            )
        case _:
            return _LACKS[code]


FAULTS: Final = {
    "line_unknown": "raden finns inte i ansökan",
    "line_repeated": "raden är bedömd två gånger",
    "line_left_out": "ansökan har rader som inte är bedömda: {lines}",
    "count_above_plan": "är fler än ansökan gäller: {count}",
    "motive_missing": "motivering saknas",
    "limit_without_approval": "antal och belopp anges bara för en godkänd rad",
    "not_done": "bara en rad som redan är utförd kan noteras utan beslut",
    "nothing_decided": "ingen rad är godkänd eller avslagen",
    "period_missing": "första och sista dag ska anges när något godkänns",
    "period_reversed": "sista dagen ligger före den första",
    "period_misses_line": "raden utfördes {done_on}, utanför beslutets dagar",
    "protected_identity": "en patient med skyddade personuppgifter; ansökan skickas direkt till "
    "regionens beställarenhet, och inget ur den sparas här",
    "patient_id_invalid": "är inget giltigt person- eller samordningsnummer",
    "rules_missing": "inga regler är inlagda för stödet; de som har regler är {known}",
    "words_missing": "skriv vad det gäller",
    "answer_by_passed": "dagen har redan varit; ange en som kommer",
    "recipient_unknown": "ingen med rollen {role} har en token med det namnet",
    "attachment_unknown": "bilagan finns inte, eller är en annan kliniks",
    "other_patient": "bilagan gäller en annan patient än ansökan",
    "not_come": "bilagan är anmäld men dess innehåll har inte kommit; skicka det först",
    "too_many": "ansökan får ha högst {most} bilagor",
}
"""What is wrong with a move or a decision, by its code; the facts stand in braces."""


def _or(texts: Sequence[str]) -> str:
    return _listed(texts, "eller")


def _and(texts: Sequence[str]) -> str:
    return _listed(texts, "och")


def _listed(texts: Sequence[str], last: str) -> str:
    return " ".join(filter(None, [", ".join(texts[:-1]), last if texts[1:] else "", *texts[-1:]]))
