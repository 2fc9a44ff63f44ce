"""Invoices over HTTP, as docs/contract.md says: decided once, asked about, read back, listed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from adjudication.invoice import Invoice
from storage.database import Database
from terms.person import without_dash
from tests import commands, desks, test_reference
from tests.api.asking import CLINIC, OTHER_CLINIC, TODAY, Api, invoice, kept, made, problem
from tests.commands import EXAMPLES, line, ndjson
from tests.desks import Row


def examples(name: str) -> list[Row]:
    return commands.rows((EXAMPLES / f"{name}.ndjson").read_bytes())


def with_examples(api: Api) -> None:
    """The cards and applications of the bundled examples."""
    for path, name in (("/cards", "cards"), ("/preassessments", "preassessments")):
        for row in examples(name):
            assert api.post(path, row, "registrar").status_code == 201


def test_the_bundled_examples_are_answered_as_they_say(api: Api) -> None:
    """One by one: 201, 200 for one sent before, 409 and 422 with the decision for those refused.
    A check just before says the same, byte for byte, and keeps nothing."""
    with_examples(api)
    statuses = []
    for row, expected in zip(examples("invoices"), examples("decisions"), strict=True):
        before = kept(api.database)
        checked = api.post("/invoices/check", row, "import")
        assert kept(api.database) == before
        answer = api.post("/invoices", row, "import")
        statuses.append(answer.status_code)
        told = answer.json()
        if answer.status_code in {200, 201}:
            assert checked.status_code == 200
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["location"].startswith("/invoices/")
        else:
            assert checked.status_code == answer.status_code
            assert "location" not in answer.headers
            is_reused = answer.status_code == 409
            name = "number_reused" if is_reused else "invoice_refused"
            told = problem(answer, answer.status_code, name)["decision"]
            assert kept(api.database) == before
        assert checked.content == answer.content
        assert list(desks.differences(told, expected)) == []
    assert statuses.count(200) == 1
    assert statuses.count(409) == 1
    assert statuses.count(422) == 3
    assert statuses.count(201) == 25


def test_the_bundled_examples_as_a_file_are_answered_the_same(api: Api) -> None:
    """A file has no statuses: each line has its decision, refused or not."""
    with_examples(api)
    answer = api.file(*examples("invoices"), who="import")
    expected = examples("decisions")
    assert len(answer) == len(expected)
    for found, wanted in zip(answer, expected, strict=True):
        assert list(desks.differences(found, wanted)) == []
    again = api.file(*examples("invoices"), who="import")
    assert again == answer


def test_the_first_answer_stands_for_ever(api: Api) -> None:
    """Byte for byte, whatever has changed since: the card, a credit, the day, the process."""
    row = invoice("first", lines=[line(), line(line=2, code="121", price_ore=8000)])
    first = api.submitted(row)
    assert first.json()["status"] == "denied"
    api.with_card()
    same = {
        **row,
        "patient": without_dash(row["patient"]),
        "care_level": "general",
        "protected_identity": False,
        "region": None,
        "received_on": None,
        "lines": [{**one, "documents": [], "tooth": None} for one in row["lines"]],
    }
    for again in (row, same):
        answer = api.post("/invoices", again)
        assert (answer.status_code, answer.content) == (200, first.content)
        assert answer.headers["location"] == first.headers["location"]
        checked = api.post("/invoices/check", again)
        assert (checked.status_code, checked.content) == (200, first.content)
        (line_of_file,) = api.file(again)
        assert line_of_file == first.json()
    approved = api.submitted(invoice("second"))
    place = approved.headers["location"]
    assert approved.json()["status"] == "approved"
    assert api.post(f"{place}/credit", {}).status_code == 201
    api.post("/cards/void", {"number": "F-1", "voided_on": "2020-01-01"}, "registrar")
    with opened_again(api) as later:
        for sent, known in ((row, first), (invoice("second"), approved)):
            answer = later.post("/invoices", sent, "import")
            assert (answer.status_code, answer.content) == (200, known.content)
            assert later.get(known.headers["location"]).json()["decision"] == known.json()


@contextmanager
def opened_again(api: Api) -> Iterator[Api]:
    """Another process, so to say, over the same database."""
    with TestClient(made(Database(api.database.engine.url.render_as_string(False)))) as client:
        yield Api(client, api.database, api.secrets)


def test_a_number_with_other_content_is_refused(api: Api) -> None:
    first = api.submitted(invoice())
    others: list[Row] = [
        {"patient": "194106151121"},
        {"support": "N"},
        {"care_level": "specialist"},
        {"region": "dalarna"},
        {"replaces": "0"},
        {"free_card": {"number": "1", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}},
        {"lines": []},
        {"lines": [line(price_ore=110001)]},
        {"lines": [line(motivation="")]},
        {"lines": [line(), line(line=2)]},
    ]
    before = kept(api.database)
    for fields in others:
        told = problem(api.post("/invoices", invoice(**fields)), 409, "number_reused")
        codes = [finding["code"] for finding in told["decision"]["findings"]]
        assert codes == ["number_reused"]
    assert kept(api.database) == before
    assert api.post("/invoices", invoice()).content == first.content
    api.submitted(invoice(clinic=OTHER_CLINIC), "other")  # a number is its clinic's own


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"lines": []}, ["lines_missing"]),
        ({"patient": "194805121012"}, ["patient_id_invalid"]),
        ({"patient": ""}, ["patient_id_invalid"]),
        ({"patient": "x", "lines": []}, ["patient_id_invalid", "lines_missing"]),
        ({"lines": [line(), line()]}, ["line_number_repeated"]),
        ({"protected_identity": True, "lines": []}, ["protected_identity"]),
    ],
)
def test_what_is_refused_leaves_its_number_free(api: Api, fields: Row, codes: list[str]) -> None:
    before = kept(api.database)
    for path in ("/invoices/check", "/invoices", "/invoices"):
        told = problem(api.post(path, invoice(**fields)), 422, "invoice_refused")
        assert [finding["code"] for finding in told["decision"]["findings"]] == codes
    assert kept(api.database) == before
    api.submitted(invoice())


def test_a_check_keeps_nothing_whatever_it_says(api: Api) -> None:
    """Not even a patient or a clinic that was never met; and the number stays free."""
    before = kept(api.database)
    checked = [api.post("/invoices/check", invoice(str(number))) for number in range(3)]
    checked.append(api.post("/invoices/check", invoice(clinic="never met"), "import"))
    assert {answer.status_code for answer in checked} == {200}
    assert all("location" not in answer.headers for answer in checked)
    assert kept(api.database) == before
    assert api.get("/invoices").json() == {"invoices": [], "next": None}
    assert api.submitted(invoice("0")).content == checked[0].content


def test_checks_side_by_side_use_nothing_of_each_other(api: Api) -> None:
    """An examination is approved once in ten months; two checks both say yes, two invoices not."""
    api.with_card()
    sent = [
        invoice(number, lines=[line(treated_on=f"2026-01-{number}")]) for number in ("20", "21")
    ]
    checked = [api.post("/invoices/check", one).json()["status"] for one in sent]
    assert checked == ["approved", "approved"]
    assert [api.submitted(one).json()["status"] for one in sent] == ["approved", "denied"]


def test_the_day_of_receipt_is_today(api: Api) -> None:
    place = api.submitted(invoice()).headers["location"]
    assert api.get(place).json()["received_on"] == TODAY.isoformat()


# --- read back -----------------------------------------------------------------------------------


def everything(number: str) -> Row:
    """An invoice that says all that one can say."""
    return invoice(
        number,
        patient=without_dash(commands.PATIENT),
        care_level="specialist",
        region="dalarna",
        replaces="tidigare",
        free_card={"number": "K-1", "valid_from": "2025-06-01", "valid_to": "2026-05-31"},
        lines=[
            line(
                line=7,
                tooth="16",
                zone="8",
                surfaces="MOD",
                conditions=["T01", "Ö"],
                facts=["peri_implantitis", "existing_retainer_crowns"],
                motivation="därför\natt",
                documents=[{"kind": "xray", "name": "a.jpg"}, {"kind": "referral", "name": ""}],
                preassessment="B-1",
            ),
            line(line=3, code="", price_ore=0, performer="nurse"),
            line(line=1_000_000, price_ore=1_000_000_000, treated_on="0001-01-01"),
        ],
    )


def test_an_invoice_is_read_back_as_it_was_sent(api: Api) -> None:
    """All of it, with the decision as it was given; the lines by their numbers."""
    row = everything("all")
    first = api.submitted(row)
    found = api.get(first.headers["location"]).json()
    row["lines"].sort(key=lambda one: one["line"])
    assert found == {
        "id": int(first.headers["location"].rpartition("/")[2]),
        "received_on": TODAY.isoformat(),
        "version": 1,
        "invoice": row,
        "decision": first.json(),
        "credits": [],
        "taken_back": [],
        "asked_for": [],
    }
    for who in ("clinic", "import", "reader"):
        assert api.get(first.headers["location"], who).json() == found


def test_made_up_invoices_are_read_back_as_they_were_sent(api: Api) -> None:
    world = test_reference.world(11, (), ("jonkoping", "dalarna", "vasterbotten"), 40)
    sent = [msgspec.convert(row, Invoice) for row in world.invoices]
    read = 0
    for one in sent:
        answer = api.post("/invoices", msgspec.to_builtins(one), "import")
        if answer.status_code != 201:
            continue
        back = api.get(answer.headers["location"], "reader").json()["invoice"]
        again = msgspec.convert(back, Invoice)
        assert shape(again) == shape(one)
        read += 1
    assert read > 20


def shape(one: Invoice) -> Row:
    """What an invoice says, without what may be said in two ways."""
    row: Row = msgspec.to_builtins(
        msgspec.structs.replace(
            one,
            patient=without_dash(one.patient),
            care_level=one.care_level or "general",
            received_on=None,
            protected_identity=False,
            lines=sorted(one.lines, key=lambda each: each.line),
        )
    )
    for each in row["lines"]:
        for name in ("conditions", "facts", "documents"):
            if each.get(name) == []:
                del each[name]
    return row


# --- lists ---------------------------------------------------------------------------------------


@pytest.fixture
def listed(api: Api) -> list[Row]:
    """Twenty-six invoices as they are listed, the newest first."""
    api.with_card()
    sent = [
        invoice(
            f"n{place % 20}",
            clinic=CLINIC if place < 20 else OTHER_CLINIC,
            support="F" if place % 3 else "N",
            care_level="specialist" if place % 5 == 0 else "general",
            replaces="n1" if place == 2 else None,
            received_on=f"2026-02-{place % 10 + 1:02}",
            lines=[
                line(
                    code="121", price_ore=8000, treated_on=f"2026-01-{place + 1:02}",
                    performer="dentist" if place % 4 else "hygienist",
                )
            ],
        )
        for place in range(26)
    ]  # fmt: skip
    for row in sent:
        api.submitted(row, "import")
    found = pages(api, limit=1000)
    assert len(found) == 26
    by_number = {(row["clinic"], row["number"]): row for row in sent}
    for one in found:
        row = by_number[one["clinic"], one["number"]]
        for name in ("support", "care_level", "replaces", "received_on"):
            assert one[name] == row[name], name
        answer = api.get(f"/invoices/{one['id']}", "reader").json()["decision"]
        for name in ("status", "claimed_ore", "allowed_ore", "patient_fee_ore", "payable_ore"):
            assert one[name] == answer[name]
    assert [one["id"] for one in found] == sorted((one["id"] for one in found), reverse=True)
    assert len({one["status"] for one in found}) > 1
    return found


def pages(api: Api, **asked: Any) -> list[Row]:
    """All pages, one after the other."""
    found: list[Row] = []
    before = None
    while True:
        parameters = {**asked, **({} if before is None else {"before": before})}
        page = api.get("/invoices", "reader", params=parameters).json()
        assert set(page) == {"invoices", "next"}
        assert len(page["invoices"]) <= asked.get("limit", 100)
        found += page["invoices"]
        before = page["next"]
        if before is None:
            return found
        assert before == found[-1]["id"]
        assert len(page["invoices"]) == asked.get("limit", 100)


def test_a_list_is_filtered_and_paged(api: Api, listed: list[Row]) -> None:
    """Each filter, some of them together, and pages of every size without gap or repetition; and
    nothing in it tells who the patient is."""
    assert without_dash(commands.PATIENT) not in json.dumps(listed)
    assert not {"patient", "free_card", "lines"} & set(listed[0])
    for name in ("clinic", "number", "replaces", "status", "support"):
        for value in {one[name] for one in listed} - {None}:
            expected = [one for one in listed if one[name] == value]
            assert pages(api, **{name: value}) == expected
            assert pages(api, **{name: value}, limit=2) == expected
    for first, last in (("2026-02-03", "2026-02-03"), ("2026-02-02", "2026-02-07")):
        expected = [one for one in listed if first <= one["received_on"] <= last]
        assert pages(api, received_from=first, received_to=last, limit=4) == expected
        assert len(expected) > 1
    after = [one for one in listed if one["received_on"] >= "2026-02-05"]
    assert pages(api, received_from="2026-02-05") == after
    until = [one for one in listed if one["received_on"] <= "2026-02-05"]
    assert pages(api, received_to="2026-02-05") == until
    both = [one for one in listed if one["support"] == "F" and one["clinic"] == CLINIC]
    assert pages(api, support="F", clinic=CLINIC, limit=3) == both
    for limit in (1, 13, 25, 26, 27):
        assert pages(api, limit=limit) == listed
    nobody_s: tuple[Row, ...] = (
        {"number": "n"}, {"clinic": CLINIC.lower()}, {"number": "%"}, {"status": "invalid"},
        {"received_from": "9999-12-31"}, {"before": 1},
    )  # fmt: skip
    for asked in nobody_s:
        assert pages(api, **asked) == []


def test_a_page_goes_on_where_it_ended_whatever_came_since(api: Api, listed: list[Row]) -> None:
    first = api.get("/invoices", "reader", params={"limit": 10}).json()
    api.submitted(invoice("since"))
    second = api.get("/invoices", "reader", params={"limit": 16, "before": first["next"]}).json()
    assert first["invoices"] + second["invoices"] == listed
    assert second["next"] is None


# --- credits -------------------------------------------------------------------------------------


def credited(api: Api) -> str:
    """The address of an invoice of four lines of which the third is denied."""
    api.with_card()
    lines = [
        line(),
        line(line=2, code="121", price_ore=8000),
        line(line=3, code="121", price_ore=8000, performer="nurse"),
        line(line=4, code="311", price_ore=59500, treated_on="2026-01-21"),
    ]
    answer = api.submitted(invoice("credited", lines=lines))
    told = answer.json()["lines"]
    assert [one["outcome"] == "approved" for one in told] == [True, True, False, True]
    return answer.headers["location"]


def test_credits_add_up_to_the_invoice(api: Api) -> None:
    place = credited(api)
    decision = api.get(place).json()["decision"]
    first = api.post(f"{place}/credit", {"lines": [2]})
    assert first.status_code == 201
    assert [one["line"] for one in first.json()["lines"]] == [2]
    assert first.json()["credited_on"] == TODAY.isoformat()
    (one,) = pages(api, number="credited")
    assert one["credited_ore"] == first.json()["payable_ore"]
    rest = api.post(f"{place}/credit", b"{}")
    assert [one["line"] for one in rest.json()["lines"]] == [1, 4]
    for name in ("allowed_ore", "patient_fee_ore", "payable_ore"):
        assert first.json()[name] + rest.json()[name] == decision[name]
    found = api.get(place).json()
    assert found["credits"] == [first.json(), rest.json()]
    assert found["decision"] == decision
    (one,) = pages(api, number="credited")
    assert one["credited_ore"] == one["payable_ore"] == decision["payable_ore"]
    assert api.post("/invoices", invoice("credited", lines=[line()])).status_code == 409
    assert api.submitted(invoice("anew", replaces="credited")).json()["status"] == "approved"
    assert [one["number"] for one in pages(api, replaces="credited")] == ["anew"]


def test_what_cannot_be_credited_is_told_line_by_line(api: Api) -> None:
    """All lines are credited, or none is."""
    place = credited(api)
    assert api.post(f"{place}/credit", {"lines": [1]}).status_code == 201
    before = kept(api.database)
    wrong = {
        (9,): [("raden finns inte på fakturan", "$.lines[0]")],
        (3,): [("raden är inte godkänd, så det finns inget att kreditera", "$.lines[0]")],
        (1,): [("raden är redan krediterad", "$.lines[0]")],
        (): [("det finns ingen rad kvar att kreditera", "$.lines")],
        (2, 9, 3, 1): [
            ("raden finns inte på fakturan", "$.lines[1]"),
            ("raden är inte godkänd, så det finns inget att kreditera", "$.lines[2]"),
            ("raden är redan krediterad", "$.lines[3]"),
        ],
    }  # fmt: skip
    for lines, faults in wrong.items():
        answer = api.post(f"{place}/credit", {"lines": list(lines)})
        told = problem(answer, 409, "not_credited")["faults"]
        assert [(one["message"], one["path"]) for one in told] == faults
    for body, path in (
        ({"lines": [0]}, "$.lines[0]"),
        ({"lines": ["2"]}, "$.lines[0]"),
        ({"lines": 2}, "$.lines"),
        ({"line": 2}, "$.line"),
    ):
        told = problem(api.post(f"{place}/credit", body), 400, "malformed")["faults"]
        assert [one["path"] for one in told] == [path]
    assert kept(api.database) == before
    assert api.post(f"{place}/credit", {"lines": None}).status_code == 201
    told = problem(api.post(f"{place}/credit", {}), 409, "not_credited")["faults"]
    assert [one["message"] for one in told] == ["det finns ingen rad kvar att kreditera"]


def test_a_line_named_twice_is_credited_once(api: Api) -> None:
    place = credited(api)
    answer = api.post(f"{place}/credit", {"lines": [2, 2]})
    assert answer.status_code == 201
    assert [one["line"] for one in answer.json()["lines"]] == [2]


def test_what_has_no_approved_line_is_not_credited(api: Api) -> None:
    place = api.submitted(invoice()).headers["location"]
    told = problem(api.post(f"{place}/credit", {}), 409, "not_credited")["faults"]
    assert [one["path"] for one in told] == ["$.lines"]


# --- standing ------------------------------------------------------------------------------------


def test_what_is_left_follows_what_is_done(api: Api) -> None:
    api.with_card()
    asked = {"patient": commands.PATIENT, "support": "F", "on": "2026-02-01"}
    sent = invoice(lines=[line(code="311", price_ore=59500)])

    def used() -> list[int]:
        told = api.post("/patients/standing", asked).json()
        assert told["treated_on"] == "2026-02-01"
        return [one["used"] for one in told["limits"] if "311" in json.dumps(one)] + [
            one["used_ore"] for one in told["ceilings"]
        ]

    before = used()
    api.post("/invoices/check", sent)
    assert used() == before
    place = api.submitted(sent).headers["location"]
    assert used() != before
    api.post(f"{place}/credit", {})
    assert used() == before
    no_day = api.post("/patients/standing", {"patient": "194805121011", "support": "F"})
    assert no_day.json()["treated_on"] == TODAY.isoformat()


def test_nobody_s_number_stands_nowhere(api: Api) -> None:
    told = problem(
        api.post("/patients/standing", {"patient": "194805121012", "support": "F"}),
        422,
        "patient_id_invalid",
    )
    assert [fault["path"] for fault in told["faults"]] == ["$.patient"]


# --- a file --------------------------------------------------------------------------------------


def test_a_file_is_answered_line_by_line(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, blank lines passed over but counted, what cannot be read in its place."""
    monkeypatch.setattr("api.files.FIRST_AT_ONCE", 3)
    monkeypatch.setattr("api.files.AT_ONCE", 3)
    sent: list[Row | bytes] = [
        b"\xef\xbb\xbf" + ndjson([invoice("1")]), b"\n", invoice("2"), b"{\n", b"  \r\n",
        ndjson([invoice("3")]).replace(b"\n", b"\r\n"), b"\xff\xfe\n", invoice("4", lines=[]),
        invoice("1"), invoice("1", support="N"), b'"' + b"x" * (1 << 20) + b'"\n',
        ndjson([invoice("5")]).rstrip(),
    ]  # fmt: skip
    answers = api.file(*sent)
    assert [one.get("number") or one["input_line"] for one in answers] == [
        "1", "2", 4, "3", 7, "4", "1", "1", 11, "5",
    ]  # fmt: skip
    assert answers[6] == answers[0]
    assert [one["status"] == "invalid" for one in answers] == [
        False, False, True, False, True, True, False, True, True, False,
    ]  # fmt: skip
    assert kept(api.database)["invoice"] == 4
    single = api.post("/invoices", invoice("2"))
    assert (single.status_code, single.json()) == (200, answers[1])


def test_an_empty_file_has_no_answers(api: Api) -> None:
    assert api.file() == []
    assert api.file(b"\n\n  \n") == []


def test_a_file_and_single_invoices_are_decided_alike(api: Api) -> None:
    world = test_reference.world(12, (), ("jonkoping", "dalarna"), 40)
    one_day = [{**row, "received_on": "2026-02-01"} for row in world.invoices]
    answers = api.file(*one_day, who="import")
    assert len(answers) == len(one_day)
    for row, told in zip(one_day, answers, strict=True):
        answer = api.post("/invoices", row, "import")
        body = answer.json()
        assert body.get("decision", body) == told
