"""Moves of an application over HTTP: what a clinic does with its own, what an assessor and a
consultant do with those that wait for them. Which are possible, and for whom, is said by
preassessments/lifecycle.py."""

from datetime import date
from http import HTTPStatus

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody

from api.applications import told
from api.bounds import Key, NumberField
from api.invoices import service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.request import StrictRequest
from preassessments.application import Content
from preassessments.assessment import Assessment
from storage.applications import KeptApplication
from storage.applying import NotMoved, Reason, move_application
from storage.moves import Asked

Place = NumberField
"""After which of an application's moves (`stands.place`): whoever saw an earlier one is told how it
stands now."""


class PlainMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A move with nothing more to say."""

    after: Place


class SaidMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A move with what is asked, answered, or why."""

    after: Place
    said: str


class SupplementAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of the clinic; perhaps by which day. Nothing happens by itself on that day."""

    after: Place
    said: str
    answer_by: date | None = None


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The application is not to be assessed; perhaps why."""

    after: Place
    said: str | None = None


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new version of what the application holds, whole; perhaps what was done."""

    after: Place
    content: Content
    said: str | None = None


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The draft as it is, or with a new content."""

    after: Place
    content: Content | None = None


class Appeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a decision should be another; perhaps with a new content."""

    after: Place
    said: str
    content: Content | None = None


class HandingOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To which assessor, by the name of their token; perhaps why."""

    after: Place
    to: str
    said: str | None = None


class Consultation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of which consultant, by the name of their token."""

    after: Place
    to: str
    said: str


class Assessing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided."""

    after: Place
    assessment: Assessment


_ANSWERS = specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


class ClinicMoveController(Controller):
    """What a clinic does with an application of its own."""

    path = "/applications/{key:int}"
    tags = ["Applications"]

    @post(
        "/save",
        summary="Write a draft anew",
        task="apply",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def save(
        self, data: JSONBody[Written], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """Each is a version; `lacking` says what it needs before it is taken."""
        return await _moved(
            request, key, Asked("save", data.after, data.said, content=data.content)
        )

    @post(
        "/submit",
        summary="Submit a draft to the region",
        task="apply",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def submit(
        self, data: JSONBody[Submission], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """Refused with everything that it lacks; then it stays a draft."""
        return await _moved(request, key, Asked("submit", data.after, content=data.content))

    @post(
        "/supplement",
        summary="Add to what was submitted, asked or unasked",
        task="apply",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def supplement(
        self, data: JSONBody[Written], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """As long as nobody has taken it, and when the assessor has asked."""
        return await _moved(
            request, key, Asked("supplement", data.after, data.said, content=data.content)
        )

    @post(
        "/withdraw",
        summary="Withdraw an application before it is decided",
        task="apply",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def withdraw(
        self, data: JSONBody[Withdrawal], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """An appeal that is withdrawn leaves the decision as it was."""
        return await _moved(request, key, Asked("withdraw", data.after, data.said))

    @post(
        "/appeal",
        summary="Appeal a decision",
        task="apply",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def appeal(
        self, data: JSONBody[Appeal], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """The decision stands until there is another, which then replaces it."""
        return await _moved(
            request, key, Asked("appeal", data.after, data.said, content=data.content)
        )


class AssessorMoveController(Controller):
    """What an assessor, or a consultant who is asked, does with an application."""

    path = "/applications/{key:int}"
    tags = ["Assessment"]

    @post(
        "/take",
        summary="Take an application to assess it",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def take(
        self, data: JSONBody[PlainMove], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """Of two who take it one has it, and the other is told."""
        return await _moved(request, key, Asked("take", data.after))

    @post(
        "/put-back",
        summary="Put an application back in the queue",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def put_back(
        self, data: JSONBody[PlainMove], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """By the one who has it."""
        return await _moved(request, key, Asked("put_back", data.after))

    @post(
        "/hand-over",
        summary="Hand an application over to an assessor",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def hand_over(
        self, data: JSONBody[HandingOver], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """By any assessor, also to oneself: of one who is away."""
        return await _moved(request, key, Asked("hand_over", data.after, data.said, data.to))

    @post(
        "/ask-supplement",
        summary="Ask the clinic for a supplement",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def ask_supplement(
        self, data: JSONBody[SupplementAsked], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """It comes back to the one who asked."""
        asked = Asked("ask_supplement", data.after, data.said, answer_by=data.answer_by)
        return await _moved(request, key, asked)

    @post(
        "/ask-consultant",
        summary="Ask a consultant",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def ask_consultant(
        self, data: JSONBody[Consultation], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """What is asked and answered stays within the region."""
        return await _moved(request, key, Asked("ask_consultant", data.after, data.said, data.to))

    @post(
        "/answer",
        summary="Answer as the consultant who is asked",
        task="consult",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def answer(
        self, data: JSONBody[SaidMove], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """The assessor who asked has it again."""
        return await _moved(request, key, Asked("answer", data.after, data.said))

    @post(
        "/recall",
        summary="Go on without the supplement or the answer",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def recall(
        self, data: JSONBody[PlainMove], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """By the one who has it."""
        return await _moved(request, key, Asked("recall", data.after))

    @post(
        "/decide",
        summary="Decide an application, every line of it",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def decide(
        self, data: JSONBody[Assessing], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """What is approved is at once there for invoices. An earlier decision is replaced."""
        return await _moved(request, key, Asked("decide", data.after, assessment=data.assessment))

    @post(
        "/dismiss",
        summary="Dismiss an application without a decision",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def dismiss(
        self, data: JSONBody[SaidMove], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """An appeal that is dismissed leaves the decision as it was."""
        return await _moved(request, key, Asked("dismiss", data.after, data.said))

    @post(
        "/change",
        summary="Open a decided application to change the decision",
        task="assess",
        status_code=HTTPStatus.OK,
        responses=_ANSWERS,
    )
    async def change(
        self, data: JSONBody[SaidMove], request: StrictRequest, key: Key
    ) -> KeptApplication:
        """The decision stands until there is another, which then replaces it."""
        return await _moved(request, key, Asked("change", data.after, data.said))


async def _moved(request: StrictRequest, key: int, asked: Asked) -> KeptApplication:
    """The application after a move; a move that is not made ends the request."""
    service, token = service_of(request), request.auth
    today = service.today()
    answer = await service.do(
        lambda connection: move_application(connection, service.library, key, asked, token, today)
    )
    if answer is None:
        raise not_found()
    if isinstance(answer, NotMoved):
        raise not_moved(answer)
    return answer


def not_moved(why: NotMoved) -> ProblemError:
    """Why a move is not made."""
    status, title, detail = _NOT_MOVED[why.reason]
    return ProblemError(
        status,
        f"application_{why.reason}",
        title,
        f"{detail} Ingenting är ändrat.",
        faults=told(why.faults),
        lacking=why.lacking,
        stands=why.stands,
    )


_NOT_MOVED: dict[Reason, tuple[HTTPStatus, str, str]] = {
    "moved_on": (
        HTTPStatus.CONFLICT,
        "Någon hann före",
        "Ansökan har ändrats sedan den lästes; stands säger hur den står nu.",
    ),
    "not_possible": (
        HTTPStatus.CONFLICT,
        "Det går inte som ansökan står",
        "stands säger hur den står, och may vad som går att göra.",
    ),
    "held_by_other": (
        HTTPStatus.CONFLICT,
        "En annan har ansökan",
        "Ta över den först (hand-over).",
    ),
    "incomplete": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Ansökan är inte fullständig",
        "lacking räknar upp allt som fattas.",
    ),
    "faulty": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Det går inte att göra så",
        "Rätta det som faults räknar upp.",
    ),
}
