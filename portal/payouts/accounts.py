"""Where clinics' money goes: every clinic with its account, those without first; and one clinic's
accounts, with the form for the next."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromQuery
from sqlalchemy import Connection

from exports.wording import account
from invoices.payees import BankAccount, Bankgiro, Payee
from portal.access import read_own_form
from portal.forms import Form
from portal.payouts.faults import Told, told, wrong
from portal.payouts.shares import masked
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.accounts import AccountPage, ClinicAccounts, accounts_of, list_accounts
from storage.acts import Done
from storage.payees import KeptPayee, PaidFrom, payer_on, put_payee
from terms.period import day_written

PATH: Final = "/portal/accounts"
SHOWN: Final = 100
LONGEST: Final = 100
_FIELDS: Final = ("clinic", "name", "kind", "bankgiro", "clearing", "number", "valid_from")


class _Seen(NamedTuple):
    accounts: AccountPage
    one: ClinicAccounts | None
    payer: PaidFrom | None


@get(PATH, task="read_runs")
async def accounts(
    request: PortalRequest,
    after: FromQuery[str | None] = None,
    clinic: FromQuery[str | None] = None,
) -> Response[str]:
    """All clinics, or one with everything that was given for it."""
    return await _page(request, after, clinic, {}, [])


@post(PATH, task="keep_payees")
async def give_account(request: PortalRequest) -> Response[Any]:
    """A new account from a day on. Nothing is written over."""
    form, token = await read_own_form(request), request.token
    said = {name: form.one(name) for name in _FIELDS}
    faults, valid_from = _faults(form)
    if not faults and valid_from is not None:
        payee = Payee(said["clinic"], said["name"], _account(said))
        day = valid_from
        found = await request.service.do(
            lambda connection: put_payee(connection, payee, day, token.id)
        )
        if isinstance(found, KeptPayee):
            return redirect(f"{PATH}?{urlencode({'clinic': said['clinic']})}")
        faults = told(found)
    return await _page(request, None, None, said, faults)


def _faults(form: Form) -> tuple[list[Told], date | None]:
    """What the service does not ask."""
    faults = []
    clinic = form.one("clinic")
    if not 0 < len(clinic) <= LONGEST or not (clinic.isascii() and clinic.isprintable()):
        faults.append(wrong("no_clinic", "clinic"))
    try:
        return faults, day_written(form.one("valid_from"))
    except ValueError:
        return [*faults, wrong("no_day", "valid_from")], None


def _account(said: dict[str, str]) -> Bankgiro | BankAccount:
    if said["kind"] == "account":
        return BankAccount(said["clearing"], said["number"])
    return Bankgiro(said["bankgiro"].replace("-", ""))


async def _page(
    request: PortalRequest,
    after: str | None,
    clinic: str | None,
    said: dict[str, str],
    faults: list[Told],
) -> Response[str]:
    service, today = request.service, request.service.today()
    region = service.default_region

    def work(connection: Connection) -> Done[_Seen]:
        one = accounts_of(connection, [clinic], today) if clinic else []
        return (
            _Seen(
                list_accounts(connection, today, after, SHOWN),
                one[0] if one else None,
                payer_on(connection, region, today),
            ),
            [],
        )

    seen = await service.do(work)
    known = {"clinic": clinic or "", "kind": "bankgiro", "valid_from": str(today)}
    return page(
        request,
        "payouts/accounts.html",
        http_status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        found=seen.accounts,
        one=seen.one,
        payer=seen.payer,
        missing=[each.clinic for each in seen.accounts.clinics if not each.now],
        is_first=after is None,
        said={name: said.get(name, known.get(name, "")) for name in _FIELDS},
        faults=faults,
        wrong={each.field for each in faults},
        masked=masked,
        account=account if request.may("keep_payees") or request.may("approve_runs") else masked,
        may=request.may,
    )
