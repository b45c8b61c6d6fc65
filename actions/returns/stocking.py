"""What becomes of goods that came back: the one place that moves stock for returns."""

from __future__ import annotations

from actions.fulfilment import allocate_waiting
from domain.events import Thing, note
from domain.moment import Moment
from domain.returns import Disposition, ReturnLine
from domain.stock import StockLevel
from storage.unit_of_work import UnitOfWork


def put_away(
    line: ReturnLine, pieces: int, disposition: Disposition | None, bin: str | None, uow: UnitOfWork, at: Moment
) -> None:
    """Pieces of a line go where they belong. What can be sold again is on hand at the return's depot from now on, and goes to
    the orders that wait for it; what is refurbished, donated, scrapped, sent to the supplier or (None) set aside is no
    stock, and only its history tells of it.
    """
    if pieces <= 0:
        return
    made = uow.returns.of_line(line)
    where = {"sku": line.sku, "order": line.order_number, "pieces": pieces, "bin": bin}
    uow.record(note(made, "put_away", at, None, disposition.value if disposition is not None else "set_aside", **where))
    if disposition != Disposition.RESTOCK or made.depot_id is None:
        return
    level = uow.stock.levels(made.depot_id, [line.sku]).get(line.sku)
    if level is None:
        level = StockLevel(depot_id=made.depot_id, sku=line.sku)
        uow.add(level)
    before = level.on_hand
    level.put_back(pieces, promised=False)
    code = uow.depots.get(made.depot_id).code
    uow.record(
        note(Thing("stock", f"{line.sku}@{code}"), "on_hand", at, before, level.on_hand, reason="returned", number=made.number)
    )  # fmt: skip
    uow.flush()
    allocate_waiting(line.sku, made.depot_id, uow, at)
