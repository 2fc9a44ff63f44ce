"""Why something is not done with a run, as a problem with all its faults."""

from collections.abc import Sequence
from http import HTTPStatus

from api.problems import ProblemError
from intake.malformed import Fault
from invoices.wording import Refusal, told


def refused(faults: Sequence[Refusal]) -> ProblemError:
    """The problem's type is the first fault's."""
    return ProblemError(
        HTTPStatus.CONFLICT,
        faults[0].code,
        "Det går inte att göra med avräkningen",
        "Ingenting är gjort; faults säger varför.",
        faults=[Fault(told(one), "$") for one in faults],
    )
