"""Users, channels, messages, files and views as Slack shows them in answers and events."""

from __future__ import annotations

import copy
from typing import Any

from tests.emulators.slack.records import File, Json, Message, View
from tests.emulators.slack.state import Place, State


def identified(state: State, blocks: list[Json]) -> list[Json]:
    """The blocks with the block_id and action_id that Slack adds where there are none."""
    for block in blocks:
        block.setdefault("block_id", _short(state))
        within = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
        for element in within:
            acts = isinstance(element, dict) and element.get("type") not in ("image", "mrkdwn", "plain_text")
            if acts and not block["type"].startswith("rich_text"):
                element.setdefault("action_id", _short(state))
    return blocks


def _short(state: State) -> str:
    return f"b{state.number():04x}"


def shown_message(state: State, message: Message) -> Json:
    """A message as conversations.history has it."""
    told: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    told["team"] = state.team["id"]
    if message.blocks:
        told["blocks"] = copy.deepcopy(message.blocks)
    for name in ("subtype", "bot_id", "thread_ts", "attachments", "metadata"):
        if getattr(message, name):
            told[name] = copy.deepcopy(getattr(message, name))
    if message.bot_id == state.bot_id:
        told["app_id"] = state.app_id
    if message.edited:
        told["edited"] = {"user": message.user, "ts": f"{message.ts.partition('.')[0]}.000000"}
    if message.files:
        told["files"] = [shown_file(state, one) for one in message.files]
    if any(message.reactions.values()):
        told["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items() if users
        ]
    within = state.places[message.channel].messages.values() if message.thread_ts == message.ts else ()
    replies = [one for one in within if _replies(one, message)]
    if replies:
        told |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    elif message.is_reply:
        told["parent_user_id"] = state.places[message.channel].messages[str(message.thread_ts)].user
    return told


def _replies(reply: Message, message: Message) -> bool:
    return reply.is_reply and reply.thread_ts == message.ts and not reply.deleted and not reply.only_for


def shown_place(state: State, place: Place) -> Json:
    """A channel as conversations.info has it."""
    kind = place.kind
    told: Json = {
        "id": place.id,
        "is_channel": kind == "public_channel",
        "is_group": kind == "private_channel",
        "is_im": kind == "im",
        "is_mpim": kind == "mpim",
        "is_private": kind != "public_channel",
        "is_archived": place.archived,
        "created": 1_700_000_000,
        "context_team_id": state.team["id"],
    }
    if kind == "im":
        return {**told, "user": next(one for one in place.members if one != state.bot_user), "is_open": True}
    named = {"name": place.name, "name_normalized": place.name, "is_member": state.bot_user in place.members}
    return {
        **told,
        **named,
        "num_members": len(place.members),
        "topic": {"value": place.topic},
        "purpose": {"value": ""},
    }


def shown_file(state: State, file: File) -> Json:
    """A file as messages and files.info have it; its addresses need the bot token."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    address = f"{state.url}/files-pri/{state.team['id']}-{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": ending,
        "size": file.size,
        "user": file.user,
        "mode": "hosted",
        "alt_txt": file.alt_text,
        "url_private": f"{address}/{file.name}",
        "url_private_download": f"{address}/download/{file.name}",
        "permalink": f"https://{state.team['domain']}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "channels": list(file.channels),
    }


def shown_view(state: State, view: View, values: Json | None = None) -> Json:
    """A view as methods answer it and interactions carry it."""
    content: Json = copy.deepcopy(view.content)
    told: dict[str, Any] = {
        "id": view.id,
        "team_id": state.team["id"],
        "app_id": state.app_id,
        "app_installed_team_id": state.team["id"],
        "bot_id": state.bot_id,
        "state": {"values": values or {}},
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit": None,
        "close": None,
    }
    return told | content
