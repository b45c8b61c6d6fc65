"""What a button says can be said instead of pressed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.receive import Receiver
from bot.said_buttons import LOOKED_AT_FOR, said_button
from bot.words import Words
from domain.policies import USUAL
from storage import outbox
from storage.database import Database
from tests.builders import NOW, an_order, business, return_policy
from tests.integration.test_receive import Greeter, message
from tests.talking import Talk

WORDS = Words(["en"], ZoneInfo("Europe/Berlin"))


def said(text: str, talk: Talk, database: Database) -> str | None:
    """The label of the button that is meant by words in a talk."""
    with database.reading() as session:
        shown = outbox.last_choices(session, talk.conversation_id, NOW - LOOKED_AT_FOR)
    found = said_button(text, shown, WORDS, None, NOW)
    return next((each["label"] for each in talk.choices() if each["id"] == found), None)


def test_words_of_a_button_shown_last_mean_that_button(database):
    talk = Talk(database)
    talk.say("hello", "greet")
    assert said("Where is my order?", talk, database) == "choice.track"
    assert said("where is my order", talk, database) == "choice.track"
    assert said("report a problem, please", talk, database) == "choice.problem"
    assert said("report", talk, database) is None
    assert said("", talk, database) is None
    talk.say("bye", "goodbye")
    assert said("report a problem", talk, database) is None, "it was shown before, not last"


def test_what_comes_after_a_comma_need_not_be_said(database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        an_order(session, shop, status="delivered")
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I changed my mind", "start_return", product="kettle")
    talk.say("1")
    assert said("store credit", talk, database) == "choice.resolve_credit"
    assert said("I'd like store credit please", talk, database) == "choice.resolve_credit"
    assert said("money back", talk, database) == "choice.resolve_refund"
    assert said("store", talk, database) is None


def test_what_is_said_is_pressed(database):
    receiver = Receiver(database, Greeter(), ZoneInfo("Europe/Berlin"), USUAL, words=WORDS)
    greeted = receiver.answer(message("hello"))
    assert [shown.name for shown in greeted] == ["said.greeting"]
    asked = receiver.answer(message("send something back"))
    assert [shown.name for shown in asked] == ["ask.return_order_number"], "the engine would have greeted"
