"""The composition objects and elements of Block Kit, with their limits.

Rules: https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.emulators.slack.shapes import (
    Check,
    Faults,
    Path,
    address,
    anything,
    both,
    by_type,
    fields,
    items,
    matching,
    number_in_words,
    one_of,
    picture_address,
    whole,
    words,
    yes_or_no,
)


def plain(most: int, *, least: int = 1) -> Check:
    """A plain_text object of that length."""
    return by_type({"plain_text": _plain_text(most, least)})


def text(most: int) -> Check:
    """A plain_text or mrkdwn object of that length."""
    mrkdwn = fields({"type": anything, "text": words(most)}, {"verbatim": yes_or_no})
    return by_type({"plain_text": _plain_text(most, 1), "mrkdwn": mrkdwn})


def _plain_text(most: int, least: int) -> Check:
    return fields({"type": anything, "text": words(most, least=least)}, {"emoji": yes_or_no})


def _option(caption: Check, **more: Check) -> Check:
    return fields({"text": caption, "value": words(150)}, {"description": caption, **more})


def _is_date(value: Any, at: Path, faults: Faults) -> None:
    try:
        if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
            raise ValueError(value)
    except ValueError:
        faults.add("must be a date as YYYY-MM-DD", at)


def _is_time(value: Any, at: Path, faults: Faults) -> None:
    try:
        if not isinstance(value, str) or datetime.strptime(value, "%H:%M").strftime("%H:%M") != value:
            raise ValueError(value)
    except ValueError:
        faults.add("must be a time as HH:mm", at)


SELECT_OPTION = _option(plain(75))
RICH_OPTION = _option(text(75))
OVERFLOW_OPTION = _option(plain(75), url=address)
_GROUP = fields({"label": plain(75), "options": items(SELECT_OPTION, 100)})
CONFIRM = fields(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_FILTER = fields(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": yes_or_no,
        "exclude_bot_users": yes_or_no,
    },
)
DISPATCH = fields({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = fields({}, {"id": words(255), "url": words(3000)})

_ASKING = {"action_id": words(255), "confirm": CONFIRM, "focus_on_load": yes_or_no}
_TYPING = {"action_id": words(255), "focus_on_load": yes_or_no, "placeholder": plain(150)}
_TYPING |= {"dispatch_action_config": DISPATCH}


def _select(own: dict[str, Check], initial: dict[str, Check], *, several: bool) -> Check:
    many = {"max_selected_items": whole(1)} if several else {}
    return fields({"type": anything}, {**_ASKING, "placeholder": plain(150), **own, **initial, **many})


def _options_or_groups(value: Any, at: Path, faults: Faults) -> None:
    if bool(value.get("options")) == bool(value.get("option_groups")):
        faults.add("must define either `options` or `option_groups`", at)
        return
    offered = value.get("options") or [one for group in value["option_groups"] for one in group.get("options", [])]
    initial = value.get("initial_options") or [value[key] for key in ("initial_option",) if value.get(key)]
    for one in initial:
        if one not in offered:
            faults.add("initial option must be one of the options", at)


_STATIC: dict[str, Check] = {"options": items(SELECT_OPTION, 100), "option_groups": items(_GROUP, 100)}
_IDS = items(words(255), 100)


def _initially_among_options(value: Any, at: Path, faults: Faults) -> None:
    initial = value.get("initial_options") or [value[key] for key in ("initial_option",) if value.get(key)]
    for one in initial:
        if one not in (value.get("options") or []):
            faults.add("initial option must be one of the options", at)
    values = [one.get("value") for one in value.get("options") or [] if isinstance(one, dict)]
    if len(values) != len(set(values)):
        faults.add("options must have unique values", f"{at}/options")


def _image(value: Any, at: Path, faults: Faults) -> None:
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        faults.add("must define either `slack_file` or `image_url`", at)
    if value.get("slack_file") and len(value["slack_file"]) != 1:
        faults.add("must define either `id` or `url`", f"{at}/slack_file")


IMAGE = both(
    fields(
        {"type": anything, "alt_text": words(2000)},
        {"image_url": picture_address, "slack_file": SLACK_FILE},
    ),
    _image,
)

ELEMENTS: dict[str, Check] = {
    "button": fields(
        {"type": anything, "text": plain(75)},
        {
            "action_id": words(255),
            "url": address,
            "value": words(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": words(75),
        },
    ),
    "image": IMAGE,
    "overflow": fields(
        {"type": anything, "options": items(OVERFLOW_OPTION, 5)}, {"action_id": words(255), "confirm": CONFIRM}
    ),
    "static_select": both(_select(_STATIC, {"initial_option": SELECT_OPTION}, several=False), _options_or_groups),
    "multi_static_select": both(
        _select(_STATIC, {"initial_options": items(SELECT_OPTION, 100)}, several=True),
        _options_or_groups,
    ),
    "external_select": _select({"min_query_length": whole(0)}, {"initial_option": SELECT_OPTION}, several=False),
    "multi_external_select": _select(
        {"min_query_length": whole(0)}, {"initial_options": items(SELECT_OPTION, 100)}, several=True
    ),
    "users_select": _select({}, {"initial_user": words(255)}, several=False),
    "multi_users_select": _select({}, {"initial_users": _IDS}, several=True),
    "channels_select": _select({"response_url_enabled": yes_or_no}, {"initial_channel": words(255)}, several=False),
    "multi_channels_select": _select({}, {"initial_channels": _IDS}, several=True),
    "conversations_select": _select(
        {"filter": _FILTER, "default_to_current_conversation": yes_or_no, "response_url_enabled": yes_or_no},
        {"initial_conversation": words(255)},
        several=False,
    ),
    "multi_conversations_select": _select(
        {"filter": _FILTER, "default_to_current_conversation": yes_or_no}, {"initial_conversations": _IDS}, several=True
    ),
    "radio_buttons": both(
        fields({"type": anything, "options": items(RICH_OPTION, 10)}, {**_ASKING, "initial_option": RICH_OPTION}),
        _initially_among_options,
    ),
    "checkboxes": both(
        fields(
            {"type": anything, "options": items(RICH_OPTION, 10)},
            {**_ASKING, "initial_options": items(RICH_OPTION, 10)},
        ),
        _initially_among_options,
    ),
    "datepicker": fields({"type": anything}, {**_ASKING, "initial_date": _is_date, "placeholder": plain(150)}),
    "timepicker": fields(
        {"type": anything},
        {**_ASKING, "initial_time": _is_time, "placeholder": plain(150), "timezone": words(100)},
    ),
    "datetimepicker": fields({"type": anything}, {**_ASKING, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": fields(
        {"type": anything},
        {
            **_TYPING,
            "initial_value": words(3000, least=0),
            "multiline": yes_or_no,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "number_input": fields(
        {"type": anything, "is_decimal_allowed": yes_or_no},
        {**_TYPING, "initial_value": number_in_words, "min_value": number_in_words, "max_value": number_in_words},
    ),
    "email_text_input": fields({"type": anything}, {**_TYPING, "initial_value": matching(r"\S+@\S+", "an address")}),
    "url_text_input": fields({"type": anything}, {**_TYPING, "initial_value": address}),
    "rich_text_input": fields({"type": anything}, {**_TYPING, "initial_value": anything}),
    "file_input": fields(
        {"type": anything},
        {"action_id": words(255), "filetypes": items(words(20), 100), "max_files": whole(1, 10)},
    ),
}
_CHOOSING = {kind for kind in ELEMENTS if kind.endswith("_select")}
_PICKING = {"datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes"}
_WRITING = {kind for kind in ELEMENTS if kind.endswith("_input")}
IN_ACTIONS = {"button", "overflow"} | {kind for kind in _CHOOSING if not kind.startswith("multi_")} | _PICKING
IN_ACTIONS |= {kind for kind in _CHOOSING if kind.startswith("multi_")}
IN_SECTION = {"button", "image", "overflow"} | _CHOOSING | (_PICKING - {"datetimepicker"})
IN_INPUT = _CHOOSING | _PICKING | _WRITING
