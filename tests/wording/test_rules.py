"""What rules say: every kind, from the data alone, with place, source and what is assumed."""

from datetime import date

import pytest

from adjudication.directions import Deadline, Directions
from adjudication.wording import rules
from adjudication.wording.contract import CONTRACT
from adjudication.wording.rulebook import Book, as_markdown, as_text, books_on
from adjudication.wording.sourcelist import source_list
from adjudication.wording.words import EN_DASH, code_set, listed
from quotas.limits import Interval
from terms.money import kronor
from tests import desks
from tests.wording.english import leaks

FOLDERS = ("blekinge", "gransland", "later")
LIBRARY = desks.library(*FOLDERS)


def _all_books() -> list[Book]:
    """Every edition of every region of the packaged rules and the tests' own."""
    books = []
    for region in LIBRARY.regions.values():
        days = {day for timeline in region.directions.values() for day in timeline.first_days}
        days.update(region.prices.first_days, region.fees.first_days)
        for day in sorted(days):
            books += books_on(LIBRARY, region, None, day)
    return books


BOOKS = _all_books()
IDS = [f"{book.region_name} {'+'.join(book.supports)} {book.on}" for book in BOOKS]


def text_of(book: Book) -> str:
    return "\n".join(as_text(book))


def statements(book: Book, kind: str) -> dict[str, str]:
    return {
        one.rule: one.text
        for section in book.sections
        for one in section.statements
        if one.kind == kind
    }


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_every_rule_in_force_is_said(book: Book) -> None:
    texts = book.texts
    said = {one.rule for section in book.sections for one in section.statements}
    expected = {rule.id for rule in texts.directions.rules()}
    expected |= {texts.cards.card.id, texts.fee.fee.id, texts.fee.free_card.id}
    expected |= {rule.id for rule in texts.fee.exempt_category}
    expected |= {
        rule.id
        for rule in (texts.fee.free_from_age, texts.fee.charged_from_year_turning)
        if rule is not None
    }
    expected |= {one.name for one in texts.cards.category if one.support in book.supports}
    if texts.prices is not None:
        expected |= {texts.prices.file.tariff.id, texts.prices.file.specialist_suffix.id}
    assert expected <= said


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_sentences_have_their_numbers(book: Book) -> None:
    directions: Directions = book.texts.directions
    for limit in directions.limit:
        assert f"högst {limit.count} " in statements(book, "limit")[limit.id]
    for ceiling in directions.ceiling:
        assert kronor(ceiling.amount_ore) in statements(book, "ceiling")[ceiling.id]
    for interval in directions.interval:
        assert f"minst {interval.months} " in statements(book, "interval")[interval.id]
    for zone in directions.zone:
        assert all(one in statements(book, "zone")[zone.id] for one in zone.zones)
    assert kronor(book.texts.fee.fee.amount_ore) in statements(book, "fee")[book.texts.fee.fee.id]
    text = text_of(book).replace("\n", " ")
    for written in (one for codes in directions.code_sets() for one in codes):
        plain = written.removesuffix("gruppen").replace("-", EN_DASH, written[-1].isdigit())
        assert plain in text


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_a_book_is_swedish_and_fits_a_terminal(book: Book) -> None:
    lines = as_text(book)
    assert not leaks("\n".join(lines).replace("docs/deciding.md", ""))
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_every_sentence_has_its_place_and_every_source_is_listed(book: Book) -> None:
    text = text_of(book)
    for section in book.sections:
        for one in section.statements:
            assert one.place.split(" ")[0] in text
            assert one.source.publisher in text
    assert all(one.rule in "\n".join(as_markdown(book)) for one in book.sections[0].statements)


@pytest.mark.parametrize("book", BOOKS, ids=IDS)
def test_what_is_assumed_is_said_to_be(book: Book) -> None:
    files = (book.texts.directions, book.texts.cards, book.texts.fee)
    for file in files:
        if file.dated_by == "assumed":
            assert f"{file.valid_from} (antaget)" in " ".join(as_text(book))
    deadline = book.texts.directions.deadline
    if deadline is not None and deadline.dated_by == "assumed":
        assert "antaget: taget från Region Dalarna" in text_of(book)


@pytest.mark.parametrize("region", ["jonkoping", "dalarna", "vasterbotten"])
def test_stand_in_prices_are_said_to_be(region: str) -> None:
    (book,) = books_on(LIBRARY, LIBRARY.regions[region], None, date(2026, 5, 1))
    assert "i stället för regionens egen taxa" in " ".join(text_of(book).split())


def test_a_day_without_rules_has_no_book() -> None:
    assert books_on(LIBRARY, LIBRARY.regions["jonkoping"], None, date(2018, 12, 26)) == []


def test_supports_that_share_their_directions_share_a_book() -> None:
    dalarna = LIBRARY.regions["dalarna"]
    (both,) = books_on(LIBRARY, dalarna, None, date(2026, 5, 1))
    assert both.supports == ("N", "F")
    (one,) = books_on(LIBRARY, dalarna, "F", date(2026, 5, 1))
    assert "N1" not in statements(one, "category")


def test_the_contract_says_all_but_the_zone() -> None:
    """Which codes need a zone is the region's rule, said there."""
    assert set(CONTRACT) == set(LIBRARY.contract)


def test_every_source_is_listed_with_its_users() -> None:
    text = " ".join(" ".join(source_list(LIBRARY, date(2026, 5, 1))).split())
    for source in LIBRARY.sources.values():
        assert source.title in text
    assert "Region Dalarna (N-tandvård och F-tandvård)" in text
    before_dalarna = " ".join(source_list(LIBRARY, date(2019, 5, 1)))
    assert "ingen regel som gäller den dagen" in before_dalarna


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["101"], "101"),
        (["101", "111", "112"], "101, 111 och 112"),
        (["800-gruppen"], "800-gruppen"),
        (["100-gruppen", "200-gruppen"], "100- och 200-gruppen"),
        (["100-gruppen", "401-406", "811"], "100-gruppen samt 401–406 och 811"),
        (["341", "341H1", "343S"], "341, 341H1 och 343S"),
    ],
)
def test_code_sets(written: list[str], expected: str) -> None:
    assert code_set(written) == expected


def test_lists_end_with_the_word_asked_for() -> None:
    assert listed(["1", "2", "3"], "eller") == "1, 2 eller 3"
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (0, "sista dagen i den månad då vården gavs. Vård i januari ska alltså ha kommit in senast "
            "den 31 januari."),
        (1, "sista dagen i första månaden efter den då vården gavs. Vård i januari ska alltså ha "
            "kommit in senast den sista februari."),
        (3, "senast den 30 april."),
        (12, "senast den 31 januari året därpå."),
    ],
)  # fmt: skip
def test_deadlines_by_month(months: int, expected: str) -> None:
    rule = Deadline(id="d", place="1", months_after_treatment_month=months)
    assert rules.deadline(rule).endswith(expected)


def test_a_deadline_by_days() -> None:
    rule = Deadline(id="d", place="1", days_after_treatment=45)
    assert "senast 45 dagar efter behandlingsdagen" in rules.deadline(rule)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (10, "den 20 november."),
        (12, "den 20 januari året därpå."),
        (25, "den 20 februari 2 år senare."),
    ],
)
def test_intervals_have_an_example(months: int, expected: str) -> None:
    rule = Interval(id="i", place="1", codes=["101"], months=months)
    assert expected in rules.interval(rule)
    assert "vilken av dem" not in rules.interval(rule)
