"""What Slack knows of one workspace: people, channels, messages, views, files, and everything it was asked."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.emulators.slack.manifest import Features
from tests.emulators.slack.pending import Changes
from tests.emulators.slack.records import Call, Delivery, File, Json, Message, Refusal, Trouble, View

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5


@dataclass(eq=False)
class Place:
    """A channel, private channel or direct message; ``members`` are user ids."""

    id: str
    name: str
    kind: str
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    archived: bool = False
    topic: str = ""

    @property
    def event_kind(self) -> str:
        """Its channel_type in events."""
        return {"public_channel": "channel", "private_channel": "group"}.get(self.kind, self.kind)


@dataclass
class Trigger:
    """A trigger_id; ``view`` is the modal it came from."""

    user: str
    made: float
    used: bool = False
    view: str | None = None


@dataclass
class Response:
    """A response_url; ``message`` is the ts it can replace."""

    user: str
    channel: str
    made: float
    message: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class State(Changes):
    """Shared by the server's thread and the test's; whoever changes it holds ``changed`` and notifies."""

    def __init__(self, clock: Callable[[], float], scopes: frozenset[str] | None) -> None:
        super().__init__()
        self.clock = clock
        self.scopes = scopes
        self.features = Features()
        self.team = {"id": "T0ROUNDS", "name": "Rounds & Co", "domain": "rounds"}
        self.app_id = "A0ROUNDSMAN"
        self.bot_id = "B0ROUNDSMAN"
        self.bot_user = "U0ROUNDSMAN"
        self.url = ""
        self.users: dict[str, Json] = {}
        self.places: dict[str, Place] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        """The open modals of each user, bottom to top."""
        self.homes: dict[str, View] = {}
        self.offered: dict[str, list[Json]] = {}
        """The options that searches have found, by action_id."""
        self.files: dict[str, File] = {}
        self.uploads: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, Response] = {}
        self.calls: list[Call] = []
        self.troubles: list[Trouble] = []
        self.deliveries: list[Delivery] = []
        self.told: Callable[[Message, str], None] = lambda message, change: None
        """Hears of every change the app makes to messages: for echoes."""
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number that was not given before."""
        return next(self._numbers)

    def identifier(self, prefix: str) -> str:
        """An id as Slack makes them."""
        return f"{prefix}0{self.number():08X}"

    def next_ts(self) -> str:
        """The ts of a message: unique, and later than all before."""
        return f"{int(time.time())}.{self.number():06d}"

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock, and tell whoever waits afterwards."""
        with self.changed:
            try:
                yield
            finally:
                self.notify()

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """A trigger_id for what that user did."""
        trigger = f"{self.number()}.{self.number()}.{self.number():032x}"
        self.triggers[trigger] = Trigger(user, self.clock(), view=view)
        return trigger

    def new_response_url(
        self, user: str, channel: str, message: str | None = None, thread_ts: str | None = None
    ) -> str:
        """A response_url for what that user did in that channel."""
        key = f"{self.number():020x}"
        self.responses[key] = Response(user, channel, self.clock(), message, thread_ts)
        return f"{self.url}/response/{self.team['id']}/{key}"

    def place(self, name: object) -> Place:
        """The channel with that id or name, or the direct message with that user; refuses: channel_not_found."""
        if not isinstance(name, str) or not name:
            raise Refusal("channel_not_found")
        if name in self.places:
            return self.places[name]
        if name in self.users and name != self.bot_user:
            return self.direct(name)
        plain = name.removeprefix("#")
        found = next((one for one in self.places.values() if one.name == plain and one.kind != "im"), None)
        if found is None:
            raise Refusal("channel_not_found")
        return found

    def known(self, name: object) -> Place:
        """That channel as the app sees it: a private one without it does not exist."""
        place = self.place(name)
        if place.kind == "private_channel" and self.bot_user not in place.members:
            raise Refusal("channel_not_found")
        return place

    def joined(self, name: object) -> Place:
        """That channel, which the app must be in; refuses: not_in_channel."""
        place = self.known(name)
        if self.bot_user not in place.members:
            raise Refusal("not_in_channel")
        return place

    def direct(self, user: str) -> Place:
        """The direct message between the app and that user."""
        for place in self.places.values():
            if place.kind == "im" and user in place.members:
                return place
        place = Place(self.identifier("D"), "directmessage", "im", [user, self.bot_user])
        self.places[place.id] = place
        return place

    def message(self, place: Place, ts: object) -> Message:
        """The message there; refuses: message_not_found (also when it was deleted or only one person sees it)."""
        found = place.messages.get(str(ts))
        if found is None or found.deleted or found.only_for:
            raise Refusal("message_not_found")
        return found

    def front(self, user: str) -> View | None:
        """The modal in front of that user."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None

    def trouble(self, method: str, channel: object) -> Trouble | None:
        """What was scripted for this request, used up by one."""
        found = next((one for one in self.troubles if one.takes(method, channel)), None)
        if found:
            found.used += 1
            found.left = None if found.left is None else found.left - 1
        return found

    def lately(self, number: int = 12) -> str:
        """The last calls in words, for the message of a failed assertion."""
        told = [f"{one.method} {one.error or one.status or '…'} {one.arguments}"[:400] for one in self.calls[-number:]]
        return "\n".join(told) or "the app has called nothing"
