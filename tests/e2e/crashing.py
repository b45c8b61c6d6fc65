"""``python -m tests.e2e.crashing serve``: the real program, which SIGKILLs itself at the seam that CRASH_AT names.

``received``: the message is committed to the inbox, its turn has not begun. ``performed``: the turn has done
everything but commit. ``committed``: the turn is committed, nobody has been answered. ``sent``: a message has left, and
is not marked yet. ``marked``: it is marked. ``refunded``: the payment gateway has answered, and nothing of it is on record.
"""

from __future__ import annotations

import os
import signal
from typing import Any, NoReturn

import actions.perform
import bot.outgoing
import bot.receive
import bot.refunding
from bot.cli import main


def _die(*_args: Any, **_kwargs: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def _crash_at(seam: str) -> None:
    take_turn = bot.receive.take_turn

    def committed(*args: Any, **kwargs: Any) -> NoReturn:
        take_turn(*args, **kwargs)
        _die()

    mark = bot.outgoing.Sender._mark

    def marked(sender: Any, sent: Any, *rest: Any) -> None:
        mark(sender, sent, *rest)
        if sent:
            _die()

    match seam:
        case "received":
            bot.receive.take_turn = _die
        case "performed":
            actions.perform.inbox.mark_handled = _die
        case "committed":
            bot.receive.take_turn = committed
        case "sent":
            bot.outgoing.outbox.mark_sent = _die
        case "marked":
            bot.outgoing.Sender._mark = marked
        case "refunded":
            bot.refunding.perform = _die
        case _:
            raise ValueError(f"CRASH_AT={seam} is no seam")


if __name__ == "__main__":
    _crash_at(os.environ["CRASH_AT"])
    main()
