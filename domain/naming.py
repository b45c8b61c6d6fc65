"""How much the name of something sounds like what somebody called it, also where one is Spanish and the other English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from domain.goods_in_spanish import GOODS, LOOKS

LONGEST_NAME = 80
#: Likeness from which it is meant, and how much better it is than the rest where it alone is.
SIMILAR, ALONE = 80, 8
#: What a thing called by its word in another language is worth beside one called by its own, and what one called by the word
#: for its kind alone is ("lamp" of "lámpara de pie"): of several things the one that is called so in full is meant.
_TRANSLATED, _OF_ITS_KIND = 0.92, 0.82
#: From this score of rapidfuzz, and so many letters, a word is a misspelt one of the list.
_MISSPELT, _LONG = 85, 6
#: So much alike are "lamp" and "lamps".
_PLURAL = 85
_IDLE = frozenset(
    "the a an any some my your this that of el la los las un una unos unas mi mis tu tus su sus este esta ese esa de del al".split()
)
#: Words that name nothing that could be told from anything else.
_ANYTHING = frozenset(
    "order orders parcel parcels package packages delivery deliveries shipment box boxes thing things stuff item items product products goods purchase "
    "it one ones everything all something anything pedido pedidos paquete paquetes entrega entregas envio envios caja cajas cosa cosas articulo articulos "
    "producto productos compra compras todo algo uno".split()
)
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]
#: What somebody called something: for each part its share of the words, and the ways to say it, each with what it is worth.
Called = tuple[tuple[float, tuple[tuple[float, Words], ...]], ...]


def likeness(said: str, name: str) -> float:
    """How much ``name`` sounds like what was said, 0 to 100: for each word said its best match, on average."""
    return _likeness(said[:LONGEST_NAME], name)


@lru_cache(maxsize=20_000)
def _likeness(said: str, name: str) -> float:
    """Kept, since the same few things of a catalogue are asked for again and again."""
    called, parts = _called(said), _parts(name)
    if not called or not parts:
        return 0.0
    return sum([part * max([worth * _match(way, parts) for worth, way in ways]) for part, ways in called])


def names_something(said: str) -> bool:
    """Whether words name something, and not just "the parcel"."""
    return not (_ANYTHING | _IDLE).issuperset(_words(said))


def is_known(said: str) -> bool:
    """Whether words name goods that people order, in a language that is read."""
    words = _words(said[:LONGEST_NAME])
    return any(_root(word) in _english() or (_root(word),) in _spanish() for word in words)


def bare(text: str) -> str:
    """``text`` in lower case, without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))


def is_mentioned(name: str, text: str) -> bool:
    """Whether the Spanish word for what ``name`` calls in English is among the words of a text."""
    parts = _parts(name)
    return bool(parts) and any(_match(way, parts) >= _PLURAL for way in _in_english(text))


def _in_english(text: str) -> list[Words]:
    """What the Spanish goods in a text are called in English."""
    roots = [_root(word) for word in _words(text)]
    found = [
        _spanish().get(tuple(roots[at : at + size]), ())
        for size in range(1, _longest() + 1)
        for at in range(len(roots) - size + 1)
    ]
    return [way for ways in found for way in ways]


def _match(way: Words, parts: frozenset[str]) -> float:
    return sum([max([fuzz.ratio(word, part) for part in parts]) for word in way]) / len(way)


@lru_cache(maxsize=20_000)
def _parts(name: str) -> frozenset[str]:
    return frozenset(_words(name)).union(*_in_english(name))


@lru_cache(maxsize=4_096)
def _called(said: str) -> Called:
    words, at = _words(said), 0
    called: list[tuple[int, tuple[tuple[float, Words], ...]]] = []
    while at < len(words):
        size, translated = _phrase(words[at:])
        own = tuple(word for word in words[at : at + size] if word not in _IDLE)
        kind = _spanish().get((_root(words[at]),), ()) if size > 1 else ()
        ways = [(1.0, own), *((_TRANSLATED, way) for way in translated), *((_OF_ITS_KIND, way) for way in kind)]
        if own:
            called.append((len(own), tuple(ways)))
        at += size
    total = sum(count for count, _ in called)
    return tuple((count / total, ways) for count, ways in called)


def _phrase(words: Sequence[str]) -> tuple[int, tuple[Words, ...]]:
    """How many of the first words are one Spanish name of goods, and what that is in English; one word where they are none."""
    roots = tuple(_root(word) for word in words[: _longest()])
    for size in range(len(roots), 0, -1):
        if roots[:size] in _spanish():
            return size, _spanish()[roots[:size]]
    if len(roots[0]) < _LONG or roots[0] in _english():
        return 1, ()
    near = process.extractOne(roots[0], _single(), scorer=fuzz.ratio, score_cutoff=_MISSPELT)
    return 1, _spanish()[(near[0],)] if near is not None else ()


def _words(text: str) -> list[str]:
    return _WORD.findall(bare(text))


def _root(word: str) -> str:
    """What the singular and the plural of a word have in common."""
    if len(word) <= 3:
        return word
    word = word.removesuffix("s").removesuffix("e")
    return word[:-1] + "c" if word.endswith("z") else word


def goods_called(language: str) -> tuple[str, ...]:
    """What goods are called in a language, where that is listed."""
    return tuple(name for names, _ in _lines(GOODS) for name in names) if language == "es" else ()


def _lines(listed: str) -> list[tuple[list[str], list[str]]]:
    """Each line of a list as its Spanish and its English names."""
    sides = [line.split(":") for line in listed.strip().splitlines()]
    return [(spanish.split(", "), english.strip().split(", ")) for spanish, english in sides]


@cache
def _spanish() -> dict[Words, tuple[Words, ...]]:
    """Spanish names of goods as roots of words, with what they are called in English."""
    found: dict[Words, tuple[Words, ...]] = {}
    for names, english in (*_lines(GOODS), *_lines(LOOKS)):
        ways = tuple(tuple(_words(name)) for name in english)
        for name in names:
            key = tuple(_root(word) for word in _words(name))
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *ways)))
    return found


@cache
def _english() -> frozenset[str]:
    """The roots of the English words for goods."""
    return frozenset(_root(word) for ways in _spanish().values() for way in ways for word in way)


@cache
def _single() -> tuple[str, ...]:
    return tuple(key[0] for key in _spanish() if len(key) == 1 and len(key[0]) >= _LONG)


@cache
def _longest() -> int:
    return max(map(len, _spanish()))
