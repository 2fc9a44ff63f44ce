"""Random worlds of cards, applications and invoices, to hold two readings of the rules together.

A world comes from its seed and the rule files alone. Patients are few and have many invoices, so
that limits, ceilings and intervals are met; days stand close to the edges that the rules draw.
Each scene below writes one small story about one patient: the scenes follow the rules.

By hand: python -m tests.worlds SEED FOLDER [--coverage]
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import re
import sys
import tomllib
from calendar import isleap, monthrange
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]

PROJECT = Path(__file__).resolve().parent.parent
RULE_DIRS = (
    PROJECT / "terms",
    PROJECT / "tariffs" / "prices",
    PROJECT / "registry" / "rules",
    PROJECT / "adjudication" / "rulebooks",
)
REGIONS = ("jonkoping", "dalarna", "vasterbotten")
TODAY = date(2029, 6, 30)
YEARS = (2026, 2027, 2028)
CLINICS = ("SE2321000057-4F2A", "SE5560000001-0B17", "SE2321000222-1C3D")
PERFORMERS = ("dentist", "hygienist", "nurse")
DOCUMENTS = ("day_note", "record_copy", "xray", "technician_invoice", "referral")
OPTIONAL = ("region", "replaces", "free_card", "protected_identity", "care_level")
OPTIONAL_ON_LINE = (
    "tooth",
    "zone",
    "surfaces",
    "conditions",
    "facts",
    "motivation",
    "documents",
    "preassessment",
)
QUADRANTS = {"1": 8, "2": 8, "3": 8, "4": 8, "5": 5, "6": 5, "7": 5, "8": 5}
TEETH = [
    f"{quadrant}{position}"
    for quadrant, last in QUADRANTS.items()
    for position in range(1, last + 1)
]
NO_TEETH = ("", "0", "10", "19", "29", "49", "50", "56", "66", "86", "91", "1", "111", "1a", " 11")
UNKNOWN_CODES = ("199", "A999", "100-gruppen", "301S", "107T", "9999", "S", "101 ", "a941")


@dataclass
class World:
    """What goes in, and the day to take for an invoice that gives no day of receipt."""

    cards: list[Row] = field(default_factory=list)
    preassessments: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    today: date = TODAY


class NobodyFitsError(Exception):
    """No patient was found of whom the scene could tell."""


@dataclass
class Patient:
    """A person with cards; `taken` are the years that a scene has for itself."""

    number: str
    born: date
    cards: list[Row] = field(default_factory=list)
    taken: set[tuple[str, int]] = field(default_factory=set)


def day_after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def same_date(day: date, year: int) -> date:
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, day.month, day.day)


def with_check_digit(nine: str) -> str:
    """Twelve digits from the eleven first: the check digit is over the last ten."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine[2:])]
    return nine + str(-sum(each // 10 + each % 10 for each in doubled) % 10)


class Book:
    """What one region's rule files say, as far as a story needs to know it."""

    def __init__(self, name: str, files: list[tuple[Path, Row]]) -> None:
        self.name = name
        mine = [(path, rules) for path, rules in files if rules.get("region") == name]
        self.directions = [rules for _, rules in mine if "supports" in rules]
        self.fees = [rules for _, rules in mine if "fee" in rules]
        self.cards = [rules for _, rules in mine if "category" in rules]
        self.first_days = sorted({rules["valid_from"] for _, rules in mine})
        self.supports = sorted(
            {support for each in self.directions for support in each["supports"]}
        )
        self.rows: dict[str, Row] = {}
        for path, rules in sorted(
            (each for each in mine if "prices" in each[1]), key=lambda each: each[1]["valid_from"]
        ):
            with (path.parent.parent / rules["prices"]).open(encoding="utf-8", newline="") as file:
                self.rows.update({row["code"]: row for row in csv.DictReader(file)})
        known = set(self.rows)
        for each in self.directions:
            for rule in [
                rule
                for value in each.values()
                for rule in (value if isinstance(value, list) else [value])
            ]:
                for key in ("codes", "with", "yields", "to", "exempt_codes"):
                    if isinstance(rule, dict):
                        known.update(self.expand(rule.get(key, []), ()))
        self.known = sorted(known)
        self.unpriced = [code for code in self.known if code not in self.rows]

    def expand(self, names: Sequence[str], known: Sequence[str] | None = None) -> list[str]:
        """The names as codes, in order."""
        codes: list[str] = []
        for name in names:
            if name.endswith("-gruppen"):
                codes += [
                    code
                    for code in (self.known if known is None else known)
                    if re.match("[0-9]{3}", code) and code[0] == name[0]
                ]
            elif re.fullmatch("[0-9]+-[0-9]+", name):
                first, last = name.split("-")
                codes += [str(number) for number in range(int(first), int(last) + 1)]
            else:
                codes.append(name)
        return codes

    def rules(self, kind: str, support: str) -> list[Row]:
        """The rules of a kind in any edition for the support."""
        found: list[Row] = []
        for each in self.directions:
            if support in each["supports"] and kind in each:
                found += each[kind] if isinstance(each[kind], list) else [each[kind]]
        return found

    def named(self, kind: str, support: str, key: str = "codes") -> list[str]:
        """The codes of all rules of a kind."""
        return [code for rule in self.rules(kind, support) for code in self.expand(rule[key])]

    def price(self, code: str, level: str = "general") -> int | None:
        """The newest price in öre."""
        if code not in self.rows and code.endswith("S"):
            code, level = code[:-1], "specialist"
        price = self.rows.get(code, {}).get(f"{level}_sek")
        return int(Decimal(price) * 100) if price else None

    def tariff(self, code: str) -> int:
        """The newest general price in öre of a code that has one."""
        return self.price(code) or 0

    def performer(self, code: str) -> str | None:
        """Who performs the code."""
        row = self.rows.get(code) or self.rows.get(code[:3]) or {}
        return row.get("performed_by") or None

    def covered(self, support: str) -> list[str]:
        """The codes that the support covers."""
        lists = self.rules("coverage", support)
        return self.named("coverage", support) if lists else self.known

    def plain(self, support: str) -> list[str]:
        """Covered codes with a price that no other rule but a position stands in the way of."""
        held = {
            code
            for kind in (
                "limit",
                "interval",
                "motivated_combination",
                "document",
                "zone",
                "application",
                "condition",
            )
            for code in self.named(kind, support)
        }
        held.update(self.named("exclusion", support, "yields"))
        held.update(self.named("exclusion", support, "to"))
        for rule in self.rules("ceiling", support):
            held.update(self.expand(rule.get("exempt_codes", [])))
        return [
            code
            for code in self.covered(support)
            if code not in held and self.price(code) is not None and self.performer(code) is None
        ]

    def categories(self) -> list[Row]:
        """The newest categories of cards."""
        categories: list[Row] = max(self.cards, key=lambda each: each["valid_from"])["category"]
        return categories


class Maker:
    """Makes one world, scene by scene."""

    def __init__(self, seed: int, books: dict[str, Book], no_receipt: float) -> None:
        self.random = Random(seed)
        self.books = books
        self.no_receipt = no_receipt
        self.world = World()
        self.patients: list[Patient] = []
        self.drafts: list[tuple[float, int, Row]] = []
        self.counted = 0
        self.numbers_given = 0

    # Small choices

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def pick(self, *of: Any) -> Any:
        """One of the arguments, or of the only one."""
        return self.random.choice(of[0] if len(of) == 1 else of)

    def day_in(self, year: int) -> date:
        """A day of the year, often at the edge of a month or of the year."""
        month = self.random.randint(1, 12)
        last = monthrange(year, month)[1]
        day: date = self.pick(
            date(year, month, 1),
            date(year, month, last),
            date(year, month, last),
            date(year, month, self.random.randint(1, last)),
            date(year, month, self.random.randint(1, last)),
            date(year, 1, 1),
            date(year, 12, 31),
        )
        return day

    def own_number(self) -> int:
        """A number that nothing else has; later ones are not always greater."""
        self.numbers_given += 1
        return self.random.randint(1, 99) * 10_000 + self.numbers_given

    # People and cards

    def person_number(self, born: date) -> str:
        day = born.day + (60 if self.chance(0.1) else 0)
        serial = self.random.randint(1, 999)
        return with_check_digit(f"{born.year:04}{born.month:02}{day:02}{serial:03}")

    def written(self, patient: str) -> str:
        """With or without the dash."""
        return f"{patient[:8]}-{patient[8:]}" if self.chance(0.6) else patient

    def birth_date(self) -> date:
        """Often one who turns 85, or an age in between, while the world goes on."""
        kind = self.random.random()
        if kind < 0.3:
            return same_date(
                date(1940, self.random.randint(1, 12), self.random.randint(1, 28)),
                self.random.randint(1941, 1943),
            )
        if kind < 0.4:
            leap: date = self.pick(date(1944, 2, 29), date(1940, 2, 29), date(2004, 2, 29))
            return leap
        if kind < 0.65:
            return date(self.random.randint(2002, 2005), self.pick(1, 6, 12), self.pick(1, 15, 30))
        return date(
            self.random.randint(1945, 2000), self.random.randint(1, 12), self.random.randint(1, 28)
        )

    def card(self, patient: Patient, book: Book, support: str, edges: bool) -> Row | None:
        """A card of the support; with edges it begins, ends or is voided in the world's years."""
        categories = [each for each in book.categories() if each["support"] == support]
        if not categories:
            return None
        lasting = [each for each in categories if "lasts_years" in each or "diagnosis" in each]
        leap = edges and self.chance(0.45)  # begins on a 29 February and lasts by its category
        category = self.pick(lasting if lasting and (leap or self.chance(0.5)) else categories)
        diagnosis = None
        if "diagnosis" in category and self.chance(0.7):
            diagnosis = self.pick(category["diagnosis"])["name"]
        elif self.chance(0.1):
            diagnosis = "EDS"
        years = category.get("lasts_years") or 4
        begins = (
            self.day_in(self.pick(2019, 2020, 2023))
            if not edges
            else self.pick(
                self.day_in(self.pick(YEARS)),
                self.day_in(self.pick(YEARS) - years),
                date(2025, 12, 31),
            )
        )
        begins = date(2024, 2, 29) if leap else begins
        card: Row = {
            "number": f"{support}-{self.own_number()}",
            "patient": self.written(patient.number),
            "region": book.name,
            "category": category["name"],
            "valid_from": begins.isoformat(),
        }
        if diagnosis or self.chance(0.3):
            card["diagnosis"] = diagnosis
        if not edges and ("lasts_years" in category or diagnosis):
            card["valid_to"] = "2030-12-31"
        elif edges and not leap and self.chance(0.4):
            card["valid_to"] = max(begins, self.day_in(self.pick(YEARS))).isoformat()
        elif self.chance(0.3):
            card["valid_to"] = None
        if edges and not leap and self.chance(0.35):
            card["voided_on"] = self.pick(
                max(begins, self.day_in(self.pick(YEARS))), begins
            ).isoformat()
        elif self.chance(0.3):
            card["voided_on"] = None
        self.world.cards.append(card)
        patient.cards.append(card)
        return card

    def patient(self) -> None:
        """A patient with no card, one, or several: side by side, one after the other."""
        born = self.birth_date()
        patient = Patient(self.person_number(born), born)
        self.patients.append(patient)
        books = list(self.books.values())
        book = self.pick(books)
        kind = self.random.random()
        support = self.pick(book.supports)
        if kind < 0.08:
            return
        if kind < 0.45:
            self.card(patient, book, support, edges=False)
        elif kind < 0.6:
            self.card(patient, book, support, edges=True)
        elif kind < 0.75:
            self.both_supports(patient, book)
        elif kind < 0.9:
            self.overlapping(patient, support)
        else:
            self.moving(patient, support)

    def both_supports(self, patient: Patient, book: Book) -> None:
        """A card for each support, of one region or of two."""
        for support in ("N", "F"):
            fitting = [each for each in self.books.values() if support in each.supports]
            if support not in book.supports and fitting:
                self.card(patient, self.pick(fitting), support, edges=False)
            else:
                self.card(patient, book, support, edges=self.chance(0.2))

    def overlapping(self, patient: Patient, support: str) -> None:
        """Cards side by side, or one after the other, of one region or more."""
        fitting = [each for each in self.books.values() if support in each.supports]
        for _ in range(self.pick(2, 2, 3)):
            self.card(patient, self.pick(fitting), support, edges=self.chance(0.75))
        if self.chance(0.4):  # of two that begin on one day the greater number is taken
            for card in patient.cards[1:]:
                card["valid_from"] = patient.cards[0]["valid_from"]
                if card.get("valid_to"):
                    card["valid_to"] = max(card["valid_to"], card["valid_from"])

    def moving(self, patient: Patient, support: str) -> None:
        """A card that ends about when another, perhaps of another region, begins."""
        fitting = [each for each in self.books.values() if support in each.supports]
        moved = self.day_in(self.pick(YEARS))
        first = self.card(patient, self.pick(fitting), support, edges=False)
        second = self.card(patient, self.pick(fitting), support, edges=False)
        if first and second:
            first[self.pick("valid_to", "voided_on")] = moved.isoformat()
            second["valid_from"] = day_after(moved, self.pick(-1, 0, 1, 1, 2)).isoformat()

    def last_day(self, card: Row) -> date | None:
        """The card's last day by its category."""
        first = date.fromisoformat(card["valid_from"])
        if card.get("valid_to"):
            return date.fromisoformat(card["valid_to"])
        category = next(
            each
            for each in self.books[card["region"]].categories()
            if each["name"] == card["category"]
        )
        diagnoses = [
            each for each in category.get("diagnosis", []) if each["name"] == card.get("diagnosis")
        ]
        years = [*diagnoses, category][0].get("lasts_years")
        return day_after(same_date(first, first.year + years), -1) if years else None

    def edge_days(self, patient: Patient) -> list[date]:
        """Days at which something begins or ends for the patient."""
        edges = [
            date(2026, 1, 1),
            same_date(patient.born, patient.born.year + 85),
            date(patient.born.year + 24, 1, 1),
        ]
        for card in patient.cards:
            edges.append(date.fromisoformat(card["valid_from"]))
            last = self.last_day(card)
            if last:
                edges += [day_after(last, 1)] * 2
            if card.get("voided_on"):
                edges += [date.fromisoformat(card["voided_on"])] * 2
        for application in self.world.preassessments:
            if application["patient"].replace("-", "") == patient.number:
                edges.append(date.fromisoformat(application["decided_on"]))
                edges.append(day_after(date.fromisoformat(application["covers_to"]), 1))
        for book in self.books.values():
            edges += [day for day in book.first_days if day.year >= 2018]
        return [edge for edge in edges if date(2018, 1, 1) <= edge <= date(2029, 4, 1)]

    def some_day(self, patient: Patient, year: int | None = None) -> date:
        """A treatment day, close to an edge more often than not."""
        if self.chance(0.35 if year is None else 0.2):
            recent = [day for day in self.edge_days(patient) if day.year >= 2025]
            edges = recent if recent and self.chance(0.95) else self.edge_days(patient)
            return day_after(self.pick(edges), self.pick(-1, 0, 0, 1))
        return self.day_in(year or self.pick(YEARS))

    def at_home(self, patient: Patient, day: date | None = None) -> tuple[Book, str]:
        """The region and support of one of the patient's cards, if any, on the day if possible."""
        if not patient.cards:
            book = self.pick(list(self.books.values()))
            return book, self.pick(book.supports)
        cards = [
            card for card in patient.cards if day is None or card["valid_from"] <= day.isoformat()
        ]
        card = self.pick(cards or patient.cards)
        book = self.books[card["region"]]
        return book, self.support_of(card)

    def holds(self, patient: Patient, support: str, day: date) -> bool:
        """Has the patient a card of the support in force that day?"""
        for card in patient.cards:
            last = self.last_day(card)
            if (
                self.support_of(card) == support
                and card["valid_from"] <= day.isoformat()
                and (last is None or day <= last)
                and (not card.get("voided_on") or day.isoformat() < card["voided_on"])
            ):
                return True
        return False

    def support_of(self, card: Row) -> str:
        """The support of the card's category."""
        return str(
            next(
                each["support"]
                for each in self.books[card["region"]].categories()
                if each["name"] == card["category"]
            )
        )

    def who(self, *kinds: str, alone: bool = False) -> tuple[Patient, Book, str, int]:
        """A patient whose directions have one of the kinds of rules, with the support and a year.

        Alone: in a year that no scene has had for itself.
        """
        anyone = self.chance(0.1) and not alone
        for _ in range(300):
            patient = self.pick(self.patients)
            year = self.pick(YEARS)
            book, support = self.at_home(patient, date(year, 6, 30))
            if support not in book.supports:
                continue
            if kinds and not any(book.rules(kind, support) for kind in kinds):
                continue
            if (support, year) in patient.taken and not self.chance(0.05):
                continue
            if alone and not all(
                self.holds(patient, support, date(year, month, 1)) for month in (1, 5, 9, 12)
            ):
                continue
            if not anyone and not self.holds(patient, support, date(year, 6, 30)):
                continue
            if alone:
                patient.taken.add((support, year))
            return patient, book, support, year
        raise NobodyFitsError

    # Lines and invoices

    def asked_price(self, tariff: int | None) -> int:
        """At the tariff, above or below it."""
        if tariff is None:
            return int(self.pick(90_000, 120_000, 0, 1))
        prices = [*[tariff] * 4, tariff + 1, tariff + 5_000, max(0, tariff - 1), tariff // 2]
        return self.random.choice(prices)

    def line(
        self, book: Book, support: str, day: date, code: str, level: str = "general", **fields: Any
    ) -> Row:
        """A line with everything that the rules ask of its code."""
        line: Row = {
            "treated_on": day.isoformat(),
            "code": code,
            "price_ore": self.asked_price(book.price(code, level)),
            "performer": book.performer(code) or self.pick("dentist", "dentist", "hygienist"),
        }
        for rule in book.rules("position", support):
            if code in book.expand(rule["codes"]):
                line["tooth"] = self.pick(
                    [tooth for tooth in TEETH if int(tooth[-1]) in rule["positions"]]
                )
        for rule in book.rules("zone", support):
            if code in book.expand(rule["codes"]):
                line["zone"] = self.pick(rule["zones"])
        for rule in book.rules("condition", support):
            if code in book.expand(rule["codes"]):
                line.setdefault("facts", []).append(rule["fact"])
        for rule in book.rules("document", support):
            if code in book.expand(rule["codes"]):
                line["documents"] = [{"kind": rule["document"], "name": "note.pdf"}]
        if "tooth" not in line and self.chance(0.25):
            line["tooth"] = self.pick(TEETH)
            if self.chance(0.4):
                line["surfaces"] = self.pick("M", "MO", "om", "MOD", "B")
        line.update(fields)
        return line

    def blur(self, line: Row) -> Row:
        """Something of the line is perhaps not as it should be."""
        if self.chance(0.06):
            line["performer"] = self.pick(PERFORMERS)
        if self.chance(0.04):
            line["tooth"] = self.pick([*TEETH, *NO_TEETH, None])
        if self.chance(0.04):
            line["zone"] = self.pick("18-11", "13-23", "11-18", "", None)
        if self.chance(0.04):
            line["facts"] = self.pick(
                [],
                ["peri_implantitis"],
                ["existing_retainer_crowns"],
                ["peri_implantitis", "existing_retainer_crowns"],
            )
        if self.chance(0.06):
            line["documents"] = [
                {"kind": self.pick(DOCUMENTS), "name": "a.pdf"} for _ in range(self.pick(0, 1, 2))
            ]
        if self.chance(0.05):
            line["motivation"] = self.pick("Smärta", " \t\n", "\u00a0", "", None)
        if self.chance(0.03):
            line["preassessment"] = self.pick(
                ["B-none", *[each["id"] for each in self.world.preassessments]]
            )
        if self.chance(0.03):
            line["conditions"] = self.pick([], ["3043"], ["4882", "3043"])
        if self.chance(0.02):
            line["price_ore"] = self.pick(0, 1, 1_000_000_000)
        return line

    def invoice(
        self,
        patient: Patient,
        support: str,
        lines: list[Row],
        lag: int | None = None,
        received: date | None = None,
        arrives: date | None = None,
        **fields: Any,
    ) -> Row:
        """An invoice of these lines, put into the pile at its day of receipt or another."""
        self.counted += 1
        days = [date.fromisoformat(line["treated_on"]) for line in lines] or [date(2026, 5, 1)]
        if received is None:
            lag = self.pick(0, 1, 5, 10, 20, 29, 30, 60) if lag is None else lag
            received = day_after(max(days), lag)
        numbers = list(range(1, len(lines) + 1))
        if self.chance(0.12):
            numbers = [number * self.pick(1, 10) + 3 for number in numbers]
        if self.chance(0.12):
            self.random.shuffle(numbers)
            if len(set(numbers)) < len(numbers):
                numbers = sorted(range(2, len(lines) + 2), reverse=True)
        numbers = numbers if len(set(numbers)) == len(numbers) else list(range(1, len(lines) + 1))
        invoice: Row = {
            "clinic": self.pick(CLINICS[0], CLINICS[0], CLINICS[0], *CLINICS[1:]),
            "number": str(1000 + self.counted),
            "patient": self.written(patient.number),
            "support": support,
            "lines": [
                {"line": number, **line} for number, line in zip(numbers, lines, strict=True)
            ],
        }
        if self.chance(0.7):
            invoice["care_level"] = "general"
        if self.chance(0.05):
            invoice["region"] = self.pick([*self.books, "okand"])
        if not self.chance(self.no_receipt):
            invoice["received_on"] = received.isoformat()
        invoice.update(fields)
        for name in OPTIONAL:
            if name not in invoice and self.chance(0.08):
                invoice[name] = None
        for line in invoice["lines"]:
            for name in OPTIONAL_ON_LINE:
                if name not in line and self.chance(0.08):
                    line[name] = None
        late = self.random.uniform(-90, 300) if self.chance(0.08) else self.random.random()
        self.drafts.append(((arrives or received).toordinal() + late, self.counted, invoice))
        return invoice

    def in_invoices(
        self, patient: Patient, support: str, lines: list[Row], parts: int, **fields: Any
    ) -> None:
        """The lines, in their order, on one invoice or several."""
        cuts = sorted(self.random.randint(0, len(lines)) for _ in range(parts - 1))
        for first, last in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            if first < last:
                self.invoice(patient, support, lines[first:last], **fields)

    # Scenes

    def ordinary(self) -> None:
        """A visit or some, with whatever codes."""
        patient, book, support, year = self.who()
        level = self.pick("general", "general", "general", "specialist")
        lines = []
        day = self.some_day(patient, year)
        for _ in range(self.pick(1, 2, 3, 4)):
            suffixed = [code for code in book.known if code[:3] != code and code[:3] in book.rows]
            pool = self.pick(
                suffixed,
                *[book.plain(support)] * 3,
                book.covered(support),
                book.known,
                book.known,
                book.unpriced or book.known,
                UNKNOWN_CODES,
            )
            code = self.pick(pool or book.known)
            lines.append(self.blur(self.line(book, support, day, code, level)))
            if self.chance(0.4):
                day = day_after(day, self.pick(1, 1, 2, 30))
        self.invoice(patient, support, lines, care_level=level)

    def cheap(self, book: Book, support: str) -> str:
        """A plain code that costs little, so that sums stay small."""
        plain = book.plain(support)
        small = [code for code in plain if book.tariff(code) <= 130_000]
        return self.random.choice(small or plain or book.known)

    def deadline(self) -> None:
        """Received on the last day, or the day before or after it."""
        patient, book, support, year = self.who()
        day = self.day_in(year)
        lines = [self.line(book, support, day, self.cheap(book, support))]
        if self.chance(0.5):
            lines.append(self.line(book, support, day_after(day, 1), self.cheap(book, support)))
        last = months_after(day, 3)
        for rule in book.rules("deadline", support):
            if "days_after_treatment" in rule:
                last = day_after(day, rule["days_after_treatment"])
            else:
                last = months_after(day.replace(day=1), rule["months_after_treatment_month"])
                last = last.replace(day=monthrange(last.year, last.month)[1])
        received = day_after(last, self.pick(-1, 0, 0, 1, 1, 2, 30))
        self.invoice(patient, support, lines, received=received)

    def card_days(self) -> None:
        """Treated on both sides of a card's first day, last day or voiding."""
        patient, book, support, _ = self.who()
        edge = self.pick([day for day in self.edge_days(patient) if day.year >= 2025])
        lines = [
            self.line(book, support, day_after(edge, days), self.cheap(book, support))
            for days in self.pick((-1, 0), (-1, 0, 1), (0, 1))
        ]
        self.invoice(patient, support, lines)

    def leap_days(self) -> None:
        """Treated about the last day of a card that began on a 29 February."""
        begun = [
            (patient, card)
            for patient in self.patients
            for card in patient.cards
            if card["valid_from"].endswith("02-29") and self.last_day(card)
        ]
        if not begun:
            raise NobodyFitsError
        patient, card = self.pick(begun)
        book, support = self.books[card["region"]], self.support_of(card)
        last = self.last_day(card) or TODAY
        lines = [
            self.line(book, support, day_after(last, days), self.cheap(book, support))
            for days in (-1, 0, 1)
        ]
        self.invoice(patient, support, lines)

    def interval(self) -> None:
        """Examinations so many months apart, a day less or a day more, in either order."""
        patient, book, support, year = self.who("interval")
        rule = self.pick(book.rules("interval", support))
        first = self.day_in(year)
        days = [first, day_after(months_after(first, rule["months"]), self.pick(-1, -1, 0, 0, 1))]
        if self.chance(0.3):
            days.append(day_after(self.pick(days), self.pick(0, 1, -1, 150)))
        if self.chance(0.3):
            days.append(day_after(months_after(days[1], rule["months"]), self.pick(-1, 0)))
        lines = [self.line(book, support, day, self.pick(rule["codes"])) for day in days]
        if self.chance(0.4):
            self.random.shuffle(lines)
        if self.chance(0.3):
            self.in_invoices(patient, support, lines, 1)
            return
        received = max(days)
        for line in lines:
            last = months_after(date.fromisoformat(line["treated_on"]), 2)
            received = self.pick(last, min(max(received, last), months_after(last, 1)))
            self.invoice(
                patient,
                support,
                [line],
                received=max(received, date.fromisoformat(line["treated_on"])),
            )

    def between(self) -> None:
        """An examination between two that stand equally near, or nearly; it arrives last."""
        patient, book, support, year = self.who("interval", alone=self.chance(0.5))
        rule = self.pick(book.rules("interval", support))
        half = self.random.randint(16 * rule["months"], 20 * rule["months"])
        first = self.day_in(year)
        outer = self.pick([0, 2 * half], [2 * half, 0])
        for later, days_on in enumerate([*outer, half + self.pick(-1, 0, 0, 1)]):
            line = self.line(book, support, day_after(first, days_on), self.pick(rule["codes"]))
            self.invoice(
                patient,
                support,
                [line],
                lag=20,
                arrives=day_after(first, 2 * half + 20 + 2 * later),
            )

    def limit(self) -> None:
        """As many as a limit allows and some more, within a year or over New Year."""
        patient, book, support, year = self.who("limit", alone=self.chance(0.7))
        rule = self.pick(book.rules("limit", support))
        codes = [code for code in book.expand(rule["codes"]) if book.price(code) is not None]
        wanted = rule["count"] + self.pick(0, 1, 2)
        start = date(year, self.random.randint(2, 10), 1)
        if self.chance(0.2):
            start = day_after(date(year, 12, 31), -self.random.randint(1, wanted))
        lines = []
        for number in range(wanted):
            line = self.line(book, support, day_after(start, number), self.pick(codes))
            line["performer"] = rule.get("performer", line["performer"])
            if "performer" in rule and self.chance(0.15):
                line["performer"] = self.pick(PERFORMERS)
            lines.append(line)
        self.in_invoices(patient, support, lines, self.pick(1, 1, 2, 3), lag=self.pick(1, 10))

    def ceiling(self) -> None:
        """Sums close to a ceiling: exactly at it, an öre over, and what no longer has room."""
        patient, book, support, year = self.who("ceiling", alone=True)
        rule = self.pick(book.rules("ceiling", support))
        supports = [support]
        if rule.get("joins_supports"):
            supports += [other for other in book.supports if other != support and self.chance(0.7)]
            patient.taken.update((other, year) for other in supports)
        plain = [code for code in book.plain(support) if book.tariff(code) >= 300_000]
        lines: list[tuple[str, Row]] = []
        step = self.pick(1, 1, 0)  # a line a day, or all of a window on one
        day, used = date(year, self.pick(1, 1, 2, 6), 1), 0
        windows = self.pick(1, 2, 2, 3)
        for window in range(windows):
            if window and not rule.get("renewed_by_approval") and self.chance(0.5):
                break
            while rule["amount_ore"] - used > 0:
                room = rule["amount_ore"] - used
                code = self.pick(plain)
                price = book.tariff(code)
                if room <= price:
                    price = room + self.pick(0, 0, 0, -1, 1)
                line = self.line(book, support, day, code)
                line["price_ore"] = price
                if price == book.tariff(code):
                    line["price_ore"] += self.pick(0, 0, 100)
                lines.append((self.pick(supports), line))
                day = day_after(day, step)
                used += price
            small = self.line(book, support, day, self.cheap(book, support))
            small["price_ore"] = self.pick(1, 1, 2, small["price_ore"])
            lines.append((self.pick(supports), small))
            exempt = book.expand(rule.get("exempt_codes", []))
            if exempt and self.chance(0.5):
                lines.append((support, self.line(book, support, day, self.pick(exempt))))
            day = day_after(day, 1)
            used = 0
            if self.chance(0.75):
                carried = self.pick(
                    [],
                    [self.pick(plain)],
                    [self.pick(plain), self.pick(plain)],
                    [self.pick(book.covered(support))],
                )
                self.application(
                    patient,
                    book,
                    self.pick(supports),
                    day_after(day, self.pick(-1, 0, 0, 1)),
                    carried,
                    within=self.pick(0, 10),
                )
        for other in supports:
            theirs = [line for which, line in lines if which == other]
            self.in_invoices(patient, other, theirs, self.pick(1, 2, 3), lag=self.pick(1, 20))

    def application(
        self,
        patient: Patient,
        book: Book,
        support: str,
        decided: date,
        codes: list[str],
        within: int = 200,
        **fields: Any,
    ) -> Row:
        """An application as decided; without codes it was refused."""
        lines = []
        for number, code in enumerate(codes, 1):
            line: Row = {"line": number, "code": code}
            if self.chance(0.3):
                line["tooth"] = self.pick("11", "24", "36", None)
            if self.chance(0.6):
                line["count"] = self.pick(1, 1, 2, 3, None)
            if self.chance(0.5) or book.price(code) is None:
                tariff = book.price(code) or 120_000
                line["amount_ore"] = self.pick(
                    tariff, max(0, tariff - 10_000), tariff - 1, tariff + 10_000, None
                )
            lines.append(line)
        if self.chance(0.2):
            self.random.shuffle(lines)
        first = day_after(decided, -self.pick(0, 0, 1, 30))
        application: Row = {
            "id": f"B-{self.own_number()}",
            "patient": self.written(patient.number),
            "region": self.pick(book.name, book.name, book.name, *self.books),
            "support": support,
            "decided_on": decided.isoformat(),
            "covers_from": first.isoformat(),
            "covers_to": day_after(decided, max(within, 0)).isoformat(),
            "lines": lines,
            **fields,
        }
        self.world.preassessments.append(application)
        return application

    def carried(self) -> None:
        """Lines that an application carries, or nearly does: days, tooth, count, name."""
        patient, book, support, year = self.who()
        needing = book.named("application", support)
        pools = [
            pool
            for pool in (
                needing,
                needing,
                book.unpriced,
                book.plain(support),
                book.named("limit", support),
            )
            if pool
        ]
        codes = [self.pick(self.pick(pools)) for _ in range(self.pick(1, 1, 2))]
        codes += codes[:1] if self.chance(0.3) else []
        decided = self.day_in(year)
        kept = self.application(
            patient,
            book,
            support,
            decided,
            codes if self.chance(0.85) else [],
            within=self.pick(0, 5, 30),
        )
        rivals = [kept]
        if self.chance(0.35):  # another that fits as well, decided the same day or near it
            rivals.append(
                self.application(
                    patient,
                    book,
                    support,
                    day_after(decided, self.pick(-1, 0, 0, 1)),
                    codes,
                    covers_from=kept["covers_from"],
                    covers_to=kept["covers_to"],
                )
            )
        first = date.fromisoformat(kept["covers_from"])
        last = date.fromisoformat(kept["covers_to"])
        days = [first, first, last, last, day_after(first, 1), decided]
        lines = []
        level = self.pick("general", "general", "general", "specialist")
        for _ in range(self.pick(1, 2, 3, 4)):
            day = self.pick([*days, *days, day_after(first, -1), day_after(last, 1)])
            code = self.pick(codes) if self.chance(0.9) else self.pick(book.covered(support))
            line = self.line(book, support, day, code, level)
            if self.chance(0.6) and not book.named("position", support):
                line["tooth"] = self.pick("11", "24", "36", None)
            elif self.chance(0.4):
                line["tooth"] = self.pick("11", "24")
            if self.chance(0.35):
                line["preassessment"] = self.pick(
                    *[each["id"] for each in rivals],
                    *[each["id"] for each in rivals],
                    "B-none",
                    self.pick(self.world.preassessments)["id"],
                )
            if self.chance(0.15):
                self.blur(line)
            lines.append(line)
        self.in_invoices(
            patient, support, lines, self.pick(1, 2), lag=self.pick(0, 10), care_level=level
        )

    def combination(self) -> None:
        """Codes that exclude each other or need a motivation, on one day, in any order."""
        patient, book, support, year = self.who(
            "exclusion", "motivated_combination", alone=self.chance(0.5)
        )
        day = self.day_in(year)
        pairs = [(rule["yields"], rule["to"]) for rule in book.rules("exclusion", support)]
        pairs += [
            (rule["codes"], rule["with"]) for rule in book.rules("motivated_combination", support)
        ] * 3
        one, other = self.pick(pairs)
        codes = [self.pick(book.expand(one)), self.pick(book.expand(other))]
        if self.chance(0.4):
            codes.append(self.pick(book.expand(self.pick(self.pick(pairs)))))
        self.random.shuffle(codes)
        lines = []
        given = self.pick(0.4, 0.95, 1, 1)
        for code in codes:
            near = day if self.chance(0.92) else day_after(day, 1)
            line = self.line(
                book,
                support,
                near,
                code,
                **({"performer": "hygienist"} if book.performer(code) is None else {}),
            )
            if self.chance(given):
                line["motivation"] = self.pick("Djupa fickor", "Smärta", "Smärta", " \n", "")
            if self.chance(given):
                kinds = self.pick(
                    ["record_copy"], ["record_copy"], ["xray", "record_copy"], ["xray"]
                )
                line["documents"] = [{"kind": kind, "name": "record.pdf"} for kind in kinds]
            lines.append(line)
        self.in_invoices(patient, support, lines, self.pick(1, 2), lag=self.pick(1, 10))

    def documented(self) -> None:
        """Codes that need a document or a fact, with it, without it, or with another."""
        patient, book, support, year = self.who("document", "condition")
        lines = []
        for _ in range(self.pick(1, 2)):
            code = self.pick(book.named("document", support) + book.named("condition", support))
            line = self.line(book, support, self.day_in(year), code)
            if self.chance(0.55):
                for name in ("documents", "facts"):
                    line.pop(name, None)
                if self.chance(0.4):
                    line["documents"] = [{"kind": "xray", "name": "x.png"}]
                    line["facts"] = []
            lines.append(line)
        self.invoice(patient, support, lines)

    def placed(self) -> None:
        """Teeth, positions and zones: right, wrong and left out."""
        kinds = self.pick((), ("zone",), ("position",), ("position",))
        patient, book, support, year = self.who(*kinds)
        lines = []
        for _ in range(self.pick(1, 2, 3)):
            pools = [
                pool
                for pool in (book.named("zone", support), book.named("position", support))
                if pool
            ]
            code = self.pick(self.pick(pools or [book.plain(support)]))
            line = self.line(book, support, self.day_in(year), code)
            if code in book.named("zone", support):
                line["zone"] = self.pick(
                    "18-11", "13-23", "21-28", "38-31", "43-33", "41-48", "11-18", "18-28", "", None
                )
            else:
                line["tooth"] = self.pick(
                    self.pick(TEETH),
                    self.pick(TEETH),
                    self.pick(NO_TEETH),
                    None,
                    f"{self.pick('1234')}{self.pick('5678')}",
                )
            lines.append(line)
        self.invoice(patient, support, lines)

    def unread(self) -> None:
        """Lines of tomorrow, of codes that are none, by the wrong performer."""
        patient, book, support, year = self.who()
        day = self.some_day(patient, year)
        lines = []
        bound = [code for code in book.known if book.performer(code)]
        bound += [code for code in bound if code not in book.rows] * 2
        for _ in range(self.pick(1, 2)):
            code = self.pick(
                self.pick(UNKNOWN_CODES),
                self.cheap(book, support),
                *self.random.choices(bound, k=3),
            )
            line = self.line(book, support, day, code)
            if self.chance(0.6):
                line["performer"] = self.pick(PERFORMERS)
            lines.append(line)
        self.invoice(patient, support, lines, received=day_after(day, self.pick(-1, 0, 0, 1)))

    def visit(self) -> None:
        """One day's fee: two invoices, two clinics, two supports, an edge of age or free card."""
        patient, book, support, year = self.who()
        birthday = same_date(patient.born, patient.born.year + 85)
        turning = date(patient.born.year + 24, 1, 1)
        edges = [day for day in (birthday, turning) if 2026 <= day.year <= 2029]
        day = self.day_in(year)
        if edges and self.chance(0.6):
            day = day_after(self.pick(edges), self.pick(-1, 0, 1))
        fields: Row = {"clinic": self.pick(CLINICS)}
        if self.chance(0.45):
            around = day_after(day, self.pick(-1, 0, 0, 1, 5)), day_after(day, self.pick(0, 0, 90))
            first, last = sorted(
                self.pick(
                    around,
                    (day, day),
                    (day_after(day, -360), day),
                    (day_after(day, -360), day_after(day, -1)),
                )
            )
            fields["free_card"] = {
                "number": "12345",
                "valid_from": first.isoformat(),
                "valid_to": last.isoformat(),
            }
        for _ in range(self.pick(1, 1, 2, 3)):
            chosen = support
            if len(patient.cards) > 1 and self.chance(0.5):
                book, chosen = self.at_home(patient)
            lines = [
                self.line(book, chosen, day, self.cheap(book, chosen))
                for _ in range(self.pick(1, 1, 2))
            ]
            if self.chance(0.2):
                lines[0]["price_ore"] = self.pick(0, 1, 8_000, 19_999, 20_000, 20_001)
            if self.chance(0.1):
                lines.append(self.line(book, chosen, day, "199"))
            self.invoice(patient, chosen, lines, **fields)
            if self.chance(0.3):
                fields = {"clinic": self.pick(CLINICS)}

    def twice(self) -> None:
        """The same line again, or nearly: another tooth, surfaces, invoice or support."""
        patient, book, support, year = self.who()
        line = self.line(book, support, self.some_day(patient, year), self.cheap(book, support))
        lines = [line]
        for _ in range(self.pick(1, 2)):
            again = {**line, "performer": self.pick("dentist", line["performer"])}
            change = self.random.random()
            if change < 0.25:
                again["tooth"] = self.pick("11", "12", None)
            elif change < 0.4:
                again["surfaces"] = self.pick("M", "MO", "OM", "", None)
            elif change < 0.5:
                again["zone"] = self.pick("18-11", "", None)
            elif change < 0.6:
                again["price_ore"] = line["price_ore"] + 100
            lines.append(again)
        if self.chance(0.3):
            for again in lines[1:]:
                other = self.pick("N", "F")
                self.invoice(patient, other if self.chance(0.4) else support, [again])
            lines = lines[:1]
        self.in_invoices(patient, support, lines, self.pick(1, 2))

    def sent_again(self) -> None:
        """An earlier invoice once more: the same, or its number with something else."""
        if not self.drafts:
            return
        position, _, earlier = self.pick(self.drafts[-150:])
        again = copy.deepcopy(earlier)
        if self.chance(0.3):
            again["patient"] = again["patient"].replace("-", "")
        if "received_on" in again and self.chance(0.5):
            moved = day_after(date.fromisoformat(again["received_on"]), self.pick(1, 30, 200))
            again["received_on"] = moved.isoformat()
        if self.chance(0.4):  # absent, null and the default are the same
            for name in OPTIONAL:
                if name not in again and self.chance(0.5):
                    again[name] = {"care_level": "general", "protected_identity": False}.get(name)
            for line in again["lines"]:
                for name in OPTIONAL_ON_LINE:
                    if line.get(name, "") is None and self.chance(0.5):
                        del line[name]
                    elif name not in line and self.chance(0.2):
                        line[name] = [] if name in ("conditions", "facts", "documents") else None
        if self.chance(0.45):
            self.changed(again)
        self.counted += 1
        self.drafts.append((position + self.random.uniform(-2, 60), self.counted, again))

    def changed(self, again: Row) -> None:
        """Changes something of the content."""
        change = self.random.random()
        if change < 0.3 and again["lines"]:
            self.pick(again["lines"])["price_ore"] += 100
        elif change < 0.4 and len(again["lines"]) > 1:
            again["lines"].reverse()
        elif change < 0.5 and again["lines"]:
            again["lines"].pop()
        elif change < 0.6:
            again["patient"] = self.pick(self.patients).number
        elif change < 0.7:
            again["replaces"] = "999"
        elif change < 0.8:
            again["care_level"] = "specialist"
        elif change < 0.9:
            again["clinic"] = self.pick(CLINICS)
        elif again["lines"]:
            self.pick(again["lines"])["motivation"] = "Ny uppgift"

    def bad_number(self, patient: Patient) -> str:
        """Something that is no person number."""
        number = patient.number
        wrong_digit = number[:11] + str((int(number[11]) + self.random.randint(1, 9)) % 10)
        return self.random.choice(
            [
                wrong_digit,
                wrong_digit,
                wrong_digit,
                f"{number[:8]}-{wrong_digit[8:]}",
                with_check_digit(number[:8] + "000"),
                with_check_digit("19710229123"),
                with_check_digit("19701301123"),
                with_check_digit("19700160123"),
                with_check_digit("19700192123"),
                with_check_digit("00000101123"),
                number[2:],
                f"{number[:8]}+{number[8:]}",
                f"{number[:4]}-{number[4:]}",
                f"{number} ",
                "",
                number[:11] + "\u0663",
                f"{number[:8]}--{number[8:]}",
            ]
        )

    def refused(self) -> None:
        """Invoices that are refused whole, sometimes put right and sent again."""
        patient, book, support, year = self.who()
        day = self.some_day(patient, year)
        lines = [
            self.line(book, support, day, self.cheap(book, support)) for _ in range(self.pick(1, 2))
        ]
        invoice = self.invoice(patient, support, lines)
        right = copy.deepcopy(invoice)
        kinds = {self.pick("number", "empty", "repeated", "protected")}
        if self.chance(0.2):
            kinds.add(self.pick("number", "empty", "repeated", "protected"))
        if "number" in kinds:
            invoice["patient"] = self.bad_number(patient)
        if "empty" in kinds:
            invoice["lines"] = []
        if "repeated" in kinds:
            invoice["lines"] += [{**line} for line in invoice["lines"][:1]]
        if "protected" in kinds:
            invoice["protected_identity"] = True
        if self.chance(0.3):
            self.counted += 1
            position = self.drafts[-1][0] + self.random.uniform(0, 5)
            self.drafts.append((position, self.counted, right))

    def elsewhere(self) -> None:
        """No directions: another support, before the first edition, a region without files."""
        patient, book, support, _ = self.who()
        kind = self.random.random()
        day = self.some_day(patient)
        fields: Row = {}
        if kind < 0.3:
            support = self.pick("S", "H", "N", "F")
        elif kind < 0.6:
            day = day_after(
                self.pick([first for first in book.first_days if first.year >= 2018]),
                self.pick(-1, -1, 0),
            )
        else:
            cardless = [each for each in self.patients if not each.cards]
            patient = self.pick(cardless or self.patients)
            support = self.pick("N", "F")
            fields["region"] = self.pick([*self.books, "okand", None])
        lines = [
            self.line(book, support, day, code)
            for code in self.random.sample(
                [self.cheap(book, support), *self.random.sample(book.known, 2), *UNKNOWN_CODES[:2]],
                self.pick(1, 2),
            )
        ]
        for line in lines:
            self.blur(line)
        self.invoice(patient, support, lines, **fields)

    SCENES: tuple[tuple[str, int], ...] = (
        ("ordinary", 12),
        ("deadline", 6),
        ("card_days", 6),
        ("leap_days", 2),
        ("interval", 4),
        ("between", 2),
        ("limit", 6),
        ("ceiling", 7),
        ("carried", 13),
        ("combination", 18),
        ("documented", 6),
        ("placed", 15),
        ("unread", 9),
        ("visit", 16),
        ("twice", 7),
        ("sent_again", 9),
        ("refused", 10),
        ("elsewhere", 6),
    )

    def make(self, patients: int, invoices: int) -> World:
        """Scenes until there are invoices enough, in the order in which they arrive."""
        for _ in range(patients):
            self.patient()
        names = [name for name, _ in self.SCENES]
        weights = [weight for _, weight in self.SCENES]
        while len(self.drafts) < invoices:
            with suppress(NobodyFitsError):
                getattr(self, self.random.choices(names, weights)[0])()
        self.random.shuffle(self.world.cards)
        self.random.shuffle(self.world.preassessments)
        drafts = sorted(self.drafts[:invoices], key=lambda draft: draft[:2])
        self.world.invoices = [invoice for _, _, invoice in drafts]
        return self.world


def read_rules(rule_dirs: Sequence[Path]) -> list[tuple[Path, Row]]:
    """Every rule file under the folders, in the order of their paths."""
    return [
        (path, tomllib.loads(path.read_text(encoding="utf-8")))
        for folder in rule_dirs
        for path in sorted(Path(folder).rglob("*.toml"))
    ]


def world(
    seed: int,
    *,
    patients: int | None = None,
    invoices: int = 2000,
    regions: Sequence[str] = REGIONS,
    rule_dirs: Sequence[Path] = RULE_DIRS,
    no_receipt: float = 0.01,
) -> World:
    """A world of its own for every seed, the same each time.

    `patients` is one for every 25 invoices unless given, and at least four. `no_receipt` is the
    part of the invoices that give no day of receipt: those are decided as of `World.today`.
    """
    files = read_rules(rule_dirs)
    books = {region: Book(region, files) for region in regions}
    return Maker(seed, books, no_receipt).make(patients or max(4, invoices // 25), invoices)


def write(made: World, folder: Path) -> None:
    """Writes cards.ndjson, preassessments.ndjson and invoices.ndjson."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("cards", "preassessments", "invoices"):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in getattr(made, name))
        (folder / f"{name}.ndjson").write_text(text, encoding="utf-8")


def coverage(made: World, rule_dirs: Sequence[Path] = RULE_DIRS) -> list[tuple[str, str, int]]:
    """How many of each finding, outcome, status and fee reason the reference gives."""
    from tests import reference

    decider = reference.Reference(
        list(rule_dirs), made.cards, made.preassessments, today=made.today
    )
    counts: Counter[tuple[str, str]] = Counter()
    for invoice in made.invoices:
        decision = decider.decide(invoice)
        counts["status", decision["status"]] += 1
        counts.update(("finding", each["code"]) for each in decision["findings"])
        counts.update(("fee", visit["reason"]) for visit in decision["visits"])
        for line in decision["lines"]:
            counts["outcome", line["outcome"]] += 1
            counts.update(("finding", each["code"]) for each in line["findings"])
    names = {("finding", code) for codes in reference.OUTCOMES.values() for code in codes}
    return sorted((*name, counts[name]) for name in names | set(counts))


def main() -> None:
    """Writes a world."""
    parser = argparse.ArgumentParser(description="Writes a world of random invoices.")
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int)
    parser.add_argument("--invoices", type=int, default=2000)
    parser.add_argument("--regions", nargs="+", default=list(REGIONS))
    parser.add_argument("--rules", nargs="+", type=Path, default=[], help="more folders of rules")
    parser.add_argument("--coverage", action="store_true", help="count what the reference finds")
    given = parser.parse_args()
    rule_dirs = [*RULE_DIRS, *given.rules]
    made = world(
        given.seed,
        patients=given.patients,
        invoices=given.invoices,
        regions=given.regions,
        rule_dirs=rule_dirs,
    )
    write(made, given.folder)
    if given.coverage:
        for kind, name, count in coverage(made, rule_dirs):
            sys.stdout.write(f"{kind:8} {name:26} {count:6}\n")


if __name__ == "__main__":
    main()
