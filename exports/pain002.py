"""The bank's answers: ISO 20022 pain.002, about a whole file, a batch of it or single payments.
What was taken first may be said to come back later."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from lxml import etree

from exports.pain001 import batches_of, message_id
from invoices.payments import PaymentAnswer, PaymentState
from invoices.run import Run
from terms.errors import BankAnswerError

MOST_BYTES: Final = 16 << 20
NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.\d\d")
STATES: Final[dict[str, PaymentState | None]] = {
    "RCVD": "sent",
    "PDNG": "sent",
    "ACTC": "accepted",
    "ACCP": "accepted",
    "ACSP": "accepted",
    "ACWC": "accepted",
    "ACSC": "confirmed",
    "ACCC": "confirmed",
    "RJCT": "returned",
    "CANC": "returned",
    "PART": None,
}
"""What the codes of the answers mean; PART says that it differs, and where."""

_AMOUNT: Final = re.compile(r"(\d{1,13})(?:\.(\d{1,2})0*)?")


class BatchAnswer(msgspec.Struct, frozen=True, gc=False):
    """What is said of a batch: of all of it, or of single payments, which goes before."""

    batch: str
    state: PaymentState | None
    reasons: tuple[str, ...]
    payments: tuple[PaymentAnswer, ...]


class BankAnswer(msgspec.Struct, frozen=True, gc=False):
    """What the bank says of the file that we called `about`."""

    about: str
    state: PaymentState | None
    reasons: tuple[str, ...]
    batches: tuple[BatchAnswer, ...]


def read_answer(content: bytes) -> BankAnswer:
    """Read an answer. Raises BankAnswerError where it is none, saying what is wrong."""
    report = _report(content)
    group = report.find("{*}OrgnlGrpInfAndSts")
    if group is None:
        raise BankAnswerError("OrgnlGrpInfAndSts saknas: det står inte vilken fil svaret gäller")
    return BankAnswer(
        about=_text(group, "OrgnlMsgId"),
        state=_state(group, "GrpSts"),
        reasons=_reasons(group),
        batches=tuple(_batch(one) for one in report.iterfind("{*}OrgnlPmtInfAndSts")),
    )


def answers_to(run: Run, answer: BankAnswer) -> list[PaymentAnswer]:
    """What the bank says of each payment of a run: by name, else with its batch, else with the
    file. Raises BankAnswerError where the answer is to another file."""
    if answer.about != message_id(run):
        raise BankAnswerError(f"svaret gäller filen {answer.about}, inte {message_id(run)}")
    said, batches = {batch.batch: batch for batch in answer.batches}, batches_of(run)
    for unknown in said.keys() - batches.keys():
        raise BankAnswerError(f"filen har ingen del {unknown}")
    found = [payment for batch in answer.batches for payment in batch.payments]
    named = {payment.reference for payment in found}
    for name, payments in batches.items():
        whole = said.get(name)
        state, reasons = answer.state, answer.reasons
        if whole is not None and whole.state is not None:
            state, reasons = whole.state, whole.reasons
        if state is not None:
            found += [
                PaymentAnswer(payment.reference, state, None, reasons)
                for payment in payments
                if payment.reference not in named
            ]
    return found


def _report(content: bytes) -> etree._Element:
    if len(content) > MOST_BYTES:
        raise BankAnswerError(f"filen är större än {MOST_BYTES >> 20} MiB")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BankAnswerError(f"filen är inte XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise BankAnswerError("filen har en DOCTYPE, vilket inget svar från en bank har")
    name = etree.QName(root)
    report = root.find("{*}CstmrPmtStsRpt")
    if not NAMESPACE.fullmatch(name.namespace or "") or report is None:
        raise BankAnswerError("filen är inte en pain.002")
    return report


def _batch(element: etree._Element) -> BatchAnswer:
    return BatchAnswer(
        batch=_text(element, "OrgnlPmtInfId"),
        state=_state(element, "PmtInfSts"),
        reasons=_reasons(element),
        payments=tuple(_payments(element)),
    )


def _payments(batch: etree._Element) -> Iterator[PaymentAnswer]:
    for one in batch.iterfind("{*}TxInfAndSts"):
        state = _state(one, "TxSts")
        if state is None:
            raise BankAnswerError("en betalning saknar TxSts, eller har PART")
        amount = one.find("{*}OrgnlTxRef/{*}Amt/{*}InstdAmt")
        yield PaymentAnswer(
            reference=_text(one, "OrgnlEndToEndId"),
            state=state,
            amount_ore=None if amount is None else _ore(amount),
            reasons=_reasons(one),
        )


def _ore(amount: etree._Element) -> int:
    written = _AMOUNT.fullmatch((amount.text or "").strip())
    if written is None or amount.get("Ccy") != "SEK":
        raise BankAnswerError(f"{amount.text} {amount.get('Ccy')} är inget belopp i kronor")
    return int(written[1]) * 100 + int((written[2] or "").ljust(2, "0"))


def _reasons(element: etree._Element) -> tuple[str, ...]:
    """Codes and texts, each once."""
    found = (
        one.text.strip()
        for information in element.iterfind("{*}StsRsnInf")
        for path in ("{*}Rsn/{*}Cd", "{*}Rsn/{*}Prtry", "{*}AddtlInf")
        for one in information.iterfind(path)
        if one.text
    )
    return tuple(dict.fromkeys(found))


def _state(element: etree._Element, name: str) -> PaymentState | None:
    code = element.findtext(f"{{*}}{name}")
    if code is None:
        return None
    if code.strip() not in STATES:
        raise BankAnswerError(f"okänd status {code.strip()!r} i {name}")
    return STATES[code.strip()]


def _text(element: etree._Element, name: str) -> str:
    text = (element.findtext(f"{{*}}{name}") or "").strip()
    if not text:
        raise BankAnswerError(f"{name} saknas")
    return text
