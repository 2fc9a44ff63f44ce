"""The API as a server process makes it; a process that the server starts has nothing but its
environment to know by what it serves."""

import gc
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from litestar import Litestar

from api.app import application
from api.logs import to_standard_error
from cli.rulefiles import read_library
from cli.today import day_in_sweden
from storage.database import Database

_VARIABLE = "PARTITUR_SERVES"


class Served(msgspec.Struct, frozen=True):
    """A database by its URL, the folder of its attachments, the region of patients without a card,
    and folders of rule files."""

    db: str
    attachments: str
    region: str
    rules: Sequence[str] = ()


def hand_on(served: Served) -> None:
    """Tell the processes that follow."""
    os.environ[_VARIABLE] = msgspec.json.encode(served).decode()


def app() -> Litestar:
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
    return made


def _begin_collecting() -> None:
    """Rules and modules live as long as the process: nobody need look through them again."""
    gc.freeze()
    gc.enable()
