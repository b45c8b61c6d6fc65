"""What the customer gets for what they send back: money, credit, something else, or a repair; also another thing than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.returns.booking import bring_exchange_along, call_off_pickup
from actions.returns.choosing import check_exchangeable, meant, which_of_each
from actions.returns.exchanging import (
    check_exchange_is_here,
    drop_exchange,
    exchange_options,
    is_free_of_charge,
    relatives,
    reserve_exchange,
    unlike,
)
from actions.returns.leaving import leave_route
from actions.returns.opening import comes_back, resolutions_of, settle_if_kept
from actions.returns.reopening import reopen
from actions.returns.settling import settle_anew
from actions.returns.stepping import is_judged, may_choose, next_step, wishes
from actions.returns.telling import told_of
from domain.commands import ChooseResolution
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.refusals import Refusal
from domain.returns import (
    AWAITED,
    OUR_FAULT,
    Resolution,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    approved_of,
)
from domain.stock import Product
from domain.values import Money
from storage.unit_of_work import UnitOfWork

R = Resolution
S = ReturnStatus


def which_resolution(frame: Frame, talk: Talk) -> Known | Ask:
    """What is wanted for it, of what is possible. Refuses where nothing can be chosen any more."""
    made = talk.uow.returns.get(frame.slots["return_number"])
    if _only_wished(made, frame.slots.get("resolution")):
        return Known({})
    lines = talk.uow.returns.lines(made)
    _check_changeable(made, talk.uow, talk.at)
    if frame.slots.get("resolution"):
        return Known({})
    choices = tuple(
        Choice(label=each.label, values=each.values, slots={"resolution": each.slots["resolution"]})
        for each in wishes(made, lines, talk.uow)
    )
    return Ask("resolution", "resolution", choices, {"number": made.number})


def which_product(frame: Frame, talk: Talk) -> Known | Ask:
    """What it is exchanged for: what was named, the only thing there is, or a choice of what is in stock."""
    if frame.slots["resolution"] != R.EXCHANGE:
        return Known({"product": None})
    made = talk.uow.returns.get(frame.slots["return_number"])
    if _only_wished(made, R.EXCHANGE):
        return Known({"product": None})
    lines = talk.uow.returns.lines(made)
    options = exchange_options(made, lines, talk.uow)
    if not options:
        raise Refusal("nothing_to_exchange_for", number=made.number, choices=_instead(made, lines, talk.uow))
    approved = approved_of(lines)
    if len(approved) != 1:
        return which_of_each(frame, talk, made, lines)
    said = frame.slots.get("product")
    if said:
        return Known({"product": _named(str(said), made, lines, options, talk.uow).sku})
    if len(options) == 1:
        return Known({"product": options[0].sku})
    choices = tuple(_product_choice(each, approved[0]) for each in options[:MAX_BUTTONS])
    return Ask("product", "exchange_product", choices, {"number": made.number})


def choose_resolution(command: ChooseResolution, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take what the customer wants; goods set aside for something else are free again. Refuses what the policy does not allow,
    and once the goods are under way. While a person decides it is a wish.
    """
    made = uow.returns.get(command.return_number, lock=True)
    if _only_wished(made, command.resolution):
        uow.record(note(made, "resolution", at, made.resolution, command.resolution.value))
        made.resolution = command.resolution
        return told_of("resolved", made, uow, at)
    _check_changeable(made, uow, at)
    lines = uow.returns.lines(made)
    kept_now = command.resolution == R.KEEP and made.status not in AWAITED
    paid_already = command.resolution == R.EXCHANGE and bool(uow.returns.refunds(made))
    if command.resolution not in resolutions_of(lines) or kept_now or paid_already:
        choices = tuple(wishes(made, lines, uow))
        raise Refusal(
            "resolution_not_possible", number=made.number, resolution=command.resolution.value, choices=choices
        )
    instead = _instead_of_each(command, made, lines, uow)
    elsewhere = take(made, lines, command.resolution, instead, uow, at)
    return [*told_of("resolved", made, uow, at), *elsewhere]


def _only_wished(made: Return, resolution: str | None) -> bool:
    """Whether what a customer wants is kept until a person has decided; to keep the goods is for that person to offer."""
    return made.status == S.REVIEW and resolution not in {None, R.KEEP}


def _instead_of_each(
    command: ChooseResolution, made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork
) -> dict[str, str]:
    """By SKU of what comes back what is wanted instead. Refuses what it cannot be exchanged for."""
    if command.resolution != R.EXCHANGE:
        return {}
    found = dict(command.instead)
    approved = unlike(lines)
    if command.product is not None and len(approved) == 1:
        found[approved[0].sku] = command.product
    for line in approved:
        check_exchangeable(line, found.get(line.sku, line.sku), made, uow)
    return found


def take(
    made: Return,
    lines: Sequence[ReturnLine],
    resolution: Resolution,
    instead: Mapping[str, str],
    uow: UnitOfWork,
    at: Moment,
) -> list[Notice]:
    """Give the return a resolution in place of the one it had; exchanged is each product for the one that is wanted ``instead``
    (by SKU), else for the same again. What drivers are told is given back."""
    approved = approved_of(lines)
    again = resolution == R.EXCHANGE and made.exchange_order is not None
    if again and [line.exchange_sku for line in approved] == [instead.get(line.sku, line.sku) for line in approved]:
        return []
    check_exchange_is_here(made, uow)
    if made.status == S.EXCHANGED:
        reopen(made, uow, at)
    elsewhere = drop_exchange(made, uow, at)
    for line in approved:
        line.exchange_sku = instead.get(line.sku, line.sku) if resolution == R.EXCHANGE else None
    uow.record(note(made, "resolution", at, made.resolution, resolution.value))
    made.resolution = resolution
    if resolution == R.EXCHANGE:
        reserve_exchange(made, lines, uow, at)
        uow.flush()
        elsewhere += bring_exchange_along(made, uow, at)
    if made.status == S.INSPECTED and is_judged(list(lines)):
        return [*elsewhere, *settle_anew(made, uow, at)]
    if not comes_back(made, lines):
        elsewhere += leave_route(made, uow, at, "kept")
        call_off_pickup(made, uow, at, why="kept")
        made.way = None
    settle_if_kept(made, uow, at)
    return elsewhere


def as_wished(made: Return, wish: Resolution | None, instead: str, uow: UnitOfWork, at: Moment) -> tuple[Choice, ...]:
    """Take what was wished for with the words that began it, where that is possible; the buttons that make it clear where it
    is not clear yet. While a person decides the wish is kept.
    """
    if wish is None:
        return ()
    lines = uow.returns.lines(made)
    if made.status == S.REVIEW:
        made.resolution = wish
        return ()
    if made.status not in AWAITED or wish not in resolutions_of(lines):
        return ()
    if wish != R.EXCHANGE:
        take(made, lines, wish, {}, uow, at)
        return ()
    options = exchange_options(made, lines, uow)
    approved = approved_of(lines)
    wanted = meant(instead, options) if instead and len(approved) == 1 else None
    same = not instead and all(ReturnReason(line.reason) in OUR_FAULT for line in approved)
    if options and (wanted is not None or same):
        skus = {each.sku for each in options}
        if wanted is not None or all(line.sku in skus for line in approved):
            take(made, lines, wish, {approved[0].sku: wanted.sku} if wanted is not None else {}, uow, at)
            return ()
    if not options:
        return ()
    if len(approved) > 1:  # each has its own question
        ordered = sorted(wishes(made, lines, uow), key=lambda each: each.slots["resolution"] != R.EXCHANGE)
        return tuple(ordered[:MAX_BUTTONS])
    offered = [_exchange_choice(made, each, approved[0]) for each in options[: MAX_BUTTONS - 1]]
    others = [each for each in wishes(made, lines, uow) if each.slots["resolution"] != R.EXCHANGE]
    return (*offered, *others)[:MAX_BUTTONS]


def missed_wish(made: Return, wish: Resolution | None, uow: UnitOfWork) -> Resolution | None:
    """What was wished for and is not possible by the rule, or not now."""
    if wish is None or made.status not in AWAITED or wish == made.resolution:
        return None
    lines = uow.returns.lines(made)
    possible = resolutions_of(lines)
    there = wish != R.EXCHANGE or bool(exchange_options(made, lines, uow))
    return None if wish in possible and there else wish


def _check_changeable(made: Return, uow: UnitOfWork, at: Moment) -> None:
    if not may_choose(made, uow.returns.lines(made), uow):
        reason = "return_in_review" if made.status == S.REVIEW else "resolution_settled"
        raise Refusal(reason, number=made.number, status=made.status, choices=next_step(made, uow, at))


def _named(
    said: str, made: Return, lines: Sequence[ReturnLine], options: Sequence[Product], uow: UnitOfWork
) -> Product:
    """The product that was named. Refuses one that costs more, one that is not there, and one of another kind."""
    [line] = approved_of(lines)
    kin = relatives(line, uow)
    found = next((each for each in kin if each.sku == said.strip().upper()), None) or meant(said, kin)
    if found is None:
        sold = uow.stock.products([said.strip().upper()]).get(said.strip().upper())
        choices = tuple(_product_choice(each, line) for each in options[:MAX_BUTTONS])
        raise Refusal(
            "not_exchanged_for", product=sold.name if sold else said, number=made.number, ask="product", choices=choices
        )
    if not is_free_of_charge(found, line):
        more = Money((found.price - line.unit_price) * line.quantity, made.currency)
        raise Refusal("exchange_costs_more", product=found.name, difference=more, choices=_instead(made, lines, uow))
    if found not in options:
        choices = tuple(_product_choice(each, line) for each in options[:MAX_BUTTONS])
        raise Refusal("exchange_out_of_stock", product=found.name, ask="product", choices=choices)
    return found


def _instead(made: Return, lines: Sequence[ReturnLine], uow: UnitOfWork) -> tuple[Choice, ...]:
    """What can be had where an exchange cannot: the other resolutions, or a person."""
    others = [each for each in wishes(made, list(lines), uow) if each.slots["resolution"] != R.EXCHANGE]
    person = Choice(
        label="choice.person", command="AskPerson", slots={"topic": "start_return", "order": lines[0].order_number}
    )
    return (*others, person)


def _product_choice(product: Product, line: ReturnLine) -> Choice:
    values = {"name": product.name, "same": product.sku == line.sku}
    return Choice(label="choice.exchange_for", values=values, slots={"product": product.sku})


def _exchange_choice(made: Return, product: Product, line: ReturnLine) -> Choice:
    slots = {"return_number": made.number, "resolution": R.EXCHANGE.value, "product": product.sku}
    return _product_choice(product, line).model_copy(update={"command": "ChooseResolution", "slots": slots})
