"""What Telegram refuses in a reply_markup.

Rules: https://core.telegram.org/bots/api#inlinekeyboardmarkup and below. ``login_url``, ``pay`` and games are left out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.emulators.telegram.records import Json, Refusal, bad_request

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_MAY_BE_EMPTY = ("switch_inline_query", "switch_inline_query_current_chat", "callback_game")


def checked_markup(markup: object, *, inline_only: bool = False) -> Json | None:
    """The keyboard as a message keeps it, or None; raises ``Refusal`` for one that Telegram refuses."""
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if inline_only:
        raise bad_request("inline keyboard expected")
    for key in ("remove_keyboard", "force_reply"):
        if key in markup and not isinstance(markup[key], bool):
            raise bad_request(f'field "{key}" must be of type Boolean')
    if "keyboard" in markup:
        for row in _rows(markup["keyboard"], "keyboard"):
            for button in row:
                _reply_button(button)
    return markup


def _inline(keyboard: object) -> Json | None:
    rows = [row for row in _rows(keyboard, "inline_keyboard") if row]
    if sum(map(len, rows)) > 100:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _inline_button(button)
    return {"inline_keyboard": rows} if rows else None


def _rows(keyboard: object, field: str) -> list[list[object]]:
    if not isinstance(keyboard, list):
        raise bad_request(f'field "{field}" must be of type Array')
    if not all(isinstance(row, list) for row in keyboard):
        raise bad_request(f'field "{field}" must be an Array of Arrays')
    return keyboard


def _reply_button(button: object) -> None:
    if isinstance(button, str):
        return
    if not isinstance(button, dict) or "text" not in button:
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if not button["text"]:
        raise bad_request("keyboard button text must be non-empty")


def _inline_button(button: object) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _unreadable('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _unreadable('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    _action(button)


def _action(button: Json) -> None:
    """One action and no more, as documented; Telegram itself keeps the first and drops the others in silence."""
    actions = [key for key in _ACTIONS if key in button and (button[key] or key in _MAY_BE_EMPTY)]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unreadable(f"Exactly one action must be specified, found {' and '.join(actions)}")
    action, value = actions[0], button[actions[0]]
    if action == "callback_data" and (not isinstance(value, str) or len(value.encode()) > 64):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        _url(str(value))
    if action == "web_app" and not str(value.get("url")).startswith("https://"):
        why = f"inline keyboard button Web App URL '{value.get('url')}' is invalid: Only HTTPS links are allowed"
        raise bad_request(why)
    if action == "copy_text" and not 1 <= len(value.get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if action in ("pay", "callback_game"):
        raise bad_request("BUTTON_TYPE_INVALID")


def _url(url: str) -> None:
    parts = urlsplit(url if "://" in url or url.startswith("tg:") else f"http://{url}")
    if parts.scheme in ("tg", "ton"):
        return
    if parts.scheme not in ("http", "https"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if "." not in (parts.hostname or "").strip(".") or " " in parts.netloc:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _unreadable(why: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {why}")
