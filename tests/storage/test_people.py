"""Assignments on both databases: what conflicts is given to nobody, however many give at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from sqlalchemy import Connection

from registry.roles import Role, conflicts
from storage.acts import Acts, Done
from storage.database import Database
from storage.people import AssignmentError, assignments, end, give, in_force

CLINIC = "SE2321000057-4F2A"
FROM = date(2026, 1, 1)
ROUNDS = 8


def given(
    database: Database, hsa_id: str, role: Role, first: date = FROM, last: date | None = None
) -> int:
    """The key of a new assignment."""
    clinic = CLINIC if role == "clinic" else None

    def work(connection: Connection) -> Done[int]:
        key, entry = give(connection, hsa_id, "x", role, clinic, first, last)
        return key, [entry]

    return Acts(database).do(work)


def test_two_who_give_at_once_do_not_both_give_what_conflicts(database: Database) -> None:
    roles: tuple[Role, Role] = ("clinic", "assessor")
    assert conflicts(*roles)
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            hsa_id = f"SE2321000057-{number:04}"
            if number % 2:  # else nobody has met the person before
                given(database, hsa_id, "reader")
            together = Barrier(2)

            def one(role: Role, hsa_id: str = hsa_id, together: Barrier = together) -> bool:
                together.wait()
                try:
                    given(database, hsa_id, role)
                except AssignmentError:
                    return False
                return True

            assert sorted(pool.map(one, roles)) == [False, True]
    with database.reading() as connection:
        many = len(assignments(connection))
    assert many == ROUNDS + ROUNDS // 2


def test_an_assignment_is_in_force_on_its_days_and_until_it_is_ended(database: Database) -> None:
    last = date(2026, 6, 30)
    key = given(database, "SE2321000057-1001", "reader", FROM, last)
    with database.reading() as connection:
        for day, is_there in (
            (date(2025, 12, 31), False), (FROM, True), (last, True), (date(2026, 7, 1), False),
        ):  # fmt: skip
            assert bool(in_force(connection, "SE2321000057-1001", day)) == is_there, day
    Acts(database).do(lambda connection: (None, [end(connection, key)]))
    with database.reading() as connection:
        assert in_force(connection, "SE2321000057-1001", FROM) == []
