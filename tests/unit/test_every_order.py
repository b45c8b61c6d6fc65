"""Whether all orders are meant."""

from __future__ import annotations

import pytest

from nlu.readers.every import every_order, other_order


@pytest.mark.parametrize(
    ("text", "which", "but"),
    [
        ("cancel everything", "all", None),
        ("cancel all my orders please", "all", None),
        ("push all of them back a week", "all", None),
        ("cancel the lot", "all", None),
        ("bring both on saturday", "both", None),
        ("cancel both orders", "both", None),
        ("where are my parcels", "several", None),
        ("when do my orders arrive", "several", None),
        ("cancel everything except the lamp", "all", "lamp"),
        ("move all my deliveries but not the coffee grinder, to friday", "all", "coffee grinder"),
        ("cancela todo", "all", None),
        ("cancela todos mis pedidos menos la lámpara", "all", "lampara"),
        ("mueve los dos pedidos al viernes", "both", None),
        ("dónde están mis pedidos", "several", None),
    ],
)
def test_more_than_one_order_is_meant(text: str, which: str, but: str | None) -> None:
    assert every_order(text) == {"which": which, "but": but}


@pytest.mark.parametrize(
    "text",
    [
        "cancel my order",
        "where is my order",
        "is everything ok with my order",
        "everything arrived but the lamp",
        "cancel it, we are both away",
        "both my husband and I are out",
        "todo bien",
        "a las dos de la tarde",
        "move the kettle to monday 08:00-12:00, thanks for everything",
        "move the kettle to monday 8-12, not both orders",
        "move the kettle to monday, both kids are ill",
        "cambia el hervidor al lunes, los dos trabajamos",
        "don't cancel both, only the kettle",
        "no canceles todo",
        "the lot number is wrong",
        "I already have everything I need",
        "cancela todo el pedido",
        "cancel everything in it",
        "did you cancel the order? I did not get everything",
        "change all of it to a gift",
    ],
)
def test_one_order_is_meant(text: str) -> None:
    assert every_order(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "and the other one, can it come thursday", "cancel my other order", "where's the other one", "the second parcel too",
        "el otro al jueves", "¿y el otro pedido?", "cancela la otra entrega",
    ],
)  # fmt: skip
def test_another_order_is_meant(text: str) -> None:
    assert other_order(text) == "one"


@pytest.mark.parametrize(
    "text",
    [
        "ring the other bell", "use the other door", "that slot is bad, can i have the other one", "the other day nobody came",
        "cancel it, the other thing is he was rude", "if the lift is out use the other one", "there are two houses, mine is the other one",
        "usad el otro si no funciona", "on the other hand", "el otro día no vino nadie", "la otra puerta", "no es esa dirección, es la otra", "another order",
    ],
)  # fmt: skip
def test_something_else_is_the_other_one(text: str) -> None:
    assert other_order(text) is None
