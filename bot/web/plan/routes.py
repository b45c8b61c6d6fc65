"""``/plan/<token>``: the page of a plan, what keeps it fresh, and the plan as GeoJSON."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from bot.clock import now
from bot.pictures.geojson import geojson
from bot.reasons import explain
from bot.web.chat.routes import ChatServer
from bot.web.plan.facts import ShownPlan, find
from bot.web.secret_links import headers_with_map, news, open_link
from domain.drawing import Drawing
from domain.routing.solution import Reason


def add_plans(app: FastAPI, server: ChatServer) -> None:
    """The pages of plans at ``/plan``."""
    router = APIRouter(prefix="/plan", include_in_schema=False)
    plans = _Plans(server)

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    async def page(request: Request, token: str) -> Response:
        found = await plans.look(request, token)
        return found if isinstance(found, Response) else await plans.page(request, token, found)

    @router.get("/{token}/live")
    async def live(request: Request, token: str) -> Response:
        found = await plans.look(request, token)
        return found if isinstance(found, Response) else await plans.news(request, token, found)

    @router.get("/{token}/plan.geojson")
    async def map_data(request: Request, token: str) -> Response:
        found = await plans.look(request, token)
        return found if isinstance(found, Response) else plans.geojson(found)

    app.include_router(router)


class _Plans:
    """Finds what a token shows and fills the pages. Large plans take a moment, and so it is done beside the loop."""

    def __init__(self, server: ChatServer) -> None:
        self._server, self._pages = server, server.pages
        self._program, self._settings = server.program, server.program.settings
        self._headers = headers_with_map(self._settings.map_tiles)

    async def look(self, request: Request, token: str) -> Drawing | Response:
        """The plan the token shows, or the page that says that it shows nothing, which counts against whoever tries."""

        async def find_plan(token: str) -> Drawing:
            return await self._server.in_core(find, self._program.database, token, now())

        def nothing(why: str, status: int, headers: dict[str, str] | None) -> Response:
            page = self._pages.show("dead.html", self._pages.language(request), status=status, about="plan", why=why)
            page.headers.update({"X-Robots-Tag": "noindex", **(headers or {})})
            return page

        return await open_link(request, token, find_plan, nothing)

    async def page(self, request: Request, token: str, drawing: Drawing) -> Response:
        """The whole page."""
        more = {"tiles": self._settings.map_tiles, "credit": self._settings.map_credit}
        filled = await self._server.in_core(self._fill, "plan.html", request, token, drawing, more)
        return HTMLResponse(filled, headers=self._headers)

    async def news(self, request: Request, token: str, drawing: Drawing) -> Response:
        """The parts that change; 304 where the page has them already."""
        filled = await self._server.in_core(self._fill, "_plan.html", request, token, drawing, {})
        return news(request, filled, self._headers)

    def geojson(self, drawing: Drawing) -> Response:
        """The plan for programs that draw maps."""
        headers = {**self._headers, "Content-Disposition": 'attachment; filename="plan.geojson"'}
        return Response(orjson.dumps(geojson(drawing)), media_type="application/geo+json", headers=headers)

    def _fill(self, template: str, request: Request, token: str, drawing: Drawing, more: dict[str, Any]) -> str:
        words, language, moment = self._program.words, self._pages.language(request), now()

        def why(reason: Reason | None) -> str:
            if reason is None or not words.knows(reason.code, language):
                return ""
            return explain(words, reason, moment, language, drawing.zone)

        return self._pages.fill(
            template, language, zone=drawing.zone, plan=ShownPlan.of(drawing), token=token, why=why, **more
        )
