"""What Spanish words for days, times, amounts and codes mean, with accents and without."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.rules.finding import kinds
from nlu.text import without_accents
from nlu.values.spanish import value

NOW = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)  # a Tuesday
MADRID = ZoneInfo("Europe/Madrid")

VALUES: dict[str, dict[str, object]] = {
    "date": {
        "hoy": "2026-05-05", "mañana": "2026-05-06", "pasado mañana": "2026-05-07", "el día después del jueves": "2026-05-08", "el día antes del viernes": "2026-05-07",
        "día siguiente al viernes": "2026-05-09", "dos días después del viernes": "2026-05-10", "un día después de mañana": "2026-05-07", "ayer": "2026-05-04",
        "anteayer": "2026-05-03", "antes de ayer": "2026-05-03", "anoche": "2026-05-04", "viernes": "2026-05-08",
        "el lunes": "2026-05-11", "martes": "2026-05-12", "el viernes que viene": "2026-05-08", "este viernes": "2026-05-08",
        "próximo viernes": "2026-05-08", "viernes de la semana que viene": "2026-05-15", "el lunes pasado": "2026-05-04",
        "la semana que viene el jueves": "2026-05-14", "viernes de esta semana": "2026-05-08", "el sábado": "2026-05-09",
        "3 de mayo": "2027-05-03", "3 de junio": "2026-06-03", "3 junio": "2026-06-03", "3 de jun": "2026-06-03",
        "viernes 8 de mayo": "2026-05-08", "viernes, 8 de mayo de 2026": "2026-05-08", "primero de junio": "2026-06-01",
        "1o de junio": "2026-06-01", "3 al 7 de junio": "2026-06-03/2026-06-07", "03/05/2026": "2026-05-03", "3-6-26": "2026-06-03",
        "12/05": "2026-05-12", "05/12": "2026-12-05", "2026-05-03": "2026-05-03", "viernes 8": "2026-05-08", "día 15": "2026-05-15",
        "15": "2026-05-15", "dentro de dos días": "2026-05-07", "en 3 días": "2026-05-08", "dentro de una semana": "2026-05-12",
        "en un par de días": "2026-05-07", "hace tres días": "2026-05-02", "hace un mes": "2026-04-05", "esta semana": "2026-05-04/2026-05-10",
        "la semana que viene": "2026-05-11/2026-05-17", "próxima semana": "2026-05-11/2026-05-17", "semana pasada": "2026-04-27/2026-05-03",
        "este finde": "2026-05-09/2026-05-10", "fin de semana": "2026-05-09/2026-05-10", "el finde que viene": "2026-05-16/2026-05-17",
        "mes que viene": "2026-06-01/2026-06-30", "este mes": "2026-05-01/2026-05-31", "mayo": "2026-05-01/2026-05-31",
        "finales de mes": "2026-05-31", "principios de junio": "2026-06-01/2026-06-10", "mediados de mes": "2026-05-11/2026-05-21",
        "finales de la semana que viene": "2026-05-15", "principios de semana": "2026-05-05", "últimos 30 días": "2026-04-06/2026-05-05",
        "navidad": "2026-12-25", "Nochebuena": "2026-12-24", "el día de Reyes": "2027-01-06", "viernes santo": "2027-03-26",
        "año nuevo": "2027-01-01", "próximo día laborable": "2026-05-06", "de hoy en ocho": "2026-05-12", "mañana en ocho": "2026-05-13",
        "hoy en quince": "2026-05-19", "de mañana en ocho días": "2026-05-13", "jueves en ocho": "2026-05-14", "de hoy en dos semanas": "2026-05-19", "31 de febrero": None, "29 de febrero": "2028-02-29", "pronto": None,
    },
    "time_window": {
        "última franja": "18:00-22:00", "primer turno": "07:00-09:00", "entre las 2 y las 4": "14:00-16:00", "entre 8 y 12": "08:00-12:00", "entre las 8 y 10": "08:00-10:00", "entre cuatro y ocho": "16:00-20:00",
        "entre las cinco y diez y las seis": "17:10-18:00", "a las 8 y 10": "08:10-09:10", "entre las 4 y media y las 6": "16:30-18:00", "de 2 a 4": "14:00-16:00", "de 9 a 14h": "09:00-14:00", "14:00-16:00": "14:00-16:00",
        "de las nueve a las once": "09:00-11:00", "entre las once y la una": "11:00-13:00", "de diez de la mañana a dos de la tarde": "10:00-14:00",
        "después de las cinco y media": "17:30-", "a partir de las 17h": "17:00-", "antes de mediodía": "-12:00", "antes del mediodia": "-12:00",
        "hasta las 11": "-11:00", "antes de las 10:30": "-10:30", "a partir de las 6": "18:00-", "no antes de las diez": "10:00-",
        "no más tarde de las 5": "-17:00", "a las 8 de la tarde": "20:00-21:00", "a las 8 de la mañana": "08:00-09:00", "a las 10": "10:00-11:00",
        "a la una y media": "13:30-14:30", "las tres menos cuarto": "14:45-15:45", "a las 12 de la noche": "00:00-01:00", "a las 12 de la mañana": "12:00-13:00",
        "sobre las 3": "14:30-15:30", "a eso de las cuatro": "15:30-16:30", "por la mañana": "08:00-13:00", "mañanas": "08:00-13:00",
        "por la tarde": "13:00-20:00", "esta noche": "19:00-23:00", "a primera hora": "07:00-09:00", "a primera hora de la tarde": "14:00-16:00",
        "a última hora": "18:00-21:00", "a media mañana": "10:00-12:00", "a mediodía": "12:00-15:00", "después de comer": "14:00-",
        "5pm": "17:00-18:00", "5 p.m.": "17:00-18:00", "17:30": "17:30-18:30", "17.30h": "17:30-18:30", "dos y cuarto": "14:15-15:15",
        "antes de la tarde": "-13:00", "horario de oficina": "09:00-18:00", "cuando sea": None, "25:00": None,
    },
    "duration": {
        "20 minutos": 1200, "20 min": 1200, "20": 1200, "media hora": 1800, "un cuarto de hora": 900, "tres cuartos de hora": 2700, "hora y media": 5400,
        "una hora y media": 5400, "2 horas y media": 9000, "una hora y cuarto": 4500, "dos horas": 7200, "1h30": 5400, "1 hora y 20 minutos": 4800,
        "10-15 minutos": 900, "un par de horas": 7200, "treinta y cinco minutos": 2100, "3 días": 259_200, "una semana": 604_800, "quince días": 1_296_000,
    },
    "quantity": {"12": 12, "doce": 12, "once": 11, "veinticinco": 25, "treinta y dos": 32, "1.200": 1200, "una docena": 12, "media docena": 6, "x": None, "-3": -3},
    "rating": {
        "4 estrellas": 4, "9 de 10": 5, "un 9 sobre 10": 5, "4/5": 4, "8": 4, "3,5 estrellas": 4, "cero estrellas": 1, "ninguna estrella": 1, "⭐⭐⭐": 3,
        "cinco de cinco": 5, "6/10": 3,
    },
    "percentage": {"20%": 20, "12,5 %": 12.5, "diez por ciento": 10},
    "money": {
        "12,50 €": "12.50 EUR", "1.200,50 €": "1200.50 EUR", "35 euros": "35.00 EUR", "12 euros con 50": "12.50 EUR", "200 pesos": "200.00 MXN",
        "50 céntimos": "0.50 EUR", "$200": "200.00 USD", "veinte euros": "20.00 EUR",
    },
    "order_number": {"pedido 10482": "RM-10482", "RM-10482": "RM-10482", "10482": "RM-10482", "pedido": None},
    "return_number": {"204": "RET-204", "RET 204": "RET-204"},
    "route": {"ruta 7": "R7", "ruta siete": "R7", "R7": "R7"},
    "stop": {"parada 4": 4, "4": 4, "cuarta parada": 4, "parada cuatro": 4, "2ª parada": 2, "treinta y dos": 32},
    "phone": {"612 345 678": "+34612345678", "+34 612 34 56 78": "+34612345678", "+52 55 1234 5678": "+525512345678"},
    "postcode": {"28013": "28013"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "words", "meant"), [(kind, words, meant) for kind, each in VALUES.items() for words, meant in each.items()]
)
def test_words_have_a_value(kind: str, words: str, meant: object) -> None:
    assert value(kind, words, NOW, MADRID) == meant
    assert value(kind, without_accents(words.lower()), NOW, MADRID) == meant


def test_a_bare_weekday_can_be_a_past_one() -> None:
    assert value("date", "viernes", NOW, MADRID, past=True) == "2026-05-01"


@given(st.sampled_from(sorted(set(kinds()))), st.text(max_size=40))
def test_no_words_raise(kind: str, words: str) -> None:
    value(kind, words, NOW, MADRID)
