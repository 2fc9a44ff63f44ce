"""Vouchers, read back as the ledger would."""

import re
from datetime import date
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.packaged import chart_of, names
from exports.sie import LONGEST_TEXT, quoted, read_vouchers, voucher_lines, write_vouchers
from invoices.ledger import Transaction
from invoices.settlement import Settlement
from terms.errors import RuleFileError
from terms.vocabulary import SUPPORTS
from tests.settling import run_with, settlements
from tools.example_settlement import PAYER, booked, example_settlements, run_of

CHART = chart_of("jonkoping")
ON = date(2026, 12, 1)


class Row(NamedTuple):
    account: str
    amount_ore: int
    text: str


class Voucher(NamedTuple):
    series: str
    number: str
    day: str
    text: str
    rows: list[Row]


def fields(line: str) -> list[str]:
    """The fields of a line, by the format's rules: blanks between, quotes around, \\" within."""
    found = re.findall(r'"((?:\\"|[^"])*)"|(\{\})|([^\s"]+)', line)
    return [(one[0] or one[1] or one[2]).replace('\\"', '"') for one in found]


def read(content: bytes) -> tuple[dict[str, list[str]], list[Voucher]]:
    """The heads and the vouchers of a file."""
    text = content.decode("cp437")
    assert text.endswith("\r\n")
    heads: dict[str, list[str]] = {}
    vouchers: list[Voucher] = []
    for line in text.removesuffix("\r\n").split("\r\n"):
        label, *rest = fields(line)
        if label == "#VER":
            vouchers.append(Voucher(rest[0], rest[1], rest[2], rest[3], []))
        elif label == "#TRANS":
            assert rest[1] == "{}"
            assert re.fullmatch(r"-?\d+\.\d\d", rest[2])
            assert rest[3] == vouchers[-1].day
            vouchers[-1].rows.append(Row(rest[0], int(rest[2].replace(".", "")), rest[4]))
        elif label not in {"{", "}"}:
            assert not vouchers
            heads[label] = rest
    return heads, vouchers


def test_the_example_as_the_ledger_reads_it() -> None:
    run = run_of(example_settlements())
    heads, vouchers = read(write_vouchers(booked(run), PAYER, CHART, ON))
    assert list(heads) == [
        "#FLAGGA", "#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#FNAMN", "#ORGNR",
    ]  # fmt: skip
    assert (heads["#FORMAT"], heads["#SIETYP"], heads["#GEN"]) == (["PC8"], ["4"], ["20261201"])
    assert heads["#FNAMN"] == ["Region Jönköpings län"]
    assert heads["#ORGNR"] == ["232100-0057"]
    assert [(one.series, one.number) for one in vouchers] == [
        ("TV", str(number)) for number in range(1, 6)
    ]
    assert vouchers[1] == Voucher(
        "TV",
        "2",
        "20261130",
        "Avräkning 7",
        [
            Row("4612", 109_750, "SE2321000057-4F2A"),
            Row("3112", -20_000, "SE2321000057-4F2A"),
            Row("1519", -12_000, "SE2321000057-4F2A"),
            Row("2441", -77_750, "SE2321000057-4F2A"),
        ],
    )


@given(settlements())
def test_each_voucher_is_its_transaction_and_adds_up_to_nothing(found: list[Settlement]) -> None:
    transactions = booked(run_with(found), first=40)
    _, vouchers = read(write_vouchers(transactions, PAYER, CHART, ON))
    assert [one.number for one in vouchers] == [str(one.number) for one in transactions]
    for voucher, transaction in zip(vouchers, transactions, strict=True):
        assert sum(row.amount_ore for row in voucher.rows) == 0
        assert [row.amount_ore for row in voucher.rows] == [
            entry.amount_ore for entry in transaction.entries
        ]
    assert -sum(
        row.amount_ore for one in vouchers for row in one.rows if row.account == "1940"
    ) == sum(max(one.balance.payment_ore, 0) for one in found)


@given(st.text(max_size=200))
def test_any_text_is_one_field_on_one_line(text: str) -> None:
    written = quoted(text).encode("cp437").decode("cp437")
    assert "\r" not in written
    assert "\n" not in written
    assert fields(f"#FNAMN {written} slut")[2:] == ["slut"]
    assert len(fields(f"#FNAMN {written}")[1]) <= LONGEST_TEXT


@given(st.text(alphabet="abcåäöÅÄÖéü/()- 0123", max_size=90))
def test_swedish_text_comes_through_whole(text: str) -> None:
    assert fields(f"#FNAMN {quoted(text)}")[1] == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('Kliniken "Tand"', r'"Kliniken \"Tand\""'),
        ("slutar med \\", '"slutar med /"'),
        ('\\"', r'"/\""'),
        ("{\r\n#VER A 1", '"{  #VER A 1"'),
        ("a\x00b\x1ac\x7f", '"abc"'),
        ("Šárka – 中", '"Sárka - ?"'),
    ],
)
def test_what_the_format_cannot_say(text: str, written: str) -> None:
    assert quoted(text) == written


def test_every_region_with_a_chart_has_an_account_for_everything() -> None:
    for name in names("charts"):
        chart = chart_of(name)
        assert set(chart.claims) == set(chart.patient_fees) == set(SUPPORTS)
        assert set(chart.owed) == {"payables", "recoveries", "payouts"}


def test_a_missing_account_is_told() -> None:
    chart = msgspec.structs.replace(CHART, claims={"N": "4611"})
    transactions: list[Transaction] = booked(run_of(example_settlements()))
    with pytest.raises(RuleFileError, match="inget konto för claims F"):
        write_vouchers(transactions, PAYER, chart, ON)
    chart = msgspec.structs.replace(CHART, owed={"payables": "2441", "recoveries": "1519"})
    with pytest.raises(RuleFileError, match="inget konto för payouts"):
        write_vouchers(transactions, PAYER, chart, ON)


@given(settlements())
def test_what_was_written_is_read_again(found: list[Settlement]) -> None:
    transactions = booked(run_with(found))
    expected = {one.number: voucher_lines(one, CHART) for one in transactions}
    assert read_vouchers(write_vouchers(transactions, PAYER, CHART, ON)) == expected
