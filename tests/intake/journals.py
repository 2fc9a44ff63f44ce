"""Journals for tests: what a clinic's system holds as billed, as text and as a spreadsheet."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from openpyxl import Workbook

HEADINGS = ("klinik", "faktura", "rad", "patient", "stöd", "behandlad", "åtgärd", "tand", "belopp")


def as_csv(
    rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS, delimiter: str = ";"
) -> str:
    """Delimited text."""
    written = StringIO()
    csv.writer(written, delimiter=delimiter).writerows([headings, *rows])
    return written.getvalue()


def as_spreadsheet(
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str] = HEADINGS,
    formats: Mapping[str, str] | None = None,
) -> bytes:
    """A spreadsheet as another program writes it, with number formats of some cells."""
    book = Workbook()
    sheet = book.active
    for row in (headings, *rows):
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def as_shared_spreadsheet(
    rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS
) -> bytes:
    """A spreadsheet that keeps its texts in one place, as most programs write it."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate((headings, *rows)):
        sheet.write_row(place, 0, row)
    book.close()
    return content.getvalue()
