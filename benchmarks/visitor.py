"""Somebody of the made-up region, with a browser that follows no link by itself."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import httpx
from lxml import html

from benchmarks.serving import SECONDS
from cli.demopeople import OFFERED

NAMES = [one.name for one in OFFERED]


class Visitor:
    """A browser at an address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = httpx.Client(base_url=address, timeout=SECONDS)
        self._cookies: dict[str, str] = {}

    def ask(self, path: str, fields: Mapping[str, str] | None = None) -> httpx.Response:
        """A page; with fields, the answer to a form of ours."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Accept-Encoding": "gzip", **({"Cookie": cookies} if cookies else {})}
        if fields is None:
            return self._kept(self._client.get(path, headers=headers))
        headers |= {"Origin": self.address, "Sec-Fetch-Site": "same-origin"}
        return self._kept(self._client.post(path, data=dict(fields), headers=headers))

    def sign_in(self, name: str) -> bool:
        """Log in at the demo's provider, and choose the first assignment; whether one was let
        in."""
        asked = self.ask("/portal/login/start").headers["location"]
        self.ask(asked.removeprefix(self.address))
        fields = dict(parse_qsl(urlsplit(asked).query)) | {"who": str(NAMES.index(name))}
        back = self.ask("/idp/authorize", fields).headers["location"]
        done = self.ask(back.removeprefix(self.address))
        if done.status_code != httpx.codes.SEE_OTHER:
            return False
        if self.ask("/portal").status_code == httpx.codes.SEE_OTHER:
            page = html.fromstring(self.ask("/portal/choose").text)
            (chosen, *_) = page.xpath("//button[@name='assignment']/@value")
            self.ask("/portal/choose", {"assignment": chosen, "csrf": self.csrf()})
        return self.ask("/portal").status_code == httpx.codes.OK

    def csrf(self) -> str:
        """What the forms of this session say."""
        page = html.fromstring(self.ask("/portal/sessions").text)
        return str(page.xpath("//input[@name='csrf']/@value")[0])

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        """By hand: a library that keeps cookies sends secure ones to nobody without encryption."""
        for said in answer.headers.get_list("set-cookie"):
            name, _, value = said.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
