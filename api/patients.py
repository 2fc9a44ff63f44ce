"""What is left for a patient."""

from datetime import date
from http import HTTPStatus

import msgspec
from litestar import post
from litestar.params import JSONBody

from adjudication.standing import Standing
from api.invoices import service_of
from api.problems import BODY, ProblemError, specs
from api.request import StrictRequest
from intake.malformed import Fault
from terms.vocabulary import Support


class StandingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of whom, under which support, and on which day; today where none is given."""

    patient: str
    support: Support
    on: date | None = None


@post(
    "/patients/standing",
    summary="What is left for a patient: card, limits, ceilings, intervals, deadline, fee",
    tags=["Patients"],
    task="read_standing",
    status_code=HTTPStatus.OK,
    responses=specs(*BODY, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def standing(data: JSONBody[StandingRequest], request: StrictRequest) -> Standing:
    """As care on that day would be decided now. The person number is in the body, so that no
    address holds it; who asked is noted."""
    service, token = service_of(request), request.auth
    on = data.on or service.today()
    found = await service.by_keeper(
        lambda keeper: keeper.standing(data.patient, data.support, on, token.id)
    )
    if found is None:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "patient_id_invalid",
            "Personnumret stämmer inte",
            "Ange ett personnummer eller samordningsnummer med tolv siffror.",
            faults=[Fault("är inget giltigt person- eller samordningsnummer", "$.patient")],
        )
    return found
