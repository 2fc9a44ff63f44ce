"""The fields of an application: what is kept comes back as it was, and nothing that somebody types
is more than wrong."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import UploadFile

from portal.applications.changing import changed, following
from portal.applications.draft import HEAD, LINE, TEXTS, XRAY, Draft, drafted, kept, kronor_of
from portal.forms import Form
from portal.invoices.draft import FieldFault, ore_of
from preassessments.application import Application, Content, PlanLine, Xray
from tests.api.asking import CLINIC
from tests.commands import PATIENT

CODES = st.sampled_from(["101", "407", "704", "801", "9999", ""])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
SAID = st.none() | TEXT.filter(bool)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
KEYS = st.integers(1, 2**53 - 1)
LINES = st.lists(
    st.builds(
        PlanLine,
        line=st.integers(1, 10**6),
        code=CODES,
        tooth=st.none() | st.sampled_from(["11", "48", "85", "99"]),
        count=st.integers(1, 99),
        price_ore=st.integers(0, 10**9),
        done_on=st.none() | DAYS,
        motivation=SAID,
    ),
    max_size=4,
)
XRAYS = st.lists(
    st.builds(Xray, exposed_on=DAYS, shows=SAID, attachment=st.none() | KEYS), max_size=3
)


@st.composite
def applications(draw: st.DrawFn) -> Application:
    """Any that a page may have kept: one of which something is done is one in retrospect."""
    lines = draw(LINES)
    is_done = any(line.done_on for line in lines)
    content = Content(
        kind="retrospective" if is_done else "advance",
        care_level=draw(st.sampled_from(["general", "specialist"])),
        lines=lines,
        xrays=draw(XRAYS),
        attachments=draw(st.lists(KEYS, max_size=3)),
        **{name: draw(SAID) for name in TEXTS if name != "care_level"},
    )
    number = draw(TEXT.filter(bool))
    return Application(
        clinic=CLINIC, number=number, patient=PATIENT, region="jonkoping", support="F",
        content=content,
    )  # fmt: skip


@given(applications())
def test_what_is_kept_comes_back_as_it_was(application: Application) -> None:
    assert kept(application).read(CLINIC) == application


def form_of(draft: Draft) -> Form:
    """What a browser sends of a page that shows a draft."""
    fields: dict[str, Any] = {
        **{name: [text] for name, text in {**draft.head, **draft.texts}.items()},
        **{name: [line[name] for line in draft.lines] for name in LINE},
        **{name: [xray[name] for xray in draft.xrays] for name in XRAY},
        "enclosed": draft.attachments,
        "milk": ["shown"] if draft.has_milk_teeth else [],
    }
    return Form({name: texts for name, texts in fields.items() if texts}, {})


ANY = st.one_of(
    st.text(max_size=8), st.sampled_from(["", "1", "0", "-1", "1e9", "9" * 5000, "٣", "2026-02-30"])
)
ROWS = {name: st.lists(ANY, max_size=3) for name in (*LINE, *XRAY, "enclosed")}
ACTS = st.sampled_from(
    ["", "add", "milk", "xray", "remove-1", "remove-0", "unxray-1", "unenclose-1", "remove-x"]
)


@given(
    st.fixed_dictionaries({name: ANY.map(lambda text: [text]) for name in (*HEAD, *TEXTS)}),
    st.fixed_dictionaries(ROWS),
    ACTS,
    st.sampled_from(["", "16", "x"]),
)
def test_whatever_is_typed_is_read_or_told_at_a_field(
    head: dict[str, list[str]], rows: dict[str, list[str]], act: str, tooth: str
) -> None:
    files: dict[str, UploadFile] = {}
    draft = changed(drafted(Form({**head, **rows}, files)), act, tooth)
    assert draft.lines
    assert drafted(form_of(draft)) == draft
    read = draft.read(CLINIC)
    if isinstance(read, Application):
        return
    assert read
    places = {
        *HEAD, *TEXTS, "attachments", "lines",
        *(f"line-{n}-{name}" for n in range(1, len(draft.lines) + 1) for name in LINE),
        *(f"xray-{n}-{name}" for n in range(1, len(draft.xrays) + 1) for name in XRAY),
    }  # fmt: skip
    for one in read:
        assert isinstance(one, FieldFault)
        assert one.id in places, one
        assert one.message


@given(st.integers(0, 10**9))
def test_an_amount_is_typed_as_it_is_read(ore: int) -> None:
    assert ore_of(kronor_of(ore)) == ore


@pytest.mark.parametrize(
    ("number", "after"),
    [
        ("2026-107", "2026-108"), ("2026-099", "2026-100"), ("A9", "A10"), ("7", "8"), ("", ""),
        ("klinik", ""), ("2026-7b", ""), ("1" * 30, "1" * 29 + "2"),
        ("9" * 12, "999" + "1" + "0" * 9),
    ],
)  # fmt: skip
def test_a_number_follows_the_last(number: str, after: str) -> None:
    assert following(number) == after
