"""Invoices of patients of whom only first answers are kept, read quickly."""

from collections.abc import Collection, Iterator
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, exists, select

from invoices.store import FIRST_VERSION
from invoices.unchanged import First, FirstAnswer
from storage import tables
from storage.current import of_patients
from storage.rows import as_driven, day_driven, given, listed
from storage.sent import read_sent


def first_answers(
    connection: Connection, patients: Collection[int]
) -> Iterator[tuple[int, list[First]]]:
    """The invoices, in the order of receipt, of those patients of whom no later version, no credit,
    no free card that was found, and no document that came later is kept.

    Rows are read for all at once, and made into invoices when their patient's turn comes: what is
    made for one is then still close to the processor.
    """
    dialect = connection.dialect.name
    rows = as_driven(connection.execute(_invoices(dialect), given(connection, patients)))
    found_cards = of_patients(dialect, tables.free_card, "patient_id")
    others = set(connection.scalars(found_cards, given(connection, patients)).all())
    others |= {row[0] for row in rows if not row[2]}
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        if row[0] not in others:
            found.setdefault(row[0], []).append(row)
    for patient, of in found.items():
        of.sort(key=_key)
        yield (
            patient,
            [
                First(key, read_sent(sent), day_driven(received_on), _answer(answer))
                for _, key, _, received_on, sent, answer in of
            ],
        )


_answer = msgspec.json.Decoder(FirstAnswer).decode
_key = itemgetter(1)


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
