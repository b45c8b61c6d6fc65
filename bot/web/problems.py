"""Errors over HTTP as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from bot.clock import now
from bot.faults import Fault, faults
from bot.files import BadPhoto
from bot.words import Words
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.values import plain

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
#: Addresses that no person looks at by themselves.
FOR_MACHINES = ("/api/", "/webhooks/", "/embed", "/healthz", "/readyz", "/metrics")
#: What has words of its own on a page.
_PAGES = {404: "nothing", 429: "often"}

_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not know that method; the Allow header says which it knows.",
}


class Problem(Exception):
    """A request that cannot be done: status, short title, one clear sentence, and members of its own."""

    def __init__(
        self, status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}


def _allowed(request: Request) -> dict[str, str]:
    """The methods an address knows, as far as it is described; Starlette names those of one route only."""
    described = request.app.openapi()["paths"].items()
    for path, operations in sorted(
        described, key=lambda each: each[0].count("{")
    ):  # the address itself before its kind
        if compile_path(path)[0].fullmatch(request.url.path):
            return {"Allow": ", ".join(sorted(method.upper() for method in operations))}
    return {}


def _template(request: Request) -> str:
    """The address without its values, among which may be a token."""
    return str(getattr(request.scope.get("route"), "path", request.url.path))


def _in_words(error: HTTPException) -> str:
    bare = error.detail == HTTPStatus(error.status_code).phrase
    return _DETAILS.get(error.status_code, error.detail) if bare else str(error.detail)


#: Refusals that HTTP has a status of its own for; the rest contradict the present state: 409.
_STATUS = {"changed_meanwhile": 412, "return_changed_meanwhile": 412}


def refusal_problem(refusal: Refusal, words: Words, language: str | None = None) -> Problem:
    """A refusal as a problem: 404 not found, 403 not allowed, 422 a wrong value, 409 what contradicts the present state."""
    reason = refusal.text.removeprefix("refused.")
    values = {key: plain(value) for key, value in refusal.values.items()}
    detail = words.say(refusal.text, values, language, now())
    members: dict[str, Any] = {"reason": reason}
    if "field" in values:
        members["errors"] = [{"field": values["field"], "detail": detail}]
    if "changes" in values:
        members["differences"] = values["changes"]
    windows = [plain(choice.slots) for choice in refusal.choices if choice.slots.keys() == {"day", "window"}]
    if windows:
        members["alternatives"] = windows
    return Problem(_status(refusal, reason), reason.replace("_", " ").capitalize(), detail, **members)


def _status(refusal: Refusal, reason: str) -> int:
    if "field" in refusal.values or isinstance(refusal, BadPhoto):
        return 413 if reason == "photo_too_large" else 422
    if isinstance(refusal, NotFound | NotAllowed):
        return 404 if isinstance(refusal, NotFound) else 403
    return _STATUS.get(reason, 409)


def invalid(found: Sequence[Fault]) -> Problem:
    """Values that are not what they must be: which fields, and what is wrong with each."""
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    errors = [{"field": each.field, "detail": each.detail} for each in found]
    detail = "; ".join(str(each) for each in found[:5]) + more
    return Problem(422, "Request not valid", detail, errors=errors)


def handle_problems(app: FastAPI) -> None:
    """Answer every error of the application with problem details; a person's browser with a page that says the same."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Response:
        return _answer(request, problem.body, problem.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, invalid(faults(error.errors())).body)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        body = {
            "type": "about:blank",
            "title": str(error.detail),
            "status": error.status_code,
            "detail": _in_words(error),
        }
        allowed = _allowed(request) if error.status_code == 405 else {}
        return _answer(request, body, {**(error.headers or {}), **allowed})

    @app.exception_handler(Exception)
    async def _broken(request: Request, error: Exception) -> Response:
        log.error("http.broken", path=_template(request), error=type(error).__name__)
        body = {
            "type": "about:blank", "title": "Something is broken on our side", "status": 500,
            "detail": "The request failed and was logged. Try again; if it keeps failing, tell whoever runs this installation.",
        }  # fmt: skip
        return _answer(request, body)


def _answer(request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as it is, or as a page for who looks at one; what only machines call is never a page."""
    pages = getattr(request.app.state, "pages", None)
    looks = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(FOR_MACHINES)
    if pages is None or not looks:
        return JSONResponse(body, body["status"], headers, MEDIA_TYPE)
    why = _PAGES.get(body["status"], "broken" if body["status"] >= 500 else None)
    page: Response = pages.show("trouble.html", pages.language(request), status=body["status"], why=why, problem=body)
    page.headers.update(headers or {})
    return page
