"""Signing in by OpenID Connect: authorization code with PKCE, state and nonce.

What a sign-in must remember is one secret of chance in the browser's own cookie: state, nonce and
verifier are digests of it, so nothing is kept here, and nobody else can end what the browser began.
"""

from asyncio import Lock
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.login.provider import LOA3, Provider
from storage.moments import MICROSECONDS
from storage.sessions import LONGEST, Proved
from terms.errors import PartiturError

Why = Literal[
    "cancelled", "other_browser", "unreachable", "untrusted", "low_assurance", "no_hsa_id",
    "no_assignment",
]  # fmt: skip
"""Why somebody is not signed in. `untrusted` is everything that an honest provider does not say."""

ALGORITHMS: Final = ["RS256", "PS256", "ES256"]
ASSURED: Final = frozenset({LOA3})
HSA_ID: Final = "employeeHsaId"
SCOPE: Final = f"openid {HSA_ID}"
_LEEWAY = 60
_OLDEST = 600
_LONGEST_SINCE_CARD = LONGEST // MICROSECONDS
_SECONDS = 10
_SHORTEST_HSA_ID, _LONGEST_HSA_ID = 4, 64


class RefusedError(PartiturError):
    """Somebody is not signed in."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Begun(NamedTuple):
    """A sign-in that a browser has begun, by the secret in its cookie."""

    secret: str

    @property
    def state(self) -> str:
        """What comes back with the answer."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the token says it was made for."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What the code is worth nothing without."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """The verifier's digest (RFC 7636, S256)."""
        return challenge_of(self.verifier)

    def _derived(self, use: str) -> str:
        return sha256(f"{use} {self.secret}".encode()).hexdigest()


def challenge_of(verifier: str) -> str:
    """What is sent ahead of a verifier."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class _Discovered(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None


class _Answered(msgspec.Struct, frozen=True):
    id_token: str


class Client:
    """Our side of a provider. `now` is in seconds since 1970."""

    def __init__(
        self, provider: Provider, http: httpx.AsyncClient, now: Callable[[], float]
    ) -> None:
        self.provider = provider
        self._http = http
        self._now = now
        self._lock = Lock()
        self._discovered: _Discovered | None = None
        self._keys: KeySet | None = None

    async def address(self, begun: Begun, *, is_again: bool = False) -> str:
        """Where a browser is sent to sign in; `is_again` asks for the card however lately it was
        shown. Raises RefusedError."""
        provider = self.provider
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": provider.back,
            "scope": SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
            "acr_values": " ".join(sorted(ASSURED)),
            "max_age": "0" if is_again else str(_LONGEST_SINCE_CARD),
        }
        if is_again:
            asked["prompt"] = "login"
        found = await self._discover()
        return f"{found.authorization_endpoint}?{urlencode(asked)}"

    async def way_out(self) -> str | None:
        """Where a browser is sent to sign out there too; None where the provider has no such place,
        or does not answer."""
        try:
            place = (await self._discover()).end_session_endpoint
        except RefusedError:
            return None
        if place is None:
            return None
        said = {
            "client_id": self.provider.client_id,
            "post_logout_redirect_uri": self.provider.out,
        }
        return f"{place}{'&' if '?' in place else '?'}{urlencode(said)}"

    async def identify(self, begun: Begun, state: str, code: str, issuer: str | None) -> Proved:
        """Who signed in, by what a browser came back with. Raises RefusedError."""
        if not compare_digest(state.encode(), begun.state.encode()):
            raise RefusedError("other_browser")
        if issuer is not None and issuer != self.provider.issuer:  # RFC 9207
            raise RefusedError("untrusted")
        claims = await self._claims(await self._exchange(begun, code))
        self._need_meant_for_us(claims, begun)
        level = claims.get("acr")
        if not isinstance(level, str) or level not in ASSURED:
            raise RefusedError("low_assurance")
        hsa_id = claims.get(HSA_ID)
        if not isinstance(hsa_id, str) or not _is_hsa_id(hsa_id):
            raise RefusedError("no_hsa_id")
        return Proved(hsa_id, claims["auth_time"] * MICROSECONDS)

    async def _exchange(self, begun: Begun, code: str) -> str:
        """The token that a code is given for."""
        provider = self.provider
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": provider.back,
            "client_id": provider.client_id,
            "code_verifier": begun.verifier,
        }
        secret = provider.client_secret
        shown = None if secret is None else httpx.BasicAuth(provider.client_id, secret)
        found = await self._discover()
        answer = await self._ask("POST", found.token_endpoint, data=sent, auth=shown)
        token: str = _read(answer, _Answered).id_token
        return token

    async def _claims(self, token: str) -> dict[str, Any]:
        """What a token says, signed by one of the provider's keys as they are, or as they are by
        now."""
        for is_anew in (False, True):
            keys = await self._known_keys(is_anew=is_anew)
            try:
                return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise RefusedError("untrusted")

    def _need_meant_for_us(self, claims: dict[str, Any], begun: Begun) -> None:
        now, client_id = self._now(), self.provider.client_id
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        made, ends, nonce = claims.get("iat"), claims.get("exp"), claims.get("nonce")
        proved = claims.get("auth_time")  # required where max_age is asked for
        is_ours = (
            claims.get("iss") == self.provider.issuer
            and client_id in audiences
            and (len(audiences) == 1 or claims.get("azp") == client_id)
            and claims.get("azp", client_id) == client_id
            and isinstance(nonce, str)
            and compare_digest(nonce.encode(), begun.nonce.encode())
        )
        is_timely = (
            isinstance(made, int)
            and isinstance(ends, int)
            and now - _OLDEST <= made <= now + _LEEWAY
            and now - _LEEWAY < ends
            and isinstance(proved, int)
            and now - _LONGEST_SINCE_CARD - _LEEWAY <= proved <= now + _LEEWAY
        )
        if not (is_ours and is_timely):
            raise RefusedError("untrusted")

    async def _discover(self) -> _Discovered:
        async with self._lock:
            if self._discovered is None:
                address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
                found = _read(await self._ask("GET", address), _Discovered)
                if found.issuer != self.provider.issuer:
                    raise RefusedError("untrusted")
                self._discovered = found
            return self._discovered

    async def _known_keys(self, *, is_anew: bool) -> KeySet:
        found = await self._discover()
        async with self._lock:
            if self._keys is None or is_anew:
                answer = await self._ask("GET", found.jwks_uri)
                try:
                    self._keys = KeySet.import_key_set(msgspec.json.decode(answer))
                except (JoseError, ValueError, TypeError, KeyError):
                    raise RefusedError("untrusted") from None
            return self._keys

    async def _ask(self, method: str, address: str, **what: Any) -> bytes:
        try:
            answer = await self._http.request(method, address, timeout=_SECONDS, **what)
        except httpx.HTTPError:
            raise RefusedError("unreachable") from None
        if answer.is_server_error:
            raise RefusedError("unreachable")
        if not answer.is_success:
            raise RefusedError("untrusted")
        return answer.content


def _read(answer: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(answer, type=kind)
    except msgspec.DecodeError:
        raise RefusedError("untrusted") from None


def _is_hsa_id(text: str) -> bool:
    is_long = _SHORTEST_HSA_ID <= len(text) <= _LONGEST_HSA_ID
    return is_long and text.isascii() and text.replace("-", "").isalnum()
