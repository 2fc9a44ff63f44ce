"""Styles, scripts and pictures: read once, named by what they hold, so that browsers keep them."""

import gzip
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from api.problems import not_found
from portal.request import PortalRequest

PATH = "/portal/static"
_FOLDER = Path(__file__).parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_KEPT = {"cache-control": "public, max-age=31536000, immutable"}


class Asset(NamedTuple):
    """A file, as it is and packed."""

    kind: str
    content: bytes
    packed: bytes
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Every file that pages use, by its name."""
    found = {}
    for path in sorted(_FOLDER.rglob("*")):
        if path.suffix in _KINDS:
            content = path.read_bytes()
            digest = sha256(content).hexdigest()[:16]
            packed = gzip.compress(content, mtime=0)
            found[path.name] = Asset(_KINDS[path.suffix], content, packed, digest)
    return found


def address_of(name: str) -> str:
    """Where a browser finds a file as it is now."""
    return f"{PATH}/{assets()[name].digest}/{name}"


@get(PATH + "/{digest:str}/{name:str}", task=None, is_anonymous=True)
async def asset(
    request: PortalRequest, digest: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """A file by its name and what it holds; another digest is that of another edition."""
    found = assets().get(name)
    if found is None or found.digest != digest:
        raise not_found()
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.content, media_type=found.kind, headers=_KEPT)
    headers = {**_KEPT, "content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(found.packed, status_code=HTTPStatus.OK, media_type=found.kind, headers=headers)
