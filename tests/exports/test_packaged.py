"""The files that come with the package."""

from importlib.resources import files

import msgspec
import pytest

from exports.packaged import bank_named, chart_of, names
from terms.citation import Source, as_rules, read_toml
from terms.errors import RuleFileError


def test_they_load_and_name_listed_sources() -> None:
    content = files("terms").joinpath("sources.toml").read_bytes()
    sources = as_rules("sources.toml", read_toml("", content), dict[str, Source])
    for name in names("banks"):
        assert bank_named(name).source in sources
    for name in names("charts"):
        assert chart_of(name).source in sources
        assert chart_of(name).region == name
    assert names("banks")
    assert names("charts")


def test_no_two_accounts_of_a_chart_are_the_same() -> None:
    for name in names("charts"):
        chart = msgspec.to_builtins(chart_of(name))
        accounts = [
            one for part in ("claims", "patient_fees", "owed") for one in chart[part].values()
        ]
        assert len(set(accounts)) == len(accounts)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(RuleFileError, match=r"banks/ingen\.toml.*common-3"):
        bank_named("ingen")
    with pytest.raises(RuleFileError, match=r"charts/ingen\.toml"):
        chart_of("ingen")
