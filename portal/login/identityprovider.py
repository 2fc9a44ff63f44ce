"""A small identity provider of our own, for development and demo: it signs real tokens, and asks
nobody for a card. Whoever can reach it can be anybody it offers, so it is for loopback alone."""

from collections.abc import Callable, Sequence
from functools import cache
from hmac import compare_digest
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State

from api.edge import Edge
from api.metrics import Metrics
from portal.headers import OF_PAGES
from portal.login.openid import HSA_ID, challenge_of
from portal.login.provider import Provider, UnsafeProviderError
from portal.rendering import rendered

PATH = "/idp"
_SECONDS = 60
_RSA_BITS = 2048


class Offered(NamedTuple):
    """Somebody to sign in as; without an HSA-id the token has none. `note` is for whoever
    chooses."""

    name: str
    hsa_id: str | None
    acr: str
    note: str


class _Asked(NamedTuple):
    """What a browser was sent with, and a code given for it."""

    nonce: str
    challenge: str
    who: Offered
    until: float


@cache
def _rsa_key() -> RSAKey:
    """One serves a process: it takes long to make."""
    return RSAKey.generate_key(_RSA_BITS, {"kid": token_urlsafe(8), "use": "sig"})


class IdentityProvider:
    """It has a key of each kind; a code is good for one minute and once."""

    def __init__(
        self, provider: Provider, offered: Sequence[Offered], now: Callable[[], float]
    ) -> None:
        if not provider.is_loopback:
            raise UnsafeProviderError("demons inloggning finns bara på den egna datorn")
        self.provider = provider
        self.offered = offered
        self.keys: dict[str, RSAKey | ECKey] = {
            "RS256": _rsa_key(),
            "ES256": ECKey.generate_key("P-256", {"kid": token_urlsafe(8), "use": "sig"}),
        }
        self.algorithm = "ES256"
        self._now = now
        self._codes: dict[str, _Asked] = {}

    def code(self, nonce: str, challenge: str, who: Offered) -> str:
        """A code for a token about somebody."""
        now = self._now()
        self._codes = {one: asked for one, asked in self._codes.items() if asked.until > now}
        code = token_urlsafe(32)
        self._codes[code] = _Asked(nonce, challenge, who, now + _SECONDS)
        return code

    def token(self, code: str, verifier: str) -> str | None:
        """The token that a code is good for."""
        asked = self._codes.pop(code, None)
        if asked is None or asked.until <= self._now():
            return None
        if not compare_digest(challenge_of(verifier), asked.challenge):
            return None
        return self.signed(self.claims(asked.nonce, asked.who))

    def claims(self, nonce: str, who: Offered) -> dict[str, Any]:
        """What a token says."""
        now = int(self._now())
        said = {
            "iss": self.provider.issuer,
            "sub": who.name,
            "aud": self.provider.client_id,
            "iat": now,
            "auth_time": now,
            "exp": now + _SECONDS,
            "nonce": nonce,
            "acr": who.acr,
        }
        return said if who.hsa_id is None else {**said, HSA_ID: who.hsa_id}

    def signed(self, claims: dict[str, Any]) -> str:
        """Claims as a signed token."""
        key = self.keys[self.algorithm]
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key)


def application(identity_provider: IdentityProvider, metrics: Metrics) -> Litestar:
    """The provider over HTTP, at the path of its issuer."""
    app = Litestar(
        route_handlers=[_configuration, _keys, _ask, _choose, _exchange, _end],
        path=PATH,
        state=State({"idp": identity_provider}),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Edge(metrics, OF_PAGES)(app.asgi_handler)
    return app


_Request = Request[Any, Any, State]


@get("/.well-known/openid-configuration")
async def _configuration(request: _Request) -> dict[str, Any]:
    issuer = _of(request).provider.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "end_session_endpoint": f"{issuer}/end",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": sorted(_of(request).keys),
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "acr", HSA_ID],
    }


@get("/keys")
async def _keys(request: _Request) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in _of(request).keys.values()]}


@get("/authorize", media_type="text/html")
async def _ask(request: _Request) -> Response[str]:
    """Who is it to be?"""
    asked = {name: request.query_params.get(name, "") for name in _ASKED}
    offered = _of(request).offered
    if not _is_right(_of(request).provider, asked):
        return Response("", status_code=HTTPStatus.BAD_REQUEST, media_type="text/html")
    page = rendered("login/idp.html", asked=asked, offered=offered, path=PATH)
    return Response(page, media_type="text/html")


@post("/authorize")
async def _choose(request: _Request) -> Response[None]:
    """Send the browser back with a code."""
    idp = _of(request)
    sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    chosen = sent.get("who", "")
    is_known = chosen.isdecimal() and int(chosen) < len(idp.offered)
    if not _is_right(idp.provider, sent) or not (is_known or chosen == "nobody"):
        return Response(None, status_code=HTTPStatus.BAD_REQUEST)
    said = {"state": sent["state"], "iss": idp.provider.issuer}
    if chosen == "nobody":
        said["error"] = "access_denied"
    else:
        who = idp.offered[int(chosen)]
        said["code"] = idp.code(sent["nonce"], sent["code_challenge"], who)
    back = f"{idp.provider.back}?{urlencode(said)}"
    return Response(None, status_code=HTTPStatus.SEE_OTHER, headers={"location": back})


@post("/token")
async def _exchange(request: _Request) -> Response[dict[str, Any]]:
    """A token for a code."""
    sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    idp = _of(request)
    is_ours = (
        sent.get("client_id") == idp.provider.client_id
        and sent.get("redirect_uri") == idp.provider.back
        and sent.get("grant_type") == "authorization_code"
    )
    made = idp.token(sent.get("code", ""), sent.get("code_verifier", "")) if is_ours else None
    if made is None:
        return Response({"error": "invalid_grant"}, status_code=HTTPStatus.BAD_REQUEST)
    answer = {"access_token": token_urlsafe(32), "token_type": "Bearer", "id_token": made}
    return Response(answer, status_code=HTTPStatus.OK)


@get("/end")
async def _end(request: _Request) -> Response[None]:
    """Nobody is remembered here, so whoever signs out is only sent back."""
    provider, said = _of(request).provider, request.query_params
    if (said.get("client_id"), said.get("post_logout_redirect_uri")) != (
        provider.client_id,
        provider.out,
    ):
        return Response(None, status_code=HTTPStatus.BAD_REQUEST)
    return Response(None, status_code=HTTPStatus.SEE_OTHER, headers={"location": provider.out})


_ASKED = ("response_type", "client_id", "redirect_uri", "state", "nonce", "code_challenge",
          "code_challenge_method")  # fmt: skip


def _is_right(provider: Provider, asked: dict[str, str]) -> bool:
    """Whether a browser was sent by us, with all that a safe answer needs."""
    return (
        asked.get("client_id") == provider.client_id
        and asked.get("redirect_uri") == provider.back
        and asked.get("response_type") == "code"
        and asked.get("code_challenge_method") == "S256"
        and all(asked.get(name) for name in ("state", "nonce", "code_challenge"))
    )


def _of(request: _Request) -> IdentityProvider:
    found: IdentityProvider = request.app.state.idp
    return found
