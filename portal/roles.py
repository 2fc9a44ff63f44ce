"""Pages that say what is so for all: who may do what, and how accessible the pages are."""

from typing import get_args

from litestar import Response, get

from portal.access import SIGNED_IN
from portal.rendering import page
from portal.request import PortalRequest
from registry.roles import CONFLICTS, Role, Task, may


@get("/portal/roles", task=SIGNED_IN)
async def roles(request: PortalRequest) -> Response[str]:
    """Every task and every role, as the code has them (registry/roles.py)."""
    return page(
        request,
        "roles.html",
        roles=get_args(Role),
        tasks=get_args(Task),
        may=may,
        conflicts=sorted(sorted(pair) for pair in CONFLICTS),
    )


@get("/portal/accessibility", task=None)
async def accessibility(request: PortalRequest) -> Response[str]:
    """The accessibility statement that the law asks for."""
    return page(request, "accessibility.html")
