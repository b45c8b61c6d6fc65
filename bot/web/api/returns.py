"""Returns over HTTP: asking for them, reading them, what could be returned, and the steps a shop takes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from actions.desk.returns import why_two
from actions.perform import perform
from actions.returns.allowed import allowed_ways
from actions.returns.deciding import Piece, Wanted, judge
from actions.returns.eligibility import Chance, chances_of
from actions.returns.opening import resolutions_of, terms_of
from actions.returns.outside import order_meant
from bot.clock import new_id
from bot.compose import Program
from bot.files import Kept
from bot.web.api import return_shapes as shapes
from bot.web.api.asking import nothing_after, read_body
from bot.web.api.keys import Caller, seen
from bot.web.api.shapes import DayWindow
from domain.commands import (
    ApproveReturns,
    CancelReturn,
    Command,
    CreateReturn,
    InspectReturn,
    KeepReturnPhoto,
    ReceiveReturn,
    RejectReturns,
)
from domain.moment import Moment
from domain.orders import DELIVERED, Order
from domain.refunds import Refund
from domain.refusals import NotFound, Refusal
from domain.return_policy import Decision, Undecided
from domain.returns import Outcome, Return, ReturnLine, ReturnReason, ReturnStatus
from domain.stock import Product
from domain.values import plain
from storage.unit_of_work import UnitOfWork

# Asking for one


def take(program: Program, caller: Caller, body: Any) -> tuple[int, shapes.ReturnShown]:
    """Take a return: 201 with a new one, 200 with the one that was asked for before. Raises Problem or Refusal."""
    command = read_body(CreateReturn, body)
    at = caller.moment()

    def taken(uow: UnitOfWork) -> tuple[int, str]:
        made = uow.returns.by_external_id(command.external_id)
        assert made is not None, "it was just taken"
        return (201 if any(event.key == at.key for event in uow.returns.history(made.number)) else 200), made.number

    status, number = perform(program.database, [command], at, taken)[1]
    return status, shown(program, number)


def keep_photo(program: Program, caller: Caller, body: shapes.NewReturnPhoto, photo: Kept) -> shapes.PhotoTaken:
    """Keep a photo of what comes back of an order until its return takes it."""
    at, file_id = caller.moment(), new_id()
    try:
        order = seen(program, lambda uow: order_meant(body.order, body.order_external_id, uow).number)
        command = KeepReturnPhoto(
            file=file_id, order=order, path=photo.path, thumbnail=photo.thumbnail, mime=photo.mime, size=photo.size
        )
        kept = perform(program.database, [command], at, lambda uow: uow.files.of_ids([file_id], at.now)[file_id])[1]
    except BaseException:
        program.files.remove(photo)
        raise
    return shapes.PhotoTaken(id=file_id, url=f"{program.settings.url}/f/{file_id}", expires_at=kept.expires_at)


# Reading


def shown(program: Program, number: str) -> shapes.ReturnShown:
    """The return of that number. Refuses when there is none."""
    return seen(program, lambda uow: show([of_number(uow, number)], uow, program.settings.url)[0])


def page(
    program: Program, status: ReturnStatus | None, order: str | None, external_id: str | None, after: str | None, limit: int
) -> shapes.ReturnPage:  # fmt: skip
    """One page of returns. Raises Problem when ``after`` is no return."""

    def look(uow: UnitOfWork) -> shapes.ReturnPage:
        if after is not None and uow.returns.find(after) is None:
            raise nothing_after("return", after)
        found = uow.returns.page(after=after, status=status, order=order, external_id=external_id, limit=limit + 1)
        answers = show(found[:limit], uow, program.settings.url)
        return shapes.ReturnPage(returns=answers, next_after=answers[-1].number if len(found) > limit else None)

    return seen(program, look)


def of_number(uow: UnitOfWork, number: str) -> Return:
    """The return of that number. Refuses when there is none."""
    if not number.isascii() or not number.isprintable():  # what no database holds
        raise NotFound("no_such_return", return_number="".join(filter(str.isprintable, number)))
    return uow.returns.get(number)


def show(returns: Sequence[Return], uow: UnitOfWork, url: str) -> list[shapes.ReturnShown]:
    """Returns as they are answered, and told to shops that listen; ``url`` is the public address of the program."""
    lines = _by_return(uow.returns.lines(*returns))
    refunds = _by_return(uow.returns.refunds(*returns))
    every = [line for some in lines.values() for line in some]
    products = uow.stock.products({line.sku for line in every})
    orders = {order.number: order for order in uow.orders.named({line.order_number for line in every})}
    customers = uow.customers.of_ids({each.customer_id for each in returns})
    credits = uow.returns.credited(returns)
    return [
        shapes.ReturnShown(
            number=each.number,
            external_id=each.external_id,
            status=ReturnStatus(each.status),
            customer=shapes.ReturnCustomer(external_id=customers[each.customer_id].external_id),
            lines=[_line(line, products, orders, url) for line in lines.get(each.id, [])],
            gift=each.gift,
            decided_by=each.decided_by,
            policy_version=each.policy_version,
            resolution=each.resolution,
            resolutions=resolutions_of(lines.get(each.id, [])),
            way=each.way,
            ways=allowed_ways(lines.get(each.id, [])),
            worth=each.worth,
            fee=each.fee,
            currency=each.currency,
            expires_on=each.expires_on,
            pickup=DayWindow.of(each.pickup_day, each.pickup_window) if each.pickup_day and each.pickup_window else None,
            refunds=[refund_shown(refund, each.number) for refund in refunds.get(each.id, [])],
            credit=credits.get(each.id, 0),
            exchange_order=each.exchange_order,
            appeal_of=each.appeal_of,
            page_url=f"{url}/r/{each.token}" if each.token else None,
            created_at=each.created_at,
            version=each.version,
        )
        for each in returns
    ]  # fmt: skip


def refund_shown(refund: Refund, return_number: str | None) -> shapes.RefundShown:
    """A refund as it is answered."""
    return shapes.RefundShown(
        key=refund.key, order=refund.order_number, return_number=return_number, status=refund.status,
        amount=refund.amount, currency=refund.currency, done_at=refund.done_at,
    )  # fmt: skip


def _by_return(rows: Iterable[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for row in rows:
        found.setdefault(row.return_id, []).append(row)
    return found


def _line(line: ReturnLine, products: dict[str, Product], orders: dict[str, Order], url: str) -> shapes.ReturnLineShown:
    order = orders.get(line.order_number)
    found = None
    if line.received is not None:
        found = shapes.FoundShown(
            received=line.received, accepted=line.accepted, grade=line.grade, disposition=line.disposition
        )  # fmt: skip
    return shapes.ReturnLineShown(
        order=line.order_number, order_external_id=order.external_id if order is not None else None, sku=line.sku,
        name=products[line.sku].name, quantity=line.quantity, unit_price=line.unit_price, reason=ReturnReason(line.reason),
        opened=line.opened, words=line.words, photos=[f"{url}/f/{each}" for each in line.photos],
        exchange_sku=line.exchange_sku, decision=_decided(line), found=found,
    )  # fmt: skip


def _decided(line: ReturnLine) -> shapes.DecisionShown | None:
    if line.outcome is None:
        return None
    return decision_shown(Decision(Outcome(line.outcome), line.rule or "", line.says, terms_of(line), line.instead))


def decision_shown(decision: Decision) -> shapes.DecisionShown:
    """A decision as it is answered; terms matter only of what is approved."""
    terms, approved = decision.terms, decision.outcome == Outcome.APPROVE
    return shapes.DecisionShown(
        outcome=decision.outcome, rule=decision.rule, says=decision.says, instead=decision.instead,
        resolutions=list(terms.resolutions) if approved else [], ways=list(terms.ways) if approved else [],
        fee=terms.fee if approved else 0, restocking=terms.restocking if approved else 0,
        bonus=terms.bonus if approved else 0, carriage=terms.carriage, days=terms.days,
    )  # fmt: skip


# What could be returned


def eligibility(program: Program, caller: Caller, question: shapes.EligibilityQuestion) -> shapes.EligibilityAnswer:
    """What of an order can be returned; nothing is kept. Refuses an order there is not."""
    at = caller.moment()
    return seen(program, lambda uow: _Asked(question, program, caller, uow, at).answer())


class _Asked:
    """One question, and what its answer is made from."""

    def __init__(
        self, question: shapes.EligibilityQuestion, program: Program, caller: Caller, uow: UnitOfWork, at: Moment
    ) -> None:
        self._question, self._program, self._caller = question, program, caller
        self._uow, self._at = uow, at
        self._order = order_meant(question.order, question.order_external_id, uow)

    def answer(self) -> shapes.EligibilityAnswer:
        """All of it."""
        uow, order = self._uow, self._order
        chances = {
            each.piece.sku: each for each in chances_of(order, uow, self._at, gift=self._question.gift, channel="api")
        }
        asked = self._question.lines or [shapes.AskedPieces(sku=sku) for sku in chances]
        lines = [
            self._line(each, chances[each.sku].piece if each.sku in chances else None,
                       chances[each.sku].chances if each.sku in chances else ())
            for each in asked
        ]  # fmt: skip
        delivered = uow.returns.delivered_at([order.number]).get(order.number)
        not_yet = None
        if order.status not in DELIVERED:
            not_yet = self._why_not(Refusal("not_yet_delivered", number=order.number, status=order.status))
        return shapes.EligibilityAnswer(
            order=order.number, order_external_id=order.external_id, delivered_at=delivered, currency=order.currency,
            policy_version=uow.returns.policy()[0], not_possible=not_yet, lines=lines,
            possible=any(reason.best != Outcome.REJECT for line in lines for reason in line.reasons),
        )  # fmt: skip

    def _line(
        self, asked: shapes.AskedPieces, piece: Piece | None, chances: Sequence[Chance]
    ) -> shapes.LineEligibility:
        decision: Decision | Undecided | None = None
        refused: Refusal | None = None
        try:
            decision = judge(self._wanted(asked), self._uow, self._at, gift=self._question.gift, channel="api")
        except Refusal as refusal:
            refused = refusal
        name = piece.name if piece is not None else asked.sku
        good = [each for each in chances if each.best != Outcome.REJECT]
        ends = [each.until for each in good]
        return shapes.LineEligibility(
            sku=asked.sku, name=name, delivered=piece.quantity if piece is not None else 0,
            returnable=piece.returnable if piece is not None else 0, unit_price=piece.unit_price if piece is not None else 0,
            decision=decision_shown(decision) if isinstance(decision, Decision) else None,
            missing=self._missing(decision.ask, name) if isinstance(decision, Undecided) else None,
            not_possible=self._why_not(refused) if refused is not None else None,
            reasons=[self._reason(each) for each in chances],
            until=max((end for end in ends if end is not None), default=None) if None not in ends else None,
        )  # fmt: skip

    def _wanted(self, asked: shapes.AskedPieces) -> Wanted:
        photos = tuple("" for _ in range(asked.photos)) if asked.photos is not None else None
        return Wanted(self._order.number, asked.sku, asked.quantity, asked.reason, asked.opened, photos)

    def _missing(self, ask: str, product: str) -> shapes.Missing:
        known = ask if ask in shapes.AskedPieces.model_fields else "other"
        answers: list[str] = []
        if ask == "reason":
            answers = [reason.value for reason in ReturnReason]
        elif ask == "opened":
            answers = ["true", "false"]
        return shapes.Missing(
            field=ask, question=self._say(f"return_ask.{known}", {"product": product}), answers=answers
        )

    def _reason(self, chance: Chance) -> shapes.ReasonShown:
        return shapes.ReasonShown(
            reason=chance.reason, label=self._say(f"return_reason.{chance.reason}", {}), best=chance.best,
            worst=chance.worst, until=chance.until, says=chance.says,
        )  # fmt: skip

    def _why_not(self, refusal: Refusal) -> shapes.NotPossible:
        values = {key: plain(value) for key, value in refusal.values.items()}
        return shapes.NotPossible(reason=refusal.text.removeprefix("refused."), detail=self._say(refusal.text, values))

    def _say(self, name: str, values: dict[str, Any]) -> str:
        return self._program.words.say(name, values, self._caller.language, self._at.now)


# Steps


def step(
    program: Program, caller: Caller, number: str, commands: Sequence[Command], versions: frozenset[int] | None,
    further: Callable[[UnitOfWork], None] = lambda _: None,
) -> shapes.ReturnShown:  # fmt: skip
    """Take a step of a return, all or nothing. Refuses what its state or ``further`` forbids, and an outdated version."""
    answer: shapes.ReturnShown = perform(
        program.database,
        commands,
        caller.moment(),
        lambda uow: show([uow.returns.get(number)], uow, program.settings.url)[0],
        expect=_unchanged(number, versions, further),
    )[1]
    return answer


def cancel(
    program: Program, caller: Caller, number: str, body: shapes.ReturnCancellation | None, versions: frozenset[int] | None
) -> shapes.ReturnShown:  # fmt: skip
    """Give a return up; one that is cancelled stays so. Refuses once the goods have left the customer."""
    if seen(program, lambda uow: of_number(uow, number).status) == ReturnStatus.CANCELLED:
        return shown(program, number)
    command = CancelReturn(return_number=number, reason=body.reason if body is not None else None)
    return step(program, caller, number, [command], versions)


def approve(
    program: Program, caller: Caller, number: str, body: shapes.ReturnApproval | None, versions: frozenset[int] | None
) -> shapes.ReturnShown:  # fmt: skip
    """Approve a return that waits for a person. Refuses what two people of the business must approve."""
    seen(program, lambda uow: of_number(uow, number))
    given = body.model_dump() if body is not None else {}
    command = ApproveReturns(return_numbers=(number,), **given)
    at = caller.moment()

    def one_is_enough(uow: UnitOfWork) -> None:
        two = why_two(command, uow, at)
        if two is not None:
            raise Refusal("two_must_approve", number=number, worth=two["worth"])

    return step(program, caller, number, [command], versions, one_is_enough)


def receive(
    program: Program, caller: Caller, number: str, weight: int | None, versions: frozenset[int] | None
) -> shapes.ReturnShown:
    """The goods are at the dock. Refuses what is not on its way."""
    seen(program, lambda uow: of_number(uow, number))
    return step(program, caller, number, [ReceiveReturn(return_number=number, weight=weight)], versions)


def inspect(
    program: Program, caller: Caller, number: str, body: shapes.FoundInParcel, versions: frozenset[int] | None
) -> shapes.ReturnShown:
    """What was found. Refuses what is not at the dock."""
    seen(program, lambda uow: of_number(uow, number))
    command = InspectReturn(return_number=number, condition=body.condition, found=body.found, note=body.note)
    return step(program, caller, number, [command], versions)


def reject(
    program: Program, caller: Caller, number: str, reason: str, versions: frozenset[int] | None
) -> shapes.ReturnShown:
    """Reject what is in review. Refuses what waits for nobody."""
    seen(program, lambda uow: of_number(uow, number))
    return step(program, caller, number, [RejectReturns(return_numbers=(number,), reason=reason)], versions)


def _unchanged(
    number: str, versions: frozenset[int] | None, further: Callable[[UnitOfWork], None]
) -> Callable[[UnitOfWork], None]:
    """What If-Match asks for: the return is still at one of these versions; None for any."""

    def check(uow: UnitOfWork) -> None:
        of_number(uow, number)
        made = uow.returns.get(number, lock=True)
        if versions is not None and made.version not in versions:
            raise Refusal("return_changed_meanwhile", number=number, version=made.version)
        further(uow)

    return check
