"""What is said of a return before it is asked for, is not asked for again: how it comes back, and when."""

from __future__ import annotations

import pytest

from domain.moment import SYSTEM
from domain.returns import Return
from nlu.readers.returns import sends_back, way_wished
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import an_order, business, return_policy
from tests.talking import Talk


@pytest.fixture
def talk(database: Database) -> Talk:
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        an_order(session, shop, status="delivered", lines=[("SKU-1", 1)])
    return Talk(database, shop.customer.id)


def the_return(database: Database) -> Return:
    with database.reading() as session:
        made = UnitOfWork(session, SYSTEM).returns.find("RET-1001")
        assert made is not None
        return made


@pytest.mark.parametrize("words", ["i can bring it to a shop", "ill drop it off", "lo llevo yo a la tienda"])
def test_a_way_that_is_said_while_the_reason_is_asked_for(database, talk, words):
    assert talk.say("the kettle goes back, unopened", "start_return", product="kettle") == ["ask.return_reason"]
    assert talk.say(words, "start_return") == ["said.noted", "ask.return_reason"]
    assert talk.say("changed my mind") == ["return.news", "return.way_chosen"]
    assert the_return(database).way == "drop_off"


def test_a_way_is_taken_as_soon_as_it_is_clear_what_is_given_for_it(database, talk):
    talk.say("the kettle, unopened, i changed my mind, please pick it up", "start_return", product="kettle")
    assert the_return(database).way is None
    assert talk.say("money back, and collect it please", "track_return") == ["return.news", "ask.pickup_when"]


def test_a_pickup_with_its_day_is_booked_at_once(database, talk):
    said = "kettle, unopened, don't like it, money back, can you pick it up on wednesday morning"
    talk.say(said, "start_return", product="kettle", date="2026-05-06", time_window="08:00-12:00")
    made = the_return(database)
    assert (made.status, made.pickup_day.isoformat(), str(made.pickup_window)) == (
        "pickup_planned",
        "2026-05-06",
        "08:00-12:00",
    )


def test_what_is_wanted_for_it_is_no_reason(database, talk):
    talk.say("the kettle goes back, unopened", "start_return", product="kettle")
    assert talk.say("money back pls", "start_return") == ["ask.return_reason"]
    assert talk.say("i don't like it") == ["return.news"]
    assert (the_return(database).status, the_return(database).resolution) == ("approved", "refund")


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("u have to pick them up i have no car", "pickup"),
        ("could you send a label", "label"),
        ("no label, i'd rather drop it off", "drop_off"),
        ("que vengan a recogerlo", "pickup"),
        ("the driver threw it over the fence", None),
        ("it came in the post, broken", None),
        ("can you send me a new one by courier", None),
    ],
)
def test_a_way_that_is_wished_for_and_not_told_of(text, way):
    assert way_wished(text) == way


def test_who_cancels_what_goes_back_returns_it(database, talk):
    said = "want to send the kettle back, never opened, just dont want it anymore"
    talk.say(said, "cancel_order", product="kettle", confidence=0.64)
    assert the_return(database).status == "approved"


@pytest.mark.parametrize("text", ["return my boots", "i'd like to send it back", "quiero devolver las botas"])
def test_words_that_send_something_back(text):
    assert sends_back(text)


@pytest.mark.parametrize(
    "text", ["cancel the return", "i dont want to send it back", "send my money back", "ya no quiero devolverla"]
)
def test_words_that_send_nothing_back(text):
    assert not sends_back(text)


def test_what_is_in_a_return_already_is_not_looked_for_elsewhere(database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        for sku in ("SKU-1", "SKU-2"):
            an_order(session, shop, status="delivered", lines=[(sku, 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, don't like it, money back", "start_return", product="kettle")
    talk.say("where is it", "track_order")
    assert talk.say("back to the kettle", "start_return", product="kettle") == ["refused.nothing_left_to_return"]
    assert talk.say("send me a label", "start_return") == ["return.way_chosen"]


def test_how_what_is_in_a_return_comes_back_can_be_chosen_where_it_is_come_back_to(database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        an_order(session, shop, status="delivered", lines=[("SKU-1", 1)])
        an_order(session, shop, number="RM-1002", lines=[("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, don't like it, money back", "start_return", product="kettle")
    talk.say("where is RM-1002", "track_order", order_number="RM-1002")
    said = talk.say("a label for the gadget please", "start_return", product="gadget")
    assert said == ["refused.nothing_left_to_return"]
    assert [each["label"] for each in talk.choices()] == ["choice.way_label", "choice.track_return"]
    talk.say("where is RM-1002", "track_order", order_number="RM-1002")
    assert talk.say("a label for the kettle please", "start_return", product="kettle") == ["return.way_chosen"]
