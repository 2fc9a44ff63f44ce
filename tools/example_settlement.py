"""A small run, from its lines to its files: what docs/settlement/ shows and tests look at.
Everybody in it is made up."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from exports.packaged import bank_named, chart_of
from exports.pain001 import write_payments
from exports.payer import Payer
from exports.remittance import write_remittance
from exports.sie import write_vouchers
from exports.spreadsheet import write_spreadsheet
from exports.statement import write_statement
from invoices.approval import Actor, packaged_approval
from invoices.ledger import Transaction, book_payout, book_settlement
from invoices.payees import BankAccount, Bankgiro, Payee
from invoices.run import Run, payments_of, shares_of
from invoices.runsteps import Move, Step, prepare, step
from invoices.settlement import Item, Settlement, Unpaid, settle
from terms.vocabulary import Support

PAYER = Payer(
    name="Region Jönköpings län",
    organisation_number="2321000057",
    iban="SE3550000000054910000003",
    bic="ESSESESS",
    agreement="232100005701",
)
DRILL = Payee("SE2321000057-4F10", "Tandläkarna Åsö & Löv AB", Bankgiro("99999997"))
LAKE = Payee("SE2321000057-4F2A", "Sjöstadens tandvård", BankAccount("5022", "1234567"))
NORTH = Payee("SE2321000057-4F31", "Folktandvården Norrängen", Bankgiro("9999996"))
FROZEN_AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def line(
    key: int, invoice: str, number: int, code: str, ore: int, claimed: int | None = None
) -> Item:
    """An approved line."""
    asked, support = ore if claimed is None else claimed, _support(code)
    reasons = () if asked == ore else (f"Åtgärd {code} ersätts med högst taxans belopp.",)
    day = date(2026, 11, 3 + number)
    return Item(f"line-{key}", "line", invoice, day, support, ore, number, code, asked, reasons)


def fee(key: int, invoice: str, ore: int) -> Item:
    """A fee that the clinic was paid by the patient."""
    return Item(f"fee-{key}", "fee", invoice, date(2026, 11, 4), "F", ore)


def example_settlements() -> list[Settlement]:
    """One clinic with most of what there is, one in a bank, one that owes more than it gets."""
    credited = Item(
        "credit-7", "credited_line", "A-1009", date(2026, 10, 6), "F", 248_000, 1, "501", 248_000
    )
    returned = Item("returned-7", "returned_fee", "A-1009", date(2026, 10, 6), "F", 20_000)
    unpaid = [
        Unpaid(
            "A-1015", 2, date(2026, 11, 9), "101", "F", 110_000, "denied",
            (
                "Undersökning 101 ersätts en gång per tio månader. Den förra gjordes 2026-03-02; "
                "nästa kan göras från och med 2027-01-02.",
                "Vårdens omfattning, punkt 1 (Region Jönköpings län).",
            ),
        ),
        Unpaid(
            "A-1015", 3, date(2026, 11, 9), "303", "F", 124_500, "needs_document",
            ("Daganteckning saknas. Bifoga den till raden, så bedöms den på nytt.",),
        ),
    ]  # fmt: skip
    drill = [
        line(1, "A-1013", 1, "101", 110_000),
        line(2, "A-1013", 2, "704", 150_000, 172_500),
        fee(1, "A-1013", 20_000),
        line(3, "A-1014", 1, "501", 410_500),
        fee(2, "A-1014", 20_000),
        credited,
        returned,
    ]
    lake = [line(4, "77", 1, "201", 48_500), line(5, "77", 2, "301", 61_250), fee(3, "77", 20_000)]
    north = [
        line(6, "N/3", 1, "111", 98_500),
        Item("credit-9", "credited_line", "N/1", date(2026, 9, 9), "N", 410_500, 1, "501", 410_500),
    ]
    return [
        settle(DRILL, drill, unpaid, 0),
        settle(LAKE, lake, [], -12_000),
        settle(NORTH, north, [], 0),
    ]


def run_of(settlements: Sequence[Settlement], number: int = 7) -> Run:
    """A run of these settlements."""
    through_on, pay_on = date(2026, 11, 30), date(2026, 12, 4)
    shares = shares_of(settlements)
    return Run(number, "jonkoping", through_on, pay_on, FROZEN_AT, shares)


def booked(run: Run, first: int = 1) -> list[Transaction]:
    """What a run means for the ledger: settled when frozen, paid on its day."""
    found: list[Transaction] = []
    for share in run.shares:
        number = first + len(found)
        settled = book_settlement(number, run.number, run.through_on, share)
        found += [] if settled is None else [settled]
    for payment in payments_of(run):
        number = first + len(found)
        paid = book_payout(number, run.number, run.pay_on, payment)
        found += [] if paid is None else [paid]
    return found


def exported(run: Run) -> list[Step]:
    """The run prepared by one person, approved by another and exported by the first."""
    preparer = Actor("maja", "SE2321000057-1A", "payout_preparer")
    approver = Actor("nils", "SE2321000057-1B", "payout_approver")
    rules = packaged_approval()[run.region].on(run.frozen_at.date())
    steps = [prepare(run, preparer)]
    moves: list[tuple[Move, Actor]] = [("approve", approver), ("export", preparer)]
    for move, actor in moves:
        found = step(run, steps, move, actor, run.digest, rules)
        assert isinstance(found, Step), found
        steps.append(found)
    return steps


def files() -> dict[str, bytes]:
    """The files of the run, by name."""
    settlements = example_settlements()
    run = run_of(settlements)
    first, _, owing = settlements
    payments = write_payments(run, PAYER, bank_named("common-3"))
    assert payments is not None
    chart = chart_of(run.region)
    whole = msgspec.json.encode({"run": run, "digest": run.digest, "steps": exported(run)})
    return {
        "run.json": msgspec.json.format(whole) + b"\n",
        "payments.xml": payments,
        "vouchers.si": write_vouchers(booked(run), PAYER, chart, run.frozen_at.date()),
        "statement.pdf": write_statement(run, first, PAYER),
        "statement-of-a-debt.pdf": write_statement(run, owing, PAYER),
        "statement.xlsx": write_spreadsheet(run, first, PAYER),
        "remittance.json": msgspec.json.format(write_remittance(run, first, PAYER)) + b"\n",
    }


def _support(code: str) -> Support:
    return "N" if code == "111" else "F"
