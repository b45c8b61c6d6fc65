"""A person looks again at what could not come back by the rules."""

from __future__ import annotations

from actions.choices import Ask, Known, Talk
from actions.returns.deciding import Wanted, piece_of
from actions.returns.opening import settle_outcome
from actions.returns.telling import told_of
from domain.commands import AppealReturn
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice
from domain.refusals import Refusal
from domain.returns import FIRST_NUMBER, Outcome, Return, ReturnLine, ReturnReason, ReturnStatus
from storage.unit_of_work import UnitOfWork

S = ReturnStatus


def rejected_return(frame: Frame, talk: Talk) -> Known | Ask:
    """The rejected return that is meant: the one named, or the last of whoever speaks."""
    number = frame.slots.get("return_number")
    if number is not None:
        _check_appealable(talk.uow.returns.get(str(number)), talk.uow)
        return Known({})
    rejected = [made for made in talk.uow.returns.mine() if made.status == S.REJECTED]
    return Known({"return_number": rejected[0].number}) if rejected else Ask("return_number", "return_number")


def appeal_return(command: AppealReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Ask a person about a rejected return, once: a return of the same pieces that a person decides.

    Refuses one that was not rejected, a second time, and pieces that are in another return meanwhile.
    """
    before = uow.returns.get(command.return_number, lock=True)
    _check_appealable(before, uow)
    uow.orders.lock(sorted({line.order_number for line in uow.returns.lines(before)}))
    made = _again(before, command.words, uow, at)
    uow.flush()
    return told_of("appealed", made, uow, at)


def _check_appealable(made: Return, uow: UnitOfWork) -> None:
    if made.appeal_of is not None:
        raise Refusal("appealed_already", number=made.number, choices=(_person(made, uow),))
    known = uow.returns.appeal_of(made.number)
    if known is not None:
        raise Refusal("appealed_already", number=known.number, choices=(_person(made, uow),))
    if made.status != S.REJECTED:
        raise Refusal("nothing_to_appeal", number=made.number, status=made.status)


def _person(made: Return, uow: UnitOfWork) -> Choice:
    [line, *_] = uow.returns.lines(made)
    return Choice(
        label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", "order": line.order_number}
    )


def _again(before: Return, words: str, uow: UnitOfWork, at: Moment) -> Return:
    made = Return(
        number=f"RET-{uow.next_number('return', FIRST_NUMBER)}", customer_id=before.customer_id, depot_id=before.depot_id,
        conversation_id=uow.chat.id if uow.chat is not None else before.conversation_id, created_at=at.now,
        channel=before.channel, words=words, gift=before.gift, policy_version=before.policy_version, currency=before.currency,
        street=before.street, postcode=before.postcode, city=before.city, country=before.country, token=at.ids(),
        appeal_of=before.number,
    )  # fmt: skip
    made.place = before.place
    uow.add(made)
    uow.record(note(made, "status", at, None, S.REQUESTED), note(before, "appealed", at, None, made.number))
    lines = [_line(made, each, uow) for each in uow.returns.lines(before)]
    uow.add(*lines)
    settle_outcome(made, lines, uow, at)
    return made


def _line(made: Return, before: ReturnLine, uow: UnitOfWork) -> ReturnLine:
    """The same pieces once more, for a person to decide about; what the rule said is kept beside them."""
    piece_of(Wanted(before.order_number, before.sku, before.quantity, ReturnReason(before.reason)), uow)
    return ReturnLine(
        return_id=made.id or 0, order_number=before.order_number, sku=before.sku, quantity=before.quantity,
        unit_price=before.unit_price, reason=before.reason, opened=before.opened, words=made.words or before.words,
        photos=before.photos, outcome=Outcome.REVIEW, rule=before.rule, says=before.says,
    )  # fmt: skip
