"""A transaction in which several invoices are decided: read together, kept together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Select, Table, select

from adjudication.invoice import Invoice
from adjudication.patient import Patient, patient_of
from invoices.store import FIRST_VERSION, Earlier, Kept
from invoices.submission import Submitted
from storage import tables
from storage.audit import Entry
from storage.invoicerows import InvoiceRows, digest_of
from storage.keys import Keys
from storage.patients import Patients
from storage.rows import Into, given, listed, new_keys, put, tell_changed
from terms.person import without_dash


class Unit:
    """A store (invoices/store.py) over one transaction. What the invoices ask is read beforehand,
    whatever they keep is written together, so that many of them cost few statements."""

    def __init__(
        self,
        connection: Connection,
        into: Into,
        patients: Patients,
        keys: Keys,
        invoices: Iterable[Invoice],
    ) -> None:
        self._connection = connection
        self._into = into
        self._patients = patients
        self._keys = keys
        asked = [one for one in invoices if not one.protected_identity]
        self._numbers = {one.patient: without_dash(one.patient) for one in asked}
        numbers = set(self._numbers.values())
        self._known = patients.read(connection, numbers)
        self._earlier = self._read_earlier(asked)
        self._met: dict[str, Patient] = {}
        self._kept: list[tuple[int, Kept]] = []
        self._written: dict[str, None] = {}
        strangers = len(numbers) - len(self._known)
        self._invoice_keys = self._keys_for(tables.invoice, len(asked))
        self._patient_keys = self._keys_for(tables.patient, strangers)

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
        invoice, key = kept.invoice, next(self._invoice_keys)
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
        """Write everything that was kept since the last time."""
        if not self._kept:
            return
        connection, into, kept = self._connection, self._into, [one for _, one in self._kept]
        self._write_patients()
        clinics = self._keys.clinics(connection, {one.invoice.clinic for one in kept}, into)
        editions = self._keys.editions(
            connection,
            {line.edition for one in kept for line in one.decision.lines if line.edition},
            into,
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
        rows.write(into)
        self._kept.clear()

    def finish(self) -> None:
        """Everything is written: whoever else remembers the patients reads them anew."""
        known = {number: self._known[number] for number in self._written}
        tell_changed(self._into, [key for key, _, _ in known.values()])
        for number, (key, version, patient) in known.items():
            self._known[number] = (key, version + 1, patient)

    def entry(
        self, token: int | None, invoice: Invoice, answer: Submitted, *, is_check: bool
    ) -> Entry:
        """What the audit log says of an answer, after `write`."""
        known = self._known.get(self._numbers.get(invoice.patient, ""))
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
        self._patients.remember({number: self._known[number] for number in self._written})

    def _keys_for(self, table: Table, many: int) -> Iterator[int]:
        """New keys, asked for when the first is needed: who is only answered again needs none."""
        yield from new_keys(self._connection, table, many)

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
            found[name] = replace(found[name], version=version)
        return found

    def _write_patients(self) -> None:
        """Rows of those who were never met."""
        numbers = dict.fromkeys(one.patient for _, one in self._kept)
        self._written |= numbers
        new = [number for number in numbers if number not in self._known]
        rows = [(next(self._patient_keys), number, 0) for number in new]
        for key, number, version in rows:
            self._known[number] = (key, version, self._met[number])
        put(self._into, tables.patient, ("id", "number", "version"), rows)


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
