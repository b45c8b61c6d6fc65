"""Setting up a business: its depots, what it sells, and how much of it there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from actions.fulfilment import allocate_waiting, settle_waiting
from actions.returns.exchanging import promise_waiting_exchanges
from actions.scheduling import follow_cutoff
from domain.commands import SetUpDepot, StockProduct
from domain.depots import DeliveryArea, DeliveryWindow, Depot
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Notice, WasSetUp
from domain.refusals import NotFound, Refusal
from domain.stock import Product, StockLevel
from storage.unit_of_work import UnitOfWork


def set_up_depot(command: SetUpDepot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A depot with its windows and areas, made or changed to be as told. Promises that were made stay."""
    depot = uow.depots.by_code(command.code)
    created = depot is None
    if depot is None:
        depot = Depot(code=command.code, **_depot_values(command))
        uow.add(depot)
    cutoff = depot.cutoff
    changed = [] if created else change(depot, _depot_values(command))
    follow_cutoff(depot, cutoff, uow)
    if _change_windows(depot, command, uow):
        changed.append("windows")
        _change_room(depot, uow, at)
    if _change_areas(depot, command, uow):
        changed.append("areas")
    if created or changed:
        uow.record(note(Thing("depot", depot.code), "set_up", at, changed=[] if created else changed))
        uow.flush()
    promised = [*settle_waiting(uow, at), *promise_waiting_exchanges(uow, at)] if created or changed else []
    return [done("depot", command.code, created, bool(changed)), *promised]


def stock_product(command: StockProduct, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A product and, where a depot is named, how many pieces lie there. Refuses fewer than are promised already."""
    values = command.model_dump(exclude={"sku", "depot", "on_hand"})
    values |= {"handling": sorted(set(command.handling)), "tags": sorted(set(command.tags))}
    product = uow.stock.products([command.sku]).get(command.sku)
    created = product is None
    changed = False
    if product is None:
        uow.add(Product(sku=command.sku, **values))
        uow.record(note(Thing("product", command.sku), "set_up", at))
    elif fields := change(product, {**values, "active": True}):
        changed = True
        uow.record(note(Thing("product", command.sku), "set_up", at, changed=fields))
    counted = _count(command, uow, at)
    return [done("product", command.sku, created, changed or counted)]


def done(noun: str, name: str, created: bool, changed: bool) -> WasSetUp:
    """What became of a thing that was set up."""
    return WasSetUp(noun=noun, subject=name, outcome="created" if created else "changed" if changed else "unchanged")


def change(thing: object, values: Mapping[str, Any]) -> list[str]:
    """Set what differs; the names of it."""
    different = [name for name, value in values.items() if getattr(thing, name) != value]
    for name in different:
        setattr(thing, name, values[name])
    return different


def _depot_values(command: SetUpDepot) -> dict[str, Any]:
    values = command.model_dump(exclude={"code", "windows", "areas", "opening_days", "closed_days"})
    opening = sorted(set(command.opening_days))
    return {**values, "opening_days": opening, "closed_days": sorted({day.isoformat() for day in command.closed_days})}


def _change_windows(depot: Depot, command: SetUpDepot, uow: UnitOfWork) -> bool:
    """Make the depot's windows the told ones; whether that changed any."""
    wanted: dict[tuple[int, time], tuple[time, int]] = {
        (day, each.window.start): (each.window.end, each.capacity) for each in command.windows for day in each.days
    }
    present = {(each.weekday, each.starts): each for each in uow.depots.windows(depot.id or 0)}
    gone = [window for key, window in present.items() if key not in wanted]
    changed = bool(gone)
    uow.remove(*gone)
    for (day, starts), (ends, capacity) in wanted.items():
        window = present.get((day, starts))
        if window is None:
            uow.add(DeliveryWindow(depot_id=depot.id or 0, weekday=day, starts=starts, ends=ends, capacity=capacity))
            changed = True
        else:
            changed |= bool(change(window, {"ends": ends, "capacity": capacity}))
    return changed


def _change_room(depot: Depot, uow: UnitOfWork, at: Moment) -> None:
    """Days that were booked on get the room that is offered now; never less than what is promised."""
    today: date = at.now.astimezone(depot.tz).date()
    offered = {(each.weekday, each.starts): each.capacity for each in uow.depots.windows(depot.id or 0)}
    for slot in uow.depots.slots_from(depot.id or 0, today):
        slot.capacity = max(slot.booked, offered.get((slot.day.isoweekday(), slot.starts), 0))


def _change_areas(depot: Depot, command: SetUpDepot, uow: UnitOfWork) -> bool:
    """Make the depot's areas the told ones; whether that changed any."""
    wanted = {
        (each.country or command.country, each.postcodes, round(each.radius_km * 1000) if each.radius_km else None)
        for each in command.areas
    }
    present = {(each.country, each.pattern, each.radius): each for each in uow.depots.areas(depot.id or 0)}
    gone = [area for key, area in present.items() if key not in wanted]
    new = sorted(wanted - present.keys(), key=str)
    uow.remove(*gone)
    uow.add(*(DeliveryArea(depot_id=depot.id or 0, country=c, pattern=p, radius=r) for c, p, r in new))
    return bool(gone or new)


def _count(command: StockProduct, uow: UnitOfWork, at: Moment) -> bool:
    """Record how many pieces lie at the depot; whether that is news."""
    if command.depot is None or command.on_hand is None:
        return False
    depot = uow.depots.by_code(command.depot)
    if depot is None:
        raise NotFound("no_such_depot", depot=command.depot, field="depot")
    level = uow.stock.levels(depot.id or 0, [command.sku]).get(command.sku)
    before = level.on_hand if level is not None else None
    if level is None:
        uow.add(StockLevel(depot_id=depot.id or 0, sku=command.sku, on_hand=command.on_hand))
    elif command.on_hand < level.on_hand - level.available:
        promised = level.on_hand - level.available
        raise Refusal(
            "stock_below_promised", sku=command.sku, on_hand=command.on_hand, promised=promised, field="on_hand"
        )
    else:
        level.on_hand = command.on_hand
    if before != command.on_hand:
        uow.record(note(Thing("stock", f"{command.sku}@{depot.code}"), "on_hand", at, before, command.on_hand))
        uow.flush()
        allocate_waiting(command.sku, depot.id or 0, uow, at)
    return before != command.on_hand
