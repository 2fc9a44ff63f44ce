"""Reference data: cards and decided applications, each put in once; a card may be voided later."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Column, Connection, FromClause, Select, Table, insert, select

from adjudication.library import Library
from preassessments.balance import PreassessmentRegister
from preassessments.decision import ApprovedLine, Preassessment
from registry.cards import Card, CardRegister
from storage import tables
from storage.audit import Act, Entry
from storage.rows import add, given, listed, lock, tell_changed
from terms.errors import ReferenceDataError
from terms.person import without_dash


def put_reference_data(
    connection: Connection,
    library: Library,
    cards: Iterable[Card],
    applications: Iterable[Preassessment],
) -> list[Entry]:
    """Put in cards and applications as a command on the server does."""
    entries = put_cards(connection, library, cards)
    return entries + put_preassessments(connection, applications)


def put_cards(
    connection: Connection, library: Library, cards: Iterable[Card], token: int | None = None
) -> list[Entry]:
    """Put in cards that are not there yet. Gives the audit's entries of those. Raises
    ReferenceDataError where one cannot be, or is there with other content."""
    asked = [replace(card, patient=without_dash(card.patient)) for card in cards]
    register = CardRegister({name: one.cards for name, one in library.regions.items()})
    for card in asked:
        register.add(card)
    known = read_cards(connection, tables.card.c.number, [card.number for card in asked])
    there = {card.number: card for card in known}
    new = [
        card for card in asked if _is_new(card, there.get(card.number), f"number: {card.number!r}")
    ]
    if not new:
        return []
    patients = _patients(connection, {card.patient for card in new})
    fields = ("number", "region", "category", "diagnosis", "valid_from", "valid_to")
    keys = add(
        connection,
        tables.card,
        [
            {name: getattr(card, name) for name in fields} | {"patient_id": patients[card.patient]}
            for card in new
        ],
    )
    voided = [
        {"card_id": key, "voided_on": card.voided_on}
        for key, card in zip(keys, new, strict=True)
        if card.voided_on is not None
    ]
    if voided:
        connection.execute(insert(tables.card_voided), voided)
    return _entries("put_card", token, keys, (patients[card.patient] for card in new))


def void_card(
    connection: Connection, number: str, voided_on: date, token: int | None = None
) -> list[Entry] | None:
    """Void a card from a day on; None where there is none. Raises ReferenceDataError where it is
    voided already, from another day."""
    card = tables.card
    row = connection.execute(
        select(card.c.id, card.c.patient_id).where(card.c.number == number)
    ).one_or_none()
    if row is None:
        return None
    lock(connection, tables.patient.c.id, [row.patient_id])
    (known,) = read_cards(connection, card.c.number, [number])
    if known.voided_on == voided_on:
        return []
    if known.voided_on is not None:
        raise ReferenceDataError(f"number: kortet är redan makulerat, från {known.voided_on}")
    connection.execute(insert(tables.card_voided), {"card_id": row.id, "voided_on": voided_on})
    tell_changed(connection, [row.patient_id])
    return _entries("void_card", token, [row.id], [row.patient_id])


def put_preassessments(
    connection: Connection, applications: Iterable[Preassessment], token: int | None = None
) -> list[Entry]:
    """Put in decided applications that are not there yet. Gives the audit's entries of those.
    Raises ReferenceDataError where one cannot be, or is there with other content."""
    asked = [
        replace(
            one,
            patient=without_dash(one.patient),
            lines=sorted(one.lines, key=lambda line: line.line),
        )
        for one in applications
    ]
    table = tables.preassessment
    known = read_preassessments(connection, table.c.name, [one.id for one in asked])
    there = {one.id: one for _, one in known}
    new = [one for one in asked if _is_new(one, there.get(one.id), f"id: {one.id!r}")]
    if not new:
        return []
    patients = _patients(connection, {one.patient for one in new})
    earlier = read_preassessments(connection, table.c.patient_id, list(patients.values()))
    register = PreassessmentRegister()
    for application in (*(one for _, one in earlier), *new):
        register.add(application)
    named = {one.id: key for key, one in earlier}
    fields = ("region", "support", "decided_on", "covers_from", "covers_to")
    for several in _in_turn(new):
        rows = [
            {name: getattr(one, name) for name in fields}
            | {
                "name": one.id,
                "patient_id": patients[one.patient],
                "replaces_id": named.get(one.replaces or ""),
            }
            for one in several
        ]
        named |= zip((one.id for one in several), add(connection, table, rows), strict=True)
    keys = [named[one.id] for one in new]
    lines = [
        {
            "preassessment_id": key,
            "line": line.line,
            "code": line.code,
            "tooth": line.tooth,
            "count_approved": line.count,
            "amount_ore": line.amount_ore,
        }
        for key, one in zip(keys, new, strict=True)
        for line in one.lines
    ]
    if lines:
        connection.execute(insert(tables.preassessment_line), lines)
    return _entries("put_preassessment", token, keys, (patients[one.patient] for one in new))


def _in_turn(new: Sequence[Preassessment]) -> Iterator[Sequence[Preassessment]]:
    """All that replace none, and then one by one those that need the keys of others."""
    yield [one for one in new if one.replaces is None]
    for one in new:
        if one.replaces is not None:
            yield [one]


def read_cards(
    connection: Connection, column: Column[Any], values: Collection[str] | Collection[int]
) -> list[Card]:
    """Cards that have one of the values in a column, by patient, first day and number."""
    rows = connection.execute(_cards(connection.dialect.name, column), given(connection, values))
    return [
        Card(
            number=number,
            patient=of,
            region=region,
            category=category,
            diagnosis=diagnosis,
            valid_from=valid_from,
            valid_to=valid_to,
            voided_on=voided_on,
        )
        for number, of, region, category, diagnosis, valid_from, valid_to, voided_on in rows.all()
    ]


def read_preassessments(
    connection: Connection, column: Column[Any], values: Collection[str] | Collection[int]
) -> list[tuple[int, Preassessment]]:
    """Applications that have one of the values in a column, with their keys, by patient and key;
    their lines by number."""
    dialect = connection.dialect.name
    rows = connection.execute(_applications(dialect, column), given(connection, values)).all()
    if not rows:
        return []
    lines: dict[int, list[ApprovedLine]] = {row.id: [] for row in rows}
    for row in connection.execute(_approved(dialect), given(connection, lines)):
        lines[row.preassessment_id].append(
            ApprovedLine(
                line=row.line,
                code=row.code,
                tooth=row.tooth,
                count=row.count_approved,
                amount_ore=row.amount_ore,
            )
        )
    return [
        (
            row.id,
            Preassessment(
                id=row.name,
                patient=row.of,
                region=row.region,
                support=row.support,
                decided_on=row.decided_on,
                covers_from=row.covers_from,
                covers_to=row.covers_to,
                replaces=row.replaces,
                lines=lines[row.id],
            ),
        )
        for row in rows
    ]


def _is_new(given: Struct, there: Struct | None, what: str) -> bool:
    if there is None:
        return True
    if there != given:
        raise ReferenceDataError(f"{what} finns redan i databasen, med annat innehåll")
    return False


def _patients(connection: Connection, numbers: Collection[str]) -> dict[str, int]:
    """The keys of patients, locked; those that lack a row get one, and all a new version."""
    found = {number: key for key, number, _ in lock(connection, tables.patient.c.number, numbers)}
    tell_changed(connection, list(found.values()))
    missing = [number for number in numbers if number not in found]
    keys = add(connection, tables.patient, [{"number": number, "version": 1} for number in missing])
    return found | dict(zip(missing, keys, strict=True))


def _entries(
    act: Act, token: int | None, keys: Sequence[int], patients: Iterable[int]
) -> list[Entry]:
    return [
        Entry(act, token, patient, subject=str(key))
        for key, patient in zip(keys, patients, strict=True)
    ]


@cache
def _cards(dialect: str, column: Column[Any]) -> Select[Any]:
    card, voided = tables.card, tables.card_voided
    these = listed(dialect, column)
    return (
        select(
            card.c.number,
            tables.patient.c.number,
            card.c.region,
            card.c.category,
            card.c.diagnosis,
            card.c.valid_from,
            card.c.valid_to,
            voided.c.voided_on,
        )
        .select_from(_joined(these, column, card))
        .outerjoin(voided, voided.c.card_id == card.c.id)
        .order_by(card.c.patient_id, card.c.valid_from, card.c.number)
    )


@cache
def _applications(dialect: str, column: Column[Any]) -> Select[Any]:
    application, patient = tables.preassessment, tables.patient
    before = application.alias()
    these = listed(dialect, column)
    return (
        select(application, patient.c.number.label("of"), before.c.name.label("replaces"))
        .select_from(_joined(these, column, application))
        .outerjoin(before, before.c.id == application.c.replaces_id)
        .order_by(application.c.patient_id, application.c.id)
    )


def _joined(these: FromClause, column: Column[Any], table: Table) -> FromClause:
    """A list of values of a column, with that column's rows of a table and of patients: few rows
    first (storage/database.py)."""
    first, other = (table, tables.patient) if column.table is table else (tables.patient, table)
    return these.join(first, these.c[column.name] == column).join(
        other, tables.patient.c.id == table.c.patient_id
    )


@cache
def _approved(dialect: str) -> Select[Any]:
    line = tables.preassessment_line
    these = listed(dialect, line.c.preassessment_id)
    return (
        select(line)
        .join(these, these.c.preassessment_id == line.c.preassessment_id)
        .order_by(line.c.line)
    )
