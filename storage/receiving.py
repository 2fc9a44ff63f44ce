"""The content of an attachment: kept once, with its file, or not at all."""

from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from sqlalchemy import Connection, select

from attachments.case import last_day_to_come
from attachments.verdict import Sound
from storage import tables
from storage.access import revoked_among
from storage.acts import Acts, Done
from storage.attachments import KeptAttachment, add_content, find_attachment
from storage.audit import Entry
from storage.database import Database
from storage.files import Incoming, Whole, sweep


class Received(NamedTuple):
    """What came of a file: it is kept now, or was before; the attachment has another one; it should
    have come before; there is none such; or the sender's token holds no longer."""

    outcome: Literal["new", "there_already", "other_content", "lapsed", "not_found", "revoked"]
    attachment: KeptAttachment | None = None


class Sender(NamedTuple):
    """Whose attachments somebody may touch (None: every clinic's), and the key of the token."""

    clinic: str | None
    token: int | None = None


def keep_file(
    acts: Acts, incoming: Incoming, key: int, sound: Sound, sender: Sender, received_on: date
) -> Received:
    """Keep what came as the content of an attachment, to the end even where its sender is gone."""
    if not incoming.take():
        return Received("not_found")  # nobody waits for the answer
    try:
        whole = incoming.settle()
    except BaseException:
        incoming.discard()
        raise

    def work(connection: Connection) -> Done[Received]:
        return _keep(connection, key, whole, sound, sender, received_on)

    try:
        received = acts.do(work)
    except BaseException:
        incoming.release()  # a row may name it: whoever sweeps finds out
        raise
    if received.outcome == "new":
        incoming.finish()
    else:
        incoming.discard()
    return received


def _keep(
    connection: Connection, key: int, whole: Whole, sound: Sound, sender: Sender, received_on: date
) -> Done[Received]:
    if revoked_among(connection, [] if sender.token is None else [sender.token]):
        return Received("revoked"), []
    found = find_attachment(connection, key, sender.clinic)
    if found is None:
        return Received("not_found"), []
    attachment, patient, there = found
    if there is not None:
        is_same = there.sha256 == whole.sha256
        return Received("there_already" if is_same else "other_content", attachment), []
    if received_on > last_day_to_come(attachment.announced_on):
        return Received("lapsed", attachment), []
    kept = add_content(connection, attachment, whole, sound, received_on)
    entry = Entry(
        "receive_attachment", sender.token, patient, subject=str(key), content=whole.sha256
    )
    return Received("new", kept), [entry]


def tidy(database: Database, folder: Path) -> None:
    """Make the folder where it is not there, and put in order what killed processes left in it."""
    file = tables.attachment_content.c.file

    def is_named(name: str) -> bool:
        with database.reading() as connection:  # as it is now: a row may have come since
            return connection.scalar(select(file).where(file == name)) is not None

    folder.mkdir(mode=0o700, exist_ok=True)
    sweep(folder, is_named)
