"""What the start page says of money: what a clinic is paid and when, or the run that waits."""

from typing import NamedTuple

from sqlalchemy import Connection

from portal.request import PortalRequest
from storage.acts import Done
from storage.coming import Coming, coming_to
from storage.payouts import Payout, list_payouts
from storage.runs import OPEN, KeptRun, list_runs


class Paying(NamedTuple):
    """A clinic's last payout and what comes; or the last run of the region, whether it is open, and
    whether whoever asks may prepare one. What somebody has no task for is None."""

    last: Payout | None = None
    coming: Coming | None = None
    run: KeptRun | None = None
    is_open: bool = False
    may_prepare: bool = False


async def paying(request: PortalRequest) -> Paying:
    """For whoever asks."""
    service, clinic = request.service, request.token.clinic
    region, today = service.default_region, service.today()
    if clinic is not None and request.may("read_payments"):

        def work(connection: Connection) -> Done[Paying]:
            payouts = list_payouts(connection, region, clinic, None, 1).payouts
            coming = coming_to(connection, region, clinic, today)
            return Paying(payouts[0] if payouts else None, coming), []

        return await service.do(work)
    if clinic is None and request.may("read_runs"):
        runs = await service.do(
            lambda connection: (list_runs(connection, region, None, 1).runs, [])
        )
        last = runs[0] if runs else None
        is_open = last is not None and last.state in OPEN
        return Paying(None, None, last, is_open, request.may("prepare_runs"))
    return Paying()
