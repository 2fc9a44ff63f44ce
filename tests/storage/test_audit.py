"""The audit log: whatever is done to it is found, and it goes on whole whatever fails."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from invoices.correction import Credit, CreditFault
from storage import tables
from storage.access import issue
from storage.acts import Acts
from storage.audit import Break, Entry, Head, is_still_there, joined, link, verify
from storage.checking import faults
from storage.crediting import credit_invoice
from storage.database import Database
from storage.invoicerows import digest_of
from storage.keeper import Keeper
from storage.schema import upgrade
from tests import desks, test_reference
from tests.storage.test_checking import unguard
from tests.storage.test_keeper import FOLDERS, keeper_of, parts, received

TAMPERINGS = [pytest.param(150, id="150"), pytest.param(1000, marks=pytest.mark.soak, id="1000")]
audit = tables.audit
COLUMNS = [column.name for column in audit.columns]


def filled(database: Database) -> list[Head]:
    """Three chains of many kinds of entries, and their heads."""
    world = test_reference.world(8, FOLDERS, test_reference.FOUR_REGIONS, 90)
    keepers = [keeper_of(database, world)]
    keepers += [Keeper(database, desks.library(*FOLDERS), "jonkoping") for _ in range(2)]
    for place, part in enumerate(parts(world.invoices, 5)):
        keeper = keepers[place % 3]
        for one in keeper.submit([received(row, world.today) for row in part]):
            assert one is not None
            if one.key is not None and one.key % 7 == 0:
                keeper.acts.do(crediting(one.key, world.today))
    return heads(database)


def crediting(key: int, today: date) -> Callable[[Connection], Any]:
    """All lines of an invoice."""
    return lambda connection: credit_invoice(connection, key, None, today)


def heads(database: Database) -> list[Head]:
    """Those of chains that are all whole."""
    found = verified(database)
    assert all(isinstance(one, Head) for one in found)
    return [one for one in found if isinstance(one, Head)]


def verified(database: Database) -> list[Head | Break]:
    with database.reading() as connection:
        return list(verify(connection))


class Tamperer:
    """Does one thing to the log, chosen by chance."""

    def __init__(self, connection: Connection, rng: Random, noted: list[Head]) -> None:
        self._connection, self._rng = connection, rng
        self._head = rng.choice(noted)
        self._other = rng.choice([head for head in noted if head.chain != self._head.chain])
        self._place = rng.randint(1, self._head.place)

    def tamper(self) -> None:
        self._rng.choice(
            [
                self.flip, self.flip, self.flip, self.flip, self.remove, self.put_in, self.swap,
                self.cut_off, self.renumber, self.move, self.rewrite, self.remove_all,
            ]
        )()  # fmt: skip

    def flip(self) -> None:
        """One bit of one column."""
        name = self._rng.choice([one for one in COLUMNS if one not in {"audit_chain_id", "place"}])
        before = self._row(self._place)[name]
        self._set(self._place, **{name: self._flipped(name, before)})

    def remove(self) -> None:
        self._delete(audit.c.place == self._place)

    def put_in(self) -> None:
        """An entry between two, or after the last; those after it move up."""
        row = self._row(self._place)
        self._shift(self._place + 1)
        row["place"] = self._place + 1
        if self._rng.random() < 0.5:
            row["hash"] = self._rng.randbytes(32)
        self._connection.execute(insert(audit), row)

    def swap(self) -> None:
        """Two entries change places, all but the numbers."""
        one, other = self._rng.sample(range(1, self._head.place + 1), 2)
        rows = [self._row(one), self._row(other)]
        for place, row in zip((other, one), rows, strict=True):
            self._set(place, **{name: row[name] for name in COLUMNS[2:]})

    def cut_off(self) -> None:
        """What is left is a whole chain: only the head that was noted tells."""
        self._delete(audit.c.place >= max(2, self._place))

    def renumber(self) -> None:
        self._set(self._place, place=self._head.place + self._rng.randint(1, 9))

    def move(self) -> None:
        """The entry goes to the end of another chain."""
        self._set(self._place, audit_chain_id=self._other.chain, place=self._other.place + 1)

    def rewrite(self) -> None:
        """The chain from a place on as if something else had been done, every hash made anew: only
        the head that was noted tells."""
        before = self._row(self._place - 1)["hash"] if self._place > 1 else b""
        for place in range(self._place, self._head.place + 1):
            row = self._row(place)
            if place == self._place:
                row["at"] += 1
            entry = Entry(*(row[name] for name in COLUMNS[3:9]))
            before = link(before, self._head.chain, place, row["at"], entry)
            self._set(place, at=row["at"], hash=before)

    def remove_all(self) -> None:
        """The chain is left without entries, or all of it goes."""
        self._delete(audit.c.place > 0)
        if self._rng.random() < 0.5:
            chain = tables.audit_chain
            self._connection.execute(delete(chain).where(chain.c.id == self._head.chain))

    def _flipped(self, name: str, value: Any) -> Any:
        if value is None:
            return b"\x00" if name == "content" else "x" if name == "subject" else self._key(name)
        if isinstance(value, bytes):
            place = self._rng.randrange(len(value))
            changed = bytes([value[place] ^ 1 << self._rng.randrange(8)])
            return value[:place] + changed + value[place + 1 :]
        if isinstance(value, str):
            place = self._rng.randrange(len(value))
            other = chr(ord(value[place]) ^ 1 << self._rng.randrange(5))
            return value[:place] + other + value[place + 1 :]
        if name == "at":
            return value ^ 1 << self._rng.randrange(62)
        return self._rng.choice([None, self._key(name, value)])

    def _key(self, name: str, but: int | None = None) -> int:
        """Another row's, since PostgreSQL looks at keys even where triggers are off."""
        table = tables.metadata.tables[name.removesuffix("_id")]
        keys: Sequence[int] = self._connection.scalars(
            select(table.c.id).where(table.c.id != (but or 0))
        ).all()
        return self._rng.choice(keys)

    def _row(self, place: int) -> dict[str, Any]:
        found = self._connection.execute(
            select(audit).where(audit.c.audit_chain_id == self._head.chain, audit.c.place == place)
        ).one()
        return dict(found._mapping)

    def _set(self, where: int, /, **values: Any) -> None:
        self._connection.execute(
            update(audit)
            .where(audit.c.audit_chain_id == self._head.chain, audit.c.place == where)
            .values(values)
        )

    def _delete(self, which: Any) -> None:
        self._connection.execute(
            delete(audit).where(audit.c.audit_chain_id == self._head.chain, which)
        )

    def _shift(self, first: int) -> None:
        for place in range(self._head.place, first - 1, -1):
            self._set(place, place=place + 1)


@pytest.mark.parametrize("many", TAMPERINGS)
def test_whatever_is_tampered_with_is_found(database: Database, many: int) -> None:
    noted = filled(database)
    rng = Random(25)
    with database.writing() as connection:
        keep_token(connection)
    for _ in range(many):
        state = rng.getstate()
        with database.reading() as connection:  # of which nothing is kept
            unguard(connection)
            Tamperer(connection, rng, noted).tamper()
            is_broken = any(isinstance(one, Break) for one in verify(connection))
            assert is_broken or not all(is_still_there(connection, head) for head in noted), state
    assert heads(database) == noted


def keep_token(connection: Connection) -> None:
    """One to be named by an entry that named none."""
    issue(connection, "one", "reader", None)
    issue(connection, "other", "reader", None)


def test_what_no_column_of_ours_could_hold_is_a_break(tmp_path: Path) -> None:
    """SQLite keeps anything anywhere."""
    database = Database(f"sqlite:///{tmp_path / 'partitur.db'}")
    upgrade(database)
    chain = filled(database)[0].chain
    for column in ("act", "subject", "content", "hash", "at", "token_id"):
        for value in ("CAST(x'fffe' AS TEXT)", "x'fffe'", "'å'", "-1", "1 << 62", "1.5"):
            with database.reading() as connection:  # of which nothing is kept
                unguard(connection)
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                connection.exec_driver_sql(
                    f"UPDATE audit SET {column} = {value} "
                    f"WHERE audit_chain_id = {chain} AND place = 2"
                )
                assert Break(chain, 2) in list(verify(connection)), (column, value)
        database.close()


def test_one_digest_stands_for_all_heads(database: Database) -> None:
    noted = filled(database)
    assert joined(noted) == joined(reversed(noted))
    assert len({joined(noted), joined(noted[1:]), joined([])}) == 3


def test_what_is_noted_of_an_invoice_is_what_is_kept(database: Database) -> None:
    filled(database)
    invoice = tables.invoice
    with database.reading() as connection:
        rows = connection.execute(
            select(invoice.c.content, invoice.c.answer, audit.c.content.label("noted")).join(
                audit, (audit.c.invoice_id == invoice.c.id) & (audit.c.act == "submit")
            )
        ).all()
        kept = connection.scalar(select(func.count()).select_from(invoice))
        assert list(faults(connection)) == []
    assert len(rows) == kept
    assert all(row.noted == digest_of(row.content, row.answer) for row in rows)


# --- What fails --------------------------------------------------------------------------------


class BrokenError(Exception):
    """What went wrong."""


def noting(subject: str) -> Callable[[Connection], tuple[None, list[Entry]]]:
    return lambda _: (None, [Entry("check", subject=subject)])


def subjects(database: Database) -> list[tuple[int, int, str]]:
    with database.reading() as connection:
        rows = connection.execute(
            select(audit.c.audit_chain_id, audit.c.place, audit.c.subject)
            .order_by(audit.c.audit_chain_id, audit.c.place)
        )  # fmt: skip
        return [(chain, place, subject) for chain, place, subject in rows]


def failing(connection: Connection) -> tuple[None, list[Entry]]:
    connection.execute(insert(tables.clinic), {"hsa_id": "A"})
    raise BrokenError


def test_what_fails_leaves_no_entry(database: Database) -> None:
    acts = Acts(database)
    acts.do(noting("1"))
    with pytest.raises(BrokenError):
        acts.do(failing)
    acts.do(noting("2"))
    assert [row[1:] for row in subjects(database)] == [(1, "1"), (2, "2")]
    assert len(heads(database)) == 1


@pytest.fixture
def commits(database: Database) -> Iterator[list[Callable[[Connection], None]]]:
    """What is done instead of the next commits."""
    waiting: list[Callable[[Connection], None]] = []

    def commit(connection: Connection) -> None:
        if waiting:
            waiting.pop()(connection)

    event.listen(database.engine, "commit", commit)
    yield waiting
    event.remove(database.engine, "commit", commit)


def break_before(_connection: Connection) -> None:
    """The connection breaks, and nothing is kept."""
    raise OperationalError("COMMIT", None, BrokenError())


def break_after(connection: Connection) -> None:
    """All is kept, and the connection breaks before anybody is told."""
    connection.dialect.do_commit(connection.connection)
    raise OperationalError("COMMIT", None, BrokenError())


class ConflictError(Exception):
    """As PostgreSQL tells that others were in the way."""

    sqlstate = "40001"


def conflict(_connection: Connection) -> None:
    """Nothing is kept, and it is tried once more."""
    raise OperationalError("COMMIT", None, ConflictError())


def test_what_is_noted_by_a_try_that_was_undone_is_not_gone_on_from(
    database: Database, commits: list[Callable[[Connection], None]]
) -> None:
    """The second try has nothing to note."""
    acts, tries = Acts(database), [[], [Entry("check", subject="undone")]]
    acts.do(noting("1"))
    commits.append(conflict)
    acts.do(lambda _: (None, tries.pop()))
    acts.do(noting("2"))
    assert [row[1:] for row in subjects(database)] == [(1, "1"), (2, "2")]
    assert len(heads(database)) == 1


@pytest.mark.parametrize(("breaks", "kept"), [(break_before, False), (break_after, True)])
@pytest.mark.parametrize("between", [[], [Entry("check", subject="b")]], ids=["none", "one"])
def test_a_writer_goes_on_after_a_commit_that_nobody_answered(
    database: Database,
    commits: list[Callable[[Connection], None]],
    breaks: Callable[[Connection], None],
    kept: bool,
    between: list[Entry],
) -> None:
    """Also where something without an entry comes first, and whatever became of the commit."""
    acts = Acts(database)
    acts.do(noting("1"))
    commits.append(breaks)
    with pytest.raises(DBAPIError):
        acts.do(noting("lost"))
    acts.do(lambda _: (None, between))
    acts.do(noting("2"))
    heads(database)
    expected = ["1", *(["lost"] if kept else []), *(one.subject for one in between), "2"]
    assert [subject for _, _, subject in subjects(database)] == expected


def test_an_invoice_whose_commit_nobody_answered_is_sent_again(
    database: Database, commits: list[Callable[[Connection], None]]
) -> None:
    """It has one answer, and those after it are decided as if nothing had happened."""
    world = test_reference.world(9, FOLDERS, test_reference.FOUR_REGIONS, 60)
    mailroom = desks.Mailroom(desks.library(*FOLDERS), world.cards, world.preassessments)
    keeper = keeper_of(database, world)
    for place, row in enumerate(world.invoices):
        sent = received(row, world.today)
        right = desks.encoded([mailroom.answer(row, world.today)])
        if place % 3:
            commits.append(break_before if place % 3 == 1 else break_after)
            with pytest.raises(OperationalError):
                keeper.submit([sent])
        (answer,) = keeper.submit([sent])
        assert answer is not None
        assert answer.answer == right
    heads(database)
    with database.reading() as connection:
        assert list(faults(connection)) == []


def test_a_credit_whose_commit_nobody_answered_is_kept_once(
    database: Database, commits: list[Callable[[Connection], None]]
) -> None:
    world = test_reference.world(8, FOLDERS, test_reference.FOUR_REGIONS, 60)
    keeper = keeper_of(database, world)
    answers = keeper.submit([received(row, world.today) for row in world.invoices])
    credited = 0
    for key in dict.fromkeys(one.key for one in answers if one is not None and one.key):
        work = crediting(key, world.today)
        breaks = break_before if key % 2 else break_after
        commits.append(breaks)
        with pytest.raises(OperationalError):
            keeper.acts.do(work)
        again = keeper.acts.do(work)
        credited += isinstance(again, Credit)
        if breaks is break_after:
            assert again == [CreditFault("nothing_left")]
    heads(database)
    with database.reading() as connection:
        kept = connection.scalar(select(func.count()).select_from(tables.credit))
        noted = connection.scalar(
            select(func.count()).select_from(audit).where(audit.c.act == "credit")
        )
    assert kept == noted
    assert credited > 5
