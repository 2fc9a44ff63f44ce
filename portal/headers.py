"""What every page carries where it differs from the API's answers (api/edge.py)."""

from typing import Final

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OF_PAGES: Final = {
    b"content-security-policy": _POLICY,
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"referrer-policy": b"same-origin",
}
"""With `no-referrer` a browser would say of its own forms that they come from nowhere."""
