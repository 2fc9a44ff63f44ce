"""The payment file: ISO 20022 pain.001 in SEK, to Bankgiro numbers and bank accounts.

Made of a run alone, so the same run gives the same bytes. Nothing in it tells of a patient.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final, Literal

from lxml import etree

from exports.amounts import decimal, ore_of
from exports.packaged import Bank
from exports.payer import Payer
from exports.spelling import lacking, spelled
from invoices.payees import Bankgiro
from invoices.run import Payment, Run, payments_of

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
LACKS: Final = lacking(
    "abcdefghijklmnopqrstuvwxyzåäöéüABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖÉÜ0123456789/-?:().,'+& "
)
"""All but what the banks have in common: SWIFT's letters and the Swedish ones."""

Kind = Literal["account", "bankgiro"]


def message_id(run: Run) -> str:
    """What the file of a run is called towards the bank: never the same for another content."""
    return f"{run.number:06d}-{run.digest[:16]}"


def batches_of(run: Run) -> dict[str, list[Payment]]:
    """The payments as they stand in the file, by the id of their batch: accounts and Bankgiro
    numbers apart, since banks carry them out in different ways."""
    ordered = sorted(payments_of(run), key=_kind)
    return {
        f"{run.number:06d}-{kind}": list(payments) for kind, payments in groupby(ordered, _kind)
    }


def write_payments(run: Run, payer: Payer, bank: Bank) -> bytes | None:
    """The file for the bank; None where nothing is to be paid."""
    batches = batches_of(run)
    if not batches:
        return None
    root = etree.Element("Document", nsmap={None: NAMESPACE + bank.message})
    initiation = _add(root, "CstmrCdtTrfInitn")
    _header(_add(initiation, "GrpHdr"), run, payer, bank)
    for batch, payments in batches.items():
        _batch(_add(initiation, "PmtInf"), batch, payments, run, payer, bank)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def read_payments(content: bytes) -> dict[str, int]:
    """The amounts in öre of a file that we wrote, by reference."""
    root = etree.fromstring(content)
    return {
        str(one.findtext("{*}PmtId/{*}EndToEndId")): ore_of(str(one.findtext("{*}Amt/{*}InstdAmt")))
        for one in root.iterfind("{*}CstmrCdtTrfInitn/{*}PmtInf/{*}CdtTrfTxInf")
    }


def _header(header: etree._Element, run: Run, payer: Payer, bank: Bank) -> None:
    _add(header, "MsgId", message_id(run))
    _add(header, "CreDtTm", run.frozen_at.isoformat(timespec="seconds"))
    _totals(header, payments_of(run))
    initiating = _add(header, "InitgPty")
    _add(initiating, "Nm", _name(payer.name, bank))
    _identified(initiating, payer, bank)


def _batch(
    batch: etree._Element, name: str, payments: list[Payment], run: Run, payer: Payer, bank: Bank
) -> None:
    _add(batch, "PmtInfId", name)
    _add(batch, "PmtMtd", "TRF")
    _totals(batch, payments)
    if bank.service_level is not None or bank.category_purpose is not None:
        kind = _add(batch, "PmtTpInf")
        if bank.service_level is not None:
            _add(_add(kind, "SvcLvl"), "Cd", bank.service_level)
        if bank.category_purpose is not None:
            _add(_add(kind, "CtgyPurp"), "Cd", bank.category_purpose)
    day = _add(batch, "ReqdExctnDt")
    if _is_third(bank):
        day.text = str(run.pay_on)
    else:
        _add(day, "Dt", str(run.pay_on))
    debtor = _add(batch, "Dbtr")
    _add(debtor, "Nm", _name(payer.name, bank))
    _identified(debtor, payer, bank)
    account = _add(batch, "DbtrAcct")
    _add(_add(account, "Id"), "IBAN", payer.iban)
    _add(account, "Ccy", "SEK")
    agent = _add(_add(batch, "DbtrAgt"), "FinInstnId")
    _add(agent, "BIC" if _is_third(bank) else "BICFI", payer.bic)
    _add(batch, "ChrgBr", "SHAR")
    for payment in payments:
        _transfer(_add(batch, "CdtTrfTxInf"), payment, run, bank)


def _transfer(transfer: etree._Element, payment: Payment, run: Run, bank: Bank) -> None:
    ids = _add(transfer, "PmtId")
    _add(ids, "InstrId", payment.reference)
    _add(ids, "EndToEndId", payment.reference)
    amount = _add(_add(transfer, "Amt"), "InstdAmt", decimal(payment.amount_ore))
    amount.set("Ccy", "SEK")
    paid_to = payment.payee.account
    if isinstance(paid_to, Bankgiro):
        clearing, scheme, code = bank.bankgiro_clearing, "Prtry", bank.bankgiro_scheme
    else:
        clearing, scheme, code = paid_to.clearing, "Cd", "BBAN"
    member = _add(_add(_add(transfer, "CdtrAgt"), "FinInstnId"), "ClrSysMmbId")
    _add(_add(member, "ClrSysId"), "Cd", "SESBA")
    _add(member, "MmbId", clearing)
    creditor = _add(transfer, "Cdtr")
    _add(creditor, "Nm", _name(payment.payee.name, bank))
    _add(_add(creditor, "PstlAdr"), "Ctry", "SE")
    account = _add(_add(_add(transfer, "CdtrAcct"), "Id"), "Othr")
    _add(account, "Id", paid_to.number)
    _add(_add(account, "SchmeNm"), scheme, code)
    text = f"Regionens tandvårdsstöd, avräkning {run.number}"
    _add(_add(transfer, "RmtInf"), "Ustrd", text)


def _identified(party: etree._Element, payer: Payer, bank: Bank) -> None:
    other = _add(_add(_add(party, "Id"), "OrgId"), "Othr")
    _add(other, "Id", payer.agreement)
    _add(_add(other, "SchmeNm"), "Cd", bank.payer_scheme)


def _totals(parent: etree._Element, payments: Iterable[Payment]) -> None:
    amounts = [payment.amount_ore for payment in payments]
    _add(parent, "NbOfTxs", str(len(amounts)))
    _add(parent, "CtrlSum", decimal(sum(amounts)))


def _name(name: str, bank: Bank) -> str:
    return " ".join(spelled(name, LACKS).split())[: bank.longest_name].strip()


def _kind(payment: Payment) -> Kind:
    return "bankgiro" if isinstance(payment.payee.account, Bankgiro) else "account"


def _is_third(bank: Bank) -> bool:
    return bank.message == "pain.001.001.03"


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, name)
    child.text = text
    return child
