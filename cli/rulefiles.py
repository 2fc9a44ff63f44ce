"""Rule files from disk, beside those that come with the program."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tomllib import TOMLDecodeError

import msgspec

from adjudication.library import Library
from adjudication.packaged import packaged_files
from cli.errors import UnusableFileError, naming
from intake.malformed import fault
from terms.errors import RuleFileError

_KINDS = (".toml", ".csv")


def read_library(folders: Sequence[str]) -> Library:
    """The packaged rules with those of some folders, their sub-folders too.

    Raises UnusableFileError for a folder that cannot be read and RuleFileError for a file that
    cannot be used; both say where and what to do.
    """
    files = packaged_files()
    for folder in folders:
        files.update(_read(folder))
    try:
        return Library(files)
    except RuleFileError as error:
        raise _in_swedish(error) from error


def _read(folder: str) -> Iterator[tuple[str, bytes]]:
    """The rule files of a folder by their paths; a folder without any is a mistake."""
    if not os.path.isdir(folder):
        what = "är ingen mapp" if os.path.exists(folder) else "mappen finns inte"
        raise UnusableFileError(folder, f"{what}; ange mappen som regelfilerna ligger i")
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix in _KINDS)
    if not paths:
        raise UnusableFileError(folder, "har inga regelfiler (.toml); ange en annan mapp")
    for path in paths:
        with naming(str(path)):
            yield path.as_posix(), path.read_bytes()


def _in_swedish(error: RuleFileError) -> RuleFileError:
    """The same error where what is wrong was said by a library for reading TOML."""
    name = str(error).partition(": ")[0]
    match error.__cause__:
        case TOMLDecodeError() as cause:
            place = re.search(r"at line (\d+), column (\d+)", str(cause))
            where = (
                "den slutar för tidigt" if place is None else f"rad {place[1]}, tecken {place[2]}"
            )
            return RuleFileError(name, f"är inte TOML: {where}; rätta filen")
        case UnicodeDecodeError():
            return RuleFileError(name, "är inte skriven i UTF-8; spara den i UTF-8")
        case msgspec.ValidationError() as cause:
            found = fault(b"", cause)
            where = found.path.removeprefix("$").removeprefix(".") or "filen"
            return RuleFileError(name, f"{where}: {found.message}; rätta filen")
        case _:
            return error
