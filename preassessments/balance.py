"""What is left of a patient's applications: approved lines are drawn down by invoices."""

from collections.abc import Iterable, Mapping
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
    """One patient's applications, oldest decision first, and how much is drawn of each line."""

    __slots__ = ("_applications", "_approved", "drawn")

    def __init__(self, applications: Iterable[Preassessment]) -> None:
        self._applications = sorted(applications, key=lambda one: (one.decided_on, one.id))
        self._approved = [
            Carrying(application, line)
            for application in self._applications
            for line in sorted(application.lines, key=lambda one: one.line)
        ]
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
            (approved, self._left(approved))
            for approved in self._approved
            if approved.preassessment.support == support
        ]

    def may_carry(self, support: Support, day: date) -> bool:
        """Whether any approved line covers the day, whatever is drawn of it."""
        return any(application.covers(support, day) for application, _ in self._approved)

    def openings(self, supports: Iterable[Support]) -> list[date]:
        """The decision days of applications that approve at least one line: on each the allowance
        of a renewable ceiling starts anew."""
        supports = frozenset(supports)
        return [
            one.decided_on for one in self._applications if one.lines and one.support in supports
        ]

    def draw(self, draft: Mapping[ApprovedKey, int]) -> None:
        """Post what a decided invoice draws; crediting posts the same with negative counts."""
        for key, count in draft.items():
            self.drawn[key] = self.drawn.get(key, 0) + count

    def _left(self, approved: Carrying) -> int:
        application, line = approved
        return (line.count or 1) - self.drawn.get((application.id, line.line), 0)


class PreassessmentRegister:
    """All applications by patient."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._applications: dict[str, list[Preassessment]] = {}
        self._balances: dict[str, Balance] = {}

    def add(self, application: Preassessment) -> None:
        """Take in a decided application. Raises ReferenceDataError, naming the field, for one
        that cannot be."""
        if application.id in self._ids:
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
        self._ids.add(application.id)
        self._applications.setdefault(patient, []).append(application)
        self._balances[patient] = Balance(self._applications[patient])

    def of(self, patient: str) -> Balance | None:
        """What is left of the patient's applications; None without any."""
        return self._balances.get(patient)
