"""What schemathesis is told beside its settings, in an environment of its own."""

from typing import Any

import schemathesis


def map_body(_context: Any, body: Any) -> Any:
    """JSON Schema takes 1.0 for a whole number; who bills so many kronor must not."""
    if isinstance(body, dict):
        return {name: map_body(_context, value) for name, value in body.items()}
    if isinstance(body, list):
        return [map_body(_context, value) for value in body]
    return int(body) if isinstance(body, float) and body.is_integer() else body


schemathesis.hook(map_body)
