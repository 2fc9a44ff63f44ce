"""What a patient has used, and what a decided invoice adds to it.

Everything counted is worked out from the record alone (quotas/record.py); the other fields only
remember the last such answer.
"""

from typing import Final

from quotas.counting import Period, Tally
from quotas.record import BYTES_A_LINE, between, put_in, span

Use = tuple[bytes, dict[int, tuple[str, int]], int, int, int, Period | None, Tally]
"""What one decided invoice uses, before it is posted: the record of its approved lines; by their
numbers, which lines of applications carry them; its first and last day number; and, as they are
after posting, `latest`, `period` and `tally`."""

NOTHING_USED: Final[Use] = (b"", {}, -1, -1, -1, None, 0)
"""What is not posted: no line was approved."""


class History:
    """One patient's approved lines, over all supports and clinics.

    `until` is a day number after which there is no line; `latest` that of the last line whose code
    has a least interval anywhere, or -1; `tally` what is used in `period` (quotas/counting.py).
    """

    __slots__ = ("latest", "period", "record", "tally", "until")

    def __init__(self) -> None:
        self.record = b""
        self.until = -1
        self.latest = -1
        self.period: Period | None = None
        self.tally: Tally = 0

    def take_up(self, record: bytes, latest: int) -> None:
        """Remember a record that was kept elsewhere; `latest` as above."""
        self.record = record
        _, self.until = span(record)
        self.latest = latest

    def on(self, day: int) -> bytes:
        """The record of one day."""
        return between(self.record, day, day) if day <= self.until else b""

    def tally_in(self, period: Period) -> Tally:
        """What is used in a period, counted anew."""
        return period.tally(self.record) if self.until >= period.first else period.guard

    def post(self, use: Use) -> None:
        """Remember what a decided invoice used."""
        record, _, since, until, self.latest, self.period, self.tally = use
        if since >= self.until:
            self.record += record
        elif since == until:
            self.record = put_in(self.record, record, since)
        else:
            for place in range(0, len(record), BYTES_A_LINE):
                line = record[place : place + BYTES_A_LINE]
                self.record = put_in(self.record, line, span(line)[0])
        if until > self.until:
            self.until = until
