"""Files that are as they should be: small, and the same each time."""

import io
from collections.abc import Callable
from random import Random
from typing import Any

import pikepdf
from PIL import Image

MIB = 1 << 20


def picture(seed: int = 1, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """Noise, which no format packs well."""
    plain = Image.frombytes("RGB", size, Random(seed).randbytes(3 * size[0] * size[1]))
    return plain.convert(mode)


def saved(made: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture in a format."""
    written = io.BytesIO()
    made.save(written, kind, **options)
    return written.getvalue()


def jpeg(seed: int = 1, **options: Any) -> bytes:
    """A JPEG."""
    return saved(picture(seed), "JPEG", **options)


def png(seed: int = 1, **options: Any) -> bytes:
    """A PNG."""
    return saved(picture(seed), "PNG", **options)


def pdf(
    pages: int = 1, change: Callable[[pikepdf.Pdf], object] | None = None, **options: Any
) -> bytes:
    """A PDF with a line of text and a picture on its first page, changed before it is written."""
    made = pikepdf.Pdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 200))
    content = b"BT /F1 12 Tf 10 100 Td (Daganteckning) Tj ET /Im1 Do"
    first = made.pages[0]
    first.Contents = made.make_stream(content)
    shown = made.make_stream(jpeg())
    shown.Type, shown.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    shown.Width, shown.Height, shown.BitsPerComponent = 40, 30, 8
    shown.ColorSpace, shown.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    first.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im1=shown), Font=pikepdf.Dictionary(F1=made.make_indirect(font))
    )
    if change is not None:
        change(made)
    written = io.BytesIO()
    made.save(written, deterministic_id=not options.get("encryption"), **options)
    return written.getvalue()
