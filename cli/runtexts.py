"""Runs as text: for people to read, and as columns for programs."""

from collections.abc import Sequence

import click

from invoices.run import Share
from storage.database import Database
from storage.runs import Held, KeptRun, shown_of
from terms.money import kronor


def shown(database: Database, held: Held) -> KeptRun:
    """A run as it is shown."""
    with database.reading() as connection:
        return shown_of(connection, held)


def say_run(run: KeptRun) -> None:
    """What a run is, how it stands, and who did what."""
    click.echo(f"Avräkning {run.number}: {run.state}{f', {run.outcome}' if run.outcome else ''}")
    click.echo(f"Till och med {run.through_on}, betalas {run.pay_on}, {run.clinics} kliniker")
    click.echo(f"Att betala ut: {kronor(run.payment_ore)}; attesteras av {run.approvers}")
    for clinic in run.new_accounts:
        click.echo(f"Nytt konto: {clinic}")
    for step in run.steps:
        click.echo(f"{step.at:%Y-%m-%d %H:%M:%SZ} {step.move}: {step.person} ({step.role})")
    click.echo(f"Digest: {run.digest}")


def say_shares(shares: Sequence[Share]) -> None:
    """A line for each clinic: lines, unpaid lines, and in öre what was brought forward, what is
    owed, paid and carried forward."""
    for one in shares:
        balance = one.balance
        tabbed(
            one.clinic, one.items, one.unpaid, balance.brought_forward_ore, balance.owed_ore,
            balance.payment_ore, balance.carried_forward_ore,
        )  # fmt: skip


def tabbed(*columns: object) -> None:
    """A line of columns."""
    click.echo("\t".join(map(str, columns)))
