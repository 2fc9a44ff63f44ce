"""The engine against a plain second reading of the rules (tests/reference.py), over random worlds.

By default 10 000 invoices over the three regions and the fourth that only tests have, and some more
over rules that no region joins yet. `make soak` goes on.
"""

from collections.abc import Sequence

import pytest

from adjudication import desk
from adjudication.case import Case
from adjudication.decision import LineDecision
from adjudication.engine import Adjudicator
from adjudication.invoice import Line
from adjudication.library import Library
from adjudication.rows import Row
from tests import desks, reference, worlds

FOUR_REGIONS = ("jonkoping", "dalarna", "vasterbotten", "blekinge")
INVOICES = 400
SEEDS = range(25)
OTHER_SEEDS = range(100, 104)
assert INVOICES * len(SEEDS) == 10_000

BORDERLAND = (("gransland",), ("gransland",))
MOVING = (("gransland", "blekinge"), ("gransland", "jonkoping", "dalarna", "blekinge"))
LATER = (("later", "blekinge"), ("jonkoping", "dalarna", "vasterbotten", "blekinge"))


def world(
    seed: int, folders: Sequence[str], regions: Sequence[str], invoices: int = INVOICES
) -> worlds.World:
    made = worlds.world(
        seed, invoices=invoices, regions=regions, rule_dirs=desks.rule_dirs(*folders)
    )
    for application in made.preassessments:  # a cheap code less 100 kr is no amount
        for line in application["lines"]:
            if line.get("amount_ore") is not None:
                line["amount_ore"] = max(0, line["amount_ore"])
    for invoice in made.invoices:  # nor is the highest price and 1 kr a price
        for line in invoice["lines"]:
            line["price_ore"] = min(1_000_000_000, line["price_ore"])
    return made


def compare(seed: int, folders: Sequence[str], regions: Sequence[str]) -> None:
    """Decide a world twice and show where the two readings part."""
    made = world(seed, folders, regions)
    reading = reference.Reference(
        desks.rule_dirs(*folders), made.cards, made.preassessments, today=made.today
    )
    mailroom = desks.Mailroom(desks.library(*folders), made.cards, made.preassessments)
    for invoice in made.invoices:
        found = desks.as_rows(mailroom.answer(invoice, made.today))
        parted = list(desks.differences(found, reading.decide(invoice)))
        assert not parted, (
            f"world {seed} of {', '.join(regions)}, invoice {invoice['number']}:\n"
            + "\n".join(parted[:8])
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_invoice_of_four_regions_is_decided_alike(seed: int) -> None:
    compare(seed, ("blekinge",), FOUR_REGIONS)


@pytest.mark.parametrize("seed", OTHER_SEEDS)
@pytest.mark.parametrize("setting", [BORDERLAND, MOVING, LATER], ids=lambda one: "+".join(one[0]))
def test_rules_joined_as_no_region_does_yet_are_decided_alike(
    seed: int, setting: tuple[Sequence[str], Sequence[str]]
) -> None:
    compare(seed, *setting)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1250))
@pytest.mark.parametrize(
    "setting",
    [(("blekinge",), FOUR_REGIONS), BORDERLAND, MOVING, LATER],
    ids=lambda one: "+".join(one[0]),
)
def test_many_more_invoices_are_decided_alike(
    seed: int, setting: tuple[Sequence[str], Sequence[str]]
) -> None:
    compare(seed, *setting)


def test_the_worlds_show_every_finding_and_reason() -> None:
    """Agreement says little where nothing happens: all findings, often."""
    seen: dict[str, int] = {}
    for seed in range(4):
        made = world(seed, ("blekinge",), FOUR_REGIONS)
        mailroom = desks.Mailroom(desks.library("blekinge"), made.cards, made.preassessments)
        for invoice in made.invoices:
            decision = desks.as_rows(mailroom.answer(invoice, made.today))
            reasons = [visit["reason"] for visit in decision["visits"]]
            codes = [finding["code"] for finding in decision["findings"]]
            for line in decision["lines"]:
                codes += [finding["code"] for finding in line["findings"]]
            for name in (*reasons, *codes):
                seen[name] = seen.get(name, 0) + 1
    expected = {code for codes in reference.OUTCOMES.values() for code in codes}
    expected.remove("refused_by_assessor")  # whose worlds are in adjudication/test_assessment.py
    rare = {name: seen.get(name, 0) for name in expected if seen.get(name, 0) < 3}
    assert rare == {}


class AsksEverything(Adjudicator):
    """An engine that takes no short way."""

    def _decide_line(self, case: Case, line: Line, row: Row) -> LineDecision:
        case.is_plain = False
        return super()._decide_line(case, line, row)


@pytest.mark.parametrize("seed", [7, 8])
def test_short_ways_decide_like_the_long(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordinary invoices are decided in one pass, and plain lines are asked less. The second reading
    agrees with the short way, and so with all."""
    folders, regions = ("later", "blekinge"), FOUR_REGIONS
    made = world(seed, folders, regions)

    def answers() -> list[bytes]:
        mailroom = desks.Mailroom(
            Library(desks.rule_files(*folders)), made.cards, made.preassessments
        )
        return [desks.encoded([mailroom.answer(one, made.today)]) for one in made.invoices]

    compare(seed, folders, regions)
    swift = answers()
    for adjudicator in (Adjudicator, AsksEverything):
        monkeypatch.setattr(desk, "SwiftAdjudicator", adjudicator)
        assert answers() == swift


@pytest.mark.parametrize("seed", [9, 10])
def test_order_of_cards_applications_and_files_does_not_matter(seed: int) -> None:
    made = world(seed, ("blekinge",), FOUR_REGIONS)
    files = desks.rule_files("blekinge")
    backwards = dict(reversed(files.items()))
    one = desks.Mailroom(Library(files), made.cards, made.preassessments)
    other = desks.Mailroom(Library(backwards), reversed(made.cards), reversed(made.preassessments))
    for invoice in made.invoices:
        answers = [desks.encoded([each.answer(invoice, made.today)]) for each in (one, other)]
        assert answers[0] == answers[1], invoice["number"]
