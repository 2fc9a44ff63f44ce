"""The generated pages are up to date, and say of each finding what is so."""

import pytest

from adjudication.findings import LINE, WHOLE_INVOICE
from adjudication.library import Library
from adjudication.wording.reference import code_of
from adjudication.wording.rulebook import books_on
from tests import desks
from tests.situations import Situation, read_situations
from tools import generate_docs

KINDS = (*WHOLE_INVOICE, *LINE)


def test_the_pages_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    status = generate_docs.main(["--check"])
    assert (status, capsys.readouterr().out) == (0, "")


def test_an_outdated_page_is_named_and_left_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = generate_docs.DOCS / "findings.md"
    before = path.read_text(encoding="utf-8")
    monkeypatch.setattr(generate_docs, "pages", lambda: {path: before + "\n"})
    assert generate_docs.main(["--check"]) == 1
    assert capsys.readouterr().out == "docs/findings.md is out of date: run make docs\n"
    assert path.read_text(encoding="utf-8") == before


def test_every_finding_stands_on_the_page_in_the_order_asked() -> None:
    page = (generate_docs.DOCS / "findings.md").read_text(encoding="utf-8")
    places = [page.index(f"### `{code_of(kind)}`\n") for kind in KINDS]
    assert places == sorted(places)
    assert page.count("\n### ") == len(KINDS)


def rules_by_kind(library: Library) -> dict[str, set[str]]:
    """The ids of the rules of each kind."""
    found: dict[str, set[str]] = {}
    for region in library.regions.values():
        for support in region.directions:
            day = generate_docs.newest_day(region, support)
            for book in books_on(library, region, support, day):
                for section in book.sections:
                    for one in section.statements:
                        found.setdefault(one.kind, set()).add(one.rule)
    return found


def test_findings_rest_on_the_rules_that_the_page_says() -> None:
    situations = [one for one in read_situations() if not one.rules]
    known = rules_by_kind(desks.library())
    seen = {pair for situation in situations for pair in found_in(situation)}
    assert len({code for code, _ in seen}) == len(KINDS)
    for code, rule in sorted(seen):
        kinds = generate_docs.KINDS.get(code, ())
        names = (code, *generate_docs.OF_CONTRACT.get(code, ()))
        assert rule in {f"contract/{name}" for name in names} or any(
            rule in known[kind] for kind in kinds
        ), code


def found_in(situation: Situation) -> list[tuple[str, str]]:
    """Each finding of a situation, by code, with its rule."""
    mailroom = desks.Mailroom(
        desks.library(), situation.cards, situation.applications, situation.region
    )
    rows = [
        desks.as_rows(mailroom.answer(invoice, assessed=desks.assessed_of(assessed)))
        for invoice, assessed in zip(situation.invoices, situation.assessed, strict=True)
    ]
    findings = [one for row in rows for one in row["findings"]]
    findings += [one for row in rows for line in row["lines"] for one in line["findings"]]
    return [(one["code"], one["rule"]) for one in findings]
