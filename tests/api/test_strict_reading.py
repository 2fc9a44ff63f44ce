"""What is sent is read strictly, whatever the framework would take: every fault with its path."""

import gzip
import json
from typing import Any

import pytest

from tests.api.asking import JSON, NDJSON, Api, invoice, kept, paths, problem
from tests.commands import application, card, line
from tests.desks import Row

BODIES = {
    "/invoices": invoice(),
    "/invoices/check": invoice(),
    "/invoices/1/credit": {},
    "/cards": card(),
    "/cards/void": {"number": "F-1", "voided_on": "2026-01-01"},
    "/cards/find": {"patient": "19480512-1011"},
    "/preassessments": application(),
    "/preassessments/find": {"patient": "19480512-1011"},
    "/patients/standing": {"patient": "19480512-1011", "support": "F"},
    "/invoices/1/lines/1/assessment": {"version": 1, "is_approved": False, "motive": "Nej"},
    "/invoices/1/lines/1/question": {"version": 1, "kinds": ["xray"], "question": "Vilken?"},
    "/redecisions": {"cause": {"kind": "card", "number": "F-1"}},
    "/redecisions/1/approve": {"digest": "00"},
    "/free-cards": {
        "patient": "19480512-1011", "number": "E-1", "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    },
}  # fmt: skip
"""A right body for every route that takes JSON."""


def sender_to(path: str) -> Any:
    if "/lines/" in path or path.startswith(("/redecisions", "/free-cards")):
        return "assessor"
    return "registrar" if path.startswith(("/cards", "/preassessments")) else "clinic"


@pytest.fixture(params=BODIES)
def path(request: pytest.FixtureRequest) -> str:
    """Each route that takes JSON."""
    found: str = request.param
    return found


def with_price(price: str) -> bytes:
    return json.dumps(invoice()).replace("110000", price).encode()


@pytest.mark.parametrize(
    "price",
    ['"100"', '"1e2"', "1e2", "100.0", "true", "null", "-1", "1000000001", "9" * 19, "9" * 400,
     "1e400", "NaN", "Infinity", "[]", "{}"],
)  # fmt: skip
def test_a_price_is_a_whole_number_and_nothing_like_one(shared: Api, price: str) -> None:
    before = kept(shared.database)
    found = paths(shared.post("/invoices", with_price(price)))
    assert found in (["$.lines[0].price_ore"], ["$"])
    assert (found == ["$"]) == (price in {"NaN", "Infinity"})
    (answer,) = shared.file(with_price(price) + b"\n")
    assert [one["path"] for one in answer["findings"]] == found
    assert kept(shared.database) == before


@pytest.mark.parametrize(
    "text",
    [b"[" * 100_000, b'{"lines":' * 100_000, b'{"lines":[' * 50_000 + b"]}" * 50_000,
     b'{"clinic":' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
)  # fmt: skip
def test_what_is_nested_deeply_is_refused(shared: Api, text: bytes) -> None:
    assert paths(shared.post("/invoices", text))
    (answer,) = shared.file(text + b"\n")
    assert answer["status"] == "invalid"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b"", "$"),
        (b" ", "$"),
        (b"null", "$"),
        (b"[]", "$"),
        (b"{", "$"),
        (json.dumps(invoice()).encode() + b"{}", "$"),
        (b"\xff\xfe{\x00}\x00", "$"),
        (b'{"clinic":"\xe5"}', "$"),
        (b'\xef\xbb\xbf{"clinic":1}', "$"),
        (b'{"clinic":"\x00"}', "$"),
    ],
)
def test_what_is_no_json_is_refused(shared: Api, text: bytes, path: str) -> None:
    assert paths(shared.post("/invoices", text)) == [path]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x07", "\x1f", "\x08"])
def test_control_characters_are_refused_where_they_stand(shared: Api, sign: str) -> None:
    """No database keeps a NUL, and no screen shows the others."""
    wrong = [
        (invoice(f"1{sign}"), "$.number"),
        (invoice(lines=[line(motivation=f"a{sign}b")]), "$.lines[0].motivation"),
        (invoice(lines=[line(), line(conditions=["a", sign])]), "$.lines[1].conditions[1]"),
        (invoice(free_card={"number": sign, "valid_from": "2026-01-01", "valid_to": "2026-01-02"}),
         "$.free_card.number"),
    ]  # fmt: skip
    for row, path in wrong:
        assert paths(shared.post("/invoices", row)) == [path]
        assert [one["path"] for one in shared.file(row)[0]["findings"]] == [path]
    for path, name in (("/cards", "diagnosis"), ("/preassessments", "id")):
        body = {**BODIES[path], name: sign}
        assert paths(shared.post(path, body, "registrar")) == [f"$.{name}"]
    assert paths(shared.post("/cards/find", {"patient": sign}, "registrar")) == ["$.patient"]
    assert paths(shared.get("/invoices", params={"number": sign})) == ["?number"]


def test_tabs_ends_of_line_and_every_script_are_text(shared: Api) -> None:
    text = "rad ett\r\n\trad två: åäö, 牙, 🦷, \\u0000 är sex tecken"
    answer = shared.submitted(invoice("text", lines=[line(motivation=text)]))
    assert (
        shared.get(answer.headers["location"]).json()["invoice"]["lines"][0]["motivation"] == text
    )


def test_every_fault_is_told_at_once(shared: Api) -> None:
    row: Row = invoice(
        clinic=7,
        support="X",
        care_level=1,
        free_card={"number": "1", "valid_from": "2026-02-30", "extra": 1},
        lines=[line(line=0, treated_on="20260101"), "x", line(price_ore="1", tooth=16, colour=1)],
        received_on="i dag",
    )
    del row["patient"]
    expected = [
        "$.clinic", "$.patient", "$.support", "$.care_level", "$.received_on",
        "$.free_card.extra", "$.free_card.valid_from", "$.free_card.valid_to",
        "$.lines[0].line", "$.lines[0].treated_on", "$.lines[1]", "$.lines[2].colour",
        "$.lines[2].price_ore", "$.lines[2].tooth",
    ]  # fmt: skip
    assert paths(shared.post("/invoices", row)) == expected
    assert [one["path"] for one in shared.file(row)[0]["findings"]] == expected


def test_an_unknown_field_is_refused_on_every_route(shared: Api, path: str) -> None:
    body = {**BODIES[path], "colour": 1}
    assert paths(shared.post(path, body, sender_to(path))) == ["$.colour"]
    body = {**BODIES[path], "194805121011": 1}
    answer = shared.post(path, body, sender_to(path))
    assert paths(answer) == ["$"]
    assert "194805121011" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "text/json"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/msgpack"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json; charset=utf-16"},
        {**JSON, "Content-Encoding": "gzip"},
        {**JSON, "Content-Encoding": "br, gzip"},
    ],
    ids=str,
)
def test_what_is_not_called_json_is_not_read(
    shared: Api, path: str, headers: dict[str, str]
) -> None:
    """A form on another site may send plain text unasked."""
    body = json.dumps(BODIES[path]).encode()
    if "Content-Encoding" in headers:
        body = gzip.compress(body)
    answer = shared.post(path, body, sender_to(path), headers=headers)
    problem(answer, 415, "unsupported_media_type")
    assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "said", ["application/json; charset=utf-8", 'application/json; charset="UTF-8"',
             "Application/JSON", "application/json ;charset=UTF8"],
)  # fmt: skip
def test_what_is_called_json_in_other_words_is_read(shared: Api, said: str) -> None:
    text = json.dumps(invoice(said)).encode()
    headers = {"Content-Type": said, "Content-Encoding": "identity"}
    assert shared.post("/invoices", text, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "headers", [JSON, {"Content-Type": "text/plain"}, {**NDJSON, "Content-Encoding": "gzip"}, {}],
)  # fmt: skip
def test_a_file_is_called_lines_of_json(shared: Api, headers: dict[str, str]) -> None:
    answer = shared.post("/invoices/file", json.dumps(invoice()).encode(), headers=headers)
    problem(answer, 415, "unsupported_media_type")
    assert answer.headers["accept"] == "application/x-ndjson"


def test_a_body_is_at_most_a_mebibyte(shared: Api, path: str) -> None:
    largest = 1 << 20
    body = json.dumps(BODIES[path]).encode()
    who = sender_to(path)
    problem(shared.post(path, body.ljust(largest + 1), who), 413, "too_large")
    assert shared.post(path, body.ljust(largest), who).status_code != 413
    in_pieces = (b" " * (1 << 18) for _ in range(5))
    answer = shared.client.post(path, content=in_pieces, headers={**shared.token(who), **JSON})
    problem(answer, 413, "too_large")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("limit=0", ["?limit"]),
        ("limit=1001", ["?limit"]),
        ("limit=1e2", ["?limit"]),
        ("limit=100.0", ["?limit"]),
        ("limit=%2B1", ["?limit"]),
        ("limit=01", ["?limit"]),
        ("limit=1_0", ["?limit"]),
        ("limit=", ["?limit"]),
        ("limit=null", ["?limit"]),
        ("limit=%EF%BC%91", ["?limit"]),
        ("before=99999999999999999999999", ["?before"]),
        ("before=-1", ["?before"]),
        ("before=null", ["?before"]),
        ("status=null", ["?status"]),
        ("status=Denied", ["?status"]),
        ("support=", ["?support"]),
        ("received_from=2026-02-30", ["?received_from"]),
        ("received_to=20260201", ["?received_to"]),
        ("received_to=1700000000", ["?received_to"]),
        ("received_to=2026-02-01T00:00:00", ["?received_to"]),
        ("number=%00", ["?number"]),
        ("number=%ff", ["?number"]),
        ("limit=1&limit=1", ["?limit"]),
        ("number=1&number=2", ["?number"]),
        ("colour=1", ["?colour"]),
        ("request=1", ["?request"]),
        ("194805121011=1", ["?"]),
        ("=1", ["?"]),
        (
            "limit=x&status=x&colour=1&number=1&number=1",
            ["?limit", "?status", "?colour", "?number"],
        ),
    ],
)
def test_an_address_is_read_strictly_too(shared: Api, address: str, expected: list[str]) -> None:
    answer = shared.get(f"/invoices?{address}")
    assert sorted(paths(answer)) == sorted(expected)
    assert "194805121011" not in answer.text


def test_a_parameter_that_is_needed_is_missed(shared: Api) -> None:
    assert paths(shared.get("/rules/diff?on=x")) == ["?on", "?before", "?after"]


def test_an_address_of_any_route_has_no_unknown_parameter(shared: Api, path: str) -> None:
    assert paths(shared.post(f"{path}?colour=1", BODIES[path], sender_to(path))) == ["?colour"]
    for address in ("/invoices/1?key=2", "/health?colour=1", "/openapi.json?colour=1"):
        assert len(paths(shared.get(address))) == 1


@pytest.mark.parametrize("key", ["0", "-1", "9007199254740992", "9" * 30])
def test_a_key_is_one_that_can_be(shared: Api, key: str) -> None:
    assert paths(shared.get(f"/invoices/{key}")) == ["{key}"]
    assert paths(shared.post(f"/invoices/{key}/credit", {})) == ["{key}"]


@pytest.mark.parametrize("key", ["x", "1.0", "1e2", "9" * 5000, "%00", "1/2"])
def test_what_is_no_key_is_not_found(shared: Api, key: str) -> None:
    problem(shared.get(f"/invoices/{key}"), 404, "not_found")
