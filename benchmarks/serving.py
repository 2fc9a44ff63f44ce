"""Servers in processes of their own."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from benchmarks.fresh import environment
from tests.commands import address_of

SECONDS = 300


@contextmanager
def process(arguments: list[str], **streams: int) -> Iterator["subprocess.Popen[str]"]:
    """A process of this interpreter, which is ended with the block."""
    with subprocess.Popen(
        [sys.executable, *arguments], env=environment(), text=True, **streams
    ) as running:  # type: ignore[call-overload]
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(timeout=30)
            except subprocess.TimeoutExpired:
                running.kill()


@contextmanager
def serving(url: str, *options: str) -> Iterator[str]:
    """The address of `partitur serve` over a database, when it is ready."""
    command = ["-m", "cli.main", "serve", "--db", url, "--port", "0", *options]
    with (
        tempfile.TemporaryDirectory() as folder,
        process(
            [*command, "--attachments", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as running,
    ):
        address = address_of(running)
        httpx.get(f"{address}/ready", timeout=SECONDS).raise_for_status()
        yield address
