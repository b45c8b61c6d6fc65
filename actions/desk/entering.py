"""Orders that staff take down for a customer."""

from __future__ import annotations

from typing import Any

from actions import told
from actions.choices import Ask, Known, Talk, products_like
from actions.intake import create_order
from domain.addresses import take_apart
from domain.commands import Address, CreateOrder, EnterOrder, Line, Recipient
from domain.dialogue import Frame
from domain.lines import read_lines
from domain.moment import Moment
from domain.notices import Item, Notice
from domain.refusals import NotFound, Refusal
from domain.values import plain
from storage.unit_of_work import UnitOfWork


def whole_address(frame: Frame, talk: Talk) -> Known | Ask:
    """Street, postcode and city, also where all of them were written in one; asks for what is missing."""
    slots = frame.slots
    parts = take_apart(str(slots.get("street") or ""))
    found = {
        "street": parts.street or None,
        "postcode": slots.get("postcode") or parts.postcode or None,
        "city": slots.get("city") or parts.city or None,
    }
    missing = next((name for name in ("street", "postcode", "city") if found[name] is None), None)
    if missing is not None:
        return Ask(missing, f"entering.{missing}", keep=found)
    return Known(found)


def which_lines(frame: Frame, talk: Talk) -> Known | Ask:
    """The lines with their products by SKU. Refuses what is not sold, and a name that several products have."""
    said = frame.slots.get("lines")
    if not said:
        return Ask("lines", "entering.lines")
    return Known({"lines": "\n".join(f"{count} x {_sku(what, talk.uow)}" for count, what in read_lines(str(said)))})


def _sku(said: str, uow: UnitOfWork) -> str:
    likely = products_like(said, uow)
    if not likely:
        raise NotFound("no_such_product", ask="lines", product=said)
    if len(likely) > 1:
        raise Refusal(
            "several_products", ask="lines", product=said, products=[f"{name} ({sku})" for sku, name in likely]
        )
    return likely[0][0]


def describe_entering(command: EnterOrder, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """What is confirmed before an order is taken down."""
    lines = read_lines(command.lines)
    products = uow.stock.products([sku for _, sku in lines])
    items = [Item(name=products[sku].name if sku in products else sku, quantity=count) for count, sku in lines]
    return {
        "name": command.name, "address": f"{command.street}, {command.postcode} {command.city}",
        "items": plain(items), "day": command.day, "window": command.window,
    }  # fmt: skip


def enter_order(command: EnterOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take an order down as if it came from the shop. Refuses unknown products, and a wrong phone number."""
    external_id = f"desk:{at.key}"[:100]
    taken = create_order(
        CreateOrder(
            external_id=external_id,
            customer=Recipient(name=command.name, email=command.email, phone=command.phone, language=at.policies.languages[0]),
            address=Address(
                street=command.street, postcode=command.postcode, city=command.city, country=_country(uow)
            ),
            lines=tuple(Line(sku=_sku(what, uow), quantity=count) for count, what in read_lines(command.lines)),
            wanted_day=command.day, wanted_window=command.window, instructions=command.instructions,
        ),
        uow, at,
    )  # fmt: skip
    order = uow.orders.by_external_id([external_id])[external_id]
    return [*told.done("entered", order, at, told=bool(taken)), *taken]


def _country(uow: UnitOfWork) -> str:
    """The country the business delivers in. Refuses where there is no depot."""
    depots = uow.depots.all()
    if not depots:
        raise NotFound("no_depots")
    return depots[0].country
