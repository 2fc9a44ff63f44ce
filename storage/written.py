"""What the clinic wrote, version by version."""

import msgspec
from sqlalchemy import Connection, select

from preassessments.application import Content, decoded
from preassessments.difference import Difference, differences
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.attachments import KeptAttachment
from storage.audit import Entry
from storage.enclosures import enclosures_of
from storage.heads import head_shown_to


class ApplicationVersion(msgspec.Struct, frozen=True):
    """What a version of an application holds, with the attachments that it names, by kind."""

    version: int
    content: Content
    enclosures: list[KeptAttachment]


class VersionDifferences(msgspec.Struct, frozen=True):
    """What differs between two versions of an application."""

    before: int
    after: int
    differences: list[Difference]


def read_version(
    connection: Connection, key: int, version: int, token: Token
) -> Done[ApplicationVersion | None]:
    """What a version holds; None where there is none that the token may see."""
    head = head_shown_to(connection, key, token)
    if head is None:
        return None, []
    content = content_of(connection, key, version)
    if content is None:
        return None, []
    entry = Entry("read_application", token.id, head.patient_id, subject=f"{key} v{version}")
    return ApplicationVersion(version, content, enclosures_of(connection, content)), [entry]


def compare_versions(
    connection: Connection, key: int, before: int, after: int, token: Token
) -> Done[VersionDifferences | None]:
    """What differs between two versions; None where there are none that the token may see."""
    old, entries = read_version(connection, key, before, token)
    new, more = read_version(connection, key, after, token)
    if old is None or new is None:
        return None, []
    return VersionDifferences(before, after, differences(old.content, new.content)), [
        *entries,
        *more,
    ]


def content_of(connection: Connection, key: int, version: int) -> Content | None:
    """What a version of an application holds."""
    table = tables.application_version
    found = connection.scalar(
        select(table.c.content).where(table.c.application_id == key, table.c.version == version)
    )
    return None if found is None else decoded(found)
