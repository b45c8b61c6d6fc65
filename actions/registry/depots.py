"""What a depot has: goods, vehicles, drivers and their shifts."""

from __future__ import annotations

from actions import business, choices, fleet
from actions.desk import choosing
from actions.desk import stock as desk_stock
from actions.registry.row import DEPOT, DESK, OFFICE, OUTSIDE, OWNER, Registered, intent
from domain import commands as c
from domain.commands import Command
from domain.moment import STOCKING

ROWS: dict[type[Command], Registered] = {
    c.SetUpDepot: Registered(business.set_up_depot, OWNER),
    c.StockProduct: Registered(business.stock_product, OWNER),
    c.ShowStock: Registered(
        desk_stock.show_stock, OFFICE, intent("stock_level"), reads_only=True,
        resolve={"product": choices.sold_product, "depot": choosing.maybe_depot},
    ),
    c.AdjustStock: Registered(
        desk_stock.adjust_stock, STOCKING | OUTSIDE, intent("adjust_stock"), form=True, second=desk_stock.why_two,
        resolve={"product": choices.sold_product, **DEPOT},
    ),
    c.SetUpVehicle: Registered(fleet.set_up_vehicle, OWNER),
    c.ReturnVehicle: Registered(
        fleet.return_vehicle, DESK, intent("return_vehicle"), resolve={"vehicle": fleet.which_is_back}
    ),
    c.SetUpDriver: Registered(fleet.set_up_driver, OWNER),
    c.SetShift: Registered(fleet.set_shift, OWNER | DESK),
}  # fmt: skip
