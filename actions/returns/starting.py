"""A customer sends something back: asked for, decided at once, and told what comes next."""

from __future__ import annotations

from actions.returns.asking import wanted_of
from actions.returns.joining import join_return
from actions.returns.opening import open_return
from actions.returns.reported import take_over
from actions.returns.resolving import as_wished, missed_wish
from actions.returns.telling import told_of
from domain.commands import StartReturn
from domain.moment import Moment
from domain.notices import Notice
from domain.returns import ReturnStatus
from storage.unit_of_work import UnitOfWork


def start_return(command: StartReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Open the return of some pieces of an order, or add them to one, and tell what was decided and what comes next.

    Refuses an order that is not theirs, and what `open_return` does.
    """
    uow.orders.get(command.order)
    wanted = wanted_of(command.lines, command.order, command.words)
    channel = uow.chat.channel if uow.chat is not None else ""
    made = join_return(command.add_to, wanted, uow, at) if command.add_to is not None else None
    if made is None:
        made = open_return(wanted, uow, at, channel=channel, words=command.words, gift=command.gift)
    uow.flush()
    settled = take_over(uow.returns.lines(made), uow, at) if made.status != ReturnStatus.REJECTED else []
    first = as_wished(made, command.resolution, command.instead, uow, at) if made.resolution is None else ()
    missed = missed_wish(made, command.resolution, uow)
    return [*told_of(made.status, made, uow, at, first, not_possible=missed), *settled]
