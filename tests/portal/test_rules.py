"""The rule books as pages: all that the printed book says, and what differs between two in red."""

import html
import re

import pytest

from adjudication.wording.comparison import Pair, differences
from adjudication.wording.rulebook import books_on
from portal.rules import Piece, pieces
from tests import desks
from tests.api.asking import TODAY
from tests.portal.visiting import Portal


def texts(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(("region", "support"), [("jonkoping", "F"), ("dalarna", "N")])
def test_a_page_has_every_rule_with_its_place_and_source(
    shared: Portal, region: str, support: str
) -> None:
    page = texts(shared.signed_in("klara").get(f"/portal/rules/{region}/{support}").text)
    library = desks.library()
    (book,) = books_on(library, library.regions[region], support, TODAY)  # type: ignore[arg-type]
    many = 0
    for section in book.sections:
        assert section.title in page
        for one in section.statements:
            assert " ".join(one.text.split()) in page
            assert one.place in page
            assert one.source.title in page
            many += 1
    assert many > 10


def test_what_differs_is_marked_and_reads_as_both() -> None:
    library = desks.library()
    (first,) = books_on(library, library.regions["jonkoping"], "F", TODAY)
    (second,) = books_on(library, library.regions["dalarna"], "F", TODAY)
    kinds = set()
    for pair in differences(first, second):
        made = list(pieces(pair))
        assert said(made, "gone") == words(pair.before and pair.before.text)
        assert said(made, "new") == words(pair.after and pair.after.text)
        kinds |= {one.kind for one in made}
    assert kinds == {"same", "gone", "new"}


def said(made: list[Piece], kind: str) -> list[str]:
    kept = [one for one in made if one.kind in {"same", kind}]
    return " ".join(one.text for one in kept).split()


def words(text: str | None) -> list[str]:
    return (text or "").split()


def test_what_is_not_there_is_told(shared: Portal) -> None:
    klara = shared.signed_in("klara")
    assert "dalarna" in klara.get("/portal/rules").text
    for path, status in (
        ("/skane/F", 404), ("/dalarna/S", 404), ("/diff?before=x&after=dalarna/N", 404),
        ("/diff?before=dalarna/N", 400), ("/dalarna/N?on=x", 400),
    ):  # fmt: skip
        assert klara.get(f"/portal/rules{path}").status_code == status, path
    same = klara.get("/portal/rules/diff?before=dalarna/N&after=dalarna/N").text
    assert "Ingenting skiljer" in same
    marked = klara.get("/portal/rules/diff?before=jonkoping/F&after=dalarna/F").text
    assert "<del>" in marked
    assert "<ins>" in marked


def test_a_pair_that_one_book_lacks_is_all_new() -> None:
    library = desks.library()
    (book,) = books_on(library, library.regions["dalarna"], "F", TODAY)
    one = book.sections[0].statements[0]
    assert [piece.kind for piece in pieces(Pair("", None, one))] == ["new"]
    assert [piece.kind for piece in pieces(Pair("", one, None))] == ["gone"]
