"""Sending something back in a chat: understood however it is said, decided at once, and never asked twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from domain.orders import Order
from domain.policies import USUAL
from domain.returns import Return, ReturnLine
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import Business, a_product, a_staff_member, an_order, business, return_policy
from tests.meanings import meaning
from tests.talking import Talk

FAULTY_IN_TWO_LANGUAGES = """
rules:
  - name: faulty
    when: {reason: defective}
    then: {outcome: approve, resolutions: [refund]}
    says: {en: "What does not work can come back; today is day {days}.", es: "Lo que no funciona vuelve; hoy es el día {days}."}
"""


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        made = business(session)
        return_policy(session)
        return made


def order_in(database: Database, shop: Business, status: str = "delivered", **values: object) -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status, **values)


def returns(database: Database) -> list[tuple[Return, list[ReturnLine]]]:
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = [each for number in range(1_001, 1_020) if (each := uow.returns.find(f"RET-{number}")) is not None]
        return [(each, uow.returns.lines(each)) for each in made]


def a_photo(database: Database, talk: Talk, name: str = "p") -> str:
    with database.writing() as session:
        session.add(StoredFile(id=name * 22, kind="photo", conversation_id=talk.conversation_id, created_at=talk.now))
    return name * 22


def labels(talk: Talk) -> list[str]:
    return [choice["label"] for choice in talk.choices()]


def test_all_in_one_message(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    said = talk.say("the kettle stopped working, I want my money back", "start_return", product="kettle")
    assert said == ["return.news"]
    ((made, [line]),) = returns(database)
    assert (made.status, made.resolution, made.channel) == ("approved", "refund", "rest")
    assert (line.sku, line.quantity, line.reason, line.rule) == ("SKU-1", 1, "defective", "faulty")
    assert talk.facts["what"] == "approved"
    assert talk.facts["look"]["lines"][0]["says"].startswith("What does not work can come back within 90 days")


def test_a_rule_speaks_the_language_of_the_chat(database, shop):
    """The customer is known to read English; this time they write Spanish, and decide from what they are told."""
    order_in(database, shop, lines=[("SKU-1", 1)])
    with database.writing() as session:
        return_policy(session, FAULTY_IN_TWO_LANGUAGES)
    talk = Talk(database, shop.customer.id, policies=replace(USUAL, languages=("en", "es")))
    spanish = meaning("quiero devolver la Kettle", "start_return", product="Kettle")
    assert talk.hear(replace(spanish, language="es")) == ["ask.return_reason"]
    assert talk.press("choice.because_defective") == ["return.news"]
    ((_, [line]),) = returns(database)
    assert line.says == "Lo que no funciona vuelve; hoy es el día 0."


def test_step_by_step(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("I want to send something back", "start_return") == ["ask.return_product"]
    assert talk.press("choice.product", 0) == ["ask.return_quantity"]
    assert talk.press("choice.pieces", 1) == ["ask.return_reason"]
    assert talk.press("choice.because_changed_mind") == ["ask.return_opened"]
    assert talk.press("choice.not_opened") == ["return.news"]
    ((made, [line]),) = returns(database)
    assert (line.quantity, line.reason, line.opened) == (2, "changed_mind", False)
    assert (made.status, made.resolution) == ("approved", None)
    assert labels(talk)[:3] == ["choice.resolve_refund", "choice.resolve_credit", "choice.resolve_exchange"]


def test_nothing_is_asked_that_was_said(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    said = talk.say(
        "I want to send both kettles back, they are still sealed, I changed my mind", "start_return",
        product="kettles", quantity=2,
    )  # fmt: skip
    assert said == ["return.news"]
    ((_, [line]),) = returns(database)
    assert (line.sku, line.quantity, line.opened, line.reason) == ("SKU-1", 2, False, "changed_mind")
    assert line.words.startswith("I want to send both kettles back")


def test_words_answer_as_well_as_buttons(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("I want to send something back", "start_return")
    assert talk.say("the kettles", product="kettles") == ["ask.return_quantity"]
    assert talk.say("both") == ["ask.return_reason"]
    assert talk.say("my wife hates the colour", "report_problem") == ["ask.return_opened"]
    assert talk.say("no, never", "deny") == ["return.news"]
    ((_, [line]),) = returns(database)
    assert (line.quantity, line.reason, line.opened) == (2, "changed_mind", False)


def test_a_reason_of_ones_own_is_taken_with_its_words(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("I want to send it back", "start_return")
    assert talk.say("it whispers at night") == ["return.news"]
    ((made, [line]),) = returns(database)
    assert (line.reason, made.status) == ("other", "review")
    assert "it whispers at night" in line.words


def test_more_than_is_left_is_asked_again(database, shop):
    order_in(database, shop, lines=[("SKU-1", 2)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("send 5 kettles back", "start_return", product="kettles", quantity=5) == ["ask.return_quantity"]
    assert (talk.facts["asked"], talk.facts["left"]) == (5, 2)
    assert labels(talk) == ["choice.pieces"] * 2


def test_a_product_is_found_in_the_order_that_holds_it(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    with_toaster = order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("the toaster is too big", "start_return", product="toaster") == ["ask.return_opened"]
    talk.press("choice.not_opened")
    ((_, [line]),) = returns(database)
    assert line.order_number == with_toaster.number


def test_of_several_orders_one_is_chosen(database, shop):
    first = order_in(database, shop, lines=[("SKU-1", 1)])
    order_in(database, shop, lines=[("SKU-3", 1)])
    order_in(database, shop, lines=[("SKU-2", 1)], status="allocated")
    talk = Talk(database, shop.customer.id)
    assert talk.say("I want to return something", "start_return") == ["ask.return_order"]
    assert labels(talk) == ["choice.order"] * 2
    numbers = [choice["values"]["number"] for choice in talk.choices()]
    assert first.number in numbers
    assert talk.press("choice.order", numbers.index(first.number)) == ["ask.return_reason"]


def test_what_nobody_ordered_is_named_when_it_is_asked_again(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("the lawn mower is faulty", "start_return", product="lawn mower") == ["ask.return_product"]
    assert talk.facts["unknown"] == "lawn mower"
    assert talk.press("choice.product", 1) == ["return.news"]


def test_all_of_it(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("the whole order goes back, it came too late", "start_return") == ["ask.return_opened"]
    assert talk.press("choice.not_opened") == ["ask.return_opened"]
    assert talk.press("choice.not_opened") == ["return.news"]
    ((made, lines),) = returns(database)
    assert [(line.sku, line.quantity, line.reason) for line in lines] == [
        ("SKU-1", 2, "too_late"), ("SKU-2", 1, "too_late"),
    ]  # fmt: skip
    assert made.worth == 2 * 3990 + 18900


def test_two_products_with_their_numbers(database, shop):
    order_in(database, shop, lines=[("SKU-1", 3), ("SKU-3", 2), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    said = talk.say(
        "2 of the kettles and one toaster, all unopened, ordered by mistake", "start_return",
        product=["kettles", "toaster"], quantity=[2, 1],
    )  # fmt: skip
    assert said == ["return.news"]
    ((_, lines),) = returns(database)
    assert [(line.sku, line.quantity, line.opened) for line in lines] == [("SKU-1", 2, False), ("SKU-3", 1, False)]


def test_what_is_said_of_one_of_them_is_true_of_that_one_alone(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1), ("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("kettle and toaster go back", "start_return", product=["kettle", "toaster"]) == [
        "ask.return_reason"
    ]
    assert talk.say("the kettle leaks", "report_problem", product="kettle") == ["ask.return_reason"]
    assert talk.facts["product"] == "Toaster"
    assert talk.say("too wide") == ["ask.return_opened"]
    assert talk.say("it is still sealed") == ["return.news"]
    ((_, lines),) = returns(database)
    assert [(line.reason, line.opened) for line in lines] == [("defective", None), ("does_not_fit", False)]


def test_another_product_after_all(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1), ("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("the kettle goes back", "start_return", product="kettle") == ["ask.return_reason"]
    assert talk.say("no, I mean the toaster", "deny", product="toaster") == ["ask.return_reason"]
    assert talk.facts["product"] == "Toaster"


def test_photos_are_asked_only_where_the_rule_wants_them(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("the kettle arrived dented", "start_return", product="kettle") == ["ask.return_photos"]
    assert talk.shown[-1].media == {"wants": "photo"}
    photo = a_photo(database, talk)
    assert talk.say("", "share_photo", photo=photo) == ["return.news"]
    ((made, [line]),) = returns(database)
    assert (line.photos, line.rule, made.status) == ([photo], "damaged with a photo", "approved")


def test_without_a_photo_a_person_decides(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle arrived dented", "start_return", product="kettle")
    assert talk.press("choice.no_photo") == ["return.news"]
    assert talk.facts["what"] == "review"


def test_a_photo_that_came_first_is_not_asked_for(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    photo = a_photo(database, talk)
    said = talk.say("the kettle arrived dented, take it back", "start_return", product="kettle", photo=photo)
    assert said == ["return.news"]
    assert returns(database)[0][1][0].photos == [photo]


def test_another_chats_photo_counts_for_nothing(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk, other = Talk(database, shop.customer.id), Talk(database, shop.customer.id)
    photo = a_photo(database, other)
    assert talk.say("the kettle arrived dented", "start_return", product="kettle", photo=photo) == ["ask.return_photos"]


def test_whoever_is_not_known_opens_the_order_by_a_second_fact(database, shop):
    order = order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database)
    assert talk.say("the kettle is faulty, take it back", "start_return", product="kettle") == [
        "ask.return_order_number"
    ]
    assert talk.say(order.number, order_number=order.number) == ["ask.fact"]
    assert talk.say("10115", postcode="10115") == ["return.news"]
    assert returns(database)[0][0].customer_id == shop.customer.id


def test_what_is_under_way_can_be_cancelled_instead(database, shop):
    order_in(database, shop, status="allocated")
    talk = Talk(database, shop.customer.id)
    assert talk.say("I want to send it back", "start_return") == ["refused.not_yet_delivered"]
    assert labels(talk) == ["choice.cancel_order", "choice.track_this"]


def test_what_is_in_a_return_already_is_named(database, shop):
    order = order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle is faulty", "start_return", product="kettle")
    number = returns(database)[0][0].number
    said = talk.say("return it", "start_return", order_number=order.number)
    assert said == ["refused.nothing_left_to_return"]
    assert talk.facts["return_number"] == number
    offered = labels(talk)  # what is wished for it is still open
    assert "choice.resolve_refund" in offered
    assert offered[-1] == "choice.track_return"


def test_a_button_pressed_twice_makes_one_return(database, shop):
    order_in(database, shop, lines=[("SKU-1", 2)])
    talk = Talk(database, shop.customer.id)
    talk.say("one faulty kettle back", "start_return", product="kettle")
    button = talk.choices()[0]["id"]
    assert talk.press_id(button) == ["return.news"]
    assert talk.press_id(button) == []
    assert len(returns(database)) == 1


def test_a_rejection_cites_its_rule_and_a_person_can_be_asked_once(database, shop):
    with database.writing() as session:
        shop.products["SKU-9"] = a_product(session, shop.depot, sku="SKU-9", name="Lamp", tags=["final_sale"])
    order_in(database, shop, lines=[("SKU-9", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("I don't like the lamp", "start_return", product="lamp") == ["return.news"]
    assert talk.facts["what"] == "rejected"
    assert talk.facts["look"]["lines"][0]["says"].startswith("Lamp was sold as final sale")
    button = next(choice["id"] for choice in talk.choices() if choice["label"] == "choice.appeal_return")
    assert talk.press_id(button) == ["ask.words"]
    assert talk.say("it was not marked as such in the shop") == ["return.news"]
    assert talk.facts["what"] == "appealed"
    (before, _), (again, [line]) = returns(database)
    assert (again.status, again.appeal_of, again.words) == (
        "review", before.number, "it was not marked as such in the shop",
    )  # fmt: skip
    assert (line.sku, line.outcome, line.rule) == ("SKU-9", "review", "final sale")
    assert talk.press_id(button) == ["refused.appealed_already"]


def test_further_things_go_with_the_same_return(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    other = order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I changed my mind", "start_return", product="kettle")
    assert talk.press("choice.return_more") == ["ask.return_reason"]
    talk.press("choice.because_changed_mind")
    assert talk.press("choice.not_opened") == ["return.news"]
    ((made, lines),) = returns(database)
    assert [(line.order_number, line.sku) for line in lines][1] == (other.number, "SKU-3")
    assert made.worth == 3990 + 4490


def test_what_is_decided_otherwise_is_a_return_of_its_own(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I changed my mind", "start_return", product="kettle")
    talk.press("choice.return_more")
    talk.say("it is just weird", "inform")
    assert [(made.status, len(lines)) for made, lines in returns(database)] == [("approved", 1), ("review", 1)]


def test_a_receiver_of_a_gift_gets_no_money_of_the_payer(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)], gift=True)
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I don't need it", "start_return", product="kettle")
    ((made, _),) = returns(database)
    assert made.gift
    assert "choice.resolve_refund" not in labels(talk)
    assert labels(talk)[:2] == ["choice.resolve_credit", "choice.resolve_exchange"]


def test_a_wish_for_what_is_in_a_return_already_is_one_for_that(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, unopened, I changed my mind", "start_return", product="kettle")
    wish = talk.say("I'd rather have store credit for the kettle", "start_return", product="kettle")
    assert wish == ["return.news"]
    assert returns(database)[0][0].resolution == "credit"


def test_what_is_given_back_is_told_as_an_amount(database, shop):
    order_in(database, shop, lines=[("SKU-1", 2)])
    talk = Talk(database, shop.customer.id)
    talk.say("one kettle leaks, money back please", "start_return", product="kettle", quantity=1)
    assert talk.facts["detail"]["amount"]["minor"] == 3990


def test_a_wish_the_rule_does_not_grant_is_said(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle, I opened it and don't like it, money back", "start_return", product="kettle")
    assert talk.facts["detail"]["not_possible"] == "refund"
    assert labels(talk)[:2] == ["choice.resolve_credit", "choice.resolve_exchange"]


def test_somebody_of_the_business_starts_it_for_a_customer(database, shop):
    order = order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, staff_id=a_staff_member(database), channel="slack")
    said = talk.say(
        "return the kettle of the order, it leaks", "start_return", order_number=order.number, product="kettle"
    )
    assert said == ["return.shown"]
    ((made, _),) = returns(database)
    assert (made.customer_id, made.status) == (shop.customer.id, "approved")


def test_what_is_wanted_next_can_be_said_in_words(database, shop):
    """After the decision nobody need press: what they get and how it comes back is understood of the return talked about."""
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle was a mistake, it is unopened", "start_return", product="kettle")
    talk.say("i'd rather have store credit", "start_return")
    ((made, _),) = returns(database)
    assert (made.status, made.resolution) == ("approved", "credit")
    talk.say("i'll drop it off myself", "start_return")
    ((made, _),) = returns(database)
    assert made.way == "drop_off"
    talk.say("money back please", "start_return")
    ((made, _),) = returns(database)
    assert (made.resolution, made.way) == ("refund", "drop_off")


def test_what_says_what_goes_back_is_a_new_return(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1), ("SKU-2", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle was a mistake, it is unopened", "start_return", product="kettle")
    talk.say("the grinder does not work, I want a refund", "start_return", product="espresso grinder")
    assert [line.sku for _, lines in returns(database) for line in lines] == ["SKU-1", "SKU-2"]


@pytest.mark.parametrize("taken_for", ["inform", "out_of_scope", "reschedule_delivery"])
def test_a_step_is_understood_of_the_return_talked_about_whatever_it_is_taken_for(database, shop, taken_for):
    order_in(database, shop, lines=[("SKU-1", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("the kettle was a mistake, it is unopened", "start_return", product="kettle")
    talk.say("money back please", taken_for)
    assert talk.say("pick it up on wednesday morning", taken_for, date="2026-05-06", time_window="08:00-12:00") == [
        "return.way_chosen"
    ]
    ((made, _),) = returns(database)
    assert (made.status, str(made.pickup_day)) == ("pickup_planned", "2026-05-06")
    talk.say("cancel that return", "track_return")
    talk.press("choice.yes")
    ((made, _),) = returns(database)
    assert made.status == "cancelled"
