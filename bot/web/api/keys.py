"""Who may use the API, and in what form requests come in: a key, a size, a kind of body."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from fastapi import Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer
from sqlmodel import Session

from bot.clock import moment, new_id
from bot.compose import Program
from bot.web.problems import Problem, refusal_problem
from domain.moment import Actor, Moment, Role
from domain.policies import Policies
from domain.refusals import Refusal
from storage.keys import find_key
from storage.unit_of_work import UnitOfWork

LARGEST_BODY = 5 * 1024 * 1024
#: A photo of 10 MB takes a third more as base64.
LARGEST_WITH_PHOTO = 15 * 1024 * 1024
ACTOR = Actor(Role.API)
#: No database holds control characters.
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
_ETAG = re.compile(r'(?:W/)?"([^"]*)"')
T = TypeVar("T")

_HEADER = APIKeyHeader(
    name="X-API-Key", scheme_name="ApiKey", description="A key made with `roundsman apikey create`.", auto_error=False
)
_BEARER = HTTPBearer(scheme_name="Bearer", description="The same key as `Authorization: Bearer …`.", auto_error=False)
#: For the description only: the key is checked before anything of the request is read.
SCHEMES = (Security(_HEADER), Security(_BEARER))


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key a request came with."""

    id: int
    language: str | None
    policies: Policies

    def moment(self) -> Moment:
        """The circumstances of one call, with a key of its own."""
        return moment(ACTOR, f"api:{self.id}:{new_id()}", self.policies)


class _ApiRequest(Request):
    """A request whose body is JSON of a bounded size, in bytes."""

    largest = LARGEST_BODY

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            chunks, size = [], 0
            async for chunk in self.stream():
                size += len(chunk)
                if size > self.largest:
                    raise _too_large(self.largest)
                chunks.append(chunk)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> Any:
        return orjson.loads(await self.body())


def keyed(program: Program, largest: int = LARGEST_BODY) -> type[APIRoute]:
    """Routes that want an API key, and answer refusals with problem details; ``largest`` body in bytes."""

    class KeyedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
            handle = super().get_route_handler()

            async def answer(plain: Request) -> Response:
                request = _ApiRequest(plain.scope, plain.receive)
                request.largest = largest
                caller = await admit(program, request)
                request.state.caller = caller
                _check_body(request)
                await request.body()  # FastAPI would answer 400 to whatever this raises
                try:
                    return await handle(request)
                except Refusal as refusal:
                    raise refusal_problem(refusal, program.words, caller.language) from refusal

            return answer

    return KeyedRoute


def caller_of(request: Request) -> Caller:
    """Whose key the request came with."""
    caller: Caller = request.state.caller
    return caller


def versions(if_match: str | None) -> frozenset[int] | None:
    """The versions an If-Match header allows; None when it allows any.

    Weak tags count too, though RFC 9110 compares strongly: proxies that compress make strong tags weak.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(tag) for tag in _ETAG.findall(if_match) if tag.isdecimal() and len(tag) < 10)


async def in_core(program: Program, work: Callable[..., T], *args: Any) -> T:
    """Run what touches the database in the program's pool."""
    return await asyncio.get_running_loop().run_in_executor(program.pool, work, *args)


def seen(program: Program, look: Callable[[UnitOfWork], T]) -> T:
    """What ``look`` sees of the business, reading only."""
    with program.database.reading() as session:
        return look(UnitOfWork(session, ACTOR))


async def admit(program: Program, request: Request) -> Caller:
    """The caller, counted against the limits. Raises Problem without a valid key."""
    key = _key(request)
    limits = request.app.state.limits
    found = await in_core(program, _find, program, key) if key else None
    if found is None:
        limits.check(request)
        raise _unknown(key)
    limits.check_key(found)
    return Caller(found, _language(request), program.settings.policies)


def _key(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return request.headers.get("x-api-key") or bearer or None


def _find(program: Program, key: str) -> int | None:
    session: Session
    with program.database.reading() as session:
        row = find_key(session, key)
    return row.id if row is not None else None


def _language(request: Request) -> str | None:
    """The language asked for first; whoever chooses words falls back from there."""
    return request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()[:35] or None


def _check_body(request: _ApiRequest) -> None:
    """Refuses a body that says itself that it is too large or no JSON."""
    size = request.headers.get("content-length", "0")
    if size.isdecimal() and int(size) > request.largest:
        raise _too_large(request.largest)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if size != "0" and kind and kind != "application/json" and not kind.endswith("+json"):
        raise Problem(415, "Unsupported media type", "Send JSON, with Content-Type: application/json.")


def _too_large(largest: int) -> Problem:
    less = "send fewer orders at a time" if largest == LARGEST_BODY else "send a smaller photo"
    return Problem(413, "Request too large", f"A request may have at most {largest // 1024**2} MB; {less}.")


def _unknown(key: str | None) -> Problem:
    said = "This key is unknown or was revoked." if key else "Send a key as X-API-Key or Authorization: Bearer."
    return Problem(
        401, "API key needed", f"{said} `roundsman apikey create NAME` makes one.",
        headers={"WWW-Authenticate": 'Bearer realm="roundsman"'},
    )  # fmt: skip
