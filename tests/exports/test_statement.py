"""The statement, read as a reader does: by its text, page by page."""

import re

import pytest
from hypothesis import given, settings

from exports.statement import write_statement
from invoices.settlement import Item, Settlement, Unpaid, settle
from terms.errors import SettlementError
from tests.paper import pages
from tests.settling import DAY, FREE, item, payee, run_with
from tools.example_settlement import PAYER, example_settlements, run_of


def statement(settlement: Settlement) -> list[str]:
    return pages(write_statement(run_with([settlement]), settlement, PAYER))


def test_the_example_says_what_is_paid_and_what_is_not() -> None:
    found = example_settlements()
    (page,) = pages(write_statement(run_of(found), found[0], PAYER))
    for said in (
        "Avräkning 7", "4 025 kr betalas ut.", "Tandläkarna Åsö & Löv AB", "Bankgiro 9999-9997",
        "000007-00001", "Krediterad 501", "−2 480,00", "Åtgärd 704 ersätts med högst", "1 725,00",
        "Inte betalt, och varför", "Faktura A-1015, rad 2: 101, 2026-11-09", "F-tandvård, avslagen",
        "nästa kan göras från och med 2027-01-02", "Begärt i raderna nedan: 2 345 kr",
        found[0].digest, "Sida 1 av 1",
    ):  # fmt: skip
        assert said in page, said


def test_a_debt_is_told_and_no_payment_promised() -> None:
    found = example_settlements()
    (page,) = pages(write_statement(run_of(found), found[2], PAYER))
    assert "Ingenting betalas ut. Skulden 3 120 kr dras av i nästa avräkning." in page
    assert "Skuld som förs till nästa avräkning" in page
    assert "Bankgiro" not in page


@pytest.mark.parametrize(
    ("brought_forward", "said"),
    [
        (-50, "Skuld från tidigare avräkning"),
        (50, "Tidigare betalning som kom tillbaka"),
        (0, "1 kr betalas ut."),
        (-100, "Ingenting betalas ut, och ingen skuld finns."),
    ],
)
def test_the_balance_of_before_is_told(brought_forward: int, said: str) -> None:
    (page,) = statement(settle(payee(), [item("1", 100)], [], brought_forward))
    assert said in page


def test_the_columns_add_up_over_many_pages() -> None:
    lines = [item(f"{place:03d}", 1_00 + place) for place in range(200)]
    found = statement(settle(payee(), lines, [], 0))
    assert len(found) > 3
    for place, page in enumerate(found, 1):
        assert f"Sida {place} av {len(found)}" in page
    for page in found[:-1]:
        assert "Faktura Rad Behandlad" in page, "the heads stand on every page"
    for line in lines:
        assert sum(page.count(f"{line.invoice} ") for page in found) == 1


def hostile(text: str) -> Settlement:
    line = Item("1", "line", text, DAY, "F", 100, 1, text, 200, (text,))
    refused = Unpaid(text, 2, DAY, text, "F", 100, "denied", (text,))
    return settle(payee(), [line], [refused], 0)


@pytest.mark.parametrize(
    "text",
    [
        "#panic()", "*fet* _lut_ $x^2$ `x`", "#import \"x\"", "= Rubrik", "// inget", "]", "\\#",
        "#sys.inputs", "{\"a\": 1}", "A" * 300, "中文", "\u202emot", "😀",
    ],
)  # fmt: skip
def test_what_a_clinic_writes_is_never_read_as_markup(text: str) -> None:
    page = "".join(statement(hostile(text)))
    if text.isascii() and " " not in text:
        joined = re.sub(r"\s", "", page)
        assert joined.count(text) >= 4, "invoice, code and reason, paid and unpaid"


@settings(max_examples=15)
@given(FREE)
def test_any_text_can_be_printed(text: str) -> None:
    assert statement(hostile(text))


def test_the_same_settlement_gives_the_same_bytes() -> None:
    """Over time too: the example in docs/ is compared with what is written now."""
    first, second = example_settlements(), example_settlements()
    assert write_statement(run_of(first), first[0], PAYER) == write_statement(
        run_of(second), second[0], PAYER
    )


def test_only_what_was_frozen_is_written() -> None:
    found = example_settlements()
    with pytest.raises(SettlementError, match="run 7"):
        write_statement(run_of(found[1:]), found[0], PAYER)
