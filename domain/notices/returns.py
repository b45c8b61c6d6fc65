"""Notices about returns. ``look`` is a return as its customer may see it (`actions.returns.told`)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from domain.notices.base import Facts, Item, Notice
from domain.values import Window


class ReturnShown(Notice):
    """A return as it stands: what is in it, what was decided by which rule, what comes next."""

    text = "return.shown"

    number: str
    look: Facts


class ReturnNews(Notice):
    """What has happened to a return: ``what`` is submitted, approved, rejected, received, settled and such; ``detail`` what
    there is more to tell of it."""

    text = "return.news"
    rings = True

    number: str
    what: str
    look: Facts
    detail: Facts = Field(default_factory=dict)


class ReturnExpiring(ReturnNews):
    """A return must be sent soon; it is ``about`` the return, and holds while that is still to be sent."""

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status == "approved"


class WayChosen(Notice):
    """How a return comes back: collected on ``day`` in ``window``, brought to ``depot`` on its ``opening`` days (spans of ISO weekdays), or
    sent with a label. ``carriage`` says who pays the way back (shop or customer), ``token`` opens its page.
    ``exchange`` is the order that comes with the same visit, ``was_day`` and ``was_window`` the pickup before; ``code`` is told
    at handing over, where somebody is on the way already.
    """

    text = "return.way_chosen"
    rings = True

    number: str
    way: str
    day: date | None = None
    window: Window | None = None
    was_day: date | None = None
    was_window: Window | None = None
    depot: str = ""
    address: str = ""
    opening: tuple[tuple[int, int], ...] = ()
    fee: Facts | None = None
    carriage: str = "shop"
    expires_on: date | None = None
    exchange: str | None = None
    code: str | None = None
    token: str | None = None


class ParcelTaken(Notice):
    """A parcel was taken in: what should be in it. ``case`` is the exception where nobody was waiting for it; without a
    ``number`` it is not known which return it is. ``signals`` are what stands out."""

    text = "return.parcel_taken"

    number: str | None = None
    status: str = ""
    items: tuple[Item, ...] = ()
    already: bool = False
    case: str | None = None
    signals: tuple[Facts, ...] = ()


class Inspected(Notice):
    """What was found in a parcel, by product; where it ``waits`` somebody must decide what counts of it."""

    text = "return.inspected"

    number: str
    status: str
    found: tuple[Facts, ...] = ()
    waits: bool = False
    decided: bool = False
    resolution: str | None = None


class RefundWanted(Notice):
    """Money goes back, for whoever wanted it: how much, and the ``rest`` of the order that can still be given back."""

    text = "return.refund_wanted"

    order: str
    money: Facts
    rest: Facts
    why: str = ""


class RefundDone(Notice):
    """A person has given the money back."""

    text = "return.refund_done"

    order: str
    money: Facts
    already: bool = False


class RefundTold(Notice):
    """Money of an order came back without a return, for its customer."""

    text = "return.refund_told"

    order: str
    money: Facts
    why: str = ""


class CreditShown(Notice):
    """What a customer can spend, by currency, and the newest ``entries`` (step, amount, at, order), the newest last; ``more``
    were before them. It is ``own`` for the customer themselves."""

    text = "credit.shown"

    balances: tuple[Facts, ...] = ()
    entries: tuple[Facts, ...] = ()
    more: int = 0
    own: bool = True


class CreditUsed(Notice):
    """Credit of a customer was used under a name, for an ``order`` where one was named; ``rest`` is left."""

    text = "credit.used"

    reference: str
    money: Facts
    rest: Facts
    order: str | None = None
    already: bool = False


class CreditReversed(Notice):
    """Credit that was used under a name is the customer's again; ``rest`` is what there is now."""

    text = "credit.reversed"

    reference: str
    money: Facts
    rest: Facts
    already: bool = False


class ReturnTracked(Notice):
    """Where a return stands: its ``steps`` (`actions.returns.timeline`), ``expected`` day of the money or None, whether that is
    ``late``, how many ``days`` it takes once the goods are with us, what the customer must do (``needs``), ``opens`` its page.
    """

    text = "return.tracked"

    number: str
    look: Facts
    steps: tuple[Facts, ...] = ()
    expected: date | None = None
    late: bool = False
    days: int | None = None
    needs: str | None = None
    exchange_state: str | None = None
    exchange_day: date | None = None
    exchange_window: Window | None = None


class ReturnCancelled(Notice):
    """A return was given up; the customer keeps the goods. ``exchange`` says that nothing is brought in exchange any more."""

    text = "return.cancelled"
    rings = True

    number: str
    look: Facts
    exchange: bool = False
