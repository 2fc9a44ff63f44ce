"""The files that come with the package: what banks want, and on which accounts is booked."""

from datetime import date
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec

from terms.citation import DatedBy, RuleFile, as_rules, read_toml
from terms.errors import RuleFileError
from terms.vocabulary import Support

T = TypeVar("T")
Folder = Literal["banks", "charts"]
OwedAccount = Literal["payables", "recoveries", "payouts"]


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a bank wants of a payment file, with the source that says so."""

    name: str
    dated_by: DatedBy
    checked_on: date
    source: str
    message: Literal["pain.001.001.03", "pain.001.001.09"]
    service_level: str | None = None
    category_purpose: str | None = None
    payer_scheme: str
    bankgiro_clearing: str
    bankgiro_scheme: str
    longest_name: int


class Chart(RuleFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """On which accounts of a region's ledger a settlement is booked: costs and fees by support, and
    what is owed. `series` is that of the vouchers."""

    series: str
    claims: dict[Support, str]
    patient_fees: dict[Support, str]
    owed: dict[OwedAccount, str]


def bank_named(name: str) -> Bank:
    """A bank's wishes by the name of its file. Raises RuleFileError where there is none."""
    return _read("banks", name, Bank)


def chart_of(region: str) -> Chart:
    """A region's accounts. Raises RuleFileError where it has none."""
    return _read("charts", region, Chart)


def names(folder: Folder) -> list[str]:
    """The files there are, by name."""
    found = files("exports").joinpath(folder).iterdir()
    return sorted(one.name.removesuffix(".toml") for one in found if one.name.endswith(".toml"))


def template(name: str) -> bytes:
    """How a kind of paper looks: what all of them share, and what it has of its own."""
    parts = (files("exports").joinpath(f"{one}.typ") for one in ("paper", name))
    return b"\n".join(part.read_bytes() for part in parts)


def _read(folder: Folder, name: str, kind: type[T]) -> T:
    path = f"{folder}/{name}.toml"
    known = names(folder)
    if name not in known:
        raise RuleFileError(path, f"finns inte; de som finns är {', '.join(known)}")
    return as_rules(path, read_toml(path, files("exports").joinpath(path).read_bytes()), kind)
