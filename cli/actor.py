"""Who acts on the command line: a token, read where no list of processes shows it."""

import os
from pathlib import Path

import click

from cli.errors import MistakenError, naming
from registry.roles import Task, may
from storage.access import Token, find
from storage.database import Database

VARIABLE = "PARTITUR_TOKEN"

TOKEN_FILE = click.option(
    "--token-file",
    metavar="FIL",
    type=click.Path(path_type=Path),
    help=f"Filen med din token. [miljövariabeln {VARIABLE}]",
)


def acting(database: Database, token_file: Path | None, task: Task) -> Token:
    """The token of whoever acts, which may do this. Raises MistakenError."""
    if token_file is not None:
        with naming(str(token_file)):
            secret = token_file.read_text(encoding="utf-8").strip()
    else:
        secret = os.environ.get(VARIABLE, "")
    if not secret:
        raise MistakenError(f"ange vem du är: --token-file FIL eller miljövariabeln {VARIABLE}")
    with database.reading() as connection:
        found = find(connection, secret)
    if found is None:
        raise MistakenError("ingen giltig token; regionen ger ut dem")
    if not may(found.role, task):
        raise MistakenError(f"token har rollen {found.role}, som inte får detta")
    return found
