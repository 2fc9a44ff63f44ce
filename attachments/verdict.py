"""What came of reading a file: it is sound, or everything that speaks against it."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from attachments.kinds import Format

FlawCode = Literal[
    "too_large",
    "format_unknown",
    "format_variant",
    "incomplete",
    "damaged",
    "trailing_data",
    "other_format_within",
    "too_many_parts",
    "too_many_pixels",
    "too_many_pages",
    "no_pages",
    "unpacks_too_large",
    "animated",
    "encrypted",
    "script",
    "starts_program",
    "embedded_file",
    "active_content",
    "too_costly",
]


class Sound(msgspec.Struct, frozen=True, gc=False):
    """A file that is wholly of its format, and holds nothing that does anything by itself. A
    picture is one page."""

    format: Format
    pages: int


class Flaw(msgspec.Struct, frozen=True, gc=False):
    """Why a file is refused, with the limit that it passes, where there is one."""

    code: FlawCode
    limit: int | None = None


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """A file is sound, or has flaws."""

    sound: Sound | None
    flaws: Sequence[Flaw] = ()


def refused(*flaws: Flaw) -> Verdict:
    """The verdict on a file with flaws, each told once."""
    return Verdict(None, list(dict.fromkeys(flaws)))
