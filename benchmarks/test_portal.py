"""How long does a page of the portal take?

A server process as `partitur serve --demo` makes it, over the made-up region; every page of every
person of it, found by following links, so that new pages are measured without being named here.
Then the same where the busiest clinic has sent 100 000 invoices, on both databases, with the first,
the middle and the last page of its list and of each of its filters. By the clock on the wall, with
the load of one reader; in milliseconds, since that is what somebody waits. What is worked out when
a form asks for it, and files to save, are in the tables, and not in the questions.
"""

import re
from functools import partial
from typing import get_args

import pytest

from adjudication.decision import Status
from benchmarks.conftest import Ask
from benchmarks.databases import postgresql, sqlite
from benchmarks.manyinvoices import fill
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.serving import serving
from benchmarks.visitor import Visitor
from benchmarks.walking import Measured, Page, Walk, measured, walk

MANY = 100_000
DEMO = Question("The slowest page of the demo region that a link leads to", "ms", must=100, aim=50)
LARGE = {
    kind: Question(f"The slowest page, 100 000 invoices of a clinic, {name}", "ms", 100, 50)
    for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL"))
}
_KINDS = {"sqlite": sqlite, "postgresql": postgresql}
_LIST = "/portal/invoices"
_CLINIC, _REVIEWER = "Klara Klinik", "Lova Loggren"
_MOST = 15


def test_demo(ask: Ask, scale: Scale) -> None:
    """As `make serve` has it."""
    ask(DEMO, partial(_measure_demo, scale))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_large(ask: Ask, scale: Scale, kind: str) -> None:
    """Both databases, each with its own question."""
    ask(LARGE[kind], partial(_measure_large, scale, kind))


def _measure_demo(scale: Scale) -> Figure:
    with sqlite() as new_url, serving(new_url(), "--demo") as address:
        found = walk(address, _repetitions(scale))
        forms = _forms(address, _repetitions(scale))
    return _shown("The demo region, SQLite", found, forms)


def _measure_large(scale: Scale, kind: str) -> Figure:
    with _KINDS[kind]() as new_url:
        url = new_url()
        keys = fill(url, MANY)
        with serving(url, "--demo") as address:
            found = walk(address, _repetitions(scale))
            more = _forms(address, _repetitions(scale))
            more += _lists(address, keys, _repetitions(scale))
    return _shown(f"{len(keys)} invoices of a clinic, {kind}", found, more)


def _lists(address: str, keys: list[int], repetitions: int) -> list[Measured]:
    """The clinic's list and each of its filters, at its beginning, middle and end."""
    visitor = Visitor(address)
    assert visitor.sign_in(_CLINIC)
    places = {"first": None, "middle": keys[len(keys) // 2], "last": keys[20]}
    found = []
    for status in (None, *get_args(Status)):
        for place, before in places.items():
            asked = [f"{name}={value}" for name, value in (("status", status), ("before", before))
                     if value is not None]  # fmt: skip
            path = f"{_LIST}?{'&'.join(asked)}" if asked else _LIST
            route = f"{_LIST}, {status or 'all'}, {place}"
            found.append(measured(visitor, Page(route, path, _CLINIC), repetitions))
    visitor.close()
    return found


def _forms(address: str, repetitions: int) -> list[Measured]:
    """What is asked by forms that change nothing: what a clinic is answered while it types, what is
    left for a patient, a sample of the log. The patient is that of the clinic's latest invoice."""
    clinic, reviewer = Visitor(address), Visitor(address)
    assert clinic.sign_in(_CLINIC)
    assert reviewer.sign_in(_REVIEWER)
    (latest,) = re.findall(rf'href="({_LIST}/[0-9]+)"', clinic.ask(_LIST).text)[:1]
    (patient,) = re.findall(r"\b(?:19|20)[0-9]{10}\b", clinic.ask(latest).text)[:1]
    written = {
        "number": "benchmark", "patient": patient, "support": "F", "care_level": "general",
        "replaces": "", "treated_on": "2026-11-12", "code": "101", "price": "700", "tooth": "",
        "zone": "", "surfaces": "", "conditions": "", "motivation": "", "preassessment": "",
        "facts": "", "performer": "dentist",
    }  # fmt: skip
    left = {"patient": patient, "support": "F", "on": "", "why": "treatment"}
    days = {"from": "2026-01-01", "to": "2026-12-31"}
    found = []
    for visitor, who, path, fields in (
        (clinic, _CLINIC, f"{_LIST}/new/answer", written),
        (clinic, _CLINIC, "/portal/patients", left),
        (reviewer, _REVIEWER, "/portal/log", days),
    ):
        sent = {**fields, "csrf": visitor.csrf()}
        found.append(measured(visitor, Page(f"POST {path}", path, who, "form", sent), repetitions))
    clinic.close()
    reviewer.close()
    return found


def _repetitions(scale: Scale) -> int:
    return min(scale.repetitions, _MOST)


def _shown(title: str, found: Walk, more: list[Measured]) -> Figure:
    """A table, page by page; and the slowest of them."""
    pages = [*found.pages, *more]
    print(
        f"\n{title}\n\n| page | kind | slowest for | ms | kB | with all it loads |\n"
        "|---|---|---|--:|--:|--:|"
    )
    for one in pages:
        print(
            f"| `{one.route}` | {one.kind} | {one.who} | {one.milliseconds:.0f} "
            f"| {one.own / 1000:.1f} | {one.whole / 1000:.1f} |"
        )
    for path in found.missed:
        print(f"| `{path}` | nobody came to it | | | | |")
    slowest = max((one for one in pages if one.kind == "page"), key=lambda one: one.milliseconds)
    missed = f"; nobody came to {', '.join(found.missed)}" if found.missed else ""
    note = f"{slowest.route} as {slowest.who}, of {len(pages)} pages{missed}"
    return Figure(slowest.milliseconds, note)
