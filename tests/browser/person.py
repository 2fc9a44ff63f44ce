"""What somebody with a browser does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

COLOURS = 255
DARK = {"color_scheme": "dark"}
NARROW = {"viewport": {"width": 320, "height": 700}}
NO_SCRIPT = {"java_script_enabled": False}
"""How a browser is set up."""


@dataclass
class Person:
    """A page in a browser, and where the portal is."""

    page: Any
    address: str
    root: Path

    def log_in(self, name: str) -> None:
        """From the login page through the demo's identity provider."""
        self.open("/portal")
        self.page.get_by_role("button", name="Logga in med e-tjänstekort").click()
        self.page.get_by_role("button", name=name).click()

    def log_out(self) -> None:
        """As far as the login page, which is reached through the identity provider."""
        self.page.get_by_role("button", name="Logga ut").click()
        self.page.get_by_role("button", name="Logga in med e-tjänstekort").wait_for()
        self.page.wait_for_load_state()

    def open(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(self.address + path)

    def headline(self) -> str:
        """What the page is about."""
        text: str = self.page.locator("h1").inner_text()
        return text

    def picture(self, name: str, height: int | None = None) -> None:
        """The whole page, or so much of a long one, for docs/portal, in few colours: it is kept
        with every change."""
        path = self.root / "docs" / "portal" / f"{name}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")
        with Image.open(path) as taken:
            shown = taken.crop((0, 0, taken.width, min(height or taken.height, taken.height)))
            shown.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(
                path, optimize=True
            )

    def faults(self) -> list[str]:
        """What axe has against the page, by the rules of WCAG 2.2 on levels A and AA."""
        from axe_playwright_python.sync_playwright import Axe

        options = {
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        }
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    def is_too_wide(self) -> bool:
        """Whether the page is wider than the window, so that it scrolls sideways."""
        found: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return found

    def wait_for_focus(self, selector: str) -> None:
        """Until the keyboard is at an element: it gets there when a new part of the page has
        settled, which is after one can see it."""
        self.page.locator(f"{selector}:focus").wait_for()

    def wait_for_keys(self, selector: str) -> None:
        """Until a page that has an element is there with its scripts, which hear the keys."""
        self.page.locator(selector).wait_for()
        self.page.wait_for_load_state()

    def focused(self) -> str:
        """What the keyboard is at says."""
        text: str = self.page.evaluate("document.activeElement.innerText || ''")
        return text

    def focused_name(self) -> str:
        """The name of the field that the keyboard is at."""
        name: str = self.page.evaluate("document.activeElement.name || ''")
        return name

    def has_outline(self) -> bool:
        """Whether one sees where the keyboard is."""
        found: bool = self.page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            " && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"
        )
        return found

    def weight(self) -> int:
        """The bytes that the page and all that it loads are sent as, as if nothing were kept."""
        found: int = self.page.evaluate(
            "performance.getEntries().filter(one => one.encodedBodySize !== undefined)"
            ".reduce((sum, one) => sum + one.encodedBodySize, 0)"
        )
        return found
