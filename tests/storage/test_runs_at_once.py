"""Several do the same with a run at one moment: one of them does it."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from storage.acts import Acts
from storage.database import Database
from storage.exporting import Exported, export_run
from storage.preparing import Prepared, RunFault, prepare
from storage.proving import prove
from storage.runs import Held
from storage.runsteps import MoveAsked, move_run
from tests.paying import ASKED, REGION, THROUGH, TODAY, Office, issued

MANY = 4


def at_once(work: Callable[[int, Acts], Any], database: Database) -> list[Any]:
    """What each of many gets who begin together, each with a chain of the audit log of its own."""
    barrier, found = Barrier(MANY), list[Any]()

    def one(place: int) -> None:
        acts = Acts(database)
        barrier.wait()
        found.append(work(place, acts))

    threads = [Thread(target=one, args=(place,)) for place in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_run_is_prepared_approved_and_exported_once(database: Database) -> None:
    office = Office(database)
    for _ in range(6):
        office.submit()
    preparers = [issued(office.acts, f"p{n}", "payout_preparer", f"Q-{n}") for n in range(MANY)]
    found = at_once(
        lambda place, acts: prepare(database, acts, REGION, ASKED, TODAY, preparers[place]),
        database,
    )
    (held,) = [one.held for one in found if isinstance(one, Prepared)]
    assert [one for one in found if not isinstance(one, Prepared)] == [
        [RunFault("run_open", 1)]
    ] * (MANY - 1)
    asked = MoveAsked(REGION, 1, held.digest, office.persons.chief, TODAY)
    approved = at_once(lambda _, acts: acts.do(lambda c: move_run(c, asked, "approve")), database)
    assert sum(isinstance(one, Held) for one in approved) == 1
    exported = at_once(lambda _, acts: acts.do(lambda c: export_run(c, asked)), database)
    assert all(isinstance(one, Exported) for one in exported)
    assert len({tuple(one.files) for one in exported}) == 1
    assert office.count("run_step") == 3
    with database.reading() as connection:
        assert prove(connection, REGION, THROUGH).differences == []
