"""An application as it is being written: what the fields say, and what of it cannot be read."""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from intake.malformed import UNREADABLE, faults
from intake.strict import Reader
from portal.forms import NOT_AN_AMOUNT, Form
from portal.invoices.draft import FieldFault, ore_of
from preassessments.application import Application, PlanLine

HEAD: Final = ("patient", "number", "region", "support")
"""What stays as it is first kept."""

TEXTS: Final = (
    "care_level", "category", "anamnesis", "status", "periodontal_status", "hygiene_standard",
    "prognosis",
)  # fmt: skip
LINE: Final = ("line", "code", "tooth", "count", "price", "done_on", "motivation")
XRAY: Final = ("exposed_on", "shows", "attachment")
MOST_LINES: Final = 100

_PATH = re.compile(r"\$\.(?:content\.?)?(?:(lines|xrays|attachments)\[(\d+)\]\.?)?(\w*)")
_SPELT = {"price_ore": "price"}
_NUMBERS = re.compile(r"[0-9]{1,18}", re.ASCII)

Row = dict[str, str]


class Draft(NamedTuple):
    """What the fields of a page say. There is always a line to write in. A plan of which something
    is done is applied for in retrospect: nobody need say so."""

    head: Row
    texts: Row
    lines: list[Row]
    xrays: list[Row]
    attachments: list[str]
    has_milk_teeth: bool = False

    def read(self, clinic: str) -> Application | list[FieldFault]:
        """The clinic's application, or everything that is wrong with the fields."""
        lines, xrays = ([row for _, row in self._written(kind)] for kind in ("lines", "xrays"))
        content = {
            "kind": "retrospective" if any(line["done_on"] for line in lines) else "advance",
            **_said(self.texts),
            "lines": [_line_row(line) for line in lines],
            "xrays": [_xray_row(xray) for xray in xrays],
            "attachments": [_whole(key) for key in self.attachments],
        }
        text = msgspec.json.encode({"clinic": clinic, **self.head, "content": content})
        try:
            application = _READER.read(text)
        except UNREADABLE as error:
            return [self.at(one.path, one.message) for one in faults(text, Application, error)]
        empty = [one for one in ("patient", "number") if not self.head[one]]
        if empty:
            return [FieldFault(one, None, one, "saknas") for one in empty]
        return application

    def at(self, path: str, message: str) -> FieldFault:
        """What is wrong at a path of the application, at its field."""
        match = _PATH.match(path)
        kind, place, named = (None, None, "") if match is None else match.groups()
        name = "attachments" if path == "$.content" else _SPELT.get(named, named) or kind or "lines"
        if name == "price" and "heltal" in message:
            message = NOT_AN_AMOUNT
        if kind is None or place is None or kind == "attachments":
            return FieldFault(name, None, name, message)
        number = self._written(kind)[int(place)][0] + 1
        if kind == "lines":
            return FieldFault(f"line-{number}-{name}", number, name, message)
        return FieldFault(f"xray-{number}-{name}", None, name, message)

    def _written(self, kind: str) -> list[tuple[int, Row]]:
        """The lines or x-rays in which something is written, each with its place on the page."""
        rows = self.lines if kind == "lines" else self.xrays
        return [(place, row) for place, row in enumerate(rows) if is_written(row)]


def blank() -> Draft:
    """Nothing is written yet."""
    head = {**dict.fromkeys(HEAD, ""), "support": "F"}
    return Draft(
        head, {**dict.fromkeys(TEXTS, ""), "care_level": "general"}, [empty_line("1")], [], []
    )


def drafted(form: Form) -> Draft:
    """What a form says: every line and every x-ray has each of its fields, in their order."""
    return Draft(
        {name: form.one(name) for name in HEAD},
        {name: form.one(name) for name in TEXTS},
        _rows(form, LINE) or [empty_line("1")],
        _rows(form, XRAY),
        [one for one in form.many("enclosed") if one],
        form.one("milk") == "shown",
    )


def kept(application: Application) -> Draft:
    """One that is kept, to be written anew."""
    content = application.content
    head = {name: getattr(application, name) for name in HEAD}
    texts = {name: getattr(content, name) or "" for name in TEXTS}
    lines = [_row_of(line) for line in content.lines or ()]
    xrays = [
        {
            "exposed_on": str(one.exposed_on),
            "shows": one.shows or "",
            "attachment": str(one.attachment or ""),
        }
        for one in content.xrays or ()
    ]
    return Draft(head, texts, lines or [empty_line("1")], xrays, _texts(content.attachments or ()))


def kronor_of(ore: int) -> str:
    """An amount as it is typed."""
    return f"{ore // 100}" if ore % 100 == 0 else f"{ore // 100},{ore % 100:02d}"


def _rows(form: Form, names: Iterable[str]) -> list[Row]:
    columns = {name: form.many(name) for name in names}
    return [
        {name: text.strip() for name, text in zip(columns, row, strict=True)}
        for row in zip(*columns.values(), strict=False)
    ][:MOST_LINES]


def empty_line(number: str) -> Row:
    """A line of which nothing is typed."""
    return {**dict.fromkeys(LINE, ""), "line": number, "count": "1"}


def is_written(row: Row) -> bool:
    """Whether anything is typed in it."""
    return any(text for name, text in row.items() if name not in {"line", "count"})


def _said(texts: Row) -> Row:
    return {name: text for name, text in texts.items() if text}


def _line_row(line: Row) -> dict[str, Any]:
    """A line as it is sent; what cannot be read is left as it is, for the reader to find."""
    amount = ore_of(line["price"])
    return {
        "line": _whole(line["line"]),
        "code": line["code"].partition(" ")[0],
        "count": _whole(line["count"] or "1"),
        "price_ore": line["price"] if amount is None else amount,
        **_said({name: line[name] for name in ("tooth", "done_on", "motivation")}),
    }


def _xray_row(xray: Row) -> dict[str, Any]:
    row: dict[str, Any] = {"exposed_on": xray["exposed_on"]}
    if xray["shows"]:
        row["shows"] = xray["shows"]
    if xray["attachment"]:
        row["attachment"] = _whole(xray["attachment"])
    return row


def _row_of(line: PlanLine) -> Row:
    return {
        "line": str(line.line),
        "code": line.code,
        "tooth": line.tooth or "",
        "count": str(line.count or 1),
        "price": kronor_of(line.price_ore),
        "done_on": str(line.done_on or ""),
        "motivation": line.motivation or "",
    }


def _whole(text: str) -> int | str:
    return int(text) if _NUMBERS.fullmatch(text) else text


def _texts(keys: Iterable[int]) -> list[str]:
    return [str(key) for key in keys]


_READER = Reader(Application)
