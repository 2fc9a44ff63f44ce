"""A clinic's lines as the region has them now, for laying beside its journal."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Select, bindparam, or_, select

from adjudication.library import Library
from adjudication.wording.findings import words_of
from adjudication.wording.lookup import Lookup
from invoices.matching import RegionLine
from storage import tables
from storage.lastdecided import FIRST_ID, is_decided_later
from storage.rows import given, listed
from storage.versions import decisions

AT_ONCE = 5_000
"""So many rows are in memory as the database gives them."""


class Looked(NamedTuple):
    """A clinic's lines, and the keys of the patients whom they are about."""

    lines: list[RegionLine]
    patients: set[int]


def read_region_lines(
    connection: Connection,
    library: Library,
    clinic: str,
    days: tuple[date, date],
    numbers: Collection[str],
) -> Looked:
    """The lines of care from a day to another, and of invoices with these numbers, as they were
    decided last; with the reasons of those that are not approved."""
    rows = connection.execute(
        _lines(connection.dialect.name),
        {"clinic": clinic, "first": days[0], "last": days[1], **given(connection, numbers)},
    )
    lines: list[RegionLine] = []
    patients: set[int] = set()
    unpaid: dict[int, int] = {}
    for deciding, patient_id, is_credited, *told in rows:
        line = RegionLine(**dict(zip(_TOLD, told, strict=True)), is_credited=is_credited)
        if line.outcome != "approved":
            unpaid[len(lines)] = deciding
        lines.append(line)
        patients.add(patient_id)
    _add_reasons(connection, library, lines, unpaid)
    return Looked(lines, patients)


def _add_reasons(
    connection: Connection, library: Library, lines: list[RegionLine], unpaid: dict[int, int]
) -> None:
    """Say why these lines, by their places, are not approved; with the versions that decided
    them."""
    lookup, places = Lookup(library), list(unpaid)
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        decided = decisions(connection, {unpaid[place] for place in some})
        for place in some:
            line = lines[place]
            (one,) = [one for one in decided[unpaid[place]].lines if one.line == line.line]
            about = lookup.about(one)
            said = [words_of(finding, about) for finding in one.findings]
            lines[place] = replace(
                line,
                findings=tuple(str(type(one).__struct_config__.tag) for one in one.findings),
                reasons=tuple(" ".join(filter(None, words)) for words in said),
            )


_TOLD = (
    "invoice", "number", "line", "patient", "support", "treated_on", "code", "tooth", "price_ore",
    "outcome", "allowed_ore",
)  # fmt: skip


@cache
def _lines(dialect: str) -> Select[Any]:
    line, invoice, revision = tables.line, tables.invoice, tables.revision
    clinic, patient, credited = tables.clinic, tables.patient, tables.credited_line
    numbers = listed(dialect, invoice.c.number)
    days = line.c.treated_on.between(
        bindparam("first", type_=line.c.treated_on.type),
        bindparam("last", type_=line.c.treated_on.type),
    )
    return (
        select(
            line.c.invoice_id,
            invoice.c.patient_id,
            credited.c.line.is_not(None),
            FIRST_ID,
            invoice.c.number,
            line.c.line,
            patient.c.number,
            invoice.c.support,
            line.c.treated_on,
            line.c.code,
            line.c.tooth,
            line.c.claimed_ore,
            line.c.outcome,
            line.c.allowed_ore,
        )
        .select_from(clinic)
        .join(invoice, invoice.c.clinic_id == clinic.c.id)
        .join(patient, patient.c.id == invoice.c.patient_id)
        .join(line, line.c.invoice_id == invoice.c.id)
        .outerjoin(revision, revision.c.invoice_id == invoice.c.id)
        .outerjoin(credited, tables.is_credited)
        .where(
            clinic.c.hsa_id == bindparam("clinic"),
            ~is_decided_later(),
            or_(days, invoice.c.number.in_(select(numbers.c.number))),
        )
        .order_by(line.c.invoice_id, line.c.line)
        .execution_options(yield_per=AT_ONCE)
    )
