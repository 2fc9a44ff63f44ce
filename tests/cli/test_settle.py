"""`partitur settle` and `partitur payees`: a run from its preview to the bank's answer, by commands
alone, and what they refuse."""

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from sqlalchemy import update

from adjudication.invoice import Invoice
from cli.main import main
from registry.cards import Card
from storage import tables
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_cards
from storage.runs import find_run
from tests import desks
from tests.commands import card, invoice, line, written
from tests.desks import Row
from tests.paying import bank_answer
from tests.storage.test_checking import unguard

CLINIC = "SE2321000057-4F2A"
DAYS = ("--through", "2026-11-15", "--pay-on", "2099-12-01")
PERSONS = (
    ("preparer", "payout_preparer", "P-1", ()),
    ("same", "payout_chief", "P-1", ()),
    ("chief", "payout_chief", "P-2", ()),
    ("owner", "payout_chief", "P-3", ("--works-at", CLINIC)),
    ("reader", "finance", "P-4", ()),
)


class Said(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Office:
    """A database, and a file with each person's token. Commands are run in this process."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[bytes]) -> None:
        self.folder, self._captured = folder, captured
        self.url = f"sqlite:///{folder / 'partitur.db'}"
        self.done("db", "upgrade")
        for name, role, person, more in PERSONS:
            secret = self.done("token", "issue", name, "--role", role, "--person", person, *more)
            (folder / name).write_text(secret)
        self.done(
            "payees", "put", CLINIC, "--name", "Kliniken", "--bankgiro", "9999-9997", "--from",
            "2026-01-01", by="preparer",
        )  # fmt: skip
        self.done(
            "payees", "payer", "--from", "2026-01-01", "--name", "Regionen", "--iban",
            "SE3550000000054910000003", "--organisation-number", "2321000057", "--bic", "ESSESESS",
            "--agreement", "232100005701", by="preparer",
        )  # fmt: skip
        held = line(line=2, code="405", price_ore=433_000, zone="18-11")
        keeper = Keeper(Database(self.url), desks.library(), "jonkoping")
        given = [msgspec.convert(card(), Card)]
        keeper.acts.do(lambda c: (None, put_cards(c, keeper.library, given)))
        sent = msgspec.convert(invoice(lines=[line(), held]), Invoice)
        keeper.submit([Sent(sent, date(2026, 2, 2))])
        keeper.database.close()

    def ask(self, *words: str, by: str | None = None) -> Said:
        """A command line; the database follows on its second word."""
        named = [] if by is None else ["--token-file", str(self.folder / by)]
        self._captured.readouterr()
        status = main([*words[:2], self.url, *words[2:], *named])
        found = self._captured.readouterr()
        return Said(status, found.out.decode(), found.err.decode())

    def done(self, *words: str, by: str | None = None) -> str:
        """What a command says that succeeds."""
        found = self.ask(*words, by=by)
        assert found.status == 0, found
        return found.out

    def refused(self, *words: str, by: str | None = None) -> str:
        """Why something is not done."""
        found = self.ask(*words, by=by)
        assert found.status == 1, found
        return found.err


@pytest.fixture
def office(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Office:
    return Office(tmp_path, capfdbinary)


def digest_in(text: str) -> str:
    return text.split("Digest: ")[1].split(maxsplit=1)[0]


def test_from_the_preview_to_the_bank_s_answer(office: Office) -> None:
    preview = office.done("settle", "preview", *DAYS)
    assert preview == f"{CLINIC}\t2\t1\t0\t90000\t90000\t0\n"
    prepared = office.done("settle", "prepare", *DAYS, by="preparer")
    digest = digest_in(prepared)
    assert office.done("settle", "prepare", *DAYS, by="preparer") == prepared
    assert preview in office.done("settle", "show", "1")
    own = ("settle", "approve", "1", "--digest", digest)
    assert "har förberett" not in office.refused(*own, by="same")
    assert "attesterar den inte" in office.refused(*own, by="same")
    assert "hör till en klinik" in office.refused(*own, by="owner")
    assert "inte den som visades" in office.refused(
        "settle", "approve", "1", "--digest", "00", by="chief"
    )
    assert "läge" in office.refused(
        "settle", "export", "1", "--to", str(office.folder), by="preparer"
    )
    assert "Avräkning 1: approved" in office.done(*own, by="chief")
    files = office.folder / "files"
    files.mkdir()
    exported = office.done("settle", "export", "1", "--to", str(files), by="preparer")
    before = {one.name: one.read_bytes() for one in files.iterdir()}
    assert sorted(before) == ["000001-payments.xml", "000001-vouchers.si"]
    (files / "000001-payments.xml").unlink()
    assert office.done("settle", "export", "1", "--to", str(files), by="preparer") == exported
    assert {one.name: one.read_bytes() for one in files.iterdir()} == before
    confirmed = office.done("settle", "confirm", "1", str(answer(office, "ACSC")), by="preparer")
    assert confirmed == "000001-00001\tconfirmed\n"
    assert office.done("settle", "list").startswith("1\texported\tconfirmed\t2026-11-15\t")
    proved = office.done("settle", "prove", "2026-11-30")
    assert proved == f"{CLINIC}\t90000\t90000\t90000\t0\t0\n"
    assert office.done("db", "check") == "Allt stämmer.\n"
    assert office.done("db", "audit").startswith("Loggen är orörd")


def answer(office: Office, state: str) -> Path:
    database = Database(office.url)
    with database.reading() as connection:
        held = find_run(connection, "jonkoping", 1)
    database.close()
    assert held is not None
    return written(office.folder, "answer.xml", bank_answer(held, state, {}))


def test_a_line_is_followed_to_the_bank_and_back(office: Office) -> None:
    prepared = office.done("settle", "prepare", *DAYS, by="preparer")
    digest = digest_in(prepared)
    office.done("settle", "approve", "1", "--digest", digest, by="chief")
    office.done("settle", "export", "1", "--to", str(office.folder), by="preparer")
    line_of = ("settle", "trace", "--clinic", CLINIC, "--number", "1", "--line")
    found: Row = json.loads(office.done(*line_of, "1"))
    assert [(one["kind"], one["owed_ore"], one["run"]) for one in found["parts"]] == [
        ("fee", -20_000, 1), ("line", 110_000, 1),
    ]  # fmt: skip
    (run_of,) = found["runs"]
    assert run_of["payment"] == {
        "reference": "000001-00001", "amount_ore": 90_000, "state": "sent",
    }  # fmt: skip
    assert {one["file"] for one in run_of["transactions"]} == {"000001-vouchers.si"}
    held: Row = json.loads(office.done(*line_of, "2"))
    assert [(one["kind"], one["owed_ore"]) for one in held["parts"]] == [
        ("fee", -20_000), ("not_approved", 0),
    ]  # fmt: skip
    for back in (("--payment", "000001-00001"), ("--voucher", "2")):
        items = json.loads(office.done("settle", "trace", *back))["items"]
        assert [one["amount_ore"] for one in items] == [110_000, 20_000]
    pdf = office.folder / "statement.pdf"
    office.done("settle", "statement", "1", CLINIC, "-o", str(pdf))
    assert pdf.read_bytes().startswith(b"%PDF")
    remittance = office.done(
        "settle", "statement", "1", CLINIC, "--form", "remittance.json", "-o", "-"
    )
    (unpaid,) = json.loads(remittance)["unpaid"]
    assert "ansökan" in unpaid["reasons"][0]


MISTAKEN: list[tuple[tuple[str, ...], str | None, str]] = [
    (("settle", "prepare", *DAYS), None, "ange vem du är"),
    (("settle", "prepare", *DAYS), "reader", "rollen finance"),
    (("settle", "approve", "7", "--digest", "00"), "chief", "ingen avräkning 7"),
    (("settle", "show", "7"), None, "ingen avräkning 7"),
    (("settle", "export", "7", "--to", "nowhere"), "preparer", "nowhere"),
    (("settle", "trace", "--payment", "x", "--voucher", "1"), None, "ange --clinic"),
    (("settle", "trace", "--payment", "x"), None, "ingen sådan"),
    (("settle", "trace", "--clinic", "x", "--number", "1", "--line", "1"), None, "ingen fakt"),
    (
        ("payees", "put", CLINIC, "--name", "K", "--from", "2026-01-01"),
        "preparer", "--bankgiro",
    ),
    (
        ("payees", "put", CLINIC, "--name", "K", "--bankgiro", "1", "--from", "2026-01-01"),
        "preparer", "bankgironumret är inte giltigt",
    ),
    (("token", "issue", "x", "--role", "payout_chief"), None, "--person"),
]  # fmt: skip


def test_what_cannot_be_asked(office: Office) -> None:
    for words, by, said in MISTAKEN:
        found = office.ask(*words, by=by)
        assert found.status == 2, (words, found)
        assert said in found.err, (words, found)


def test_what_differs_ends_with_another_status(office: Office) -> None:
    early = ("settle", "preview", "--through", "2099-01-01", "--pay-on", "2099-01-01")
    assert "har inte varit än" in office.refused(*early)
    prepared = office.done("settle", "prepare", *DAYS, by="preparer")
    office.done("settle", "approve", "1", "--digest", digest_in(prepared), by="chief")
    office.done("settle", "export", "1", "--to", str(office.folder), by="preparer")
    database = Database(office.url)
    with database.writing() as connection:
        unguard(connection)
        connection.execute(update(tables.visit).values(fee_ore=tables.visit.c.fee_ore - 1))
    database.close()
    assert "(0,01" in office.refused("settle", "prove", "2026-11-30")


def test_a_token_is_taken_from_the_environment(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTITUR_TOKEN", (office.folder / "preparer").read_text().strip())
    office.done("settle", "prepare", *DAYS)
