"""Attachments as whoever runs the server sees them: where they lie, checked, copied, put back."""

from datetime import date
from pathlib import Path
from shutil import rmtree

import msgspec
import pytest

from cli.main import main
from registry.cards import Card
from storage.acts import Acts
from storage.attachments import Announced, announce
from storage.audit import Entry
from storage.database import Database
from storage.files import Incoming
from storage.receiving import Sender, keep_file, tidy
from storage.reference import put_cards
from storage.schema import upgrade
from tests import desks, files
from tests.clusters import Cluster
from tests.commands import PATIENT, card

TODAY = date(2026, 2, 20)


def filled(url: str, folder: Path | None = None) -> Path:
    """A database with three attachments, the last of which has not come. Gives their folder."""
    database = Database(url)
    upgrade(database)
    into = folder or database.attachments
    assert into is not None
    tidy(database, into)
    acts = Acts(database)
    with database.writing() as connection:
        put_cards(connection, desks.library(), [msgspec.convert(card(), Card)])
    asked = Announced("SE2321000057-4F2A", PATIENT, "day_note", "Daganteckning")
    for content in (files.pdf(), files.png(), None):
        made = acts.do(lambda connection: announce(connection, asked, TODAY, None))
        assert not isinstance(made, str)
        if content is not None:
            incoming = Incoming(into)
            incoming.write(content)
            sound = incoming.examined().sound
            assert sound is not None
            assert keep_file(acts, incoming, made.id, sound, Sender(None), TODAY).outcome == "new"
    database.close()
    return into


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'partitur.db'}"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """The exit status of a command, and what it says."""
    status = main(list(arguments))
    told = capsys.readouterr()
    return status, (told.out + told.err).splitlines()


def test_files_are_checked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = filled(url)
    assert said(capsys, "db", "check", url) == (0, ["Allt stämmer."])
    one, other = sorted(folder.iterdir())
    one.write_bytes(one.read_bytes() + b"x")
    other.unlink()
    status, told = said(capsys, "db", "check", url)
    assert (status, len(told)) == (1, 2)
    assert {line.split(":")[0] for line in told} == {"attachment 1", "attachment 2"}
    assert one.name in "".join(told)


def test_a_row_that_was_changed_with_its_file_is_found(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever puts in another content, and its right sum, has the log against him."""
    monkeypatch.setattr(
        "storage.receiving.Entry",
        lambda *words, **named: Entry(*words, **{**named, "content": b"another"}),
    )
    filled(url)
    status, told = said(capsys, "db", "check", url)
    assert (status, len(told)) == (1, 2)
    assert all("noterades i loggen" in line for line in told)


def test_they_may_lie_elsewhere(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = filled(url, tmp_path / "elsewhere")
    status, told = said(capsys, "db", "check", url)
    assert (status, len(told)) == (1, 2)
    assert said(capsys, "db", "check", url, "--attachments", str(folder))[0] == 0


def test_of_postgresql_the_folder_is_told(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing lies beside it. Where nothing has come there is nothing to ask for."""
    url = cluster.url(cluster.new())
    database = Database(url)
    upgrade(database)
    database.close()
    assert said(capsys, "db", "check", url)[0] == 0
    status, (told,) = said(capsys, "serve", "--db", url)
    assert (status, "--attachments" in told) == (2, True)
    folder = filled(url, tmp_path / "files")
    status, (told,) = said(capsys, "db", "check", url)
    assert (status, "--attachments" in told) == (2, True)
    assert said(capsys, "db", "check", url, "--attachments", str(folder))[0] == 0


def test_a_backup_holds_them_and_can_be_put_back(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = filled(url)
    one, _ = sorted(folder.iterdir())
    one.rename(f"{one}.coming")  # a process was killed between the row and the name
    copy = tmp_path / "copy.db"
    assert said(capsys, "db", "backup", url, str(copy)) == (
        0, [f"Kopian är {copy}, med 2 bilagor."]
    )  # fmt: skip
    rmtree(folder)
    assert said(capsys, "db", "check", f"sqlite:///{copy}") == (0, ["Allt stämmer."])


def test_a_backup_tells_what_it_could_not_copy(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = filled(url)
    min(folder.iterdir()).unlink()
    status, (told,) = said(capsys, "db", "backup", url, str(tmp_path / "copy.db"))
    assert (status, "har ingen fil att kopiera" in told) == (1, True)
    assert len(list((tmp_path / "copy.db-attachments").iterdir())) == 1


def test_a_folder_that_cannot_be_is_told(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(url)
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file", tmp_path / "file" / "in", tmp_path / "no" / "where"):
        status, told = said(capsys, "serve", "--db", url, "--attachments", str(folder))
        assert (status, len(told)) == (2, 1), folder
        assert str(folder) in told[0]
