"""Where a rule comes from: a published document and the place in it."""

import tomllib
from datetime import date
from typing import Any, Literal, TypeVar

import msgspec

from terms.errors import RuleFileError

DatedBy = Literal["stated", "page-updated", "assumed"]
T = TypeVar("T")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published document; `dated` is the day the document itself gives, `address` where it could
    be read, where that is known."""

    title: str
    publisher: str
    dated: date | None = None
    address: str | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every rule of a rule file carries. `source` and `dated_by` stand in for the file's own
    where a single rule rests on another document or on an assumption."""

    id: str
    place: str
    source: str | None = None
    dated_by: DatedBy | None = None


class Citation(msgspec.Struct, frozen=True):
    """A rule's place in its document, for people to read."""

    rule: str
    place: str
    source: Source
    dated_by: DatedBy


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The head that all rule files share: whose, from when, how that is known, and from where."""

    region: str
    valid_from: date
    dated_by: DatedBy
    checked_on: date
    source: str

    def cite(self, rule: Rule, sources: dict[str, Source]) -> Citation:
        """The citation of a rule of this file."""
        return Citation(
            rule=rule.id,
            place=rule.place,
            source=sources[rule.source or self.source],
            dated_by=rule.dated_by or self.dated_by,
        )


def read_toml(name: str, content: bytes) -> dict[str, Any]:
    """The tables of a rule file. Raises RuleFileError naming file and place."""
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(name, str(error)) from error


def as_rules(name: str, tables: dict[str, Any], kind: type[T]) -> T:
    """Tables as the Struct that describes them. Raises RuleFileError naming file and path."""
    try:
        return msgspec.convert(tables, kind)
    except msgspec.ValidationError as error:
        raise RuleFileError(name, str(error)) from error
