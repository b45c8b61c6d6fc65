"""Orders over HTTP: taking, reading, changing and cancelling them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from actions.perform import perform
from bot.casework import tell
from bot.clock import now
from bot.compose import Program
from bot.logs import what_broke
from bot.web.api import shapes
from bot.web.api.asking import nothing_after, read_body
from bot.web.api.keys import Caller, seen
from bot.web.problems import Problem, refusal_problem
from domain.commands import CancelOrder, ChangeOrder, Command, CreateOrder, RescheduleOrder
from domain.handing import Proof
from domain.orders import Order, OrderStatus
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

#: Orders of one request.
MOST_ORDERS = 500


# Taking


def take(program: Program, caller: Caller, body: Any) -> tuple[int, shapes.OrderShown]:
    """Take one order: 201 with a new one, 200 with the one that was taken before. Raises Problem or Refusal."""
    status, number = _take(program, caller, body)
    return status, shown(program, caller, number)


def take_all(program: Program, caller: Caller, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Take orders one by one, each in a transaction of its own; what became of each."""
    taken: list[tuple[int, str | Problem]] = []
    for row in rows:
        try:
            taken.append(_take(program, caller, row))
        except Problem as problem:
            taken.append((problem.status, problem))
        except Refusal as refusal:
            refused = refusal_problem(refusal, program.words, caller.language)
            taken.append((refused.status, refused))
        except Exception as error:  # the rows before are committed and must be told; so must this one
            log.error("orders.row_failed", **what_broke(error))
            taken.append(
                (500, Problem(500, "Something is broken on our side", "This row was not taken; send it again."))
            )
    numbers = {what for _, what in taken if isinstance(what, str)}
    shown_now = seen(program, lambda uow: show(uow.orders.named(numbers), uow, program, caller))
    answers = {each.number: each.model_dump(mode="json") for each in shown_now}
    return [
        {"index": index, "status": status}
        | ({"order": answers[what]} if isinstance(what, str) else {"problem": what.body})
        for index, (status, what) in enumerate(taken)
    ]


def _take(program: Program, caller: Caller, body: Any) -> tuple[int, str]:
    command = read_body(CreateOrder, body)
    at = caller.moment()

    def taken(uow: UnitOfWork) -> tuple[int, str]:
        order = uow.orders.by_external_id([command.external_id])[command.external_id]
        begun = uow.orders.last_event(order, OrderStatus.CREATED)
        return (201 if begun is not None and begun.key == at.key else 200), order.number

    result: tuple[int, str] = perform(program.database, [command], at, taken)[1]
    return result


# Reading


def shown(program: Program, caller: Caller, number: str) -> shapes.OrderShown:
    """The order of that number. Refuses when there is none."""
    return seen(program, lambda uow: show([of_number(uow, number)], uow, program, caller)[0])


def page(
    program: Program, caller: Caller, status: OrderStatus | None, external_id: str | None, after: str | None, limit: int
) -> shapes.OrderPage:
    """One page of orders. Raises Problem when ``after`` is no order."""

    def look(uow: UnitOfWork) -> shapes.OrderPage:
        if after is not None and uow.orders.find(after) is None:
            raise nothing_after("order", after)
        found = uow.orders.page(after=after, status=status, external_id=external_id, limit=limit + 1)
        answers = show(found[:limit], uow, program, caller)
        return shapes.OrderPage(orders=answers, next_after=answers[-1].number if len(found) > limit else None)

    return seen(program, look)


def of_number(uow: UnitOfWork, number: str) -> Order:
    """The order of that number. Refuses when there is none."""
    if not number.isascii() or not number.isprintable():  # what no database holds
        raise NotFound("no_such_order", order="".join(filter(str.isprintable, number)))
    return uow.orders.get(number)


def show(orders: Sequence[Order], uow: UnitOfWork, program: Program, caller: Caller) -> list[shapes.OrderShown]:
    """Orders as they are answered."""
    moment = now()
    lines = uow.orders.taxed(orders)
    customers = uow.customers.of_ids({order.customer_id for order in orders})
    depots = {depot.id: depot.code for depot in uow.depots.all()}
    links = uow.chats.links(customers, moment)
    pages = uow.chats.tracking_tokens([order.number for order in orders])
    cases = _cases(orders, uow, program, caller, moment)
    return [
        shapes.OrderShown(
            number=order.number,
            external_id=order.external_id,
            status=OrderStatus(order.status),
            customer=shapes.CustomerShown.model_validate(customers[order.customer_id], from_attributes=True),
            address=_address(order),
            lines=[
                shapes.LineShown(
                    sku=sku, name=name, quantity=quantity, unit_price=price, currency=order.currency, tax=tax
                )
                for sku, name, quantity, price, tax in lines[order.id or 0]
            ],
            total=order.total,
            carriage=order.carriage,
            discount=order.discount,
            currency=order.currency,
            paid_by=order.paid_by,
            payment=order.payment,
            gift=order.gift,
            channel=order.channel,
            exchange_of=order.exchange_of,
            instructions=order.instructions,
            wishes=order.wishes,
            proof=Proof(order.proof),
            proof_required=order.proof_required,
            wanted_day=order.wanted_day,
            wanted_window=str(order.wanted_window) if order.wanted_window else None,
            promise=_promise(order, depots),
            exceptions=cases.get(order.number, []),
            created_at=order.created_at,
            chat_url=f"{program.settings.url}/chat?link={links[order.number].id}" if order.number in links else None,
            tracking_url=f"{program.settings.url}/t/{pages[order.number]}" if order.number in pages else None,
            version=order.version,
        )
        for order in orders
    ]


def _cases(
    orders: Sequence[Order], uow: UnitOfWork, program: Program, caller: Caller, moment: datetime
) -> dict[str, list[shapes.ExceptionShown]]:
    found: dict[str, list[shapes.ExceptionShown]] = {}
    for case in uow.cases.of_orders([order.number for order in orders]):
        told = tell(case, program.words, moment, caller.language)
        found.setdefault(case.order_number or "", []).append(
            shapes.ExceptionShown(reference=told.reference, kind=told.kind, sentence=told.what, since=told.since)
        )
    return found


def _address(order: Order) -> shapes.AddressShown:
    place = shapes.PlaceShown(lat=order.place.lat, lon=order.place.lon) if order.place else None
    return shapes.AddressShown(
        street=order.street, postcode=order.postcode, city=order.city, country=order.country, place=place
    )


def _promise(order: Order, depots: dict[int | None, str]) -> shapes.PromiseShown | None:
    if order.promise_day is None or order.window is None:
        return None
    return shapes.PromiseShown(day=order.promise_day, window=str(order.window), depot=depots[order.depot_id])


# Changing


def change(
    program: Program, caller: Caller, number: str, patch: shapes.OrderPatch, versions: frozenset[int] | None
) -> shapes.OrderShown:
    """Change an order, all or nothing. Refuses what its state or the room forbid, and an outdated version."""
    order = seen(program, lambda uow: of_number(uow, number))
    commands: list[Command] = []
    if patch.address is not None or patch.instructions is not None:
        commands.append(ChangeOrder(order=number, address=patch.address, instructions=patch.instructions))
    promise = patch.promise
    if promise is not None and (promise.day, promise.window) != (order.promise_day, order.window):
        commands.append(RescheduleOrder(order=number, day=promise.day, window=promise.window))
    return _perform(program, caller, number, commands, versions)


def cancel(
    program: Program, caller: Caller, number: str, reason: str | None, versions: frozenset[int] | None
) -> shapes.OrderShown:
    """Cancel an order; one that is cancelled stays so. Refuses once it is out for delivery."""
    order = seen(program, lambda uow: of_number(uow, number))
    if order.status == OrderStatus.CANCELLED:
        return shown(program, caller, number)
    try:
        return _perform(program, caller, number, [CancelOrder(order=number, reason=reason)], versions)
    except Refusal as refusal:
        if refusal.values.get("status") == OrderStatus.CANCELLED:  # somebody else did it meanwhile
            return shown(program, caller, number)
        raise


def _perform(
    program: Program, caller: Caller, number: str, commands: Sequence[Command], versions: frozenset[int] | None
) -> shapes.OrderShown:
    answer: shapes.OrderShown = perform(
        program.database,
        commands,
        caller.moment(),
        lambda uow: show([uow.orders.get(number)], uow, program, caller)[0],
        expect=_unchanged(number, versions),
    )[1]
    return answer


def _unchanged(number: str, versions: frozenset[int] | None) -> Callable[[UnitOfWork], None]:
    """What If-Match asks for: the order is still at one of these versions; None for any."""

    def check(uow: UnitOfWork) -> None:
        order = uow.orders.get(number, lock=True)
        if versions is not None and order.version not in versions:
            raise Refusal("changed_meanwhile", number=number, version=order.version)

    return check
