"""A return from the first word to the pickup's window, on the chat page of the real program in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page
from sqlmodel import select

from domain.moment import SYSTEM
from domain.orders import Order
from domain.return_policy import PolicyStatus, ReturnPolicy
from domain.returns import Return, ReturnLine
from storage.unit_of_work import UnitOfWork
from tests.builders import RETURN_RULES
from tests.e2e.browsing import Demo, Visitor
from tests.e2e.test_chat_page import an_order

Visitors = Callable[..., Visitor]
#: A cursor behind all that is ever told: microseconds until the year 2100.
NOTHING_AFTER = 4_102_444_800_000_000


def under_test_rules(demo: Demo) -> None:
    """The policy of the tests decides, whichever decided before."""
    with demo.database.writing() as session:
        for each in session.exec(select(ReturnPolicy).where(ReturnPolicy.status == PolicyStatus.ACTIVE)):
            each.status = PolicyStatus.RETIRED
        session.flush()
        policy = ReturnPolicy(text=RETURN_RULES, status=PolicyStatus.ACTIVE)
        order = an_order(demo)
        policy.created_at = policy.activated_at = order.created_at
        session.add(policy)


def delivered_last(demo: Demo) -> Order:
    """The order that was delivered last."""
    with demo.database.reading() as session:
        orders = {order.number: order for order in session.exec(select(Order).where(Order.status == "delivered"))}
        when = UnitOfWork(session, SYSTEM).returns.delivered_at(orders)
        return orders[max(when, key=lambda number: (when[number], number))]


def the_return(demo: Demo, order: str) -> tuple[Return, list[ReturnLine]]:
    with demo.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.of_orders([order])[-1]
        return made, uow.returns.lines(made)


def test_a_faulty_thing_is_sent_back_for_its_money(server: Demo, visitor: Visitors):
    under_test_rules(server)
    order = delivered_last(server)
    with server.database.reading() as session:
        (_, name, quantity), *others = UnitOfWork(session, SYSTEM).orders.lines([order])[order.id or 0]
    page = visitor().opens("/chat")
    page.says("I want to return something, it stopped working and I want my money back")
    page.hears("What is your order number?")
    page.says(order.number)
    page.hears("one more fact")
    page.says(order.postcode)
    if others:
        page.hears("What do you want to send back")
        page.presses(name)
    if quantity > 1:
        page.hears("How many pieces of")
        page.presses("1")
    page.hears("is approved")
    page.hears("What does not work can come back within 90 days")
    made, [line] = the_return(server, order.number)
    assert (made.status, made.resolution, line.quantity, line.reason) == ("approved", "refund", 1, "defective")
    before = page.page.locator(".line[data-version]").evaluate("card => card.outerHTML")
    page.presses("Collect it from me")
    page.hears("When shall we")
    page.presses("08:00")
    page.hears("Have it packed and ready")
    assert the_return(server, order.number)[0].status == "pickup_planned"
    arrives_late(page.page, before)
    page.hears("Have it packed and ready")


def arrives_late(page: Page, lines: str) -> None:
    """The page connects anew, and all that comes is a state of the chat from before."""
    told = "".join(f"data: {each}\n" for each in lines.splitlines())
    body = f"event: lines\nid: {NOTHING_AFTER}\n{told}\nevent: beat\ndata:\n\n"
    page.route("**/chat/stream*", lambda route: route.fulfill(body=body, content_type="text/event-stream"), times=1)
    with page.expect_response("**/chat/stream*"):
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    with page.expect_request("**/chat/stream*"):  # connecting again: all of it was read
        pass
