"""Click in Swedish: headings of help texts, and what is wrong with a command line."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

_HEADINGS = {
    "Options": "Flaggor",
    "Commands": "Kommandon",
    "Positional arguments": "Argument",
}


class SwedishFormatter(click.HelpFormatter):
    """Headings in Swedish."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Begin with the Swedish word."""
        super().write_usage(prog, args, prefix or "Användning: ")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Say in Swedish that an option is required."""
        in_swedish = [(name, text.replace("[required]", "[krävs]")) for name, text in rows]
        super().write_dl(in_swedish, col_max, col_spacing)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A part with its Swedish heading."""
        with super().section(_HEADINGS.get(name, name)):
            yield


class SwedishContext(click.Context):
    """A context whose help is in Swedish."""

    formatter_class = SwedishFormatter


class SwedishCommand(click.Command):
    """A command whose help is in Swedish."""

    context_class = SwedishContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help, explained in Swedish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Visa den här hjälpen."
        return option


class SwedishGroup(click.Group, SwedishCommand):
    """A command of subcommands, whose help is in Swedish."""

    context_class = SwedishContext


URL = click.argument("url", metavar="URL")
"""A database, for the commands that are given one."""


def group_on_database(help_text: str, epilog: str) -> Callable[[Callable[[], None]], SwedishGroup]:
    """A group of commands, each of which is given a database."""
    return click.group(
        cls=SwedishGroup,
        help=help_text,
        epilog=epilog,
        options_metavar="",
        subcommand_metavar="KOMMANDO URL",
    )


def told(error: click.UsageError) -> str:
    """What is wrong with the command line, and where to read more."""
    match error:
        case click.NoSuchOption():
            what = f"flaggan {error.option_name} finns inte{_perhaps(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            what = f"kommandot {error.command_name} finns inte{_perhaps(_near(error))}"
        case click.MissingParameter():
            what = f"{_name(error)} saknas"
        case click.BadParameter():
            what = f"{_name(error)}: {error.message}"
        case click.BadOptionUsage():
            what = f"flaggan {error.option_name} används fel: ett värde saknas eller är för mycket"
        case _:
            what = error.message
    path = error.ctx.command_path if error.ctx is not None else "partitur"
    return f"{what}. Se {path} --help"


def _near(error: click.exceptions.NoSuchCommand) -> list[str]:
    """Commands with a name much like the one that was given."""
    from difflib import get_close_matches

    if error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return []
    return get_close_matches(error.command_name, error.ctx.command.list_commands(error.ctx))


def _perhaps(possibilities: list[str] | None) -> str:
    return f" (kanske {' eller '.join(possibilities)})" if possibilities else ""


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Argument):
        return f"argumentet {error.param.human_readable_name}"
    if error.param is not None:
        return f"flaggan {error.param.opts[0]}"
    return "en flagga"
