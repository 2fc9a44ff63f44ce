"""The start page: what waits for whoever asks."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from litestar import Response, get
from sqlalchemy import Connection

from adjudication.library import Library
from adjudication.wording.words import STATUSES, SUPPORT_NAMES
from portal.access import SIGNED_IN, START
from portal.rendering import page
from portal.request import PortalRequest
from storage.access import Token
from storage.acts import Done
from storage.expiring import Expiring, list_expiring
from storage.kept import Filters, Page, list_invoices
from terms.vocabulary import SUPPORTS

WITHIN_DAYS: Final = 92
_SHOWN = 10
_MONTHS_BACK = 12


class ToBill(NamedTuple):
    """The oldest month whose care can still be billed in a region, and for how long."""

    region: str
    support: str
    month: str
    last_day: date
    days_left: int


class _Waiting(NamedTuple):
    invoices: Page
    expiring: list[Expiring]


@get(START, task=SIGNED_IN)
async def start(request: PortalRequest) -> Response[str]:
    """What waits for a clinic and how long there is to bill; for others the way to their pages."""
    service, token = request.service, request.token
    waiting = None
    if token.clinic is not None:
        today = service.today()
        waiting = await service.do(lambda connection: _waiting(connection, token, today))
    return page(
        request,
        "start.html",
        waiting=waiting,
        to_bill=list(to_bill(service.library, service.today())) if waiting else (),
        statuses=STATUSES,
    )


def to_bill(library: Library, today: date) -> Iterator[ToBill]:
    """For every region and support with a deadline."""
    for region in library.regions.values():
        for support in SUPPORTS:
            if region.texts_on(support, today) is None:
                continue
            calendar = library.calendar(region.region, support)
            oldest = None
            for month in _months_back(today):
                last_day = calendar.on(month).last_day_to_bill
                if last_day is None or last_day < today:
                    break
                oldest = month, last_day
            if oldest is not None:
                month, last_day = oldest
                left = (last_day - today).days
                name = SUPPORT_NAMES[support]
                yield ToBill(region.name, name, f"{month:%Y-%m}", last_day, left)


def _months_back(today: date) -> Iterator[date]:
    """The first day of this month, and of those before it."""
    month = today.replace(day=1)
    for _ in range(_MONTHS_BACK):
        yield month
        month = (month - timedelta(days=1)).replace(day=1)


def _waiting(connection: Connection, token: Token, today: date) -> Done[_Waiting]:
    held, noted = list_invoices(
        connection, Filters(clinic=token.clinic, status="pending"), None, _SHOWN, token.id
    )
    soon, also_noted = list_expiring(connection, today, WITHIN_DAYS, 0, _SHOWN, token)
    return _Waiting(held, soon.expiring), [*noted, *also_noted]
