"""What comes from Slack, in the words the receiver understands. Pure.

Payloads: https://docs.slack.dev/interactivity/implementing-slash-commands, https://docs.slack.dev/reference/events,
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.channels.slack.addresses import Address, message_id

Json = Mapping[str, Any]
Means = Literal["command", "words", "button"]

CHANNEL = "slack"
#: What staff write before a command; whoever names it otherwise in Slack is understood all the same.
COMMAND = "/rounds"
#: The action of a button that opens a form begins like this.
FORM = "form:"
#: Messages with another subtype are no words of a person's: https://docs.slack.dev/reference/events/message
_HOME = "D"
_SAID = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_BUTTON = re.compile(r"/[A-Za-z0-9_-]{22}")
#: Somebody who is named, as it stands in a text.
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:mailto:|tel:)?([^<>|@#!][^<>|]*)(?:\|([^<>]*))?>")
_PLACE = re.compile(r"<[#!][^<>|]*(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that a person did. ``means`` is how: a slash command, words, or a button or select of ours.

    ``team`` is theirs. ``under`` is the message that the thread they wrote in is under, which ``under_ours`` says is one of
    ours; ``mentioned`` says that they named
    us, ``to_bot`` that they spoke to us, by that or alone with us. ``pressed`` is the message whose button it was;
    ``answer_url`` where that can be taken away which only they see; ``form`` says that the button opens one.
    """

    key: str
    team: str
    user: str
    address: Address
    text: str
    means: Means
    channel: str
    trigger: str = ""
    said: datetime | None = None
    under: str | None = None
    under_ours: bool = False
    mentioned: bool = False
    to_bot: bool = True
    files: int = 0
    form: bool = False
    pressed: Json = field(default_factory=dict)
    answer_url: str | None = None


def of_command(body: Json) -> Incoming:
    """A slash command."""
    channel, user = str(body["channel_id"]), str(body["user_id"])
    return Incoming(
        _key(body["trigger_id"]), str(body.get("team_id", "")), user, Address.of(channel, user),
        f"{COMMAND} {as_words(str(body.get('text', '')))}".strip(), "command", channel, trigger=str(body["trigger_id"]),
    )  # fmt: skip


def of_event(body: Json, bot_user: str) -> Incoming | None:
    """A message or mention; None for what nobody has said to us, and what comes as a mention besides."""
    event: Json = body["event"]
    if event.get("subtype") not in _SAID or event.get("bot_id") or not event.get("user"):
        return None
    text, channel, user = str(event.get("text") or ""), str(event["channel"]), str(event["user"])
    mentioned = event["type"] == "app_mention"
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    if not mentioned and not direct and f"<@{bot_user}" in text:
        return None
    thread = event.get("thread_ts")
    return Incoming(
        _key(body["event_id"]), _team_of(event, body), user, Address.of(channel, user, thread),
        as_words(text, bot_user) or ('/unreadable{"kind": "document"}' if event.get("files") else ""), "words", channel, said=_moment(event.get("ts")),
        under=message_id(channel, thread) if thread else None, under_ours=event.get("parent_user_id") == bot_user, mentioned=mentioned, to_bot=mentioned or direct,
        files=len(event.get("files") or ()),
    )  # fmt: skip


def of_action(body: Json) -> Incoming:
    """A pressed button or a chosen option; on somebody's home it is as if they had said it to us alone."""
    container, user = body.get("container") or {}, body["user"]
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or _HOME
    action = body["actions"][0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    team = user.get("team_id") or (body.get("team") or {}).get("id", "")
    return Incoming(
        _key(body["trigger_id"]), str(team), user["id"], Address.of(channel, user["id"], _thread(container)),
        value if _BUTTON.fullmatch(value) else '/unreadable{"kind": "other"}', "button", channel,
        trigger=body["trigger_id"], pressed=body.get("message") or {},
        answer_url=body.get("response_url") if container.get("is_ephemeral") else None,
        form=str(action.get("action_id", "")).startswith(FORM),
    )  # fmt: skip


def as_words(text: str, bot_user: str = "") -> str:
    """What was written, without Slack's markup: links by what they show, the bot's own name left out.

    People stay ``<@U…>`` or ``<@U…|name>``, since that names them better than anything. https://docs.slack.dev/messaging/formatting-message-text
    """
    spoken = PERSON.sub(lambda found: "" if found[1] == bot_user else found[0], text)
    spoken = _PLACE.sub(lambda found: found[1] or "", spoken)
    spoken = _LINK.sub(lambda found: found[2] or found[1], spoken)
    return html.unescape(spoken).strip()


def once_answered(message: Json, pressed: str) -> list[dict[str, Any]] | None:
    """The blocks of a message without the buttons of which one was pressed; None where they stay."""
    blocks = [dict(block) for block in message.get("blocks") or ()]
    if not any(_is_answered(block) and pressed in _values(block) for block in blocks):
        return None
    return [block for block in blocks if not _is_answered(block)]


#: Buttons in blocks whose id begins like this are gone when one of them was pressed.
ONCE = "once"


def _is_answered(block: Json) -> bool:
    return block.get("type") == "actions" and str(block.get("block_id", "")).startswith(ONCE)


def _values(block: Json) -> Iterator[str]:
    for element in block.get("elements") or ():
        if element.get("value"):
            yield element["value"]
        yield from (each["value"] for each in element.get("options") or ())


def _key(given: str) -> str:
    return f"{CHANNEL}:{given}"


def _thread(container: Json) -> str | None:
    """The thread that a message is in; what is only the first of one is in none."""
    thread = container.get("thread_ts")
    return thread if thread != container.get("message_ts") else None


def _team_of(event: Json, body: Json) -> str:
    """Whose workspace a writer belongs to: in channels shared between companies it need not be ours."""
    return str(event.get("user_team") or event.get("source_team") or event.get("team") or body.get("team_id") or "")


def _moment(ts: str | None) -> datetime | None:
    return datetime.fromtimestamp(float(ts), UTC) if ts else None
