"""The addresses of the REST API under ``/api/v1``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from bot.compose import Program
from bot.faults import Fault
from bot.web.api import credit_routes, examples, orders, positions, proofs, return_routes, shapes
from bot.web.api import promise as promises
from bot.web.api.answers import JSON, answered, versioned
from bot.web.api.asking import ExternalId, Limit, if_match
from bot.web.api.description import ETAG, LOCATION, answer, problems
from bot.web.api.keys import PRINTABLE, SCHEMES, caller_of, in_core, keyed, versions
from bot.web.problems import invalid
from domain.commands import CreateOrder
from domain.orders import OrderStatus

Posted = Annotated[
    Any,
    shapes.Described(CreateOrder | Annotated[list[CreateOrder], Field(min_length=1, max_length=orders.MOST_ORDERS)]),
    Body(openapi_examples=examples.POSTED),
]
Number = Annotated[str, Path(description="The order's number.", examples=["RM-10482"])]
Match = Annotated[str | None, if_match("order")]
Shown = shapes.OrderShown


def routes(program: Program) -> APIRouter:
    """All routes of the API, each behind a key."""
    router = APIRouter(prefix="/api/v1", route_class=keyed(program), dependencies=list(SCHEMES))
    _add_taking(router, program)
    _add_reading(router, program)
    _add_changing(router, program)
    _add_promise(router, program)
    router.include_router(proofs.routes(program))
    router.include_router(positions.routes(program))
    return_routes.add(router, program)
    credit_routes.add(router, program)
    router.include_router(return_routes.photo_routes(program))
    return router


def _add_taking(router: APIRouter, program: Program) -> None:
    @router.post(
        "/orders",
        tags=["orders"],
        summary="Take an order, or up to 500",
        status_code=201,
        responses={
            200: answer(Shown, "The order was taken before, with the same content.", examples.ORDER, ETAG),
            201: answer(Shown, "The order is new.", examples.ORDER, ETAG | LOCATION),
            207: answer(list[shapes.RowResult], "A list was sent: what became of each order.", examples.ROWS),
            **problems(400, 409, 413, 415, 422),
        },
    )
    async def take_orders(request: Request, body: Posted) -> Response:
        """Take orders from a shop.

        An `external_id` is taken once: the same content again gives the same order (200), other content a problem
        (409) that names the differing fields with both values. An order with coordinates is promised a day, confirmed
        and its goods allocated at once; without coordinates its address is looked up first. What cannot be promised or
        located is an exception, listed with the order.

        A list is taken order by order, each in a transaction of its own; the answer is 207 with one result for each,
        whose `status` is the one it would have had alone. Prices are in minor units (cents).
        """
        caller = caller_of(request)
        if isinstance(body, list):
            _check_count(body)
            return _json(await in_core(program, orders.take_all, program, caller, body), 207)
        status, order = await in_core(program, orders.take, program, caller, body)
        return versioned(order, status, f"/api/v1/orders/{order.number}")


def _add_reading(router: APIRouter, program: Program) -> None:
    @router.get(
        "/orders/{number}",
        tags=["orders"],
        summary="Read an order",
        responses={200: answer(Shown, "The order.", examples.ORDER, ETAG), **problems(404)},
    )
    async def read_order(request: Request, number: Number) -> Response:
        """The order as it stands, with its promise, what is open about it, and a link into the customer's chat."""
        return versioned(await in_core(program, orders.shown, program, caller_of(request), number))

    @router.get(
        "/orders",
        tags=["orders"],
        summary="List orders",
        responses={
            200: answer(shapes.OrderPage, "A page.", {"orders": [examples.ORDER], "next_after": None}),
            **problems(422),
        },
    )
    async def list_orders(
        request: Request,
        status: Annotated[OrderStatus | None, Query(description="Only those in this state.")] = None,
        external_id: ExternalId = None,
        after: Annotated[
            str | None,
            Query(
                description="Only those taken after this one: `next_after` of the page before.",
                pattern=r"^RM-[0-9]{4,9}$",
            ),
        ] = None,
        limit: Limit = 50,
    ) -> Response:
        """Orders in the order they were taken, a page at a time. Orders taken meanwhile come on later pages."""
        caller = caller_of(request)
        page = await in_core(program, orders.page, program, caller, status, external_id, after, limit)
        return answered(page)


def _add_changing(router: APIRouter, program: Program) -> None:
    @router.patch(
        "/orders/{number}",
        tags=["orders"],
        summary="Change an order",
        responses={
            200: answer(Shown, "The order as it is now.", examples.ORDER, ETAG),
            **problems(400, 404, 409, 412, 413, 415, 422),
        },
    )
    async def change_order(
        request: Request,
        number: Number,
        body: Annotated[shapes.OrderPatch, Body(openapi_examples=examples.PATCHED)],
        if_match: Match = None,
    ) -> Response:
        """Change the address, the instructions or the promise; what is left out stays. All of it happens, or none.

        A new address without coordinates is looked up on the map. A day or window without room is refused (409) with
        `alternatives`. Sending what is so already changes nothing.
        """
        work = (orders.change, program, caller_of(request), number, body, versions(if_match))
        return versioned(await in_core(program, *work))

    @router.post(
        "/orders/{number}/cancel",
        tags=["orders"],
        summary="Cancel an order",
        responses={
            200: answer(Shown, "The order is cancelled.", {**examples.ORDER, "status": "cancelled"}, ETAG),
            **problems(400, 404, 409, 412, 413, 415, 422),
        },
    )
    async def cancel_order(
        request: Request,
        number: Number,
        body: Annotated[shapes.Cancellation | None, Body(openapi_examples=examples.CANCELLED)] = None,
        if_match: Match = None,
    ) -> Response:
        """Cancel an order that is not out for delivery yet; goods and window are free again.

        Cancelling a cancelled order changes nothing and answers 200 with the order, whatever If-Match says, so that
        a lost answer can be asked for again. Once it is out for delivery the answer is 409.
        """
        reason = body.reason if body is not None else None
        work = (orders.cancel, program, caller_of(request), number, reason, versions(if_match))
        return versioned(await in_core(program, *work))


def _add_promise(router: APIRouter, program: Program) -> None:
    shown = {"possible": {"value": examples.POSSIBLE}, "impossible": {"value": examples.IMPOSSIBLE}}
    described = {"model": shapes.PromiseAnswer, "description": "A promise, or why there is none."}

    @router.get(
        "/promise",
        tags=["promise"],
        summary="When could it be delivered?",
        responses={200: {**described, "content": {JSON: {"examples": shown}}}, **problems(422)},
    )
    async def promise(
        request: Request,
        postcode: Annotated[str, Query(description="Where to.", min_length=2, max_length=12, examples=["10115"], pattern=PRINTABLE)],
        country: Annotated[str | None, Query(description="ISO 3166; by default that of the first depot.", pattern="^[A-Z]{2}$")] = None,
        lat: Annotated[float | None, Query(description="With lon, where exactly.", ge=-90, le=90)] = None,
        lon: Annotated[float | None, Query(description="With lat, where exactly.", ge=-180, le=180)] = None,
        sku: Annotated[str | None, Query(description="What; it must be in stock.", min_length=1, max_length=64, pattern=PRINTABLE)] = None,
        quantity: Annotated[int, Query(description="How many of it.", ge=1, le=10_000)] = 1,
        day: Annotated[date | None, Query(description="The wished day.")] = None,
        window: Annotated[str | None, Query(description="The wished part of the day.", max_length=40, examples=["14:00-16:00"])] = None,
    ) -> Response:  # fmt: skip
        """The earliest day and window for an address, on the wished day where one is given: the same answer that chat
        and order confirmation give. Nothing is kept: the order is what takes the place."""
        asked = (promises.asked(postcode, sku, day), country, promises.asked_place(lat, lon), quantity)
        wished = promises.asked_window(window)
        found = await in_core(program, promises.promise_for, program, caller_of(request), *asked, wished)
        return answered(found)


def _json(value: Any, status: int) -> Response:
    return Response(orjson.dumps(value), status, media_type=JSON)


def _check_count(body: list[Any]) -> None:
    if not body:
        raise invalid([Fault("", "The list is empty; send at least one order.")])
    if len(body) > orders.MOST_ORDERS:
        raise invalid([Fault("", f"The list has {len(body)} orders; send at most {orders.MOST_ORDERS} at a time.")])
