"""What the forms of an administrator need before they are shown: clinics, and time."""

from typing import Final

from portal.access import FRESH_MINUTES, need_fresh
from portal.request import PortalRequest
from storage.clinicids import clinic_ids

_MINUTES_TO_FILL_IN: Final = 5


async def known_clinics(request: PortalRequest) -> list[str]:
    """The HSA-ids of clinics to choose from."""
    return await request.service.do(lambda connection: (clinic_ids(connection), []))


def need_time_to_fill_in(request: PortalRequest, then: str) -> None:
    """Ends a request of somebody whose card will not be fresh any more when a form is filled in:
    they are asked for it first, and come back to `then`. Raises StaleError."""
    need_fresh(request, then, FRESH_MINUTES - _MINUTES_TO_FILL_IN)
