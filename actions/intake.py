"""Orders from outside: taken once, however often they are sent."""

from __future__ import annotations

from typing import Any

import phonenumbers

from actions.fulfilment import settle
from domain.commands import CreateOrder, Recipient
from domain.customers import Customer
from domain.events import note
from domain.handing import Proof, pin_from
from domain.moment import Moment
from domain.notices import Notice
from domain.orders import Order, OrderLine, OrderStatus
from domain.refusals import Refusal
from domain.stock import Product
from domain.values import plain
from storage.unit_of_work import UnitOfWork

FIRST_NUMBER = 10_001


def create_order(command: CreateOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take an order. Refuses an unknown product, a wrong phone number, and other content under a known number."""
    body = command.model_dump(mode="json")
    known = uow.orders.by_external_id([command.external_id]).get(command.external_id)
    if known is not None:
        different = differences(_as_today(known.request or {}), body)
        if different:
            names = [each["field"] for each in different]
            raise Refusal(
                "order_differs",
                external_id=command.external_id,
                number=known.number,
                differences=names,
                changes=different,
            )
        return []
    products = _products(command, uow)
    # taking the number lets one order in at a time: nobody sees the same customer as new, or the same goods as free, twice
    number = f"RM-{uow.next_number('order', FIRST_NUMBER)}"
    customer = _customer(command.customer, command.address.country, uow)
    order = _order(command, body, number, customer, products, at)
    uow.add(order)
    uow.add(
        *(
            OrderLine(order_id=order.id or 0, sku=line.sku, quantity=line.quantity, unit_price=_price(line.unit_price, products[line.sku]), tax=line.tax)
            for line in command.lines
        )
    )  # fmt: skip
    uow.record(note(order, "status", at, None, OrderStatus.CREATED))
    if order.place is None:
        uow.want(f"locate:{order.number}", "locate", {"order": order.number}, at.now)
        return []
    return settle(order, uow, at)


def differences(before: dict[str, Any], now: dict[str, Any], path: str = "") -> list[dict[str, Any]]:
    """Where two bodies differ: dotted names, e.g. ``lines.0.quantity``, each with the value before and now."""
    found: list[dict[str, Any]] = []
    for key in sorted({*before, *now}):
        old, new = before.get(key), now.get(key)
        name = f"{path}{key}"
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            old, new = dict(enumerate(old)), dict(enumerate(new))
        if isinstance(old, dict) and isinstance(new, dict):
            pairs = ({str(k): v for k, v in old.items()}, {str(k): v for k, v in new.items()})
            found += differences(*pairs, f"{name}.")
        elif old != new:
            found.append({"field": name, "before": old, "now": new})
    return found


def international(phone: str, country: str) -> str:
    """A phone number in E.164. Refuses what is none in ``country``."""
    try:
        parsed = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise Refusal("bad_phone", phone=phone, country=country, field="customer.phone") from error
    if not phonenumbers.is_possible_number(parsed):
        raise Refusal("bad_phone", phone=phone, country=country, field="customer.phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _products(command: CreateOrder, uow: UnitOfWork) -> dict[str, Product]:
    products = uow.stock.products({line.sku for line in command.lines})
    for index, line in enumerate(command.lines):
        product = products.get(line.sku)
        if product is None or not product.active:
            raise Refusal("unknown_product", sku=line.sku, field=f"lines.{index}.sku")
    currencies = {product.currency for product in products.values()}
    if len(currencies) > 1:
        raise Refusal("mixed_currencies", currencies=sorted(currencies), field="lines")
    return products


def _customer(recipient: Recipient, country: str, uow: UnitOfWork) -> Customer:
    email = recipient.email.strip().lower() if recipient.email and recipient.email.strip() else None
    if email is not None and ("@" not in email[1:-1] or any(char.isspace() for char in email)):
        raise Refusal("bad_email", email=email, field="customer.email")
    phone = international(recipient.phone, country) if recipient.phone and recipient.phone.strip() else None
    customer = uow.customers.recognise(recipient.external_id, email, phone)
    if customer is None:
        customer = Customer(name=recipient.name, language=recipient.language)
    customer.external_id = customer.external_id or recipient.external_id
    customer.zone = recipient.zone or customer.zone
    customer.email, customer.phone = customer.email or email, customer.phone or phone
    uow.add(customer)
    return customer


def _order(
    command: CreateOrder,
    body: dict[str, Any],
    number: str,
    customer: Customer,
    products: dict[str, Product],
    at: Moment,
) -> Order:
    address, wish = command.address, command.wanted_window
    order = Order(
        number=number,
        external_id=command.external_id,
        request=body,
        customer_id=customer.id or 0,
        created_at=at.now,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        instructions=command.instructions,
        wanted_day=command.wanted_day,
        wanted_start=wish.start if wish else None,
        wanted_end=wish.end if wish else None,
        total=_total(command, products),
        currency=products[command.lines[0].sku].currency,
        carriage=command.carriage,
        discount=command.discount,
        paid_by=command.paid_by,
        payment=command.payment,
        gift=command.gift,
        channel=command.channel,
    )
    order.place = address.place
    required = at.policies.proof_required if command.proof is None else False
    required = command.proof_required if command.proof_required is not None else required
    ask_proof(order, command.proof or at.policies.proof, at, required=required)
    return order


def ask_proof(order: Order, proof: str, at: Moment, *, required: bool) -> None:
    """What shows that the order was handed over; a PIN is made where that is part of it."""
    order.proof, order.proof_required = proof, required
    order.code = pin_from(at.ids()) if "code" in Proof(proof).parts else None


def _total(command: CreateOrder, products: dict[str, Product]) -> int:
    """What is paid. Refuses a discount of more than everything."""
    total = (
        sum(line.quantity * _price(line.unit_price, products[line.sku]) for line in command.lines) + command.carriage
    )
    if command.discount > total:
        raise Refusal("discount_too_large", discount=command.discount, total=total, field="discount")
    return total - command.discount


def _as_today(request: dict[str, Any]) -> dict[str, Any]:
    """An order as it was asked for, with what can be said today and was not."""
    defaults = {name: field.default for name, field in CreateOrder.model_fields.items() if not field.is_required()}
    lines = [{"tax": 0, **line} for line in request.get("lines", [])]
    return {**plain(defaults), **request, "lines": lines} if request else request


def _price(given: int | None, product: Product) -> int:
    return product.price if given is None else given
