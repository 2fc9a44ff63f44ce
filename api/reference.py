"""Cards and decided applications over HTTP, in and out."""

from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from litestar import Controller, Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from sqlalchemy import Connection, select

from api.invoices import service_of
from api.problems import BODY, not_found, specs
from api.request import StrictRequest
from preassessments.decision import Preassessment
from registry.cards import Card
from storage import tables
from storage.acts import Done
from storage.audit import Act, Entry
from storage.reference import (
    put_cards,
    put_preassessments,
    read_cards,
    read_preassessments,
    void_card,
)
from terms.errors import ReferenceDataError
from terms.person import without_dash

T = TypeVar("T", Card, Preassessment)


class OfPatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose: twelve digits, with or without a dash."""

    patient: str


class VoidRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card by its number, and the first day on which it is no longer in force."""

    number: str
    voided_on: date


class Cards(msgspec.Struct, frozen=True):
    """A patient's cards, by first day and number."""

    cards: list[Card]


class Preassessments(msgspec.Struct, frozen=True):
    """A patient's decided applications."""

    preassessments: list[Preassessment]


def _put_as(kind: Any) -> dict[int, ResponseSpec]:
    """What can come of putting something in."""
    there = ResponseSpec(kind, generate_examples=False, description="It was there already")
    return {200: there, **specs(*BODY, HTTPStatus.CONFLICT)}


class CardController(Controller):
    """Cards (tandvårdskort)."""

    path = "/cards"
    tags = ["Cards"]

    @post(summary="Put in a card", task="keep_cards", responses=_put_as(Card))
    async def put(self, data: JSONBody[Card], request: StrictRequest) -> Response[Card]:
        """201 where it is new, 200 where it is there already, 409 where it is there with other
        content or cannot be."""
        service, token = service_of(request), request.auth

        def work(connection: Connection) -> Done[bool]:
            entries = put_cards(connection, service.library, [data], token.id)
            return bool(entries), entries

        return _put(data, is_new=await service.do(work))

    @post(
        "/void",
        summary="Void a card from a day on",
        task="keep_cards",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    )
    async def void(self, data: JSONBody[VoidRequest], request: StrictRequest) -> Card:
        """The card as it then is."""
        token = request.auth

        def work(connection: Connection) -> Done[Card | None]:
            entries = void_card(connection, data.number, data.voided_on, token.id)
            if entries is None:
                return None, []
            (card,) = read_cards(connection, tables.card.c.number, [data.number])
            return card, entries

        found = await service_of(request).do(work)
        if found is None:
            raise not_found()
        return found

    @post(
        "/find",
        summary="A patient's cards",
        task="read_cards",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY),
    )
    async def find(self, data: JSONBody[OfPatient], request: StrictRequest) -> Cards:
        """The person number is in the body, so that no address holds it."""
        token = request.auth

        def work(connection: Connection) -> Done[Cards]:
            number = without_dash(data.patient)
            found = read_cards(connection, tables.patient.c.number, [number])
            return Cards(found), _looked(connection, "read_cards", token.id, number)

        return await service_of(request).do(work)


class PreassessmentController(Controller):
    """Decided applications (förhandsbedömningar)."""

    path = "/preassessments"
    tags = ["Preassessments"]

    @post(
        summary="Put in a decided application; the same again changes nothing",
        task="keep_preassessments",
        responses=_put_as(Preassessment),
    )
    async def put(
        self, data: JSONBody[Preassessment], request: StrictRequest
    ) -> Response[Preassessment]:
        """201 where it is new, 200 where it is there already, 409 where it is there with other
        content or cannot be."""
        service, token = service_of(request), request.auth

        def work(connection: Connection) -> Done[bool]:
            if data.region not in service.library.regions:
                raise ReferenceDataError(f"region: {data.region!r} har inga regelfiler")
            entries = put_preassessments(connection, [data], token.id)
            return bool(entries), entries

        return _put(data, is_new=await service.do(work))

    @post(
        "/find",
        summary="A patient's applications",
        task="read_preassessments",
        status_code=HTTPStatus.OK,
        responses=specs(*BODY),
    )
    async def find(self, data: JSONBody[OfPatient], request: StrictRequest) -> Preassessments:
        """The person number is in the body, so that no address holds it."""
        token = request.auth

        def work(connection: Connection) -> Done[Preassessments]:
            number = without_dash(data.patient)
            found = read_preassessments(connection, tables.patient.c.number, [number])
            entries = _looked(connection, "read_preassessments", token.id, number)
            return Preassessments([one for _, one in found]), entries

        return await service_of(request).do(work)


def _put(what: T, *, is_new: bool) -> Response[T]:
    return Response(what, status_code=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def _looked(connection: Connection, act: Act, token: int, number: str) -> list[Entry]:
    """The audit's entry of a look at a patient; there is nothing to look at of one who is not
    known."""
    key = connection.scalar(select(tables.patient.c.id).where(tables.patient.c.number == number))
    return [] if key is None else [Entry(act, token, key)]
