"""The documents that rules are taken from."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from litestar import get
from litestar.params import FromQuery

from adjudication.library import Library
from adjudication.wording.sourcelist import sources_in_use
from api.invoices import service_of
from api.problems import specs
from api.request import StrictRequest
from terms.citation import Source


class SourceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A published document by the key that rule files name it by. `dated` is the day that it gives
    itself; `address` where it could be read, where that was noted."""

    key: str
    title: str
    publisher: str
    dated: date | None
    address: str | None


class SourceDocumentInUse(SourceDocument, frozen=True, kw_only=True):
    """A document, and whose rules rest on it, in Swedish; nobody's where no rule does that day."""

    used_by: list[str]


class Sources(msgspec.Struct, frozen=True):
    """Every document, with its use on a day."""

    on: date
    sources: list[SourceDocumentInUse]


@get(
    "/sources",
    summary="The documents that rules are taken from, and whose rules rest on each",
    tags=["Rules"],
    task="read_rules",
    responses=specs(),
)
async def sources(request: StrictRequest, on: FromQuery[date | None] = None) -> Sources:
    """On a day; today where none is given."""
    service = service_of(request)
    day = on or service.today()
    return Sources(
        day,
        [
            SourceDocumentInUse(used_by=one.used_by, **_fields(one.key, one.source))
            for one in sources_in_use(service.library, day)
        ],
    )


def documents(library: Library) -> Callable[[Source], SourceDocument]:
    """Looks a source up by what it is."""
    found = {one: SourceDocument(**_fields(key, one)) for key, one in library.sources.items()}
    return found.__getitem__


def _fields(key: str, source: Source) -> dict[str, Any]:
    return {"key": key, **msgspec.structs.asdict(source)}
