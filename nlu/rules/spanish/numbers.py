"""Spanish number words, shared by the rules and the values."""

from __future__ import annotations

import re

ONES = {
    "cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiun": 21,
    "veintiuno": 21, "veintiuna": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
TENS = {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90}
HUNDREDS = {"cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "quinientos": 500}
_PLACES = (
    ("primer", "primero", "primera"), ("segundo", "segunda"), ("tercer", "tercero", "tercera"), ("cuarto", "cuarta"),
    ("quinto", "quinta"), ("sexto", "sexta"), ("septimo", "septima"), ("octavo", "octava"), ("noveno", "novena"),
    ("decimo", "decima"), ("undecimo", "undecima"), ("duodecimo", "duodecima"),
)  # fmt: skip
ORDINALS = {word: place for place, words in enumerate(_PLACES, 1) for word in words}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


#: A number in words up to some hundreds, as a regular expression without groups; the articles are "un" and "una".
NUMBER_WORD = (
    rf"(?:(?:{_any(HUNDREDS)})(?: (?:(?:{_any(TENS)})(?: y (?:{_any(ONES)}))?|(?:{_any(ONES)})))?"
    rf"|(?:{_any(TENS)})(?: y (?:{_any(ONES)}))?|(?:{_any(ONES)}))"
)
ORDINAL_WORD = rf"(?:{_any(ORDINALS)})"
#: "1º", "2.ª", "3er": the raised letter has become a plain one.
ORDINAL_SIGN = r"\d{1,3}(?:\.?[oa]|er|ero|era|do|da|to|ta)"


def from_words(words: str) -> int | None:
    """The whole number said by ``words`` ("12", "veinticinco", "treinta y uno", "media docena"), or None."""
    parts = words.lower().split()
    if parts[:2] == ["media", "docena"]:
        return 6
    total, seen = 0, False
    for part in parts:
        known = next((table[part] for table in (ONES, TENS, HUNDREDS) if part in table), None)
        if part.isascii() and part.isdigit() and len(part) <= 15:
            total, seen = total + int(part), True
        elif known is not None:
            total, seen = total + known, True
        elif part in ("docena", "docenas", "mil"):
            total, seen = (total or 1) * {"mil": 1000}.get(part, 12), True
        elif part == "par":
            total, seen = 2, True
        elif part not in ("y", "de", "unos", "unas"):
            return None
    return total if seen else None


def count(words: str) -> int | None:
    """The number in ``words`` whatever else they say: "la parada cuatro" 4, "segunda parada" 2, "paradas 4" 4."""
    digits = re.findall(r"[0-9]+", words)
    if digits:
        return int(digits[-1]) if len(digits[-1]) < 10 else None
    parts = words.lower().split()
    place = next((ORDINALS[part] for part in parts if part in ORDINALS), None)
    if place is not None:
        return place
    kept = [part for part in parts if part == "y" or from_words(part) is not None]
    return from_words(" ".join(kept)) if kept else None
