"""What there is to ask, for programs: addresses as the framework describes them, and what is sent
and answered as msgspec does, which knows every bound and that unknown fields are refused."""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute

from adjudication.invoice import Invoice
from api.reconciliation import JOURNALS
from api.request import BYTES, JSON, NDJSON, StrictRequest
from api.runfiles import FORMS, SIE, XML
from attachments.kinds import MEDIA_TYPES
from invoices.correction import Credit
from invoices.proposal import InvoiceChange

OPENAPI = OpenAPIConfig(
    title="Partitur",
    version="1",
    description="Decides dental invoices under the Swedish regions' dental support. Amounts are "
    "öre, days are YYYY-MM-DD; unknown fields are refused.",
    path="/openapi",
    render_plugins=[],
    security=[{"token": []}],
    components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
)
_SHOWN_IN = "#/components/schemas/{name}"


@get("/openapi.json", task=None, include_in_schema=False, media_type=JSON)
async def openapi(request: StrictRequest) -> Response[bytes]:
    """It says nothing that is secret."""
    state = request.app.state
    if "openapi" not in state:
        state.openapi = msgspec.json.encode(described(request.app))
    return Response(state.openapi, media_type=JSON)


def described(app: Litestar) -> dict[str, Any]:
    """The whole description."""
    found = app.openapi_schema.to_schema()
    handlers = list(_handlers(app))
    kinds = {kind for *_, handler in handlers for kind in _kinds(handler) if _is_struct(kind)}
    _, structs = msgspec.json.schema_components(
        {*kinds, Credit, InvoiceChange}, ref_template=_SHOWN_IN
    )
    missing = set(found["components"]["schemas"]) - set(structs)
    assert not missing, missing
    for struct in structs.values():
        struct["description"] = " ".join(struct["description"].split())
        for one in struct["properties"].values():
            if "enum" in one:
                one["type"] = "string"
        if struct.get("additionalProperties") is False:  # it is sent to us
            struct["properties"] = _in_readable_signs(struct["properties"])
    found["components"]["schemas"] = dict(sorted(structs.items()))
    for path, method, handler in handlers:
        operation = found["paths"][path][method]
        if handler.opt["task"] is None:
            operation["security"] = []
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _in_readable_signs(_not_null(parameter["schema"]))
    found["paths"]["/invoices/file"]["post"]["requestBody"] = _FILE
    found["paths"]["/runs/{number}/answers"]["post"]["requestBody"] = _ANSWER
    for path, media_types in _DOWNLOADS.items():
        found["paths"][path]["get"]["responses"]["200"]["content"] = {
            one: {} for one in media_types
        }
    reconciled = found["paths"]["/reconciliation"]["post"]
    reconciled["requestBody"] = _JOURNAL
    reconciled["responses"]["200"]["content"] |= {one: {} for one in JOURNALS}
    content = found["paths"]["/attachments/{key}/content"]
    content["put"]["requestBody"] = _ATTACHMENT
    content["get"]["responses"]["200"]["content"] = {one: {} for one in MEDIA_TYPES.values()}
    return found


_FILE = {
    "description": "One invoice a line",
    "required": True,
    "content": {NDJSON: {"schema": {"$ref": _SHOWN_IN.format(name=Invoice.__name__)}}},
}
_ATTACHMENT = {
    "description": "A PDF, a JPEG or a PNG",
    "required": True,
    "content": {BYTES: {}},
}
_ANSWER = {"description": "A pain.002", "required": True, "content": {XML: {}}}
_DOWNLOADS = {
    "/runs/{number}/files/{name}": (XML, SIE),
    "/runs/{number}/clinics/{clinic}/{form}": tuple(FORMS.values()),
}
_JOURNAL = {
    "description": "What a clinic's system holds as billed",
    "required": True,
    "content": {one: {} for one in JOURNALS},
}
"""They are read by ourselves, so the framework does not know of them."""


def _in_readable_signs(schema: Any) -> Any:
    """With a pattern for every text that has none: no control characters (intake/strict.py)."""
    if isinstance(schema, list):
        return [_in_readable_signs(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and not {"enum", "format", "pattern"} & set(schema):
        return {**schema, "pattern": _READABLE}
    return {name: _in_readable_signs(one) for name, one in schema.items()}


_READABLE = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$"


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What stands in an address is never null: it is not there."""
    if "oneOf" in schema:
        (schema,) = [one for one in schema["oneOf"] if one != {"type": "null"}]
    if "enum" in schema:
        schema = {**schema, "type": "string", "enum": [one for one in schema["enum"] if one]}
    return schema


def _handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every handler that is shown, with its address and method."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if handler.resolve_include_in_schema():
                (method,) = handler.http_methods
                yield route.path_format, method.lower(), handler


def _kinds(handler: HTTPRouteHandler) -> Iterator[Any]:
    """What a handler takes and gives."""
    if handler.parsed_data_field is not None:
        yield handler.parsed_data_field.annotation
    yield handler.parsed_return_field.annotation
    yield from get_args(handler.parsed_return_field.annotation)
    for spec in (handler.responses or {}).values():
        yield spec.data_container
        yield from get_args(spec.data_container)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
