"""Attachments announced, sent, sent again, and processes that are killed at every step: what was
acknowledged is there for ever as it came, and of all else nothing is left."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from attachments.verdict import Sound
from registry.cards import Card
from storage.acts import Acts
from storage.attachments import Announced, announce, find_attachment
from storage.database import Database
from storage.filechecking import file_faults
from storage.files import Incoming, opened
from storage.receiving import Received, Sender, keep_file, tidy
from storage.reference import put_cards
from tests import desks
from tests.commands import PATIENT, card
from tests.serving import attachments_of
from tests.storage.test_machine import empty

DAY = date(2026, 2, 20)
CLINICS = ("SE2321000057-4F2A", "SE2321000057-9B00")
CONTENTS = (b"one", b"another", b"x" * 100_000, b"")
SOUND = Sound("png", 1)
IS_SOAK = settings.get_current_profile_name() == "soak"
MUCH = settings(
    max_examples=200 if IS_SOAK else 10,
    stateful_step_count=50 if IS_SOAK else 25,
    suppress_health_check=list(HealthCheck),
)
WHICH = st.integers(0, 2**16)


class Machine(RuleBasedStateMachine):
    """Beside the database and the folder, what is known of each attachment: its clinic, and what
    was acknowledged as its content."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database, self.acts = database, Acts(database)
        self.folder = attachments_of(database)
        tidy(database, self.folder)
        for path in self.folder.iterdir():
            path.unlink()
        with database.writing() as connection:
            put_cards(connection, desks.library(), [msgspec.convert(card(), Card)])
        self.known: dict[int, tuple[str, bytes | None]] = {}
        self.writing: list[Incoming] = []

    @rule(clinic=st.sampled_from(CLINICS))
    def announce(self, clinic: str) -> None:
        asked = Announced(clinic, PATIENT, "xray", "OPG")
        made = self.acts.do(lambda connection: announce(connection, asked, DAY, None))
        assert not isinstance(made, str)
        self.known[made.id] = clinic, None

    @precondition(lambda self: self.known)
    @rule(which=WHICH, content=st.sampled_from(CONTENTS), sender=st.sampled_from([*CLINICS, None]))
    def send(self, which: int, content: bytes, sender: str | None) -> None:
        key, clinic, there = self._one(which)
        received = self._kept(key, self._incoming(content), sender)
        if sender not in (None, clinic):
            assert received == Received("not_found")
        elif there is None:
            assert received.outcome == "new"
            self.known[key] = clinic, content
        else:
            assert received.outcome == ("there_already" if there == content else "other_content")

    @rule(content=st.sampled_from(CONTENTS))
    def refuse(self, content: bytes) -> None:
        """The sender is gone, or the file is not sound."""
        incoming = self._incoming(content)
        incoming.drop()
        assert not incoming.take()

    @rule(content=st.sampled_from(CONTENTS))
    def be_killed_while_it_comes(self, content: bytes) -> None:
        self._incoming(content).release()

    @rule(content=st.sampled_from(CONTENTS))
    def be_killed_when_it_is_on_the_disk(self, content: bytes) -> None:
        incoming = self._incoming(content)
        incoming.settle()
        incoming.release()

    @precondition(lambda self: self.known)
    @rule(which=WHICH, content=st.sampled_from(CONTENTS))
    def be_killed_when_it_is_kept(self, which: int, content: bytes) -> None:
        """Before it has its name, or is removed."""
        key, clinic, there = self._one(which)
        incoming = self._incoming(content)
        nothing: Callable[[], None] = incoming.release
        incoming.finish = incoming.discard = nothing  # type: ignore[method-assign]
        if self._kept(key, incoming, None).outcome == "new":
            assert there is None
            self.known[key] = clinic, content

    @rule()
    def begin_to_write(self) -> None:
        """Somebody else's file, which is held."""
        self.writing.append(self._incoming(b"half"))

    @precondition(lambda self: self.writing)
    @rule()
    def leave_off_writing(self) -> None:
        self.writing.pop().drop()

    @rule()
    def start_again(self) -> None:
        """Nothing is left but what is kept, under its name, and what somebody writes now."""
        tidy(self.database, self.folder)
        names = [path.name for path in self.folder.iterdir()]
        kept = [name for name in names if not name.endswith(".coming")]
        assert len(kept) == sum(content is not None for _, content in self.known.values())
        assert len(names) - len(kept) == len(self.writing)

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        with self.database.reading() as connection:
            for key, (clinic, content) in self.known.items():
                found = find_attachment(connection, key, clinic)
                assert found is not None
                attachment, _, whole = found
                assert (whole is None) == (attachment.content is None) == (content is None)
                if whole is not None:
                    with opened(self.folder, whole) as file:
                        assert file.read() == content
            assert list(file_faults(connection, self.folder)) == []

    def teardown(self) -> None:
        for incoming in self.writing:
            incoming.drop()

    def _one(self, which: int) -> tuple[int, str, bytes | None]:
        key = list(self.known)[which % len(self.known)]
        return key, *self.known[key]

    def _incoming(self, content: bytes) -> Incoming:
        incoming = Incoming(self.folder)
        incoming.write(content)
        return incoming

    def _kept(self, key: int, incoming: Incoming, clinic: str | None) -> Received:
        return keep_file(self.acts, incoming, key, SOUND, Sender(clinic), DAY)


def test_what_is_acknowledged_is_kept_whatever_happens(database: Database) -> None:
    class OnEmptyDatabase(Machine):
        def __init__(self, *_: Any) -> None:
            empty(database)
            super().__init__(database)

    run_state_machine_as_test(OnEmptyDatabase, settings=MUCH)
