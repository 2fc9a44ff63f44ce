"""What is sound is taken, and whatever is not is refused for what it is."""

import zlib
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from attachments.examining import examine
from attachments.kinds import Format
from attachments.limits import MOST_PAGES, MOST_PIXELS
from attachments.verdict import Sound, Verdict
from tests import files
from tests import hostilefiles as hostile


def codes(content: bytes) -> set[str]:
    """What speaks against a file."""
    verdict = examine(content)
    assert (verdict.sound is None) == bool(verdict.flaws)
    found = [flaw.code for flaw in verdict.flaws]
    assert len(set(verdict.flaws)) == len(found), "each flaw is told once"
    return set(found)


def picture(kind: str, mode: str, **options: object) -> Callable[[], bytes]:
    return lambda: files.saved(files.picture(mode=mode), kind, **options)


def laced(width: int, height: int) -> bytes:
    """An interlaced PNG of one shade, row by row and pass by pass."""
    rows = b"".join(
        (b"\0" + bytes(-(-(width - column) // right))) * -(-(height - row) // down)
        for column, row, right, down in (
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
            (0, 1, 1, 2),
        )
        if width > column and height > row
    )  # fmt: skip
    data = hostile.chunk(b"IDAT", zlib.compress(rows))
    return hostile.png_of(hostile.header(width, height, laced=1), data)


def in_pieces(content: bytes) -> bytes:
    """A PNG whose data stand in many chunks."""
    begins, data = content.index(b"IDAT") - 4, content[content.index(b"IDAT") + 4 : -16]
    some = [hostile.chunk(b"IDAT", data[at : at + 100]) for at in range(0, len(data), 100)]
    return content[:begins] + b"".join(some) + content[-12:]


def linked(made: Pdf) -> None:
    """With a link, a form, an outline and a day: what documents have."""
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name.URI, URI=String("https://example.org")),
    )  # fmt: skip
    made.pages[0].Annots = Array([link])
    made.Root.OpenAction = Array([made.pages[0].obj, Name.Fit])
    made.Root.AcroForm = Dictionary(Fields=Array([]))
    made.docinfo["/Title"] = "Daganteckning"


def uncompressed(made: Pdf) -> None:
    """With a picture that is packed twice, and another in letters."""
    outer = made.make_stream(zlib.compress(files.jpeg()))
    outer.Filter = Array([Name.FlateDecode, Name.DCTDecode])
    letters = made.make_stream(b"61626364>")
    letters.Filter = Name.ASCIIHexDecode
    made.Root.Held = Array([outer, letters])


SOUND: dict[str, tuple[Callable[[], bytes], Format, int]] = {
    "jpeg": (files.jpeg, "jpeg", 1),
    "progressive jpeg": (lambda: files.jpeg(progressive=True), "jpeg", 1),
    "optimised jpeg": (lambda: files.jpeg(optimize=True, quality=99), "jpeg", 1),
    "jpeg with restarts": (lambda: files.jpeg(restart_marker_rows=1), "jpeg", 1),
    "jpeg with a thumbnail": (lambda: files.jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"), "jpeg", 1),
    "jpeg with a comment": (lambda: files.jpeg(comment=b"OPG 2026-01-20"), "jpeg", 1),
    "grey jpeg": (picture("JPEG", "L"), "jpeg", 1),
    "jpeg for printing": (picture("JPEG", "CMYK"), "jpeg", 1),
    "jpeg with fill": (lambda: hostile.after_start(files.jpeg(), b"\xff" * 9), "jpeg", 1),
    **{
        f"png {mode}": (picture("PNG", mode), "png", 1)
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    },
    "interlaced png": (lambda: laced(13, 11), "png", 1),
    "interlaced png of a pixel": (lambda: laced(1, 1), "png", 1),
    "png in pieces": (lambda: in_pieces(files.png()), "png", 1),
    "png with a text": (
        lambda: hostile.grey(9, 9, hostile.chunk(b"tEXt", b"Comment\0OPG")), "png", 1
    ),
    "png with a packed text": (
        lambda: hostile.grey(9, 9, hostile.chunk(b"zTXt", b"C\0\0" + zlib.compress(b"OPG"))),
        "png", 1,
    ),
    "png of as many pixels as may be": (
        lambda: hostile.grey(10_000, MOST_PIXELS // 10_000), "png", 1
    ),
    "pdf": (files.pdf, "pdf", 1),
    "pdf by hand": (hostile.page_with, "pdf", 1),
    "pdf of as many pages as may be": (lambda: files.pdf(MOST_PAGES), "pdf", MOST_PAGES),
    "pdf in streams": (
        lambda: files.pdf(3, object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf", 3
    ),
    "pdf for the web": (lambda: files.pdf(3, linearize=True), "pdf", 3),
    "pdf to be read by people": (lambda: files.pdf(3, qdf=True), "pdf", 3),
    "pdf with links": (lambda: files.pdf(change=linked), "pdf", 1),
    "pdf with pictures packed twice": (lambda: files.pdf(change=uncompressed), "pdf", 1),
    "pdf with spaces after its end": (lambda: files.pdf() + b"\r\n\0 ", "pdf", 1),
    "pdf from a picture": (picture("PDF", "RGB"), "pdf", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_taken(name: str) -> None:
    make, of, pages = SOUND[name]
    assert examine(make()) == Verdict(Sound(of, pages))


EXPECTED: dict[str, set[str]] = {
    "png: more pixels than memory": {"too_many_pixels"},
    "png: too many pixels": {"too_many_pixels"},
    "png: more data than pixels": {"damaged"},
    "png: a text that unpacks": {"unpacks_too_large"},
    "png: an international text that unpacks": {"unpacks_too_large"},
    "png: a profile that unpacks": {"unpacks_too_large"},
    "png: a million chunks": {"too_many_parts"},
    "png: a chunk longer than the file": {"incomplete"},
    "png: animated": {"animated"},
    "jpeg: more pixels than memory": {"too_many_pixels"},
    "jpeg: a few too many pixels": {"too_many_pixels"},
    "jpeg: ten thousand scans": {"too_many_parts"},
    "jpeg: a million segments": {"too_many_parts"},
    "jpeg: a scan without end": {"incomplete"},
    "jpeg: a scan of fill": {"incomplete"},
    "jpeg: start alone": {"incomplete"},
    "jpeg: lossless": {"format_variant"},
    "jpeg: arithmetic": {"format_variant"},
    "jpeg: twelve bits": {"format_variant"},
    "jpeg: a segment longer than the file": {"incomplete"},
    "pdf: a stream that unpacks": {"unpacks_too_large"},
    "pdf: packed twice": {"unpacks_too_large"},
    "pdf: runs": {"format_variant"},
    "pdf: runs packed": {"format_variant"},
    "pdf: many that are large together": {"unpacks_too_large"},
    "pdf: a picture within that unpacks": {"unpacks_too_large"},
    "pdf: a picture of too many pixels": {"too_many_pixels"},
    "pdf: a jpeg of too many pixels": {"too_many_pixels"},
    "pdf: a way of packing that is none": {"format_variant"},
    "pdf: a script before all objects": {"script"},
    "png: a wrong sum beside the picture": {"damaged"},
    "png: rows packed in a way that is none": {"damaged"},
    "png: colours by number without a list": {"damaged"},
    "jpeg: no tables": {"damaged"},
    "pdf: too many pages": {"too_many_pages"},
    "pdf: five thousand pages": {"too_many_pages"},
    "pdf: no pages": {"no_pages"},
    "pdf: too many objects": {"too_many_parts"},
    "pdf: begins late": {"format_unknown"},
    "nothing but spaces": {"format_unknown"},
    "more than there may be": {"too_large"},
    "pdf with a page after its end": {"trailing_data"},
    **{f"pdf {how}": {"trailing_data"} for how in ("and a page", "and one byte")},
    **{f"png {how}": {"trailing_data"} for how in ("and a page", "and one byte")},
    **{f"jpeg {how}": {"trailing_data"} for how in ("and a page", "and one byte")},
    **{
        f"{name} and a zip": {"trailing_data", "other_format_within"}
        for name in ("pdf", "png", "jpeg")
    },
    "jpeg and a pdf in a comment": {"other_format_within"},
    "jpeg and a zip in a comment": {"other_format_within"},
    "png and a pdf in a text": {"other_format_within"},
    **{name: flaws for name, (_, flaws) in hostile.PDF_DOINGS.items()},
}
"""What exactly is said of some; of those that are nowhere here, that they are refused."""

PURPOSELY = list(hostile.hostile(0))  # fmt: skip


@pytest.mark.parametrize("one", PURPOSELY, ids=[one.name for one in PURPOSELY])
def test_what_means_harm_is_refused_for_what_it_is(one: hostile.Hostile) -> None:
    found = codes(one.make())
    assert found == EXPECTED.get(one.name, found) != set()


def test_what_was_changed_by_chance_has_its_verdict() -> None:
    """Cut, changed or noise: refused, or by chance still sound; nothing is raised."""
    taken = 0
    for one in list(hostile.hostile(500))[len(PURPOSELY) :]:
        is_sound = examine(one.make()).sound is not None
        assert not (is_sound and one.is_refused), one.name
        taken += is_sound
    assert 0 < taken < 100


def test_what_is_expected_is_tried() -> None:
    assert set(EXPECTED) <= {one.name for one in PURPOSELY}


CUT = st.sampled_from(sorted(hostile.SOUND)).map(lambda name: hostile.SOUND[name]())


@given(CUT, st.data())
def test_what_breaks_off_is_refused(content: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(content.rstrip()) - 1))
    assert codes(content[:place]) <= {"incomplete", "damaged", "format_unknown", "trailing_data"}
    assert examine(content[:place]).sound is None


@given(CUT, st.binary(min_size=1, max_size=50).filter(lambda more: more.strip(b"\0\t\n\f\r ")))
def test_what_goes_on_after_its_end_is_refused(content: bytes, more: bytes) -> None:
    assert "trailing_data" in codes(content + more) or (
        content.startswith(b"%PDF") and (more.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"))
    )


@given(st.binary(max_size=200))
def test_bytes_by_chance_are_no_file(content: bytes) -> None:
    assert examine(content).sound is None


@given(
    st.sampled_from([b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]),
    st.binary(max_size=500),
)
def test_a_right_beginning_is_not_enough(begins: bytes, rest: bytes) -> None:
    assert codes(begins + rest)
