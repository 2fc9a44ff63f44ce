"""The identity provider that persons sign in at, and where it finds us."""

from urllib.parse import urlsplit

import msgspec

from terms.errors import PartiturError

LOA3 = "http://id.sambi.se/loa/loa3"
"""The assurance level of a personal e-ID card (SITHS), as the national e-ID's provider names it."""

SIGNED_IN = "/portal/login/done"
"""Where a browser comes back from it."""

SIGNED_OUT = "/portal/login"
"""Where it comes back when it has signed out there."""


class UnsafeProviderError(PartiturError):
    """A provider that nobody may sign in at, and why."""


class Provider(msgspec.Struct, frozen=True):
    """`issuer` and `client_id` are as agreed with whoever runs it; `address` is ours as a browser
    writes it, without a slash at the end. Where the provider asks for none, no secret is sent:
    the code alone is worth nothing without what this browser began with (PKCE)."""

    issuer: str
    client_id: str
    address: str
    client_secret: str | None = None

    @property
    def back(self) -> str:
        """Where the browser is sent back to."""
        return self.address + SIGNED_IN

    @property
    def out(self) -> str:
        """Where the browser is sent when it has signed out."""
        return self.address + SIGNED_OUT

    @property
    def is_loopback(self) -> bool:
        """Whether both are on the own machine."""
        hosts = {urlsplit(one).hostname for one in (self.issuer, self.address)}
        return hosts <= {"127.0.0.1", "::1", "localhost"}

    def need_safe(self, *, is_demo: bool) -> None:
        """Raises UnsafeProviderError where what is said could be listened to or made up: without
        encryption, or by a demo's own provider, which asks nobody for a card."""
        if is_demo:
            if not self.is_loopback:
                raise UnsafeProviderError("demons inloggning finns bara på den egna datorn")
            return
        for one in (self.issuer, self.address):
            if urlsplit(one).scheme != "https":
                raise UnsafeProviderError(f"{one}: inloggning kräver https")
        if self.is_loopback:
            raise UnsafeProviderError(f"{self.issuer}: en inloggning på den egna datorn är demons")
