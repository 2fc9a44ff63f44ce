"""Invoices of patients of whom only first answers are kept, read quickly."""

from collections.abc import Collection
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, exists, select

from invoices.store import FIRST_VERSION
from invoices.unchanged import First, FirstAnswer
from storage import tables
from storage.current import of_patients
from storage.rows import given, listed
from storage.sent import read_sent


def read_first_answers(connection: Connection, patients: Collection[int]) -> dict[int, list[First]]:
    """The invoices, in the order of receipt, of those patients of whom no later version, no credit,
    no free card that was found, and no document that came later is kept."""
    dialect = connection.dialect.name
    rows = connection.execute(_invoices(dialect), given(connection, patients)).all()
    found_cards = of_patients(dialect, tables.free_card, "patient_id")
    others = set(connection.scalars(found_cards, given(connection, patients)))
    others |= {patient for patient, _, is_first, *_ in rows if not is_first}
    found: dict[int, list[First]] = {}
    for patient, key, _, received_on, sent, answer in rows:
        if patient not in others:
            first = First(key, read_sent(sent), received_on, _answer(answer))
            found.setdefault(patient, []).append(first)
    for firsts in found.values():
        firsts.sort(key=_key)
    return found


_answer = msgspec.json.Decoder(FirstAnswer).decode
_key = attrgetter("key")


@cache
def _invoices(dialect: str) -> Select[Any]:
    """Every version, and whether it is a first one without a credit or a later document."""
    invoice, credit, document = tables.invoice, tables.credit, tables.line_document
    is_first = (
        (invoice.c.version == FIRST_VERSION)
        & ~exists().where(credit.c.invoice_id == invoice.c.id)
        & ~exists().where(document.c.invoice_id == invoice.c.id)
    )
    these = listed(dialect, invoice.c.patient_id)
    return (
        select(
            invoice.c.patient_id,
            invoice.c.id,
            is_first,
            invoice.c.received_on,
            invoice.c.sent,
            invoice.c.answer,
        )
        .select_from(these)
        .join(invoice, invoice.c.patient_id == these.c.patient_id)
    )
