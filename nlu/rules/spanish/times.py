"""Spanish dates and times of day. The day comes first; "manana" is the morning only where an article or "por la" says so."""

from __future__ import annotations

import re

from nlu.rules.spanish.numbers import NUMBER_WORD, ONES

DAY = r"(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)"
SHORT_DAY = r"(?:lun|mar|mie|mier|jue|vie|sab|dom)"
MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
SHORT_MONTH = r"(?:ene|feb|mar|abr|may|jun|jul|ago|sept|sep|oct|nov|dic)"
_D = r"(?:0?[1-9]|[12]\d|3[01])"
_M = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:\s*,?\s*(?:de\s+|del\s+)?20\d\d)?"
_UNIT = r"(?:dias?|semanas?|mes(?:es)?|quincenas?|anos?)"
_COUNT = rf"(?:\d{{1,3}}|{NUMBER_WORD}|unos|unas|un\s+par\s+de|(?:un(?:os|as)\s+)(?:\d{{1,3}}|{NUMBER_WORD}))"
_PERIOD = r"(?:semana|mes|quincena|fin\s+de\s+semana|finde|ano|puente)"
_COMING = r"(?:que\s+viene|q\s+viene|que\s+entra|proxim[oa]|siguiente|entrante)"
_GONE = r"(?:pasad[oa]|anterior|ultim[oa])"
HOLIDAY = (
    r"(?:nochebuena|nochevieja|fin\s+de\s+ano|(?:el\s+dia\s+de\s+)?navidad(?:es)?|(?:dia\s+de\s+)?ano\s+nuevo|(?:el\s+dia\s+de\s+)?(?:los\s+)?reyes(?=\s*(?:$|[.,!?;]|por\b|a\b|no\b))|"
    r"dia\s+de\s+(?:los\s+)?reyes|san\s+valentin|(?:jueves|viernes|sabado)\s+santo|domingo\s+de\s+(?:resurreccion|pascua|ramos)|lunes\s+de\s+pascua|semana\s+santa|todos\s+los\s+santos|"
    r"dia\s+de\s+muertos|dia\s+del\s+trabaj(?:o|ador)|la\s+inmaculada|black\s+friday)"
)
#: After a bare number that makes it a day ("el 15 por la tarde").
_DAY_GOES_ON = (
    r"(?=\s*(?:[?!.,;]|$|por\b|porfa\b|mejor\b|a\s+las?\b|a\s+(?:primera|ultima|media|partir)\b|entre\s+las\b|de\s+este\b|del\s+mes\b|si\b|o\s+el\b|y\s+no\b|en\s+vez\b|en\s+lugar\b|"
    r"me\s+viene\b|seria\b|esta\s+bien\b|despues\b|antes\b))"
)
#: "El viernes manana" is Friday morning.
_NO_DAY_BEFORE = "".join(
    f"(?<!{day} )" for day in ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
)

#: Beside the day that is named behind it.
_BESIDE = r"(?:despues|siguiente|posterior|antes|anterior|previo)\s+(?:del?|al?)\s+(?:(?:el|la)\s+)?"
_BESIDE_DAY = rf"(?:manana|hoy|ayer|(?:proximo\s+|este\s+)?{DAY}(?:\s+{_COMING})?|{HOLIDAY}|fin\s+de\s+semana|(?:dia\s+)?{_D}(?:\s+de\s+{MONTH}|(?!\s*(?:horas?|h)\b)))(?![\w:])"

DATE = [
    # el dia despues del jueves, pero no cualquier dia antes del jueves
    re.compile(rf"(?:\b(?:el|al|del)\s+|^\W*)(?P<span>dia\s+{_BESIDE}{_BESIDE_DAY})"),
    re.compile(rf"\b(?P<span>(?:[2-9]|{NUMBER_WORD})\s+dias\s+{_BESIDE}{_BESIDE_DAY})"),
    re.compile(r"(?<![\w./-])(?P<span>20\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01]))(?![\w/-])"),
    re.compile(rf"(?<![\w./:-])(?P<span>(?:{DAY}\s*,?\s+)?{_D}(?P<sep>[./-]){_M}(?P=sep)(?:20)?\d\d)(?![\w/-]|\.\d)"),
    re.compile(rf"\b(?P<span>{HOLIDAY})(?![\w-])"),
    # 3 de mayo, el viernes 3 de mayo de 2026, del 3 al 7 de mayo, primero de mayo
    re.compile(
        rf"(?<![\w.,/:-])(?P<span>(?:{DAY}\s*,?\s+)?(?:dia\s+)?(?:{_D}(?:\.?o)?(?:\s*(?:-|al|y(?:\s+el)?|o(?:\s+el)?)\s*{_D})?|primero)\s*(?:de\s+|-)?(?:{MONTH}|{SHORT_MONTH}\b\.?){_YEAR})(?![\w-])"
    ),
    re.compile(rf"(?<![\w./:-])(?P<span>(?:{DAY}|{SHORT_DAY}\.?)\s*,?\s+(?:dia\s+)?{_D})\b(?![.,:/-]?\d|\s*(?:h\b|hs\b|horas?|am\b|pm\b|%|€|a\s+{_D}\s*h|cajas?|bultos?|paquetes?))"),
    re.compile(rf"\b(?P<span>{MONTH}\s+(?:de\s+|del\s+)?20\d\d)\b"),
    # relative days
    re.compile(r"\b(?P<span>pasado\s+manana|pasadomanana|antes\s*de\s*ayer|anteayer|antier)\b"),
    re.compile(r"\b(?P<span>(?:el\s+)?(?:proximo|siguiente|primer)\s+dia\s+(?:habil|laborable|disponible))\b"),
    re.compile(r"\b(?P<span>(?:un\s+)?dia\s+despues\s+de\s+manana)\b"),
    # de hoy en ocho, mañana en quince, del lunes en ocho días
    re.compile(rf"\b(?P<span>(?:(?:de|del|el)\s+)?(?:hoy|manana|{DAY})\s+en\s+(?:ocho|quince|8|15)(?:\s+dias)?|(?:de\s+)?(?:hoy|manana)\s+en\s+(?:una|dos|tres)\s+semanas?)\b(?!\s+(?:minutos?|horas?|h\b|cajas?|paquetes?))"),
    # "manana" is the day unless it is a part of one
    re.compile(rf"(?<!la )(?<!las )(?<!esta )(?<!media )(?<!cada )(?<!buena ){_NO_DAY_BEFORE}\b(?P<span>manana)\b"),
    re.compile(r"\b(?P<span>hoy|ayer|anoche)\b"),
    # a principios de mes, a finales de la semana que viene, a mediados de mayo
    re.compile(
        rf"\b(?P<span>(?:principios?|mediados|finales|final|comienzos|inicios?)\s+de\s+(?:la\s+|el\s+|este\s+|esta\s+|l\s+)?(?:(?:proxim[oa]|siguiente)\s+)?(?:semana|mes|ano|{MONTH})(?:\s+{_COMING})?|fin\s+de\s+mes)\b"
    ),
    # el viernes de la semana que viene, la semana que viene el viernes, el viernes que viene
    re.compile(rf"\b(?P<span>{DAY}\s+de\s+(?:esta\s+semana|la\s+semana\s+(?:{_COMING}|{_GONE})|la\s+(?:proxima|siguiente|otra|pasada)\s+semana))\b"),
    re.compile(rf"\b(?P<span>(?:la\s+)?(?:semana\s+{_COMING}|(?:proxima|siguiente)\s+semana)\s*,?\s+(?:el\s+)?{DAY})\b"),
    re.compile(rf"\b(?P<span>(?:(?:este|esta|el|la)\s+)?(?:mismo\s+)?(?:{DAY}|{_PERIOD})\s+(?:{_COMING}|{_GONE}))\b"),
    re.compile(rf"\b(?P<span>(?:proxim[oa]|siguiente|pasad[oa]|ultim[oa]|est[ea]|otr[oa])\s+(?:mismo\s+|misma\s+|proxim[oa]\s+)?(?:{DAY}|{_PERIOD}))\b"),
    re.compile(rf"\b(?P<span>(?:(?:(?:los|las)\s+)?(?:proxim[oa]s|siguientes|ultim[oa]s)|(?:los|las)\s+pasad[oa]s)\s+(?:\d{{1,3}}|{NUMBER_WORD})\s+{_UNIT})\b"),
    re.compile(rf"\b(?P<span>(?:dentro\s+de|de\s+aqui\s+a|en)\s+(?:como\s+|unos\s+|unas\s+)?{_COUNT}\s*{_UNIT})\b(?!\s+habiles)"),
    re.compile(rf"\b(?P<span>hace\s+(?:como\s+|ya\s+)?{_COUNT}\s*{_UNIT})\b"),
    re.compile(rf"\b(?P<span>{DAY})\b"),
    re.compile(rf"(?:\b(?:el|este|proximo|para|del|los)\s+|^\W*)(?P<span>{SHORT_DAY})\b\.?(?=\s*(?:$|[,.!?;]|por\b|a\b|de\b|que\b|o\b|y\b|en\b|entre\b|mejor\b|tarde\b|manana\b|si\b|no\b))"),
    re.compile(r"\b(?P<span>fin(?:es)?\s+de\s+semana|findes?|finde)\b(?<!buen finde)(?<!buen fin de semana)"),
    re.compile(rf"\b(?P<span>(?:la\s+semana|el\s+mes|el\s+finde|el\s+fin\s+de\s+semana)\s+{_COMING})\b"),
    re.compile(rf"\b(?P<span>dia\s+{_D})\b(?![.,:/-]?\d)"),
    re.compile(rf"(?:\b(?:en|de|desde|hasta|para|a|durante)\s+|^\W*)(?P<span>{MONTH})\b(?!\s+\d)"),
    re.compile(rf"(?:\b(?:el|para|hasta|desde|del|al|dia|antes\s+del|a\s+partir\s+del)\s+|^\W*)(?P<span>{_D}/{_M})(?![\w/]|[.,]\d)(?!\s*(?:estrellas|de\s+nota))"),
]  # fmt: skip
#: A day by its number, where a customer says it ("para el 15", "el 15 por la tarde").
NUMBERED_DAY = [
    re.compile(rf"\b(?:para|hasta|desde|antes\s+de|a\s+partir\s+de|al|mejor|no)\s*(?:e?l)\s+(?P<span>{_D})\b(?![.,:/-]?\d|\s*(?:h\b|hs\b|horas?|%|€|cajas?|euros?))"),
    re.compile(rf"\b(?:del)\s+(?P<span>{_D})(?=\s+(?:al|para\s+el)\b)"),
    re.compile(rf"\bal\s+(?P<span>{_D})\b{_DAY_GOES_ON}"),
    re.compile(rf"(?<!en )(?<!por )\bel\s+(?P<span>{_D})\b(?![.,:/-]?\d){_DAY_GOES_ON}"),
]  # fmt: skip

_SMALL = "(?:" + "|".join(sorted((word for word, value in ONES.items() if 1 <= value <= 12 and word not in ("un", "uno")), key=len, reverse=True)) + ")"  # fmt: skip
_MERIDIEM = r"(?:\s?(?:a\.\s?m\.?|p\.\s?m\.?|am|pm)(?![a-z]))"
_HALF = r"(?:\s+de\s+la\s+(?:manana|tarde|noche|madrugada)|\s+del\s+mediodia)"
_HALF_SAID = r"(?:\s+(?:de|por|en)\s+la\s+(?:manana|tarde|noche|madrugada)|\s+del\s+mediodia)"
_MORE = r"(?:\s+y\s+(?:media|cuarto|pico)\b|\s+menos\s+(?:cuarto|cinco|diez|veinte|veinticinco)\b)"
_MORE_SAID = r"(?:\s+y\s+(?:media|cuarto|pico|cinco|diez|veinte|veinticinco|\d{1,2})\b|\s+menos\s+(?:cuarto|cinco|diez|veinte|veinticinco|\d{1,2})\b)"
_HOURS = r"(?:\s?(?:h\b|hs\b|hrs\b|horas\b))"
_DIGITS = r"(?:2[0-4]|1\d|0?\d)"
#: A time that shows it is one.
CLOCK = (
    rf"(?:{_DIGITS}[:.h][0-5]\d(?:{_MERIDIEM}|{_HOURS})?{_HALF}?|{_DIGITS}{_MERIDIEM}|{_DIGITS}\s?(?:h|hs|hrs)\b{_HALF}?|(?:{_DIGITS}|{_SMALL}){_MORE}{_HALF}?|(?:{_DIGITS}|{_SMALL})(?:\s+en\s+punto)?{_HALF}|"
    r"mediodia|medianoche)"
)
#: A time after "las" or beside another one.
_HOUR = rf"(?:{CLOCK}|(?:{_DIGITS}(?![\d:.]\d)|{_SMALL})\b{_MORE_SAID}?(?:\s+horas\b)?(?:\s+en\s+punto)?{_HALF_SAID}?)"
_LAS = r"(?:las?|el)\s+"
_NOT_A_TIME = r"(?!\s?(?:[%€$]|min\b|minutos?|dias?|semanas?|meses|cajas?|bultos?|paquetes?|paradas?|pedidos?|unidades|veces|estrellas|euros|pesos|personas|pisos?|kilos?|kg\b|anos?\b)|[-/]\d|[,.]\d)"
_NAMED = r"(?:(?:el\s+|l\s+)?mediodia|(?:la\s+)?medianoche|(?:de\s+)?(?:comer|cenar|desayunar)|(?:la\s+|l\s+|el\s+)?(?:comida|cena|almuerzo|trabajo|curro|cole(?:gio)?|escuela|siesta)|la\s+hora\s+de\s+comer)"
_SIDE = (
    r"(?:a\s+partir\s+de|despues\s+de|desp\s+de|antes\s+de|no\s+antes\s+de|no\s+despues\s+de|no\s+mas\s+tarde\s+de|mas\s+tarde\s+de|mas\s+temprano\s+de|desde|hasta|sobre|hacia|a\s+eso\s+de|alrededor\s+de|"
    r"cerca\s+de|como\s+a|tipo|pasadas?|para\s+antes\s+de|como\s+muy\s+tarde\s+a)"
)
_PART = r"(?:mananas?|tardes?|noches?|madrugada)"
#: Times that nothing else can be: they are looked for before durations ("a las 2 horas").
SURE_WINDOW = [
    re.compile(rf"\b(?P<span>(?:entre|de|desde)\s+{_LAS}{_HOUR}\s*(?:-|a|y|hasta)\s*(?:{_LAS})?{_HOUR}){_NOT_A_TIME}"),
    re.compile(rf"\b(?P<span>entre\s+(?:{_LAS})?{_HOUR}\s*(?:-|y|a)\s*(?:{_LAS})?{_HOUR}){_NOT_A_TIME}"),
    re.compile(r"\b(?P<span>(?:de|desde)\s+(?:1[3-9]|2[0-3])\s*(?:-|a|hasta)\s*(?:1[4-9]|2[0-4])\s+horas)\b"),
    re.compile(rf"\b(?P<span>(?:de|desde)\s+{_HOUR}\s*(?:-|a|hasta)\s*(?:{_LAS})?{CLOCK}|(?:de|desde)\s+{CLOCK}\s*(?:-|a|hasta)\s*(?:{_LAS})?{_HOUR}){_NOT_A_TIME}"),
    re.compile(rf"(?<![\w.,/:#€$-])(?P<span>{CLOCK}\s?(?:-|a|hasta)\s?(?:{_LAS})?{_HOUR}|{_DIGITS}\s?(?:-|a)\s?{CLOCK}){_NOT_A_TIME}"),
    re.compile(rf"\b(?P<span>{_SIDE}\s+(?:mas\s+o\s+menos\s+)?{_LAS}{_HOUR}(?:\s+en\s+adelante)?){_NOT_A_TIME}"),
    re.compile(rf"\b(?!(?:antes|despues)\s+(?:curro|trabajo)\b)(?P<span>(?:a\s+partir|despues|antes|hasta|desde|sobre|hacia|alrededor|pasado)\s+(?:de|del|el)?\s*{_NAMED})\b"),
    re.compile(rf"\b(?P<span>{_SIDE}\s+{CLOCK}(?:\s+en\s+adelante)?){_NOT_A_TIME}"),
    re.compile(rf"\b(?P<span>(?:a|para)\s+las?\s+{_HOUR}(?:\s+en\s+adelante)?){_NOT_A_TIME}"),
    re.compile(r"\b(?P<span>a\s+(?:la\s+)?(?:hora\s+de\s+(?:comer|la\s+comida|cenar|la\s+cena)))\b"),
]  # fmt: skip
WINDOW = [
    re.compile(r"\b(?P<span>(?:primera|ultima)\s+franja|(?:primer|ultimo)\s+(?:turno|horario|tramo|hueco|bloque))\b"),
    re.compile(r"\b(?P<span>(?:a|al|de|hacia\s+el|sobre\s+el)\s+(?:mediodia|medio\s+dia|medianoche))\b"),
    re.compile(rf"(?<![\w.,/:#€$-])(?P<span>{CLOCK})(?![\w]|[:/]\d|\s?%)"),
    re.compile(
        rf"\b(?P<span>(?:(?:muy\s+)?(?:temprano|pronto|tarde)\s+)?(?:a\s+(?:primera|ultima|ultimas?|media|primeras?)\s+horas?|a\s+media)(?:\s+(?:de|por|en)\s+la)?\s+{_PART}|(?:a\s+)?(?:primera|ultima)\s+hora(?:\s+(?:de|por|en)\s+(?:la\s+)?{_PART})?)\b"
    ),
    re.compile(rf"\b(?P<span>(?:antes|despues|a\s+partir)\s+de\s+la\s+{_PART}|(?:por|en|a|durante|toda|para|de|desde|hasta)\s+las?\s+{_PART}|est[ae]\s+(?:misma\s+)?{_PART}|media\s+(?:manana|tarde)|la\s+{_PART})\b"),
    re.compile(rf"(?:\b(?:{DAY}|hoy|ayer|manana)\s+)(?P<span>{_PART})\b"),
    re.compile(r"^\W*(?P<span>mananas|tardes?|noches?|mediodia)\W*$"),
    re.compile(r"\b(?P<span>(?:en\s+)?horario\s+(?:de\s+(?:oficina|trabajo|comercio)|laboral|comercial)|(?:en\s+)?horas?\s+de\s+(?:oficina|trabajo)|(?:al\s+)?(?:final|fin)\s+(?:del|de\s+el)\s+dia)\b"),
    re.compile(rf"(?:\b(?:mejor|ponlo|que\s+sea|pon)\s+)(?P<span>las\s+{_HOUR}){_NOT_A_TIME}"),
    re.compile(rf"^\W*(?P<span>las\s+{_HOUR})\W*$"),
]  # fmt: skip
#: Hours of two bare numbers ("de 2 a 4", "10-12"), which on the road may be stops.
BARE_WINDOW = [
    re.compile(rf"\b(?P<span>de\s+(?:{_DIGITS}|{_SMALL})\s+a\s+(?:{_DIGITS}|{_SMALL}))\b{_NOT_A_TIME}"),
    re.compile(rf"(?:\b(?:franja|tramo|horario|{DAY}|manana|tarde|hoy|mejor|o|de|el|vale|ok|si)\s+|^\W*|,\s?)(?P<span>{_DIGITS}\s?(?:-|a)\s?{_DIGITS}|{_SMALL}\s+a\s+{_SMALL})\b{_NOT_A_TIME}(?!\s+de\s+{MONTH})"),
    re.compile(rf"(?<!\bav)(?<!\bavda)(?<!\bc)(?<!\bno)(?<!\bnum)[.!?;:]\s+(?P<span>{_DIGITS}\s?(?:-|a)\s?{_DIGITS})(?=\s*(?:$|[.,!?;)]|(?:porfa|por\s+favor|gracias)\b)){_NOT_A_TIME}"),
    re.compile(rf"\b(?P<span>(?:a\s+partir\s+de|despues\s+de|antes\s+de|hasta|desde)\s+{_DIGITS})\b(?=\s*(?:$|[.,!?;]|porfa|por\b|y\b|o\b|si\b)){_NOT_A_TIME}"),
]  # fmt: skip
#: "Buenas tardes" greets.
GREETING = re.compile(r"\b(?:buen[oa]s?|muy buenas)\s+(?:dias?|tardes?|noches?|mananas?)\b")
#: What leads to a time and is none of it: "las 5", "la tarde", "para la tarde". A preposition that says when belongs to it:
#: "mañana" is tomorrow, "por la mañana" the morning.
LEAD = re.compile(rf"(?:las?\s+(?=\d|{_SMALL}\b)|(?:(?:para|de|a)\s+)?las?\s+(?={_PART}))?")
