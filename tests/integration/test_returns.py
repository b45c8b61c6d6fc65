"""Returns: asked for and decided by the policy that is in force, whichever way they come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.returns.deciding import Wanted, judge, pieces_of
from actions.returns.opening import open_return
from actions.returns.told import look
from domain.moment import SYSTEM
from domain.refusals import NotFound, Refusal
from domain.return_policy import Undecided
from domain.returns import ReturnReason, ReturnStatus
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, a_customer, a_product, a_return, an_order, business, moment, return_policy

R = ReturnReason


def test_what_the_policy_allows_is_approved_at_once(database: Database):
    with database.writing() as session:
        shop = business(session)
        policy = return_policy(session)
        made = a_return(session, an_order(session, shop, status="delivered"), "SKU-1")
        assert (made.status, made.decided_by, made.policy_version) == ("approved", "rule", policy.id)
        assert (made.worth, made.expires_on) == (3990, NOW.date() + timedelta(days=14))
        [line] = UnitOfWork(session, SYSTEM).returns.lines(made)
        assert (line.rule, line.says) == ("unopened", "Unopened goods can come back within 90 days; today is day 0.")


def test_a_rejection_names_its_rule_and_what_else_is_possible(database: Database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        shop.products["SKU-9"] = a_product(session, shop.depot, sku="SKU-9", name="Lamp", tags=["final_sale"])
        made = a_return(session, an_order(session, shop, status="delivered", lines=[("SKU-9", 1)]))
        told = look(made, UnitOfWork(session, SYSTEM))
        assert made.status == "rejected"
        assert told["lines"][0]["says"].startswith("Lamp was sold as final sale")
        assert told["lines"][0]["instead"]


def test_without_a_policy_a_person_decides(database: Database):
    with database.writing() as session:
        made = a_return(session, an_order(session, business(session), status="delivered"))
        assert (made.status, made.decided_by) == (ReturnStatus.REVIEW, None)


def test_what_could_change_the_decision_is_asked_for(database: Database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        order = an_order(session, shop, status="delivered")
        uow, at = UnitOfWork(session, SYSTEM), moment()
        assert judge(Wanted(order.number, "SKU-1"), uow, at) == Undecided("reason")
        assert judge(Wanted(order.number, "SKU-1", reason=R.DAMAGED), uow, at) == Undecided("photos")
        assert judge(Wanted(order.number, "SKU-1", reason=R.CHANGED_MIND), uow, at) == Undecided("opened")
        decided = judge(Wanted(order.number, "SKU-1", reason=R.DEFECTIVE), uow, at)
        assert not isinstance(decided, Undecided)
        with pytest.raises(Refusal, match="return_incomplete"):
            open_return([Wanted(order.number, "SKU-1", 1)], uow, at, channel="test")


def test_no_more_comes_back_than_was_handed_over(database: Database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 2)])
        uow = UnitOfWork(session, SYSTEM)
        a_return(session, order, "SKU-1")
        assert [piece.returnable for piece in pieces_of(order, uow)] == [1]
        a_return(session, order, "SKU-1")
        with pytest.raises(Refusal, match="already_returned"):
            a_return(session, order, "SKU-1")


@pytest.mark.parametrize("status", ["allocated", "out_for_delivery", "cancelled"])
def test_nothing_comes_back_that_was_not_delivered(database: Database, status: str):
    with database.writing() as session:
        order = an_order(session, business(session), status=status)
        with pytest.raises(Refusal, match="not_yet_delivered"):
            a_return(session, order)


def test_a_return_is_of_one_customer_and_names_a_product_once(database: Database):
    with database.writing() as session:
        shop = business(session)
        one = an_order(session, shop, status="delivered")
        other = an_order(session, shop, status="delivered", customer=a_customer(session, email="x@example.com"))
        uow = UnitOfWork(session, SYSTEM)
        with pytest.raises(Refusal, match="several_customers"):
            open_return([Wanted(one.number, "SKU-1"), Wanted(other.number, "SKU-1")], uow, moment(), channel="test")
        with pytest.raises(Refusal, match="named_twice"):
            open_return([Wanted(one.number, "SKU-1"), Wanted(one.number, "SKU-1")], uow, moment(), channel="test")
        with pytest.raises(NotFound, match="not_in_order"):
            open_return([Wanted(one.number, "SKU-3")], uow, moment(), channel="test")


def test_a_customer_sees_only_their_own(database: Database):
    with database.writing() as session:
        shop = business(session)
        made = a_return(session, an_order(session, shop, status="delivered"))
        stranger = a_customer(session, email="x@example.com")
        assert UnitOfWork(session, shop.owner).returns.get(made.number) is made
        with pytest.raises(NotFound, match="no_such_return"):
            UnitOfWork(session, type(shop)(shop.depot, stranger).owner).returns.get(made.number)
