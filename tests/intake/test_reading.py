"""Lines of bytes, and what is said of a line that cannot be read."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudication.invoice import Invoice
from intake.lines import LONGEST_LINE, TOO_LONG, Chunk, bare, chunks
from intake.malformed import MOST_FAULTS, UNREADABLE, Fault, fault, faults
from intake.strict import Reader
from preassessments.decision import Preassessment
from registry.cards import Card
from tests.commands import PATIENT, application, card, invoice, line


def read(data: bytes, *sizes: int) -> list[Chunk]:
    """The chunks of data that comes in pieces of these sizes, and the rest at once."""

    def pieces() -> Iterator[bytes]:
        place = 0
        for size in sizes:
            if data[place : place + size]:
                yield data[place : place + size]
            place += size
        if data[place:]:
            yield data[place:]

    coming = pieces()
    return list(chunks(lambda: next(coming, b"")))


def lines_of(read_chunks: list[Chunk]) -> list[bytes]:
    return [bare(each) for chunk in read_chunks for each in chunk.lines]


@given(st.lists(st.sampled_from([b"", b"{}", b"abc\r", b"  ", b"\x00\xff"])), st.booleans(),
       st.lists(st.integers(1, 7)))  # fmt: skip
def test_lines_are_the_same_however_they_come(
    lines: list[bytes], has_end: bool, sizes: list[int]
) -> None:
    data = b"\n".join(lines) + (b"\n" if has_end and lines else b"")
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    found = read(data, *sizes)
    assert lines_of(found) == expected
    number = 1
    for chunk in found:
        assert chunk.first == number
        assert data[chunk.start :].startswith(chunk.lines[0])
        assert chunk.start == 0 or data[chunk.start - 1 : chunk.start] == b"\n"
        number += len(chunk.lines)


@pytest.mark.parametrize("sizes", [(), (1,), (2,), (1, 1, 1, 1)])
def test_byte_order_mark_is_passed_over_at_the_start_only(sizes: tuple[int, ...]) -> None:
    mark = b"\xef\xbb\xbf"
    assert lines_of(read(mark + b"{}\n" + mark + b"{}", *sizes)) == [b"{}", mark + b"{}"]
    assert lines_of(read(mark + b"{}", *sizes)) == [b"{}"]


@pytest.mark.parametrize("size", [1 << 10, 1 << 16, 1 << 20, LONGEST_LINE + 1])
def test_line_that_is_too_long_is_passed_over(size: int) -> None:
    longest = b"x" * LONGEST_LINE
    data = b"a\n" + longest + b"\n" + longest + b"y\n" + b"b\n" + longest * 3 + b"\nc"
    found = read(data, *[size] * (len(data) // size))
    assert lines_of(found) == [b"a", longest, TOO_LONG, b"b", TOO_LONG, b"c"]
    for chunk in found:
        if chunk.lines[0] is not TOO_LONG:
            assert data[chunk.start :].startswith(chunk.lines[0])


def test_line_that_is_too_long_may_be_the_last() -> None:
    data = b"a\n" + b"x" * (LONGEST_LINE + 1)
    assert lines_of(read(data, *[1 << 16] * 99)) == [b"a", TOO_LONG]


def test_no_more_is_held_of_a_long_line_than_is_allowed() -> None:
    """An endless line is read as long as it comes, and nothing of it is kept."""
    piece, asked = b"x" * (1 << 16), 0

    def endless() -> bytes:
        nonlocal asked
        asked += 1
        return piece if asked <= 1000 else b""

    assert [chunk.lines for chunk in chunks(endless)] == [[TOO_LONG]]


def told(row: Any, kind: type = Invoice) -> Fault:
    """What is said of a line; bytes stand for themselves."""
    data = row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()
    with pytest.raises(UNREADABLE) as caught:
        msgspec.json.Decoder(kind).decode(data)
    return fault(data, caught.value)


def with_price(text: str) -> bytes:
    return json.dumps(invoice()).replace("110000", text).encode()


PRICE = "$.lines[0].price_ore"
WHOLE = "ska vara ett heltal, inte "

PRICES = {
    '"100"': (WHOLE + "en text", PRICE),
    "1e2": (WHOLE + "ett tal med decimaler eller exponent", PRICE),
    "100.0": (WHOLE + "ett tal med decimaler eller exponent", PRICE),
    "null": (WHOLE + "null", PRICE),
    "true": (WHOLE + "true eller false", PRICE),
    "[]": (WHOLE + "en lista", PRICE),
    "{}": (WHOLE + "ett objekt", PRICE),
    "-1": ("ska vara minst 0", PRICE),
    "1000000001": ("ska vara högst 1000000000", PRICE),
    "9223372036854775808": ("ska vara högst 1000000000", PRICE),
    "18446744073709551616": ("ska vara högst 1000000000", PRICE),
    "9" * 5000: ("talet är för stort", PRICE),
    "1e999": ("talet är för stort", PRICE),
    "NaN": ("raden är inte JSON: otillåtet tecken (efter 198 byte)", "$"),
    "Infinity": ("raden är inte JSON: otillåtet tecken (efter 198 byte)", "$"),
    "01": ("raden är inte JSON: ett tal är fel skrivet (efter 199 byte)", "$"),
}


@pytest.mark.parametrize("price", PRICES, ids=lambda text: text[:20])
def test_amounts_that_are_none(price: str) -> None:
    assert told(with_price(price)) == Fault(*PRICES[price])


DEEP = 100_000

ROWS: dict[str, tuple[Any, str, str]] = {
    "unknown field": (invoice(clnic="x"), "fältet är inte känt", "$.clnic"),
    "unknown field of a line": (
        invoice(lines=[line(tooht="11")]), "fältet är inte känt", "$.lines[0].tooht"),
    "unknown field that may be anything": (
        {**invoice(), PATIENT: 1}, "objektet har ett fält som inte är känt", "$"),
    "missing field": (
        {key: value for key, value in invoice().items() if key != "number"},
        "saknas", "$.number"),
    "missing field of a line": (invoice(lines=[{}]), "saknas", "$.lines[0].line"),
    "missing field of a free card": (
        invoice(free_card={"number": "1"}), "saknas", "$.free_card.valid_from"),
    "wrong word": (invoice(support="Q"), "ska vara något av N, F, S, H", "$.support"),
    "wrong word of a line": (
        invoice(lines=[line(performer="tandläkare")]),
        "ska vara något av dentist, hygienist, nurse", "$.lines[0].performer"),
    "wrong word in a list": (
        invoice(lines=[line(facts=["x"])]),
        "ska vara något av existing_retainer_crowns, peri_implantitis", "$.lines[0].facts[0]"),
    "wrong kind of document": (
        invoice(lines=[line(documents=[{"kind": "x", "name": "y"}])]),
        "ska vara något av day_note, record_copy, xray, technician_invoice, referral",
        "$.lines[0].documents[0].kind"),
    "no day": (
        invoice(received_on="2026-02-30"),
        "ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD", "$.received_on"),
    "a moment": (
        invoice(received_on="2026-02-03T00:00:00"),
        "ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD", "$.received_on"),
    "a day as a number": (
        invoice(received_on=20260202),
        "ska vara en dag skriven ÅÅÅÅ-MM-DD eller null, inte ett heltal", "$.received_on"),
    "line number 0": (invoice(lines=[line(line=0)]), "ska vara minst 1", "$.lines[0].line"),
    "tooth as a number": (
        invoice(lines=[line(tooth=11)]),
        "ska vara en text eller null, inte ett heltal", "$.lines[0].tooth"),
    "yes": (
        invoice(protected_identity="ja"),
        "ska vara true eller false eller null, inte en text", "$.protected_identity"),
    "lines null": (invoice(lines=None), "ska vara en lista, inte null", "$.lines"),
    "surfaces of figures": (
        json.loads(json.dumps(invoice()).replace('"code"', '"surfaces": "12", "code"')),
        "ska vara bokstäver", "$.lines[0].surfaces"),
    "a line number beyond 64 bits": (
        json.dumps(invoice()).replace('"line": 1', '"line": 9223372036854775808').encode(),
        "ska vara högst 9223372036854775807", "$.lines[0].line"),
    "a list": ([invoice()], "ska vara ett objekt, inte en lista", "$"),
    "a text": ("x", "ska vara ett objekt, inte en text", "$"),
    "nothing of JSON": (b"hej", "raden är inte JSON: otillåtet tecken (efter 0 byte)", "$"),
    "cut off": (
        json.dumps(invoice()).encode()[:-1],
        "raden är inte JSON: den slutar för tidigt", "$"),
    "two objects": (
        b"{}{}", "saknas", "$.clinic"),
    "something after": (
        json.dumps(invoice()).encode() + b" x",
        "raden är inte JSON: något följer efter objektet (efter 233 byte)", "$"),
    "comma too many": (
        json.dumps(invoice()).encode()[:-1] + b",}",
        "raden är inte JSON: ett komma för mycket (efter 231 byte)", "$"),
    "single quotes": (
        b"{'clinic':1}",
        "raden är inte JSON: där ska stå ett fältnamn inom citattecken (efter 1 byte)", "$"),
    "half a surrogate": (
        b'{"clinic":"\\ud800abcdef"}',
        r"raden är inte JSON: ett tecken är fel skrivet efter \ i en text (efter 17 byte)", "$"),
    "Latin-1": (
        json.dumps(invoice(clinic="Öa"), ensure_ascii=False).encode("latin-1"),
        "raden är inte skriven i UTF-8 (efter 12 byte), kanske i Latin-1; spara filen i UTF-8",
        "$"),
    "UTF-16": (
        json.dumps(invoice()).encode("utf-16"),
        "filen är skriven i UTF-16; spara den i UTF-8", "$"),
    "lists in lists": (b"[" * DEEP, "ska vara ett objekt, inte en lista", "$"),
    "lines in lines": (
        b'{"lines":' * DEEP, "ska vara en lista, inte ett objekt", "$.lines"),
    "an unknown field that is deep": (
        json.dumps(invoice())[:-1].encode() + b',"x":' + b"[" * DEEP,
        "fältet är inte känt", "$.x"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_lines_that_are_no_invoices(name: str) -> None:
    row, message, path = ROWS[name]
    assert told(row) == Fault(message, path)


def test_line_that_is_too_long_is_told_as_such() -> None:
    assert told(TOO_LONG).message == "raden är längre än 1048576 byte och har inte lästs"


def test_too_many_levels_are_told_as_such() -> None:
    assert fault(b"", RecursionError("maximum recursion depth exceeded")) == Fault(
        "raden har för många nivåer av listor eller objekt i varandra", "$"
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=5)
    | st.sampled_from(["2026-01-20", "F", "dentist", PATIENT]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner,
                                                                max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(
    st.sampled_from([(Invoice, invoice()), (Card, card()), (Preassessment, application())]),
    st.data(),
)
def test_whatever_is_wrong_is_told_in_swedish(what: tuple[type, dict[str, Any]], data: Any) -> None:
    """No message is msgspec's own, and none says what the line said."""
    kind, row = what
    row = json.loads(json.dumps(row))
    target = data.draw(st.sampled_from([row, *row.get("lines", [])]))
    field = data.draw(st.sampled_from([*target, "extra", PATIENT]))
    if data.draw(st.booleans()) and field in target:
        del target[field]
    else:
        target[field] = data.draw(JSON_VALUES)
    text = json.dumps(row).encode()
    cut = data.draw(st.integers(0, len(text)) | st.none())
    text = text[:cut] + data.draw(st.sampled_from([b"", b"", b"\xe5", b"}", b'"', b"\\"]))
    try:
        msgspec.json.Decoder(kind).decode(text)
    except UNREADABLE as error:
        found = fault(text, error)
        assert "kan inte läsas (" not in found.message
        assert PATIENT not in found.message + found.path


def test_every_fault_is_told_in_the_order_of_the_fields() -> None:
    row = invoice(lines=[line(price_ore="1"), {"line": 0, "code": "a\0b", "x": 1}])
    row |= {"support": "Q", "free_card": {"number": 1}, "region": None, "other": 1}
    text = json.dumps(row).encode()
    with pytest.raises(msgspec.ValidationError) as caught:
        Reader(Invoice).read(text)
    assert [one.path for one in faults(text, Invoice, caught.value)] == [
        "$.other",
        "$.support",
        "$.free_card.number",
        "$.free_card.valid_from",
        "$.free_card.valid_to",
        "$.lines[0].price_ore",
        "$.lines[1].x",
        "$.lines[1].line",
        "$.lines[1].treated_on",
        "$.lines[1].code",
        "$.lines[1].price_ore",
        "$.lines[1].performer",
    ]


def test_no_more_faults_than_anybody_reads() -> None:
    text = json.dumps(invoice(lines=[{}] * 200)).encode()
    with pytest.raises(msgspec.ValidationError) as caught:
        Reader(Invoice).read(text)
    assert len(faults(text, Invoice, caught.value)) == MOST_FAULTS


CONTROLS = [chr(one) for one in range(32) if chr(one) not in "\t\n\r"]


@pytest.mark.parametrize("character", CONTROLS, ids=repr)
def test_control_characters_are_refused_with_their_path(character: str) -> None:
    for text in (json.dumps(character), rf'"\\{json.dumps(character)[1:]}'):
        with pytest.raises(msgspec.ValidationError) as caught:
            Reader(str).read(text.encode())
        (found,) = faults(text.encode(), str, caught.value)
        assert found == Fault("texten innehåller ett styrtecken; ta bort det", "$")


@pytest.mark.parametrize("text", ["\t\n\r", "\\u0000", "\\\\u0001", "å\u0080", "\u2028"])
def test_other_characters_are_read(text: str) -> None:
    assert Reader(str).read(json.dumps(text).encode()) == text
