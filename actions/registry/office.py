"""The office: exceptions, who works there and what they did."""

from __future__ import annotations

from actions import cases
from actions.desk import approvals, audit, choosing, escalating, home, people, rooms, taking_back
from actions.desk import cases as desk_cases
from actions.registry.row import CASE, DESK, OFFICE, OWNER, SYSTEM, Registered, intent
from domain import commands as c
from domain.commands import Command
from domain.moment import DECIDING, STAFF, Role

ROWS: dict[type[Command], Registered] = {
    c.ShowCases: Registered(
        desk_cases.show_cases, OFFICE, intent("show_exceptions"), resolve={"depot": choosing.maybe_depot}, reads_only=True
    ),
    c.ShowCase: Registered(desk_cases.show_case, OFFICE, intent("show_case"), resolve=CASE, reads_only=True),
    c.OwnCase: Registered(desk_cases.own_case, DESK, intent("own_case"), resolve=CASE),
    c.HandCase: Registered(
        desk_cases.hand_case, DESK, intent("hand_case"), resolve={**CASE, "person": desk_cases.who_takes_it}
    ),
    c.SnoozeCase: Registered(
        desk_cases.snooze_case, DESK, intent("snooze_case"), resolve={**CASE, "lasts": desk_cases.until_when}
    ),
    c.ResolveCase: Registered(cases.resolve_case, DESK, intent("resolve_case"), resolve=CASE),
    c.EscalateCases: Registered(escalating.escalate_cases, SYSTEM),
    c.ShowApprovals: Registered(approvals.show_approvals, OFFICE, intent("show_approvals"), reads_only=True),
    c.Reject: Registered(approvals.reject, DECIDING, intent("turn_down")),
    c.ShowHome: Registered(home.show_home, OFFICE, intent("show_home"), reads_only=True),
    c.ShowStaff: Registered(people.show_staff, OFFICE, intent("show_staff"), reads_only=True),
    c.SetRole: Registered(people.set_role, OWNER, intent("set_role"), form=True, confirm=people.describe_role),
    c.RemoveStaff: Registered(people.remove_staff, OWNER, intent("remove_staff")),
    c.UseRoom: Registered(
        rooms.use_room, frozenset({Role.MANAGER, Role.ADMIN, Role.SYSTEM}), intent("use_room"),
        resolve={"depot": choosing.maybe_depot},
    ),
    c.TakeBack: Registered(
        taking_back.take_back, STAFF, intent("undo_last"), resolve={"button": taking_back.what_was_done}, reads_only=True
    ),
    c.WhoDid: Registered(audit.who_did, OFFICE, intent("who_did"), resolve={"subject": audit.what_is_meant}, reads_only=True),
}  # fmt: skip
