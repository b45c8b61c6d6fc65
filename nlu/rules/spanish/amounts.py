"""Spanish quantities, ratings, percentages, money and durations."""

from __future__ import annotations

import re

from nlu.rules.spanish.numbers import NUMBER_WORD

_NUMBER = rf"(?:\d{{1,3}}(?:\.\d{{3}})+|\d{{1,7}}(?:[.,]\d{{1,2}})?|{NUMBER_WORD})"
_SIGN = r"(?:€|\$|£|eur|usd|mxn|us\$)"
_COIN = (
    r"(?:eur\b|euros?\b|euritos?\b|leuros?\b|pavos\b|dolares?\b|usd\b|pesos?\b|mxn\b|libras?\b|centimos\b|centavos\b)"
)

MONEY = [
    re.compile(rf"(?<![\w])(?P<span>{_SIGN}\s?\d{{1,3}}(?:\d*|(?:[.,]\d{{3}})*)(?:[.,]\d{{1,2}})?)(?![\w%]|[.,]\d)"),
    re.compile(rf"(?<![\w.,])(?P<span>{_NUMBER}\s?(?:€|£|\$|{_COIN})(?:\s+con\s+\d{{1,2}}(?!\d))?)"),
]
PERCENTAGE = [re.compile(rf"(?<![\w.,])(?P<span>{_NUMBER}\s?(?:%|por\s?ciento\b))")]

_SCORE = rf"(?:10|\d(?:[.,]\d)?|{NUMBER_WORD})"
RATING = [
    re.compile(rf"(?<![\w.,/])(?P<span>(?:\d(?:[.,]\d)?|{NUMBER_WORD})\s?(?:de|sobre|/)\s?(?:5|five|cinco|10|ten|diez)\s?estrellas?\b)"),
    re.compile(rf"(?<![\w.,/])(?P<span>(?:\d{{1,2}}(?:[.,]\d)?|{NUMBER_WORD}|ninguna|ni\s+una)\s?[- ]?(?:estrellas?\b|estrellitas?\b|\*(?!\w)|⭐+|★+))"),
    re.compile(r"(?P<span>[⭐★]\ufe0f?(?:\s?[⭐★]\ufe0f?)+)"),
    re.compile(rf"(?<![\w.,/])(?<!faltan )(?<!falta )(?<!solo )(?<!llegado )(?<!llegaron )(?<!llegan )(?<!traido )(?<!tengo )(?<!recibido )(?P<span>{_SCORE}\s+(?:de|sobre)\s+(?:5|10|cinco|diez))\b(?!\s*(?:%|de\b|[a-z]{3,}s\b))"),
    re.compile(r"(?<![\w.,/])(?<!el )(?<!dia )(?<!hasta )(?P<span>(?:10|\d)(?:[.,]\d)?\s?/\s?(?:10|5))(?![\w/]|[.,]\d)"),
    re.compile(
        rf"\b(?:nota|puntuacion|valoracion|calificacion|puntuo|valoro|califico|puntua|valora)\b(?:\s+(?:la|el|mi|mis|su|es|de|al?|del|con|para|un|una|seria|sera|entrega|reparto|repartidor|servicio|envio|pedido)){{0,5}}\s*[:=-]?\s*(?P<span>{_SCORE})\b(?!\s*(?:%|[:.]\d|minutos|horas|cajas|dias))"
    ),
    re.compile(
        rf"\b(?:doy|daria|dale|ponle|pongo|pondria|pon|merecen?|se\s+lleva|llevais|lleva)\s+(?:(?:le|os|al|a\s+la|a\s+los|la|el|entrega|repartidor|servicio|chico|chica|envio|solo|nota\s+de)\s+){{0,4}}(?:un|una|como\s+un)\s+(?:buen\s+)?(?P<span>{_SCORE})\b(?!\s*(?:%|[:.]\d|minuto|hora|caja|dia|poco))"
    ),
    re.compile(rf"^\W*(?:un|le\s+doy\s+un|os\s+doy\s+un|pues\s+un)\s+(?P<span>{_SCORE})\b(?!\s*\w|[:.]\d)"),
]  # fmt: skip

_SECONDS = r"(?:segundos?|segs?|minutos?|minutitos?|minutillos|mins?|horas?|horitas?|hrs?|hs|dias?|semanas?|mes(?:es)?|anos?|quincenas?)"
DURATION = [
    re.compile(
        rf"(?<![\w.,/])(?P<span>(?:tres\s+cuartos\s+de\s+hora|3\s*/\s*4\s+de\s+hora|(?:un\s+)?cuarto\s+de\s+hora|media\s+hor(?:a|ita)|media\s+jornada|medio\s+dia|(?:una\s+|1\s+)?hora\s+y\s+(?:media|cuarto|pico)|{_NUMBER}\s+horas\s+y\s+(?:media|cuarto|pico)"
        rf"|\d{{1,3}}\s?h(?:oras?|rs?|s)?\s?(?:y\s+)?\d{{1,2}}(?:\s?m(?:in(?:utos)?)?)?\b(?![\d:])"
        rf"|{_NUMBER}\s?(?:-|a|o)\s?{_NUMBER}\s?{_SECONDS}(?:\s+(?:habiles|laborables|naturales))?"
        rf"|(?:{_NUMBER}|un\s+par\s+de)\s?{_SECONDS}(?:\s+(?:habiles|laborables|naturales))?(?:\s+y\s+(?:{_NUMBER})\s?{_SECONDS})?|\d{{1,4}}\s?(?:m|min|')|[1-6]\s?h))(?![\w-])"
    ),
    re.compile(r"\b(?:retraso|demora|tarde|retrasad[oa]|atraso)\s+(?:de\s+|como\s+|unos\s+|sobre\s+)*(?P<span>\d{1,3})\b(?!\s*(?:[:.]\d|[a-z%]+))"),
    re.compile(r"(?<![\w#:.,-])(?<!parada )(?<!ruta )(?<!la )(?P<span>\d{1,3})\s+(?:tarde|de\s+(?:retraso|demora|atraso))\b"),
    re.compile(r"\b(?:descanso|pausa|parada\s+tecnica|paro|parar|fumar|comer)\s+(?:de\s+|unos\s+)*(?P<span>\d{1,2})(?=\s*(?:[.,!?]|$))"),
]  # fmt: skip
#: "Un segundo", "un minuto" asks for patience.
IDLE = re.compile(r"(?:un|1)\s+(?:segundo|segundito|minuto|minutito|momento|dia|mes|ano)|una\s+(?:hora|semana)")
#: What makes such a time one that lasts.
LASTS = re.compile(
    r"\b(?:en|lleva\w*|llevo|atras\w+|retras\w+|salgo|durante|unos?|dentro\s+de|por|cada|solo|tarda\w*|mas\s+de|menos\s+de|retraso\s+de|hace|tarde|casi|otr[oa]|hasta)\s+$"
)
#: The same, after it.
GOES_ON = re.compile(r"\s+(?:de\s+(?:retraso|demora|atraso|descanso|pausa)|tarde|despues|mas\s+tarde|antes)\b")

#: Candidates for a quantity; the articles are none.
QUANTITY = re.compile(
    rf"(?:(?<![\w.,:/#€$£+&-])|(?<=^[+-])|(?<=\s[+-]))(?P<span>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,6}}|(?!(?:un|una|uno)\b){NUMBER_WORD}|media docena|una docena|docena|un par)\b(?![.,:/-]\d|\s?%|-[a-z])"
)
QUANTITY_X = re.compile(r"(?<![\w.,:/#-])(?:(?P<span>\d{1,5})\s?x(?=\s)|x\s?(?P<span2>\d{1,5})\b)")
NO_QUANTITY_AFTER = re.compile(
    r"\s*(?:[oa]\b|am|pm|h\b|hs\b|estrellas?|de\s+(?:nosotros|vosotros|ustedes|la\s+(?:manana|tarde|noche))|veces|por\s?ciento|kg|kilos?|g\b|gramos|cm|mm|km|m\b|metros|litros?|ml|"
    r"dias?|semanas?|meses|mes\b|horas?|minutos?|min\b|anos?|euros?|pesos?|pisos?|puertas?)\b"
)
NO_QUANTITY_BEFORE = re.compile(
    r"(?:\b(?:numero|num|n|nro|no|piso|planta|puerta|portal|escalera|esc|bloque|calle|avenida|avda|plaza|paseo|casa|codigo|clave|pin|a\s+las?|las|la|el|ruta|parada|talla|opcion|pagina|modelo|version|"
    r"cp|postal|otr[oa]s?|cada|est[ae]|es[ae])\s*[:#.]?\s*)$"
)
