"""A file that goes with an application while it is written: kept as an attachment, and named by
what is written."""

from typing import Final, cast, get_args

import msgspec
from litestar.datastructures import UploadFile

from api.attachments import LONGEST_TITLE
from api.problems import ProblemError
from attachments.kinds import AttachmentKind
from portal.applications.draft import Draft
from portal.forms import Form
from portal.invoices.draft import FieldFault
from portal.request import PortalRequest
from portal.uploading import keep_upload
from portal.wording import FIRST, wording
from preassessments.application import Application
from storage.attachments import Announced
from terms.period import day_written

KINDS: Final[tuple[AttachmentKind, ...]] = get_args(AttachmentKind)
FIELDS: Final = ("kind", "taken_on", "title")
"""What is said of a file before it is enclosed."""


class _Problem(msgspec.Struct, frozen=True):
    title: str
    faults: list[dict[str, str]] = []


async def enclosed(
    request: PortalRequest, form: Form, draft: Draft, read: Application
) -> Draft | list[FieldFault]:
    """The draft with the file that the form holds, or what is wrong with it. The patient is known:
    the application is kept already."""
    kind, title, exposed_on = form.one("kind"), form.one("title"), form.one("taken_on")
    file = form.files.get("file")
    wrong = list(_wrong(file, kind, title, exposed_on))
    if wrong or file is None:
        return wrong
    title = title or wording(FIRST).say(f"enclosure.{kind}")
    said = Announced(read.clinic, read.patient, cast("AttachmentKind", kind), title)
    try:
        key = await keep_upload(request, said, file)
    except ProblemError as error:
        problem = msgspec.json.decode(error.body, type=_Problem)
        told = [one["message"] for one in problem.faults] or [problem.title]
        return [FieldFault("file", None, "file", message) for message in told]
    return with_enclosed(draft, kind, str(key), exposed_on)


def with_enclosed(draft: Draft, kind: str, key: str, exposed_on: str) -> Draft:
    """The draft naming an attachment: an x-ray goes with the first of its day that has none."""
    if kind != "xray":
        return draft._replace(attachments=[*draft.attachments, key])
    xrays = list(draft.xrays)
    for place, xray in enumerate(xrays):
        if xray["exposed_on"] == exposed_on and not xray["attachment"]:
            xrays[place] = {**xray, "attachment": key}
            break
    else:
        xrays.append({"exposed_on": exposed_on, "shows": "", "attachment": key})
    return draft._replace(xrays=xrays)


def _wrong(file: UploadFile | None, kind: str, title: str, exposed_on: str) -> list[FieldFault]:
    wrong = []
    if file is None or not file.filename:
        wrong.append(FieldFault("file", None, "file", "välj en fil"))
    if kind not in KINDS:
        wrong.append(FieldFault("kind", None, "kind", "välj ett slag"))
    if len(title) > LONGEST_TITLE or not title.isprintable():
        wrong.append(FieldFault("title", None, "title", f"skriv högst {LONGEST_TITLE} tecken"))
    if kind == "xray" and not _is_day(exposed_on):
        wrong.append(FieldFault("taken_on", None, "taken_on", "ange dagen då bilden togs"))
    return wrong


def _is_day(text: str) -> bool:
    try:
        day_written(text)
    except ValueError:
        return False
    return True
