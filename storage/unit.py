"""A transaction in which several invoices are decided: read together, kept together."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert, select, tuple_

from adjudication.invoice import Invoice, Line
from adjudication.library import Library
from adjudication.patient import Patient, patient_of
from invoices.store import Earlier, Kept
from quotas.record import CODE_SHIFT, SITE_MASK, lines_of
from storage import tables
from storage.patients import Known, Patients
from storage.rows import add, tell_changed
from terms.editions import Edition
from terms.period import day_number
from terms.person import without_dash

Row = dict[str, Any]

_json = msgspec.json.Encoder().encode


class Unit:
    """A store (invoices/store.py) over one transaction. What the invoices ask is read beforehand,
    whatever they keep is written at the end, so that many of them cost few statements."""

    def __init__(
        self,
        connection: Connection,
        patients: Patients,
        library: Library,
        invoices: Iterable[Invoice],
    ) -> None:
        self._connection = connection
        self._patients = patients
        self._library = library
        asked = [one for one in invoices if not one.protected_identity]
        numbers = {without_dash(one.patient) for one in asked}
        self._known = patients.read(connection, numbers)
        self._earlier = self._read_earlier({(one.clinic, one.number) for one in asked})
        self._met: dict[str, Patient] = {}
        self._kept: list[Kept] = []

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

    def keep(self, kept: Kept) -> None:
        """Keep a decided invoice, and post what it uses to its patient."""
        invoice = kept.invoice
        self._kept.append(kept)
        self._earlier[invoice.clinic, invoice.number] = Earlier(kept.content, kept.answer)
        patient = self.patient(kept.patient)
        assert patient is not None
        self._patients.forget(kept.patient)  # until the transaction has ended well
        if kept.use[0]:
            patient.post(kept.use)
            if patient.balance is not None:
                patient.balance.draw(Counter(kept.use[1].values()))

    def write(self) -> dict[str, Known]:
        """Write everything that was kept. Gives the patients as they are then known."""
        if not self._kept:
            return {}
        patients = self._write_patients()
        clinics = self._write_clinics()
        editions = self._write_editions()
        invoices = add(
            self._connection,
            tables.invoice,
            [
                _invoice_row(kept, clinics[kept.invoice.clinic], patients[kept.patient][0])
                for kept in self._kept
            ],
        )
        rows: dict[Table, list[Row]] = {
            table: [] for table in (tables.line, tables.finding, tables.visit, tables.usage)
        }
        applications = self._keys_of_applications()
        for key, kept in zip(invoices, self._kept, strict=True):
            rows[tables.line] += _line_rows(key, kept, editions)
            rows[tables.finding] += _finding_rows(key, kept)
            rows[tables.visit] += _visit_rows(key, kept)
            rows[tables.usage] += self._usage_rows(
                key, patients[kept.patient][0], kept, applications
            )
        for table, many in rows.items():
            if many:
                self._connection.execute(insert(table), many)
        return patients

    def _read_earlier(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Earlier]:
        invoice, clinic = tables.invoice, tables.clinic
        rows = self._connection.execute(
            select(clinic.c.hsa_id, invoice.c.number, invoice.c.content, invoice.c.answer)
            .join(clinic, clinic.c.id == invoice.c.clinic_id)
            .where(tuple_(clinic.c.hsa_id, invoice.c.number).in_(keys))
        )
        return {
            (hsa_id, number): Earlier(content, answer) for hsa_id, number, content, answer in rows
        }

    def _write_patients(self) -> dict[str, Known]:
        """New rows and new versions of those for whom something was kept."""
        numbers = dict.fromkeys(kept.patient for kept in self._kept)
        found = {
            number: (key, version + 1, patient)
            for number, (key, version, patient) in self._known.items()
            if number in numbers
        }
        tell_changed(self._connection, [key for key, _, _ in found.values()])
        new = [number for number in numbers if number not in found]
        rows = [{"number": number, "version": 1} for number in new]
        for number, key in zip(new, add(self._connection, tables.patient, rows), strict=True):
            found[number] = (key, 1, self._met[number])
        return found

    def _write_clinics(self) -> dict[str, int]:
        table = tables.clinic
        wanted = {kept.invoice.clinic for kept in self._kept}
        found = dict(
            self._connection.execute(
                select(table.c.hsa_id, table.c.id).where(table.c.hsa_id.in_(wanted))
            ).all()
        )
        missing = [one for one in wanted if one not in found]
        keys = add(self._connection, table, [{"hsa_id": one} for one in missing])
        return found | dict(zip(missing, keys, strict=True))

    def _write_editions(self) -> dict[Edition, int]:
        table = tables.edition
        wanted = {
            line.edition for kept in self._kept for line in kept.decision.lines if line.edition
        }
        found = {
            Edition(row.region, row.support, row.valid_from, row.digest): row.id
            for row in self._connection.execute(
                select(table).where(table.c.digest.in_({one.digest for one in wanted}))
            )
        }
        missing = [one for one in wanted if one not in found]
        keys = add(self._connection, table, [msgspec.structs.asdict(one) for one in missing])
        return found | dict(zip(missing, keys, strict=True))

    def _keys_of_applications(self) -> dict[str, int]:
        names = {name for kept in self._kept for name, _ in kept.use[1].values()}
        if not names:
            return {}
        table = tables.preassessment
        return dict(
            self._connection.execute(
                select(table.c.name, table.c.id).where(table.c.name.in_(names))
            ).all()
        )

    def _usage_rows(
        self, invoice_id: int, patient_id: int, kept: Kept, applications: dict[str, int]
    ) -> Iterable[Row]:
        """In the order of approval, which is that of the record."""
        library = self._library
        approved = {one.line for one in kept.decision.lines if one.outcome == "approved"}
        lines = {
            (
                day_number(line.treated_on),
                library.number_of(line.code),
                library.sites[line.tooth, line.zone, line.surfaces],
            ): line
            for line in kept.invoice.lines
            if line.line in approved
        }
        charged = {one.treated_on for one in kept.decision.visits if one.reason == "charged"}
        for paid, site, kind, day, _ in lines_of(kept.use[0]):
            line = lines[day, kind >> CODE_SHIFT, site & SITE_MASK]
            name, carrying = kept.use[1].get(line.line, (None, None))
            yield {
                "patient_id": patient_id,
                "invoice_id": invoice_id,
                "line": line.line,
                "treated_on": line.treated_on,
                "code": line.code,
                "support": kept.invoice.support,
                "performer": line.performer,
                "tooth": line.tooth,
                "zone": line.zone,
                "surfaces": line.surfaces,
                "allowed_ore": paid,
                "preassessment_id": applications[name] if name else None,
                "preassessment_line": carrying,
                "is_charged": line.treated_on in charged,
            }


def _invoice_row(kept: Kept, clinic_id: int, patient_id: int) -> Row:
    invoice, decision = kept.invoice, kept.decision
    return {
        "clinic_id": clinic_id,
        "number": invoice.number,
        "patient_id": patient_id,
        "content": kept.content,
        "received_on": kept.received_on,
        "support": invoice.support,
        "care_level": invoice.care_level or "general",
        "region": invoice.region,
        "replaces": invoice.replaces,
        "free_card": None if invoice.free_card is None else _json(invoice.free_card).decode(),
        "status": decision.status,
        "claimed_ore": decision.claimed_ore,
        "allowed_ore": decision.allowed_ore,
        "patient_fee_ore": decision.patient_fee_ore,
        "payable_ore": decision.payable_ore,
        "answer": kept.answer,
    }


def _line_rows(invoice_id: int, kept: Kept, editions: dict[Edition, int]) -> Iterable[Row]:
    sent = {line.line: line for line in kept.invoice.lines}
    for one in kept.decision.lines:
        line = sent[one.line]
        yield {
            "invoice_id": invoice_id,
            "line": one.line,
            "treated_on": one.treated_on,
            "code": one.code,
            "performer": line.performer,
            "tooth": line.tooth,
            "zone": line.zone,
            "surfaces": line.surfaces,
            "sent": _also_sent(line),
            "claimed_ore": one.claimed_ore,
            "outcome": one.outcome,
            "allowed_ore": one.allowed_ore,
            "edition_id": None if one.edition is None else editions[one.edition],
        }


def _also_sent(line: Line) -> str | None:
    """In JSON, what has no column of its own."""
    found = {
        name: value
        for name in ("conditions", "facts", "motivation", "documents", "preassessment")
        if (value := getattr(line, name)) is not None
    }
    return _json(found).decode() if found else None


def _finding_rows(invoice_id: int, kept: Kept) -> Iterable[Row]:
    for line in kept.decision.lines:
        for place, finding in enumerate(line.findings):
            facts = msgspec.to_builtins(finding)
            yield {
                "invoice_id": invoice_id,
                "line": line.line,
                "place": place,
                "code": facts.pop("code"),
                "rule": facts.pop("rule"),
                "facts": _json(facts).decode() if facts else None,
            }


def _visit_rows(invoice_id: int, kept: Kept) -> Iterable[Row]:
    for visit in kept.decision.visits:
        yield {"invoice_id": invoice_id, **msgspec.structs.asdict(visit)}
