"""What a form says, read strictly."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from litestar.datastructures import UploadFile

from api.problems import malformed
from intake.malformed import Fault
from portal.request import PortalRequest

MOST_FIELDS = 2000
NOT_AN_AMOUNT: Final = "ska vara ett belopp i kronor, 1 100 eller 1 100,50"
"""What a field for an amount says of something else."""
_MOST_DIGITS = 19
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PLAIN = "application/x-www-form-urlencoded"
_WITH_FILES = "multipart/form-data"


class Form(NamedTuple):
    """Fields in their order, and files."""

    fields: Mapping[str, Sequence[str]]
    files: Mapping[str, UploadFile]

    def one(self, name: str) -> str:
        """What a field says, nothing where it is not there. Raises ProblemError where it is there
        more than once."""
        said = self.fields.get(name, ("",))
        if len(said) > 1:
            raise malformed([Fault("är angiven mer än en gång", f"?{name}")])
        return said[0].strip()

    def many(self, name: str) -> Sequence[str]:
        """What fields of one name say."""
        return self.fields.get(name, ())


def whole_number(text: str, largest: int) -> int | None:
    """A number from 1 on as a form says it, in digits alone; None where it is none, or larger."""
    is_one = text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _MOST_DIGITS
    return int(text) if is_one and int(text) <= largest else None


async def read_form(request: PortalRequest) -> Form:
    """The form in a body. Raises ProblemError."""
    kind, options = request.content_type
    if kind == _WITH_FILES:
        return await _with_files(request)
    if kind != _PLAIN or options.get("charset", "utf-8").lower() != "utf-8":
        raise malformed([Fault("ska vara ett formulär", "$")])
    try:
        pairs = parse_qsl(
            (await request.body()).decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:  # or a UnicodeError
        raise malformed([Fault("formuläret går inte att läsa", "$")]) from None
    return Form(_fields(pairs), {})


async def _with_files(request: PortalRequest) -> Form:
    pairs, files = list[tuple[str, str]](), dict[str, UploadFile]()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            if name in files:
                raise malformed([Fault("är angiven mer än en gång", f"?{name}")])
            files[name] = value
        else:
            pairs.append((name, str(value)))
    return Form(_fields(pairs), files)


def _fields(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """A control character is a blank: whoever pastes one does not see it, and no database keeps a
    NUL. The API, which programs speak to, refuses them (intake/strict.py)."""
    fields: dict[str, list[str]] = {}
    for name, text in pairs:
        fields.setdefault(name, []).append(_CONTROL.sub(" ", text))
    return fields
