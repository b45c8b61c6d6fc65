"""A real Chromium, and what a person does with a chat page in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from storage.database import Database
from tests.emulators.waiting import PATIENCE

#: Quiet and offline: nothing here may ask for anything but the server under test.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
#: Milliseconds.
LONGEST_WAIT = 1000 * PATIENCE


class NoChromium(Exception):
    """There is no browser to test with; the words say which were looked for."""


@dataclass(frozen=True)
class Demo:
    """A served demo: its address, data folder, database, and a key of its REST API."""

    url: str
    folder: Path
    database: Database
    api_key: str


def warm(demo: Demo, folder: Path) -> Path:
    """A data folder for a server of one's own, with the language model the demo's server has made."""
    shutil.copytree(demo.folder / "nlu", folder / "nlu")
    return folder


def executable() -> str:
    """Chromium on this machine: the one ROUNDSMAN_CHROMIUM names, one on the PATH, or Playwright's own. Raises NoChromium."""
    names = (os.environ.get("ROUNDSMAN_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", *APPLICATIONS)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is not None:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if not Path(own).exists():
        raise NoChromium("no Chromium or Chrome is installed (apt install chromium), and ROUNDSMAN_CHROMIUM names none")
    return own


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine. Raises NoChromium when there is none."""
    found = executable()
    expect.set_options(timeout=LONGEST_WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """Somebody with a browser of their own. ``troubles`` are errors the browser wrote to its console."""

    url: str
    context: BrowserContext
    troubles: list[str] = field(default_factory=list)

    def opens(self, path: str) -> ChatPage:
        """Open a page in a new tab."""
        page = self.context.new_page()
        page.set_default_timeout(LONGEST_WAIT)
        page.on("console", lambda each: self.troubles.append(each.text) if each.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.goto(self.url + path)
        return ChatPage(page)


@dataclass
class ChatPage:
    """A page with a chat on it, as a person uses it."""

    page: Page

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log", name="Conversation")

    @property
    def field(self) -> Locator:
        """Where messages are written."""
        return self.page.get_by_role("textbox", name="Message")

    @property
    def chips(self) -> Locator:
        """Buttons that answer."""
        return self.page.locator(".choices .chip")

    def says(self, text: str) -> None:
        """Write a message and send it."""
        self.field.fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def hears(self, text: str) -> None:
        """Wait for the assistant to say something with ``text`` in it, last of all."""
        expect(self.page.locator(".line").last).to_contain_text(text)
        expect(self.page.locator(".line.ours").last).to_contain_text(text)

    def hears_among_others(self, text: str) -> None:
        """Wait for the assistant to say something with ``text`` in it, whatever else is told there meanwhile."""
        expect(self.page.locator(".line.ours", has_text=text).first).to_be_visible()

    def presses(self, title: str) -> None:
        """Press an answer."""
        self.chips.filter(has_text=title).first.click()

    def bubbles(self) -> list[str]:
        """All that was said, in order."""
        return [text.strip() for text in self.page.locator(".bubble").all_inner_texts()]

    def scrolls_sideways(self) -> bool:
        """Whether anything is wider than the window."""
        wider = "() => document.documentElement.scrollWidth > innerWidth || document.querySelector('#scroll').scrollWidth > document.querySelector('#scroll').clientWidth"
        return bool(self.page.evaluate(wider))

    def faint(self, *selectors: str) -> dict[str, float]:
        """Those of the elements whose text has less contrast to what is behind it than WCAG AA asks (4.5)."""
        ratios: dict[str, Any] = {
            selector: self.page.locator(selector).first.evaluate(_CONTRAST) for selector in selectors
        }
        return {selector: round(ratio, 2) for selector, ratio in ratios.items() if ratio < 4.5}


#: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, for opaque colours
_CONTRAST = """element => {
  const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  let behind = element;
  while (behind && [0].includes(numbers(getComputedStyle(behind).backgroundColor)[3])) behind = behind.parentElement;
  const [a, b] = [numbers(getComputedStyle(element).color), numbers(getComputedStyle(behind || document.body).backgroundColor)].map(light);
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
}"""
