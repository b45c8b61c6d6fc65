"""Whatever is done with returns, in whatever order, twice or at once: the money and the stock balance."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session, select

from actions.perform import perform
from actions.returns.opening import approve
from domain.commands import (
    ChooseResolution,
    DecideInspection,
    FinishRepair,
    FoundPieces,
    InspectReturn,
    IssueRefund,
    ReceiveReturn,
    RecordRefund,
    RedeemCredit,
    ReverseRedemption,
    SettleKept,
)
from domain.events import Event
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order, OrderLine
from domain.refunds import REDEEMED, REVERSED, Refund, StoreCredit
from domain.refusals import Refusal
from domain.returns import RETURN_TRANSITIONS, Grade, Resolution, Return, ReturnLine
from domain.stock import StockLevel
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import Business, a_return, a_staff_member, an_order, business, moment, return_policy

WAREHOUSE = Actor(Role.WAREHOUSE)
SKUS = ("SKU-1", "SKU-2", "SKU-3")
RULES = """
rules:
  - name: faulty
    priority: 90
    when: {reason: [defective, damaged]}
    then: {outcome: approve, resolutions: [refund, keep, repair, exchange], carriage_back: true}
    says: "What does not work can come back."
  - name: opened
    priority: 80
    when: {opened: true}
    then: {outcome: approve, resolutions: [refund, credit], restocking: 15, fee: 490, bonus: 7}
    says: "Opened goods can come back."
  - name: unopened
    priority: 70
    when: {opened: false}
    then: {outcome: approve, resolutions: [refund, credit, exchange], bonus: 10, carriage_back: true}
    says: "Unopened goods can come back."
"""


def asked(session: Session, order: Order, sku: str, **values: Any) -> Return:
    """A return that is approved, by a person where something about it stands out."""
    made = a_return(session, order, sku, **values)
    if made.status == "review":
        uow = UnitOfWork(session, SYSTEM)
        lines = uow.returns.lines(made)
        for line in lines:
            line.outcome = "approve"
        approve(made, lines, uow, moment())
        uow.flush()
    return made


class World:
    """A shop with some delivered orders, and somebody who does one thing after another."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.chance = database, random.Random(seed)
        self.office = Actor(Role.DISPATCHER, a_staff_member(database))
        with database.writing() as session:
            return_policy(session, RULES)
            self.shop: Business = business(session)
            self.shop.customer.external_id = "K-1"
            for _ in range(8):
                self._an_order(session)

    def _an_order(self, session: Session) -> None:
        lines = [(sku, self.chance.randint(1, 4)) for sku in self.chance.sample(SKUS, self.chance.randint(1, 3))]
        gross = sum(self.shop.products[sku].price * pieces for sku, pieces in lines)
        carriage, discount = self.chance.choice([0, 490]), self.chance.choice([0, 1, 777, gross // 7])
        an_order(
            session, self.shop, status="delivered", lines=lines, carriage=carriage, discount=discount,
            total=gross + carriage - discount, payment="pi_1",
        )  # fmt: skip

    def act(self) -> None:
        """Do something, most of it possible, now and then twice or twice at once."""
        kind = self.chance.choice(
            [
                self._ask, self._ask, self._ask, self._choose, self._choose, self._arrive, self._inspect, self._inspect, self._decide,
                self._decide, self._pay, self._pay, self._gift, self._kept, self._redeem, self._redeem, self._take_back_credit,
            ]
        )  # fmt: skip
        command = kind()
        if command is None:
            return
        how = self.chance.random()
        if how < 0.1:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(self._do, [command] * 2))
        else:
            for _ in range(2 if how < 0.25 else 1):
                self._do(command)

    def _do(self, wish: tuple[Any, Actor]) -> None:
        command, actor = wish
        with suppress(Refusal):
            perform(self.database, [command], moment(actor))

    def _some(self, kind: Any, where: Callable[[Any], bool] = lambda _: True) -> Any:
        with self.database.reading() as session:
            found = [each for each in session.scalars(select(kind).order_by(kind.id)) if where(each)]
        return self.chance.choice(found) if found else None

    def _ask(self) -> None:
        order = self._some(Order, lambda each: each.status == "delivered")
        with self.database.writing() as session:
            lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
            line = self.chance.choice(list(lines))
            try:
                asked(
                    session, session.merge(order), line.sku, reason=self.chance.choice(["defective", "changed_mind"]),
                    quantity=self.chance.randint(1, line.quantity), opened=self.chance.random() < 0.4,
                )  # fmt: skip
            except Refusal:
                session.rollback()

    def _choose(self) -> Any:
        made = self._some(Return, lambda each: each.status == "approved")
        wanted = self.chance.choice([each for each in Resolution if each != Resolution.EXCHANGE])
        return made and (ChooseResolution(return_number=made.number, resolution=wanted), self.office)

    def _arrive(self) -> Any:
        made = self._some(Return)
        weight = self.chance.choice([None, None, 400])
        return made and (ReceiveReturn(return_number=made.number, weight=weight), WAREHOUSE)

    def _inspect(self) -> Any:
        made = self._some(Return, lambda each: each.status in {"received", "in_transit", "approved"})
        if made is None or made.resolution == "keep":
            return None
        if self.chance.random() < 0.6:
            return InspectReturn(return_number=made.number, condition="expected"), WAREHOUSE
        line = self._some(ReturnLine, lambda each: each.return_id == made.id)
        found = [
            FoundPieces(product=line.sku, pieces=self.chance.randint(0, 3), grade=self.chance.choice(list(Grade)))
            for _ in range(self.chance.randint(1, 2))
        ]
        return InspectReturn(return_number=made.number, found=found), WAREHOUSE

    def _decide(self) -> Any:
        made = self._some(Return, lambda each: each.status == "inspected")
        if made is None:
            return None
        if made.resolution == "repair" and self.chance.random() < 0.5:
            return FinishRepair(return_number=made.number), WAREHOUSE
        accept = self.chance.choice(["found", "all", "pieces", "none"])
        command = DecideInspection(
            return_number=made.number, accept=accept, pieces=self.chance.randint(0, 4), reason="seen",
            goods=self.chance.choice(["send_back", "keep"]),
        )  # fmt: skip
        return command, self.office

    def _pay(self) -> Any:
        refund = self._some(Refund, lambda each: each.status in {"wanted", "by_hand"})
        outcome = self.chance.choice(["issued", "issued", "refused", "pending", "by_hand"])
        return refund and (RecordRefund(key=refund.key, outcome=outcome, reference="re_1"), SYSTEM)

    def _gift(self) -> Any:
        order = self._some(Order)
        if self.chance.random() < 0.5:
            return None
        return IssueRefund(
            order=order.number, amount=self.chance.choice(["5", "12.50", "all"]), reason="late"
        ), self.office

    def _kept(self) -> Any:
        made = self._some(Return)
        return made and (SettleKept(return_number=made.number), SYSTEM)

    def _redeem(self) -> Any:
        credit = self._some(StoreCredit, lambda each: each.amount > 1)
        if credit is None:
            return None
        part = self.chance.choice([1, 2, 3]) * credit.amount // 2
        name = f"C-{self.chance.randint(1, 12)}"
        wish = RedeemCredit(customer="K-1", amount=f"{part // 100}.{part % 100:02} EUR", external_id=name)
        return wish, Actor(Role.API)

    def _take_back_credit(self) -> Any:
        return ReverseRedemption(external_id=f"C-{self.chance.randint(1, 12)}"), Actor(Role.API)

    def check(self) -> None:
        """Nobody gets more than was paid, or for more pieces than came back; every piece in stock is accounted for, and nobody
        uses more credit than they have."""
        with self.database.reading() as session:
            assert sum(session.scalars(select(StoreCredit.amount))) >= 0
            self._check_redemptions(session)
            for order in session.scalars(select(Order)):
                refunds = session.scalars(select(Refund).where(Refund.order_number == order.number)).all()
                credits = session.scalars(
                    select(StoreCredit).where(StoreCredit.order_number == order.number, StoreCredit.amount > 0)
                ).all()
                back = sum(each.amount for each in refunds if each.status != "failed")
                back += sum(each.amount - each.bonus for each in credits)
                assert back <= order.total
                self._check_pieces(session, order)
            for made in session.scalars(select(Return)):
                history = session.scalars(
                    select(Event).where(Event.noun == "return", Event.subject == made.number, Event.change == "status").order_by(Event.id)
                ).all()  # fmt: skip
                steps = [event.after for event in history]
                assert all(after in RETURN_TRANSITIONS[before] for before, after in pairwise(steps))
                assert steps[-1] == made.status
            self._check_stock(session)

    def _check_redemptions(self, session: Session) -> None:
        """What comes back of credit is what was used under that name."""
        by_key = {each.key: each.amount for each in session.scalars(select(StoreCredit))}
        for key, amount in by_key.items():
            if key.startswith(REVERSED):
                assert amount == -by_key[REDEEMED + key.removeprefix(REVERSED)]

    def _check_pieces(self, session: Session, order: Order) -> None:
        for line in session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)):
            lines = session.scalars(
                select(ReturnLine).where(ReturnLine.order_number == order.number, ReturnLine.sku == line.sku)
            ).all()
            assert sum(each.accepted or 0 for each in lines if each.paid_back is not None) <= line.quantity
            assert all((each.accepted or 0) <= each.quantity for each in lines)

    def _check_stock(self, session: Session) -> None:
        put = session.scalars(select(Event).where(Event.change == "put_away", Event.after == "restock")).all()
        for level in session.scalars(select(StockLevel)):
            came = sum(event.detail["pieces"] for event in put if event.detail["sku"] == level.sku)
            assert level.on_hand == 50 + came
            assert 0 <= level.reserved <= level.on_hand

    def finish(self) -> None:
        """Whatever waits for a gateway is issued."""
        with self.database.reading() as session:
            keys = session.scalars(select(Refund.key).where(Refund.status != "issued")).all()
        for key in keys:
            perform(self.database, [RecordRefund(key=key)], moment(SYSTEM))
        with self.database.reading() as session:
            assert not session.scalars(select(Refund).where(Refund.status != "issued")).all()
            for made in session.scalars(select(Return).where(Return.status == "inspected")):
                lines = session.scalars(select(ReturnLine).where(ReturnLine.return_id == made.id)).all()
                undecided = any(each.accepted is None for each in lines if each.outcome == "approve")
                assert undecided or made.resolution == "repair" or made.resolution is None


@pytest.mark.parametrize("seed", range(4))
def test_money_and_stock_balance(database: Database, seed: int):
    world = World(database, seed)
    for n in range(120):
        world.act()
        if n % 4 == 0:
            world.check()
    world.finish()
    world.check()


@pytest.mark.parametrize("seed", range(6))
def test_everything_that_comes_back_in_parts_is_what_was_paid(database: Database, seed: int):
    """All pieces of an order, unopened and as new, in returns of any size, settled in any order."""
    chance = random.Random(seed)
    with database.writing() as session:
        return_policy(session, RULES)
        shop = business(session)
        lines = [(sku, chance.randint(1, 5)) for sku in SKUS]
        gross = sum(shop.products[sku].price * pieces for sku, pieces in lines)
        discount = chance.choice([1, 333, gross // 3])
        order = an_order(
            session,
            shop,
            status="delivered",
            lines=lines,
            carriage=490,
            discount=discount,
            total=gross + 490 - discount,
        )
        numbers = []
        for sku, pieces in lines:
            while pieces:
                some = chance.randint(1, pieces)
                pieces -= some
                made = asked(session, order, sku, quantity=some)
                made.resolution, made.way = chance.choice(["refund", "credit"]), "drop_off"
                numbers.append(made.number)
    chance.shuffle(numbers)
    for number in numbers:
        perform(database, [InspectReturn(return_number=number, condition="expected")], moment(WAREHOUSE))
    with database.reading() as session:
        back = sum(session.scalars(select(Refund.amount)).all())
        back += sum(each.amount - each.bonus for each in session.scalars(select(StoreCredit)))
        assert back == order.total
        assert all(level.on_hand == 50 + dict(lines)[level.sku] for level in session.scalars(select(StockLevel)))
