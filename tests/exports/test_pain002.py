"""The bank's answers, as a bank writes them and as an enemy would."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exports.pain001 import batches_of, message_id
from exports.pain002 import MOST_BYTES, STATES, answers_to, read_answer
from invoices.payments import PaymentAnswer, answered, outcome_of
from invoices.run import payments_of
from terms.errors import BankAnswerError
from tools.example_settlement import example_settlements, run_of

RUN = run_of(example_settlements())
GIRO, ACCOUNT = (payment.reference for payment in payments_of(RUN))
ACCOUNTS, GIROS = batches_of(RUN)
SCHEMAS = Path(__file__).parent / "schemas"


def reason(code: str, text: str = "") -> str:
    told = f"<AddtlInf>{text}</AddtlInf>" if text else ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{told}</StsRsnInf>"


def payment(reference: str, status: str, rest: str = "", amount: str = "") -> str:
    original = (
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="SEK">{amount}</InstdAmt></Amt></OrgnlTxRef>'
        if amount
        else ""
    )
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId>"
        f"<TxSts>{status}</TxSts>{rest}{original}</TxInfAndSts>"
    )


def batch(name: str, status: str, payments: str = "", rest: str = "") -> str:
    said = f"<PmtInfSts>{status}</PmtInfSts>" if status else ""
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{name}</OrgnlPmtInfId>{said}{rest}{payments}"
        "</OrgnlPmtInfAndSts>"
    )


def answer(
    status: str = "", batches: str = "", rest: str = "", version: str = "03", about: str = ""
) -> bytes:
    said = f"<GrpSts>{status}</GrpSts>" if status else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-12-04T08:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{about or message_id(RUN)}</OrgnlMsgId>
<OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>{said}{rest}</OrgnlGrpInfAndSts>{batches}
</CstmrPmtStsRpt></Document>""".encode()


REJECTED = payment(GIRO, "RJCT", reason("AC01", "Bankgirot finns inte"), "4025.00")
ANSWERS = {
    "the file is taken": (
        answer("ACTC"),
        {ACCOUNT: ("accepted", None, ()), GIRO: ("accepted", None, ())},
    ),
    "the file is refused": (
        answer("RJCT", rest=reason("AM05")),
        {ACCOUNT: ("returned", None, ("AM05",)), GIRO: ("returned", None, ("AM05",))},
    ),
    "a batch is refused": (
        answer("PART", batch(GIROS, "RJCT", rest=reason("DT01")) + batch(ACCOUNTS, "ACSC")),
        {ACCOUNT: ("confirmed", None, ()), GIRO: ("returned", None, ("DT01",))},
    ),
    "a payment is refused, the rest of its batch and file taken": (
        answer("ACCP", batch(GIROS, "PART", REJECTED)),
        {
            ACCOUNT: ("accepted", None, ()),
            GIRO: ("returned", 402_500, ("AC01", "Bankgirot finns inte")),
        },
    ),
    "one payment alone is spoken of": (
        answer("", batch(ACCOUNTS, "", payment(ACCOUNT, "ACSC", amount="777.5"))),
        {ACCOUNT: ("confirmed", 77_750, ())},
    ),
    "it waits": (answer("PDNG"), {ACCOUNT: ("sent", None, ()), GIRO: ("sent", None, ())}),
}


@pytest.mark.parametrize("version", ["03", "12"])
@pytest.mark.parametrize("what", ANSWERS)
def test_answers(what: str, version: str) -> None:
    content, expected = ANSWERS[what]
    content = content.replace(b"pain.002.001.03", f"pain.002.001.{version}".encode())
    schema = etree.XMLSchema(etree.parse(SCHEMAS / f"pain.002.001.{version}.xsd"))
    schema.assertValid(etree.fromstring(content))  # else the test would prove nothing
    found = answers_to(RUN, read_answer(content))
    assert {one.reference: (one.state, one.amount_ore, one.reasons) for one in found} == expected


def test_a_payment_that_was_taken_comes_back() -> None:
    taken = answered(RUN, {}, answers_to(RUN, read_answer(answer("ACSC"))))
    assert isinstance(taken, dict)
    assert outcome_of(RUN, taken) == "confirmed"
    returned = answers_to(RUN, read_answer(answer("", batch(GIROS, "", REJECTED))))
    back = answered(RUN, taken, returned)
    assert back == {GIRO: "returned"}


@pytest.mark.parametrize("code", [code for code, state in STATES.items() if state is not None])
def test_every_code_says_something_of_a_payment(code: str) -> None:
    content = answer("", batch(GIROS, "", payment(GIRO, code)))
    (found,) = answers_to(RUN, read_answer(content))
    assert found == PaymentAnswer(GIRO, found.state, None, ())
    assert found.state == STATES[code]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>&c;
</CstmrPmtStsRpt></Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>&x;</OrgnlMsgId></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"""


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "inte XML"),
        (b"%PDF-1.7", "inte XML"),
        (answer("ACTC")[:-20], "inte XML"),
        (b"<a>" * 100_000, "inte XML"),
        (b"\xff\xfe<", "inte XML"),
        (BOMB, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (b"<a/>", "inte en pain.002"),
        (answer("ACTC").replace(b"pain.002", b"pain.001"), "inte en pain.002"),
        (answer("ACTC").replace(b"CstmrPmtStsRpt", b"Annat"), "inte en pain.002"),
        (answer("ACTC").replace(b"OrgnlGrpInfAndSts", b"Annat"), "OrgnlGrpInfAndSts"),
        (answer("ACTC").replace(b"OrgnlMsgId", b"Annat"), "OrgnlMsgId"),
        (answer("NYTT"), "NYTT"),
        (answer("", batch(GIROS, "", payment(GIRO, "PART"))), "TxSts"),
        (answer("", batch(GIROS, "", payment(GIRO, "ACSC", amount="1e3"))), "1e3"),
        (answer("", batch(GIROS, "", payment(GIRO, "ACSC", amount="-1"))), "-1"),
        (answer("", batch(GIROS, "", payment(GIRO, "ACSC", amount="1.005"))), "1.005"),
        (
            answer("", batch(GIROS, "", payment(GIRO, "ACSC", amount="1"))).replace(b"SEK", b"EUR"),
            "EUR",
        ),
        (b" " * (MOST_BYTES + 1), "16 MiB"),
    ],
)
def test_what_is_no_answer_is_told(content: bytes, what: str) -> None:
    with pytest.raises(BankAnswerError, match=what):
        read_answer(content)


def test_an_answer_to_another_file_is_not_taken() -> None:
    with pytest.raises(BankAnswerError, match="000006-abc"):
        answers_to(RUN, read_answer(answer("RJCT", about="000006-abc")))


def test_an_answer_about_a_batch_that_is_not_there_is_not_taken() -> None:
    with pytest.raises(BankAnswerError, match="000007-swish"):
        answers_to(RUN, read_answer(answer("ACTC", batch("000007-swish", "RJCT"))))


@given(st.data())
def test_a_mangled_answer_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([one for one, _ in ANSWERS.values()])))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 20))
        content[place : place + length] = data.draw(st.binary(max_size=20))
    try:
        found = answers_to(RUN, read_answer(bytes(content)))
    except BankAnswerError:
        return
    assert all(one.state in {"sent", "accepted", "confirmed", "returned"} for one in found)
