"""Settling in a database: clinics with accounts, persons with tokens, invoices to pay."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from adjudication.invoice import Invoice
from exports.pain001 import batches_of, message_id
from invoices.payees import BankAccount, Bankgiro, Payee
from registry.cards import Card
from registry.roles import Role
from storage import tables
from storage.access import issue
from storage.acts import Acts, Done
from storage.bankanswers import take_answer
from storage.crediting import credit_invoice
from storage.database import Database
from storage.exporting import Exported, export_run
from storage.keeper import Keeper, Sent
from storage.payees import PaidFrom, put_payee, put_payer
from storage.preparing import Prepared, prepare
from storage.reference import put_cards
from storage.runs import Held
from storage.runsteps import MoveAsked, move_run
from storage.selecting import RunAsked
from tests import desks
from tests.commands import card, invoice, line
from tests.desks import Row
from tools.example_settlement import PAYER

REGION = "jonkoping"
TODAY = date(2026, 11, 20)
THROUGH, PAY_ON = date(2026, 11, 15), date(2026, 11, 25)
ASKED = RunAsked(THROUGH, PAY_ON)
CLINICS = ("SE2321000057-4F10", "SE2321000057-4F2A", "SE2321000057-4F31")
ACCOUNTS = (Bankgiro("99999997"), BankAccount("5022", "1234567"), Bankgiro("9999996"))
PATIENTS = tuple(desks.person_number(date(1950, 1, day)) for day in range(1, 6))


class Persons(NamedTuple):
    """The keys of tokens: a preparer and the same person as approver, two approvers, a chief."""

    preparer: int
    same: int
    approver: int
    second: int
    chief: int


def issued(
    acts: Acts, name: str, role: Role, person: str | None, works_at: Sequence[str] = ()
) -> int:
    """The key of a new token."""

    def work(connection: Connection) -> Done[int]:
        _, entry = issue(connection, name, role, None, person=person, works_at=works_at)
        return int(entry.subject or 0), [entry]

    return acts.do(work)


class Office:
    """A region's finance, over a database."""

    def __init__(self, database: Database, clinics: Sequence[str] = CLINICS) -> None:
        self.database = database
        self.acts = Acts(database)
        self.keeper = Keeper(database, desks.library(), REGION)
        self.numbered = 0
        self.persons = Persons(
            issued(self.acts, "preparer", "payout_preparer", "P-1"),
            issued(self.acts, "preparer as approver", "payout_approver", "P-1"),
            issued(self.acts, "approver", "payout_approver", "P-2"),
            issued(self.acts, "second approver", "payout_approver", "P-3"),
            issued(self.acts, "chief", "payout_chief", "P-4"),
        )
        for place, clinic in enumerate(clinics):
            self.pay_to(Payee(clinic, f"Kliniken {place}", ACCOUNTS[place % len(ACCOUNTS)]))
        paid_from = PaidFrom(PAYER, "common-3")
        first = date(2026, 1, 1)
        self.acts.do(lambda c: (None, put_payer(c, REGION, paid_from, first, None)))
        cards = [card(f"F-{place}", patient=one) for place, one in enumerate(PATIENTS)]
        given = msgspec.convert(cards, list[Card])
        self.acts.do(lambda c: (None, put_cards(c, desks.library(), given)))

    def pay_to(self, payee: Payee, valid_from: date = date(2026, 1, 1)) -> None:
        """A clinic's money goes there."""
        self.acts.do(lambda c: put_payee(c, payee, valid_from, None))

    def submit(self, *lines: Row, **fields: Any) -> int:
        """An invoice that is kept, by its key."""
        self.numbered += 1
        row = invoice(
            f"A-{self.numbered}",
            **{
                "patient": PATIENTS[self.numbered % len(PATIENTS)],
                "clinic": CLINICS[self.numbered % len(CLINICS)],
                "received_on": "2026-11-02",
                "lines": list(lines) or [care()],
                **fields,
            },
        )
        received_on = date.fromisoformat(row["received_on"])
        sent = Sent(msgspec.convert(row, Invoice), received_on)
        (answer,) = self.keeper.submit([sent])
        assert answer is not None
        assert answer.key is not None, answer.answer
        return answer.key

    def credit(self, key: int, lines: list[int] | None = None, on: date = THROUGH) -> None:
        """Lines of an invoice are taken back by its clinic."""
        assert self.acts.do(lambda c: credit_invoice(c, key, lines, on))

    def prepare(self, asked: RunAsked = ASKED, today: date = TODAY) -> Any:
        """A run, or why there is none."""
        return prepare(self.database, self.acts, REGION, asked, today, self.persons.preparer)

    def prepared(self, asked: RunAsked = ASKED) -> Held:
        """A run that is new."""
        found = self.prepare(asked, max(TODAY, asked.through_on))
        assert isinstance(found, Prepared), found
        assert found.is_new
        return found.held

    def move(self, held: Held, move: Any, token: int, digest: str | None = None) -> Any:
        """A run, or why it is not moved."""
        asked = MoveAsked(REGION, held.run.number, digest or held.digest, token, TODAY)
        return self.acts.do(lambda c: move_run(c, asked, move))

    def approved(self, held: Held) -> Held:
        """By as many as have to."""
        found = self.move(held, "approve", self.persons.chief)
        assert isinstance(found, Held), found
        if found.state != "approved":
            found = self.move(held, "approve", self.persons.approver)
            assert isinstance(found, Held), found
        assert found.state == "approved"
        return found

    def export(self, held: Held, token: int | None = None) -> Any:
        """The files, or why there are none."""
        by = token or self.persons.preparer
        asked = MoveAsked(REGION, held.run.number, held.digest, by, TODAY)
        return self.acts.do(lambda c: export_run(c, asked))

    def settled(self, asked: RunAsked = ASKED) -> Exported:
        """A run that is prepared, approved and exported."""
        found = self.export(self.approved(self.prepared(asked)))
        assert isinstance(found, Exported), found
        return found

    def answer(
        self,
        held: Held,
        of_all: str,
        single: Mapping[str, str] | None = None,
        about: str | None = None,
    ) -> Any:
        """The bank answers for the whole file, or for single payments."""
        content = bank_answer(held, of_all, single or {}, about)
        asked = MoveAsked(REGION, held.run.number, held.digest, self.persons.preparer, TODAY)
        return self.acts.do(lambda c: take_answer(c, asked, content))

    def contents(self) -> dict[str, bytes]:
        """Every file of every run."""
        table = tables.run_file
        with self.database.reading() as connection:
            return dict(connection.execute(select(table.c.name, table.c.content)).all())

    def count(self, name: str) -> int:
        """How many rows a table has."""
        table = tables.metadata.tables[name]
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0


def bank_answer(
    held: Held, of_all: str, single: Mapping[str, str], about: str | None = None
) -> bytes:
    """A pain.002 about the file of a run: of all of it, or of single payments by reference."""
    batch = next(iter(batches_of(held.run)), "none")
    payments = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{state}</TxSts>"
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for reference, state in single.items()
    )
    batches = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{payments}</OrgnlPmtInfAndSts>"
        if single
        else ""
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{about or message_id(held.run)}</OrgnlMsgId>"
        f"<GrpSts>{of_all}</GrpSts></OrgnlGrpInfAndSts>{batches}</CstmrPmtStsRpt></Document>"
    ).encode()


def care(number: int = 1, **fields: Any) -> Row:
    """A line that is approved: 101, or something else with its own price."""
    return line(**{"line": number, "treated_on": "2026-10-20", **fields})
