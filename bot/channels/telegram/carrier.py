"""Letters to Telegram chats: plain text, so that nothing in a name can be markup; buttons, photos, files, places."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, Message, ReplyKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import metrics
from bot.channels.telegram.pacing import Pace
from bot.clock import now
from bot.files import Found
from bot.outgoing import Gone, Later, Letter, Rejected
from bot.words import Words

#: In UTF-16 code units, as Telegram counts (https://core.telegram.org/bots/api#sendmessage).
LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
#: Titles this short stand two in a row.
_SHORT_TITLE = 18
_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ")
_NOBODY_THERE = re.compile(r"chat not found|user is deactivated|peer_id_invalid|bot can't initiate", re.IGNORECASE)
#: A file on this machine by its id; None when it is not there.
FindFile = Callable[[str], Awaitable[Found | None]]


class TelegramCarrier:
    """Implements `bot.outgoing.Carrier`."""

    def __init__(self, bot: Bot, words: Words, per_second: float | None, find_file: FindFile) -> None:
        """``per_second`` None sends as fast as it goes: for measuring only."""
        self._bot, self._words, self._find_file = bot, words, find_file
        self._pace = Pace(per_second) if per_second is not None else None

    async def ready(self, address: str, priority: int = 0) -> None:
        """Return when the next message to the chat may be sent."""
        if self._pace is not None:
            await self._pace.turn(address, priority)

    async def carry(self, letter: Letter) -> str | None:
        """Send a letter, as several messages where one does not hold it; the id of the last. Raises Later, Rejected, Gone."""
        try:
            return await self._send(letter)
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
        except TimedOut as error:  # it may have arrived all the same
            metrics.REPEATS.inc()
            raise Later(2, "no answer in time") from error
        except NetworkError as error:
            raise Later(2, error.message) from error
        except TelegramError as error:
            raise Rejected(error.message) from error

    async def _send(self, letter: Letter) -> str | None:
        chat = int(letter.to.address)
        photos = [
            found for each in letter.media.get("photos", ()) if (found := await self._find_file(each)) is not None
        ]
        parts = list(split(letter.text))
        keyboard = self._keyboard(letter)
        caption = parts[0] if photos and len(parts) == 1 and _length(parts[0]) <= LONGEST_CAPTION else None
        sent: Message | None = None
        if caption is None:
            for part in parts:
                last = part is parts[-1] and not photos
                sent = await self._bot.send_message(chat, part, reply_markup=keyboard if last else None)
                if not last:
                    await self.ready(letter.to.address, letter.row.priority)
        for number, photo in enumerate(photos):
            last = number == len(photos) - 1
            data = photo.path.read_bytes()
            sent = await self._bot.send_photo(
                chat, data, caption if number == 0 else None, reply_markup=keyboard if last else None
            )
            if not last:
                await self.ready(letter.to.address, letter.row.priority)
        await self._send_rest(chat, letter)
        return str(sent.message_id) if sent is not None else None

    async def _send_rest(self, chat: int, letter: Letter) -> None:
        """The place and the file that come with a letter."""
        place, file_id = letter.media.get("place"), letter.media.get("file")
        if place:
            await self.ready(letter.to.address, letter.row.priority)
            lat, _, lon = str(place).partition(",")
            await self._bot.send_location(chat, float(lat), float(lon))
        found = await self._find_file(file_id) if file_id else None
        if found is not None:
            await self.ready(letter.to.address, letter.row.priority)
            await self._bot.send_document(chat, found.path.read_bytes(), filename=found.name)

    def _keyboard(self, letter: Letter) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
        if letter.buttons:
            return InlineKeyboardMarkup(list(_rows(letter)))
        wants = letter.media.get("wants")
        if wants not in {"location", "contact"}:
            return None
        title = self._words.say(f"choice.share_{wants}", {}, letter.to.language, now())
        button = KeyboardButton(title, request_location=wants == "location", request_contact=wants == "contact")
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


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
