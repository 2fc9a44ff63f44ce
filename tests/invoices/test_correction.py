"""What a credit takes back, and what it does not."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from invoices.correction import Billed, Credit, CreditedVisit, CreditFault, credit

DAY = date(2026, 9, 1)


def billed(line: int, ore: int, day: date = DAY, *, credited: bool = False) -> Billed:
    return Billed(line, day, "121", True, ore, credited)


def credited(*lines: Billed, fee: int, only: list[int] | None = None) -> Credit:
    answer = credit("A", "1", lines, {DAY: fee}, only, DAY)
    assert isinstance(answer, Credit)
    return answer


def test_a_whole_invoice_gives_everything_back() -> None:
    answer = credited(billed(1, 15_000), billed(2, 10_000), fee=20_000)
    assert (answer.allowed_ore, answer.patient_fee_ore, answer.payable_ore) == (
        25_000,
        20_000,
        5_000,
    )
    assert answer.visits == [CreditedVisit(DAY, 20_000)]


def test_the_fee_follows_what_is_still_allowed_for_the_visit() -> None:
    lines = billed(1, 15_000), billed(2, 10_000)
    assert credited(*lines, fee=20_000, only=[2]).visits == [CreditedVisit(DAY, 5_000)]
    assert credited(*lines, fee=10_000, only=[2]).visits == []


def test_every_fault_is_told() -> None:
    lines = [
        billed(1, 100),
        billed(2, 100, credited=True),
        Billed(3, DAY, "121", False, 0, False),
    ]
    assert credit("A", "1", lines, {}, [1, 2, 3, 4], DAY) == [
        CreditFault("line_credited", 2),
        CreditFault("line_not_approved", 3),
        CreditFault("line_unknown", 4),
    ]
    assert credit("A", "1", lines[1:], {}, None, DAY) == [CreditFault("nothing_left")]
    assert credit("A", "1", lines, {}, [], DAY) == [CreditFault("nothing_left")]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50_000)), min_size=1, max_size=6),
    st.integers(0, 40_000),
    st.randoms(use_true_random=False),
)
def test_credits_one_by_one_give_back_what_one_credit_does(
    amounts: list[tuple[int, int]], region_fee: int, rng: object
) -> None:
    lines = {
        number: billed(number, ore, DAY + timedelta(days=off))
        for number, (off, ore) in enumerate(amounts, start=1)
    }
    fees: dict[date, int] = {}
    for one in lines.values():
        fees[one.treated_on] = fees.get(one.treated_on, 0) + one.allowed_ore
    fees = {day: min(region_fee, allowed) for day, allowed in fees.items()}
    whole = credit("A", "1", list(lines.values()), fees, None, DAY)
    assert isinstance(whole, Credit)
    assert whole.patient_fee_ore == sum(fees.values())
    order = sorted(lines)
    rng.shuffle(order)  # type: ignore[attr-defined]
    allowed = payable = 0
    for number in order:
        part = credit("A", "1", list(lines.values()), fees, [number], DAY)
        assert isinstance(part, Credit)
        assert part.payable_ore >= 0
        allowed, payable = allowed + part.allowed_ore, payable + part.payable_ore
        lines[number] = lines[number]._replace(is_credited=True)
        for visit in part.visits:
            fees[visit.treated_on] -= visit.fee_ore
    assert (allowed, payable) == (whole.allowed_ore, whole.payable_ore)
    assert set(fees.values()) == {0}
