"""chat.*, reactions.* and response_url. Rules: https://docs.slack.dev/reference/methods/chat.postMessage and its kin."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.emulators.slack.blocks import faults_of_message
from tests.emulators.slack.records import Json, Message, Refusal
from tests.emulators.slack.shown import identified, shown_message
from tests.emulators.slack.state import RESPONSE_URL_SECONDS, RESPONSE_URL_USES, Place, State

_LONGEST_TEXT = 40_000
_LONGEST_UPDATE = 4_000
_LONGEST_MARKDOWN = 12_000
_CONTENT = ("text", "blocks", "attachments")


class Chats:
    """What the app says, changes and takes back."""

    def __init__(self, state: State) -> None:
        self._state = state

    def post(self, arguments: Json) -> Json:
        """chat.postMessage."""
        _needed(arguments, "channel", "channel_not_found")
        place = self._writable(arguments["channel"])
        content = _content(arguments, _LONGEST_TEXT)
        message = self._made(place, content, thread_ts=self._thread(place, arguments.get("thread_ts")))
        message.broadcast = bool(arguments.get("reply_broadcast"))
        message.metadata = _metadata(arguments)
        return {"channel": place.id, "ts": message.ts, "message": shown_message(self._state, message)}

    def post_ephemeral(self, arguments: Json) -> Json:
        """chat.postEphemeral."""
        _needed(arguments, "channel", "channel_not_found")
        place = self._writable(arguments["channel"])
        user = arguments.get("user")
        if user not in self._state.users:
            raise Refusal("user_not_found" if user else "invalid_arguments")
        if user not in place.members:
            raise Refusal("user_not_in_channel")
        content = _content(arguments, _LONGEST_TEXT)
        thread = self._thread(place, arguments.get("thread_ts"))
        return {"message_ts": self._made(place, content, thread_ts=thread, only_for=user).ts}

    def update(self, arguments: Json) -> Json:
        """chat.update: text alone takes the blocks away; blocks alone leave the text as it was."""
        place, message = self._own(arguments, "cant_update_message")
        given = {name: arguments[name] for name in (*_CONTENT, "markdown_text") if arguments.get(name) is not None}
        if not given:
            raise Refusal("no_text")
        kept = {} if given.keys() & {"text", "markdown_text"} else {name: getattr(message, name) for name in _CONTENT}
        self._changed(message, _content({**kept, **given}, _LONGEST_UPDATE))
        message.metadata = message.metadata if arguments.get("metadata") is None else _metadata(arguments)
        message.edited = "blocks" not in given  # Slack calls a message edited only when its text was
        told = shown_message(self._state, message)
        return {"channel": place.id, "ts": message.ts, "text": message.text, "message": told}

    def delete(self, arguments: Json) -> Json:
        """chat.delete."""
        place, message = self._own(arguments, "cant_delete_message")
        self._deleted(message)
        return {"channel": place.id, "ts": message.ts}

    def permalink(self, arguments: Json) -> Json:
        """chat.getPermalink."""
        place = self._state.known(arguments.get("channel"))
        message = self._state.message(place, arguments.get("message_ts"))
        where = f"archives/{place.id}/p{message.ts.replace('.', '')}"
        thread = f"?thread_ts={message.thread_ts}&cid={place.id}" if message.is_reply else ""
        return {"channel": place.id, "permalink": f"https://{self._state.team['domain']}.slack.com/{where}{thread}"}

    def react(self, arguments: Json) -> Json:
        """reactions.add."""
        message, who = self._reacted(arguments), self._state.bot_user
        name = arguments.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[\w+'-]+(::skin-tone-[2-6])?", name):
            raise Refusal("invalid_name")
        if who in message.reactions.setdefault(name, []):
            raise Refusal("already_reacted")
        message.reactions[name].append(who)
        return {}

    def unreact(self, arguments: Json) -> Json:
        """reactions.remove."""
        message, who = self._reacted(arguments), self._state.bot_user
        if who not in message.reactions.get(str(arguments.get("name")), []):
            raise Refusal("no_reaction")
        message.reactions[str(arguments["name"])].remove(who)
        return {}

    def respond(self, key: str, arguments: Json) -> str | None:
        """A post to a response_url: None when it was taken, else the error that comes with 404 or 400."""
        response = self._state.responses.get(key)
        expired = response is None or self._state.clock() - response.made > RESPONSE_URL_SECONDS
        if response is None or expired:
            return "expired_url"
        if response.uses >= RESPONSE_URL_USES:
            return "used_url"
        place = self._state.places[response.channel]
        original = place.messages.get(response.message or "")
        try:
            if arguments.get("delete_original"):
                if original is None:
                    raise Refusal("message_not_found")
                self._deleted(original)
            elif arguments.get("replace_original") and original is not None:
                self._changed(original, _content(arguments, _LONGEST_TEXT))
            else:
                hidden = arguments.get("response_type", "ephemeral") == "ephemeral"
                content = _content(arguments, _LONGEST_TEXT)
                thread = arguments.get("thread_ts") or response.thread_ts
                self._made(place, content, thread_ts=thread, only_for=response.user if hidden else None)
        except Refusal as refusal:
            return refusal.error
        response.uses += 1
        return None

    def _writable(self, channel: object) -> Place:
        place = self._state.known(channel)
        if place.archived:
            raise Refusal("is_archived")
        if place.kind == "im" and not self._state.features.messages:
            raise Refusal("messages_tab_disabled")
        free = self._state.scopes is not None and "chat:write.public" in self._state.scopes
        if self._state.bot_user not in place.members and not (free and place.kind == "public_channel"):
            raise Refusal("not_in_channel")
        return place

    def _thread(self, place: Place, ts: object) -> str | None:
        if ts in (None, ""):
            return None
        if not isinstance(ts, str) or not re.fullmatch(r"\d+\.\d{6}", ts):
            raise Refusal("invalid_thread_ts")
        parent = place.messages.get(ts)
        if parent is None or parent.only_for:
            raise Refusal("thread_not_found")
        return parent.thread_ts or ts

    def _own(self, arguments: Json, otherwise: str) -> tuple[Place, Message]:
        place = self._state.known(arguments.get("channel"))
        if not str(arguments.get("channel")).startswith(("C", "D", "G")):
            raise Refusal("channel_not_found")  # these two take no names and no users
        message = self._state.message(place, arguments.get("ts"))
        if message.bot_id != self._state.bot_id:
            raise Refusal(otherwise)
        return place, message

    def _reacted(self, arguments: Json) -> Message:
        if not arguments.get("channel") or not arguments.get("timestamp"):
            raise Refusal("no_item_specified")
        return self._state.message(self._state.joined(arguments["channel"]), arguments["timestamp"])

    def _made(self, place: Place, content: Json, *, thread_ts: str | None, only_for: str | None = None) -> Message:
        state = self._state
        message = Message(state.next_ts(), place.id, state.bot_user, **content, thread_ts=thread_ts, only_for=only_for)
        message.bot_id = state.bot_id
        message.blocks = identified(state, message.blocks)
        place.messages[message.ts] = message
        if thread_ts and not only_for:
            place.messages[thread_ts].thread_ts = thread_ts
        state.told(message, "posted")
        return message

    def _changed(self, message: Message, content: Json) -> None:
        message.versions.append({"text": message.text, "blocks": copy.deepcopy(message.blocks)})
        for name, value in content.items():
            setattr(message, name, value)
        message.blocks = identified(self._state, message.blocks)
        self._state.told(message, "changed")

    def _deleted(self, message: Message) -> None:
        message.deleted = True
        self._state.told(message, "deleted")


def _needed(arguments: Json, name: str, error: str) -> None:
    if not arguments.get(name):
        raise Refusal(error)


def _content(arguments: Json, longest: int) -> dict[str, Any]:
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    markdown = arguments.get("markdown_text")
    if markdown:
        if text or blocks:
            raise Refusal("markdown_text_conflict")
        if len(markdown) > _LONGEST_MARKDOWN:
            raise Refusal("msg_too_long")
        text = markdown
    attachments = arguments.get("attachments") or []
    if not isinstance(text, str):
        raise Refusal("invalid_arguments")
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")
    if len(text) > longest:
        raise Refusal("msg_too_long")
    _check_blocks(blocks)
    if not isinstance(attachments, list) or len(attachments) > 100:
        raise Refusal("too_many_attachments" if isinstance(attachments, list) else "invalid_attachments")
    for each in attachments:
        _check_blocks(each.get("blocks") or [])
    return {"text": text, "blocks": copy.deepcopy(blocks), "attachments": copy.deepcopy(attachments)}


def _metadata(arguments: Json) -> Json | None:
    metadata = arguments.get("metadata")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or metadata.keys() != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_format")
    return metadata


def _check_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise Refusal("invalid_blocks_format")
    faults = faults_of_message(blocks) if blocks else []
    if faults == ["msg_blocks_too_long"]:
        raise Refusal("msg_blocks_too_long")
    if faults:
        raise Refusal.with_messages("invalid_blocks", faults)
