"""Who asks, and may they? Asked before anything of a request is read."""

from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.exceptions import MethodNotAllowedException

from api.logs import log
from api.problems import ProblemError, not_found
from api.request import header
from api.service import Service
from registry.roles import Task, may
from storage.access import Token

_SCHEME = "bearer "


async def need_token(request: Request[Any, Any, Any]) -> None:
    """Every route has a task (`task=` in the handler), for which the token's role is asked; None
    says that anybody may. What has none is the framework's own: pages that are not shown, and an
    answer to OPTIONS that leaves methods out."""
    options = request.route_handler.opt
    if "task" not in options:
        if request.method == "OPTIONS":
            raise MethodNotAllowedException(headers={"allow": ", ".join(_methods(request))})
        raise not_found()
    task: Task | None = options["task"]
    if task is None:
        return
    service: Service = request.app.state.service
    said = header(request, b"authorization")
    if not said.lower().startswith(_SCHEME):
        raise service.unknown_token()
    token = await service.token(
        said[len(_SCHEME) :], is_looked_up=not options.get("is_asked_when_kept", False)
    )
    if not may(token.role, task):
        log("refused", token=token.name, task=task)
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "forbidden",
            "Det får den som frågar inte göra",
            f"Token har rollen {token.role}, som inte får detta.",
        )
    request.scope["auth"] = token


def own(token: Token, clinic: str) -> None:
    """Ends a request of a clinic's system that is about another clinic."""
    if not token.reaches(clinic):
        log("refused", token=token.name, task="other_clinic")
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "other_clinic",
            "Det är en annan kliniks",
            "Token gäller en enda klinik; clinic ska vara dess HSA-id.",
        )


def _methods(request: Request[Any, Any, Any]) -> list[str]:
    """What can be done at an address."""
    path = request.scope["path_template"]
    return sorted(
        method for route in request.app.routes if route.path_format == path
        for method in route.methods
    )  # fmt: skip
