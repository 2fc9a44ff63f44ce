"""What is read as an invoice, and what makes two invoices say the same."""

import json
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from adjudication.findings import LineNumberRepeated
from adjudication.invoice import LARGEST_LINE, Invoice, InvoiceFields, Line, LineFields, fingerprint
from adjudication.refusal import whole_invoice_findings
from tests.desks import Row

LINE: Row = {
    "line": 1, "treated_on": "2026-03-01", "code": "301", "price_ore": 45_000,
    "performer": "dentist",
}  # fmt: skip
INVOICE: Row = {
    "clinic": "SE1", "number": "1", "patient": "196005171019", "support": "F", "lines": [LINE],
}  # fmt: skip
FULL_LINE: Row = {
    **LINE, "tooth": "11", "zone": "18-11", "surfaces": "MO", "conditions": ["3043"],
    "facts": ["peri_implantitis"], "motivation": "Smärta", "preassessment": "B-1",
    "documents": [{"kind": "xray", "name": "x.png"}],
}  # fmt: skip
FULL: Row = {
    **INVOICE, "care_level": "specialist", "region": "dalarna", "received_on": "2026-03-02",
    "replaces": "0", "free_card": {
        "number": "1", "valid_from": "2026-01-01", "valid_to": "2026-12-31"
    }, "protected_identity": True, "lines": [FULL_LINE],
}  # fmt: skip


def read(row: Row) -> Invoice:
    return msgspec.json.decode(json.dumps(row), type=Invoice)


def with_line(**fields: Any) -> Row:
    return {**INVOICE, "lines": [{**LINE, **fields}]}


def test_everything_that_can_be_given_is_read() -> None:
    invoice = read(FULL)
    assert json.loads(msgspec.json.encode(invoice)) == FULL


@pytest.mark.parametrize("name", sorted(set(FULL) - set(INVOICE)))
def test_what_is_optional_may_be_absent_or_null(name: str) -> None:
    assert content(read({**INVOICE, name: None})) == content(read(INVOICE))


@pytest.mark.parametrize("name", sorted(set(FULL_LINE) - set(LINE)))
def test_what_is_optional_on_a_line_may_be_absent_or_null(name: str) -> None:
    assert content(read(with_line(**{name: None}))) == content(read(INVOICE))


@pytest.mark.parametrize("name", sorted(INVOICE))
def test_the_rest_must_be_given(name: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=name):
        read({key: value for key, value in INVOICE.items() if key != name})
    with pytest.raises(msgspec.ValidationError, match=name):
        read({**INVOICE, name: None})


@pytest.mark.parametrize("name", sorted(LINE))
def test_the_rest_of_a_line_must_be_given(name: str) -> None:
    line = {key: value for key, value in LINE.items() if key != name}
    with pytest.raises(msgspec.ValidationError, match=name):
        read({**INVOICE, "lines": [line]})


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ({**INVOICE, "colour": "red"}, "colour"),
        (with_line(colour="red"), "lines[0]"),
        (with_line(line=0), "lines[0].line"),
        (with_line(line=-1), "lines[0].line"),
        (with_line(line=LARGEST_LINE + 1), "lines[0].line"),
        (with_line(line=1.0), "lines[0].line"),
        (with_line(line=True), "lines[0].line"),
        *(
            (with_line(surfaces=one), "lines[0].surfaces")
            for one in ("12", "M O", "M,D", "M\n", "½")
        ),
        (with_line(line="1"), "lines[0].line"),
        (with_line(price_ore=-1), "lines[0].price_ore"),
        (with_line(price_ore=1_000_000_001), "lines[0].price_ore"),
        (with_line(price_ore=1.5), "lines[0].price_ore"),
        (with_line(price_ore="100"), "lines[0].price_ore"),
        (with_line(code=301), "lines[0].code"),
        (with_line(treated_on="2026-02-29"), "lines[0].treated_on"),
        (with_line(treated_on="2026-3-1"), "lines[0].treated_on"),
        (with_line(treated_on="20260301"), "lines[0].treated_on"),
        (with_line(treated_on="2026-03-01T00:00:00"), "lines[0].treated_on"),
        (with_line(treated_on=20260301), "lines[0].treated_on"),
        (with_line(performer="barber"), "lines[0].performer"),
        (with_line(tooth=11), "lines[0].tooth"),
        (with_line(conditions="3043"), "lines[0].conditions"),
        (with_line(facts=["rich"]), "lines[0].facts"),
        (with_line(documents=[{"kind": "photo", "name": "a"}]), "lines[0].documents"),
        (with_line(documents=[{"kind": "xray"}]), "lines[0].documents"),
        (with_line(documents=[{"kind": "xray", "name": "a", "size": 1}]), "lines[0].documents"),
        ({**INVOICE, "support": "X"}, "support"),
        ({**INVOICE, "care_level": "super"}, "care_level"),
        ({**INVOICE, "free_card": {"number": "1", "valid_from": "2026-01-01"}}, "free_card"),
        ({**INVOICE, "free_card": "12345"}, "free_card"),
        ({**INVOICE, "protected_identity": "no"}, "protected_identity"),
        ({**INVOICE, "protected_identity": 1}, "protected_identity"),
        ({**INVOICE, "lines": LINE}, "lines"),
    ],
)
def test_anything_else_is_refused_with_its_path(row: Row, path: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        read(row)
    assert path in str(raised.value)


@pytest.mark.parametrize("text", ["[]", '"1"', "1", "null"])
def test_an_invoice_is_an_object(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Invoice)


def test_the_largest_and_the_least_that_can_be_asked() -> None:
    assert read(with_line(price_ore=1_000_000_000)).lines[0].price_ore == 1_000_000_000
    assert read(with_line(price_ore=0)).lines[0].price_ore == 0


def test_the_largest_and_the_least_number_of_a_line() -> None:
    assert read(with_line(line=LARGEST_LINE)).lines[0].line == LARGEST_LINE
    assert read(with_line(line=1)).lines[0].line == 1


# --- the same content --------------------------------------------------------------------------


def content(invoice: Invoice) -> bytes:
    return fingerprint(invoice, invoice.patient.replace("-", ""))


@pytest.mark.parametrize(
    "row",
    [
        {**INVOICE, "received_on": "2026-03-02"},
        {**INVOICE, "patient": "19600517-1019"},
        {**INVOICE, "care_level": "general"},
        {**INVOICE, "protected_identity": False},
        with_line(conditions=[]),
        with_line(facts=[]),
        with_line(documents=[]),
        with_line(conditions=[], facts=[], documents=[], tooth=None),
    ],
)
def test_what_makes_no_difference(row: Row) -> None:
    assert content(read(row)) == content(read(INVOICE))


DIFFERENT: list[Row] = [
    INVOICE,
    {**INVOICE, "patient": "196005171027"},
    {**INVOICE, "support": "N"},
    {**INVOICE, "care_level": "specialist"},
    {**INVOICE, "region": "dalarna"},
    {**INVOICE, "region": ""},
    {**INVOICE, "replaces": "0"},
    {**INVOICE, "free_card": FULL["free_card"]},
    {**INVOICE, "free_card": {**FULL["free_card"], "valid_to": "2026-12-30"}},
    {**INVOICE, "lines": []},
    {**INVOICE, "lines": [LINE, {**LINE, "line": 2}]},
    {**INVOICE, "lines": [{**LINE, "line": 2}, LINE]},
    *(with_line(**{name: FULL_LINE[name]}) for name in sorted(set(FULL_LINE) - set(LINE))),
    with_line(line=2),
    with_line(treated_on="2026-03-02"),
    with_line(code="302"),
    with_line(price_ore=45_001),
    with_line(performer="hygienist"),
    with_line(tooth=""),
    with_line(zone=""),
    with_line(surfaces="OM"),
    with_line(motivation=""),
    with_line(motivation=',"conditions":[]'),
    with_line(motivation=',"facts":[]'),
    with_line(conditions=["", "3043"]),
    with_line(conditions=["3043", ""]),
    with_line(conditions=[""]),
    with_line(conditions=["[]"]),
    with_line(documents=[{"kind": "xray", "name": ',"documents":[]'}]),
    with_line(documents=[{"kind": "xray", "name": ""}]),
]


def test_what_makes_a_difference() -> None:
    digests = [content(read(row)) for row in DIFFERENT]
    assert len(set(digests)) == len(DIFFERENT)


def test_content_is_known_again_where_it_was_kept() -> None:
    """Databases hold these digests: another way to make them would decide invoices once more."""
    assert content(read(INVOICE)).hex() == "c84d629a2454d8333b8c0bed0f909b17"
    assert content(read(FULL)).hex() == "0e36fc6c956a212d9b181b01856c63cc"


def test_a_line_can_be_read_by_itself() -> None:
    assert msgspec.convert(LINE, Line).tooth is None


@pytest.mark.parametrize(("shape", "taken"), [(Line, LineFields), (Invoice, InvoiceFields)])
def test_fields_taken_at_once_are_those_of_the_shape(shape: type, taken: Any) -> None:
    """They are told by their order alone (adjudication/ordinary.py)."""
    kinds = dict(zip(get_type_hints(shape), get_args(taken), strict=True))
    assert list(kinds) == [field.name for field in msgspec.structs.fields(shape)]
    for name, kind in get_type_hints(shape).items():
        assert kinds[name] in (kind, Any), name


def test_numbers_that_stand_more_than_once_are_told_and_no_others() -> None:
    lines = [{**LINE, "line": number} for number in (4, 1, 2, 4, 3, 2, 4)]
    (finding,) = whole_invoice_findings(read({**INVOICE, "lines": lines}), is_person=True)
    assert finding == LineNumberRepeated(rule="contract/line_number_repeated", lines=[2, 4])
