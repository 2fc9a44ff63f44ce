"""Deciding into a database: many invoices share a transaction, and each is answered after it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from adjudication.invoice import Invoice
from adjudication.library import Library
from adjudication.ordinary import SwiftAdjudicator
from invoices.correction import Credit, CreditFault
from invoices.submission import Submitted, submit
from quotas.record import Clinics
from storage.crediting import credit_invoice
from storage.database import Database
from storage.patients import Patients
from storage.unit import Unit

T = TypeVar("T")

ATTEMPTS = 10
_TRY_AGAIN = {"40001", "40P01"}
"""PostgreSQL's codes for transactions that stood in each other's way."""


class Keeper:
    """Decides invoices by one library of rules and keeps the decisions in one database. Serves one
    thread; any number of keepers may serve one database, in any number of processes."""

    def __init__(self, database: Database, library: Library, default_region: str) -> None:
        clinics = Clinics()
        self._database = database
        self._library = library
        self._patients = Patients(library, clinics)
        self._adjudicator = SwiftAdjudicator(library, clinics, default_region)

    def submit(self, invoices: Sequence[tuple[Invoice, date]]) -> list[Submitted]:
        """Decide invoices in their order, each with its day of receipt. All are kept, or none."""
        return self._again_after_others(lambda: self._submit(invoices))

    def check(self, invoice: Invoice, received_on: date) -> Submitted:
        """What `submit` would answer now; nothing is kept."""
        with self._database.writing() as connection:
            unit = Unit(connection, self._patients, self._library, [invoice])
            answer = submit(unit, self._adjudicator, invoice, received_on)
            connection.rollback()
        return answer

    def credit(
        self, clinic: str, number: str, lines: Sequence[int] | None, credited_on: date
    ) -> Credit | list[CreditFault] | None:
        """Credit lines of a clinic's invoice, or (None) all that are left; None where the clinic
        has no such invoice."""
        return self._again_after_others(lambda: self._credit(clinic, number, lines, credited_on))

    def _credit(
        self, clinic: str, number: str, lines: Sequence[int] | None, credited_on: date
    ) -> Credit | list[CreditFault] | None:
        with self._database.writing() as connection:
            return credit_invoice(connection, clinic, number, lines, credited_on)

    def _again_after_others(self, act: Callable[[], T]) -> T:
        """Do what stood in others' way once more, when they have done theirs."""
        for _ in range(ATTEMPTS - 1):
            try:
                return act()
            except DBAPIError as error:
                if not _is_conflict(error):
                    raise
        return act()

    def _submit(self, invoices: Sequence[tuple[Invoice, date]]) -> list[Submitted]:
        with self._database.writing() as connection:
            unit = Unit(
                connection, self._patients, self._library, [invoice for invoice, _ in invoices]
            )
            answers = [
                submit(unit, self._adjudicator, invoice, received_on)
                for invoice, received_on in invoices
            ]
            patients = unit.write()
        for number, known in patients.items():
            self._patients.remember(number, known)
        return answers


def _is_conflict(error: DBAPIError) -> bool:
    """Whether others were at the same rows, so that it will go better after them."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") in _TRY_AGAIN
