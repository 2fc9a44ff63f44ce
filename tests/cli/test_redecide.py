"""`partitur redecide`: a proposal, and the same proposal carried out."""

import re
from pathlib import Path

import pytest

from tests.commands import application, card, invoice, line, ndjson, rows, run, written

HELD = line(line=2, code="405", price_ore=433_000, zone="18-11")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """With an invoice, a line of which waits for an application that has come by now."""
    found = f"sqlite:///{tmp_path / 'partitur.db'}"
    assert run("db", "upgrade", found).returncode == 0
    cards = written(tmp_path, "cards.ndjson", [card()])
    sent = ndjson([invoice(lines=[line(), HELD])])
    kept = run("adjudicate", "-", "--cards", cards, "--db", found, "-q", input=sent)
    assert rows(kept.stdout)[0]["status"] == "pending"
    late = written(tmp_path, "late.ndjson", [application()])
    put = run("adjudicate", "-", "--preassessments", late, "--db", found, "-q", input=b"")
    assert put.returncode == 0, put.stderr
    return found


def test_a_proposal_is_shown_and_carried_out(url: str, tmp_path: Path) -> None:
    changes = tmp_path / "changes.ndjson"
    shown = run("redecide", url, "--preassessment", "B-1", "-o", changes)
    assert (shown.returncode, shown.stderr) == (0, b"")
    text = shown.stdout.decode()
    assert "Patienter 1, fakturor 1, rader 1" in text
    assert re.search(r"Att betala: 900 kr → 5 230 kr \(\+4 330 kr\)", text.replace("\xa0", " "))
    (change,) = rows(changes.read_bytes())
    assert change["lines"][0]["after"]["preassessment"] == "B-1"
    digest = text.split("Digest: ")[1].strip()
    refused = run("redecide", url, "--approve", "1", "--digest", "00")
    assert (refused.returncode, "digest" in refused.stdout.decode()) == (1, True)
    done = run("redecide", url, "--approve", "1", "--digest", digest)
    assert (done.returncode, done.stderr) == (0, b"")
    again = run("redecide", url, "--approve", "1", "--digest", digest)
    assert (again.returncode, "redan genomfört" in again.stdout.decode()) == (1, True)
    assert run("db", "check", url).stdout.decode() == "Allt stämmer.\n"


def test_a_corrected_rule_of_a_region_and_a_period(url: str) -> None:
    period = ("--from", "2026-01-01", "--to", "2026-12-31")
    found = run("redecide", url, "--corrected", "jonkoping/F", *period)
    assert "fakturor 1" in found.stdout.decode()
    nothing = run("redecide", url, "--corrected", "dalarna/F", *period)
    assert "fakturor 0" in nothing.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "ange en av flaggorna"),
        (("--card", "F-1", "--free-card", "1"), "ange en av flaggorna"),
        (("--card", "X"), "det finns inget kort"),
        (("--approve", "7"), "--digest"),
        (("--approve", "7", "--digest", "00"), "det finns inget förslag 7"),
        (("--corrected", "jonkoping", "--from", "2026-01-01", "--to", "2026-02-01"), "stödet"),
        (("--corrected", "jonkoping/F"), "--from och --to"),
    ],
)
def test_what_cannot_be_asked(url: str, arguments: tuple[str, ...], said: str) -> None:
    found = run("redecide", url, *arguments)
    assert found.returncode == 2
    assert said in found.stderr.decode()
