"""What a settlement says in Swedish: the same words on paper and in the spreadsheet."""

from collections.abc import Sequence
from typing import Final

from invoices.payees import BankAccount, Bankgiro, Payee
from invoices.settlement import Balance, Item, Kind, Sums
from terms.money import kronor

KINDS: Final[dict[Kind, str]] = {
    "line": "Åtgärd",
    "fee": "Patientavgift",
    "credited_line": "Krediterad åtgärd",
    "returned_fee": "Återförd patientavgift",
}


def account(payee: Payee) -> str:
    """Where the money goes: `Bankgiro 9999-9997`."""
    match payee.account:
        case Bankgiro(number):
            return f"Bankgiro {number[:-4]}-{number[-4:]}"
        case BankAccount(clearing, number):
            return f"Konto {clearing}, {number}"


def what(item: Item) -> str:
    """What an item is: `101`, `Patientavgift`, `Krediterad 101`."""
    if item.kind == "line":
        return item.code or KINDS["line"]
    if item.kind == "credited_line" and item.code is not None:
        return f"Krediterad {item.code}"
    return KINDS[item.kind]


def steps(sums: Sequence[Sums], balance: Balance) -> list[tuple[str, int]]:
    """What adds up to the payment, from sums to balance; what is nothing is left out."""
    parts = [
        ("Godkända åtgärder", sum(one.lines_ore for one in sums)),
        ("Patientavgifter, betalda till kliniken", -sum(one.fees_ore for one in sums)),
        ("Krediterade åtgärder", -sum(one.credited_ore for one in sums)),
        ("Återförda patientavgifter", sum(one.returned_fees_ore for one in sums)),
        (brought_forward(balance), balance.brought_forward_ore),
        ("Skuld som förs till nästa avräkning", -balance.carried_forward_ore),
    ]
    return [(text, amount) for text, amount in parts if amount != 0]


def result(balance: Balance) -> str:
    """What comes of it, in a line."""
    if balance.payment_ore > 0:
        return f"{kronor(balance.payment_ore)} betalas ut."
    if balance.carried_forward_ore < 0:
        debt = kronor(-balance.carried_forward_ore)
        return f"Ingenting betalas ut. Skulden {debt} dras av i nästa avräkning."
    return "Ingenting betalas ut, och ingen skuld finns."


def brought_forward(balance: Balance) -> str:
    """What the balance of before is: a debt, or a payment that came back."""
    if balance.brought_forward_ore > 0:
        return "Tidigare betalning som kom tillbaka"
    return "Skuld från tidigare avräkning"
