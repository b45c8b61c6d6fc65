"""Routes that are driven: looked at, changed, and told of."""

from __future__ import annotations

from actions import live
from actions.desk import announcing, board, changes, drivers
from actions.desk import choosing_routes as which
from actions.desk import routes as desk_routes
from actions.dispatching import inserting, moving, replanning, splitting, swapping
from actions.registry.row import DEPOT, DESK, OFFICE, SYSTEM, Registered, intent
from domain import commands as c
from domain.commands import Command

ROWS: dict[type[Command], Registered] = {
    c.ShowBoard: Registered(board.show_board, OFFICE, intent("show_board"), resolve=DEPOT, reads_only=True),
    c.RefreshBoard: Registered(board.refresh_board, SYSTEM),
    c.ShowRouteCard: Registered(
        desk_routes.show_route_card, OFFICE, intent("show_route_card"), resolve={"route": which.which_route},
        reads_only=True,
    ),
    c.ShowDriver: Registered(
        drivers.show_driver, OFFICE, intent("driver_status"), resolve={"driver": which.driver_or_everybody},
        reads_only=True,
    ),
    c.MessageDriver: Registered(
        drivers.message_driver, DESK, intent("tell_driver"), resolve={"driver": which.which_driver}
    ),
    c.InsertStop: Registered(
        inserting.insert_stop, DESK, intent("insert_stop"), confirm=changes.describe_inserting,
        resolve={"order": inserting.which_one},
    ),
    c.MoveStop: Registered(
        moving.move_stop, DESK, intent("move_stop"), confirm=changes.describe_moving,
        resolve={
            "carrying": which.stop_carrying, "route": which.which_route, "stop": which.which_stop,
            "to_route": which.which_other_route, "version": which.version,
        },
    ),
    c.RemoveStop: Registered(
        moving.remove_stop, DESK, intent("remove_stop"), confirm=changes.describe_removing,
        resolve={
            "route": which.which_route, "stop": which.which_stop, "reason": which.why_removed, "version": which.version,
        },
    ),
    c.LockStop: Registered(
        moving.lock_stop, DESK, {"lock_stop": {}, "unlock_stop": {"locked": False}},
        resolve={"route": which.which_route, "stop": which.which_stop},
    ),
    c.AssignDriver: Registered(
        changes.assign_driver, DESK, intent("assign_driver"), confirm=changes.describe_assigning,
        resolve={"route": which.which_route, "driver": which.new_driver},
    ),
    c.SwapDriver: Registered(swapping.swap_driver, DESK),
    c.AnnounceDelay: Registered(
        announcing.announce_delay, DESK, intent("announce_delay"), confirm=announcing.describe_announcing,
        resolve={"route": which.which_route, "lasts": announcing.how_long},
    ),
    c.ReplanRest: Registered(
        replanning.replan_rest, DESK, intent("replan_rest"), confirm=changes.describe_replanning, resolve=DEPOT
    ),
    c.BeginReplan: Registered(replanning.begin_replan, SYSTEM),
    c.AdoptReplan: Registered(replanning.adopt_replan, SYSTEM),
    c.SplitRoute: Registered(
        splitting.split_route, DESK, intent("split_route"), confirm=changes.describe_splitting,
        resolve={"route": which.which_route},
    ),
    c.RefreshEtas: Registered(live.refresh_etas, SYSTEM),
}  # fmt: skip
