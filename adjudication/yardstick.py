"""What is an application held against on a day?"""

from collections.abc import Collection
from datetime import date

from adjudication.library import Library
from preassessments.requirements import DoneAction, Yardstick
from terms.vocabulary import Support


def yardstick_of(
    library: Library,
    region: str,
    support: Support,
    on: date,
    done: Collection[DoneAction] = (),
) -> Yardstick:
    """The rules in force on a day in a region that has rules for the support. `done` is what the
    region knows that the clinic has done."""
    rules = library.regions[region]
    editions = rules.applications.get(support)
    return Yardstick(
        support=support,
        on=on,
        rules=None if editions is None else editions.on(on),
        cards=rules.cards.on(on) or next(iter(rules.cards)),
        codes=library.codes_of(rules).numbers,
        contract=library.contract["application"],
        sources=library.sources,
        done=done,
    )
