"""A reported problem flows into a return, and nothing is asked twice."""

from __future__ import annotations

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.cases import Case
from domain.commands import SettleKept
from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from domain.returns import Return, ReturnLine
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import Business, an_order, business, moment, return_policy
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        made = business(session)
        return_policy(session)
        an_order(session, made, status="delivered", lines=[("SKU-1", 1), ("SKU-3", 1)])
        return made


def the_return(database: Database) -> tuple[Return, list[ReturnLine]]:
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.find("RET-1001")
        assert made is not None
        return made, uow.returns.lines(made)


def case(database: Database) -> Case:
    with database.reading() as session:
        return session.exec(select(Case).order_by(Case.id)).first()


def a_photo(database: Database, talk: Talk) -> str:
    with database.writing() as session:
        photo = StoredFile(id="p" * 22, kind="photo", conversation_id=talk.conversation_id, created_at=talk.now)
        session.add(photo)
    return "p" * 22


def labels(talk: Talk) -> list[str]:
    return [choice["label"] for choice in talk.choices()]


def report(database: Database, talk: Talk) -> list[str]:
    photo = a_photo(database, talk)
    return talk.say("my kettle arrived broken", "report_problem", product="kettle", photo=photo)


def test_what_is_damaged_can_be_sent_back_kept_or_exchanged_at_once(database, shop):
    talk = Talk(database, shop.customer.id)
    assert report(database, talk) == ["problem.reported"]
    assert talk.facts["at_once"]
    assert labels(talk) == ["choice.send_it_back", "choice.send_new_one", "choice.keep_it"]


def test_sending_it_back_asks_nothing_again_and_settles_the_case(database, shop):
    talk = Talk(database, shop.customer.id)
    report(database, talk)
    assert talk.press("choice.send_it_back") == ["return.news"]
    made, [line] = the_return(database)
    assert (made.status, line.sku, line.reason, line.photos) == ("approved", "SKU-1", "damaged", ["p" * 22])
    assert line.words == "my kettle arrived broken"
    assert case(database).status == "resolved"


def test_a_new_one_is_set_aside(database, shop):
    talk = Talk(database, shop.customer.id)
    report(database, talk)
    assert talk.press("choice.send_new_one") == ["return.news"]
    made, [line] = the_return(database)
    assert (made.resolution, line.exchange_sku) == ("exchange", "SKU-1")
    assert made.exchange_order is not None


def test_what_was_reported_is_known_when_the_return_is_asked_for_in_words(database, shop):
    talk = Talk(database, shop.customer.id)
    report(database, talk)
    talk.wait(hours=2)
    assert talk.say("ok I will send the kettle back then", "start_return", product="kettle") == ["return.news"]
    assert the_return(database)[1][0].photos == ["p" * 22]


def test_what_was_reported_of_one_thing_is_not_known_of_another(database, shop):
    talk = Talk(database, shop.customer.id)
    report(database, talk)
    assert talk.say("the toaster goes back too", "start_return", product="toaster") == ["ask.return_reason"]


def test_without_a_photo_a_person_decides_as_before(database, shop):
    talk = Talk(database, shop.customer.id)
    assert talk.say("my kettle arrived broken", "report_problem", product="kettle") == ["ask.photos"]
    assert talk.press("choice.no_photo") == ["problem.reported"]
    assert labels(talk) == []


def test_a_delivered_order_offers_to_send_something_back(database, shop):
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    assert labels(talk) == ["choice.proof", "choice.rate", "choice.problem", "choice.send_back"]
    assert talk.press("choice.send_back") == ["ask.return_product"]


def test_what_is_delivered_is_sent_back_instead_of_cancelled(database, shop):
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    assert talk.say("cancel it", "cancel_order") == ["refused.cannot_cancel"]
    assert talk.press("choice.send_back") == ["ask.return_product"]


MISSING = """
rules:
  - name: missing
    when: {reason: missing, days: {max: 10}, price: {max: 5000}}
    then: {outcome: approve, resolutions: [refund, exchange]}
    says: "What was missing is brought or paid back within 10 days; today is day {days}."
"""


def missing(database: Database, shop: Business, text: str = MISSING) -> Talk:
    with database.writing() as session:
        return_policy(session, text)
    talk = Talk(database, shop.customer.id)
    assert talk.say("the toaster is missing", "report_problem", product="toaster") == ["problem.reported"]
    return talk


def test_what_is_missing_is_brought_where_the_policy_says_so(database, shop):
    talk = missing(database, shop)
    assert labels(talk) == ["choice.send_missing", "choice.money_for_missing"]
    assert talk.press("choice.send_missing") == ["return.news"]
    made, [line] = the_return(database)
    assert (made.resolution, line.reason, line.exchange_sku) == ("exchange", "missing", "SKU-3")
    assert not [label for label in labels(talk) if label.startswith("choice.way_")]
    assert perform(database, [SettleKept(return_number=made.number)], moment())[0]
    made, _ = the_return(database)
    assert made.status == "exchanged"
    with database.reading() as session:
        order = UnitOfWork(session, SYSTEM).orders.get(made.exchange_order or "")
        assert (order.status, order.promise_day is not None) == ("allocated", True)


def test_what_is_missing_is_paid_back_without_a_return(database, shop):
    talk = missing(database, shop)
    assert talk.press("choice.money_for_missing") == ["return.news"]
    made, _ = the_return(database)
    perform(database, [SettleKept(return_number=made.number)], moment())
    made, _ = the_return(database)
    assert made.status == "refunded"
    with database.reading() as session:
        [refund] = UnitOfWork(session, SYSTEM).returns.refunds(made)
        assert refund.amount == 4490


def test_what_is_missing_is_a_persons_where_the_policy_says_nothing(database, shop):
    talk = Talk(database, shop.customer.id)
    assert talk.say("the toaster is missing", "report_problem", product="toaster") == ["problem.reported"]
    assert labels(talk) == []
