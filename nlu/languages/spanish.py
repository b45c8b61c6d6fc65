"""Spanish: accents that may be left out, chat spellings, what hangs on a verb, misspelt words of time; stems by Snowball."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

import snowballstemmer

from nlu.languages.language import Language, common_words
from nlu.rules.spanish import find
from nlu.text import without_accents
from nlu.values.spanish import value

_WRITTEN_OUT: dict[str, str] = {
    "q": "que", "k": "que", "ke": "que", "qe": "que", "xq": "porque", "pq": "porque", "xk": "porque", "porq": "porque",
    "pork": "porque", "tb": "tambien", "tmb": "tambien", "tbn": "tambien", "tmbn": "tambien", "tambn": "tambien",
    "xa": "para", "pa": "para", "xfa": "por favor", "xfavor": "por favor", "porfa": "por favor", "porfis": "por favor",
    "porfavor": "por favor", "plis": "por favor", "pf": "por favor", "dnd": "donde", "dond": "donde", "adonde": "donde",
    "aonde": "donde", "cdo": "cuando", "cnd": "cuando", "cuand": "cuando", "cm": "como", "d": "de", "bn": "bien", "ta": "esta",
    "toy": "estoy", "tas": "estas", "grax": "gracias", "grcs": "gracias", "gcs": "gracias", "msj": "mensaje",
    "msjs": "mensajes", "msg": "mensaje", "wasap": "whatsapp", "guasap": "whatsapp", "wsp": "whatsapp", "wpp": "whatsapp",
    "tlf": "telefono", "tfno": "telefono", "tel": "telefono", "num": "numero", "nro": "numero", "dir": "direccion",
    "vdd": "verdad", "nd": "nada", "ntp": "no te preocupes", "finde": "fin de semana", "pal": "para el", "ahorita": "ahora",
    "mñn": "manana", "hla": "hola", "ola": "hola", "holaa": "hola", "bnas": "buenas", "wenas": "buenas", "siii": "si",
    "sip": "si", "sep": "si", "nop": "no", "nel": "no", "depa": "departamento", "repa": "repartidor", "info": "informacion",
    "uds": "ustedes", "ud": "usted", "vds": "ustedes", "vd": "usted",
}  # fmt: skip
#: Verbs of deliveries whose commands come with what hangs on them: "dejalo", "dejenmelo", "dejadlo".
_COMMANDS = (
    "deja dejad deje dejen cancela cancelad cancele cancelen cambia cambiad cambie cambien lleva llevad lleve lleven trae traed "
    "traiga traigan manda mandad mande manden envia enviad envie envien entrega entregad entregue entreguen pon poned ponga "
    "pongan llama llamad llame llamen avisa avisad avise avisen recoge recoged recoja recojan devuelve devolved "
    "devuelva devuelvan mueve moved mueva muevan pasa pasad pase pasen salta di decid diga digan borra borrad borre borren quita "
    "quitad quite quiten dime ayuda ayudad ayude ayuden olvida olvidad olvide olviden esconde esconded esconda escondan"
)
_HANGING = "lo la los las le les me nos melo mela melos melas selo sela selos selas noslo nosla".split()
_WITH_HANGING = {verb + hanging: verb for verb, hanging in product(_COMMANDS.split(), _HANGING)}
#: Endings that Snowball only knows with their accent.
_ACCENTED = (("ciones", "ciones"), ("siones", "siones"), ("cion", "ción"), ("sion", "sión"))
_snowball = snowballstemmer.stemmer("spanish")


def write_out(words: Iterable[str]) -> list[str]:
    """``words`` (lower case, no accents) with chat spellings as what they mean, and verbs without what hangs on them."""
    written: list[str] = []
    for word in words:
        meant = _WRITTEN_OUT.get(word)
        written += meant.split() if meant is not None else [_WITH_HANGING.get(word, word)]
    return written


def contraction(word: str) -> bool:
    """Whether ``word`` is a form that `write_out` knows."""
    return word in _WRITTEN_OUT or word in _WITH_HANGING


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """``word`` without its inflection and accents (Snowball's Spanish stemmer): "entregado", "entregar": entreg."""
    plain = without_accents(word)
    if len(plain) < 4 or not plain.isalpha():
        return plain
    for ending, accented in _ACCENTED:
        if plain.endswith(ending):
            plain = plain[: -len(ending)] + accented
            break
    return without_accents(_snowball.stemWord(plain))


_TIME_WORDS = (
    "lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril junio julio agosto septiembre octubre noviembre "
    "diciembre manana pasado ayer semana tarde noche mediodia entre minutos numero pedido parada ruta estrellas"
)
_ALIASES = {
    "mñn": "manana", "mñna": "manana", "mnna": "manana", "maniana": "manana", "mañna": "manana", "manaan": "manana",
    "mna": "manana", "pasadomañana": "pasado manana", "oy": "hoy", "aller": "ayer", "lunez": "lunes", "miercole": "miercoles",
    "miercolez": "miercoles", "mierc": "miercoles", "juebes": "jueves", "biernes": "viernes", "viernez": "viernes", "savado": "sabado",
    "sabao": "sabado", "dgo": "domingo", "medio-dia": "mediodia", "minitos": "minutos", "minuto": "minuto", "pdido": "pedido",
    "pedio": "pedido", "peddo": "pedido", "peido": "pedido", "pedidi": "pedido", "prada": "parada", "nro": "numero",
}  # fmt: skip
_FILLER = (
    "el la los las lo un una unos unas al a de del en para por con y o que es son seria sera mi mis su sus nuestro por favor porfa xfa "
    "gracias ok okey vale bueno bien pues eh mmm esto este quizas tal vez sobre como unos numero num n nº pedido nombre hola buenas "
    "señor señora jefe codigo postal cp correo email telefono movil direccion si claro perdon entonces sea tipo"
)

SPANISH = Language(
    code="es",
    plain=without_accents,
    stem=stem,
    write_out=write_out,
    contraction=contraction,
    find=find,
    value=value,
    common_words=frozenset(without_accents(word) for word in common_words("es")),
    time_words=tuple(_TIME_WORDS.split()),
    aliases={without_accents(word): meant for word, meant in _ALIASES.items() if word != meant},
    unless_after={},
    titles=frozenset({"sr", "sra", "srta", "don", "dona", "senor", "senora", "senorita", "herr", "frau"}),
    it=re.compile(r"\b(?:lo(?! (?:del?|que|mejor)\b)|es[ea])\b|\w{3}(?:[aei]r|[ae])(?:me|nos)?l[oa]s?\b"),
    figure=re.compile(
        r"[\s.,:!?]*(?:(?:es|son|el|la|mi|los|codigo|clave|pin|pone|marca|dice|kilometraje|kilometros|cuentakilometros|contador|cuadro|van|ahora|llevo)\W+)*"
        r"\d{1,3}(?:[\d ,.']*\d)?\s*(?:km|kms|kilometros|ahora|gracias|por favor)?[\s.,!?]*"
    ),
    at_place=re.compile(r"\ben\b"),
    asked_of_stops=frozenset("nombre correo email telefono movil direccion cp codigo pedido notas".split()),
    filler=frozenset(word for each in _FILLER.split() for word in (each, without_accents(each))),
)
