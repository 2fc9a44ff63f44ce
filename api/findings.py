"""Every finding there is, for whoever reads decisions with a program."""

import msgspec
from litestar import get

from adjudication.wording.reference import FindingReference, every_finding
from api.problems import specs


class Findings(msgspec.Struct, frozen=True):
    """The findings, in the order in which they are asked and in which they stand in a decision."""

    findings: list[FindingReference]


@get(
    "/findings",
    summary="Every finding: what it is, its fields, what it says and what would cure it",
    tags=["Rules"],
    task="read_rules",
    responses=specs(),
)
async def findings() -> Findings:
    """The same for every region. Codes are never renamed; there may come more of them."""
    return Findings(every_finding())
