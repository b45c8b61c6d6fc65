"""How a return comes back: what its terms allow, and choosing it, also anew."""

from __future__ import annotations

from collections.abc import Sequence

from actions.dispatching.today import collect_today, is_today, today_choice
from actions.returns.allowed import allowed_ways, possible_ways
from actions.returns.booking import book_pickup, call_off_pickup, let_exchange_wait, match_pickup, pickup_offers
from actions.returns.chosen import way_chosen
from actions.returns.leaving import leave_route
from actions.returns.pickups import PICKUP_FAILED, PICKUP_NOT_PLANNED, settle_trouble
from domain.commands import ChooseWay
from domain.events import note
from domain.moment import Moment, Role
from domain.notices import Choice, Notice
from domain.promise import Offer, alternatives
from domain.refusals import Refusal
from domain.returns import AWAITED, Resolution, Return, Way
from storage.unit_of_work import UnitOfWork


def check_choosable(made: Return) -> None:
    """Refuses what need not come back, what is not approved (yet), and what has left already."""
    if made.status not in AWAITED:
        raise Refusal("way_not_now", number=made.number, status=made.status)
    if made.resolution == Resolution.KEEP:
        raise Refusal("nothing_to_send", number=made.number)


def check_way(made: Return, way: Way, uow: UnitOfWork, at: Moment) -> None:
    """Refuses a way that is not possible for a return, with those that are."""
    check_choosable(made)
    possible = possible_ways(made, uow, at)
    if way in possible:
        return
    lines = uow.returns.lines(made)
    why = "way_not_allowed" if way not in allowed_ways(lines) else "no_pickup_there"
    raise Refusal(
        why, ask="way", number=made.number, way=way.value, choices=way_choices(possible),
        possible=[each.value for each in possible], address=made.address,
    )  # fmt: skip


def way_choices(ways: Sequence[Way]) -> tuple[Choice, ...]:
    """Buttons for the ways, as the answer to which."""
    return tuple(Choice(label=f"choice.way_{way.value}", slots={"way": way.value}) for way in ways)


def choose_way(command: ChooseWay, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Choose how it comes back, the first time or anew. Refuses what is not possible, and a window that has no room."""
    made = uow.returns.get(command.return_number, lock=True)
    check_way(made, command.way, uow, at)
    was = (made.pickup_day, made.pickup_window)
    off: list[Notice] = []
    if command.way == Way.PICKUP:
        off = _collect(command, made, uow, at)
    else:
        off = [*leave_route(made, uow, at, "pickup"), *let_exchange_wait(made, uow, at)]
        call_off_pickup(made, uow, at, why=f"way_{command.way.value}")
    if made.way != command.way:
        uow.record(note(made, "way", at, made.way, command.way.value))
        made.way = command.way.value
    settle_trouble({PICKUP_NOT_PLANNED, PICKUP_FAILED}, [made.number], uow, at)
    uow.flush()
    return [*_told(made, uow, at, was), *off]


def _collect(command: ChooseWay, made: Return, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Somebody comes for it: on a route of today where that is wished for, else in a window with room. What drivers, and others
    on the route, are told is given back. Refuses, with the next windows, what is not possible (any more)."""
    if is_today(command.day, made, uow, at):
        try:
            return collect_today(made, command.window, uow, at)
        except Refusal as refusal:
            other = (*today_choice(made, uow, at), *alternatives(pickup_offers(made, uow, at)))
            raise Refusal("pickup_not_today", ask=refusal.ask, choices=other, **refusal.values) from refusal
    offer = _offer(command, made, uow, at)
    if (offer.day, offer.window) == (made.pickup_day, made.pickup_window):
        return []
    return [*leave_route(made, uow, at, "pickup"), *book_pickup(made, offer, uow, at, why=at.actor.role.value)]


def _offer(command: ChooseWay, made: Return, uow: UnitOfWork, at: Moment) -> Offer:
    """The window that is meant. Refuses, with those that have room, when none is said, or there is no room in it."""
    possible = pickup_offers(made, uow, at)
    if command.day is None:
        raise Refusal(
            "pickup_when",
            ask="day",
            number=made.number,
            choices=(*today_choice(made, uow, at), *alternatives(possible)),
        )
    return match_pickup(possible, command.day, command.window, uow, at)[0]


def _told(made: Return, uow: UnitOfWork, at: Moment, was: tuple[object, object]) -> list[Notice]:
    """What was chosen: in answer to whoever chose it, and to the customer where that was somebody else."""
    chosen = way_chosen(made, uow, at, was)
    if at.actor.role == Role.CUSTOMER:
        return [chosen]
    theirs = chosen.model_copy(update={"to": made.customer_id})
    return [chosen, theirs] if at.actor.is_staff else [theirs]
