"""`partitur serve`, `token` and `db audit`, as processes of their own."""

import asyncio
import gc
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import create_engine, text

from adjudication.packaged import packaged_library
from cli.main import main
from cli.serve import configured
from cli.serving import app
from registry.roles import Role
from storage.database import Database
from storage.payments import payments_in
from storage.runs import list_runs
from tests.commands import address_of
from tests.serving import bearer

INVOICE = {
    "clinic": "SE2321000057-4F2A",
    "number": "1",
    "patient": "194805121011",
    "support": "F",
    "lines": [
        {
            "line": 1,
            "treated_on": "2026-01-20",
            "code": "101",
            "price_ore": 110000,
            "performer": "dentist",
        }
    ],
}


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server of its own, and its address as it says itself."""
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield address_of(process), process
        finally:
            process.kill()


def token(url: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["token", "issue", url, *arguments]) == 0
    (secret,) = capsys.readouterr().out.splitlines()
    return secret


def test_a_token_is_shown_once_and_kept_nowhere(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = token(url, capsys, "Torget", "--clinic", "SE2321000057-4F2A")
    registrar = token(url, capsys, "Korten", "--role", "registrar")
    assert secret != registrar
    kept = Path(url.removeprefix("sqlite:///")).read_bytes()
    assert secret.removeprefix("partitur_").encode() not in kept
    assert main(["token", "revoke", url, "Korten"]) == 0
    capsys.readouterr()
    assert main(["token", "list", url]) == 0
    korten, torget = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"Korten\tregistrar\t\t\d{4}-\d\d-\d\d [\d:]{8}Z\tåterkallad \d{4}-.*Z", korten
    )
    assert re.fullmatch(r"Torget\tclinic\tSE2321000057-4F2A\t\d{4}-.*Z\tgäller", torget)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["issue", "A"], "ange --clinic"),
        (["issue", "A", "--role", "reader", "--clinic", "B"], "ange --clinic"),
        (["issue", "Torget", "--role", "reader"], "redan använt"),
        (["revoke", "Ingen"], "ingen token har det namnet"),
        (["issue", "A", "--role", "king"], "--role"),
    ],
)
def test_what_cannot_be_issued_or_revoked(
    url: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    token(url, capsys, "Torget", "--clinic", "SE2321000057-4F2A")
    assert main(["token", arguments[0], url, *arguments[1:]]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_invoice_through_a_server_of_its_own(
    url: str, capsys: pytest.CaptureFixture[str], processes: str
) -> None:
    secret = token(url, capsys, "Torget", "--clinic", "SE2321000057-4F2A")
    headers = bearer(secret)
    with serving("--db", url, "--processes", processes) as (address, process):
        with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
            assert client.get("/ready").json() == {"status": "ready"}
            first = client.post("/invoices", json=INVOICE)
            assert first.status_code == 201
            again = client.post("/invoices", json=INVOICE)
            assert (again.status_code, again.content) == (200, first.content)
            assert client.get("/invoices/1").json()["decision"] == first.json()
            assert main(["token", "revoke", url, "Torget"]) == 0
            assert client.post("/invoices", json=INVOICE).status_code == 401
            assert client.get("/invoices").status_code == 401
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    assert main(["db", "check", url]) == 0


def test_a_server_that_cannot_start_says_why(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--db", f"sqlite:///{tmp_path / 'none.db'}"]) == 2
    assert "partitur db upgrade" in capsys.readouterr().err
    assert main(["serve", "--db", url, "--region", "skane"]) == 2
    assert "har inga regelfiler" in capsys.readouterr().err
    assert main(["serve", "--demo", "--db", url, "--host", "0.0.0.0"]) == 2
    assert "egna datorn" in capsys.readouterr().err
    for wrong in ("*", "10.0.0.0/8", "proxy"):
        assert main(["serve", "--db", url, "--proxy", wrong]) == 2
        assert "ingen IP-adress" in capsys.readouterr().err
    with serving("--db", url) as (address, _):
        port = address.rpartition(":")[2]
        assert main(["serve", "--db", url, "--port", port]) == 2
        assert "upptagen" in capsys.readouterr().err


def test_the_demo_fills_an_empty_database_once(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cli import demoregion

    monkeypatch.setattr(demoregion, "PATIENTS", 60)
    monkeypatch.setattr(demoregion, "day_in_sweden", lambda: date(2026, 11, 20))
    database = Database(url)
    library, folder = packaged_library(), tmp_path / "attachments"
    demoregion.fill(database, library, folder)
    demoregion.show(database, "http://localhost:1")
    said = capsys.readouterr().out
    assert len(set(re.findall(r"partitur_\S{43}", said))) == len(get_args(Role))
    with database.reading() as connection:
        (count,) = connection.execute(text("SELECT count(*) FROM invoice")).one()
        waiting = connection.execute(text("SELECT count(*) FROM application_move")).one()
        enclosed = connection.execute(text("SELECT count(*) FROM attachment_content")).one()
    assert count > 100
    assert waiting > (100,)
    assert (len(list(folder.iterdir())),) == enclosed
    with database.reading() as connection:
        runs = list_runs(connection, "jonkoping", None, 9).runs
        states = {one.state for one in payments_in(connection, 1).values()}
    assert [(one.number, one.state) for one in runs] == [(2, "prepared"), (1, "exported")]
    assert states == {"confirmed", "returned"}
    demoregion.fill(database, library, folder)
    demoregion.show(database, "http://localhost:1")
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM invoice")).one() == (count,)
        again = connection.execute(text("SELECT count(*) FROM application_move")).one()
        assert list_runs(connection, "jonkoping", None, 9).runs == runs
    assert again == waiting
    database.close()
    assert main(["db", "check", url, "--attachments", str(folder)]) == 0


def test_the_demo_leaves_other_databases_alone(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, cards = tmp_path / "in.ndjson", tmp_path / "cards.ndjson"
    path.write_text(json.dumps(INVOICE))
    cards.write_text("")
    assert main(["adjudicate", str(path), "--cards", str(cards), "--db", url]) == 0
    assert main(["serve", "--demo", "--db", url, "--port", "0"]) == 2
    assert "inte tom" in capsys.readouterr().err


def test_a_log_that_was_tampered_with(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = tmp_path / "heads.txt"
    for name in "ABC":
        token(url, capsys, name, "--role", "reader")
    assert main(["db", "audit", url, "--heads", str(heads)]) == 0
    assert "3 poster i 3 kedjor" in capsys.readouterr().out
    assert len(heads.read_text().splitlines()) == 3
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_delete_refused"))
        connection.execute(text("DELETE FROM audit WHERE audit_chain_id = 3"))
    assert main(["db", "audit", url]) == 1
    assert "kedja 3 är bruten vid post 1" in capsys.readouterr().out
    assert main(["db", "check", url]) == 1
    assert main(["db", "audit", url, "--heads", str(heads)]) == 1
    assert "kedja 3 saknar den noterade posten 1" in capsys.readouterr().out
    heads.write_text("x")
    assert main(["db", "audit", url, "--heads", str(heads)]) == 2
    engine.dispose()


def test_what_stays_is_left_alone_and_the_rest_collected(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.serving.to_standard_error", lambda: None)  # the tests' log stays
    monkeypatch.setenv(
        "PARTITUR_SERVES", json.dumps({"db": url, "attachments": "", "region": "jonkoping"})
    )
    gc.disable()
    try:
        with TestClient(app()) as client:
            assert client.get("/ready").status_code == 200
            assert gc.isenabled()
            assert gc.get_freeze_count() > 0
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_portal_is_there_where_persons_can_log_in(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_demo: bool
) -> None:
    """The demo's own provider is there in the demo alone; without any there is no portal."""
    monkeypatch.setattr("cli.serving.to_standard_error", lambda: None)
    monkeypatch.setattr("cli.serving._begin_collecting", lambda: None)
    address = "http://127.0.0.1:8765"
    served = {"db": url, "attachments": str(tmp_path / "a"), "region": "jonkoping"}
    provider = {"issuer": f"{address}/idp", "client_id": "partitur", "address": address}
    for more, portal, idp in (
        ({"provider": provider, "is_demo": is_demo}, 200, 200 if is_demo else 404),
        ({}, 404, 404),
    ):
        monkeypatch.setenv("PARTITUR_SERVES", json.dumps({**served, **more}))
        with TestClient(app()) as client:
            assert client.get("/portal/login").status_code == portal
            assert client.get("/idp/.well-known/openid-configuration").status_code == idp
            assert client.get("/ready").status_code == 200


@pytest.mark.parametrize(
    ("proxy", "who"),
    [("127.0.0.1", "198.51.100.7"), ("10.0.0.1", "127.0.0.1"), (None, "127.0.0.1")],
)
def test_who_asks_is_the_last_that_the_proxy_says_where_it_is_told_of(
    proxy: str | None, who: str
) -> None:
    """Whatever somebody wrote there before it; else nobody is believed."""
    seen = []

    async def told(scope: Any, _receive: object, _send: object) -> None:
        seen.append(scope["client"][0])

    config = configured(1, proxy)
    config.app, config.factory = told, False
    config.load()
    forwarded = (b"x-forwarded-for", b"192.0.2.9, 198.51.100.7")
    scope = {"type": "http", "client": ("127.0.0.1", 1), "headers": [forwarded], "scheme": "http"}
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [who]
