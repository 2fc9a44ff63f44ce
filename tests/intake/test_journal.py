"""A journal is read as it was meant, or refused with every fault by row and column; nothing that
unpacks to anything, runs, or names somebody comes through."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from intake import spreadsheet, table
from intake.delimited import delimited_rows
from intake.journal import JournalRow, ReadJournal, read_journal
from intake.malformed import MOST_FAULTS
from intake.spreadsheet import spreadsheet_rows
from intake.table import place
from tests.intake.journals import HEADINGS, as_csv, as_shared_spreadsheet, as_spreadsheet

PATIENT = "194805121011"
AT = datetime.combine(date(2026, 1, 20), time(14, 30))
ROW = ("SE1-A", "1013", "2", PATIENT, "F", "2026-01-20", "101", "16", "1 234,50")
READ = JournalRow(
    row=2, clinic="SE1-A", number="1013", line=2, patient=PATIENT, support="F",
    treated_on=date(2026, 1, 20), code="101", tooth="16", price_ore=123_450,
)  # fmt: skip


def read(content: str | bytes, clinic: str | None = None) -> ReadJournal:
    encoded = content.encode() if isinstance(content, str) else content
    is_packed = encoded.startswith((b"PK", b"\xd0\xcf"))
    return read_journal(spreadsheet_rows(encoded) if is_packed else delimited_rows(encoded), clinic)


def told(found: ReadJournal) -> list[tuple[str, str]]:
    assert found.rows == []
    assert PATIENT not in str(found.faults)
    return [(fault.path, fault.message) for fault in found.faults]


def with_cell(heading: str, value: object) -> tuple[object, ...]:
    return tuple(
        value if name == heading else cell for name, cell in zip(HEADINGS, ROW, strict=True)
    )


# --- read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        as_csv([ROW]),
        "\ufeff" + as_csv([ROW]),
        as_csv([ROW]).encode("latin-1"),
        as_csv([ROW], delimiter="\t"),
        as_csv([ROW], delimiter=","),
        as_csv([ROW]).replace("\r\n", "\n"),
        "\r\n;;\r\n".join(as_csv([ROW]).split("\r\n", 1)).replace("\r\n;;", "", 1),
        as_csv([(*ROW, "", "")], (*HEADINGS, "", "")),
        as_csv([ROW]).replace("behandlad", " Behandlingsdag ").replace("belopp", "PRIS"),
        as_csv([with_cell("patient", "19480512-1011")]),
        as_csv([with_cell("behandlad", "20260120")]),
        as_csv([with_cell("behandlad", "2026-01-20 14:30")]),
        as_csv([with_cell("stöd", "f")]),
        *(as_csv([with_cell("belopp", one)]) for one in (
            "1234,50", "1234.5", "1\u00a0234,50", "1\u202f234,50 kr", "1 234,5", "1234,50kr",
        )),
    ],
)  # fmt: skip
def test_text_is_read_however_it_is_written(content: str | bytes) -> None:
    assert read(content) == ReadJournal([READ], [])


def test_a_spreadsheet_is_read_by_what_its_cells_are() -> None:
    typed = ("SE1-A", 1013, 2, int(PATIENT), "F", AT, 101, 16, 1234.5)
    as_day = ("SE1-A", 1013, 2, PATIENT, "F", date(2026, 1, 20), "101", "16", 1234.50)
    for rows in ([typed], [as_day], [ROW]):
        assert read(as_spreadsheet(rows)) == ReadJournal([READ], [])
    shared = ("SE1-A", "1013", 2, PATIENT, "F", "2026-01-20", 101, "16", 1234.5)
    assert read(as_shared_spreadsheet([shared])) == ReadJournal([READ], [])
    own = as_spreadsheet([(*ROW[:5], 46042, *ROW[6:])], formats={"F2": '"den" d mmm "år" yyyy'})
    assert read(own) == ReadJournal([READ], [])


def test_cells_need_not_say_where_they_are() -> None:
    """Nor rows: some programs leave out what follows from the order."""
    whole = as_shared_spreadsheet([with_cell("belopp", 1234.5)])
    bare = repacked(whole, lambda text: re.sub(rb' (?:r|spans)="[A-Z0-9:]+"', b"", text))
    assert read(bare) == ReadJournal([READ], [])


def test_the_first_sheet_that_is_shown_is_read() -> None:
    book = load_workbook(BytesIO(as_spreadsheet([ROW])))
    book.active.title = "Journal"
    for state in ("hidden", "veryHidden"):
        book.create_sheet(state, 0).sheet_state = state
    book.create_sheet("Annat").append(["något", "annat"])
    content = BytesIO()
    book.save(content)
    assert read(content.getvalue()) == ReadJournal([READ], [])


def test_amounts_are_read_as_they_are_written() -> None:
    """4,35 is written as 4.3499999999999996 by some."""
    for kronor, ore in ((4.35, 435), (0.29, 29), (1_000_000, 100_000_000), (0, 0), (2.675, None)):
        found = read(as_spreadsheet([with_cell("belopp", kronor)]))
        assert [row.price_ore for row in found.rows] == ([] if ore is None else [ore])
    content = as_spreadsheet([with_cell("belopp", 4.25)])
    written = repacked(content, lambda text: text.replace(b"4.25", b"4.3499999999999996"))
    assert read(written).rows[0].price_ore == 435


def test_blank_rows_are_passed_over_but_counted() -> None:
    first, second = as_csv([ROW]).splitlines()
    found = read(f"\n{first}\n\n;;;;\n{second}\n\n")
    assert [row.row for row in found.rows] == [5]
    found = read(as_spreadsheet([(), (), ROW]))
    assert [row.row for row in found.rows] == [4]


def test_what_is_known_beforehand_need_not_stand_there() -> None:
    content = as_csv([ROW[3:]], HEADINGS[3:])
    (row,) = read(content, "SE1-B").rows
    assert (row.clinic, row.number, row.line, row.tooth) == ("SE1-B", None, None, "16")
    assert told(read(content)) == [("rad 1", "kolumnen klinik saknas")]
    without_patient = as_csv([(*ROW[:3], *ROW[4:])], (*HEADINGS[:3], *HEADINGS[4:]))
    assert read(without_patient).rows[0].patient is None


# --- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "value", "column", "what"),
    [
        ("belopp", "12,345", "I", "ska vara kronor"),
        ("belopp", "1.234,50", "I", "ska vara kronor"),
        ("belopp", "12 34", "I", "ska vara kronor"),
        ("belopp", "1e3", "I", "ska vara kronor"),
        ("belopp", "١٢", "I", "ska vara kronor"),
        ("belopp", "10000000,01", "I", "ska vara högst"),
        ("belopp", "-5", "I", "är negativt"),
        ("belopp", "−5", "I", "är negativt"),
        ("belopp", "", "I", "saknas"),
        ("behandlad", "2026-02-29", "F", "ska vara en dag"),
        ("behandlad", "20/1 2026", "F", "ska vara en dag"),
        ("behandlad", "", "F", "saknas"),
        ("åtgärd", " ", "G", "saknas"),
        ("åtgärd", "1\x0001", "", "är ingen text"),
        ("åtgärd", "1\x0b01", "G", "innehåller ett styrtecken"),
        ("åtgärd", "1\n01", "G", "innehåller ett styrtecken"),
        ("åtgärd", "1" * 1001, "G", "är längre än 1000"),
        ("patient", "194805121012", "D", "ska vara ett person"),
        ("patient", "4805121011", "D", "ska vara ett person"),
        ("rad", "0", "C", "ska vara ett heltal"),
        ("rad", "2.0", "C", "ska vara ett heltal"),
        ("rad", "²", "C", "ska vara ett heltal"),
        ("stöd", "X", "E", "ska vara något av N, F, S, H"),
        ("klinik", "", "A", "saknas"),
    ],
)
def test_a_wrong_cell_is_told_by_its_place(
    heading: str, value: str, column: str, what: str
) -> None:
    ((path, message),) = told(read(as_csv([with_cell(heading, value)])))
    assert message.startswith(what)
    expected = f"rad 2, kolumn {column} ({heading})" if column else table.FILE
    assert path == expected


def test_every_fault_is_told_at_once() -> None:
    content = as_csv(
        [
            ("SE1-A", "1013", "x", "1", "F", "2026-13-01", "101", "", "a"),
            ("SE1-B", "1013", "", "", "F", "2026-01-20", "", "", "5", "", "more"),
            ROW,
            ROW,
        ]
    )
    assert told(read(content, "SE1-A")) == [
        ("rad 2, kolumn C (rad)", "ska vara ett heltal från 1"),
        ("rad 2, kolumn D (patient)",
         "ska vara ett person- eller samordningsnummer med tolv siffror"),
        ("rad 2, kolumn F (behandlad)", "ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD"),
        ("rad 2, kolumn I (belopp)", "ska vara kronor med högst två decimaler, skrivet 1 234,50"),
        ("rad 3, kolumn J", "har fler celler än rubrikerna"),
        ("rad 3, kolumn G (åtgärd)", "saknas"),
        ("rad 3, kolumn A (klinik)", "är en annan klinik än den som filen gäller"),
        ("rad 3", "anger varken patient eller både faktura och rad"),
        ("rad 5", "samma faktura och rad står på rad 4; ta bort den ena"),
    ]  # fmt: skip
    many = as_csv([with_cell("belopp", "?")] * (MOST_FAULTS + 50))
    assert len(told(read(many))) == MOST_FAULTS


def test_wrong_headings_are_told_and_nothing_below_them() -> None:
    headings = ("klinik", "namn", "patient", "patient", "stöd", "behandlad", "", "åtgärd")
    found = told(read(as_csv([("x",) * 8], headings)))
    assert [path for path, _ in found] == [
        "rad 1, kolumn B", "rad 1, kolumn D", "rad 1, kolumn G", "rad 1",
    ]  # fmt: skip
    assert found[0][1].startswith("rubriken är inte känd; ta bort kolumnen. Kända är klinik, ")
    assert found[3][1] == "kolumnen belopp saknas"
    without_whose = as_csv([ROW[4:]], HEADINGS[4:])
    assert told(read(without_whose, "SE1-A")) == [
        ("rad 1", "kolumnen patient saknas, eller faktura och rad")
    ]


@pytest.mark.parametrize("content", ["", "\n\n", as_csv([]), as_csv([]) + ";;;\n"])
def test_nothing_is_told_to_be_nothing(content: str) -> None:
    assert told(read(content)) == [(table.FILE, "har inga rader under rubrikerna")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (as_csv([ROW]).encode("utf-16"), "är skriven i UTF-16"),
        (b"klinik\x81;\r\n", "är varken skriven i UTF-8 eller Latin-1"),
        (b"\0" * 100, "är ingen text"),
        (as_csv([ROW]) + '"', "går inte att dela i kolumner"),
        (as_csv([ROW]) + "x" * 200_000, "går inte att dela i kolumner"),
        (as_csv([ROW]) + ";" * 60 + "x", "har fler än 50 kolumner"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "är ett äldre kalkylblad eller låst"),
        (b"PK\x03\x04" + bytes(100), "är inget helt kalkylblad"),
        (b" " * (table.LARGEST_TABLE + 1), "är större än 16 MiB"),
    ],
)
def test_what_is_no_table_is_refused(content: str | bytes, what: str) -> None:
    assert told(read(content))[-1][1].startswith(what)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [with_cell("faktura", str(number)) for number in range(4)]
    for module in ("intake.delimited", "intake.spreadsheet"):
        monkeypatch.setattr(f"{module}.MOST_ROWS", 3)
    for content in (as_csv(rows), as_spreadsheet(rows)):
        assert told(read(content)) == [("rad 5", "filen har fler än 3 rader; dela upp den")]
    assert len(read(as_csv(rows[:3])).rows) == len(read(as_spreadsheet(rows[:3])).rows) == 3


def test_cells_of_a_spreadsheet_that_are_no_values() -> None:
    rows = [
        with_cell("belopp", "=1+1"), with_cell("patient", True), with_cell("åtgärd", "#N/A"),
    ]  # fmt: skip
    assert told(read(as_spreadsheet(rows))) == [
        ("rad 2, kolumn I (belopp)", "innehåller en formel; klistra in värdet i stället"),
        ("rad 3, kolumn D (patient)", "ska vara text, ett tal eller en dag"),
        ("rad 4, kolumn G (åtgärd)", "ska vara text, ett tal eller en dag"),
    ]
    late = as_spreadsheet([with_cell("behandlad", 0)], formats={"F2": "yyyy-mm-dd"})
    assert told(read(late)) == [("rad 2, kolumn F (behandlad)", "ska vara en dag som finns")]


# --- hostile spreadsheets ------------------------------------------------------------------------


def repacked(
    content: bytes, change: Callable[[bytes], bytes], name: str = "xl/worksheets/sheet1.xml"
) -> bytes:
    """The file with one of its parts changed."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            text = old.read(one)
            new.writestr(one, change(text) if one == name else text)
    return written.getvalue()


BROKEN = "är inget helt kalkylblad (.xlsx); spara det på nytt"


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    grown = repacked(as_spreadsheet([ROW]), lambda text: text + b" " * spreadsheet.LARGEST_UNPACKED)
    assert len(grown) < 1 << 20
    assert told(read(grown))[0][1].startswith("packar upp till mer än 96 MiB")


def test_a_part_that_unpacks_to_more_than_it_says_is_broken() -> None:
    grown = repacked(as_spreadsheet([ROW]), lambda text: text + b" " * 5_000_000)
    with zipfile.ZipFile(BytesIO(grown)) as file:
        size = file.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = grown.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))
    assert told(read(lying)) == [(table.FILE, BROKEN)]


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname">',
    ],
)
def test_nothing_is_declared(declared: bytes) -> None:
    start = b"<worksheet"
    changed = repacked(as_spreadsheet([ROW]), lambda text: text.replace(start, declared + start, 1))
    assert told(read(changed)) == [(table.FILE, BROKEN)]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", b"</worksheet>", b""),
        ("xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>99999</v>"),
        ("xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>x</v>"),
        ("xl/worksheets/sheet1.xml", b"<v>1234.5</v>", b"<v>1e999</v>"),
        ("xl/worksheets/sheet1.xml", b'r="A1"', b'r="AAAAAAAAAAAAAA1"'),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../../etc/hostname"),
        ("_rels/.rels", b"officeDocument", b"nothing"),
        ("xl/workbook.xml", b"<sheet ", b"<other "),
        ("xl/workbook.xml", b"<sheet name", b'<sheet state="hidden" name'),
    ],
)
def test_a_part_that_is_not_as_it_should_be(name: str, before: bytes, after: bytes) -> None:
    whole = as_shared_spreadsheet([with_cell("belopp", 1234.5)])
    with zipfile.ZipFile(BytesIO(whole)) as file:
        assert before in file.read(name)
    changed = repacked(whole, lambda text: text.replace(before, after), name)
    assert told(read(changed))[0][1] in {BROKEN, "har inget kalkylblad som visas"}


def test_days_are_counted_from_where_the_file_says() -> None:
    content = as_spreadsheet([with_cell("behandlad", date(2026, 1, 20))])
    from_1904 = repacked(
        content,
        lambda text: text.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'),
        "xl/workbook.xml",
    )
    assert read(from_1904).rows[0].treated_on == date(2030, 1, 21)


@given(st.binary(max_size=300), st.integers(0, 6000))
def test_whatever_is_changed_is_read_or_refused(noise: bytes, where: int) -> None:
    whole = as_spreadsheet([ROW])
    read(whole[:where] + noise + whole[where + len(noise) :])
    read(noise)


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ")]
)
def test_columns_are_called_as_spreadsheets_do(column: int, letters: str) -> None:
    assert place(3, column) == f"rad 3, kolumn {letters}"
