"""What the decisions come to that runs have settled, by the decisions' own sums alone: no line and
no fee is looked at."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from storage import tables


def decided_ore(connection: Connection, runs: Collection[int]) -> dict[int, int]:
    """By the key of a clinic: of each invoice what the last settled version says is payable, less
    the clinic's own credits that are settled."""
    invoice, revision, settled = tables.invoice, tables.revision, tables.settled_invoice
    credit, taken = tables.credit, tables.settled_credit
    first = func.coalesce(revision.c.first_id, invoice.c.id)
    last = (
        select(func.max(invoice.c.id).label("id"))
        .join(settled, settled.c.invoice_id == invoice.c.id)
        .outerjoin(revision, revision.c.invoice_id == invoice.c.id)
        .where(settled.c.run_id.in_(runs))
        .group_by(first)
        .subquery()
    )
    payable = connection.execute(
        select(invoice.c.clinic_id, func.sum(invoice.c.payable_ore))
        .join(last, last.c.id == invoice.c.id)
        .group_by(invoice.c.clinic_id)
    )
    found = {clinic: int(ore) for clinic, ore in payable}
    credited = connection.execute(
        select(invoice.c.clinic_id, func.sum(credit.c.payable_ore))
        .select_from(taken)
        .join(credit, credit.c.id == taken.c.credit_id)
        .join(invoice, invoice.c.id == credit.c.invoice_id)
        .where(taken.c.run_id.in_(runs))
        .group_by(invoice.c.clinic_id)
    )
    for clinic, ore in credited:
        found[clinic] = found.get(clinic, 0) - int(ore)
    return found
