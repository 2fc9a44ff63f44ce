"""An application that is being written, with something more or less in it."""

import re
from collections.abc import Iterable

from portal.applications.draft import MOST_LINES, XRAY, Draft, Row, empty_line, is_written
from portal.forms import whole_number
from preassessments.requirements import DoneAction

_NUMBERS = re.compile(r"[0-9]{1,18}", re.ASCII)
_LAST_DIGITS = re.compile(r"(.*?)([0-9]{1,9})", re.ASCII | re.DOTALL)


def changed(draft: Draft, act: str, tooth: str) -> Draft:
    """With a line more or one fewer, an x-ray more or one fewer, a document left out, milk teeth
    shown or not. A tooth that
    is chosen goes into the last line where that has none; else the last line's action is planned
    for that tooth, too."""
    lines, xrays, attachments = list(draft.lines), list(draft.xrays), list(draft.attachments)
    what, _, which = act.partition("-")
    place = (whole_number(which, MOST_LINES) or 0) - 1
    if tooth and not lines[-1]["tooth"]:
        lines[-1] = {**lines[-1], "tooth": tooth}
    elif tooth and len(lines) < MOST_LINES:
        last = lines[-1]
        again = {name: last[name] for name in ("code", "count", "price")}
        lines.append({**empty_line(_free(lines)), **again, "tooth": tooth})
    elif act == "add" and len(lines) < MOST_LINES:
        lines.append(empty_line(_free(lines)))
    elif what == "remove" and 0 <= place < len(lines):
        del lines[place]
    elif act == "xray" and len(xrays) < MOST_LINES:
        xrays.append(dict.fromkeys(XRAY, ""))
    elif what == "unxray" and 0 <= place < len(xrays):
        del xrays[place]
    elif what == "unenclose" and which in attachments:
        attachments.remove(which)
    has_milk_teeth = draft.has_milk_teeth != (act == "milk")
    return Draft(
        draft.head, draft.texts, lines or [empty_line("1")], xrays, attachments, has_milk_teeth
    )


def with_done(draft: Draft, done: Iterable[DoneAction]) -> Draft:
    """With a line for each of some actions that were done."""
    lines = [line for line in draft.lines if is_written(line)]
    for one in done:
        said = {"code": one.code, "tooth": one.tooth or "", "done_on": str(one.treated_on)}
        lines.append({**empty_line(_free(lines)), **said})
    return draft._replace(lines=lines[:MOST_LINES] or draft.lines)


def following(number: str) -> str:
    """The number after one: `2026-107` becomes `2026-108`; nothing after one without digits."""
    match = _LAST_DIGITS.fullmatch(number)
    if match is None:
        return ""
    return match[1] + str(int(match[2]) + 1).zfill(len(match[2]))


def _free(lines: Iterable[Row]) -> str:
    """A number that no line has. One that was decided on keeps its own."""
    used = [int(one["line"]) for one in lines if _NUMBERS.fullmatch(one["line"])]
    return str(max(used, default=0) + 1)
