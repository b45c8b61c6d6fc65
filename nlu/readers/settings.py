"""How somebody wants to hear from us: on or off, by which channel, at what times, in which language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nlu.readers.spoken import in_order
from nlu.text import without_accents
from nlu.values.spanish.windows import window_value as window_value_in_spanish
from nlu.values.windows import window_value

NONE = "none"
#: What "not at night" means.
NIGHT = "21:00-08:00"


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it, in lower case."""

    off: re.Pattern[str]
    on: re.Pattern[str]
    channels: tuple[tuple[str, re.Pattern[str]], ...]
    not_this: re.Pattern[str]
    some_days: re.Pattern[str]
    any_time: re.Pattern[str]
    night: re.Pattern[str]
    times: re.Pattern[str]
    never: re.Pattern[str]
    only: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    #: What such times are, and how the two sides of one are called there.
    window: Callable[[str], str | None]
    sides: tuple[str, str]


_TIME = r"(?:\d{1,2}(?:[:.]\d\d)?\s?(?:a\.?m\b\.?|p\.?m\b\.?|o'?clock|h\b|uhr)?|noon|midday|midnight|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:\s?(?:am|pm|o'?clock))?)"
_THINGS = r"(?:messages?|messaging|notifications?|notifs?|notifying|alerts?|updates?|texts?|texting|e-?mails?|e-?mailing|sms|reminders?|pings?|pinging|spam\w*|contacting|writing|bothering|sending)"
_ALL = r"(?:(?:all(?: of)?|the) )?(?:everything|them|these|this|it|all|lot)"
ENGLISH = Table(
    off=re.compile(
        rf"\b(?:stop|no more|no|enough|enuf|disable|deactivate|mute|silence|cancel|block|end(?! of)|quit|turn off|switch off|shut off)\b(?: \w+){{0,3}}? ?\b{_THINGS}\b"
        rf"|\b(?:stop|enough of|disable|deactivate|mute|silence|cancel|block|end|quit|turn off|switch off|shut off) {_ALL}\b"
        rf"|\b(?:turn|switch|shut)\b.*\b(?:{_THINGS}|{_ALL})\b.*\boff\b|\b(?:{_THINGS}|{_ALL}) off\b|\bunsubscribe\b|\bopt(?:ing)?(?: me)? out\b|^mute\b|\btake me off\b|\bleave me alone\b"
        r"|\b(?:want|need|send(?: me)?|get) none\b|\b(?:do not|don'?t|never) (?:want (?:any|your|these|to (?:get|receive|hear))|send|message|text|e-?mail|contact|notify|write|bother)\b"
    ),
    on=re.compile(
        rf"\b(?:start|resume|restart|enable|activate|reactivate|unmute|re-?enable|continue)\b.*\b(?:{_THINGS}|{_ALL})\b|\b(?:turn|switch)\b.*\bon\b|\b(?:{_THINGS}|{_ALL}) (?:back )?on\b"
        r"|\bopt(?: me)? (?:back )?in\b|\b(?<!un)subscribe\b|\bsign me up\b|\b(?:messages?|updates?|notifications?|alerts?) again\b|^unmute\b"
    ),
    channels=(
        ("telegram", re.compile(r"\btelegram\b")),
        ("sms", re.compile(r"\b(?:sms|texts?|txts?|text messages?|texting|sms'?s)\b")),
        ("email", re.compile(r"\b(?:e-?mails?|e-?mailing|mail)\b")),
        ("whatsapp", re.compile(r"\bwhats ?app\b")),
        ("signal", re.compile(r"\bsignal\b")),
        ("slack", re.compile(r"\bslack\b")),
        ("push", re.compile(r"\bpush(?: notifications?| messages?)?\b")),
        ("phone", re.compile(r"\b(?:phone calls?|by phone|call me|ring me|phone me|calls)\b")),
    ),
    not_this=re.compile(
        r"\b(?:not|no|no more|don'?t|do not|stop|instead of|rather than|than|without|never|hate|over|from|quit|disable|off)(?: (?:by|via|the|your|my|an?|any|to|send\w*|use|me|us|want|get\w*|with|through|on))*\s*$"
    ),
    some_days=re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:weekends?|weekdays?|holidays?)\b"),
    any_time=re.compile(r"\bno quiet (?:hours|times?)\b|\bquiet (?:hours|times?) off\b|\b(?:at )?any ?time\b|\bday (?:and|or) night\b|\baround the clock\b|\b24/7\b|\bwhenever\b|\bremove (?:the |my )?quiet\b"),
    night=re.compile(r"\bat nights?\b|\bduring the night\b|\bovernight\b|\bnight ?times?\b|\b(?:while|when) i(?:'m| am)? (?:a?sleep\w*)\b"),
    times=re.compile(
        rf"(?P<between>(?:between |from )?(?P<first>{_TIME})\s?(?:-|–|to|and|until|till|til)\s?(?P<second>{_TIME}))|(?P<side>before|after|until|till|past|earlier than|later than|from)\s+(?P<time>{_TIME})"
    ),
    never=re.compile(r"\b(?:not|no|never|nothing|don'?t|do not|quiet|silent|silence|mute|stop|disturb|leave me|pause|without)\b"),
    only=re.compile(r"\bonly\b|\bjust\b"),
    before=re.compile(r"before|until|till|earlier than"),
    after=re.compile(r"after|past|later than|from"),
    window=window_value,
    sides=("before", "after"),
)  # fmt: skip
_HORA = r"(?:las? )?(?:\d{1,2}(?:[:.]\d\d)?\s?(?:a\.?m\b\.?|p\.?m\b\.?|h\b)?|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|mediodia|medianoche)(?: y media)?(?: de la (?:manana|tarde|noche))?"
_COSAS = r"(?:mensajes?|mensajitos?|notificaciones|avisos?|alertas?|correos?|emails?|mails?|sms|whatsapps?|wasaps?|textos?|recordatorios?|spam|publicidad|promociones|nada|mas)"
SPANISH = Table(
    off=re.compile(
        rf"\b(?:no(?! (?:me |nos )?(?:llegan?|recib\w+|entran?|tengo|tenemos|faltan?|hay|hace|necesit\w+|quedan?|es)\b)|deja(?:d|r|me)?|dejen|dej[ae]n?me|parad?|paren|basta de|quita(?:d|r|me)?|quiten(?:me)?|desactiv\w+|silenci\w+|cancel\w+|stop|ya no|sin|apag\w+|detengan)\b(?: \w+){{0,5}}? ?\b{_COSAS}\b"
        r"|\b(?:dar(?:me|nos|se)? de baja|dame de baja|denme de baja|dadme de baja|quiero la baja|darnos de baja|desuscrib\w+)\b|\bno (?:quiero|queremos|deseo) (?:recibir|que me|ningun[oa]?)\b|\b(?:no|ya no|dejad de|dejen de|deja de|parad de|paren de) (?:me |nos )?(?:escrib\w+|molest\w+|envi\w+|mand\w+|avis\w+|notifi\w+|contact\w+|spam\w+)\b"
        r"|\b(?:dejadme|dejenme|dejame) en paz\b"
    ),
    on=re.compile(
        rf"\b(?:activ\w+|reactiv\w+|reanud\w+|vuelv\w+ a|volved a|volver a|empiec\w+ a|(?<!no )quiero (?:recibir|que me)|enciend\w+|dame de alta|darme de alta)\b.*\b(?:{_COSAS}|escrib\w+|avis\w+|mand\w+|envi\w+|notific\w+)\b"
        r"|\b(?:mensajes|avisos|notificaciones|alertas) (?:otra vez|de nuevo)\b|\b(?:darme|dame|denme|dadme) de alta\b|\b(?:los|las) (?:re)?activ\w+\b|\b(?:re)?activ\w+l[oa]s\b|\bsuscrib\w+\b|^(?:si )?(?:avis(?:adme|enme|ame)|notifi\w+)\b"
    ),
    channels=(
        ("telegram", re.compile(r"\btelegram\b")),
        ("sms", re.compile(r"\b(?:sms|mensajes? de texto)\b")),
        ("email", re.compile(r"\b(?:correos?(?: electronicos?)?|e-?mails?|mails?)\b")),
        ("whatsapp", re.compile(r"\b(?:whats ?app|wasap|guasap|wsp|wpp)\b")),
        ("signal", re.compile(r"\bsignal\b")),
        ("slack", re.compile(r"\bslack\b")),
        ("push", re.compile(r"\b(?:notificaciones push|push)\b")),
        ("phone", re.compile(r"\b(?:por telefono|llamadas?|llam(?:adme|enme|ame))\b")),
    ),
    not_this=re.compile(
        r"\b(?:no|ni|nada de|sin|deja(?:d|r)? de|dejen de|parad de|paren de|basta de|en vez de|en lugar de|mejor que|desactiv\w+|quit\w+|cancel\w+|baja|suscripcion|tantos|tantas)(?: (?:por|de|lista|via|el|la|los|las|mas|un|una|al|a|me|nos|mand\w*|envi\w*|escrib\w*|us\w*|quiero|recib\w*|que|mensajes?|avisos?))*\s*$"
    ),
    some_days=re.compile(r"\b(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|festivos?|fines? de semana|findes?|entre semana)\b"),
    any_time=re.compile(r"\b(?:a cualquier hora|cuando sea|(?<!mensajes )(?<!avisos )(?<!correos )a todas horas|24/7|dia y noche|sin (?:horario|horas) (?:de silencio)?|quit\w+ (?:el|las?) (?:horario|horas?) de silencio|da igual la hora)\b"),
    night=re.compile(r"\b(?:de|por|en|durante|a) (?:la )?noches?\b|\bpor las noches\b|\bde madrugada\b|\b(?:cuando|mientras) duermo\b"),
    times=re.compile(
        rf"(?P<between>(?:entre |de |desde )(?P<first>{_HORA})\s?(?:-|–|a|y|hasta)\s?(?P<second>{_HORA}))|(?P<side>antes de|despues de|a partir de|hasta|desde|pasadas)\s+(?P<time>{_HORA})"
    ),
    never=re.compile(r"\b(?:no|nunca|nada|ni|silencio|silenci\w*|sin|moles\w+|par(?:a|ad|en)|dej\w+ de)\b"),
    only=re.compile(r"\bsolo\b|\bsolamente\b|\bunicamente\b"),
    before=re.compile(r"antes de|hasta"),
    after=re.compile(r"despues de|a partir de|desde|pasadas"),
    window=window_value_in_spanish,
    sides=("antes de", "despues de"),
)  # fmt: skip
_LANGUAGES = {"en": ENGLISH, "es": SPANISH}


def messages_on(text: str) -> bool | None:
    """Whether messages shall come at all; None when the words say nothing of that, or only mean one channel, time or day."""
    low = _low(text)
    if quiet(text) is not None or channel(text) is not None:
        return None
    if any(
        table.some_days.search(low) for table in _LANGUAGES.values()
    ):  # not to be had, and all or nothing is not meant
        return None
    for table in in_order(text, _LANGUAGES):
        if table.on.search(low):
            return True
        if table.off.search(low):
            return False
    return None


def channel(text: str) -> str | None:
    """The channel that is wished for: the last that is named and not meant to stop."""
    low = _low(text)
    found: list[tuple[int, str]] = []
    for table in _LANGUAGES.values():
        for name, pattern in table.channels:
            found += [
                (match.start(), name)
                for match in pattern.finditer(low)
                if not _is_refused(low[: match.start()]) and not _is_addressed(low, match, table)
            ]
    return max(found)[1] if found else None


def _is_refused(before: str) -> bool:
    return any(table.not_this.search(before) for table in _LANGUAGES.values())


def _is_addressed(low: str, match: re.Match[str], table: Table) -> bool:
    """Whether a channel's word is what shall be stopped or started, not how to be reached ("text alerts off")."""
    return re.match(r"\s*(?:alerts?|messages?|notifications?|summaries)?\s*off\b", low[match.end() :]) is not None


def quiet(text: str) -> str | None:
    """When nothing may come, "21:00-09:00" with either side open, or "none"; None when no times are said."""
    low = _low(text)
    for table in in_order(text, _LANGUAGES):
        if table.any_time.search(low):
            return NONE
        for match in table.times.finditer(low):
            said = _quiet(low, match, table)
            if said is not None:
                return said
        if table.night.search(low):
            return NIGHT
    return None


def _quiet(low: str, match: re.Match[str], table: Table) -> str | None:
    never = _is_meant_never(low, match, table)
    if match["between"]:
        window = table.window(match["between"]) or ""
        start, _, end = window.partition("-")
        if not start or not end:
            return None
        return f"{start}-{end}" if never else f"{end}-{start}"
    side = match["side"]
    window = table.window(f"{table.sides[not table.before.fullmatch(side)]} {match['time']}") or ""
    start, _, end = window.partition("-")
    if table.before.fullmatch(side):
        return None if not end else f"-{end}" if never else f"{end}-"
    return None if not start else f"{start}-" if never else f"-{start}"


def _is_meant_never(low: str, match: re.Match[str], table: Table) -> bool:
    """Whether nothing may come at those times, rather than only then: what stands nearest before them decides."""
    before, after = low[: match.start()], low[match.end() :]
    never = max((found.start() for found in table.never.finditer(before)), default=-1)
    only = max((found.start() for found in table.only.finditer(before)), default=-1)
    if never == only:
        return table.never.search(after) is not None and table.only.search(after) is None
    return never > only


def _low(text: str) -> str:
    return without_accents(text.casefold()).replace("’", "'")
