"""A whole decision as a readable answer: lines of text for a terminal, 100 columns at most."""

from typing import Final

from adjudication.decision import Decision, LineDecision
from adjudication.library import Library
from adjudication.wording.amounts import origin
from adjudication.wording.lookup import Lookup
from adjudication.wording.page import WIDTH, heading, table, wrapped
from adjudication.wording.reasons import Reasons
from adjudication.wording.visits import visit_words
from adjudication.wording.words import OUTCOMES, STATUSES
from terms.money import kronor

INDENT: Final = " " * 5
MOST_OF_CODE: Final = 8


def answer(decision: Decision, library: Library) -> list[str]:
    """What a clinic reads: status, lines with their reasons, visits, sums, prices, sources."""
    lookup = Lookup(library)
    reasons = Reasons(lookup)
    lines = heading(title(decision), "=")
    for finding in decision.findings:
        lines += reasons.lines(finding, None, "")
    if decision.lines:
        lines += ["", *_lines(decision.lines, lookup, reasons)]
        lines += ["", *visits(decision, lookup, reasons)]
    lines += ["", *sums(decision)]
    return [*lines, *origins(decision, lookup), *sources(reasons)]


def title(decision: Decision) -> str:
    """Whose invoice it is, and what became of it."""
    status = STATUSES[decision.status]
    return f"Faktura {decision.number} från {decision.clinic}: {status}"


def visits(decision: Decision, lookup: Lookup, reasons: Reasons) -> list[str]:
    """Each visit with its fee and the reason; below them the rules that they rest on."""
    rows, places = [["Besök", "Avgift", ""]], []
    for visit in decision.visits:
        line, rules = lookup.fee(visit.treated_on, decision.lines)
        why, rule = visit_words(visit, rules)
        rows.append([str(visit.treated_on), kronor(visit.fee_ore), why])
        if rule is not None:
            places.append(reasons.sources.place(lookup.citation(rule.id, line)))
    lines = table(rows, right=(1,))
    for place in dict.fromkeys(places):
        lines += wrapped(f"Avgiften: {place}", INDENT)
    return lines


def sums(decision: Decision) -> list[str]:
    """What is asked, allowed, taken as fees and paid out."""
    payable = "Att betala ut nu" if decision.status == "pending" else "Att betala ut"
    return table(
        [
            ["Begärt", kronor(decision.claimed_ore)],
            ["Godkänt", kronor(decision.allowed_ore)],
            ["Patientavgift", kronor(decision.patient_fee_ore)],
            [payable, kronor(decision.payable_ore)],
        ],
        right=(1,),
    )


def origins(decision: Decision, lookup: Lookup) -> list[str]:
    """Whose prices they are, where others stand in for the region's own."""
    found = (lookup.standing_in(line) for line in decision.lines)
    said = dict.fromkeys(origin(*one) for one in found if one is not None)
    return [text for one in said for text in ("", *wrapped(one))]


def sources(reasons: Reasons) -> list[str]:
    """The sources that were named."""
    return ["", *(text for one in reasons.sources.listed() for text in wrapped(one, rest="    "))]


def _lines(decided: list[LineDecision], lookup: Lookup, reasons: Reasons) -> list[str]:
    rows = [["Rad", "Dag", "Åtgärd", "", "Begärt", "Godkänt", "Utfall"]]
    rows += [
        [
            str(line.line),
            str(line.treated_on),
            _shortened(line.code, MOST_OF_CODE),
            "",
            kronor(line.claimed_ore),
            kronor(line.allowed_ore),
            OUTCOMES[line.outcome],
        ]
        for line in decided
    ]
    room = WIDTH - max(map(len, table(rows, right=())))
    for row, line in zip(rows[1:], decided, strict=True):
        row[3] = _shortened(lookup.name(line), room)
    head, *body = table(rows, right=(0, 4, 5))
    lines = [head]
    for line, text in zip(decided, body, strict=True):
        lines.append(text)
        for finding in line.findings:
            lines += reasons.lines(finding, line, INDENT)
    return lines


def _shortened(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: max(room - 1, 0)].rstrip(' ,')}…"
