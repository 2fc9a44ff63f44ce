"""A document is added to a line that waits, which is decided again at once; of what is refused
nothing is kept."""

from typing import Any

import pytest
from httpx import Response

from tests import files
from tests.api.asking import invoice, kept
from tests.commands import card
from tests.portal.visiting import Browser, Portal, keep

LINE = {"line": "1", "kind": "day_note", "title": "Anteckning"}


@pytest.fixture(scope="module")
def waiting(shared: Portal) -> str:
    """The address of an invoice whose only line waits for a document."""
    row = invoice("documents")
    row["lines"][0] |= {"code": "303", "price_ore": 10_000}
    key = keep(shared, row, cards=[card("documents")])
    return f"/portal/invoices/{key}"


def add(browser: Browser, address: str, content: bytes, **fields: Any) -> Response:
    return browser.post(
        f"{address}/documents", {**LINE, **fields}, files={"file": ("x.bin", content)}
    )


def test_a_document_comes_to_a_line_that_waits(shared: Portal, waiting: str) -> None:
    klara, other = shared.signed_in("klara"), shared.signed_in("other")
    page = klara.get(waiting).text
    assert 'name="title"' in page
    before = kept(shared.database)
    for content, fields, status in (
        (b"MZ", {}, 422),
        (b"<svg/>", {}, 422),
        (files.png()[:-9], {}, 422),
        (files.png(), {"line": "x"}, 400),
        (files.png(), {"line": "9"}, 400),
        (files.png(), {"kind": "malware"}, 400),
        (files.png(), {"title": ""}, 400),
        (files.png(), {"title": "x" * 201}, 400),
        (files.png(), {"title": "a\u2028b"}, 400),
    ):
        answer = add(klara, waiting, content, **fields)
        assert answer.status_code == status, (fields, answer.text)
    assert add(other, waiting, files.png()).status_code == 404
    assert klara.post(f"{waiting}/documents", LINE).status_code == 400
    assert kept(shared.database) == before
    answer = add(klara, waiting, files.png())
    assert answer.status_code == 303, answer.text
    page = klara.get(waiting).text
    assert "Anteckning" in page
    assert "daganteckning" in page
    assert "outcome approved" in page
    assert 'name="title"' not in page  # nothing waits any more
