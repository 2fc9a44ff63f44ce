"""What a patient has used: late lines find their place, and counting starts from the record."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.counting import (
    COUNT_FLAG,
    COUNT_MASK,
    MOST_LINES,
    SUM_FLAG,
    SUM_MASK,
    Counting,
    guard_of_count,
    guard_of_sum,
)
from quotas.history import History, Use
from quotas.record import (
    BYTES_A_LINE,
    PERFORMER_NUMBERS,
    SITE_MASK,
    SUPPORT_NUMBERS,
    Clinics,
    Index,
    between,
    clinic_number,
    fee_taken,
    kind_of,
    lines_of,
    paid_for,
    what,
    when,
)
from terms.period import day_number
from terms.vocabulary import PERFORMERS, SUPPORTS

NEW_YEAR = date(2026, 1, 1)
FIRST = day_number(NEW_YEAR)
KIND = kind_of(1, "F", "dentist")


def line(day: date, paid: int = 1, kind: int = KIND, *, is_carried: bool = False) -> bytes:
    return paid_for(paid, what(0, 0, kind), is_carried=is_carried) + when(day_number(day))


def use(*lines: bytes) -> Use:
    record = b"".join(lines)
    days = days_of(record)
    return record, {}, days[0], days[-1], -1, None, 0


def days_of(record: bytes) -> list[int]:
    return [day for _, _, _, day, _ in lines_of(record)]


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=4), max_size=12))
def test_lines_stand_in_the_order_of_days_then_of_approval(posted: list[list[int]]) -> None:
    history = History()
    expected: list[tuple[int, int]] = []
    paid = 0
    for invoice in posted:
        lines = []
        for offset in sorted(invoice):
            paid += 1
            day = NEW_YEAR + timedelta(offset)
            lines.append(line(day, paid))
            expected.append((day_number(day), paid))
        history.post(use(*lines))
    expected.sort(key=lambda one: one[0])
    assert [(day, paid) for paid, _, _, day, _ in lines_of(history.record)] == expected
    assert history.until == max([day for day, _ in expected], default=-1)


def test_lines_between_two_days() -> None:
    record = b"".join(line(NEW_YEAR + timedelta(number)) for number in (0, 0, 3, 5))

    def many(first: int, last: int) -> int:
        return len(between(record, FIRST + first, FIRST + last)) // BYTES_A_LINE

    assert many(0, 0) == 2
    assert many(0, 3) == 3
    assert many(1, 2) == 0
    assert many(3, 5) == 2
    assert many(6, 9) == 0
    assert many(-5, -1) == 0
    assert between(record, -100, 100_000) == record
    assert between(b"", 0, 100_000) == b""


def test_a_day_s_lines() -> None:
    history = History()
    assert history.on(FIRST) == b""
    today, later = line(NEW_YEAR), line(NEW_YEAR + timedelta(2))
    history.post(use(today, later))
    assert history.on(FIRST) == today
    assert history.on(FIRST + 1) == b""
    assert history.on(FIRST + 2) == later
    assert history.on(FIRST + 3) == b""


def test_a_line_on_the_first_day_of_a_period_is_counted_anew() -> None:
    history = History()
    period = Counting(STEPS).period(NEW_YEAR, ())
    assert history.tally_in(period) == period.guard
    history.post(use(line(NEW_YEAR)))
    assert history.tally_in(period) == period.tally(history.record) != period.guard


def test_parts_of_a_line_are_told_apart() -> None:
    """Each at its greatest, with the others at their least."""
    greatest = kind_of(0xFFF, "H", "nurse")
    first, second = what(0xFFFFFFFF, 0, 0), what(0, SITE_MASK, greatest)
    (line,) = lines_of(first + when(0))
    assert line == (0xFFFFFFFF, 0, 0, 0, 0)
    (line,) = lines_of(second + when(0xFFFF))
    assert line == (0, SITE_MASK, greatest, 0xFFFF, 0)
    (line,) = lines_of(paid_for(7, second) + when(1))
    assert line == (7, SITE_MASK, greatest, 1, 0)
    (line,) = lines_of(paid_for(7, second, is_carried=True) + when(1))
    assert line == (7, SITE_MASK | 1 << 31, greatest, 1, 0)


def test_a_fee_is_noted_with_its_clinic() -> None:
    clinics = Clinics()
    one, other = clinics["A"], clinics["B"]
    assert clinics["A"] is one
    (line,) = lines_of(what(5, 0, 0) + fee_taken(when(9), one))
    assert line == (5, 0, 0, 9, clinic_number(one))
    assert 0 != clinic_number(one) != clinic_number(other)
    assert len(fee_taken(when(9), one)) == len(when(9))


@pytest.mark.parametrize(
    ("guard_of", "flag", "mask", "greatest"),
    [
        (guard_of_count, COUNT_FLAG, COUNT_MASK, MOST_LINES),
        (guard_of_sum, SUM_FLAG, SUM_MASK, MOST_LINES * 1_000_000_000),
    ],
)
@pytest.mark.parametrize("most", [0, 1, 8, 10_000])
def test_a_field_is_flagged_from_one_too_much_through_all_that_lines_can_use(
    guard_of: Callable[[int], int], flag: int, mask: int, greatest: int, most: int
) -> None:
    guard = guard_of(most)
    assert not (guard + most) & flag
    for used in (most + 1, greatest):
        assert (guard + used) & flag
        assert guard + used <= mask


def test_too_many_lines_are_refused() -> None:
    assert MOST_LINES == 131_071
    record = line(NEW_YEAR) * MOST_LINES
    period = Counting({}).period(NEW_YEAR, ())
    assert period.tally(record) == 0
    with pytest.raises(OverflowError):
        period.tally(record + line(NEW_YEAR))


def test_kinds_are_told_apart() -> None:
    kinds = {
        kind_of(code, support, performer)
        for code in (0, 1, 0xFFF)
        for support in SUPPORTS
        for performer in PERFORMERS
    }
    assert len(kinds) == 3 * len(SUPPORTS) * len(PERFORMERS)
    assert max(kinds) <= 0xFFFF
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
    days = ("2025-12-31", "2026-01-01", "2026-05-31", "2026-06-01", "2026-12-31", "2027-01-01")
    kinds = [kind_of(code, "F", "dentist") for code in (1, 2, 3)]
    lines = [line(date.fromisoformat(day), 10, kind) for day in days for kind in kinds]
    carried = line(date(2026, 12, 31), 10, is_carried=True)
    record = b"".join([*lines[:-3], carried, *lines[-3:]])
    opened = [date(2026, 6, 1)]
    for day, in_window in ((date(2026, 2, 2), 2), (date(2026, 7, 7), 2)):
        tally = Counting(STEPS).period(day, opened).tally(record)
        assert tally >> 48 & COUNT_MASK == 4
        assert tally & COUNT_MASK == 4 * 10 + in_window * 10
    assert Counting(STEPS).period(date(2030, 1, 1), ()).tally(record) == 0
    assert Counting({}).period(date(2026, 1, 1), ()).tally(record) == 0


@given(st.lists(st.tuples(st.integers(0, 800), st.sampled_from([1, 2, 3]), st.integers(0, 99))))
def test_a_tally_is_the_sum_of_its_lines(drawn: list[tuple[int, int, int]]) -> None:
    lines = [
        line(NEW_YEAR + timedelta(off), paid, kind_of(code, "F", "dentist"))
        for off, code, paid in sorted(drawn)
    ]
    opened = [date(2026, 6, 1), date(2027, 2, 1)]
    counting = Counting(STEPS)
    for day in (date(2026, 3, 3), date(2026, 9, 9), date(2027, 1, 1), date(2027, 12, 31)):
        period = counting.period(day, opened)
        expected = 0
        for off, code, paid in drawn:
            on = NEW_YEAR + timedelta(off)
            if on.year == day.year and code == 1:
                expected += (1 << 48) + paid
            if period.window_first <= day_number(on) <= period.window_last and code == 2:
                expected += paid
        assert period.tally(b"".join(lines)) == expected
