"""`partitur payees`: where clinics' money goes, and where it comes from."""

from datetime import date
from pathlib import Path

import click
import msgspec

from cli.actor import TOKEN_FILE, acting
from cli.database import in_use
from cli.day import Day
from cli.errors import MistakenError
from cli.plain import REGION
from cli.runtexts import tabbed
from cli.swedish import URL, SwedishCommand, group_on_database
from exports.payer import Payer
from invoices.payees import BankAccount, Bankgiro, Payee
from invoices.wording import TEXTS, told
from storage.acts import Acts
from storage.payees import KeptPayee, PaidFrom, is_bank, list_payees, put_payee, put_payer

_HELP = """Lägg in vilket konto en kliniks pengar går till, och vilket de kommer från.

Ingenting skrivs över: det nya gäller från sin dag. Den som lägger in visar sin token, i en fil
(--token-file) eller i miljövariabeln PARTITUR_TOKEN.

URL är sqlite:///FIL eller postgresql://ANVÄNDARE@VÄRD/DATABAS.
"""
_EXAMPLES = """\b
Exempel:
  partitur payees put sqlite:///partitur.db SE2321000057-4F2A --name "Kliniken AB" \\
      --bankgiro 9999-9997 --from 2026-01-01
  partitur payees put sqlite:///partitur.db SE2321000057-4F2A --name "Kliniken AB" \\
      --account 5022-1234567 --from 2026-07-01
  partitur payees list sqlite:///partitur.db
  partitur payees payer sqlite:///partitur.db --from 2026-01-01 --name "Region Jönköpings län" \\
      --organisation-number 2321000057 --iban SE35… --bic ESSESESS --agreement 232100005701
"""
_FROM = click.option(
    "--from", "valid_from", metavar="DAG", type=Day(), required=True, help="Gäller från dagen."
)
_NAME = click.option("--name", metavar="NAMN", required=True, help="Namnet som banken känner.")


@group_on_database(_HELP, _EXAMPLES)
def command() -> None:
    """Choose what to do."""


@command.command(
    "put",
    cls=SwedishCommand,
    help="Lägg in vart en kliniks pengar går.",
    options_metavar="[FLAGGOR]",
    short_help="Lägg in en kliniks konto.",
)
@URL
@click.argument("clinic", metavar="HSA-ID")
@_NAME
@click.option("--bankgiro", metavar="NUMMER", help="Bankgironumret.")
@click.option("--account", metavar="CLEARING-KONTO", help="Clearingnumret och kontonumret.")
@_FROM
@TOKEN_FILE
def _put(
    url: str,
    clinic: str,
    name: str,
    bankgiro: str | None,
    account: str | None,
    valid_from: date,
    token_file: Path | None,
) -> None:
    payee = Payee(clinic, name, _account(bankgiro, account))
    with in_use(url) as database:
        token = acting(database, token_file, "keep_payees")
        found = Acts(database).do(lambda c: put_payee(c, payee, valid_from, token.id))
    if not isinstance(found, KeptPayee):
        raise MistakenError(", ".join(told(fault) for fault in found))
    click.echo(f"{clinic} betalas så från {valid_from}.")


def _account(bankgiro: str | None, account: str | None) -> Bankgiro | BankAccount:
    if (bankgiro is None) == (account is None):
        raise MistakenError("ange en av flaggorna --bankgiro och --account")
    if bankgiro is not None:
        return Bankgiro(bankgiro.replace("-", ""))
    clearing, _, number = (account or "").partition("-")
    return BankAccount(clearing, number)


@command.command(
    "list",
    cls=SwedishCommand,
    help="Visa alla konton som lagts in: klinik, från dag, namn och konto.",
    options_metavar="",
    short_help="Visa alla konton.",
)
@URL
def _list(url: str) -> None:
    after: int | None = 0
    with in_use(url) as database:
        while after is not None:
            with database.reading() as connection:
                page = list_payees(connection, None, after, 1_000)
            for one in page.payees:
                payee = one.payee
                tabbed(payee.clinic, one.valid_from, payee.name, _written(payee.account))
            after = page.next


def _written(account: Bankgiro | BankAccount) -> str:
    if isinstance(account, Bankgiro):
        return account.number
    return f"{account.clearing}-{account.number}"


@command.command(
    "payer",
    cls=SwedishCommand,
    help="Lägg in vem som betalar: regionen som banken och huvudboken känner den.",
    options_metavar="[FLAGGOR]",
    short_help="Lägg in vem som betalar.",
)
@URL
@_FROM
@_NAME
@click.option("--organisation-number", metavar="NUMMER", required=True, help="Tio siffror.")
@click.option("--iban", metavar="IBAN", required=True, help="Kontot som betalar.")
@click.option("--bic", metavar="BIC", required=True, help="Dess bank.")
@click.option("--agreement", metavar="NUMMER", required=True, help="Avtalet med banken.")
@click.option(
    "--bank", metavar="NAMN", default="common-3", help="Hur banken vill ha filen. [common-3]"
)
@click.option("--region", metavar="REGION", default=REGION, help=f"Regionen. [{REGION}]")
@TOKEN_FILE
def _payer(
    url: str,
    valid_from: date,
    name: str,
    organisation_number: str,
    iban: str,
    bic: str,
    agreement: str,
    bank: str,
    region: str,
    token_file: Path | None,
) -> None:
    if not is_bank(bank):
        raise MistakenError(f"flaggan --bank: {TEXTS['bank_unknown']}")
    payer = _read_payer(name, organisation_number, iban, bic, agreement)
    with in_use(url) as database:
        token = acting(database, token_file, "keep_payees")
        paid_from = PaidFrom(payer, bank)
        Acts(database).do(lambda c: (None, put_payer(c, region, paid_from, valid_from, token.id)))
    click.echo(f"{name} betalar från {valid_from}.")


def _read_payer(*said: str) -> Payer:
    fields = dict(zip(Payer.__struct_fields__, said, strict=True))
    try:
        return msgspec.convert(fields, Payer)
    except msgspec.ValidationError as error:
        raise MistakenError(f"betalaren: {error}") from error
