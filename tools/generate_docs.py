"""Write the pages that are made from the code and the rule files; `--check` only compares.

docs/findings.md                        every finding, in the order asked
docs/rulebooks/<region>-<support>.md    the newest rule book of each region and support
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, get_type_hints

import msgspec

PROJECT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from adjudication import findings  # noqa: E402
from adjudication.library import Library, RegionRules  # noqa: E402
from adjudication.packaged import packaged_library  # noqa: E402
from adjudication.wording.about import NO_LINE, About  # noqa: E402
from adjudication.wording.findings import words_of  # noqa: E402
from adjudication.wording.rulebook import as_markdown, books_on  # noqa: E402
from adjudication.wording.sources import Sources  # noqa: E402
from terms.vocabulary import Support  # noqa: E402

DOCS: Final = PROJECT / "docs"
"""Where the pages are kept."""

OPENING: Final = """\
# Findings

Every finding there is, in the order in which it is asked and in which it stands in a decision.
Codes are never renamed. What a finding says to the clinic is given in Swedish, with numbers made up
for the page; *Att göra* is what would cure it. A finding decides the outcome of its line, unless it
says that it decides nothing; of several the strongest does: {strongest}.

Written by `make docs` from `adjudication/findings.py`, `adjudication/wording/` and the rule files.
"""

SAMPLES: Final[dict[str, Any]] = {
    "lines": [2],
    "received_on": date(2026, 3, 5),
    "zones": ["18-11", "13-23", "21-28"],
    "last_day": date(2026, 6, 30),
    "valid_from": date(2022, 3, 1),
    "valid_to": date(2026, 2, 28),
    "performed_by": "dentist",
    "bill_as": "113",
    "fact": "peri_implantitis",
    "positions": [1, 2, 3, 4, 5],
    "with_code": "101",
    "combination_excluded.with_code": "207",
    "document": "record_copy",
    "months": 10,
    "previous_on": date(2026, 1, 20),
    "next_on": date(2026, 11, 20),
    "tariff_ore": 143_000,
    "preassessment": "B-26-001",
    "limit": 8,
    "used": 8,
    "limit_ore": 1_600_000,
    "used_ore": 1_446_000,
}
"""A value for each fact, so that the page shows what a clinic would read."""

SAMPLE_CODES: Final = {
    "action_unknown": "199",
    "tooth_invalid": "401",
    "zone_missing": "404",
    "zone_invalid": "404",
    "performer_not_allowed": "103",
    "action_not_covered": "800",
    "coverage_condition_unmet": "880",
    "tooth_missing": "801",
    "position_not_covered": "801",
    "combination_excluded": "341",
    "interval_not_elapsed": "112",
    "tariff_price_missing": "435",
    "preassessment_not_usable": "405",
    "preassessment_required": "405",
    "limit_reached": "206",
}
"""A code that each finding may be of; others are of 342."""

SAMPLE_LINE: Final = About("342", date(2026, 3, 6), 200_000, date(2026, 6, 30), stands_in=True)

KINDS: Final = {
    "zone_missing": ("zone",),
    "zone_invalid": ("zone",),
    "deadline_passed": ("deadline",),
    "card_missing": ("card",),
    "card_not_valid_on_day": ("card",),
    "performer_not_allowed": ("performer",),
    "action_not_covered": ("coverage",),
    "coverage_condition_unmet": ("condition",),
    "tooth_missing": ("position",),
    "position_not_covered": ("position",),
    "combination_excluded": ("exclusion",),
    "motivation_missing": ("motivated_combination",),
    "document_missing": ("motivated_combination", "document"),
    "motivation_to_assess": ("motivated_combination",),
    "interval_not_elapsed": ("interval",),
    "tariff_price_missing": ("tariff",),
    "price_above_tariff": ("tariff", "carrying"),
    "preassessment_not_usable": ("carrying",),
    "preassessment_required": ("application",),
    "limit_reached": ("limit",),
    "ceiling_reached": ("ceiling",),
    "preassessment_applied": ("carrying",),
}
"""The kinds of rules that a finding may rest on, besides the contract's rule of its name."""


def pages() -> dict[Path, str]:
    """The generated pages by path."""
    library = packaged_library()
    found = {DOCS / "findings.md": findings_page(library)}
    for name, region in library.regions.items():
        for support in region.directions:
            (book,) = books_on(library, region, support, newest_day(region, support))
            found[DOCS / "rulebooks" / f"{name}-{support}.md"] = _text(as_markdown(book))
    return found


def newest_day(region: RegionRules, support: Support) -> date:
    """The day from which the newest of each file is in force: no page changes with the clock."""
    timelines = (region.directions[support], region.cards, region.fees, region.prices)
    return max(timeline.first_days[-1] for timeline in timelines)


def findings_page(library: Library) -> str:
    """The reference page."""
    strongest = ", ".join(f"`{outcome}`" for outcome in findings.STRONGEST_FIRST)
    lines, sources = [OPENING.format(strongest=strongest)], Sources()
    parts: list[tuple[str, Sequence[type[findings.Finding]]]] = [
        ("The whole invoice", findings.WHOLE_INVOICE),
        ("A line", findings.LINE),
    ]
    for title, kinds in parts:
        lines += [f"## {title}", ""]
        for kind in kinds:
            lines += _finding(kind, library, sources)
    lines += ["## Sources", "", *(f"- {source}" for source in sources.listed())]
    return _text(lines)


def code_of(kind: type[findings.Finding]) -> str:
    """The code of a kind of finding."""
    return str(kind.__struct_config__.tag)


def sample(kind: type[findings.Finding]) -> findings.AnyFinding:
    """A finding of the kind with made-up facts."""
    names = [field.name for field in _facts(kind)]
    facts = {name: SAMPLES.get(f"{code_of(kind)}.{name}", SAMPLES[name]) for name in names}
    made: findings.AnyFinding = kind(rule=f"contract/{code_of(kind)}", **facts)  # type: ignore[assignment]
    return made


def sample_line(kind: type[findings.Finding]) -> About:
    """A line that a finding of the kind may be of."""
    if kind in findings.WHOLE_INVOICE:
        return NO_LINE
    last_day = None if kind is findings.DeadlinePassed else SAMPLE_LINE.last_day
    code = SAMPLE_CODES.get(code_of(kind), SAMPLE_LINE.code)
    return SAMPLE_LINE._replace(code=code, last_day=last_day)


def _facts(kind: type[findings.Finding]) -> list[msgspec.structs.FieldInfo]:
    return [field for field in msgspec.structs.fields(kind) if field.name != "rule"]


def _finding(kind: type[findings.Finding], library: Library, sources: Sources) -> list[str]:
    words = words_of(sample(kind), sample_line(kind))
    outcome = "decides nothing by itself" if kind.outcome is None else f"`{kind.outcome}`"
    facts = [f"`{field.name}` ({_type(kind, field.name)})" for field in _facts(kind)]
    lines = [f"### `{code_of(kind)}`", "", " ".join((kind.__doc__ or "").split()), ""]
    lines += [f"- Outcome: {outcome}", f"- Facts: {', '.join(facts) or 'none'}"]
    lines += [f"- Rests on {one}" for one in _rules(code_of(kind), library, sources)]
    lines += ["", f"> {words.what}"]
    if words.cure is not None:
        lines += [">", f"> *Att göra:* {words.cure}"]
    return [*lines, ""]


def _type(kind: type[findings.Finding], name: str) -> str:
    """A fact's type as it stands in JSON."""
    said = get_type_hints(kind)[name]
    names = {date: "day", int: "whole number", str: "text"}
    names |= {list[int]: "list of whole numbers", list[str]: "list of texts"}
    return names.get(said) or f"{names[said.__args__[0]]}, or absent"


def _rules(code: str, library: Library, sources: Sources) -> Iterator[str]:
    """The rules that a finding may rest on: the contract's, and each region's together."""
    if code in library.contract:
        citation = library.contract[code]
        yield f"`{citation.rule}` ({sources.place(citation)})"
    for region in library.regions.values():
        found = {
            f"`{one.rule}` ({sources.reference(one)})": None
            for support in region.directions
            for book in books_on(library, region, support, newest_day(region, support))
            for section in book.sections
            for one in section.statements
            if one.kind in KINDS.get(code, ())
        }
        if found:
            yield f"{', '.join(found)} of {region.name}"


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` say which are out of date."""
    outdated = 0
    for path, text in pages().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        outdated += 1
        if "--check" in arguments:
            print(f"{path.relative_to(PROJECT)} is out of date: run make docs")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(PROJECT)}")
    return 1 if outdated and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
