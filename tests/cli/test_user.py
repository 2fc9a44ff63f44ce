"""`partitur user`: who may log in, and what is refused."""

import pytest

from cli.main import main

CLINIC = "SE2321000057-4F2A"
KLARA = "SE2321000057-1001"


def test_an_assignment_is_given_listed_and_ended(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["user", "add", url, KLARA, "Klara", "--clinic", CLINIC, "--from", "2026-01-01"]) == 0
    )
    assert capsys.readouterr().out == "1\n"
    span = ["--from", "2026-01-01", "--to", "2026-06-30"]
    assert main(["user", "add", url, KLARA, "Another", "--role", "reader", *span]) == 0
    assert main(["user", "end", url, "1"]) == 0
    capsys.readouterr()
    assert main(["user", "list", url]) == 0
    first, second = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert first[:6] == ["1", KLARA, "Klara", "clinic", CLINIC, "2026-01-01–"]
    assert first[6].startswith("avslutat 2")
    assert second == ["2", KLARA, "Klara", "reader", "", "2026-01-01–2026-06-30", ""]
    assert main(["token", "list", url]) == 0
    assert capsys.readouterr().out == ""
    assert main(["db", "check", url]) == 0
    assert main(["db", "audit", url]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "--role", "assessor"], "ingen får ha både den och assessor"),
        (["add", "--role", "assessor", "--to", "2020-01-01"], "före den första"),
        (["add", "--clinic", CLINIC], "redan uppdrag 1"),
        (["add"], "ange --clinic"),
        (["add", "--role", "reader", "--clinic", CLINIC], "ange --clinic"),
        (["add", "--role", "import"], "--role"),
        (["add", "--role", "reader", "--from", "x"], "ÅÅÅÅ-MM-DD"),
        (["end", "9"], "finns inte"),
        (["end", "0"], "UPPDRAG"),
    ],
)
def test_what_cannot_be_given_or_ended(
    url: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["user", "add", url, KLARA, "Klara", "--clinic", CLINIC]) == 0
    act, *rest = arguments
    who = [KLARA, "Klara"] if act == "add" else []
    assert main(["user", act, url, *who, *rest]) == 2
    assert said in capsys.readouterr().err


def test_what_conflicts_is_given_after_the_other_has_ended(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = ["user", "add", url, KLARA, "Klara", "--clinic", CLINIC, "--from"]
    assessor = ["user", "add", url, KLARA, "Klara", "--role", "assessor", "--from"]
    assert main([*clinic, "2026-01-01", "--to", "2026-06-30"]) == 0
    assert main([*assessor, "2026-06-30"]) == 2
    assert main([*assessor, "2026-07-01"]) == 0
    assert main([*clinic, "2026-12-31"]) == 2
    assert main(["user", "end", url, "2"]) == 0
    assert main([*clinic, "2026-12-31"]) == 0
    capsys.readouterr()


def test_a_portal_needs_a_provider_that_is_safe(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["serve", "--db", url, "--login"]
    assert main([*asked, "https://idp.example.se"]) == 2
    assert "hör ihop" in capsys.readouterr().err
    for issuer, address in (
        ("http://idp.example.se", "https://partitur.example.se"),
        ("https://idp.example.se", "http://partitur.example.se"),
        ("https://127.0.0.1:1/idp", "https://127.0.0.1:1"),
    ):
        assert main([*asked, issuer, "--client-id", "x", "--address", address]) == 2
        assert "inloggning" in capsys.readouterr().err
    given = ["https://idp.example.se", "--client-id", "x", "--address", "https://p.example.se"]
    assert main([*asked, *given, "--demo"]) == 2
    assert "egen inloggning" in capsys.readouterr().err
    assert main(["serve", "--db", url, "--demo", "--processes", "2"]) == 2
