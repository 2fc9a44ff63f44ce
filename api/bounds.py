"""Bounds of what addresses say. They are told to msgspec, and to the framework for OpenAPI."""

from typing import Annotated

import msgspec
from litestar.params import PathParameter, QueryParameter

LARGEST_KEY = 2**53 - 1  # which every reader of JSON has
KeyField = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_KEY)]
Key = Annotated[KeyField, PathParameter(ge=1, le=LARGEST_KEY)]
KeyAsked = Annotated[KeyField, QueryParameter(ge=1, le=LARGEST_KEY)]
"""Of an address, and of a place in a list."""

_LARGEST_LINE = 9 * 10**18
Line = Annotated[int, msgspec.Meta(ge=1, le=_LARGEST_LINE), PathParameter(ge=1, le=_LARGEST_LINE)]
"""Of a line of an invoice, which the clinic numbers: nearly as far as `adjudication/invoice.py` has
it, and round, since programs that read OpenAPI in floating point should have this very bound."""

LARGEST_NUMBER = 2**31 - 1
NumberField = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_NUMBER)]
Number = Annotated[NumberField, PathParameter(ge=1, le=LARGEST_NUMBER)]
NumberAsked = Annotated[NumberField, QueryParameter(ge=1, le=LARGEST_NUMBER)]
"""Of what is numbered 1, 2, …: versions, an application's moves, runs."""

MOST_LISTED = 1000
_Listed = Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)]
Limit = Annotated[_Listed, QueryParameter(ge=1, le=MOST_LISTED)]
