"""Deciding into a database: many invoices share a transaction, and each is answered after it."""

from collections.abc import Callable, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from adjudication.invoice import Invoice
from adjudication.library import Library
from adjudication.ordinary import SwiftAdjudicator
from adjudication.patient import patient_of
from adjudication.standing import Standing, standing
from invoices.store import Trial
from invoices.submission import Submitted, submit
from quotas.record import Clinics
from storage.access import revoked_among
from storage.acts import Acts, Done, Note
from storage.audit import Entry
from storage.database import Database
from storage.keys import Keys
from storage.patients import Patients
from storage.rows import Into
from storage.unit import Unit
from terms.person import is_person_number, without_dash
from terms.vocabulary import Support

MANY = 256
"""From so many invoices on it pays to have their rows written beside the deciding."""
AT_ONCE = 100
"""So many are handed over together."""


class Sent(msgspec.Struct, frozen=True, gc=False):
    """An invoice that came in: on which day, by which token (None for a command on the server), and
    whether its sender only asks what the answer would be."""

    invoice: Invoice
    received_on: date
    token: int | None = None
    is_check: bool = False


class Keeper:
    """Decides invoices by one library of rules and keeps the decisions in one database. Serves one
    thread; any number of keepers may serve one database, in any number of processes."""

    def __init__(self, database: Database, library: Library, default_region: str) -> None:
        clinics = Clinics()
        self.acts = Acts(database)
        self.database = database
        self.library = library
        self.default_region = default_region
        self._keys = Keys()
        self.patients = Patients(library, clinics)
        self.adjudicator = SwiftAdjudicator(library, clinics, default_region)

    def submit(
        self, sent: Sequence[Sent], decided: Callable[[], object] = lambda: None
    ) -> list[Submitted | None]:
        """Decide invoices in their order. All are kept, or none. None stands for the answer to one
        whose sender's token is revoked. Tells by `decided` when all are, and only to be kept."""

        def work(
            connection: Connection, into: Into, note: Note
        ) -> tuple[list[Submitted | None], Unit]:
            self._keys.forget()
            revoked = revoked_among(connection, {one.token for one in sent if one.token})
            unit = Unit(connection, into, self.patients, self._keys, [one.invoice for one in sent])
            trial = Trial(unit)
            at_once = len(sent) or 1 if into is connection else AT_ONCE
            answers: list[Submitted | None] = []
            for start in range(0, len(sent), at_once):
                some = sent[start : start + at_once]
                answered = [
                    None
                    if one.token in revoked
                    else submit(
                        trial if one.is_check else unit,
                        self.adjudicator,
                        one.invoice,
                        one.received_on,
                    )
                    for one in some
                ]
                unit.write()
                note(
                    [
                        unit.entry(one.token, one.invoice, answer, is_check=one.is_check)
                        for one, answer in zip(some, answered, strict=True)
                        if answer is not None and not answer.is_refused
                    ]
                )
                answers += answered
            unit.finish()
            decided()
            return answers, unit

        answers, unit = self.acts.do_into(work, is_many=len(sent) >= MANY)
        unit.settle()
        self._keys.settle()
        return answers

    def standing(
        self,
        person: str,
        support: Support,
        on: date,
        token: int | None = None,
        why: str | None = None,
    ) -> Standing | None:
        """What is left for a person on a day; None where the number is no person's. `why` somebody
        asks is noted; it says nothing of the person."""
        number = without_dash(person)
        if not is_person_number(number):
            return None

        def work(connection: Connection) -> Done[Standing]:
            known = self.patients.read(connection, {number}).get(number)
            patient = patient_of(number) if known is None else known[2]
            entries = (
                [] if known is None else [Entry("read_standing", token, known[0], subject=why)]
            )
            return standing(
                self.library, patient, number, support, on, self.default_region
            ), entries

        return self.acts.do(work)
