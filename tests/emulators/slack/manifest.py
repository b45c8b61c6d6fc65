"""App manifests: whether Slack would take one, and what an app installed from it may do.

Rules: https://docs.slack.dev/reference/app-manifest and https://github.com/slackapi/manifest-schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.emulators.slack.shapes import (
    Check,
    Faults,
    anything,
    fields,
    items,
    matching,
    one_of,
    whole,
    words,
    yes_or_no,
)

Json = dict[str, Any]

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_home_opened": "",
    "member_joined_channel": "channels:read",
    "reaction_added": "reactions:read",
}
"""The events that are played here, and the bot token's scope that each needs."""
_OTHER_EVENTS = {
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_rename": "channels:read",
    "file_shared": "files:read",
    "member_left_channel": "channels:read",
    "message.mpim": "mpim:history",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "tokens_revoked": "",
    "user_change": "users:read",
}


@dataclass(frozen=True)
class Features:
    """What an app has; None is whatever is asked for."""

    commands: dict[str, str] | None = None
    """The request URL of each slash command."""
    escaped: frozenset[str] = frozenset()
    """The commands whose text comes with people, channels and links marked up."""
    shortcuts: frozenset[str] | None = None
    interactive: bool = True
    home: bool = True
    messages: bool = True


def faults_of_manifest(manifest: Json) -> list[str]:
    """What Slack would not take, each with its place, and what the app could not work with; empty for a good one."""
    faults = Faults()
    _MANIFEST(manifest, "", faults)
    if not faults.found:
        _consistent(manifest, faults)
    return faults.found


def features_of(manifest: Json) -> Features:
    """What an app has that was made from it."""
    features = manifest.get("features", {})
    commands = features.get("slash_commands", [])
    home = features.get("app_home", {})
    return Features(
        {one["command"]: one.get("url", "") for one in commands},
        frozenset(one["command"] for one in commands if one.get("should_escape")),
        frozenset(one["callback_id"] for one in features.get("shortcuts", [])),
        bool(manifest.get("settings", {}).get("interactivity", {}).get("is_enabled")),
        bool(home.get("home_tab_enabled")),
        bool(home.get("messages_tab_enabled")) and not home.get("messages_tab_read_only_enabled"),
    )


def here(url: str, base: str) -> str:
    """The same path on another host: the request URL of a manifest, served in a test."""
    path = urlsplit(url)
    host = urlsplit(base)
    return urlunsplit((host.scheme, host.netloc, path.path, path.query, ""))


def _consistent(manifest: Json, faults: Faults) -> None:
    settings, features = manifest.get("settings", {}), manifest.get("features", {})
    scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
    events = settings.get("event_subscriptions", {})
    for event in events.get("bot_events", []):
        scope = (EVENT_SCOPES | _OTHER_EVENTS).get(event)
        if scope is None:
            faults.add(f"unknown event {event}", "/settings/event_subscriptions/bot_events")
        elif scope and scope not in scopes:
            faults.add(f"{event} needs the scope {scope}", "/oauth_config/scopes/bot")
    if scopes and "bot_user" not in features:
        faults.add("bot scopes need a bot_user", "/features")
    if features.get("slash_commands") and "commands" not in scopes:
        faults.add("slash_commands need the scope commands", "/oauth_config/scopes/bot")
    if settings.get("socket_mode_enabled"):
        return
    if events.get("bot_events") and not events.get("request_url"):
        faults.add("missing required field: request_url", "/settings/event_subscriptions")
    if settings.get("interactivity", {}).get("is_enabled") and not settings["interactivity"].get("request_url"):
        faults.add("missing required field: request_url", "/settings/interactivity")
    for number, command in enumerate(features.get("slash_commands", [])):
        if not command.get("url"):
            faults.add("missing required field: url", f"/features/slash_commands/{number}")


_URL = matching(r"https?://.{1,3400}", "an http or https URL")
_COMMAND = fields(
    {"command": matching(r"/[a-z0-9_-]{1,31}", "a command"), "description": words(2000)},
    {"url": _URL, "usage_hint": words(1000), "should_escape": yes_or_no},
)
_SHORTCUT = fields(
    {"name": words(24), "type": one_of("message", "global"), "callback_id": words(255), "description": words(150)}
)
_FEATURES = fields(
    {},
    {
        "app_home": fields(
            {},
            dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), yes_or_no),
        ),
        "bot_user": fields({"display_name": words(80)}, {"always_online": yes_or_no}),
        "slash_commands": items(_COMMAND, 50),
        "shortcuts": items(_SHORTCUT, 10),
    },
)
_SUBSCRIPTIONS = fields({}, {"request_url": _URL, "bot_events": items(words(50), 100), "user_events": anything})
_INTERACTIVITY = fields({"is_enabled": yes_or_no}, {"request_url": _URL, "message_menu_options_url": _URL})
_SETTINGS = fields(
    {},
    {
        "event_subscriptions": _SUBSCRIPTIONS,
        "interactivity": _INTERACTIVITY,
        "org_deploy_enabled": yes_or_no,
        "socket_mode_enabled": yes_or_no,
        "token_rotation_enabled": yes_or_no,
        "is_hosted": yes_or_no,
        "allowed_ip_address_ranges": anything,
    },
)
_MANIFEST: Check = fields(
    {
        "display_information": fields(
            {"name": words(35)},
            {
                "description": words(140),
                "long_description": words(4000, least=175),
                "background_color": matching(r"#([0-9a-fA-F]{3}){1,2}", "a colour"),
            },
        )
    },
    {
        "_metadata": fields({}, dict.fromkeys(("schema_version", "major_version", "minor_version"), whole(0))),
        "features": _FEATURES,
        "oauth_config": fields(
            {},
            {
                "scopes": fields({}, {"bot": items(words(50), 255, least=0), "user": anything}),
                "redirect_urls": anything,
            },
        ),
        "settings": _SETTINGS,
    },
)
