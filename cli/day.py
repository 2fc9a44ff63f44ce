"""Days on the command line."""

from datetime import date

import click

from terms.period import day_written


class Day(click.ParamType[date]):
    """A calendar day, written `2026-05-01`."""

    name = "dag"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day, or what is wrong with it."""
        try:
            return value if isinstance(value, date) else day_written(str(value))
        except ValueError:
            self.fail(f"{value!r} ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD", param, ctx)
