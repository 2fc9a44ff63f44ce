"""What can be said of a line without knowing its patient, worked out once for lines alike."""

from datetime import date
from sys import intern

from adjudication.case import Action, Case
from adjudication.invoice import Invoice, Line
from adjudication.rows import Row, Rows
from quotas.counting import ODD, Tally
from quotas.record import SITE_MASK, Sites, what
from terms.vocabulary import CARE_LEVELS, CareLevel, Performer, Support

MOST_PLAINS = 200_000
MOST_ORE = 1_000_000_000
NO_SITE = (None, None, None)

Alike = tuple[str, Performer, str | None, str | None, str | None]
"""Code, performer, tooth, zone and surfaces."""


Plain = tuple[Action, bytes, int, Tally, Tally, int, Row | None]
"""What holds of all lines alike: action, paid, cap, at_cap, counts, per_ore, special.

The cap is the most in öre that is paid for one, or -1 where something of the line itself speaks
against it; else only the checks that look back are left to ask. `paid` says what is paid for when
the cap is paid (quotas/record.py). The action is what a duplicate repeats. `counts` and `per_ore`
are what the line adds to the tally, `at_cap` what it adds when the cap is paid, or the flag `ODD`
where there is none. Special is its row where more is to be asked or noted of it than of most.

A bare tuple, since it is taken apart for every line: a named one is taken apart six times slower.
"""


class Plains(dict[Alike, Plain]):
    """All that was worked out by the rows of a rulebook, for general or for specialist care."""

    __slots__ = ("_care_level", "_rows", "_sites", "_support")

    def __init__(self, rows: Rows, support: Support, care_level: CareLevel, sites: Sites) -> None:
        super().__init__()
        self._rows = rows
        self._sites = sites
        self._support: Support = support
        self._care_level: CareLevel = care_level

    def __missing__(self, alike: Alike) -> Plain:
        if len(self) >= MOST_PLAINS:
            self.clear()
        code, performer, tooth, zone, surfaces = alike
        key = (
            intern(code),
            performer,
            tooth and intern(tooth),
            zone and intern(zone),
            surfaces and intern(surfaces),
        )  # few texts in many keys: what is near at hand is found sooner
        plain = self[key] = self._work_out(alike)
        return plain

    def _work_out(self, alike: Alike) -> Plain:
        """Ask a line that has nothing else, and asks the highest price, all that does not look
        back."""
        code, performer, tooth, zone, surfaces = alike
        bare = Line(
            line=1,
            treated_on=date.min,
            code=code,
            price_ore=MOST_ORE,
            performer=performer,
            tooth=tooth,
            zone=zone,
            surfaces=surfaces,
        )
        row, case = self._rows[code], Case()
        case.invoice = Invoice(
            clinic="",
            number="",
            patient="",
            support=self._support,
            care_level=self._care_level,
            lines=[],
        )
        findings = case.open_line()
        for stage in (row.structure, row.rest):
            if not findings:
                for check in stage:
                    if not check.looks_back:
                        check.ask(case, bare)
        action = row.action | self._sites[tooth, zone, surfaces]
        cap = -1 if findings else case.allowed_ore
        kind, counts, per_ore = row.uses[performer]
        paid = max(cap, 0)
        special = row if row.is_special else None
        return (
            action,
            what(paid, action & SITE_MASK, kind),
            cap,
            ODD if cap < 0 else counts + cap * per_ore,
            counts,
            per_ore,
            special,
        )


def plains_of(rows: Rows, support: Support, sites: Sites) -> dict[CareLevel, Plains]:
    """Nothing known yet, at either level of care."""
    return {level: Plains(rows, support, level, sites) for level in CARE_LEVELS}
