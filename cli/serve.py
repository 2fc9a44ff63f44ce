"""`partitur serve`: API and portal over a database."""

import socket
import sys
from contextlib import ExitStack, suppress
from errno import EADDRINUSE
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from cli.database import attachments_of, opened
from cli.errors import MistakenError, naming
from cli.plain import MOST_PROCESSES, REGION
from cli.rulefiles import read_library
from cli.serving import Served, hand_on
from cli.swedish import SwedishCommand
from portal.login.provider import Provider
from storage.schema import need_current

if TYPE_CHECKING:
    import uvicorn

_EXAMPLES = """\b
Exempel:
  partitur serve --demo                                        prova, med en påhittad region
  partitur serve --db sqlite:///partitur.db
  partitur serve --db postgresql://partitur@db/partitur --attachments bilagor --processes 4
  partitur serve --login https://idp.exempel.se --client-id partitur \
                 --client-secret-file hemlighet.txt --address https://partitur.exempel.se

\b
Portalen finns på /portal, med --demo eller när en inloggningstjänst (OpenID Connect) är angiven.
Användare läggs upp med partitur user add.
Databasen görs med partitur db upgrade, token med partitur token issue.
Adresserna står i /openapi.json. Ctrl-C avslutar när alla som väntar har fått svar.

\b
Slutstatus:
  0 avslutad med Ctrl-C    2 databasen eller adressen går inte att använda
"""
_DB = "sqlite:///partitur.db"
_DEMO_DB = "sqlite:///partitur-demo.db"
_SECONDS_TO_END = 20
_SECONDS_IDLE = 30
_MOST_CONNECTIONS = 2000


@click.command(
    cls=SwedishCommand,
    help="Ta emot fakturor över HTTP och i portalen, avgör dem genast och bevara besluten.",
    epilog=_EXAMPLES,
    options_metavar="[FLAGGOR]",
)
@click.option("--db", metavar="URL", help=f"Databasen. [{_DB}; med --demo {_DEMO_DB}]")
@click.option("--host", metavar="ADRESS", default="127.0.0.1", help="Att lyssna på. [127.0.0.1]")
@click.option(
    "--port",
    metavar="PORT",
    default=8765,
    type=click.IntRange(0, 65535),
    help="0 tar en ledig. [8765]",
)
@click.option(
    "--processes",
    metavar="ANTAL",
    default=1,
    type=click.IntRange(1, MOST_PROCESSES),
    help="Processer bredvid varandra; flera gör nytta på PostgreSQL. [1]",
)
@click.option(
    "--region", metavar="REGION", default=REGION, help=f"För patienter utan kort. [{REGION}]"
)
@click.option("--rules", metavar="MAPP", multiple=True, help="Fler regelfiler; får upprepas.")
@click.option(
    "--attachments",
    metavar="MAPP",
    type=click.Path(path_type=Path),
    help="Bilagornas mapp, gemensam för alla processer; krävs med PostgreSQL. "
    "[bredvid SQLite-filen]",
)
@click.option("--login", metavar="URL", help="Inloggningstjänsten (issuer) för portalen.")
@click.option("--client-id", metavar="NAMN", help="Vad vi heter hos inloggningstjänsten.")
@click.option(
    "--client-secret-file",
    metavar="FIL",
    type=click.File(),
    help="Hemligheten hos inloggningstjänsten, om den ger ut någon.",
)
@click.option("--address", metavar="URL", help="Portalens adress, som webbläsare skriver den.")
@click.option(
    "--proxy",
    metavar="ADRESS",
    help="Proxyn framför: vem som frågar står sist i dess X-Forwarded-For. [ingen tros]",
)
@click.option("--demo", is_flag=True, help="Fyll en tom databas med en påhittad region.")
def command(
    db: str | None,
    host: str,
    port: int,
    processes: int,
    region: str,
    rules: tuple[str, ...],
    attachments: Path | None,
    login: str | None,
    client_id: str | None,
    client_secret_file: TextIO | None,
    address: str | None,
    proxy: str | None,
    demo: bool,
) -> None:
    """Serve until told to end."""
    url = db or (_DEMO_DB if demo else _DB)
    _need_one_proxy(proxy)
    provider = _provider(login, client_id, client_secret_file, address)
    if provider is not None:
        provider.need_safe(is_demo=False)
    library = read_library(rules)
    if region not in library.regions:
        known = ", ".join(sorted(library.regions))
        raise MistakenError(f"flaggan --region: {region!r} har inga regelfiler, men {known} har")
    with ExitStack() as stack:
        database = stack.enter_context(opened(url))
        folder = attachments_of(database, attachments)
        if not demo:
            need_current(database)
            listening = _listening(stack, host, port)
        else:
            from cli.demoregion import fill, show

            _need_loopback(host)
            if provider is not None or processes > 1:
                raise MistakenError("flaggan --demo: har egen inloggning, i en enda process")
            listening = _listening(stack, host, port)
            fill(database, library, folder)
            show(database, _address(listening))
            provider = _own_provider(_address(listening))
            provider.need_safe(is_demo=True)
        with naming(str(folder)):
            folder.mkdir(mode=0o700, exist_ok=True)
        hand_on(Served(url, str(folder), region, rules, provider, demo))
        _serve(listening, processes, proxy)


def _need_one_proxy(proxy: str | None) -> None:
    """One address and no pattern: whoever is trusted here may say that they are anybody."""
    if proxy is not None:
        try:
            ip_address(proxy)
        except ValueError:
            raise MistakenError(f"flaggan --proxy: {proxy!r} är ingen IP-adress") from None


def _provider(
    login: str | None, client_id: str | None, secret: TextIO | None, address: str | None
) -> Provider | None:
    """The provider that persons log in at; None where none is named, and so there is no portal."""
    if login is None and client_id is None and secret is None and address is None:
        return None
    if login is None or client_id is None or address is None:
        raise MistakenError("flaggorna --login, --client-id och --address hör ihop")
    shown = None if secret is None else secret.read().strip()
    return Provider(login, client_id, address.rstrip("/"), shown)


def _own_provider(address: str) -> Provider:
    """The demo's own, at the server's own address."""
    return Provider(f"{address}/idp", "partitur", address)


def _listening(stack: ExitStack, host: str, port: int) -> socket.socket:
    """A socket on which senders are heard from now on; they wait until a process takes them."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        stack.enter_context(listening)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_MOST_CONNECTIONS)
    except OSError as error:
        known = {EADDRINUSE: "porten är upptagen; ange en annan med --port"}
        what = known.get(error.errno or 0, error.strerror)
        raise MistakenError(f"{host}:{port}: {what}") from error
    listening.set_inheritable(True)
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(listening: socket.socket, processes: int, proxy: str | None) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    print(f"partitur: lyssnar på {_address(listening)}", file=sys.stderr, flush=True)
    config = configured(processes, proxy)
    if processes == 1:
        with suppress(KeyboardInterrupt):  # all who waited have their answers
            uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def configured(processes: int, proxy: str | None) -> "uvicorn.Config":
    """How the server listens and whom it believes."""
    import uvicorn

    return uvicorn.Config(
        "cli.serving:app",
        factory=True,
        workers=processes,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        timeout_keep_alive=_SECONDS_IDLE,
        timeout_graceful_shutdown=_SECONDS_TO_END,
        limit_concurrency=_MOST_CONNECTIONS,
    )


def _need_loopback(host: str) -> None:
    """The demo's tokens are shown to whoever sees the screen."""
    is_loopback = host == "localhost"
    if not is_loopback:
        try:
            is_loopback = ip_address(host).is_loopback
        except ValueError:
            is_loopback = False
    if not is_loopback:
        raise MistakenError("flaggan --demo: lyssnar bara på den egna datorn, --host 127.0.0.1")
