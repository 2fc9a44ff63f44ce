"""Cards and applications from files. One broken line stops everything before the first decision:
whoever is paid on it would be paid wrongly."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from adjudication.library import Library
from cli.errors import UnusableFileError
from cli.source import Source, open_source
from intake.lines import bare
from intake.malformed import UNREADABLE, fault, is_blank
from intake.strict import Reader
from preassessments.decision import Preassessment
from registry.cards import Card
from terms.errors import ReferenceDataError

T = TypeVar("T", Card, Preassessment)


def read_cards(path: str, add: Callable[[Card], None]) -> None:
    """Take in a file of cards by `add`, which raises ReferenceDataError for one that cannot be.
    Raises UnusableFileError naming line, field and what to do."""
    _take_in(path, Card, add, lambda card: card.number)


def read_preassessments(path: str, library: Library, add: Callable[[Preassessment], None]) -> None:
    """Take in a file of decided applications as `read_cards` does cards."""

    def add_of_region(application: Preassessment) -> None:
        regions = library.regions
        if application.region not in regions:
            raise ReferenceDataError(
                f"region: {application.region!r} har inga regelfiler; de regioner som har är "
                f"{', '.join(sorted(regions))}"
            )
        add(application)

    _take_in(path, Preassessment, add_of_region, lambda application: application.id)


def _take_in(
    path: str, kind: type[T], add: Callable[[T], None], identity: Callable[[T], str]
) -> None:
    decode = Reader(kind).read
    with open_source(path) as source:
        for number, line in _numbered_lines(source):
            try:
                one = decode(line)
            except UNREADABLE as error:
                if is_blank(line):
                    continue
                found = fault(line, error)
                what = f"{found.path.removeprefix('$.')}: {found.message}"
                raise _unusable(source, number, what.removeprefix("$: ")) from error
            try:
                add(one)
            except ReferenceDataError as error:
                earlier = _first_line(source, number, identity(one), decode, identity)
                raise _unusable(source, number, f"{error}{earlier}") from error
        source.check_unchanged()


def _unusable(source: Source, number: int, what: str) -> UnusableFileError:
    return UnusableFileError(
        f"{source.name}, rad {number}",
        f"{what}. Rätta raden och kör om; ingen faktura är avgjord",
    )


def _numbered_lines(source: Source) -> Iterator[tuple[int, bytes]]:
    for chunk in source.chunks():
        yield from enumerate(map(bare, chunk.lines), chunk.first)


def _first_line(
    source: Source,
    before: int,
    wanted: str,
    decode: Callable[[bytes], T],
    identity: Callable[[T], str],
) -> str:
    """Which line above has the same number or id, for the message. A stream is not read again."""
    if source.size is None:
        return ""
    for chunk in source.again(1, source.begins_at):
        for number, line in enumerate(chunk.lines, chunk.first):
            if number < before and not is_blank(line) and identity(decode(line)) == wanted:
                return f" (på rad {number})"
    return ""
