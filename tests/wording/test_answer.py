"""A decision as text: everything that was decided stands in it, and it can be read."""

import pytest

from adjudication.decision import Decision
from adjudication.library import Library
from adjudication.wording.answer import answer
from adjudication.wording.words import OUTCOMES, STATUSES
from terms.money import kronor
from tests import desks
from tests.situations import Situation, read_situations
from tests.wording.english import leaks

SITUATIONS = read_situations()


def decided(situation: Situation) -> tuple[Library, list[Decision]]:
    library = desks.library(*situation.rules)
    mailroom = desks.Mailroom(library, situation.cards, situation.applications, situation.region)
    return library, [mailroom.answer(invoice) for invoice in situation.invoices]


def rules_of(decision: Decision) -> list[str]:
    findings = [*decision.findings, *(one for line in decision.lines for one in line.findings)]
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_all_that_was_decided_is_said(situation: Situation) -> None:
    library, decisions = decided(situation)
    for decision in decisions:
        lines = answer(decision, library)
        text = "\n".join(lines)
        assert STATUSES[decision.status] in text
        assert decision.number in lines[0]
        for amount in (decision.claimed_ore, decision.allowed_ore, decision.payable_ore):
            assert kronor(amount) in text
        for line in decision.lines:
            row = next(
                one for one in lines if one.split()[:2] == [str(line.line), str(line.treated_on)]
            )
            assert OUTCOMES[line.outcome] in row
            assert kronor(line.claimed_ore) in row
            assert kronor(line.allowed_ore) in row
        for rule in rules_of(decision):
            assert f"Regel {rule}:" in text
        for visit in decision.visits:
            assert f"{visit.treated_on}  " in text


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_an_answer_is_swedish_and_fits_a_terminal(situation: Situation) -> None:
    library, decisions = decided(situation)
    for decision in decisions:
        lines = answer(decision, library)
        assert max(map(len, lines)) <= 100
        apart = [*rules_of(decision), decision.number, "docs/deciding.md"]
        assert not leaks("\n".join(lines), apart)


def test_each_finding_is_followed_by_its_place_and_the_source_is_listed() -> None:
    situation = next(one for one in SITUATIONS if 1016 in one.examples)
    library, decisions = decided(situation)
    text = "\n".join(answer(decisions[-1], library))
    assert "Regel prevention_eight_a_year: Vårdens omfattning, punkt 5 [1]" in text
    assert "[1] Praktiska instruktioner för tandvård" in text
    assert "8 av 8 är använda" in " ".join(text.split())


def test_stand_in_prices_are_said_once_below() -> None:
    situation = next(one for one in SITUATIONS if 1003 in one.examples)
    library, decisions = decided(situation)
    text = " ".join(" ".join(answer(decisions[-1], library)).split())
    assert text.count("i stället för regionens egen taxa") == 1
    assert "Priset i prislistan (som ersätter regionens egen taxa) är 535" in text


def test_a_refused_invoice_has_no_lines_and_shows_no_patient() -> None:
    situation = next(one for one in SITUATIONS if 1025 in one.examples)
    library, decisions = decided(situation)
    text = "\n".join(answer(decisions[0], library))
    assert "skyddade personuppgifter" in text
    assert "Rad " not in text
    patient = situation.invoices[0]["patient"]
    assert patient not in text
