"""The app's manifest: with it Slack knows at once what the app may do, hears, and is called for. Pure.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any

from bot.channels.slack.incoming import COMMAND

PATH = "/webhooks/slack"
#: What each is for: https://docs.slack.dev/reference/scopes
SCOPES = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:write",
    "groups:history", "groups:read", "im:history", "im:write", "users:read",
)  # fmt: skip
EVENTS = ("app_home_opened", "app_mention", "member_joined_channel", "message.channels", "message.groups", "message.im")


def manifest(public_url: str, *, socket: bool) -> dict[str, Any]:
    """The manifest of an app that is called at ``public_url``, or (``socket``) opens a connection itself."""
    address = f"{public_url}{PATH}"
    called = {} if socket else {"url": address}
    asked = {} if socket else {"request_url": address}
    command = {
        "command": COMMAND, "description": "Command the operation", "usage_hint": "help, or say it in your own words",
        "should_escape": True, **called,
    }  # fmt: skip
    return {
        "display_information": {
            "name": "Roundsman",
            "description": "Orders, plans, routes and exceptions of the deliveries",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Roundsman", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**asked, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **asked},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
