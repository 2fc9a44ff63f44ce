"""The closing summary: what became of the lines of a file."""

from collections import Counter

import msgspec

from adjudication.decision import Decision, Status
from adjudication.findings import LINE, WHOLE_INVOICE
from terms.money import NO_BREAK_SPACE, kronor

_STATUSES: dict[Status, str] = {
    "approved": "godkända",
    "partly_approved": "delvis godkända",
    "pending": "väntar på underlag eller bedömning",
    "denied": "avslagna",
    "invalid": "ogiltiga",
}
_AMOUNTS = {
    "claimed_ore": "begärt",
    "allowed_ore": "godkänt",
    "patient_fee_ore": "patientavgifter",
    "payable_ore": "att betala",
}
_FINDINGS = [str(kind.__struct_config__.tag) for kind in (*WHOLE_INVOICE, *LINE)]


class Tally:
    """Counts of answers. An invoice that was sent again counts as that and in no sum."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()
        self.other_lines: Counter[str] = Counter()

    def add(self, decisions: list[Decision]) -> None:
        """Count decisions; many at a time, which makes it cheap."""
        self.statuses.update([each.status for each in decisions])
        amounts = self.amounts
        amounts["claimed_ore"] += sum([each.claimed_ore for each in decisions])
        amounts["allowed_ore"] += sum([each.allowed_ore for each in decisions])
        amounts["patient_fee_ore"] += sum([each.patient_fee_ore for each in decisions])
        amounts["payable_ore"] += sum([each.payable_ore for each in decisions])
        found = [line.findings for each in decisions for line in each.lines if line.findings]
        found += [each.findings for each in decisions if each.findings]
        kinds = Counter([type(finding) for findings in found for finding in findings])
        for kind, count in kinds.items():
            self.findings[str(kind.__struct_config__.tag)] += count

    def to_bytes(self) -> bytes:
        """The counts, for another process."""
        return msgspec.json.encode(self._parts())

    def add_bytes(self, data: bytes) -> None:
        """Take in the counts of another process."""
        theirs = msgspec.json.decode(data, type=list[dict[str, int]])
        for mine, more in zip(self._parts(), theirs, strict=True):
            mine.update(more)

    def _parts(self) -> list[Counter[str]]:
        return [self.statuses, self.findings, self.amounts, self.other_lines]

    def invoices(self) -> int:
        """How many lines were invoices."""
        return self.statuses.total() + self.other_lines["sent_again"]

    def summary(self, seconds: float) -> str:
        """The counts as text for people, without what is none."""
        invoices, other = self.invoices(), self.other_lines
        statuses = [
            (f"{status} ({told})", whole(self.statuses[status]))
            for status, told in _STATUSES.items()
            if self.statuses[status]
        ]
        if other["sent_again"]:
            statuses.append(("skickade igen, med samma svar", whole(other["sent_again"])))
        unread = [
            (told, whole(other[kind]))
            for kind, told in (("malformed", "oläsliga, fick svaret malformed"), ("blank", "tomma"))
            if other[kind]
        ]
        tables = {
            "Fakturor": statuses,
            "Fynd": [
                (code, whole(self.findings[code])) for code in _FINDINGS if self.findings[code]
            ],
            "Belopp": [(told, kronor(self.amounts[field])) for field, told in _AMOUNTS.items()],
            "Andra rader": unread,
        }
        time = f"{seconds:.2f}".replace(".", ",")
        rate = whole(round(invoices / seconds)) if seconds else "–"
        lines = [f"{whole(invoices)} fakturor på {time} s, {rate} fakturor i sekunden"]
        lines += _aligned({title: rows for title, rows in tables.items() if rows})
        return "\n".join(lines) + "\n"


def whole(number: int) -> str:
    """A whole number as a Swedish reader writes it."""
    return f"{number:,}".replace(",", NO_BREAK_SPACE)


def _aligned(tables: dict[str, list[tuple[str, str]]]) -> list[str]:
    rows = [row for table in tables.values() for row in table]
    left = max(len(label) for label, _ in rows)
    right = max(len(value) for _, value in rows)
    lines = []
    for title, table in tables.items():
        lines += [title, *(f"  {label:<{left}}  {value:>{right}}" for label, value in table)]
    return lines
