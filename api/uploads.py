"""Files that come in: how many at once, and who reads them."""

from asyncio import get_running_loop, to_thread
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from api.problems import busy
from attachments.verdict import Verdict
from storage.files import Incoming

MOST_AT_ONCE = 64
READERS = 2
"""Processes that read files beside each other, each with storage/examiner.py's share of memory."""


class Uploads:
    """The files that a process takes in, into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._coming = 0
        self._readers = ThreadPoolExecutor(READERS, "reader")

    @asynccontextmanager
    async def incoming(self) -> AsyncIterator[Incoming]:
        """A file to write. Nothing of it is left after the block, unless somebody has taken it."""
        if self._coming >= MOST_AT_ONCE:
            raise busy()
        self._coming += 1
        try:
            incoming = await to_thread(Incoming, self.folder)
            try:
                yield incoming
            finally:
                incoming.drop()
        finally:
            self._coming -= 1

    async def examined(self, incoming: Incoming) -> Verdict:
        """The verdict on a file, as soon as a reader is free."""
        loop = get_running_loop()
        return await loop.run_in_executor(self._readers, incoming.examined)

    def close(self) -> None:
        """Let the readers end."""
        self._readers.shutdown()
