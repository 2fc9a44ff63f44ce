"""All that an assessor has before them of an application: what is kept of it, how the patient
stands, what the rules say of the plan, what was decided on like cases."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from adjudication.decision import Decision
from adjudication.library import Library
from adjudication.planned import billed_today
from adjudication.standing import Standing, standing
from adjudication.yardstick import yardstick_of
from preassessments.requirements import Lack, Part, required_parts
from storage.access import Token
from storage.acts import Done
from storage.applications import KeptApplication, lacks_of, read_application
from storage.audit import Entry
from storage.heads import Head, head_shown_to
from storage.keeper import Keeper
from storage.precedents import Precedent, own_motives, precedents
from storage.queue import OPENING
from storage.recipients import recipients
from storage.waiting import decide_by


class CaseFile(NamedTuple):
    """`trial` is what the rules would answer if the plan were billed today without a decision, None
    where it has no lines; `parts` are those that the region asks for, `lacking` what is against
    taking the application as it is; `decide_by` the last day on which a decision is in time, where
    the region has such a day; assessors
    and consultants are those to whom it can go; `motives` what whoever asks said lately."""

    kept: KeptApplication
    standing: Standing
    trial: Decision | None
    parts: list[Part]
    lacking: list[Lack]
    precedents: dict[str, list[Precedent]]
    submitted_on: date | None
    decide_by: date | None
    assessors: list[str]
    consultants: list[str]
    motives: list[str]


def read_case_file(keeper: Keeper, key: int, token: Token, today: date) -> CaseFile | None:
    """The file of an application; None where there is none that the token may see. Both looks, at
    the application and at how the patient stands, are noted."""

    def work(connection: Connection) -> Done[CaseFile | None]:
        library = keeper.library
        kept, entries = read_application(connection, library, key, token, today)
        head = head_shown_to(connection, key, token)
        if kept is None or head is None:
            return None, []
        found = _file(connection, keeper, kept, head, token, today)
        looked = Entry("read_standing", token.id, head.patient_id, subject="assessment")
        return found, [*entries, looked]

    return keeper.acts.do(work)


def _file(
    connection: Connection,
    keeper: Keeper,
    kept: KeptApplication,
    head: Head,
    token: Token,
    today: date,
) -> CaseFile:
    library, content = keeper.library, kept.content
    _, _, patient = keeper.patients.read(connection, {head.patient})[head.patient]
    invoice = billed_today(
        library, head.clinic, head.patient, head.region, head.support, content, today
    )
    trial = None
    if invoice is not None:
        trial, _ = keeper.adjudicator.adjudicate(invoice, patient, today)
    submitted_on = _submitted_on(kept)
    return CaseFile(
        kept,
        standing(library, patient, head.patient, head.support, today, head.region),
        trial,
        _parts(library, head, kept, today),
        _lacks(library, head, kept, today),
        precedents(connection, head, {line.code for line in content.lines or ()}),
        submitted_on,
        decide_by(library, head.region, head.support, submitted_on),
        recipients(connection, "assessor", today),
        recipients(connection, "consultant", today),
        own_motives(connection, token.id),
    )


def _parts(library: Library, head: Head, kept: KeptApplication, today: date) -> list[Part]:
    """The parts that the region asks of this plan."""
    yardstick = yardstick_of(library, head.region, head.support, today)
    return [one for one in required_parts(kept.content, yardstick) if one.is_due]


def _lacks(library: Library, head: Head, kept: KeptApplication, today: date) -> list[Lack]:
    """What is against taking it as it is, whoever it waits for."""
    return lacks_of(library, head, kept.content, kept.known, today)


def _submitted_on(kept: KeptApplication) -> date | None:
    """When the region got it, or got it back."""
    opened = [one.moved_on for one in kept.moves if one.move in OPENING]
    return max(opened, default=None)
