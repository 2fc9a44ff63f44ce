"""Are the files of attachments those that came? For a controller who trusts nothing."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Text, cast, select

from storage.checking import Fault
from storage.files import AlteredError, Whole, opened
from storage.tables import attachment_content, audit


def has_files(connection: Connection) -> bool:
    """Whether the content of any attachment has come."""
    return connection.scalar(select(attachment_content.c.file).limit(1)) is not None


def file_faults(connection: Connection, folder: Path) -> Iterator[Fault]:
    """Every attachment whose file is not what its row says, or whose row is not what the audit log
    noted that day."""
    content = attachment_content.c
    noted = (audit.c.subject == cast(content.attachment_id, Text)) & (
        audit.c.act == "receive_attachment"
    )
    rows = connection.execution_options(yield_per=1000).execute(
        select(
            content.attachment_id, content.file, content.size, content.sha256, audit.c.content
        ).select_from(attachment_content.outerjoin(audit, noted))
    )
    for key, name, size, sha256, told in rows:
        where = f"attachment {key}"
        if told != sha256:
            yield Fault(where, "innehållet är inte det som noterades i loggen")
        try:
            opened(folder, Whole(name, size, sha256)).close()
        except AlteredError:
            yield Fault(where, f"filen {name} saknas eller är inte den som kom in")
