"""Who can be paid."""

import pytest

from invoices.payees import BankAccount, Bankgiro, Payee, faults_of, passes_luhn


@pytest.mark.parametrize(
    ("account", "fault"),
    [
        (Bankgiro("9999996"), None),
        (Bankgiro("99999997"), None),
        (Bankgiro("99999998"), "bankgiro_invalid"),  # check digit
        (Bankgiro("9999-9997"), "bankgiro_invalid"),
        (Bankgiro("999999998"), "bankgiro_invalid"),  # nine, though the check digit is right
        (Bankgiro("999995"), "bankgiro_invalid"),  # six, though it is right
        (Bankgiro("٩٩٩٩٩٩٩٧"), "bankgiro_invalid"),  # digits, but not ours
        (Bankgiro(""), "bankgiro_invalid"),
        (BankAccount("5022", "1234567"), None),
        (BankAccount("5022", "1"), None),
        (BankAccount("5022", "123456789012"), None),
        (BankAccount("83279", "1234567"), "account_invalid"),
        (BankAccount("502", "1234567"), "account_invalid"),
        (BankAccount("5022", ""), "account_invalid"),
        (BankAccount("5022", "123 456"), "account_invalid"),
        (BankAccount("5022", "1234567890123"), "account_invalid"),
    ],
)
def test_an_account_is_one_that_there_can_be(
    account: Bankgiro | BankAccount, fault: str | None
) -> None:
    found = [one.code for one in faults_of(Payee("SE1", "Kliniken", account))]
    assert found == ([] if fault is None else [fault])


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Åsa Öberg & Söner AB", None),
        ("x" * 140, None),
        ("", "name_missing"),
        (" \u00a0", "name_missing"),
        ("x" * 141, "name_unprintable"),
        ("A\x00B", "name_unprintable"),
        ("A\nB", "name_unprintable"),
    ],
)
def test_a_name_is_mandatory_and_can_be_written(name: str, fault: str | None) -> None:
    found = [one.code for one in faults_of(Payee("SE1", name, Bankgiro("9999996")))]
    assert found == ([] if fault is None else [fault])


def test_the_check_digit_is_that_of_luhn() -> None:
    """The example that is printed everywhere; one digit changed, or two neighbours swapped."""
    right = "79927398713"
    assert [last for last in "0123456789" if passes_luhn(right[:-1] + last)] == ["3"]
    assert passes_luhn("59")  # the one digit whose double is ten
    for place in range(len(right) - 1):
        swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        assert passes_luhn(swapped) == (swapped == right), swapped


def test_all_faults_are_told() -> None:
    found = faults_of(Payee("SE1", " ", BankAccount("1", "2")))
    assert [one.code for one in found] == ["name_missing", "account_invalid"]
