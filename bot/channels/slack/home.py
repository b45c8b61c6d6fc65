"""App Home: what somebody has to do and today's numbers, shown again when that has changed while they may be looking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from actions.perform import look
from actions.registry import BY_NAME
from actions.telling import Shown
from bot.channels.slack.blocks import Block, Button, Dress, blocks
from bot.channels.slack.desk import Desk
from bot.channels.slack.incoming import CHANNEL
from bot.clock import moment, new_id, now
from bot.compose import Program
from bot.logs import what_broke
from domain.moment import SYSTEM, Actor, Role
from domain.staff import Staff
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
T = TypeVar("T")
#: The Command whose card it is.
SHOWN = "ShowHome"
#: A home that was opened this long ago, in seconds, is hardly looked at any more; so many are remembered.
OPEN_FOR, MOST_OPEN = 3_600.0, 50
#: After a change others may follow at once; without any it is looked again all the same, since others change things too.
DEBOUNCE, LOOK_EVERY = 5.0, 60.0


class Homes:
    """The homes that were opened lately."""

    def __init__(self, program: Program, desk: Desk, client: AsyncWebClient) -> None:
        self._program, self._desk, self._client = program, desk, client
        self._open: dict[str, float] = {}
        self._shown: dict[str, object] = {}
        self._news = asyncio.Event()

    def opened(self, user: str) -> None:
        """Somebody looks at theirs: show it as it stands."""
        self._open.pop(user, None)
        self._shown.pop(user, None)
        self._open[user] = time.monotonic() + OPEN_FOR
        while len(self._open) > MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._news.set()

    async def run(self) -> None:
        """Show homes anew for as long as the program runs."""
        self._loop = asyncio.get_running_loop()
        self._program.on_commit(self._wake)
        while True:
            await self._hear()
            for user, until in list(self._open.items()):
                if until < time.monotonic():
                    del self._open[user]
                    continue
                try:
                    await self._publish(user)
                except Exception as error:  # the next round may succeed
                    log.warning("slack.home_not_shown", **what_broke(error))
            if self._open and all(user in self._shown for user in self._open):
                await asyncio.sleep(DEBOUNCE)

    def _wake(self) -> None:
        """Something was committed; from any thread."""
        if self._open:
            self._loop.call_soon_threadsafe(self._news.set)

    async def _hear(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), LOOK_EVERY)
        except TimeoutError:
            return
        finally:
            self._news.clear()

    async def _publish(self, user: str) -> None:
        shown = await self._in_core(self._look, user)
        if shown is None:
            return
        view = {"type": "home", "blocks": self._blocks(shown)}
        await self._client.views_publish(user_id=user, view=view)
        self._shown[user] = _content(shown)

    def _look(self, user: str) -> list[Shown] | None:
        """What the Command shows, and who may command nothing; None where that is on the screen already."""
        person = self._desk.person(user)
        if person is None:
            stranger = [Shown("slack.stranger", {"person": user})]
            return None if self._is_shown(user, stranger) else stranger
        chat, at = self._chat_of(person), self._moment(person)
        return look(self._program.database, BY_NAME[SHOWN](), chat, at, lambda shown: self._is_shown(user, shown))

    def _is_shown(self, user: str, shown: Sequence[Shown]) -> bool:
        return self._shown.get(user) == _content(shown)

    def _chat_of(self, person: Staff) -> int:
        self._desk.know_direct(person)
        with self._program.database.reading() as session:
            return UnitOfWork(session, SYSTEM).chats.named(CHANNEL, [person.slack_id or ""])[person.slack_id or ""]

    def _moment(self, person: Staff) -> Any:
        return moment(Actor(Role(person.role), person.id), f"{CHANNEL}:{new_id()}", self._program.settings.policies)

    def _blocks(self, shown: Sequence[Shown]) -> list[Block]:
        words, at, found = self._program.words, now(), []
        for number, each in enumerate(shown):
            buttons = [
                Button(words.say(one["label"], one["values"], None, at), f"/{one['id']}", one["label"], form=bool(one.get("form")))
                for one in each.choices
            ]  # fmt: skip
            dress = Dress(lambda count: words.say("slack.more", {"count": count}, None, at), once=False)
            found += [
                {**block, "block_id": f"{number}:{block['block_id']}"} if "block_id" in block else block
                for block in blocks(words.say(each.name, each.facts, None, at), buttons, dress)
            ]
        return found

    async def _in_core(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._program.pool, work, *args)


def _content(shown: Sequence[Shown]) -> object:
    """What a home shows, whichever ids its buttons have."""
    return [(each.name, each.facts, [(one["label"], one["values"]) for one in each.choices]) for each in shown]
