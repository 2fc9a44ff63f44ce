"""A transaction in which several invoices are decided: read together, kept together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from adjudication.invoice import Invoice, Line
from adjudication.patient import Patient, patient_of
from invoices.store import Earlier, Kept
from invoices.submission import Submitted
from storage import tables
from storage.audit import Entry
from storage.keys import Keys
from storage.patients import Patients
from storage.rows import add, given, listed, new_keys, put, tell_changed
from terms.editions import Edition
from terms.person import without_dash

Row = tuple[Any, ...]

_json = msgspec.json.Encoder().encode


class Unit:
    """A store (invoices/store.py) over one transaction. What the invoices ask is read beforehand,
    whatever they keep is written at the end, so that many of them cost few statements."""

    def __init__(
        self,
        connection: Connection,
        patients: Patients,
        keys: Keys,
        invoices: Iterable[Invoice],
    ) -> None:
        self._connection = connection
        self._patients = patients
        self._keys = keys
        asked = [one for one in invoices if not one.protected_identity]
        self._known = patients.read(connection, {without_dash(one.patient) for one in asked})
        self._earlier = self._read_earlier(asked)
        self._met: dict[str, Patient] = {}
        self._kept: list[tuple[int, Kept]] = []
        self._new_keys = self._keys_for(len(asked))

    def earlier(self, clinic: str, number: str) -> Earlier | None:
        """The decided invoice of a clinic with this number."""
        return self._earlier.get((clinic, number))

    def patient(self, number: str) -> Patient | None:
        """The patient with these twelve digits."""
        known = self._known.get(number)
        return self._met.get(number) if known is None else known[2]

    def meet(self, number: str) -> Patient:
        """A patient who was never met. There is a row only when something is kept."""
        patient = self._met[number] = patient_of(number)
        return patient

    def keep(self, kept: Kept) -> int:
        """Keep a decided invoice, and post what it uses to its patient. Gives its key."""
        invoice, key = kept.invoice, next(self._new_keys)
        self._kept.append((key, kept))
        self._earlier[invoice.clinic, invoice.number] = Earlier(kept.content, kept.answer, key)
        patient = self.patient(kept.patient)
        assert patient is not None
        self._patients.forget(kept.patient)  # until the transaction has ended well
        if kept.use[0]:
            patient.post(kept.use)
            if patient.balance is not None:
                patient.balance.draw(Counter(kept.use[1].values()))
        return key

    def write(self) -> None:
        """Write everything that was kept."""
        if not self._kept:
            return
        connection, kept = self._connection, [one for _, one in self._kept]
        self._write_patients()
        clinics = self._keys.clinics(connection, {one.invoice.clinic for one in kept})
        editions = self._keys.editions(
            connection,
            {line.edition for one in kept for line in one.decision.lines if line.edition},
        )
        applications = self._keys.applications(
            connection, {name for one in kept for name, _ in one.use[1].values()}
        )
        invoices: list[Row] = []
        lines: list[Row] = []
        findings: list[Row] = []
        visits: list[Row] = []
        for key, one in self._kept:
            clinic, patient = clinics[one.invoice.clinic], self._known[one.patient][0]
            invoices.append(_invoice_row(key, clinic, patient, one))
            lines += _line_rows(key, one, editions, applications)
            findings += _finding_rows(key, one)
            visits += _visit_rows(key, one)
        put(connection, tables.invoice, _INVOICE, invoices)
        put(connection, tables.line, _LINE, lines)
        put(connection, tables.finding, _FINDING, findings)
        put(connection, tables.visit, _VISIT, visits)

    def entry(
        self, token: int | None, invoice: Invoice, answer: Submitted, *, is_check: bool
    ) -> Entry:
        """What the audit log says of an answer, after `write`."""
        known = self._known.get(without_dash(invoice.patient))
        patient = None if known is None else known[0]
        if is_check:
            return Entry("check", token, patient, answer.key)
        if not answer.is_new:
            return Entry("answer_again", token, patient, answer.key)
        content = self._earlier[invoice.clinic, invoice.number].content
        return Entry(
            "submit", token, patient, answer.key, content=digest_of(content, answer.answer)
        )

    def settle(self) -> None:
        """The transaction has ended well: what is known now holds."""
        for _, one in self._kept:
            self._patients.remember(one.patient, self._known[one.patient])

    def _keys_for(self, many: int) -> Iterator[int]:
        """New keys, asked for when the first is needed: who is only answered again needs none."""
        yield from new_keys(self._connection, tables.invoice, many)

    def _read_earlier(self, invoices: Sequence[Invoice]) -> dict[tuple[str, str], Earlier]:
        clinics = self._keys.known_clinics(self._connection, {one.clinic for one in invoices})
        asked = {(clinics[one.clinic], one.number) for one in invoices if one.clinic in clinics}
        if not asked:
            return {}
        rows = self._connection.execute(
            _numbered(self._connection.dialect.name),
            given(
                self._connection,
                [clinic for clinic, _ in asked],
                [number for _, number in asked],
            ),
        )
        names = {key: hsa_id for hsa_id, key in clinics.items()}
        return {(names[clinic], number): Earlier(*row) for clinic, number, *row in rows}

    def _write_patients(self) -> None:
        """New rows, and new versions of those for whom something was kept."""
        numbers = dict.fromkeys(one.patient for _, one in self._kept)
        there = {number: self._known[number] for number in numbers if number in self._known}
        tell_changed(self._connection, [key for key, _, _ in there.values()])
        for number, (key, version, patient) in there.items():
            self._known[number] = (key, version + 1, patient)
        new = [number for number in numbers if number not in there]
        rows = [{"number": number, "version": 1} for number in new]
        for number, key in zip(new, add(self._connection, tables.patient, rows), strict=True):
            self._known[number] = (key, 1, self._met[number])


@cache
def _numbered(dialect: str) -> Select[Any]:
    """Invoices by clinic and number."""
    invoice = tables.invoice
    these = listed(dialect, invoice.c.clinic_id, invoice.c.number)
    return select(
        invoice.c.clinic_id,
        invoice.c.number,
        invoice.c.content,
        invoice.c.answer,
        invoice.c.id,
    ).join(
        these,
        (these.c.clinic_id == invoice.c.clinic_id) & (these.c.number == invoice.c.number),
    )


_INVOICE = (
    "id", "clinic_id", "number", "patient_id", "content", "received_on", "support", "care_level",
    "region", "replaces", "free_card", "status", "claimed_ore", "allowed_ore", "patient_fee_ore",
    "payable_ore", "answer",
)  # fmt: skip
_LINE = (
    "invoice_id", "line", "treated_on", "code", "performer", "tooth", "zone", "surfaces", "sent",
    "claimed_ore", "outcome", "allowed_ore", "edition_id", "preassessment_id",
    "preassessment_line",
)  # fmt: skip
_FINDING = ("invoice_id", "line", "place", "code", "rule", "facts")
_VISIT = ("invoice_id", "treated_on", "fee_ore", "reason")


def _invoice_row(key: int, clinic: int, patient: int, kept: Kept) -> Row:
    invoice, decision = kept.invoice, kept.decision
    return (
        key,
        clinic,
        invoice.number,
        patient,
        kept.content,
        kept.received_on.isoformat(),
        invoice.support,
        invoice.care_level or "general",
        invoice.region,
        invoice.replaces,
        None if invoice.free_card is None else _json(invoice.free_card).decode(),
        decision.status,
        decision.claimed_ore,
        decision.allowed_ore,
        decision.patient_fee_ore,
        decision.payable_ore,
        kept.answer,
    )


def _line_rows(
    invoice: int, kept: Kept, editions: dict[Edition, int], applications: dict[str, int]
) -> Iterator[Row]:
    sent = {line.line: line for line in kept.invoice.lines}
    carrying = kept.use[1]
    for one in kept.decision.lines:
        line = sent[one.line]
        name, place = carrying.get(one.line, _NOT_CARRIED)
        yield (
            invoice,
            one.line,
            one.treated_on.isoformat(),
            one.code,
            line.performer,
            line.tooth,
            line.zone,
            line.surfaces,
            _also_sent(line),
            one.claimed_ore,
            one.outcome,
            one.allowed_ore,
            None if one.edition is None else editions[one.edition],
            None if name is None else applications[name],
            place,
        )


_NOT_CARRIED: tuple[None, None] = (None, None)


def _also_sent(line: Line) -> str | None:
    """In JSON, what has no column of its own."""
    values = _values_without_column(line)
    if values == _NONE_OF_THEM:
        return None
    pairs = zip(_WITHOUT_COLUMN, values, strict=True)
    return _json({name: value for name, value in pairs if value is not None}).decode()


_WITHOUT_COLUMN = ("conditions", "facts", "motivation", "documents", "preassessment")
_NONE_OF_THEM = (None,) * len(_WITHOUT_COLUMN)
_values_without_column = attrgetter(*_WITHOUT_COLUMN)


def _finding_rows(invoice: int, kept: Kept) -> Iterator[Row]:
    for line in kept.decision.lines:
        for place, finding in enumerate(line.findings):
            facts = msgspec.to_builtins(finding)
            code, rule = facts.pop("code"), facts.pop("rule")
            yield invoice, line.line, place, code, rule, _json(facts).decode() if facts else None


def _visit_rows(invoice: int, kept: Kept) -> Iterator[Row]:
    for visit in kept.decision.visits:
        yield invoice, visit.treated_on.isoformat(), visit.fee_ore, visit.reason


def digest_of(content: bytes, answer: bytes) -> bytes:
    """What the audit notes of an invoice that was kept."""
    return blake2b(content + answer, digest_size=16).digest()
