"""The cookies: of a session, of a sign-in that is begun, and of the language. `__Host-` binds each
to this host and to https; browsers take the own machine for safe without it."""

from litestar.datastructures import Cookie

SESSION = "__Host-partitur"
LOGIN = "__Host-partitur-login"
LANGUAGE = "__Host-partitur-language"
_SECONDS_TO_SIGN_IN = 600
_YEAR = 365 * 24 * 3600


def session(secret: str) -> Cookie:
    """Ends with the browser; when it ends otherwise is the server's to say."""
    return _cookie(SESSION, secret)


def login(secret: str) -> Cookie:
    """As long as somebody needs to sign in. It is sent along when the browser comes back from the
    provider, so not `strict`."""
    return _cookie(LOGIN, secret, _SECONDS_TO_SIGN_IN)


def language(name: str) -> Cookie:
    """For a year."""
    return _cookie(LANGUAGE, name, _YEAR)


def gone(name: str) -> Cookie:
    """Takes a cookie away."""
    return _cookie(name, "", 0)


def _cookie(name: str, value: str, max_age: int | None = None) -> Cookie:
    return Cookie(name, "/", value, max_age=max_age, secure=True, httponly=True, samesite="lax")
