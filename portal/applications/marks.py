"""What the tooth chart shows of an application."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from portal.chart import EXTRACTIONS, Marked
from preassessments.requirements import DoneAction


def marks(
    planned: Iterable[tuple[str | None, str]],
    done: Iterable[DoneAction],
    names: Mapping[str, str],
    remarks: Collection[tuple[str, str]] = (),
) -> list[Marked]:
    """What is planned (tooth and code), what is done, and what is remarked on teeth; actions are
    called what the price list calls them."""
    return [
        *_done(done, names),
        *(Marked(tooth, "finding", what) for tooth, what in remarks),
        *(Marked(tooth, "planned", names.get(code, code)) for tooth, code in planned if tooth),
    ]


def _done(done: Iterable[DoneAction], names: Mapping[str, str]) -> Iterator[Marked]:
    """A tooth that was taken out is gone. The same action done again is said once."""
    seen = set()
    for one in done:
        if one.tooth is None or (one.tooth, one.code) in seen:
            continue
        seen.add((one.tooth, one.code))
        if one.code in EXTRACTIONS:
            yield Marked(one.tooth, "missing")
        else:
            yield Marked(one.tooth, "done", names.get(one.code, one.code))
