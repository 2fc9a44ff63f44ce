"""API and portal as a server process makes them; a process that the server starts has nothing but
its environment to know by what it serves."""

import gc
import os
from collections.abc import Sequence
from pathlib import Path
from time import time

import msgspec
from httpx import AsyncClient
from litestar import Litestar
from litestar.types import ASGIApp

from api.app import application
from api.logs import to_standard_error
from cli.demopeople import OFFERED
from cli.rulefiles import read_library
from cli.today import day_in_sweden
from portal.app import Whole, portal
from portal.login.identityprovider import IdentityProvider
from portal.login.identityprovider import application as identity_provider
from portal.login.openid import Client
from portal.login.provider import Provider
from storage.audit import now
from storage.database import Database

_VARIABLE = "PARTITUR_SERVES"
_MOST_UNCOLLECTED = 500_000


class Served(msgspec.Struct, frozen=True):
    """A database by its URL, the folder of its attachments, the region of patients without a card,
    folders of rule files; and the provider that persons log in at: there is no portal without one,
    and a demo's is our own."""

    db: str
    attachments: str
    region: str
    rules: Sequence[str] = ()
    provider: Provider | None = None
    is_demo: bool = False


def hand_on(served: Served) -> None:
    """Tell the processes that follow."""
    os.environ[_VARIABLE] = msgspec.json.encode(served).decode()


def app() -> ASGIApp:
    """What the server serves in each of its processes."""
    served = msgspec.json.decode(os.environ[_VARIABLE], type=Served)
    to_standard_error()
    made = application(
        Database(served.db),
        read_library(served.rules),
        served.region,
        day_in_sweden,
        Path(served.attachments),
    )
    made.on_startup.append(_begin_collecting)
    return made if served.provider is None else _with_portal(made, served.provider, served.is_demo)


def _with_portal(api: Litestar, provider: Provider, is_demo: bool) -> Whole:
    http = AsyncClient()
    api.on_shutdown.append(http.aclose)
    client = Client(provider, http, time)
    pages = portal(api.state.service, api.state.metrics, client, now)
    beside: dict[str, ASGIApp] = {"": pages, "portal": pages}
    if is_demo:
        beside["idp"] = identity_provider(
            IdentityProvider(provider, OFFERED, time), api.state.metrics
        )
    return Whole(api, beside)


def _begin_collecting() -> None:
    """Rules and modules live as long as the process: nobody need look through them again. What
    requests and files leave behind refers to nothing in a ring, so it is looked for seldom: a file
    of thousands makes a hundred thousand objects that live until it is answered."""
    gc.freeze()
    gc.set_threshold(_MOST_UNCOLLECTED)
    gc.enable()
