"""The payment file, against the schema of ISO 20022."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exports.packaged import Bank, bank_named, names
from exports.pain001 import batches_of, message_id, read_payments, write_payments
from exports.payer import Payer
from invoices.run import Run, payments_of
from invoices.settlement import Settlement, settle
from tests.settling import NAMES, item, payee, run_with, settlements
from tools.example_settlement import PAYER, example_settlements, run_of

SCHEMAS = Path(__file__).parent / "schemas"
BANKS = [bank_named(name) for name in names("banks")]
VERSIONS = {
    bank.message: etree.XMLSchema(etree.parse(SCHEMAS / f"{bank.message}.xsd")) for bank in BANKS
}


def written(run: Run, bank: Bank, payer: Payer = PAYER) -> Any:
    """The file as read again, valid."""
    content = write_payments(run, payer, bank)
    assert content is not None
    root = etree.fromstring(content)
    VERSIONS[bank.message].assertValid(root)
    return root


def texts(root: Any, path: str) -> list[str]:
    return [one.text for one in root.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))]


BATCH = "CstmrCdtTrfInitn/PmtInf"
TRANSFER = f"{BATCH}/CdtTrfTxInf"


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.message)
def test_the_example_is_valid_and_says_who_is_paid_what(bank: Bank) -> None:
    run = run_of(example_settlements())
    root = written(run, bank)
    assert texts(root, f"{TRANSFER}/Amt/InstdAmt") == ["777.50", "4025.00"]
    assert texts(root, f"{TRANSFER}/CdtrAcct/Id/Othr/Id") == ["1234567", "99999997"]
    clearing = f"{TRANSFER}/CdtrAgt/FinInstnId/ClrSysMmbId"
    assert texts(root, f"{clearing}/ClrSysId/Cd") == ["SESBA", "SESBA"]
    assert texts(root, f"{clearing}/MmbId") == ["5022", "9900"]
    assert texts(root, f"{TRANSFER}/CdtrAcct/Id/Othr/SchmeNm/Prtry") == ["BGNR"]
    assert texts(root, f"{TRANSFER}/CdtrAcct/Id/Othr/SchmeNm/Cd") == ["BBAN"]
    assert texts(root, f"{TRANSFER}/Cdtr/Nm") == ["Sjöstadens tandvård", "Tandläkarna Åsö & Löv AB"]
    assert texts(root, "CstmrCdtTrfInitn/GrpHdr/MsgId") == [message_id(run)]
    assert texts(root, "CstmrCdtTrfInitn/GrpHdr/CtrlSum") == ["4802.50"]
    day = f"{BATCH}/ReqdExctnDt" + ("" if bank.message.endswith("03") else "/Dt")
    assert texts(root, day) == ["2026-12-04"] * 2


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.message)
@given(found=settlements())
def test_whatever_clinics_are_called_the_file_is_valid_and_adds_up(
    found: list[Settlement], bank: Bank
) -> None:
    run = run_with(found)
    if run.payment_ore == 0:
        assert write_payments(run, PAYER, bank) is None
        return
    root = written(run, bank)
    amounts = [whole(text) for text in texts(root, f"{TRANSFER}/Amt/InstdAmt")]
    references = texts(root, f"{TRANSFER}/PmtId/EndToEndId")
    assert dict(zip(references, amounts, strict=True)) == {
        one.reference: one.amount_ore for one in payments_of(run)
    }
    assert sum(amounts) == whole(texts(root, "CstmrCdtTrfInitn/GrpHdr/CtrlSum")[0])
    assert sum(map(whole, texts(root, f"{BATCH}/CtrlSum"))) == sum(amounts)
    assert texts(root, "CstmrCdtTrfInitn/GrpHdr/NbOfTxs") == [str(len(amounts))]
    assert all(0 < len(name) <= bank.longest_name for name in texts(root, f"{TRANSFER}/Cdtr/Nm"))
    batches = texts(root, f"{BATCH}/PmtInfId")
    assert batches == list(batches_of(run))
    assert len(set(batches)) == len(batches)


@given(NAMES)
def test_a_name_is_never_lost(name: str) -> None:
    run = run_with([settle(payee(name=name), [item("1", 100)], [], 0)])
    (said,) = texts(written(run, BANKS[0]), f"{TRANSFER}/Cdtr/Nm")
    assert said.strip() == said != ""


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.message)
def test_the_same_run_gives_the_same_bytes_and_another_one_another_name(bank: Bank) -> None:
    run = run_of(example_settlements())
    assert write_payments(run, PAYER, bank) == write_payments(
        run_of(example_settlements()[::-1]), PAYER, bank
    )
    changed = msgspec.structs.replace(run, shares=run.shares[:2])
    assert message_id(changed) != message_id(run)


def test_names_are_spelled_with_what_a_bank_takes() -> None:
    name = "Šárka Ørsted–Łuk ’Tand’ [3] 中"
    run = run_with([settle(payee(name=name), [item("1", 100)], [], 0)])
    assert texts(written(run, BANKS[0]), f"{TRANSFER}/Cdtr/Nm") == ["Sarka Örsted-Luk 'Tand' ?3? ?"]


@pytest.mark.parametrize("optional", ["service_level", "category_purpose"])
def test_what_a_bank_does_not_want_is_left_out(optional: str) -> None:
    run = run_of(example_settlements())
    for changes in ({optional: None}, {"service_level": None, "category_purpose": None}):
        for bank in BANKS:
            root = written(run, msgspec.structs.replace(bank, **changes))
            tag = {"service_level": "SvcLvl", "category_purpose": "CtgyPurp"}[optional]
            assert texts(root, f"{BATCH}/PmtTpInf/{tag}/Cd") == []


@given(st.integers(1, 10**13))
def test_amounts_are_exact(ore: int) -> None:
    run = run_with([settle(payee(), [item("1", ore)], [], 0)])
    (said,) = texts(written(run, BANKS[0]), f"{TRANSFER}/Amt/InstdAmt")
    assert whole(said) == ore


def test_nothing_tells_of_a_patient_or_a_treatment() -> None:
    found = example_settlements()
    content = write_payments(run_of(found), PAYER, BANKS[0])
    assert content is not None
    for settlement in found:
        told = [text for one in settlement.items for text in (one.invoice, one.code) if text]
        for said in told:
            assert not re.search(rf"\b{said}\b".encode(), content), said


def whole(text: str) -> int:
    kronor, ore = text.split(".")
    assert len(ore) == 2
    return int(kronor) * 100 + int(ore)


@given(settlements())
def test_what_was_written_is_read_again(found: list[Settlement]) -> None:
    run = run_with(found)
    content = write_payments(run, PAYER, bank_named("common-3"))
    expected = {one.reference: one.amount_ore for one in payments_of(run)}
    assert ({} if content is None else read_payments(content)) == expected
