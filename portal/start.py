"""The start page: what waits for whoever asks."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from litestar import Response, get
from sqlalchemy import Connection

from adjudication.library import Library
from portal.access import SIGNED_IN, START
from portal.payouts.startcard import paying
from portal.rendering import page, page_of
from portal.request import PortalRequest
from storage.access import Token
from storage.acts import Done
from storage.duties import Duty, duties_of
from storage.expiring import Expiring, list_expiring
from storage.kept import Page, list_invoices
from storage.listing import Filters
from storage.queue import ListedApplication, QueueFilters, newest_applications
from storage.waiting import DeskFilters, read_desk
from terms.vocabulary import SUPPORTS, Support

WITHIN_DAYS: Final = 92
_SHOWN = 10
_MONTHS_BACK = 12


class ToBill(NamedTuple):
    """The oldest month whose care can still be billed in a region, and for how long."""

    region: str
    support: Support
    month: str
    last_day: date
    days_left: int


class _Waiting(NamedTuple):
    invoices: Page
    applications: list[ListedApplication]
    expiring: list[Expiring]


@get(START, task=SIGNED_IN)
async def start(request: PortalRequest) -> Response[str]:
    """What waits for a clinic and how long there is to bill; for others how much waits for them,
    and the way to their pages."""
    service, token = request.service, request.token
    waiting, duties, today = None, list[Duty](), service.today()
    if token.clinic is not None:
        waiting = await service.do(lambda connection: _waiting(connection, token, today))
    else:
        duties = await service.do(lambda connection: (duties_of(connection, token, today), []))
    desk = None
    if request.may("assess"):
        desk = await service.do(
            lambda connection: read_desk(connection, service.library, DeskFilters(), None, 1, token)
        )
    return page(
        request,
        "start.html",
        desk=desk,
        waiting=waiting,
        paying=await paying(request),
        duties=[(one, page_of(one.task)) for one in duties],
        to_bill=list(to_bill(service.library, service.today())) if waiting else (),
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
                yield ToBill(region.name, support, f"{month:%Y-%m}", last_day, left)


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
    filters = QueueFilters(clinic=token.clinic, waits_for="clinic")
    mine, noted_too = newest_applications(connection, filters, None, _SHOWN, token)
    soon, also_noted = list_expiring(connection, today, WITHIN_DAYS, 0, _SHOWN, token)
    waiting = _Waiting(held, mine.applications, soon.expiring)
    return waiting, [*noted, *noted_too, *also_noted]
