"""What staff mean by the depot, route, driver or person they name: found by code or likeness, or offered as buttons."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from domain.depots import Depot
from domain.dialogue import Frame
from domain.naming import ALONE, SIMILAR, likeness
from domain.notices import Choice
from domain.refusals import NotFound

T = TypeVar("T", bound=Hashable)


def which_depot(frame: Frame, talk: Talk) -> Known | Ask:
    """The depot that was named, the only one, or one of them to choose."""
    depots = list(talk.uow.depots.all())
    said = frame.slots.get("depot")
    if said is not None:
        depots = alike(str(said), depots)
        if not depots:
            choices = tuple(_choice(each) for each in list(talk.uow.depots.all())[:MAX_BUTTONS])
            raise NotFound("no_such_depot", depot=said, field="depot", ask="depot", choices=choices)
    if len(depots) == 1:
        return Known({"depot": depots[0].code})
    if not depots:
        raise NotFound("no_depots")
    return Ask("depot", "which_depot", tuple(_choice(each) for each in depots[:MAX_BUTTONS]))


def maybe_depot(frame: Frame, talk: Talk) -> Known | Ask:
    """As `which_depot`, but where none was named all are meant."""
    return which_depot(frame, talk) if frame.slots.get("depot") is not None else Known({})


def alike(said: str, depots: Sequence[Depot]) -> list[Depot]:
    """Depots of that code, else those whose name sounds most like what was said ("the north one")."""
    exact = [each for each in depots if each.code == said.strip().casefold()]
    if exact:
        return exact
    codes = most_alike(said, {each.code: f"{each.code} {each.name}" for each in depots})
    return [each for each in depots if each.code in codes]


def most_alike(said: str, names: Mapping[T, str]) -> list[T]:
    """The keys of the names that sound like what was said, none that sounds much less like it than the best."""
    scores = {key: likeness(said, name) for key, name in names.items()}
    best = max(scores.values(), default=0.0)
    return [key for key, score in scores.items() if score >= SIMILAR and best - score < ALONE]


def _choice(depot: Depot) -> Choice:
    return Choice(label="choice.depot", values={"name": depot.name}, slots={"depot": depot.code})
