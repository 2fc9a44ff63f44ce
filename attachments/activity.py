"""What in a PDF does something by itself, or holds what is no page."""

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Stream

from attachments.verdict import Flaw, FlawCode

_ACTIONS: dict[str, FlawCode] = {
    "/JavaScript": "script",
    "/Launch": "starts_program",
    "/SubmitForm": "active_content",
    "/ImportData": "active_content",
    "/GoToR": "active_content",
    "/GoToE": "active_content",
    "/Rendition": "active_content",
    "/Movie": "active_content",
    "/Sound": "active_content",
    "/RichMediaExecute": "active_content",
}
"""What an action does, by its `/S`. Going to a page or to an address on the web is a click."""

_ANNOTATIONS = {"/Movie", "/Sound", "/Screen", "/RichMedia", "/3D", "/FileAttachment"}
"""Kinds of annotations (`/Subtype`) that play something or carry a file."""

_KEYS: dict[str, FlawCode] = {
    "/JavaScript": "script",
    "/EF": "embedded_file",
    "/EmbeddedFiles": "embedded_file",
    "/RichMedia": "active_content",
    "/XFA": "active_content",
}
"""What a dictionary with such a key has: scripts by their names, files, forms that are programs."""


def activity(top: Object) -> Iterator[Flaw]:
    """Everything of the kind in an object, as deep as it goes without following a reference: who
    asks goes through all objects of the file."""
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting += [inner for inner in one if _is_within(inner)]
        elif isinstance(one, Dictionary | Stream):
            yield from _of_dictionary(one)
            waiting += [inner for _, inner in one.items() if _is_within(inner)]


def _of_dictionary(one: Object) -> Iterator[Flaw]:
    keys = set(one.keys())
    yield from (Flaw(code) for key, code in _KEYS.items() if key in keys)
    action, subtype, kind = (_name(one, key) for key in ("/S", "/Subtype", "/Type"))
    if action in _ACTIONS:
        yield Flaw(_ACTIONS[action])
    if "/JS" in keys and action:
        yield Flaw("script")
    if subtype in _ANNOTATIONS and "/Rect" in keys:
        yield Flaw("embedded_file" if subtype == "/FileAttachment" else "active_content")
    if kind == "/EmbeddedFile":
        yield Flaw("embedded_file")
    if isinstance(one, Stream) and "/F" in keys:
        yield Flaw("active_content")  # its content is in a file elsewhere


def _name(one: Object, key: str) -> str:
    """What a dictionary says by a name, nothing where it says something else."""
    found = one.get(key)
    return str(found) if isinstance(found, Name) else ""


def _is_within(inner: Object) -> bool:
    """Whether it stands here, and is no other object's."""
    return isinstance(inner, Array | Dictionary) and not inner.is_indirect
