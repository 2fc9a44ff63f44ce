"""Visiting the portal: the pages over a database, with people who have assignments, a day and a
clock that are given, and the demo's identity provider, which is asked over its real routes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection

from api.app import application
from portal.app import Whole, portal
from portal.login.identityprovider import PATH, IdentityProvider, Offered
from portal.login.identityprovider import application as provider_application
from portal.login.openid import Client
from portal.login.provider import LOA3, Provider
from registry.roles import Role
from storage.acts import Acts, Done
from storage.database import Database
from storage.people import end, give
from tests.api.asking import CLINIC, OTHER_CLINIC, TODAY, issued, rules
from tests.desks import Row
from tests.serving import attachments_of, bearer

ADDRESS = "https://127.0.0.1:8443"
ORIGIN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
LOA2 = "http://id.sambi.se/loa/loa2"
MOMENT = 1_771_000_000
"""When the clock of the tests begins, in seconds: 2026-02-13."""

PEOPLE: dict[str, tuple[tuple[Role, str | None], ...]] = {
    "klara": (("clinic", CLINIC),),
    "other": (("clinic", OTHER_CLINIC),),
    "two": (("clinic", CLINIC), ("clinic", OTHER_CLINIC)),
    "low": (("reader", None),),
    "assessor": (("assessor", None),),
    "consultant": (("consultant", None),),
    "registrar": (("registrar", None),),
    "reader": (("reader", None),),
    "payout_preparer": (("payout_preparer", None),),
    "payout_approver": (("payout_approver", None),),
    "payout_chief": (("payout_chief", None),),
    "finance": (("finance", None),),
    "log_reviewer": (("log_reviewer", None),),
    "administrator": (("administrator", None),),
    "nobody": (),
}


def hsa_id(who: str) -> str:
    """The HSA-id of somebody."""
    return f"SE2321000057-{who.replace('_', '').upper()}"


OFFERED = [Offered(who, hsa_id(who), LOA2 if who == "low" else LOA3, "") for who in PEOPLE] + [
    Offered("without", None, LOA3, "")
]
NAMES = [one.name for one in OFFERED]


@dataclass
class Clock:
    """Seconds since 1970, moved by hand."""

    seconds: float = MOMENT

    def __call__(self) -> float:
        return self.seconds

    def microseconds(self) -> int:
        return int(self.seconds * 1_000_000)


@dataclass
class Portal:
    """The portal over a database. Every browser has its own cookies."""

    whole: Whole
    client: "TestClient[Any]"
    database: Database
    idp: IdentityProvider
    clock: Clock
    assignments: dict[str, list[int]] = field(default_factory=dict)

    def browser(self) -> "Browser":
        """Somebody's browser, which is not signed in."""
        return Browser(self, httpx.Cookies())

    def signed_in(self, who: str) -> "Browser":
        """Somebody's browser, after signing in, with their first assignment."""
        browser = self.browser()
        answer = browser.sign_in(who)
        assert answer.status_code == 303, answer.text
        if len(PEOPLE[who]) > 1:
            answer = browser.post("/portal/choose", {"assignment": self.assignments[who][0]})
            assert answer.status_code == 303, answer.text
        return browser

    def end(self, key: int) -> None:
        """An assignment ends, as by a command on the server."""
        Acts(self.database).do(lambda connection: (None, [end(connection, key)]))


@dataclass
class Browser:
    """A browser that follows no link by itself."""

    portal: Portal
    cookies: httpx.Cookies

    @property
    def client(self) -> "TestClient[Any]":
        """The one that all browsers share, so that one loop answers all of them; with this
        browser's cookies."""
        client = self.portal.client
        client._cookies = self.cookies
        return client

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(path, follow_redirects=False, **options)

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> Response:
        """Send a form as the page that holds it would."""
        sent = {"csrf": self.csrf(), **(fields or {})}
        headers = {**ORIGIN, **options.pop("headers", {})}
        return self.client.post(path, data=sent, headers=headers, follow_redirects=False, **options)

    def csrf(self) -> str:
        """What the forms of this session say, as a page has it."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.get("/portal/sessions").text)
        return found[1] if found else ""

    def begin(self, then: str = "/portal") -> dict[str, str]:
        """Begin to sign in: what the browser is sent to the provider with."""
        answer = self.get("/portal/login/start", params={"then": then})
        assert answer.status_code == 303, answer.text
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in asked.items()}

    def sign_in(self, who: str, then: str = "/portal") -> Response:
        """Sign in at the provider and come back."""
        asked = self.begin(then)
        page = self.client.get(f"{PATH}/authorize", params=asked)
        assert page.status_code == 200, page.text
        chosen = "nobody" if who == "cancel" else str(NAMES.index(who))
        answer = self.client.post(
            f"{PATH}/authorize", data={**asked, "who": chosen}, follow_redirects=False
        )
        return self.get(answer.headers["location"].removeprefix(ADDRESS))


@contextmanager
def opened(database: Database, today: date = TODAY) -> Iterator[Portal]:
    """The portal over a database, working."""
    clock = Clock()
    provider = Provider(ADDRESS + PATH, "partitur", ADDRESS)
    idp = IdentityProvider(provider, OFFERED, clock)
    api = application(database, rules(), "jonkoping", lambda: today, attachments_of(database))
    there = provider_application(idp, api.state.metrics)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", there)))
    pages = portal(
        api.state.service, api.state.metrics, Client(provider, http, clock), clock.microseconds
    )
    whole = Whole(api, {"": pages, "portal": pages, "idp": there})
    with TestClient(whole, base_url=ADDRESS, raise_server_exceptions=False) as browsing:
        found = Portal(whole, browsing, database, idp, clock)
        found.assignments = Acts(database).do(lambda connection: _given(connection, today))
        yield found


def _given(connection: Connection, today: date) -> Done[dict[str, list[int]]]:
    keys: dict[str, list[int]] = {}
    entries = []
    for who, roles in PEOPLE.items():
        keys[who] = []
        for role, clinic in roles:
            key, entry = give(
                connection, hsa_id(who), who, role, clinic, today.replace(month=1, day=1), None
            )
            keys[who].append(key)
            entries.append(entry)
    return keys, entries


def app_of(portal: Portal) -> Litestar:
    """The pages' own application."""
    found = portal.whole._beside["portal"]
    assert isinstance(found, Litestar)
    return found


def keep(portal: Portal, row: Row, cards: Sequence[Row] = ()) -> int:
    """Put in cards and submit an invoice, as the API would. Gives the invoice's key."""
    registrar = issued(portal.database, f"registrar {row['number']}", "registrar")
    sender = issued(portal.database, f"import {row['number']}", "import")
    client = portal.browser().client
    for one in cards:
        answer = client.post("/cards", json=one, headers=bearer(registrar))
        assert answer.status_code == 201, answer.text
    answer = client.post("/invoices", json=row, headers=bearer(sender))
    assert answer.status_code == 201, answer.text
    return int(answer.headers["location"].rpartition("/")[2])
