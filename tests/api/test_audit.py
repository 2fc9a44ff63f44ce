"""Every change and every look at a patient is noted, by whom and of whom; nothing else is; and of a
protected identity there is no trace anywhere."""

import io
import logging
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.logs import JsonLines
from storage import tables
from storage.audit import Head, verify
from terms.person import without_dash
from tests import desks
from tests.api.asking import JSON, NDJSON, OTHER_CLINIC, Api, Name, invoice, noted
from tests.applications import sent
from tests.commands import PATIENT, application, card, ndjson

NUMBER = without_dash(PATIENT)
NOBODY = desks.person_number(date(1950, 1, 1))
PROTECTED = "19390213-2007"
Noted = tuple[str, str | None, str | None]


def news(api: Api, act: Callable[[], object]) -> list[Noted]:
    """What is noted of an act."""
    before = len(noted(api.database))
    act()
    return noted(api.database)[before:]


def first_kept(api: Api) -> str:
    """The address of the invoice that was kept first."""
    with api.database.reading() as connection:
        return f"/invoices/{connection.scalar(select(func.min(tables.invoice.c.id)))}"


def test_what_is_done_and_seen_is_noted(api: Api) -> None:
    """Each route with its act, its token and its patient."""
    void = {"number": "F-1", "voided_on": "2026-02-01"}
    steps: list[tuple[Callable[[], object], list[Noted]]] = [
        (api.with_card, [("put_card", "registrar", NUMBER)]),
        (lambda: api.post("/cards", card(), "registrar"), []),
        (lambda: api.post("/preassessments", application(), "registrar"),
         [("put_preassessment", "registrar", NUMBER)]),
        (lambda: api.post("/preassessments", application(), "registrar"), []),
        (lambda: api.post("/invoices/check", invoice()), [("check", "clinic", NUMBER)]),
        (lambda: api.post("/invoices", invoice()), [("submit", "clinic", NUMBER)]),
        (lambda: api.post("/invoices", invoice()), [("answer_again", "clinic", NUMBER)]),
        (lambda: api.post("/invoices", invoice(), "import"), [("answer_again", "import", NUMBER)]),
        (lambda: api.post("/invoices/check", invoice()), [("check", "clinic", NUMBER)]),
        (lambda: api.file(invoice(), invoice("2")),
         [("answer_again", "clinic", NUMBER), ("submit", "clinic", NUMBER)]),
        (lambda: api.get("/invoices"), [("list_invoices", "clinic", None)]),
        (lambda: api.get("/invoices", "reader"), [("list_invoices", "reader", None)]),
        (lambda: api.get(first_kept(api)), [("read_invoice", "clinic", NUMBER)]),
        (lambda: api.get(first_kept(api), "reader"), [("read_invoice", "reader", NUMBER)]),
        (lambda: api.post("/patients/standing", {"patient": PATIENT, "support": "F"}),
         [("read_standing", "clinic", NUMBER)]),
        (lambda: api.post("/applications/check", sent()), [("try_application", "clinic", NUMBER)]),
        (lambda: api.post("/cards/find", {"patient": PATIENT}, "reader"),
         [("read_cards", "reader", NUMBER)]),
        (lambda: api.post("/preassessments/find", {"patient": NUMBER}, "registrar"),
         [("read_preassessments", "registrar", NUMBER)]),
        (lambda: api.post(f"{first_kept(api)}/credit", {}), [("credit", "clinic", NUMBER)]),
        (lambda: api.post("/cards/void", void, "registrar"), [("void_card", "registrar", NUMBER)]),
        (lambda: api.post("/cards/void", void, "registrar"), []),
    ]  # fmt: skip
    for act, expected in steps:
        assert news(api, act) == expected
    with api.database.reading() as connection:
        assert all(isinstance(head, Head) for head in verify(connection))
        rows = connection.execute(select(tables.audit)).all()
    assert NUMBER not in repr(rows)


def test_of_whom_nothing_is_kept_nobody_is_noted(api: Api) -> None:
    """Entries name rows, and one who is not known has none."""
    steps: list[tuple[str, object, Name, list[Noted]]] = [
        ("/cards/find", {"patient": NOBODY}, "registrar", []),
        ("/preassessments/find", {"patient": NOBODY}, "registrar", []),
        ("/patients/standing", {"patient": NOBODY, "support": "F"}, "clinic", []),
        ("/applications/check", sent(patient=NOBODY), "clinic", []),
        ("/invoices/check", invoice(patient=NOBODY), "clinic", [("check", "clinic", None)]),
    ]
    for path, body, who, expected in steps:
        assert news(api, partial(api.post, path, body, who)) == expected


def test_what_is_refused_is_not_noted(api: Api) -> None:
    api.with_card()
    api.submitted(invoice())
    before = noted(api.database)
    refused: list[Callable[[], object]] = [
        lambda: api.post("/invoices", invoice(support="N")),
        lambda: api.post("/invoices", invoice("2", lines=[])),
        lambda: api.post("/invoices", invoice("2", protected_identity=True)),
        lambda: api.post("/invoices", invoice("2", clinic=OTHER_CLINIC)),
        lambda: api.post("/invoices", invoice(7)),  # type: ignore[arg-type]
        lambda: api.post("/invoices/check", invoice(support="N")),
        lambda: api.file(invoice(support="N"), invoice("2", protected_identity=True), b"{}\n"),
        lambda: api.get("/invoices/1", "other"),
        lambda: api.get("/invoices/99"),
        lambda: api.get("/invoices", None),
        lambda: api.get("/invoices", "monitor"),
        lambda: api.post("/invoices/1/credit", {"lines": [9]}),
        lambda: api.post("/invoices/1/credit", {}, "other"),
        lambda: api.post("/cards", card(category="F2"), "registrar"),
        lambda: api.post("/cards/void", {"number": "-", "voided_on": "2026-01-01"}, "registrar"),
        lambda: api.post("/patients/standing", {"patient": "1", "support": "F"}),
    ]
    for ask in refused:
        ask()
    assert noted(api.database) == before


# --- protected identities ------------------------------------------------------------------------


def everything_kept(api: Api, folder: Path) -> bytes:
    """All bytes of the database: the file and its log, or each column of each row."""
    if api.database.is_sqlite:
        some = [path for path in folder.rglob("*") if path.is_file()]  # attachments among them
        return b"".join(path.read_bytes() for path in some)
    with api.database.reading() as connection:
        found = [
            repr(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in connection.execute(select(table))
        ]
    return "\n".join(found).encode()


def test_of_a_protected_identity_there_is_no_trace(api: Api, tmp_path: Path) -> None:
    """In the database, the log, the figures, or any later answer. Whoever it is, whatever else is
    wrong with the invoice, the answer is the same."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        protected = [
            invoice("secret-1", patient=PROTECTED, protected_identity=True),
            invoice("secret-1", patient=without_dash(PROTECTED), protected_identity=True),
            invoice("secret-1", patient=PROTECTED, protected_identity=True, lines=[]),
        ]
        for row in protected:
            for path in ("/invoices", "/invoices/check"):
                answer = api.post(path, row)
                assert answer.status_code == 422
                codes = [one["code"] for one in answer.json()["decision"]["findings"]]
                assert codes == ["protected_identity"]
                assert without_dash(PROTECTED) not in answer.text.replace("-", "")
        for told in api.file(*protected):
            assert [one["code"] for one in told["findings"]] == ["protected_identity"]
        broken = ndjson(protected[:1])[:-20]
        api.post("/invoices", broken)
        api.post("/invoices/file", broken, headers=NDJSON)
        api.post("/invoices", {**protected[0], "clinic": 1}, headers=JSON)
        api.submitted(invoice("ordinary"))
        seen = [api.get("/invoices").text, api.get("/metrics", "monitor").text]
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(level)
    places = {
        "the database": everything_kept(api, tmp_path),
        "the log": written.getvalue().encode(),
        "later answers": "".join(seen).encode(),
    }
    for place, content in places.items():
        for trace in (PROTECTED, without_dash(PROTECTED), "secret-1", PROTECTED[2:]):
            assert trace.encode() not in content, place
    assert b"ordinary" in places["the database"]
    assert NUMBER.encode() in places["the database"]


@pytest.mark.parametrize("path", ["/invoices", "/invoices/check"])
def test_one_who_becomes_protected_is_answered_the_same(api: Api, path: str) -> None:
    """The answer does not tell whether the number was used, or the patient known."""
    api.submitted(invoice("known"))
    known = api.post(path, invoice("known", protected_identity=True))
    unknown = api.post(path, invoice("known", patient=NOBODY, protected_identity=True))
    assert known.status_code == unknown.status_code == 422
    assert known.content == unknown.content
