"""What a patient has used, packed: late lines find their place, and counting starts from words."""

from array import array
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.counting import AMOUNT_SHIFT, COUNT_MASK, DAY_SHIFT, KIND_SHIFT, Counting
from quotas.history import (
    CARRIED,
    FEE_TAKEN,
    MOST_WORDS,
    PERFORMER_NUMBERS,
    SITE_MASK,
    SUPPORT_NUMBERS,
    History,
    Index,
    Use,
    kind_of,
)
from terms.period import day_number
from terms.vocabulary import PERFORMERS, SUPPORTS, Performer, Support

NEW_YEAR = date(2026, 1, 1)


def head(day: date, code: int = 1, support: Support = "F", performer: Performer = "dentist") -> int:
    return day_number(day) << DAY_SHIFT | kind_of(code, support, performer) << KIND_SHIFT


def use(*lines: tuple[int, int]) -> Use:
    words = [word for first, amount in lines for word in (first, amount << AMOUNT_SHIFT)]
    return Use(words, {}, -1, None, 0)


def days_of(history: History) -> list[int]:
    return [word >> DAY_SHIFT for word in history.words[::2]]


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=4), max_size=12))
def test_words_stand_in_the_order_of_days_then_of_approval(posted: list[list[int]]) -> None:
    history = History()
    expected: list[tuple[int, int]] = []
    amount = 0
    for invoice in posted:
        lines = []
        for offset in sorted(invoice):
            amount += 1
            day = NEW_YEAR + timedelta(offset)
            lines.append((head(day), amount))
            expected.append((day_number(day), amount))
        history.post(use(*lines))
    expected.sort(key=lambda one: one[0])
    amounts = [word >> AMOUNT_SHIFT for word in history.words[1::2]]
    assert list(zip(days_of(history), amounts, strict=True)) == expected


def test_lines_between_two_days() -> None:
    history = History()
    days = [NEW_YEAR + timedelta(number) for number in (0, 0, 3, 5)]
    history.post(use(*((head(day), place) for place, day in enumerate(days))))

    def between(first: int, last: int) -> int:
        start = day_number(NEW_YEAR)
        return len(history.heads_between(start + first, start + last))

    assert between(0, 0) == 2
    assert between(0, 3) == 3
    assert between(1, 2) == 0
    assert between(3, 5) == 2
    assert between(6, 9) == 0
    assert between(-5, -1) == 0
    assert len(history.heads_between(-100, 100_000)) == 4


def test_a_day_s_words_do_not_run_into_the_next() -> None:
    """The greatest head of a day is less than the least of the next."""
    full = head(NEW_YEAR, 0xFFF, "H", "nurse") | CARRIED | SITE_MASK
    after = head(NEW_YEAR + timedelta(1), 0)
    assert full < after
    history = History()
    history.post(use((full, 1), (after, 2)))
    assert len(history.heads_between(day_number(NEW_YEAR), day_number(NEW_YEAR))) == 1


def test_a_fee_is_taken_for_a_clinic_and_day() -> None:
    history = History()
    first = head(NEW_YEAR)
    history.post(
        Use([first, 5 << AMOUNT_SHIFT, first, 5 << AMOUNT_SHIFT | FEE_TAKEN | 7], {}, -1, None, 0)
    )
    today = day_number(NEW_YEAR)
    assert history.is_fee_taken(today, 7)
    assert not history.is_fee_taken(today, 6)
    assert not history.is_fee_taken(today + 1, 7)
    assert not history.is_fee_taken(today - 1, 7)


def test_too_many_lines_are_refused() -> None:
    history = History(words=array("Q", [head(NEW_YEAR), 0] * (MOST_WORDS // 2)))
    with pytest.raises(OverflowError):
        history.post(use((head(NEW_YEAR), 1)))


def test_kinds_are_told_apart() -> None:
    kinds = {
        kind_of(code, support, performer)
        for code in (0, 1, 0xFFF)
        for support in SUPPORTS
        for performer in PERFORMERS
    }
    assert len(kinds) == 3 * len(SUPPORTS) * len(PERFORMERS)
    assert all(not kind & 1 for kind in kinds), "the last bit says carried"
    assert len(set(SUPPORT_NUMBERS.values())) == len(SUPPORTS) <= 4
    assert len(set(PERFORMER_NUMBERS.values())) == len(PERFORMERS) <= 4


def test_an_index_numbers_things_in_the_order_met() -> None:
    index = Index()
    assert [index[thing] for thing in ("b", ("11", None), "b", "a")] == [1, 2, 1, 3]
    assert len(index) == 3


# --- periods -----------------------------------------------------------------------------------

STEPS = {kind_of(1, "F", "dentist"): (1 << 48, 1, 0), kind_of(2, "F", "dentist"): (0, 0, 1)}


def test_a_period_is_made_once_for_a_window() -> None:
    counting = Counting(STEPS)
    assert counting.period(date(2026, 1, 1), ()) is counting.period(date(2026, 12, 31), ())
    assert counting.period(date(2026, 12, 31), ()) is not counting.period(date(2027, 1, 1), ())
    opened = [date(2026, 6, 1)]
    before, after = (counting.period(date(2026, *day), opened) for day in ((5, 31), (6, 1)))
    assert before is not after
    assert before is counting.period(date(2026, 1, 1), opened)
    assert after is counting.period(date(2026, 12, 31), opened)
    assert counting.period(date(2027, 3, 1), opened) is counting.period(date(2027, 3, 1), ())


@pytest.mark.parametrize(
    ("day", "openings", "first", "last"),
    [
        ("2026-05-31", [], "2026-01-01", "2026-12-31"),
        ("2026-05-31", ["2026-06-01"], "2026-01-01", "2026-05-31"),
        ("2026-06-01", ["2026-06-01"], "2026-06-01", "2026-12-31"),
        ("2026-06-01", ["2026-01-01"], "2026-01-01", "2026-12-31"),
        ("2026-01-01", ["2026-01-01"], "2026-01-01", "2026-12-31"),
        ("2026-07-01", ["2026-08-01", "2026-06-01", "2026-07-02"], "2026-06-01", "2026-07-01"),
        ("2026-12-31", ["2026-12-31", "2027-01-01"], "2026-12-31", "2026-12-31"),
        ("2026-06-01", ["2025-06-01", "2027-06-01"], "2026-01-01", "2026-12-31"),
        ("2026-06-02", ["2026-06-01", "2026-06-01"], "2026-06-01", "2026-12-31"),
    ],
)
def test_windows(day: str, openings: list[str], first: str, last: str) -> None:
    counting = Counting(STEPS)
    period = counting.period(
        date.fromisoformat(day), [date.fromisoformat(opening) for opening in openings]
    )
    assert period.window_first == day_number(date.fromisoformat(first))
    assert period.window_last == day_number(date.fromisoformat(last))


def test_a_tally_counts_its_year_and_its_window() -> None:
    history = History()
    days = ("2025-12-31", "2026-01-01", "2026-05-31", "2026-06-01", "2026-12-31", "2027-01-01")
    lines = [(head(date.fromisoformat(day), code), 10) for day in days for code in (1, 2, 3)]
    carried = [(head(date(2026, 12, 31)) | CARRIED, 10)]
    history.post(use(*sorted([*lines, *carried])))
    opened = [date(2026, 6, 1)]
    for day, in_window in ((date(2026, 2, 2), 2), (date(2026, 7, 7), 2)):
        tally = Counting(STEPS).period(day, opened).tally(history.words)
        assert tally >> 48 & COUNT_MASK == 4
        assert tally & COUNT_MASK == 4 * 10 + in_window * 10
    assert Counting(STEPS).period(date(2030, 1, 1), ()).tally(history.words) == 0
    assert Counting({}).period(date(2026, 1, 1), ()).tally(history.words) == 0


@given(st.lists(st.tuples(st.integers(0, 800), st.sampled_from([1, 2, 3]), st.integers(0, 99))))
def test_a_tally_is_the_sum_of_its_lines(drawn: list[tuple[int, int, int]]) -> None:
    lines = sorted((head(NEW_YEAR + timedelta(off), code), amount) for off, code, amount in drawn)
    words = use(*lines).words
    opened = [date(2026, 6, 1), date(2027, 2, 1)]
    counting = Counting(STEPS)
    for day in (date(2026, 3, 3), date(2026, 9, 9), date(2027, 1, 1), date(2027, 12, 31)):
        period = counting.period(day, opened)
        expected = 0
        for off, code, amount in drawn:
            on = NEW_YEAR + timedelta(off)
            if on.year == day.year and code == 1:
                expected += (1 << 48) + amount
            if period.window_first <= day_number(on) <= period.window_last and code == 2:
                expected += amount
        assert period.tally(words) == expected
        assert period.tally(array("Q", words)) == expected
