"""What each of several products is exchanged for, asked one after the other or said at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.returns.exchanging import is_free_of_charge, options_of, pieces_of_sku, relatives, unlike
from domain.dialogue import Frame
from domain.naming import SIMILAR, likeness
from domain.notices import Choice
from domain.refusals import Refusal
from domain.returns import Return, ReturnLine
from domain.stock import Product
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: Shorter words name no product.
_SHORTEST = 3


def which_of_each(frame: Frame, talk: Talk, made: Return, lines: Sequence[ReturnLine]) -> Known | Ask:
    """What each product is exchanged for, by its SKU: what was said, the only thing there is, or a choice of what is in stock.
    Refuses what was said and cannot be had."""
    uow = talk.uow
    instead: dict[str, str] = dict(frame.slots.get("instead") or {})
    pending = [line for line in unlike(lines) if line.sku not in instead]
    for said in frame.slots.get("named") or ():
        if not pending:
            break
        line = _line_meant(str(said), pending, uow)
        instead[line.sku] = _product_said(str(said), made, line, lines, _taken(instead, lines), uow).sku
        pending = [each for each in pending if each.sku != line.sku]
    for line in pending:
        options = options_of(made, line, lines, uow, _taken(instead, lines))
        if not options:
            raise Refusal("nothing_to_exchange_for", number=made.number, choices=())
        if len(options) == 1:
            instead[line.sku] = options[0].sku
            continue
        keep = {"instead": instead, "named": None}
        values = {"number": made.number, "product": _name(line, uow), "count": pieces_of_sku(line.sku, lines)}
        return Ask("named", "exchange_product_of", _choices(options, line), values, keep=keep)
    return Known({"instead": instead, "named": None, "product": None})


def check_exchangeable(line: ReturnLine, sku: str, made: Return, uow: UnitOfWork) -> None:
    """Refuses what a product cannot be exchanged for: another kind, and what costs more."""
    kin = {each.sku: each for each in relatives(line, uow)}
    if sku == line.sku:
        return
    if sku not in kin:
        raise Refusal("not_exchanged_for", product=sku, number=made.number, ask="product", choices=())
    if not is_free_of_charge(kin[sku], line):
        more = Money((kin[sku].price - line.unit_price) * line.quantity, made.currency)
        raise Refusal("exchange_costs_more", product=kin[sku].name, difference=more, choices=())


def meant(said: str, products: Sequence[Product]) -> Product | None:
    """The one product that words mean: of names that are alike what only one of them has counts."""
    names = {each.sku: set(each.name.casefold().split()) for each in products}
    shared = set.intersection(*names.values()) if len(names) > 1 else set()
    own = [word for word in said.casefold().split() if word not in shared]
    scored = []
    for each in products:
        name = " ".join(word for word in each.name.split() if word.casefold() not in shared)
        best = max((likeness(word, name) for word in own), default=0.0)
        scored.append((best, each.sku))
    scored.sort(reverse=True)
    if not scored or scored[0][0] < SIMILAR or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return next(each for each in products if each.sku == scored[0][1])


def _line_meant(said: str, pending: Sequence[ReturnLine], uow: UnitOfWork) -> ReturnLine:
    """Which product words are about: the one they name, else the one that has what they say, else the one that was asked."""
    for line in pending:
        if any(each.sku == said.upper() for each in relatives(line, uow)):
            return line
    words = [word for word in said.split() if len(word) >= _SHORTEST]
    named = [line for line in pending if any(likeness(word, _name(line, uow)) >= SIMILAR for word in words)]
    have = [line for line in named or pending if meant(said, relatives(line, uow)) is not None]
    return next(iter([*have, *named, *pending]))


def _product_said(
    said: str, made: Return, line: ReturnLine, lines: Sequence[ReturnLine], taken: Mapping[str, int], uow: UnitOfWork
) -> Product:
    kin, options = relatives(line, uow), options_of(made, line, lines, uow, taken)
    same = next((each for each in kin if each.sku == line.sku and _SAME in said.casefold().split()), None)
    found = next((each for each in kin if each.sku == said.upper()), None) or same or meant(said, kin)
    choices = _choices(options, line)
    if found is None:
        raise Refusal("not_exchanged_for", product=said, number=made.number, ask="named", choices=choices)
    check_exchangeable(line, found.sku, made, uow)
    if found not in options:
        raise Refusal("exchange_out_of_stock", product=found.name, ask="named", choices=choices)
    return found


#: "The same again" needs no name.
_SAME = "same"


def _taken(instead: Mapping[str, str], lines: Sequence[ReturnLine]) -> Counter[str]:
    """By SKU the pieces that were chosen already."""
    taken: Counter[str] = Counter()
    for sku, other in instead.items():
        taken[other] += pieces_of_sku(sku, lines)
    return taken


def _choices(options: Sequence[Product], line: ReturnLine) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            label="choice.exchange_for",
            values={"name": each.name, "same": each.sku == line.sku},
            slots={"named": [each.sku]},
        )
        for each in options[:MAX_BUTTONS]
    )


def _name(line: ReturnLine, uow: UnitOfWork) -> str:
    return uow.stock.products([line.sku])[line.sku].name
