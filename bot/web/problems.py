"""Errors over HTTP as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.clock import now
from bot.words import Words
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.values import plain

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that cannot be done: status, short title, one clear sentence, and members of its own."""

    def __init__(
        self, status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}


def refusal_problem(refusal: Refusal, words: Words) -> Problem:
    """A refusal as a problem: 404 not found, 403 not allowed, 409 for what contradicts the present state."""
    status = 404 if isinstance(refusal, NotFound) else 403 if isinstance(refusal, NotAllowed) else 409
    reason = refusal.text.removeprefix("refused.")
    detail = words.say(refusal.text, _plain(refusal.values), None, now())
    return Problem(status, reason.replace("_", " ").capitalize(), detail, reason=reason)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in values.items()}


def handle_problems(app: FastAPI) -> None:
    """Answer every error of the application with problem details."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, problem: Problem) -> JSONResponse:
        return JSONResponse(problem.body, problem.status, problem.headers, MEDIA_TYPE)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]} for each in error.errors()
        ]
        detail = "; ".join(f"{each['where']}: {each['what']}" for each in errors[:5])
        body = {"type": "about:blank", "title": "Request not valid", "status": 422, "detail": detail, "errors": errors}
        return JSONResponse(body, 422, media_type=MEDIA_TYPE)

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        body = {
            "type": "about:blank",
            "title": str(error.detail),
            "status": error.status_code,
            "detail": str(error.detail),
        }
        return JSONResponse(body, error.status_code, error.headers, MEDIA_TYPE)

    @app.exception_handler(Exception)
    async def _broken(request: Request, error: Exception) -> JSONResponse:
        log.error("http.broken", path=request.url.path, error=type(error).__name__)
        body = {
            "type": "about:blank", "title": "Something is broken on our side", "status": 500,
            "detail": "The request failed and was logged. Try again; if it keeps failing, tell whoever runs this installation.",
        }  # fmt: skip
        return JSONResponse(body, 500, media_type=MEDIA_TYPE)
