"""Which subcommands there are. A subcommand's module is imported only when it is asked for."""

from collections.abc import Sequence
from importlib import import_module

import click

from cli.swedish import SwedishGroup, told

_COMMANDS = {
    "adjudicate": ("cli.adjudicate", "Avgör en fil med fakturor."),
    "applications": (
        "cli.applications",
        "Visa ansökningar som väntar, och beslut som snart går ut.",
    ),
    "db": ("cli.db", "Sköt databasen som beslut bevaras i."),
    "demo": ("cli.demo", "Avgör exemplen som följer med och visa svaren i klartext."),
    "explain": ("cli.explain", "Förklara hur en faktura avgörs, fråga för fråga."),
    "figures": ("cli.figures", "Visa nyckeltal: kostnader, rätt direkt, vad som väntar."),
    "payees": ("cli.payees", "Lägg in konton som kliniker betalas på."),
    "reconcile": ("cli.reconcile", "Stäm av ett journalsystem mot regionen."),
    "redecide": ("cli.redecide", "Avgör bevarade fakturor på nytt."),
    "rules": ("cli.rules", "Visa en regions regler i klartext."),
    "serve": ("cli.serve", "Ta emot fakturor över HTTP."),
    "settle": ("cli.settle", "Avräkna det som är godkänt: till bank och huvudbok."),
    "user": ("cli.user", "Sköt vem som får logga in, och med vilka uppdrag."),
    "token": ("cli.token", "Ge ut och återkalla token till API:t."),
}
_MISTAKEN = 2


class _Commands(SwedishGroup):
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


def run(arguments: Sequence[str]) -> int:
    """Run a command line and give its exit status; what is wrong with it is told in one line."""
    try:
        with partitur.make_context("partitur", list(arguments)) as context:
            partitur.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return _MISTAKEN
    except click.UsageError as error:
        click.echo(f"partitur: {told(error)}", err=True)
        return _MISTAKEN
    return 0


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
