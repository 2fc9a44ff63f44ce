"""What a clinic sends: an invoice (behandlingsfaktura, räkning) with its lines (åtgärdsrader).

Shapes and names are those of docs/contract.md. Decoding is strict: unknown fields, numbers that
are not whole, texts where numbers belong are refused with their path. Every optional field may
also be null, which is its default.
"""

from datetime import date
from hashlib import blake2b
from typing import Annotated, Any, Literal

import msgspec

from terms.vocabulary import CareLevel, Performer, Support

LARGEST_LINE = 2**63 - 1  # that a database keeps
LineNumber = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_LINE)]
Surfaces = Annotated[str, msgspec.Meta(pattern="^[A-Za-zÅÄÖåäö]*$(?!\\n)")]
PriceOre = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
DocumentKind = Literal["day_note", "record_copy", "xray", "technician_invoice", "referral"]
Fact = Literal["existing_retainer_crowns", "peri_implantitis"]


class Document(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A document that goes with a line."""

    kind: DocumentKind
    name: str


class FreeCard(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A free card (frikort): no patient fee from its first day through its last."""

    number: str
    valid_from: date
    valid_to: date


class Line(
    msgspec.Struct,
    frozen=True,
    gc=False,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """One action on one day; `price_ore` is what the clinic asks."""

    line: LineNumber
    treated_on: date
    code: str
    price_ore: PriceOre
    performer: Performer
    tooth: str | None = None
    zone: str | None = None
    surfaces: Surfaces | None = None
    conditions: list[str] | None = None
    facts: list[Fact] | None = None
    motivation: str | None = None
    documents: list[Document] | None = None
    preassessment: str | None = None


class Invoice(
    msgspec.Struct,
    frozen=True,
    gc=False,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """One clinic's bill for one patient."""

    clinic: str
    number: str
    patient: str
    support: Support
    care_level: CareLevel | None = "general"
    region: str | None = None
    received_on: date | None = None
    replaces: str | None = None
    free_card: FreeCard | None = None
    protected_identity: bool | None = False
    lines: list[Line]


LineFields = tuple[
    int,
    date,
    str,
    Any,
    Performer,
    str | None,
    str | None,
    str | None,
    Any,
    Any,
    Any,
    Any,
    str | None,
]
"""The fields of a `Line`, in their order: `Any` where a field is only handed on or not used, since
compiled each other one is unpacked and its kind looked at."""

InvoiceFields = tuple[
    str,
    str,
    str,
    Support,
    CareLevel | None,
    Any,
    Any,
    Any,
    FreeCard | None,
    bool | None,
    list[Line],
]
"""The fields of an `Invoice`, in their order."""


def fingerprint(invoice: Invoice, patient: str) -> bytes:
    """A digest of what an invoice says, to tell the same content from other content.

    The day of receipt and the clinic's number do not count, nor a dash in the person number
    (`patient` is the twelve digits); an absent field, null and the default are the same, and so is
    an empty list.
    """
    content = _encode(
        (
            patient,
            invoice.support,
            invoice.care_level or "general",
            invoice.region,
            invoice.replaces,
            invoice.free_card,
            invoice.lines,
        )
    )
    if b"[]" in content:
        for empty in _EMPTY_LISTS:
            content = content.replace(empty, b"")
    return blake2b(content, digest_size=16).digest()


_encode = msgspec.json.Encoder().encode
_EMPTY_LISTS = (b',"conditions":[]', b',"facts":[]', b',"documents":[]')
