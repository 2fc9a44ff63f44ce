"""What the journal system reads."""

import msgspec
import pytest
from hypothesis import given

from exports.remittance import read_remittance, write_remittance
from invoices.settlement import Settlement
from terms.errors import SettlementError
from tests.settling import run_with, settlements
from tools.example_settlement import PAYER, example_settlements, run_of


@given(settlements())
def test_everything_is_read_again(found: list[Settlement]) -> None:
    run = run_with(found)
    total = 0
    for settlement in found:
        content = write_remittance(run, settlement, PAYER)
        read = read_remittance(content)
        assert msgspec.json.encode(read) == content
        assert (read.items, read.unpaid) == (settlement.items, settlement.unpaid)
        assert read.balance == settlement.balance
        assert (read.reference is None) == (settlement.balance.payment_ore == 0)
        assert read.digest == run.digest
        total += read.balance.payment_ore
    assert total == run.payment_ore


def test_anything_else_is_not_read() -> None:
    found = example_settlements()
    content = write_remittance(run_of(found), found[0], PAYER)
    for changed in (b"{}", content.replace(b"-1", b"-2", 1), content[:-1] + b',"x":1}'):
        with pytest.raises(msgspec.ValidationError):
            read_remittance(changed)


def test_only_what_was_frozen_is_written() -> None:
    found = example_settlements()
    with pytest.raises(SettlementError, match="run 7"):
        write_remittance(run_of(found[1:]), found[0], PAYER)
