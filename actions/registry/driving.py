"""A driver's day: shift, route, stops and reports."""

from __future__ import annotations

from actions import positions, visits
from actions.desk import choosing_routes as which
from actions.driving import (
    breaks,
    collecting,
    delays,
    delivering,
    dispatcher,
    ending,
    failing,
    incidents,
    joining,
    loading,
    parting,
    proving,
    route,
    shifts,
    skipping,
    stops,
    undoing,
)
from actions.registry.row import DESK, DRIVING, OUTSIDE, SYSTEM, Registered, intent
from domain import commands as c
from domain.commands import Command
from domain.dialogue import SlotSpec
from domain.moment import Role

STOPS = {"visits": stops.which_stops}

ROWS: dict[type[Command], Registered] = {
    c.CreateDriverCode: Registered(
        joining.create_driver_code, DESK, intent("driver_code"), resolve={"driver": which.which_driver}
    ),
    c.StartShift: Registered(
        shifts.start_shift, DRIVING, intent("start_shift"),
        resolve={
            "shift": shifts.check_no_shift, "vehicle": shifts.which_vehicle, "km": shifts.odometer,
            "damage": shifts.whether_damaged, "photos": shifts.damage_shown, "drivable": shifts.whether_drivable,
        },
    ),
    c.ConfirmLoad: Registered(
        loading.confirm_load, DRIVING, intent("confirm_load"), resolve={"all_there": loading.what_is_there},
        then=loading.leaving_said_before, hears=(SlotSpec("leaves", None, False, False, reader="leaves"),),
    ),
    c.Depart: Registered(loading.depart, DRIVING, intent("depart"), instead=loading.load_first),
    c.EndShift: Registered(
        ending.end_shift, DRIVING, intent("end_shift"), confirm=ending.describe_ending,
        resolve={"shift": ending.check_shift, "km": shifts.odometer},
    ),
    c.StartBreak: Registered(breaks.start_break, DRIVING, intent("start_break")),
    c.EndBreak: Registered(breaks.end_break, DRIVING, intent("end_break")),
    c.ReportDelay: Registered(
        delays.report_delay, DRIVING, intent("report_delay"), resolve={"lasts": delays.how_late}
    ),
    c.ReportIncident: Registered(
        incidents.report_incident, DRIVING, intent("report_incident"), resolve={"kind": incidents.what_happened}
    ),
    c.TellDispatcher: Registered(dispatcher.tell_dispatcher, DRIVING, intent("talk_to_human")),
    c.ShowRoute: Registered(route.show_route, DRIVING, intent("show_route"), reads_only=True),
    c.NextStop: Registered(route.next_stop, DRIVING, intent("next_stop"), reads_only=True),
    c.ShowStop: Registered(route.show_stop, DRIVING, intent("stop_details"), resolve=STOPS, reads_only=True),
    c.Navigate: Registered(route.navigate, DRIVING, intent("navigate"), resolve=STOPS, reads_only=True),
    c.Arrive: Registered(delivering.arrive, DRIVING, intent("arrived"), resolve=STOPS),
    c.Deliver: Registered(
        delivering.deliver, DRIVING, {"delivered": {}, "share_photo": {"by_photo": True}},
        confirm=proving.describe_delivering,
        resolve={
            "visits": proving.which_stops, "part": proving.whether_all, "here": proving.whether_here,
            "code": proving.the_code, "photos": proving.the_photos, "name": proving.the_name,
        },
    ),
    c.DeliverPart: Registered(
        parting.deliver_part, DRIVING, intent("delivered_part"),
        resolve={
            **STOPS, "order": parting.which_order, "here": proving.whether_here, "kept": parting.what_was_kept,
            "code": proving.the_code, "photos": proving.the_photos, "name": proving.the_name,
        },
    ),
    c.CollectReturn: Registered(
        collecting.collect_return, DRIVING, intent("collected_return"),
        resolve={
            "visits": collecting.which_stops, "missing": collecting.what_is_missing, "condition": collecting.how_it_looks,
            "code": collecting.the_code, "photos": collecting.the_photos,
        },
    ),
    c.FailDelivery: Registered(
        failing.fail_delivery, DRIVING, intent("failed_delivery"),
        resolve={**STOPS, "photos": failing.own, "reason": failing.why_not},
    ),
    c.SkipStop: Registered(skipping.skip_stop, DRIVING, intent("skip_stop"), resolve=STOPS),
    c.Undo: Registered(undoing.undo, DRIVING, intent("undo")),
    c.RecordVisit: Registered(visits.record_visit, OUTSIDE | {Role.DRIVER}),
    c.RecordPosition: Registered(positions.record_position, OUTSIDE | {Role.DRIVER}),
    c.ReportPosition: Registered(positions.report_position, frozenset({Role.DRIVER})),
    c.ForgetTracks: Registered(positions.forget_tracks, SYSTEM),
}  # fmt: skip
