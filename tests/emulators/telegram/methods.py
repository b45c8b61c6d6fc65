"""The methods of the Bot API: what they do, and what they refuse, in Telegram's words.

Rules: https://core.telegram.org/bots/api#available-methods.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from tests.emulators.telegram.chats import Chat, Group, document, photo_size
from tests.emulators.telegram.keyboards import checked_markup
from tests.emulators.telegram.markup import length, parsed, trimmed
from tests.emulators.telegram.pictures import is_picture, size_of
from tests.emulators.telegram.records import Edit, File, Json, Refusal, Sent, Upload, bad_request
from tests.emulators.telegram.state import State, now

Uploads = dict[str, Upload]
Method = Callable[[Json, Uploads], Any | Awaitable[Any]]

_MEGABYTE = 1024 * 1024
_ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
).split()
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Methods:
    """One bot's methods over the state; each takes the parameters by name and the uploaded files."""

    def __init__(self, state: State) -> None:
        self._state = state
        updates = state.updates
        named: dict[str, Method] = {
            "getMe": lambda body, files: state.bot,
            "getUpdates": lambda body, files: updates.get(body),
            "setWebhook": lambda body, files: updates.set_webhook(body),
            "deleteWebhook": lambda body, files: updates.delete_webhook(body),
            "getWebhookInfo": lambda body, files: updates.info(),
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendDocument": self.send_document,
            "sendLocation": self.send_location,
            "sendVenue": self.send_venue,
            "sendChatAction": self.send_chat_action,
            "editMessageText": self.edit_text,
            "editMessageCaption": self.edit_caption,
            "editMessageReplyMarkup": self.edit_markup,
            "deleteMessage": self.delete_message,
            "answerCallbackQuery": self.answer_callback_query,
            "setMyCommands": self.set_commands,
            "getMyCommands": lambda body, files: state.commands.get(_commands_key(body), []),
            "deleteMyCommands": lambda body, files: bool(state.commands.pop(_commands_key(body), True)) or True,
            "getFile": self.get_file,
            "getChat": self.get_chat,
            "leaveChat": self.leave_chat,
        }
        self._named = {name.lower(): (name, method) for name, method in named.items()}

    def find(self, name: str) -> tuple[str, Method] | None:
        """The method of that name, in its usual spelling; names are not case-sensitive."""
        return self._named.get(name.lower())

    def send_message(self, body: Json, files: Uploads) -> Json:
        if not body.get("text"):
            raise bad_request("message text is empty")
        text, entities = _formatted(body, "text", "entities", 4096, "message is too long")
        if not text:
            raise bad_request("text must be non-empty")
        return self._send("sendMessage", body, _words("text", text, entities), text)

    def send_photo(self, body: Json, files: Uploads) -> Json:
        file = self._file(body, files, "photo", "photos")
        if file.size > 10 * _MEGABYTE:
            raise bad_request(f"file of size {file.size} bytes is too big for a photo")
        if file.data and not is_picture(file.data):
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size_of(file.data) or (1280, 960)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._send_file("sendPhoto", body, {"photo": [photo_size(file, width, height)]}, file)

    def send_document(self, body: Json, files: Uploads) -> Json:
        file = self._file(body, files, "document", "documents")
        return self._send_file("sendDocument", body, {"document": document(file)}, file)

    def send_location(self, body: Json, files: Uploads) -> Json:
        return self._send("sendLocation", body, {"location": _location(body)})

    def send_venue(self, body: Json, files: Uploads) -> Json:
        location = _location(body)
        for field in ("title", "address"):
            if not body.get(field):
                raise bad_request(f"venue {field} must be non-empty")
        venue = {"location": location, "title": body["title"], "address": body["address"]}
        return self._send("sendVenue", body, {"venue": venue, "location": location})

    def send_chat_action(self, body: Json, files: Uploads) -> bool:
        chat = self._chat(body)
        if body.get("action") not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        _raise(chat.refusal())
        return True

    def edit_text(self, body: Json, files: Uploads) -> Json:
        if not body.get("text"):
            raise bad_request("message text is empty")
        text, entities = _formatted(body, "text", "entities", 4096, "message is too long")
        if not text:
            raise bad_request("text must be non-empty")
        sent = self._edited(body)
        if "text" not in sent.message:
            raise bad_request("there is no text in the message to edit")
        markup = checked_markup(body.get("reply_markup"), inline_only=True)
        return self._edit("editMessageText", body, sent, _words("text", text, entities), markup)

    def edit_caption(self, body: Json, files: Uploads) -> Json:
        text, entities = _caption(body)
        sent = self._edited(body)
        if not {"photo", "document"} & sent.message.keys():
            raise bad_request("there is no caption in the message to edit")
        markup = checked_markup(body.get("reply_markup"), inline_only=True)
        return self._edit("editMessageCaption", body, sent, _words("caption", text, entities), markup)

    def edit_markup(self, body: Json, files: Uploads) -> Json:
        sent = self._edited(body)
        words = {key: sent.message[key] for key in _WORDS if key in sent.message}
        markup = checked_markup(body.get("reply_markup"), inline_only=True)
        return self._edit("editMessageReplyMarkup", body, sent, words, markup)

    def delete_message(self, body: Json, files: Uploads) -> bool:
        chat = self._chat(body)
        with self._state.changed:
            number = _message_id(body)
            if chat.shown(number) is None:
                raise bad_request("message to delete not found")
            if number in chat.sent:
                chat.sent[number].deleted = True
            elif isinstance(chat, Group):
                raise bad_request("message can't be deleted")
            else:
                del chat.theirs[number]
            self._state.changed.notify_all()
        return True

    def answer_callback_query(self, body: Json, files: Uploads) -> bool:
        if len(str(body.get("text", ""))) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        with self._state.changed:
            query = self._state.queries.get(str(body.get("callback_query_id")))
            if query is None or query.expired:
                raise bad_request("query is too old and response timeout expired or query ID is invalid")
            query.answers.append(body)
            self._state.changed.notify_all()
        return True

    def set_commands(self, body: Json, files: Uploads) -> bool:
        commands = body.get("commands")
        if not isinstance(commands, list):
            raise bad_request("parameter commands must be an Array of BotCommand")
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", one["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._state.commands[_commands_key(body)] = commands
        return True

    def get_file(self, body: Json, files: Uploads) -> Json:
        file = self._state.files.get(str(body.get("file_id")))
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > 20 * _MEGABYTE:
            raise bad_request("file is too big")
        told = {"file_id": file.file_id, "file_unique_id": file.unique_id}
        return {**told, "file_size": file.size, "file_path": file.path}

    def get_chat(self, body: Json, files: Uploads) -> Json:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
        return {**self._chat(body).identity, **full}

    def leave_chat(self, body: Json, files: Uploads) -> bool:
        chat = self._chat(body)
        if not isinstance(chat, Group):
            raise bad_request("chat member status can't be changed in private chats")
        _raise(chat.refusal())
        chat.left()
        return True

    def _chat(self, body: Json) -> Chat:
        chat_id = body.get("chat_id")
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        chat = self._state.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _send_file(self, method: str, body: Json, content: Json, file: File) -> Json:
        text, entities = _caption(body)
        return self._send(method, body, {**content, **_words("caption", text, entities)}, text, [file])

    def _send(self, method: str, body: Json, content: Json, text: str = "", files: list[File] | None = None) -> Json:
        markup = checked_markup(body.get("reply_markup"))
        chat = self._chat(body)
        state = self._state
        with state.changed:
            _raise(chat.refusal())
            number = chat.next_message_id()
            message = {"message_id": number, "from": _sender(state.bot), "chat": chat.identity, "date": now()}
            message |= {**content, **_replied(chat, body)}
            if markup and "inline_keyboard" in markup:
                message["reply_markup"] = markup
            kept = body if state.keep_bodies else {}
            sent = Sent(method, chat.id, number, text, message, markup, time.monotonic(), kept, files or [])
            chat.sent[number] = sent
            state.changed.notify_all()
        return message

    def _edited(self, body: Json) -> Sent:
        """The message to edit."""
        if "inline_message_id" in body:
            raise bad_request("MESSAGE_ID_INVALID")
        chat = self._chat(body)
        number = _message_id(body)
        if chat.shown(number) is None:
            raise bad_request("message to edit not found")
        sent = chat.sent.get(number)
        if sent is None or (sent.reply_markup and "inline_keyboard" not in sent.reply_markup):
            raise bad_request("message can't be edited")
        return sent

    def _edit(self, method: str, body: Json, sent: Sent, words: Json, markup: Json | None) -> Json:
        with self._state.changed:
            before = {key: sent.message[key] for key in _WORDS if key in sent.message}
            if words == before and markup == sent.reply_markup:
                raise bad_request(_NOT_MODIFIED)
            rest = {key: value for key, value in sent.message.items() if key not in (*_WORDS, "reply_markup")}
            shown = {"reply_markup": markup} if markup else {}
            sent.message = {**rest, "edit_date": now(), **words, **shown}
            sent.text = str(words.get("text", words.get("caption", "")))
            sent.reply_markup = markup
            kept = body if self._state.keep_bodies else {}
            sent.edits.append(Edit(method, sent.text, sent.buttons, time.monotonic(), kept))
            self._state.changed.notify_all()
            return sent.message

    def _file(self, body: Json, files: Uploads, field: str, folder: str) -> File:
        """The file of that parameter: uploaded, uploaded under another name (attach://…), or known by its file_id."""
        told = str(body.get(field) or "")
        upload = files.get(told.removeprefix("attach://") if told.startswith("attach://") else field)
        if upload:
            if not upload.data:
                raise bad_request("file must be non-empty")
            return self._state.stored(upload.data, upload.name, upload.mime, folder)
        if not told:
            raise bad_request(f"there is no {field} in the request")
        if told not in self._state.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._state.files[told]


_WORDS = ("text", "entities", "caption", "caption_entities")


def _raise(refusal: Refusal | None) -> None:
    if refusal:
        raise refusal


def _sender(bot: Json) -> Json:
    return {key: bot[key] for key in ("id", "is_bot", "first_name", "username")}


def _formatted(body: Json, field: str, entities_field: str, limit: int, too_long: str) -> tuple[str, list[Json]]:
    """Text and entities after parse_mode; limits count "after entities parsing", as documented."""
    text, entities = parsed(str(body.get(field) or ""), body.get("parse_mode"))
    if not body.get("parse_mode"):
        entities = body.get(entities_field) or []
    text, entities = trimmed(text, entities)
    if length(text) > limit:
        raise bad_request(too_long)
    return text, entities


def _caption(body: Json) -> tuple[str, list[Json]]:
    return _formatted(body, "caption", "caption_entities", 1024, "message caption is too long")


def _words(field: str, text: str, entities: list[Json]) -> Json:
    named = "entities" if field == "text" else "caption_entities"
    return {**({field: text} if text else {}), **({named: entities} if entities else {})}


def _location(body: Json) -> Json:
    """Latitude and longitude in degrees, which must both be there."""
    place: Json = {key: body.get(key) for key in ("latitude", "longitude")}
    for key, value in place.items():
        if value in (None, ""):
            raise bad_request(f"{key} is empty")
        if not isinstance(value, int | float):
            raise bad_request(f"{key} must be a Number")
    if abs(place["latitude"]) > 90 or abs(place["longitude"]) > 180:
        raise bad_request("wrong latitude or longitude specified")
    return place


def _message_id(body: Json) -> int:
    number = body.get("message_id")
    if not isinstance(number, int):
        raise bad_request("message identifier is not specified")
    return number


def _replied(chat: Chat, body: Json) -> Json:
    wanted = body.get("reply_parameters")
    if not wanted:
        return {}
    shown = chat.shown(wanted.get("message_id", 0))
    if shown is None and not wanted.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return {"reply_to_message": shown} if shown else {}


def _commands_key(body: Json) -> tuple[bytes, str]:
    language = str(body.get("language_code") or "")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    scope = body.get("scope") or {"type": "default"}
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS), language
