"""Later versions agree with themselves too, and whatever is tampered with is found."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from storage.approving import approve
from storage.assessing import Question, ask_for_material, assess
from storage.causes import CardChanged
from storage.claims import claim_line
from storage.database import Database
from storage.freecards import put_free_card
from storage.proposing import propose
from storage.tables import audit, credit, invoice, line, metadata, visit
from tests.storage.test_assessing import PATIENT, TODAY, keeper_of, prepared, verdict, void
from tests.storage.test_checking import found, unguard

NEW_TABLES = (
    "assessment", "claim", "free_card", "material_request", "redecision", "redecision_patient",
    "redecision_step", "revision",
)  # fmt: skip


def revised(database: Database) -> None:
    """An invoice of which a line was settled, and which was then decided again: three versions."""
    (key,) = prepared(database)
    keeper = keeper_of(database)
    assess(keeper, key, verdict(1), TODAY)
    ask_for_material(keeper, key, Question(2, 2, ["day_note"], "Vilken tand?"))
    keeper.acts.do(partial(claim_line, key=key, line=2, token=None, is_taken=True))
    keeper.acts.do(
        lambda connection: (
            None,
            put_free_card(connection, PATIENT, "E-1", date(2025, 1, 1), date(2025, 2, 1)) or [],
        )
    )
    void(keeper)
    proposal = propose(keeper, CardChanged("C-1"), TODAY)
    assert proposal is not None
    approve(keeper, proposal.id, proposal.digest, TODAY)


def test_what_we_keep_agrees_with_itself(database: Database) -> None:
    revised(database)
    assert found(database) == set()


@pytest.mark.parametrize("name", NEW_TABLES)
def test_the_database_itself_refuses_to_change_rows(database: Database, name: str) -> None:
    revised(database)
    table = metadata.tables[name]
    column = next(iter(table.columns))
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table))
    for statement in (update(table).values({column: column}), delete(table)):
        with pytest.raises(DBAPIError, match="never changed"), database.writing() as connection:
            connection.execute(statement)


later = invoice.c.version > 1


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (update(invoice).where(later).values(allowed_ore=1), "summerar inte till fakturan"),
        (update(invoice).where(later).values(claimed_ore=1), "summerar inte till fakturan"),
        (update(invoice).where(later).values(patient_fee_ore=1), "besökens avgifter"),
        (update(credit).values(allowed_ore=credit.c.allowed_ore + 1), "summerar inte"),
        (update(credit).values(patient_fee_ore=credit.c.patient_fee_ore + 1), "avgifter"),
        (update(visit).values(fee_ore=visit.c.fee_ore + 1), "besökens avgifter"),
        (update(invoice).where(later).values(version=invoice.c.version + 7), "följer inte på"),
        (update(invoice).where(later).values(answer=b"{}"), "noterades i loggen"),
        (delete(audit).where(audit.c.act == "redecide"), "noterades i loggen"),
        (update(line).values(assessment_id=1), "bärs av en ansökan"),
        (update(line).where(line.c.outcome == "approved").values(assessment_id=9), "assessment_id"),
    ],
)
def test_what_is_changed_is_found(database: Database, statement: object, what: str) -> None:
    revised(database)
    with database.writing() as connection:
        unguard(connection)
        connection.execute(statement)  # type: ignore[call-overload]
    assert any(what in one for one in found(database))
