"""What differs between two books: what changed and nothing else."""

from collections.abc import Callable
from datetime import date

import pytest

from adjudication.library import Library
from adjudication.packaged import packaged_files
from adjudication.wording.changes import changes
from adjudication.wording.comparison import differences, price_differences
from adjudication.wording.rulebook import Book, books_on
from terms.vocabulary import Support
from tests import desks
from tests.wording.english import leaks

DIRECTIONS = "adjudication/rulebooks/jonkoping/f-care-2018-12-27.toml"
CARDS = "registry/rules/jonkoping/cards-2013-01-01.toml"
FEE = "tariffs/prices/jonkoping/patient-fee-2013-01-01.toml"
TARIFF = "tariffs/prices/jonkoping/tariff-2026-01-01.toml"
PRICES = "tariffs/prices/reference/reference-prices-2026-01-01.csv"
BEFORE, AFTER = date(2026, 5, 1), date(2027, 5, 1)

Edit = Callable[[str], str]


def with_edition(name: str, edit: Edit) -> Library:
    """The packaged rules with one more edition of a file, from 2027 on."""
    files = packaged_files()
    text = files[name].decode()
    first = next(line for line in text.splitlines() if line.startswith("valid_from"))
    edited = edit(text.replace(first, "valid_from = 2027-01-01"))
    assert edited != text
    files[name.replace(".toml", "-next.toml")] = edited.encode()
    return Library(files)


def replacing(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return edit


def book(library: Library, region: str, support: Support, on: date) -> Book:
    (found,) = books_on(library, library.regions[region], support, on)
    return found


def books(library: Library) -> tuple[Book, Book]:
    return book(library, "jonkoping", "F", BEFORE), book(library, "jonkoping", "F", AFTER)


def page(before: Book, after: Book) -> str:
    """The page on one line, with plain spaces."""
    return " ".join(" ".join(changes(before, after)).split())


ONE_CHANGE = [
    (
        (DIRECTIONS, "count = 8", "count = 10"),
        ("prevention_eight_a_year", "högst 8 per", "högst 10 per"),
    ),
    (
        (DIRECTIONS, "months = 10", "months = 12"),
        ("examination_every_ten_months", "10 månaders", "12 månaders"),
    ),
    (
        (DIRECTIONS, "1_600_000", "1_800_000"),
        ("sixteen_thousand_a_year", "Högst 16 000 kr", "Högst 18 000 kr"),
    ),
    (
        (DIRECTIONS, '"429", ', ""),
        ("covered_actions", "401–406, 429, 435", "401–406, 435"),
    ),
    (
        (DIRECTIONS, "treatment_month = 3", "treatment_month = 2"),
        ("three_months_after_treatment_month", "tredje månaden", "andra månaden"),
    ),
    (
        (DIRECTIONS, 'document = "day_note"', 'document = "xray"'),
        ("day_note_for_long_treatment", "en daganteckning", "en röntgenbild"),
    ),
    (
        (DIRECTIONS, 'place = "Vårdens omfattning, punkt 7"', 'place = "Punkt 9"'),
        ("day_note_for_long_treatment", "Vårdens omfattning, punkt 7 [1]", "Punkt 9 [1]"),
    ),
    (
        (DIRECTIONS, 'dated_by = "assumed"', 'dated_by = "stated"'),
        ("three_months_after_treatment_month", "antaget: taget från", "fakturering ske? [1])"),
    ),
    (
        (FEE, "amount_ore = 20_000", "amount_ore = 25_000"),
        ("patient_fee", "betalar 200 kr", "betalar 250 kr"),
    ),
    (
        (FEE, "age = 85", "age = 80"),
        ("free_from_85", "85-årsdagen", "80-årsdagen"),
    ),
]
"""An edit of a file, and the rule that it changes, with what is said of it before and after."""


@pytest.mark.parametrize(("edit", "expected"), ONE_CHANGE)
def test_one_change_is_named_and_nothing_else(
    edit: tuple[str, str, str], expected: tuple[str, str, str]
) -> None:
    name, old, new = edit
    rule, said_before, said_after = expected
    before, after = books(with_edition(name, replacing(old, new)))
    (pair,) = differences(before, after)
    assert pair.before is not None
    assert pair.after is not None
    assert (pair.before.rule, pair.after.rule) == (rule, rule)
    text = page(before, after)
    assert said_before in text.partition("Efter: ")[2].partition("Efter: ")[0]
    assert said_after in text.rpartition("Efter: ")[2]
    assert "Nytt" not in text
    assert "Borta" not in text
    assert price_differences(before, after) == []


def test_a_card_that_lasts_otherwise() -> None:
    edit = replacing(
        'meaning = "svår psykisk funktionsnedsättning"\nlasts_years = 4',
        'meaning = "svår psykisk funktionsnedsättning"\nlasts_years = 2',
    )
    before, after = books(with_edition(CARDS, edit))
    (pair,) = differences(before, after)
    assert pair.after is not None
    assert pair.after.text == "F1, svår psykisk funktionsnedsättning: kortet gäller i 2 år."


def test_what_is_new_and_what_is_gone() -> None:
    old = '[[document]]\nid = "day_note_for_long_treatment"'
    new = (
        '[[zone]]\nid = "zone_of_401"\nplace = "Punkt 13"\ncodes = ["401"]\nzones = ["18-11"]\n\n'
        f"{old}"
    )
    library = with_edition(DIRECTIONS, replacing(old, new))
    before, after = books(library)
    assert "Nytt ---- • Åtgärd 401 ska ha en av zonerna 18-11" in page(before, after)
    assert "Borta ----- • Åtgärd 401 ska ha en av zonerna 18-11" in page(after, before)


def test_a_rule_with_another_id_is_compared_with_the_only_one_of_its_kind() -> None:
    edit = replacing('id = "sixteen_thousand_a_year"', 'id = "ceiling"')
    before, after = books(with_edition(DIRECTIONS, edit))
    assert differences(before, after) == []


def test_prices_are_counted_and_listed() -> None:
    files = packaged_files()
    rows = files[PRICES].decode().splitlines(keepends=True)
    edited = [
        row.replace(",1100,1100", ",1150,1200") if row.startswith("101,") else row for row in rows
    ]
    assert edited != rows
    files["next/own/prices.csv"] = "".join(edited[:-1]).encode()
    files["next/jonkoping/tariff.toml"] = (
        files[TARIFF]
        .decode()
        .replace("valid_from = 2026-01-01", "valid_from = 2027-01-01")
        .replace("reference/reference-prices-2026-01-01.csv", "own/prices.csv")
        .encode()
    )
    before, after = books(Library(files))
    assert [pair.code for pair in price_differences(before, after)] == ["101", "941"]
    text = page(before, after)
    assert "2 åtgärder har ett annat pris." in text
    assert "101 1 100 kr 1 150 kr 1 100 kr 1 200 kr" in text
    assert "saknas" in text
    assert "i stället för regionens egen taxa" in text
    assert differences(before, after) == []


def test_a_day_without_a_price_list_is_said_to_have_none() -> None:
    library = desks.library()
    before = book(library, "jonkoping", "F", date(2025, 5, 1))
    after = book(library, "jonkoping", "F", BEFORE)
    assert "2025-05-01 har ingen prislista" in page(before, after)


def test_nothing_differs_between_two_days_of_one_edition() -> None:
    library = desks.library()
    one, other = (book(library, "jonkoping", "F", date(2026, month, 1)) for month in (2, 9))
    assert page(one, other).endswith("Ingenting skiljer: alla regler och alla priser är lika.")


def test_regions_are_compared_by_what_their_rules_say() -> None:
    library = desks.library()
    one = book(library, "jonkoping", "F", BEFORE)
    other = book(library, "dalarna", "F", BEFORE)
    text = page(one, other)
    assert "Bara i Region Dalarna" in text
    assert "Bara i Region Jönköpings län" in text
    assert "Region Jönköpings län: Högst 16 000 kr" in text
    assert "Region Dalarna: Högst 20 000 kr" in text
    same = {pair.after.rule for pair in differences(one, other) if pair.after is not None}
    assert not same & {"three_months_after_treatment_month", "patient_fee", "free_card"}
    assert not leaks(text)
    assert max(map(len, changes(one, other))) <= 100
