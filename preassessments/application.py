"""What a clinic writes: an application (bedömningsansökan) for one patient, and what it holds.

Reading is strict, as for invoices. A draft may lack anything that is optional here; what is
required of one that is submitted is the region's to say (preassessments/requirements.py).
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from preassessments.decision import AmountOre, Count, LineNumber
from terms.vocabulary import CareLevel, Support

Kind = Literal["advance", "retrospective"]
"""Before the care is given (förhandsbedömning), or after some of it is (efterhandsbedömning)."""

ContentField = Literal[
    "category", "anamnesis", "status", "periodontal_status", "xrays", "hygiene_standard",
    "prognosis",
]  # fmt: skip
"""What a region may require besides the plan."""

AttachmentKey = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Xray(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An x-ray: when it was exposed, what it shows, and which attachment it is."""

    exposed_on: date
    shows: str | None = None
    attachment: AttachmentKey | None = None


class PlanLine(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """One action of the treatment plan: so many times, at the price that the clinic asks for each.
    What is done already has its day."""

    line: LineNumber
    code: str
    tooth: str | None = None
    count: Count | None = 1
    price_ore: AmountOre
    done_on: date | None = None
    motivation: str | None = None


class Content(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What a version holds. Attachments are named by their ids."""

    kind: Kind | None = "advance"
    care_level: CareLevel | None = "general"
    category: str | None = None
    anamnesis: str | None = None
    status: str | None = None
    periodontal_status: str | None = None
    xrays: list[Xray] | None = None
    hygiene_standard: str | None = None
    prognosis: str | None = None
    lines: list[PlanLine] | None = None
    attachments: list[AttachmentKey] | None = None

    def enclosed(self) -> Iterator[tuple[str, int]]:
        """The attachments that it names, each with where it does; one may be named twice."""
        for place, xray in enumerate(self.xrays or ()):
            if xray.attachment is not None:
                yield f"xrays[{place}].attachment", xray.attachment
        for place, key in enumerate(self.attachments or ()):
            yield f"attachments[{place}]", key


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An application as it is first sent. All but the content stays as it is; `number` is the
    clinic's own, each once."""

    clinic: str
    number: str
    patient: str
    region: str
    support: Support
    protected_identity: bool | None = False
    content: Content


def encoded(content: Content) -> bytes:
    """The content in JSON, the same for what says the same: an absent field, null, the default and
    an empty list are one."""
    return _encode(
        replace(
            content,
            kind=content.kind or "advance",
            care_level=content.care_level or "general",
            xrays=content.xrays or None,
            lines=[replace(line, count=line.count or 1) for line in content.lines or ()] or None,
            attachments=content.attachments or None,
        )
    )


_encode = msgspec.json.Encoder().encode
decoded = msgspec.json.Decoder(Content).decode
