"""Letters to Telegram chats: plain text, so that nothing in a name can be markup; buttons, photos, files, places."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import metrics
from bot.channels.pacing import Pace
from bot.channels.telegram.requests import Unreachable
from bot.clock import now
from bot.files import Found
from bot.letters import Gone, Later, Letter, NotThere, Rejected
from bot.words import Words
from domain.notices import DriverJoined, DriverReleased

#: In UTF-16 code units, as Telegram counts (https://core.telegram.org/bots/api#sendmessage).
LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
#: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
PER_CHAT_SECONDS, PER_GROUP_SECONDS = 1.0, 3.0
#: Seconds until Telegram is tried again when it could not be reached.
AWAY_PAUSE = 3.0
#: Titles this short stand two in a row.
_SHORT_TITLE = 18
#: What the menu of a driver's chat offers, from when on, and until when.
DRIVERS_MENU = ("next", "route", "help")
_MENUS = frozenset({DriverJoined.text, DriverReleased.text})
_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ")
_NOBODY_THERE = re.compile(r"chat not found|user is deactivated|peer_id_invalid|bot can't initiate", re.IGNORECASE)
_UNCHANGED = re.compile(r"message is not modified", re.IGNORECASE)
#: A file on this machine by its id; None when it is not there.
FindFile = Callable[[str], Awaitable[Found | None]]
#: Sends one message of a letter.
Piece = Callable[..., Awaitable[Message]]


class TelegramCarrier:
    """Implements `bot.letters.Carrier`."""

    def __init__(self, bot: Bot, words: Words, per_second: float | None, find_file: FindFile) -> None:
        """``per_second`` None sends as fast as it goes: for measuring only."""
        self._bot, self._words, self._find_file = bot, words, find_file
        self._pace = Pace(per_second, chat_seconds) if per_second is not None else None
        self._asked: set[str] = set()  # chats in which a button to share something lies under the text field
        self._left: dict[int, int] = {}  # of letters under way: how many of their messages have left

    async def ready(self, address: str, priority: int = 0) -> None:
        """Return when the next message to the chat may be sent."""
        if self._pace is not None:
            await self._pace.turn(address, priority)

    async def carry(self, letter: Letter) -> str | None:
        """Send a letter, as several messages where one does not hold it; the id of the last. Raises Later, Rejected, Gone.

        What was broken off in between goes on with what had not left, as long as the program runs.
        """
        with _in_our_words():
            return await self._send(letter)

    async def edit(self, letter: Letter, name: str) -> None:
        """Show a letter in place of a text that was sent. Raises NotThere where that cannot be, Later, Gone.

        What is shown already is shown; so is what an answer was lost to.
        """
        parts = list(split(letter.text))
        if len(parts) > 1 or letter.media or not name.isdecimal():
            raise NotThere("it is more than a text")
        keyboard = InlineKeyboardMarkup(list(_rows(letter))) if letter.buttons else None
        with _in_our_words():
            try:
                await self._bot.edit_message_text(
                    parts[0], chat_id=int(letter.to.address), message_id=int(name), reply_markup=keyboard
                )
            except BadRequest as error:
                if _UNCHANGED.search(error.message):
                    return
                if _NOBODY_THERE.search(error.message):
                    raise
                raise NotThere(error.message) from error

    async def _send(self, letter: Letter) -> str | None:
        row_id, sent = letter.row.id or 0, None
        begun = self._left.get(row_id, 0)
        for number, piece in enumerate((await self._pieces(letter))[begun:], begun + 1):
            if number > begun + 1:
                await self.ready(letter.to.address, letter.row.priority)
            sent = await piece()
            self._left[row_id] = number
        self._left.pop(row_id, None)
        if not letter.buttons and letter.row.live is None:
            (self._asked.add if _shares(letter) else self._asked.discard)(letter.to.address)
        if letter.row.name in _MENUS:
            await self._set_menu(letter)
        return str(sent.message_id) if sent is not None else None

    async def _set_menu(self, letter: Letter) -> None:
        """The commands a chat offers, once it is a driver's, or no longer. Nothing depends on it."""
        scope = BotCommandScopeChat(int(letter.to.address))
        language = letter.to.language
        menu = [BotCommand(each, self._words.say(f"menu.{each}", {}, language, now())) for each in DRIVERS_MENU]
        with suppress(TelegramError):
            if letter.row.name == DriverJoined.text:
                await self._bot.set_my_commands(menu, scope=scope)
            else:
                await self._bot.delete_my_commands(scope=scope)

    async def _pieces(self, letter: Letter) -> list[Piece]:
        """The messages that a letter is sent as: its words, photos, place and file; the buttons under the last of the first two."""
        chat, media = int(letter.to.address), letter.media
        photos = [await self._find_file(each) for each in media.get("photos", ())]
        parts = list(split(letter.text))
        pictures = [
            partial(self._bot.send_photo, chat, found.path.read_bytes()) for found in photos if found is not None
        ]
        pieces: list[Piece] = []
        if pictures and len(parts) == 1 and _length(parts[0]) <= LONGEST_CAPTION:
            pictures[0] = partial(pictures[0], caption=parts.pop())
        pieces += [partial(self._bot.send_message, chat, part) for part in parts]
        pieces += pictures
        pieces[-1] = partial(pieces[-1], reply_markup=self._keyboard(letter))
        if media.get("place"):
            lat, _, lon = str(media["place"]).partition(",")
            pieces.append(partial(self._bot.send_location, chat, float(lat), float(lon)))
        file = await self._find_file(media["file"]) if media.get("file") else None
        if file is not None:
            pieces.append(partial(self._bot.send_document, chat, file.path.read_bytes(), filename=file.name))
        return pieces

    def _keyboard(self, letter: Letter) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
        """Buttons under a message; or one to share something under the text field, which is taken away with the next plain words.

        A message that may be edited later bears no such thing (https://core.telegram.org/bots/api#updating-messages).
        """
        if letter.buttons:
            return InlineKeyboardMarkup(list(_rows(letter)))
        wants = _shares(letter)
        if wants is None:
            gone = letter.to.address in self._asked and letter.row.live is None
            return ReplyKeyboardRemove() if gone else None
        title = self._words.say(f"choice.share_{wants}", {}, letter.to.language, now())
        button = KeyboardButton(title, request_location=wants == "location", request_contact=wants == "contact")
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Troubles of the Bot API as the sender knows them: Later, Rejected, Gone."""
    try:
        yield
    except RetryAfter as error:
        seconds = error._retry_after.total_seconds()
        raise Later(seconds, f"Telegram asks to wait {seconds:.0f} seconds", counted=False) from error
    except Forbidden as error:
        raise Gone(error.message) from error
    except BadRequest as error:
        if _NOBODY_THERE.search(error.message):
            raise Gone(error.message) from error
        raise Rejected(error.message) from error
    except InvalidToken as error:
        raise Later(60, "Telegram does not know the bot's token", counted=False) from error
    except Unreachable as error:  # that says nothing about the letter
        raise Later(AWAY_PAUSE, error.message, counted=False) from error
    except TimedOut as error:  # it may have arrived all the same
        metrics.REPEATS.inc()
        raise Later(2, "no answer in time") from error
    except NetworkError as error:
        raise Later(2, error.message) from error
    except TelegramError as error:
        raise Rejected(error.message) from error


def chat_seconds(chat: str) -> float:
    """How long a chat waits after a message for the next; ids of groups are negative."""
    return PER_GROUP_SECONDS if chat.startswith("-") else PER_CHAT_SECONDS


def _shares(letter: Letter) -> str | None:
    """What a message asks to share by a button of its own: location, contact."""
    wants = letter.media.get("wants")
    return str(wants) if wants in {"location", "contact"} else None


def _rows(letter: Letter) -> Iterator[list[InlineKeyboardButton]]:
    """Buttons one below the other, short ones two in a row. What pressing one says begins with a slash we leave out."""
    row: list[InlineKeyboardButton] = []
    for title, payload in letter.buttons:
        button = InlineKeyboardButton(title, callback_data=payload.removeprefix("/"))
        if len(title) > _SHORT_TITLE:
            if row:
                yield row
            yield [button]
            row = []
            continue
        row.append(button)
        if len(row) == 2:
            yield row
            row = []
    if row:
        yield row


def split(text: str, longest: int = LONGEST_TEXT) -> Iterator[str]:
    """A text in parts that Telegram takes, broken at the end of a paragraph, line, sentence or word, in this order."""
    rest = text.strip() or "…"
    while _length(rest) > longest:
        head = _head(rest, longest)
        end = next(
            (cut + len(sign.rstrip()) for sign in _BREAKS if (cut := head.rfind(sign)) > len(head) // 3), len(head)
        )
        yield rest[:end].rstrip()
        rest = rest[end:].lstrip()
    if rest:
        yield rest


def _head(text: str, longest: int) -> str:
    """As much of the text as has ``longest`` UTF-16 code units."""
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
