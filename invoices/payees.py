"""Who is paid: a clinic's name and the account that its money goes to."""

from typing import Literal

import msgspec


class Bankgiro(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag="bankgiro",
    tag_field="kind",
    gc=False,
):
    """A Bankgiro number: seven or eight digits without the dash, the last one a check digit."""

    number: str


class BankAccount(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag="account",
    tag_field="kind",
    gc=False,
):
    """An account in a Swedish bank: four digits of clearing number, and the number within it.

    What makes a number valid differs from bank to bank; the bank tells, and returns the payment.
    """

    clearing: str
    number: str


class Payee(msgspec.Struct, frozen=True, gc=False):
    """A clinic (HSA-id) that is paid, under the name in which the bank knows the account."""

    clinic: str
    name: str
    account: Bankgiro | BankAccount


class PayeeFault(msgspec.Struct, frozen=True, gc=False):
    """Why nobody can be paid like this."""

    code: Literal["name_missing", "name_unprintable", "bankgiro_invalid", "account_invalid"]


LONGEST_NAME = 140
"""Of ISO 20022's Max140Text."""


def faults_of(payee: Payee) -> list[PayeeFault]:
    """Everything that is wrong with a payee; nothing for one who can be paid."""
    faults = []
    if not payee.name.strip():
        faults.append(PayeeFault("name_missing"))
    elif not payee.name.isprintable() or len(payee.name) > LONGEST_NAME:
        faults.append(PayeeFault("name_unprintable"))
    match payee.account:
        case Bankgiro(number):
            if not (_is_digits(number, 7, 8) and passes_luhn(number)):
                faults.append(PayeeFault("bankgiro_invalid"))
        case BankAccount(clearing, number):
            if not (_is_digits(clearing, 4, 4) and _is_digits(number, 1, 12)):
                faults.append(PayeeFault("account_invalid"))
    return faults


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others, every second one doubled."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def _is_digits(text: str, least: int, most: int) -> bool:
    return least <= len(text) <= most and text.isascii() and text.isdigit()
