"""The emulator as tests use it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import TracebackType
from typing import Literal

from tests.emulators.telegram.chats import Chat, Group, Person
from tests.emulators.telegram.records import Call, Delivery, Json, Query, Trouble
from tests.emulators.telegram.server import Server
from tests.emulators.telegram.state import State
from tests.emulators.waiting import PATIENCE

_DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class TelegramEmulator:
    """One bot's Bot API at ``url``, and the people who write to it.

    python-telegram-bot runs against it unmodified:
    ``Bot(telegram.token, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot")``.
    It outlives the program under test: what was not confirmed when that was killed comes again.

    ``keep_bodies=False`` keeps no parameters and no file contents; ``retry_delay`` and ``webhook_timeout`` are seconds,
    after which a failed webhook call is made again and an unanswered one fails; ``privacy`` is the bot's privacy mode.
    """

    def __init__(
        self,
        *,
        keep_bodies: bool = True,
        retry_delay: float = 0.05,
        webhook_timeout: float = 10.0,
        privacy: bool = False,
    ) -> None:
        self.bot_id = 7_512_345_678
        self.username = "roundsman_test_bot"
        self.token = f"{self.bot_id}:the-emulators-own-token"
        names = {"first_name": "Roundsman", "username": self.username}
        abilities = {"can_join_groups": True, "can_read_all_group_messages": not privacy}
        bot = {"id": self.bot_id, "is_bot": True, **names, **abilities, "supports_inline_queries": False}
        self._state = State(bot, keep_bodies=keep_bodies, retry_delay=retry_delay, webhook_timeout=webhook_timeout)
        self._server = Server(self._state, self.token)
        self._privacy = privacy
        self._people = itertools.count(5_000_000_001)
        self._groups = itertools.count(2_000_000_001)

    def __enter__(self) -> TelegramEmulator:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if self._server.failure and error is None:
            raise AssertionError("the emulator itself failed") from self._server.failure

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    def person(
        self,
        first_name: str,
        *,
        language: str | None = None,
        last_name: str | None = None,
        username: str | None = None,
        started: bool = True,
    ) -> Person:
        """Somebody new, in a private chat; with ``started=False`` the bot may not write before they do."""
        user = {"id": next(self._people), "is_bot": False, "first_name": first_name, "last_name": last_name}
        user |= {"username": username, "language_code": language}
        with self._state.changed:
            return Person(
                self._state, {key: value for key, value in user.items() if value is not None}, started=started
            )

    def group(self, title: str, *, kind: Literal["supergroup", "group"] = "supergroup") -> Group:
        """A new group with the bot in it already."""
        number = next(self._groups)
        chat_id = -1_000_000_000_000 - number if kind == "supergroup" else -number
        with self._state.changed:
            return Group(self._state, {"id": chat_id, "title": title, "type": kind}, privacy=self._privacy)

    def calls(self, method: str | None = None) -> list[Call]:
        """Every request to the Bot API so far, or those for one method, in order of arrival."""
        with self._state.changed:
            return [call for call in self._state.calls if method in (None, call.method)]

    def answers(self, pressed: Json) -> list[Json]:
        """What answerCallbackQuery was called with for this press (the update ``presses`` returned)."""
        with self._state.changed:
            return list(self._state.queries[pressed["callback_query"]["id"]].answers)

    def expires(self, pressed: Json) -> None:
        """Make the press too old to be answered."""
        with self._state.changed:
            self._state.queries[pressed["callback_query"]["id"]].expired = True

    def commands(self, language: str = "", scope: Json | None = None) -> list[Json]:
        """The commands the bot has set for a language_code and scope, as getMyCommands has them."""
        found = self._server.methods.find("getMyCommands")
        return found[1]({"language_code": language, "scope": scope}, {})  # type: ignore[index, return-value]

    def inject(self, update: Json) -> Json:
        """Queue an update as it is (update_id is added where missing); a callback query in it can be answered."""
        query = update.get("callback_query", {}).get("id")
        if query:
            self._state.queries.setdefault(str(query), Query())
        return self._state.updates.inject(update)

    def repeat(self, update: Json, times: int = 1) -> None:
        """Deliver an update again that many times.

        To a webhook at once and concurrently; when polled, in each of the next answers of getUpdates, whatever was
        confirmed.
        """
        self._state.updates.repeat(update, times)

    def script(
        self,
        method: str | None = "sendMessage",
        *,
        chat: Chat | int | None = None,
        times: int | None = 1,
        status: int | None = None,
        description: str | None = None,
        retry_after: int | None = None,
        parameters: Json | None = None,
        delay: float = 0.0,
        drop: bool = False,
        after_effect: bool = False,
    ) -> Trouble:
        """Let the next ``times`` requests (None: all) for a method (None: any), in one chat or any, go wrong.

        ``delay`` seconds pass, then comes an error answer of that ``status``, or with ``drop`` the connection closes
        without any; with neither, the request is only slow. ``after_effect``: what was asked for is done first.
        Scripts are used up in the order they were made. Returns the record, whose ``used`` counts.
        """
        if status == 429:
            parameters = {"retry_after": retry_after or 1, **(parameters or {})}
            description = description or f"Too Many Requests: retry after {parameters['retry_after']}"
        described = description or _DESCRIPTIONS.get(status or 0, "Error")
        chat_id = chat.id if isinstance(chat, Chat) else chat
        trouble = Trouble(method, chat_id, times, status, described, parameters, delay, drop, after_effect)
        with self._state.changed:
            self._state.troubles.append(trouble)
        return trouble

    def calm(self) -> None:
        """Forget everything scripted."""
        with self._state.changed:
            self._state.troubles.clear()

    def wait_until(self, predicate: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Return as soon as it holds, asked after every change; AssertionError after ``timeout`` seconds."""
        self._state.wait(predicate, timeout, self._state.lately)

    @property
    def confirmed_offset(self) -> int:
        """The highest offset getUpdates was called with; 0 when it never was with one."""
        return self._state.updates.confirmed

    @property
    def pending_updates(self) -> list[Json]:
        """Updates not confirmed yet, by getUpdates or an accepted webhook call."""
        with self._state.changed:
            return list(self._state.updates.pending.values())

    @property
    def deliveries(self) -> list[Delivery]:
        """Webhook calls that have ended, in the order they did."""
        with self._state.changed:
            return list(self._state.updates.deliveries)
