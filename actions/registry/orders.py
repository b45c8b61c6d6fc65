"""What can be asked about orders: by whoever ordered, by staff, and by other programs."""

from __future__ import annotations

from actions import (
    addresses,
    awaiting,
    buying,
    cancellation,
    choices,
    deliveries,
    files,
    instructions,
    intake,
    orders,
    problems,
    proofs,
    ratings,
)
from actions.desk import choosing, entering, finding
from actions.desk import orders as desk_orders
from actions.registry.row import (
    CHAT,
    DESK,
    OFFICE,
    ORDER,
    OUTSIDE,
    SAME_DAY,
    SAME_TIME,
    SYSTEM,
    WAY_WISHED,
    Registered,
    intent,
)
from actions.returns import which as of_return
from domain import commands as c
from domain.commands import Command
from domain.dialogue import SlotSpec
from domain.moment import Role

#: With what something shall come.
LIKE = SlotSpec("like", None, False, False, reader="like")

#: Whether all orders are meant.
EVERY = SlotSpec("every", None, False, False, reader="every_order")
#: Whether another order is meant than the one talked about, or all others.
OTHER = SlotSpec("other", None, False, False, reader="other_order")
#: The day that an order is called by.
DUE = SlotSpec("due", "due_day", False, False)

#: By how many days something shall come later than it would.
MOVED_BY = SlotSpec("moved_by", None, False, False, reader="moved_by")

ROWS: dict[type[Command], Registered] = {
    c.TrackOrder: Registered(
        orders.track_order, CHAT | DESK, intent("track_order"), resolve=ORDER, reads_only=True, instead=of_return.tracked_instead,
        hears=(DUE, EVERY, OTHER),
    ),
    c.RescheduleOrder: Registered(
        orders.reschedule_order, CHAT | DESK, intent("reschedule_delivery") | intent("reschedule_order"),
        confirm=orders.describe_rescheduling, resolve={**ORDER, "window": choices.new_window}, instead=of_return.collected_instead,
        hears=(SAME_TIME, SAME_DAY, LIKE, DUE, EVERY, OTHER, MOVED_BY, WAY_WISHED),
    ),
    c.CancelOrder: Registered(
        cancellation.cancel_order, CHAT | DESK, intent("cancel_order"), confirm=cancellation.describe_cancelling, resolve=ORDER,
        instead=of_return.cancelled_instead, hears=(DUE, EVERY, OTHER),
    ),
    c.ChangeAddress: Registered(
        addresses.change_address, CHAT | DESK, intent("change_address") | intent("change_order_address"), confirm=addresses.describe_changing,
        resolve={**ORDER, "street": addresses.new_address}, hears=(DUE, OTHER),
    ),
    c.PinAddress: Registered(
        orders.pin_address, CHAT | DESK, intent("share_location"),
        resolve={"order": addresses.order_of_pin, "place": choices.pin}
    ),
    c.RecordLocation: Registered(orders.record_location, SYSTEM),
    c.InstructDelivery: Registered(
        instructions.instruct_delivery, CHAT, intent("delivery_instructions"),
        resolve={"order": choices.order_with_places, "wishes": instructions.wishes}, hears=(DUE, OTHER),
    ),
    c.AskPromise: Registered(
        buying.ask_promise, CHAT | DESK, intent("delivery_promise"), reads_only=True,
        resolve={"postcode": choices.own_postcode, "product": choices.maybe_product}, instead=awaiting.promised_instead,
    ),
    c.CheckStock: Registered(
        buying.check_stock, CHAT | DESK, intent("check_stock"), reads_only=True,
        resolve={"product": choices.sold_product},
    ),
    c.ReportProblem: Registered(
        problems.report_problem, CHAT, intent("report_problem") | intent("share_photo"),
        resolve={
            "photos": problems.own_photos, "order": problems.troubled_order, "kind": problems.kind,
            "arrived": problems.whether_it_came, "item": problems.which_item, "words": problems.what_it_shows,
        },
    ),
    c.RateDelivery: Registered(
        deliveries.rate_delivery, CHAT, intent("rate_delivery"),
        resolve={"order": deliveries.order_to_rate, "score": deliveries.score},
    ),
    c.AskRatings: Registered(ratings.ask_ratings, SYSTEM),
    c.ShowProof: Registered(
        deliveries.show_proof, CHAT, intent("proof_of_delivery"), resolve={"order": deliveries.delivered_or_coming},
        reads_only=True,
    ),
    c.KeepProofPhoto: Registered(proofs.keep_proof_photo, OUTSIDE),
    c.RecordProof: Registered(proofs.record_proof, OUTSIDE | {Role.DRIVER}),
    c.RecordFile: Registered(files.record_file, SYSTEM),
    c.CreateOrder: Registered(intake.create_order, OUTSIDE),
    c.EnterOrder: Registered(
        entering.enter_order, DESK, intent("create_order"), confirm=entering.describe_entering, form=True,
        resolve={"street": entering.whole_address, "lines": entering.which_lines},
    ),
    c.ChangeOrder: Registered(orders.change_order, DESK),
    c.HoldOrder: Registered(desk_orders.hold_order, DESK, intent("hold_order"), resolve=ORDER),
    c.ReleaseOrder: Registered(desk_orders.release_order, DESK, intent("release_order"), resolve=ORDER),
    c.FindOrders: Registered(
        finding.find_orders, OFFICE, intent("find_order"), resolve={"depot": choosing.maybe_depot}, reads_only=True
    ),
    c.ShowOrder: Registered(desk_orders.show_order, OFFICE, intent("show_order"), resolve=ORDER, reads_only=True),
    c.ShowContact: Registered(desk_orders.show_contact, DESK, intent("show_contact"), resolve=ORDER, reads_only=True),
}  # fmt: skip
