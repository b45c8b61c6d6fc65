"""Files by their secret address: ``/f/<id>``, and ``/f/<id>/small`` for a photo's small form."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse

from bot.clock import now
from bot.compose import Program
from bot.files import PHOTO_MIME
from bot.web.api.keys import in_core
from bot.web.problems import Problem
from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def add_files(app: FastAPI, program: Program) -> None:
    """Hand out files to whoever knows their ids; ids are never listed."""
    router = APIRouter(prefix="/f", include_in_schema=False)

    @router.api_route("/{file_id}", methods=["GET", "HEAD"])
    async def whole(request: Request, file_id: str) -> Response:
        return await _answer(program, request, file_id, small=False)

    @router.api_route("/{file_id}/small", methods=["GET", "HEAD"])
    async def small(request: Request, file_id: str) -> Response:
        return await _answer(program, request, file_id, small=True)

    app.include_router(router)


async def _answer(program: Program, request: Request, file_id: str, *, small: bool) -> Response:
    request.app.state.limits.check(request)
    found = await in_core(program, _find, program, file_id, small) if _ID.fullmatch(file_id) else None
    if found is None:
        raise Problem(404, "No such file", "There is no such file, or it is no longer kept.")
    stored, path = found
    photo = stored.mime == PHOTO_MIME
    return FileResponse(
        path,
        headers={**_HEADERS, "Cache-Control": f"private, max-age={86_400 if stored.expires_at is None else 0}"},
        media_type=stored.mime or "application/octet-stream",
        filename=stored.name or (f"photo{path.suffix}" if photo else f"file{path.suffix}"),
        content_disposition_type="inline" if photo else "attachment",
    )


def _find(program: Program, file_id: str, small: bool) -> tuple[StoredFile, Path] | None:
    with program.database.reading() as session:
        stored = UnitOfWork(session, SYSTEM).files.find(file_id, now())
    path = program.files.path_of(stored, small=small) if stored is not None else None
    return (stored, path) if stored is not None and path is not None else None
