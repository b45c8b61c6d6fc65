"""Socket Mode: requests come through a WebSocket that we open, in one process at a time."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient

from bot.channels.slack.troubles import AWAY_PAUSE, UNKNOWN_PAUSE, code_of
from bot.compose import Program
from bot.holding import Held

log = structlog.get_logger()

LISTENER = "slack-listener"
#: How often the connection is looked after, in seconds.
PING_SECONDS = 5.0


class Sockets:
    """Holds the connection while the lease is ours; the library opens it again when it is cut off."""

    def __init__(self, program: Program, app: AsyncApp) -> None:
        token = program.settings.slack_app_token
        assert token is not None
        self._token, self._app = token.get_secret_value(), app
        self._lease = Held(program, LISTENER)

    async def run(self) -> None:
        """Listen for as long as the program runs."""
        await self._lease.forever(self._listen)

    async def close(self) -> None:
        """Another process may listen at once."""
        await self._lease.let_go()

    async def _listen(self) -> None:
        quiet = logging.getLogger("slack_sdk.socket_mode")
        quiet.setLevel(logging.CRITICAL)  # its lines hold what people wrote
        handler = AsyncSocketModeHandler(self._app, self._token, logger=quiet, ping_interval=PING_SECONDS)
        try:
            await self._prove_token(handler.client)
            await handler.client.connect()  # type: ignore[no-untyped-call]
            log.info("slack.connected")
            await asyncio.Event().wait()
        finally:
            await handler.client.close()  # type: ignore[no-untyped-call]

    async def _prove_token(self, client: AsyncBaseSocketModeClient) -> None:
        """Return when Slack takes our token; the library would try a wrong one for ever without a word."""
        while True:
            try:
                client.wss_uri = await client.issue_new_wss_url()
                return
            except SlackApiError as error:
                code = code_of(error)
                log.error("slack.app_token_refused", error=code, todo="Set ROUNDSMAN_SLACK_APP_TOKEN to the app's own.")
                await asyncio.sleep(UNKNOWN_PAUSE)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("slack.unreachable", error=type(error).__name__)
                await asyncio.sleep(AWAY_PAUSE)
