"""Which return is meant, how it is to come back, and when: what of these a chat must be asked."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import timedelta
from typing import Any

from actions.choices import MAX_BUTTONS, Ask, Known, Talk, day_of, named_order, spread, window_of
from actions.dispatching.today import is_today, today_choice
from actions.returns.allowed import possible_ways
from actions.returns.booking import match_pickup, pickup_offers
from actions.returns.ways import check_choosable, check_way, way_choices
from domain.customers import proves
from domain.dialogue import FACT, Frame
from domain.naming import SIMILAR, likeness
from domain.notices import Choice
from domain.refusals import NotFound, ProofFailed, Refusal
from domain.returns import AWAITED, OPEN, WITH_CUSTOMER, Return, ReturnStatus, Way
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: Of what is over, returns as old as this are still spoken of.
RECENT = timedelta(days=60)


def named_return(frame: Frame, talk: Talk) -> Known | Ask | None:
    """The return that was named, once a second fact has opened it where one is needed; None when none was named."""
    number = frame.slots.get("return_number")
    if number is None:
        return None
    return _see(str(number), frame, talk) or Known({})


def awaited_return(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that is meant of those whose goods are still with the customer and may come back."""
    return named_return(frame, talk) or _one_of(frame, talk, AWAITED)


def open_return(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that is meant of those that can still be given up."""
    return named_return(frame, talk) or _one_of(frame, talk, WITH_CUSTOMER)


def tracked_return(frame: Frame, talk: Talk) -> Known | Ask:
    """The return that is asked for: named, of an order that was named, talked about, or the one there is; of those that are
    over only what is recent, and only where nothing is open. Refuses where there is none."""
    named = named_return(frame, talk)
    if named is not None:
        return named
    if frame.slots.get("about_order"):
        return _of_order(frame, talk)
    mine = talk.uow.returns.mine()
    open_ones = [made for made in mine if made.status in OPEN]
    recent = [made for made in mine if talk.at.now - made.created_at <= RECENT]
    return _pick(_about(open_ones or recent, frame, talk.uow), talk)


def _one_of(frame: Frame, talk: Talk, states: Set[str]) -> Known | Ask:
    mine = [made for made in talk.uow.returns.mine(open_only=True) if made.status in states]
    focus = talk.dialogue.about_return
    if focus is not None and not mine and talk.at.actor.is_staff:
        return Known({"return_number": focus})
    return _pick(_about(mine, frame, talk.uow), talk)


def _of_order(frame: Frame, talk: Talk) -> Known | Ask:
    """The returns of an order that was named, once a second fact has opened it where one is needed."""
    number = str(frame.slots["about_order"])
    seen = named_order(frame.model_copy(update={"slots": {**frame.slots, "order": number}}), talk)
    if isinstance(seen, Ask):
        return seen
    found = talk.uow.returns.of_orders([number])
    if not found:
        raise Refusal("no_return_of_order", number=number, choices=_PERSON)
    open_ones = [made for made in found if made.status in OPEN]
    return _pick((open_ones or found)[-MAX_BUTTONS:], talk)


def _pick(returns: Sequence[Return], talk: Talk) -> Known | Ask:
    """The only one of them, the one talked about, or the question which. Refuses where there is none."""
    focus = talk.dialogue.about_return
    if len(returns) == 1:
        return Known({"return_number": returns[0].number})
    if focus is not None and (not returns or focus in {made.number for made in returns}):
        return Known({"return_number": focus})
    if returns:
        return Ask("return_number", "which_return", return_choices(returns, talk), {"count": len(returns)})
    if talk.at.actor.is_staff or (talk.at.actor.person is None and not talk.at.actor.opened):
        return Ask("return_number", "return_number")
    raise Refusal("no_open_return", choices=_PERSON)


_PERSON = (Choice(label="choice.person", command="AskPerson", slots={"topic": "track_return"}),)


def _about(returns: Sequence[Return], frame: Frame, uow: UnitOfWork) -> Sequence[Return]:
    """Those of the returns that hold the product that was named; all, when none was or none does."""
    product = frame.slots.get("about_product")
    if not product or len(returns) < 2:
        return returns
    lines = uow.returns.lines(*returns)
    products = uow.stock.products({line.sku for line in lines})
    holding = {line.return_id for line in lines if likeness(str(product), products[line.sku].name) >= SIMILAR}
    return [made for made in returns if made.id in holding] or returns


def _see(number: str, frame: Frame, talk: Talk) -> Ask | None:
    """Nothing when the chat may see the return, else the question for a second fact. Refuses a wrong one, and locks."""
    uow = talk.uow
    made = uow.returns.find(number)
    if made is not None and made.seen_by(uow.actor, frozenset(line.order_number for line in uow.returns.lines(made))):
        return None
    if talk.at.actor.is_staff or talk.at.actor.person is not None:
        raise NotFound("no_such_return", return_number=number)
    talk.conversation.check_unlocked(talk.at.now)
    tried = uow.chats.find_proof(number)
    if tried is not None:
        tried.check_unlocked(talk.at.now)
    fact = frame.slots.get(FACT)
    if fact is None:
        return Ask(FACT, FACT, values={"order": number})
    uow.chats.proof(number, talk.at.now).check_unlocked(talk.at.now)  # locked: guesses wait for each other
    owner = made.customer_id if made is not None else 0  # looked for either way: a guess costs the same
    customer = uow.customers.of_ids([owner]).get(owner)
    right = proves(
        str(fact), postcode=made.postcode if made is not None else "", phone=customer.phone if customer is not None else None,
        email=customer.email if customer is not None else None,
    )  # fmt: skip
    if not right or made is None:
        raise ProofFailed(number)
    talk.conversation.open(number, talk.at.now)
    uow.become(talk.conversation.actor(talk.at.now))
    return None


def return_choices(returns: Sequence[Return], talk: Talk) -> tuple[Choice, ...]:
    """Buttons that pick one of several returns."""
    shown = returns[:MAX_BUTTONS]
    lines = talk.uow.returns.lines(*shown)
    products = talk.uow.stock.products({line.sku for line in lines})
    items: dict[int | None, list[dict[str, Any]]] = {}
    for line in lines:
        items.setdefault(line.return_id, []).append({"name": products[line.sku].name, "quantity": line.quantity})
    return tuple(
        Choice(
            label="choice.return", values={"number": made.number, "items": items.get(made.id, [])},
            slots={"return_number": made.number},
        )
        for made in shown
    )  # fmt: skip


# How and when


def which_way(frame: Frame, talk: Talk) -> Known | Ask:
    """How it comes back: what was said, the only way there is, or buttons. Refuses what is not possible."""
    made = talk.uow.returns.get(str(frame.slots["return_number"]))
    said = frame.slots.get("way")
    if said is None and frame.slots.get("day"):  # who names a day wants it collected
        said = Way.PICKUP
    if said is not None:
        check_way(made, Way(said), talk.uow, talk.at)
        return Known({"way": Way(said).value})
    check_choosable(made)
    possible = possible_ways(made, talk.uow, talk.at)
    if not possible:
        raise Refusal("no_way_back", number=made.number, choices=_PERSON)
    if len(possible) == 1:
        return Known({"way": possible[0].value})
    fee = Money(made.fee, made.currency) if made.fee else None
    return Ask("way", "way", way_choices(possible), {"number": made.number, "fee": fee})


def pickup_window(frame: Frame, talk: Talk) -> Known | Ask:
    """When it is collected: the wished window, or the next ones with room to choose from, today first where a route passes."""
    if frame.slots.get("way") != Way.PICKUP:
        return Known({"day": None, "window": None})
    made = talk.uow.returns.get(str(frame.slots["return_number"]))
    day, window = day_of(frame), window_of(frame, was=made.pickup_window)
    if is_today(day, made, talk.uow, talk.at):
        return Known({})
    possible = pickup_offers(made, talk.uow, talk.at)
    wished = [
        offer for offer in possible
        if (day is None or offer.day == day) and (window is None or window.overlaps(offer.window))
    ]  # fmt: skip
    found = match_pickup(wished or possible, day, window, talk.uow, talk.at)
    if day is not None and len(found) == 1:
        return Known({"day": found[0].day.isoformat(), "window": str(found[0].window)})
    question = "pickup_on" if day is not None else "pickup_when"
    values = {"number": made.number, "day": day, "was_day": made.pickup_day, "was_window": made.pickup_window}
    today = today_choice(made, talk.uow, talk.at, window) if day is None else ()
    return Ask("window" if day is not None else "day", question, (*today, *spread(found, day)), values)


def way_said_before(frame: Frame, talk: Talk) -> Frame | None:
    """How a return comes back, where that was said before it was approved. When it is collected is asked for only once it is
    clear what is given for it."""
    said, number = frame.slots.get("way_wished"), talk.dialogue.about_return
    made = talk.uow.returns.find(number) if said is not None and number is not None else None
    if said is None or made is None or made.status != ReturnStatus.APPROVED or made.way is not None:
        return None
    way = Way(said)
    when = {name: frame.slots[name] for name in ("day", "window") if way == Way.PICKUP and frame.slots.get(name)}
    too_early = way == Way.PICKUP and "day" not in when and made.resolution is None
    if too_early or way not in possible_ways(made, talk.uow, talk.at):
        return None
    return Frame(id=talk.at.ids(), command="ChooseWay", slots={"return_number": made.number, "way": way.value, **when})


# What is said of an order, and meant of a return


def collected_instead(frame: Frame, talk: Talk) -> Frame | None:
    """Another day is wished for a pickup: it is named, talked about, spoken of, or all there is to move."""
    number = _meant(frame, talk, AWAITED)
    if number is None and _nothing_else_to_move(frame, talk):
        number = ""
    if number is None:
        return None
    return _frame(frame, "ChooseWay", number, way=frame.slots.get("way_wished") or Way.PICKUP.value)


def cancelled_instead(frame: Frame, talk: Talk) -> Frame | None:
    """A return is given up: it is named, talked about or spoken of."""
    number = _meant(frame, talk, WITH_CUSTOMER)
    return None if number is None else _frame(frame, "CancelReturn", number)


#: What of a wish to send something back says what goes back, or why: then it is a new one.
_SAYS_WHAT = ("order", "product", "everything", "quantity", "lines", "reason", "add_to", "photos")


def next_instead(frame: Frame, talk: Talk) -> Frame | None:
    """What is wished for a return that is there: what the customer gets for it, or how it comes back; it is named, or was
    talked about last."""
    slots = frame.slots
    number = slots.get("about_return") or talk.dialogue.about_return
    made = talk.uow.returns.find(str(number)) if number is not None else None
    says_what = {name for name in _SAYS_WHAT if slots.get(name)}
    if says_what == {"product"} and any(slots.get(name) for name in ("resolution", "way", "day")):
        made, says_what = _that_holds(slots["product"], talk), set()  # come back to, after something else
    talked_of = AWAITED | {ReturnStatus.REVIEW}  # while a person looks, it is said so
    if made is None or made.status not in talked_of or says_what:
        return None
    if slots.get("resolution"):
        return _frame(frame, "ChooseResolution", made.number, resolution=slots["resolution"])
    if slots.get("way") or slots.get("day"):
        return _frame(frame, "ChooseWay", made.number, way=slots.get("way") or Way.PICKUP.value)
    return None


def _that_holds(products: Sequence[str], talk: Talk) -> Return | None:
    """The only open return with just the products that were named."""
    mine = talk.uow.returns.mine(open_only=True)
    lines = talk.uow.returns.lines(*mine)
    names = talk.uow.stock.products({line.sku for line in lines})
    holding = [
        {line.return_id for line in lines if likeness(str(product), names[line.sku].name) >= SIMILAR}
        for product in products
    ]
    found = [made for made in mine if all(made.id in each for each in holding)]
    return found[0] if len(found) == 1 else None


def tracked_instead(frame: Frame, talk: Talk) -> Frame | None:
    """A return is asked for by its number, or credit by its name."""
    number = frame.slots.get("about_return")
    return credit_instead(frame, talk) if number is None else _frame(frame, "TrackReturn", str(number))


def credit_instead(frame: Frame, talk: Talk) -> Frame | None:
    """How much credit there is, where no return is named whose credit may be meant."""
    if not frame.slots.get("of_credit") or frame.slots.get("return_number"):
        return None
    order = frame.slots.get("order") or frame.slots.get("about_order")
    return _frame(frame, "ShowCredit", "", **({"order": str(order)} if order else {}))


def _meant(frame: Frame, talk: Talk, states: Set[str]) -> str | None:
    """The number of the return that is meant; "" where it must be asked for, None where an order is meant."""
    if frame.slots.get("about_return"):
        return str(frame.slots["about_return"])
    speaks_of, focus = frame.slots.get("speaks_of"), talk.dialogue.about_return
    if frame.slots.get("order") is not None or speaks_of == "delivery":
        return None
    made = talk.uow.returns.find(focus) if focus is not None else None
    if made is not None and made.status in states:
        return made.number
    if speaks_of == "return" and any(each.status in states for each in talk.uow.returns.mine(open_only=True)):
        return ""
    return None


def _nothing_else_to_move(frame: Frame, talk: Talk) -> bool:
    """Whether a pickup is promised, and no order is under way that could be meant."""
    if frame.slots.get("order") is not None or talk.dialogue.focus is not None or talk.at.actor.is_staff:
        return False
    planned = any(made.status == ReturnStatus.PICKUP_PLANNED for made in talk.uow.returns.mine(open_only=True))
    return planned and not talk.uow.orders.active()


def _frame(frame: Frame, command: str, number: str, **slots: str) -> Frame:
    """The same wish as another command's."""
    kept = {name: frame.slots[name] for name in ("day", "window", FACT, "reason") if frame.slots.get(name) is not None}
    named = {"return_number": number} if number else {}
    return Frame(id=frame.id, command=command, slots={**kept, **named, **slots})
