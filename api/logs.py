"""The log: one JSON object a line, of nothing but what is named here. No body, no address with what
stands in it, no message of an exception: a person number may stand in any of them."""

import logging
import sys
from traceback import extract_tb
from typing import Any
from uuid import uuid4

import msgspec

_logger = logging.getLogger("partitur")
_encode = msgspec.json.Encoder().encode


class JsonLines(logging.Formatter):
    """A record as a line. Of loggers that are not ours the message alone is kept out."""

    def format(self, record: logging.LogRecord) -> str:
        """When, how bad, what, and the named fields."""
        fields = getattr(record, "fields", {})
        what = record.msg if record.name == _logger.name else record.name
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        return _encode({"at": at, "level": record.levelname, "what": what, **fields}).decode()


def to_standard_error() -> None:
    """Write our log to standard error, and of others' warnings that there was one."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    _logger.setLevel(logging.INFO)


def log(what: str, **fields: Any) -> None:
    """Something that whoever runs the service wants to know."""
    _write(logging.INFO, what, fields)


def _write(level: int, what: str, fields: dict[str, Any]) -> None:
    _logger.log(level, what, extra={"fields": fields})


def log_defect(scope: Any, error: BaseException, what: str = "defect") -> str:
    """A fault in the program, or around it: its kind and the places it went through. Gives the
    number that the sender is told."""
    number = str(uuid4())
    handler = scope.get("route_handler")
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        places = [f"{place.filename}:{place.lineno}" for place in extract_tb(cause.__traceback__)]
        causes.append({"kind": type(cause).__name__, "places": places[-12:]})
        cause = cause.__cause__
    route = None if handler is None else str(handler)
    _write(logging.ERROR, what, {"number": number, "route": route, "causes": causes})
    return number
