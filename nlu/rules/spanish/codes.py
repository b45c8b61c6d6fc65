"""Spanish: order and return numbers, routes and stops."""

from __future__ import annotations

import re

from nlu.rules import codes
from nlu.rules.parts import Parts
from nlu.rules.spanish.numbers import NUMBER_WORD, ORDINAL_SIGN, ORDINAL_WORD, from_words

_THING = r"(?:pedidos?|pedio|peddo|peidos?|pdido|pedid|paquetes?|orden(?:es)?|envios?|compras?|entregas?|encargos?|seguimiento|localizador|referencia)"
_NUMBER = r"(?:numeros?|nums?|nro|nr|no|n°|n|codigo|ref(?:erencia)?|id)\.?[oa]?"
_JOIN = r"(?:\s*[:.\-#=]\s*|\s+)"
_IS = r"(?:(?:es|era|con)\s+)?(?:el\s+)?"

RETURN = [
    codes.RETURN[0],
    re.compile(rf"\b(?:devolucion(?:es)?|devolusion|rma|ret){_JOIN}(?:con\s+)?{_NUMBER}{_JOIN}?{_IS}(?P<span>\d{{2,9}})\b"),
    re.compile(r"\bdevolucion\s+(?P<span>\d{2,6})\b(?=\s*(?:[?.!,;]|$|por\b|porfa\b|esta\b|ha\b|y\b|va\b|como\b|me\b))"),
]  # fmt: skip
ORDER = [
    *codes.ORDER[:2],
    re.compile(rf"\b{_THING}(?:{_JOIN}{_NUMBER})?{_JOIN}{_IS}(?P<span>[a-z]{{2,4}}-\d{{4,10}})\b"),
    re.compile(rf"\b(?P<span>{_THING}(?:{_JOIN}{_NUMBER})?{_JOIN}?\d{{4,12}})\b(?!\s?(?:%|€|[:.,]\d))"),
    re.compile(rf"\b(?P<span>{_THING}(?:{_JOIN}{_NUMBER}){_JOIN}?\d{{3}})\b"),
    re.compile(rf"\b{_THING}(?:{_JOIN}{_NUMBER})?\s*(?:es|era|=|:)\s*(?:el\s+)?(?P<span>\d{{4,12}})\b"),
]
ANOTHER_ORDER = re.compile(r"\s*(?:,|y|e|&|o|\+|,\s*y)\s*(?:el\s+)?(?P<span>\d{4,12})\b(?![.:]\d)")
#: Words before a bare number that make it a postcode.
PLACE_BEFORE = re.compile(
    r"(?:\b(?:en|al|hasta|cerca\s+de|cp|c\.\s?p\.?|codigos?\s+postal(?:es)?|postal|zip|zona|vivo\s+en|mudado\s+a|muevo\s+a|soy\s+de|barrio)\W{0,3}(?:es|el|del?|la)?\s*)$"
)

ROUTE = [
    re.compile(rf"\b(?P<span>rutas?\s*(?:{_NUMBER}\s*|#\s*)?\d{{1,4}})\b(?!\s?(?:%|[:.]\d))"),
    codes.ROUTE[1],
    re.compile(rf"\b(?P<span>ruta\s+(?:numero\s+)?{NUMBER_WORD})\b"),
]
ANOTHER_ROUTE = re.compile(r"\s*(?:,|y|&|o|\+)\s*(?:la\s+)?(?P<span>r?\d{1,3})\b(?!\s?(?:%|[:.]\d|am|pm|[a-z]))")

_UNITS = r"(?:paquetes?|cajas?|bultos?|pales?|palets?|bolsas?|unidades|kg|minutos?|min\b|horas?|dias?|mas\b|mensajes?|euros?|pedidos?|entregas?|devoluci\w+)\b"
STOP = [
    re.compile(rf"\b(?P<span>(?:paradas?|pda\.?)\s*(?:{_NUMBER}\s*|#\s*)?\d{{1,3}})\b(?!\s?(?:{_UNITS}|%|[:.]\d|am\b|pm\b))"),
    re.compile(rf"\b(?P<span>parada\s+(?:numero\s+)?{NUMBER_WORD})\b(?!\s?{_UNITS})"),
    re.compile(rf"\b(?P<span>(?:{ORDINAL_SIGN}|{ORDINAL_WORD})\s+parada)\b"),
]  # fmt: skip
ANOTHER_STOP = re.compile(
    r"\s*(?:,\s*y\s+|,|y|e|&|o|\+|a|-|luego|despues|con|antes\s+de|por)\s*(?:(?:a|de|en)\s+)?(?:la\s+)?(?P<span>#?\d{1,3})\b(?!\s?(?:[:.]\d|am\b|pm\b|%|h\b|[a-z]*min|horas?|paquetes?|cajas?|bultos?|de\s+la\s+(?:manana|tarde)))"
)
#: What only a driver says of a stop: "la 4", "en la 4", "cliente 4".
STOP_OF_DRIVERS = [
    re.compile(rf"(?<!a las )(?<!sobre )\bla\s+(?P<span>#?\d{{1,3}})\b(?!\s?(?:{_UNITS}|%|[:.h]\d|h\b|am\b|pm\b|y\s+(?:media|cuarto|pico)|menos\s+cuarto|de\s+la\s+(?:manana|tarde|noche)))"),
    re.compile(r"\blas\s+(?P<span>#?\d{1,3})(?=\s+(?:y|e)\s+(?:la\s+)?\d{1,3}\b(?!\s?(?:de\s+la|[:.h]\d|h\b)))(?<!a las \d)(?<!a las \d\d)(?<!entre las \d)(?<!entre las \d\d)"),
    re.compile(rf"\bla\s+(?P<span>(?!una\b)(?:{NUMBER_WORD}))\b(?!\s?(?:{_UNITS}|y\s+media|de\s+la))"),
    re.compile(r"(?<![\w#&])(?P<span>#\s?\d{1,2})\b(?![.,:/-]?\d)"),
    re.compile(rf"\b(?P<span>(?:{ORDINAL_SIGN}|{ORDINAL_WORD})\s+(?:entrega|cliente|direccion|destino))\b(?!\s+intento)"),
    re.compile(rf"\b(?P<span>(?:entrega|cliente|reparto|punto|destino|servicio)\s*(?:{_NUMBER}\s*|#\s*)?\d{{1,3}})\b(?!\s?(?:{_UNITS}|%|[:.]\d|am\b|pm\b|veces?\b))"),
    re.compile(r"\b(?:entregad[oa]s?|entregue|hech[oa]s?|saltad[oa]|salto|me\s+salto|acabad[oa]|lista?|terminad[oa])\s+(?P<span>#?\d{1,3})\b(?=\s*(?:[,.!?]|$|y\s+#?\d|ya\b))"),
    re.compile(r"^\W*(?P<span>#?\d{1,3})(?=(?:\s*(?:,|y)\s*\d{1,3})*\s+(?:entregad[oa]s|hech[oa]s|list[oa]s)\b)"),
    re.compile(r"\b(?:recogidas?|recogi|llegada|llegado|listo\s+el|hecho\s+el|voy\s+al|estoy\s+en\s+el)\s+(?P<span>#?\d{1,3})\b(?=\s*(?:[,.!?]|$|y\s+#?\d|ya\b))"),
    re.compile(r"^\W*(?P<span>#?\d{1,3})\s+(?:llegad[oa]|entregad[oa]s?|hech[oa]s?|listo|lista|ok|fallid[oa]|ausente|cerrad[oa]|rechazad[oa])\b"),
]  # fmt: skip
#: A message that is nothing but stops: "14", "la 14", "4 y 5".
STOPS_ALONE = re.compile(
    rf"(?!\W*(?:\w+\W+)?las\s+[a-z])[^\w+]*(?:(?:es|la|las|el|en|vale|ok|si|no|perdon)[\W_]+)*(?P<span>(?:(?:numero|num|n)\.?\s*|#\s*)?(?:\d{{1,3}}|{NUMBER_WORD}))"
    r"(?:(?:\s*,\s*y\s+|\s*(?:,|y\b|&|\+|o\b)\s*|\s+)(?:la\s+)?#?\d{1,3})*(?:[\W_]+(?:porfa|por favor|gracias|jefe))*[^\w+%]*"
)
_GOODS = r"(?:paquetes?|paqs?|cajas?|bultos?|palets?|pales?|bolsas?|sobres?|unidades|articulos?|piezas?|devoluci(?:on|ones)|recogidas?|cartas?|sacas?|jaulas?|contenedores|neumaticos|botes|botellas)"
#: So many of so many: "4 de 5", "4/5 hechas".
PART_OF_ALL = Parts(
    re.compile(
        rf"(?<![\w.,:/#-])(?P<part>\d{{1,3}}|{NUMBER_WORD})(?:\s?/\s?|\s+de\s+(?:los\s+|las\s+|mis\s+)?)(?P<all>\d{{1,3}}|{NUMBER_WORD})\b"
        r"(?![.,:/-]\d|\s?%|\s*(?:de\s+)?(?:am|pm|horas?|hs?|minutos?|min|dias?|km|deposito)\b)"
    ),
    stop_before=re.compile(r"\b(?:paradas?|pda|la|cliente|entrega|reparto|punto|destino|numero|num)\W*$"),
    none_before=re.compile(
        r"\b(?:el|dia|hasta|desde|antes\s+del|despues\s+del|las|piso|puerta|portal|bloque|planta|escalera|casa|codigo|clave|pin)\W*$"
    ),
    goods_after=re.compile(rf"\s+{_GOODS}\b"),
    number=from_words,
)
#: Numbers of a driver's goods.
GOODS = [
    re.compile(rf"(?<![\w#:.,/-])(?P<span>\d{{1,4}}|{NUMBER_WORD})\s?(?:x\s|mas\s|otr[oa]s\s|pequen[oa]s\s|grandes\s)*{_GOODS}\b"),
    re.compile(rf"\b(?:faltan?|me\s+faltan?|sobran?|hay\s+solo|solo\s+(?:hay|tengo|veo|van))\s+(?P<span>\d{{1,3}}|(?!un\b|una\b){NUMBER_WORD})\b(?!\s*(?:minutos?|min\b|horas?|paradas?|de\s+la\s+tarde|km))"),
    re.compile(rf"(?<![\w#:.,/-])(?P<span>\d{{1,4}}|{NUMBER_WORD})(?=\s+de\s+(?:los\s+|las\s+)?(?:\d|{NUMBER_WORD})\b)"),
    re.compile(rf"\b\d{{1,3}}\s+de\s+(?:los\s+|las\s+)?(?P<span>\d{{1,3}}|{NUMBER_WORD})\b"),
]  # fmt: skip
MILEAGE = re.compile(r"\b(?:kilometraje|kilometros|kms?|cuentakilometros|odometro|el\s+cuadro|contador)\b")
