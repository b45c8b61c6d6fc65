"""What a JSON value may be, in small checks that are put together; faults are named in Slack's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

Path = str
"""A JSON pointer, as "/blocks/0/text"."""


class Faults:
    """What was found wrong, in Slack's words with the place."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, what: str, at: Path) -> None:
        self.found.append(f"{what} [json-pointer:{at}]")


Check = Callable[[Any, Path, Faults], None]
"""Looks at a value at a place and notes what is wrong with it."""


def words(most: int, *, least: int = 1) -> Check:
    """A string of that many characters."""

    def check(value: Any, at: Path, faults: Faults) -> None:
        if not isinstance(value, str):
            faults.add("must be a string", at)
        elif len(value) > most:
            faults.add(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            faults.add(f"must be more than {least - 1} characters", at)

    return check


def matching(pattern: str, called: str) -> Check:
    """A string of that form."""

    def check(value: Any, at: Path, faults: Faults) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            faults.add(f"must match {called}", at)

    return check


def one_of(*allowed: str) -> Check:
    """One of these strings."""

    def check(value: Any, at: Path, faults: Faults) -> None:
        if value not in allowed:
            faults.add(f"must be a valid enum value: {', '.join(allowed)}", at)

    return check


def yes_or_no(value: Any, at: Path, faults: Faults) -> None:
    """true or false."""
    if not isinstance(value, bool):
        faults.add("must be a boolean", at)


def whole(least: int, most: int | None = None) -> Check:
    """A whole number from least to most."""

    def check(value: Any, at: Path, faults: Faults) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            faults.add("must be an integer", at)
        elif value < least:
            faults.add(f"must be greater than or equal to {least}", at)
        elif most is not None and value > most:
            faults.add(f"must be less than or equal to {most}", at)

    return check


def number_in_words(value: Any, at: Path, faults: Faults) -> None:
    """A decimal number as a string, as number_input has them."""
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        faults.add("must be a string that represents a number", at)


def address(value: Any, at: Path, faults: Faults) -> None:
    """An http or https URL of at most 3000 characters."""
    words(3000)(value, at, faults)
    if isinstance(value, str) and (urlsplit(value).scheme not in ("http", "https", "mailto") or " " in value):
        faults.add("must be a valid URL", at)


def picture_address(value: Any, at: Path, faults: Faults) -> None:
    """An https URL of at most 3000 characters, which Slack's servers could fetch."""
    words(3000)(value, at, faults)
    if isinstance(value, str) and urlsplit(value).scheme != "https":
        faults.add("must be a valid image URL (https)", at)


def anything(value: Any, at: Path, faults: Faults) -> None:
    """Any value at all."""


def items(check: Check, most: int, *, least: int = 1) -> Check:
    """A list of that many items, each of which passes."""

    def each(value: Any, at: Path, faults: Faults) -> None:
        if not isinstance(value, list):
            faults.add("must be an array", at)
            return
        if len(value) > most:
            faults.add(f"no more than {most} items allowed", at)
        if len(value) < least:
            faults.add(f"no fewer than {least} items allowed", at)
        for number, one in enumerate(value):
            check(one, f"{at}/{number}", faults)

    return each


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with all of the required fields and of others only the optional ones."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: Path, faults: Faults) -> None:
        if not isinstance(value, dict):
            faults.add("must be an object", at)
            return
        for name in required:
            if value.get(name) is None:
                faults.add(f"missing required field: {name}", at)
        for name, content in value.items():
            if name not in known:
                faults.add(f"invalid additional property: {name}", at)
            elif content is not None:
                known[name](content, f"{at}/{name}", faults)

    return check


def by_type(kinds: Mapping[str, Check], allowed: Collection[str] | None = None) -> Check:
    """An object that passes the check of its ``type``; only the allowed types, if they are given."""

    def check(value: Any, at: Path, faults: Faults) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            faults.add("must be an object", at)
        elif kind is None:
            faults.add("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in kinds or (allowed is not None and kind not in allowed):
            faults.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            kinds[kind](value, at, faults)

    return check


def both(*checks: Check) -> Check:
    """Passes what passes all of them; each sees only what passed those before it."""

    def check(value: Any, at: Path, faults: Faults) -> None:
        before = len(faults.found)
        for one in checks:
            if len(faults.found) == before:
                one(value, at, faults)

    return check
