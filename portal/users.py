"""Who may log in, and what each is assigned to do. Assignments are given on the server."""

from litestar import Response, get

from portal.rendering import page
from portal.request import PortalRequest
from storage.people import assignments


@get("/portal/users", task="read_users")
async def users(request: PortalRequest) -> Response[str]:
    """Every assignment, by person."""
    found = await request.service.do(lambda connection: (assignments(connection), []))
    return page(request, "users.html", assignments=found, today=request.service.today())
