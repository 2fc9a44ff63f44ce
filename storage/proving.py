"""Do the decisions, the ledger and the files say the same, to the öre? Everything is computed anew
from what is kept: nothing is believed that a run says of itself."""

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Select, exists, select

from exports.packaged import chart_of
from exports.pain001 import read_payments
from exports.sie import read_vouchers, voucher_lines
from invoices.ledger import Transaction
from invoices.parts import items_of, unpaid_of
from invoices.run import payments_of, share_of
from invoices.settlement import settle
from storage import tables
from storage.booking import transactions_of
from storage.exporting import clinic_keys
from storage.parts import chosen_of, read_parts
from storage.runs import Held, find_run
from storage.standings import decided_ore
from terms.errors import LedgerError


class Difference(NamedTuple):
    """Where something does not agree with something else, what, and by how much in öre where that
    is a sum."""

    where: str
    what: str
    ore: int | None = None


class ClinicProof(msgspec.Struct, frozen=True):
    """A clinic's sums up to a day: what the decisions that are settled come to, what the ledger has
    as cost, and what the files paid; what came back, and what is owed still (negative for a debt).
    Decided = booked = paid − returned + owed."""

    clinic: str
    decided_ore: int
    booked_ore: int
    paid_ore: int
    returned_ore: int
    owed_ore: int


class Proof(NamedTuple):
    """The clinics that were settled, and every difference."""

    runs: int
    clinics: list[ClinicProof]
    differences: list[Difference]


class _Sums:
    """What the runs of the proof paid, and what was booked of them."""

    def __init__(self) -> None:
        self.paid: dict[str, int] = {}
        self.transactions: list[Transaction] = []


def prove(connection: Connection, region: str, through_on: date) -> Proof:
    """All exported runs that are of days up to this one."""
    sums, differences, runs, keys = _Sums(), list[Difference](), [], dict[str, int]()
    run = tables.run.c
    numbers = connection.scalars(
        select(run.number)
        .where(run.region == region, run.through_on <= through_on)
        .order_by(run.number)
    ).all()
    for number in numbers:
        held = find_run(connection, region, number)
        assert held is not None
        if held.state != "exported":
            continue
        runs.append(held.key)
        own = clinic_keys(connection, held)
        keys |= own
        differences += _of_run(connection, held, own, sums)
    decided = decided_ore(connection, runs)
    clinics = [_clinic(clinic, decided.get(key, 0), sums) for clinic, key in sorted(keys.items())]
    for one in clinics:
        differences += _of_clinic(one)
    return Proof(len(runs), clinics, differences)


def _of_run(
    connection: Connection, held: Held, keys: Mapping[str, int], sums: _Sums
) -> Iterator[Difference]:
    where = f"avräkning {held.run.number}"
    if held.run.digest != held.digest or any(one.digest != held.digest for one in held.steps):
        yield Difference(where, "är inte den som godkändes")
    for what, question in _not_settled(held.key):
        if connection.scalar(question):
            yield Difference(where, what)
    for share in held.run.shares:
        parts = read_parts(connection, chosen_of(connection, held.key, keys[share.clinic]))
        before = share.balance.brought_forward_ore
        again = share_of(settle(share.payee, items_of(parts), unpaid_of(parts.invoices), before))
        if again != share:
            ore = again.balance.owed_ore - share.balance.owed_ore
            yield Difference(f"{where}, {share.clinic}", "besluten ger en annan summa", ore)
    try:
        booked = transactions_of(connection, held.key)
    except LedgerError:
        yield Difference(where, "en transaktion går inte jämnt upp")
        booked = []
    yield from _of_ledger(where, held, booked)
    yield from _of_files(connection, where, held, booked, sums)
    sums.transactions += booked


def _not_settled(run: int) -> Iterator[tuple[str, Select[bool]]]:
    """Whether something in the run is not settled by it, or the other way round."""
    for held, settled, name in (
        (tables.run_invoice, tables.settled_invoice, "invoice_id"),
        (tables.run_credit, tables.settled_credit, "credit_id"),
    ):
        of_run = select(held.c[name]).where(held.c.run_id == run)
        by_run = select(settled.c[name]).where(settled.c.run_id == run)
        for one, other in ((of_run, by_run), (by_run, of_run)):
            yield "det som ingår är inte det som är avräknat", select(exists(one.except_(other)))


def _of_ledger(where: str, held: Held, booked: list[Transaction]) -> Iterator[Difference]:
    """Each share is booked as what it is, and each payment."""
    found: dict[tuple[str, str], int] = {}
    for transaction in booked:
        for entry in transaction.entries:
            kind = "cost" if entry.account in {"claims", "patient_fees"} else entry.account
            key = f"{transaction.kind} {kind}", entry.clinic
            found[key] = found.get(key, 0) + entry.amount_ore
    for share in held.run.shares:
        balance = share.balance
        for what, expected in (
            ("settlement cost", balance.owed_ore),
            ("payout payouts", -balance.payment_ore),
        ):
            ore = found.get((what, share.clinic), 0) - expected
            if ore:
                yield Difference(f"{where}, {share.clinic}", "huvudboken avviker", ore)


def _of_files(
    connection: Connection, where: str, held: Held, booked: list[Transaction], sums: _Sums
) -> Iterator[Difference]:
    """The payments stand in the bank's file, and every transaction in one file of vouchers."""
    table = tables.run_file.c
    paid: dict[str, int] = {}
    vouchers: dict[int, list[tuple[str, int, str]]] = {}
    for row in connection.execute(select(tables.run_file).where(table.run_id == held.key)):
        if sha256(row.content).digest() != row.sha256:
            yield Difference(f"{where}, {row.name}", "filen är inte den som skrevs")
            continue
        if row.kind == "payments":
            paid |= read_payments(row.content)
            continue
        found = read_vouchers(row.content)
        for number in vouchers.keys() & found.keys():
            yield Difference(f"{where}, {row.name}", f"verifikation {number} finns två gånger")
        vouchers |= found
    payments = {one.reference: one for one in payments_of(held.run)}
    for reference in sorted(payments.keys() | paid.keys()):
        payment = payments.get(reference)
        ore = paid.get(reference, 0) - (0 if payment is None else payment.amount_ore)
        if ore:
            yield Difference(f"{where}, {reference}", "bankfilen avviker", ore)
        if payment is not None:
            clinic = payment.payee.clinic
            sums.paid[clinic] = sums.paid.get(clinic, 0) + paid.get(reference, 0)
    chart = chart_of(held.run.region)
    expected = {one.number: voucher_lines(one, chart) for one in booked}
    for number in sorted(expected.keys() | vouchers.keys()):
        if sorted(expected.get(number, [])) != sorted(vouchers.get(number, [])):
            yield Difference(f"{where}, verifikation {number}", "är inte vad huvudboken säger")


def _clinic(clinic: str, decided: int, sums: _Sums) -> ClinicProof:
    entries = [
        (one.kind, entry)
        for one in sums.transactions
        for entry in one.entries
        if entry.clinic == clinic
    ]
    return ClinicProof(
        clinic,
        decided,
        sum(one.amount_ore for _, one in entries if one.account in {"claims", "patient_fees"}),
        sums.paid.get(clinic, 0),
        sum(
            one.amount_ore for kind, one in entries if kind == "return" and one.account == "payouts"
        ),
        -sum(one.amount_ore for _, one in entries if one.account in {"payables", "recoveries"}),
    )


def _of_clinic(one: ClinicProof) -> Iterator[Difference]:
    if one.decided_ore != one.booked_ore:
        ore = one.booked_ore - one.decided_ore
        yield Difference(one.clinic, "huvudboken är inte besluten", ore)
    ore = one.paid_ore - one.returned_ore + one.owed_ore - one.booked_ore
    if ore:
        yield Difference(one.clinic, "filerna är inte huvudboken", ore)
