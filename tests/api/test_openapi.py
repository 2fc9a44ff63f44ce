"""What the API says of itself is what it does, as far as no fuzzing shows it (tools/fuzz.py)."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from adjudication.invoice import Invoice, Line
from api.openapi import described
from storage.database import Database
from storage.schema import upgrade
from tests.api.asking import made, routes

APP = made(Database("sqlite:///:memory:"))
DESCRIBED: Any = json.loads(json.dumps(described(APP)))
STRUCTS = DESCRIBED["components"]["schemas"]


def every_schema(part: Any) -> list[Any]:
    """All objects in it, at any depth."""
    if isinstance(part, list):
        return [found for one in part for found in every_schema(one)]
    if not isinstance(part, dict):
        return []
    return [part, *(found for one in part.values() for found in every_schema(one))]


def test_it_names_every_route_and_no_other() -> None:
    ours = {(one.method.lower(), one.path) for one in routes(APP)} - {("get", "/openapi.json")}
    said = {(method, path) for path, some in DESCRIBED["paths"].items() for method in some}
    assert said == ours


def test_every_reference_leads_somewhere() -> None:
    used = {one["$ref"].rpartition("/")[2] for one in every_schema(DESCRIBED) if "$ref" in one}
    assert used <= set(STRUCTS)


@pytest.mark.parametrize("kind", [Invoice, Line])
def test_what_is_sent_has_no_other_fields(kind: Any) -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(kind)}
    struct = STRUCTS[kind.__name__]
    assert set(struct["properties"]) == fields
    assert struct["additionalProperties"] is False


def test_bounds_and_signs_are_said() -> None:
    line = STRUCTS["Line"]["properties"]
    assert (line["price_ore"]["minimum"], line["price_ore"]["maximum"]) == (0, 1_000_000_000)
    assert "\\u0000" in line["code"]["pattern"]
    (limit,) = [
        one["schema"]
        for one in DESCRIBED["paths"]["/invoices"]["get"]["parameters"]
        if one["name"] == "limit"
    ]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 1000, 100)


def test_who_needs_no_token_is_said() -> None:
    open_to_all = {
        path for path, some in DESCRIBED["paths"].items() for one in some.values()
        if one.get("security") == []
    }  # fmt: skip
    assert open_to_all == {"/health", "/ready"}
    assert DESCRIBED["security"] == [{"token": []}]


def test_every_error_is_a_problem() -> None:
    for some in DESCRIBED["paths"].values():
        for operation in some.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"]


def test_it_is_what_is_answered(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/partitur.db")
    upgrade(database)
    with TestClient(made(database)) as client:
        answer = client.get("/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == DESCRIBED
        assert client.get("/openapi.json").content == answer.content
