"""The emulator as tests use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Literal, TypeVar

from tests.emulators.slack.courier import Courier, Forgery, Mode
from tests.emulators.slack.events import ALL_EVENTS, Events
from tests.emulators.slack.manifest import faults_of_manifest, features_of, here
from tests.emulators.slack.pending import Pending
from tests.emulators.slack.person import Person
from tests.emulators.slack.records import Call, Delivery, File, Json, Message, Trouble, View
from tests.emulators.slack.server import Server
from tests.emulators.slack.state import Place, State
from tests.emulators.waiting import PATIENCE

T = TypeVar("T")
_MISSHAPED = (
    "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text invalid_arguments view_too_large "
    "invalid_attachments invalid_json unknown_method missing_scope"
).split()


class SlackEmulator:
    """One workspace with one app in it, at ``url``; the people in it are played by the test.

    ``clock`` gives seconds, for trigger_ids (3 s), response URLs (30 minutes) and ``rates`` (with True, posting much
    faster than one message a second into a channel is answered with 429). ``scopes`` are the bot token's (None: all)
    and ``events`` what the app has subscribed to. With ``echoes`` the app's own messages come back to it as events, as
    they do in Slack. ``patience`` is how many seconds an acknowledgement may take; ``retries`` how often an event that
    was not acknowledged comes again by itself, at once.
    """

    def __init__(
        self,
        mode: Mode = "http",
        *,
        clock: Callable[[], float] = time.monotonic,
        scopes: Collection[str] | None = None,
        events: Collection[str] = ALL_EVENTS,
        echoes: bool = False,
        rates: bool = False,
        patience: float = 3.0,
        retries: int = 0,
    ) -> None:
        self.bot_token = "xoxb-the-emulators-own"
        self.app_token = "xapp-1-the-emulators-own"
        self._state = State(clock, None if scopes is None else frozenset(scopes))
        self._courier = Courier(self._state, mode, patience, retries)
        self._events = Events(self._state, self._courier, frozenset(events), echoes=echoes)
        self._server = Server(self._state, self._courier, self.bot_token, self.app_token, rates=rates)
        self._user(self._state.bot_user, "Roundsman", bot=self._state.bot_id)

    def __enter__(self) -> SlackEmulator:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if self._server.failure and error is None:
            raise AssertionError("the emulator itself failed") from self._server.failure

    # ---- where it is

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return self._state.url

    @property
    def api_url(self) -> str:
        """The base URL for slack_sdk's clients, with its slash."""
        return f"{self._state.url}/api/"

    @property
    def signing_secret(self) -> str:
        """What requests over HTTP are signed with."""
        return self._courier.signing_secret

    @property
    def mode(self) -> Mode:
        """How the app is reached; may be changed."""
        return self._courier.mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._courier.mode = mode

    @property
    def bot_user(self) -> str:
        """The app's own user id."""
        return self._state.bot_user

    def deliver_to(self, url: str, *, commands: str = "", interactions: str = "", options: str = "") -> None:
        """The app's request URL, and others for slash commands, interactions and the options of selects, if any."""
        self._courier.addresses = {"all": url, "command": commands, "interaction": interactions, "options": options}

    @property
    def request_url(self) -> str:
        """Where the app is told of things; empty until ``deliver_to`` or ``install``."""
        return self._courier.addresses.get("all", "")

    def install(self, manifest: Json, base: str = "") -> None:
        """Make the app from its manifest: its scopes, events, commands and tabs, and no others, and its mode.

        Its request URLs are taken with the host of ``base``, where the test serves it. AssertionError where Slack would
        not take the manifest, or it asks for events without their scopes.
        """
        faults = faults_of_manifest(manifest)
        assert not faults, f"not a manifest Slack would take: {faults}"
        settings, state = manifest["settings"], self._state
        state.scopes = frozenset(manifest["oauth_config"]["scopes"]["bot"])
        state.features = features_of(manifest)
        self._events.subscribed = frozenset(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self.mode = "socket" if settings.get("socket_mode_enabled") else "http"
        if self.mode == "http":
            interactivity = settings.get("interactivity", {})
            urls = {"all": settings.get("event_subscriptions", {}).get("request_url", "")}
            urls |= {"interaction": interactivity.get("request_url", ""), **(state.features.commands or {})}
            urls["options"] = interactivity.get("message_menu_options_url", "")
            self._courier.addresses = {kind: here(url, base) for kind, url in urls.items() if url}

    # ---- who and what there is

    def person(self, name: str, *, email: str = "", zone: str = "Europe/Amsterdam", bot: bool = False) -> Person:
        """Somebody new; ``bot`` makes it another app's bot."""
        identifier = self._state.identifier("U")
        user = self._user(identifier, name, email, zone, self._state.identifier("B") if bot else "")
        return Person(self._state, self._courier, self._events, user)

    def channel(self, name: str, *members: Person, app: bool = True, private: bool = False) -> Place:
        """A new channel with these people in it, and the app unless ``app`` is False."""
        state = self._state
        with state.changing():
            inside = [*(one.id for one in members), *([state.bot_user] if app else [])]
            place = Place(state.identifier("C"), name, "private_channel" if private else "public_channel", inside)
            state.places[place.id] = place
            return place

    def archives(self, place: Place) -> None:
        """Archive a channel."""
        with self._state.changing():
            place.archived = True

    def messages(self, place: Place, *, thread: Message | None = None) -> list[Message]:
        """All that stands there for everybody, first to last; or in one thread, with its beginning."""
        with self._state.changed:
            shown = [one for one in place.messages.values() if not one.deleted and not one.only_for]
            if thread is None:
                return shown
            begin = thread.thread_ts or thread.ts
            return [one for one in shown if begin in (one.ts, one.thread_ts)]

    def posted(self, place: Place) -> list[Message]:
        """All the app has posted there, deleted and ephemeral messages too."""
        with self._state.changed:
            return [one for one in place.messages.values() if one.bot_id == self._state.bot_id]

    @property
    def files(self) -> list[File]:
        """The files that are complete."""
        with self._state.changed:
            return [one for one in self._state.files.values() if one.complete]

    def calls(self, method: str | None = None) -> list[Call]:
        """Every request to the Web API and to response URLs ("response_url") so far, or those for one method."""
        with self._state.changed:
            return [one for one in self._state.calls if method in (None, one.method)]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every request to the app so far, answered or not."""
        with self._state.changed:
            return list(self._state.deliveries)

    @property
    def complaints(self) -> list[str]:
        """What the app has sent that Slack would never take, and what was wrong with it; a sound app leaves none."""
        with self._state.changed:
            calls = [f"{one.method}: {one.error} {one.faults}" for one in self._state.calls if one.error in _MISSHAPED]
            answers = [f"{one.kind}: {one.error}" for one in self._state.deliveries if one.status == 200 and one.error]
            return calls + answers

    # ---- waiting

    def until(self, look: Callable[[], T | None], timeout: float = PATIENCE) -> Pending[T]:
        """What ``look`` returns, once it is something; asked after every change. ``await`` it, or ``wait()``."""
        return Pending(self._state, look, timeout, self._state.lately)

    def until_posted(
        self,
        place: Place,
        *,
        containing: str = "",
        thread: Message | None = None,
        to: Person | None = None,
        after: Message | None = None,
        timeout: float = PATIENCE,
    ) -> Pending[Message]:
        """The last message of the app there, now or soon, whose words contain this; after changes too.

        ``thread``: in that thread; ``to``: one that only this person sees; ``after``: later than that message.
        """

        def look() -> Message | None:
            for one in reversed(self.posted(place)):
                inside = thread is None or one.thread_ts == (thread.thread_ts or thread.ts)
                later = after is None or float(one.ts) > float(after.ts)
                mine = one.only_for == (to.id if to else None)
                if inside and later and mine and not one.deleted and containing in one.words:
                    return one
            return None

        def otherwise() -> str:
            there = "\n".join(repr(one.words) for one in self.posted(place))
            return f"nothing with {containing!r} in {place.name}, but\n{there}\n{self._state.lately()}"

        return Pending(self._state, look, timeout, otherwise)

    def until_modal(self, person: Person, *, containing: str = "", timeout: float = PATIENCE) -> Pending[View]:
        """The modal in front of that person, as soon as it has these words."""
        return self._until_view(lambda: person.modal, containing, timeout)

    def until_home(self, person: Person, *, containing: str = "", timeout: float = PATIENCE) -> Pending[View]:
        """That person's home, as soon as it has these words."""
        return self._until_view(lambda: person.home, containing, timeout)

    def until_called(self, method: str, times: int = 1, timeout: float = PATIENCE) -> Pending[list[Call]]:
        """All answered calls of a method, once they are so many."""

        def look() -> list[Call] | None:
            answered = [one for one in self.calls(method) if one.error is not None]
            return answered if len(answered) >= times else None

        return self.until(look, timeout)

    def until_connected(self, times: int = 1, timeout: float = PATIENCE) -> Pending[bool]:
        """Once the app is there by Socket Mode, for that many times altogether."""
        sockets = self._courier.sockets
        return self.until(lambda: bool(sockets.connections) and sockets.opened >= times, timeout)

    def until_answered(self, timeout: float = PATIENCE) -> Pending[bool]:
        """Once every request to the app has been answered or given up."""
        return self.until(lambda: all(one.ended for one in self._state.deliveries), timeout)

    def _until_view(self, shown: Callable[[], View | None], containing: str, timeout: float) -> Pending[View]:
        def look() -> View | None:
            view = shown()
            return view if view and containing in view.words else None

        def otherwise() -> str:
            view = shown()
            return f"no view with {containing!r}, but {view.words if view else None}\n{self._state.lately()}"

        return Pending(self._state, look, timeout, otherwise)

    # ---- trouble

    def script(
        self,
        method: str | None = "chat.postMessage",
        *,
        channel: Place | None = None,
        times: int | None = 1,
        error: str = "",
        status: int = 200,
        retry_after: int | None = None,
        body: str | None = None,
        hang: bool = False,
        drop: bool = False,
        after_effect: bool = False,
    ) -> Trouble:
        """Let the next ``times`` calls (None: all) of a method (None: any), in one channel or any, go wrong.

        With an ``error`` code; with a ``status`` (429 comes with Retry-After); with a ``body`` that is no JSON;
        answered only after ``release`` (``hang``); the connection broken off (``drop``). ``after_effect``: what was
        asked for is done first. Scripts are used up in the order they were made; ``used`` of the record counts.
        """
        where = channel.id if channel else None
        trouble = Trouble(method, where, times, 429 if retry_after else status, error, retry_after, body)
        trouble.hang, trouble.drop, trouble.after_effect = hang, drop, after_effect
        with self._state.changed:
            self._state.troubles.append(trouble)
        return trouble

    def release(self, trouble: Trouble) -> None:
        """Let the hanging calls go on, and those to come."""
        with self._state.changing():
            trouble.released = True

    def calm(self) -> None:
        """Forget everything scripted, and release what hangs."""
        with self._state.changing():
            for trouble in self._state.troubles:
                trouble.released = True
            self._state.troubles.clear()

    def disconnects(self, reason: Literal["warning", "refresh_requested"] = "refresh_requested") -> None:
        """Ask the app to open another Socket Mode connection, as Slack does now and then."""
        self._soon(self._courier.sockets.disconnect(reason))

    def drops_connections(self) -> None:
        """Close every Socket Mode connection without a word before."""
        self._soon(self._courier.sockets.drop())

    @contextmanager
    def forging(
        self,
        *,
        secret: str | None = None,
        age: float = 0,
        signature: str | None = None,
        without: tuple[str, ...] = (),
        team: str = "",
    ) -> Iterator[None]:
        """Sign what people do inside the block with another secret, that many seconds ago, wholly wrongly, or
        without one of the headers; or let it come from another workspace."""
        own = self._state.team["id"]
        self._courier.forgery = Forgery(secret, age, signature, without)
        self._state.team["id"] = team or own
        try:
            yield
        finally:
            self._courier.forgery = Forgery()
            self._state.team["id"] = own

    def replays(self, delivery: Delivery) -> Delivery:
        """The very same request once more, with its old signature and timestamp."""
        return self._courier.again(delivery)

    def retries(self, delivery: Delivery, reason: str = "http_timeout") -> Delivery:
        """The same event again, as Slack sends it when it was not acknowledged: X-Slack-Retry-Num, -Reason."""
        return self._courier.retry(delivery, reason)

    def sends_event(self, event: Json) -> Delivery:
        """Any event at all, in the envelope of the Events API."""
        return self._events.sends(event)

    def verifies_url(self) -> Delivery:
        """The url_verification request, whose challenge the app must answer with."""
        return self._courier.send("event", {"type": "url_verification", "token": "t", "challenge": "the-challenge"})

    # ---- how it is done

    def _soon(self, work: Any) -> None:
        assert self._courier.loop is not None
        asyncio.run_coroutine_threadsafe(work, self._courier.loop).result(10)

    def _user(self, identifier: str, name: str, email: str = "", zone: str = "Europe/Amsterdam", bot: str = "") -> Json:
        handle = name.lower().replace(" ", ".")
        profile = {"real_name": name, "display_name": name, "first_name": name.split()[0]}
        profile |= {"bot_id": bot, "api_app_id": self._state.app_id} if bot else {}
        profile |= {"email": email} if email else {}
        user: Json = {"id": identifier, "team_id": self._state.team["id"], "name": handle, "real_name": name}
        user |= {"deleted": False, "is_bot": bool(bot), "is_app_user": False, "is_admin": False, "is_restricted": False}
        user |= {"tz": zone, "tz_offset": 3600, "profile": profile}
        with self._state.changing():
            self._state.users[identifier] = user
        return user
