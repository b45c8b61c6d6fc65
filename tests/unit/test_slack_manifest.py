"""App manifests: what Slack would not take of one, and what an app made from one may do."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.bolting import client, refused, serving
from tests.emulators.slack import SlackEmulator, faults_of_manifest
from tests.running import run

Json = dict[str, Any]


def manifest(**changes: Any) -> Json:
    url = "https://example.com/slack/events"
    commands = [{"command": "/rounds", "description": "Do it", "url": url}]
    told: Json = {
        "display_information": {"name": "Roundsman"},
        "features": {"bot_user": {"display_name": "Roundsman"}, "slash_commands": commands},
        "oauth_config": {"scopes": {"bot": ["commands", "app_mentions:read"]}},
        "settings": {
            "event_subscriptions": {"request_url": url, "bot_events": ["app_mention"]},
            "interactivity": {"is_enabled": True, "request_url": url},
        },
    }
    return told | changes


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"display_information": {"name": "x" * 36}}, "less than 36"),
        ({"oauth_config": {"scopes": {"bot": ["commands"]}}}, "app_mention needs the scope app_mentions:read"),
        ({"oauth_config": {"scopes": {"bot": ["app_mentions:read"]}}}, "need the scope commands"),
        ({"settings": {"event_subscriptions": {"bot_events": ["app_mention"]}}}, "request_url"),
        ({"settings": {"interactivity": {"is_enabled": True}}}, "request_url"),
        ({"features": {"slash_commands": [{"command": "rounds", "description": "x"}]}}, "must match a command"),
        ({"colour": "red"}, "invalid additional property: colour"),
    ],
)
def test_faults_of_manifests(changes: Json, fault: str) -> None:
    assert faults_of_manifest(manifest()) == []
    assert fault in " ".join(faults_of_manifest(manifest(**changes)))


def test_an_app_can_do_what_its_manifest_asks_for_and_no_more() -> None:
    url = "https://rounds.example.com/slack/events"
    manifest: dict[str, Any] = {
        "display_information": {"name": "Roundsman"},
        "features": {
            "bot_user": {"display_name": "Roundsman"},
            "slash_commands": [{"command": "/rounds", "description": "Do it", "url": url, "should_escape": True}],
            "app_home": {"home_tab_enabled": False, "messages_tab_enabled": False},
        },
        "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "app_mentions:read"]}},
        "settings": {
            "event_subscriptions": {"request_url": url, "bot_events": ["app_mention"]},
            "interactivity": {"is_enabled": False},
        },
    }

    def prepare(app: AsyncApp) -> None:
        @app.command("/rounds")
        async def command(ack: Any, body: Any) -> None:
            await ack(body["text"])

        @app.event("app_mention")
        async def mentioned() -> None:
            """Only acknowledged."""

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north, bot = slack.channel("north", anna), client(slack)
        async with serving(slack, prepare) as app:
            base = slack.request_url
            slack.install(manifest, base)
            assert app.name
            assert (await anna.runs(north, "/rounds @Anna Bakker")).answer == f"<@{anna.id}>"
            with pytest.raises(AssertionError, match="no command /other"):
                anna.runs(north, "/other")
            said = anna.mentions(north, "hello")
            assert [one.payload["event"]["type"] for one in said.deliveries] == ["app_mention"]
            await slack.until_answered()
        with pytest.raises(AssertionError, match="no direct messages"):
            anna.tells("hello")
        home = {"type": "home", "blocks": []}
        assert await refused(bot.views_publish(user_id=anna.id, view=home)) == "not_enabled"
        assert await refused(bot.chat_postMessage(channel=anna.id, text="x")) == "messages_tab_disabled"
        assert await refused(bot.conversations_history(channel=north.id)) == "missing_scope"
        manifest["settings"]["event_subscriptions"]["bot_events"].append("message.im")
        with pytest.raises(AssertionError, match="im:history"):
            slack.install(manifest, base)

    with SlackEmulator() as slack:
        run(work(slack))
