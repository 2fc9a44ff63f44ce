"""How an invoice is decided, read a second time: plain and slow, to hold the engine against.

Nothing of the project is imported. Everything approved stands in one flat list, and every count and
sum is made from that list anew for each line. The sections follow the description of the rules.
Malformed input is out of scope: what is handed in has the shape of the contract.

By hand: python tests/reference.py INVOICES CARDS PREASSESSMENTS > DECISIONS
"""

from __future__ import annotations

import copy
import csv
import json
import re
import sys
import tomllib
from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]

PROJECT = Path(__file__).resolve().parent.parent
RULE_DIRS = [
    PROJECT / "terms",
    PROJECT / "tariffs" / "prices",
    PROJECT / "registry" / "rules",
    PROJECT / "adjudication" / "rulebooks",
]

# A field that is absent or null has its default.
INVOICE_FIELDS: Row = {
    "clinic": None,
    "number": None,
    "patient": None,
    "support": None,
    "care_level": "general",
    "region": None,
    "replaces": None,
    "free_card": None,
    "protected_identity": False,
    "lines": [],
}
LINE_FIELDS: Row = {
    "line": None,
    "treated_on": None,
    "code": None,
    "price_ore": None,
    "performer": None,
    "tooth": None,
    "zone": None,
    "surfaces": None,
    "conditions": [],
    "facts": [],
    "motivation": None,
    "documents": [],
    "preassessment": None,
}

# What a finding makes of a line, the strongest first.
OUTCOMES = {
    "invalid": [
        "date_in_future",
        "action_unknown",
        "tooth_invalid",
        "zone_missing",
        "zone_invalid",
        "tooth_missing",
    ],
    "denied": [
        "deadline_passed",
        "card_missing",
        "card_not_valid_on_day",
        "performer_not_allowed",
        "duplicate",
        "combination_excluded",
        "interval_not_elapsed",
        "refused_by_assessor",
    ],
    "patient_pays": ["action_not_covered", "coverage_condition_unmet", "position_not_covered"],
    "needs_preassessment": ["preassessment_required", "limit_reached", "ceiling_reached"],
    "needs_document": ["motivation_missing", "document_missing"],
    "needs_review": ["rules_missing", "motivation_to_assess", "tariff_price_missing"],
}  # preassessment_not_usable, preassessment_applied, price_above_tariff, approved_by_assessor:
# decide nothing

# An approval of a line that was held for any of these carries the line.
CARRYING = {
    "rules_missing",
    "tariff_price_missing",
    "preassessment_required",
    "limit_reached",
    "ceiling_reached",
}

TEETH = {
    f"{quadrant}{position}"
    for quadrants, last in (("1234", 8), ("5678", 5))
    for quadrant in quadrants
    for position in range(1, last + 1)
}


# Days


def last_of_month(year: int, month: int) -> int:
    """The number of the month's last day."""
    return monthrange(year, month)[1]


def months_after(day: date, months: int) -> date:
    """The same number of the month so many months on, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, last_of_month(year, month + 1)))


def same_date(day: date, year: int) -> date:
    """The same date in another year; 29 February is 28 February in a common year."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, day.month, day.day)


def last_day_for(treated_on: date, deadline: Row) -> date:
    """The last day to receive what was done that day; without a deadline, never too late."""
    if "days_after_treatment" in deadline:
        return treated_on + timedelta(days=deadline["days_after_treatment"])
    if "months_after_treatment_month" in deadline:
        month = months_after(treated_on.replace(day=1), deadline["months_after_treatment_month"])
        return month.replace(day=last_of_month(month.year, month.month))
    return date.max


def in_force(editions: Iterable[Row], day: date) -> Row | None:
    """The edition with the latest first day that is not after the day."""
    begun = [edition for edition in editions if edition["valid_from"] <= day]
    return max(begun, key=lambda edition: edition["valid_from"], default=None)


# Person numbers


def digits_of(patient: str) -> str:
    """The person number without its dash; anything that is not shaped like one is left alone."""
    shape = re.fullmatch(r"([0-9]{8})-?([0-9]{4})", patient)
    return shape[1] + shape[2] if shape else patient


def born_on(patient: str) -> date | None:
    """The birth date of a personnummer or samordningsnummer; None when it is neither."""
    digits = digits_of(patient)
    if not re.fullmatch("[0-9]{12}", digits) or digits[8:11] == "000":
        return None
    total = 0
    for place, digit in enumerate(digits[2:]):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    if total % 10 != 0:
        return None
    day = int(digits[6:8])
    try:
        return date(int(digits[:4]), int(digits[4:6]), day - 60 if day > 60 else day)
    except ValueError:
        return None


# What goes in, as read


def as_read(fields: Row, defaults: Row) -> Row:
    """Every field, with its default where it is absent or null."""
    return {
        name: default if fields.get(name) is None else fields[name]
        for name, default in defaults.items()
    }


def content_of(invoice: Row) -> Row:
    """The invoice's content as read: without the day of receipt and without the dash."""
    bill = as_read(invoice, INVOICE_FIELDS)
    bill["patient"] = digits_of(bill["patient"])
    bill["lines"] = [as_read(line, LINE_FIELDS) for line in bill["lines"]]
    return bill


# Codes


def expand(name: str) -> list[str]:
    """The codes that a name in the directions names; a whole hundred names none."""
    ends = re.fullmatch("([0-9]+)-([0-9]+)", name)
    if ends:
        return [str(number) for number in range(int(ends[1]), int(ends[2]) + 1)]
    return [] if name.endswith("-gruppen") else [name]


def named_in(directions: Row) -> set[str]:
    """Every code that the directions name, in any of their rules."""
    found: set[str] = set()
    for tables in directions.values():
        for table in tables if isinstance(tables, list) else [tables]:
            if isinstance(table, dict):
                for key in ("codes", "with", "yields", "to", "exempt_codes"):
                    for name in table.get(key, []):
                        found.update(expand(name))
                found.update([table["use"]] if "use" in table else [])
    return found


@dataclass
class Asked:
    """A line and what is asked about it. Support and care level are the invoice's."""

    bill: Row
    line: Row
    code: str
    day: date
    received: date
    region: str
    directions: Row  # empty when there is no edition


@dataclass
class Approved:
    """An approved line, with the application and its line that carries it; an assessor carries as
    if by an application of no name."""

    patient: str
    support: str
    day: date
    line: Row
    allowed: int
    carried_by: tuple[str, int] | None


def kinds_on(line: Row) -> set[str]:
    """The kinds of the documents that the line carries."""
    return {document["kind"] for document in line["documents"]}


def same_action(one: Row, other: Row) -> bool:
    """The same code on the same day and site; of surfaces neither order nor case says anything."""
    if any(one[key] != other[key] for key in ("treated_on", "code", "tooth", "zone")):
        return False
    return set((one["surfaces"] or "").upper()) == set((other["surfaces"] or "").upper())


def finding(code: str, **facts: object) -> Row:
    """A finding with the facts of its kind."""
    return {"code": code, **facts}


def outcome_of(findings: list[Row]) -> str:
    """The strongest outcome of the findings; approved when none of them decides."""
    codes = {each["code"] for each in findings}
    return next((outcome for outcome, those in OUTCOMES.items() if codes & set(those)), "approved")


def carries(assessed: Row) -> bool:
    """Whether the approval counts in no limit and no ceiling: where an application might have
    answered what the line was held for, and none did."""
    return bool(
        assessed["is_approved"]
        and not assessed["by_application"]
        and CARRYING & set(assessed["settles"])
    )


def refusal(bill: Row, codes: list[str]) -> Row:
    """The decision on an invoice of which nothing is decided."""
    return {
        "clinic": bill["clinic"],
        "number": bill["number"],
        "status": "invalid",
        "claimed_ore": sum(line["price_ore"] for line in bill["lines"]),
        "allowed_ore": 0,
        "patient_fee_ore": 0,
        "payable_ore": 0,
        "findings": [finding(code) for code in codes],
        "visits": [],
        "lines": [],
    }


class Reference:
    """Decides invoices one after the other; earlier ones count against later ones."""

    def __init__(
        self,
        rule_dirs: list[Path],
        cards: list[Row],
        preassessments: list[Row],
        default_region: str = "jonkoping",
        today: date | None = None,
    ) -> None:
        self.default_region = default_region
        self.today = today or datetime.now(ZoneInfo("Europe/Stockholm")).date()
        self.card_files: list[Row] = []
        self.directions: list[Row] = []
        self.tariffs: list[Row] = []
        self.fees: list[Row] = []
        for folder in rule_dirs:
            for path in sorted(Path(folder).rglob("*.toml")):
                self.read_rules(path)
        self.known = {each["region"]: self.known_in(each["region"]) for each in self.files()}
        self.cards = [{**card, "patient": digits_of(card["patient"])} for card in cards]
        self.preassessments = [
            {**each, "patient": digits_of(each["patient"])} for each in preassessments
        ]
        self.approved: list[Approved] = []
        self.fees_taken: list[tuple[str, str, date]] = []  # patient, clinic, day
        self.decided: list[tuple[Row, Row]] = []  # content, decision

    def read_rules(self, path: Path) -> None:
        """Reads one rule file; its keys tell which sort it is."""
        rules = tomllib.loads(path.read_text(encoding="utf-8"))
        if "supports" in rules:
            self.directions.append(rules)
        elif "card" in rules or "category" in rules:
            self.card_files.append(rules)
        elif "prices" in rules:
            prices = path.parent.parent / rules["prices"]
            with prices.open(encoding="utf-8-sig", newline="") as file:
                rules["rows"] = {row["code"]: row for row in csv.DictReader(file)}
            self.tariffs.append(rules)
        elif "fee" in rules:
            self.fees.append(rules)

    # Which codes there are, who performs them and what they cost

    def files(self) -> list[Row]:
        """Every rule file that belongs to a region."""
        return [*self.directions, *self.card_files, *self.tariffs, *self.fees]

    def known_in(self, region: str) -> set[str]:
        """In a price list of the region or named in its directions, on any day."""
        known: set[str] = set()
        for rules in self.files():
            if rules["region"] == region:
                known.update(rules.get("rows", []), named_in(rules) if "supports" in rules else [])
        return known

    def is_known(self, region: str, code: str) -> bool:
        """Known in the region; one without files knows the codes of every price list."""
        if region in self.known:
            return code in self.known[region]
        return any(code in tariff["rows"] for tariff in self.tariffs)

    def codes(self, directions: Row, names: list[str]) -> set[str]:
        """The names as a set of codes; a hundred is every known code of that hundred."""
        found: set[str] = set()
        for name in names:
            found.update(expand(name))
            if name.endswith("-gruppen"):
                found.update(
                    code
                    for code in self.known[directions["region"]]
                    if code[0] == name[0] and re.match("[0-9]{3}", code)
                )
        return found

    def rules_for(self, asked: Asked, kind: str, key: str = "codes") -> list[Row]:
        """The rules of a kind in the line's directions that name its code."""
        return [
            rule
            for rule in asked.directions.get(kind, [])
            if asked.code in self.codes(asked.directions, rule[key])
        ]

    def performer_of(self, region: str, code: str) -> str | None:
        """Who performs the code, by the newest price list that has it, else that has its base."""
        lists = sorted(
            (tariff for tariff in self.tariffs if tariff["region"] == region),
            key=lambda tariff: tariff["valid_from"],
            reverse=True,
        )
        for wanted in (code, code[:3] if re.match("[0-9]{3}", code) else code):
            for tariff in lists:
                if wanted in tariff["rows"]:
                    return tariff["rows"][wanted].get("performed_by") or None
        return None

    def tariff_price(self, asked: Asked) -> int | None:
        """The price in öre on the treatment day; suffix S is the specialist price of its base."""
        lists = [tariff for tariff in self.tariffs if tariff["region"] == asked.region]
        tariff = in_force(lists, asked.day)
        if tariff is None:
            return None
        code, level = asked.code, asked.bill["care_level"]
        suffix = tariff.get("specialist_suffix", {}).get("suffix")
        if code not in tariff["rows"] and suffix and code.endswith(suffix):
            code, level = code.removesuffix(suffix), "specialist"
        price = tariff["rows"].get(code, {}).get(f"{level}_sek")
        return int(Decimal(price) * 100) if price else None

    # Cards

    def category_of(self, card: Row) -> Row:
        """The card's category in its region's file of its first day, or the earliest file."""
        files = [file for file in self.card_files if file["region"] == card["region"]]
        file = in_force(files, date.fromisoformat(card["valid_from"])) or min(
            files, key=lambda each: each["valid_from"]
        )
        return next(each for each in file["category"] if each["name"] == card["category"])

    def card_in_force(self, card: Row, day: date) -> bool:
        """From its first day through its last, and before it was voided."""
        first = date.fromisoformat(card["valid_from"])
        if day < first:
            return False
        if card.get("voided_on") and day >= date.fromisoformat(card["voided_on"]):
            return False
        if card.get("valid_to"):
            return day <= date.fromisoformat(card["valid_to"])
        category = self.category_of(card)
        diagnoses = [
            each for each in category.get("diagnosis", []) if each["name"] == card.get("diagnosis")
        ]
        years = [*diagnoses, category][0].get("lasts_years")
        return years is None or day < same_date(first, first.year + years)

    def cards_of(self, bill: Row) -> list[Row]:
        """The patient's cards for the support, the latest last."""
        cards = [
            card
            for card in self.cards
            if card["patient"] == bill["patient"]
            and self.category_of(card)["support"] == bill["support"]
        ]
        return sorted(cards, key=lambda card: (card["valid_from"], card["number"]))

    def card_on(self, bill: Row, day: date) -> Row | None:
        """The card in force that day; of several the latest."""
        cards = [card for card in self.cards_of(bill) if self.card_in_force(card, day)]
        return cards[-1] if cards else None

    # Which rules

    def region_of(self, bill: Row, day: date) -> str:
        """The card's in force, else the latest card's, else the invoice's, else the default."""
        card = self.card_on(bill, day)
        if card is None and self.cards_of(bill):
            card = self.cards_of(bill)[-1]
        given = bill["region"] if bill["region"] is not None else self.default_region
        return str(given if card is None else card["region"])

    def asked(self, bill: Row, line: Row, received: date) -> Asked:
        """The line with its region and the directions in force on the treatment day."""
        day = date.fromisoformat(line["treated_on"])
        region = self.region_of(bill, day)
        editions = [
            each
            for each in self.directions
            if each["region"] == region and bill["support"] in each["supports"]
        ]
        return Asked(bill, line, line["code"], day, received, region, in_force(editions, day) or {})

    # Whole invoice

    def decide(self, invoice: Row, assessed: dict[int, Row] | None = None) -> Row:
        """The decision on the invoice, in the contract's shape without `rule` and `edition`.

        `assessed` is by line what an assessor decided: `id`, `is_approved`, `settles` (the codes
        that the line was held for), whether an application carried it then, and maybe `amount_ore`
        and `motive`.
        """
        bill = content_of(invoice)
        if bill["protected_identity"]:
            return refusal(bill, ["protected_identity"])
        for content, decision in self.decided:
            if (content["clinic"], content["number"]) == (bill["clinic"], bill["number"]):
                return (
                    copy.deepcopy(decision) if content == bill else refusal(bill, ["number_reused"])
                )
        numbers = [line["line"] for line in bill["lines"]]
        wrong = []
        if born_on(bill["patient"]) is None:
            wrong.append("patient_id_invalid")
        if not numbers:
            wrong.append("lines_missing")
        if len(set(numbers)) < len(numbers):
            wrong.append("line_number_repeated")
        if wrong:
            return refusal(bill, wrong)
        received = invoice.get("received_on")
        decision = self.decide_lines(
            bill, date.fromisoformat(received) if received else self.today, assessed or {}
        )
        self.decided.append((bill, copy.deepcopy(decision)))
        return decision

    def decide_lines(self, bill: Row, received: date, assessed: dict[int, Row]) -> Row:
        """The lines in their order: treatment day, the side that yields last, line number."""
        lines = [self.asked(bill, line, received) for line in bill["lines"]]
        lines.sort(
            key=lambda asked: (
                asked.day,
                bool(self.rules_for(asked, "exclusion", "yields")),
                asked.line["line"],
            )
        )
        decided = [
            self.decide_line(
                asked, [each.line for each in lines[:place]], assessed.get(asked.line["line"])
            )
            for place, asked in enumerate(lines)
        ]
        visits = [
            self.visit(
                bill,
                day,
                sum(
                    line["allowed_ore"] for line in decided if line["treated_on"] == day.isoformat()
                ),
            )
            for day in sorted({asked.day for asked in lines})
        ]
        outcomes = [line["outcome"] for line in decided]
        if any(outcome.startswith("needs_") for outcome in outcomes):
            status = "pending"
        elif all(outcome == "approved" for outcome in outcomes):
            status = "approved"
        else:
            status = "partly_approved" if "approved" in outcomes else "denied"
        allowed = sum(line["allowed_ore"] for line in decided)
        fee = sum(visit["fee_ore"] for visit in visits)
        return {
            "clinic": bill["clinic"],
            "number": bill["number"],
            "status": status,
            "claimed_ore": sum(line["claimed_ore"] for line in decided),
            "allowed_ore": allowed,
            "patient_fee_ore": fee,
            "payable_ore": allowed - fee,
            "findings": [],
            "visits": visits,
            "lines": sorted(decided, key=lambda line: line["line"]),
        }

    # Line

    def decide_line(self, asked: Asked, before: list[Row], assessed: Row | None) -> Row:
        """Asks everything of the line and keeps it if it is approved."""
        claimed, allowed = asked.line["price_ore"], 0
        carrier: tuple[Row, Row] | None = None
        is_carried = assessed is not None and carries(assessed)
        price: int | None = None
        findings = [] if asked.directions else [finding("rules_missing")]
        findings += self.structure(asked)
        if not findings:
            coverage = list(self.coverage(asked))
            findings = [*self.eligibility(asked, before), *coverage]
            if not coverage:
                carrier = None if is_carried else self.carrier(asked)
                price = self.price(asked, carrier)
                if price is not None and assessed is not None:
                    price = min(price, assessed.get("amount_ore", price))
                findings += self.combinations(asked)
                findings += self.documents(asked)
                findings += self.interval(asked)
                findings += [finding("tariff_price_missing")] if price is None else []
                findings += [] if is_carried else self.preassessment(asked, carrier, price)
        if assessed is not None:
            if price is None:
                price = min(claimed, assessed.get("amount_ore", claimed))
            findings = self.assessed(findings, assessed)
        outcome = outcome_of(findings)
        if outcome == "approved":
            assert price is not None
            allowed = price
            if allowed < claimed:
                findings.insert(0, finding("price_above_tariff", tariff_ore=allowed))
            self.approved.append(
                Approved(
                    asked.bill["patient"],
                    asked.bill["support"],
                    asked.day,
                    asked.line,
                    allowed,
                    (carrier[0]["id"], carrier[1]["line"])
                    if carrier
                    else ("", 0)
                    if is_carried
                    else None,
                )
            )
        return {
            "line": asked.line["line"],
            "treated_on": asked.line["treated_on"],
            "code": asked.code,
            "outcome": outcome,
            "claimed_ore": claimed,
            "allowed_ore": allowed,
            "preassessment": carrier[0]["id"] if carrier else None,
            "findings": findings,
        }

    def assessed(self, findings: list[Row], assessed: Row) -> list[Row]:
        """What is left when an assessor has answered some findings that held the line."""
        held = [
            code for outcome, codes in OUTCOMES.items() if "needs_" in outcome for code in codes
        ]
        left = [
            each
            for each in findings
            if each["code"] not in held or each["code"] not in assessed["settles"]
        ]
        code = "approved_by_assessor" if assessed["is_approved"] else "refused_by_assessor"
        facts = {"assessment": assessed["id"], "settles": list(assessed["settles"])}
        return [*left, finding(code, **facts)]

    def structure(self, asked: Asked) -> Iterator[Row]:
        """Can the line be read: its day, code, tooth and zone?"""
        tooth, zone = asked.line["tooth"], asked.line["zone"]
        if asked.day > asked.received:
            yield finding("date_in_future")
        if not self.is_known(asked.region, asked.code):
            yield finding("action_unknown")
        if tooth is not None and tooth not in TEETH:
            yield finding("tooth_invalid")
        for rule in self.rules_for(asked, "zone"):
            if not zone:
                yield finding("zone_missing")
            elif zone not in rule["zones"]:
                yield finding("zone_invalid")

    def eligibility(self, asked: Asked, before: list[Row]) -> Iterator[Row]:
        """In time, with a card, by the right performer, and only once?"""
        last_day = last_day_for(asked.day, asked.directions.get("deadline", {}))
        if asked.received > last_day:
            yield finding("deadline_passed", last_day=last_day.isoformat())
        if not self.cards_of(asked.bill):
            yield finding("card_missing")
        elif self.card_on(asked.bill, asked.day) is None:
            yield finding("card_not_valid_on_day")
        if self.performer_of(asked.region, asked.code) not in (None, asked.line["performer"]):
            yield finding("performer_not_allowed")
        approved = [each.line for each in self.approved if each.patient == asked.bill["patient"]]
        if any(same_action(each, asked.line) for each in before + approved):
            yield finding("duplicate")

    def coverage(self, asked: Asked) -> Iterator[Row]:
        """Is it the region's to pay? What needs an application is covered by being named so."""
        coverage, tooth = asked.directions.get("coverage"), asked.line["tooth"]
        covered = (
            coverage is None
            or self.rules_for(asked, "application")
            or asked.code in self.codes(asked.directions, coverage["codes"])
        )
        if not covered:
            yield finding("action_not_covered")
        for rule in self.rules_for(asked, "condition"):
            if rule["fact"] not in asked.line["facts"]:
                yield finding("coverage_condition_unmet")
        for rule in self.rules_for(asked, "position"):
            if tooth is None:
                yield finding("tooth_missing")
            elif int(tooth[-1]) not in rule["positions"]:
                yield finding("position_not_covered")

    def kept(self, asked: Asked, supports: list[str]) -> list[Approved]:
        """The approved lines of the patient in these supports."""
        return [
            each
            for each in self.approved
            if each.patient == asked.bill["patient"] and each.support in supports
        ]

    def combinations(self, asked: Asked) -> Iterator[Row]:
        """Against lines approved for the same day, whichever side this line is on."""
        that_day = {
            each.line["code"]
            for each in self.kept(asked, [asked.bill["support"]])
            if each.day == asked.day
        }

        def clashes(names: list[str], others: list[str]) -> bool:
            one, other = self.codes(asked.directions, names), self.codes(asked.directions, others)
            return any(
                (asked.code in one and code in other) or (asked.code in other and code in one)
                for code in that_day
            )

        for rule in asked.directions.get("exclusion", []):
            if clashes(rule["yields"], rule["to"]):
                yield finding("combination_excluded")
        for rule in asked.directions.get("motivated_combination", []):
            if clashes(rule["codes"], rule["with"]):
                motivated = (asked.line["motivation"] or "").strip() != ""
                documented = "document" not in rule or rule["document"] in kinds_on(asked.line)
                if not motivated:
                    yield finding("motivation_missing")
                if not documented:
                    yield finding("document_missing", document=rule["document"])
                if motivated and documented:
                    yield finding("motivation_to_assess")

    def documents(self, asked: Asked) -> Iterator[Row]:
        """The documents that the code needs, on the line itself."""
        for rule in self.rules_for(asked, "document"):
            if rule["document"] not in kinds_on(asked.line):
                yield finding("document_missing", document=rule["document"])

    def interval(self, asked: Asked) -> Iterator[Row]:
        """So many months between any two approved, counted from the earlier of them."""
        for rule in self.rules_for(asked, "interval"):
            codes = self.codes(asked.directions, rule["codes"])
            days = [
                each.day
                for each in self.kept(asked, [asked.bill["support"]])
                if each.line["code"] in codes
            ]

            def in_the_way(day: date, rule: Row = rule, days: list[date] = days) -> list[date]:
                return [
                    other
                    for other in days
                    if max(day, other) < months_after(min(day, other), rule["months"])
                ]

            if in_the_way(asked.day):
                previous = min(in_the_way(asked.day), key=lambda d: (abs(d - asked.day), d))
                following = asked.day + timedelta(days=1)
                while in_the_way(following):
                    following += timedelta(days=1)
                yield finding(
                    "interval_not_elapsed",
                    previous_on=previous.isoformat(),
                    next_on=following.isoformat(),
                )

    def price(self, asked: Asked, carrier: tuple[Row, Row] | None) -> int | None:
        """The least of what is asked, the tariff and the application's amount; None: no price."""
        ceilings = [self.tariff_price(asked), carrier[1].get("amount_ore") if carrier else None]
        given = [ceiling for ceiling in ceilings if ceiling is not None]
        return min([asked.line["price_ore"], *given]) if given else None

    # Line, pre-assessment

    def carrier(self, asked: Asked) -> tuple[Row, Row] | None:
        """The application, and its line, that carries the line: the named one or the oldest."""
        for application in sorted(self.preassessments, key=lambda a: (a["decided_on"], a["id"])):
            if (
                asked.line["preassessment"] in (None, application["id"])
                and not any(
                    each.get("replaces") == application["id"] for each in self.preassessments
                )
                and application["patient"] == asked.bill["patient"]
                and application["support"] == asked.bill["support"]
                and application["covers_from"] <= asked.line["treated_on"]
                and asked.line["treated_on"] <= application["covers_to"]
            ):
                for line in sorted(application["lines"], key=lambda line: line["line"]):
                    same = [(application["id"], line["line"])] + [
                        (before["id"], each["line"])
                        for before in self.replaced_by(application)
                        for each in before["lines"]
                        if (each["line"], each["code"]) == (line["line"], line["code"])
                    ]
                    drawn = [each for each in self.approved if each.carried_by in same]
                    count = 1 if line.get("count") is None else line["count"]
                    if (
                        line["code"] == asked.code
                        and len(drawn) < count
                        and line.get("tooth") in (None, asked.line["tooth"])
                    ):
                        return application, line
        return None

    def replaced_by(self, application: Row) -> list[Row]:
        """The decisions that one stands in for: the one it names, those that that one names, …"""
        found: list[Row] = []
        while application.get("replaces"):
            (application,) = [
                each for each in self.preassessments if each["id"] == application["replaces"]
            ]
            found.append(application)
        return found

    def preassessment(
        self, asked: Asked, carrier: tuple[Row, Row] | None, price: int | None
    ) -> Iterator[Row]:
        """What an application carries uses no limit and no ceiling, and needs no other."""
        if carrier is not None:
            yield finding("preassessment_applied", preassessment=carrier[0]["id"])
            return
        if asked.line["preassessment"] is not None:
            yield finding("preassessment_not_usable")
        for rule in self.rules_for(asked, "application"):
            if rule.get("care_level") in (None, asked.bill["care_level"]):
                yield finding("preassessment_required")
        yield from self.limits(asked)
        yield from self.ceilings(asked, price)

    def limits(self, asked: Asked) -> Iterator[Row]:
        """Highest counts in the calendar year of treatment."""
        for rule in self.rules_for(asked, "limit"):
            assert rule["within"] == "calendar_year"
            codes = self.codes(asked.directions, rule["codes"])
            used = len(
                [
                    each
                    for each in self.kept(asked, [asked.bill["support"]])
                    if each.carried_by is None
                    and each.day.year == asked.day.year
                    and each.line["code"] in codes
                    and rule.get("performer") in (None, each.line["performer"])
                ]
            )
            stopped = rule.get("performer") in (None, asked.line["performer"])
            if stopped and used + 1 > rule["count"]:
                yield finding("limit_reached", limit=rule["count"], used=used)

    def ceilings(self, asked: Asked, price: int | None) -> Iterator[Row]:
        """Highest sums in the calendar year, which approved applications may cut in windows."""
        for rule in asked.directions.get("ceiling", []):
            assert rule["within"] == "calendar_year"
            exempt = self.codes(asked.directions, rule.get("exempt_codes", []))
            if price is None or asked.code in exempt:
                continue
            joined = rule.get("joins_supports", False)
            supports = asked.directions["supports"] if joined else [asked.bill["support"]]
            cuts = [
                date.fromisoformat(application["decided_on"])
                for application in self.preassessments
                if rule.get("renewed_by_approval")
                and application["lines"]
                and not any(before["lines"] for before in self.replaced_by(application))
                and application["patient"] == asked.bill["patient"]
                and application["support"] in supports
            ]
            first = max([date(asked.day.year, 1, 1)] + [cut for cut in cuts if cut <= asked.day])
            last = min(
                [date(asked.day.year, 12, 31)]
                + [cut - timedelta(days=1) for cut in cuts if cut > asked.day]
            )
            used = sum(
                each.allowed
                for each in self.kept(asked, supports)
                if each.carried_by is None
                and first <= each.day <= last
                and each.line["code"] not in exempt
            )
            if used + price > rule["amount_ore"]:
                yield finding("ceiling_reached", limit_ore=rule["amount_ore"], used_ore=used)

    # Patient fee

    def visit(self, bill: Row, day: date, allowed: int) -> Row:
        """The fee for one day, with the first of the reasons that holds."""
        visit = (bill["patient"], bill["clinic"], day)
        card = self.card_on(bill, day) or {}
        region = self.region_of(bill, day)
        rules = in_force([each for each in self.fees if each["region"] == region], day) or {}
        directions = [
            each
            for each in self.directions
            if each["region"] == region and bill["support"] in each["supports"]
        ]
        fee, reason = 0, "charged"
        if allowed == 0:
            reason = "nothing_approved"
        elif visit in self.fees_taken:
            reason = "already_charged"
        elif in_force(directions, day) is None:
            reason = "rules_missing"
        elif self.free_by_age(rules, bill["patient"], day):
            reason = "age"
        elif (
            "free_card" in rules
            and bill["free_card"] is not None
            and (
                bill["free_card"]["valid_from"] <= day.isoformat() <= bill["free_card"]["valid_to"]
            )
        ):
            reason = "free_card"
        elif any(
            card["category"] in each["categories"] for each in rules.get("exempt_category", [])
        ):
            reason = "category"
        else:
            fee = min(rules.get("fee", {}).get("amount_ore", 0), allowed)
        if fee > 0:
            self.fees_taken.append(visit)
        return {"treated_on": day.isoformat(), "fee_ore": fee, "reason": reason}

    def free_by_age(self, rules: Row, patient: str, day: date) -> bool:
        """From a birthday on, or before the year the patient turns an age."""
        born = born_on(patient)
        assert born is not None, "an invoice with a bad person number has no visits"
        if "free_from_age" in rules and day >= same_date(
            born, born.year + rules["free_from_age"]["age"]
        ):
            return True
        return (
            "charged_from_year_turning" in rules
            and day.year < born.year + rules["charged_from_year_turning"]["age"]
        )


def read_lines(path: str) -> list[Row]:
    """The objects of a file, one a line; blank lines are passed over."""
    text = Path(path).read_text(encoding="utf-8-sig")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def main(arguments: list[str]) -> None:
    """Decides the invoices of a file in their order."""
    invoices, cards, preassessments = (read_lines(path) for path in arguments)
    reference = Reference(RULE_DIRS, cards, preassessments)
    for invoice in invoices:
        sys.stdout.write(json.dumps(reference.decide(invoice), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
