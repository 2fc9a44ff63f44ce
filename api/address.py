"""What stands in an address, read strictly: the framework's own reading takes 1e2 for a whole
number, null for nothing and the last of two, and passes over what it does not know."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.typing import FieldDefinition

from api.problems import malformed
from intake.malformed import Fault, faults_of

_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_NAME = re.compile(r"[a-z_]{1,40}")
_NOT_UTF_8 = "\ufffd"
_NO_PARAMETERS = {"request", "data"}


def need_address(request: Request[Any, Any, Any]) -> None:
    """Ends a request with everything that is wrong with its address."""
    says_more = request.scope["query_string"] or request.path_params
    if not says_more and not _asked(request.route_handler):
        return
    found = list(_faults(request))
    if found:
        raise malformed(found)


def _faults(request: Request[Any, Any, Any]) -> Iterator[Fault]:
    kinds = dict(_asked(request.route_handler))
    for name, value in request.path_params.items():
        yield from faults_of(value, kinds.pop(name).raw, f"{{{name}}}")
    given = set()
    for name, text in request.query_params.multi_items():
        path = f"?{name}" if _NAME.fullmatch(name) else "?"  # could be anything: a person number
        if name not in kinds:
            yield Fault("parametern är inte känd", path)
        elif name in given:
            yield Fault("är angiven mer än en gång", path)
        elif _NOT_UTF_8 in text:
            yield Fault("texten är inte skriven i UTF-8", path)
        else:
            yield from faults_of(_value(text, kinds[name]), kinds[name].raw, path)
        given.add(name)
    for name, one in kinds.items():
        if one.is_required and name not in given:
            yield Fault("saknas", f"?{name}")


@cache
def _asked(handler: HTTPRouteHandler) -> Mapping[str, FieldDefinition]:
    """What a handler asks of its address."""
    parameters = handler.parsed_fn_signature.parameters
    return {name: one for name, one in parameters.items() if name not in _NO_PARAMETERS}


def _value(text: str, kind: FieldDefinition) -> str | int:
    """A number where one is asked for and this is one; any other text stays one."""
    is_number = kind.is_subclass_of(int) or kind.has_inner_subclass_of(int)
    return int(text) if is_number and _WHOLE_NUMBER.fullmatch(text) is not None else text
