"""Everyday English words that spelling correction must leave alone although no training example has them.

``data/en/words.txt`` holds words that lie one or two letters from words of deliveries ("older", "border" from "order"),
and the commonest words besides; it is no dictionary.
"""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).resolve().parent / "data" / "en" / "words.txt"

COMMON_WORDS = frozenset(_FILE.read_text(encoding="utf-8").split())
