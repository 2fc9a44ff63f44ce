"""An application that somebody asks for by its key."""

from api.problems import not_found
from portal.request import PortalRequest
from preassessments.application import Application
from storage.applications import KeptApplication, read_application


async def found(request: PortalRequest, key: int) -> KeptApplication:
    """It, where who asks may see it. Raises ProblemError."""
    service, token = request.service, request.token
    today = service.today()
    there = await service.do(
        lambda connection: read_application(connection, service.library, key, token, today)
    )
    if there is None:
        raise not_found()
    return there


def application_of(there: KeptApplication) -> Application:
    """What was sent, with the newest content."""
    return Application(
        clinic=there.clinic,
        number=there.number,
        patient=there.patient,
        region=there.region,
        support=there.support,
        content=there.content,
    )
