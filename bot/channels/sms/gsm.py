"""How much of an SMS a text takes: https://www.etsi.org/deliver/etsi_ts/123000_123099/123038/ (GSM 03.38)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: These take two places each.
_EXTENDED = frozenset("^{}\\[~]|€\f")
#: What typography has and phones of old do not; one such sign would halve what fits.
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "×": "x", "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "•": "-",
     "\u00a0": " ", "\u202f": " ", "\u2009": " ", "·": "-"}
)  # fmt: skip


def plain(text: str) -> str:
    """The text with typographic signs as every phone has them; letters stay as they are."""
    return text.translate(_PLAIN)


def segments(text: str) -> int:
    """How many SMS the text is sent as."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        size, single, joined = sum(2 if char in _EXTENDED else 1 for char in text), 160, 153
    else:
        size, single, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= single else -(-size // joined)
