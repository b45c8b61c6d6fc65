"""The playground of a demo: be any customer, driver or member of staff, and watch the day on a map. It proves nobody's identity, so never
real data.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from bot.web.chat.routes import ChatServer
from bot.web.playground.customers import add_customers
from bot.web.playground.day import add_day
from bot.web.playground.drivers import add_drivers
from bot.web.playground.staff import add_staff

__all__ = ["add_playground"]


def add_playground(app: FastAPI, server: ChatServer) -> None:
    """The playground at ``/playground``; for demos only."""
    router = APIRouter(prefix="/playground", include_in_schema=False)
    add_customers(router, server)
    add_drivers(router, server)
    add_staff(router, server)
    add_day(router, server)
    app.include_router(router)
