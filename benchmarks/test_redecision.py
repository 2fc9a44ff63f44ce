"""What does it cost to see what a corrected rule would change?

A region's year is kept on SQLite. Then the price of one action is corrected, and every invoice of
the region is read from the database and decided again, as a proposal that is kept with what it
would change; against decoding, deciding and encoding the same invoices in memory, by a desk that
first takes in the same cards and applications. By the
processor's time, in turns. A run beside it, over a twentieth of the patients, says whether memory
grows with what is decided again.
"""

from datetime import date
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import process_time
from typing import Any

import msgspec

from adjudication.desk import Desk
from adjudication.invoice import Invoice
from adjudication.library import Library
from adjudication.packaged import packaged_files, packaged_library
from benchmarks.conftest import Ask
from benchmarks.databases import batches, prepared, sqlite
from benchmarks.fresh import call, tell
from benchmarks.pipes import REGION, decode, desk_for, frozen, received, whole_pipe
from benchmarks.questions import Figure, Question
from benchmarks.scale import Scale
from benchmarks.workload import Workload
from population.region import year
from storage.causes import RulesChanged
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.proposals import Proposal
from storage.proposing import propose

REDECISION = Question("A year previewed anew, SQLite", "× decided in memory", must=2, aim=1.7)
MEMORY = Question("Memory of a year previewed anew", "× a twentieth of it", must=1.3, aim=1.15)

SEED = 2026
FIRST_ON, LAST_ON = date(2026, 1, 1), date(2026, 12, 31)
INVOICES_A_PATIENT = 3.7
AT_ONCE = 1_000
CAUSE = RulesChanged(REGION, "F", FIRST_ON, LAST_ON)
CORRECTED = ("113,", ",535,", ",505,")
"""A line of the price list, and of it the price as it was and as it is."""


def test_redecision(ask: Ask, scale: Scale) -> None:
    """All invoices of one region, one price of which was corrected."""
    ask(
        REDECISION,
        lambda: Figure(*call(preview, scale.command_invoices, scale.kept_passes)),
    )


def test_memory(ask: Ask, scale: Scale) -> None:
    """What the whole takes at most, by what a small part of it does."""

    def measured() -> Figure:
        few, many = (call(memory, int(scale.command_invoices * part)) for part in (1 / 20, 1))
        return Figure(many / few, f"{few / 1024:.0f} and {many / 1024:.0f} MiB grown at most")

    ask(MEMORY, measured)


def preview(invoices: int, passes: int) -> tuple[float, str]:
    """The ratio, and what was seen."""
    work = _work(invoices)
    corrected = corrected_library()
    ratios, notes = [], ""
    with sqlite() as new_url, prepared(new_url(), work) as (database, _):
        _keep(database, work)
        known = desk_for(corrected, work)
        mine = [one for one in work.invoices if _is_touched(known, decode(one))]
        of_mine = work._replace(cards=[one for one in work.cards if one.region == REGION])
        for this in range(passes):
            with frozen():
                begun = process_time()
                whole_pipe(mine, desk_for(corrected, of_mine).decide)
                decided = process_time() - begun
            with frozen():
                begun = process_time()
                proposal = _propose(database, corrected)
                proposed = process_time() - begun
            ratios.append(proposed / decided)
            summary = proposal.summary
            notes = (
                f"{len(mine)} invoices, {proposed / len(mine) * 1e6:.0f} µs each; "
                f"{summary.invoices} would change, by "
                f"{(summary.after.payable_ore - summary.before.payable_ore) // 100} kr"
            )
            tell(f"pass {this + 1} of {passes}: {ratios[-1]:.2f} × decided in memory")
    return median(ratios), notes


def memory(invoices: int) -> int:
    """By how many KiB the process has grown at most while a proposal was made."""
    work = _work(invoices)
    with sqlite() as new_url, prepared(new_url(), work) as (database, _):
        _keep(database, work)
        corrected = corrected_library()
        _propose(database, corrected, last=date(2026, 1, 31))
        before = getrusage(RUSAGE_SELF).ru_maxrss
        _propose(database, corrected)
        return max(getrusage(RUSAGE_SELF).ru_maxrss - before, 1)


def corrected_library() -> Library:
    """The packaged rules with another price of one action."""
    files = packaged_files()
    code, was, now = CORRECTED
    for name, content in files.items():
        if name.endswith(".csv"):
            lines = content.decode().splitlines(keepends=True)
            places = [place for place, one in enumerate(lines) if one.startswith(code)]
            assert len(places) == 1, name
            assert was in lines[places[0]], lines[places[0]]
            lines[places[0]] = lines[places[0]].replace(was, now)
            files[name] = "".join(lines).encode()
    return Library(files)


def _work(invoices: int) -> Workload:
    made = year(SEED, int(invoices / INVOICES_A_PATIENT), FIRST_ON)
    return Workload(
        made.cards, made.preassessments, [msgspec.json.encode(one) for one, _ in made.invoices]
    )


def _keep(database: Database, work: Workload) -> None:
    keeper = Keeper(database, packaged_library(), REGION)
    for batch in batches(work.invoices, AT_ONCE):
        keeper.submit([Sent(one, received(one)) for one in map(decode, batch)])


def _propose(database: Database, library: Library, last: date = LAST_ON) -> Proposal:
    cause: Any = msgspec.structs.replace(CAUSE, treated_to=last)
    proposal = propose(Keeper(database, library, REGION), cause, LAST_ON)
    assert proposal is not None
    return proposal


def _is_touched(desk: Desk, invoice: Invoice) -> bool:
    """Whether the patient has a card of the region's for the support: its invoices are decided
    again."""
    cards = desk.cards.of(invoice.patient.replace("-", ""))
    return any(card.region == REGION for card in cards)
