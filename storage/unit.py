"""A transaction in which several invoices are decided: read together, kept together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select

from adjudication.invoice import Invoice
from adjudication.patient import Patient, patient_of
from invoices.store import FIRST_VERSION, Earlier, Kept
from invoices.submission import Submitted
from storage import tables
from storage.audit import Entry
from storage.invoicerows import InvoiceRows, digest_of
from storage.keys import Keys
from storage.patients import Patients
from storage.rows import add, given, listed, new_keys, tell_changed
from terms.person import without_dash


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
        rows = InvoiceRows(editions, applications)
        for key, one in self._kept:
            clinic, patient = clinics[one.invoice.clinic], self._known[one.patient][0]
            rows.add_invoice(key, clinic, patient, one, FIRST_VERSION)
            rows.add_lines(key, one.invoice.lines, one.decision.lines, one.use[1], {})
            rows.add_visits(key, one.decision.visits)
        rows.write(connection)

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
        found: dict[tuple[str, str], Earlier] = {}
        later: dict[tuple[str, str], int] = {}
        for clinic, number, version, *row in rows:
            name = names[clinic], number
            if version == FIRST_VERSION:
                found[name] = Earlier(*row)
            else:
                later[name] = max(version, later.get(name, version))
        for name, version in later.items():
            found[name] = found[name]._replace(version=version)
        return found

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
    """Invoices by clinic and number, each version of them."""
    invoice = tables.invoice
    these = listed(dialect, invoice.c.clinic_id, invoice.c.number)
    return select(
        invoice.c.clinic_id,
        invoice.c.number,
        invoice.c.version,
        invoice.c.content,
        invoice.c.answer,
        invoice.c.id,
    ).join(
        these,
        (these.c.clinic_id == invoice.c.clinic_id) & (these.c.number == invoice.c.number),
    )
