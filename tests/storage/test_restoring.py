"""What docs/operations.md says of backup and restore is done here, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.audit import Break, Head, is_still_there, verify
from storage.backup import back_up
from storage.checking import faults
from storage.database import Database
from storage.keeper import Keeper
from storage.schema import need_current
from storage.tables import metadata
from tests import desks, test_reference
from tests.clusters import Cluster
from tests.storage.test_keeper import FOLDERS, keeper_of, received


def test_a_copy_is_put_back_and_goes_on(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    world = test_reference.world(9, FOLDERS, test_reference.FOUR_REGIONS, 80)
    keeper = keeper_of(database, world)
    sent = [received(row, world.today) for row in world.invoices]
    first, later = sent[:50], sent[50:]
    before = keeper.submit(first)
    if database.is_sqlite:
        back_up(database, tmp_path / "copy.db")
        restored = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.dump(database.engine.url.database or "", "copy.dump")
        name = cluster.new()
        cluster.restore(name, "copy.dump")
        restored = Database(cluster.url(name))
    after = keeper.submit(later)  # lost with the disk
    need_current(restored)
    with restored.reading() as connection:
        assert list(faults(connection)) == []
        heads = list(verify(connection))
        assert heads
        assert not any(isinstance(one, Break) for one in heads)
    with database.reading() as connection:
        newest = [one for one in verify(connection) if isinstance(one, Head)]
    with restored.reading() as connection:
        assert not all(is_still_there(connection, head) for head in newest)
    again = Keeper(restored, desks.library(*FOLDERS), "jonkoping").submit(sent)
    for once, twice in zip(before + after, again, strict=True):
        assert once is not None
        assert twice is not None
        if not once.is_refused:  # the number of a refused one may have been used since
            assert twice.answer == once.answer
    for table in metadata.sorted_tables:
        if table.name not in {"audit", "audit_chain", "patient", "edition"}:
            with database.reading() as one, restored.reading() as other:
                assert set(one.execute(select(table))) == set(other.execute(select(table)))
    restored.close()
