"""What has a form in Spanish sentences, where it begins and where it ends, with accents and without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.rules.spanish import find
from nlu.text import normalise, without_accents

CUSTOMERS: dict[str, list[tuple[str, str]]] = {
    "¿dónde está mi pedido 10482?": [("order_number", "pedido 10482")],
    "el 10482": [("order_number", "10482")],
    "mi pedido RM-10482 y el 10483": [("order_number", "RM-10482"), ("order_number", "10483")],
    "el pedido número 10482": [("order_number", "pedido número 10482")],
    "mi devolución RET-204": [("return_number", "RET-204")],
    "devolución número 204": [("return_number", "204")],
    "mañana por la mañana": [("date", "mañana"), ("time_window", "por la mañana")],
    "pásalo al día después del jueves": [("date", "día después del jueves")],
    "el día antes del viernes por la tarde": [("date", "día antes del viernes"), ("time_window", "por la tarde")],
    "cualquier día antes del viernes": [("date", "viernes")],
    "pasado mañana entre las 2 y las 4": [("date", "pasado mañana"), ("time_window", "entre las 2 y las 4")],
    "el viernes que viene después de las cinco y media": [("date", "viernes que viene"), ("time_window", "después de las cinco y media")],
    "el 3 de mayo a partir de las 17h": [("date", "3 de mayo"), ("time_window", "a partir de las 17h")],
    "el martes de 16 a 20 horas": [("date", "martes"), ("time_window", "de 16 a 20 horas")],
    "mañana, cuatro a ocho": [("date", "mañana"), ("time_window", "cuatro a ocho")],
    "tarda de 12 a 24 horas": [("duration", "12 a 24 horas")],
    "de hoy en ocho, por favor": [("date", "de hoy en ocho")],
    "mejor mañana en ocho": [("date", "mañana en ocho")],
    "que sea el lunes en quince": [("date", "lunes en quince")],
    "mañana en ocho cajas": [("date", "mañana"), ("quantity", "ocho")],
    "en la última franja de ese día": [("time_window", "última franja")],
    "mañana en el primer turno": [("date", "mañana"), ("time_window", "primer turno")],
    "entre 8 y 12": [("time_window", "entre 8 y 12")],
    "el lunes por la mañana": [("date", "lunes"), ("time_window", "por la mañana")],
    "el viernes mañana": [("date", "viernes"), ("time_window", "mañana")],
    "para el 15 por la tarde": [("date", "15"), ("time_window", "por la tarde")],
    "pásalo a la tarde": [("time_window", "tarde")],
    "mejor al mediodía": [("time_window", "al mediodía")],
    "mañana a primera hora": [("date", "mañana"), ("time_window", "a primera hora")],
    "antes de mediodía": [("time_window", "antes de mediodía")],
    "a las once": [("time_window", "a las once")],
    "¿el viernes? 16-20": [("date", "viernes"), ("time_window", "16-20")],
    "once tazas": [("quantity", "once")],
    "el sábado o el domingo": [("date", "sábado"), ("date", "domingo")],
    "buenas tardes, el pedido llega tarde": [],
    "buenas noches": [],
    "llega en 2 horas": [("duration", "2 horas")],
    "mañana de 10 a 12": [("date", "mañana"), ("time_window", "de 10 a 12")],
    "un 9 de 10": [("rating", "9 de 10")],
    "4 de 5": [("rating", "4 de 5")],
    "4/5, muy amable": [("rating", "4/5")],
    "le doy un 4": [("rating", "4")],
    "4 estrellas, muy bien": [("rating", "4 estrellas")],
    "mi teléfono es 612 345 678": [("phone", "612 345 678")],
    "código postal 28013": [("postcode", "28013")],
    "¿entregáis en 28013?": [("postcode", "28013")],
    "a la Carrera 7 # 45-12": [("address", "Carrera 7 # 45-12")],
    "Jr. de la Unión 450, Lima": [("address", "Jr. de la Unión 450")],
    "colonia de hombre 100 ml": [],
    "aceptan devoluciones pasados 30 días?": [("duration", "30 días")],
    "llega al 08019?": [("postcode", "08019")],
    "ahora vivo en calle Goya 14, 28001": [("address", "calle Goya 14"), ("postcode", "28001")],
    "son 12,50 €": [("money", "12,50 €")],
    "hace 3 días": [("date", "hace 3 días")],
    "no llegó en 3 días": [("duration", "3 días")],
}  # fmt: skip
DRIVERS: dict[str, list[tuple[str, str]]] = {
    "la 4 entregada": [("stop", "4")],
    "entregada la 4 y la 5 cerrada": [("stop", "4"), ("stop", "5")],
    "paradas 4 y 5 hechas": [("stop", "paradas 4"), ("stop", "5")],
    "estoy en la parada 3": [("stop", "parada 3")],
    "14": [("stop", "14")],
    "llego 20 min tarde, hay atasco": [("duration", "20 min")],
    "voy con retraso de 15": [("duration", "15")],
    "falta una caja de la 5": [("quantity", "una"), ("stop", "5")],
    "solo 2 de 5 cajas": [("quantity", "2"), ("quantity", "5")],
    "4 de 5": [("quantity", "4"), ("quantity", "5")],
    "4/5 entregados": [("quantity", "4"), ("quantity", "5")],
    "entregué cuatro de cinco": [("quantity", "cuatro"), ("quantity", "cinco")],
    "la 3, 4 de 5 entregadas": [("stop", "3"), ("quantity", "4"), ("quantity", "5")],
    "voy por la 4 de 5": [("stop", "4")],
    "parada 4 de 5 hecha": [("stop", "parada 4")],
    "el 4/5 no puedo": [("date", "4/5")],
    "a las 4/5": [],
    "ruta 7": [("route", "ruta 7")],
    "a las 5 acabo": [("time_window", "a las 5")],
    "llego a la 1 y media": [("time_window", "a la 1 y media")],
    "descanso de media hora": [("duration", "media hora")],
    "calle Mayor 5": [("address", "calle Mayor 5")],
    "código 4821": [],
    "el kilometraje es 48210": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("driving", "words", "expected"),
    [(False, *each) for each in CUSTOMERS.items()] + [(True, *each) for each in DRIVERS.items()],
)
def test_forms_are_found(driving: bool, words: str, expected: list[tuple[str, str]]) -> None:
    for said in (words, without_accents(words)):
        text = normalise(said)
        found = [(one.kind, text.clean[one.start : one.end]) for one in find(text, driving=driving)]
        assert found == [(kind, without_accents(each) if said != words else each) for kind, each in expected]


@given(st.text(max_size=80), st.booleans())
def test_no_text_raises(words: str, driving: bool) -> None:
    text = normalise(words)
    ends = 0
    for one in find(text, driving=driving):
        assert ends <= one.start < one.end <= len(text.low)
        ends = one.end
