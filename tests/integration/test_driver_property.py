"""Whatever drivers report, in whatever order, late or twice: no impossible state, every order and every piece accounted for."""

from __future__ import annotations

import itertools
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from domain.deliveries import DeliveryProof, StoredFile
from domain.events import Event
from domain.orders import ORDER_TRANSITIONS, Order, OrderLine
from domain.routes import TASK_TRANSITIONS, Stop, Task
from domain.stock import StockLevel
from storage.database import Database
from tests.conftest import _empty
from tests.meanings import meaning
from tests.on_the_road import Road, on_the_road

STOPS = st.integers(1, 8)
REASONS = st.sampled_from(
    ["nobody home", "customer refused it", "shop closed", "wrong address", "box is smashed", "gate locked"]
)
#: What an order may be while its last attempt is so.
FITS = {
    "pending": {"out_for_delivery"}, "en_route": {"out_for_delivery"}, "arrived": {"out_for_delivery"},
    "completed": {"delivered"}, "partial": {"partially_delivered"}, "failed": {"failed", "rescheduled"},
}  # fmt: skip
#: Reports, each of which can be taken back.
REPORTS = {"Arrive", "Deliver", "DeliverPart", "FailDelivery", "SkipStop", "CollectReturn"}


class Driving(RuleBasedStateMachine):
    """A driver with a route of five stops, one of which wants a photo and one a PIN."""

    def __init__(self, fresh: Callable[[], Database]) -> None:
        super().__init__()
        self.database = fresh()
        orders = [{}, {"proof": "photo", "proof_required": True}, {"proof": "code", "code": "4711"}, {"proof": "name"}]
        self.road: Road = on_the_road(self.database, 5, left=False, orders=orders)
        self.on_hand = self._on_hand()
        self.talk = self.road.talk()
        self.photos = itertools.count()
        self.talk.say("all there", "confirm_load")
        self.talk.press("choice.depart")

    def teardown(self) -> None:
        self.database.close()

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
            last[task.order_number or ""] = task
        for number, task in last.items():
            assert orders[number] in FITS[task.status], (number, task.status, orders[number])

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
        tables = {"order": ORDER_TRANSITIONS, "task": TASK_TRANSITIONS}
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
            orders = {order.id: order for order in session.exec(select(Order)).all()}
            for line in session.exec(select(OrderLine)).all():
                if orders[line.order_id].status in {
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
def test_whatever_a_driver_reports(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    copies = itertools.count()

    def fresh() -> Database:
        if kind == "sqlite":
            path = tmp_path / f"{next(copies)}.db"
            shutil.copyfile(request.getfixturevalue("_migrated_sqlite"), path)
            return Database(f"sqlite:///{path}")
        url = request.getfixturevalue("_migrated_postgres")
        _empty(url)
        return Database(url)

    few = settings(
        max_examples=8 if kind == "sqlite" else 4, stateful_step_count=14, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        run_state_machine_as_test(lambda: Driving(fresh), settings=few)
    finally:
        if kind == "postgresql":
            _empty(request.getfixturevalue("_migrated_postgres"))
