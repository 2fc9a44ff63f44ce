"""Desks for tests: the packaged rules, with or without the rule files that only tests have."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from adjudication.assessment import Assessed, Assessment, carries
from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.findings import NumberReused
from adjudication.invoice import Invoice, fingerprint
from adjudication.library import Library
from adjudication.packaged import packaged_files
from adjudication.refusal import refusal
from preassessments.decision import Preassessment
from registry.cards import Card
from terms.person import without_dash

Row = dict[str, Any]

PROJECT = Path(__file__).resolve().parent.parent
TEST_RULES = PROJECT / "tests" / "rules"
PACKAGED_RULES = (
    PROJECT / "terms",
    PROJECT / "tariffs" / "prices",
    PROJECT / "registry" / "rules",
    PROJECT / "preassessments" / "rules",
    PROJECT / "adjudication" / "rulebooks",
)


def rule_dirs(*folders: str) -> list[Path]:
    """The packaged folders of rules and some of tests/rules, for those who read files."""
    return [*PACKAGED_RULES, *(TEST_RULES / folder for folder in folders)]


def rule_files(*folders: str) -> dict[str, bytes]:
    """The contents of the packaged rule files and of some folders of tests/rules, by name."""
    files = packaged_files()
    for folder in folders:
        for path in sorted((TEST_RULES / folder).iterdir()):
            files[f"tests/rules/{folder}/{path.name}"] = path.read_bytes()
    return files


@cache
def library(*folders: str) -> Library:
    """The packaged rules with some folders of tests/rules."""
    return Library(rule_files(*folders))


@cache
def packaged_prices() -> dict[str, Row]:
    """The rows of the state's reference prices by code, read without the program."""
    (path,) = (PROJECT / "tariffs" / "prices" / "reference").glob("*.csv")
    return price_rows(path)


def price_rows(path: Path) -> dict[str, Row]:
    """The rows of a price CSV by code."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def person_number(born: date, serial: int = 101) -> str:
    """Twelve digits of one born that day, with the check digit they need."""
    digits = f"{born:%Y%m%d}{serial:03}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits[2:])]
    return digits + str(-sum(one // 10 + one % 10 for one in doubled) % 10)


class Mailroom:
    """A desk whose owner remembers which numbers a clinic has used, as the contract asks."""

    def __init__(
        self,
        rules: Library,
        cards: Iterable[Mapping[str, Any]] = (),
        applications: Iterable[Mapping[str, Any]] = (),
        default_region: str = "jonkoping",
    ) -> None:
        self.desk = Desk(rules, default_region)
        for card in cards:
            self.desk.cards.add(msgspec.convert(card, Card))
        for application in applications:
            self.desk.preassessments.add(msgspec.convert(application, Preassessment))
        self._answers: dict[tuple[str, str], tuple[bytes, Decision]] = {}

    def answer(
        self, row: Mapping[str, Any], today: date | None = None, assessed: Assessed | None = None
    ) -> Decision:
        """The answer to an invoice; `today` is the day of receipt of one that gives none,
        `assessed` what an assessor has decided of its lines."""
        invoice = msgspec.convert(row, Invoice)
        received_on = invoice.received_on or today
        assert received_on is not None
        if invoice.protected_identity:
            return self.desk.decide(invoice, received_on)
        content = fingerprint(invoice, without_dash(invoice.patient))
        key = (invoice.clinic, invoice.number)
        if key in self._answers:
            known, answer = self._answers[key]
            if known == content:
                return answer
            return refusal(invoice, [NumberReused(rule="contract/number_reused")])
        decision = self.desk.decide(invoice, received_on, assessed or {})
        if decision.status != "invalid":
            self._answers[key] = (content, decision)
        return decision


def assessed_of(rows: Mapping[int, Row]) -> dict[int, Assessment]:
    """What an assessor decided as the program is told it: the plain reading's rows say whether an
    application carried the line, and leave to the program what follows."""
    return {
        line: Assessment(
            id=row["id"],
            is_approved=row["is_approved"],
            settles=tuple(row["settles"]),
            is_carried=row["is_approved"]
            and carries(tuple(row["settles"]), "B" if row["by_application"] else None),
            amount_ore=row.get("amount_ore"),
            motive=row.get("motive"),
        )
        for line, row in rows.items()
    }


def encoded(decisions: Iterable[Decision]) -> bytes:
    """The decisions as they are written to a file."""
    return b"\n".join(map(msgspec.json.encode, decisions))


def as_rows(decision: Decision) -> Row:
    """A decision as one reads it from a file."""
    row: Row = msgspec.json.decode(msgspec.json.encode(decision))
    return row


def differences(found: Any, expected: Any, at: str = "") -> Iterator[str]:
    """Where a decision differs from what is expected; what is not mentioned there is not held
    against it (the edition, each finding's rule, additional facts)."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            yield from differences(found.get(name), value, f"{at}.{name}" if at else name)
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        for place, value in enumerate(expected):
            yield from differences(found[place], value, f"{at}[{place}]")
    elif found != expected:
        yield f"{at}: {found!r}, expected {expected!r}"
