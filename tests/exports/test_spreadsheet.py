"""The spreadsheet, opened again: text in every cell, whatever clinics write."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from lxml import etree
from openpyxl import load_workbook

from exports.spreadsheet import LONGEST_CELL, write_spreadsheet
from invoices.settlement import Item, Settlement, Unpaid, settle
from terms.errors import SettlementError
from tests.settling import DAY, FREE, payee, run_with
from tools.example_settlement import PAYER, example_settlements, run_of


def cells(content: bytes) -> dict[str, list[list[str]]]:
    """The sheets with their rows; every cell is text and marked as such."""
    found: dict[str, list[list[str]]] = {}
    for sheet in load_workbook(BytesIO(content)):
        rows = []
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}, cell.data_type
                assert cell.data_type == "s" or cell.value is None
                assert cell.quotePrefix
            rows.append(["" if cell.value is None else str(cell.value) for cell in row])
        found[sheet.title] = rows
    return found


def test_the_example() -> None:
    found = example_settlements()
    sheets = cells(write_spreadsheet(run_of(found), found[0], PAYER))
    assert list(sheets) == ["Sammanställning", "Betalt", "Inte betalt"]
    overview = dict(sheets["Sammanställning"])
    assert overview["Till"] == "Tandläkarna Åsö & Löv AB"
    assert overview["Att betala ut"] == "4025,00"
    assert overview["Krediterade åtgärder"] == "-2480,00"
    assert sheets["Betalt"][0] == [
        "Faktura", "Rad", "Behandlad", "Slag", "Åtgärd", "Stöd", "Begärt", "Belopp", "Skäl",
    ]  # fmt: skip
    assert [row[7] for row in sheets["Betalt"][1:]] == [
        "-2480,00", "200,00", "1100,00", "1500,00", "-200,00", "4105,00", "-200,00",
    ]  # fmt: skip
    assert [row[6] for row in sheets["Inte betalt"][1:]] == ["avslagen", "behöver kompletteras"]


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "=cmd|' /C calc'!A0", "\t=1",
    "{=1}", "http://example.invalid", "mailto:a@b", "internal:Sheet1!A1", "1", "TRUE", "<b>", "'=1",
    "_x003D_1", "<r><t>x</t></r>", "<r><t>x</b></r>", "a\x00b", "\ufffe\uffff\x0b", "\ud7ff",
    "#REF!",
]  # fmt: skip


def hostile(text: str) -> Settlement:
    item = Item("1", "line", text, DAY, "F", 100, 1, text, 200, (text,))
    refused = Unpaid(text, 2, DAY, text, "F", 100, "denied", (text,))
    return settle(payee(), [item], [refused], 0)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_read_as_a_formula_a_number_or_a_link(text: str) -> None:
    found = hostile(text)
    content = write_spreadsheet(run_with([found]), found, PAYER)
    sheets = cells(content)
    if text.isprintable() and not text.startswith("_x"):
        assert sheets["Betalt"][1][0].removeprefix(" ") == text
        assert sheets["Betalt"][1][8].removeprefix(" ") == text
        assert sheets["Inte betalt"][1][7].removeprefix(" ") == text
    with ZipFile(BytesIO(content)) as file:
        for name in file.namelist():
            root = etree.fromstring(file.read(name))
            assert not list(root.iter("{*}f", "{*}hyperlink", "{*}externalLink")), name
            assert all(cell.get("t") == "s" for cell in root.iter("{*}c")), name


@given(FREE)
def test_any_text_can_be_written(text: str) -> None:
    found = hostile(text)
    cells(write_spreadsheet(run_with([found]), found, PAYER))


def test_a_cell_is_never_too_long() -> None:
    found = hostile("å" * (LONGEST_CELL + 1))
    sheets = cells(write_spreadsheet(run_with([found]), found, PAYER))
    assert sheets["Betalt"][1][0] == "å" * LONGEST_CELL


def test_the_same_settlement_gives_the_same_bytes() -> None:
    """Over time too: the example in docs/ is compared with what is written now."""
    first, second = example_settlements(), example_settlements()
    assert write_spreadsheet(run_of(first), first[0], PAYER) == write_spreadsheet(
        run_of(second), second[0], PAYER
    )


def test_only_what_was_frozen_is_written() -> None:
    found = example_settlements()
    with pytest.raises(SettlementError, match="run 7"):
        write_spreadsheet(run_of(found[1:]), found[0], PAYER)
