"""The bot at Telegram: takes updates in (saved first, then answered), and knows who it is."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import orjson
import structlog
from sqlmodel import Session
from telegram import Bot, BotCommand, Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from actions.perform import perform, perform_in
from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.requests import AiohttpRequest, UpdatesRequest, checked
from bot.channels.telegram.updates import WANTED, Incoming, Voice, read, unread
from bot.clock import moment, new_id, now
from bot.compose import Program
from bot.fetching import FetchTrouble
from bot.files import LARGEST_PHOTO, BadPhoto, Found
from bot.holding import Held
from bot.logs import what_broke
from bot.receive import Message, Saved, TooLong
from bot.sent_photos import SentPhoto
from bot.settings import Settings
from domain.commands import LoseChannel, RegainChannel, ReportPosition
from domain.moment import SYSTEM, Actor, Role
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
T = TypeVar("T")

CHANNEL = "telegram"
PATH = "/webhooks/telegram"
MENU = ("start", "track", "help", "stop")
POLLER = "telegram-poller"
POLL_SECONDS = 25
FETCH_SECONDS = 50
HEARING_SECONDS = 20
#: Between two tries after trouble, in seconds, doubling.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class NoUpdate(ValueError):
    """What was posted is no update of the Bot API."""


class Telegram:
    """One bot. Started with the program; runs in its event loop."""

    def __init__(self, program: Program) -> None:
        settings = program.settings
        assert settings.telegram_token is not None
        self._program = program
        self._bot = make_bot(settings)
        self._id = settings.telegram_token.get_secret_value().partition(":")[0]
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lease = Held(program, POLLER)
        self.carrier = TelegramCarrier(self._bot, program.words, settings.telegram_rate, self._find_file)

    async def __aenter__(self) -> Telegram:
        self._loop = asyncio.get_running_loop()
        self._program.fetcher = self
        self._start(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bot.shutdown()
        await self._lease.let_go()

    async def _run(self) -> None:
        """Say who we are, then hear what is said, for as long as the program runs."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                await self._introduce()
                break
            except InvalidToken:
                log.error("telegram.token_refused", todo="Set ROUNDSMAN_TELEGRAM_TOKEN to the token BotFather gave.")
                return
            except BadRequest as error:
                log.error(
                    "telegram.refused", why=error.message, todo="Telegram calls https addresses: ROUNDSMAN_PUBLIC_URL."
                )
            except TelegramError as error:
                log.warning("telegram.unreachable", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        if self._program.settings.telegram_webhook_secret is None:
            await self._lease.forever(self._poll)  # what is not committed is not confirmed

    async def _introduce(self) -> None:
        settings, words = self._program.settings, self._program.words
        await self._bot.initialize()
        self._program.telegram_username = self._bot.username
        for language in (None, *words.languages):
            menu = [BotCommand(each, words.say(f"menu.{each}", {}, language, now())) for each in MENU]
            await self._bot.set_my_commands(menu, language_code=language)
        secret = settings.telegram_webhook_secret
        if secret is None:
            await self._bot.delete_webhook()
            return
        await self._bot.set_webhook(
            settings.url + PATH, secret_token=secret.get_secret_value(), allowed_updates=WANTED, max_connections=40
        )
        log.info("telegram.webhook_set")

    # Hearing

    async def _poll(self) -> None:
        offset: int | None = None
        pause = SHORTEST_PAUSE
        while True:
            try:
                for update in await self._bot.get_updates(
                    offset, timeout=POLL_SECONDS, allowed_updates=WANTED, read_timeout=POLL_SECONDS + 10
                ):
                    await self.take(update)
                    offset = max(offset or 0, update.update_id + 1)
                pause = SHORTEST_PAUSE
                continue
            except RetryAfter as error:
                pause = error._retry_after.total_seconds()
            except Conflict:
                log.warning("telegram.conflict", todo="Another program polls with this token, or a webhook is set.")
            except TelegramError as error:
                log.warning("telegram.poll_failed", error=type(error).__name__)
            except Exception as error:  # not committed, so not confirmed: it comes again
                log.error("telegram.poll_broken", **what_broke(error))
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def knows_secret(self, given: str) -> bool:
        """Whether a call comes from Telegram: it knows the secret we gave it. Compared in constant time."""
        secret = self._program.settings.telegram_webhook_secret
        return secret is not None and hmac.compare_digest(given.encode(), secret.get_secret_value().encode())

    async def take_json(self, body: bytes) -> None:
        """Take in an update as Telegram posts it. Raises NoUpdate for what is none."""
        await self.take(_parse(body, self._bot))

    async def take(self, update: Update) -> None:
        """Commit what an update says; its turn follows by itself. Raises when it could not be committed."""
        try:
            incoming = read(update, self._program.telegram_username or "")
        except Exception as error:  # what cannot be read must not hold up what comes after it
            log.error("telegram.unreadable", update=update.update_id, **what_broke(error))
            incoming = unread(update)
        if incoming is None:
            return
        if incoming.membership is not None:
            await self._in_core(self._change_membership, incoming)
            return
        if incoming.seen is not None and (await self._in_core(self._take_position, incoming) or not incoming.text):
            return
        if incoming.voice is not None and self._program.ear is not None:
            incoming = await self._heard(incoming, incoming.voice)
        saved = await self._in_core(self._save, update, incoming)
        if incoming.pressed is not None:
            self._start(self._take_keyboard_away(incoming))
        self._start(self._turn(saved))

    async def _heard(self, incoming: Incoming, voice: Voice) -> Incoming:
        """A spoken message as what is said in it; as it is where that cannot be found out."""
        ear = self._program.ear
        assert ear is not None, "there is somebody to hear"
        try:
            sound = await asyncio.wait_for(self._sound(voice), HEARING_SECONDS)
        except (TelegramError, TimeoutError) as error:
            log.warning("telegram.not_heard", error=type(error).__name__)
            return incoming
        words = await self._in_core(ear.words, sound, voice.mime, incoming.language)
        return replace(incoming, text=words) if words else incoming

    async def _sound(self, voice: Voice) -> bytes:
        file = await self._bot.get_file(voice.file_id)
        return bytes(await file.download_as_bytearray())

    def _save(self, update: Update, incoming: Incoming) -> Saved:
        message = Message(
            CHANNEL, str(incoming.chat_id), incoming.text, f"{CHANNEL}:{self._id}:{update.update_id}",
            language=incoming.language, raw={"update": update.to_dict()}, said=incoming.said,
            photos=() if incoming.photo is None else (SentPhoto.there(f"{CHANNEL}:{incoming.photo.file_id}"),),
        )  # fmt: skip
        try:
            return self._program.receiver.save(message)
        except TooLong:
            raise AssertionError("Telegram takes no message that long") from None

    def _take_position(self, incoming: Incoming) -> bool:
        """Keep where a driver is, past inbox and conversation; whether the chat is a driver's."""
        place, when = incoming.seen, incoming.said or now()
        assert place is not None

        def work(session: Session) -> bool:
            driver = UnitOfWork(session, SYSTEM).chats.driver_of(CHANNEL, str(incoming.chat_id))
            if driver is None:
                return False
            at = moment(Actor(Role.DRIVER, driver), f"{CHANNEL}:{new_id()}", self._program.settings.policies)
            perform_in(session, [ReportPosition(at=when, place=place, once=not incoming.moving)], at)
            return True

        known = self._program.database.retrying(work)
        if known:
            self._program.committed()
        return known

    def _change_membership(self, incoming: Incoming) -> None:
        lost = incoming.membership == "lost"
        with self._program.database.reading() as session:
            chat = UnitOfWork(session, SYSTEM).chats.find(CHANNEL, str(incoming.chat_id))
        if chat is None or chat.id is None:
            return
        command = LoseChannel(conversation=chat.id, why="blocked") if lost else RegainChannel(conversation=chat.id)
        at = moment(SYSTEM, f"{CHANNEL}:{new_id()}", self._program.settings.policies)
        perform(self._program.database, [command], at)

    async def _turn(self, saved: Saved) -> None:
        try:
            await self._loop.run_in_executor(self._program.turns, self._program.receiver.take_turns, saved)
        except Exception as error:  # the sweep takes it up again
            log.error("telegram.turn_failed", key=saved.key, **what_broke(error))

    async def _take_keyboard_away(self, incoming: Incoming) -> None:
        """Answer a pressed button at once, and let it not be pressed again. Nothing depends on either."""
        pressed = incoming.pressed
        assert pressed is not None
        calls: list[Coroutine[Any, Any, Any]] = [self._bot.answer_callback_query(pressed.query_id)]
        if pressed.message_id is not None:
            calls.append(self._bot.edit_message_reply_markup(incoming.chat_id, pressed.message_id))
        for result in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(result, BaseException):
                log.debug("telegram.press_not_answered", error=type(result).__name__)

    # Files

    def fetch(self, source: str) -> bytes:
        """A photo's content, for `bot.fetching`; called from a thread of the core. Raises FetchTrouble or BadPhoto."""
        getting = asyncio.run_coroutine_threadsafe(self._download(source.removeprefix(f"{CHANNEL}:")), self._loop)
        try:
            return getting.result(timeout=FETCH_SECONDS)
        except BadRequest as error:  # too old, or too large for bots: it will not get better
            raise BadPhoto("photo_lost") from error
        except (TelegramError, TimeoutError) as error:
            getting.cancel()
            raise FetchTrouble(type(error).__name__) from error

    async def _download(self, file_id: str) -> bytes:
        file = await self._bot.get_file(file_id)
        if (file.file_size or 0) > LARGEST_PHOTO:
            raise BadPhoto("photo_too_large")
        return bytes(await file.download_as_bytearray())

    async def _find_file(self, file_id: str) -> Found | None:
        return await self._in_core(self._program.find_file, file_id)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_core(self, work: Callable[..., T], *args: Any) -> T:
        return await self._loop.run_in_executor(self._program.pool, work, *args)


def _parse(body: bytes, bot: Bot) -> Update:
    """An update, as far as it can be read. Raises NoUpdate for what is none."""
    try:
        given = orjson.loads(body)
        if not isinstance(given, dict) or type(given.get("update_id")) is not int:
            raise NoUpdate("an update is an object with an update_id")
    except orjson.JSONDecodeError as error:
        raise NoUpdate("no JSON") from error
    return Update.de_json(checked(given), bot)


def make_bot(settings: Settings) -> Bot:
    """The library's bot at the Bot API server of the settings."""
    assert settings.telegram_token is not None
    server = str(settings.telegram_api_url).rstrip("/")
    return Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{server}/bot",
        base_file_url=f"{server}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=UpdatesRequest(2),
    )
