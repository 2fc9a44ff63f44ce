"""An explained invoice is decided as any other, by the same checks, and leaves no trace."""

from collections.abc import Iterable
from datetime import date

import msgspec
import pytest

from adjudication.compiling import Texts
from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.explaining import ExplainingDesk, Explanation
from adjudication.findings import PriceAboveTariff
from adjudication.invoice import Invoice
from adjudication.library import Library
from adjudication.measures import Counted, Deadline, Price, Spaced, Summed
from adjudication.wording.explanation import explanation
from preassessments.decision import Preassessment
from registry.cards import Card
from tests import commands, desks, worlds
from tests.desks import Row
from tests.situations import Situation, read_situations
from tests.wording.english import leaks

SITUATIONS = read_situations()
FOLDERS = ("blekinge", "gransland", "later")
REGIONS = (*worlds.REGIONS, "blekinge", "gransland")


class Pair:
    """A desk that explains and a plain one, with the same cards and applications."""

    def __init__(
        self, library: Library, cards: Iterable[Row], applications: Iterable[Row], region: str
    ) -> None:
        self.explaining, self.plain = ExplainingDesk(library, region), Desk(library, region)
        for desk in (self.explaining, self.plain):
            for card in cards:
                desk.cards.add(msgspec.convert(card, Card))
            for application in applications:
                desk.preassessments.add(msgspec.convert(application, Preassessment))

    def answer(self, row: Row, today: date) -> tuple[Explanation, Decision]:
        """What is explained, after seeing that it is what both desks decide."""
        invoice = msgspec.convert(row, Invoice)
        received_on = invoice.received_on or today
        explained = self.explaining.explain(invoice, received_on)
        again = self.explaining.explain(invoice, received_on)
        assert again == explained
        decision = self.plain.decide(invoice, received_on)
        assert self.explaining.decide(invoice, received_on) == decision
        assert explained.decision == decision
        return explained, decision


def check(explained: Explanation, library: Library) -> None:
    """What is said of every explained invoice."""
    for line in explained.lines:
        found = [finding for question in line.asked for finding in question.findings]
        rest = [finding for finding in line.decision.findings if finding not in found]
        assert all(isinstance(finding, PriceAboveTariff) for finding in rest)
        assert [one for one in line.decision.findings if one in found] == sorted(
            found, key=line.decision.findings.index
        )
        assert bool(line.unasked) <= (line.stopped is not None)
    text = explanation(explained, library)
    assert max(map(len, text)) <= 100


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_situations_are_explained_as_they_are_decided(situation: Situation) -> None:
    library = desks.library(*situation.rules)
    pair = Pair(library, situation.cards, situation.applications, situation.region)
    for row in situation.invoices:
        explained, _ = pair.answer(row, worlds.TODAY)
        check(explained, library)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_invoices_are_explained_as_they_are_decided(seed: int) -> None:
    library = desks.library(*FOLDERS)
    world = worlds.world(seed, invoices=300, regions=REGIONS, rule_dirs=desks.rule_dirs(*FOLDERS))
    pair = Pair(library, world.cards, world.preassessments, "jonkoping")
    for row in world.invoices:
        explained, _ = pair.answer(row, world.today)
        check(explained, library)


def example(number: int) -> tuple[Explanation, Library]:
    """The last invoice of the situation that a worked example is told in."""
    situation = next(one for one in SITUATIONS if number in one.examples)
    library = desks.library(*situation.rules)
    pair = Pair(library, situation.cards, situation.applications, situation.region)
    explained = [pair.answer(row, worlds.TODAY)[0] for row in situation.invoices]
    return explained[-1], library


def texts_of(library: Library, explained: Explanation) -> Texts:
    texts = library.regions["jonkoping"].texts_on("F", explained.lines[0].line.treated_on)
    assert texts is not None
    return texts


def test_an_approved_line_shows_on_what_numbers_it_passed() -> None:
    explained, library = example(1016)
    eighth = explained.lines[7]
    measures = [question.measure for question in eighth.asked]
    assert eighth.decision.outcome == "approved"
    assert Counted(limit=8, used=7, performer=None) in measures
    assert any(isinstance(measure, Deadline) for measure in measures)
    text = " ".join(" ".join(explanation(explained, library)).split())
    assert "ja Är antalet inom gränsen? 7 av 8 använda av 201, 205" in text
    assert "NEJ Är antalet inom gränsen? 8 av 8 använda" in text


def test_the_ceiling_shows_what_is_used_and_what_the_line_adds() -> None:
    explained, library = example(1018)
    used = [
        question.measure
        for line in explained.lines
        for question in line.asked
        if isinstance(question.measure, Summed)
    ]
    assert Summed(limit_ore=1_600_000, used_ore=1_446_000, line_ore=410_500) in used
    text = " ".join(" ".join(explanation(explained, library)).split())
    assert "14 460 kr av 16 000 kr använt; raden är 4 105 kr" in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("number", "price"),
    [
        (1022, Price(tariff_ore=309_500, application_ore=None, care_level="specialist")),
        (1019, Price(tariff_ore=247_000, application_ore=None, care_level="general")),
        (1019, Price(tariff_ore=None, application_ore=120_000, care_level="general")),
    ],
)
def test_the_price_shows_the_tariff_of_the_care_level_and_the_application(
    number: int, price: Price
) -> None:
    explained, _ = example(number)
    assert price in [question.measure for line in explained.lines for question in line.asked]


def test_every_rule_that_speaks_of_the_code_is_asked_and_the_others_are_named() -> None:
    explained, library = example(1016)
    first = explained.lines[0]
    asked = {question.rule for question in first.asked}
    texts = texts_of(library, explained)
    assert {texts.cards.card.id, "three_months_after_treatment_month"} <= asked
    assert {"prevention_eight_a_year", "sixteen_thousand_a_year", "tariff"} <= asked
    assert "examination_every_ten_months" not in asked
    assert first.stopped is None
    text = " ".join(" ".join(explanation(explained, library)).split())
    assert "Säger inget om åtgärd 206: Vårdens omfattning, punkt 8" in text
    assert "ja Betalar regionen åtgärden?" in text


def test_what_is_not_asked_is_named_with_the_reason() -> None:
    explained, library = example(1012)
    by_code = {finding.rule: line for line in explained.lines for finding in line.decision.findings}
    invalid = by_code["contract/tooth_invalid"]
    assert invalid.stopped == "invalid"
    assert {question.rule for question in invalid.unasked} >= {"card_in_force", "tariff"}
    (ceiling,) = [one.measure for one in invalid.unasked if isinstance(one.measure, Summed)]
    assert ceiling.line_ore == 0
    text = " ".join(" ".join(explanation(explained, library)).split())
    assert "Inte frågat, eftersom raden är ogiltig: Kom fakturan in i tid?" in text


def test_the_interval_shows_the_nearest_examination() -> None:
    explained, _ = example(1009)
    spaced = [
        question.measure
        for line in explained.lines
        for question in line.asked
        if isinstance(question.measure, Spaced)
    ]
    assert Spaced(months=10, nearest_on=date(2026, 1, 20)) in spaced


def test_a_protected_identity_is_asked_alone() -> None:
    explained, library = example(1025)
    text = "\n".join(explanation(explained, library))
    assert "NEJ  Saknar patienten skyddade personuppgifter?" in text
    assert "Mer är inte frågat." in text
    assert "Är fakturans nummer nytt?" not in text
    assert explained.invoice.patient not in text


@pytest.mark.parametrize("number", [1001, 1013, 1019, 1022, 1028])
def test_explanations_are_swedish(number: int) -> None:
    explained, library = example(number)
    rules = {finding.rule for line in explained.lines for finding in line.decision.findings}
    assert not leaks("\n".join(explanation(explained, library)), [*rules, "docs/deciding.md"])


def test_the_nearest_examination_may_be_a_later_one() -> None:
    """Of an invoice that arrives late, between two."""
    pair = Pair(desks.library(), [commands.card()], [], "jonkoping")
    rows = [
        commands.invoice(day, received_on=received, lines=[commands.line(treated_on=day)])
        for day, received in (
            ("2026-01-20", "2026-01-20"), ("2027-02-20", "2027-02-21"), ("2026-11-20", "2027-02-21")
        )
    ]  # fmt: skip
    *before, (explained, _) = [pair.answer(row, worlds.TODAY) for row in rows]
    assert [decision.status for _, decision in before] == ["approved"] * 2
    (line,) = explained.lines
    spaced = [question.measure for question in line.asked if isinstance(question.measure, Spaced)]
    assert spaced == [Spaced(months=10, nearest_on=date(2027, 2, 20))]
