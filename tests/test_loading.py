"""What is wrong with a rule file is found when it is loaded, and said with file and place."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from adjudication.directions import Deadline
from adjudication.library import Library, last_day_to_bill
from tariffs.actions import expand, named
from terms.citation import read_toml
from terms.errors import PartiturError, RuleFileError
from terms.vocabulary import SUPPORTS
from tests import desks

DIRECTIONS = "tests/rules/blekinge/f-care-2022-01-01.toml"
CARDS = "tests/rules/blekinge/cards-2013-01-01.toml"
FEE = "tests/rules/blekinge/patient-fee-2022-01-01.toml"
TARIFF = "tests/rules/blekinge/tariff-2022-01-01.toml"
PRICES = "tests/rules/blekinge/prices-2022-01-01.csv"
CONTRACT = "adjudication/contract.toml"


def replaced(name: str, old: str, new: str) -> dict[str, bytes]:
    """The rule files with one text in one of them replaced."""
    files = desks.rule_files("blekinge")
    content = files[name].decode()
    assert old in content, f"{old!r} is not in {name}"
    files[name] = content.replace(old, new, 1).encode()
    return files


def added(name: str, text: str) -> dict[str, bytes]:
    """The rule files with some text at the end of one of them."""
    files = desks.rule_files("blekinge")
    files[name] += text.encode()
    return files


WRONG = {
    # what the tables are
    "unknown field": (DIRECTIONS, "supports =", "suports =", ""),
    "unknown kind of rule": (DIRECTIONS, "[[ceiling]]", "[[cieling]]", "cieling"),
    "unknown field of a rule": (DIRECTIONS, "amount_ore = 2_200_000", "amount_kr = 22_000", "kr"),
    "a field left out": (DIRECTIONS, 'place = "Fakturering"\ncodes', "codes", "place"),
    "no id": (DIRECTIONS, 'id = "covered_actions"\n', "", "id"),
    "a text for a number": (DIRECTIONS, "= 2_200_000", '= "22 000 kr"', "amount_ore"),
    "a fraction for a number": (DIRECTIONS, "= 2_200_000", "= 22_000.0", "amount_ore"),
    "one code for a list": (DIRECTIONS, 'codes = ["832"]', 'codes = "832"', "codes"),
    "a number for a code": (DIRECTIONS, 'codes = ["832"]', "codes = [832]", "codes"),
    "no day": (DIRECTIONS, "valid_from = 2022-01-01", "valid_from = 2022-02-30", ""),
    "a day as a text": (DIRECTIONS, "valid_from = 2022-01-01", 'valid_from = "i år"', "valid_from"),
    "not TOML": (DIRECTIONS, "[deadline]", "[deadline", ""),
    "unknown support": (DIRECTIONS, 'supports = ["F"]', 'supports = ["X"]', "supports"),
    "unknown way of dating": (DIRECTIONS, 'dated_by = "assumed"', 'dated_by = "guess"', "dated_by"),
    "unknown kind of document": (DIRECTIONS, '"technician_invoice"', '"note"', "document"),
    "unknown period": (DIRECTIONS, '"calendar_year"', '"month"', "within"),
    "no carrying rule": (
        DIRECTIONS, '[carrying]\nid = "approved_application"\nplace = "Förhandsbedömning"\n', "",
        "carrying",
    ),
    "both kinds of deadline": (
        DIRECTIONS, "days_after_treatment = 30",
        "days_after_treatment = 30\nmonths_after_treatment_month = 3", "deadline",
    ),
    "neither kind of deadline": (DIRECTIONS, "days_after_treatment = 30\n", "", "deadline"),
    "ceilings that an approval renews for other supports": (
        DIRECTIONS, "amount_ore = 2_200_000",
        'renewed_by_approval = true\namount_ore = 1\nwithin = "calendar_year"\n\n[[ceiling]]\n'
        'id = "joined"\nplace = "Förhandsbedömning"\njoins_supports = true\n'
        "renewed_by_approval = true\namount_ore = 2_200_000", "ceiling",
    ),
    "a position behind the last tooth": (
        DIRECTIONS, "[deadline]",
        '[[position]]\nid = "in_front"\nplace = "1"\ncodes = ["501"]\npositions = [9]\n[deadline]',
        "positions",
    ),
    "first day out of reach": (DIRECTIONS, "= 2022-01-01", "= 1999-12-31", "valid_from"),
    # sources and ids
    "unknown source of a file": (
        DIRECTIONS, 'source = "blekinge-dental-health-portal"', 'source = "hearsay"', "hearsay",
    ),
    "unknown source of a rule": (
        DIRECTIONS, "days_after_treatment = 30", 'days_after_treatment = 30\nsource = "hearsay"',
        "hearsay",
    ),
    "unknown source of the cards": (
        CARDS, 'id = "card_in_force"', 'id = "card_in_force"\nsource = "hearsay"', "hearsay",
    ),
    "unknown source of the fee": (
        FEE, 'id = "patient_fee"', 'id = "patient_fee"\nsource = "hearsay"', "hearsay",
    ),
    "unknown source of an exempt category": (
        FEE, 'id = "f3_exempt"', 'id = "f3_exempt"\nsource = "hearsay"', "hearsay",
    ),
    "unknown source of the tariff": (
        TARIFF, 'id = "performer"', 'id = "performer"\nsource = "hearsay"', "hearsay",
    ),
    "unknown source of the contract": (
        CONTRACT, 'source = "partitur-contract"', 'source = "hearsay"', "hearsay",
    ),
    "one id twice in a file": (
        DIRECTIONS, '"technician_invoice_for_repair"', '"approved_application"',
        "approved_application",
    ),
    "one id twice in a region's files": (FEE, 'id = "free_card"', 'id = "tariff"', "tariff"),
    # codes
    "no code": (DIRECTIONS, '["832"]', '["83"]', "83"),
    "a code in small letters": (DIRECTIONS, '["832"]', '["k120"]', "k120"),
    "a range that ends before it begins": (DIRECTIONS, '"831-837"', '"837-831"', "837-831"),
    "a range of one": (DIRECTIONS, '"831-837"', '"831-831"', "831-831"),
    "a range with suffixed codes": (DIRECTIONS, '"831-837"', '"341H1-343S"', "341H1-343S"),
    "a hundred that is none": (DIRECTIONS, '"100-gruppen"', '"150-gruppen"', "150-gruppen"),
    "white space in a code": (DIRECTIONS, '["832"]', '["832 "]', "832"),
    # prices
    "no such price list": (TARIFF, "prices-2022-01-01.csv", "prices-2021-01-01.csv", "2021"),
    "a column left out": (PRICES, "specialist_sek", "specialist", "specialist_sek"),
    "a code twice": (PRICES, "103,dentist", "101,dentist", "rad 3"),
    "a price that is no number": (PRICES, "900,900", "niohundra,900", "rad 2"),
    "a price with öre": (PRICES, "900,900", '"900,50",900', "rad 2"),
    "a price below nothing": (PRICES, "900,900", "-900,900", "rad 2"),
    "a price in digits of another script": (PRICES, "900,900", "٩٠٠,900", "rad 2"),
    "an unknown performer": (PRICES, "101,dentist", "101,barber", "rad 2"),
    "a row that is too short": (PRICES, ",900,900", "", "rad 2"),
    # cards
    "a category of no support": (CARDS, 'support = "F"', 'support = "Q"', "support"),
    "a category twice": (CARDS, 'name = "F2"', 'name = "F1"', "F1"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_does_not_load(what: str) -> None:
    """The error names the file, and the place in it where one can be named."""
    name, old, new, place = WRONG[what]
    with pytest.raises(RuleFileError) as raised:
        Library(replaced(name, old, new))
    assert name in str(raised.value)
    assert place in str(raised.value)


def without(name: str) -> dict[str, bytes]:
    files = desks.rule_files("blekinge")
    del files[name]
    return files


def renamed(name: str, other: str, old: str = "", new: str = "") -> dict[str, bytes]:
    files = desks.rule_files("blekinge")
    files[other] = files[name].replace(old.encode(), new.encode(), 1)
    return files


TOGETHER: dict[str, tuple[Callable[[], dict[str, bytes]], str]] = {
    "two directions from the same day": (
        lambda: renamed(DIRECTIONS, "tests/rules/blekinge/f-again.toml"), "2022-01-01",
    ),
    "two fees from the same day": (
        lambda: renamed(FEE, "tests/rules/blekinge/fee-again.toml"), "2022-01-01",
    ),
    "two price lists from the same day": (
        lambda: renamed(TARIFF, "tests/rules/blekinge/tariff-again.toml"), "2022-01-01",
    ),
    "two files of cards from the same day": (
        lambda: renamed(CARDS, "tests/rules/blekinge/cards-again.toml"), "2013-01-01",
    ),
    "two directions for one of several supports": (
        lambda: renamed(
            DIRECTIONS, "tests/rules/blekinge/n-and-f.toml", '["F"]', '["N", "F"]'
        ), "2022-01-01",
    ),
    "no cards": (lambda: without(CARDS), "kort"),
    "no fee": (lambda: without(FEE), "avgift"),
    "no price list": (lambda: without(TARIFF), "prislista"),
    "cards from a later day than the directions": (
        lambda: replaced(CARDS, "= 2013-01-01", "= 2022-01-02"), "2022-01-01",
    ),
    "a fee from a later day than the directions": (
        lambda: replaced(FEE, "= 2022-01-01", "= 2022-01-02"), "2022-01-01",
    ),
    "a file that is of no sort": (
        lambda: renamed(CARDS, "tests/rules/blekinge/x.toml", "category", "catgory"), "x.toml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TOGETHER)
def test_files_that_do_not_go_together_do_not_load(what: str) -> None:
    make, place = TOGETHER[what]
    with pytest.raises(RuleFileError, match=re.escape(place)):
        Library(make())


def test_errors_are_of_one_tree_and_name_the_file_first() -> None:
    assert issubclass(RuleFileError, PartiturError)
    with pytest.raises(RuleFileError, match=r"^here\.toml: "):
        read_toml("here.toml", b"\xff")
    with pytest.raises(RuleFileError, match=r"^here\.toml: .*line 1"):
        read_toml("here.toml", b"= 1")


def test_the_packaged_files_load() -> None:
    assert set(desks.library().regions) == {"jonkoping", "dalarna", "vasterbotten"}


def with_codes(count: int) -> dict[str, bytes]:
    """The rule files with as many codes, all regions together."""
    known = set().union(*(one.codes() for one in desks.library("blekinge").regions.values()))
    rows = [f"K{number},,Behandling,100,100" for number in range(1000, 1000 + count - len(known))]
    return added(PRICES, "\n".join(rows))


def test_as_many_codes_as_a_history_can_tell_apart() -> None:
    """Codes are numbered from 1 in twelve bits; the last has all of them."""
    library = Library(with_codes(4095))
    numbers = [library.number_of(code) for code in library.codes_of(None).everywhere]
    assert sorted(numbers) == list(range(1, 4096))
    assert library.number_of("no code") == 0
    with pytest.raises(RuleFileError, match="4095"):
        Library(with_codes(4096))


def test_who_performs_a_code_is_asked_of_the_list_in_force_first() -> None:
    region = desks.library("later").regions["jonkoping"]
    for day in (date(2026, 12, 31), date(2027, 1, 1)):
        texts = region.texts_on("F", day)
        assert texts is not None
        assert texts.lists[0] is texts.prices
        assert len(texts.lists) == 2


@pytest.mark.parametrize(
    ("months", "last_day"),
    [(0, date(2028, 2, 29)), (1, date(2028, 3, 31)), (10, date(2028, 12, 31))],
)
def test_months_to_bill_are_counted_from_the_treatment_month(months: int, last_day: date) -> None:
    deadline = Deadline(id="deadline", place="1", months_after_treatment_month=months)
    assert last_day_to_bill(deadline, date(2028, 2, 1)) == last_day


def test_every_code_a_price_list_has_can_be_named_by_directions() -> None:
    for name in ("blekinge", "gransland", "later"):
        for region in desks.library(name).regions.values():
            for code in region.codes():
                assert named([code]) == [code]
                assert code in expand([code], ())


# --- a walk through the calendar ---------------------------------------------------------------

FIRST, LAST = date(2013, 1, 1), date(2028, 12, 31)
FOLDERS = ("blekinge", "gransland", "later")


def first_days(region: str, support: str | None = None) -> list[date]:
    """The first days of a region's files, or of its directions for a support, read plainly."""
    days = set()
    for name, content in desks.rule_files(*FOLDERS).items():
        if name.endswith(".toml") and not name.endswith(("sources.toml", "contract.toml")):
            rules = read_toml(name, content)
            is_directions = "supports" in rules
            if rules["region"] != region or (is_directions and support is None):
                continue
            if support is None or (is_directions and support in rules["supports"]):
                days.add(rules["valid_from"])
    return sorted(days)


@pytest.mark.parametrize(
    "region", ["jonkoping", "dalarna", "vasterbotten", "blekinge", "gransland"]
)
def test_every_day_has_one_edition_or_says_that_rules_are_missing(region: str) -> None:
    """Editions change on the first days of files and on no other day; before the first there are
    none, and never the nearest."""
    mailroom = desks.Mailroom(desks.library(*FOLDERS))
    for support in SUPPORTS:
        directions = first_days(region, support)
        changes = {*first_days(region), *directions}
        before = None
        days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
        lines = [
            {
                "line": number, "treated_on": day.isoformat(), "code": "121", "price_ore": 0,
                "performer": "dentist",
            }
            for number, day in enumerate(days, 1)
        ]  # fmt: skip
        decision = mailroom.answer(
            {
                "clinic": "A", "number": support, "support": support, "region": region,
                "patient": desks.person_number(date(1960, 5, 17)), "lines": lines,
                "received_on": LAST.isoformat(),
            }
        )  # fmt: skip
        for line in decision.lines:
            day, edition = line.treated_on, line.edition
            begun = [first for first in directions if first <= day]
            missing = "rules_missing" in [
                finding.rule.partition("/")[2] for finding in line.findings
            ]
            if not begun:
                assert edition is None
                assert missing
            else:
                assert edition is not None
                assert not missing
                assert (edition.region, edition.support) == (region, support)
                assert edition.valid_from == begun[-1]
                assert re.fullmatch("[0-9a-f]{12}", edition.digest)
                if before is not None:
                    assert (edition != before) == (day in changes), day
            before = edition
