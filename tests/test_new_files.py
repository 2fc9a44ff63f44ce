"""A new region, year, edition or price list is new files only."""

import subprocess
from datetime import date, timedelta

import pytest

from adjudication.library import Library
from tests import desks
from tests.desks import Row

PATIENT = desks.person_number(date(1972, 8, 8))


def invoice(on: str, code: str, number: str = "1", **line: object) -> Row:
    received = date.fromisoformat(on) + timedelta(days=1)
    return {
        "clinic": "A", "number": number, "patient": PATIENT, "support": "F",
        "received_on": received.isoformat(),
        "lines": [
            {
                "line": 1, "treated_on": on, "code": code, "price_ore": 1_000_000,
                "performer": "dentist", **line,
            }
        ],
    }  # fmt: skip


def card(region: str, category: str = "F2") -> Row:
    return {
        "number": "1", "patient": PATIENT, "region": region, "category": category,
        "valid_from": "2015-01-01",
    }  # fmt: skip


def answer(library: Library, region: str, row: Row) -> Row:
    return desks.as_rows(desks.Mailroom(library, [card(region)]).answer(row))


def test_the_program_does_not_know_the_fourth_region() -> None:
    """Its situations stand in tests/cases/blekinge.toml; its name stands nowhere in the program."""
    for package in ("terms", "tariffs", "quotas", "registry", "preassessments", "adjudication"):
        for path in (desks.PROJECT / package).rglob("*"):
            if path.suffix in {".py", ".toml", ".csv"}:
                text = path.read_text(encoding="utf-8").lower()
                assert "blekinge" not in text, path
                assert "gransland" not in text, path


def test_no_region_is_named_in_code() -> None:
    """The three regions are files too: the program's modules name none of them."""
    for package in ("terms", "tariffs", "quotas", "registry", "preassessments", "adjudication"):
        for path in (desks.PROJECT / package).rglob("*.py"):
            code = [
                line.partition("#")[0]
                for line in path.read_text(encoding="utf-8").splitlines()
                if '"' in line
            ]
            for region in ('"jonkoping"', '"dalarna"', '"vasterbotten"'):
                assert not any(region in line for line in code), path


def test_a_new_region_leaves_the_others_as_they_were() -> None:
    without, having = desks.library(), desks.library("blekinge")
    row = invoice("2026-03-02", "301")
    assert answer(without, "jonkoping", row) == answer(having, "jonkoping", row)
    assert set(having.regions) - set(without.regions) == {"blekinge"}


def test_without_its_files_a_region_has_no_rules() -> None:
    decision = desks.as_rows(
        desks.Mailroom(desks.library()).answer(
            invoice("2026-03-02", "301") | {"region": "blekinge"}
        )
    )
    (line,) = decision["lines"]
    assert line["findings"] == [{"code": "rules_missing", "rule": "contract/rules_missing"}]


def test_a_new_edition_is_in_force_from_its_first_day() -> None:
    """Jönköping's invented edition of 2027-07-01 pays for 800 after an application."""
    library = desks.library("later")
    before = answer(library, "jonkoping", invoice("2027-06-30", "800", tooth="11"))
    after = answer(library, "jonkoping", invoice("2027-07-01", "800", tooth="11"))
    assert [one["code"] for one in before["lines"][0]["findings"]] == ["action_not_covered"]
    assert [one["code"] for one in after["lines"][0]["findings"]] == ["preassessment_required"]
    assert before["lines"][0]["edition"]["valid_from"] == "2018-12-27"
    assert after["lines"][0]["edition"]["valid_from"] == "2027-07-01"


def test_a_new_edition_counts_its_year_by_its_own_rules() -> None:
    """What was approved before 1 July counts in the new edition's limits too: the year is one."""
    mailroom = desks.Mailroom(desks.library("later"), [card("jonkoping")])
    rows = [invoice(f"2027-06-{day:02}", "206", str(day), price_ore=1) for day in range(1, 9)]
    for row in rows:
        assert mailroom.answer(row).status == "approved"
    ninth = desks.as_rows(mailroom.answer(invoice("2027-07-01", "206", "9")))
    (finding,) = ninth["lines"][0]["findings"]
    assert (finding["code"], finding["limit"], finding["used"]) == ("limit_reached", 5, 8)
    late = desks.as_rows(mailroom.answer(invoice("2027-06-30", "206", "10")))
    (finding,) = late["lines"][0]["findings"]
    assert (finding["code"], finding["limit"], finding["used"]) == ("limit_reached", 8, 8)


def test_a_new_price_list_is_in_force_from_its_first_day() -> None:
    library = desks.library("later")
    before = answer(library, "jonkoping", invoice("2026-12-31", "301"))
    after = answer(library, "jonkoping", invoice("2027-01-01", "301"))
    assert before["allowed_ore"] == 45_000
    assert after["allowed_ore"] == 46_500
    assert before["lines"][0]["findings"][0]["rule"] == "tariff"
    assert after["lines"][0]["findings"][0]["rule"] == "tariff_of_2027"


def test_a_code_that_gets_a_price_is_paid_from_that_day() -> None:
    library = desks.library("later")
    before = answer(library, "jonkoping", invoice("2026-12-31", "435"))
    after = answer(library, "jonkoping", invoice("2027-01-01", "435"))
    assert before["lines"][0]["outcome"] == "needs_review"
    assert after["allowed_ore"] == 90_000


def test_a_new_fee_is_in_force_from_its_first_day() -> None:
    library = desks.library("later")
    before = answer(library, "jonkoping", invoice("2027-02-28", "301"))
    after = answer(library, "jonkoping", invoice("2027-03-01", "301"))
    assert before["patient_fee_ore"] == 20_000
    assert after["patient_fee_ore"] == 25_000


def test_an_earlier_day_is_decided_as_before_when_a_new_list_drops_a_code() -> None:
    """The list of 2027 has no 113. In 2026 it was a hygienist's all the same."""
    files = desks.rule_files("later")
    name = "tests/rules/later/jonkoping-prices-2027-01-01.csv"
    rows = files[name].decode().splitlines(keepends=True)
    files[name] = "".join(row for row in rows if not row.startswith("113,")).encode()
    row = invoice("2026-12-31", "113", performer="dentist")
    without, having = desks.library(), Library(files)
    for library in (without, having):
        findings = answer(library, "jonkoping", row)["lines"][0]["findings"]
        assert [one["code"] for one in findings] == ["performer_not_allowed"]


def test_an_earlier_day_is_decided_as_before_when_a_new_list_changes_who_performs() -> None:
    """From 2027 a dentist may perform 113 too. That is nothing to 2026."""
    files = desks.rule_files("later")
    name = "tests/rules/later/jonkoping-prices-2027-01-01.csv"
    files[name] = files[name].replace(b"113,hygienist,", b"113,,")
    library = Library(files)
    before = answer(library, "jonkoping", invoice("2026-12-31", "113", performer="dentist"))
    after = answer(library, "jonkoping", invoice("2027-01-01", "113", performer="dentist"))
    codes = [one["code"] for one in before["lines"][0]["findings"]]
    assert codes == ["performer_not_allowed"]
    assert after["lines"][0]["outcome"] == "approved"


@pytest.mark.parametrize("folder", ["blekinge", "gransland", "later"])
def test_the_tests_rule_files_are_not_installed(folder: str) -> None:
    assert not [name for name in desks.rule_files() if folder in name]


def test_every_rule_file_is_named_after_its_first_day() -> None:
    """`<subject>-<valid_from>.toml`, so that a folder reads as a list of editions."""
    for name, content in desks.rule_files("blekinge", "gransland", "later").items():
        if name.endswith(".toml") and not name.endswith(("sources.toml", "contract.toml")):
            first = next(
                line.split("=")[1].strip()
                for line in content.decode().splitlines()
                if line.startswith("valid_from")
            )
            assert name.endswith(f"-{first}.toml"), name


def test_the_files_are_under_version_control() -> None:
    """A file that is ignored would be missing elsewhere."""
    listed = subprocess.run(
        ["git", "check-ignore", "--", *[str(path) for path in desks.TEST_RULES.rglob("*")]],
        cwd=desks.PROJECT,
        capture_output=True,
        check=False,
    )
    assert listed.stdout == b""
