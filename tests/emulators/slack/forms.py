"""What a person finds and fills in on a message, modal or home, as Slack's own programs let them.

Rules: https://docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from tests.emulators.slack.records import Json, Surface, texts

_MANY = {"multi_static_select", "multi_external_select", "checkboxes"}
_ONE = {"static_select", "external_select", "radio_buttons", "overflow"}
_FIELD = {
    **dict.fromkeys(_ONE, "selected_option"),
    **dict.fromkeys(_MANY, "selected_options"),
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
"""The field in which each kind of element says what was chosen."""
_STATELESS = {"button", "overflow", "image"}

Found = tuple[Json, Json]
"""A block, and the element in it."""


def found(surface: Surface, name: str, *, beside: str = "", button: bool = False) -> Found:
    """The element with those words: a button's, an input's label, a placeholder, the text it stands beside, or its
    action_id or block_id. ``beside`` are words of its block or the section above it, where there are several.

    AssertionError when there is none, or more than one.
    """
    candidates = [each for each in _placed(surface.blocks) if (each[1]["type"] == "button") == button]
    named = [each for each in candidates if name in _names(*each[:2]) and beside in each[2]]
    if len(named) == 1:
        return named[0][0], named[0][1]
    offered = [sorted(_names(block, element)) for block, element, _ in candidates]
    many = f"{len(named)} of them; say what it stands beside" if named else "there is no such"
    raise AssertionError(f"{'button' if button else 'field'} {name!r} {beside!r}: {many}. There is: {offered}")


def overflow_with(surface: Surface, option: str, *, beside: str = "") -> Found | None:
    """The overflow menu with that option, if there is just one."""
    menus = [each for each in _placed(surface.blocks) if each[1]["type"] == "overflow" and beside in each[2]]
    having = [each for each in menus if any(one["text"]["text"] == option for one in each[1]["options"])]
    return (having[0][0], having[0][1]) if len(having) == 1 else None


def chosen(element: Json, value: Any, offered: list[Json] = []) -> Json:  # noqa: B006  (never changed)
    """The element's state when somebody chooses or types that value; AssertionError where Slack would not let them.

    Options go by their words (or value), dates and times as such or as Slack writes them, people and channels as such
    or by id; ``offered`` are the options of an external select.
    """
    kind = element["type"]
    state: Json = {"type": kind}
    if kind in _ONE:
        state["selected_option"] = None if value is None else _option(element, value, offered)
    elif kind in _MANY:
        state["selected_options"] = [_option(element, one, offered) for one in value]
    elif kind.startswith("multi_"):
        state[_FIELD[kind]] = [getattr(one, "id", one) for one in value]
    elif isinstance(value, datetime):
        state[_FIELD[kind]] = int(value.timestamp())
    elif isinstance(value, date):
        state[_FIELD[kind]] = value.isoformat()
    elif isinstance(value, time):
        state[_FIELD[kind]] = value.strftime("%H:%M")
    elif kind.endswith("_input") and kind not in ("rich_text_input", "file_input"):
        state["value"] = _typed(element, value)
    else:
        state[_FIELD[kind]] = getattr(value, "id", value)
    return state


def values(surface: Surface, user: str) -> Json:
    """``state.values``: what stands in every field now, for that user."""
    told: Json = {}
    for block, element, _ in _placed(surface.blocks):
        if element["type"] not in _STATELESS:
            key = (user, block["block_id"], element["action_id"])
            told.setdefault(block["block_id"], {})[element["action_id"]] = surface.chosen.get(key) or initial(element)
    return told


def initial(element: Json) -> Json:
    """What stands in a field before anybody has touched it."""
    kind = element["type"]
    field = _FIELD[kind]
    name = {"value": "initial_value", "rich_text_value": "initial_value"}.get(
        field, field.replace("selected_", "initial_")
    )
    empty: Any = [] if field in ("selected_options", "files") or kind.startswith("multi_") else None
    return {"type": kind, field: element.get(name, empty) or empty}


def missing(surface: Surface, user: str) -> list[str]:
    """The labels of required inputs that are still empty."""
    state = values(surface, user)
    inputs = (block for block in surface.blocks if block["type"] == "input" and not block.get("optional"))
    empty = []
    for block in inputs:
        kind = block["element"]["type"]
        if not state[block["block_id"]][block["element"]["action_id"]][_FIELD[kind]]:
            empty.append(block["label"]["text"])
    return empty


def action(block: Json, element: Json, state: Json | None, stamp: str) -> Json:
    """One of a block_actions payload's ``actions``."""
    told = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": stamp}
    kept: tuple[str, ...] = ("type", "text", "value", "style", "url", "placeholder", "confirm")
    if element["type"].endswith("_input"):
        kept = ("type",)
    return told | {name: element[name] for name in kept if name in element} | (state or {})


def _placed(blocks: list[Json]) -> Iterator[tuple[Json, Json, str]]:
    """Every element with its block and the words around it."""
    above = ""
    for block in blocks:
        own = "\n".join(texts(block))
        if block["type"] in ("section", "header", "rich_text", "markdown"):
            above = own
        around = f"{above}\n{own}"
        for element in [block.get("accessory"), block.get("element"), *_acting(block)]:
            if element and element["type"] != "image":
                yield block, element, around


def _acting(block: Json) -> list[Json]:
    return list(block["elements"]) if block["type"] == "actions" else []


def _names(block: Json, element: Json) -> set[str]:
    named = {element.get("action_id", ""), block.get("block_id", "")}
    for part in (element.get("text"), element.get("placeholder"), block.get("label")):
        if isinstance(part, dict):
            named.add(part["text"])
    if block["type"] == "section" and block.get("text"):
        named.add(block["text"]["text"])
    return named - {""}


def _option(element: Json, wanted: Any, offered: list[Json]) -> Json:
    if isinstance(wanted, dict):
        return wanted
    groups = [*(element.get("option_groups") or []), {"options": [*(element.get("options") or []), *offered]}]
    options = [one for group in groups for one in group["options"]]
    for one in options:
        if wanted in (one["text"]["text"], one.get("value")):
            return {name: content for name, content in one.items() if name != "url"}
    raise AssertionError(f"there is no option {wanted!r}; there is {[one['text']['text'] for one in options]}")


def _typed(element: Json, value: Any) -> str | None:
    if value in (None, ""):
        return None
    words, kind = str(value), element["type"]
    if kind == "number_input":
        number = float(words)
        assert element.get("is_decimal_allowed") or number.is_integer(), f"{words} is no whole number"
        assert number >= float(element.get("min_value", number)), f"{words} is less than {element['min_value']}"
        assert number <= float(element.get("max_value", number)), f"{words} is more than {element['max_value']}"
    most = int(element.get("max_length") or 3000)
    assert len(words) <= most, f"the field takes {most} characters, not {len(words)}"
    assert len(words) >= int(element.get("min_length") or 0), f"the field wants at least {element.get('min_length')}"
    assert kind != "email_text_input" or "@" in words, f"{words!r} is no e-mail address"
    return words
