"""Blocks and views against Slack's documented limits, as a function: ``faults_of_message(blocks)``, ``faults_of_view(view)``.

Rules: https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/reference/views.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from typing import Any, Literal

from tests.emulators.slack.elements import (
    ELEMENTS,
    IMAGE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
    plain,
    text,
)
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
    picture_address,
    words,
    yes_or_no,
)

Json = dict[str, Any]
Where = Literal["message", "modal", "home"]

MOST_IN_MESSAGE = 13_200
"""Characters of all blocks of a message as JSON; more is refused (https://github.com/slackapi/bolt-js/issues/2509)."""
MOST_IN_VIEW = 250_000
"""Bytes of a view as JSON."""
_MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}


def faults_of_message(blocks: Any) -> list[str]:
    """What Slack would refuse in the blocks of a message, each fault with its place; empty when they may be sent.

    Blocks that are only too long together are one fault, "msg_blocks_too_long".
    """
    found = _faults(blocks, "message", "/blocks")
    if not found and len(_json(blocks)) > MOST_IN_MESSAGE:
        return ["msg_blocks_too_long"]
    return found


def faults_of_view(view: Any) -> list[str]:
    """What Slack would refuse in a modal or home; empty when it may be shown. "view_too_large" is its own fault."""
    faults = Faults()
    by_type({"modal": _MODAL, "home": _HOME})(view, "/view", faults)
    if isinstance(view, dict) and view.get("type") in ("modal", "home"):
        faults.found += _faults(view.get("blocks"), view["type"], "/view/blocks")
        _submittable(view, faults)
    if not faults.found and len(_json(view).encode()) > MOST_IN_VIEW:
        return ["view_too_large"]
    return faults.found


def _faults(blocks: Any, where: Where, at: Path) -> list[str]:
    faults = Faults()
    least = 1 if where == "message" else 0
    items(by_type(_BLOCKS, _ALLOWED[where]), _MOST_BLOCKS[where], least=least)(blocks, at, faults)
    if not faults.found:
        _unique(blocks, at, faults)
        _only_in_modals(blocks, where, at, faults)
        _markdown_together(blocks, at, faults)
    return faults.found


def _unique(blocks: list[Json], at: Path, faults: Faults) -> None:
    before: set[str] = set()
    for number, block in enumerate(blocks):
        if block.get("block_id") and block["block_id"] in before:
            faults.add(f"block_id {block['block_id']} already exists", f"{at}/{number}/block_id")
        before.add(block.get("block_id") or "")
        actions = Counter(one["action_id"] for one in _acting(block) if one.get("action_id"))
        for action, times in actions.items():
            if times > 1:
                faults.add(f"action_id {action} already exists", f"{at}/{number}/elements")
    focused = sum(one.get("focus_on_load") is True for block in blocks for one in _acting(block))
    if focused > 1:
        faults.add("only one element can have focus_on_load", at)


def _only_in_modals(blocks: list[Json], where: Where, at: Path, faults: Faults) -> None:
    for number, block in enumerate(blocks):
        if where != "modal" and block["type"] == "input" and block["element"]["type"] == "file_input":
            faults.add("unsupported type: file_input", f"{at}/{number}/element/type")


def _markdown_together(blocks: list[Json], at: Path, faults: Faults) -> None:
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        faults.add("markdown blocks must be less than 12001 characters together", at)


def _acting(block: Json) -> list[Json]:
    single = [block[name] for name in ("accessory", "element") if block.get(name)]
    return [*single, *(block["elements"] if block["type"] == "actions" else [])]


def _submittable(view: Json, faults: Faults) -> None:
    inputs = isinstance(view.get("blocks"), list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in view["blocks"]
    )
    if view["type"] == "modal" and inputs and not view.get("submit"):
        faults.add("missing required field: submit", "/view")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _section(value: Json, at: Path, faults: Faults) -> None:
    if not value.get("text") and not value.get("fields"):
        faults.add("must define either `text` or `fields`", at)


def _picture(value: Json, at: Path, faults: Faults) -> None:
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        faults.add("must define either `slack_file` or `image_url`", at)


def _in_context(value: Any, at: Path, faults: Faults) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    check = text(3000) if kind in ("mrkdwn", "plain_text") else by_type({"image": IMAGE})
    check(value, at, faults)


def _dispatching(value: Json, at: Path, faults: Faults) -> None:
    if value.get("dispatch_action") and value.get("element", {}).get("type") == "file_input":
        faults.add("file_input cannot dispatch actions", at)


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return fields({"type": anything, **required}, {"block_id": words(255), **(optional or {})})


_RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
_RICH = {
    kind: fields(
        {"type": anything, "elements": items(anything, 3000, least=0)},
        dict.fromkeys(("style", "indent", "offset", "border", "language"), anything),
    )
    for kind in _RICH_PARTS
}
_BLOCKS: dict[str, Check] = {
    "section": both(
        _block(
            {},
            {
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": by_type(ELEMENTS, IN_SECTION),
                "expand": yes_or_no,
            },
        ),
        _section,
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "actions": _block({"elements": items(by_type(ELEMENTS, IN_ACTIONS), 25)}),
    "context": _block({"elements": items(_in_context, 10)}),
    "image": both(
        _block(
            {"alt_text": words(2000)},
            {"image_url": picture_address, "slack_file": SLACK_FILE, "title": plain(2000)},
        ),
        _picture,
    ),
    "input": both(
        _block(
            {"label": plain(2000), "element": by_type(ELEMENTS, IN_INPUT)},
            {"hint": plain(2000), "optional": yes_or_no, "dispatch_action": yes_or_no},
        ),
        _dispatching,
    ),
    "markdown": _block({"text": words(12_000)}),
    "rich_text": _block({"elements": items(by_type(_RICH), 100)}),
    "file": _block({"external_id": words(255), "source": words(20)}),
    "video": _block(
        {"alt_text": words(2000), "title": plain(200), "thumbnail_url": picture_address, "video_url": picture_address},
        {
            "author_name": words(50),
            "description": plain(200),
            "provider_icon_url": picture_address,
            "provider_name": words(50),
            "title_url": address,
        },
    ),
}
_ALLOWED: dict[Where, Collection[str]] = {
    "message": _BLOCKS.keys() - {"file"},
    "modal": _BLOCKS.keys() - {"file", "markdown"},
    "home": _BLOCKS.keys() - {"file", "markdown"},
}
_VIEW: dict[str, Check] = {
    "private_metadata": words(3000, least=0),
    "callback_id": words(255, least=0),
    "external_id": words(255, least=0),
}
_MODAL = fields(
    {"type": anything, "title": plain(24), "blocks": anything},
    {
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": yes_or_no,
        "notify_on_close": yes_or_no,
        "submit_disabled": yes_or_no,
    },
)
_HOME = fields({"type": anything, "blocks": anything}, _VIEW)
