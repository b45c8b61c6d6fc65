"""A bolt app against the Slack emulator, and the blocks that tests show in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack import SlackEmulator


def client(slack: SlackEmulator, **options: Any) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, **options)


async def refused(call: Awaitable[Any]) -> str:
    """The error code that the call was refused with."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


@asynccontextmanager
async def serving(slack: SlackEmulator, prepare: Callable[[AsyncApp], None]) -> AsyncIterator[AsyncApp]:
    """A bolt app, reached as the emulator's mode says."""
    app = AsyncApp(client=client(slack), signing_secret=slack.signing_secret, process_before_response=True)
    prepare(app)
    if slack.mode == "socket":
        handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client(slack), ping_interval=0.2)
        await handler.connect_async()
        await slack.until_connected()
        try:
            yield app
        finally:
            await handler.close_async()
        return
    runner = web.AppRunner(app.web_app(path="/slack/events"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield app
    finally:
        await runner.cleanup()


def button(words: str, action: str = "press", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": words}, "action_id": action, **more}


def section(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def modal(*blocks: dict[str, Any], title: str = "Hold an order", **more: Any) -> dict[str, Any]:
    words = {name: {"type": "plain_text", "text": text} for name, text in {"title": title, "submit": "Hold"}.items()}
    return {"type": "modal", "callback_id": "hold", "blocks": list(blocks), **words, **more}


def asking(label: str, element: dict[str, Any], block: str, **more: Any) -> dict[str, Any]:
    named = {"type": "plain_text", "text": label}
    return {"type": "input", "label": named, "element": {"action_id": "value", **element}, "block_id": block, **more}
