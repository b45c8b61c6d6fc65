"""What remains of a delivery: which one is meant, the proof of it, and what the customer thought of it."""

from __future__ import annotations

from actions import told
from actions.choices import (
    MAX_BUTTONS,
    Ask,
    Known,
    Talk,
    holding_product,
    is_visible,
    named_order,
    not_found,
    own_order,
    speaking_of,
)
from domain.commands import RateDelivery, ShowProof
from domain.deliveries import RATING_OPEN, Rating
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.naming import names_something
from domain.notices import Choice, Media, Notice, ProofShown, RatingTaken
from domain.orders import DELIVERED, Order
from domain.problems import RECENT_DELIVERY, Problem
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

SCORES = (1, 2, 3, 4, 5)
#: A score as low as this asks what went wrong.
LOW = 2


def delivered_order(frame: Frame, talk: Talk, *, not_rated: bool = False) -> Known | Ask | None:
    """The delivery that is meant: the one named, talked about, or of the last days; None where there was none.

    With ``not_rated`` those that were not rated go first.
    """
    named = named_order(frame, talk)
    if named is not None:
        return named
    product = str(frame.slots.get("about_product") or frame.slots.get("item") or "")
    spoken_of = [] if product else speaking_of(lambda: _recent(talk), talk)
    focus = talk.dialogue.focus
    still = focus is not None and (not spoken_of or focus in {order.number for order in spoken_of})
    if focus is not None and still and is_visible(focus, talk) and talk.uow.orders.get(focus).status in DELIVERED:
        return Known({"order": focus})
    recent = _recent(talk)
    if not_rated and len(recent) > 1:
        rated = talk.uow.orders.rated(order.number for order in recent)
        recent = [order for order in recent if order.number not in rated] or recent[:1]
    holding = holding_product(recent, product, talk.uow) if product else spoken_of or recent
    unknown = product if not holding and names_something(product) else None
    recent = holding or recent
    if len(recent) == 1:
        return Known({"order": recent[0].number})
    if recent:
        items = told.items_of(recent, talk.uow)
        choices = tuple(told.order_choice(order, items[order.number]) for order in recent)
        return Ask("order", "which_delivery", choices, {"unknown": unknown}, keep=not_found(unknown, frame))
    return None


def _recent(talk: Talk) -> list[Order]:
    return [order for order, _ in talk.uow.orders.delivered(talk.at.now - RECENT_DELIVERY, MAX_BUTTONS)]


def order_to_rate(frame: Frame, talk: Talk) -> Known | Ask:
    """The delivery to rate. Refuses one that has not happened, and one whose rating stands."""
    found = delivered_order(frame, talk, not_rated=True)
    if isinstance(found, Ask):
        return found
    if found is None:
        waiting = own_order(frame, talk) if talk.uow.orders.active() or talk.at.actor.person is None else None
        if isinstance(waiting, Ask) and not talk.uow.orders.active():
            return waiting
        track = (Choice(label="choice.track", command="TrackOrder"),) if waiting is not None else ()
        raise Refusal("nothing_to_rate", choices=track)
    _check_ratable(talk.uow.orders.get(found.slots["order"]), talk.uow, talk.at)
    return found


def score(frame: Frame, talk: Talk) -> Known | Ask:
    """The score that was given; words alone leave the one that was given before."""
    if frame.slots.get("score") is not None:
        return Known({})
    order = talk.uow.orders.get(frame.slots["order"])
    known = talk.uow.orders.rating(order)
    if known is not None and frame.slots.get("words"):
        return Known({"score": known.score})
    choices = tuple(Choice(label="choice.stars", values={"score": n}, slots={"score": n}) for n in SCORES)
    items = told.items_of([order], talk.uow)[order.number]
    values = {"number": order.number, "items": items, "score": known.score if known else None}
    return Ask("score", "score", choices, values)


def rate_delivery(command: RateDelivery, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep what the customer thought. Refuses what was not delivered, and a change after a day."""
    order = uow.orders.get(command.order, lock=True)
    _check_ratable(order, uow, at)
    rating = uow.orders.rating(order, lock=True)
    was = rating.score if rating is not None else None
    if rating is None:
        rating = Rating(order_number=order.number, score=command.score, words=command.words, at=at.now)
        uow.add(rating)
    rating.score, rating.words = command.score, command.words or rating.words
    uow.record(note(order, "rated", at, was, command.score))
    slots = {"order": order.number}
    problem = Choice(label="choice.problem", command="ReportProblem", slots=slots)
    person = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", **slots})
    return [
        RatingTaken(
            about=order.number, number=order.number, items=told.items_of([order], uow)[order.number],
            score=rating.score, words=rating.words, was=was, until=rating.at + RATING_OPEN,
            choices=(problem, person) if rating.score <= LOW else (),
        )
    ]  # fmt: skip


def _check_ratable(order: Order, uow: UnitOfWork, at: Moment) -> None:
    slots = {"order": order.number}
    if order.status not in DELIVERED:
        track = Choice(label="choice.track_this", command="TrackOrder", slots=slots)
        raise Refusal("not_delivered_yet", number=order.number, status=order.status, choices=(track,))
    rating = uow.orders.rating(order)
    if rating is None:
        return
    try:
        rating.check_changeable(at.now)
    except Refusal as refusal:
        problem = Choice(label="choice.problem", command="ReportProblem", slots=slots)
        person = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", **slots})
        raise Refusal("rated_already", choices=(problem, person), **refusal.values) from refusal


def delivered_or_coming(frame: Frame, talk: Talk) -> Known | Ask:
    """The delivery that is meant; where nothing was delivered lately, the order under way. Refuses where there is none."""
    found = delivered_order(frame, talk)
    if found is not None:
        return found
    if talk.at.actor.person is not None and not talk.uow.orders.active():
        person = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human"})
        raise Refusal("no_recent_order", choices=(person,))
    return own_order(frame, talk)


def show_proof(command: ShowProof, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Who took it, when and where; what is under way is told where it is instead."""
    order = uow.orders.get(command.order)
    if order.status not in DELIVERED:
        return [told.tracked(order, uow)]
    slots = {"order": order.number}
    missing = {"kind": Problem.NOT_RECEIVED.value, "arrived": False}
    choices = (
        Choice(label="choice.not_here", command="ReportProblem", slots={**slots, **missing}),
        Choice(label="choice.rate", command="RateDelivery", slots=slots),
    )
    return [proof_of(order, uow, at).model_copy(update={"choices": choices})]


def proof_of(order: Order, uow: UnitOfWork, at: Moment) -> ProofShown:
    """How an order's delivery is recorded, with the photo and the place where there are any."""
    proof = uow.orders.proof(order)
    event = uow.orders.last_event(order, order.status)
    photo = proof.photo_id if proof is not None else None
    if photo is not None and not uow.files.of_ids([photo], at.now):
        photo = None
    place = proof.place if proof is not None else None
    media = Media(photos=(photo,) if photo else (), place=place) if photo or place else None
    return ProofShown(
        about=order.number, number=order.number, items=told.items_of([order], uow)[order.number],
        at=proof.at if proof is not None else event.at if event is not None else None,
        by=proof.name if proof is not None else None,
        recorded=proof is not None, photo=photo is not None, place=place is not None, media=media,
    )  # fmt: skip
