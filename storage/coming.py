"""What a clinic is going to be paid: approved and not settled yet, and the run that is open."""

from datetime import date

import msgspec
from sqlalchemy import Connection

from storage.booking import balance_before
from storage.clinicids import clinic_key
from storage.parts import owed_ore, until
from storage.payees import has_account
from storage.runs import find_run, last_number


class OpenPart(msgspec.Struct, frozen=True):
    """A clinic's part of a run that is not exported yet, and so may still be discarded."""

    through_on: date
    pay_on: date
    payment_ore: int


class Coming(msgspec.Struct, frozen=True):
    """What decisions up to today owe a clinic beside what is settled, and what the ledger brings
    forward (negative for a debt), in öre; whether there is an account to pay it to; and the
    clinic's part of the run that is open, None where there is none. `sum_ore` is what a run of all
    of it would pay; negative is a debt."""

    owed_ore: int
    brought_forward_ore: int
    sum_ore: int
    has_account: bool
    open: OpenPart | None


def coming_to(connection: Connection, region: str, clinic: str, today: date) -> Coming:
    """What comes to a clinic, of the same as a run is made of."""
    key = clinic_key(connection, clinic)
    if key is None:
        return Coming(0, 0, 0, has_account=False, open=None)
    owed, before = owed_ore(connection, key, until(today)), balance_before(connection, key)
    return Coming(
        owed,
        before,
        owed + before,
        has_account(connection, key, today),
        _open_part(connection, region, clinic),
    )


def _open_part(connection: Connection, region: str, clinic: str) -> OpenPart | None:
    number, is_closed = last_number(connection, region)
    held = None if is_closed else find_run(connection, region, number)
    if held is None:
        return None
    run = held.run
    return next(
        (
            OpenPart(run.through_on, run.pay_on, one.balance.payment_ore)
            for one in run.shares
            if one.clinic == clinic
        ),
        None,
    )
