"""Can every pixel of a picture be had? Asked of the library that others show pictures with."""

from io import BytesIO
from warnings import catch_warnings, simplefilter

from PIL.ImageFile import ImageFile


def can_be_shown(kind: type[ImageFile], content: bytes) -> bool:
    """Whether a picture is read to its last pixel. `kind` is the reader of one format: the library
    is not asked which format it takes a file for. Raises MemoryError."""
    try:
        with catch_warnings():
            simplefilter("ignore")  # of what stands beside the picture: a camera's notes
            with kind(BytesIO(content)) as picture:
                picture.load()
    except MemoryError:
        raise
    except Exception:  # what it raises at a broken file is of a dozen kinds, and named nowhere
        return False
    return True
