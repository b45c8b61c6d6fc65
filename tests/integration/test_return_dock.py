"""Goods that come back: taken in, looked into, put away, and paid for; each once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.cases import Case
from domain.commands import (
    ChooseResolution,
    DecideInspection,
    FinishRepair,
    FoundPieces,
    InspectReturn,
    IssueRefund,
    ReceiveReturn,
    ReceiveUnknown,
    RecordRefund,
    ResolveCase,
    SettleKept,
    SettleReturn,
)
from domain.events import Event
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order, OrderStatus
from domain.refunds import Refund, StoreCredit
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.returns import Grade, Return, ReturnLine
from domain.stock import StockLevel
from storage.database import Database
from storage.jobs import JobRow
from tests.builders import NOW, OFFICE, Business, a_product, a_return, an_order, business, moment, return_policy

WAREHOUSE = Actor(Role.WAREHOUSE)
RULES = """
rules:
  - name: faulty
    priority: 90
    when: {reason: [defective, damaged]}
    then: {outcome: approve, resolutions: [refund, exchange, repair], carriage_back: true}
    says: "What does not work can come back."
  - name: opened
    priority: 80
    when: {opened: true}
    then: {outcome: approve, resolutions: [refund], restocking: 15, fee: 490}
    says: "Opened goods can come back."
  - name: unopened
    priority: 70
    when: {opened: false}
    then: {outcome: approve, resolutions: [refund, credit], bonus: 10, carriage_back: true}
    says: "Unopened goods can come back."
"""


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return_policy(session, RULES)
        return business(session)


def sent(
    database: Database, shop: Business, *skus: str, order: Order | None = None, resolution: str = "refund",
    reason: str = "changed_mind", quantity: int = 1, opened: bool = False, **values: Any,
) -> str:  # fmt: skip
    """The number of an approved return of a delivered order: a kettle at 39.90 twice, a grinder at 189.00."""
    with database.writing() as session:
        sold = order or an_order(session, shop, status="delivered", **values)
        made = a_return(
            session, session.merge(sold), *(skus or ("SKU-1",)), reason=reason, quantity=quantity, opened=opened
        )
        made.resolution, made.way = resolution, "drop_off"
        return made.number


def do(database: Database, *commands: Any, actor: Actor = WAREHOUSE) -> list[Any]:
    return perform(database, commands, moment(actor))[0]


def fine(number: str, **values: Any) -> InspectReturn:
    return InspectReturn(return_number=number, **{"condition": "expected", **values})


def the(database: Database, kind: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def status(database: Database, number: str) -> str:
    with database.reading() as session:
        return session.scalars(select(Return.status).where(Return.number == number)).one()


def on_hand(database: Database, sku: str = "SKU-1") -> int:
    with database.reading() as session:
        return session.scalars(select(StockLevel.on_hand).where(StockLevel.sku == sku)).one()


def news(told: list[Any]) -> list[str]:
    """What customers are told of returns, in order."""
    return [each.what for each in told if each.name == "return.news"]


def pay(database: Database) -> list[Any]:
    """A gateway issues every refund that is wanted; what is told then."""
    told: list[Any] = []
    for refund in the(database, Refund):
        if refund.status == "wanted":
            told += do(database, RecordRefund(key=refund.key, gateway="stripe", reference="re_1"), actor=SYSTEM)
    return told


def test_all_fine_is_put_back_to_stock_and_paid_in_one_step(database, shop):
    number = sent(database, shop)
    do(database, fine(number))
    [line] = the(database, ReturnLine)
    assert (line.received, line.accepted, line.grade, line.disposition, line.paid_back) == (
        1,
        1,
        "as_new",
        "restock",
        3990,
    )
    assert on_hand(database) == 51
    [refund] = the(database, Refund)
    assert (refund.key, refund.amount, refund.status) == (f"refund:{number}:RM-10001", 3990, "wanted")
    assert status(database, number) == "inspected"
    pay(database)
    assert status(database, number) == "refunded"
    assert the(database, Refund)[0].reference == "re_1"


def test_goods_go_into_the_bin_of_their_rule_unless_another_is_said(database, shop):
    with database.writing() as session:
        return_policy(session, RULES.replace("bonus: 10", "bonus: 10, bin: R-12"))
    for said, bin in (({}, "R-12"), ({"bin": "A-3"}, "A-3"), ({"disposition": "scrap"}, None)):
        number = sent(database, shop)
        do(database, fine(number, **said))
        assert the(database, ReturnLine)[-1].bin == bin
        with database.reading() as session:
            put = [event for event in session.scalars(select(Event)) if event.change == "put_away"]
        assert put[-1].detail["bin"] == bin
    assert on_hand(database) == 52


def test_a_parcel_is_taken_in_by_its_number_or_code_once(database, shop):
    number = sent(database, shop)
    with database.reading() as session:
        token = session.scalars(select(Return.token)).one()
    [taken, told] = do(database, ReceiveReturn(token=token))
    assert (taken.number, taken.status, [each.name for each in taken.items]) == (number, "received", ["Kettle"])
    assert (told.what, told.to) == ("received", shop.customer.id)
    [again] = do(database, ReceiveReturn(return_number=number))
    assert again.already
    assert status(database, number) == "received"


@pytest.mark.parametrize("command", [ReceiveReturn(return_number="RET-9999"), ReceiveReturn(token="x" * 22)])
def test_a_number_nobody_knows_is_refused_with_a_way_on(database, shop, command):
    with pytest.raises(NotFound, match="no_such_parcel") as refused:
        do(database, command)
    assert [choice.command for choice in refused.value.choices] == ["ReceiveUnknown"]


def test_a_parcel_of_a_return_that_is_over_is_an_exception(database, shop):
    number = sent(database, shop)
    with database.writing() as session:
        session.scalars(select(Return)).one().status = "expired"
    for _ in range(2):
        do(database, ReceiveReturn(return_number=number))
    [case] = the(database, Case)
    assert (case.kind, case.detail["return_number"]) == ("parcel_unexpected", number)
    assert status(database, number) == "expired"


def test_goods_without_a_number_are_the_return_of_their_order_or_an_exception(database, shop):
    number = sent(database, shop)
    [taken, *_] = do(database, ReceiveUnknown(words="no label, from Okafor", order="RM-10001"))
    assert (taken.number, status(database, number)) == (number, "received")
    [unknown] = do(database, ReceiveUnknown(words="a toaster in a shoe box"))
    assert (unknown.number, unknown.case) == (None, "C-1001")
    assert the(database, Case)[0].kind == "parcel_unknown"


def test_a_parcel_that_weighs_something_else_goes_to_a_person(database, shop):
    number = sent(database, shop)
    [taken, *_] = do(database, ReceiveReturn(return_number=number, weight=300))
    assert [each["code"] for each in taken.signals] == ["weight"]
    [told] = do(database, fine(number))
    assert told.waits
    assert the(database, Refund) == []


def test_the_customer_hears_what_it_comes_to(database, shop):
    number = sent(
        database, shop, "SKU-1", "SKU-2", quantity=1, discount=1000, carriage=490, total=2 * 3990 + 18900 - 510
    )
    do(database, fine(number))
    [told] = pay(database)
    assert (told.what, told.to) == ("settled", shop.customer.id)
    [share] = told.detail["refunds"]
    assert [(part["name"], part["amount"]["minor"]) for part in share["parts"]] == [
        ("Kettle", 3841),
        ("Espresso grinder", 18197),
    ]
    assert told.detail["total"]["minor"] == 3841 + 18197
    assert share["carriage"] is None


def test_carriage_comes_back_with_the_last_piece_and_all_of_it_is_what_was_paid(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", discount=1000, carriage=490, total=2 * 3990 + 18900 - 510)
    for skus in (["SKU-1"], ["SKU-2"], ["SKU-1"]):
        do(database, fine(sent(database, shop, *skus, order=order)))
        pay(database)
    amounts = [refund.amount for refund in the(database, Refund)]
    assert sum(amounts) == order.total
    assert [refund.breakdown["carriage"] for refund in the(database, Refund)] == [0, 0, 490]


def test_our_fault_gives_the_carriage_back_once(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", carriage=490, total=2 * 3990 + 18900 + 490)
    for _ in range(2):
        do(database, fine(sent(database, shop, order=order, reason="defective")))
    assert [refund.amount for refund in the(database, Refund)] == [3990 + 490, 3990]


def test_restocking_and_fee_are_kept(database, shop):
    do(database, fine(sent(database, shop, opened=True)))
    [refund] = the(database, Refund)
    assert refund.amount == 3990 - 598 - 490
    assert (refund.breakdown["fee"], refund.breakdown["parts"][0]["kept"]) == (490, 598)
    assert on_hand(database) == 50  # opened goods are refurbished


def test_nothing_paid_means_nothing_to_give_back_and_the_customer_hears_why(database, shop):
    number = sent(database, shop, total=0)
    told = do(database, fine(number))
    assert (the(database, Refund), status(database, number)) == ([], "refunded")
    assert (news(told), told[-1].detail["why"]) == (["received", "settled"], "nothing_paid")


def test_credit_is_given_with_its_bonus(database, shop):
    number = sent(database, shop, resolution="credit")
    do(database, fine(number))
    [credit] = the(database, StoreCredit)
    assert (credit.amount, credit.bonus, credit.customer_id) == (4389, 399, shop.customer.id)
    assert (status(database, number), the(database, Refund)) == ("credited", [])


def test_what_is_kept_is_paid_at_once(database, shop):
    number = sent(database, shop, resolution="keep", opened=True)
    for _ in range(2):
        do(database, SettleKept(return_number=number), actor=SYSTEM)
    [refund] = the(database, Refund)
    assert (refund.amount, status(database, number)) == (3990 - 598, "refunded")
    assert on_hand(database) == 50


def test_something_else_than_expected_waits_for_a_person(database, shop):
    number = sent(database, shop, quantity=2)
    [told, *_] = [
        each for each in do(database, fine(number, condition="damaged", pieces=1)) if each.name == "return.inspected"
    ]
    assert told.waits
    [case] = the(database, Case)
    assert case.detail["differing"][0]["differs"] == ["fewer", "worse"]
    assert (the(database, Refund), on_hand(database)) == ([], 50)
    with pytest.raises(NotAllowed):
        do(database, DecideInspection(return_number=number, accept="found"))
    do(database, DecideInspection(return_number=number, accept="found"), actor=OFFICE)
    [line] = the(database, ReturnLine)
    assert (line.accepted, line.disposition) == (1, "scrap")
    assert the(database, Refund)[0].amount == 3990
    assert the(database, Case)[0].status == "resolved"


def test_a_person_accepts_so_many_pieces_or_none_with_a_reason(database, shop):
    number = sent(database, shop, quantity=2)
    do(database, fine(number, condition="used"))
    with pytest.raises(Refusal, match="more_than_expected"):
        do(database, DecideInspection(return_number=number, accept="pieces", pieces=3), actor=OFFICE)
    with pytest.raises(Refusal, match="denial_without_reason"):
        do(database, DecideInspection(return_number=number, accept="none"), actor=OFFICE)
    do(database, DecideInspection(return_number=number, accept="none", reason="It was used for weeks."), actor=OFFICE)
    assert (status(database, number), the(database, Refund), on_hand(database)) == ("denied", [], 50)
    assert [case.kind for case in the(database, Case) if case.status == "open"] == ["return_goods_back"]
    with pytest.raises(Refusal, match="nothing_to_decide"):
        do(database, DecideInspection(return_number=number, accept="all"), actor=OFFICE)


def test_pieces_in_several_conditions_are_told_apart(database, shop):
    number = sent(database, shop, quantity=2)
    found = [
        FoundPieces(product="SKU-1", pieces=1, grade=Grade.AS_NEW, bin="A-3"),
        FoundPieces(product="SKU-1", pieces=1, grade=Grade.DAMAGED, note="lid broken"),
    ]
    do(database, InspectReturn(return_number=number, found=found))
    do(database, DecideInspection(return_number=number, accept="pieces", pieces=1, goods="keep"), actor=OFFICE)
    assert on_hand(database) == 51
    assert the(database, Refund)[0].amount == 3990


def test_products_are_looked_into_one_by_one(database, shop):
    number = sent(database, shop, "SKU-1", "SKU-2")
    do(database, fine(number, product="SKU-2"))
    assert (status(database, number), the(database, Refund)) == ("received", [])
    do(database, fine(number, product="SKU-1"))
    assert the(database, Refund)[0].amount == 3990 + 18900
    with pytest.raises(Refusal, match="inspected_already"):
        do(database, fine(number))


def test_restocked_goods_go_to_the_order_that_waits_for_them(database, shop):
    with database.writing() as session:
        level = session.scalars(select(StockLevel).where(StockLevel.sku == "SKU-1")).one()
        level.on_hand = 0
        waiting = an_order(session, shop, status="backordered", lines=[("SKU-1", 1)]).number
    do(database, fine(sent(database, shop)))
    with database.reading() as session:
        assert session.scalars(select(Order.status).where(Order.number == waiting)).one() == "allocated"


def test_repaired_goods_go_back_and_nothing_is_paid(database, shop):
    number = sent(database, shop, resolution="repair", reason="defective")
    do(database, fine(number, condition="defective"))
    assert (status(database, number), the(database, Case)[0].kind) == ("inspected", "return_repair")
    do(database, FinishRepair(return_number=number))
    assert (status(database, number), the(database, Refund)) == ("repaired", [])
    assert the(database, Case)[0].status == "resolved"


def test_a_refund_by_hand_is_a_task_that_ends_with_the_record_of_it(database, shop):
    number = sent(database, shop)
    do(database, fine(number))
    [refund] = the(database, Refund)
    with pytest.raises(Refusal, match="refund_under_way"):
        do(database, RecordRefund(key=refund.key), actor=OFFICE)
    do(database, RecordRefund(key=refund.key, outcome="by_hand"), actor=SYSTEM)
    [case] = the(database, Case)
    assert (case.kind, case.detail["money"]) == ("refund_by_hand", {"minor": 3990, "currency": "EUR"})
    with pytest.raises(Refusal, match="refund_still_owed"):
        do(database, ResolveCase(case=case.name), actor=OFFICE)
    told = do(database, RecordRefund(key=refund.key), actor=OFFICE)
    [again] = do(database, RecordRefund(key=refund.key), actor=OFFICE)
    assert again.already
    assert (the(database, Case)[0].status, status(database, number)) == ("resolved", "refunded")
    assert news(told) == ["settled"]


def test_the_same_outcome_twice_tells_and_moves_once(database, shop):
    number = sent(database, shop)
    do(database, fine(number))
    [refund] = the(database, Refund)
    record = RecordRefund(key=refund.key, reference="re_1")
    assert news([told for _ in range(3) for told in do(database, record, actor=SYSTEM)]) == ["settled"]
    assert status(database, number) == "refunded"
    assert [job.kind for job in the(database, JobRow) if job.kind == "refund"] == ["refund"]


def test_a_return_of_several_orders_is_one_refund_for_each(database, shop):
    from actions.returns.deciding import Wanted
    from actions.returns.opening import open_return
    from domain.returns import ReturnReason
    from storage.unit_of_work import UnitOfWork

    with database.writing() as session:
        orders = [an_order(session, shop, status="delivered") for _ in range(2)]
        uow = UnitOfWork(session, SYSTEM)
        wanted = [Wanted(order.number, "SKU-1", 1, ReturnReason.CHANGED_MIND, opened=True) for order in orders]
        made = open_return(wanted, uow, moment(now=NOW), channel="test")
        made.resolution, number = "refund", made.number
        uow.flush()
    do(database, fine(number))
    refunds = the(database, Refund)
    assert [refund.order_number for refund in refunds] == [order.number for order in orders]
    assert [refund.amount for refund in refunds] == [3990 - 598 - 245] * 2
    do(database, RecordRefund(key=refunds[0].key, outcome="issued"), actor=SYSTEM)
    assert status(database, number) == "inspected"
    do(database, RecordRefund(key=refunds[1].key, outcome="issued"), actor=SYSTEM)
    assert status(database, number) == "refunded"


def exchanged(database: Database, shop: Business, price: int = 3990, paid: int = 3990) -> tuple[str, str]:
    """A return that is exchanged for another kettle of that price, and the order that brings it."""
    with database.writing() as session:
        shop.products["SKU-1"] = session.merge(shop.products["SKU-1"])
        shop.products["SKU-1"].family = "kettle"
        shop.products["SKU-7"] = a_product(
            session, session.merge(shop.depot), sku="SKU-7", name="Red kettle", price=price, family="kettle"
        )
        order = an_order(
            session, shop, status="delivered", lines=[("SKU-1", 1)], total=paid, discount=3990 - paid, payment="pi_1"
        )
        made = a_return(session, order, "SKU-1", reason="defective")
        made.way, number = "drop_off", made.number
    do(database, ChooseResolution(return_number=number, resolution="exchange", product="SKU-7"), actor=OFFICE)
    with database.reading() as session:
        return number, str(session.scalars(select(Return.exchange_order)).one())


def test_an_exchange_at_the_same_price_pays_nothing_and_its_order_gets_a_day(database, shop):
    number, brought = exchanged(database, shop)
    do(database, fine(number))
    assert (status(database, number), the(database, Refund)) == ("exchanged", [])
    with database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == brought)).one()
        assert (order.status, order.promise_day is not None) == ("allocated", True)


def test_an_exchange_that_costs_less_gives_the_difference_back(database, shop):
    number, _ = exchanged(database, shop, price=3000, paid=3500)
    do(database, fine(number))
    [refund] = the(database, Refund)
    assert (refund.amount, refund.breakdown["difference"]) == (500, 500)
    assert status(database, number) == "exchanged"
    assert news(pay(database)) == ["settled"]


def test_a_denied_exchange_is_not_brought(database, shop):
    number, brought = exchanged(database, shop)
    do(database, fine(number, condition="wrong"))
    do(database, DecideInspection(return_number=number, accept="none", reason="An old one."), actor=OFFICE)
    with database.reading() as session:
        assert session.scalars(select(Order.status).where(Order.number == brought)).one() == "cancelled"
        assert session.scalars(select(StockLevel.reserved).where(StockLevel.sku == "SKU-7")).one() == 0


def test_what_was_brought_in_exchange_comes_back_for_the_money_that_was_paid_first(database, shop):
    number, brought = exchanged(database, shop, paid=3500)
    do(database, fine(number))
    with database.writing() as session:
        order = session.scalars(select(Order).where(Order.number == brought)).one()
        for step in ("packed", "dispatched", "out_for_delivery", "delivered"):
            session.add(order.move(OrderStatus(step), moment()))
        again = a_return(session, order, "SKU-7", reason="defective")
        again.resolution, again.way, second = "refund", "drop_off", again.number
    do(database, fine(second))
    [refund] = the(database, Refund)
    assert (refund.order_number, refund.amount) == (brought, 3500)
    with pytest.raises(Refusal, match="nothing_left_to_refund"):
        do(database, IssueRefund(order="RM-10001", amount="1", reason="x"), actor=OFFICE)


def test_what_nobody_chose_and_cannot_be_paid_is_settled_by_a_person(database, shop):
    number = sent(database, shop, resolution="exchange", reason="defective")  # nothing was set aside for it
    do(database, fine(number, condition="defective"))
    [case] = the(database, Case)
    assert (case.kind, status(database, number)) == ("return_unsettled", "inspected")
    do(database, SettleReturn(return_number=number, resolution="refund"), actor=OFFICE)
    assert [refund.amount for refund in the(database, Refund)] == [3990]
    assert the(database, Case)[0].status == "resolved"
    with pytest.raises(Refusal, match="nothing_to_settle"):
        do(database, SettleReturn(return_number=number, resolution="credit"), actor=OFFICE)
