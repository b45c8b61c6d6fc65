"""Returns that our own driver collects, over the whole chain: asked for in Telegram, planned overnight, collected on a round,
looked into in Slack, settled; the customer is told at each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from domain.deliveries import StoredFile
from domain.events import Event
from domain.orders import Order
from domain.stock import StockLevel
from tests.e2e.returns_world import WORLDS, Chain, opened
from tests.emulators.telegram import Person
from tests.pictures import picture


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def chain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[Chain]:
    yield from opened(request, tmp_path_factory, trained)


def has_it_collected(chain: Chain, person: Person) -> None:
    """Choose that the goods are collected, tomorrow morning."""
    chain.presses(person, "Collect it from me")
    chain.hears(person, "When shall we collect return")
    chain.presses(person, chain.tomorrow("08:00–12:00"))


def is_handed_in(chain: Chain, order: Order) -> None:
    """The driver is back, and somebody at the dock finds the goods as their customer said."""
    ines = chain.driver
    ines.sends("end my shift")
    chain.reads_odometer()
    number = chain.the_return(order).number
    chain.hears(ines, "Your shift is over", number)
    tom = chain.colleague("Tom Zzstaff", "warehouse")
    tom.tells(f"{number} is on the dock")
    asked = chain.slack.until_posted(tom.direct, containing=number).wait()
    tom.presses(asked, "All as the customer said").wait()


def on_hand(chain: Chain) -> int:
    with chain.database.reading() as session:
        return session.exec(select(StockLevel).where(StockLevel.sku == "SKU-1")).one().on_hand


def test_faulty_goods_are_collected_and_paid_back(chain):
    anna, order, payment = chain.customer("Anna")
    anna.sends("the kettle stopped working, I want my money back")
    assert "today is day 0" in chain.hears(anna, "is approved").text
    has_it_collected(chain, anna)
    number = chain.the_return(order).number
    chain.hears(anna, f"We collect return {number} tomorrow, Tuesday 5 May, 08:00–12:00", "at Invalidenstraße 117")
    chain.plans_the_next_day()
    chain.hears(anna, f"We collect return {number} (Kettle) tomorrow, Tuesday 5 May, between 08:00 and 08:30")
    ines = chain.driver_comes()
    chain.hears(ines, "Nothing to load")
    chain.presses(ines, "Off I go", under="Nothing to load")
    chain.hears(ines, "Next: stop 1", f"Collect · Anna Example · {number} · Kettle")
    chain.goes_to(8, 8)
    chain.hears(anna, "Ines is with you around", "You are the next stop")
    chain.presses(ines, "I'm there", under=number)
    chain.presses(ines, "Collected", under="At stop 1 since")
    chain.hears(ines, "Collect at stop 1: Kettle")
    chain.presses(ines, "Used", under=number)
    chain.hears(ines, "Send a photo of what you collect at stop 1.")
    ines.sends_photo(picture(size=(900, 600)))
    chain.hears(ines, "Stop 1: collected")
    chain.hears(anna, f"We have return {number} (Kettle)")
    with chain.database.reading() as session:
        collected = session.exec(select(Event).where(Event.subject == number, Event.change == "collected")).one()
        photo = session.get_one(StoredFile, collected.detail["photos"][0])
    assert (collected.detail["condition"], photo.customer_id) == ("used", order.customer_id)
    assert chain.stripe.given_back(payment) == 0
    is_handed_in(chain, order)
    chain.hears(anna, f"Return {number} is here.")
    chain.pays_back(payment, 3_990)
    chain.hears(anna, f"We have given you back €39.90 for return {number}")
    assert chain.the_return(order).status == "refunded"


def test_an_exchange_comes_with_the_visit_that_collects(chain):
    bea, order, payment = chain.customer("Bea", days=3)
    bea.sends("the kettle does not work, please exchange it for a new one")
    approved = chain.hears(bea, "is approved", "You get 1 × Kettle instead; it is set aside for you as order RM-")
    had, made = on_hand(chain), chain.the_return(order)
    assert made.exchange_order in approved.text
    has_it_collected(chain, bea)
    chain.hears(
        bea, f"We collect return {made.number} tomorrow", f"Order {made.exchange_order} comes with the same visit."
    )
    chain.plans_the_next_day()
    chain.hears(bea, f"Order {made.exchange_order} (Kettle) comes")
    chain.hears(bea, f"We collect return {made.number} (Kettle)", "between 08:00 and 08:30")
    ines = chain.driver_comes()
    chain.hears(ines, "Load 1 piece for 1 stop", made.exchange_order)
    chain.presses(ines, "All there")
    chain.presses(ines, "Off I go", under="Loaded: 1 piece for 1 stop.")
    chain.hears(
        ines, "Next: stop 1", f"Deliver · Bea Example · {made.exchange_order}", f"Collect · Bea Example · {made.number}"
    )
    chain.presses(ines, "I'm there", under=made.number)
    chain.presses(ines, "Delivered", under="At stop 1 since")
    chain.presses(ines, "Collected", under="✓ Stop 1 delivered")
    chain.presses(ines, "As new", under=made.number)
    chain.hears(bea, f"We have return {made.number} (Kettle)")
    assert (chain.the_order(made.exchange_order).status, chain.the_return(order).status) == ("delivered", "in_transit")
    is_handed_in(chain, order)
    chain.hears(bea, f"Return {made.number} is exchanged; order {made.exchange_order} is with you already.")
    assert chain.the_return(order).status == "exchanged"
    assert chain.stripe.given_back(payment) == 0
    assert on_hand(chain) == had - 1, "what does not work is not put back to stock"
