"""Cards: what staff are shown of one thing, and kept up to date for as long as it is on somebody's screen.

The card of a thing has the ``live`` name ``noun:name``. Whenever a thing with an entry here changes, `actions.telling` makes
its card anew for every conversation that shows it. Things that have come up by themselves are told in a room too: that of
the card's ``desk``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from actions.desk import approvals, board, cases, orders, plans, return_card, routes, runs
from domain.moment import Moment
from domain.notices import Notice
from storage.unit_of_work import UnitOfWork


def of_route(name: str, uow: UnitOfWork) -> list[tuple[str, str]]:
    """The plan that a route is on, and the board of its day."""
    return [*plans.of_route(name, uow), *board.of_route(name, uow)]


#: Makes the card of a thing from its name, as it stands now.
CardOf = Callable[[str, UnitOfWork, Moment], Notice]
#: By noun.
CARDS: Mapping[str, CardOf] = {
    "order": orders.order_card, "case": cases.case_card, "approval": approvals.approval_card, "run": runs.card, "plan": plans.card,
    "route": routes.card, "board": board.card, "return": return_card.return_card,
}  # fmt: skip
#: What else shows a thing, by its noun: a plan its routes, a run the plan that came of it.
SHOWN_ON: Mapping[str, Callable[[str, UnitOfWork], Iterable[tuple[str, str]]]] = {
    "plan": runs.of_plan, "route": of_route, "case": return_card.of_case
}  # fmt: skip
#: Nouns whose card is told in the room of its ``desk`` when nobody has seen it yet; and of some only those that say so.
COME_UP: frozenset[str] = frozenset({"case", "approval"})
_SOME_COME_UP: Mapping[str, Callable[[str, UnitOfWork], bool]] = {"return": return_card.comes_up}


def comes_up(noun: str, name: str, uow: UnitOfWork) -> bool:
    """Whether a card may be told in a room where nobody has seen it."""
    asked = _SOME_COME_UP.get(noun)
    return noun in COME_UP or (asked is not None and asked(name, uow))


def affected(uow: UnitOfWork) -> dict[str, tuple[str, str]]:
    """The cards that what has changed is shown on: by ``live`` name the noun and the name of each."""
    found: dict[str, tuple[str, str]] = {}
    waiting = sorted(uow.changed)
    while waiting:
        noun, name = waiting.pop()
        if noun in CARDS:
            found[f"{noun}:{name}"] = (noun, name)
        if noun in SHOWN_ON:
            waiting += SHOWN_ON[noun](name, uow)
    return found
