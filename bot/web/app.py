"""The HTTP application: channels, API, pages and what machines ask about it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import metrics
from bot.background import Background
from bot.channels import rasa, rest
from bot.channels.sms import routes as sms
from bot.compose import Program
from bot.logs import set_up_logs
from bot.settings import load_settings
from bot.web.api import routes as api
from bot.web.api.description import describe_problems
from bot.web.chat.routes import ChatServer, add_chat
from bot.web.chat.streams import Streams, ended_by_signals
from bot.web.embed.routes import add_embed
from bot.web.files import add_files
from bot.web.limits import Limits
from bot.web.pages import Pages, add_pages
from bot.web.plan.routes import add_plans
from bot.web.playground import add_playground
from bot.web.problems import Problem, handle_problems
from bot.web.returned.routes import add_returns
from bot.web.shop import add_shop
from bot.web.stopping import add_stopping
from bot.web.track.routes import add_tracking
from storage import outbox
from storage.schema import is_migrated

if TYPE_CHECKING:
    from bot.channels.slack.channel import Slack
    from bot.channels.telegram.channel import Telegram


def create() -> FastAPI:
    """The application of this environment's settings, for uvicorn's worker processes."""
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    return build(Program.compose(settings), for_good=True)


def build(program: Program, *, for_good: bool = False) -> FastAPI:
    """The application around a program; ``for_good`` where it is all that its process does."""

    telegram, slack = _telegram(program), _slack(program)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.get_running_loop().run_in_executor(program.pool, program.load)
        if for_good:  # what is loaded stays; looking through it for garbage would hold turns up for a tenth of a second
            gc.freeze()
            gc.enable()
        with ended_by_signals(app.state.streams):
            async with AsyncExitStack() as running:
                for channel in (
                    telegram,
                    slack,
                ):  # they end last: what is just being sent still needs their connections
                    if channel is not None:
                        await running.enter_async_context(channel)
                await running.enter_async_context(Background(program, telegram, slack))
                yield
        program.close()

    app = FastAPI(
        title="Roundsman",
        version=version("roundsman"),
        summary="Orders, promises and a chat that tells the truth about them.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.limits = Limits(program.settings)
    handle_problems(app)
    app.include_router(rest.routes(program))
    app.include_router(rasa.routes(program))
    app.include_router(sms.routes(program))
    _add_webhooks(app, program, telegram, slack)
    app.include_router(api.routes(program))
    describe_problems(app)
    _add_pages(app, program)
    _add_health(app, program)
    return app


def _telegram(program: Program) -> Telegram | None:
    """Telegram, where it is set up; nowhere else is its library loaded."""
    if program.settings.telegram_token is None:
        return None
    from bot.channels.telegram.channel import Telegram

    return Telegram(program)


def _slack(program: Program) -> Slack | None:
    """Slack, where it is set up; nowhere else is its library loaded."""
    if program.settings.slack_bot_token is None:
        return None
    from bot.channels.slack.channel import Slack

    return Slack(program)


def _add_webhooks(app: FastAPI, program: Program, telegram: Telegram | None, slack: Slack | None) -> None:
    if telegram is not None:
        from bot.channels.telegram import routes as telegram_routes

        app.include_router(telegram_routes.routes(telegram))
    if slack is not None and program.settings.slack_signing_secret is not None:
        from bot.channels.slack import routes as slack_routes

        app.include_router(slack_routes.routes(slack))


def _add_pages(app: FastAPI, program: Program) -> None:
    pages = app.state.pages = Pages(program)
    app.state.streams = Streams(program)
    server = ChatServer(program, pages, app.state.streams)
    add_pages(app, program, pages)
    add_files(app, program)
    add_tracking(app, server)
    add_returns(app, server)
    add_plans(app, server)
    add_stopping(app, program, pages)
    add_chat(app, server)
    add_embed(app, server)
    if program.settings.demo:
        add_playground(app, server)
        add_shop(app, server)


def _add_health(app: FastAPI, program: Program) -> None:
    @app.get("/healthz", tags=["operations"], summary="Alive?")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", tags=["operations"], summary="Ready to serve?")
    async def readyz() -> dict[str, str]:
        if not program.ready.is_set():
            raise Problem(503, "Not ready", "The language engine is still loading.")
        try:
            migrated = await asyncio.to_thread(is_migrated, program.database)
        except Exception as error:
            raise Problem(503, "Not ready", "The database cannot be reached.") from error
        if not migrated:
            raise Problem(503, "Not ready", "The database does not have the newest schema; run `roundsman migrate`.")
        return {"status": "ready"}

    @app.get("/metrics", include_in_schema=False)
    async def prometheus() -> Response:
        await asyncio.to_thread(_measure_outbox, program)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _measure_outbox(program: Program) -> None:
    with program.database.reading() as session:
        count, oldest = outbox.depth(session)
    metrics.OUTBOX_DEPTH.set(count)
    metrics.OUTBOX_AGE.set((datetime.now(UTC) - oldest).total_seconds() if oldest else 0)
