"""The dock and the money by chat: what staff say, are asked, and press."""

from __future__ import annotations

import pytest
from sqlmodel import select

from actions.forms import form_of, read_form
from actions.perform import perform
from domain.cases import Case
from domain.commands import InspectReturn, RecordRefund
from domain.moment import SYSTEM
from domain.notices import Choice
from domain.refunds import Refund
from domain.returns import Return, ReturnLine
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import Business, a_return, a_staff_member, an_order, business, moment, return_policy
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return_policy(session)
        return business(session)


def sent(database: Database, shop: Business, quantity: int = 1, **values: object) -> str:
    with database.writing() as session:
        made = a_return(session, an_order(session, shop, status="delivered", **values), "SKU-1", quantity=quantity)
        made.resolution, made.way = "refund", "drop_off"
        return made.number


def desk(database: Database, role: str, name: str = "Mia") -> Talk:
    return Talk(database, staff_id=a_staff_member(database, f"{name} Zz{role}", role), channel="terminal")


def the(database: Database, kind: type) -> list:
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def test_all_fine_is_one_message(database, shop):
    number = sent(database, shop)
    talk = desk(database, "warehouse")
    assert talk.say(f"{number} all fine", "inspect_return", return_number=number) == ["return.inspected"]
    assert talk.facts["found"][0]["accepted"] == 1
    assert the(database, Refund)[0].amount == 3990


def test_fine_of_what_was_returned_as_damaged_is_asked_about(database, shop):
    number = sent(database, shop)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        uow.returns.lines(uow.returns.get(number))[0].reason = "damaged"
    talk = desk(database, "warehouse")
    assert talk.say(f"{number} all fine", "inspect_return", return_number=number) == ["ask.how_found"]
    assert talk.facts["fine"]
    assert talk.say("as new", "inform") == ["return.inspected"]


def test_how_it_was_found_is_asked_and_can_be_left_for_later(database, shop):
    number = sent(database, shop)
    talk = desk(database, "warehouse")
    assert talk.say(f"received {number}", "inspect_return", return_number=number) == ["ask.how_found"]
    assert talk.press("choice.only_received") == ["return.parcel_taken"]
    assert talk.facts["items"] == [{"name": "Kettle", "quantity": 1}]
    assert talk.press("choice.inspect") == ["ask.how_found"]
    assert talk.press("choice.found_as_new") == ["return.inspected"]
    assert the(database, ReturnLine)[0].disposition == "restock"


def test_what_becomes_of_it_can_be_said(database, shop):
    number = sent(database, shop)
    desk(database, "warehouse").say(f"{number} as new but donate it", "inspect_return", return_number=number)
    assert the(database, ReturnLine)[0].disposition == "donate"


def test_a_difference_is_decided_by_buttons(database, shop):
    number = sent(database, shop)
    desk(database, "warehouse").say(f"{number} is broken", "inspect_return", return_number=number)
    [case] = the(database, Case)
    talk = desk(database, "dispatcher")
    assert talk.say(f"show {case.name}", "show_case", case=case.name) == ["desk.case"]
    assert {"choice.accept_found", "choice.accept_all", "choice.accept_pieces", "choice.accept_none"} <= {
        each["label"] for each in talk.choices()
    }
    assert talk.press("choice.accept_none") == ["ask.why_denied"]
    assert talk.say("It was dropped.")[0] == "return.inspected"
    assert the(database, Return)[0].status == "denied"


def test_the_form_of_an_inspection_takes_all_of_it(database, shop):
    number = sent(database, shop)
    with database.reading() as session:
        form = form_of(InspectReturn, {"return_number": number}, UnitOfWork(session, SYSTEM))
    names = [field.name for field in form.fields]
    assert names == ["return_number", "condition", "product", "pieces", "disposition", "bin", "serial", "note"]
    values = {"return_number": number, "condition": "as_new", "pieces": "1", "bin": "A-3", "serial": "SN 1"}
    wish = read_form("InspectReturn", {}, values)
    assert isinstance(wish, Choice)
    desk(database, "warehouse").fill_in(wish)
    [line] = the(database, ReturnLine)
    assert (line.grade, line.bin, line.serial) == ("as_new", "A-3", "SN 1")


def test_goodwill_is_asked_for_confirmed_and_wanted(database, shop):
    with database.writing() as session:
        number = an_order(session, shop, status="delivered", carriage=490, total=27370).number
    talk = desk(database, "dispatcher")
    assert talk.say(f"refund {number}", "issue_refund", order_number=number) == ["ask.refund_amount"]
    assert [each["label"] for each in talk.choices()] == ["choice.refund_all", "choice.refund_carriage"]
    assert talk.press("choice.refund_carriage") == ["ask.reason"]
    assert talk.say("It came a day late") == ["ask.confirm.IssueRefund"]
    assert talk.press("choice.yes") == ["return.refund_wanted"]
    [refund] = the(database, Refund)
    assert (refund.amount, refund.return_id, refund.why) == (490, None, "It came a day late")
    told = perform(database, [RecordRefund(key=refund.key)], moment(SYSTEM))[0]
    assert [(each.name, each.to) for each in told] == [("return.refund_told", shop.customer.id)]


def test_more_than_the_limit_needs_a_second_person(database, shop):
    with database.writing() as session:
        number = an_order(session, shop, status="delivered").number
    talk = desk(database, "dispatcher")
    said = f"refund 250 EUR on {number}"
    talk.say(said, "issue_refund", order_number=number, money="250.00 EUR", reason="never came")
    assert talk.press("choice.yes") == ["desk.approval_asked"]
    assert the(database, Refund) == []
    boss = desk(database, "manager", "Ada")
    assert boss.say("approve A-1001", "sign_off")[0] == "desk.approval_decided"
    assert the(database, Refund)[0].amount == 25_000


@pytest.mark.parametrize(
    ("money", "why"), [("300.00 EUR", "more_than_left"), ("5.00 USD", "other_currency"), ("0", "more_than_left")]
)
def test_what_cannot_be_given_back_is_told(database, shop, money, why):
    with database.writing() as session:
        number = an_order(session, shop, status="delivered").number
    talk = desk(database, "dispatcher")
    assert talk.say("refund", "issue_refund", order_number=number, money=money, reason="late") == [f"refused.{why}"]
    assert the(database, Refund) == []


def test_a_share_of_what_was_paid(database, shop):
    with database.writing() as session:
        number = an_order(session, shop, status="delivered", lines=[("SKU-1", 1)]).number
    talk = desk(database, "dispatcher")
    talk.say("20% back", "issue_refund", order_number=number, percentage=20, reason="late")
    talk.press("choice.yes")
    assert the(database, Refund)[0].amount == 798


def test_the_refund_of_a_return_follows_from_its_inspection(database, shop):
    number = sent(database, shop)
    talk = desk(database, "dispatcher")
    assert talk.say(f"refund {number}", "issue_refund", return_number=number) == ["refused.refund_by_return"]
    desk(database, "warehouse").say(f"{number} all fine", "inspect_return", return_number=number)
    [refund] = the(database, Refund)
    perform(database, [RecordRefund(key=refund.key, outcome="by_hand")], moment(SYSTEM))
    assert talk.say(f"refund {number}", "issue_refund", return_number=number) == ["refused.refund_waits_for_hand"]
    assert talk.press("choice.refund_done")[0] == "return.refund_done"
    assert the(database, Return)[0].status == "refunded"


def test_the_warehouse_gives_no_money_back(database, shop):
    with database.writing() as session:
        number = an_order(session, shop, status="delivered").number
    said = desk(database, "warehouse").say("refund", "issue_refund", order_number=number, money="5", reason="late")
    assert said == ["refused.not_your_role"]
