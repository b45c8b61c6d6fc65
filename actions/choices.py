"""What a slot of a command can be: found from what was said, or offered as buttons."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from actions import told
from actions.orders import possible_windows
from domain.conversations import Conversation
from domain.customers import proves
from domain.dialogue import FACT, Dialogue, Frame
from domain.moment import Moment
from domain.naming import ALONE, SIMILAR, bare, is_known, likeness, names_something
from domain.notices import Choice, Item, Media, Notice
from domain.orders import Order
from domain.promise import Offer, matching, offer_choice
from domain.refusals import NotFound, ProofFailed, Refusal
from domain.values import Window
from storage.unit_of_work import UnitOfWork

MAX_BUTTONS = 6
#: Done only with orders that are under way.
_OF_UNDER_WAY = frozenset({"RescheduleOrder", "ChangeAddress", "InstructDelivery"})
#: Comes with a question that a place on the map answers best.
SEND_PLACE = Media(wants="location")


@dataclass(frozen=True, slots=True)
class Known:
    """The slot's value is clear; these slots are filled."""

    slots: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """The slot must be asked for; ``question`` names the words, ``before`` is said first, ``media`` comes with it.

    ``keep`` are slots that have become clear so far.
    """

    slot: str
    question: str
    choices: tuple[Choice, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Notice, ...] = ()
    media: Media | None = None
    keep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Talk:
    """Where a question arises: the chat, what was talked about in it, and the words just said that goods are called by."""

    uow: UnitOfWork
    at: Moment
    conversation: Conversation
    dialogue: Dialogue
    goods: tuple[str, ...] = ()


Resolver = Callable[[Frame, Talk], Known | Ask]


def own_order(frame: Frame, talk: Talk, *, things: bool = True) -> Known | Ask:
    """Which order is meant: the one named (opened by a second fact where needed), talked about, or chosen.

    It is said when no order holds the product that was named, unless ``things`` are named for something else.
    """
    named = named_order(frame, talk)
    if named is not None:
        return named
    focus = talk.dialogue.focus
    product = frame.slots.get("about_product")
    looks = things and not product and not talk.at.actor.is_staff
    spoken_of = speaking_of(talk.uow.orders.active, talk) if looks else []
    still = focus is not None and not product and (not spoken_of or focus in {order.number for order in spoken_of})
    if focus is not None and still and is_visible(focus, talk) and not _is_another(focus, frame, talk):
        return Known({"order": focus})
    if talk.at.actor.is_staff:  # all orders are theirs to see: none can be guessed
        return Ask("order", "order")
    under_way = talk.uow.orders.active()
    if frame.slots.get("other") and talk.at.actor.person is None and not _but_with(frame, under_way, talk):
        return Ask("order", "order_number")  # the other one is not opened yet
    active = _called(frame, under_way, talk) or _but_with(frame, under_way, talk) or under_way
    holding = holding_product(active, str(product), talk.uow) if product else spoken_of or active
    if product and not holding:
        holding = holding_a_word(active, str(product), talk.uow)
    if product and not holding and frame.command == "TrackOrder":  # it may have come already
        holding = holding_product(talk.uow.orders.recent(), str(product), talk.uow)[:1]
    wanted = holding or active
    unknown = str(product) if things and not holding and product and names_something(str(product)) else None
    if not wanted:
        return _no_active_order(frame, talk)
    if len(wanted) == 1 and not (unknown and _would_change(frame, unknown, talk)):
        return Known({"order": wanted[0].number})
    items = told.items_of(wanted, talk.uow)
    choices = tuple(told.order_choice(order, items[order.number]) for order in wanted[:MAX_BUTTONS])
    return Ask(
        "order", "which_order", choices, {"count": len(wanted), "unknown": unknown}, keep=not_found(unknown, frame)
    )


def _is_another(number: str, frame: Frame, talk: Talk) -> bool:
    """Whether another order is meant than the one talked about: it is the one that this shall come with, it does not come on
    the day that one is called by, or what is only done with those under way can be done with others, but not with it any more."""
    order = talk.uow.orders.get(number)
    if not _called(frame, [order], talk):
        return True
    return frame.command in _OF_UNDER_WAY and not order.is_active and bool(talk.uow.orders.active())


def _called(frame: Frame, orders: list[Order], talk: Talk) -> list[Order]:
    """Those of the orders that come on the day they are called by, without the one that another shall come with."""
    rest = _but_with(frame, orders, talk)
    due = frame.slots.get("due")
    if not due:
        return rest
    first, _, last = str(due).partition("/")
    days = (date.fromisoformat(first), date.fromisoformat(last or first))
    return [order for order in rest if order.promise_day is not None and days[0] <= order.promise_day <= days[1]]


def _but_with(frame: Frame, orders: list[Order], talk: Talk) -> list[Order]:
    """The orders without the one that another shall come with, and without the one talked about where the other one is meant."""
    like = frame.slots.get("like")
    there = {order.number for order in holding_product(orders, str(like["thing"]), talk.uow)} if like else set()
    if frame.slots.get("other") and talk.dialogue.focus is not None:
        there.add(talk.dialogue.focus)
    return [order for order in orders if order.number not in there]


def order_with_places(frame: Frame, talk: Talk) -> Known | Ask:
    """As `own_order`, for words in which things are places as often as goods ("behind the compost bin")."""
    return own_order(frame, talk, things=False)


def named_order(frame: Frame, talk: Talk) -> Known | Ask | None:
    """The order that was named, once a second fact has opened it where one is needed; None when none was named."""
    number = frame.slots.get("order")
    if number is None:
        return None
    for each in (number, *frame.more.get("order", ())):
        question = _see(str(each), frame, talk)
        if question is not None:
            return question
    return Known({"order": number})


def holding_product(orders: list[Order], product: str, uow: UnitOfWork) -> list[Order]:
    """Those of the orders that hold what somebody called so."""
    items = told.items_of(orders, uow)
    return [order for order in orders if any(likeness(product, item.name) >= SIMILAR for item in items[order.number])]


def speaking_of(find: Callable[[], list[Order]], talk: Talk) -> list[Order]:
    """Those of the orders with most of the goods in them that were just spoken of, for where nothing was surely named; none
    where no word was said that is in any, and then they are not even looked for where nobody spoke of goods."""
    orders = find() if talk.goods else []
    items = told.items_of(orders, talk.uow)
    said = {order.number: _said_of(items[order.number], talk.goods) for order in orders}
    most = max(said.values(), default=0)
    return [order for order in orders if said[order.number] == most] if most else []


def _said_of(items: tuple[Item, ...], goods: tuple[str, ...]) -> int:
    """How many of the words are in the names of items."""
    names = " ".join(bare(item.name) for item in items)
    return sum(re.search(rf"\b{re.escape(word)}\b", names) is not None for word in goods)


def holding_a_word(orders: list[Order], product: str, uow: UnitOfWork) -> list[Order]:
    """The only order with something that has a word of what was named ("coffee grinder", of an espresso grinder)."""
    words = [word for word in product.split() if len(word) > 3]
    found = {order.number: order for word in words for order in holding_product(orders, word, uow)}
    return list(found.values()) if len(found) == 1 else []


def not_found(unknown: str | None, frame: Frame) -> dict[str, None]:
    """Slots without what was named and is in no order: that is said once."""
    return dict.fromkeys(frame.slots.keys() & {"about_product", "item"}) if unknown else {}


def _would_change(frame: Frame, thing: str, talk: Talk) -> bool:
    """Whether something would become of the only order there is, though goods are named that are not in it."""
    return frame.command != "TrackOrder" and (is_known(thing) or bool(products_like(thing, talk.uow)))


def _no_active_order(frame: Frame, talk: Talk) -> Known | Ask:
    if talk.at.actor.person is None and not talk.at.actor.opened:
        return Ask("order", "order_number")
    recent = talk.uow.orders.recent(1)
    if frame.command == "TrackOrder" and recent:
        return Known({"order": recent[0].number})
    raise Refusal("no_active_order")


def is_visible(number: str, talk: Talk) -> bool:
    """Whether the chat may see that order."""
    order = talk.uow.orders.find(number)
    return order is not None and order.seen_by(talk.uow.actor)


def _see(number: str, frame: Frame, talk: Talk) -> Ask | None:
    """Nothing when the chat may see the order, else the question for a second fact. Refuses a wrong one, and locks."""
    order = talk.uow.orders.find(number)
    if order is not None and order.seen_by(talk.uow.actor):
        return None
    if talk.at.actor.is_staff:
        raise NotFound("no_such_order", ask="order", order=number, staff=True)
    talk.conversation.check_unlocked(talk.at.now)
    proof = talk.uow.chats.find_proof(number)
    if proof is not None:
        proof.check_unlocked(talk.at.now)
    fact = frame.slots.get(FACT)
    if fact is None:
        return Ask(FACT, FACT, values={"order": number})
    talk.uow.chats.proof(number, talk.at.now).check_unlocked(talk.at.now)  # locked: guesses wait for each other
    owner = order.customer_id if order is not None else 0  # looked for either way: a guess costs the same
    customer = talk.uow.customers.of_ids([owner]).get(owner)
    right = proves(
        str(fact),
        postcode=order.postcode if order is not None else "",
        phone=customer.phone if customer is not None else None,
        email=customer.email if customer is not None else None,
    )
    if not right or order is None:
        raise ProofFailed(number)
    talk.conversation.open(number, talk.at.now)
    talk.uow.become(talk.conversation.actor(talk.at.now))
    return None


def new_window(frame: Frame, talk: Talk) -> Known | Ask:
    """A window with room for the order: the wished one, or the next ones to choose from."""
    order = talk.uow.orders.get(frame.slots["order"])
    day, window = _wished_time(frame, order, talk)
    possible = possible_windows(order, talk.uow, talk.at)
    in_wished_part = [
        offer
        for offer in possible
        if (day is None or offer.day == day) and (window is None or window.overlaps(offer.window))
    ]
    if _is_planned_so(order, day, window, others=bool(in_wished_part)):
        raise Refusal("same_window", ask="window", number=order.number, day=day, window=order.window)
    depot = talk.uow.depots.get(possible[0].depot_id)
    found = matching(in_wished_part or possible, day, window, depot, talk.at.now)
    if day is not None and len(found) == 1:
        return Known({"day": found[0].day.isoformat(), "window": str(found[0].window)})
    question = "window_on" if day is not None else "delivery_window"
    values = {"number": order.number, "day": day, "was_day": order.promise_day, "was_window": order.window}
    return Ask("window" if day is not None else "day", question, spread(found, day), values)


def _is_planned_so(order: Order, day: date | None, window: Window | None, *, others: bool) -> bool:
    """Whether an order comes then as it is: in its very window, or in a part of the day in which there are no ``others``."""
    if day is None or day != order.promise_day or window is None or order.window is None:
        return False
    return window == order.window or (not others and window.overlaps(order.window))


def _wished_time(frame: Frame, order: Order, talk: Talk) -> tuple[date | None, Window | None]:
    """The day and the part of it that were said, or those of what the order shall come with; so many days from when it would
    come, it is at the same time."""
    day, window, like = day_of(frame), window_of(frame, was=order.window), frame.slots.get("like")
    if day is None and frame.slots.get("same_day"):
        day = _day_of_done(talk.dialogue) or order.promise_day
    moved_by = frame.slots.get("moved_by")
    if moved_by and day is None and order.promise_day is not None:
        return order.promise_day + timedelta(days=moved_by), window or order.window
    others = [each for each in talk.uow.orders.active() if each.number != order.number] if like else []
    found = holding_product(others, str(like["thing"]), talk.uow) if like else []
    if not like or len(found) != 1:
        return day, window
    if like["day"] and (day is None or not like["if_open"]):
        day = found[0].promise_day
    if like["time"] and (window is None or not like["if_open"]):
        window = found[0].window
    return day, window


def _day_of_done(dialogue: Dialogue) -> date | None:
    """The day to which something was moved just now."""
    done = dialogue.done
    return day_of(done) if done is not None and done.command == "RescheduleOrder" else None


def spread(found: list[Offer], day: date | None) -> tuple[Choice, ...]:
    """Buttons: all windows of a chosen day, else the first two of each of the next days."""
    if day is not None:
        return tuple(offer_choice(offer) for offer in found[:MAX_BUTTONS])
    days: dict[date, list[Offer]] = {}
    for offer in found:
        days.setdefault(offer.day, []).append(offer)
    picked = [offers[index] for offers in list(days.values())[:3] for index in sorted({0, len(offers) // 2})]
    return tuple(offer_choice(offer) for offer in picked[:MAX_BUTTONS])


def day_of(frame: Frame) -> date | None:
    """The day that was said."""
    said = frame.slots.get("day")
    return date.fromisoformat(str(said).partition("/")[0]) if said else None


def window_of(frame: Frame, was: Window | None = None) -> Window | None:
    """The part of the day that was said, or the one it ``was`` where that shall stay."""
    said = frame.slots.get("window")
    if said:
        return Window.parse(said)
    return was if frame.slots.get("same_time") else None


def sold_product(frame: Frame, talk: Talk) -> Known | Ask:
    """The product of the catalogue that was named by SKU or in words, or the likely ones to choose from."""
    said = frame.slots.get("product")
    if not said:
        return Ask("product", "product")
    likely = products_like(str(said), talk.uow)
    if not likely:
        raise NotFound("no_such_product", ask="product", product=said)
    if len(likely) == 1:
        return Known({"product": likely[0][0]})
    choices = tuple(
        Choice(label="choice.product", values={"name": name}, slots={"product": sku}) for sku, name in likely
    )
    return Ask("product", "which_product", choices, {"product": said})


def products_like(said: str, uow: UnitOfWork) -> list[tuple[str, str]]:
    """SKU and name of the products that are meant by an SKU or by words, the likeliest first; one where it is clear."""
    catalogue = dict(uow.stock.catalogue())
    exact = said.strip().upper()
    if exact in catalogue:
        return [(exact, catalogue[exact])]
    alike = ((likeness(said, name), sku, name) for sku, name in catalogue.items())
    scored = sorted((each for each in alike if each[0] >= SIMILAR), reverse=True)
    likely = [(sku, name) for score, sku, name in scored[:MAX_BUTTONS] if scored[0][0] - score < ALONE]
    same = [(sku, name) for sku, name in likely if name.casefold() == said.strip().casefold()]
    return same if len(same) == 1 else likely


def maybe_product(frame: Frame, talk: Talk) -> Known | Ask:
    """As `sold_product`, but a product nobody recognises does not matter."""
    if not frame.slots.get("product"):
        return Known({"product": None})
    try:
        return sold_product(frame, talk)
    except NotFound:
        return Known({"product": None})


def own_postcode(frame: Frame, talk: Talk) -> Known | Ask:
    """Where it would go: the postcode named, else that of the customer's last order."""
    if frame.slots.get("postcode"):
        return Known({})
    if talk.at.actor.person is not None:
        orders = talk.uow.orders.active() or talk.uow.orders.recent(1)
        if orders:
            return Known({"postcode": orders[-1].postcode})
    return Ask("postcode", "postcode")


def pin(frame: Frame, talk: Talk) -> Known | Ask:
    """The place of an address nobody could find."""
    if frame.slots.get("place"):
        return Known({})
    order = talk.uow.orders.get(frame.slots["order"])
    return Ask("place", "place", values={"number": order.number, "address": order.address}, media=SEND_PLACE)
