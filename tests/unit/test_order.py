"""An order's states: only what the table allows, and every change is written down."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.moment import SYSTEM, Actor, Moment, Role
from domain.orders import ORDER_TRANSITIONS, Order, OrderStatus
from domain.refusals import Refusal
from domain.values import Window

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
AT = Moment(NOW, SYSTEM, "test", ids=lambda: "0" * 22)


def order(status: OrderStatus = OrderStatus.CREATED, **values: object) -> Order:
    return Order(
        **{"number": "RM-10001", "customer_id": 1, "status": status, "created_at": NOW, "street": "Torstr. 1",
           "postcode": "10115", "city": "Berlin", "country": "DE", **values}
    )  # fmt: skip


@pytest.mark.parametrize("before", list(OrderStatus))
@pytest.mark.parametrize("after", list(OrderStatus))
def test_exactly_the_transitions_of_the_table_are_possible(before, after):
    one = order(before, held_from=after if before == OrderStatus.HELD else None)
    if after in ORDER_TRANSITIONS[before]:
        event = one.move(after, AT)
        assert (event.before, event.after, one.status) == (before, after, after)
    else:
        with pytest.raises(Refusal):
            one.move(after, AT)
        assert one.status == before


@pytest.mark.parametrize(
    "status", ["created", "confirmed", "backordered", "allocated", "packed"]
)  # fmt: skip
def test_holding_and_releasing_goes_back_to_where_it_was(status):
    one = order(OrderStatus(status))
    one.hold("payment", AT)
    assert one.status == OrderStatus.HELD
    one.release(AT)
    assert (one.status, one.held_from) == (status, None)


def test_a_held_order_cannot_jump_ahead():
    one = order(OrderStatus.CONFIRMED)
    one.hold("payment", AT)
    with pytest.raises(Refusal):
        one.move(OrderStatus.PACKED, AT)


def test_a_new_promise_before_dispatch_does_not_change_the_status():
    one = order(OrderStatus.ALLOCATED)
    (event,) = one.promise(date(2026, 5, 8), Window(time(8), time(10)), AT, "customer")
    assert (one.status, event.change, event.after) == ("allocated", "promise", "2026-05-08 08:00-10:00")


def test_a_new_promise_after_a_failed_attempt_reschedules():
    one = order(OrderStatus.FAILED)
    events = one.promise(date(2026, 5, 8), Window(time(8), time(10)), AT, "customer")
    assert [event.change for event in events] == ["promise", "status"]
    assert one.status == OrderStatus.RESCHEDULED


@pytest.mark.parametrize("status", ["dispatched", "out_for_delivery", "delivered", "cancelled"])
def test_what_has_left_cannot_be_rescheduled(status):
    with pytest.raises(Refusal):
        order(OrderStatus(status)).check_reschedulable()


def test_only_its_customer_opened_chats_and_the_house_see_an_order():
    one = order()
    assert one.seen_by(Actor(Role.CUSTOMER, 1))
    assert one.seen_by(Actor(Role.CUSTOMER, 2, frozenset({"RM-10001"})))
    assert one.seen_by(Actor(Role.DISPATCHER))
    assert not one.seen_by(Actor(Role.CUSTOMER, 2))
    assert not one.seen_by(Actor(Role.CUSTOMER))
    assert not one.seen_by(Actor(Role.DRIVER, 1))


class AnyLife(RuleBasedStateMachine):
    """Whatever is tried on an order, its history is an unbroken chain of allowed steps."""

    def __init__(self) -> None:
        super().__init__()
        self.order = order()
        self.chain = ["created"]

    def _keep(self, events):
        self.chain += [event.after for event in events if event.change == "status"]

    @rule(to=st.sampled_from(OrderStatus))
    def move(self, to):
        if to == OrderStatus.HELD:
            return
        with contextlib.suppress(Refusal):
            self._keep([self.order.move(to, AT)])

    @rule()
    def hold(self):
        with contextlib.suppress(Refusal):
            self._keep([self.order.hold("a reason", AT)])

    @rule()
    def release(self):
        with contextlib.suppress(Refusal):
            self._keep([self.order.release(AT)])

    @rule(day=st.dates(date(2026, 1, 1), date(2027, 1, 1)))
    def promise(self, day):
        try:
            self.order.check_reschedulable()
        except Refusal:
            return
        self._keep(self.order.promise(day, Window(time(8), time(10)), AT, "test"))

    @invariant()
    def history_is_a_chain_of_allowed_steps(self):
        for before, after in zip(self.chain, self.chain[1:], strict=False):
            assert after in ORDER_TRANSITIONS[before]
        assert self.chain[-1] == self.order.status
        assert (self.order.held_from is not None) == (self.order.status == OrderStatus.HELD)


TestAnyLife = AnyLife.TestCase
