"""Which invoices are on a page of a list? Their keys alone, so that a database looks at no more of
them than the page has, however many a clinic has sent."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    exists,
    literal,
    select,
    union_all,
)

from adjudication.decision import Status
from invoices.store import FIRST_VERSION
from storage import tables
from terms.vocabulary import Support

_invoice = tables.invoice
_whose = select(tables.clinic.c.id).where(tables.clinic.c.hsa_id == bindparam("clinic"))
_ASKED: Final[Mapping[str, ColumnElement[bool]]] = {
    "clinic": _invoice.c.clinic_id == _whose.scalar_subquery(),
    "number": _invoice.c.number == bindparam("number"),
    "replaces": _invoice.c.replaces == bindparam("replaces"),
    "status": _invoice.c.status == bindparam("status"),
    "support": _invoice.c.support == bindparam("support"),
    "received_from": _invoice.c.received_on >= bindparam("received_from"),
    "received_to": _invoice.c.received_on <= bindparam("received_to"),
}
"""What each filter asks of a version; save for the status, all of an invoice's are alike."""


class Filters(NamedTuple):
    """Which invoices; None asks nothing."""

    clinic: str | None = None
    number: str | None = None
    replaces: str | None = None
    status: Status | None = None
    support: Support | None = None
    received_from: date | None = None
    received_to: date | None = None


class PageAsked(NamedTuple):
    """A page of so many invoices whose keys are less than `before`."""

    filters: Filters
    before: int | None
    limit: int

    @property
    def values(self) -> dict[str, Any]:
        """What to execute a statement of this page with."""
        said = {**self.filters._asdict(), "before": self.before, "limit": self.limit}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def page(self) -> Subquery:
        """The keys of their first versions (`first_id`), the newest first."""
        return _page(frozenset(self.values), self.filters.status not in (None, "approved"))


@cache
def _page(said: frozenset[str], is_told_apart: bool) -> Subquery:
    """Made once for each choice of filters. By a status there are two kinds: what is as it was
    first decided, and what a later version decides; each has an index that ends soon."""
    first = _first(said, is_told_apart)
    if "status" not in said:
        return first.subquery("page")
    parts = (first.where(_is_latest()).subquery(), _later(said).subquery())
    found = union_all(*(select(part.c.first_id) for part in parts)).subquery("found")
    return _newest(select(found.c.first_id), found.c.first_id).subquery("page")


def _first(said: frozenset[str], is_told_apart: bool) -> Select[tuple[int]]:
    """Invoices by what they were first decided to be."""
    key = _invoice.c.id
    chosen = select(key.label("first_id")).where(_invoice.c.version == FIRST_VERSION)
    if is_told_apart:
        chosen = chosen.where(tables.is_told_apart)
    return _newest(_filtered(chosen, said, key), key)


def _later(said: frozenset[str]) -> Select[tuple[int]]:
    """Invoices by their latest version, where that is not the first."""
    revision = tables.revision
    key = revision.c.first_id
    chosen = (
        select(key)
        .join(_invoice, _invoice.c.id == revision.c.invoice_id)
        .where(_invoice.c.version > FIRST_VERSION, tables.is_told_apart, _is_latest())
    )
    return _newest(_filtered(chosen, said, key), key)


def _filtered(
    chosen: Select[tuple[int]], said: frozenset[str], key: ColumnElement[int]
) -> Select[tuple[int]]:
    if "before" in said:
        chosen = chosen.where(key < bindparam("before"))
    return chosen.where(*(asked for name, asked in _ASKED.items() if name in said))


def _newest(chosen: Select[tuple[int]], key: ColumnElement[int]) -> Select[tuple[int]]:
    return chosen.order_by(key.desc()).limit(bindparam("limit", type_=Integer))


def _is_latest() -> ColumnElement[bool]:
    revision = tables.revision.alias()
    return ~exists(literal(1)).where(revision.c.before_id == _invoice.c.id)
