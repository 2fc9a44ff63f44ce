"""How far is a well-known rules engine from this, when it decides only the easy half?

zen-engine (GoRules, written in Rust) gets a decision table with what can be said of a line alone,
in its fastest mode: a call for some 500 lines, the first row that holds. Codes known or covered,
cards and last days are looked up for it beforehand and handed in; that is not counted. Ours decides
the same invoices by the whole list, with all that is remembered, all findings, visits and sums.
Neither reads or writes JSON of its own. Both must find the same of every line.
"""

import json
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

import pytest

from adjudication.decision import Decision
from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from adjudication.packaged import packaged_library
from adjudication.refusal import whole_invoice_findings
from benchmarks.conftest import Ask
from benchmarks.fresh import call, need_build
from benchmarks.pipes import REGION, decode, desk_for, frozen, received, seconds_of
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.workload import Workload, workload
from tariffs.actions import expand
from terms.person import is_person_number
from terms.tooth import TEETH

PURE = Question("zen-engine on the easy half, pure Python here", "× ours", 4.0, is_at_least=True)
MYPYC = Question("zen-engine on the easy half, compiled here", "× ours", 6.0, is_at_least=True)

Row = dict[str, Any]

LINES_A_CALL = 500
_BY_DENTIST = '"101","103","107","107S","108"'
_BY_HYGIENIST = '"111","112","113","114","711"'
_TABLE: list[tuple[str, dict[str, str]]] = [
    ("date_in_future", {"is_future": "true"}),
    ("action_unknown", {"is_known": "false"}),
    ("tooth_invalid", {"is_tooth": "false"}),
    ("zone_missing", {"code": '"404","405"', "has_zone": "false"}),
    ("deadline_passed", {"is_late": "true"}),
    ("card", {"has_card": "false"}),
    ("performer_not_allowed", {"code": _BY_DENTIST, "performer": '"hygienist","nurse"'}),
    ("performer_not_allowed", {"code": _BY_HYGIENIST, "performer": '"dentist","nurse"'}),
    ("action_not_covered", {"is_covered": "false"}),
    ("coverage_condition_unmet", {"code": '"825","880","882"', "has_fact": "false"}),
    ("document_missing", {"code": '"303","304"', "has_day_note": "false"}),
    ("preassessment_required", {"code": '"108","405","407"', "is_general": "true"}),
    ("preassessment_required", {"code": '"A941","A943","A944"'}),
]
"""What is asked of a line alone, in the order of adjudication/findings.py."""


def compare(invoices: int, repetitions: int) -> dict[str, float]:
    """Microseconds a line of both, and the median of their ratio, over calls that take turns."""
    import zen

    library = packaged_library()
    work = _without_applications(workload(invoices))
    table = zen.ZenEngine().create_decision(json.dumps(_decision_table()))
    batches = list(_batches([decode(text) for text in work.invoices]))
    handed_in = [_handed_in(library, work, batch) for batch in batches]
    _check_same(table, library, work, batches, handed_in)
    theirs, ours, ratios = [], [], []
    for _ in range(repetitions):
        decide = desk_for(library, work).decide
        their_seconds = our_seconds = 0.0
        with frozen():
            for batch, lines in zip(batches, handed_in, strict=True):
                their_seconds += seconds_of(table.evaluate, {"lines": lines})
                our_seconds += seconds_of(_decide_all, decide, batch)
        many = sum(map(len, handed_in))
        theirs.append(their_seconds / many * 1e6)
        ours.append(our_seconds / many * 1e6)
        ratios.append(their_seconds / our_seconds)
    return {"ratio": median(ratios), "theirs": median(theirs), "ours": median(ours)}


def measure(scale: Scale, *, compiled: bool) -> Figure:
    """How many times our time theirs is."""
    found = call(compare, scale.invoices // 2, max(3, scale.repetitions // 3), compiled=compiled)
    return Figure(
        found["ratio"],
        f"{found['theirs']:.2f} µs a line there, {found['ours']:.2f} µs here with the whole list",
    )


def test_pure(ask: Ask, scale: Scale) -> None:
    """Not compiled."""
    pytest.importorskip("zen", reason="zen-engine is not installed")
    ask(PURE, partial(measure, scale, compiled=False))


def test_compiled(ask: Ask, scale: Scale) -> None:
    """Compiled."""
    pytest.importorskip("zen", reason="zen-engine is not installed")
    need_build()
    ask(MYPYC, partial(measure, scale, compiled=True))


def _decide_all(decide: Any, invoices: list[Invoice]) -> None:
    for invoice in invoices:
        decide(invoice, invoice.received_on)


def _without_applications(work: Workload) -> Workload:
    """The invoices of one region's patients, applications left out on both sides."""
    of_region = {"2321000057": REGION}
    invoices = [
        text
        for text in work.invoices
        if text[13:23].decode() in of_region and b'"preassessment"' not in text
    ]
    return Workload(work.cards, [], invoices)


def _batches(invoices: list[Invoice]) -> Iterator[list[Invoice]]:
    """Invoices whose lines make up one call; those that are refused whole are left out."""
    batch: list[Invoice] = []
    many = 0
    for invoice in invoices:
        if whole_invoice_findings(invoice, is_person_number(invoice.patient)):
            continue
        batch.append(invoice)
        many += len(invoice.lines)
        if many >= LINES_A_CALL:
            yield batch
            batch, many = [], 0


def _decision_table() -> Row:
    """The table in the engine's own format."""
    fields = sorted({field for _, cells in _TABLE for field in cells})
    table = {
        "hitPolicy": "first",
        "executionMode": "loop",
        "inputField": "lines",
        "outputPath": "found",
        "passThrough": False,
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": "finding", "name": "finding", "field": "finding"}],
        "rules": [
            {"_id": str(number), "finding": f'"{finding}"'}
            | {field: cells.get(field, "") for field in fields}
            for number, (finding, cells) in enumerate(_TABLE)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}


def _handed_in(library: Library, work: Workload, batch: list[Invoice]) -> list[Row]:
    """What the host looks up for each line."""
    desk = desk_for(library, work)
    region = library.regions[REGION]
    known = region.codes()
    directions = next(iter(region.directions["F"]))
    assert directions.coverage is not None
    covered = expand(directions.coverage.codes, known).union(
        *(expand(rule.codes, known) for rule in directions.application)
    )
    calendar = library.calendar(REGION, "F")
    return [
        {
            "code": line.code,
            "performer": line.performer,
            "is_future": line.treated_on > received(invoice),
            "is_known": line.code in known,
            "is_tooth": line.tooth is None or line.tooth in TEETH,
            "has_zone": bool(line.zone),
            "is_late": received(invoice)
            > (calendar.on(line.treated_on).last_day_to_bill or line.treated_on),
            "has_card": any(
                card.support == "F" and card.valid_from <= line.treated_on <= card.last_day
                for card in desk.cards.of(invoice.patient.replace("-", ""))
            ),
            "is_covered": line.code in covered,
            "has_fact": bool(line.facts),
            "has_day_note": _has_day_note(line),
            "is_general": invoice.care_level == "general",
        }
        for invoice in batch
        for line in invoice.lines
    ]


def _has_day_note(line: Line) -> bool:
    return any(document.kind == "day_note" for document in line.documents or ())


def _check_same(
    table: Any,
    library: Library,
    work: Workload,
    batches: list[list[Invoice]],
    handed_in: list[list[Row]],
) -> None:
    """Both find the same of every line, as far as it can be said of the line alone."""
    desk = desk_for(library, work)
    for batch, lines in zip(batches, handed_in, strict=True):
        found = table.evaluate({"lines": lines})["result"]["found"]
        theirs = [None if one is None else one["finding"] for one in found]
        ours = [
            finding
            for invoice in batch
            for finding in _alone(desk.decide(invoice, received(invoice)))
        ]
        different = [pair for pair in zip(lines, theirs, ours, strict=True) if pair[1] != pair[2]]
        assert not different, different[:3]


def _alone(decision: Decision) -> list[str | None]:
    """For each line the first of its findings that the table could have found."""
    names = {"card_missing": "card", "card_not_valid_on_day": "card"}
    asked = {finding for finding, _ in _TABLE}
    firsts: list[str | None] = []
    for line in decision.lines:
        codes = [
            names.get(code, code)
            for one in line.findings
            if (code := str(one.__struct_config__.tag)) != "document_missing"
            or one.document == "day_note"  # type: ignore[union-attr]
        ]
        firsts.append(next((code for code in codes if code in asked), None))
    return firsts
