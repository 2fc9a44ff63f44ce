"""`partitur applications`: what waits and what ends soon, from a database."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from cli import applications as command
from cli.main import main
from storage.database import Database
from storage.schema import upgrade
from terms.person import without_dash
from tests.applications import assessment
from tests.commands import PATIENT
from tests.storage.applying import CLINIC, TODAY, Office


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'partitur.db'}"


@pytest.fixture
def office(url: str) -> Office:
    database = Database(url)
    upgrade(database)
    return Office(database)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[list[str]]:
    """The columns of what a command line prints."""
    assert main(["applications", *arguments]) == 0
    text = capsys.readouterr().out
    assert PATIENT not in text
    assert without_dash(PATIENT) not in text
    return [one.split("\t") for one in text.splitlines()]


def test_what_waits_is_shown_with_its_age(
    url: str, office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "today_in_sweden", lambda: TODAY + timedelta(9))
    monkeypatch.setattr(command, "AT_ONCE", 1)
    office.begun("draft")
    keys = [office.begun(number) for number in "abc"]
    for key in keys:
        office.moved(key, "clinic", "submit")
    office.moved(keys[1], "assessor", "take")
    office.moved(keys[2], "assessor", "take")
    office.moved(keys[2], "assessor", "ask_supplement", said="?")
    assert said(capsys, "queue", url) == [
        [str(keys[0]), "9", "submitted", "", "jonkoping", "F", CLINIC, "a"],
        [str(keys[1]), "9", "under_assessment", "assessor", "jonkoping", "F", CLINIC, "b"],
    ]
    assert [row[0] for row in said(capsys, "queue", url, "--waits-for", "clinic")] == [str(keys[2])]
    assert said(capsys, "queue", url, "--region", "dalarna") == []


def test_what_ends_soon_is_shown_with_what_is_left(
    url: str, office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "today_in_sweden", lambda: date(2026, 12, 1))
    kept = office.decided("a")
    office.decided("b", assessment(covers_to="2027-02-28"))
    row = [f"A{kept.id}", "2026-12-31", "jonkoping", "F", CLINIC, "a", "2 × 407, 1 × 405"]
    assert said(capsys, "expiring", url) == [row]
    assert said(capsys, "expiring", url, "--within", "29") == []
    assert len(said(capsys, "expiring", url, "--within", "90")) == 2


def test_what_cannot_be_asked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["applications", "queue", url]) == 2
    assert "partitur db upgrade" in capsys.readouterr().err
    assert main(["applications", "queue", url, "--waits-for", "god"]) == 2
    assert main(["applications", "expiring", url, "--within", "x"]) == 2
