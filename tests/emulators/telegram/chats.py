"""People and groups as a test plays them: what they do becomes updates, what the bot sends is heard here."""

from __future__ import annotations

import itertools
import re
from typing import Any, Literal

from tests.emulators.telegram.pictures import size_of
from tests.emulators.telegram.records import File, Json, Query, Refusal, Sent
from tests.emulators.telegram.state import State, now
from tests.emulators.waiting import PATIENCE

Message = Sent | Json | int
"""A message: one of the bot, an update that ``sends`` and others returned, or a message_id."""


class Chat:
    """A chat with the bot in it, and the Chat object that stands for it on the wire."""

    def __init__(self, state: State, identity: Json, numbers: itertools.count[int]) -> None:
        self.id: int = identity["id"]
        self.identity = identity
        self.status = "member"
        """The bot's status here: member, kicked (blocked, in a private chat) or left."""
        self.sent: dict[int, Sent] = {}
        self.theirs: dict[int, Json] = {}
        self._state = state
        self._numbers = numbers
        state.chats[self.id] = self

    @property
    def messages(self) -> list[Sent]:
        """What the bot has sent here, first to last, deleted messages too."""
        with self._state.changed:
            return list(self.sent.values())

    def hears(self, count: int = 1, timeout: float = PATIENCE) -> list[Sent]:
        """All messages of the bot here, as soon as they are at least ``count``; else AssertionError."""

        def so_far() -> str:
            heard = "\n".join(repr(one.text) for one in self.sent.values())
            return f"{count} message(s) in chat {self.id}; heard {len(self.sent)}:\n{heard}\n{self._state.lately()}"

        self._state.wait(lambda: len(self.sent) >= count, timeout, so_far)
        return self.messages

    def refusal(self) -> Refusal | None:
        """Why the bot may not send here."""
        raise NotImplementedError

    def next_message_id(self) -> int:
        """Message ids run on within a supergroup, and across all private chats together."""
        return next(self._numbers)

    def _says(self, person: Person, content: Json, edited: Message | None, reply_to: Message | None) -> Json:
        with self._state.changed:
            if edited is not None:
                before = self.theirs[message_id(edited)]
                kept = {key: before[key] for key in ("message_id", "from", "chat", "date")}
                message = {**kept, "edit_date": now(), **content}
            else:
                message = {"message_id": self.next_message_id(), "from": person.user, "chat": self.identity}
                message |= {"date": now(), **content}
            if reply_to is not None:
                message["reply_to_message"] = self.shown(message_id(reply_to))
            self.theirs[message["message_id"]] = message
            return self._state.updates.add("message" if edited is None else "edited_message", message)

    def shown(self, number: int) -> Json | None:
        """The message with that id, the bot's or another's; None when there is none."""
        mine = self.sent.get(number)
        if mine:
            return None if mine.deleted else mine.message
        return self.theirs.get(number)

    def _presses(self, person: Person, message: Message, button: str | int) -> Json:
        with self._state.changed:
            shown = self.sent.get(message_id(message))
            assert shown is not None, f"there is no message {message_id(message)} of the bot here"
            assert not shown.deleted, f"message {shown.message_id} is deleted"
            rows = (shown.reply_markup or {}).get("inline_keyboard", [])
            found = _button([one for row in rows for one in row], button)
            assert found, f"no button {button!r} on {shown.text!r}, which has {[one.text for one in shown.buttons]}"
            assert "callback_data" in found, f"button {button!r} sends nothing to the bot: {found}"
            query_id = str(10**17 + self._state.number())
            self._state.queries[query_id] = Query()
            return self._state.updates.add(
                "callback_query",
                {
                    "id": query_id,
                    "from": person.user,
                    "message": shown.message,
                    "chat_instance": str(abs(self.id)),
                    "data": found["callback_data"],
                },
            )

    def _membership(self, person: Person, status: str) -> Json:
        """The bot's status here changes by this person: a my_chat_member update."""
        with self._state.changed:
            old, self.status = self.status, status
            content = {"chat": self.identity, "from": person.user, "date": now()}
            content |= {"old_chat_member": self._member(old), "new_chat_member": self._member(status)}
            return self._state.updates.add("my_chat_member", content)

    def _member(self, status: str) -> Json:
        return {"user": self._state.bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}


class Person(Chat):
    """Somebody in a private chat with the bot."""

    def __init__(self, state: State, user: Json, *, started: bool) -> None:
        names: Json = {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user}
        super().__init__(state, {**names, "type": "private"}, state.private_messages)
        self.user = user
        self.started = started

    def refusal(self) -> Refusal | None:
        if self.status == "kicked":
            return Refusal(403, "Forbidden: bot was blocked by the user")
        return None if self.started else Refusal(403, "Forbidden: bot can't initiate conversation with a user")

    def sends(
        self,
        text: str,
        *,
        entities: list[Json] | None = None,
        edited: Message | None = None,
        reply_to: Message | None = None,
    ) -> Json:
        """Write to the bot; returns the update. Text beginning with "/" gets its bot_command entity."""
        return self._writes(_text(text, entities), edited, reply_to)

    def starts(self, payload: str = "") -> Json:
        """Open the bot by a link with that start parameter, or by its button."""
        return self.sends(f"/start {payload}".strip())

    def edits(self, message: Message | Literal["last"], text: str) -> Json:
        """Change a text sent before ("last": the latest): an edited_message update."""
        return self.sends(text, edited=max(self.theirs) if isinstance(message, str) else message)

    def presses(self, message: Message, button: str | int) -> Json:
        """Press the inline button with those words or that place; AssertionError when it has no such button now."""
        return self._presses(self, message, button)

    def sends_photo(self, data: bytes, caption: str | None = None) -> Json:
        """A picture, in two sizes as Telegram makes them; the last is the largest."""
        width, height = size_of(data) or (1280, 960)
        small, large = (self._state.stored(data, "photo.jpg", "image/jpeg", "photos") for _ in range(2))
        sizes = [photo_size(small, width // 4 or 1, height // 4 or 1), photo_size(large, width, height)]
        return self._writes({"photo": sizes, **_captioned(caption)})

    def sends_document(self, data: bytes, name: str, mime: str, caption: str | None = None) -> Json:
        """A file that getFile finds."""
        file = self._state.stored(data, name, mime, "documents")
        return self._writes({"document": document(file), **_captioned(caption)})

    def sends_voice(self, data: bytes = b"OggS", seconds: int = 3) -> Json:
        """A spoken message."""
        file = self._state.stored(data, "voice.oga", "audio/ogg", "voice")
        return self._writes({"voice": {**_file(file), "duration": seconds, "mime_type": "audio/ogg"}})

    def sends_sticker(self, emoji: str = "👍") -> Json:
        """A sticker."""
        file = self._state.stored(b"RIFF", "sticker.webp", "image/webp", "stickers")
        kind = {"type": "regular", "is_animated": False, "is_video": False}
        return self._writes({"sticker": {**_file(file), **kind, "width": 512, "height": 512, "emoji": emoji}})

    def sends_location(self, latitude: float, longitude: float) -> Json:
        """A place on the map."""
        return self._writes({"location": {"latitude": latitude, "longitude": longitude}})

    def shares_live_location(self, latitude: float, longitude: float, seconds: int = 8 * 3600) -> Json:
        """Their place for a while, which ``moves`` afterwards."""
        return self._writes({"location": {"latitude": latitude, "longitude": longitude, "live_period": seconds}})

    def moves(self, message: Message, latitude: float, longitude: float) -> Json:
        """The live location of that message is elsewhere now: an edited_message update."""
        live = self.theirs[message_id(message)]["location"]["live_period"]
        place = {"latitude": latitude, "longitude": longitude, "live_period": live}
        return self._writes({"location": place}, edited=message)

    def sends_venue(self, latitude: float, longitude: float, title: str, address: str) -> Json:
        """A place with a name; as documented, ``location`` is set too."""
        location = {"latitude": latitude, "longitude": longitude}
        return self._writes({"venue": {"location": location, "title": title, "address": address}, "location": location})

    def shares_contact(self, phone: str, own: bool = True) -> Json:
        """A contact: their own, which carries their user_id, or somebody else's, which does not."""
        names = {"first_name": self.user["first_name"], "user_id": self.id} if own else {"first_name": "Somebody"}
        return self._writes({"contact": {"phone_number": phone, **names}})

    def blocks(self) -> Json:
        """Block the bot: a my_chat_member update, and 403 for whatever it sends from now on."""
        return self._membership(self, "kicked")

    def unblocks(self) -> Json:
        """Let the bot write again."""
        return self._membership(self, "member")

    def _writes(self, content: Json, edited: Message | None = None, reply_to: Message | None = None) -> Json:
        assert self.status != "kicked", "who has blocked the bot cannot write to it; unblock it first"
        self.started = True
        return self._says(self, content, edited, reply_to)


class Group(Chat):
    """A group the bot is in; everything said in it reaches the bot unless the emulator has ``privacy=True``."""

    def __init__(self, state: State, identity: Json, *, privacy: bool) -> None:
        numbers = itertools.count(1) if identity["type"] == "supergroup" else state.private_messages
        super().__init__(state, identity, numbers)
        self._privacy = privacy

    def refusal(self) -> Refusal | None:
        if self.status == "member":
            return None
        why = "was kicked from" if self.status == "kicked" else "is not a member of"
        return Refusal(403, f"Forbidden: bot {why} the {self.identity['type']} chat")

    def says(
        self, person: Person, text: str, *, edited: Message | None = None, reply_to: Message | None = None
    ) -> Json | None:
        """Somebody writes in the group; None where privacy mode or the bot's absence keeps it from the bot."""
        if self.status != "member" or (self._privacy and not self._meant_for_bot(text, reply_to)):
            return None
        return self._says(person, _text(text, None), edited, reply_to)

    def presses(self, person: Person, message: Message, button: str | int) -> Json:
        """Somebody presses a button; see ``Person.presses``."""
        return self._presses(person, message, button)

    def adds_bot(self, person: Person) -> Json:
        """Somebody adds the bot: a my_chat_member update, then the service message; returns the former."""
        update = self._membership(person, "member")
        self._says(person, {"new_chat_members": [self._state.bot]}, None, None)
        return update

    def removes_bot(self, person: Person) -> Json:
        """Somebody removes the bot, which may not send here afterwards."""
        return self._membership(person, "kicked")

    def left(self) -> None:
        """The bot has left by itself."""
        with self._state.changed:
            old, self.status = self.status, "left"
            content = {"chat": self.identity, "from": self._state.bot, "date": now()}
            content |= {"old_chat_member": self._member(old), "new_chat_member": self._member("left")}
            self._state.updates.add("my_chat_member", content)

    def _meant_for_bot(self, text: str, reply_to: Message | None) -> bool:
        """Privacy mode: commands and replies to the bot (https://core.telegram.org/bots/features#privacy-mode)."""
        if reply_to is not None and message_id(reply_to) in self.sent:
            return True
        command = re.match(r"/\w+(@\w+)?", text)
        return bool(command) and command[1] in (None, f"@{self._state.bot['username']}")  # type: ignore[index]


def message_id(message: Message) -> int:
    """The id of a message in whatever form a test has it."""
    if isinstance(message, int):
        return message
    if isinstance(message, Sent):
        return message.message_id
    inner: Any = message.get("callback_query") or message
    inner = inner.get("message") or inner.get("edited_message") or inner
    return int(inner["message_id"])


def photo_size(file: File, width: int, height: int) -> Json:
    """A PhotoSize."""
    return {**_file(file), "width": width, "height": height}


def document(file: File) -> Json:
    """A Document."""
    return {**_file(file), "file_name": file.name, "mime_type": file.mime}


def _file(file: File) -> Json:
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}


def _button(buttons: list[Json], wanted: str | int) -> Json | None:
    if isinstance(wanted, int):
        return buttons[wanted] if -len(buttons) <= wanted < len(buttons) else None
    return next((one for one in buttons if one["text"] == wanted), None)


def _captioned(caption: str | None) -> Json:
    return {} if caption is None else {"caption": caption}


def _text(text: str, entities: list[Json] | None) -> Json:
    command = re.match(r"/\w{1,64}(@\w+)?", text, re.ASCII)
    if entities is None and command:
        entities = [{"type": "bot_command", "offset": 0, "length": command.end()}]
    return {"text": text, **({"entities": entities} if entities else {})}
