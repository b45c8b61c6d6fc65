"""The one table of all Commands: handler, roles, the intents that mean it, and what is asked before it is done."""

from __future__ import annotations

import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Any

from actions import (
    addresses,
    awaiting,
    business,
    buying,
    cancellation,
    cases,
    channels,
    choices,
    clarifying,
    deliveries,
    files,
    fleet,
    handover,
    instructions,
    intake,
    kpis,
    learning,
    live,
    messages,
    morning,
    numbers,
    orders,
    outward,
    plan_pictures,
    planning,
    positions,
    privacy,
    problems,
    proofs,
    publishing,
    ratings,
    reports,
    return_note,
    scheduling,
    silence,
    talk,
    visits,
)
from actions.choices import Resolver
from actions.desk import (
    announcing,
    approvals,
    audit,
    board,
    changes,
    choosing,
    choosing_plans,
    choosing_returns,
    drivers,
    entering,
    escalating,
    finding,
    fraud,
    home,
    mending,
    people,
    rooms,
    schedules,
    taking_back,
)
from actions.desk import cases as desk_cases
from actions.desk import choosing_routes as which
from actions.desk import orders as desk_orders
from actions.desk import plans as desk_plans
from actions.desk import returns as desk_returns
from actions.desk import routes as desk_routes
from actions.desk import stock as desk_stock
from actions.desk import talk as desk_talk
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
from actions.returns import (
    answering,
    appealing,
    asking,
    cancelling,
    crediting,
    inspecting,
    receiving,
    refunding,
    resolving,
    settling,
    starting,
    tending,
    ways,
)
from actions.returns import outside as returns_outside
from actions.returns import policy as return_policy
from actions.returns import tracking as tracking_returns
from actions.returns import which as of_return
from domain import commands as c
from domain.commands import Command, Slot
from domain.dialogue import FACT, Catalogue, CommandSpec, Frame, SlotSpec
from domain.moment import DECIDING, DISPATCHING, STAFF, STOCKING, Moment, Role
from domain.notices import Notice
from domain.refusals import NotAllowed
from storage.unit_of_work import UnitOfWork

Handler = Callable[[Any, UnitOfWork, Moment], list[Notice]]
#: What is told in the question before something that cannot be undone, None where there is nothing to ask; refuses when
#: it is impossible anyway.
Describe = Callable[[Any, UnitOfWork, Moment], Mapping[str, Any] | None]
Prefill = Callable[[Mapping[str, Any], UnitOfWork], Mapping[str, Any]]


@dataclass(frozen=True)
class Registered:
    """One row. ``intents`` maps an intent's name to values that come with it; ``form`` says that it takes so much that a
    form is offered before it is asked for piece by piece; ``second`` gives what a second person of the business reads and
    must approve before it is done (what it comes to as ``worth``), None where one is enough. ``instead`` gives the frame of
    another command where what was said is meant of something else than an order.
    ``prefill`` adds to what is known what its form shows besides.
    """

    handler: Handler
    roles: frozenset[Role]
    intents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    confirm: Describe | None = None
    resolve: Mapping[str, Resolver] = field(default_factory=dict)
    reads_only: bool = False
    form: bool = False
    second: Describe | None = None
    prefill: Prefill | None = None
    instead: Callable[[Frame, choices.Talk], Frame | None] | None = None


CHAT = frozenset({Role.CUSTOMER})
OUTSIDE = frozenset({Role.API, Role.SYSTEM})
OWNER = frozenset({Role.ADMIN, Role.SYSTEM})
DESK = DISPATCHING | OUTSIDE
#: Those who take goods in.
DOCK = STOCKING | DESK
#: What everybody of the business may look at.
OFFICE = STAFF | OUTSIDE
#: Who answers for the rules of returns.
POLICY = DECIDING | {Role.SYSTEM}
#: Who says what messages mean.
TEACHING = DECIDING | {Role.SYSTEM}

#: Customer wishes a person answers until they are built; a test lists them.
NOT_BUILT_YET: tuple[str, ...] = ()
#: Wishes of staff that are told to be not there yet; a test lists them.
NOT_YET_FOR_STAFF = (
    "outsource_delivery",
    "low_stock", "create_purchase_order", "approve_purchase_order", "receive_purchase_order", "purchase_order_status",
    "forecast_demand", "quarantine_stock",
)  # fmt: skip


def _intent(name: str, **fixed: Any) -> dict[str, dict[str, Any]]:
    return {name: fixed}


ORDER = {"order": choices.own_order}
DEPOT = {"depot": choosing.which_depot}
CASE = {"case": desk_cases.which_case}
RETURN = {"return_number": choosing_returns.which_return}
SAY = {"words": handover.what_to_say}
STOPS = {"visits": stops.which_stops}
DRIVING = frozenset({Role.DRIVER})
BOTH = CHAT | DRIVING
ALL = BOTH | STAFF


def may_not(command: str, roles: Collection[Role]) -> NotAllowed:
    """The refusal of what a role may not, saying whose roles of staff may."""
    return NotAllowed("not_your_role", command=command, roles=sorted(role.value for role in STAFF & frozenset(roles)))


def _as_asked(command: Command, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Do what was approved, as whoever asked for it may now. Refuses what they may not."""
    row = REGISTRY[type(command)]
    if at.actor.role not in row.roles:
        raise may_not(type(command).__name__, row.roles)
    return row.handler(command, uow, at)


def _approve(command: c.Approve, uow: UnitOfWork, at: Moment) -> list[Notice]:
    return approvals.approve(command, uow, at, BY_NAME, _as_asked, _why_two)


def _why_two(command: Command, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What a second person reads before it is done, None where one is enough."""
    second = REGISTRY[type(command)].second
    return second(command, uow, at) if second is not None else None


REGISTRY: dict[type[Command], Registered] = {
    c.TrackOrder: Registered(
        orders.track_order, CHAT | DESK, _intent("track_order"), resolve=ORDER, reads_only=True, instead=of_return.tracked_instead
    ),
    c.RescheduleOrder: Registered(
        orders.reschedule_order, CHAT | DESK, _intent("reschedule_delivery") | _intent("reschedule_order"),
        confirm=orders.describe_rescheduling, resolve={**ORDER, "window": choices.new_window}, instead=of_return.collected_instead,
    ),
    c.CancelOrder: Registered(
        cancellation.cancel_order, CHAT | DESK, _intent("cancel_order"), confirm=cancellation.describe_cancelling, resolve=ORDER,
        instead=of_return.cancelled_instead,
    ),
    c.PinAddress: Registered(
        orders.pin_address, CHAT | DESK, _intent("share_location"),
        resolve={"order": addresses.order_of_pin, "place": choices.pin}
    ),
    c.AskPromise: Registered(
        buying.ask_promise, CHAT | DESK, _intent("delivery_promise"), reads_only=True,
        resolve={"postcode": choices.own_postcode, "product": choices.maybe_product}, instead=awaiting.promised_instead,
    ),
    c.CheckStock: Registered(
        buying.check_stock, CHAT | DESK, _intent("check_stock"), reads_only=True,
        resolve={"product": choices.sold_product},
    ),
    c.Greet: Registered(talk.greet, ALL, _intent("greet"), reads_only=True),
    c.SayGoodbye: Registered(talk.say_goodbye, ALL, _intent("goodbye"), reads_only=True),
    c.Thank: Registered(talk.thank, ALL, _intent("thank"), reads_only=True),
    c.Acknowledge: Registered(talk.acknowledge, ALL, _intent("affirm") | _intent("deny"), reads_only=True),
    c.Unreadable: Registered(talk.unreadable, ALL, _intent("unreadable"), reads_only=True),
    c.Help: Registered(talk.help_, ALL, _intent("help"), reads_only=True),
    c.StopMessages: Registered(talk.stop_messages, CHAT, _intent("stop")),
    c.StartMessages: Registered(talk.start_messages, BOTH, _intent("start_messages")),
    c.ChooseLanguage: Registered(
        messages.choose_language, ALL, _intent("choose_language"), resolve={"language": messages.which_language}
    ),
    c.AskPerson: Registered(
        talk.ask_person, CHAT,
        {name: {"topic": name} for name in ("talk_to_human", *NOT_BUILT_YET)},
    ),
    c.AskBack: Registered(
        clarifying.ask_back, ALL, resolve={"wish": clarifying.which_wish}, reads_only=True, instead=clarifying.chosen
    ),
    c.ChangeAddress: Registered(
        addresses.change_address, CHAT | DESK, _intent("change_address") | _intent("change_order_address"), confirm=addresses.describe_changing,
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
    c.StartReturn: Registered(
        starting.start_return, CHAT | DESK, _intent("start_return"),
        resolve={
            "photos": asking.own_photos, "order": asking.which_order, "product": asking.which_pieces,
            "lines": asking.what_is_missing,
        },
        instead=of_return.next_instead,
    ),
    c.ChooseResolution: Registered(
        resolving.choose_resolution, CHAT | DESK, _intent("choose_resolution"),
        resolve={
            "return_number": of_return.awaited_return, "resolution": resolving.which_resolution,
            "product": resolving.which_product,
        },
    ),
    c.AppealReturn: Registered(
        appealing.appeal_return, CHAT | DESK, _intent("appeal_return"), resolve={"return_number": appealing.rejected_return}
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
    c.ReviewMessages: Registered(learning.review_messages, TEACHING, _intent("review_messages"), reads_only=True),
    c.LabelMessage: Registered(
        learning.label_message, TEACHING, _intent("label_message"), form=True, prefill=learning.shown_in_form,
    ),
    c.RejectMessage: Registered(learning.reject_message, TEACHING, _intent("reject_message")),
    c.RecordExport: Registered(privacy.record_export, frozenset({Role.SYSTEM})),
    c.TakeBackChat: Registered(handover.take_back_chat, CHAT, _intent("take_back_chat")),
    c.ReceiveReturn: Registered(
        receiving.receive_return, DOCK, _intent("receive_return"), resolve={"return_number": receiving.which_parcel}
    ),
    c.ReceiveUnknown: Registered(receiving.receive_unknown, DOCK, _intent("receive_unknown"), form=True),
    c.InspectReturn: Registered(
        inspecting.inspect_return, DOCK, _intent("inspect_return"), form=True,
        resolve={
            "return_number": inspecting.which_to_inspect, "product": inspecting.which_line, "condition": inspecting.how_found,
        },
    ),
    c.DecideInspection: Registered(
        inspecting.decide_inspection, DESK, _intent("decide_inspection"), form=True,
        resolve={"accept": inspecting.what_counts, "pieces": inspecting.how_many, "reason": inspecting.why_denied},
    ),
    c.FinishRepair: Registered(
        inspecting.finish_repair, DOCK, _intent("finish_repair"), resolve={"return_number": inspecting.which_repair}
    ),
    c.SettleKept: Registered(settling.settle_kept, frozenset({Role.SYSTEM})),
    c.SettleReturn: Registered(settling.settle_return, DESK, _intent("settle_return")),
    c.RecordRefund: Registered(refunding.record_refund, DESK, _intent("record_refund")),
    c.IssueRefund: Registered(
        refunding.issue_refund, DISPATCHING, _intent("issue_refund"), form=True, confirm=refunding.describe_refund,
        second=refunding.why_two, resolve={"order": refunding.refund_order, "amount": refunding.how_much},
    ),
    c.ShowCredit: Registered(
        crediting.show_credit, CHAT | DESK, _intent("show_credit"), resolve={"order": crediting.whose_credit}, reads_only=True
    ),
    c.RedeemCredit: Registered(crediting.redeem_credit, DECIDING | OUTSIDE, _intent("redeem_credit"), form=True),
    c.ReverseRedemption: Registered(crediting.reverse_redemption, DECIDING | OUTSIDE, _intent("reverse_redemption")),
    c.ChooseWay: Registered(
        ways.choose_way, CHAT | DESK, _intent("choose_way"),
        resolve={"return_number": of_return.awaited_return, "way": of_return.which_way, "window": of_return.pickup_window},
    ),
    c.TrackReturn: Registered(
        tracking_returns.track_return, CHAT | DESK, _intent("track_return"), resolve={"return_number": of_return.tracked_return},
        reads_only=True, instead=awaiting.returned_instead,
    ),
    c.CancelReturn: Registered(
        cancelling.cancel_return, CHAT | DESK, _intent("cancel_return"), confirm=cancelling.describe_cancelling,
        resolve={"return_number": of_return.open_return},
    ),
    c.TendReturns: Registered(tending.tend_returns, frozenset({Role.SYSTEM})),
    c.WriteCustomer: Registered(handover.write_customer, DESK, _intent("write_customer"), resolve={**ORDER, **SAY}),
    c.AnswerChat: Registered(handover.answer_chat, DESK, _intent("answer_chat"), resolve={**CASE, **SAY}),
    c.CloseChat: Registered(handover.close_chat, DESK, _intent("close_chat"), resolve=CASE),
    c.BindChat: Registered(talk.bind_chat, BOTH, _intent("bind_chat"), confirm=joining.describe_joining),
    c.CreateDriverCode: Registered(
        joining.create_driver_code, DESK, _intent("driver_code"), resolve={"driver": which.which_driver}
    ),
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
    c.ReportLostEvents: Registered(outward.report_lost_events, frozenset({Role.SYSTEM})),
    c.CreateReturn: Registered(returns_outside.create_return, OUTSIDE),
    c.KeepReturnPhoto: Registered(returns_outside.keep_return_photo, OUTSIDE),
    c.KeepProofPhoto: Registered(proofs.keep_proof_photo, OUTSIDE),
    c.RecordProof: Registered(proofs.record_proof, OUTSIDE | {Role.DRIVER}),
    c.RecordPosition: Registered(positions.record_position, OUTSIDE | {Role.DRIVER}),
    c.RecordVisit: Registered(visits.record_visit, OUTSIDE | {Role.DRIVER}),
    c.RecordLocation: Registered(orders.record_location, frozenset({Role.SYSTEM})),
    c.LoseChannel: Registered(channels.lose_channel, frozenset({Role.SYSTEM})),
    c.RegainChannel: Registered(channels.regain_channel, frozenset({Role.SYSTEM})),
    c.ResolveCase: Registered(cases.resolve_case, DESK, _intent("resolve_case"), resolve=CASE),
    c.ShowCases: Registered(
        desk_cases.show_cases, OFFICE, _intent("show_exceptions"), resolve={"depot": choosing.maybe_depot}, reads_only=True
    ),
    c.ShowCase: Registered(desk_cases.show_case, OFFICE, _intent("show_case"), resolve=CASE, reads_only=True),
    c.OwnCase: Registered(desk_cases.own_case, DESK, _intent("own_case"), resolve=CASE),
    c.HandCase: Registered(
        desk_cases.hand_case, DESK, _intent("hand_case"), resolve={**CASE, "person": desk_cases.who_takes_it}
    ),
    c.SnoozeCase: Registered(
        desk_cases.snooze_case, DESK, _intent("snooze_case"), resolve={**CASE, "lasts": desk_cases.until_when}
    ),
    c.EscalateCases: Registered(escalating.escalate_cases, frozenset({Role.SYSTEM})),
    c.ReviewReturns: Registered(
        desk_returns.review_returns, OFFICE, _intent("review_returns"), resolve={"depot": choosing.maybe_depot},
        reads_only=True,
    ),
    c.ShowReturn: Registered(
        desk_returns.show_return, OFFICE, _intent("open_return_card"), resolve=RETURN, reads_only=True
    ),
    c.ApproveReturns: Registered(
        desk_returns.approve_returns, DESK, _intent("approve_return"), confirm=desk_returns.describe_approving, form=True,
        resolve={"return_numbers": choosing_returns.which_returns}, second=desk_returns.why_two,
    ),
    c.RejectReturns: Registered(
        desk_returns.reject_returns, DESK, _intent("reject_return"), confirm=desk_returns.describe_rejecting,
        resolve={"return_numbers": choosing_returns.which_returns, "reason": choosing_returns.why_rejected},
    ),
    c.AskAboutReturn: Registered(
        desk_returns.ask_about_return, DESK, _intent("ask_about_return"),
        resolve={**RETURN, "words": choosing_returns.what_to_ask},
    ),
    c.ReopenReturn: Registered(desk_returns.reopen_return, DESK, _intent("reopen_return"), resolve=RETURN),
    c.MarkFraud: Registered(
        fraud.mark_fraud, DECIDING, _intent("mark_fraud"), confirm=fraud.describe_marking,
        resolve={**RETURN, "reason": choosing_returns.why_fraud},
    ),
    c.UnmarkFraud: Registered(fraud.unmark_fraud, DECIDING, _intent("unmark_fraud"), resolve=RETURN),
    c.ShowApprovals: Registered(approvals.show_approvals, OFFICE, _intent("show_approvals"), reads_only=True),
    c.Approve: Registered(_approve, DECIDING, _intent("sign_off")),
    c.Reject: Registered(approvals.reject, DECIDING, _intent("turn_down")),
    c.ShowStock: Registered(
        desk_stock.show_stock, OFFICE, _intent("stock_level"), reads_only=True,
        resolve={"product": choices.sold_product, "depot": choosing.maybe_depot},
    ),
    c.AdjustStock: Registered(
        desk_stock.adjust_stock, STOCKING | OUTSIDE, _intent("adjust_stock"), form=True, second=desk_stock.why_two,
        resolve={"product": choices.sold_product, **DEPOT},
    ),
    c.ShowHome: Registered(home.show_home, OFFICE, _intent("show_home"), reads_only=True),
    c.ReportPosition: Registered(positions.report_position, frozenset({Role.DRIVER})),
    c.AskRatings: Registered(ratings.ask_ratings, frozenset({Role.SYSTEM})),
    c.AskSilent: Registered(silence.ask_silent, frozenset({Role.SYSTEM})),
    c.ForgetTracks: Registered(positions.forget_tracks, frozenset({Role.SYSTEM})),
    c.RefreshEtas: Registered(live.refresh_etas, frozenset({Role.SYSTEM})),
    c.InsertStop: Registered(
        inserting.insert_stop, DESK, _intent("insert_stop"), confirm=changes.describe_inserting,
        resolve={"order": inserting.which_one},
    ),
    c.MoveStop: Registered(
        moving.move_stop, DESK, _intent("move_stop"), confirm=changes.describe_moving,
        resolve={
            "carrying": which.stop_carrying, "route": which.which_route, "stop": which.which_stop,
            "to_route": which.which_other_route, "version": which.version,
        },
    ),
    c.RemoveStop: Registered(
        moving.remove_stop, DESK, _intent("remove_stop"), confirm=changes.describe_removing,
        resolve={
            "route": which.which_route, "stop": which.which_stop, "reason": which.why_removed, "version": which.version,
        },
    ),
    c.LockStop: Registered(
        moving.lock_stop, DESK, {"lock_stop": {}, "unlock_stop": {"locked": False}},
        resolve={"route": which.which_route, "stop": which.which_stop},
    ),
    c.SwapDriver: Registered(swapping.swap_driver, DESK),
    c.AssignDriver: Registered(
        changes.assign_driver, DESK, _intent("assign_driver"), confirm=changes.describe_assigning,
        resolve={"route": which.which_route, "driver": which.new_driver},
    ),
    c.ShowRouteCard: Registered(
        desk_routes.show_route_card, OFFICE, _intent("show_route_card"), resolve={"route": which.which_route},
        reads_only=True,
    ),
    c.ShowBoard: Registered(board.show_board, OFFICE, _intent("show_board"), resolve=DEPOT, reads_only=True),
    c.RefreshBoard: Registered(board.refresh_board, frozenset({Role.SYSTEM})),
    c.ShowDriver: Registered(
        drivers.show_driver, OFFICE, _intent("driver_status"), resolve={"driver": which.driver_or_everybody},
        reads_only=True,
    ),
    c.MessageDriver: Registered(
        drivers.message_driver, DESK, _intent("tell_driver"), resolve={"driver": which.which_driver}
    ),
    c.AnnounceDelay: Registered(
        announcing.announce_delay, DESK, _intent("announce_delay"), confirm=announcing.describe_announcing,
        resolve={"route": which.which_route, "lasts": announcing.how_long},
    ),
    c.ReplanRest: Registered(
        replanning.replan_rest, DESK, _intent("replan_rest"), confirm=changes.describe_replanning, resolve=DEPOT
    ),
    c.BeginReplan: Registered(replanning.begin_replan, frozenset({Role.SYSTEM})),
    c.AdoptReplan: Registered(replanning.adopt_replan, frozenset({Role.SYSTEM})),
    c.SplitRoute: Registered(
        splitting.split_route, DESK, _intent("split_route"), confirm=changes.describe_splitting,
        resolve={"route": which.which_route},
    ),
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
            **STOPS, "order": parting.which_order, "here": proving.whether_here, "kept": parting.what_was_kept,
            "code": proving.the_code, "photos": proving.the_photos, "name": proving.the_name,
        },
    ),
    c.CollectReturn: Registered(
        collecting.collect_return, DRIVING, _intent("collected_return"),
        resolve={
            "visits": collecting.which_stops, "missing": collecting.what_is_missing, "condition": collecting.how_it_looks,
            "code": collecting.the_code, "photos": collecting.the_photos,
        },
    ),
    c.FailDelivery: Registered(
        failing.fail_delivery, DRIVING, _intent("failed_delivery"),
        resolve={**STOPS, "photos": failing.own, "reason": failing.why_not},
    ),
    c.SkipStop: Registered(skipping.skip_stop, DRIVING, _intent("skip_stop"), resolve=STOPS),
    c.Undo: Registered(undoing.undo, DRIVING, _intent("undo")),
    c.SetUpDepot: Registered(business.set_up_depot, OWNER),
    c.SetUpVehicle: Registered(fleet.set_up_vehicle, OWNER),
    c.ReturnVehicle: Registered(
        fleet.return_vehicle, DESK, _intent("return_vehicle"), resolve={"vehicle": fleet.which_is_back}
    ),
    c.SetUpDriver: Registered(fleet.set_up_driver, OWNER),
    c.SetShift: Registered(fleet.set_shift, OWNER | DESK),
    c.PlanDay: Registered(
        planning.plan_day, DESK, _intent("plan_routes"), resolve={**DEPOT, "day": choosing_plans.day_to_plan}
    ),
    c.StopRun: Registered(
        planning.stop_run, DESK, _intent("stop_run"), resolve={"run": choosing_plans.which_run}
    ),
    c.KeepProgress: Registered(planning.keep_progress, frozenset({Role.SYSTEM})),
    c.BeginRun: Registered(planning.begin_run, frozenset({Role.SYSTEM})),
    c.FailRun: Registered(planning.fail_run, frozenset({Role.SYSTEM})),
    c.AdoptPlan: Registered(planning.adopt_plan, frozenset({Role.SYSTEM})),
    c.ShowPlan: Registered(
        desk_plans.show_plan, OFFICE, _intent("show_routes"), resolve={"plan": choosing_plans.which_plan}, reads_only=True
    ),
    c.ComparePlans: Registered(
        desk_plans.compare_plans, OFFICE, _intent("compare_plans"), resolve={"plan": choosing_plans.which_plan},
        reads_only=True,
    ),
    c.MendPlan: Registered(mending.mend_plan, DESK, _intent("mend_plan"), confirm=mending.describe_mending),
    c.KeepPlanPicture: Registered(plan_pictures.keep_plan_picture, frozenset({Role.SYSTEM})),
    c.PublishPlan: Registered(
        publishing.publish_plan, DESK, _intent("publish_routes"), confirm=publishing.describe_publishing,
        resolve={"plan": choosing_plans.which_draft},
    ),
    c.TellPlanned: Registered(publishing.tell_planned, frozenset({Role.SYSTEM})),
    c.DiscardPlan: Registered(
        publishing.discard_plan, DESK, _intent("discard_plan"), confirm=publishing.describe_discarding,
        resolve={"plan": choosing_plans.which_draft},
    ),
    c.TakeUpDue: Registered(scheduling.take_up_due, frozenset({Role.SYSTEM})),
    c.EndScheduled: Registered(scheduling.end_scheduled, frozenset({Role.SYSTEM})),
    c.ForgetScheduled: Registered(scheduling.forget_scheduled, frozenset({Role.SYSTEM})),
    c.CloseCutoff: Registered(scheduling.close_cutoff, DESK),
    c.SetSchedule: Registered(scheduling.set_schedule, DESK),
    c.PauseSchedule: Registered(scheduling.pause_schedule, DESK),
    c.ChangeSchedule: Registered(
        schedules.change_schedule, DESK,
        {
            "set_schedule": {}, "pause_schedule": {"what": "pause"}, "resume_schedule": {"what": "resume"},
            "close_day": {"what": "close"}, "open_day": {"what": "open"},
        },
        confirm=schedules.describe_changing, resolve={**DEPOT, "what": schedules.what_is_missing},
    ),
    c.ShowSchedule: Registered(scheduling.show_schedule, OFFICE, _intent("show_schedule"), resolve=DEPOT, reads_only=True),
    c.RunMorningCheck: Registered(morning.run_morning_check, DESK),
    c.CheckStarts: Registered(morning.check_starts, frozenset({Role.SYSTEM})),
    c.MakeReport: Registered(reports.make_report, DESK),
    c.WatchReturns: Registered(return_note.watch_returns, DESK),
    c.TellReport: Registered(reports.tell_report, frozenset({Role.SYSTEM})),
    c.ShowKpis: Registered(
        kpis.show_kpis, OFFICE, _intent("kpi_report"), resolve={"depot": choosing.maybe_depot}, reads_only=True
    ),
    c.SetTarget: Registered(
        kpis.set_target, OWNER | {Role.MANAGER}, _intent("set_target"), resolve={"depot": choosing.maybe_depot}, form=True
    ),
    c.AskNumbers: Registered(numbers.ask_numbers, OFFICE, _intent("ask_numbers"), reads_only=True),
    c.SaveNumbers: Registered(numbers.save_numbers, OFFICE, _intent("save_numbers")),
    c.RecordNumbers: Registered(numbers.record_numbers, frozenset({Role.SYSTEM})),
    c.StockProduct: Registered(business.stock_product, OWNER),
    c.FindOrders: Registered(
        finding.find_orders, OFFICE, _intent("find_order"), resolve={"depot": choosing.maybe_depot}, reads_only=True
    ),
    c.ShowOrder: Registered(desk_orders.show_order, OFFICE, _intent("show_order"), resolve=ORDER, reads_only=True),
    c.ShowContact: Registered(desk_orders.show_contact, DESK, _intent("show_contact"), resolve=ORDER, reads_only=True),
    c.EnterOrder: Registered(
        entering.enter_order, DESK, _intent("create_order"), confirm=entering.describe_entering, form=True,
        resolve={"street": entering.whole_address, "lines": entering.which_lines},
    ),
    c.HoldOrder: Registered(desk_orders.hold_order, DESK, _intent("hold_order"), resolve=ORDER),
    c.ReleaseOrder: Registered(desk_orders.release_order, DESK, _intent("release_order"), resolve=ORDER),
    c.TakeBack: Registered(
        taking_back.take_back, STAFF, _intent("undo_last"), resolve={"button": taking_back.what_was_done}, reads_only=True
    ),
    c.WhoDid: Registered(audit.who_did, OFFICE, _intent("who_did"), resolve={"subject": audit.what_is_meant}, reads_only=True),
    c.ShowStaff: Registered(people.show_staff, OFFICE, _intent("show_staff"), reads_only=True),
    c.SetRole: Registered(people.set_role, OWNER, _intent("set_role"), form=True, confirm=people.describe_role),
    c.UseRoom: Registered(
        rooms.use_room, frozenset({Role.MANAGER, Role.ADMIN, Role.SYSTEM}), _intent("use_room"),
        resolve={"depot": choosing.maybe_depot},
    ),
    c.RemoveStaff: Registered(people.remove_staff, OWNER, _intent("remove_staff")),
    c.AskReturnPolicy: Registered(
        answering.ask_return_policy, CHAT | OUTSIDE, _intent("return_policy"), reads_only=True,
        resolve={"product": answering.about_product, "order": answering.about_order},
    ),
    c.ShowReturnPolicy: Registered(
        return_policy.show_return_policy, OFFICE, _intent("show_return_policy"), reads_only=True
    ),
    c.ShowReturnRule: Registered(
        return_policy.show_return_rule, OFFICE, _intent("show_return_rule"), reads_only=True,
        resolve={"rule": return_policy.which_rule},
    ),
    c.DraftReturnPolicy: Registered(
        return_policy.draft_return_policy, POLICY, _intent("draft_return_policy"), form=True,
        prefill=return_policy.known_text,
    ),
    c.EditReturnRule: Registered(
        return_policy.edit_return_rule, POLICY, _intent("edit_return_rule"), form=True, prefill=return_policy.known_rule,
        resolve={"rule": return_policy.which_rule},
    ),
    c.AddReturnRule: Registered(return_policy.add_return_rule, POLICY, _intent("create_return_rule"), form=True),
    c.RemoveReturnRule: Registered(
        return_policy.remove_return_rule, POLICY, _intent("delete_return_rule"), resolve={"rule": return_policy.which_rule}
    ),
    c.TryReturnPolicy: Registered(
        return_policy.try_return_policy, POLICY, _intent("try_return_policy"), reads_only=True,
        resolve={"version": return_policy.which_draft},
    ),
    c.ActivateReturnPolicy: Registered(
        return_policy.activate_return_policy, POLICY, _intent("activate_return_policy"),
        confirm=return_policy.describe_activating, resolve={"version": return_policy.which_draft},
    ),
    c.DiscardReturnPolicy: Registered(
        return_policy.discard_return_policy, POLICY, _intent("drop_return_policy"),
        resolve={"version": return_policy.which_draft},
    ),
    c.InstallReturnPolicy: Registered(return_policy.install_return_policy, frozenset({Role.SYSTEM})),
    c.AskPhrase: Registered(desk_talk.ask_phrase, STAFF, _intent("ask_phrase"), reads_only=True),
    c.AskNotYet: Registered(
        desk_talk.ask_not_yet, STAFF, {name: {"topic": name} for name in NOT_YET_FOR_STAFF}, reads_only=True
    ),
}  # fmt: skip

BY_NAME = {command.__name__: command for command in REGISTRY}

#: Facts that prove whose an order is, by entity, for commands about an order that do not use them otherwise.
_FACTS = ("postcode", "phone", "email")


#: What only a button can ask for: it carries what no words say.
BY_BUTTON = frozenset(
    {
        "mend_plan",
        "save_numbers",
        "choose_resolution",
        "appeal_return",
        "record_refund",
        "settle_return",
        "label_message",
        "reject_message",
    }
)
#: What is meant by something else than its name, or cannot be done yet.
_NOT_ASKED_FOR = frozenset({"ask_phrase", "answer_chat", "share_location", *BY_BUTTON, *NOT_YET_FOR_STAFF})


@cache
def catalogue(role: Role) -> Catalogue:
    """What a role can say: intent → command and its slots. Staff are understood in what only others of them may do."""
    understood = STAFF if role in STAFF else {role}
    return {
        intent: _spec(command, row, fixed)
        for command, row in REGISTRY.items()
        if understood & row.roles
        for intent, fixed in row.intents.items()
    }


def doable(role: Role) -> list[str]:
    """What somebody of the business can ask for in that role, small talk aside, in the order of the table."""
    rows = [row for row in REGISTRY.values() if role in row.roles and not row.roles >= ALL]
    return [intent.replace("_", " ") for row in rows for intent in row.intents if intent not in _NOT_ASKED_FOR]


#: What is heard besides of a wish that may be about a return.
_OF_A_RETURN = (
    SlotSpec("about_return", "return_number", False, False),
    SlotSpec("speaks_of", None, True, False, reader="speaks_of"),
    SlotSpec("of_credit", None, True, False, reader="of_credit"),
    SlotSpec("awaited", None, True, False, reader="awaited"),
    SlotSpec("way", None, True, False, reader="way_back"),
    SlotSpec("day", "date", False, False),
    SlotSpec("window", "time_window", False, False),
)


def _spec(command: type[Command], row: Registered, fixed: Mapping[str, Any]) -> CommandSpec:
    slots = [_slot(name, info) for name, info in command.model_fields.items() if name not in fixed]
    takes_order, takes_return = "order" in row.resolve, "return_number" in row.resolve
    entities = {slot.entity for slot in slots}
    if takes_order or takes_return:
        slots += [SlotSpec(FACT, entity, False, False) for entity in _FACTS if entity not in entities]
        if "product" not in entities:
            slots.append(SlotSpec("about_product", "product", False, False))
    if takes_return and "order_number" not in entities:
        slots.append(SlotSpec("about_order", "order_number", False, False))
    if row.instead is not None:
        named = {slot.name for slot in slots}
        known = {slot.entity for slot in slots if slot.entity == "return_number"}
        slots += [each for each in _OF_A_RETURN if each.name not in named and each.entity not in known]
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
