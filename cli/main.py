"""The command `partitur`: which subcommands there are, and how every kind of end is told.

A subcommand's module is imported only when the subcommand runs.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

from cli.swedish import SwedishCommand, SwedishContext, told
from terms.errors import PartiturError

_COMMANDS = {
    "adjudicate": ("cli.adjudicate", "Avgör en fil med fakturor."),
    "demo": ("cli.demo", "Avgör exemplen som följer med och visa svaren i klartext."),
    "explain": ("cli.explain", "Förklara hur en faktura avgörs, fråga för fråga."),
    "rules": ("cli.rules", "Visa en regions regler i klartext."),
}

UNUSABLE = 2
DEFECT = 70
INTERRUPTED = 128 + signal.SIGINT
CLOSED_PIPE = 128 + signal.SIGPIPE
TERMINATED = 128 + signal.SIGTERM


class _Commands(click.Group, SwedishCommand):
    context_class = SwedishContext

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(_COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Kommandon"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


def _print_version(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"partitur {version()}")
        ctx.exit()


@click.command(
    cls=_Commands,
    options_metavar="[FLAGGOR]",
    subcommand_metavar="KOMMANDO ...",
    help="Avgör fakturor i regionernas tandvårdsstöd, med alla skäl och källor.",
    epilog="Hjälp om ett kommando: partitur KOMMANDO --help",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Visa programmets version.",
)
def partitur() -> None:
    """All subcommands."""


def version() -> str:
    """The program's version, from where it is installed or from the checkout."""
    from importlib import metadata

    try:
        return metadata.version("partitur")
    except metadata.PackageNotFoundError:
        from pathlib import Path
        from tomllib import loads

        project = Path(__file__).parent.parent / "pyproject.toml"
        return str(loads(project.read_text(encoding="utf-8"))["project"]["version"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit status. Whatever goes wrong is told in one line on
    standard error; a traceback is shown only where PARTITUR_DEBUG asks for it."""
    gc.disable()  # until much is loaded that stays: see adjudicate.py
    signal.signal(signal.SIGTERM, _terminate)
    try:
        status = _run(sys.argv[1:] if arguments is None else list(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except BrokenPipeError:
        _close_quietly()
        return CLOSED_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        return _stop(error.format_message(), UNUSABLE)
    except click.UsageError as error:
        return _stop(f"partitur: {told(error)}", UNUSABLE)
    except (PartiturError, OSError) as error:
        return _stop(f"partitur: {error}{_notes(error)}", UNUSABLE)
    except Exception as error:
        if os.environ.get("PARTITUR_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}{_notes(error)}"
        return _stop(f"partitur: fel i programmet: {what}. PARTITUR_DEBUG=1 visar var", DEFECT)
    finally:
        gc.enable()


def _run(arguments: list[str]) -> int:
    try:
        with partitur.make_context("partitur", arguments) as context:
            partitur.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def _notes(error: Exception) -> str:
    """Where it happened, as the commands noted it."""
    return "".join(f" ({note})" for note in getattr(error, "__notes__", ()))


def _stop(message: str, status: int) -> int:
    try:
        click.echo(message, err=True)
    except BrokenPipeError:
        _close_quietly()
    return status


def _close_quietly() -> None:
    """Nobody reads any more; what is left in the buffers goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Being told to end, clean up as at Ctrl-C."""
    sys.exit(TERMINATED)
