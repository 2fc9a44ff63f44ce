"""The situations of tests/cases: the engine's answers, and the plain reading's beside them."""

import tomllib
from typing import get_args

import pytest

from adjudication.decision import FeeReason
from adjudication.findings import LINE, WHOLE_INVOICE
from tests import desks, reference
from tests.desks import Row
from tests.situations import (
    CONTRACT_FACTS,
    Situation,
    expected_findings,
    expected_reasons,
    read_situations,
)

SITUATIONS = read_situations()


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_engine_answers_as_the_situation_says(situation: Situation) -> None:
    mailroom = desks.Mailroom(
        desks.library(*situation.rules),
        situation.cards,
        situation.applications,
        situation.region,
    )
    for invoice, expected, assessed in zip(
        situation.invoices, situation.answers, situation.assessed, strict=True
    ):
        found = desks.as_rows(mailroom.answer(invoice, assessed=desks.assessed_of(assessed)))
        assert list(desks.differences(found, expected)) == []


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_plain_reading_answers_as_the_situation_says(situation: Situation) -> None:
    """The third opinion: a situation that only the engine agrees with is suspect."""
    reading = reference.Reference(
        desks.rule_dirs(*situation.rules),
        situation.cards,
        situation.applications,
        situation.region,
    )
    for invoice, expected, assessed in zip(
        situation.invoices, situation.answers, situation.assessed, strict=True
    ):
        found = reading.decide(invoice, assessed)
        assert list(desks.differences(found, contract_only(expected))) == []


def contract_only(answer: Row) -> Row:
    """The answer with the facts that the contract promises; the plain reading states no others."""
    lines = [
        {**line, "findings": [plain_finding(finding) for finding in line["findings"]]}
        for line in answer["lines"]
    ]
    return {**answer, "lines": lines}


def plain_finding(finding: Row) -> Row:
    promised = {"code", *CONTRACT_FACTS.get(finding["code"], ())}
    return {name: value for name, value in finding.items() if name in promised}


def test_every_finding_is_shown_by_a_situation() -> None:
    shown = set(expected_findings(SITUATIONS))
    assert {kind.__struct_config__.tag for kind in (*WHOLE_INVOICE, *LINE)} == shown


def test_every_reason_for_a_fee_is_shown_by_a_situation() -> None:
    assert set(get_args(FeeReason)) == set(expected_reasons(SITUATIONS))


def test_every_worked_example_is_a_situation() -> None:
    """The examples that came with the first description of the rules are numbered 1001 to 1028."""
    restated = {number for situation in SITUATIONS for number in situation.examples}
    assert restated == set(range(1001, 1029))


def test_every_source_is_a_document_that_the_rules_know() -> None:
    known: set[str] = set()
    for name, content in desks.rule_files("blekinge", "later").items():
        if name.endswith("sources.toml"):
            known.update(tomllib.loads(content.decode()))
    for situation in SITUATIONS:
        for source in situation.sources:
            document, _, place = source.partition(":")
            assert document in known, situation
            assert place.strip(), situation


def test_no_two_situations_have_the_same_title() -> None:
    titles = [str(situation) for situation in SITUATIONS]
    assert len(set(titles)) == len(titles)
