"""What would an application lack, as it is being written? Nothing of it is kept; that somebody
tried it is noted, since the answer says what the clinic has done."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from adjudication.library import Library
from adjudication.yardstick import refusals, yardstick_of
from preassessments.application import Application
from preassessments.faults import MoveFault
from preassessments.requirements import (
    DoneAction,
    Lack,
    Part,
    lacking,
    required_parts,
    years_done,
)
from storage import tables
from storage.access import Token
from storage.acts import Done
from storage.audit import Entry
from storage.done import known_actions
from storage.enclosures import enclosure_faults
from storage.keys import Keys
from terms.person import without_dash

YEARS_SHOWN = 5
"""Calendar years, this one among them, whose actions are told."""


class Tried(NamedTuple):
    """What speaks against keeping it; what it lacks before the region takes it; every part that the
    region requires; and what the clinic itself has done for the patient lately."""

    faults: list[MoveFault]
    lacking: list[Lack]
    parts: list[Part]
    done: list[DoneAction]


def try_application(
    connection: Connection, library: Library, sent: Application, token: Token, today: date
) -> Done[Tried]:
    """The same as is asked when it is kept and submitted."""
    faults = refusals(library, sent)
    if faults:
        return Tried(faults, [], [], []), []
    content = sent.content
    patient = connection.scalar(
        select(tables.patient.c.id).where(tables.patient.c.number == without_dash(sent.patient))
    )
    done, entries = [], []
    asked = {today.year, *years_done(content)}
    if patient is not None:
        years = asked | set(range(today.year - YEARS_SHOWN + 1, today.year))
        known = known_actions(connection, patient, sent.support, years)
        done = [one.action for one in known if one.clinic == sent.clinic]
        entries = [Entry("try_application", token.id, patient)]
    clinic = Keys().known_clinics(connection, [sent.clinic]).get(sent.clinic, 0)
    faults = enclosure_faults(connection, clinic, patient, content)
    listed = [one for one in done if one.treated_on.year in asked]
    yardstick = yardstick_of(library, sent.region, sent.support, today, listed)
    return Tried(faults, lacking(content, yardstick), required_parts(content, yardstick), done), (
        entries
    )
