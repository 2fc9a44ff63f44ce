"""The floor of anything that answers invoices over HTTP: a Litestar handler that decodes the
invoice, keeps nothing and gives a ready decision. Run, it serves on a free port and says which."""

import socket
from datetime import date

import uvicorn
from litestar import Litestar, post

from adjudication.decision import Decision
from adjudication.desk import Desk
from adjudication.invoice import Invoice
from adjudication.packaged import packaged_library

_READY: list[Decision] = []


@post("/invoices")
async def submit(data: Invoice) -> Decision:
    """The answer to the first invoice, to all."""
    if not _READY:
        desk = Desk(packaged_library(), "jonkoping")
        _READY.append(desk.decide(data, data.received_on or date.min))
    return _READY[0]


def main() -> None:
    """Serve until killed."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2000)
    print(listening.getsockname()[1], flush=True)
    application = Litestar([submit], openapi_config=None, logging_config=None)
    config = uvicorn.Config(application, log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
