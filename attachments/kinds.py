"""Which documents there are, and in which formats."""

from typing import Literal

AttachmentKind = Literal[
    "day_note",
    "record_copy",
    "xray",
    "technician_invoice",
    "referral",
    "photo",
    "periodontal_status",
    "medical_certificate",
]
"""The kinds that a line of an invoice may have (docs/contract.md), and after them what goes with an
application or a card alone."""

Format = Literal["pdf", "jpeg", "png"]

MEDIA_TYPES: dict[Format, str] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
"""What a file of a format is sent as."""
