"""Attachments from announcing to reading, and what is refused on the way; each look is noted, and
of what is refused nothing is left."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from attachments.limits import DAYS_TO_COME, LARGEST, MOST_AWAITED, MOST_IN_A_CASE
from storage import tables
from storage.acts import Acts
from storage.attachments import Announced, announce
from storage.filechecking import file_faults
from storage.files import Incoming
from storage.linedocuments import documents_of
from storage.receiving import Sender, keep_file, tidy
from terms.person import without_dash
from tests import desks, files
from tests import hostilefiles as hostile
from tests.api import asking
from tests.api.asking import (
    CLINIC,
    JSON,
    OTHER_CLINIC,
    TODAY,
    Api,
    attachment,
    invoice,
    kept,
    noted,
    paths,
    problem,
)
from tests.api.test_audit import NOBODY, PROTECTED, everything_kept
from tests.commands import PATIENT, line
from tests.serving import attachments_of

NUMBER = without_dash(PATIENT)
OTHER = desks.person_number(TODAY.replace(year=1951))
MIB = 1 << 20


def names(api: Api) -> list[str]:
    """What lies in the folder."""
    return sorted(path.name for path in attachments_of(api.database).iterdir())


def content(key: int) -> str:
    return f"/attachments/{key}/content"


@pytest.fixture
def api(api: Api) -> Api:
    """With a patient who is known."""
    api.with_card()
    return api


KINDS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "pdf": (files.pdf, "application/pdf", "pdf"),
    "jpeg": (files.jpeg, "image/jpeg", "jpg"),
    "png": (files.png, "image/png", "png"),
}


@pytest.mark.parametrize("name", KINDS)
def test_an_attachment_is_announced_sent_and_read(api: Api, name: str) -> None:
    make, media_type, ending = KINDS[name]
    sent, before = make(), noted(api.database)
    announced = api.post("/attachments", attachment(kind="xray", title="OPG"))
    assert announced.status_code == 201
    said = announced.json()
    key = said["id"]
    assert said == {
        "id": key, "clinic": CLINIC, "kind": "xray", "title": "OPG", "announced_on": str(TODAY),
        "content": None,
    }  # fmt: skip
    assert api.get(f"/attachments/{key}").json() == said
    problem(api.get(content(key)), 404, "not_found")
    answer = api.put(content(key), sent)
    assert answer.status_code == 201
    hashed = sha256(sent)
    assert answer.json() == {
        **said,
        "content": {
            "media_type": media_type, "size": len(sent), "pages": 1, "sha256": hashed.hexdigest(),
            "received_on": str(TODAY),
        },
    }  # fmt: skip
    read = api.get(content(key), "assessor")
    assert read.status_code == 200
    assert read.content == sent
    headers = read.headers
    assert headers["content-type"] == media_type
    assert headers["content-disposition"] == f'attachment; filename="bilaga-{key}.{ending}"'
    assert headers["repr-digest"] == f"sha-256=:{b64encode(hashed.digest()).decode()}:"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert noted(api.database)[len(before) :] == [
        ("announce_attachment", "clinic", NUMBER),
        ("read_attachment", "clinic", NUMBER),
        ("read_attachment", "clinic", NUMBER),
        ("receive_attachment", "clinic", NUMBER),
        ("read_attachment", "assessor", NUMBER),
    ]
    (file,) = names(api)
    assert not file.endswith(".coming")
    with api.database.reading() as connection:
        assert list(file_faults(connection, attachments_of(api.database))) == []


def test_the_same_again_is_answered_the_same_and_other_content_refused(api: Api) -> None:
    key = api.announced()
    first = api.put(content(key), files.png())
    again = api.put(content(key), files.png())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    before = kept(api.database), noted(api.database), names(api)
    problem(api.put(content(key), files.png(2)), 409, "content_kept")
    problem(api.put(content(key), files.jpeg()), 409, "content_kept")
    assert (kept(api.database), noted(api.database), names(api)) == before
    assert api.get(content(key)).content == files.png()


def test_one_file_may_come_twice(api: Api) -> None:
    """It is two attachments, and two files."""
    one, other = api.attached(files.png()), api.attached(files.png())
    assert len(names(api)) == 2
    assert api.get(content(one)).content == api.get(content(other)).content


def test_they_are_listed_by_kind(api: Api) -> None:
    kinds = ["xray", "day_note", "photo", "day_note"]
    keys = [api.announced(kind=kind) for kind in kinds]
    theirs = api.announced("other", clinic=OTHER_CLINIC, kind="referral")
    api.announced("import", kind="record_copy")
    api.put(content(keys[1]), files.pdf())
    found = api.post("/attachments/find", {"patient": PATIENT}).json()["attachments"]
    assert [one["kind"] for one in found] == [
        "day_note", "day_note", "photo", "record_copy", "xray"
    ]  # fmt: skip
    assert [one["content"] is None for one in found] == [False, True, True, True, True]
    every = api.post("/attachments/find", {"patient": NUMBER}, "assessor").json()["attachments"]
    assert {one["id"] for one in every} == {one["id"] for one in found} | {theirs}
    other = api.post("/attachments/find", {"patient": NUMBER}, "other").json()["attachments"]
    assert [one["id"] for one in other] == [theirs]
    nobody = api.post("/attachments/find", {"patient": NOBODY})
    assert nobody.json() == {"attachments": []}
    assert noted(api.database)[-1] == ("list_attachments", "other", NUMBER)


REFUSED: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "cut": (lambda: files.png()[:-20], ["avbruten"]),
    "another kind": (lambda: b"MZ" * 100, ["varken PDF"]),
    "two at once": (lambda: hostile.archive(files.jpeg()), ["ett annat slag", "efter dess slut"]),
    "a bomb": (hostile.PDF_BOMBS["pdf: a stream that unpacks"], ["uppackad större än 536870912"]),
    "all at once": (
        hostile.PDF_DOINGS["all at once"][0],
        ["efter dess slut", "JavaScript", "startar", "annan fil i sig", "spelar upp"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_sound_is_refused_with_all_its_flaws(api: Api, name: str) -> None:
    make, said = REFUSED[name]
    key = api.announced()
    before = kept(api.database), noted(api.database)
    told = problem(api.put(content(key), make()), 422, "attachment_refused")
    assert len(told["faults"]) == len(said)
    for part in said:
        assert any(part in fault["message"] for fault in told["faults"]), part
    assert (kept(api.database), noted(api.database)) == before
    assert names(api) == []
    assert api.put(content(key), files.pdf()).status_code == 201


def pieces(many: int) -> Iterator[bytes]:
    """A PNG that goes on."""
    yield files.png()
    for _ in range(many):
        yield bytes(MIB)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_that_is_too_large_is_refused(api: Api, is_told: bool) -> None:
    """At once where it says so itself, else as soon as it is."""
    key = api.announced()
    sent = b"".join(pieces(20)) if is_told else pieces(30)
    told = problem(api.put(content(key), sent), 413, "too_large")
    assert str(LARGEST) in told["faults"][0]["message"]
    assert names(api) == []


def test_a_file_that_is_as_large_as_may_be_is_taken(api: Api) -> None:
    text = hostile.chunk(b"prVt", bytes(LARGEST - len(hostile.grey(9, 9)) - 12))
    sent = hostile.grey(9, 9, text)
    assert len(sent) == LARGEST
    key = api.attached(sent)
    assert api.get(content(key)).content == sent


@pytest.mark.parametrize(
    ("headers", "body", "status", "name"),
    [
        ({"Content-Type": "image/png"}, files.png(), 415, "unsupported_media_type"),
        ({"Content-Type": "multipart/form-data"}, files.png(), 415, "unsupported_media_type"),
        ({"Content-Encoding": "gzip"}, files.png(), 415, "unsupported_media_type"),
        ({}, b"", 400, "malformed"),
    ],
)
def test_what_is_no_file_is_refused(
    api: Api, headers: dict[str, str], body: bytes, status: int, name: str
) -> None:
    key = api.announced()
    problem(api.put(content(key), body, headers=headers), status, name)
    assert names(api) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"kind": "selfie"}, "$.kind"),
        ({"title": ""}, "$.title"),
        ({"title": "x" * 201}, "$.title"),
        ({"title": "a\u0000b"}, "$.title"),
        ({"patient": 1}, "$.patient"),
        ({"size": 1}, "$.size"),
    ],
)
def test_what_cannot_be_announced(api: Api, fields: dict[str, Any], path: str) -> None:
    before = kept(api.database)
    assert paths(api.post("/attachments", attachment(**fields))) == [path]
    assert kept(api.database) == before


@pytest.mark.parametrize("patient", [NOBODY, "19480512-1012", "x", ""])
def test_of_whom_nothing_is_known_nothing_is_taken(api: Api, patient: str) -> None:
    before = kept(api.database), noted(api.database)
    told = problem(api.post("/attachments", attachment(patient=patient)), 422, "patient_unknown")
    assert [fault["path"] for fault in told["faults"]] == ["$.patient"]
    assert (kept(api.database), noted(api.database)) == before


def test_of_a_protected_identity_there_is_no_trace(api: Api, tmp_path: Path) -> None:
    """Known or not, the answer is the same, and says nothing of whether there is a card."""
    before = kept(api.database), noted(api.database)
    answers = {
        problem(
            api.post(
                "/attachments", attachment(patient=who, title="secret-1", protected_identity=True)
            ),
            422,
            "protected_identity",
        )["detail"]
        for who in (PROTECTED, PATIENT, without_dash(PROTECTED))
    }
    assert len(answers) == 1
    api.post("/attachments", attachment(patient=PROTECTED, title="secret-1"))
    api.post("/attachments/find", {"patient": PROTECTED})
    assert (kept(api.database), noted(api.database)) == before
    for trace in (PROTECTED, without_dash(PROTECTED), "secret-1"):
        assert trace.encode() not in everything_kept(api, tmp_path)


def test_a_clinic_has_its_own_alone(api: Api) -> None:
    mine = api.attached(files.png())
    empty = api.announced()
    before = kept(api.database), noted(api.database), names(api)
    asks: list[Callable[[], Response]] = [
        lambda: api.get(f"/attachments/{mine}", "other"),
        lambda: api.get(content(mine), "other"),
        lambda: api.put(content(empty), files.png(), "other"),
        lambda: api.put(content(mine), files.png(), "other"),
        lambda: api.get("/attachments/99999", "other"),
        lambda: api.put(content(99999), files.png(), "other"),
    ]
    answers = [ask() for ask in asks]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    problem(api.post("/attachments", attachment(), "other"), 403, "other_clinic")
    assert (kept(api.database), noted(api.database), names(api)) == before
    for who in ("import", "assessor", "reader"):
        assert api.get(content(mine), who).content == files.png()


def test_a_token_that_is_revoked_while_a_file_comes_keeps_nothing(api: Api) -> None:
    key = api.announced()

    def sending() -> Iterator[bytes]:
        yield files.png()[:50]
        asking.revoked(api.database, "clinic")
        yield files.png()[50:]

    before = kept(api.database)
    problem(api.put(content(key), sending()), 401, "unauthorized")
    assert kept(api.database) == {**before, "token_revoked": 1}
    assert names(api) == []


def test_of_several_who_send_at_once_one_is_kept(api: Api) -> None:
    """The others are told that there is other content, and nothing of theirs is left."""
    for _ in range(5):
        key, answers = api.announced(), list[Response]()
        together = Barrier(4)
        before = len(names(api))

        def send(seed: int, key: int = key, together: Barrier = together) -> None:
            together.wait()
            answers.append(api.put(content(key), files.png(seed)))  # noqa: B023

        threads = [Thread(target=send, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        assert len(names(api)) == before + 1
        (kept_as,) = [answer for answer in answers if answer.status_code == 201]
        read = api.get(content(key)).content
        assert sha256(read).hexdigest() == kept_as.json()["content"]["sha256"]


# --- files that are not what they were ---------------------------------------------------------


@pytest.mark.parametrize("how", ["altered", "shortened", "removed"])
def test_a_file_that_is_not_what_came_is_not_handed_out(api: Api, how: str) -> None:
    key, sound = api.attached(files.pdf()), api.attached(files.png())
    folder = attachments_of(api.database)
    with api.database.reading() as connection:
        table = tables.attachment_content
        name = connection.scalar(select(table.c.file).where(table.c.attachment_id == key))
    path = folder / str(name)
    if how == "removed":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + (b"x" if how == "altered" else b""))
    problem(api.get(content(key)), 500, "attachment_altered")
    assert api.get(content(sound)).content == files.png()
    with api.database.reading() as connection:
        (fault,) = file_faults(connection, folder)
    assert fault.where == f"attachment {key}"


def test_what_killed_processes_left_is_put_in_order(api: Api) -> None:
    """A file that a row names gets its name, one that none names is removed; all others stay, also
    one that somebody writes at this moment."""
    key = api.attached(files.png())
    folder = attachments_of(api.database)
    (name,) = names(api)
    (folder / name).rename(folder / f"{name}.coming")
    assert api.get(content(key)).content == files.png()
    (folder / ("0" * 32 + ".coming")).write_bytes(b"half a file")
    (folder / "somebody's own").write_bytes(b"not ours")

    writing = api.announced()

    def sending() -> Iterator[bytes]:
        yield files.png()[:50]
        tidy(api.database, folder)
        assert sum(one.endswith(".coming") for one in names(api)) == 1
        yield files.png()[50:]

    assert api.put(content(writing), sending()).status_code == 201
    assert name in names(api)
    assert "somebody's own" in names(api)
    assert len(names(api)) == 3
    assert api.get(content(key)).content == files.png()


# --- lines that wait ---------------------------------------------------------------------------

DAY_NOTE = line(line=2, code="303", price_ore=100_000, tooth="11")


@pytest.fixture
def waiting(api: Api) -> int:
    """An invoice with an approved line and one that waits for its day note."""
    answer = api.submitted(invoice("waits", lines=[line(), DAY_NOTE]))
    assert [one["outcome"] for one in answer.json()["lines"]] == ["approved", "needs_document"]
    return int(answer.headers["location"].rpartition("/")[2])


def asked(*pairs: tuple[int, int]) -> dict[str, Any]:
    return {"documents": [{"line": line, "attachment": key} for line, key in pairs]}


def test_a_document_is_added_to_a_line_that_waits(api: Api, waiting: int) -> None:
    key = api.attached(files.pdf())
    place = f"/invoices/{waiting}/documents"
    before = len(noted(api.database))
    answer = api.post(place, asked((2, key)))
    assert answer.status_code == 201
    settled = answer.json()["settled"]
    assert (settled["invoice"], settled["version"]) == (waiting, 2)
    assert [one["outcome"] for one in settled["decision"]["lines"]] == ["approved", "approved"]
    (added,) = answer.json()["documents"]
    assert (added["line"], added["added_on"], added["attachment"]["id"]) == (2, str(TODAY), key)
    assert added["attachment"]["kind"] == "day_note"
    again = api.post(place, asked((2, key), (2, key)))
    assert again.json() == {"documents": [added], "settled": None}
    assert api.get(place, "assessor").json() == {"documents": [added]}
    assert noted(api.database)[before:] == [
        ("add_document", "clinic", NUMBER), ("decide_again", "clinic", NUMBER),
        ("list_attachments", "assessor", NUMBER),
    ]  # fmt: skip
    with api.database.reading() as connection:
        ((number, (document,)),) = documents_of(connection, [waiting])[waiting].items()
    assert (number, document.kind, document.name) == (2, "day_note", f"/attachments/{key}")


def test_everything_that_speaks_against_a_document_is_told(api: Api, waiting: int) -> None:
    api.with_card(number="F-2", patient=OTHER)
    right, empty = api.attached(files.pdf()), api.announced()
    of_other = api.attached(files.pdf(), patient=OTHER)
    theirs = api.attached(files.pdf(), "other", clinic=OTHER_CLINIC)
    photo = api.attached(files.png(), kind="photo")
    before = kept(api.database), noted(api.database)
    answer = api.post(
        f"/invoices/{waiting}/documents",
        asked(
            (2, right), (1, right), (3, empty), (2, of_other), (2, theirs), (2, photo), (2, 9999)
        ),
    )
    told = problem(answer, 409, "not_added")
    found = [(fault["path"], fault["message"]) for fault in told["faults"]]
    expected = [
        ("$.documents[1].line", "väntar inte"),
        ("$.documents[2].line", "finns inte på fakturan"),
        ("$.documents[2].attachment", "har inte kommit"),
        ("$.documents[3].attachment", "annan patient"),
        ("$.documents[4].attachment", "annan kliniks"),
        ("$.documents[5].attachment", "hör till ansökningar"),
        ("$.documents[6].attachment", "finns inte"),
    ]
    assert [path for path, _ in found] == [path for path, _ in expected]
    for (_, message), (_, part) in zip(found, expected, strict=True):
        assert part in message
    assert (kept(api.database), noted(api.database)) == before


def test_an_invoice_has_so_many_documents_and_no_more(api: Api, waiting: int) -> None:
    place = f"/invoices/{waiting}/documents"
    # of a kind that the line does not wait for
    keys = [api.attached(files.png(seed), kind="referral") for seed in range(MOST_IN_A_CASE + 1)]
    assert api.post(place, asked(*((2, key) for key in keys[:-1]))).status_code == 201
    told = problem(api.post(place, asked((2, keys[-1]))), 409, "not_added")
    assert [fault["path"] for fault in told["faults"]] == ["$.documents"]
    assert api.post(place, asked((2, keys[0]))).status_code == 201


def test_another_clinic_s_invoice_gets_no_documents(api: Api, waiting: int) -> None:
    place = f"/invoices/{waiting}/documents"
    theirs = api.attached(files.pdf(), "other", clinic=OTHER_CLINIC)
    problem(api.post(place, asked((2, theirs)), "other"), 404, "not_found")
    problem(api.get(place, "other"), 404, "not_found")
    problem(api.post("/invoices/9999/documents", asked((2, theirs))), 404, "not_found")
    told = problem(api.post(place, asked((2, theirs)), "import"), 409, "not_added")
    assert "annan kliniks" in told["faults"][0]["message"]
    assert kept(api.database)["line_document"] == 0


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"documents": []}, "$.documents"),
        ({}, "$.documents"),
        (asked((0, 1)), "$.documents[0].line"),
        (asked((1, 0)), "$.documents[0].attachment"),
        ({"documents": [{"line": 1, "attachment": "1"}]}, "$.documents[0].attachment"),
    ],
)
def test_what_is_no_list_of_documents(
    api: Api, waiting: int, body: dict[str, Any], path: str
) -> None:
    answer = api.post(f"/invoices/{waiting}/documents", body, headers=JSON)
    assert paths(answer) == [path]


def test_what_was_announced_long_ago_is_announced_anew(api: Api) -> None:
    """Seven days are enough; what came in time stays as it was."""

    def announced(days: int) -> int:
        asked = Announced(CLINIC, PATIENT, "xray", "OPG")
        made = Acts(api.database).do(
            lambda connection: announce(connection, asked, TODAY - timedelta(days), None)
        )
        assert not isinstance(made, str)
        return made.id

    in_time, late = announced(DAYS_TO_COME), announced(DAYS_TO_COME + 1)
    assert api.put(content(in_time), files.png()).status_code == 201
    told = problem(api.put(content(late), files.png()), 409, "attachment_lapsed")
    assert str(TODAY - timedelta(1)) in told["detail"]
    assert len(names(api)) == 1
    whole = Incoming(attachments_of(api.database))
    whole.write(files.png())
    sound = whole.examined().sound
    assert sound is not None
    came = keep_file(Acts(api.database), whole, late, sound, Sender(CLINIC), TODAY)
    assert came.outcome == "lapsed"
    assert len(names(api)) == 1


def test_so_many_are_awaited_and_no_more(api: Api) -> None:
    last = [api.announced() for _ in range(MOST_AWAITED)][-1]
    problem(api.post("/attachments", attachment()), 409, "too_many_awaited")
    assert api.put(content(last), files.png()).status_code == 201
    assert api.announced() > last
