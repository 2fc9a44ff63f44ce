"""Which invoice numbers are used.

Of each only a hash of clinic and number is remembered, and the place of its answer (cli/ledger.py):
some 106 bytes. Whether the number is used at all, and whether the hash is of another one, is seen
from that answer; it is asked only when a hash returns.
"""

from collections.abc import Callable

import msgspec

from adjudication.decision import Decision
from adjudication.findings import NumberReused
from adjudication.invoice import Invoice
from adjudication.refusal import refusal
from cli.ledger import Ledger, content_of

HASH_BITS = (1 << 60) - 1
"""As many as a Python number of 32 bytes holds."""


class _Head(msgspec.Struct):
    status: str
    clinic: str | None = None
    number: str | None = None


_head = msgspec.json.Decoder(_Head).decode


class Numbers:
    """Remembers who used a number first. `written` sees to it that the answer at a place, given
    not long ago, is in the ledger."""

    def __init__(self, ledger: Ledger, written: Callable[[int], None]) -> None:
        self._ledger = ledger
        self._written = written
        self._places: dict[int, int] = {}
        self._collided: dict[tuple[str, str], int] = {}

    def use(self, clinic: str, number: str, place: int) -> int:
        """The place of the invoice that has used this number, which is `place` where none has.

        It is then taken to be used by `place`, until the answer there turns out to be a refusal.
        """
        key = hash((clinic, number)) & HASH_BITS
        first = self._places.setdefault(key, place)
        if first != place:
            return self._find(key, clinic, number, first, place)
        return place

    def answer_again(self, invoice: Invoice, first: int) -> Decision | msgspec.Raw:
        """The answer to an invoice whose number was used at `first`: that one's, if it says the
        same, else a refusal."""
        if content_of(invoice) == self._ledger.content(first):
            return msgspec.Raw(self._ledger.answer(first))
        return refusal(invoice, [NumberReused(rule="contract/number_reused")])

    def _find(self, key: int, clinic: str, number: str, first: int, place: int) -> int:
        """Whether a hash that returns is of the same number, and that number used."""
        head = self._head(first)
        is_free = head.status == "invalid"
        if not is_free and (head.clinic, head.number) == (clinic, number):
            return first
        other = self._collided.get((clinic, number))
        if other is not None and self._head(other).status != "invalid":
            return other
        if is_free:
            self._places[key] = place
        else:
            self._collided[clinic, number] = place
        return place

    def _head(self, place: int) -> _Head:
        self._written(place)
        return _head(self._ledger.answer(place))
