"""The app in Slack: takes in what staff write and press (saved first, then acknowledged), and knows who they are."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.addresses import is_slacks
from bot.channels.slack.carrier import SlackCarrier
from bot.channels.slack.desk import Desk, Taken
from bot.channels.slack.home import Homes
from bot.channels.slack.incoming import Incoming, Json, of_action, of_command, of_event, once_answered
from bot.channels.slack.modals import first_field
from bot.channels.slack.opening import Forms
from bot.channels.slack.sockets import Sockets
from bot.channels.slack.troubles import code_of
from bot.clock import now
from bot.compose import Program
from bot.files import Found
from bot.logs import what_broke
from bot.receive import Saved
from bot.settings import Settings
from domain.notices import Choice

log = structlog.get_logger()
T = TypeVar("T")
#: No request to Slack takes longer, in seconds.
TIMEOUT = 15.0
#: Who works here is read again after so many seconds, for their names in messages.
PEOPLE_SECONDS = 30.0
#: Between two tries to learn who we are, in seconds, doubling.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
#: What comes over HTTP waits no longer until we know our admins, in seconds; Slack waits three.
INTRODUCTION_SECONDS = 1.5
#: A message of ours is on record this soon after it was seen: so many looks, and the seconds between them.
RECORD_LOOKS, RECORD_PAUSE = 15, 0.1
_ANY = re.compile(r"[\s\S]*")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the app is in its workspace."""

    team: str
    user: str


class Slack:
    """One app in one workspace. Started with the program; runs in its event loop."""

    def __init__(self, program: Program) -> None:
        settings = program.settings
        assert settings.slack_bot_token is not None
        self._program = program
        self._identity: Identity | None = None
        self._introduced = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._client = make_client(settings)
        self._desk = Desk(program)
        self._arriving: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._people: Mapping[str, str] = {}
        self._people_until = 0.0
        self._forms = Forms(program, self._desk)
        self._app = self._listening(settings)
        self._sockets = Sockets(program, self._app) if settings.slack_app_token is not None else None
        self._homes = Homes(program, self._desk, self._client)
        self.carrier = SlackCarrier(self._client, program.words, self._find_file, self._find_people)

    async def __aenter__(self) -> Slack:
        self._loop = asyncio.get_running_loop()
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT, connect=10))
        self._start(self._run())
        self._start(self._homes.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._sockets is not None:
            await self._sockets.close()
        assert self._client.session is not None
        await self._client.session.close()

    async def _run(self) -> None:
        """Learn who we are and who may command us, then listen, for as long as the program runs."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                await self._introduce()
                break
            except SlackApiError as error:
                log.error("slack.refused_us", error=code_of(error), todo="Set ROUNDSMAN_SLACK_BOT_TOKEN to the app's.")
            except Exception as error:  # Slack or the database may be back in a moment
                log.warning("slack.not_started", **what_broke(error))
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        if self._sockets is not None:
            await self._sockets.run()

    async def _introduce(self) -> None:
        told = await self._client.auth_test()
        self._identity = Identity(str(told["team_id"]), str(told["user_id"]))
        for user in await self._in_core(self._desk.admins_missing):
            shown = await self._client.users_info(user=user)
            profile = shown["user"]
            name = profile.get("real_name") or profile.get("name") or user
            await self._in_core(self._desk.make_admin, user, str(name))
        await self._in_core(self._desk.open_rooms)
        self._introduced.set()
        log.info("slack.started", mode="socket" if self._sockets is not None else "http")

    # Hearing

    def _listening(self, settings: Settings) -> AsyncApp:
        """The library's app: what it is not sure of comes here, and every listener ends before the answer is sent."""
        secret = settings.slack_signing_secret
        quiet = logging.getLogger("slack_bolt")
        quiet.setLevel(logging.CRITICAL)  # its lines hold what people wrote

        async def authorize(team_id: str | None) -> AuthorizeResult:  # asking Slack would cost of the three seconds
            known = self._identity
            return AuthorizeResult(
                enterprise_id=None, team_id=known.team if known else team_id, bot_token=self._client.token,
                bot_user_id=known.user if known else None,
            )  # fmt: skip

        app = AsyncApp(
            name="roundsman", logger=quiet, client=self._client, authorize=authorize,
            signing_secret=secret.get_secret_value() if secret is not None else "",
            process_before_response=True, attaching_conversation_kwargs_enabled=False,
        )  # fmt: skip
        app.command(_ANY)(self._command)
        app.event("app_mention")(self._event)
        app.event("message")(self._event)
        app.event("member_joined_channel")(self._joined)
        app.event("app_home_opened")(self._home_opened)
        app.event(_ANY)(_ignore)
        app.action(_ANY)(self._action)
        app.view(_ANY)(self._form_sent)
        app.error(self._broken)
        return app

    async def answer(self, body: str, headers: dict[str, str]) -> BoltResponse:
        """The answer to a request over HTTP; 401 where Slack has not signed it, or long ago.

        What comes while the program starts waits a moment, so that the first admins are not taken for strangers.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._introduced.wait(), INTRODUCTION_SECONDS)
        return await self._app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))

    async def _command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        incoming = of_command(body)
        wish = await self._in_core(self._forms.wanted, incoming)
        if wish is not None:
            self._start(self._open_form(incoming, wish))
            await ack()
            return
        taken = await self._take(incoming)
        await (ack(taken.refusal) if taken.refusal is not None else ack())

    async def _event(self, body: dict[str, Any]) -> None:
        incoming = of_event(body, self._identity.user if self._identity is not None else _bot_of(body))
        if incoming is None or not (incoming.to_bot or incoming.under):
            return
        if incoming.under_ours:
            await self._until_recorded(incoming)
        taken = await self._take(incoming)
        if taken.refusal is not None:
            self._start(self._say_to(incoming, taken.refusal))
        elif incoming.files and taken.saved is not None and body["event"].get("text"):
            self._start(self._say_to(incoming, self._say("file_unread")))

    async def _until_recorded(self, incoming: Incoming) -> None:
        """Wait a moment where somebody wrote under a message of ours before it is on record what it is about."""
        for _ in range(RECORD_LOOKS):
            if await self._in_core(self._desk.knows_parent, incoming):
                return
            await asyncio.sleep(RECORD_PAUSE)

    async def _action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        incoming = of_action(body)
        if incoming.form:
            self._start(self._open_form(incoming))
            await ack()
            return
        taken = await self._take(incoming)
        if taken.refusal is not None:
            self._start(self._say_to(incoming, taken.refusal))
        elif taken.saved is not None:
            self._start(self._take_buttons_away(incoming))
        await ack()

    async def _form_sent(self, body: dict[str, Any], ack: AsyncAck) -> None:
        sent = await self._in_core(self._forms.send, body)
        if sent.errors is not None:
            await ack(response_action="errors", errors=sent.errors)
            return
        if sent.saved is not None:
            self._start(self._turn(sent.saved))
        await ack()

    async def _joined(self, event: dict[str, Any]) -> None:
        if self._identity is not None and event.get("user") == self._identity.user:
            await self._in_core(self._desk.regain, str(event["channel"]))

    async def _home_opened(self, event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            self._homes.opened(str(event["user"]))

    async def _take(self, incoming: Incoming) -> Taken:
        """Commit what somebody did; its turn follows by itself. Raises when it could not be committed."""
        identity = self._identity
        if identity is not None and incoming.team not in {identity.team, ""}:
            log.warning("slack.refused", why="team", user=incoming.user)
            return Taken(refusal=self._say("guest") if incoming.to_bot else None)
        where = str(incoming.address)
        lock = self._arriving.get(where) or self._arriving.setdefault(where, asyncio.Lock())
        async with lock:  # what somebody says is saved in the order in which it came
            taken = await self._in_core(self._desk.take, incoming)
        if taken.saved is not None:
            self._start(self._turn(taken.saved))
        return taken

    async def _broken(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """What could not be committed: events come again, the others are said to be lost."""
        log.error("slack.not_taken", kind=str(body.get("type", "command")), **what_broke(error))
        if body.get("type") == "event_callback":
            return BoltResponse(status=500)
        if body.get("type") == "view_submission":
            errors = {first_field(body["view"]): self._say("not_taken")}
            return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
        return BoltResponse(status=200, body=self._say("not_taken") if "command" in body else "")

    async def _turn(self, saved: Saved) -> None:
        try:
            await self._loop.run_in_executor(self._program.turns, self._program.receiver.take_turns, saved)
        except Exception as error:  # the sweep takes it up again
            log.error("slack.turn_failed", key=saved.key, **what_broke(error))

    # Courtesies; nothing depends on them

    async def _say_to(self, incoming: Incoming, words: str) -> None:
        """Say something where somebody has just written, so that only they see it."""
        to = incoming.address
        try:
            if to.is_shared:
                await self._client.chat_postEphemeral(
                    channel=to.place, user=incoming.user, text=words, thread_ts=to.thread
                )
            else:
                await self._client.chat_postMessage(channel=to.place, text=words, thread_ts=to.thread)
        except Exception as error:
            log.info(
                "slack.not_told", error=code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            )

    async def _open_form(self, incoming: Incoming, wish: Choice | None = None) -> None:
        """Open something at once, since Slack lets us for three seconds only, and then put the form there."""
        try:
            opened = await self._client.views_open(trigger_id=incoming.trigger, view=self._forms.loading())
        except Exception as error:
            log.info("slack.form_not_opened", error=type(error).__name__)
            if wish is not None:  # a button that opens it is offered in its place
                await self._take(incoming)
            return
        view = await self._in_core(self._forms.view, incoming, wish)
        try:
            await self._client.views_update(view_id=opened["view"]["id"], view=view)
        except SlackApiError as error:
            log.error("slack.form_not_shown", error=code_of(error))

    async def _take_buttons_away(self, incoming: Incoming) -> None:
        """Let what was asked not be answered again: the buttons go, and what only one person saw goes with them."""
        assert self._client.session is not None
        try:
            url = incoming.answer_url
            if url is not None and is_slacks(url, str(self._program.settings.slack_api_url)):
                async with self._client.session.post(url, json={"delete_original": True}, allow_redirects=False):
                    return
            left, pressed = once_answered(incoming.pressed, incoming.text), incoming.pressed
            if left:
                await self._client.chat_update(
                    channel=incoming.channel, ts=pressed["ts"], text=pressed.get("text", ""), blocks=left
                )
        except Exception as error:
            log.debug("slack.buttons_left", error=type(error).__name__)

    def _say(self, name: str, **facts: Any) -> str:
        return self._program.words.say(f"slack.{name}", facts, None, now())

    async def _find_file(self, file_id: str) -> Found | None:
        return await self._in_core(self._program.find_file, file_id)

    async def _find_people(self) -> Mapping[str, str]:
        """The users of staff by name; read again now and then."""
        if self._loop.time() >= self._people_until:
            self._people = await self._in_core(self._desk.users)
            self._people_until = self._loop.time() + PEOPLE_SECONDS
        return self._people

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_core(self, work: Callable[..., T], *args: Any) -> T:
        return await self._loop.run_in_executor(self._program.pool, work, *args)


async def _ignore() -> None:
    """An event that is nothing to us."""


def _bot_of(body: Json) -> str:
    """Our own user, as an event says it."""
    return str(next((each.get("user_id", "") for each in body.get("authorizations") or ()), ""))


def make_client(settings: Settings) -> AsyncWebClient:
    """The library's client of the Web API of the settings. It tries nothing again by itself: the outbox does."""
    token = settings.slack_bot_token
    assert token is not None
    quiet = logging.getLogger("slack_sdk")
    quiet.setLevel(logging.CRITICAL)
    url = str(settings.slack_api_url).rstrip("/")
    return AsyncWebClient(token.get_secret_value(), base_url=f"{url}/", retry_handlers=[], logger=quiet)
