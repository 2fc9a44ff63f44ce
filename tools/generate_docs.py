"""Write the pages that are made from the code and the rule files; `--check` only compares.

docs/findings.md                        every finding, in the order asked
docs/rulebooks/<region>-<support>.md    the newest rule book of each region and support
docs/settlement/*                       the files of an example run
docs/figures/*                          the charts of made-up figures
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from adjudication import findings  # noqa: E402
from adjudication.library import Library, RegionRules  # noqa: E402
from adjudication.packaged import packaged_library  # noqa: E402
from adjudication.wording.reference import Fact, reference  # noqa: E402
from adjudication.wording.rulebook import as_markdown, books_on  # noqa: E402
from adjudication.wording.sources import Sources  # noqa: E402
from terms.vocabulary import Support  # noqa: E402
from tools import example_figures, example_settlement  # noqa: E402

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
"""The kinds of rules that a finding may rest on, besides those of the contract."""

OF_CONTRACT: Final = {"price_above_tariff": ("approved_by_assessor",)}
"""The contract's rules that a finding may rest on, besides the one of its name."""


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


def _finding(kind: type[findings.Finding], library: Library, sources: Sources) -> list[str]:
    one = reference(kind)
    outcome = "decides nothing by itself" if one.outcome is None else f"`{one.outcome}`"
    facts = [f"`{fact.name}` ({_kind(fact)})" for fact in one.facts]
    lines = [f"### `{one.code}`", "", one.meaning, ""]
    lines += [f"- Outcome: {outcome}", f"- Facts: {', '.join(facts) or 'none'}"]
    lines += [f"- Rests on {rule}" for rule in _rules(one.code, library, sources)]
    lines += ["", f"> {one.text}"]
    if one.cure is not None:
        lines += [">", f"> *Att göra:* {one.cure}"]
    return [*lines, ""]


def _kind(fact: Fact) -> str:
    """What stands in a fact in JSON."""
    return f"{fact.kind}, or absent" if fact.is_optional else fact.kind


def _rules(code: str, library: Library, sources: Sources) -> Iterator[str]:
    """The rules that a finding may rest on: the contract's, and each region's together."""
    for name in (code, *OF_CONTRACT.get(code, ())):
        if name not in library.contract:
            continue
        citation = library.contract[name]
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
    written = {path: text.encode() for path, text in pages().items()}
    written |= {
        DOCS / "settlement" / name: file for name, file in example_settlement.files().items()
    }
    written |= {DOCS / "figures" / name: file for name, file in example_figures.files().items()}
    for path, content in written.items():
        if path.exists() and path.read_bytes() == content:
            continue
        outdated += 1
        if "--check" in arguments:
            print(f"{path.relative_to(PROJECT)} is out of date: run make docs")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"wrote {path.relative_to(PROJECT)}")
    return 1 if outdated and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
