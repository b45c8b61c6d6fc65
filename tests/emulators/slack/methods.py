"""The methods of the Web API: what each does, what it needs, and what it refuses, in Slack's words.

Rules: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.emulators.slack.chats import Chats
from tests.emulators.slack.conversations import Conversations
from tests.emulators.slack.people import People
from tests.emulators.slack.records import Json, Refusal
from tests.emulators.slack.state import State
from tests.emulators.slack.uploads import Uploads
from tests.emulators.slack.views import Views

Method = Callable[[Json], Json]

_SCOPES = {
    "auth.test": "",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.getPermalink": "",
    "conversations.list": "channels:read",
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "views.open": "",
    "views.push": "",
    "views.update": "",
    "views.publish": "",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
}
"""The bot token's scope that each needs; conversations.* take those of private channels and direct messages too."""


class Methods:
    """All methods of a bot token over the state."""

    def __init__(self, state: State) -> None:
        self._state = state
        chats, conversations, people = Chats(state), Conversations(state), People(state)
        views, uploads = Views(state), Uploads(state)
        self._named: dict[str, Method] = {
            "auth.test": self._auth_test,
            "chat.postMessage": chats.post,
            "chat.update": chats.update,
            "chat.delete": chats.delete,
            "chat.postEphemeral": chats.post_ephemeral,
            "chat.getPermalink": chats.permalink,
            "conversations.list": conversations.list,
            "conversations.info": conversations.info,
            "conversations.members": conversations.members,
            "conversations.history": conversations.history,
            "conversations.replies": conversations.replies,
            "conversations.join": conversations.join,
            "conversations.open": conversations.open,
            "users.info": people.info,
            "users.list": people.list,
            "users.lookupByEmail": people.by_email,
            "reactions.add": chats.react,
            "reactions.remove": chats.unreact,
            "views.open": views.open,
            "views.push": views.push,
            "views.update": views.update,
            "views.publish": views.publish,
            "files.getUploadURLExternal": uploads.begin,
            "files.completeUploadExternal": uploads.complete,
            "files.info": uploads.info,
        }

    def perform(self, name: str, arguments: Json) -> Json:
        """What the method answers, without "ok"; raises Refusal."""
        method = self._named.get(name)
        if method is None:
            raise Refusal("unknown_method", req_method=name)
        self._permit(name)
        return method(arguments)

    def _permit(self, name: str) -> None:
        needed, granted = _SCOPES[name], self._state.scopes
        alike = {needed}
        if name.startswith("conversations.") and needed.startswith("channels:") and name != "conversations.join":
            alike = {needed.replace("channels:", f"{kind}:") for kind in ("channels", "groups", "im", "mpim")}
        if needed and granted is not None and not granted & alike:
            raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(granted)))

    def _auth_test(self, arguments: Json) -> Json:
        state = self._state
        team = {
            "team": state.team["name"],
            "team_id": state.team["id"],
            "url": f"https://{state.team['domain']}.slack.com/",
        }
        bot = {"user": state.users[state.bot_user]["name"], "user_id": state.bot_user, "bot_id": state.bot_id}
        return {**team, **bot, "is_enterprise_install": False}
