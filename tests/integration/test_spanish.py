"""Conversations in Spanish, from the written words to the committed row: customers, drivers, and a change of language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from domain.conversations import Conversation
from domain.meaning import Audience
from domain.orders import Order
from domain.policies import USUAL
from nlu.embedded import Embedded
from storage.database import Database
from tests.builders import Business, a_staff_member, an_order, business, return_policy
from tests.on_the_road import on_the_road
from tests.talking import Talk

BERLIN = ZoneInfo("Europe/Berlin")
SPOKEN = replace(USUAL, languages=("en", "es"))
GOODS = {"product": ["Kettle", "Espresso grinder", "Toaster"]}


@dataclass
class Spoken:
    """A chat whose words the engine reads, in Spanish where they do not tell."""

    talk: Talk
    engine: Embedded
    audience: Audience = "customer"

    def __call__(self, text: str) -> list[str]:
        meaning = self.engine.parse(text, self.audience, self.talk.now, BERLIN, self.language)
        return self.talk.hear(meaning)

    @property
    def language(self) -> str:
        with self.talk.database.reading() as session:
            return session.exec(select(Conversation.language).where(Conversation.id == self.talk.conversation_id)).one()


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return_policy(session)
        return business(session)


def order_in(database: Database, shop: Business, status: str = "allocated") -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status)


def stored(database: Database, number: str) -> Order:
    with database.reading() as session:
        return session.exec(select(Order).where(Order.number == number)).one()


@pytest.fixture
def chat(database: Database, shop: Business, bilingual: Embedded) -> Spoken:
    talk = Talk(database, shop.customer.id, policies=SPOKEN)
    with database.writing() as session:
        session.get(Conversation, talk.conversation_id).language = "es"  # type: ignore[union-attr]
    return Spoken(talk, bilingual.with_gazetteer(GOODS))


def test_a_customer_asks_where_it_is(database, shop, chat):
    order = order_in(database, shop)
    assert chat("¿dónde está mi pedido?") == ["order.tracked"]
    assert chat.talk.facts["number"] == order.number


def test_a_day_and_its_hours_are_said_in_one_message(database, shop, chat):
    order = order_in(database, shop)
    assert chat("quiero cambiar la entrega a pasado mañana entre las 12 y las 16") == ["order.rescheduled"]
    assert chat.talk.facts["day"] == "2026-05-06"
    assert str(stored(database, order.number).window) == "12:00-16:00"
    assert chat("cambia la entrega al viernes por la tarde") == ["order.rescheduled"]
    assert (chat.talk.facts["day"], chat.talk.facts["window"]) == ("2026-05-08", "16:00-20:00")


def test_an_address_is_changed_and_put_right(database, shop, chat):
    order = order_in(database, shop)
    assert chat("quiero cambiar la dirección a Torstraße 5, 10119 Berlin") == ["ask.confirm.ChangeAddress"]
    assert chat("no, el número 7") == ["ask.confirm.ChangeAddress"]
    assert chat("sí") == ["order.address_changed"]
    assert stored(database, order.number).street == "Torstraße 7"


def test_instructions_are_sorted(database, shop, chat):
    order_in(database, shop)
    assert chat("déjalo con el vecino del 3º B, el código del portal es 4471") == ["order.instructions_noted"]
    wishes = dict(chat.talk.facts["wishes"])
    assert wishes == {"code": "código del portal es 4471", "neighbour": "el vecino del 3º B"}


def test_an_order_is_cancelled_after_a_yes(database, shop, chat):
    order = order_in(database, shop)
    assert chat("cancela mi pedido") == ["ask.confirm.CancelOrder"]
    assert chat("sí, cancélalo") == ["order.cancelled"]
    assert stored(database, order.number).status == "cancelled"


def test_a_no_keeps_the_order(database, shop, chat):
    order = order_in(database, shop)
    assert chat("quiero cancelar el pedido") == ["ask.confirm.CancelOrder"]
    chat("mejor no")
    assert stored(database, order.number).status == "allocated"


def test_a_return_goes_from_words_to_a_decision(database, shop, chat):
    order_in(database, shop, "delivered")
    assert chat("quiero devolver una cosa") == ["ask.return_product"]
    assert chat("el Kettle") == ["ask.return_quantity"]
    assert chat("solo uno") == ["ask.return_reason"]
    assert chat("no me gusta") == ["ask.return_opened"]
    assert chat("sin abrir") == ["return.news"]
    assert chat.talk.facts["what"] == "approved"
    assert chat("prefiero el dinero") == ["return.news"]
    assert chat.talk.facts["look"]["resolution"] == "refund"


def test_what_is_wrong_with_a_delivery_is_understood(database, shop, chat):
    order_in(database, shop, "delivered")
    assert chat("llegó roto el Espresso grinder") == ["ask.photos"]
    assert chat.talk.facts["kind"] == "damaged"


def test_a_score_is_given_and_put_right(database, shop, chat):
    order_in(database, shop, "delivered")
    assert chat("le doy un 4, muy amable") == ["rating.taken"]
    assert chat("perdón, mejor 3") == ["rating.taken"]
    assert chat.talk.facts["score"] == 3


def test_a_bare_para_turns_messages_off_and_drops_a_question_first(database, shop, chat):
    order_in(database, shop)
    assert chat("cancela mi pedido") == ["ask.confirm.CancelOrder"]
    assert chat("para") == ["said.dropped"]
    assert chat("para") == ["said.messages_off"]


def test_no_messages_at_night(database, shop, chat):
    assert chat("no me mandéis mensajes de noche") == ["messages.set"]
    assert (chat.talk.facts["quiet_from"], chat.talk.facts["quiet_until"]) == ("21:00", "08:00")


def test_the_language_follows_what_is_written(database, shop, chat):
    order_in(database, shop)
    assert chat("where is my order please") == ["order.tracked"]
    assert chat.language == "en"
    assert chat("¿dónde está mi pedido, por favor?") == ["order.tracked"]
    assert chat.language == "es"


@pytest.mark.parametrize(
    "wish", ["en inglés por favor", "speak English", "¿se puede en inglés? no entiendo los mensajes"]
)
def test_a_language_that_is_wished_for_stays_whatever_is_written(database, shop, chat, wish):
    order = order_in(database, shop)
    chat(wish)
    assert chat.language == "en"
    assert chat("quiero cambiar la entrega a pasado mañana entre las 12 y las 16") == ["order.rescheduled"]
    assert stored(database, order.number).window is not None
    assert chat.language == "en"
    assert chat("háblame en español") == ["said.language_chosen"]
    assert chat("where is my order please") == ["order.tracked"]
    assert chat.language == "es"


def test_a_language_can_be_wished_for_while_something_is_asked(database, shop, chat):
    order = order_in(database, shop)
    chat("cancela mi pedido")
    assert chat("speak english please") == ["said.language_chosen", "ask.confirm.CancelOrder"]
    assert chat("sí") == ["order.cancelled"]
    assert (stored(database, order.number).status, chat.language) == ("cancelled", "en")


def test_the_language_that_is_set_with_the_messages_stays(database, shop, chat):
    order_in(database, shop)
    assert chat("quiero cambiar los avisos") == ["ask.message_settings"]
    assert chat.talk.press("choice.language") == ["messages.set"]
    assert chat("¿dónde está mi pedido, por favor?") == ["order.tracked"]
    assert chat.language == "en"


@pytest.mark.parametrize("word", ["gracias", "no gracias", "vale", "hola", "María Pérez"])
def test_a_word_or_two_change_no_language_that_was_written(database, shop, chat, word):
    order_in(database, shop)
    chat("where is my order please")
    chat(word)
    assert chat.language == "en"
    chat("gracias, pero ¿cuándo llega mi pedido?")
    assert chat.language == "es"


def test_nor_does_a_word_or_two_that_answer_a_question(database, shop, chat):
    order_in(database, shop)
    chat("I want to change the day of my delivery please")
    assert chat("pasado mañana") == ["ask.window_on"]
    assert (chat.talk.facts["day"], chat.language) == ("2026-05-06", "en")


def test_the_first_word_changes_the_language_that_only_the_channel_named(database, shop, chat):
    chat("hello")
    assert chat.language == "en"


def test_whoever_writes_can_wish_for_a_language(database, bilingual):
    road = on_the_road(database)
    driver = Spoken(road.talk(policies=SPOKEN), bilingual.with_gazetteer({}), "driver")
    mia = Talk(database, staff_id=a_staff_member(database), channel="slack", policies=SPOKEN)
    for talk in (driver, Spoken(mia, bilingual, "customer")):
        assert talk("habla español") == ["said.language_chosen"]
        assert talk.language == "es"
        assert talk("/language") == ["ask.language"]
        assert talk.talk.press("choice.language") == ["said.language_chosen"]
        assert talk.language == "en"


def test_a_driver_reports_in_spanish(database, bilingual):
    road = on_the_road(database)
    say = Spoken(road.talk(policies=SPOKEN), bilingual.with_gazetteer({}), "driver")
    assert say("la siguiente?") == ["driver.ahead"]
    assert say("entregado, firmó la vecina") == ["driver.ahead"]
    assert say("la 2 no hay nadie") == ["driver.ahead"]
    assert say.talk.facts["done"][0]["why"] == "nobody_home"
    assert say("me equivoqué") == ["driver.ahead"]
    assert say("llego 20 minutos tarde, hay atasco") == ["shift.delay_noted"]
    assert say("descanso de media hora") == ["shift.break_started"]
    assert say("ya volví") == ["shift.break_ended"]
    assert road.states()[0] == "completed"


def test_two_reports_in_one_message_are_both_taken(database, bilingual):
    road = on_the_road(database)
    say = Spoken(road.talk(policies=SPOKEN), bilingual.with_gazetteer({}), "driver")
    assert say("entregadas la 1 y la 2") == ["ask.confirm.Deliver"]
    assert say.talk.facts["at_stops"] == [1, 2]
    assert say("sí") == ["driver.ahead"]
    assert road.states()[:2] == ["completed", "completed"]
