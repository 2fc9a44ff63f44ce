"""A decided invoice as rows: what is put into the tables that every invoice adds to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import replace

from adjudication.decision import LineDecision, Visit
from adjudication.invoice import Line
from invoices.store import Kept
from preassessments.balance import Drawn
from storage import tables
from storage.rows import Into, put
from terms.editions import Edition

Row = tuple[Any, ...]

_text_of = lru_cache(2_000)(date.isoformat)
"""Of a day. Those of a file are few."""
_json = msgspec.json.Encoder().encode


class InvoiceRows:
    """Rows of several invoices, gathered to be put at once. `editions` and `applications` are the
    keys of those that their lines name."""

    def __init__(self, editions: Mapping[Edition, int], applications: Mapping[str, int]) -> None:
        self._editions = editions
        self._applications = applications
        self._invoices: list[Row] = []
        self._lines: list[Row] = []
        self._plain_lines: list[Row] = []
        self._findings: list[Row] = []
        self._visits: list[Row] = []

    def add_invoice(self, key: int, clinic: int, patient: int, kept: Kept, version: int) -> None:
        """What was sent, with the whole decision as this version has it."""
        invoice, decision = kept.invoice, kept.decision
        if invoice.patient != kept.patient:  # one form of each person's number, whatever was sent
            invoice = replace(invoice, patient=kept.patient)
        self._invoices.append(
            (
                key,
                clinic,
                invoice.number,
                version,
                patient,
                kept.content,
                _text_of(kept.received_on),
                invoice.support,
                invoice.care_level or "general",
                invoice.replaces,
                _json(invoice),
                decision.status,
                decision.claimed_ore,
                decision.allowed_ore,
                decision.patient_fee_ore,
                decision.payable_ore,
                kept.answer,
            )
        )

    def add_lines(
        self,
        key: int,
        sent: Sequence[Line],
        decided: Iterable[LineDecision],
        carried: Drawn,
        assessments: Mapping[int, int],
    ) -> None:
        """Lines with their findings; `carried` says by which lines of applications, `assessments`
        by which assessor's decisions."""
        lines = {line.line: line for line in sent}
        edition, edition_key = None, None
        for one in decided:
            number = one.line
            line = lines[number]
            if one.edition is not edition:
                edition = one.edition
                edition_key = None if edition is None else self._editions[edition]
            row = (
                key,
                number,
                _text_of(one.treated_on),
                one.code,
                line.performer,
                one.claimed_ore,
                one.outcome,
                one.allowed_ore,
                edition_key,
            )
            where = line.tooth, line.zone, line.surfaces
            name, place = carried.get(number, _NOT_CARRIED)
            by = None if name is None else self._applications[name], place, assessments.get(number)
            if where == by == _NOTHING:
                self._plain_lines.append(row)
            else:
                self._lines.append(row + where + by)
            if one.findings:
                self._findings += _finding_rows(key, one)

    def add_visits(self, key: int, visits: Iterable[Visit]) -> None:
        """What is charged for days."""
        for visit in visits:
            self._visits.append((key, _text_of(visit.treated_on), visit.fee_ore, visit.reason))

    def write(self, into: Into) -> None:
        """Put all of them."""
        put(into, tables.invoice, _INVOICE, self._invoices)
        put(into, tables.line, _LINE, self._lines)
        put(into, tables.line, _PLAIN_LINE, self._plain_lines)
        put(into, tables.finding, _FINDING, self._findings)
        put(into, tables.visit, _VISIT, self._visits)


_INVOICE = (
    "id", "clinic_id", "number", "version", "patient_id", "content", "received_on", "support",
    "care_level", "replaces", "sent", "status", "claimed_ore", "allowed_ore",
    "patient_fee_ore", "payable_ore", "answer",
)  # fmt: skip
_PLAIN_LINE = (
    "invoice_id", "line", "treated_on", "code", "performer", "claimed_ore", "outcome",
    "allowed_ore", "edition_id",
)  # fmt: skip
_LINE = (
    *_PLAIN_LINE,
    "tooth",
    "zone",
    "surfaces",
    "preassessment_id",
    "preassessment_line",
    "assessment_id",
)
"""A line that has none of the rest leaves it out: to bind nothing costs more than a number."""
_FINDING = ("invoice_id", "line", "place", "code", "rule", "facts")
_VISIT = ("invoice_id", "treated_on", "fee_ore", "reason")

_NOT_CARRIED: tuple[None, None] = (None, None)
_NOTHING = (None, None, None)


def _finding_rows(key: int, decided: LineDecision) -> Iterator[Row]:
    for place, finding in enumerate(decided.findings):
        facts = msgspec.to_builtins(finding)
        code, rule = facts.pop("code"), facts.pop("rule")
        yield key, decided.line, place, code, rule, _json(facts).decode() if facts else None


def digest_of(content: bytes, answer: bytes) -> bytes:
    """What the audit notes of an invoice that was kept."""
    return blake2b(content + answer, digest_size=16).digest()
