"""The board of a depot's day: one message in its room, kept up to date while the day is on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

from actions.desk.progress import Progress, progress
from actions.live import depot_called
from domain.commands import RefreshBoard, ShowBoard
from domain.depots import Depot
from domain.moment import Moment
from domain.notices import BoardLine, BoardShown, Choice, Notice
from domain.routes import RouteStatus, TaskStatus
from storage import outbox
from storage.unit_of_work import UnitOfWork

#: So many routes on one page.
ROUTES = 15
#: The board is shown this long before the first route leaves.
BEFORE = timedelta(hours=1)


def show_board(command: ShowBoard, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """How the day of a depot goes."""
    depot = depot_called(command.depot, uow)
    return [board(depot, today_of(depot, at), command.page, uow)]


def card(name: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The board of that depot and day."""
    code, _, day = name.rpartition(":")
    return board(depot_called(code, uow), date.fromisoformat(day), 1, uow)


def of_route(name: str, uow: UnitOfWork) -> list[tuple[str, str]]:
    """The board that a route is on."""
    route = uow.routes.find(int(name))
    return [] if route is None else [("board", f"{uow.depots.get(route.depot_id).code}:{route.day}")]


def refresh_board(command: RefreshBoard, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Show the board in the depot's room before the first route leaves; from then on change it where it is different."""
    depot = depot_called(command.depot, uow)
    today = today_of(depot, at)
    starts = uow.schedules.starts(depot.id or 0, [today]).get(today)
    found = board(depot, today, 1, uow)
    before = outbox.last_facts(uow.session, found.live or "")
    if before is not None:
        if before != found.facts():
            uow.show_anew("board", f"{depot.code}:{today}")
        return []
    due = starts is not None and starts - BEFORE <= at.now
    return [found.model_copy(update={"desk": depot.code})] if due else []


def board(depot: Depot, day: date, page: int, uow: UnitOfWork) -> BoardShown:
    """A depot's day as it is now: those in trouble first, then those on the road, by number."""
    routes = uow.routes.of_day(depot.id or 0, day)
    found = sorted(progress(routes, uow), key=_rank)
    pages = max(1, ceil(len(found) / ROUTES))
    page = min(page, pages)
    first = (page - 1) * ROUTES
    return BoardShown(
        depot=depot.name, day=day, board=tuple(map(_line, found[first : first + ROUTES])), count=len(found),
        active=sum(each.route.status == RouteStatus.IN_PROGRESS for each in found), served=sum(each.done for each in found),
        stops=sum(len(each.stops) for each in found), late=sum(each.late for each in found),
        risky=sum(each.risky for each in found), waiting=uow.planning.count_wanted(depot, day),
        open_cases=uow.cases.count_open(depot.id or 0), page=page, pages=pages,
        live=f"board:{depot.code}:{day}" if page == 1 else None, choices=_choices(depot, found, page, pages),
    )  # fmt: skip


def _rank(each: Progress) -> tuple[bool, bool, int, int]:
    over = each.route.status == RouteStatus.COMPLETED
    return over, each.route.status != RouteStatus.IN_PROGRESS, -each.late * 100 - each.risky, each.route.id or 0


def _line(each: Progress) -> BoardLine:
    ahead = each.ahead[0] if each.ahead and each.route.is_live else None
    return BoardLine(
        route=each.route.id or 0, driver=each.driver.name if each.driver else None, status=each.route.status,
        done=each.done, count=len(each.stops), where=ahead.address if ahead else None,
        there=ahead is not None and ahead.status == TaskStatus.ARRIVED, eta=ahead.eta if ahead else None,
        late=each.late, risky=each.risky,
    )  # fmt: skip


def _choices(depot: Depot, found: Sequence[Progress], page: int, pages: int) -> tuple[Choice, ...]:
    this = {"depot": depot.code}
    worst = [each for each in found if each.late and each.route.is_live][:3]
    routes = tuple(
        Choice(
            label="choice.show_route", values={"route": each.route.id}, command="ShowRouteCard",
            slots={"route": each.route.id},
        )
        for each in worst
    )  # fmt: skip
    more = (Choice(label="choice.next_page", command="ShowBoard", slots={**this, "page": page + 1}),)
    on_the_road = any(each.route.is_live for each in found)
    rest = (Choice(label="choice.replan_rest", command="ReplanRest", slots=this),) if on_the_road else ()
    return (*(more if page < pages else ()), *routes, *rest)


def today_of(depot: Depot, at: Moment) -> date:
    """The day it is at a depot."""
    return at.now.astimezone(depot.tz).date()
