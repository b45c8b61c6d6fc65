"""The addresses of store credit in the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, Response

from bot.compose import Program
from bot.web.api import credit
from bot.web.api import credit_shapes as shapes
from bot.web.api.answers import answered
from bot.web.api.description import answer, problems
from bot.web.api.keys import caller_of, in_core

Customer = Annotated[str, Path(description="What the shop calls the customer.", examples=["K-77"])]
Redemption = Annotated[str, Path(description="The external_id it was used under.", examples=["CHECKOUT-9001"])]
_CREDIT: dict[str, Any] = {
    "customer": "K-77",
    "balances": [{"currency": "EUR", "amount": 15790}],
    "entries": [
        {
            "step": "given", "amount": 20790, "bonus": 1890, "currency": "EUR", "return_number": "RET-1001",
            "order": "RM-10482", "redemption": None, "at": "2026-05-21T09:00:00Z",
        },
        {
            "step": "redeemed", "amount": -5000, "bonus": 0, "currency": "EUR", "return_number": None, "order": None,
            "redemption": "CHECKOUT-9001", "at": "2026-05-24T18:12:00Z",
        },
    ],
}  # fmt: skip
_NEW: dict[str, Any] = {"external_id": "CHECKOUT-9001", "amount": 5000, "currency": "EUR", "order": "SHOP-1044"}
_POSTED = {"checkout": {"summary": "At a shop's checkout", "value": _NEW}}
_USED: dict[str, Any] = {
    **_NEW, "customer": "K-77", "order_number": None, "status": "redeemed", "redeemed_at": "2026-05-24T18:12:00Z",
    "reversed_at": None, "balance": 15790,
}  # fmt: skip
_BACK = {**_USED, "status": "reversed", "reversed_at": "2026-05-24T18:20:00Z", "balance": 20790}


def add(router: APIRouter, program: Program) -> None:
    """The routes of store credit."""

    @router.get(
        "/customers/{external_id}/credit",
        tags=["credit"],
        summary="Read a customer's store credit",
        responses={
            200: answer(shapes.CreditShown, "What can be spent, and how it came about.", _CREDIT),
            **problems(404),
        },
    )
    async def read_credit(request: Request, external_id: Customer) -> Response:
        """What a customer can spend by currency, with all that was given and used, the newest last."""
        found = await in_core(program, credit.shown, program, external_id)
        return answered(found)

    @router.post(
        "/customers/{external_id}/credit/redemptions",
        tags=["credit"],
        summary="Use store credit",
        status_code=201,
        responses={
            200: answer(shapes.RedemptionShown, "It was used before, with the same content.", _USED),
            201: answer(shapes.RedemptionShown, "It is used.", _USED),
            **problems(400, 404, 409, 413, 415, 422),
        },
    )
    async def redeem_credit(
        request: Request, external_id: Customer, body: Annotated[shapes.NewRedemption, Body(openapi_examples=_POSTED)]
    ) -> Response:
        """Use some of a customer's credit for an order, all of `amount` or nothing: more than there is is refused (409,
        `credit_too_little`), also when two checkouts ask at once.

        An `external_id` is used once: the same content again gives the same redemption (200), other content a problem
        (409) that names the differing fields with both values. `order` may be one that is not sent here yet.
        """
        status, used = await in_core(program, credit.redeem, program, caller_of(request), external_id, body)
        return answered(used, status)

    @router.post(
        "/customers/{external_id}/credit/redemptions/{redemption}/reverse",
        tags=["credit"],
        summary="Give back store credit that was used",
        responses={
            200: answer(shapes.RedemptionShown, "The customer has it again.", _BACK),
            **problems(400, 404, 413, 415),
        },
    )
    async def reverse_redemption(request: Request, external_id: Customer, redemption: Redemption) -> Response:
        """Give back all that was used under an `external_id`, as when a checkout is given up or its order cancelled. It is
        given back once: again changes nothing and answers 200."""
        back = await in_core(program, credit.reverse, program, caller_of(request), external_id, redemption)
        return answered(back)
