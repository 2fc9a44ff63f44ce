"""The languages in which a decision is said, and the words of each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from adjudication.decision import Visit
from adjudication.findings import AnyFinding
from adjudication.wording import amounts, findings, visits, words
from adjudication.wording.about import About, Words
from adjudication.wording.english import amounts as english_amounts
from adjudication.wording.english import findings as english_findings
from adjudication.wording.english import visits as english_visits
from adjudication.wording.english import words as english_words
from tariffs.patientfee import PatientFee
from tariffs.pricelist import PriceList
from terms.citation import Rule, Source

Language = Literal["sv", "en"]


class DecisionWords(NamedTuple):
    """How a language says findings, visits and prices, the closed sets of words by their names in
    code, and written sets of codes."""

    words_of: Callable[[AnyFinding, About], Words]
    visit_words: Callable[[Visit, PatientFee | None], tuple[str, Rule | None]]
    origin: Callable[[PriceList, Source], str]
    code_set: Callable[[Sequence[str]], str]
    supports: Mapping[str, str]
    performers: Mapping[str, str]
    care_levels: Mapping[str, str]
    documents: Mapping[str, str]
    facts: Mapping[str, str]
    outcomes: Mapping[str, str]
    statuses: Mapping[str, str]


DECISION_WORDS: Final[Mapping[Language, DecisionWords]] = {
    "sv": DecisionWords(
        findings.words_of,
        visits.visit_words,
        amounts.origin,
        words.code_set,
        words.SUPPORT_NAMES,
        words.PERFORMERS,
        words.CARE_LEVELS,
        words.DOCUMENTS,
        words.FACTS,
        words.OUTCOMES,
        words.STATUSES,
    ),
    "en": DecisionWords(
        english_findings.words_of,
        english_visits.visit_words,
        english_amounts.origin,
        english_words.code_set,
        english_words.SUPPORT_NAMES,
        english_words.PERFORMERS,
        english_words.CARE_LEVELS,
        english_words.DOCUMENTS,
        english_words.FACTS,
        english_words.OUTCOMES,
        english_words.STATUSES,
    ),
}
