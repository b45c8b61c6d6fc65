"""The proof of a delivery over HTTP: recording and reading it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response

from actions.perform import perform
from bot.clock import new_id
from bot.compose import Program
from bot.files import Kept
from bot.web.api import examples, shapes
from bot.web.api.answers import answered
from bot.web.api.description import answer, problems
from bot.web.api.keys import LARGEST_WITH_PHOTO, SCHEMES, Caller, caller_of, in_core, keyed, seen
from bot.web.api.orders import of_number
from bot.web.api.photos import keep_photo
from domain.commands import Command, KeepProofPhoto, RecordProof
from domain.refusals import NotFound
from storage.unit_of_work import UnitOfWork

Number = Annotated[str, Path(description="The order's number.", examples=["RM-10482"])]
Shown = shapes.ProofShown


def routes(program: Program) -> APIRouter:
    """The routes of proofs, which may hold a photo."""
    router = APIRouter(route_class=keyed(program, LARGEST_WITH_PHOTO), dependencies=list(SCHEMES), tags=["orders"])

    @router.put(
        "/orders/{number}/proof",
        summary="Record the proof of a delivery",
        responses={
            200: answer(Shown, "The proof as it is recorded now.", examples.PROOF),
            **problems(400, 404, 409, 413, 415, 422),
        },
    )
    async def record_proof(
        request: Request, number: Number, body: Annotated[shapes.NewProof, Body(openapi_examples=examples.PROVED)]
    ) -> Response:
        """Record who took an order, when and where, with a photo, in place of what was recorded before.

        Only orders that are delivered, partially delivered or failed have a proof; others answer 409. The photo is
        turned upright, made smaller and kept without its metadata. What is left out is not recorded.
        """
        caller = caller_of(request)
        await in_core(program, seen, program, lambda uow: of_number(uow, number))
        photo = await keep_photo(program, body.photo) if body.photo is not None else None
        return answered(await in_core(program, record, program, caller, number, body, photo))

    @router.get(
        "/orders/{number}/proof",
        summary="Read the proof of a delivery",
        responses={200: answer(Shown, "The proof.", examples.PROOF), **problems(404)},
    )
    async def read_proof(request: Request, number: Number) -> Response:
        """Who took the order, when and where, with the address of the photo; 404 while nothing is recorded."""
        return answered(await in_core(program, seen, program, lambda uow: shown(program, uow, number)))

    return router


def record(program: Program, caller: Caller, number: str, body: shapes.NewProof, photo: Kept | None) -> Shown:
    """Record a proof with its photo, or neither. Refuses orders that can have none."""
    commands: list[Command] = []
    photo_id = None
    if photo is not None:
        photo_id = new_id()
        kept = {"path": photo.path, "thumbnail": photo.thumbnail, "mime": photo.mime, "size": photo.size}
        commands.append(KeepProofPhoto(file=photo_id, order=number, **kept))
    commands.append(RecordProof(order=number, at=body.at, name=body.name, place=body.place, photo=photo_id))
    try:
        look = perform(program.database, commands, caller.moment(), lambda uow: shown(program, uow, number))[1]
    except BaseException:
        if photo is not None:
            program.files.remove(photo)
        raise
    answered: Shown = look
    return answered


def shown(program: Program, uow: UnitOfWork, number: str) -> Shown:
    """The proof of an order. Refuses when there is none."""
    proof = uow.orders.proof(of_number(uow, number))
    if proof is None:
        raise NotFound("no_proof", number=number)
    place = shapes.PlaceShown(lat=proof.place.lat, lon=proof.place.lon) if proof.place is not None else None
    url = f"{program.settings.url}/f/{proof.photo_id}" if proof.photo_id is not None else None
    return Shown(at=proof.at, name=proof.name, place=place, photo_url=url)
