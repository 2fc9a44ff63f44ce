"""What is wrong with a line or a body that cannot be read as what it should be: every fault with
its path, in Swedish and without anything of the content, since a person number may stand anywhere
in it."""

import re
from collections.abc import Callable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from adjudication.invoice import DocumentKind, Fact, Invoice
from intake.lines import LONGEST_LINE, TOO_LONG, bare
from terms.vocabulary import CareLevel, Performer, Support

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a line raises when the line is at fault."""

CONTROL_CHARACTER = "Control character"
"""What the reader of intake/strict.py says of one."""

MOST_FAULTS = 100


class Fault(msgspec.Struct, frozen=True, tag_field="code", tag="malformed"):
    """What is wrong with a line, and where in it (`$` is the whole line)."""

    message: str
    path: str


class Malformed(msgspec.Struct, frozen=True):
    """The answer in place of a decision."""

    status: Literal["invalid"]
    input_line: int
    findings: list[Fault]


def malformed(line: bytes, number: int, read: Callable[[bytes], Invoice]) -> Malformed:
    """The answer to a line, counted from 1, that `read` finds to be no invoice. It is read again
    without its line feed, which otherwise would be what ends a line too early."""
    text = bare(line)
    try:
        read(text)
    except UNREADABLE as error:
        return Malformed("invalid", number, faults(text, Invoice, error))
    raise AssertionError("an invoice is not malformed")


def is_blank(line: bytes) -> bool:
    """Whether a line is passed over; asked only of lines that cannot be read."""
    return not line.strip()


def faults(text: bytes, kind: Any, error: Exception) -> list[Fault]:
    """Everything that is wrong with JSON that should be of some kind and raised `error`, in the
    order of the fields; at most `MOST_FAULTS`."""
    first = fault(text, error)
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return [first]
    found = []
    for one in faults_of(value, kind, "$"):
        found.append(one)
        if len(found) == MOST_FAULTS:
            break
    return found or [first]


def faults_of(value: Any, kind: Any, path: str) -> Iterator[Fault]:
    """Everything that is wrong with a value, read already, that should be of some kind."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(plain) in (Union, UnionType):
        if value is None and NoneType in get_args(plain):
            return
        others = [one for one in get_args(plain) if one is not NoneType]
        if len(others) == 1:
            yield from faults_of(value, others[0], path)
            return
    if isinstance(value, dict) and isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        yield from _faults_of_fields(value, plain, path)
    elif isinstance(value, list) and get_origin(plain) is list:
        for place, each in enumerate(value):
            yield from faults_of(each, get_args(plain)[0], f"{path}[{place}]")
    else:
        if isinstance(value, str) and any(one < " " and one not in "\t\n\r" for one in value):
            yield _control_character(path)
            return
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            if get_origin(plain) is Literal and isinstance(value, str):
                yield Fault(f"ska vara något av {', '.join(get_args(plain))}", path)
            else:
                yield _told(*_split(str(error), path))


def _faults_of_fields(
    value: dict[str, Any], kind: type[msgspec.Struct], path: str
) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in value:
        if name not in fields:
            yield _unknown(path, name)
    for name, field in fields.items():
        if name in value:
            yield from faults_of(value[name], field.type, f"{path}.{name}")
        elif field.required:
            yield _missing(path, name)


def fault(line: bytes, error: Exception) -> Fault:
    """What decoding `line` raised, told in Swedish."""
    if line is TOO_LONG:
        return Fault(f"raden är längre än {LONGEST_LINE} byte och har inte lästs", "$")
    if isinstance(error, RecursionError):
        return Fault("raden har för många nivåer av listor eller objekt i varandra", "$")
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault("filen är skriven i UTF-16; spara den i UTF-8", "$")
    if isinstance(error, UnicodeDecodeError):
        return Fault(
            f"raden är inte skriven i UTF-8{_first_odd_byte(line)}, kanske i Latin-1; "
            "spara filen i UTF-8",
            "$",
        )
    return _told(*_split(str(error)))


def _told(text: str, path: str) -> Fault:
    for pattern, told in _PATTERNS:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match is not None:
            return told(path, *match.groups())
    return Fault(f"raden kan inte läsas ({text})", path)


def _split(message: str, within: str = "$") -> tuple[str, str]:
    """What msgspec says, and where."""
    match = re.fullmatch(r"(.*?)(?: - at `(\$[^`]*)`)?", message, re.DOTALL)
    assert match is not None
    return match[1], within + (match[2] or "$")[1:]


def _first_odd_byte(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return f" (efter {error.start} byte)"
    return ""


_KINDS = {
    "int": "ett heltal",
    "float": "ett tal med decimaler eller exponent",
    "str": "en text",
    "bool": "true eller false",
    "null": "null",
    "array": "en lista",
    "object": "ett objekt",
    "date": "en dag skriven ÅÅÅÅ-MM-DD",
}

_ALLOWED = {
    "support": get_args(Support),
    "care_level": get_args(CareLevel),
    "performer": get_args(Performer),
    "kind": get_args(DocumentKind),
    "facts": get_args(Fact),
}

_NOT_JSON = {
    "invalid character": "otillåtet tecken",
    "invalid number": "ett tal är fel skrivet",
    "expected ',' or ']'": "där ska stå , eller ]",
    "expected ',' or '}'": "där ska stå , eller }",
    "expected ':'": "där ska stå :",
    "expected '\"'": "där ska stå ett citattecken",
    "object keys must be strings": "där ska stå ett fältnamn inom citattecken",
    "trailing comma in array": "ett komma för mycket",
    "trailing comma in object": "ett komma för mycket",
    "trailing characters": "något följer efter objektet",
}


def _wrong_kind(path: str, expected: str, got: str) -> Fault:
    wanted = " eller ".join(_KINDS.get(kind, kind) for kind in expected.split(" | "))
    return Fault(f"ska vara {wanted}, inte {_KINDS.get(got, got)}", path)


def _out_of_bounds(path: str, sign: str, bound: str) -> Fault:
    return Fault(f"ska vara {'minst' if sign == '>=' else 'högst'} {bound}", path)


def _not_letters(path: str) -> Fault:
    return Fault("ska vara bokstäver", path)


def _too_large(path: str, _what: str) -> Fault:
    return Fault("talet är för stort", path)


def _no_day(path: str) -> Fault:
    return Fault("ska vara en dag som finns, skriven ÅÅÅÅ-MM-DD", path)


def _not_allowed(path: str, _value: str) -> Fault:
    field = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    allowed = _ALLOWED.get(field)
    if allowed is None:
        return Fault("har ett värde som inte är tillåtet", path)
    return Fault(f"ska vara något av {', '.join(allowed)}", path)


def _missing(path: str, field: str) -> Fault:
    return Fault("saknas", f"{path}.{field}")


def _unknown(path: str, field: str) -> Fault:
    if re.fullmatch(r"[A-Za-z_]{1,40}", field) is None:  # could be anything: a person number
        return Fault("objektet har ett fält som inte är känt", path)
    return Fault("fältet är inte känt", f"{path}.{field}")


def _control_character(path: str) -> Fault:
    return Fault("texten innehåller ett styrtecken; ta bort det", path)


def _not_json(path: str, reason: str, byte: str) -> Fault:
    told = _NOT_JSON.get(reason, r"ett tecken är fel skrivet efter \ i en text")
    return Fault(f"raden är inte JSON: {told} (efter {byte} byte)", path)


def _cut_off(path: str) -> Fault:
    return Fault("raden är inte JSON: den slutar för tidigt", path)


_PATTERNS = (
    (r"Expected `([^`]+)`, got `([^`]+)`", _wrong_kind),
    (r"Expected `int` (>=|<=) (-?\d+)", _out_of_bounds),
    (r"Expected `str` matching regex .*", _not_letters),
    (r"(Integer value|Number) out of range", _too_large),
    (r"Invalid RFC3339 encoded date", _no_day),
    (r"Invalid enum value (.*)", _not_allowed),
    (r"Object missing required field `([^`]+)`", _missing),
    (r"Object contains unknown field `(.*)`", _unknown),
    (r"JSON is malformed: (.*) \(byte (\d+)\)", _not_json),
    (r"Input data was truncated", _cut_off),
    (CONTROL_CHARACTER, _control_character),
)
