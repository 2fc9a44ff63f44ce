"""Whatever is sent, assessed, credited and decided again, settled at any moment, discarded and sent
back by the bank: what a clinic was paid is what its decisions come to, to the öre.

The histories are those of test_joint_machine.py, which holds the decisions themselves; the sums
here are of lines and fees as they stand (storage/current.py), which no run looks at.
"""

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from invoices.payees import Bankgiro, Payee
from invoices.run import payments_of
from storage import tables
from storage.audit import Break, verify
from storage.bankanswers import Answered, take_answer
from storage.checking import faults
from storage.coming import coming_to
from storage.database import Database
from storage.exporting import Exported, export_run
from storage.payees import PaidFrom, put_payee, put_payer
from storage.preparing import Prepared, RunFault, prepare
from storage.proving import prove
from storage.runs import Held
from storage.runsteps import MoveAsked, move_run
from storage.selecting import RunAsked
from tests import histories
from tests.paying import REGION, bank_answer, issued
from tests.storage import test_joint_machine
from tests.storage.test_machine import empty
from tools.example_settlement import PAYER

LAST = date(2028, 12, 31)
"""After everything: invoices come in until 2027."""
IS_SOAK = settings.get_current_profile_name() == "soak"
MUCH = settings(
    max_examples=100 if IS_SOAK else 4,
    stateful_step_count=40 if IS_SOAK else 16,
    suppress_health_check=list(HealthCheck),
)


class Machine(test_joint_machine.Machine):
    """Settles beside everything else."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.preparer = issued(self.acts, "preparer", "payout_preparer", "P-1")
        self.chief = issued(self.acts, "chief", "payout_chief", "P-2")
        self.approver = issued(self.acts, "approver", "payout_approver", "P-3")
        for clinic in "AB":
            payee = Payee(clinic, f"Kliniken {clinic}", Bankgiro("99999997"))
            self.acts.do(lambda c, payee=payee: put_payee(c, payee, date(2026, 1, 1), None))  # type: ignore[misc]
        paid_from = PaidFrom(PAYER, "common-3")
        self.acts.do(lambda c: (None, put_payer(c, REGION, paid_from, date(2026, 1, 1), None)))

    @precondition(lambda self: self.first)
    @rule(
        through_on=st.one_of(st.just(LAST), st.sampled_from(histories.DAYS)),
        is_discarded=st.integers(0, 3).map(lambda drawn: drawn == 0),
        returned=st.integers(0, 3),
    )
    def pay(self, through_on: date, is_discarded: bool, returned: int) -> None:
        """A run up to some day, of which a payment may come back."""
        asked, coming = RunAsked(through_on, LAST), self.coming()
        found = prepare(self.database, self.acts, REGION, asked, LAST, self.preparer)
        if not isinstance(found, Prepared):
            assert found == [RunFault("nothing_to_settle")]
            return
        held = found.held
        for share in held.run.shares if through_on == LAST else ():
            sum_ore = share.balance.payment_ore + share.balance.carried_forward_ore
            assert coming[share.clinic] == sum_ore
        if is_discarded:
            self.moved(held, "discard", self.approver)
            return
        if self.moved(held, "approve", self.chief).state != "approved":
            self.moved(held, "approve", self.approver)
        asked_by = MoveAsked(REGION, held.run.number, held.digest, self.preparer, LAST)
        exported = self.acts.do(lambda c: export_run(c, asked_by))
        assert isinstance(exported, Exported)
        payments = payments_of(held.run)
        if returned < len(payments):
            content = bank_answer(held, "PART", {payments[returned].reference: "RJCT"})
            answer = self.acts.do(lambda c: take_answer(c, asked_by, content))
            assert isinstance(answer, Answered)
        self.need_equal(is_all=through_on == LAST)

    def coming(self) -> dict[str, int]:
        """What each clinic is told to come to it."""
        with self.database.reading() as connection:
            clinics = connection.scalars(select(tables.clinic.c.hsa_id)).all()
            return {one: coming_to(connection, REGION, one, LAST).sum_ore for one in clinics}

    def moved(self, held: Held, move: Any, token: int) -> Held:
        asked = MoveAsked(REGION, held.run.number, held.digest, token, LAST)
        found = self.acts.do(lambda c: move_run(c, asked, move))
        assert isinstance(found, Held), found
        return found

    def need_equal(self, *, is_all: bool) -> None:
        """Decisions, ledger and files agree; where all is settled it is what stands."""
        with self.database.reading() as connection:
            proof = prove(connection, REGION, LAST)
        assert proof.differences == []
        if not is_all:
            return
        standing = Counter[str]()
        for one in self.currents().values():
            standing[one.invoice.clinic] += sum(
                line.allowed_ore for line in one.lines.values() if line.is_standing
            ) - sum(one.fees_left().values())
        paid = {one.clinic: one.paid_ore - one.returned_ore + one.owed_ore for one in proof.clinics}
        assert paid == {clinic: standing[clinic] for clinic in paid}
        assert all(clinic in paid or not ore for clinic, ore in standing.items())

    # What the other machine holds at every step; here it is held where something is paid

    def what_stands_is_within_what_the_rules_allow(self) -> None: ...

    def a_visit_costs_no_more_than_its_fee(self) -> None: ...

    def decisions_say_what_stands(self) -> None: ...

    def applications_stand_as_the_model_has_them(self) -> None: ...

    def what_is_remembered_is_what_the_rows_say(self) -> None: ...

    def teardown(self) -> None:
        self.pay_all()
        with self.database.reading() as connection:
            assert list(faults(connection)) == []
            assert not any(isinstance(one, Break) for one in verify(connection))

    def pay_all(self) -> None:
        if self.first:
            Machine.pay(self, LAST, False, 3)


def test_what_is_paid_is_what_is_decided(database: Database) -> None:
    class OnEmptyDatabase(Machine):
        def __init__(self) -> None:
            empty(database)
            super().__init__(database)

    run_state_machine_as_test(OnEmptyDatabase, settings=MUCH)
