"""The promise over HTTP: the same answer that chat and order confirmation give."""

from __future__ import annotations

from datetime import UTC, date

from pydantic import ValidationError

from actions.buying import offer_for, other_offers
from bot.clock import now
from bot.compose import Program
from bot.faults import Fault, faults
from bot.web.api import shapes
from bot.web.api.keys import Caller, seen
from bot.web.problems import invalid
from domain.commands import AskPromise
from domain.promise import Destination, last_order
from domain.refusals import Refusal
from domain.values import Place, Window, plain
from storage.unit_of_work import UnitOfWork


def asked_window(text: str | None) -> Window | None:
    """The wished window. Raises Problem for what is none."""
    try:
        return Window.parse(text) if text is not None else None
    except ValueError as error:
        raise invalid([Fault("query.window", str(error))]) from error


def asked_place(lat: float | None, lon: float | None) -> Place | None:
    """Where it would go. Raises Problem when only half is known."""
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        missing = "lat" if lat is None else "lon"
        raise invalid([Fault(f"query.{missing}", "is missing; lat and lon belong together")])
    return Place(lat, lon)


def asked(postcode: str, sku: str | None, day: date | None) -> AskPromise:
    """The question as the Command that chat asks. Raises Problem for a wrong value."""
    try:
        return AskPromise(postcode=postcode, product=sku, day=day)
    except ValidationError as error:
        raise invalid(
            [Fault(f"query.{'sku' if each.field == 'product' else each.field}", each.detail) for each in faults(error)]
        ) from error


def promise_for(
    program: Program,
    caller: Caller,
    question: AskPromise,
    country: str | None,
    place: Place | None,
    quantity: int,
    window: Window | None,
) -> shapes.PromisePossible | shapes.PromiseImpossible:
    """What can be promised, or why nothing can."""
    at = caller.moment()

    def look(uow: UnitOfWork) -> shapes.PromisePossible:
        offer = offer_for(question, uow, at, country=country, place=place, quantity=quantity, window=window)
        depot = uow.depots.get(offer.depot_id)
        others = other_offers(offer, Destination(country or depot.country, question.postcode, place), uow, at)
        return shapes.PromisePossible(
            day=offer.day,
            window=str(offer.window),
            order_by=last_order(depot, offer.day).astimezone(UTC),
            depot=depot.code,
            alternatives=[shapes.DayWindow.of(each.day, each.window) for each in others],
        )

    try:
        return seen(program, look)
    except Refusal as refusal:
        return _impossible(program, caller, refusal)


def _impossible(program: Program, caller: Caller, refusal: Refusal) -> shapes.PromiseImpossible:
    values = {key: plain(value) for key, value in refusal.values.items()}
    windows = [plain(each.slots) for each in refusal.choices if each.slots.keys() == {"day", "window"}]
    return shapes.PromiseImpossible(
        reason=refusal.text.removeprefix("refused."),
        detail=program.words.say(refusal.text, values, caller.language, now()),
        alternatives=[shapes.DayWindow.model_validate(each) for each in windows],
        areas=values.get("areas", []),
    )
