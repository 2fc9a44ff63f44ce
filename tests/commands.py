"""The command `partitur` for tests: in this process, or in one of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.desks import PROJECT, Row

EXAMPLES = PROJECT / "cli" / "examples"
START = "import sys; sys.argv[0] = 'partitur'; from cli.main import main; sys.exit(main())"
PARTITUR = (sys.executable, "-P", "-c", START)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT), "PARTITUR_DEBUG": ""}
PATIENT = "19480512-1011"


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a process of its own."""
    options = {"capture_output": True, "timeout": 120, "env": ENVIRONMENT, **options}
    return subprocess.run([*PARTITUR, *map(str, arguments)], check=False, **options)


def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command line whose streams are pipes, and leave it running."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(
        [*PARTITUR, *map(str, arguments)], env=ENVIRONMENT, **{**pipes, **options}
    )


def address_of(server: "subprocess.Popen[str]") -> str:
    """Where `partitur serve` listens, as soon as it says so on its standard error."""
    assert server.stderr is not None
    for said in server.stderr:
        found = re.search(r"lyssnar på (http://\S+)", said)
        if found is not None:
            return found[1]
    raise AssertionError(server.wait())


def invoice(number: str = "1", **fields: Any) -> Row:
    """A right invoice of one line, with other values for some fields."""
    return {
        "clinic": "SE2321000057-4F2A",
        "number": number,
        "patient": PATIENT,
        "support": "F",
        "received_on": "2026-02-02",
        "lines": [line()],
        **fields,
    }


def line(**fields: Any) -> Row:
    """A right line, with other values for some fields."""
    return {
        "line": 1,
        "treated_on": "2026-01-20",
        "code": "101",
        "price_ore": 110000,
        "performer": "dentist",
        **fields,
    }


def card(number: str = "F-1", **fields: Any) -> Row:
    """A right card, with other values for some fields."""
    return {
        "number": number,
        "patient": PATIENT,
        "region": "jonkoping",
        "category": "F5",
        "valid_from": "2020-01-01",
        **fields,
    }


def application(name: str = "B-1", **fields: Any) -> Row:
    """A right application, with other values for some fields."""
    return {
        "id": name,
        "patient": PATIENT,
        "region": "jonkoping",
        "support": "F",
        "decided_on": "2026-01-01",
        "covers_from": "2026-01-01",
        "covers_to": "2026-12-31",
        "lines": [{"line": 1, "code": "405"}],
        **fields,
    }


def ndjson(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as they stand in a file."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def written(folder: Path, name: str, content: bytes | Iterable[Mapping[str, Any]]) -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else ndjson(content))
    return path


def rows(content: bytes) -> list[Row]:
    """The rows of a file."""
    return [json.loads(text) for text in content.splitlines()]


def with_an_invoice(folder: Path) -> str:
    """The URL of a new database in which commands have kept an invoice of one line."""
    found = f"sqlite:///{folder / 'partitur.db'}"
    assert run("db", "upgrade", found).returncode == 0
    cards = written(folder, "cards.ndjson", [card()])
    sent = ndjson([invoice(lines=[line()])])
    kept = run("adjudicate", "-", "--cards", cards, "--db", found, "-q", input=sent)
    assert kept.returncode == 0, kept.stderr
    return found
