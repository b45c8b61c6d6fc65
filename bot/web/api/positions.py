"""Positions of vehicles over HTTP, e.g. from a telematics provider."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, Response

from actions.perform import perform
from bot.compose import Program
from bot.web.api import shapes
from bot.web.api.description import problems
from bot.web.api.examples import problem
from bot.web.api.keys import SCHEMES, caller_of, in_core, keyed
from domain.commands import RecordPosition

_ROUTELESS = problem(404, "No such route", "There is no route 7.", reason="no_such_route")
Route = Annotated[int, Path(description="The route's number.", ge=1, le=2_000_000_000, examples=[7])]
EXAMPLE = {"moving": {"value": {"at": "2026-05-04T12:10:00Z", "place": {"lat": 52.5316, "lon": 13.3817}}}}


def routes(program: Program) -> APIRouter:
    """The route of positions."""
    router = APIRouter(route_class=keyed(program), dependencies=list(SCHEMES), tags=["routes"])

    @router.put(
        "/routes/{route}/position",
        status_code=204,
        summary="Say where a route's vehicle is",
        responses={204: {"description": "It is kept, unless a newer one is known."}, **_problems()},
    )
    async def record(
        request: Request,
        route: Route,
        body: Annotated[shapes.NewPosition, Body(openapi_examples=EXAMPLE)],
    ) -> Response:
        """The newest position counts, whatever order they arrive in. A customer sees it while they are next."""
        command = RecordPosition(route=route, at=body.at, place=body.place)
        await in_core(program, perform, program.database, [command], caller_of(request).moment())
        return Response(status_code=204)

    return router


def _problems() -> dict[int | str, dict[str, Any]]:
    found = problems(400, 404, 413, 415, 422)
    found[404] |= {"description": "There is no such route.", "content": {"application/json": {"example": _ROUTELESS}}}
    return found
