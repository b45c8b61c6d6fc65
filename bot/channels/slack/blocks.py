"""Texts and buttons as Slack's blocks, within Slack's limits. Pure.

Limits: https://docs.slack.dev/reference/block-kit/blocks; all blocks of a message together are refused near 13,200
characters (https://github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from bot.cards import Part, bold_as, parts, plain
from bot.channels.slack.incoming import FORM, ONCE

Block = dict[str, Any]

MOST_BLOCKS, LONGEST_TEXT, LONGEST_TITLE, LONGEST_BUTTON, LONGEST_TOTAL = 50, 3_000, 150, 75, 13_000
#: Of which the buttons may be so much; with more of them each has a shorter title.
LONGEST_ACTING, SHORT_BUTTON = 9_000, 30
MOST_IN_ACTIONS, MOST_OPTIONS = 25, 100
#: Of what is shown where there is no room for blocks; more than this cannot be changed later.
LONGEST_FALLBACK = 3_900
#: More choices of one kind than this become a list to choose from.
MOST_ALIKE = 5
#: Nothing becomes longer than five times itself when it is escaped ("&amp;").
_SAFE_CUT = LONGEST_TEXT // 5 - 10
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Button:
    """``value`` is what pressing it says; buttons of one ``kind`` fill the same slot. ``grave`` ones cannot be undone.

    With ``form`` it opens one.
    """

    title: str
    value: str
    kind: str = ""
    grave: bool = False
    form: bool = False


@dataclass(frozen=True, slots=True)
class Dress:
    """How a text is shown: words for "and so many more" and "choose", whether its buttons are gone once one is pressed.

    ``before`` is small print above it in Slack's own markup, which may name people and channels. ``people`` are the users
    of those who are named in it.
    """

    more: Callable[[int], str] = field(default=lambda count: f"… {count}")
    choose: str = "…"
    once: bool = True
    before: str = ""
    people: Mapping[str, str] = field(default_factory=dict)


def blocks(text: str, buttons: Sequence[Button] = (), dress: Dress | None = None) -> list[Block]:
    """The blocks of a message; what does not fit is cut at the end of the text, which says so."""
    dress = dress or Dress()
    tail = _all_acting(buttons, dress)
    lines = text.splitlines() or [""]
    whole = _whole(lines, 0, tail, dress)
    if _fits(whole):
        return whole
    low, high = 0, len(lines) - 1  # as many lines as fit
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(_whole(lines[:middle], len(lines) - middle, tail, dress)):
            low = middle
        else:
            high = middle - 1
    return _whole(lines[:low], len(lines) - low, tail, dress)


def fallback(text: str) -> str:
    """The text where blocks are not shown: in notifications, and for those who have them read aloud."""
    said = escaped(plain(text)) or "…"
    return said if len(said) <= LONGEST_FALLBACK else escaped(plain(text)[: LONGEST_FALLBACK // 5]) + "…"


def escaped(words: str) -> str:
    """Words that can neither be markup nor call anybody, whatever they are."""
    return html.escape(words, quote=False)


def _mrkdwn(dressed: str) -> Block:
    return {"type": "mrkdwn", "text": dressed, "verbatim": True}


def plain_text(words: str, longest: int) -> Block:
    """A text object without any markup, cut to a length."""
    return {"type": "plain_text", "text": shortened(words, longest), "emoji": False}


def shortened(words: str, longest: int) -> str:
    """The words, cut to a length."""
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _whole(lines: Sequence[str], left_out: int, tail: Sequence[Block], dress: Dress) -> list[Block]:
    found = [_context(_mrkdwn(dress.before))] if dress.before else []
    for part in parts("\n".join(lines)):
        found += _of(part, dress.people)
    if left_out:
        found.append(_context(_mrkdwn(escaped(dress.more(left_out)))))
    return [*found, *tail] or [_section("…")]


def _fits(found: Sequence[Block]) -> bool:
    return len(found) <= MOST_BLOCKS and size(found) <= LONGEST_TOTAL


def size(found: Any) -> int:
    """Characters as Slack counts them."""
    return len(json.dumps(found, ensure_ascii=False, separators=(",", ":")))


def _of(part: Part, people: Mapping[str, str]) -> Iterator[Block]:
    if part.kind == "divider":
        yield {"type": "divider"}
    elif part.kind == "title":
        yield {"type": "header", "text": plain_text(bold_as(part.words, "", ""), LONGEST_TITLE)}
    else:
        for words in _pieces(part.words, people):
            yield _context(_mrkdwn(words)) if part.kind == "small" else _section(words)


def _section(dressed: str) -> Block:
    return {"type": "section", "text": _mrkdwn(dressed)}


def _context(text: Block) -> Block:
    return {"type": "context", "elements": [text]}


def _dressed(words: str, people: Mapping[str, str]) -> str:
    """The words in Slack's markup: bold words bold, addresses that can be followed, people by their user."""
    dressed = _LINK.sub(lambda link: f"<{link[0]}>", escaped(words))
    for name, user in people.items():
        dressed = re.sub(rf"(?<![\w<@]){re.escape(escaped(name))}(?!\w)", f"<@{user}>", dressed)
    return dressed


def _pieces(words: str, people: Mapping[str, str]) -> Iterator[str]:
    """The words, dressed, in pieces that a block holds, broken between lines where that is possible."""
    piece = ""
    for line in _lines(words, people):
        longer = f"{piece}\n{line}" if piece else line
        if len(longer) > LONGEST_TEXT:
            yield piece
            longer = line
        piece = longer
    if piece.strip():
        yield piece


def _lines(words: str, people: Mapping[str, str]) -> Iterator[str]:
    for line in words.split("\n"):
        rest = line
        while len(dressed := _dressed(rest, people)) > LONGEST_TEXT:
            cut = rest.rfind(" ", _SAFE_CUT // 2, _SAFE_CUT)
            cut = cut if cut > 0 else _SAFE_CUT
            yield _dressed(rest[:cut], people)
            rest = rest[cut:].lstrip()
        yield dressed


def _all_acting(buttons: Sequence[Button], dress: Dress) -> list[Block]:
    """All buttons; where they are too much, their titles are cut, and then their number, which is said."""
    tail = list(_acting(buttons, dress))
    if size(tail) <= LONGEST_ACTING:
        return tail
    short = [replace(each, title=shortened(each.title, SHORT_BUTTON)) for each in buttons]
    kept = len(short)
    while size(tail := list(_acting(short[:kept], dress))) > LONGEST_ACTING:
        kept -= 1
    return tail if kept == len(short) else [_context(_mrkdwn(escaped(dress.more(len(short) - kept)))), *tail]


def _acting(buttons: Sequence[Button], dress: Dress) -> Iterator[Block]:
    """Buttons in rows; choices of one kind that are many as a list."""
    elements: list[Block] = []
    for _, alike in groupby(buttons, key=lambda each: each.kind or each.value):
        group = list(alike)
        if group[0].kind and len(group) > MOST_ALIKE and not group[0].form:
            elements.append(_select(group[:MOST_OPTIONS], dress))
        else:
            elements += [_button(each) for each in group]
    kind = ONCE if dress.once else "stay"
    for number in range(0, len(elements), MOST_IN_ACTIONS):
        yield {
            "type": "actions",
            "block_id": f"{kind}:{number}",
            "elements": elements[number : number + MOST_IN_ACTIONS],
        }


def _button(button: Button) -> Block:
    style = {"style": "danger"} if button.grave else {}
    return {
        "type": "button", "text": plain_text(button.title, LONGEST_BUTTON), "value": button.value,
        "action_id": f"{FORM}{button.value}" if button.form else button.value, **style,
    }  # fmt: skip


def _select(options: Sequence[Button], dress: Dress) -> Block:
    return {
        "type": "static_select", "action_id": f"of:{options[0].value}",
        "placeholder": plain_text(dress.choose, LONGEST_TITLE),
        "options": [{"text": plain_text(each.title, LONGEST_BUTTON), "value": each.value} for each in options],
    }  # fmt: skip
