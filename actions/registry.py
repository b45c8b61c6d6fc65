"""The one table of all Commands: handler, roles, the intents that mean it, and what is asked before it is done."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Any

from actions import (
    addresses,
    business,
    buying,
    cases,
    channels,
    choices,
    deliveries,
    files,
    fleet,
    handover,
    instructions,
    intake,
    live,
    messages,
    morning,
    orders,
    planning,
    positions,
    privacy,
    problems,
    proofs,
    publishing,
    ratings,
    reports,
    scheduling,
    silence,
    talk,
    visits,
)
from actions.choices import Resolver
from actions.dispatching import inserting, moving, replanning, splitting, swapping
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
from domain import commands as c
from domain.commands import Command, Slot
from domain.dialogue import FACT, Catalogue, CommandSpec, SlotSpec
from domain.moment import Moment, Role
from domain.notices import Notice
from storage.unit_of_work import UnitOfWork

Handler = Callable[[Any, UnitOfWork, Moment], list[Notice]]
#: What is told in the question before something that cannot be undone, None where there is nothing to ask; refuses when
#: it is impossible anyway.
Describe = Callable[[Any, UnitOfWork, Moment], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Registered:
    """One row. ``intents`` maps an intent's name to values that come with it."""

    handler: Handler
    roles: frozenset[Role]
    intents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    confirm: Describe | None = None
    resolve: Mapping[str, Resolver] = field(default_factory=dict)
    reads_only: bool = False


CHAT = frozenset({Role.CUSTOMER})
OUTSIDE = frozenset({Role.API, Role.SYSTEM})
OWNER = frozenset({Role.ADMIN, Role.SYSTEM})
DESK = frozenset({Role.DISPATCHER, Role.MANAGER, Role.ADMIN, Role.API, Role.SYSTEM})

#: Customer wishes a person answers until they are built; a test lists them.
NOT_BUILT_YET = ("start_return", "track_return", "return_policy")


def _intent(name: str, **fixed: Any) -> dict[str, dict[str, Any]]:
    return {name: fixed}


ORDER = {"order": choices.own_order}
STOPS = {"visits": stops.which_stops}
DRIVING = frozenset({Role.DRIVER})
BOTH = CHAT | DRIVING

REGISTRY: dict[type[Command], Registered] = {
    c.TrackOrder: Registered(orders.track_order, CHAT | DESK, _intent("track_order"), resolve=ORDER, reads_only=True),
    c.RescheduleOrder: Registered(
        orders.reschedule_order, CHAT | DESK, _intent("reschedule_delivery"),
        resolve={**ORDER, "window": choices.new_window},
    ),
    c.CancelOrder: Registered(
        orders.cancel_order, CHAT | DESK, _intent("cancel_order"), confirm=orders.describe_cancelling, resolve=ORDER
    ),
    c.PinAddress: Registered(
        orders.pin_address, CHAT | DESK, _intent("share_location"),
        resolve={"order": addresses.order_of_pin, "place": choices.pin}
    ),
    c.AskPromise: Registered(
        buying.ask_promise, CHAT | DESK, _intent("delivery_promise"), reads_only=True,
        resolve={"postcode": choices.own_postcode, "product": choices.maybe_product},
    ),
    c.CheckStock: Registered(
        buying.check_stock, CHAT | DESK, _intent("check_stock"), reads_only=True,
        resolve={"product": choices.sold_product},
    ),
    c.Greet: Registered(talk.greet, BOTH, _intent("greet"), reads_only=True),
    c.SayGoodbye: Registered(talk.say_goodbye, BOTH, _intent("goodbye"), reads_only=True),
    c.Thank: Registered(talk.thank, BOTH, _intent("thank"), reads_only=True),
    c.Acknowledge: Registered(talk.acknowledge, BOTH, _intent("affirm") | _intent("deny"), reads_only=True),
    c.Unreadable: Registered(talk.unreadable, BOTH, _intent("unreadable"), reads_only=True),
    c.Help: Registered(talk.help_, BOTH, _intent("help"), reads_only=True),
    c.StopMessages: Registered(talk.stop_messages, CHAT, _intent("stop")),
    c.StartMessages: Registered(talk.start_messages, BOTH, _intent("start_messages")),
    c.AskPerson: Registered(
        talk.ask_person, CHAT,
        {name: {"topic": name} for name in ("talk_to_human", *NOT_BUILT_YET)},
    ),
    c.ChangeAddress: Registered(
        addresses.change_address, CHAT, _intent("change_address"), confirm=addresses.describe_changing,
        resolve={**ORDER, "street": addresses.new_address},
    ),
    c.InstructDelivery: Registered(
        instructions.instruct_delivery, CHAT, _intent("delivery_instructions"),
        resolve={**ORDER, "wishes": instructions.wishes},
    ),
    c.ReportProblem: Registered(
        problems.report_problem, CHAT, _intent("report_problem") | _intent("share_photo"),
        resolve={
            "photos": problems.own_photos, "order": problems.troubled_order, "kind": problems.kind,
            "arrived": problems.whether_it_came, "item": problems.which_item, "words": problems.what_it_shows,
        },
    ),
    c.RateDelivery: Registered(
        deliveries.rate_delivery, CHAT, _intent("rate_delivery"),
        resolve={"order": deliveries.order_to_rate, "score": deliveries.score},
    ),
    c.ShowProof: Registered(
        deliveries.show_proof, CHAT, _intent("proof_of_delivery"), resolve={"order": deliveries.delivered_or_coming},
        reads_only=True,
    ),
    c.SetMessages: Registered(
        messages.set_messages, CHAT, _intent("notification_settings"), resolve={"channel": messages.what_to_set}
    ),
    c.AskPrivacy: Registered(
        privacy.ask_privacy, CHAT, _intent("privacy_request"), confirm=privacy.describe_privacy,
    ),
    c.RecordExport: Registered(privacy.record_export, frozenset({Role.SYSTEM})),
    c.TakeBackChat: Registered(handover.take_back_chat, CHAT, _intent("take_back_chat")),
    c.AnswerChat: Registered(handover.answer_chat, DESK),
    c.CloseChat: Registered(handover.close_chat, DESK),
    c.BindChat: Registered(talk.bind_chat, BOTH, _intent("bind_chat"), confirm=joining.describe_joining),
    c.CreateDriverCode: Registered(joining.create_driver_code, DESK),
    c.StartShift: Registered(
        shifts.start_shift, DRIVING, _intent("start_shift"),
        resolve={
            "shift": shifts.check_no_shift, "vehicle": shifts.which_vehicle, "km": shifts.odometer,
            "damage": shifts.whether_damaged, "photos": shifts.damage_shown, "drivable": shifts.whether_drivable,
        },
    ),
    c.ConfirmLoad: Registered(
        loading.confirm_load, DRIVING, _intent("confirm_load"), resolve={"all_there": loading.what_is_there}
    ),
    c.Depart: Registered(loading.depart, DRIVING, _intent("depart")),
    c.EndShift: Registered(
        ending.end_shift, DRIVING, _intent("end_shift"), confirm=ending.describe_ending,
        resolve={"shift": ending.check_shift, "km": shifts.odometer},
    ),
    c.StartBreak: Registered(breaks.start_break, DRIVING, _intent("start_break")),
    c.EndBreak: Registered(breaks.end_break, DRIVING, _intent("end_break")),
    c.ReportDelay: Registered(
        delays.report_delay, DRIVING, _intent("report_delay"), resolve={"lasts": delays.how_late}
    ),
    c.ReportIncident: Registered(
        incidents.report_incident, DRIVING, _intent("report_incident"), resolve={"kind": incidents.what_happened}
    ),
    c.TellDispatcher: Registered(dispatcher.tell_dispatcher, DRIVING, _intent("talk_to_human")),
    c.CreateOrder: Registered(intake.create_order, OUTSIDE),
    c.ChangeOrder: Registered(orders.change_order, DESK),
    c.RecordFile: Registered(files.record_file, frozenset({Role.SYSTEM})),
    c.KeepProofPhoto: Registered(proofs.keep_proof_photo, OUTSIDE),
    c.RecordProof: Registered(proofs.record_proof, OUTSIDE | {Role.DRIVER}),
    c.RecordPosition: Registered(positions.record_position, OUTSIDE | {Role.DRIVER}),
    c.RecordVisit: Registered(visits.record_visit, OUTSIDE | {Role.DRIVER}),
    c.RecordLocation: Registered(orders.record_location, frozenset({Role.SYSTEM})),
    c.LoseChannel: Registered(channels.lose_channel, frozenset({Role.SYSTEM})),
    c.RegainChannel: Registered(channels.regain_channel, frozenset({Role.SYSTEM})),
    c.ResolveCase: Registered(cases.resolve_case, DESK),
    c.ReportPosition: Registered(positions.report_position, frozenset({Role.DRIVER})),
    c.AskRatings: Registered(ratings.ask_ratings, frozenset({Role.SYSTEM})),
    c.AskSilent: Registered(silence.ask_silent, frozenset({Role.SYSTEM})),
    c.ForgetTracks: Registered(positions.forget_tracks, frozenset({Role.SYSTEM})),
    c.RefreshEtas: Registered(live.refresh_etas, frozenset({Role.SYSTEM})),
    c.InsertStop: Registered(inserting.insert_stop, DESK),
    c.MoveStop: Registered(moving.move_stop, DESK),
    c.RemoveStop: Registered(moving.remove_stop, DESK),
    c.LockStop: Registered(moving.lock_stop, DESK),
    c.SwapDriver: Registered(swapping.swap_driver, DESK),
    c.ReplanRest: Registered(replanning.replan_rest, DESK),
    c.BeginReplan: Registered(replanning.begin_replan, frozenset({Role.SYSTEM})),
    c.AdoptReplan: Registered(replanning.adopt_replan, frozenset({Role.SYSTEM})),
    c.SplitRoute: Registered(splitting.split_route, DESK),
    c.ShowRoute: Registered(route.show_route, DRIVING, _intent("show_route"), reads_only=True),
    c.NextStop: Registered(route.next_stop, DRIVING, _intent("next_stop"), reads_only=True),
    c.ShowStop: Registered(route.show_stop, DRIVING, _intent("stop_details"), resolve=STOPS, reads_only=True),
    c.Navigate: Registered(route.navigate, DRIVING, _intent("navigate"), resolve=STOPS, reads_only=True),
    c.Arrive: Registered(delivering.arrive, DRIVING, _intent("arrived"), resolve=STOPS),
    c.Deliver: Registered(
        delivering.deliver, DRIVING, {"delivered": {}, "share_photo": {"by_photo": True}},
        confirm=proving.describe_delivering,
        resolve={
            "visits": proving.which_stops, "part": proving.whether_all, "here": proving.whether_here,
            "code": proving.the_code, "photos": proving.the_photos, "name": proving.the_name,
        },
    ),
    c.DeliverPart: Registered(
        parting.deliver_part, DRIVING, _intent("delivered_part"),
        resolve={
            **STOPS, "order": parting.which_order, "kept": parting.what_was_kept, "code": proving.the_code,
            "photos": proving.the_photos, "name": proving.the_name,
        },
    ),
    c.CollectReturn: Registered(
        collecting.collect_return, DRIVING, _intent("collected_return"),
        resolve={"visits": collecting.which_stops, "photos": collecting.own, "condition": collecting.how_it_looks},
    ),
    c.FailDelivery: Registered(
        failing.fail_delivery, DRIVING, _intent("failed_delivery"),
        resolve={**STOPS, "photos": failing.own, "reason": failing.why_not},
    ),
    c.SkipStop: Registered(skipping.skip_stop, DRIVING, _intent("skip_stop"), resolve=STOPS),
    c.Undo: Registered(undoing.undo, DRIVING, _intent("undo")),
    c.SetUpDepot: Registered(business.set_up_depot, OWNER),
    c.SetUpVehicle: Registered(fleet.set_up_vehicle, OWNER),
    c.SetUpDriver: Registered(fleet.set_up_driver, OWNER),
    c.SetShift: Registered(fleet.set_shift, OWNER | DESK),
    c.PlanDay: Registered(planning.plan_day, DESK),
    c.StopRun: Registered(planning.stop_run, DESK),
    c.BeginRun: Registered(planning.begin_run, frozenset({Role.SYSTEM})),
    c.FailRun: Registered(planning.fail_run, frozenset({Role.SYSTEM})),
    c.AdoptPlan: Registered(planning.adopt_plan, frozenset({Role.SYSTEM})),
    c.PublishPlan: Registered(publishing.publish_plan, DESK),
    c.TellPlanned: Registered(publishing.tell_planned, frozenset({Role.SYSTEM})),
    c.DiscardPlan: Registered(publishing.discard_plan, DESK),
    c.TakeUpDue: Registered(scheduling.take_up_due, frozenset({Role.SYSTEM})),
    c.EndScheduled: Registered(scheduling.end_scheduled, frozenset({Role.SYSTEM})),
    c.ForgetScheduled: Registered(scheduling.forget_scheduled, frozenset({Role.SYSTEM})),
    c.CloseCutoff: Registered(scheduling.close_cutoff, DESK),
    c.SetSchedule: Registered(scheduling.set_schedule, DESK),
    c.PauseSchedule: Registered(scheduling.pause_schedule, DESK),
    c.ShowSchedule: Registered(scheduling.show_schedule, DESK),
    c.RunMorningCheck: Registered(morning.run_morning_check, DESK),
    c.CheckStarts: Registered(morning.check_starts, frozenset({Role.SYSTEM})),
    c.MakeReport: Registered(reports.make_report, DESK),
    c.StockProduct: Registered(business.stock_product, OWNER),
}  # fmt: skip

BY_NAME = {command.__name__: command for command in REGISTRY}

#: Facts that prove whose an order is, by entity, for commands about an order that do not use them otherwise.
_FACTS = ("postcode", "phone", "email")


@cache
def catalogue(role: Role) -> Catalogue:
    """What a role can say: intent → command and its slots."""
    return {
        intent: _spec(command, row, fixed)
        for command, row in REGISTRY.items()
        if role in row.roles
        for intent, fixed in row.intents.items()
    }


def _spec(command: type[Command], row: Registered, fixed: Mapping[str, Any]) -> CommandSpec:
    slots = [_slot(name, info) for name, info in command.model_fields.items() if name not in fixed]
    takes_order = "order" in row.resolve
    entities = {slot.entity for slot in slots}
    if takes_order:
        slots += [SlotSpec(FACT, entity, False, False) for entity in _FACTS if entity not in entities]
        if "product" not in entities:
            slots.append(SlotSpec("about_product", "product", False, False))
    return CommandSpec(command.__name__, tuple(slots), fixed, takes_order)


def _slot(name: str, info: Any) -> SlotSpec:
    slot = _find_slot(info.metadata, info.annotation)
    if slot is None:
        return SlotSpec(name, None, False, info.is_required())
    return SlotSpec(
        name, slot.entity, slot.whole_text, info.is_required(), slot.reader, slot.answer, slot.beside, slot.many
    )


def _find_slot(metadata: list[Any], annotation: Any) -> Slot | None:
    for each in metadata:
        if isinstance(each, Slot):
            return each
    if typing.get_origin(annotation) in {typing.Union, UnionType}:
        for part in typing.get_args(annotation):
            if part is not NoneType and (found := _find_slot(list(getattr(part, "__metadata__", ())), part)):
                return found
    return None
