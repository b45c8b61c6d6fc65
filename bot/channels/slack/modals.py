"""Forms as Slack's modals, and what was filled in. Pure.

https://docs.slack.dev/reference/views/modal-views and https://docs.slack.dev/reference/block-kit/blocks/input-block
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.slack.addresses import Address
from bot.channels.slack.blocks import Block, plain_text, shortened
from bot.forms import FormShown, Labelled
from domain.forms import FormField, Kind
from domain.notices import Choice

FORM, WORDS = "form", "words"
LONGEST_TITLE, LONGEST_OPTION, LONGEST_LABEL, LONGEST_INPUT, MOST_METADATA = 24, 75, 2_000, 3_000, 3_000
_VALUE = "value"
_DATE, _TIME, _WHOLE = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d:\d\d"), re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent: which Command's, what was known already, where it was opened, and the fields' values."""

    choice: Choice
    address: Address
    values: Mapping[str, str]


def words_only(title: str, words: str) -> Block:
    """A modal that only says something."""
    return {
        "type": "modal", "callback_id": WORDS, "title": plain_text(title, LONGEST_TITLE),
        "blocks": [{"type": "section", "text": plain_text(words, LONGEST_INPUT)}],
    }  # fmt: skip


def modal(shown: FormShown, address: Address, close: str) -> Block | None:
    """The form; None where it knows more already than Slack keeps with one."""
    known = {"command": shown.form.command, "slots": dict(shown.form.slots), "to": str(address)}
    kept = json.dumps(known, ensure_ascii=False)
    if len(kept) > MOST_METADATA:
        return None
    return {
        "type": "modal", "callback_id": FORM, "private_metadata": kept, "title": plain_text(shown.title, LONGEST_TITLE),
        "submit": plain_text(shown.send, LONGEST_TITLE), "close": plain_text(close, LONGEST_TITLE),
        "blocks": [_input(each) for each in shown.fields],
    }  # fmt: skip


def filled(view: Mapping[str, Any]) -> Filled:
    """What was filled in. Raises ValueError or KeyError for a view that is no form of ours."""
    known = json.loads(view["private_metadata"])
    values = {name: _said(state[_VALUE]) for name, state in view["state"]["values"].items() if _VALUE in state}
    choice = Choice(label="choice.form_sent", command=known["command"], slots=known["slots"])
    return Filled(choice, Address.parse(known["to"]), values)


def first_field(view: Mapping[str, Any]) -> str:
    """The field at which is said what is wrong with the whole."""
    return str(next(block["block_id"] for block in view["blocks"] if block["type"] == "input"))


def _input(labelled: Labelled) -> Block:
    field = labelled.field
    hint = {"hint": plain_text(labelled.hint, LONGEST_LABEL)} if labelled.hint else {}
    return {
        "type": "input", "block_id": field.name, "optional": not field.required,
        "label": plain_text(labelled.label, LONGEST_LABEL), "element": {"action_id": _VALUE, **_element(labelled)}, **hint,
    }  # fmt: skip


def _element(labelled: Labelled) -> Block:
    field = labelled.field
    match field.kind:
        case Kind.DATE:
            return {"type": "datepicker", **_initial("initial_date", field, _DATE)}
        case Kind.TIME:
            return {"type": "timepicker", **_initial("initial_time", field, _TIME)}
        case Kind.NUMBER:
            return {"type": "number_input", "is_decimal_allowed": False, **_bounds(field), **_initial("initial_value", field, _WHOLE)}  # fmt: skip
        case Kind.CHOICE | Kind.YES_NO if labelled.options:
            return _select(labelled)
        case _:
            longest = min(field.most or LONGEST_INPUT, LONGEST_INPUT)
            initial = {"initial_value": shortened(field.initial, longest)} if field.initial else {}
            return {"type": "plain_text_input", "multiline": field.kind == Kind.LONG, "max_length": longest, **initial}


def _select(labelled: Labelled) -> Block:
    options = [{"text": plain_text(title, LONGEST_OPTION), "value": value} for value, title in labelled.options]
    said = (labelled.field.initial or "").casefold()
    named = (said in {value.casefold(), title.casefold()} for value, title in labelled.options)
    chosen = next((each for each, is_meant in zip(options, named, strict=True) if is_meant), None)
    return {"type": "static_select", "options": options, **({"initial_option": chosen} if chosen is not None else {})}


def _initial(name: str, field: FormField, wanted: re.Pattern[str]) -> dict[str, str]:
    """What is known of a value, where Slack can show it so."""
    found = wanted.match(field.initial or "")
    return {name: found[0]} if found is not None else {}


def _bounds(field: FormField) -> dict[str, str]:
    bounds = {"min_value": field.least, "max_value": field.greatest}
    return {name: str(bound) for name, bound in bounds.items() if bound is not None}


def _said(state: Mapping[str, Any]) -> str:
    chosen = (state.get("selected_option") or {}).get("value")
    return str(chosen or state.get("selected_date") or state.get("selected_time") or state.get("value") or "")
