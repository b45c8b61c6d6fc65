"""What a customer can do next with a return: the buttons of everything they are told of it."""

from __future__ import annotations

from typing import Any

import domain.commands
from actions.returns.allowed import possible_ways
from actions.returns.exchanging import exchange_has_left, exchange_options, exchange_waits
from actions.returns.opening import resolutions_of
from actions.returns.told import credit_of
from domain.moment import Moment
from domain.notices import Choice
from domain.returns import (
    AWAITED,
    OUR_FAULT,
    RETURN_TRANSITIONS,
    Resolution,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    Way,
    approved_of,
)
from domain.values import Money, plain
from storage.unit_of_work import UnitOfWork

S = ReturnStatus
#: So many buttons are read; those after them are left out.
MOST_CHOICES = 7
#: To a return in these states more pieces can be added: nothing of it is under way.
JOINABLE = frozenset({S.REQUESTED, S.REVIEW, S.APPROVED})


def next_step(made: Return, uow: UnitOfWork, at: Moment) -> tuple[Choice, ...]:
    """Buttons for what can be done with a return as it stands, what is needed first."""
    lines = uow.returns.lines(made)
    if made.status == S.REJECTED:
        return _after_rejection(made, uow)
    choices: list[Choice] = []
    one_of_both = not exchange_has_left(made, uow)
    if made.resolution is None and may_choose(made, lines, uow):
        choices += wishes(made, lines, uow)
    elif made.status == S.APPROVED and made.resolution != Resolution.KEEP and made.way is None:
        choices += [
            _step(f"choice.way_{way.value}", "ChooseWay", made, way=way.value) for way in possible_ways(made, uow, at)
        ]
    elif made.status == S.PICKUP_PLANNED or (made.status == S.APPROVED and made.way is not None):
        if made.way == Way.PICKUP:
            choices.append(_step("choice.pickup_other_day", "ChooseWay", made, way=made.way))
        choices.append(_step("choice.other_way", "ChooseWay", made))
    waits = exchange_waits(made, uow)
    if waits:
        choices += [each for each in wishes(made, lines, uow) if each.slots["resolution"] != Resolution.EXCHANGE]
    if (
        made.resolution is not None
        and ((one_of_both and made.status in AWAITED) or waits)
        and len(resolutions_of(lines)) > 1
    ):
        choices.append(
            _step(
                "choice.other_product" if waits else "choice.other_resolution",
                "ChooseResolution",
                made,
                **({"resolution": Resolution.EXCHANGE.value} if waits else {}),
            )
        )
    if made.exchange_order is not None and made.resolution == Resolution.EXCHANGE:
        choices.append(_exchange_choice(made, waits=waits))
    if made.status in JOINABLE and made.way is None:
        choices.append(Choice(label="choice.return_more", command="StartReturn", slots={"add_to": made.number}))
    if one_of_both and S.CANCELLED in RETURN_TRANSITIONS[made.status]:
        choices.append(_step("choice.cancel_return", "CancelReturn", made))
    if made.status not in JOINABLE:
        choices.append(_step("choice.track_return", "TrackReturn", made))
    return _there(choices)


def may_choose(made: Return, lines: list[ReturnLine], uow: UnitOfWork) -> bool:
    """Whether the customer can say what they get: while the goods are with them; later where nothing was chosen (any more),
    and where what it was exchanged for does not come."""
    if made.status in AWAITED or exchange_waits(made, uow):
        return True
    if made.resolution is not None:
        return False
    return made.status in {S.IN_TRANSIT, S.RECEIVED} or (made.status == S.INSPECTED and is_judged(lines))


def is_judged(lines: list[ReturnLine]) -> bool:
    """Whether it is decided what counts of all that came back, and something does."""
    accepted = [line.accepted for line in approved_of(lines)]
    return all(each is not None for each in accepted) and any(accepted)


def wishes(made: Return, lines: list[ReturnLine], uow: UnitOfWork) -> list[Choice]:
    """A button for each thing the customer can get; an exchange only where there is something to exchange for."""
    found = []
    for each in resolutions_of(lines):
        if each == Resolution.EXCHANGE and not exchange_options(made, lines, uow):
            continue
        if each == Resolution.KEEP and made.status not in AWAITED:
            continue
        step = _step(f"choice.resolve_{each.value}", "ChooseResolution", made, resolution=each.value)
        amount = Money(credit_of(made, lines), made.currency) if each == Resolution.CREDIT else None
        found.append(step.model_copy(update={"values": plain({**step.values, "credit": amount})}))
    return found


def _after_rejection(made: Return, uow: UnitOfWork) -> tuple[Choice, ...]:
    """A person can be asked, once; and what goes wrong with it can still be told."""
    [first, *_] = lines = uow.returns.lines(made)
    choices = []
    if made.appeal_of is None and uow.returns.appeal_of(made.number) is None:
        choices.append(_step("choice.appeal_return", "AppealReturn", made))
    if not any(ReturnReason(line.reason) in OUR_FAULT for line in lines):
        report = {"order": first.order_number}
        choices.append(Choice(label="choice.problem", command="ReportProblem", slots=report))
    return _there(choices)


def _exchange_choice(made: Return, *, waits: bool) -> Choice:
    """Where the order is that brings what it is exchanged for."""
    label = "choice.wait_for_exchange" if waits else "choice.track_exchange"
    return Choice(
        label=label, values={"number": made.exchange_order}, command="TrackOrder", slots={"order": made.exchange_order}
    )


def _step(label: str, command: str, made: Return, **slots: Any) -> Choice:
    values = {"number": made.number}
    return Choice(label=label, values=values, command=command, slots={"return_number": made.number, **slots})


def _there(choices: list[Choice]) -> tuple[Choice, ...]:
    """Those of the buttons whose Commands there are."""
    return tuple(each for each in choices if hasattr(domain.commands, each.command or ""))[:MOST_CHOICES]
