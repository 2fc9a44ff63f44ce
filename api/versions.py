"""An invoice's versions over HTTP: all of them, one, and what differs between two."""

from http import HTTPStatus

from litestar import Controller, get

from api.bounds import Key, Number, NumberAsked
from api.invoices import service_of
from api.problems import not_found, specs
from api.request import StrictRequest
from storage.history import (
    DecisionDifference,
    Versions,
    WholeVersion,
    read_difference,
    read_version,
    read_versions,
)


class VersionController(Controller):
    """The versions of an invoice's decision; `key` is that of the invoice."""

    path = "/invoices/{key:int}"
    tags = ["Invoices"]

    @get(
        "/versions",
        summary="The versions of an invoice's decision",
        task="read_invoices",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def list(self, request: StrictRequest, key: Key) -> Versions:
        """Version 1 is the first answer; a later one is an assessor's, or of a re-decision."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_versions(connection, key, token.clinic, token.id)
        )
        if found is None:
            raise not_found()
        return found

    @get(
        "/versions/{version:int}",
        summary="One version with its whole decision",
        task="read_invoices",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def read(self, request: StrictRequest, key: Key, version: Number) -> WholeVersion:
        """The decision is as it was given then."""
        token = request.auth
        found = await service_of(request).do(
            lambda connection: read_version(connection, key, version, token.clinic, token.id)
        )
        if found is None:
            raise not_found()
        return found

    @get(
        "/difference",
        summary="What differs between two versions",
        task="read_invoices",
        responses=specs(HTTPStatus.NOT_FOUND),
    )
    async def differ(
        self, request: StrictRequest, key: Key, before: NumberAsked, after: NumberAsked
    ) -> DecisionDifference:
        """Lines with their findings before and after, fees and sums."""
        token, versions = request.auth, (before, after)
        found = await service_of(request).do(
            lambda connection: read_difference(connection, key, versions, token.clinic, token.id)
        )
        if found is None:
            raise not_found()
        return found
