"""Pages: templates filled with words of the reader's language, and the headers every page carries."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, negotiate_locale
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.staticfiles import StaticFiles

from bot.cards import bold_as
from bot.clock import now
from bot.compose import Program
from bot.receive import LONGEST_MESSAGE

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: Packages that carry browser libraries, served under ``/static/lib``.
_PACKAGES = ("js_lib_htmx", "js_lib_leaflet")
_WHOLE = re.compile(r"\b(?:[A-Z]{2,4}-\d{2,9}|\d{1,2}:\d{2}(?: ?[ap]m)?(?:–\d{1,2}:\d{2})?(?: ?[ap]m)?)\b")


class Pages:
    """Fills the templates."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._templates.filters.update(whole=whole, strong=strong)
        self._templates.globals.update(static=static_address, demo=program.settings.demo, most_bytes=LONGEST_MESSAGE)

    def language(self, request: Request) -> str:
        """The language the browser asks for, of those we speak."""
        wished = [each.partition(";")[0].strip() for each in request.headers.get("accept-language", "").split(",")]
        known = self._program.words.languages
        return negotiate_locale(wished, known, sep="-") or known[0]

    def show(self, template: str, language: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page or a part of one, as a response."""
        return HTMLResponse(self.fill(template, language, **values), status, HEADERS)

    def fill(self, template: str, language: str, /, *, zone: ZoneInfo | None = None, **values: Any) -> str:
        """A template in a language; times are those of ``zone`` where it is given."""
        moment = now()
        say = self._program.words.on_pages(language, moment, zone)
        page = self._templates.get_template(template)
        return page.render(say=say, language=language, direction=_direction(language), now=moment, **values)


def add_pages(app: FastAPI, program: Program, pages: Pages) -> None:
    """The files pages need, and the front door."""
    app.mount("/static/lib", _Files(packages=[(package, "static") for package in _PACKAGES]), name="lib")
    app.mount("/static", _Files(directory=HERE / "static"), name="static")

    @app.get("/", include_in_schema=False)
    async def front(request: Request) -> Response:
        if not program.settings.demo:
            return RedirectResponse("/chat", 303)
        return pages.show("front.html", pages.language(request))

    @app.get("/favicon.ico", include_in_schema=False)
    async def favicon() -> Response:
        return RedirectResponse(static_address("mark.svg"), 308)


class _Files(StaticFiles):
    """Static files; with their version in the address they are kept for good."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        scope = args[2] if len(args) > 2 else options["scope"]
        lasting = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def static_address(name: str) -> str:
    """The address of a static file, which changes with its content."""
    if name.startswith("lib/"):
        found = find_spec(next((each for each in _PACKAGES if each in name), "js_lib_htmx"))
        assert found is not None
        assert found.origin is not None
        path = Path(found.origin).parent / "static" / name.removeprefix("lib/")
    else:
        path = HERE / "static" / name
    return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def whole(text: str) -> Markup:
    """The text as HTML in which numbers of orders and times of day are not broken across lines."""
    return Markup(_WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped before


def strong(text: str) -> Markup:
    """As `whole`, with what is bold in a card's text in bold, and with its lines."""
    return Markup(bold_as(str(whole(text)), "<b>", "</b>").replace("\n", "<br>"))  # noqa: S704 - escaped before


@cache
def _direction(language: str) -> str:
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"
