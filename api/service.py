"""What handlers share: the rules, the database, and those who work on it in threads."""

from asyncio import Future, Semaphore, get_running_loop, shield, to_thread
from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from adjudication.library import Library
from api.problems import ProblemError, busy
from api.uploads import Uploads
from invoices.submission import Submitted
from storage.access import Token, find
from storage.acts import Done
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.receiving import tidy
from storage.schema import need_current
from storage.writer import MOST_AT_ONCE, Waiting, Writer

T = TypeVar("T")

MOST_WAITING = 5_000
KEEPERS = 4


class Service:
    """A process's share of the work. Single invoices go through one writer, where they share
    transactions; files and all other acts are done by a few keepers beside it."""

    def __init__(
        self,
        database: Database,
        library: Library,
        default_region: str,
        today: Callable[[], date],
        attachments: Path,
    ) -> None:
        self.database = database
        self.library = library
        self.default_region = default_region
        self.today = today
        self.uploads = Uploads(attachments)
        self._tokens: dict[str, Token] = {}
        self._idle = [self._keeper() for _ in range(KEEPERS)]
        self._free = Semaphore(KEEPERS)
        self._come: list[Waiting] = []
        self._writer: Writer | None = None
        self.waiting = 0
        """How many invoices wait for a transaction."""

    async def start(self) -> None:
        """Begin to work, in the loop that runs. Raises UnusableDatabaseError."""
        await to_thread(need_current, self.database)
        await to_thread(tidy, self.database, self.uploads.folder)
        self._writer = Writer(self._keeper(), get_running_loop().call_soon_threadsafe)

    async def stop(self) -> None:
        """Answer whoever waits, and end."""
        if self._writer is not None:
            await to_thread(self._writer.close)
        await to_thread(self.uploads.close)
        await to_thread(self.database.close)

    async def submit(self, sent: Sent) -> Submitted:
        """Decide one invoice, together with whatever else waits."""
        if self.waiting >= MOST_WAITING:
            raise busy()
        loop = get_running_loop()
        answer = loop.create_future()
        if not self._come:
            loop.call_soon(self._hand_in, 0)
        self._come.append(Waiting(sent, answer))
        self.waiting += 1
        try:
            submitted: Submitted | None = await answer
        finally:
            self.waiting -= 1
        if submitted is None:
            raise self.unknown_token()
        return submitted

    async def submit_many(self, sent: Sequence[Sent], decided: "Future[None]") -> list[Submitted]:
        """Decide invoices in one transaction of their own; `decided` is set when all are, and only
        to be kept."""
        loop = get_running_loop()

        def tell() -> None:
            if not decided.done():  # a transaction may be done once more
                decided.set_result(None)

        answers = await self.by_keeper(
            lambda keeper: keeper.submit(sent, lambda: loop.call_soon_threadsafe(tell))
        )
        found = [one for one in answers if one is not None]
        if len(found) < len(answers):
            raise self.unknown_token()
        return found

    async def do(self, work: Callable[[Connection], Done[T]]) -> T:
        """Do something else in a transaction of its own, noted in the audit log."""
        return await self.by_keeper(lambda keeper: keeper.acts.do(work))

    async def by_keeper(self, work: Callable[[Keeper], T]) -> T:
        """Do something in a thread, by a keeper that nobody else uses until it is done, even when
        its sender gives up before."""
        await self._free.acquire()
        keeper = self._idle.pop()

        def give_back(_done: object) -> None:
            self._idle.append(keeper)
            self._free.release()

        doing = get_running_loop().run_in_executor(None, work, keeper)
        doing.add_done_callback(give_back)
        return await shield(doing)

    async def token(self, secret: str, *, is_looked_up: bool) -> Token:
        """The token that shows this. A remembered one may be revoked since: whoever does not look
        it up leaves that to the transaction that it is used in."""
        known = None if is_looked_up else self._tokens.get(secret)
        if known is None:
            known = await to_thread(self._find, secret)
            if known is None:
                self._tokens.pop(secret, None)
                raise self.unknown_token()
            self._tokens[secret] = known
        return known

    def unknown_token(self) -> ProblemError:
        """No token, or one that does not hold; what is remembered of tokens may be stale."""
        self._tokens.clear()
        return ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "unauthorized",
            "Ingen giltig token",
            "Skicka Authorization: Bearer följt av en token som gäller; regionen ger ut dem.",
            headers={"WWW-Authenticate": 'Bearer realm="partitur"'},
        )

    def _hand_in(self, before: int) -> None:
        """Hand in all that came, as soon as a turn of the loop brings nothing more: they share a
        transaction. A lone one waits for one empty turn and no time; of many the loop reads all
        that came before the writer begins, so that the two need not take turns at one
        interpreter."""
        assert self._writer is not None
        if before < len(self._come) < MOST_AT_ONCE:
            get_running_loop().call_soon(self._hand_in, len(self._come))
            return
        self._writer.submit(*self._come)
        self._come = []

    def _find(self, secret: str) -> Token | None:
        with self.database.reading() as connection:
            return find(connection, secret)

    def _keeper(self) -> Keeper:
        return Keeper(self.database, self.library, self.default_region)
