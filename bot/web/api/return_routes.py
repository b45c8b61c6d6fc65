"""The addresses of returns in the REST API."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response

from bot.compose import Program
from bot.web.api import return_examples as examples
from bot.web.api import return_shapes as shapes
from bot.web.api import returns
from bot.web.api.answers import answered, versioned
from bot.web.api.asking import ExternalId, Limit, if_match
from bot.web.api.description import ETAG, LOCATION, answer, problems
from bot.web.api.keys import LARGEST_WITH_PHOTO, SCHEMES, caller_of, in_core, keyed, versions
from bot.web.api.photos import keep_photo
from bot.web.api.shapes import Described
from domain.commands import CreateReturn
from domain.returns import ReturnStatus

Posted = Annotated[Any, Described(CreateReturn), Body(openapi_examples=examples.POSTED)]
Number = Annotated[str, Path(description="The return's number.", examples=["RET-1001"])]
Match = Annotated[str | None, if_match("return")]
Shown = shapes.ReturnShown


def add(router: APIRouter, program: Program) -> None:
    """The routes of returns."""
    _add_taking(router, program)
    _add_eligibility(router, program)
    _add_reading(router, program)
    _add_steps(router, program)
    _add_decisions(router, program)


def photo_routes(program: Program) -> APIRouter:
    """The route of photos, which are large."""
    router = APIRouter(route_class=keyed(program, LARGEST_WITH_PHOTO), dependencies=list(SCHEMES), tags=["returns"])

    @router.post(
        "/returns/photos",
        summary="Upload a photo for a return",
        status_code=201,
        responses={
            201: answer(shapes.PhotoTaken, "The photo is kept.", examples.PHOTO_TAKEN),
            **problems(400, 413, 415, 422),
        },
    )
    async def upload_photo(
        request: Request, body: Annotated[shapes.NewReturnPhoto, Body(openapi_examples=examples.PHOTO)]
    ) -> Response:
        """Upload a photo of what comes back, and name its `id` in the `photos` of the return's line afterwards.

        It is turned upright, made smaller and kept without its metadata; it goes again after a day unless a return of
        the same order has taken it. Photos are never fetched from addresses.
        """
        photo = await keep_photo(program, body.photo)
        taken = await in_core(program, returns.keep_photo, program, caller_of(request), body, photo)
        return answered(taken, 201)

    return router


def _add_taking(router: APIRouter, program: Program) -> None:
    @router.post(
        "/returns",
        tags=["returns"],
        summary="Ask for a return",
        status_code=201,
        responses={
            200: answer(Shown, "The return was asked for before, with the same content.", examples.RETURN, ETAG),
            201: answer(Shown, "The return is new, and decided.", examples.RETURN, ETAG | LOCATION),
            **problems(400, 409, 413, 415, 422),
        },
    )
    async def take_return(request: Request, body: Posted) -> Response:
        """Ask for a return, which is decided at once by the policy in force: `status` is `approved`, `rejected`, or
        `review` where a person decides; every line says by which rule, in its words, and what is possible instead.

        An `external_id` is taken once: the same content again gives the same return (200), other content a problem
        (409) that names the differing fields with both values. What the policy needs to know and is not said (whether
        it was opened, a photo) is a problem (422) that names the member; `POST /returns/eligibility` says beforehand.
        `resolution` and `way` are taken as far as the decision allows them. The customer is told as if they had asked
        in the chat.
        """
        status, made = await in_core(program, returns.take, program, caller_of(request), body)
        return versioned(made, status, f"/api/v1/returns/{made.number}")


def _add_eligibility(router: APIRouter, program: Program) -> None:
    @router.post(
        "/returns/eligibility",
        tags=["returns"],
        summary="What could be returned?",
        responses={
            200: answer(shapes.EligibilityAnswer, "What can be returned, or why not.", examples.ELIGIBLE),
            **problems(400, 413, 415, 422),
        },
    )
    async def ask_eligibility(
        request: Request, body: Annotated[shapes.EligibilityQuestion, Body(openapi_examples=examples.ASKED)]
    ) -> Response:
        """Check against the policy without asking for a return; nothing is kept.

        For each product there is the `decision`, or what is `missing` for one with the question to ask, or why it is
        `not_possible`; and for every reason what it comes to at best and at worst, and until when. Without `lines` it
        is answered for all of the order.
        """
        found = await in_core(program, returns.eligibility, program, caller_of(request), body)
        return answered(found)


def _add_reading(router: APIRouter, program: Program) -> None:
    @router.get(
        "/returns/{number}",
        tags=["returns"],
        summary="Read a return",
        responses={200: answer(Shown, "The return.", examples.RETURN, ETAG), **problems(404)},
    )
    async def read_return(request: Request, number: Number) -> Response:
        """The return as it stands: what was decided by which rule, what was found, and the money that goes back."""
        return versioned(await in_core(program, returns.shown, program, number))

    @router.get(
        "/returns",
        tags=["returns"],
        summary="List returns",
        responses={
            200: answer(shapes.ReturnPage, "A page.", {"returns": [examples.RETURN], "next_after": None}),
            **problems(422),
        },
    )
    async def list_returns(
        request: Request,
        status: Annotated[ReturnStatus | None, Query(description="Only those in this state.")] = None,
        order: Annotated[
            str | None, Query(description="Only those with pieces of this order.", pattern=r"^RM-[0-9]{4,9}$")
        ] = None,
        external_id: ExternalId = None,
        after: Annotated[
            str | None,
            Query(
                description="Only those asked for after this one: `next_after` of the page before.",
                pattern=r"^RET-[0-9]{4,9}$",
            ),
        ] = None,
        limit: Limit = 50,
    ) -> Response:
        """Returns in the order they were asked for, a page at a time. Those asked for meanwhile come on later pages."""
        page = await in_core(program, returns.page, program, status, order, external_id, after, limit)
        return answered(page)


_STEP = problems(400, 404, 409, 412, 413, 415, 422)


def _example(status: str, **changes: Any) -> dict[str, Any]:
    return {**examples.RETURN, "status": status, **changes}


def _add_steps(router: APIRouter, program: Program) -> None:
    @router.post(
        "/returns/{number}/cancel",
        tags=["returns"],
        summary="Give a return up",
        responses={200: answer(Shown, "The return is cancelled.", _example("cancelled"), ETAG), **_STEP},
    )
    async def cancel_return(
        request: Request,
        number: Number,
        body: Annotated[shapes.ReturnCancellation | None, Body(openapi_examples=examples.CANCELLED)] = None,
        if_match: Match = None,
    ) -> Response:
        """Give a return up while the goods are with the customer: nobody comes for it, and its pieces can be returned anew.

        Cancelling a cancelled return changes nothing and answers 200.
        """
        work = (returns.cancel, program, caller_of(request), number, body, versions(if_match))
        return versioned(await in_core(program, *work))

    @router.post(
        "/returns/{number}/receive",
        tags=["returns"],
        summary="Record that a parcel is at the dock",
        responses={200: answer(Shown, "The return is received.", _example("received"), ETAG), **_STEP},
    )
    async def receive_return(
        request: Request,
        number: Number,
        body: Annotated[shapes.ParcelReceived | None, Body(openapi_examples=examples.RECEIVED)] = None,
        if_match: Match = None,
    ) -> Response:
        """The goods are at the dock, as a warehouse of your own says; with their weight where it is known."""
        weight = body.weight if body is not None else None
        work = (returns.receive, program, caller_of(request), number, weight, versions(if_match))
        return versioned(await in_core(program, *work))

    @router.post(
        "/returns/{number}/inspect",
        tags=["returns"],
        summary="Record what was found",
        responses={200: answer(Shown, "The return is inspected.", _example("inspected"), ETAG), **_STEP},
    )
    async def inspect_return(
        request: Request,
        number: Number,
        body: Annotated[shapes.FoundInParcel, Body(openapi_examples=examples.FOUND)],
        if_match: Match = None,
    ) -> Response:
        """What was found in the parcel: quantity, condition and serial number of the pieces, and what becomes of them. What
        is as expected is settled at once; a difference waits for a person."""
        work = (returns.inspect, program, caller_of(request), number, body, versions(if_match))
        return versioned(await in_core(program, *work))


def _add_decisions(router: APIRouter, program: Program) -> None:
    @router.post(
        "/returns/{number}/approve",
        tags=["returns"],
        summary="Approve a return that waits for a person",
        responses={
            200: answer(Shown, "The return is approved.", _example("approved", decided_by="person"), ETAG),
            **_STEP,
        },
    )
    async def approve_return(
        request: Request,
        number: Number,
        body: Annotated[shapes.ReturnApproval | None, Body(openapi_examples=examples.APPROVED)] = None,
        if_match: Match = None,
    ) -> Response:
        """Approve what is in review; its customer is told. What is worth more than one person may approve alone is refused
        (409): that takes two people of the business, in Slack."""
        work = (returns.approve, program, caller_of(request), number, body, versions(if_match))
        return versioned(await in_core(program, *work))

    @router.post(
        "/returns/{number}/reject",
        tags=["returns"],
        summary="Reject a return that waits for a person",
        responses={
            200: answer(Shown, "The return is rejected.", _example("rejected", decided_by="person"), ETAG),
            **_STEP,
        },
    )
    async def reject_return(
        request: Request,
        number: Number,
        body: Annotated[shapes.ReturnRejection, Body(openapi_examples=examples.REJECTED)],
        if_match: Match = None,
    ) -> Response:
        """Reject what is in review; its customer reads the reason."""
        work = (returns.reject, program, caller_of(request), number, body.reason, versions(if_match))
        return versioned(await in_core(program, *work))
