"""Returns: from the wish to send something back to what is given for it."""

from __future__ import annotations

from actions import awaiting, return_note
from actions.desk import choosing, choosing_returns, fraud, return_card
from actions.desk import returns as desk_returns
from actions.registry.row import CHAT, DESK, OFFICE, OUTSIDE, SAME_TIME, SYSTEM, WAY_WISHED, Registered, intent
from actions.returns import (
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
from actions.returns import tracking as tracking_returns
from actions.returns import which as of_return
from domain import commands as c
from domain.commands import Command
from domain.dialogue import SlotSpec
from domain.moment import DECIDING, DISPATCHING, STOCKING

#: Those who take goods in.
DOCK = STOCKING | DESK
#: How it comes back, as far as that is said before there is anything to send.
WAY_SAID_BEFORE = (
    WAY_WISHED,
    SlotSpec("day", "date", False, False),
    SlotSpec("window", "time_window", False, False),
)
RETURN = {"return_number": choosing_returns.which_return}

ROWS: dict[type[Command], Registered] = {
    c.StartReturn: Registered(
        starting.start_return, CHAT | DESK, intent("start_return"),
        resolve={
            "photos": asking.own_photos, "order": asking.which_order, "product": asking.which_pieces,
            "lines": asking.what_is_missing,
        },
        instead=of_return.next_instead, then=of_return.way_said_before, hears=WAY_SAID_BEFORE,
    ),
    c.CreateReturn: Registered(returns_outside.create_return, OUTSIDE),
    c.KeepReturnPhoto: Registered(returns_outside.keep_return_photo, OUTSIDE),
    c.ChooseResolution: Registered(
        resolving.choose_resolution, CHAT | DESK, intent("choose_resolution"),
        resolve={
            "return_number": of_return.awaited_return, "resolution": resolving.which_resolution,
            "product": resolving.which_product,
        },
        then=of_return.way_said_before, hears=WAY_SAID_BEFORE,
    ),
    c.AppealReturn: Registered(
        appealing.appeal_return, CHAT | DESK, intent("appeal_return"), resolve={"return_number": appealing.rejected_return}
    ),
    c.ChooseWay: Registered(
        ways.choose_way, CHAT | DESK, intent("choose_way"),
        resolve={"return_number": of_return.awaited_return, "way": of_return.which_way, "window": of_return.pickup_window},
        hears=(SAME_TIME,),
    ),
    c.TrackReturn: Registered(
        tracking_returns.track_return, CHAT | DESK, intent("track_return"), resolve={"return_number": of_return.tracked_return},
        reads_only=True, instead=awaiting.returned_instead,
    ),
    c.CancelReturn: Registered(
        cancelling.cancel_return, CHAT | DESK, intent("cancel_return"), confirm=cancelling.describe_cancelling,
        resolve={"return_number": of_return.open_return},
    ),
    c.TendReturns: Registered(tending.tend_returns, SYSTEM),
    c.WatchReturns: Registered(return_note.watch_returns, DESK),
    c.ReviewReturns: Registered(
        desk_returns.review_returns, OFFICE, intent("review_returns"), resolve={"depot": choosing.maybe_depot},
        reads_only=True,
    ),
    c.ShowReturn: Registered(
        return_card.show_return, OFFICE, intent("open_return_card"), resolve=RETURN, reads_only=True
    ),
    c.ApproveReturns: Registered(
        desk_returns.approve_returns, DESK, intent("approve_return"), confirm=desk_returns.describe_approving, form=True,
        resolve={"return_numbers": choosing_returns.which_returns}, second=desk_returns.why_two,
    ),
    c.RejectReturns: Registered(
        desk_returns.reject_returns, DESK, intent("reject_return"), confirm=desk_returns.describe_rejecting,
        resolve={"return_numbers": choosing_returns.which_returns, "reason": choosing_returns.why_rejected},
    ),
    c.AskAboutReturn: Registered(
        desk_returns.ask_about_return, DESK, intent("ask_about_return"),
        resolve={**RETURN, "words": choosing_returns.what_to_ask},
    ),
    c.ReopenReturn: Registered(desk_returns.reopen_return, DESK, intent("reopen_return"), resolve=RETURN),
    c.MarkFraud: Registered(
        fraud.mark_fraud, DECIDING, intent("mark_fraud"), confirm=fraud.describe_marking,
        resolve={**RETURN, "reason": choosing_returns.why_fraud},
    ),
    c.UnmarkFraud: Registered(fraud.unmark_fraud, DECIDING, intent("unmark_fraud"), resolve=RETURN),
    c.ReceiveReturn: Registered(
        receiving.receive_return, DOCK, intent("receive_return"), resolve={"return_number": receiving.which_parcel}
    ),
    c.ReceiveUnknown: Registered(receiving.receive_unknown, DOCK, intent("receive_unknown"), form=True),
    c.InspectReturn: Registered(
        inspecting.inspect_return, DOCK, intent("inspect_return"), form=True,
        resolve={
            "return_number": inspecting.which_to_inspect, "product": inspecting.which_line, "condition": inspecting.how_found,
        },
    ),
    c.DecideInspection: Registered(
        inspecting.decide_inspection, DESK, intent("decide_inspection"), form=True,
        resolve={"accept": inspecting.what_counts, "pieces": inspecting.how_many, "reason": inspecting.why_denied},
    ),
    c.FinishRepair: Registered(
        inspecting.finish_repair, DOCK, intent("finish_repair"), resolve={"return_number": inspecting.which_repair}
    ),
    c.SettleKept: Registered(settling.settle_kept, SYSTEM),
    c.SettleReturn: Registered(settling.settle_return, DESK, intent("settle_return")),
    c.RecordRefund: Registered(refunding.record_refund, DESK, intent("record_refund")),
    c.IssueRefund: Registered(
        refunding.issue_refund, DISPATCHING, intent("issue_refund"), form=True, confirm=refunding.describe_refund,
        second=refunding.why_two, resolve={"order": refunding.refund_order, "amount": refunding.how_much},
    ),
    c.ShowCredit: Registered(
        crediting.show_credit, CHAT | DESK, intent("show_credit"), resolve={"order": crediting.whose_credit}, reads_only=True
    ),
    c.RedeemCredit: Registered(crediting.redeem_credit, DECIDING | OUTSIDE, intent("redeem_credit"), form=True),
    c.ReverseRedemption: Registered(crediting.reverse_redemption, DECIDING | OUTSIDE, intent("reverse_redemption")),
}  # fmt: skip
