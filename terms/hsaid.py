"""HSA-ids: how persons and clinics are named in the catalogue of Swedish health care."""

import re

_HSA_ID = re.compile(r"SE(16)?[0-9]{10}-[A-Z0-9]{1,18}", re.ASCII)


def is_hsa_id(text: str) -> bool:
    """Whether a text has the form of one: the country, the organisation's number (with or without
    the 16 that authorities write before it), and what is unique within it."""
    return _HSA_ID.fullmatch(text) is not None
