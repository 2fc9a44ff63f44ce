"""The rule files that come with the program: the one place in the core that reads files."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from adjudication.library import Library

_FOLDERS = (("terms", "."), ("tariffs", "prices"), ("registry", "rules"), ("adjudication", "."))


def packaged_files() -> dict[str, bytes]:
    """The contents of all packaged rule files and price lists, by name."""
    found: dict[str, bytes] = {}
    for package, folder in _FOLDERS:
        _gather(files(package) / folder, f"{package}/{folder}".removesuffix("/."), found)
    return found


def packaged_library() -> Library:
    """The rules of all regions that come with the program."""
    return Library(packaged_files())


def _gather(folder: Traversable, name: str, found: dict[str, bytes]) -> None:
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            _gather(entry, path, found)
        elif entry.name.endswith((".toml", ".csv")):
            found[path] = entry.read_bytes()
