"""Whatever drivers report, in whatever order, late or twice: no impossible state, every order and every piece accounted for."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from domain.deliveries import DeliveryProof, StoredFile
from domain.events import Event
from domain.orders import ORDER_TRANSITIONS, Order, OrderLine
from domain.returns import RETURN_TRANSITIONS, Return, ReturnLine
from domain.routes import TASK_TRANSITIONS, Stop, Task
from domain.stock import StockLevel
from storage.database import Database
from tests.conftest import recycled
from tests.meanings import meaning
from tests.on_the_road import Road, on_the_road, to_collect

STOPS = st.integers(1, 8)
REASONS = st.sampled_from(
    ["nobody home", "customer refused it", "shop closed", "wrong address", "box is smashed", "gate locked"]
)
#: What an order may be while its last attempt is so.
FITS = {
    "pending": {"out_for_delivery"}, "en_route": {"out_for_delivery"}, "arrived": {"out_for_delivery"},
    "completed": {"delivered"}, "partial": {"partially_delivered"}, "failed": {"failed", "rescheduled"},
}  # fmt: skip
#: What a return may be while its last visit is so.
FITS_RETURN = {
    "pending": {"pickup_planned"}, "en_route": {"pickup_planned"}, "arrived": {"pickup_planned"},
    "completed": {"in_transit"}, "partial": {"in_transit"}, "failed": {"approved"}, "moved": {"pickup_planned"},
}  # fmt: skip
COLLECTED = st.sampled_from(
    ["got it, as new", "got it, used", "got only one of two, as new", "got it as new, pin 4821"]
)
#: Reports, each of which can be taken back.
REPORTS = {"Arrive", "Deliver", "DeliverPart", "FailDelivery", "SkipStop", "CollectReturn"}


class Driving(RuleBasedStateMachine):
    """A driver with a route of five stops, one of which wants a photo and one a PIN, and two returns to collect, one of them for an exchange."""

    def __init__(self, fresh: Callable[[], Database]) -> None:
        super().__init__()
        self.database = fresh()
        orders = [{}, {"proof": "photo", "proof_required": True}, {"proof": "code", "code": "4711"}, {"proof": "name"}]
        self.road: Road = on_the_road(self.database, 5, left=False, orders=orders)
        to_collect(self.road, 1, skus=("SKU-1",), quantity=2)
        other = to_collect(self.road, 3, code="4821")
        with self.database.writing() as session:  # the order of that stop is brought in exchange for it
            made = session.exec(select(Return).where(Return.number == other)).one()
            made.exchange_order = self.road.numbers[2]
        self.on_hand = self._on_hand()
        self.talk = self.road.talk()
        self.photos = itertools.count()
        self.talk.say("all there", "confirm_load")
        self.talk.press("choice.depart")

    @rule(stop=STOPS | st.none(), minutes=st.integers(0, 12))
    def arrives(self, stop: int | None, minutes: int) -> None:
        self._says("there", "arrived", stop, minutes)

    @rule(
        stops=st.lists(STOPS, max_size=3),
        minutes=st.integers(0, 12),
        words=st.sampled_from(["done", "done pin 4711", "signed by Mrs Kim"]),
    )
    def delivers(self, stops: list[int], minutes: int, words: str) -> None:
        self._says(words, "delivered", stops or None, minutes)

    @rule(stop=STOPS | st.none(), minutes=st.integers(0, 12), words=REASONS)
    def fails(self, stop: int | None, minutes: int, words: str) -> None:
        self._says(words, "failed_delivery", stop, minutes)

    @rule(stop=STOPS | st.none(), minutes=st.integers(0, 12), words=COLLECTED)
    def collects(self, stop: int | None, minutes: int, words: str) -> None:
        self._says(words, "collected_return", stop, minutes)

    @rule(stop=STOPS | st.none())
    def skips(self, stop: int | None) -> None:
        self._says("later", "skip_stop", stop, 1)

    @rule()
    def sends_a_photo(self) -> None:
        file_id = f"photo{next(self.photos):017}"
        with self.database.writing() as session:
            given = {"conversation_id": self.talk.conversation_id, "path": "x.jpg", "created_at": self.talk.now}
            session.add(StoredFile(id=file_id, kind="photo", **given))
        self.talk.hear(meaning("", "share_photo", 1.0, photo=file_id))

    @rule(yes=st.booleans())
    def answers(self, yes: bool) -> None:
        self.talk.say("yes" if yes else "no", "affirm" if yes else "deny")

    @rule(nth=st.integers(0, 12))
    def presses(self, nth: int) -> None:
        choices = [
            each for each in self.talk.choices() if not each["label"].endswith(("end_shift", "start_break", "incident"))
        ]
        if choices:
            self.talk.press_id(choices[nth % len(choices)]["id"])

    @rule()
    def takes_it_back(self) -> None:
        self.talk.say("undo", "undo")

    @rule(stop=STOPS | st.none(), minutes=st.integers(0, 5))
    def reports_and_takes_it_back(self, stop: int | None, minutes: int) -> None:
        """A report that is taken back leaves no row other than it was."""
        self.talk.say("never mind", "stop")
        self.talk.wait(minutes=minutes)
        before, known = self.road.snapshot(), len(self.road.reports())
        self._says("nobody home", "failed_delivery", stop, 0)
        made = self.road.reports()[known:]
        if [each.what for each in made if each.what in REPORTS] and all(each.what in REPORTS for each in made):
            self.talk.say("undo", "undo")
            assert self.road.snapshot() == before

    @rule(stop=STOPS, late=st.integers(1, 40))
    def comes_late(self, stop: int, late: int) -> None:
        """A message that was written before, and arrives only now."""
        written = self.talk.now
        self.talk.wait(minutes=late)
        self.talk.wrote_at(written)
        self._says("done", "delivered", stop, 0)

    def _says(self, words: str, intent: str, stop: Any, minutes: int) -> None:
        self.talk.wait(minutes=minutes)
        self.talk.say(words, intent, **({"stop": stop} if stop is not None else {}))

    @invariant()
    def orders_are_what_their_visits_are(self) -> None:
        orders = {order.number: order.status for order in self.road.all(Order)}
        last: dict[str, Task] = {}
        for task in self.road.all(Task):
            last[task.number] = task
        returns = {made.number: made for made in self.road.all(Return)}
        orders |= {made.number: made.status for made in returns.values()}
        for number, task in last.items():
            fits = FITS if task.order_number else FITS_RETURN
            day = returns[number].pickup_day if task.return_number else None
            state = "moved" if task.status == "failed" and day is not None and day > task.day else task.status
            assert orders[number] in fits[state], (number, state, orders[number])

    @invariant()
    def what_was_collected_is_known_of_what_is_on_its_way(self) -> None:
        returns = {made.id: made for made in self.road.all(Return)}
        for line in self.road.all(ReturnLine):
            made = returns[line.return_id]
            assert (line.collected is not None) == (made.status == "in_transit")
            assert line.collected is None or 0 <= line.collected <= line.quantity
            assert (made.pickup_day is None) == (made.status == "approved")

    @invariant()
    def proofs_are_of_what_was_handed_over(self) -> None:
        orders = {order.number: order.status for order in self.road.all(Order)}
        for proof in self.road.all(DeliveryProof):
            assert orders[proof.order_number] in {"delivered", "partially_delivered"}
        for number, status in orders.items():
            if status == "delivered" and number == self.road.numbers[1]:
                assert any(each.order_number == number and each.photo_id for each in self.road.all(DeliveryProof))

    @invariant()
    def stops_have_their_places(self) -> None:
        positions = [stop.position for stop in self.road.all(Stop)]
        assert min(positions) > 0
        ahead = {status for status in self.road.states() if status in {"pending", "en_route", "arrived"}}
        assert ahead != {"pending"}, "the driver is on the way to nothing"

    @invariant()
    def history_has_no_gaps(self) -> None:
        """Every change begins where the last one ended, and is one of the tables'; only undoing goes back."""
        tables = {"order": ORDER_TRANSITIONS, "task": TASK_TRANSITIONS, "return": RETURN_TRANSITIONS}
        state: dict[tuple[str, str], str | None] = defaultdict(lambda: None)
        when: dict[tuple[str, str], Any] = {}
        for event in self.road.all(Event):
            if event.noun not in tables or event.change not in {"status", "undone"}:
                continue
            thing = (event.noun, event.subject)
            if state[thing] is not None:
                assert event.before == state[thing], event
            if event.change == "status" and event.before is not None:
                assert event.after in tables[event.noun][event.before]
            if event.person is not None and thing in when:
                assert event.at >= when[thing], "history goes forward"
            state[thing], when[thing] = event.after, event.at

    @invariant()
    def no_piece_is_lost(self) -> None:
        """What was at the depot is there, aboard, or handed over."""
        aboard: dict[str, int] = defaultdict(int)
        with self.database.reading() as session:
            mine = select(Order).where(Order.number.in_(self.road.numbers))  # type: ignore[attr-defined]
            orders = {order.id: order for order in session.exec(mine).all()}
            for line in session.exec(select(OrderLine)).all():
                if line.order_id in orders and orders[line.order_id].status in {
                    "out_for_delivery",
                    "failed",
                    "rescheduled",
                    "delivered",
                    "partially_delivered",
                }:
                    aboard[line.sku] += line.quantity
        now = self._on_hand()
        assert {sku: now[sku] + aboard[sku] for sku in now} == self.on_hand

    def _on_hand(self) -> dict[str, int]:
        return {level.sku: level.on_hand for level in self.road.all(StockLevel)}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_a_driver_reports(request: pytest.FixtureRequest, kind: str) -> None:
    database = recycled(request, kind)

    def fresh() -> Database:
        database.renew()
        return database.database

    few = settings(
        max_examples=8 if kind == "sqlite" else 4, stateful_step_count=14, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(lambda: Driving(fresh), settings=few)
