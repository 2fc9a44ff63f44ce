"""An explained invoice as lines of text: every question asked, what was seen, what was found."""

from typing import Final

from adjudication import measures
from adjudication.decision import Decision, FeeReason, LineDecision
from adjudication.explaining import Explanation, LineExplanation, Question, Stopped
from adjudication.library import Library
from adjudication.wording.answer import INDENT, origins, sources, sums, title, visits
from adjudication.wording.lookup import Lookup
from adjudication.wording.page import heading, wrapped
from adjudication.wording.questions import asked
from adjudication.wording.reasons import Reasons
from adjudication.wording.words import (
    CARE_LEVELS,
    OUTCOMES,
    SUPPORT_NAMES,
    capital,
    code_set,
    listed,
)
from terms.money import kronor

YES, NO, NOT_SO = "  ja   ", "  NEJ  ", "  nej  "
WHOLE_INVOICE: Final = {
    "contract/protected_identity": "Saknar patienten skyddade personuppgifter?",
    "contract/number_reused": "Är fakturans nummer nytt?",
    "contract/patient_id_invalid": "Är patientens nummer ett person- eller samordningsnummer?",
    "contract/lines_missing": "Har fakturan rader?",
    "contract/line_number_repeated": "Har varje rad ett eget nummer?",
}
"""What is asked of the whole invoice, by rule."""
ASKED_ALONE: Final = ("contract/protected_identity", "contract/number_reused")
STOPPED: Final[dict[Stopped, str]] = {
    "invalid": "eftersom raden är ogiltig",
    "patient_pays": "eftersom regionen inte betalar åtgärden",
    "carried": "eftersom en godkänd ansökan gäller för raden",
}
FEE_QUESTIONS: Final[dict[FeeReason, str]] = {
    "nothing_approved": "Är inget godkänt?",
    "already_charged": "Är avgiften redan tagen?",
    "rules_missing": "Saknas regler för dagen?",
    "age": "Är åldern avgiftsfri?",
    "free_card": "Finns frikort?",
    "category": "Är kortets kategori avgiftsfri?",
}


def explanation(explained: Explanation, library: Library) -> list[str]:
    """All that was asked of an invoice, and the answers."""
    lookup = Lookup(library)
    writer = _Writer(lookup, Reasons(lookup))
    decision, invoice = explained.decision, explained.invoice
    level = CARE_LEVELS[invoice.care_level or "general"]
    lines = [
        *heading(title(decision), "="),
        f"{SUPPORT_NAMES[invoice.support]}, {level}, inkom {explained.received_on}.",
        "",
        *writer.whole(decision),
    ]
    for one in explained.lines:
        lines += ["", *writer.line(one)]
    if decision.lines:
        lines += ["", *visits(decision, lookup, writer.reasons), *_fee_questions(decision)]
    return [*lines, "", *sums(decision), *origins(decision, lookup), *sources(writer.reasons)]


class _Writer:
    """Writes the parts of one explanation, which share their sources."""

    def __init__(self, lookup: Lookup, reasons: Reasons) -> None:
        self.reasons = reasons
        self._lookup = lookup

    def whole(self, decision: Decision) -> list[str]:
        """What is asked of the whole invoice; what is asked alone ends it."""
        lines = heading("Hela fakturan")
        against = {finding.rule: finding for finding in decision.findings}
        for rule, question in WHOLE_INVOICE.items():
            finding = against.get(rule)
            place = self.reasons.sources.place(self._lookup.citation(rule, None))
            lines += wrapped(f"{question} ({place})", YES if finding is None else NO)
            if finding is not None:
                lines += self.reasons.lines(finding, None, INDENT)
                if rule in ASKED_ALONE:
                    return [*lines, f"{INDENT}Mer är inte frågat."]
        return lines

    def line(self, one: LineExplanation) -> list[str]:
        """What is asked of a line, in the order asked; then what is not, and why."""
        decided = one.decision
        name = self._lookup.name(decided)
        lines = heading(
            f"Rad {decided.line}, {decided.treated_on}, åtgärd {decided.code}"
            f"{f' {name}' if name else ''}: {OUTCOMES[decided.outcome]}"
        )
        lines += wrapped(
            f"Begärt {kronor(decided.claimed_ore)}, godkänt {kronor(decided.allowed_ore)}."
            f"{self._edition(decided)}"
        )
        silent = self._silent(one)
        for question in one.asked:
            if isinstance(question.measure, measures.Carried):
                lines += self._covered(one, silent)
            lines += self._question(question, decided)
        for finding in decided.findings:
            if not any(finding in question.findings for question in one.asked):
                lines += self.reasons.lines(finding, decided, INDENT)
        if one.stopped is not None:
            texts = [asked(question.measure).question for question in one.unasked]
            lines += wrapped(f"Inte frågat, {STOPPED[one.stopped]}: {' '.join(texts)}", INDENT)
        if silent:
            others = self._places(silent, decided)
            lines += wrapped(f"Säger inget om åtgärd {decided.code}: {others}.", INDENT)
        return lines

    def _edition(self, line: LineDecision) -> str:
        rules = self._lookup.rules(line)
        if rules is None or line.edition is None:
            return " Inga regler."
        return (
            f" Regler: {rules.region.name}, {SUPPORT_NAMES[rules.support]}, anvisningar från "
            f"{line.edition.valid_from}, utgåva {line.edition.digest}."
        )

    def _question(self, question: Question, line: LineDecision) -> list[str]:
        about = self._lookup.about(line)
        codes = code_set(about.limited.get(question.rule, ()))
        text, seen = asked(question.measure, about.stands_in, codes)
        place = self.reasons.sources.place(self._lookup.citation(question.rule, line))
        lines = wrapped(f"{text} {capital(seen)}. ({place})", _answer(question))
        for finding in question.findings:
            lines += self.reasons.lines(finding, line, INDENT)
        return lines

    def _silent(self, one: LineExplanation) -> list[str]:
        """The rules that have no question for the line's code."""
        rules = self._lookup.rules(one.decision)
        if rules is None or one.stopped == "invalid":
            return []
        directions = rules.texts.directions
        spoken = {question.rule for question in (*one.asked, *one.unasked)}
        spoken |= {directions.carrying.id, *(rule.id for rule in directions.billed_as)}
        if any(isinstance(question.measure, measures.Zone) for question in one.asked):
            spoken.update(zone.id for zone in directions.zone)
        return [rule.id for rule in directions.rules() if rule.id not in spoken]

    def _covered(self, one: LineExplanation, silent: list[str]) -> list[str]:
        """That the code is covered: known when the rules were read, so no check asks it."""
        rules = self._lookup.rules(one.decision)
        coverage = None if rules is None else rules.texts.directions.coverage
        if coverage is None or coverage.id not in silent:
            return []
        silent.remove(coverage.id)
        text = "Betalar regionen åtgärden? Den står på regionens lista eller kräver ansökan."
        return wrapped(f"{text} ({self._places([coverage.id], one.decision)})", YES)

    def _places(self, rules: list[str], line: LineDecision) -> str:
        """The places of rules, what stands in one part of a document together."""
        tails: dict[tuple[str, str], list[str]] = {}
        for rule in rules:
            citation = self._lookup.citation(rule, line)
            head, comma, tail = citation.place.partition(", ")
            number = self.reasons.sources.place(citation).removeprefix(citation.place)
            tails.setdefault((head, number), []).append(f"{comma}{tail}")
        return "; ".join(
            f"{head}{''.join(dict.fromkeys(found))}{number}"
            for (head, number), found in tails.items()
        )


def _answer(question: Question) -> str:
    match question.measure:
        case measures.Carried(carried_by=None):
            return NOT_SO
        case _:
            is_against = any(finding.outcome is not None for finding in question.findings)
            return NO if is_against else YES


def _fee_questions(decision: Decision) -> list[str]:
    """What was asked of each visit's fee, until the first yes; of days alike together."""
    days: dict[FeeReason, list[str]] = {}
    for visit in decision.visits:
        days.setdefault(visit.reason, []).append(str(visit.treated_on))
    lines = []
    for reason, of_days in days.items():
        answers = []
        for asked_for, question in FEE_QUESTIONS.items():
            answers.append(f"{question} {'Ja' if asked_for == reason else 'Nej'}.")
            if asked_for == reason:
                break
        lines += wrapped(f"{listed(of_days)}: {' '.join(answers)}", INDENT)
    return lines
