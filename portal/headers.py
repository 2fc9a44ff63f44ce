"""What every page carries where it differs from the API's answers (api/edge.py)."""

from typing import Final

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
OF_PAGES: Final = {
    b"content-security-policy": _POLICY + b"'none'",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"referrer-policy": b"same-origin",
}
"""With `no-referrer` a browser would say of its own forms that they come from nowhere."""

WITH_FRAMES: Final = {
    "content-security-policy": f"{_POLICY.decode()}'none'; frame-src 'self'",
}
"""Of a page that shows documents of ours within it."""

IN_A_FRAME: Final = {
    "content-security-policy": f"{_POLICY.decode()}'self'",
    "x-frame-options": "SAMEORIGIN",
}
"""Of a page that is shown within another one of ours."""

DOCUMENT_IN_A_FRAME: Final = {
    "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
}
"""Of a PDF or a picture, which was found to be one when it came: the browser's own viewer needs
style sheets, and no viewer works in a sandbox."""
