"""Files that are not as they should be, or mean harm: by name, each made when it is asked for, from
a seed."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from random import Random
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Name, Pdf

from attachments.limits import LARGEST, MOST_PAGES, MOST_PARTS
from tests import files
from tests.files import MIB

Make = Callable[[], bytes]


class Hostile(NamedTuple):
    """A file, and whether it has to be refused: one whose bytes were changed by chance may by
    chance be sound."""

    name: str
    make: Make
    is_refused: bool = True


# --- png ---------------------------------------------------------------------------------------


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with its sum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def header(width: int, height: int, bits: int = 8, colour: int = 0, laced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, laced))


@cache
def packed(many: int) -> bytes:
    """So many zeros, packed: each MiB alike, so that a GiB takes no time."""
    packing, some = zlib.compressobj(9), bytes(MIB)
    first = packing.compress(some) + packing.flush(zlib.Z_FULL_FLUSH)
    again = packing.compress(some) + packing.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, wbits=-15)
    ending = last.compress(bytes(many % MIB)) + last.flush()
    total = 1
    for size in [MIB] * (many // MIB) + [many % MIB]:
        total = zlib.adler32(some[:size], total)
    whole = many // MIB
    begins = first + again * (whole - 1) if whole else b"\x78\xda"
    return begins + ending + total.to_bytes(4, "big")


def grey(width: int, height: int, *more: bytes) -> bytes:
    """A grey PNG of one shade, with more chunks after its first."""
    return png_of(header(width, height), *more, chunk(b"IDAT", packed(height * (width + 1))))


PNG_BOMBS: dict[str, Make] = {
    "png: more pixels than memory": lambda: png_of(
        header(2**31 - 1, 2**31 - 1), chunk(b"IDAT", packed(MIB))
    ),
    "png: too many pixels": lambda: grey(10_000, 5_001),
    "png: more data than pixels": lambda: png_of(header(10, 10), chunk(b"IDAT", packed(512 * MIB))),
    "png: fewer data than pixels": lambda: png_of(header(100, 100), chunk(b"IDAT", packed(99))),
    "png: a text that unpacks": lambda: grey(
        10, 10, chunk(b"zTXt", b"Comment\0\0" + packed(256 * MIB))
    ),
    "png: an international text that unpacks": lambda: grey(
        10, 10, chunk(b"iTXt", b"Comment\0\1\0sv\0x\0" + packed(256 * MIB))
    ),
    "png: a profile that unpacks": lambda: grey(
        10, 10, chunk(b"iCCP", b"icc\0\0" + packed(256 * MIB))
    ),
    "png: a million chunks": lambda: grey(10, 10, chunk(b"aaAa", b"") * 1_000_000),
    "png: a chunk longer than the file": lambda: grey(10, 10)[:60] + b"\xff\xff\xff\xffIDAT",
    "png: no pixels": lambda: png_of(header(0, 10), chunk(b"IDAT", packed(0))),
    "png: no data": lambda: png_of(header(10, 10)),
    "png: two headers": lambda: png_of(header(10, 10), header(9, 9), chunk(b"IDAT", packed(110))),
    "png: a kind of colour that is none": lambda: png_of(
        header(10, 10, 8, 5), chunk(b"IDAT", packed(110))
    ),
    "png: animated": lambda: grey(10, 10, chunk(b"acTL", struct.pack(">II", 1000, 0))),
    "png: a chunk that nobody knows and all must": lambda: grey(10, 10, chunk(b"ABCD", b"x")),
    "png: a wrong sum": lambda: files.png().replace(b"IDAT", b"IDAT", 1)[:-20] + b"\0" * 20,
    "png: a wrong sum beside the picture": lambda: grey(10, 10, chunk(b"prVt", b"x")[:-1] + b"!"),
    "png: rows packed in a way that is none": lambda: png_of(
        header(2, 2), chunk(b"IDAT", zlib.compress(b"\x09\0\0\x09\0\0"))
    ),
    "png: colours by number without a list": lambda: png_of(
        header(2, 2, 8, 3), chunk(b"IDAT", zlib.compress(bytes(6)))
    ),
    "png: data after the data": lambda: png_of(
        header(10, 10), chunk(b"IDAT", packed(110) + b"more")
    ),
}

# --- jpeg --------------------------------------------------------------------------------------


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def with_size(content: bytes, width: int, height: int) -> bytes:
    """A JPEG that says another size."""
    place = content.index(b"\xff\xc0")
    return content[: place + 5] + struct.pack(">HH", height, width) + content[place + 9 :]


def after_start(content: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments at its start."""
    return content[:2] + b"".join(segments) + content[2:]


def many_scans(many: int) -> bytes:
    """A JPEG whose last scan comes again and again."""
    content = files.jpeg(progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * many + content[-2:]


JPEG_BOMBS: dict[str, Make] = {
    "jpeg: more pixels than memory": lambda: with_size(files.jpeg(), 65_535, 65_535),
    "jpeg: a few too many pixels": lambda: with_size(files.jpeg(), 10_000, 5_001),
    "jpeg: no height": lambda: with_size(files.jpeg(), 40, 0),
    "jpeg: ten thousand scans": lambda: many_scans(10_000),
    "jpeg: a million segments": lambda: after_start(files.jpeg(), segment(0xFE, b"") * 1_000_000),
    "jpeg: twenty MB of fill": lambda: after_start(files.jpeg(), b"\xff" * (19 * MIB)),
    "jpeg: a scan without end": lambda: files.jpeg()[:-2] + b"\0" * (19 * MIB),
    "jpeg: a scan of fill": lambda: files.jpeg()[:-2] + b"\xff" * (19 * MIB),
    "jpeg: no frame": lambda: b"\xff\xd8\xff\xd9",
    "jpeg: start alone": lambda: b"\xff\xd8\xff",
    "jpeg: no tables": lambda: re.sub(
        b"\xff\xdb(..)", lambda found: b"\xff\xfe" + found[1], files.jpeg(), flags=re.DOTALL
    ),
    "jpeg: two frames": lambda: after_start(
        files.jpeg(), segment(0xC0, b"\x08\0\x1e\0\x28\x01\x01\x11\0")
    ),
    "jpeg: lossless": lambda: files.jpeg().replace(b"\xff\xc0", b"\xff\xc3", 1),
    "jpeg: arithmetic": lambda: files.jpeg().replace(b"\xff\xc0", b"\xff\xc9", 1),
    "jpeg: twelve bits": lambda: files.jpeg().replace(
        b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c", 1
    ),
    "jpeg: a segment longer than the file": lambda: files.jpeg()[:20] + b"\xff\xe1\xff\xff",
}

# --- pdf ---------------------------------------------------------------------------------------


def with_stream(data: bytes, filters: str | list[str], **more: object) -> bytes:
    """A PDF that holds packed data."""

    def change(made: Pdf) -> None:
        stream = made.make_stream(data)
        stream.Filter = Name(filters) if isinstance(filters, str) else Array(map(Name, filters))
        for key, value in more.items():
            stream[f"/{key}"] = value
        made.Root.Held = made.make_indirect(stream)

    return files.pdf(change=change, compress_streams=False)


def by_hand(*objects: str | bytes, root: int = 1, more: str = "") -> bytes:
    """A PDF of these objects, numbered from 1."""
    written, places = io.BytesIO(), []
    written.write(b"%PDF-1.7\n")
    for number, one in enumerate(objects, 1):
        places.append(written.tell())
        body = one.encode() if isinstance(one, str) else one
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    begins = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        written.write(b"%010d 00000 n \n" % place)
    said = f"<< /Size {len(objects) + 1} /Root {root} 0 R {more} >>"
    written.write(f"trailer\n{said}\nstartxref\n{begins}\n%%EOF\n".encode())
    return written.getvalue()


_CATALOG = "<< /Type /Catalog /Pages 2 0 R {} >>"
_PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources << >> {} >>"


def page_with(entry: str = "", in_catalog: str = "", *objects: str | bytes) -> bytes:
    """A PDF of one page with something in it, and objects from 4."""
    return by_hand(_CATALOG.format(in_catalog), _PAGES, _PAGE.format(entry), *objects)


def doing(action: str, more: str = "") -> bytes:
    """A PDF that does something when it is opened."""
    return page_with(in_catalog=f"/OpenAction << /S /{action} {more} >>")


def annotated(kind: str, more: str = "") -> bytes:
    """A PDF with an annotation."""
    return page_with(f"/Annots [<< /Type /Annot /Subtype /{kind} /Rect [0 0 9 9] {more} >>]")


def embedding() -> bytes:
    """A PDF with a file in it."""

    def change(made: Pdf) -> None:
        made.attachments["program.exe"] = b"MZ"

    return files.pdf(change=change)


def encrypted(user: str) -> bytes:
    return files.pdf(encryption=pikepdf.Encryption(owner="owner", user=user))


def nested(deep: int, opening: str, closing: str) -> bytes:
    return page_with(in_catalog=f"/Deep {opening * deep}{closing * deep}")


def run_length(many: int) -> bytes:
    """So many zeros as runs."""
    return b"\x81\0" * (many // 128) + b"\x80"


PDF_BOMBS: dict[str, Make] = {
    "pdf: a stream that unpacks": lambda: with_stream(packed(1024 * MIB), "/FlateDecode"),
    "pdf: packed twice": lambda: with_stream(
        zlib.compress(packed(1024 * MIB), 9), ["/FlateDecode", "/FlateDecode"]
    ),
    "pdf: runs": lambda: with_stream(run_length(1024 * MIB), "/RunLengthDecode"),
    "pdf: runs packed": lambda: with_stream(
        zlib.compress(run_length(1024 * MIB), 9), ["/FlateDecode", "/RunLengthDecode"]
    ),
    "pdf: many that are large together": lambda: files.pdf(
        change=lambda made: made.Root.__setitem__(
            "/Held",
            Array([made.make_indirect(_flate(made, packed(100 * MIB))) for _ in range(6)]),
        ),
        compress_streams=False,
    ),
    "pdf: a picture within that unpacks": lambda: with_stream(
        packed(1024 * MIB), ["/FlateDecode", "/DCTDecode"]
    ),
    "pdf: a picture of too many pixels": lambda: with_stream(
        b"\0", "/CCITTFaxDecode", Width=100_000, Height=100_000
    ),
    "pdf: a jpeg of too many pixels": lambda: with_stream(
        with_size(files.jpeg(), 65_535, 65_535), "/DCTDecode"
    ),
    "pdf: a jpeg that is none": lambda: with_stream(b"GIF89a", "/DCTDecode"),
    "pdf: a way of packing that is none": lambda: with_stream(b"x", "/MagicDecode"),
    "pdf: a hundred ways of packing": lambda: with_stream(b"x", ["/FlateDecode"] * 100),
    "pdf: damaged packing": lambda: with_stream(b"no zlib at all", "/FlateDecode"),
    "pdf: objects that unpack": lambda: page_with(
        "",
        "",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 1100000 >>\nstream\n"
        + packed(1024 * MIB)
        + b"\nendstream",
    ),
    "pdf: too many pages": lambda: files.pdf(MOST_PAGES + 1),
    "pdf: five thousand pages": lambda: files.pdf(5000),
    "pdf: no pages": lambda: by_hand(_CATALOG.format(""), "<< /Type /Pages /Kids [] /Count 0 >>"),
    "pdf: too many objects": lambda: page_with("", "", *["null"] * MOST_PARTS),
    "pdf: pages that hold themselves": lambda: by_hand(
        _CATALOG.format(""), "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"
    ),
    "pdf: pages in a ring": lambda: by_hand(
        _CATALOG.format(""),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
    ),
    "pdf: pages that are none": lambda: by_hand(_CATALOG.format(""), "[1 2 3]"),
    "pdf: a script before all objects": lambda: by_hand(
        _CATALOG.format(""), _PAGES, _PAGE.format(""), more="/Info << /S /JavaScript /JS (x) >>"
    ),
    "pdf: no catalogue": lambda: by_hand("42"),
    "pdf: lists within lists": lambda: nested(100_000, "[", "]"),
    "pdf: dictionaries within dictionaries": lambda: nested(100_000, "<< /A ", ">>"),
    "pdf: a length that is its own": lambda: page_with(
        "", "", b"<< /Length 4 0 R >>\nstream\nx\nendstream"
    ),
    "pdf: a table before itself": lambda: files.pdf().replace(b"/Size", b"/Prev 10 /Size", 1),
    "pdf: a size of thousands of millions": lambda: page_with().replace(
        b"/Size 4", b"/Size 4294967295"
    ),
    "pdf: no table": lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    "pdf: a table elsewhere": lambda: page_with().replace(b"startxref\n", b"startxref\n9"),
    "pdf: begins late": lambda: b"\n" + files.pdf(),
    "pdf: beginning alone": lambda: b"%PDF-1.7\n%%EOF\n",
}


def _flate(made: Pdf, data: bytes) -> pikepdf.Object:
    stream = made.make_stream(data)
    stream.Filter = Name.FlateDecode
    return stream


PDF_DOINGS: dict[str, tuple[Make, set[str]]] = {
    "a script": (lambda: doing("JavaScript", "/JS (app.alert\\(1\\))"), {"script"}),
    "a script by another spelling": (lambda: doing("J#61vaScript", "/J#53 (x)"), {"script"}),
    "a script by name": (
        lambda: page_with(in_catalog="/Names << /JavaScript << /Names [] >> >>"), {"script"}
    ),
    "a script behind a click": (
        lambda: annotated("Link", "/A << /S /URI /URI (http://x) /Next [<< /S /JavaScript >>] >>"),
        {"script"},
    ),
    "a script on its own": (lambda: page_with("", "", "<< /S /JavaScript /JS (x) >>"), {"script"}),
    "a program": (lambda: doing("Launch", "/F (calc.exe)"), {"starts_program"}),
    "a file within": (embedding, {"embedded_file"}),
    "a file pinned to a page": (lambda: annotated("FileAttachment"), {"embedded_file"}),
    "an embedded file alone": (
        lambda: page_with(
            "", "", b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"
        ),
        {"embedded_file"},
    ),
    "a form that sends": (lambda: doing("SubmitForm", "/F (http://x)"), {"active_content"}),
    "another file's page": (lambda: doing("GoToR", "/F (other.pdf)"), {"active_content"}),
    "a form that is a program": (
        lambda: page_with(in_catalog="/AcroForm << /XFA [] /Fields [] >>"), {"active_content"}
    ),
    "a film": (lambda: annotated("RichMedia"), {"active_content"}),
    "a stream elsewhere": (
        lambda: page_with("", "", b"<< /F (other.txt) /Length 0 >>\nstream\n\nendstream"),
        {"active_content"},
    ),
    "all at once": (
        lambda: page_with(
            "/Annots [<< /Subtype /Movie /Rect [0 0 9 9] >>]",
            "/OpenAction << /S /Launch >> /AA << /WC << /S /JavaScript >> >> /Names "
            "<< /EmbeddedFiles << >> >>",
        )
        + b"PK",
        {"starts_program", "script", "embedded_file", "active_content", "trailing_data"},
    ),
    "a password": (lambda: encrypted("user"), {"encrypted"}),
    "a lock without a password": (lambda: encrypted(""), {"encrypted"}),
}  # fmt: skip

# --- other kinds -------------------------------------------------------------------------------


def archive(prefix: bytes = b"") -> bytes:
    """A ZIP, after some other bytes."""
    written = io.BytesIO(prefix)
    written.seek(0, io.SEEK_END)
    with zipfile.ZipFile(written, "a") as made:
        made.writestr("word/document.xml", "<x/>")
        made.writestr("program.exe", "MZ")
    return written.getvalue()


def _other(kind: str) -> Make:
    return lambda: files.saved(files.picture(), kind)


OTHERS: dict[str, Make] = {
    "nothing but spaces": lambda: b" " * 100,
    "one byte": lambda: b"%",
    "text": lambda: b"Daganteckning: ua" * 100,
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a program for Windows": lambda: b"MZ\x90\0" + bytes(1000),
    "a program for Linux": lambda: b"\x7fELF\x02\x01\x01" + bytes(1000),
    "a script of a shell": lambda: b"#!/bin/sh\nrm -rf /\n",
    "zip": archive,
    "gif": _other("GIF"),
    "bmp": _other("BMP"),
    "tiff": _other("TIFF"),
    "webp": _other("WEBP"),
    "dicom": lambda: bytes(128) + b"DICM" + bytes(100),
    "postscript": lambda: b"%!PS-Adobe-3.0\nshowpage\n",
    "mp4": lambda: b"\0\0\0\x18ftypmp42" + bytes(100),
    "zeros": lambda: bytes(MIB),
    "more than there may be": lambda: files.png() + bytes(LARGEST),
}

SOUND: dict[str, Make] = {"pdf": files.pdf, "jpeg": files.jpeg, "png": files.png}


_ROUND: dict[str, Callable[[bytes], bytes]] = {
    "and a zip": archive,
    "and a page": lambda content: content + b"<script>alert(1)</script>",
    "and one byte": lambda content: content + b"x",
    "after a program": lambda content: b"MZ\x90\0" + bytes(508) + content,
    "after a space": lambda content: b" " + content,
}


def polyglots() -> dict[str, Make]:
    """Files that are two at once, at one end or the other or in the middle."""
    found: dict[str, Make] = {
        f"{name} {how}": partial(_made, make, change)
        for name, make in SOUND.items()
        for how, change in _ROUND.items()
    }
    return found | {
        "jpeg and a pdf in a comment": lambda: after_start(
            files.jpeg(), segment(0xFE, files.pdf())
        ),
        "jpeg and a zip in a comment": _zip_in_the_middle,
        "png and a pdf in a text": lambda: grey(10, 10, chunk(b"tEXt", b"c\0" + files.pdf())),
        "pdf with a page after its end": lambda: files.pdf() + b"<html>%%EOF x",
    }


def _made(make: Make, change: Callable[[bytes], bytes]) -> bytes:
    return change(make())


def _zip_in_the_middle() -> bytes:
    """A JPEG in whose comment stands a ZIP that calls the rest of the JPEG its comment."""
    content = files.jpeg()
    rest = content[2:]
    inside = archive()
    return content[:2] + segment(0xFE, inside[:-2] + struct.pack("<H", len(rest))) + rest


# --- changed by chance -------------------------------------------------------------------------


def cut(seed: int) -> Hostile:
    """A sound file that breaks off."""
    rng = Random(f"cut {seed}")
    name = rng.choice(list(SOUND))
    content = SOUND[name]()
    place = rng.randrange(len(content) - 8)
    return Hostile(f"{name} cut at {place}", lambda: content[:place])


def changed(seed: int) -> Hostile:
    """A sound file some of whose bytes are others, are not there, or stand twice."""
    rng = Random(f"changed {seed}")
    name = rng.choice(list(SOUND))

    def make() -> bytes:
        content = bytearray(SOUND[name]())
        for _ in range(rng.choice([1, 1, 2, 5, 50])):
            place = rng.randrange(8, len(content))
            how = rng.random()
            if how < 0.5:
                content[place] = rng.randrange(256)
            elif how < 0.6:
                content[place : place + 4] = rng.choice(
                    [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"]
                )
            elif how < 0.8:
                del content[place : place + rng.randrange(1, 100)]
            else:
                content[place:place] = content[place : place + rng.randrange(1, 100)]
        return bytes(content)

    return Hostile(f"{name} changed {seed}", make, is_refused=False)


def noise(seed: int) -> Hostile:
    """Noise that begins right."""
    rng = Random(f"noise {seed}")
    begins = rng.choice([b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
    return Hostile(
        f"noise {seed}", lambda: begins + rng.randbytes(rng.choice([0, 10, 10_000, MIB]))
    )


def hostile(many: int) -> Iterator[Hostile]:
    """So many: every one that is made on purpose, and the rest by chance."""
    purposely = {
        **PNG_BOMBS, **JPEG_BOMBS, **PDF_BOMBS, **OTHERS, **polyglots(),
        **{name: make for name, (make, _) in PDF_DOINGS.items()},
    }  # fmt: skip
    yield from (Hostile(name, make) for name, make in purposely.items())
    for seed in range(many - len(purposely)):
        yield (cut, changed, changed, noise)[seed % 4](seed)
