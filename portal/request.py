"""A request for a page: who asks, in which language, and what a form says."""

from hashlib import sha256
from typing import Any

from litestar import Request
from litestar.datastructures import State

from api.service import Service
from portal.cookies import LANGUAGE, SESSION
from portal.login.openid import Client
from portal.tries import Tries
from portal.wording import Wording, language_of, wording
from registry.roles import may
from storage.access import Token
from storage.sessions import SignedIn


class PortalRequest(Request[None, SignedIn | None, State]):
    """`auth` is who is signed in, None where nobody is."""

    @property
    def service(self) -> Service:
        """What pages and API share."""
        found: Service = self.app.state.service
        return found

    @property
    def openid(self) -> Client:
        """Our side of the identity provider."""
        found: Client = self.app.state.openid
        return found

    @property
    def tries(self) -> Tries:
        """How often somebody asks."""
        found: Tries = self.app.state.tries
        return found

    @property
    def now(self) -> int:
        """Microseconds since 1970."""
        found: int = self.app.state.now()
        return found

    @property
    def signed_in(self) -> SignedIn:
        """Who asks, on a page that asks for it."""
        found = self.scope["auth"]
        assert isinstance(found, SignedIn)
        return found

    @property
    def token(self) -> Token:
        """By which assignment it is asked, on a page that has a task."""
        found = self.signed_in.token
        assert found is not None
        return found

    @property
    def clinic(self) -> str:
        """Whose it is asked for, on a page whose task is a clinic's alone: no person has that task
        without one."""
        found = self.token.clinic
        assert found is not None
        return found

    @property
    def wording(self) -> Wording:
        """The chosen language."""
        return wording(language_of(self.cookies.get(LANGUAGE)))

    @property
    def is_part(self) -> bool:
        """Whether a script asks for a part of a page."""
        return "hx-request" in self.headers

    @property
    def csrf(self) -> str:
        """What every form of this session says, so that no other site's form can be sent in it."""
        return csrf_of(self.cookies.get(SESSION, ""))

    def may(self, task: Any) -> bool:
        """Whether whoever asks may do a task."""
        found = self.scope.get("auth")
        is_chosen = isinstance(found, SignedIn) and found.token is not None
        return is_chosen and may(self.token.role, task)


def csrf_of(secret: str) -> str:
    """A digest of what the session's cookie shows: it tells nobody what that is."""
    return sha256(f"csrf {secret}".encode()).hexdigest()
