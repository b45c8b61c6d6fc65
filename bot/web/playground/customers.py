"""Being a customer of the demo, beside their orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from actions import told
from actions.returns.told import look
from bot.clock import new_id
from bot.compose import Program
from bot.demo.show import returner, show
from bot.web.chat import sessions
from bot.web.chat.forms import read_form
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import Chat
from bot.web.pages import HEADERS
from bot.web.playground.chatting import add_messages, add_photos
from bot.web.playground.visiting import COOKIE, address_of, number, visitor
from bot.web.problems import Problem
from domain.customers import Customer
from domain.moment import Actor, Role
from domain.notices import OrderTracked
from domain.orders import Order
from domain.values import plain
from storage.people import find_people
from storage.unit_of_work import UnitOfWork

STRANGER = "stranger"
_SOME_PEOPLE, _FINISHED_ORDERS, _SOME_RETURNS = 40, 3, 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer in the list, and how many orders they have under way."""

    id: int
    name: str
    under_way: int


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order as it is shown beside the chat."""

    order: Order
    tracked: OrderTracked


@dataclass(frozen=True, slots=True)
class Somebody:
    """A customer of the demo with the orders to talk about, and the facts that prove them."""

    customer: Customer
    cards: list[OrderCard]
    returns: list[dict[str, Any]]
    facts: dict[str, str]


def add_customers(router: APIRouter, server: ChatServer) -> None:
    """The pages and the chats."""
    _add_pages(router, server)
    chat = ("/as/{who}", _chat, _customer_id)
    add_messages(router, server, *chat)
    add_photos(router, server, *chat)


def _add_pages(router: APIRouter, server: ChatServer) -> None:
    pages, settings = server.pages, server.program.settings

    @router.get("")
    async def start(request: Request, q: str = "") -> Response:
        people = await server.in_core(_people, server.program, q)
        page = pages.show("playground.html", pages.language(request), people=people, q=q, who=None, somebody=None)
        sessions.remember(page, visitor(request, settings), settings, COOKIE)
        return page

    @router.get("/returning")
    async def returning() -> Response:
        """Be somebody who can send something back."""
        who = await server.in_core(returner, server.program.database)
        return RedirectResponse(f"/playground/as/{who}" if who is not None else "/playground", 303, HEADERS)

    @router.get("/people")
    async def people(request: Request, q: str = "", who: str = "") -> Response:
        found = await server.in_core(_people, server.program, q)
        return pages.show("_people.html", pages.language(request), people=found, who=who)

    @router.get("/as/{who}")
    async def chat_as(request: Request, who: str, about: int | None = None, q: str = "") -> Response:
        session, language = visitor(request, settings), pages.language(request)
        customer_id = about if who == STRANGER else number(who)
        somebody = await server.in_core(_somebody, server.program, customer_id) if customer_id is not None else None
        found = await server.in_core(_people, server.program, q)
        values = await server.transcript(_chat(session, who), language)
        page = pages.show("playground.html", language, people=found, q=q, who=who, somebody=somebody, **values)
        sessions.remember(page, session, settings, COOKIE)
        return page

    @router.get("/orders/{customer_id}")
    async def orders(request: Request, customer_id: int) -> Response:
        somebody = await server.in_core(_somebody, server.program, customer_id)
        return pages.show("_orders.html", pages.language(request), somebody=somebody)

    @router.post("/restart")
    async def restart(request: Request) -> Response:
        await read_form(request)
        response = RedirectResponse("/playground", 303, HEADERS)
        sessions.remember(response, new_id(), settings, COOKIE)
        return response


def _chat(session: str, who: str) -> Chat:
    return Chat(address_of(session, who), f"/playground/as/{who}", _customer_id(who))


def _customer_id(who: str) -> int | None:
    """The customer who is played, None for a stranger. Refuses what is no number."""
    return None if who == STRANGER else number(who)


def _people(program: Program, words: str) -> list[Listed]:
    """Those whom the words find; without words those most worth being."""
    if not words.strip():
        return [Listed(each.id, each.name, len(each.orders)) for each in show(program.database, _SOME_PEOPLE)]
    with program.database.reading() as session:
        found = find_people(session, words[:100], _SOME_PEOPLE)
    return [Listed(customer.id or 0, customer.name, count) for customer, count in found]


def _somebody(program: Program, customer_id: int) -> Somebody:
    with program.database.reading() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise Problem(404, "Nobody there", "There is no such customer.")
        uow = UnitOfWork(session, Actor(Role.CUSTOMER, customer_id, frozenset()))
        orders = [*uow.orders.active(), *uow.orders.recent(_FINISHED_ORDERS)]
        cards = [OrderCard(order, told.tracked(order, uow)) for order in orders]
        returns = [plain(look(made, uow)) for made in uow.returns.mine(limit=_SOME_RETURNS)]
    facts: dict[str, Any] = {
        "postcode": ", ".join(dict.fromkeys(order.postcode for order in orders)),
        "phone": (customer.phone or "")[-4:],
        "email": customer.email,
    }
    return Somebody(customer, cards, returns, {name: value for name, value in facts.items() if value})
