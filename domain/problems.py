"""What can be wrong with a delivery."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

#: A photo without words belongs to the problem that was reported in the same chat this long ago at most.
PHOTO_BELONGS = timedelta(days=1)
#: Deliveries this old are still what somebody means who names none.
RECENT_DELIVERY = timedelta(days=30)
#: So many photos belong to one problem at most.
MOST_PHOTOS = 10
#: The item of a problem that is about all of an order.
ALL_ITEMS = "all"


class Problem(StrEnum):
    """Kinds of problems."""

    DAMAGED = "damaged"
    MISSING = "missing"
    WRONG_ITEM = "wrong_item"
    NOT_RECEIVED = "not_received"
    OTHER = "other"


#: Kinds that are about one product rather than the whole delivery.
ABOUT_AN_ITEM = frozenset({Problem.DAMAGED, Problem.MISSING, Problem.WRONG_ITEM})
#: Kinds that a photo shows.
SHOWN_BY_PHOTO = frozenset({Problem.DAMAGED, Problem.WRONG_ITEM})
