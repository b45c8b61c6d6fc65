"""Letters to Slack: blocks to a room, a thread, somebody alone, or only for their eyes; changed in place; with files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.pacing import Pace
from bot.channels.slack.addresses import Address, message_id, split_id
from bot.channels.slack.blocks import Block, Button, Dress, blocks, fallback
from bot.channels.slack.troubles import BAD_BLOCKS, NO_THREAD, OUTSIDE, code_of, in_our_words
from bot.clock import now
from bot.files import Found
from bot.letters import Letter, NotThere
from bot.words import Words

#: https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel, several hundred a minute in all.
CHANNEL_SECONDS, PER_SECOND = 1.0, 10.0
#: Letters whose files have left, for those that are broken off in between.
_REMEMBERED = 1_000
_QUESTION = "ask.confirm."
#: A file on this machine by its id; None when it is not there.
FindFile = Callable[[str], Awaitable[Found | None]]
#: The users of staff, by what they are called.
FindPeople = Callable[[], Awaitable[Mapping[str, str]]]


class SlackCarrier:
    """Implements `bot.letters.Carrier`, `Editing` and `Threading`."""

    def __init__(self, client: AsyncWebClient, words: Words, find_file: FindFile, people: FindPeople) -> None:
        self._client, self._words, self._find_file, self._find_people = client, words, find_file, people
        self._pace = Pace(PER_SECOND, lambda _: CHANNEL_SECONDS)
        self._direct: dict[str, str] = {}  # the channel in which somebody is talked with alone, by user
        self._uploaded: dict[str, None] = {}

    async def ready(self, address: str, priority: int = 0) -> None:
        """Return when the next message to the channel may be sent."""
        await self._pace.turn(Address.parse(address).place, priority)

    def roots(self, address: str) -> Sequence[str]:
        """The conversations in which the message may stand under which something is said there."""
        to = Address.parse(address)
        return (address,) if str(to.room) == address else (address, str(to.room))

    async def carry(self, letter: Letter) -> str | None:
        """Send a letter; what Slack calls the message, None where only one person sees it. Raises Later, Rejected, Gone."""
        with in_our_words():
            to = Address.parse(letter.to.address)
            try:
                return await self._send(letter, to)
            except SlackApiError as error:
                if code_of(error) in NO_THREAD:  # what it was to be said under is deleted; it is said all the same
                    return await self._send(replace(letter, thread=None), Address(to.place, to.person))
                if code_of(error) not in OUTSIDE or not to.is_shared or to.person is None:
                    raise
            outside = self._say("slack.outside", letter, channel=to.place)
            return await self._send(letter, Address(to.person), before=outside)

    async def edit(self, letter: Letter, name: str) -> None:
        """Show a letter in place of a message. Raises NotThere where that cannot be, Later, Rejected, Gone."""
        channel, ts = split_id(name)
        if not ts:
            raise NotThere("it has no such name")
        with in_our_words():
            await self._with_blocks(self._client.chat_update, letter, "", channel=channel, ts=ts)
            await self._upload(letter, channel, ts)

    async def _send(self, letter: Letter, to: Address, before: str = "") -> str | None:
        if to.is_shared and to.person is not None and not letter.row.public:
            await self._whisper(letter, to)
            return None
        thread = _thread(letter, to)
        if to.is_shared and to.person is not None:
            before = f"<@{to.person}>"
        if _files(letter):
            await self._upload(letter, await self._channel(to.place), thread)
        sent = await self._with_blocks(
            self._client.chat_postMessage, letter, before, channel=to.place, thread_ts=thread,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        channel, ts = str(sent["channel"]), str(sent["ts"])
        if not to.is_shared:
            self._direct[to.place] = channel
        for file_id in _files(letter):
            self._remember(f"{channel}:{ts}:{file_id}")
        return message_id(channel, ts)

    async def _whisper(self, letter: Letter, to: Address) -> None:
        """Say it so that only one person sees it; files, which others would see, go to them alone."""
        assert to.person is not None
        if _files(letter):
            await self._upload(letter, await self._channel(to.person), None)
        before = self._say("slack.file_apart", letter) if _files(letter) else ""
        await self._with_blocks(
            self._client.chat_postEphemeral, letter, before, channel=to.place, user=to.person, thread_ts=to.thread
        )

    async def _with_blocks(self, call: Callable[..., Awaitable[Any]], letter: Letter, before: str, **where: Any) -> Any:
        """Call a method with the letter's blocks; with its words alone where Slack takes the blocks for wrong."""
        text = fallback(letter.text)
        given = {name: value for name, value in where.items() if value is not None}
        people = await self._find_people()
        try:
            return await call(text=text, blocks=self._blocks(letter, before, people), **given)
        except SlackApiError as error:
            if code_of(error) not in BAD_BLOCKS or letter.buttons:
                raise
            return await call(text=text, **given)

    def _blocks(self, letter: Letter, before: str, people: Mapping[str, str]) -> list[Block]:
        """What a letter is shown as. People are named where a value is their name, not where somebody writes of them."""
        named = {name: people[name] for name in _values(letter.row.facts) if name in people}
        dress = Dress(
            more=lambda count: self._say("slack.more", letter, count=count), choose=self._say("slack.choose", letter),
            once=letter.row.live is None, before=before, people=named,
        )  # fmt: skip
        return blocks(letter.text, list(_buttons(letter)), dress)

    async def _upload(self, letter: Letter, channel: str, thread: str | None) -> None:
        """Share the files that come with a letter, each once for it, or once under a message that shows it."""
        for file_id in _files(letter):
            key = f"{channel}:{thread or letter.row.id}:{file_id}"
            found = await self._find_file(file_id) if key not in self._uploaded else None
            if found is None:
                continue
            await self._client.files_upload_v2(
                channel=channel,
                thread_ts=thread,
                content=found.path.read_bytes(),
                filename=found.name,
                title=found.name,
            )
            self._remember(key)

    def _remember(self, key: str) -> None:
        self._uploaded[key] = None
        if len(self._uploaded) > _REMEMBERED:
            del self._uploaded[next(iter(self._uploaded))]

    async def _channel(self, place: str) -> str:
        """The channel of a place; files cannot be sent to users."""
        if Address(place).is_shared:
            return place
        if place not in self._direct:
            opened = await self._client.conversations_open(users=place)
            self._direct[place] = str(opened["channel"]["id"])
        return self._direct[place]

    def _say(self, name: str, letter: Letter, **facts: Any) -> str:
        return self._words.say(name, facts, letter.to.language, now())


def _thread(letter: Letter, to: Address) -> str | None:
    """The ts of the message under which it is said. An answer that nobody else can read is said where it was asked for."""
    _, root = split_id(letter.thread or "")
    return to.thread if not root or (letter.row.inbox_id is not None and not to.is_shared) else root


def _files(letter: Letter) -> tuple[str, ...]:
    file = letter.media.get("file")
    return (*letter.media.get("photos", ()), *((file,) if file else ()))


def _values(facts: Any) -> Iterator[str]:
    """All the texts that words are made of."""
    if isinstance(facts, str):
        yield facts
    elif isinstance(facts, dict | list):
        for each in facts.values() if isinstance(facts, dict) else facts:
            yield from _values(each)


def _buttons(letter: Letter) -> Iterator[Button]:
    asks = letter.row.name.startswith(_QUESTION)
    for (title, payload), choice in zip(letter.buttons, letter.row.choices, strict=True):
        label = str(choice["label"])
        grave = asks and label == "choice.yes"
        yield Button(title, payload, kind=label, grave=grave, form=bool(choice.get("form")))
