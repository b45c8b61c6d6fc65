"""Which language's words to try first: small words that are said in one language only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from nlu.text import without_accents

_T = TypeVar("_T")

_SMALL: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        "the an and or of to in on at for with from by is was were be been it its it's i i'm i'd i've my we our you your they them their he's she "
        "this that these those there here not don't didn't isn't wasn't can't won't doesn't do does did have had will would can could should please if but so "
        "just what when where who why how which some any all nobody nothing already still yet now then than into out up off over only yes yeah thanks "
        "want need like get got send sent leave put give call ring".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas lo le les se y o de del al en con por para sin que es esta estan fue era son ser hay ha han mi mis su sus tu "
        "yo nos os ella ellos ustedes vosotros este esto eso ese esa aqui alli ahi si pero porque como cuando donde quien cual ya muy mas menos todo toda todos "
        "todas nada nadie algo tambien tampoco solo ni hola gracias favor porfa quiero queria puedo puede pueden podeis tengo tiene falta faltan vale "
        "entregado entregada antes buenas buenos llamame llamadme llamenme avisame avisadme avisenme pedido paquete caja codigo clave portal dejad dejalo deja dejen llego llega estoy voy".split()
    ),
}


def in_order(text: str, tables: Mapping[str, _T]) -> list[_T]:
    """``tables`` (by language), that of the language first whose small words ``text`` says most; the first one where none is."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", without_accents(text.casefold()).replace("’", "'"))
    said = {code: sum(word in small for word in words) for code, small in _SMALL.items()}
    return [tables[code] for code in sorted(tables, key=lambda code: -said.get(code, 0))]


def spoken(text: str, tables: Mapping[str, _T]) -> _T:
    """The table of the language that ``text`` is said in."""
    return in_order(text, tables)[0]
