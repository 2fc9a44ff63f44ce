"""The rule files that come with the program: the one place in the core that reads files.

They lie in the packages' folders. `importlib.resources` would find them there too, but takes as
long to import as the interpreter takes to start.
"""

import sys
from collections.abc import Iterable
from io import open_code
from os import DirEntry, scandir

from adjudication.library import Library

_FOLDERS = (("terms", ""), ("tariffs", "/prices"), ("registry", "/rules"),
            ("preassessments", "/rules"), ("adjudication", ""))  # fmt: skip


def packaged_files(folders: Iterable[tuple[str, str]] = _FOLDERS) -> dict[str, bytes]:
    """The contents of packaged rule files and price lists, by name: those by which is decided, or
    those in other folders, each of an imported package."""
    found: dict[str, bytes] = {}
    for package, folder in folders:
        (place,) = sys.modules[package].__path__
        _gather(f"{place}{folder}", f"{package}{folder}", found)
    return found


def packaged_library() -> Library:
    """The rules of all regions that come with the program."""
    return Library(packaged_files())


def _gather(folder: str, name: str, found: dict[str, bytes]) -> None:
    with scandir(folder) as entries:
        for entry in entries:
            path = f"{name}/{entry.name}"
            if entry.is_dir():
                _gather(entry.path, path, found)
            elif entry.name.endswith((".toml", ".csv")):
                found[path] = _content(entry)


def _content(entry: DirEntry[str]) -> bytes:
    with open_code(entry.path) as file:
        return file.read()
