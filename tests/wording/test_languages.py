"""Every language says all that a decision may say, with the same numbers as the Swedish, and in its
own words."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudication.decision import Decision, FeeReason, Status, Visit
from adjudication.findings import LINE, WHOLE_INVOICE, AnyFinding, Finding, Outcome
from adjudication.invoice import DocumentKind, Fact
from adjudication.library import Library
from adjudication.wording.about import NO_LINE, About, Words
from adjudication.wording.english.words import code_set, with_article
from adjudication.wording.languages import DECISION_WORDS, Language
from adjudication.wording.lookup import Lookup
from adjudication.wording.reference import code_of, sample, sample_line
from terms.vocabulary import CareLevel, Performer, Support
from tests import desks
from tests.situations import Situation, read_situations

SWEDISH, ENGLISH = DECISION_WORDS["sv"], DECISION_WORDS["en"]
EVERY: tuple[type[Finding], ...] = (*WHOLE_INVOICE, *LINE)
SETS = {
    "supports": Support,
    "performers": Performer,
    "care_levels": CareLevel,
    "documents": DocumentKind,
    "facts": Fact,
    "outcomes": Outcome,
    "statuses": Status,
}
COMMON = {
    "och", "eller", "inte", "den", "det", "raden", "fakturan", "patienten", "som", "till", "en",
    "ingen", "av", "skicka", "dag", "avgift", "senast", "handling", "faktura", "rad", "kort",
}  # fmt: skip
"""Words that no English sentence has."""


def places(text: str) -> Counter[str]:
    """What was filled in and has a digit: days, codes, numbers, amounts."""
    return Counter(re.findall(r"[A-Z]?\d[\w\u00a0.,–-]*\w|\d", text))


def leaks(text: str) -> set[str]:
    """The Swedish words of a text, what it quotes and what somebody wrote taken out."""
    own = re.sub(r"“[^”]*”|Motive: .*", "", text)
    words = set(re.findall(r"\w+", own.lower()))
    return {word for word in words if set(word) & set("åäöé")} | (words & COMMON)


def need_alike(swedish: Words, english: Words) -> None:
    assert (swedish.cure is None) == (english.cure is None)
    for said, also in zip(swedish, english, strict=True):
        assert places(said or "") == places(also or ""), (said, also)
        assert also is None or re.search(r"[.!?]$", also)
        assert not leaks(also or ""), also


@pytest.mark.parametrize("kind", EVERY, ids=code_of)
def test_every_finding_says_the_same_numbers(kind: type[Finding]) -> None:
    finding, about = sample(kind), sample_line(kind)
    english = ENGLISH.words_of(finding, about)
    need_alike(SWEDISH.words_of(finding, about), english)
    for text in (english.what, english.cure or ""):
        assert "  " not in text
        assert ".." not in text


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
codes = st.integers(100, 999).map(str)
FACTS = {
    "lines": st.lists(st.integers(1, 99), min_size=1, max_size=4),
    "zones": st.lists(st.sampled_from(["18-11", "13-23", "21-28"]), min_size=1, unique=True),
    "performed_by": st.sampled_from(get_args(Performer)),
    "fact": st.sampled_from(get_args(Fact)),
    "document": st.sampled_from(get_args(DocumentKind)),
    "positions": st.lists(st.integers(1, 8), min_size=1, max_size=5, unique=True),
    "motive": st.sampled_from(["Tanden är lagad.", "Nej"]),
}
ABOUTS = st.builds(
    About,
    code=codes,
    treated_on=days,
    claimed_ore=st.integers(1, 10_000_000),
    last_day=st.none() | days,
    stands_in=st.booleans(),
    issuers=st.sampled_from([(), ("biståndshandläggare", "sjuksköterska i kommunen")]),
    carrying=st.sampled_from(["", "the-rule"]),
    limited=st.sampled_from([{}, {"the-rule": ["209", "341H1", "342-343"]}, {"other": ["101"]}]),
)


@pytest.mark.parametrize("kind", EVERY, ids=code_of)
@given(st.data())
def test_whatever_the_numbers_are_both_say_them(kind: type[Finding], data: st.DataObject) -> None:
    facts = {}
    for field in msgspec.structs.fields(kind):
        own = (
            field.type if isinstance(field.type, type) else type(getattr(sample(kind), field.name))
        )
        usual = {date: days, int: st.integers(0, 10_000_000), str: codes}
        named = FACTS.get(field.name, usual.get(own, st.just(getattr(sample(kind), field.name))))
        facts[field.name] = data.draw(named)
    facts["rule"] = data.draw(st.sampled_from(["the-rule", "assessment/approved"]))
    finding: AnyFinding = kind(**facts)  # type: ignore[assignment]
    about = data.draw(ABOUTS) if kind in LINE else NO_LINE
    need_alike(SWEDISH.words_of(finding, about), ENGLISH.words_of(finding, about))


SITUATIONS = read_situations()


def decided(situation: Situation) -> tuple[Library, list[Decision]]:
    library = desks.library(*situation.rules)
    mailroom = desks.Mailroom(library, situation.cards, situation.applications, situation.region)
    return library, [mailroom.answer(invoice) for invoice in situation.invoices]


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_what_is_decided_is_said_alike(situation: Situation) -> None:
    """Every finding and every reason of a fee is met here, by the rules that made it."""
    library, decisions = decided(situation)
    lookup = Lookup(library)
    for decision in decisions:
        for finding, about in found(decision, lookup):
            need_alike(SWEDISH.words_of(finding, about), ENGLISH.words_of(finding, about))
        for visit in decision.visits:
            _, rules = lookup.fee(visit.treated_on, decision.lines)
            (said, rule), (also, same) = (
                one.visit_words(visit, rules) for one in (SWEDISH, ENGLISH)
            )
            assert rule is same
            assert places(said) == places(also)
            assert not leaks(also)
        for standing_in in filter(None, map(lookup.standing_in, decision.lines)):
            assert standing_in[1].title in SWEDISH.origin(*standing_in)
            assert standing_in[1].title in ENGLISH.origin(*standing_in)
            assert not leaks(ENGLISH.origin(*standing_in))


def found(decision: Decision, lookup: Lookup) -> Iterator[tuple[AnyFinding, About]]:
    for finding in decision.findings:
        yield finding, NO_LINE
    for line in decision.lines:
        for finding in line.findings:
            yield finding, lookup.about(line)


def test_every_reason_of_a_fee_has_english_words() -> None:
    rules = desks.library().regions["jonkoping"].texts_on("F", date(2026, 3, 1))
    assert rules is not None
    for reason in get_args(FeeReason):
        said = ENGLISH.visit_words(Visit(date(2026, 3, 1), 0, reason), None)[0]
        assert said
        assert not leaks(said)
    free = ENGLISH.visit_words(Visit(date(2026, 3, 1), 0, "free_card"), rules.fee)
    assert free == ("no fee: the patient has a free card", rules.fee.free_card)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("name", SETS)
def test_the_closed_sets_are_said_whole(language: Language, name: str) -> None:
    said = getattr(DECISION_WORDS[language], name)
    assert set(said) == set(get_args(SETS[name]))
    assert len(set(said.values())) == len(said)
    for text in said.values():
        assert text == text.strip() != ""
        assert language == "sv" or not leaks(text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([], ""),
        (["101"], "101"),
        (["101", "111", "112"], "101, 111 and 112"),
        (["401-406", "811"], "401–406 and 811"),
        (["500-gruppen"], "all in the 500s"),
        (["100-gruppen", "200-gruppen", "811"], "811 and all in the 100s and 200s"),
    ],
)
def test_sets_of_codes(written: list[str], expected: str) -> None:
    assert code_set(written) == expected


def test_articles() -> None:
    assert [with_article(one) for one in ENGLISH.documents.values()] == [
        "a day note", "a copy of the record", "an x-ray", "a dental technician's invoice",
        "a referral",
    ]  # fmt: skip
