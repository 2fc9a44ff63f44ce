"""Runs: the list, and each on a page with its steps, its clinics and its files."""

from http import HTTPStatus
from typing import Final, NamedTuple

from litestar import Response, get
from litestar.params import FromQuery
from sqlalchemy import Connection

from api.bounds import Number, NumberAsked
from api.problems import not_found
from exports.wording import account
from invoices.approval import ApprovalRules
from portal.payouts.faults import Told, told
from portal.payouts.shares import masked, page_of, rows, totals
from portal.payouts.steps import steps_of
from portal.rendering import page
from portal.request import PortalRequest
from storage.accounts import ClinicAccounts, accounts_of
from storage.acts import Done
from storage.approvers import Approver, approvers
from storage.exporting import RunFile, list_files
from storage.payments import Answered, ListedPayment, last_answer, payments_in
from storage.runs import (
    OPEN,
    Held,
    KeptRun,
    find_run,
    last_exported,
    list_runs,
    rules_on,
    shown_of,
)
from storage.runsteps import MoveAsked, Moved, try_move

PATH: Final = "/portal/runs"
SHOWN: Final = 50
MOST_NEW_ACCOUNTS: Final = 10
BANK_REASONS: Final = ("AC01", "AC04", "AC06", "AG01", "AM04", "AM05", "MS03", "RC01")
"""The codes of ISO 20022 that banks give most when money comes back; others are shown as they
are."""


class RunShown(NamedTuple):
    """All that a run's page is made of. `hindrances` are why whoever asks may not approve it, None
    for whoever has no such task or where it is not to be approved."""

    held: Held
    run: KeptRun
    before: Held | None
    answered: Answered | None
    files: list[RunFile]
    payments: dict[str, ListedPayment]
    new_accounts: list[ClinicAccounts]
    approvers: list[Approver]
    rules: ApprovalRules | None
    hindrances: list[Told] | None


@get(PATH, task="read_runs")
async def runs(
    request: PortalRequest, before: FromQuery[NumberAsked | None] = None
) -> Response[str]:
    """The latest first."""
    region = request.service.default_region
    found = await request.service.do(
        lambda connection: (list_runs(connection, region, before, SHOWN), [])
    )
    is_open = before is None and bool(found.runs) and found.runs[0].state in OPEN
    return page(request, "payouts/runs.html", found=found, is_first=before is None, is_open=is_open)


@get(PATH + "/{number:int}", task="read_runs")
async def run(
    request: PortalRequest, number: Number, after: FromQuery[str | None] = None
) -> Response[str]:
    """Where it stands, what is to be done now and by whom, and what each clinic gets."""
    return await run_page(request, number, after)


async def run_page(
    request: PortalRequest,
    number: int,
    after: str | None = None,
    *,
    faults: list[Told] | None = None,
    what: str = "",
) -> Response[str]:
    """A run's page, with why something was not done where it was not."""
    token, today = request.token, request.service.today()
    asked = MoveAsked(request.service.default_region, number, "", token.id, today)
    may_approve = request.may("approve_runs")
    found = await request.service.do(lambda connection: read(connection, asked, may_approve))
    if found is None:
        raise not_found()
    clinics = rows(found.held.run.shares, found.before, found.run.new_accounts, found.payments)
    shown, following = page_of(clinics, after)
    return page(
        request,
        "payouts/run.html",
        http_status=HTTPStatus.CONFLICT if faults else HTTPStatus.OK,
        it=found,
        run=found.run,
        steps=steps_of(found.run, found.answered),
        totals=totals(clinics, found.before),
        shown=shown,
        following=following,
        returned=[one for one in found.payments.values() if one.state == "returned"],
        names={one.clinic: one.payee.name for one in found.held.run.shares},
        faults=faults or [],
        what=what,
        may=request.may,
        account=account if request.may("keep_payees") or may_approve else masked,
        bank_reasons=BANK_REASONS,
    )


def read(connection: Connection, asked: MoveAsked, may_approve: bool) -> Done[RunShown | None]:
    """What the page shows, at one moment."""
    region, number, today = asked.region, asked.number, asked.today
    held = find_run(connection, region, number)
    if held is None:
        return None, []
    shown = shown_of(connection, held)
    is_to_approve = shown.state in {"prepared", "approved_once"}
    hindrances = None
    if is_to_approve and may_approve:
        tried = try_move(connection, asked._replace(digest=held.digest), "approve")
        hindrances = [] if tried is None or isinstance(tried, Moved) else told(tried)
    clinics = shown.new_accounts[:MOST_NEW_ACCOUNTS]
    return (
        RunShown(
            held,
            shown,
            last_exported(connection, region, number),
            last_answer(connection, held.key),
            list_files(connection, held.key),
            payments_in(connection, held.key),
            accounts_of(connection, clinics, held.run.pay_on),
            approvers(connection, held, today) if is_to_approve else [],
            rules_on(region, today),
            hindrances,
        ),
        [],
    )
