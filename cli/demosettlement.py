"""Settlement in the made-up region: a run that is paid, with a payment that came back, and one that
waits for approval."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from cli.demopeople import key_of
from cli.plain import REGION
from exports.pain001 import batches_of, message_id
from invoices.payees import Bankgiro, Payee
from invoices.run import Run, payments_of
from storage.acts import Acts, Done
from storage.audit import Entry
from storage.bankanswers import take_answer
from storage.database import Database
from storage.exporting import export_run
from storage.payees import put_payee
from storage.preparing import Prepared, prepare
from storage.runs import Held, last_number
from storage.runsteps import MoveAsked, move_run
from storage.selecting import RunAsked

_NEW_BANKGIRO: Final = "9999996"
_PAID_AFTER: Final = timedelta(25)
_PREPARED_BEFORE: Final = timedelta(4)
"""Days from the last day of a run to its payment, and from being prepared to that."""


def settle(database: Database, returned: str, today: date) -> None:
    """Everything until the month before last is paid, but for the payment of one clinic; the month
    after that waits. What is there already is left alone, and a region with nothing to pay too."""
    acts = Acts(database)
    if acts.do(lambda connection: (last_number(connection, REGION)[0], [])):
        return
    last = today.replace(day=1) - timedelta(1)
    before = last.replace(day=1) - timedelta(1)
    paid_on = before + _PAID_AFTER
    first = _prepared(database, acts, RunAsked(before, paid_on), paid_on - _PREPARED_BEFORE)
    if first is None:
        return
    acts.do(lambda connection: _paid(connection, first, paid_on))
    acts.do(lambda connection: _answered(connection, first, returned, today))
    acts.do(lambda connection: _moved_house(connection, returned, paid_on, today))
    _prepared(database, acts, RunAsked(last, today + _PREPARED_BEFORE), today)


def _prepared(database: Database, acts: Acts, asked: RunAsked, on: date) -> Held | None:
    token = acts.do(lambda connection: (key_of(connection, "payout_preparer"), []))
    found = prepare(database, acts, REGION, asked, on, token)
    return found.held if isinstance(found, Prepared) else None


def _paid(connection: Connection, held: Held, on: date) -> Done[None]:
    """Approved by as many as have to, and exported."""
    entries: list[Entry] = []
    state = held.state
    for place in range(2):
        if state != "approved":
            by = _asked(connection, held, "payout_chief", on, place)
            moved, noted = move_run(connection, by, "approve")
            assert isinstance(moved, Held)
            state, entries = moved.state, [*entries, *noted]
    _, noted = export_run(connection, _asked(connection, held, "payout_preparer", on))
    return None, [*entries, *noted]


def _answered(connection: Connection, held: Held, returned: str, today: date) -> Done[None]:
    asked = _asked(connection, held, "payout_preparer", today)
    _, entries = take_answer(connection, asked, _bank_answer(held.run, returned))
    return None, entries


def _moved_house(connection: Connection, returned: str, paid_on: date, today: date) -> Done[None]:
    """The clinic whose payment came back has another account."""
    payee = Payee(returned, f"Påhittade kliniken {returned}", Bankgiro(_NEW_BANKGIRO))
    token = key_of(connection, "payout_preparer")
    _, entries = put_payee(connection, payee, min(paid_on + _PREPARED_BEFORE, today), token)
    return None, entries


def _asked(connection: Connection, held: Held, role: str, on: date, place: int = 0) -> MoveAsked:
    return MoveAsked(REGION, held.run.number, held.digest, key_of(connection, role, place), on)


def _bank_answer(run: Run, returned: str) -> bytes:
    """What a bank would say (pain.002): all is paid but for one clinic's, whose account is
    closed."""
    back = next((one.reference for one in payments_of(run) if one.payee.clinic == returned), None)
    single = "" if back is None else _single(run, back)
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id(run)}</OrgnlMsgId><GrpSts>ACSC</GrpSts>"
        f"</OrgnlGrpInfAndSts>{single}</CstmrPmtStsRpt></Document>"
    ).encode()


def _single(run: Run, reference: str) -> str:
    batch = next(
        name
        for name, some in batches_of(run).items()
        if reference in {one.reference for one in some}
    )
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId><TxInfAndSts>"
        f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>"
    )
