"""Attachments over HTTP: announced, listed, looked up. Their contents are api/contents.py's."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody

from api.access import own
from api.bounds import Key
from api.invoices import service_of
from api.problems import BODY, ProblemError, not_found, specs
from api.reference import OfPatient
from api.request import StrictRequest
from api.service import Service
from attachments.kinds import AttachmentKind
from attachments.limits import DAYS_TO_COME, MOST_AWAITED
from intake.malformed import Fault
from storage.access import Token
from storage.attachments import (
    Announced,
    KeptAttachment,
    announce,
    attachments_of_patient,
    read_attachment,
)

LONGEST_TITLE = 200


class AttachmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to come, and whose it is."""

    clinic: str
    patient: str
    kind: AttachmentKind
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TITLE)]
    protected_identity: bool | None = False


class Attachments(msgspec.Struct, frozen=True):
    """Attachments, by kind."""

    attachments: list[KeptAttachment]


class AttachmentController(Controller):
    """What is known of attachments."""

    path = "/attachments"
    tags = ["Attachments"]

    @post(
        summary="Announce an attachment: whose it is, and of which kind",
        task="send_attachments",
        responses=specs(*BODY, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
    )
    async def announce(
        self, data: JSONBody[AttachmentRequest], request: StrictRequest
    ) -> KeptAttachment:
        """Its content is then put at the address made of its `id`, within seven days; it is no use
        later. The patient has a card, an application or an invoice: of nobody else anything is
        kept. At most a hundred of a clinic are awaited at once."""
        token, service = request.auth, service_of(request)
        if data.protected_identity:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "protected_identity",
                "Bilagor om en patient med skyddade personuppgifter tas inte emot här",
                "Ingenting är bevarat. Vänd er direkt till regionens beställarenhet.",
            )
        own(token, data.clinic)
        asked = Announced(data.clinic, data.patient, data.kind, data.title)
        return await announced(service, asked, token)

    @post(
        "/find",
        summary="A patient's attachments, by kind",
        task="read_attachments",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY),
    )
    async def find(self, data: JSONBody[OfPatient], request: StrictRequest) -> Attachments:
        """A clinic's system sees its own. The person number is in the body, so that no address
        holds it."""
        token = request.auth
        return Attachments(
            await service_of(request).do(
                lambda connection: attachments_of_patient(
                    connection, data.patient, token.clinic, token.id
                )
            )
        )

    @get(
        "/{key:int}",
        summary="Read what is known of an attachment",
        task="read_attachments",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, key: Key) -> KeptAttachment:
        """`content` is null until it has come."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_attachment(connection, key, token.clinic, token.id)
        )
        if found is None:
            raise not_found()
        return found[0]


async def announced(service: Service, asked: Announced, token: Token) -> KeptAttachment:
    """An attachment whose content is to come. Raises ProblemError where it cannot be announced."""
    today = service.today()
    made = await service.do(lambda connection: announce(connection, asked, today, token.id))
    if made == "too_many_awaited":
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "too_many_awaited",
            "För många anmälda bilagor väntar på sitt innehåll",
            f"Ingenting är bevarat. Kliniken har {MOST_AWAITED} anmälda bilagor vars innehåll "
            "inte har kommit. Skicka dem först; en anmälan upphör att gälla efter "
            f"{DAYS_TO_COME} dagar.",
        )
    if made == "patient_unknown":
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "patient_unknown",
            "Patienten är inte känd",
            "Ingenting är bevarat. Patienten ska ha kort, ansökan eller faktura innan "
            "bilagor skickas; kontrollera personnumret.",
            faults=[Fault("hör till ingen känd patient", "$.patient")],
        )
    return made
