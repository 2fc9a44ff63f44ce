"""Reviewing the log: samples by chance, and a protocol of what was said of them."""

import re
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response, get, post

from portal.access import read_own_form
from portal.forms import Form
from portal.rendering import page, redirect
from portal.request import PortalRequest
from storage.logreview import Look, review, reviews, sample
from storage.moments import beginning_of, ending_of
from terms.period import day_written

PATH: Final = "/portal/log"
MANY: Final = 20
_REVIEWS = 20
_DAYS = 30
_NAME = re.compile(r"[1-9][0-9]{0,17}/[1-9][0-9]{0,17}")


@get(PATH, task="review_log")
async def log_review(request: PortalRequest) -> Response[str]:
    """What was reviewed before, and the way to a new sample."""
    today = request.service.today()
    return await _page(request, today - timedelta(days=_DAYS), today, None)


@post(PATH, task="review_log")
async def take_sample(request: PortalRequest) -> Response[str]:
    """A new sample of some days."""
    form, today = await read_own_form(request), request.service.today()
    first = _day(form, "from", today - timedelta(days=_DAYS))
    last = _day(form, "to", today)
    token, person = request.token, request.signed_in.person
    since, until = beginning_of(first), ending_of(last)
    looks = await request.service.do(
        lambda connection: sample(connection, since, until, MANY, token, person)
    )
    return await _page(request, first, last, looks)


@post(PATH + "/review", task="review_log")
async def sign_off(request: PortalRequest) -> Response[Any]:
    """Note that a sample was reviewed, and what of it is to be followed up."""
    form, token = await read_own_form(request), request.token
    names = [one for one in form.many("look") if _NAME.fullmatch(one)]
    followed_up = [one for one in form.many("follow_up") if one in names]
    await request.service.do(lambda _: review(token, names, followed_up))
    return redirect(PATH)


async def _page(
    request: PortalRequest, first: date, last: date, looks: list[Look] | None
) -> Response[str]:
    before = await request.service.do(lambda connection: (reviews(connection, _REVIEWS), []))
    return page(
        request, "administration/log.html", first=first, last=last, looks=looks, reviews=before
    )


def _day(form: Form, name: str, otherwise: date) -> date:
    try:
        return day_written(form.one(name))
    except ValueError:
        return otherwise
