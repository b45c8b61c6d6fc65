"""How the API describes itself: which problems an operation may answer with, and in what media type."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from bot.web.api.examples import DIFFERS, problem
from bot.web.api.shapes import ProblemDetails
from bot.web.problems import MEDIA_TYPE

_REF = "#/components/schemas/ProblemDetails"
_OURS = {"$ref": _REF}
_FASTAPIS = "#/components/schemas/HTTPValidationError"
_PROBLEMS: dict[int, tuple[str, dict[str, Any]]] = {
    400: ("The request cannot be read.", problem(400, "Bad Request", "There was an error parsing the body")),
    401: (
        "The key is missing, unknown or revoked.",
        problem(401, "API key needed", "Send a key as X-API-Key or Authorization: Bearer."),
    ),
    404: (
        "There is nothing of that kind.",
        problem(404, "No such order", "I find no order RM-99999 of yours.", reason="no_such_order"),
    ),
    409: ("What is asked contradicts what is there; `reason` is a stable code.", DIFFERS),
    412: (
        "It has changed since the version in If-Match.",
        problem(412, "Changed meanwhile", "Order RM-10482 has changed since you read it.", reason="changed_meanwhile"),
    ),
    413: (
        "The request is too large: 5 MB, with a photo 15 MB.",
        problem(413, "Request too large", "A request may have at most 5 MB; send fewer orders at a time."),
    ),
    415: ("The body is no JSON.", problem(415, "Unsupported media type", "Send JSON, with Content-Type: application/json.")),
    422: (
        "A value is wrong; `errors` name the fields.",
        problem(
            422, "Request not valid", "lines.0.quantity: must be more than 0",
            errors=[{"field": "lines.0.quantity", "detail": "must be more than 0"}],
        ),
    ),
    429: (
        "Too many requests with this key; Retry-After says when to try again.",
        problem(429, "Too many requests", "There were too many requests in a short time."),
    ),
}  # fmt: skip
_HEADERS = {
    401: {"WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
ETAG = {"ETag": {"description": "Its version, for If-Match.", "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems an operation may answer with, besides those that any may."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in sorted({401, 429, *statuses}):
        description, example = _PROBLEMS[status]
        found[status] = {
            "model": ProblemDetails,
            "description": description,
            "content": {"application/json": {"example": example}},
        }
        if status in _HEADERS:
            found[status]["headers"] = _HEADERS[status]
    return found


def answer(model: Any, description: str, example: Any, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    """A good answer of an operation."""
    return {
        "model": model,
        "description": description,
        "content": {"application/json": {"example": example}},
        **({"headers": headers} if headers else {}),
    }


def describe_problems(app: FastAPI) -> None:
    """Let the description say that every error, FastAPI's own ones too, is answered as problem details."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                _describe_problems(operation["responses"], ours=path.startswith("/api/"))
        schemas = schema.get("components", {}).get("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_problems(responses: dict[str, dict[str, Any]], *, ours: bool) -> None:
    for status, response in list(responses.items()):
        described = response.get("content", {}).get("application/json", {})
        named = described.get("schema", {}).get("$ref")
        if named == _FASTAPIS and ours:  # ours name the problems they may answer with themselves
            del responses[status]
        elif named in {_REF, _FASTAPIS}:
            response["content"] = {MEDIA_TYPE: {**described, "schema": _OURS}}
