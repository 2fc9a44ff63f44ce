"""Every page by axe in light and dark and in 320 pixels; and pictures of what no story shows."""

import re
from collections.abc import Iterator

import pytest

from portal.administration.pages import PAGES as ADMINISTRATION
from portal.applications.pages import PAGES as APPLICATIONS
from portal.assessing.pages import PAGES as ASSESSING
from portal.figures.pages import PAGES as FIGURES
from portal.invoices.pages import PAGES as INVOICES
from portal.login.pages import PAGES as LOGIN
from portal.patients import ask
from portal.payouts.pages import PAGES as PAYOUTS
from portal.roles import accessibility, roles
from portal.rules import rule_book, rule_books, rule_difference
from portal.start import start
from portal.tracing.pages import PAGES as TRACING
from tests.browser.person import DARK, NARROW, Person

pytestmark = pytest.mark.browser

MISSING = "Det finns inte"

HANDLERS = (
    *ADMINISTRATION, *APPLICATIONS, *ASSESSING, *FIGURES, *INVOICES, *LOGIN, *PAYOUTS, *TRACING,
)  # fmt: skip

PAGES: dict[str, tuple[str, ...]] = {
    "Klara Klinik": (
        "/portal", "/portal/invoices", "/portal/invoices?status=pending", "/portal/invoices/new",
        "/portal/invoices/file", "/portal/patients", "/portal/roles", "/portal/sessions",
        "/portal/accessibility", "/portal/none", "/portal/rules",
        "/portal/applications", "/portal/applications/new", "/portal/applications/3/write",
        "/portal/applications/5", "/portal/applications/5/difference?before=1&after=1",
        "/portal/rules/vasterbotten/N", "/portal/rules/diff?before=vasterbotten/N&after=dalarna/N",
        "/portal/payouts", "/portal/reconciliation",
    ),
    "Frida Förbereder": (
        "/portal", "/portal/runs", "/portal/runs/1", "/portal/runs/2", "/portal/runs/new",
        "/portal/accounts", "/portal/payouts", "/portal/trace", "/portal/proof",
        "/portal/trace/payments/000001-00001", "/portal/trace/lines/1/1",
    ),
    "Edda Ekonom": (
        "/portal", "/portal/figures", "/portal/figures?first_on=2026-10-01&last_on=2026-10-31",
        "/portal/reconciliation",
    ),
    "Lova Loggren": ("/portal", "/portal/log", "/portal/audit"),
    "Aron Admin": (
        "/portal", "/portal/users", "/portal/users/new", "/portal/tokens", "/portal/tokens/new",
        "/portal/audit",
    ),
    "Bo Bedömare": (
        "/portal", "/portal/invoices", "/portal/patients", "/portal/assessing", "/portal/held",
        "/portal/redecisions", "/portal/redecisions/1",
    ),
    "Kim Konsult": ("/portal/consulting",),
}  # fmt: skip


LINKED: dict[str, tuple[tuple[str, str], ...]] = {
    "Klara Klinik": (
        ("/portal/invoices?status=pending", r"/portal/invoices/\d+"),
        ("/portal/payouts", r"/portal/payouts/\d+/[^/]+"),
    ),
    "Frida Förbereder": (("/portal/trace/payments/000001-00001", r"/portal/trace/vouchers/\d+"),),
    "Bo Bedömare": (
        ("/portal/assessing", r"/portal/assessing/\d+"), ("/portal/held", r"/portal/held/\d+"),
    ),
    "Kim Konsult": (("/portal/consulting", r"/portal/consulting/\d+"),),
}  # fmt: skip
"""Pages whose addresses stand on another page: that page, and what leads to them there."""

IN_STORIES = {"/portal/choose", "/portal/login", "/portal/invoices/{key:int}/correct"}
NO_PAGES = re.compile(r"/(start|done|spreadsheet|letter|\{name:str\}|\{form:str\}|"
                      r"documents/\{document:int\}|letters/\{place:int\})$")  # fmt: skip
"""What ends so hands out a file or leads on."""


def test_every_page_is_tried() -> None:
    """Here, or by axe in a story."""
    tried = [re.escape(path.partition("?")[0]) for paths in PAGES.values() for path in paths]
    tried += [linked for of in LINKED.values() for _, linked in of]
    asked = {
        path
        for handler in (*HANDLERS, start, roles, accessibility, ask, rule_books, rule_book,
                        rule_difference)
        if "GET" in handler.http_methods
        for path in handler.paths
        if not NO_PAGES.search(path)
    }  # fmt: skip
    for path in asked - IN_STORIES:
        pattern = re.compile(re.sub(r"\\?\{[^}]*\}", "[^/]+", path))
        assert any(pattern.fullmatch(plain(one)) for one in tried), path


def plain(pattern: str) -> str:
    """An address that a pattern fits."""
    return re.sub(r"\\d\+|\[\^/\]\+", "1", pattern).replace("\\", "")


@pytest.mark.parametrize("person", [{}, DARK], indirect=True, ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_by_axe(person: Person, name: str) -> None:
    for path in opened(person, name):
        assert person.faults() == [], path
        assert person.weight() < 150_000, path


@pytest.mark.parametrize("person", [NARROW], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_small_screen(person: Person, name: str) -> None:
    for path in opened(person, name):
        assert not person.is_too_wide(), path


def opened(person: Person, name: str) -> Iterator[str]:
    """Every page of somebody's, open."""
    person.log_in(name)
    pages = list(PAGES[name])
    for page, linked in LINKED.get(name, ()):
        person.open(page)
        pages += re.findall(rf'href="({linked})["#]', person.page.content())[:1]
    assert len(pages) == len(PAGES[name]) + len(LINKED.get(name, ()))
    for path in pages:
        person.open(path)
        assert person.headline() != MISSING or path == "/portal/none", path
        yield path


@pytest.mark.parametrize("person", [DARK], indirect=True)
def test_pictures_in_the_dark_and_in_english(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.page.get_by_role("button", name="English").click()
    assert person.page.locator("html").get_attribute("lang") == "en"
    assert person.page.get_by_role("link", name="Write invoice").count() > 0
    assert person.faults() == []
    person.picture("start-dark-english")


@pytest.mark.parametrize("person", [NARROW], indirect=True)
def test_pictures_on_a_small_screen(person: Person) -> None:
    person.log_in("Klara Klinik")
    person.open("/portal/invoices/new")
    person.picture("write-narrow")


@pytest.mark.parametrize(
    ("name", "path", "picture"),
    [
        ("Klara Klinik", "/portal", "start"),
        ("Klara Klinik", "/portal/invoices", "invoices"),
        ("Klara Klinik", "/portal/roles", "roles"),
        ("Klara Klinik", "/portal/accessibility", "accessibility"),
        ("Klara Klinik", "/portal/applications/new", "application-new"),
        ("Edda Ekonom", "/portal/trace", "trace"),
        ("Edda Ekonom", "/portal/trace/vouchers/1", "trace-voucher"),
        ("Aron Admin", "/portal/tokens", "tokens"),
        ("Aron Admin", "/portal/tokens/new", "token"),
        ("Aron Admin", "/portal", "start-administrator"),
        ("Bo Bedömare", "/portal", "start-assessor"),
        ("Bo Bedömare", "/portal/redecisions/1", "redecision"),
        ("Aron Admin", "/portal/rules", "rules"),
        ("Aron Admin", "/portal/rules/jonkoping/F", "rulebook"),
        (
            "Aron Admin",
            "/portal/rules/diff?before=vasterbotten/N&after=dalarna/N",
            "rule-difference",
        ),
    ],
)
def test_pictures(person: Person, name: str, path: str, picture: str) -> None:
    person.log_in(name)
    person.open(path)
    assert person.headline() != MISSING
    person.picture(picture)
