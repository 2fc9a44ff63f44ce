"""What comes from others is what it was when it was taken in; and pages send all that they name."""

import re
from hashlib import sha256

from portal.assets import assets
from tests import desks
from tests.portal.visiting import Portal

STATIC = desks.PROJECT / "portal" / "static"
VENDOR = STATIC / "vendor"


def test_files_of_others_are_unchanged_and_have_their_licence() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    there = {path.name for path in VENDOR.iterdir()} - {"README.md", "SHA256SUMS"}
    assert set(listed) == there
    for name, digest in listed.items():
        assert sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    for code in (name for name in there if name.endswith((".js", ".css"))):
        assert f"{code.split('.')[0]}.LICENSE.txt" in there


def test_every_file_is_served_as_it_is_and_kept_by_browsers(shared: Portal) -> None:
    browser = shared.browser()
    for name, asset in assets().items():
        address = f"/portal/static/{asset.digest}/{name}"
        answer = browser.get(address)
        assert answer.status_code == 200
        assert answer.content == asset.content
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        plain = browser.get(address, headers={"Accept-Encoding": "identity"})
        assert plain.content == asset.content
        assert "content-encoding" not in plain.headers
        assert browser.get(f"/portal/static/0/{name}").status_code == 404


def test_no_file_leads_elsewhere(shared: Portal) -> None:
    browser = shared.browser()
    for name in ("SHA256SUMS", "../app.py", "..%2fapp.py", "%2e%2e%2fapp.py", "vendor"):
        assert browser.get(f"/portal/static/0/{name}").status_code == 404


def test_pages_load_nothing_from_elsewhere() -> None:
    for path in (desks.PROJECT / "portal" / "html").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text), path
        assert "style=" not in text, path
        assert not re.findall(r"\son[a-z]+=", text), path
        assert "<script" not in text.replace("<script src=", ""), path
        assert "|safe" not in text.replace(" ", ""), path
