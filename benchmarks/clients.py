"""Many clients at once, in a process of their own: each sends an invoice, waits for its answer and
sends the next. No more is read of an answer than where it ends, so that the load costs little."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


class _Client(asyncio.Protocol):
    """One connection. With `every` seconds between them requests are sent when it is time, however
    long the answers take; else as soon as the last one is answered."""

    def __init__(self, requests: Iterator[bytes], load: "_Load") -> None:
        self._requests = requests
        self._load = load
        self._coming = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._coming += data
        end = self._coming.find(_END)
        if end < 0:
            return
        place = self._coming.lower().find(_LENGTH, 0, end)
        length = int(self._coming[place + len(_LENGTH) : self._coming.find(b"\r\n", place)])
        if len(self._coming) < end + len(_END) + length:
            return
        self._load.answered(self._coming[9:12].decode(), perf_counter() - self._sent_at)
        self._coming = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.lost(exc)

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._load.left(self._transport)
            return
        due = self._load.due()
        wait = due - perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._write, request, due)
        else:
            self._write(request, due)

    def _write(self, request: bytes, due: float) -> None:
        self._sent_at = due if self._load.every else perf_counter()
        self._transport.write(request)


class _Load:
    """What all clients have done."""

    def __init__(self, clients: int, every: float) -> None:
        self.every = every
        self.seconds: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.done = asyncio.get_running_loop().create_future()
        self._clients = clients
        self._next = perf_counter()

    def due(self) -> float:
        """When the next request is to be sent."""
        if not self.every:
            return 0
        self._next += self.every
        return self._next

    def answered(self, status: str, seconds: float) -> None:
        self.statuses[status] += 1
        self.seconds.append(seconds)

    def left(self, transport: asyncio.Transport) -> None:
        self._clients -= 1
        transport.close()
        if self._clients == 0 and not self.done.done():
            self.done.set_result(None)

    def lost(self, error: Exception | None) -> None:
        if error is not None and not self.done.done():
            self.done.set_exception(error)


async def _run(port: int, clients: int, every: float, requests: list[bytes]) -> None:
    loop = asyncio.get_running_loop()
    load, coming = _Load(clients, every), iter(requests)
    begun = perf_counter()
    for _ in range(clients):
        await loop.create_connection(lambda: _Client(coming, load), "127.0.0.1", port)
    await load.done
    seconds = perf_counter() - begun
    ordered = sorted(load.seconds)
    print(
        json.dumps(
            {
                "rate": len(ordered) / seconds,
                "median": ordered[len(ordered) // 2],
                "p99": ordered[len(ordered) * 99 // 100],
                "statuses": load.statuses,
            }
        )
    )


def main() -> None:
    """PORT CLIENTS EVERY TOKEN FILE"""  # noqa: D415 – its arguments
    port, clients, every, token, path = sys.argv[1:]
    head = (
        "POST /invoices HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: "
    ).encode()
    requests = [
        head + b"%d" % len(body) + _END + body for body in Path(path).read_bytes().splitlines()
    ]
    uvloop.run(_run(int(port), int(clients), float(every), requests))


if __name__ == "__main__":
    main()
