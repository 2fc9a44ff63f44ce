"""Can an application be taken at all, and what is it held against on a day?"""

from collections.abc import Collection
from datetime import date

from adjudication.library import Library
from preassessments.application import Application
from preassessments.faults import MoveFault, fault
from preassessments.requirements import DoneAction, Yardstick
from terms.person import is_person_number
from terms.vocabulary import Support


def refusals(library: Library, sent: Application) -> list[MoveFault]:
    """Why nothing is kept of an application: asked first and alone, that its patient has a
    protected identity; else that it is nobody's, or that there are no rules for it."""
    if sent.protected_identity:
        return [fault("protected_identity", "$.protected_identity")]
    found = []
    if not is_person_number(sent.patient):
        found.append(fault("patient_id_invalid", "$.patient"))
    region = library.regions.get(sent.region)
    if region is None or sent.support not in region.directions:
        path = "$.region" if region is None else "$.support"
        known = ", ".join(
            f"{name}/{support}"
            for name, one in sorted(library.regions.items())
            for support in one.directions
        )
        found.append(fault("rules_missing", path, known=known))
    return found


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
