"""A clinic's part of a run, made again of what the run holds, with the reasons in words; and the
files that the clinic gets of it."""

from collections.abc import Iterator, Sequence
from typing import Literal

from sqlalchemy import Connection, select

from adjudication.decision import LineDecision
from adjudication.library import Library
from adjudication.wording.findings import words_of
from adjudication.wording.lookup import Lookup
from exports.remittance import write_remittance
from exports.spreadsheet import write_spreadsheet
from exports.statement import write_statement
from invoices.parts import Reasons, items_of, unpaid_of
from invoices.settlement import Settlement, settle
from storage import tables
from storage.answers import read_answer
from storage.audit import Entry
from storage.clinicids import clinic_key
from storage.keeper import Keeper
from storage.parts import chosen_of, read_parts
from storage.rows import given, listed
from storage.runs import Held

Form = Literal["statement.pdf", "statement.xlsx", "remittance.json"]
"""As pages, as a spreadsheet, as data for a journal system."""

_WRITERS = {
    "statement.pdf": write_statement,
    "statement.xlsx": write_spreadsheet,
    "remittance.json": write_remittance,
}


def read_settlement(
    connection: Connection, held: Held, clinic: str, library: Library | None = None
) -> Settlement | None:
    """A clinic's settlement in a run, with reasons where there are rules to tell them by; None
    where the clinic has no part in the run."""
    share = next((one for one in held.run.shares if one.clinic == clinic), None)
    if share is None:
        return None
    key = clinic_key(connection, clinic)
    assert key is not None
    chosen = chosen_of(connection, held.key, key)
    parts = read_parts(connection, chosen)
    reasons: Reasons = {}
    if library is not None:
        reasons = dict(_reasons(connection, chosen.invoices, Lookup(library)))
    return settle(
        share.payee,
        items_of(parts, reasons),
        unpaid_of(parts.invoices, reasons),
        share.balance.brought_forward_ore,
    )


def write_form(held: Held, settlement: Settlement, form: Form) -> bytes:
    """What the clinic gets. Raises SettlementError where it is not what was frozen."""
    return _WRITERS[form](held.run, settlement, held.paid_from.payer)


def hand_out(keeper: Keeper, held: Held, clinic: str, form: Form, token: int) -> bytes | None:
    """What a clinic gets of a run, and that somebody took it is noted; None where the clinic has no
    part in the run. Raises SettlementError as `write_form`."""
    found = look_at(keeper, held, clinic, form, token)
    return None if found is None else write_form(held, found, form)


def look_at(
    keeper: Keeper, held: Held, clinic: str, form: Form | Literal["page"], token: int
) -> Settlement | None:
    """A clinic's settlement with its reasons for whoever looks at it, which is noted."""
    with keeper.database.reading() as connection:
        found = read_settlement(connection, held, clinic, keeper.library)
    if found is not None:
        subject = f"{held.run.number} {clinic} {form}"
        keeper.acts.do(lambda _: (None, [Entry("read_statement", token, subject=subject)]))
    return found


def _reasons(
    connection: Connection, versions: Sequence[int], lookup: Lookup
) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """Of the lines with findings, as the whole decision of a version has them."""
    invoice = tables.invoice
    these = listed(connection.dialect.name, invoice.c.id)
    rows = connection.execute(
        select(invoice.c.id, invoice.c.answer).join(these, these.c.id == invoice.c.id),
        given(connection, versions),
    )
    for key, answer in rows:
        for line in read_answer(answer).lines:
            if line.findings:
                yield (key, line.line), tuple(_words(line, lookup))


def _words(line: LineDecision, lookup: Lookup) -> Iterator[str]:
    for finding in line.findings:
        try:
            words = words_of(finding, lookup.about(line))
            citation = lookup.citation(finding.rule, line)
        except KeyError:  # the rule files of today have no such rule any more
            yield f"Regel {finding.rule}."
            continue
        yield words.what if words.cure is None else f"{words.what} {words.cure}"
        yield f"{citation.place} ({citation.source.publisher})."
