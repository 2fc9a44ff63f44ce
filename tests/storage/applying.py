"""Applications for tests of what is kept: tokens of everybody, and moves by them."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from preassessments.application import Application, Content
from preassessments.assessment import Assessment
from preassessments.faults import MoveFault
from preassessments.lifecycle import Move
from registry.roles import Role
from storage.access import Token, find, issue
from storage.acts import Acts, Done
from storage.applications import KeptApplication, read_application
from storage.applying import NotMoved, NumberUsed, move_application, put_application
from storage.database import Database
from storage.moves import Asked
from tests import applications, desks

CLINIC, OTHER_CLINIC = "SE2321000057-4F2A", "SE2321000057-9B00"
TODAY = date(2026, 2, 20)
WHO: dict[str, tuple[Role, str | None]] = {
    "clinic": ("clinic", CLINIC),
    "other": ("clinic", OTHER_CLINIC),
    "assessor": ("assessor", None),
    "second": ("assessor", None),
    "consultant": ("consultant", None),
    "aside": ("consultant", None),
    "reader": ("reader", None),
}


def tokens(database: Database) -> dict[str, Token]:
    """A token for everybody."""

    def work(connection: Connection) -> Done[dict[str, Token]]:
        found, entries = {}, []
        for name, (role, clinic) in WHO.items():
            secret, entry = issue(connection, name, role, clinic)
            token = find(connection, secret)
            assert token is not None
            found[name] = token
            entries.append(entry)
        return found, entries

    return Acts(database).do(work)


class Office:
    """Everybody's way to applications, over one database."""

    def __init__(self, database: Database, who: dict[str, Token] | None = None) -> None:
        self.database = database
        self.acts = Acts(database)
        self.library = desks.library()
        self.who = who or tokens(database)

    def put(
        self, number: str = "A-1", who: str = "clinic", **fields: Any
    ) -> tuple[KeptApplication, bool] | NumberUsed | list[MoveFault]:
        """Begin an application."""
        sent = msgspec.convert(applications.sent(number, **fields), Application)
        return self.acts.do(
            lambda connection: put_application(connection, self.library, sent, self.who[who], TODAY)
        )

    def begun(self, number: str = "A-1", **fields: Any) -> int:
        """A new application's key."""
        answer = self.put(number, **fields)
        assert isinstance(answer, tuple)
        return answer[0].id

    def move(
        self, key: int, who: str, move: str, after: int | None = None, on: date = TODAY,
        **asked: Any,
    ) -> KeptApplication | NotMoved | None:  # fmt: skip
        """Move an application, by default from where it is."""
        if after is None:
            after = self.read(key).stands.place
        kinds = {"content": Content, "assessment": Assessment}
        given = {
            name: msgspec.convert(value, kinds[name]) if name in kinds else value
            for name, value in asked.items()
        }
        one = Asked(msgspec.convert(move, Move), after, **given)
        return self.acts.do(
            lambda connection: move_application(
                connection, self.library, key, one, self.who[who], on
            )
        )

    def moved(self, key: int, who: str, move: str, **asked: Any) -> KeptApplication:
        """An application that is moved."""
        answer = self.move(key, who, move, **asked)
        assert isinstance(answer, KeptApplication), answer
        return answer

    def decided(self, number: str = "A-1", decision: Any = None, **fields: Any) -> KeptApplication:
        """An application from draft to decision."""
        key = self.begun(number, **fields)
        self.moved(key, "clinic", "submit")
        self.moved(key, "assessor", "take")
        return self.moved(
            key, "assessor", "decide", assessment=decision or applications.assessment()
        )

    def read(self, key: int, who: str | None = None) -> KeptApplication:
        """An application as somebody sees it; by default the clinic that it is of."""
        found = self.seen(key, who or "clinic") or (None if who else self.seen(key, "other"))
        assert found is not None
        return found

    def seen(self, key: int, who: str) -> KeptApplication | None:
        """An application, if somebody may see it."""
        return self.acts.do(
            lambda connection: read_application(connection, self.library, key, self.who[who], TODAY)
        )
