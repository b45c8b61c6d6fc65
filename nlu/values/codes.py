"""Numbers of orders, returns, purchase orders, routes and stops."""

from __future__ import annotations

import re

from nlu.rules.numbers import ORDINALS, from_words

_DIGITS = re.compile(r"[0-9]+")
_PREFIX = re.compile(r"\b(rm|ret|rma|po|p\.o)\b")


def _digits(words: str) -> str | None:
    found = _DIGITS.findall(words)
    return found[-1] if found else None


def order_value(words: str) -> str | None:
    """ "RM-10482" from "order 10482", "#10482", "rm10482"; another shop's prefix and leading zeros stay."""
    other = re.fullmatch(r"([a-z]{2,4})-([0-9]+)", words.lower())
    if other and other[1] != "rm":
        return words.upper()
    digits = _digits(words)
    return f"RM-{digits}" if digits else None


def return_value(words: str) -> str | None:
    """ "RET-204" from "ret 204", "204", "RMA204"."""
    digits = _digits(words)
    return f"RET-{digits}" if digits else None


def purchase_value(words: str) -> str | None:
    """ "PO-77" from "po 77", "#77"."""
    digits = _digits(words)
    return f"PO-{digits}" if digits else None


def route_value(words: str) -> str | None:
    """ "R7" from "route 7", "r 7", "route seven"."""
    number = _count(words)
    return None if number is None else f"R{number}"


def stop_value(words: str) -> int | None:
    """4 from "stop 4", "drop four", "4th stop"."""
    return _count(words)


def product_value(words: str) -> str:
    """ "SKU-1044" from "sku 1044"; a product's name as it is, white space straightened."""
    code = re.fullmatch(r"sku\s?[-#_:.]?\s?([0-9]+)", words.lower())
    return f"SKU-{code[1]}" if code else " ".join(words.split())


def _count(words: str) -> int | None:
    digits = _digits(words)
    if digits is not None:
        return int(digits) if len(digits) < 10 else None
    for part in words.lower().split():
        if part in ORDINALS:
            return ORDINALS[part]
    kept = [part for part in words.lower().split() if from_words(part) is not None]
    return from_words(" ".join(kept)) if kept else None
