"""`partitur rules`: the book, the differences and the sources; mistakes are told in Swedish."""

from pathlib import Path

import pytest

from cli.main import main
from tests import desks
from tests.wording.english import leaks

LATER = str(desks.TEST_RULES / "later")
SOURCE = str(desks.TEST_RULES / "blekinge")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is printed by a command that succeeds."""
    assert main(["rules", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command is refused with: one line on standard error."""
    assert main(["rules", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("partitur: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def test_a_book_has_places_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "jonkoping", "--on", "2026-05-01")
    assert "Region Jönköpings län: regler för F-tandvård" in text
    assert "Så gäller reglerna 2026-05-01: anvisningarna från 2018-12-27" in text
    assert "Vårdens omfattning, punkt 5 [1]" in text
    assert not leaks(text, ["docs/deciding.md"])


def test_the_day_is_today_unless_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "dalarna", "--support", "N")
    assert "Region Dalarna: regler för N-tandvård\n" in text


def test_an_option_may_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--on", "2026-05-01", "jonkoping") == run(
        capsys, "jonkoping", "--on", "2026-05-01"
    )


def test_folders_of_rules_are_added(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "blekinge", "--on", "2026-05-01", "--rules", SOURCE)
    assert "Region Blekinge" in text
    assert "blekinge" in run(capsys, "sources", "--rules", SOURCE).lower()


def test_two_editions_differ(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "diff", "jonkoping/F/2026-05-01", "jonkoping/F/2027-08-01", "--rules", LATER)
    for title in ("Ändrat", "Nytt", "Borta", "Priser i prislistan"):
        assert title in text
    assert "högst 5 per patient" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_a_day_given_apart_holds_for_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "diff", "jonkoping", "dalarna", "--on", "2026-05-01")
    assert text.startswith("Skillnader mellan Region Jönköpings län, F-tandvård, 2026-05-01, och")
    assert "N2" in text or "Kort" in text


def test_the_same_twice_does_not_differ(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "diff", "dalarna/N/2026-02-01", "dalarna/N/2026-09-01")
    assert text.endswith("Ingenting skiljer: alla regler och alla priser är lika.\n")


def test_sources_say_whose_rules_rest_on_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(run(capsys, "sources", "--on", "2026-05-01").split())
    assert "Folkbokföringslag (1991:481). Sveriges riksdag, 1991-05-30." in text
    assert "Används av Region Västerbotten (N-tandvård)." in text


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["skane"], "'skane': regionen har inga regelfiler; de som har är dalarna, jonkoping och"),
        (["jonkoping", "--support", "N"], "har inga regler för det stödet, bara för F"),
        (["jonkoping", "--on", "1999-01-01"], "de äldsta som är inlagda gäller från 2018-12-27"),
        (["jonkoping", "--on", "2026-02-30"], "ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD"),
        (["jonkoping", "--on", "2026-W18-5"], "ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD"),
        (["jonkoping", "--on", "20260501"], "ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD"),
        (["diff", "jonkoping"], "argumentet B saknas"),
        (["diff", "dalarna", "dalarna"], "skriv dalarna/F eller dalarna/N"),
        (["diff", "jonkoping/F/2026", "dalarna"], "F/2026': dagen ska vara en dag som finns"),
        (["diff", "jonkoping/", "dalarna"], "skriv REGION, REGION/STÖD eller REGION/STÖD/DAG"),
        (["diff", "jonkoping//2026-05-01", "x"], "skriv REGION, REGION/STÖD eller"),
        (["jonkoping", "--rules", "finns-inte"], "finns-inte: mappen finns inte; ange mappen"),
        (["jonkoping", "--rules", __file__], "är ingen mapp; ange mappen"),
    ],
)  # fmt: skip
def test_mistakes_are_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    assert expected in refused(capsys, *arguments)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'region = "x', "är inte TOML: den slutar för tidigt; rätta filen"),
        (b'region = "x\n', "är inte TOML: rad 1, tecken 12; rätta filen"),
        (b'region = "\xe5"', "är inte skriven i UTF-8"),
        (b"fee = 3", "fee: ska vara ett objekt, inte ett heltal; rätta filen"),
        (b"[fee]\nid = 3", "fee.id: ska vara en text, inte ett heltal; rätta filen"),
        (b'x = "x"', "är varken anvisningar (supports), kort (category)"),
    ],
)
def test_a_broken_rule_file_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, expected: str
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "broken.toml").write_bytes(content)
    assert f"broken.toml: {expected}" in refused(capsys, "jonkoping", "--rules", str(tmp_path))


def test_a_folder_without_rules_is_a_mistake(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "har inga regelfiler" in refused(capsys, "jonkoping", "--rules", str(tmp_path))


@pytest.mark.parametrize("arguments", [["--help"], ["diff", "--help"], ["sources", "--help"]])
def test_help_is_swedish(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    text = run(capsys, *arguments)
    assert "Användning: partitur rules" in text
    for english in ("Usage", "Options", "Commands", "Show this"):
        assert english not in text


def test_help_has_examples_that_run(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "--help")
    examples = [line.split()[2:] for line in text.splitlines() if line.startswith("    partitur")]
    assert len(examples) >= 4
    for example in examples:
        assert run(capsys, *example)
