"""The application, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from sqlalchemy.exc import SQLAlchemyError

from adjudication.library import Library
from api.access import need_token
from api.address import need_address
from api.applications import ApplicationController
from api.attachments import AttachmentController
from api.contents import read_content, send_content
from api.documents import DocumentController
from api.edge import Edge
from api.figures import FigureController
from api.files import submit_file
from api.findings import findings
from api.heldlines import HeldLineController, held_lines
from api.invoices import InvoiceController
from api.letters import preview_letter, read_letter
from api.metrics import Metrics
from api.moving import AssessorMoveController, ClinicMoveController
from api.openapi import OPENAPI, openapi
from api.patients import standing
from api.payees import PayeeController, put_paid_from
from api.problems import HANDLERS, of_database
from api.reconciliation import reconciliation
from api.redecisions import RedecisionController, put_free_card
from api.reference import CardController, PreassessmentController
from api.request import StrictRequest
from api.rules import RuleController
from api.runfiles import RunFileController, coming, payments
from api.runs import RunController
from api.service import Service
from api.sources import sources
from api.state import health, metrics, ready
from api.traces import TraceController, proof
from api.trying import check_application
from api.versions import VersionController
from storage.database import Database

LARGEST_BODY = 1 << 20


async def _admit(request: Request[Any, Any, Any]) -> None:
    """Asked before anything of a request is read. A guard would ask the same, but the framework
    copies the handler for every one that it calls."""
    await need_token(request)
    need_address(request)


def application(
    database: Database,
    library: Library,
    default_region: str,
    today: Callable[[], date],
    attachments: Path,
) -> Litestar:
    """The API over a database, and a folder of attachments. `today` is the day in Sweden, asked for
    every request."""
    service, figures = Service(database, library, default_region, today, attachments), Metrics()

    @asynccontextmanager
    async def working(_app: Litestar) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    app = Litestar(
        route_handlers=[
            InvoiceController,
            submit_file,
            VersionController,
            HeldLineController,
            held_lines,
            RedecisionController,
            put_free_card,
            reconciliation,
            FigureController,
            standing,
            AttachmentController,
            send_content,
            read_content,
            DocumentController,
            CardController,
            PreassessmentController,
            ApplicationController,
            check_application,
            ClinicMoveController,
            AssessorMoveController,
            read_letter,
            preview_letter,
            PayeeController,
            put_paid_from,
            RunController,
            RunFileController,
            payments,
            coming,
            TraceController,
            proof,
            RuleController,
            sources,
            findings,
            health,
            ready,
            metrics,
            openapi,
        ],
        before_request=_admit,
        exception_handlers={**HANDLERS, SQLAlchemyError: of_database},
        request_class=StrictRequest,
        request_max_body_size=LARGEST_BODY,
        openapi_config=OPENAPI,
        state=State({"service": service, "metrics": figures}),
        lifespan=[working],
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Edge(figures)(app.asgi_handler)
    return app
