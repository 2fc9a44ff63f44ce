"""What is left of a patient's applications: approved lines are drawn down by invoices."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from preassessments.decision import ApprovedLine, Preassessment
from terms.errors import ReferenceDataError
from terms.person import is_person_number, without_dash
from terms.vocabulary import Support

ApprovedKey = tuple[str, int]
"""An application's id and the number of one of its lines."""

Drawn = dict[int, ApprovedKey]
"""Which approved line carries a line of an invoice, by the number of that."""


class Carrying(NamedTuple):
    """An approved line that carries a line of an invoice."""

    preassessment: Preassessment
    line: ApprovedLine


class Balance:
    """One patient's applications, oldest decision first, and how much is drawn of each line.

    One that another replaces carries nothing more, and what was drawn of it counts against that one
    line by line: the lines with the same number and code. All that replace each other open a
    renewed ceiling once, when the first of them approves something.
    """

    __slots__ = ("_applications", "_approved", "_earlier", "_reopening", "drawn")

    def __init__(self, applications: Iterable[Preassessment]) -> None:
        self._applications = sorted(applications, key=lambda one: (one.decided_on, one.id))
        replaced = {one.replaces for one in self._applications} - {None}
        self._approved = [
            Carrying(application, line)
            for application in self._applications
            if application.id not in replaced
            for line in sorted(application.lines, key=lambda one: one.line)
        ]
        self._earlier: Mapping[ApprovedKey, list[ApprovedKey]] = _NONE_EARLIER
        self._reopening: Collection[str] = ()
        if replaced:
            self._earlier, self._reopening = _chained(self._applications)
        self.drawn: dict[ApprovedKey, int] = {}

    def carrying(
        self,
        support: Support,
        day: date,
        code: str,
        tooth: str | None,
        named: str | None,
        draft: Mapping[ApprovedKey, int],
    ) -> Carrying | None:
        """The line that carries an invoice line: of the application it names, else of the oldest
        that fits. `draft` is what earlier lines of the same invoice draw already."""
        for approved in self._approved:
            application, line = approved
            if (
                named in (None, application.id)
                and application.covers(support, day)
                and line.code == code
                and line.tooth in (None, tooth)
                and self._left(approved) > draft.get((application.id, line.line), 0)
            ):
                return approved
        return None

    def left(self, support: Support) -> list[tuple[Carrying, int]]:
        """The approved lines of a support in the order in which they are tried, each with how many
        actions are left of it."""
        return [
            (approved, max(self._left(approved), 0))
            for approved in self._approved
            if approved.preassessment.support == support
        ]

    def may_carry(self, support: Support, day: date) -> bool:
        """Whether any approved line covers the day, whatever is drawn of it."""
        return any(application.covers(support, day) for application, _ in self._approved)

    def openings(self, supports: Iterable[Support]) -> list[date]:
        """The decision days of applications that approve at least one line, where none that they
        replace does: on each the allowance of a renewable ceiling starts anew."""
        supports = frozenset(supports)
        return [
            one.decided_on
            for one in self._applications
            if one.lines and one.support in supports and one.id not in self._reopening
        ]

    def draw(self, draft: Mapping[ApprovedKey, int]) -> None:
        """Post what a decided invoice draws; crediting posts the same with negative counts."""
        for key, count in draft.items():
            self.drawn[key] = self.drawn.get(key, 0) + count

    def _left(self, approved: Carrying) -> int:
        application, line = approved
        key = (application.id, line.line)
        left = (line.count or 1) - self.drawn.get(key, 0)
        for earlier in self._earlier.get(key, ()):
            left -= self.drawn.get(earlier, 0)
        return left


_NONE_EARLIER: Mapping[ApprovedKey, list[ApprovedKey]] = {}


def _chained(
    applications: Iterable[Preassessment],
) -> tuple[dict[ApprovedKey, list[ApprovedKey]], set[str]]:
    """The lines of replaced applications that count against each line; and the applications that
    replace one that approves something."""
    by_id = {one.id: one for one in applications}
    earlier: dict[ApprovedKey, list[ApprovedKey]] = {}
    reopening = set()
    for application in by_id.values():
        for before in _replaced_by(application, by_id):
            if before.lines:
                reopening.add(application.id)
            codes = {line.line: line.code for line in before.lines}
            for line in application.lines:
                if codes.get(line.line) == line.code:
                    key = (application.id, line.line)
                    earlier.setdefault(key, []).append((before.id, line.line))
    return earlier, reopening


def _replaced_by(
    application: Preassessment, by_id: Mapping[str, Preassessment]
) -> Iterator[Preassessment]:
    """Those that an application replaces, the nearest first."""
    before = by_id.get(application.replaces or "")
    while before is not None:
        yield before
        before = by_id.get(before.replaces or "")


class PreassessmentRegister:
    """All applications by patient."""

    def __init__(self) -> None:
        self._by_id: dict[str, Preassessment] = {}
        self._replaced: set[str] = set()
        self._applications: dict[str, list[Preassessment]] = {}
        self._balances: dict[str, Balance] = {}

    def add(self, application: Preassessment) -> None:
        """Take in a decided application. Raises ReferenceDataError, naming the field, for one
        that cannot be."""
        if application.id in self._by_id:
            raise ReferenceDataError(f"id: {application.id!r} finns redan")
        if application.covers_to < application.covers_from:
            raise ReferenceDataError(
                f"covers_to: sista dagen {application.covers_to} ligger före den första "
                f"{application.covers_from}"
            )
        numbers = [line.line for line in application.lines]
        if len(set(numbers)) != len(numbers):
            raise ReferenceDataError("lines: två rader har samma nummer")
        patient = without_dash(application.patient)
        if not is_person_number(patient):
            raise ReferenceDataError("patient: inte ett person- eller samordningsnummer")
        if application.replaces is not None:
            self._check_replaced(application, application.replaces)
            self._replaced.add(application.replaces)
        self._by_id[application.id] = application
        self._applications.setdefault(patient, []).append(application)
        self._balances[patient] = Balance(self._applications[patient])

    def of(self, patient: str) -> Balance | None:
        """What is left of the patient's applications; None without any."""
        return self._balances.get(patient)

    def _check_replaced(self, application: Preassessment, replaces: str) -> None:
        """What is replaced is there before, of the same patient and support, and replaced once."""
        before = self._by_id.get(replaces)
        if before is None:
            raise ReferenceDataError(f"replaces: {replaces!r} finns inte före den som ersätter")
        is_same = without_dash(before.patient) == without_dash(application.patient)
        if not is_same or before.support != application.support:
            raise ReferenceDataError(f"replaces: {replaces!r} gäller en annan patient eller stöd")
        if replaces in self._replaced:
            raise ReferenceDataError(f"replaces: {replaces!r} är redan ersatt")
