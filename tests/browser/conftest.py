"""The portal as `partitur serve --demo` has it, over a small made-up region
on a day of its own, and the system's Chromium. Playwright is there only for `make browser`."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread
from time import time
from typing import Any

import httpx
import pytest
import uvicorn

from adjudication.packaged import packaged_library
from api.app import application
from cli import demoregion
from cli.demopeople import OFFERED
from portal.app import Whole, portal
from portal.login.identityprovider import PATH, IdentityProvider
from portal.login.identityprovider import application as identity_provider
from portal.login.openid import Client
from portal.login.provider import Provider
from storage.audit import now
from storage.database import Database
from tests.browser.person import Person
from tests.serving import attachments_of, listening

TODAY = date(2026, 11, 20)
PATIENTS = 150
MILLISECONDS = 20_000


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the portal is."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('portal') / 'partitur.db'}")
    library = packaged_library()
    with pytest.MonkeyPatch.context() as patch, listening() as heard:
        patch.setattr(demoregion, "PATIENTS", PATIENTS)
        patch.setattr(demoregion, "day_in_sweden", lambda: TODAY)
        found = f"http://127.0.0.1:{heard.getsockname()[1]}"
        demoregion.fill(database, library, attachments_of(database))
        demoregion.show(database, found)
        provider = Provider(found + PATH, "partitur", found)
        api = application(database, library, "jonkoping", lambda: TODAY, attachments_of(database))
        http = httpx.AsyncClient()
        api.on_shutdown.append(http.aclose)
        client = Client(provider, http, time)
        pages = portal(api.state.service, api.state.metrics, client, now)
        there = identity_provider(IdentityProvider(provider, OFFERED, time), api.state.metrics)
        whole: Any = Whole(api, {"": pages, "portal": pages, "idp": there})
        server = uvicorn.Server(uvicorn.Config(whole, log_config=None, access_log=False))
        thread = Thread(target=server.run, kwargs={"sockets": [heard]})
        thread.start()
        try:
            yield found
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("no Chromium: install the distribution's, or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--lang=sv-SE"],
            env={**os.environ, "LANGUAGE": "sv_SE"},
        )
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Somebody with a browser; how it is set up may be given as the fixture's parameter."""
    options = {"locale": "sv-SE", "viewport": {"width": 1100, "height": 800}}
    context = chromium.new_context(**{**options, **getattr(request, "param", {})})
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if said.type == "error" and _is_ours(said) else None,
    )
    found = Person(page, address, Path(request.config.rootpath))
    yield found
    context.close()
    assert wrong == []


def _is_ours(said: Any) -> bool:
    """A refusal's status is no fault of a page, nor a question that is given up for the next."""
    told = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")
    return not said.text.startswith(told)
