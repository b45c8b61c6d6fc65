"""Languages that are named, and the wish that one is spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.languages import LANGUAGES
from nlu.text import without_accents

#: What languages are called, in English, in Spanish where it is often asked for, and by themselves, in lower case (Unicode CLDR).
LANGUAGE_NAMES: dict[str, tuple[str, ...]] = {
    "ar": ("arabic", "العربية", "عربي", "árabe"),
    "bg": ("bulgarian", "български"),
    "bn": ("bangla", "বাংলা"),
    "ca": ("catalan", "català", "catalán"),
    "cs": ("czech", "čeština"),
    "cy": ("welsh", "cymraeg"),
    "da": ("danish", "dansk"),
    "de": ("german", "deutsch", "alemán"),
    "el": ("greek", "ελληνικά"),
    "en": ("english", "inglés"),
    "es": ("spanish", "español", "castellano"),
    "et": ("estonian", "eesti"),
    "eu": ("basque", "euskara", "vasco"),
    "fa": ("persian", "فارسی", "farsi"),
    "fi": ("finnish", "suomi"),
    "fr": ("french", "français", "francés"),
    "ga": ("irish", "gaeilge"),
    "gl": ("galician", "galego", "gallego"),
    "he": ("hebrew", "עברית"),
    "hi": ("hindi", "हिन्दी"),
    "hr": ("croatian", "hrvatski"),
    "hu": ("hungarian", "magyar"),
    "hy": ("armenian", "հայերեն"),
    "id": ("indonesian", "indonesia"),
    "is": ("icelandic", "íslenska"),
    "it": ("italian", "italiano"),
    "ja": ("japanese", "日本語", "japonés"),
    "ka": ("georgian", "ქართული"),
    "ko": ("korean", "한국어"),
    "lt": ("lithuanian", "lietuvių"),
    "lv": ("latvian", "latviešu"),
    "mk": ("macedonian", "македонски"),
    "ms": ("malay", "melayu"),
    "mt": ("maltese", "malti"),
    "nb": ("norwegian bokmål", "norsk bokmål", "norwegian", "norsk"),
    "nl": ("dutch", "nederlands", "holandés"),
    "pa": ("punjabi", "ਪੰਜਾਬੀ"),
    "pl": ("polish", "polski", "polaco"),
    "pt": ("portuguese", "português", "portugués"),
    "ro": ("romanian", "română", "rumano"),
    "ru": ("russian", "русский", "ruso"),
    "sk": ("slovak", "slovenčina"),
    "sl": ("slovenian", "slovenščina"),
    "sq": ("albanian", "shqip"),
    "sr": ("serbian", "српски"),
    "sv": ("swedish", "svenska"),
    "sw": ("swahili", "kiswahili"),
    "ta": ("tamil", "தமிழ்"),
    "te": ("telugu", "తెలుగు"),
    "th": ("thai", "ไทย"),
    "tr": ("turkish", "türkçe"),
    "uk": ("ukrainian", "українська", "ucraniano"),
    "ur": ("urdu", "اردو"),
    "vi": ("vietnamese", "tiếng việt"),
    "zh": ("chinese", "中文", "mandarin", "chino"),
}
#: Of these words, beside the language's name, the wish that one is spoken is made, and nothing else is: those that can only
#: be meant for whoever reads them here, and those that a driver or a neighbour can be told as well.
_SWITCHING = frozenset(
    (
        "switch change continue go to into in i we us can could you from on language now the back instead rather better "
        "do this it that chat keep doing lets ah oh uh hmm well so thx thank and y pues bueno ay uf vale "
        "please pls hi hello hey sorry ok thanks "
        "perdona perdone disculpa sigo seguimos paso vuelvo que es mas muy facil rapido comodo voy entiendo mejor "
        "cambia cambie cambiar cambiamos pasa pase pasar ponlo ponme pon sigue sigamos seguir puedes puede podeis pueden podemos "
        "podrias podria mejor ahora a al en el la me lo idioma de nuevo por favor porfa hola perdon gracias"
    ).split()
)
_SPEAKING = frozenset(
    (
        "speak talk write answer reply respond me will would do let's let my prefer want need only just with "
        "habla hablas hable hablen hablad hablar hablame hableme hablarme hablemos hablo hablamos escribe escriba escribid escribir "
        "escribeme escribame escribirme contesta contestas conteste contestar contestame contesteme contestarme responde responda "
        "responder respondeme respondame responderme prefiero quiero quisiera necesito solo mi te se con conmigo tu usted"
    ).split()
)
_WISHING = _SWITCHING | _SPEAKING
#: Somebody who writes in place of whoever did, that they do, and what is said around it ("my husband goes on in English").
_OTHERS = frozenset(
    "husband wife partner boyfriend girlfriend son daughter mother mum mom dad father brother sister friend flatmate roommate colleague assistant "
    "marido mujer esposo esposa pareja novio novia hijo hija madre padre hermano hermana amigo amiga companero companera colega".split()
)
_TAKING_OVER = frozenset(
    "continue continues continuing go goes going carry carries carrying take takes taking write writes writing type types typing finish finishes "
    "sigue seguira seguir continua continuara continuar escribe escribira escribir termina terminara".split()
)
_HANDING_OVER = _SWITCHING | frozenset(
    "let my mi will is who he she they va vas desde aqui over it for me from here con te lo".split()
)
#: Says only that something comes in a moment.
_WAITING = re.compile(
    r"^\W*(?:(?:one|just a|a|un|hang on|hold on|wait|espera|espere|dame un|give me a)?\W*(?:moment|momentito|momento|sec|second|segundo|minute|minuto|hang on|hold on|wait|espera|espere)\b\W*)+"
)
_NAMED = {name: code for code, names in LANGUAGE_NAMES.items() for name in (without_accents(each) for each in names)}
_NAME = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _NAMED), key=len, reverse=True))})(?!\w)")
_MERE_ANSWERS = frozenset({"no", "nope", "yes", "yeah", "si"})
#: A part of a message, with the sign it ends with.
_PART = re.compile(r"[^.?!;,\n]+[.?!;,\n]*|[.?!;,\n]+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def named(text: str) -> str | None:
    """The code of a language that is named, the last of several, in English or in itself."""
    found = _NAME.findall(_low(text))
    return _NAMED[found[-1]] if found else None


def wished(text: str) -> str | None:
    """The code of the language that ``text`` wishes to be spoken, and wishes nothing besides; None for anything else.

    Only of languages that are read: "the persian please" may be a product.
    """
    code, words = named(text), _beside(text)
    return code if code in LANGUAGES and (_WISHING.issuperset(words) or _hands_over(words)) else None


def is_for_us_alone(text: str) -> bool:
    """Whether a wish for a language can be meant for nobody else: it names the language alone, or switches to it ("español,
    por favor", "change to English"). "Please speak Spanish" can be for a driver."""
    words = _beside(text)
    return _SWITCHING.issuperset(words) or _hands_over(words)


def _hands_over(words: Sequence[str]) -> bool:
    """Whether words say that somebody else goes on in a language, and nothing besides."""
    said = set(words)
    goes_on = bool(said & _OTHERS) and bool(said & _TAKING_OVER) and bool(said & {"in", "en"})
    return goes_on and said <= _HANDING_OVER | _OTHERS | _TAKING_OVER


def _beside(text: str) -> list[str]:
    """The words beside the names of languages, and beside those that ask to wait a moment."""
    return _WORD.findall(_NAME.sub(" ", _WAITING.sub("", _low(text))))


def told_apart(text: str) -> tuple[str | None, str]:
    """The language that a part of ``text`` wishes to be spoken, and the rest of it; None and all of it where no part does, and
    where there is no rest."""
    if wished(text) is not None:
        return None, text
    parts = _PART.findall(text)
    wishes = {part: wished(part) if is_for_us_alone(part) else None for part in parts}
    code = next((code for code in wishes.values() if code is not None), None)
    rest = "".join(part for part in parts if wishes[part] is None).strip(" ,;")
    says_more = set(_WORD.findall(_low(rest))) - _MERE_ANSWERS
    return (code, rest) if code is not None and says_more else (None, text)


def _low(text: str) -> str:
    return without_accents(text.casefold()).replace("’", "'")
