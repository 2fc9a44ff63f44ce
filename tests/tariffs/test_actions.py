"""Codes, and the ways in which a document writes sets of them."""

import pytest

from tariffs.actions import base_of, expand, named

KNOWN = ["101", "107", "107S", "108", "201", "341", "341H1", "341S", "343S", "A941", "K120", "3412"]


def test_a_hundred_is_every_known_code_of_it_with_suffixes() -> None:
    assert expand(["100-gruppen"], KNOWN) == {"101", "107", "107S", "108"}
    assert expand(["300-gruppen"], KNOWN) == {"341", "341H1", "341S", "343S", "3412"}
    assert expand(["900-gruppen"], KNOWN) == set()


def test_a_hundred_takes_in_no_region_s_own_codes() -> None:
    assert not expand([f"{number}00-gruppen" for number in range(1, 10)], ["A941", "K120"])


def test_a_hundred_names_no_code_by_itself() -> None:
    assert named(["100-gruppen"]) == []
    assert expand(["100-gruppen"], []) == set()


def test_a_range_names_every_number_of_it_known_or_not() -> None:
    assert named(["401-404"]) == ["401", "402", "403", "404"]
    assert expand(["401-403"], []) == {"401", "402", "403"}


def test_a_range_takes_in_no_suffixed_codes() -> None:
    assert expand(["340-343"], KNOWN) == {"340", "341", "342", "343"}


def test_what_is_written_one_by_one() -> None:
    assert named(["101", "107S", "341H1", "A941", "3412"]) == [
        "101",
        "107S",
        "341H1",
        "A941",
        "3412",
    ]
    assert expand([], KNOWN) == set()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "10", "1", "101 ", " 101", "10A", "a941", "100-grupp", "000-gruppen",
        "110-gruppen", "100-gruppen ", "401-", "-406", "401–406", "406-401", "401-401",
        "341H1-343S", "A941-A944", "101,102", "١٠١", "101\n", "AA941",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        named([text])


@pytest.mark.parametrize(
    ("code", "base"),
    [
        ("107", "107"), ("107S", "107"), ("341H1", "341"), ("3412", "341"),
        ("A941", None), ("10", None), ("", None), ("١٠١", None), ("S", None),
    ],
)  # fmt: skip
def test_base(code: str, base: str | None) -> None:
    assert base_of(code) == base
