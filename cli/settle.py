"""`partitur settle`: from approved lines to the bank and the ledger."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Literal, NoReturn

import click

from cli.actor import TOKEN_FILE, acting
from cli.database import in_use
from cli.day import Day
from cli.errors import MistakenError, naming
from cli.plain import REGION
from cli.progress import ProgressBar
from cli.prove import prove_command
from cli.runtexts import say_run, say_shares, shown, tabbed
from cli.swedish import URL, SwedishCommand, group_on_database
from cli.today import day_in_sweden
from cli.trace import statement_command, trace_command
from invoices.wording import Refusal, told
from registry.roles import Task
from storage.acts import Acts
from storage.bankanswers import Answered, take_answer
from storage.exporting import Exported, export_run, read_run_file
from storage.placing import place_files
from storage.preparing import Prepared, Preview, prepare, preview
from storage.runs import Held, find_run, list_runs
from storage.runsteps import MoveAsked, move_run
from storage.selecting import Reached, RunAsked
from terms.money import kronor

_HELP = """Avräkna det som är godkänt: förbered en avräkning, attestera den, exportera den till bank
och huvudbok, och ta emot bankens svar.

Den som förbereder attesterar inte. Den som gör något visar sin token, i en fil (--token-file) eller
i miljövariabeln PARTITUR_TOKEN; det är personen bakom den som räknas.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur settle preview sqlite:///partitur.db --through 2026-11-30 --pay-on 2026-12-04
  partitur settle prepare sqlite:///partitur.db --through 2026-11-30 --pay-on 2026-12-04
  partitur settle show sqlite:///partitur.db 7
  partitur settle approve sqlite:///partitur.db 7 --digest 3f0c…
  partitur settle export sqlite:///partitur.db 7 --to till-banken
  partitur settle confirm sqlite:///partitur.db 7 svar.xml
  partitur settle prove sqlite:///partitur.db 2026-11-30
  partitur settle trace sqlite:///partitur.db --clinic SE2321000057-4F2A --number A-1013 --line 2

\b
Slutstatus:
  0 det är gjort    1 det går inte, eller prove fann en avvikelse    2 något är fel angivet
"""

_NUMBER = click.argument("number", metavar="NR", type=click.IntRange(1))
_DIGEST = click.option(
    "--digest", metavar="DIGEST", required=True, help="Avräkningens digest, som den visades."
)
_THROUGH = click.option(
    "--through", metavar="DAG", type=Day(), required=True, help="Allt till och med dagen."
)
_PAY_ON = click.option(
    "--pay-on", metavar="DAG", type=Day(), required=True, help="Dagen då det betalas."
)
_REGION = click.option(
    "--region", metavar="REGION", default=REGION, help=f"Regionen som betalar. [{REGION}]"
)


@group_on_database(_HELP, _EXAMPLES)
def command() -> None:
    """Choose what to do."""


for _one in (prove_command, trace_command, statement_command):
    command.add_command(_one)


def _on_run(name: str, help_text: str, short: str) -> Callable[[Any], click.Command]:
    return command.command(
        name, cls=SwedishCommand, help=help_text, options_metavar="[FLAGGOR]", short_help=short
    )


@_on_run(
    "preview",
    "Visa vad en avräkning skulle innehålla: klinik, rader, att betala, skuld som förs vidare.",
    "Visa vad som skulle betalas.",
)
@URL
@_THROUGH
@_PAY_ON
@_REGION
def _preview(url: str, through: date, pay_on: date, region: str) -> None:
    with in_use(url) as database, _progress() as tell:
        asked = RunAsked(through, pay_on)
        found = preview(database, region, asked, day_in_sweden(), tell)
    if not isinstance(found, Preview):
        _refuse(found)
    say_shares(found.shares)
    for clinic in found.without_payee:
        click.echo(f"{clinic} saknar konto och är inte med", err=True)
    click.echo(f"Att betala ut: {kronor(found.payment_ore)}", err=True)


@_on_run(
    "prepare",
    "Frys en avräkning under nästa nummer. Om igen, efter ett avbrott, ger samma.",
    "Förbered en avräkning.",
)
@URL
@_THROUGH
@_PAY_ON
@_REGION
@TOKEN_FILE
def _prepare(url: str, through: date, pay_on: date, region: str, token_file: Path | None) -> None:
    with in_use(url) as database:
        token = acting(database, token_file, "prepare_runs")
        asked = RunAsked(through, pay_on)
        with _progress() as tell:
            found = prepare(
                database, Acts(database), region, asked, day_in_sweden(), token.id, tell
            )
        if not isinstance(found, Prepared):
            _refuse(found)
        say_run(shown(database, found.held))


@_on_run("approve", "Attestera en avräkning som någon annan har förberett.", "Attestera.")
@URL
@_NUMBER
@_DIGEST
@_REGION
@TOKEN_FILE
def _approve(url: str, number: int, digest: str, region: str, token_file: Path | None) -> None:
    _move(url, number, digest, region, token_file, "approve")


@_on_run(
    "discard",
    "Kasta en avräkning. Numret är förbrukat; det som ingick kommer i en senare.",
    "Kasta en avräkning som är fel.",
)
@URL
@_NUMBER
@_DIGEST
@_REGION
@TOKEN_FILE
def _discard(url: str, number: int, digest: str, region: str, token_file: Path | None) -> None:
    _move(url, number, digest, region, token_file, "discard")


def _move(
    url: str,
    number: int,
    digest: str,
    region: str,
    token_file: Path | None,
    move: Literal["approve", "discard"],
) -> None:
    with in_use(url) as database:
        task: Task = "approve_runs" if move == "approve" else "discard_runs"
        token = acting(database, token_file, task)
        asked = MoveAsked(region, number, digest, token.id, day_in_sweden())
        found = Acts(database).do(lambda connection: move_run(connection, asked, move))
        say_run(shown(database, _done(found, number, Held)))


@_on_run(
    "export",
    "Exportera en attesterad avräkning: den bokförs, och filerna till bank och huvudbok skrivs i "
    "en mapp. Om igen ger samma filer.",
    "Exportera till bank och huvudbok.",
)
@URL
@_NUMBER
@click.option(
    "--to", "folder", metavar="MAPP", type=click.Path(path_type=Path), required=True,
    help="Mappen som filerna skrivs i; den ska finnas.",
)  # fmt: skip
@_REGION
@TOKEN_FILE
def _export(url: str, number: int, folder: Path, region: str, token_file: Path | None) -> None:
    with naming(str(folder)):
        if not folder.is_dir():
            raise NotADirectoryError(20, "")
    with in_use(url) as database:
        token = acting(database, token_file, "export_runs")
        with database.reading() as connection:
            held = find_run(connection, region, number)
        digest = "" if held is None else held.digest
        asked = MoveAsked(region, number, digest, token.id, day_in_sweden())
        found = Acts(database).do(lambda connection: export_run(connection, asked))
        exported = _done(found, number, Exported)
        with database.reading() as connection:
            contents = [
                read_run_file(connection, exported.held.key, one.name) for one in exported.files
            ]
    with naming(str(folder)):
        place_files(folder, [one for one in contents if one is not None])
    for one in exported.files:
        click.echo(f"{folder / one.name}\t{one.sha256}")


@_on_run(
    "confirm",
    "Läs bankens svar (pain.002) på en avräknings betalfil; - är standard in. Det som kommit "
    "tillbaka ska betalas på nytt och kommer i nästa avräkning.",
    "Läs bankens svar.",
)
@URL
@_NUMBER
@click.argument("file", metavar="FIL")
@_REGION
@TOKEN_FILE
def _confirm(url: str, number: int, file: str, region: str, token_file: Path | None) -> None:
    with naming(file):
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    with in_use(url) as database:
        token = acting(database, token_file, "export_runs")
        asked = MoveAsked(region, number, "", token.id, day_in_sweden())
        found = Acts(database).do(lambda connection: take_answer(connection, asked, content))
        answered = _done(found, number, Answered)
    for reference, state in sorted(answered.changed.items()):
        click.echo(f"{reference}\t{state}")
    click.echo(f"{len(answered.changed)} betalningar ändrade.", err=True)


@_on_run("list", "Visa alla avräkningar, den senaste först.", "Visa alla avräkningar.")
@URL
@_REGION
def _list(url: str, region: str) -> None:
    before: int | None = None
    with in_use(url) as database:
        while True:
            with database.reading() as connection:
                page = list_runs(connection, region, before, 100)
            for one in page.runs:
                tabbed(
                    one.number, one.state, one.outcome or "", one.through_on, one.pay_on,
                    one.clinics, one.payment_ore, one.digest,
                )  # fmt: skip
            if page.next is None:
                return
            before = page.next


@_on_run(
    "show",
    "Visa en avräkning: vad den är, vem som gjort vad, och varje kliniks del i den.",
    "Visa en avräkning.",
)
@URL
@_NUMBER
@_REGION
def _show(url: str, number: int, region: str) -> None:
    with in_use(url) as database:
        with database.reading() as connection:
            held = find_run(connection, region, number)
        if held is None:
            raise MistakenError(f"det finns ingen avräkning {number}")
        say_run(shown(database, held))
    say_shares(held.run.shares)


def _done(found: Any, number: int, kind: type[Any]) -> Any:
    if found is None:
        raise MistakenError(f"det finns ingen avräkning {number}")
    if not isinstance(found, kind):
        _refuse(found)
    return found


def _refuse(faults: Sequence[Refusal]) -> NoReturn:
    for fault in faults:
        click.echo(f"Det går inte: {told(fault)}.", err=True)
    raise click.exceptions.Exit(1)


class _Clinics:
    """How far a selection has come, counted in clinics."""

    def __init__(self) -> None:
        self.size: int | None = None
        self.bytes_read = 0


@contextmanager
def _progress() -> Iterator[Callable[[Reached, int, int], None]]:
    reached = _Clinics()
    with ProgressBar(reached, sys.stderr.isatty(), "kliniker") as bar:

        def tell(_what: Reached, done: int, of_all: int) -> None:
            reached.bytes_read, reached.size = done, of_all
            bar.tell(done)

        yield tell
