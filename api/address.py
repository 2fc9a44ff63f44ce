"""What stands in an address, read strictly: the framework's own reading takes 1e2 for a whole
number, null for nothing and the last of two, and passes over what it does not know."""

import re
from collections.abc import Iterator
from typing import Any

from litestar import Request

from api.problems import malformed
from intake.malformed import Fault, faults_of

_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_NAME = re.compile(r"[a-z_]{1,40}")
_NOT_UTF_8 = "\ufffd"
_NO_PARAMETERS = {"request", "data"}


async def need_address(request: Request[Any, Any, Any]) -> None:
    """Ends a request with everything that is wrong with its address."""
    if request.scope["query_string"] or request.scope["path_params"]:
        found = list(_faults(request))
        if found:
            raise malformed(found)


def _faults(request: Request[Any, Any, Any]) -> Iterator[Fault]:
    asked = request.route_handler.parsed_fn_signature.parameters
    in_path = request.scope["path_params"]
    for name, value in in_path.items():
        yield from faults_of(value, asked[name].raw, f"{{{name}}}")
    seen = set()
    for name, text in request.query_params.multi_items():
        path = f"?{name}" if _NAME.fullmatch(name) else "?"  # could be anything: a person number
        if name not in asked or name in in_path or name in _NO_PARAMETERS:
            yield Fault("parametern är inte känd", path)
        elif name in seen:
            yield Fault("är angiven mer än en gång", path)
        elif _NOT_UTF_8 in text:
            yield Fault("texten är inte skriven i UTF-8", path)
        else:
            is_number = asked[name].has_inner_subclass_of(int) or asked[name].is_subclass_of(int)
            is_whole = is_number and _WHOLE_NUMBER.fullmatch(text) is not None
            yield from faults_of(int(text) if is_whole else text, asked[name].raw, path)
        seen.add(name)
