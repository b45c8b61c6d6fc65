"""Who took it, PINs, parts and conditions out of drivers' words."""

from __future__ import annotations

import pytest

from nlu.readers import Fields
from nlu.readers.proofs import condition, part_only, pin, pin_said, taken_by, taker, without_photo


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("4 done, signed by Mrs Kim", "Mrs Kim"),
        ("left it with the neighbour at 3", "the neighbour"),
        ("handed it to his wife, pin 4711", "his wife"),
        ("delivered", None),
        ("gave it to him", None),
        ("left with a card", None),
        ("mill lane delivered, to mrs Paulsen", "mrs Paulsen"),
        ("second one delivered too, to herr Kaya", "herr Kaya"),
        ("mill lane delivered, Herr Wolf", "Herr Wolf"),
        ("mill lane delivered Frau Kolb has it", "Frau Kolb"),
        ("delivered to Ann Lee herself", "Ann Lee"),
        ("delivered to stop 4, Mr Blau got it", "Mr Blau"),
        ("entregado, a la señora Vidal en mano", "la señora Vidal"),
        ("entregado, al vecino", "vecino"),
        ("delivered, to the next one now", None),
        ("delivered mr Smith's parcel", None),
        ("the customer has it", None),
        ("entregado, a la siguiente", None),
        ("done. Heading to Mill Lane", None),
        ("delivered to stop 4", None),
        ("el señor no firmó", None),
        ("la señora ya lo recogió", None),
        ("el señor no firmó el papel", None),
        ("delivered, Everyone has it", None),
        ("Delivered, with Damage", None),
        ("delivered with Damage", None),
        ("done, with Pin 1234", None),
        ("Entregado a Tiempo", None),
        ("entregado a tiempo", None),
        ("entregué a tiempo", None),
        ("Rain got it wet", None),
        ("Rain took it", None),
        ("Yes got it", None),
        ("Yes received", None),
        ("She has it", None),
        ("She took it", None),
        ("delivered, with Ann Lee", "Ann Lee"),
        ("delivered with the neighbour", "the neighbour"),
        ("Marta has it", "Marta"),
        ("delivered, Marta Kim has it now", "Marta Kim"),
        ("Marta lo tiene", "Marta"),
        ("entregado, lo tiene la vecina", "la vecina"),
        ("Marta has it on her list", None),
        ("Nadie lo tiene", None),
        ("Dispatch has it", None),
        ("Warehouse has it", None),
        ("I've got it", None),
        ("They've got it now, 2 delivered", None),
        ("Aún lo tiene el vecino", None),
        ("delivered to Ann", "Ann"),
        ("his wife has it", "his wife"),
        ("entregado a una vecina", "una vecina"),
        ("entregué el paquete a la señora Paz", "la señora Paz"),
        ("El señor Ruiz firmó", "El señor Ruiz"),
    ],
)
def test_who_took_it_in_passing(text, name) -> None:
    found = taken_by(text)
    assert found == name if name else found in {None, "a card"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Kim", "Kim"), ("the concierge", "the concierge"), ("it was signed by Ann Lee", "Ann Lee"),
        ("no", Fields({"without": {"name": True}})), ("no, stop 4", None), ("4", None),
    ],
)  # fmt: skip
def test_who_took_it_when_asked(text, answer) -> None:
    assert taker(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("4711", "4711"), ("47 11", "4711"), ("it's 4711", "4711"), ("pin is 0042", "0042"), ("14", None),
        ("he forgot it", Fields({"without": {"code": True}})), ("no pin", Fields({"without": {"code": True}})),
    ],
)  # fmt: skip
def test_the_pin_when_asked(text, answer) -> None:
    assert pin(text) == answer


@pytest.mark.parametrize(
    ("text", "code"), [("4 done pin 4711", "4711"), ("code: 0042", "0042"), ("4711", None), ("4 and 5", None)]
)
def test_a_pin_is_read_in_passing_where_it_is_called_one(text, code) -> None:
    assert pin_said(text) == code


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("only 1 of 2", True),
        ("all but the kettle", True),
        ("partial at 4", True),
        ("delivered", None),
        ("all of it", None),
    ],
)
def test_parts_are_heard(text, part) -> None:
    assert part_only(text) == part


def test_no_photo() -> None:
    assert without_photo("can't take one") == Fields({"without": {"photo": True}})
    assert without_photo("here it is") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("box is opened but looks fine", "opened"), ("as new, sealed", "as_new"), ("screen is cracked", "damaged"),
        ("not damaged", "as_new"), ("clearly used", "used"), ("picked it up", None),
    ],
)  # fmt: skip
def test_how_a_return_looks(text, kind) -> None:
    assert condition(text) == kind
