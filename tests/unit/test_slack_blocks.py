"""Blocks and views against Slack's documented limits: what fits is taken, one more is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulators.slack import faults_of_message, faults_of_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def button(text: str = "x", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def options(number: int, **more: Any) -> list[Json]:
    return [{"text": plain("x"), "value": str(each), **more} for each in range(number)]


def select(number: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "options": options(number), **more}


def asking(element: Json, label: str = "x", **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element, **more}


def confirm(**texts: Any) -> Json:
    told = {"title": plain("x"), "text": plain("x"), "confirm": plain("x"), "deny": plain("x"), **texts}
    return actions(button(confirm=told))


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": list(blocks), **more}


def picture(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x", **more}


def x(number: int) -> str:
    return "x" * number


LIMITS: dict[str, tuple[list[Json], list[Json]]] = {
    "50 blocks": ([section()] * 50, [section()] * 51),
    "a section's 3,000": ([section(x(3000))], [section(x(3001))]),
    "a section's fields": (
        [{"type": "section", "fields": [mrkdwn("x")] * 10}],
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
    ),
    "a field's 2,000": (
        [{"type": "section", "fields": [mrkdwn(x(2000))]}],
        [{"type": "section", "fields": [mrkdwn(x(2001))]}],
    ),
    "a header's 150": ([{"type": "header", "text": plain(x(150))}], [{"type": "header", "text": plain(x(151))}]),
    "a header is plain": ([{"type": "header", "text": plain("x")}], [{"type": "header", "text": mrkdwn("x")}]),
    "25 actions": ([actions(*[button()] * 25)], [actions(*[button()] * 26)]),
    "some action": ([actions(button())], [actions()]),
    "10 in a context": (
        [{"type": "context", "elements": [mrkdwn("x")] * 10}],
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
    ),
    "a button's 75": ([actions(button(x(75)))], [actions(button(x(76)))]),
    "a button's words": ([actions(button())], [actions(button(""))]),
    "a button is plain": ([actions(button())], [actions({"type": "button", "text": mrkdwn("x")})]),
    "a button's value": ([actions(button(value=x(2000)))], [actions(button(value=x(2001)))]),
    "a button's style": ([actions(button(style="danger"))], [actions(button(style="default"))]),
    "a button's url": ([actions(button(url="https://example.com"))], [actions(button(url="example"))]),
    "an action_id's 255": ([actions(button(action_id=x(255)))], [actions(button(action_id=x(256)))]),
    "action_ids differ in a block": (
        [actions(button(action_id="a"), button(action_id="b"))],
        [actions(button(action_id="a"), button(action_id="a"))],
    ),
    "a block_id's 255": ([section(block_id=x(255))], [section(block_id=x(256))]),
    "block_ids differ in a message": (
        [section(block_id="a"), section(block_id="b")],
        [section(block_id="a"), section(block_id="a")],
    ),
    "100 options": ([actions(select(100))], [actions(select(101))]),
    "an option's 75": (
        [actions(select(options=[{"text": plain(x(75)), "value": "x"}]))],
        [actions(select(options=[{"text": plain(x(76)), "value": "x"}]))],
    ),
    "an option's value": (
        [actions(select(options=[{"text": plain("x"), "value": x(150)}]))],
        [actions(select(options=[{"text": plain("x"), "value": x(151)}]))],
    ),
    "an option's description": (
        [actions(select(options=options(1, description=plain(x(75)))))],
        [actions(select(options=options(1, description=plain(x(76)))))],
    ),
    "a placeholder's 150": (
        [actions(select(placeholder=plain(x(150))))],
        [actions(select(placeholder=plain(x(151))))],
    ),
    "options or groups": (
        [actions({"type": "static_select", "option_groups": [{"label": plain("x"), "options": options(1)}]})],
        [actions(select(option_groups=[{"label": plain("x"), "options": options(1)}]))],
    ),
    "the initial option is one of them": (
        [actions(select(2, initial_option=options(2)[1]))],
        [actions(select(2, initial_option=options(3)[2]))],
    ),
    "10 radio buttons": (
        [actions({"type": "radio_buttons", "options": options(10)})],
        [actions({"type": "radio_buttons", "options": options(11)})],
    ),
    "10 checkboxes": (
        [actions({"type": "checkboxes", "options": options(10)})],
        [actions({"type": "checkboxes", "options": options(11)})],
    ),
    "5 in a menu": (
        [section(accessory={"type": "overflow", "options": options(5)})],
        [section(accessory={"type": "overflow", "options": options(6)})],
    ),
    "a confirmation's title": ([confirm(title=plain(x(100)))], [confirm(title=plain(x(101)))]),
    "a confirmation's text": ([confirm(text=plain(x(300)))], [confirm(text=plain(x(301)))]),
    "a confirmation's yes": ([confirm(confirm=plain(x(30)))], [confirm(confirm=plain(x(31)))]),
    "a confirmation's no": ([confirm(deny=plain(x(30)))], [confirm(deny=plain(x(31)))]),
    "a picture's alt_text": ([picture(alt_text=x(2000))], [picture(alt_text=x(2001))]),
    "a picture has an alt_text": ([picture()], [{"type": "image", "image_url": "https://example.com/a.png"}]),
    "a picture's address": ([picture()], [picture(image_url="http://example.com/a.png")]),
    "a picture from a file": (
        [{"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"}],
        [picture(slack_file={"id": "F1"})],
    ),
    "a date": (
        [actions({"type": "datepicker", "initial_date": "2026-02-28"})],
        [actions({"type": "datepicker", "initial_date": "2026-02-30"})],
    ),
    "a time": (
        [actions({"type": "timepicker", "initial_time": "09:05"})],
        [actions({"type": "timepicker", "initial_time": "9:05"})],
    ),
    "inputs stand in input blocks": (
        [asking({"type": "plain_text_input"})],
        [actions({"type": "plain_text_input"})],
    ),
    "no file input in a message": ([asking({"type": "email_text_input"})], [asking({"type": "file_input"})]),
    "a section has something": ([section()], [{"type": "section"}]),
    "known keys": ([section()], [section(color="red")]),
    "known blocks": ([{"type": "divider"}], [{"type": "ruler"}]),
    "known elements": ([actions(button())], [actions({"type": "knob"})]),
    "a context has no buttons": (
        [{"type": "context", "elements": [{**picture()}]}],
        [{"type": "context", "elements": [button()]}],
    ),
    "some words": ([section()], [section("")]),
    "text objects": ([section()], [{"type": "section", "text": "x"}]),
    "13,200 characters in all": ([section(x(3000))] * 4, [section(x(3000))] * 5),
    "some blocks": ([section()], []),
}

VIEWS: dict[str, tuple[Json, Json]] = {
    "100 blocks": (modal(*[section()] * 100), modal(*[section()] * 101)),
    "a title's 24": (modal(title=plain(x(24))), modal(title=plain(x(25)))),
    "a title": (modal(), {"type": "modal", "blocks": []}),
    "a submit's 24": (modal(submit=plain(x(24))), modal(submit=plain(x(25)))),
    "a close's 24": (modal(close=plain(x(24))), modal(close=plain(x(25)))),
    "private_metadata's 3,000": (modal(private_metadata=x(3000)), modal(private_metadata=x(3001))),
    "a callback_id's 255": (modal(callback_id=x(255)), modal(callback_id=x(256))),
    "an input needs a submit": (
        modal(asking({"type": "plain_text_input"})),
        {"type": "modal", "title": plain("x"), "blocks": [asking({"type": "plain_text_input"})]},
    ),
    "a label's 2,000": (
        modal(asking({"type": "plain_text_input"}, x(2000))),
        modal(asking({"type": "plain_text_input"}, x(2001))),
    ),
    "a hint's 2,000": (
        modal(asking({"type": "plain_text_input"}, hint=plain(x(2000)))),
        modal(asking({"type": "plain_text_input"}, hint=plain(x(2001)))),
    ),
    "max_length's 3,000": (
        modal(asking({"type": "plain_text_input", "max_length": 3000})),
        modal(asking({"type": "plain_text_input", "max_length": 3001})),
    ),
    "a number says whether it is whole": (
        modal(asking({"type": "number_input", "is_decimal_allowed": True, "min_value": "0.5"})),
        modal(asking({"type": "number_input"})),
    ),
    "bounds of numbers are strings": (
        modal(asking({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"})),
        modal(asking({"type": "number_input", "is_decimal_allowed": False, "min_value": 1})),
    ),
    "one element has the focus": (
        modal(asking({"type": "plain_text_input", "focus_on_load": True}), asking({"type": "plain_text_input"})),
        modal(*[asking({"type": "plain_text_input", "focus_on_load": True})] * 2),
    ),
    "no button in an input": (modal(asking(select())), modal(asking(button()))),
    "files only in modals": (
        modal(asking({"type": "file_input"})),
        {"type": "home", "blocks": [asking({"type": "file_input"})]},
    ),
    "a home has no title": ({"type": "home", "blocks": []}, {"type": "home", "blocks": [], "title": plain("x")}),
    "250 kB": (modal(*[section(x(2000))] * 100), modal(*[section(x(2900))] * 100)),
    "known views": (modal(), {"type": "drawer", "blocks": []}),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_limits_of_messages(limit: str) -> None:
    fits, too_much = LIMITS[limit]
    assert faults_of_message(fits) == []
    assert len(faults_of_message(too_much)) == 1


@pytest.mark.parametrize("limit", VIEWS)
def test_limits_of_views(limit: str) -> None:
    fits, too_much = VIEWS[limit]
    assert faults_of_view(fits) == []
    assert len(faults_of_view(too_much)) == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        "x",
        7,
        {},
        [None],
        ["x"],
        [{}],
        [{"type": 7}],
        [{"type": "actions", "elements": [None]}],
        [section(accessory=[])],
        [actions(select(options=None))],
    ],
)
def test_nonsense_is_a_fault_and_no_failure(nonsense: Any) -> None:
    assert faults_of_message(nonsense)
    assert faults_of_view(nonsense)
    assert faults_of_view({"type": "modal", "title": nonsense, "blocks": nonsense})


def test_faults_say_where() -> None:
    told = faults_of_message([section(), actions(button(x(80)), select(101))])
    assert told == [
        "must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]",
        "no more than 100 items allowed [json-pointer:/blocks/1/elements/1/options]",
    ]
    assert faults_of_message([section(x(3000))] * 5) == ["msg_blocks_too_long"]
