"""A browser as Chrome ships it, a shop's own pages, and what is inside the bubble's closed shadow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from playwright.sync_api import Browser, Frame, Page, expect

from tests.e2e.browsing import FLAGS, LONGEST_WAIT, ChatPage, executable
from tests.inside import served

#: Playwright switches off partitioned storage, which Chrome has; the last such switch counts. And no cookies of others.
AS_SHIPPED = ("--disable-features=Translate", "--test-third-party-cookie-phaseout")
#: What a shop's stylesheet must not do to the bubble.
HOSTILE = """
:root { font-size: 40px; line-height: 3; letter-spacing: 9px; }
* { box-sizing: content-box !important; color: red !important; font-family: fantasy !important; margin: 7px !important; }
button { all: unset; background: yellow !important; }
iframe { width: 50px !important; border: 9px dotted red !important; }
dialog, svg, roundsman-chat { display: none !important; opacity: .1 !important; position: static !important; visibility: hidden !important; }
html > * { filter: invert(1) !important; transform: rotate(9deg) !important; direction: rtl; }
"""


@contextmanager
def as_shipped(browser: Browser) -> Iterator[Browser]:
    """Another such browser that blocks third-party cookies and keeps sites' storage apart."""
    running = browser.browser_type.launch(executable_path=executable(), args=[*FLAGS, *AS_SHIPPED])
    try:
        yield running
    finally:
        running.close()


@dataclass
class OwnShop:
    """A server of the shop's own, whose pages are under the strictest policy the bubble needs."""

    url: str
    chat: str
    pages: dict[str, str] = field(default_factory=dict)

    def page(self, script: str, *, style: str = "", more: str = "") -> str:
        """The path of a new page with that script tag on it."""
        path = f"/p{len(self.pages)}"
        self.pages[path] = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
            f"{script}</head>"
            '<body><h1>Shop</h1><p id="text">Words</p><button id="before">Buy</button>'
            '<iframe id="own" title="own" width="300"></iframe>'
            f"{more}</body></html>"
        )
        self.pages[f"{path}.css"] = style
        self.pages[path] = self.pages[path].replace("<title>", f'<link rel="stylesheet" href="{path}.css"><title>')
        return path

    def script(self, **data: str) -> str:
        """The script line."""
        values = "".join(f' data-{name}="{value}"' for name, value in data.items())
        return f'<script src="{self.chat}/widget.js"{values} defer></script>'


@contextmanager
def own_shop(chat: str) -> Iterator[OwnShop]:
    """A shop on a server of its own, with the chat of ``chat`` allowed and nothing else."""
    app = FastAPI()
    pages: dict[str, str] = {}

    @app.get("/{name}")
    def page(name: str) -> Response:
        if f"/{name}" not in pages:
            return Response(status_code=204)
        if name.endswith(".css"):
            return Response(pages[f"/{name}"], media_type="text/css")
        policy = f"default-src 'none'; style-src 'self'; script-src {chat}; frame-src {chat}; require-trusted-types-for 'script'"
        return HTMLResponse(pages[f"/{name}"], headers={"Content-Security-Policy": policy})

    with served(app) as url:
        yield OwnShop(url.replace("127.0.0.1", "localhost"), chat, pages)


@dataclass
class Bubble:
    """The bubble on a page: pressed as people press it, looked into as only the browser's own tools can."""

    page: Page

    def __post_init__(self) -> None:
        self._tools = self.page.context.new_cdp_session(self.page)
        self._tools.send("DOM.enable")
        self._tools.send("CSS.enable")

    def press(self) -> None:
        """Press it with the mouse."""
        model = self._tools.send("DOM.getBoxModel", {"nodeId": self._node("bubble")["nodeId"]})["model"]["border"]
        self.page.mouse.click((model[0] + model[4]) / 2, (model[1] + model[5]) / 2)

    def opens(self) -> ChatPage:
        """Press it, and wait for the chat."""
        self.press()
        return self.chat()

    def chat(self) -> ChatPage:
        """The chat in the frame, once it is there."""
        frame = self._frame()
        expect(frame.get_by_role("textbox", name="Message")).to_be_visible()
        return ChatPage(frame)  # type: ignore[arg-type]

    def _frame(self) -> Frame:
        deadline = LONGEST_WAIT
        while deadline > 0:
            for frame in self.page.frames:
                if "/embed/c/" in frame.url:
                    return frame
            self.page.wait_for_timeout(50)
            deadline -= 50
        raise AssertionError(f"there is no chat in {[frame.url for frame in self.page.frames]}")

    def is_open(self) -> bool:
        """Whether the panel is open."""
        return "open" in self.attributes("panel")

    def attributes(self, name: str) -> dict[str, str]:
        """The attributes of a part."""
        flat = self._node(name).get("attributes", [])
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def text(self, name: str) -> str:
        """The text of a part."""
        return "".join(each["nodeValue"] for each in _walk(self._node(name)) if each["nodeType"] == 3).strip()

    def style(self, name: str) -> dict[str, str]:
        """The computed style of a part; of the host itself for ``roundsman-chat``."""
        found = self._tools.send("CSS.getComputedStyleForNode", {"nodeId": self._node(name)["nodeId"]})
        return {each["name"]: each["value"] for each in found["computedStyle"]}

    def count(self) -> int:
        """How many bubbles there are."""
        return sum(1 for each in self._nodes() if each["nodeName"] == "ROUNDSMAN-CHAT")

    def _nodes(self) -> Iterator[dict[str, Any]]:
        yield from _walk(self._tools.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"])

    def _node(self, name: str) -> dict[str, Any]:
        inside = next(each for each in self._nodes() if each["nodeName"] == "ROUNDSMAN-CHAT")
        if name == "roundsman-chat":
            return inside
        return next(each for each in _walk(inside) if name in (each["localName"], *_classes(each)))


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in (*node.get("shadowRoots", ()), *node.get("children", ())):
        yield from _walk(each)


def _classes(node: dict[str, Any]) -> list[str]:
    flat = node.get("attributes", [])
    return dict(zip(flat[::2], flat[1::2], strict=True)).get("class", "").split()
