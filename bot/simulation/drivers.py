"""Simulated drivers: they read their chat, tap its buttons or write, drive, wait, ring, and forget to report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulation.log import Call, Log
from bot.simulation.loopback import Heard
from bot.simulation.stage import Act, Person, Say, Until
from bot.simulation.world import DEPOT, World, between, misspelt
from domain.values import Place

Talk = Generator[Act, list[Heard], list[Heard]]
#: Seconds that whoever rings in vain waits for somebody to open.
_IN_VAIN = 180
#: Seconds between the end of a stop and what is reported of it; between questions and answers.
_TAP, _THINK = 5, 10
#: So often a stop is tried that the chat takes no report of.
_PATIENCE = 3
#: A talk that goes on for longer than this is not understood.
_ANSWERS = 10
#: The buttons of a stop by what they report: those of the stop's card, and those of the menu.
BUTTONS = {
    "arrived": ("choice.stop_arrived", "choice.arrived"),
    "delivered": ("choice.stop_delivered", "choice.delivered"),
    "failed": ("choice.stop_problem", "choice.failed", "choice.not_given"),
    "collected": ("choice.stop_collected", "choice.collected"),
    "next": ("choice.next_stop",),
}
#: What drivers write instead.
WORDS = {
    "start": ("starting my shift", "morning, ready to start", "clocking on"),
    "loaded": ("all there", "everything is loaded", "all loaded"),
    "depart": (),
    "arrived": ("arrived", "im here", "at the stop now"),
    "delivered": ("delivered", "done", "dropped it off", "handed over"),
    "collected": ("collected", "got it all aboard"),
    "failed": ("nobody home", "nobody in, tried calling", "no one answered the door"),
    "next": ("next stop", "where next?"),
    "break": ("taking my break", "on my break now"),
    "break_over": ("break over", "back from break"),
    "end": ("end of shift", "im done for today, ending my shift"),
}
#: What is answered to the questions of a shift.
_ANSWER = {
    "choice.no_damage", "choice.vehicle", "choice.all_there", "choice.yes", "choice.without_return_code", "choice.without_photo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A stop as the chat shows it."""

    visit: int
    number: int
    place: Place
    orders: tuple[str, ...]
    pieces: int
    attempt: int
    pickup: bool

    @classmethod
    def of(cls, card: dict[str, Any]) -> Card:
        """From the facts of a notice."""
        lat, _, lon = str(card["place"]).partition(",")
        parcels = [each for each in card["parcels"] if each["status"] in {"pending", "en_route", "arrived"}]
        parcels = [
            each for each in parcels if each["kind"] != "pickup"
        ] or parcels  # what is collected comes after that
        return cls(
            visit=int(card["visit"]),
            number=int(card["stop"]),
            place=Place(float(lat), float(lon)),
            orders=tuple(str(each["number"]) for each in parcels if each["number"]),
            pieces=sum(item["quantity"] for each in parcels for item in each["items"]),
            attempt=max((int(each["attempt"]) for each in parcels), default=1),
            pickup=bool(parcels) and all(each["kind"] == "pickup" for each in parcels),
        )

    @property
    def name(self) -> str:
        """What chance calls the stop: the same whoever drives there."""
        return f"{'+'.join(self.orders) or self.visit}:{self.attempt}"


@dataclass
class Driver:
    """One driver's day. ``works`` is the duty's start; ``rests`` says when the break is due by the route, if it still is;
    ``promises`` from when to when the customers of orders are promised somebody: nobody rings before that."""

    number: int
    world: World
    log: Log
    address: str
    code: str
    works: datetime
    clock: Callable[[], datetime]
    rests: Callable[[], datetime | None]
    broken: datetime | None = None
    alarm: Callable[[], None] = lambda: None
    promises: Callable[[Sequence[str]], Mapping[str, tuple[datetime, datetime]]] = lambda orders: {}
    kilometres: int = 40_000
    on_the_road: bool = False
    _screen: dict[str, str] = field(default_factory=dict)
    _card: Card | None = None
    _leg: tuple[Place, Place, datetime, datetime] | None = None
    _here: Place = DEPOT
    _rested: bool = False

    def place(self) -> Place:
        """Where the van is now."""
        if self._leg is None:
            return self._here
        start, end, left, arrives = self._leg
        whole = (arrives - left).total_seconds()
        share = 1.0 if whole <= 0 else min(1.0, max(0.0, (self.clock() - left).total_seconds() / whole))
        return between(start, end, share)

    # The day

    def day(self) -> Person:
        """From joining to the end of the shift."""
        yield from self._tell(f'/bind_chat{{"link": "{self.code}"}}')
        yield Until(self.works - timedelta(minutes=5))
        heard = yield from self._begin()
        if heard is None:
            return
        yield Until(heard)
        yield from self._report("depart", ("choice.depart",), {"shift.departed"})
        self.on_the_road = True
        if self._card is None:
            yield from self._report("next", BUTTONS["next"], {"driver.ahead"})
        yield from self._drive()
        yield from self._home()

    def _begin(self) -> Generator[Act, list[Heard], datetime | None]:
        """Start the shift, load; when the route leaves, None where there is none."""
        heard = yield from self._report("start", ("choice.start_shift",), {"shift.started"})
        started = next((each for each in heard if each.name == "shift.started"), None)
        if started is None or not started.facts.get("route"):
            return None
        yield from self._pause(300)
        yield from self._report("loaded", ("choice.all_there",), {"shift.loaded"})
        leaves = started.facts.get("leaves")
        return datetime.fromisoformat(str(leaves)) if leaves else self.clock()

    def _drive(self) -> Generator[Act, list[Heard], None]:
        owed: Card | None = None
        visited: Counter[tuple[int, int]] = Counter()
        while self._card is not None and self.on_the_road:
            card = self._card
            visited[card.visit, card.attempt] += 1
            if visited[card.visit, card.attempt] > _PATIENCE:
                return  # the chat does not understand: the office has to be called
            if self.broken is not None and self.clock() >= self.broken:
                yield from self._break_down()
                return
            yield from self._go(card)
            moved = yield from self._moved_on(card, owed)
            owed = None
            if moved:
                continue
            if self.chance("forgets arrived", card) < self.world.noise.forgotten:
                pass
            else:
                yield from self._report("arrived", BUTTONS["arrived"], {"driver.ahead"}, card)
            if self._card is None or self._card.visit != card.visit:
                continue
            owed = yield from self._serve(card)
            yield from self._maybe_rest()

    def _go(self, card: Card) -> Generator[Act, list[Heard], None]:
        left = self.clock()
        arrives = self.world.arrives(left, self._here, card.place, card.name)
        self._leg = (self._here, card.place, left, arrives)
        yield Until(arrives)
        self._here, self._leg = card.place, None

    def _moved_on(self, card: Card, owed: Card | None) -> Generator[Act, list[Heard], bool]:
        """What was forgotten at the last stop is reported here; whether the route goes elsewhere by now."""
        if owed is not None:
            yield from self._report("delivered", BUTTONS["delivered"], {"driver.ahead"}, owed)
        else:
            heard = yield Until(self.clock())
            self._look(heard)
        return self._card is None or self._card.visit != card.visit

    def _serve(self, card: Card) -> Generator[Act, list[Heard], Card | None]:
        """Ring and hand over; the stop if its report is forgotten."""
        promises = {} if card.pickup else self.promises(card.orders)
        began = max([self.clock(), *(start for start, _ in promises.values())])
        yield Until(began)
        home = card.pickup or self.world.is_home(card.name)
        lasts = self.world.serves(card.pieces, card.name) if home else timedelta(seconds=_IN_VAIN)
        yield Until(began + lasts)
        ended = self.clock()
        if not card.pickup:
            self.log.calls += [
                Call(each, self.number, began, ended, home, card.attempt, promises.get(each)) for each in card.orders
            ]
        yield from self._pause(_TAP)
        if card.pickup:
            yield from self._report("collected", BUTTONS["collected"], {"driver.ahead"}, card)
        elif not home:
            yield from self._report("failed", BUTTONS["failed"], {"driver.ahead"}, card)
        elif self.chance("forgets delivered", card) >= self.world.noise.forgotten:
            yield from self._report("delivered", BUTTONS["delivered"], {"driver.ahead"}, card)
        else:
            return (yield from self._forget(card, ended))
        return None

    def _forget(self, card: Card, ended: datetime) -> Generator[Act, list[Heard], Card | None]:
        """Half of what is not reported at once comes by a phone that had no network, the rest at the next stop."""
        following = yield from self._peek(card)
        if following is None or self.chance("offline", card) < 0.5:
            yield from self._pause(240)
            yield from self._report("delivered", BUTTONS["delivered"], {"driver.ahead"}, card, said=ended)
            return None
        self._card = following
        return card

    def _peek(self, card: Card) -> Generator[Act, list[Heard], Card | None]:
        """The stop after this one, by the route that the chat shows."""
        heard = yield from self._tell("show me my route")
        shown = next((each for each in reversed(heard) if each.name == "driver.stops"), None)
        if shown is None:
            return None
        cards = [Card.of(each) for each in shown.facts["cards"]]  # type: ignore[attr-defined]
        ahead = [each for each in cards if each.orders]
        places = [each.visit for each in ahead]
        n = places.index(card.visit) + 1 if card.visit in places else len(ahead)
        return ahead[n] if n < len(ahead) else None

    def _maybe_rest(self) -> Generator[Act, list[Heard], None]:
        due = None if self._rested else self.rests()
        if due is None or self.clock() < due:
            return
        self._rested = True
        yield from self._report("break", ("choice.start_break",), {"shift.break_started"})
        yield Until(self.clock() + timedelta(minutes=30))
        yield from self._report("break_over", ("choice.end_break",), {"shift.break_ended"})

    def _break_down(self) -> Generator[Act, list[Heard], None]:
        """The van stands still for the rest of the day; the office hands over what is aboard."""
        self.log.breakdowns += 1
        yield from self._tell("my van broke down, i cant drive on")
        yield from self._pause(60)
        self.alarm()
        yield Until(self.clock() + timedelta(hours=2))

    def _home(self) -> Generator[Act, list[Heard], None]:
        arrives = self.world.arrives(self.clock(), self._here, DEPOT, f"home:{self.number}")
        self._leg = (self._here, DEPOT, self.clock(), arrives)
        yield Until(arrives)
        self._here, self._leg, self.on_the_road = DEPOT, None, False
        yield from self._pause(120)
        yield from self._report("end", ("choice.end_shift",), {"shift.ended"})

    # Talking

    def chance(self, what: str, card: Card) -> float:
        """A number from 0 to 1 for something about a stop."""
        return float(self.world.chance.of(what, card.name).random())

    def _report(
        self, what: str, labels: Sequence[str], wanted: set[str], card: Card | None = None, said: datetime | None = None
    ) -> Talk:
        """Say something by a button, or sometimes in words, and answer what is asked until it is done."""
        self.log.reports += 1
        rng = self.world.chance.of("says", self.number, self.log.reports)
        words = WORDS[what]
        text = None
        if words and rng.random() < self.world.noise.free_text:
            text = words[int(rng.integers(len(words)))]
            text = f"{text} {card.number}" if card is not None and what == "delivered" else text
            text = misspelt(text, rng) if rng.random() < self.world.noise.typo else text
        heard = yield from self._converse(text or self._button(labels) or words[0], wanted, said)
        if not _has(heard, wanted):
            self.log.repeated += 1
            heard = yield from self._converse(self._button(labels) or words[0], wanted, said)
        if not _has(heard, wanted):
            self.log.unheard.append((what, text or str(labels), tuple(each.name for each in heard)))
        return heard

    def _button(self, labels: Sequence[str]) -> str | None:
        return next((self._screen[label] for label in labels if label in self._screen), None)

    def _converse(self, text: str, wanted: set[str], said: datetime | None = None) -> Talk:
        heard = yield from self._tell(text, said)
        for _ in range(_ANSWERS):
            if _has(heard, wanted) or not heard:
                return heard
            answer = self._answer(heard[-1])
            if answer is None:
                return heard
            yield from self._pause(_THINK)
            heard = yield from self._tell(answer, said)
        return heard

    def _answer(self, asked: Heard) -> str | None:
        """What is answered to a question, as far as it is one of those that are expected."""
        if asked.name in {"ask.odometer", "ask.km"}:
            self.kilometres += 80
            return str(self.kilometres)
        if asked.name == "ask.failure":
            return asked.button("choice.nobody_home") or asked.button("choice.failure") or "nobody home"
        if asked.name == "ask.return_condition":
            return asked.button("choice.condition_as_new")
        return next((says for label, says in asked.buttons if label in _ANSWER), None)

    def _tell(self, text: str, said: datetime | None = None) -> Talk:
        self._look((yield Until(self.clock())))  # what came meanwhile was read
        heard = yield Say(text, said)
        self._look(heard)
        return heard

    def _look(self, heard: Sequence[Heard]) -> None:
        """What the screen shows: the buttons of the latest messages, and the stop that is next."""
        for each in heard:
            if each.buttons:
                self._screen.update(dict(reversed(each.buttons)))
            if each.name == "driver.ahead":
                card = each.facts.get("card")
                self._card = Card.of(card) if isinstance(card, dict) else None

    def _pause(self, seconds: float) -> Generator[Act, list[Heard], None]:
        self._look((yield Until(self.clock() + timedelta(seconds=seconds))))


def _has(heard: Sequence[Heard], wanted: set[str]) -> bool:
    return any(each.name in wanted for each in heard)
