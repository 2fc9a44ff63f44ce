"""A document, looked at through the application that names it."""

from sqlalchemy import Connection

from storage.access import Token
from storage.acts import Done
from storage.attachments import KeptAttachment, read_attachment
from storage.files import Whole
from storage.heads import head_shown_to
from storage.written import content_of


def read_case_document(
    connection: Connection, application: int, key: int, token: Token
) -> Done[tuple[KeptAttachment, Whole | None] | None]:
    """A look at an attachment through the application that names it; None where it names none such,
    or is not shown to whoever asks."""
    head = head_shown_to(connection, application, token)
    content = None if head is None else content_of(connection, application, head.version)
    if content is None or key not in {named for _, named in content.enclosed()}:
        return None, []
    return read_attachment(connection, key, None, token.id)
