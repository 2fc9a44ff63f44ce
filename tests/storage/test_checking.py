"""Whatever is tampered with is found; nothing is found in what we keep ourselves."""

import pytest
from sqlalchemy import Connection, Table, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.backup import back_up
from storage.checking import faults
from storage.database import Database, UnusableDatabaseError
from storage.tables import audit, finding, invoice, line, metadata, visit
from tests import test_reference
from tests.storage.test_keeper import FOLDERS, keeper_of, received


def kept(database: Database) -> None:
    world = test_reference.world(6, FOLDERS, test_reference.FOUR_REGIONS, 120)
    keeper_of(database, world).submit([received(row, world.today) for row in world.invoices])


def found(database: Database) -> set[str]:
    with database.reading() as connection:
        return {fault.what for fault in faults(connection)}


def test_what_we_keep_agrees_with_itself(database: Database) -> None:
    kept(database)
    assert found(database) == set()


def unguard(connection: Connection) -> None:
    """What whoever owns the database can do: take away the triggers that refuse changes."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        connection.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize("table", list(metadata.sorted_tables), ids=str)
def test_the_database_itself_refuses_to_change_rows(database: Database, table: Table) -> None:
    kept(database)
    column = next(one for one in table.columns if one.name != "version")
    for statement in (update(table).values({column: column}), delete(table)):
        with database.reading() as connection:
            if connection.scalar(select(func.count()).select_from(table)) == 0:
                return
        with pytest.raises(DBAPIError, match="never changed"), database.writing() as connection:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            update(invoice).values(allowed_ore=invoice.c.allowed_ore + 1),
            "summerar inte till fakturan",
        ),
        (update(line).values(claimed_ore=line.c.claimed_ore - 1), "raderna summerar inte"),
        (update(visit).values(fee_ore=visit.c.fee_ore + 1), "besökens avgifter"),
        (update(invoice).values(payable_ore=invoice.c.payable_ore + 1), "att betala"),
        (
            update(line).where(line.c.outcome == "approved").values(outcome="denied"),
            "har ett belopp",
        ),
        (delete(visit).where(visit.c.fee_ore == 0), "inget besök"),
        (delete(finding), "varken godkänd"),
        (update(invoice).values(content=b"x"), "noterades i loggen"),
        (update(invoice).values(answer=b"{}"), "noterades i loggen"),
        (delete(audit), "noterades i loggen"),
        (delete(invoice), "invoice_id pekar på en rad som inte finns"),
        (update(line).values(edition_id=0), "edition_id pekar på en rad som inte finns"),
        (update(audit).values(patient_id=0), "patient_id pekar på en rad som inte finns"),
    ],
)
def test_what_is_changed_is_found(database: Database, statement: object, what: str) -> None:
    kept(database)
    with database.writing() as connection:
        unguard(connection)
        connection.execute(statement)  # type: ignore[call-overload]
    assert any(what in one for one in found(database))


def test_a_copy_is_whole(database: Database, tmp_path: object) -> None:
    kept(database)
    path = f"{tmp_path}/copy.db"
    if not database.is_sqlite:
        with pytest.raises(UnusableDatabaseError, match="pg_dump"):
            back_up(database, path)
        return
    back_up(database, path)
    with pytest.raises(UnusableDatabaseError, match="finns redan"):
        back_up(database, path)
    copy = Database(f"sqlite:///{path}")
    with database.reading() as one, copy.reading() as other:
        for table in (invoice, line, visit):
            assert one.execute(select(table)).all() == other.execute(select(table)).all()
    copy.close()


def test_few_rows_are_looked_up_and_whole_tables_joined(database: Database) -> None:
    if database.is_sqlite:
        return  # only PostgreSQL is told how to join
    setting = text("SHOW enable_hashjoin")
    with database.writing() as deciding, database.reading_all() as checking:
        assert (deciding.scalar(setting), checking.scalar(setting)) == ("off", "on")
    with database.reading() as again:
        assert again.scalar(setting) == "off"
