"""What something is called, by its name and in the other language."""

from __future__ import annotations

from collections import Counter

import pytest

from domain.goods_in_spanish import GOODS, LOOKS
from domain.naming import ALONE, SIMILAR, is_known, is_mentioned, likeness, names_something

SHOP = [
    "Kettle",
    "Espresso grinder",
    "Floor lamp",
    "Table lamp",
    "Folding garden chair",
    "Rain jacket XL",
    "Vacuum cleaner",
]


def meant(said: str, names: list[str]) -> list[str]:
    """Which of ``names`` are meant, as every question for a product has it."""
    scored = sorted(((likeness(said, name), name) for name in names), reverse=True)
    return sorted(name for score, name in scored if score >= SIMILAR and scored[0][0] - score < ALONE)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("the grinder", ["Espresso grinder"]),
        ("el molinillo", ["Espresso grinder"]),
        ("molinillo de café", ["Espresso grinder"]),
        ("el hervidor", ["Kettle"]),
        ("mi pava", ["Kettle"]),
        ("la lámpara", ["Floor lamp", "Table lamp"]),
        ("lamparas", ["Floor lamp", "Table lamp"]),
        ("la lámpara de pie", ["Floor lamp"]),
        ("aspiradora", ["Vacuum cleaner"]),
        ("apsiradora", ["Vacuum cleaner"]),
        ("chamarra", ["Rain jacket XL"]),
        ("silla plegable", ["Folding garden chair"]),
        ("lámpara", ["Floor lamp", "Table lamp"]),
        ("zapatos", []),
        ("el carpintero", []),
        ("", []),
    ],
)
def test_a_thing_is_found_by_what_it_is_called(said, names):
    assert meant(said, SHOP) == names


@pytest.mark.parametrize(
    ("said", "names"),
    [("grinder", ["Molinillo de café"]), ("lamp", ["Lámpara de pie"]), ("molinillo", ["Molinillo de café"])],
)
def test_the_same_where_the_shop_is_spanish(said, names):
    assert meant(said, ["Molinillo de café", "Lámpara de pie", "Hervidor"]) == names


def test_its_own_name_goes_before_that_of_another_language():
    assert meant("radio", ["Digital radio", "Radiator"]) == ["Digital radio"]
    assert meant("pan", ["Cast iron pan", "Bread"]) == ["Cast iron pan"]


def test_a_thing_is_mentioned_in_a_sentence():
    assert is_mentioned("Espresso grinder", "no ha llegado el molinillo que pedí")
    assert not is_mentioned("Coffee beans", "no ha llegado la cafetera")
    assert not is_mentioned("Espresso grinder", "no ha llegado nada")


@pytest.mark.parametrize(
    ("said", "something"),
    [("my parcel", False), ("the order", False), ("el paquete", False), ("the kettle", True), ("", False)],
)
def test_a_parcel_names_nothing(said, something):
    assert names_something(said) is something


@pytest.mark.parametrize(
    ("said", "known"), [("toaster", True), ("las botas", True), ("thursday", False), ("Ahmed", False)]
)
def test_goods_are_known_as_goods(said, known):
    assert is_known(said) is known


def test_every_line_of_the_list_has_both_languages_and_no_name_stands_on_it_twice():
    for line in (GOODS.strip() + "\n" + LOOKS.strip()).splitlines():
        spanish, found, english = line.partition(": ")
        assert found, line
        names = [name.strip() for side in (spanish, english) for name in side.split(",")]
        assert all(names), line
        assert [name for name, times in Counter(spanish.split(", ")).items() if times > 1] == [], line
