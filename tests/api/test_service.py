"""Who works on what: invoices that came together share a transaction, and a keeper has one user."""

from asyncio import create_task, gather, run, sleep, timeout, to_thread
from datetime import date
from threading import Event

import msgspec

from adjudication.invoice import Invoice
from adjudication.packaged import packaged_library
from api.service import KEEPERS, Service
from invoices.submission import Submitted
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.writer import MOST_AT_ONCE, Waiting
from tests.api.asking import invoice
from tests.serving import attachments_of

TODAY = date(2026, 3, 2)
INVOICE = msgspec.convert(invoice(), Invoice)


def service_over(database: Database) -> Service:
    folder = attachments_of(database)
    return Service(database, packaged_library(), "jonkoping", lambda: TODAY, folder)


class HandedIn:
    """In place of a writer: notes how many it was handed at a time, and answers them."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def submit(self, *waiting: Waiting) -> None:
        self.sizes.append(len(waiting))
        for one in waiting:
            one.answer.set_result(Submitted(b"{}", None))


def test_what_comes_together_is_handed_in_together(database: Database) -> None:
    async def handed_in(many: int) -> list[int]:
        service, writer = service_over(database), HandedIn()
        service._writer = writer  # type: ignore[assignment]

        async def comes_in_turn(place: int) -> None:
            for _ in range(place):
                await sleep(0)
            await service.submit(Sent(INVOICE, TODAY))

        await gather(*map(comes_in_turn, range(many)))
        assert service.waiting == 0
        return writer.sizes

    assert run(handed_in(1)) == [1]
    assert run(handed_in(64)) == [64]
    assert run(handed_in(2 * MOST_AT_ONCE)) == [MOST_AT_ONCE] * 2


def test_a_keeper_whose_sender_gave_up_is_nobody_elses_until_it_is_done(
    database: Database,
) -> None:
    begun, may_end = Event(), Event()
    used: list[Keeper] = []

    def slow(keeper: Keeper) -> None:
        used.append(keeper)
        begun.set()
        may_end.wait()

    async def scenario() -> None:
        service = service_over(database)
        given_up = create_task(service.by_keeper(slow))
        await to_thread(begun.wait)
        given_up.cancel()
        others = await gather(*(service.by_keeper(lambda one: one) for _ in range(3 * KEEPERS)))
        assert used[0] not in others
        may_end.set()
        async with timeout(60):
            while used[0] not in others:
                others = await gather(*(service.by_keeper(lambda one: one) for _ in range(KEEPERS)))

    run(scenario())
