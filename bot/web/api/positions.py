"""Positions of vehicles over HTTP, e.g. from a telematics provider."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response

from actions.perform import perform
from bot.compose import Program
from bot.web.api import shapes
from bot.web.api.description import problems
from bot.web.api.keys import SCHEMES, caller_of, in_core, keyed
from domain.commands import RecordPosition

Route = Annotated[int, Path(description="The route's number.", ge=1, le=2_000_000_000, examples=[7])]
EXAMPLE = {"moving": {"value": {"at": "2026-05-04T12:10:00Z", "place": {"lat": 52.5316, "lon": 13.3817}}}}


def routes(program: Program) -> APIRouter:
    """The route of positions."""
    router = APIRouter(route_class=keyed(program), dependencies=list(SCHEMES), tags=["routes"])

    @router.put(
        "/routes/{route}/position",
        status_code=204,
        summary="Say where a route's vehicle is",
        responses=problems(400, 404, 413, 415, 422),
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
