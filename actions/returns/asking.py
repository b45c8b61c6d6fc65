"""What must be known before something can be sent back: of which order, which pieces, why, in what condition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from actions import told
from actions.choices import MAX_BUTTONS, Ask, Known, Talk, holding_product, is_visible, named_order
from actions.problems import photos_of_this_chat
from actions.returns.deciding import Piece, Wanted, judge, pieces_of
from actions.returns.reported import as_reported
from actions.returns.stepping import next_step
from domain.commands import ReturnedPieces
from domain.dialogue import Frame
from domain.moment import Moment
from domain.naming import ALONE, SIMILAR, likeness
from domain.notices import Choice, Media
from domain.orders import DELIVERED, Order
from domain.problems import MOST_PHOTOS
from domain.refusals import Refusal
from domain.return_policy import Undecided
from domain.returns import AWAITED, NEVER_CAME, Outcome, Return, ReturnReason, ReturnStatus
from storage.unit_of_work import UnitOfWork

#: Deliveries this old are still looked through for what somebody wants to send back; of so many, the latest.
LOOKED_BACK = timedelta(days=365)
MOST_ORDERS = 20
#: A number of pieces is chosen by button up to here.
MOST_COUNTED = 6
#: What is said of pieces as the talk goes, and becomes part of the lines at once.
_OF_LINES = ("quantity", "reason", "opened", "photos")
#: Reasons offered as buttons; the others are understood in words.
_OFFERED = (
    ReturnReason.DAMAGED, ReturnReason.DEFECTIVE, ReturnReason.WRONG_ITEM, ReturnReason.NOT_AS_DESCRIBED,
    ReturnReason.DOES_NOT_FIT, ReturnReason.CHANGED_MIND, ReturnReason.TOO_LATE, ReturnReason.OTHER,
)  # fmt: skip


def own_photos(frame: Frame, talk: Talk) -> Known | Ask:
    """The photos that came in this very chat; that none comes stays said."""
    here = photos_of_this_chat(frame, talk)
    return Known({}) if here is None else Known({"photos": here or None})


def which_order(frame: Frame, talk: Talk) -> Known | Ask:
    """The delivered order something goes back of: named, talked about, or the one with what was named; the latest are
    offered first, and only those of which something is left to return."""
    named = named_order(frame, talk)
    if named is not None:
        if isinstance(named, Known):
            _check_delivered(talk.uow.orders.get(named.slots["order"]), talk.uow)
        return named
    if talk.at.actor.is_staff:
        return Ask("order", "order")
    if talk.at.actor.person is None and not talk.at.actor.opened:
        words = str(frame.slots.get("words") or "")
        person = Choice(
            label="choice.no_order_number", command="AskPerson", slots={"topic": "start_return", "words": words}
        )
        return Ask("order", "return_order_number", (person,))
    left = _left_to_return(talk.uow, talk.at)
    names = _names(frame)
    said = names or talk.goods
    fitting = {number: pieces for number, pieces in left.items() if _match(said, pieces)} if said else left
    if said and not fitting:
        taken = _taken_with(said, talk)
        if taken is not None:
            return Known({"order": taken})
        _check_come(said, talk)
        fitting = {} if names else left  # what goods are called by may say something else
    focus = talk.dialogue.focus
    if focus in fitting and is_visible(focus, talk):
        return Known({"order": focus})
    if len(fitting or left) == 1:
        return Known({"order": next(iter(fitting or left))})
    if not left:
        raise _nothing_left(frame, talk)
    return _offer_orders(fitting or left, unknown=names[0] if names and not fitting else None, uow=talk.uow)


def which_pieces(frame: Frame, talk: Talk) -> Known | Ask:
    """The products of the order that go back, by what was said or by choice, and what was said of each."""
    order = talk.uow.orders.get(frame.slots["order"])
    pieces = {piece.sku: piece for piece in pieces_of(order, talk.uow) if piece.returnable}
    if not pieces:
        raise _all_taken(order, frame, talk)
    lines = [ReturnedPieces.model_validate(each) for each in frame.slots.get("lines") or ()]
    lines = [line for line in lines if line.sku in pieces]
    about = [sku for sku in frame.slots.get("about") or () if any(line.sku == sku for line in lines)]
    names = _names(frame) or ([word for word in talk.goods if _likely([word], pieces)] if not lines else [])
    meant = _match(names, pieces)
    if frame.slots.get("everything") and about and frame.slots.get("quantity") is None:
        lines = [_all_of(line, pieces) if line.sku in about and line.quantity is None else line for line in lines]
    elif frame.slots.get("everything") and not meant and not lines:
        lines, about = [ReturnedPieces(sku=sku, quantity=piece.returnable) for sku, piece in pieces.items()], []
    elif meant and {line.sku for line in lines} > set(meant):
        about = meant  # something is said of these of them
    elif meant:
        known = {line.sku: line for line in lines}
        lines, about = [known.get(sku, ReturnedPieces(sku=sku)) for sku in meant], about if lines else []
    elif not lines and len(pieces) == 1 and not names:
        lines = [ReturnedPieces(sku=next(iter(pieces)))]
    elif not lines:
        _check_not_taken(names, order, pieces, talk.uow)
        return _offer_pieces(order, pieces, _likely(names, pieces), unknown=names[0] if names else None)
    lines = _counted(_said(lines, about or [line.sku for line in lines], frame, pieces), frame, pieces)
    reported = [as_reported(line, pieces[line.sku], talk.uow) for line in lines]
    lines = [line for line, _ in reported]
    said = [words for _, words in reported if words]
    empty: dict[str, Any] = dict.fromkeys((*_OF_LINES, "product", "everything", "counts", "told_apart", "about"))
    words = {"words": said[0][:4_000]} if said and not frame.slots.get("words") else {}
    return Known({**empty, **words, "lines": [line.model_dump(mode="json") for line in lines]})


def what_is_missing(frame: Frame, talk: Talk) -> Known | Ask:
    """How many, why, and whatever else decides: in the order the policy looks at it, and nothing that was said before."""
    lines = [ReturnedPieces.model_validate(each) for each in frame.slots["lines"]]
    order = talk.uow.orders.get(frame.slots["order"])
    pieces = {piece.sku: piece for piece in pieces_of(order, talk.uow)}
    for line in lines:
        piece = pieces[line.sku]
        if line.quantity is None or line.quantity > piece.returnable:
            return _ask_quantity(line, piece)
    for line in lines:
        missing = _missing(line, frame, talk)
        if missing is not None:
            without = [each.sku for each in lines if getattr(each, missing) is None]
            return _ask(missing, line, pieces, without)
    return Known({})


def wanted_of(lines: Sequence[ReturnedPieces], order: str, words: str = "") -> list[Wanted]:
    """Lines as they are judged and opened."""
    return [
        Wanted(order, line.sku, line.quantity, line.reason, line.opened, line.photos, words=words) for line in lines
    ]


def _missing(line: ReturnedPieces, frame: Frame, talk: Talk) -> str | None:
    [wanted] = wanted_of([line], frame.slots["order"])
    channel = talk.conversation.channel
    found = judge(wanted, talk.uow, talk.at, gift=bool(frame.slots.get("gift")), channel=channel)
    if isinstance(found, Undecided):
        return found.ask
    return "reason" if line.reason is None and found.outcome != Outcome.REJECT else None


def _ask(missing: str, line: ReturnedPieces, pieces: dict[str, Piece], without: list[str]) -> Ask:
    """The question for what decides about a line. Why, and photos, are asked for all of them at once."""
    piece = pieces[line.sku]
    values = {
        "product": piece.name, "number": piece.order.number, "count": len(without), "reason": line.reason,
        "products": [pieces[sku].name for sku in without],
    }  # fmt: skip
    match missing:
        case "reason":
            choices = tuple(
                Choice(label=f"choice.because_{each.value}", slots={"reason": each.value}) for each in _OFFERED
            )
            return Ask("reason", "return_reason", choices, values, keep={"about": without})
        case "opened":
            yes_no = (
                Choice(label="choice.was_opened", slots={"opened": True}),
                Choice(label="choice.not_opened", slots={"opened": False}),
            )
            return Ask("opened", "return_opened", yes_no, {**values, "count": 1}, keep={"about": [line.sku]})
        case "photos":
            none = Choice(label="choice.no_photo", slots={"photos": []})
            return Ask("photos", "return_photos", (none,), values, media=Media(wants="photo"), keep={"about": without})
        case _:
            return _ask_quantity(line, piece)


def _ask_quantity(line: ReturnedPieces, piece: Piece) -> Ask:
    counts = range(1, min(piece.returnable, MOST_COUNTED) + 1)
    choices = tuple(Choice(label="choice.pieces", values={"count": n}, slots={"quantity": n}) for n in counts)
    values = {
        "product": piece.name, "number": piece.order.number, "left": piece.returnable, "asked": line.quantity or 0,
        "missing": line.reason in NEVER_CAME,
    }  # fmt: skip
    return Ask("quantity", "return_quantity", choices, values, keep={"about": [line.sku]})


def _said(
    lines: list[ReturnedPieces], about: Sequence[str], frame: Frame, pieces: dict[str, Piece]
) -> list[ReturnedPieces]:
    """The lines with what was just said of those it is about; a number of pieces is of one product only."""
    given = {name: frame.slots[name] for name in _OF_LINES if frame.slots.get(name) is not None}
    if len(about) > 1:
        given.pop("quantity", None)
    apart = dict(frame.slots.get("told_apart") or {}) if len(about) > 1 else {}
    return [_with(line, {**given, **_of_it(apart, pieces[line.sku])}) if line.sku in about else line for line in lines]


def _of_it(apart: dict[str, dict[str, Any]], piece: Piece) -> dict[str, Any]:
    """What was said of one product where different things were said of several."""
    return next((said for words, said in apart.items() if _mentions(words, piece.name)), {})


def _mentions(words: str, name: str) -> bool:
    """Whether a name, or what of it is said, is among words."""
    said = words.split()
    longest = len(name.split())
    return any(
        likeness(" ".join(said[at : at + count]), name) >= SIMILAR
        for count in range(1, longest + 1)
        for at in range(len(said) - count + 1)
    )


def _with(line: ReturnedPieces, given: dict[str, Any]) -> ReturnedPieces:
    """The line with values in place of those it had; photos come to those there are."""
    photos = list(dict.fromkeys([*(line.photos or ()), *(given.get("photos") or ())]))[:MOST_PHOTOS]
    shown = {"photos": photos} if "photos" in given else {}
    return ReturnedPieces.model_validate({**line.model_dump(mode="json"), **given, **shown})


def _counted(lines: list[ReturnedPieces], frame: Frame, pieces: dict[str, Piece]) -> list[ReturnedPieces]:
    """The lines with the number of pieces that was said beside each name; of a single piece there is nothing to ask."""
    counts = dict(frame.slots.get("counts") or {})
    found = []
    for line in lines:
        piece = pieces[line.sku]
        said = next((count for words, count in counts.items() if _speaks_of(words, piece.name)), None)
        quantity = line.quantity or (said if len(lines) > 1 else None) or (1 if piece.returnable == 1 else None)
        found.append(line.model_copy(update={"quantity": quantity}))
    return found


def _all_of(line: ReturnedPieces, pieces: dict[str, Piece]) -> ReturnedPieces:
    return line.model_copy(update={"quantity": pieces[line.sku].returnable})


def _names(frame: Frame) -> list[str]:
    said = frame.slots.get("product")
    return [str(each) for each in ([said] if isinstance(said, str) else said or ())]


def _match(names: Sequence[str], pieces: dict[str, Piece]) -> list[str]:
    """The SKUs that names mean, each the one it sounds like most; nothing where one of several cannot be told apart."""
    found: list[str] = []
    for name in names:
        likely = _likely([name], pieces)
        if len(likely) == 1:
            found += [sku for sku in likely if sku not in found]
    return found


def _likely(names: Sequence[str], pieces: dict[str, Piece]) -> list[str]:
    """The SKUs a name may mean, by SKU or by how it sounds."""
    for name in names:
        if name.strip().upper() in pieces:
            return [name.strip().upper()]
        scored = sorted(((_similar(name, piece.name), sku) for sku, piece in pieces.items()), reverse=True)
        return [sku for score, sku in scored if score >= SIMILAR and scored[0][0] - score < ALONE]
    return []


def _similar(said: str, name: str) -> float:
    """As `likeness`, also of a plural."""
    return max(likeness(said, name), likeness(" ".join(word.removesuffix("s") for word in said.split()), name))


def _speaks_of(words: str, name: str) -> bool:
    """Whether words begin with a name, or with what of it is said."""
    said = words.split()
    return any(_similar(" ".join(said[:count]), name) >= SIMILAR for count in range(1, len(said) + 1))


def _left_to_return(uow: UnitOfWork, at: Moment) -> dict[str, dict[str, Piece]]:
    """By order number what is left to return of the speaker's deliveries, the latest first."""
    found = {}
    for order, _ in uow.orders.delivered(at.now - LOOKED_BACK, MOST_ORDERS):
        pieces = {piece.sku: piece for piece in pieces_of(order, uow) if piece.returnable}
        if pieces:
            found[order.number] = pieces
    return found


def _taken_with(said: Sequence[str], talk: Talk) -> str | None:
    """The order of which what is named is in a return already."""
    for made in talk.uow.returns.mine(open_only=True):
        for line in talk.uow.returns.lines(made):
            order = talk.uow.orders.get(line.order_number)
            if _match(said, {piece.sku: piece for piece in pieces_of(order, talk.uow)}):
                return order.number
    return None


def _offer_orders(left: dict[str, dict[str, Piece]], unknown: str | None, uow: UnitOfWork) -> Ask:
    orders = [next(iter(pieces.values())).order for pieces in list(left.values())[:MAX_BUTTONS]]
    items = told.items_of(orders, uow)
    choices = tuple(told.order_choice(order, items[order.number]) for order in orders)
    return Ask("order", "return_order", choices, {"unknown": unknown})


def _offer_pieces(order: Order, pieces: dict[str, Piece], likely: Sequence[str], unknown: str | None) -> Ask:
    offered = [pieces[sku] for sku in likely or list(pieces)][:MAX_BUTTONS]
    choices = tuple(
        Choice(label="choice.product", values={"name": each.name}, slots={"product": [each.sku]}) for each in offered
    )
    everything = (Choice(label="choice.all_items", slots={"everything": True}),) if len(pieces) > 1 else ()
    values = {"number": order.number, "unknown": unknown if not likely else None}
    return Ask("product", "return_product", (*choices, *everything), values, keep={"product": None})


def _check_delivered(order: Order, uow: UnitOfWork) -> None:
    """Refuses what was not handed over yet, with what can be done instead."""
    if order.status in DELIVERED:
        return
    slots = {"order": order.number}
    cancel = Choice(label="choice.cancel_order", command="CancelOrder", slots=slots)
    track = Choice(label="choice.track_this", command="TrackOrder", slots=slots)
    may = told.may("CancelOrder", order)
    choices = (cancel, track) if may else (track,)
    raise Refusal("not_yet_delivered", number=order.number, status=order.status, cancellable=may, choices=choices)


def _check_come(names: Sequence[str], talk: Talk) -> None:
    """Refuses what is only in an order that was not handed over yet."""
    coming = [order for order in talk.uow.orders.active() if order.status not in DELIVERED]
    holding = {order.number: order for name in names for order in holding_product(coming, name, talk.uow)}
    if len(holding) == 1:
        _check_delivered(next(iter(holding.values())), talk.uow)


def _check_not_taken(names: Sequence[str], order: Order, left: dict[str, Piece], uow: UnitOfWork) -> None:
    """Refuses what was named and is in a return already, with that return."""
    taken = {piece.sku: piece for piece in pieces_of(order, uow) if piece.sku not in left}
    meant = [] if _likely(names, left) else _likely(names, taken)
    for made in uow.returns.of_orders([order.number]) if meant else ():
        if made.is_open and any(line.sku == meant[0] for line in uow.returns.lines(made)):
            track = Choice(
                label="choice.track_return", values={"number": made.number}, command="TrackReturn",
                slots={"return_number": made.number},
            )  # fmt: skip
            name = taken[meant[0]].name
            raise Refusal(
                "in_return_already", product=name, number=order.number, return_number=made.number, choices=(track,)
            )


def _all_taken(order: Order, frame: Frame, talk: Talk) -> Refusal:
    """That nothing is left of an order to return, with the return it is in; what was wished for can be chosen for that,
    else what may be wished for."""
    made = [each for each in talk.uow.returns.of_orders([order.number]) if each.is_open]
    number = made[-1].number if made else None
    wish = frame.slots.get("resolution")
    wished = (
        ()
        if wish is None or not made or made[-1].status not in AWAITED
        else (
            Choice(
                label=f"choice.resolve_{wish}",
                values={"credit": None},
                command="ChooseResolution",
                slots={"return_number": number, "resolution": wish},
            ),
        )
    )
    track = Choice(
        label="choice.track_return", values={"number": number}, command="TrackReturn", slots={"return_number": number}
    )
    steps = (*wished, *_way_said(made[-1], frame)) if made else ()
    if made and not steps and made[-1].resolution is None and made[-1].status in AWAITED:
        steps = tuple(each for each in next_step(made[-1], talk.uow, talk.at) if each.command != track.command)
    choices = (*steps, track) if made else ()
    return Refusal("nothing_left_to_return", number=order.number, return_number=number, choices=choices)


def _way_said(made: Return, frame: Frame) -> tuple[Choice, ...]:
    """The button for how a return comes back, where that was said and is still open."""
    way = frame.slots.get("way_wished") or frame.slots.get("way")
    if way is None or made.status != ReturnStatus.APPROVED or made.way is not None:
        return ()
    slots = {"return_number": made.number, "way": way}
    return (Choice(label=f"choice.way_{way}", values={"number": made.number}, command="ChooseWay", slots=slots),)


def _nothing_left(frame: Frame, talk: Talk) -> Refusal:
    """Why there is nothing to send back: it is in a return already, under way yet, or was never ordered."""
    mine = talk.uow.returns.mine(open_only=True, limit=1)
    if mine:
        [line, *_] = talk.uow.returns.lines(mine[0])
        return _all_taken(talk.uow.orders.get(line.order_number), frame, talk)
    active = [order for order in talk.uow.orders.active() if order.status not in DELIVERED]
    if len(active) == 1:
        try:
            _check_delivered(active[0], talk.uow)
        except Refusal as refusal:
            return refusal
    person = Choice(label="choice.person", command="AskPerson", slots={"topic": "start_return"})
    return Refusal("nothing_delivered", under_way=len(active), choices=(person,))
