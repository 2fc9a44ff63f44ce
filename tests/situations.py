"""Reads tests/cases/*.toml: situations with the answer that is expected, and where from.

How a situation is written stands in tests/cases/README.md. What it leaves out is filled in here,
from the files alone: none of the program's code is asked what is right.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests import desks
from tests.desks import Row

CASES = desks.PROJECT / "tests" / "cases"
CLINICS = {"A": "SE2321000057-4F2A", "B": "SE5560000001-0B17"}
BORN = date(1960, 5, 17)
CARD_FROM = date(2020, 1, 1)
NO_PRICE_KR = 1000

CONTRACT_FACTS = {
    "limit_reached": {"limit", "used"},
    "ceiling_reached": {"limit_ore", "used_ore"},
    "deadline_passed": {"last_day"},
    "document_missing": {"document"},
    "price_above_tariff": {"tariff_ore"},
    "interval_not_elapsed": {"previous_on", "next_on"},
    "preassessment_applied": {"preassessment"},
    "approved_by_assessor": {"assessment"},
    "refused_by_assessor": {"assessment"},
}
"""The facts that the contract promises; a situation states them all."""

CASE_KEYS = {
    "title", "source", "example", "region", "support", "born", "card", "cards", "applications",
    "invoice",
}  # fmt: skip
INVOICE_KEYS = {
    "repeats", "number", "clinic", "born", "patient", "support", "level", "region", "received",
    "replaces", "free_card", "protected", "lines", "refused", "status", "fees",
    "claimed", "allowed", "fee", "payable",
}  # fmt: skip
LINE_KEYS = {
    "line", "on", "code", "asked", "asked_ore", "performer", "tooth", "zone", "surfaces",
    "conditions", "facts", "motivation", "documents", "application", "gives", "pays", "pays_ore",
    "carried", "assessed",
}  # fmt: skip


@dataclass
class Situation:
    """What is known, the invoices that come in, and the answers that are expected."""

    file: str
    title: str
    sources: list[str]
    examples: list[int]
    rules: list[str]
    region: str
    cards: list[Row] = field(default_factory=list)
    applications: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    assessed: list[dict[int, Row]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def read_situations() -> list[Situation]:
    """Every situation of every file, in the order in which they are written."""
    return [
        Reader(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), case).situation()
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


class Reader:
    """Reads one case of a file."""

    def __init__(self, stem: str, head: Row, case: Row) -> None:
        _only(case, CASE_KEYS, f"{stem}: {case.get('title')}")
        self.stem, self.case = stem, case
        given = {**head, **case}
        self.region: str = given["region"]
        self.support: str = given["support"]
        self.card: str = given["card"]
        self.rules: list[str] = head.get("rules", [])
        self.born: date = case.get("born", BORN)
        self.prices = desks.packaged_prices()
        if "prices" in head:
            self.prices = desks.price_rows(desks.TEST_RULES / head["prices"])

    def situation(self) -> Situation:
        """The case, with everything that it leaves out."""
        case = self.case
        sources, examples = case["source"], case.get("example", [])
        situation = Situation(
            file=self.stem,
            title=case["title"],
            sources=[sources] if isinstance(sources, str) else sources,
            examples=[examples] if isinstance(examples, int) else examples,
            rules=self.rules,
            region=self.region,
        )
        cards = case.get("cards", [{}])
        situation.cards = [self.card_row(card, place) for place, card in enumerate(cards, 1)]
        situation.applications = [
            self.application_row(application, place)
            for place, application in enumerate(case.get("applications", []), 1)
        ]
        for place, invoice in enumerate(case["invoice"], 1):
            _only(invoice, INVOICE_KEYS, f"{self.stem}: {situation.title}, invoice {place}")
            if "repeats" in invoice:
                first = case["invoice"][invoice["repeats"] - 1]
                invoice = {"number": str(invoice["repeats"]), **first, **invoice}  # noqa: PLW2901
            row = self.invoice_row(invoice, place)
            situation.invoices.append(row)
            situation.answers.append(self.answer_row(invoice, row))
            situation.assessed.append(self.assessed_rows(invoice, row))
        return situation

    def person(self, given: Row) -> str:
        born: date = given.get("born", self.born)
        return str(given.get("patient", desks.person_number(born)))

    def card_row(self, card: Row, place: int) -> Row:
        return {
            "number": card.get("number", f"C-{place}"),
            "patient": self.person(card),
            "region": card.get("region", self.region),
            "category": card.get("category", self.card),
            "diagnosis": card.get("diagnosis"),
            "valid_from": _iso(card.get("from", CARD_FROM)),
            "valid_to": _iso(card.get("to")),
            "voided_on": _iso(card.get("voided")),
        }

    def application_row(self, application: Row, place: int) -> Row:
        decided = application["decided"]
        lines = [
            {
                "line": line.get("line", number),
                "code": line["code"],
                "tooth": line.get("tooth"),
                "count": line.get("count", 1),
                "amount_ore": 100 * line["amount"] if "amount" in line else None,
            }
            for number, line in enumerate(application.get("lines", []), 1)
        ]
        return {
            "id": application.get("id", f"B-{place}"),
            "patient": self.person(application),
            "region": application.get("region", self.region),
            "support": application.get("support", self.support),
            "decided_on": decided.isoformat(),
            "covers_from": _iso(application.get("from", decided)),
            "covers_to": _iso(application.get("to", date(decided.year, 12, 31))),
            "replaces": application.get("replaces"),
            "lines": lines,
        }

    def invoice_row(self, invoice: Row, place: int) -> Row:
        days = [line["on"] for line in invoice["lines"]]
        level = invoice.get("level", "general")
        row: Row = {
            "clinic": CLINICS[invoice.get("clinic", "A")],
            "number": invoice.get("number", str(place)),
            "patient": self.person(invoice),
            "support": invoice.get("support", self.support),
            "care_level": level,
            "received_on": _iso(invoice.get("received") or max(days)),
            "lines": [
                self.line_row(line, number, level)
                for number, line in enumerate(invoice["lines"], 1)
            ],
        }
        if "free_card" in invoice:
            first, last = invoice["free_card"]
            row["free_card"] = {
                "number": "12345",
                "valid_from": first.isoformat(),
                "valid_to": last.isoformat(),
            }
        if "protected" in invoice:
            row["protected_identity"] = invoice["protected"]
        for name in ("region", "replaces"):
            if name in invoice:
                row[name] = invoice[name]
        return row

    def line_row(self, line: Row, number: int, level: str) -> Row:
        _only(line, LINE_KEYS, f"{self.stem}: {self.case['title']}, line {number}")
        row: Row = {
            "line": line.get("line", number),
            "treated_on": line["on"].isoformat(),
            "code": line["code"],
            "price_ore": self.asked_ore(line, level),
            "performer": line.get("performer", self.performer(line["code"])),
        }
        for name in ("tooth", "zone", "surfaces", "conditions", "facts", "motivation"):
            if name in line:
                row[name] = line[name]
        if "documents" in line:
            row["documents"] = [{"kind": kind, "name": f"{kind}.pdf"} for kind in line["documents"]]
        if "application" in line:
            row["preassessment"] = line["application"]
        return row

    def assessed_rows(self, invoice: Row, row: Row) -> dict[int, Row]:
        """What an assessor decided beforehand of some lines; numbered by line."""
        return {
            asked["line"]: {
                "id": str(asked["line"]),
                "is_approved": line["assessed"]["is_approved"],
                "settles": line["assessed"]["settles"],
                "by_application": line["assessed"].get("by_application", False),
                "motive": line["assessed"].get("motive"),
            }
            | (
                {"amount_ore": 100 * line["assessed"]["amount"]}
                if "amount" in line["assessed"]
                else {}
            )
            for line, asked in zip(invoice["lines"], row["lines"], strict=True)
            if "assessed" in line
        }

    def asked_ore(self, line: Row, level: str) -> int:
        """What is asked: as given, else the price of the list, else a round sum."""
        if "asked_ore" in line:
            return int(line["asked_ore"])
        if "asked" in line:
            return 100 * int(line["asked"])
        code = line["code"]
        if code not in self.prices and code.endswith("S"):
            code, level = code[:-1], "specialist"
        kronor = self.prices.get(code, {}).get(f"{level}_sek") or NO_PRICE_KR
        return 100 * int(kronor)

    def performer(self, code: str) -> str:
        row = self.prices.get(code) or self.prices.get(code[:3]) or {}
        return row.get("performed_by") or "dentist"

    def answer_row(self, invoice: Row, row: Row) -> Row:
        """The decision that is expected; sums are those of its lines and visits."""
        claimed = sum(line["price_ore"] for line in row["lines"])
        answer: Row = {"clinic": row["clinic"], "number": row["number"]}
        if "refused" in invoice:
            findings = [{"code": code} for code in invoice["refused"]]
            return answer | {
                "status": "invalid", "claimed_ore": claimed, "allowed_ore": 0,
                "patient_fee_ore": 0, "payable_ore": 0, "findings": findings, "visits": [],
                "lines": [],
            }  # fmt: skip
        lines = [
            self.line_answer(line, asked)
            for line, asked in zip(invoice["lines"], row["lines"], strict=True)
        ]
        visits = self.visits(invoice, row)
        allowed = sum(line["allowed_ore"] for line in lines)
        fee = sum(visit["fee_ore"] for visit in visits)
        given = {
            "claimed": claimed, "allowed": allowed, "fee": fee, "payable": allowed - fee
        }  # fmt: skip
        for name, ore in given.items():
            if name in invoice:
                assert 100 * invoice[name] == ore, f"{self.case['title']}: {name} is {ore} öre"
        return answer | {
            "status": invoice["status"], "claimed_ore": claimed, "allowed_ore": allowed,
            "patient_fee_ore": fee, "payable_ore": allowed - fee, "findings": [],
            "visits": visits, "lines": sorted(lines, key=lambda line: line["line"]),
        }  # fmt: skip

    def line_answer(self, line: Row, row: Row) -> Row:
        outcome, _, rest = line.get("gives", "approved").partition(":")
        findings = [_finding(text) for text in rest.split(",") if text.strip()]
        allowed = 0
        if outcome == "approved":
            allowed = 100 * line["pays"] if "pays" in line else row["price_ore"]
            allowed = line.get("pays_ore", allowed)
        applied = [one["preassessment"] for one in findings if one["code"].endswith("_applied")]
        return {
            "line": row["line"], "treated_on": row["treated_on"], "code": row["code"],
            "outcome": outcome, "claimed_ore": row["price_ore"], "allowed_ore": allowed,
            "preassessment": applied[0] if applied else None, "findings": findings,
        }  # fmt: skip

    def visits(self, invoice: Row, row: Row) -> list[Row]:
        days = sorted({line["treated_on"] for line in row["lines"]})
        fees: list[list[str]] = []
        for text in invoice["fees"].split(","):
            kronor, reason, *times = text.split()
            fees += [[kronor, reason]] * int(times[0].removeprefix("x") if times else 1)
        assert len(fees) == len(days), f"{self.case['title']}: one fee for each of {days}"
        return [
            {"treated_on": day, "fee_ore": _ore(kronor), "reason": reason}
            for day, (kronor, reason) in zip(days, fees, strict=True)
        ]


def _finding(text: str) -> Row:
    """`limit_reached limit=8 used=8`: the finding with its facts."""
    code, *facts = text.split()
    row: Row = {"code": code}
    for fact in facts:
        name, value = fact.split("=")
        row[name] = int(value) if value.isdigit() and name not in TEXTS else value
    missing = CONTRACT_FACTS.get(code, set()) - set(row)
    assert not missing, f"{text}: {missing} not stated"
    return row


TEXTS = {"with_code", "bill_as", "assessment"}
"""Facts that are texts though they look like numbers."""


def _ore(kronor: str) -> int:
    whole, _, rest = kronor.partition(".")
    return 100 * int(whole) + int(rest or 0)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _only(given: Row, known: set[str], where: str) -> None:
    unknown = set(given) - known
    assert not unknown, f"{where}: {unknown} means nothing"


def expected_findings(situations: list[Situation]) -> Iterator[str]:
    """The codes of all findings that the situations show."""
    for situation in situations:
        for answer in situation.answers:
            yield from (finding["code"] for finding in answer["findings"])
            for line in answer["lines"]:
                yield from (finding["code"] for finding in line["findings"])


def expected_reasons(situations: list[Situation]) -> Iterator[Any]:
    """The reasons of all visits that the situations show."""
    for situation in situations:
        for answer in situation.answers:
            yield from (visit["reason"] for visit in answer["visits"])
