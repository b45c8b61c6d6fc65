"""Store credit over HTTP: what a customer has, using it at a shop's checkout, and giving it back."""

from __future__ import annotations

from actions.perform import perform
from actions.returns.amounts import written
from actions.returns.crediting import balances, customer_called
from bot.compose import Program
from bot.web.api import credit_shapes as shapes
from bot.web.api.keys import Caller, seen
from domain.commands import RedeemCredit, ReverseRedemption
from domain.customers import Customer
from domain.refunds import REDEEMED, REVERSED, StoreCredit
from domain.refusals import NotFound
from domain.values import Money
from storage.unit_of_work import UnitOfWork


def shown(program: Program, external_id: str) -> shapes.CreditShown:
    """The credit of the customer a shop calls that. Refuses when there is none."""

    def look(uow: UnitOfWork) -> shapes.CreditShown:
        customer = _called(external_id, uow)
        entries = uow.returns.credits(customer.id or 0)
        numbers = uow.returns.numbers({each.return_id for each in entries if each.return_id is not None})
        return shapes.CreditShown(
            customer=customer.external_id or external_id,
            balances=[
                shapes.CreditBalance(currency=currency, amount=amount)
                for currency, amount in sorted(balances(customer.id or 0, uow).items())
            ],
            entries=[entry_shown(each, numbers.get(each.return_id or 0)) for each in entries],
        )

    return seen(program, look)


def entry_shown(entry: StoreCredit, return_number: str | None) -> shapes.CreditEntry:
    """One entry as it is answered."""
    return shapes.CreditEntry(
        step=entry.step, amount=entry.amount, bonus=entry.bonus, currency=entry.currency, return_number=return_number,
        order=entry.order_number, redemption=entry.breakdown.get("name"), at=entry.created_at,
    )  # fmt: skip


def credit_told(entry: StoreCredit, uow: UnitOfWork) -> shapes.CreditTold:
    """One entry as shops that listen are told of it, with whose it is and what they have now."""
    customer = uow.customers.get(entry.customer_id)
    numbers = uow.returns.numbers({entry.return_id} if entry.return_id is not None else set())
    return shapes.CreditTold(
        **entry_shown(entry, numbers.get(entry.return_id or 0)).model_dump(),
        customer=customer.external_id, balance=balances(entry.customer_id, uow).get(entry.currency, 0),
    )  # fmt: skip


def redeem(
    program: Program, caller: Caller, external_id: str, body: shapes.NewRedemption
) -> tuple[int, shapes.RedemptionShown]:
    """Use credit: 201 when it was used just now, 200 when it was before. Refuses more than there is."""
    seen(program, lambda uow: _called(external_id, uow))
    at = caller.moment()
    command = RedeemCredit(
        customer=external_id, amount=written(Money(body.amount, body.currency)), order=body.order, external_id=body.external_id
    )  # fmt: skip

    def used(uow: UnitOfWork) -> tuple[int, shapes.RedemptionShown]:
        new = any(event.key == at.key for event in uow.history.latest("credit", [REDEEMED + body.external_id], 1))
        return 201 if new else 200, _redemption(body.external_id, uow)

    answer: tuple[int, shapes.RedemptionShown] = perform(program.database, [command], at, used)[1]
    return answer


def reverse(program: Program, caller: Caller, external_id: str, redemption: str) -> shapes.RedemptionShown:
    """Give back what was used, once. Refuses what was never used by that customer."""
    seen(program, lambda uow: _called(external_id, uow))
    if not _is_plain(redemption):
        raise NotFound("no_such_redemption", external_id="".join(filter(str.isprintable, redemption)))
    command = ReverseRedemption(customer=external_id, external_id=redemption)
    answer: shapes.RedemptionShown = perform(
        program.database, [command], caller.moment(), lambda uow: _redemption(command.external_id, uow)
    )[1]
    return answer


def _redemption(name: str, uow: UnitOfWork) -> shapes.RedemptionShown:
    used, back = uow.returns.credit(REDEEMED + name), uow.returns.credit(REVERSED + name)
    assert used is not None, "it was just used, or found"
    return shapes.RedemptionShown(
        external_id=name, customer=uow.customers.get(used.customer_id).external_id, amount=-used.amount,
        currency=used.currency, order=used.breakdown.get("order"), order_number=used.order_number,
        status="redeemed" if back is None else "reversed", redeemed_at=used.created_at,
        reversed_at=back.created_at if back is not None else None,
        balance=balances(used.customer_id, uow).get(used.currency, 0),
    )  # fmt: skip


def _called(external_id: str, uow: UnitOfWork) -> Customer:
    if not _is_plain(external_id):  # what no database holds
        raise NotFound("no_such_customer", customer="".join(filter(str.isprintable, external_id)))
    return customer_called(external_id, uow)


def _is_plain(name: str) -> bool:
    """Whether it can be the name of anything: it holds no control characters, and is neither empty nor too long."""
    return name.isprintable() and name == name.strip() and 0 < len(name) <= 100
