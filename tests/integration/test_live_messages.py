"""A message that takes the place of the one before: edited at Telegram, sent anew where it cannot be, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.channel import make_bot
from bot.clock import now
from bot.letters import Later, Letter, NotThere
from bot.outgoing import Sender
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, NOW
from tests.emulators.telegram import Person, TelegramEmulator
from tests.running import run
from tests.sending import Letters, program_of, send_due


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as running:
        yield running


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.carrier.AWAY_PAUSE", 0.001)
    monkeypatch.setattr("bot.outgoing.LONGEST_PAUSE", 0.01)


def says(database: Database, address: object, words: str, **values: Any) -> int:
    """Something about order 1 that waits for a chat."""
    with database.writing() as session:
        chat = UnitOfWork(session, API).chats.find_or_add("telegram", str(address), NOW, "en")
        row = {"conversation_id": chat, "kind": "PersonSaid", "name": "person.said", "facts": {"words": words},
               "choices": [], "media": {}, "priority": outbox.PROACTIVE, "state": outbox.PENDING, "created_at": now(),
               "live": "coming:1", "edits": False, **values}  # fmt: skip
        outbox.put(session, [row])
        return chat


async def no_file(_: str) -> None:
    return None


def send(database: Database, telegram: TelegramEmulator) -> None:
    """Send all that is due, without Telegram's limits."""

    async def drained() -> None:
        bot = make_bot(opened.settings)
        await bot.initialize()
        await Sender(opened, {"telegram": TelegramCarrier(bot, opened.words, None, no_file)}).drain()
        await bot.shutdown()

    opened = program_of(database, telegram_token=telegram.token, telegram_api_url=telegram.url)
    try:
        run(drained())
    finally:
        opened.turns.shutdown()
        opened.pool.shutdown()


def rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))


def states(database: Database) -> list[str]:
    return [row.state for row in rows(database)]


def shown(person: Person) -> list[str]:
    return [message.text for message in person.messages if not message.deleted]


def test_a_later_message_takes_the_place_of_the_first(database, telegram):
    ann = telegram.person("Ann")
    for words in ("between 10 and 12", "between 10:30 and 11", "between 10:40 and 11"):
        says(database, ann.id, words)
    send(database, telegram)
    assert len(ann.messages) == 1
    assert "10:40" in ann.messages[0].text
    assert [("10:30" in edit.text, "10:40" in edit.text) for edit in ann.messages[0].edits] == [
        (True, False),
        (False, True),
    ]
    assert {row.provider_id for row in rows(database)} == {str(ann.messages[0].message_id)}


def test_one_of_another_name_or_chat_is_left_alone(database, telegram):
    ann, ben = telegram.person("Ann"), telegram.person("Ben")
    says(database, ann.id, "first")
    says(database, ann.id, "second", live="coming:2")
    says(database, ben.id, "third")
    send(database, telegram)
    assert [len(shown(each)) for each in (ann, ben)] == [2, 1]


def test_what_rings_is_sent_anew_and_is_what_is_changed_from_then_on(database, telegram):
    ann = telegram.person("Ann")
    window = {"start": "2026-05-04T10:00:00Z", "end": "2026-05-04T11:00:00Z", "tracking": "y" * 22}
    facts = {"number": "RM-1", "items": [], "was_start": None, "was_end": None, "pin": None, "first_name": None,
             "stops_before": None, **window}  # fmt: skip
    says(database, ann.id, "planned")
    says(database, ann.id, "", kind="OrderOut", name="order.out", facts=facts)
    says(database, ann.id, "sharper", edits=True)
    send(database, telegram)
    first, second = ann.messages
    assert not first.edits
    assert len(second.edits) == 1


def test_what_only_edits_is_dropped_where_nothing_was_said(database, telegram):
    ann = telegram.person("Ann")
    says(database, ann.id, "sharper", edits=True)
    send(database, telegram)
    assert ann.messages == []
    assert [(row.state, row.error) for row in rows(database)] == [("dropped", "nothing is shown that it could replace")]


@pytest.mark.parametrize("edits", [True, False])
@pytest.mark.parametrize("why", ["Bad Request: message to edit not found", "Bad Request: message can't be edited"])
def test_a_message_that_cannot_be_edited_any_more_is_no_dead_letter(database, telegram, edits, why):
    ann = telegram.person("Ann")
    says(database, ann.id, "first")
    send(database, telegram)
    telegram.script("editMessageText", status=400, description=why)
    says(database, ann.id, "second", edits=edits)
    send(database, telegram)
    assert len(ann.messages) == (1 if edits else 2)
    assert states(database) == ["sent", "dropped" if edits else "sent"]
    says(database, ann.id, "third", edits=True)
    send(database, telegram)
    assert ann.messages[-1].edits
    assert states(database)[-1] == "sent"


def test_a_deleted_message_is_sent_anew(database, telegram):
    ann = telegram.person("Ann")
    says(database, ann.id, "first")
    send(database, telegram)
    ann.messages[0].deleted = True
    says(database, ann.id, "second")
    send(database, telegram)
    assert len(shown(ann)) == 1
    assert len(ann.messages) == 2


def test_an_edit_whose_answer_is_lost_is_made_once(database, telegram):
    ann = telegram.person("Ann")
    says(database, ann.id, "first")
    send(database, telegram)
    telegram.script("editMessageText", drop=True, after_effect=True)
    says(database, ann.id, "second")
    send(database, telegram)
    assert len(telegram.calls("editMessageText")) == 2  # "not modified" the second time: it is shown
    assert len(ann.messages) == 1
    assert len(ann.messages[0].edits) == 1
    assert states(database) == ["sent", "sent"]


def test_an_edit_that_was_not_marked_is_made_again_without_a_trace(database, telegram):
    """The program died between the edit and the mark."""
    ann = telegram.person("Ann")
    says(database, ann.id, "first")
    says(database, ann.id, "second")
    send(database, telegram)
    with database.writing() as session:
        outbox_rows = session.exec(select(OutboxRow).order_by(OutboxRow.id)).all()
        outbox_rows[1].state, outbox_rows[1].provider_id = outbox.PENDING, None
    send(database, telegram)
    assert states(database) == ["sent", "sent"]
    assert len(ann.messages) == 1
    assert len(ann.messages[0].edits) == 1


def test_telegram_asking_to_wait_keeps_the_order(database, telegram):
    ann = telegram.person("Ann")
    says(database, ann.id, "first")
    send(database, telegram)
    telegram.script("editMessageText", status=429, retry_after=1)
    says(database, ann.id, "second")
    says(database, ann.id, "third", live=None)
    send(database, telegram)
    assert [message.text for message in ann.messages] == ["Second", "Third"]
    assert states(database) == ["sent"] * 3


def test_who_blocked_the_bot_is_lost_by_an_edit_too(database, telegram):
    ann = telegram.person("Ann")
    says(database, ann.id, "first")
    send(database, telegram)
    telegram.script("editMessageText", status=403)
    says(database, ann.id, "second")
    send(database, telegram)
    assert states(database) == ["sent", "dead"]


class Changing(Letters):
    """A carrier that can change what it carried."""

    def __init__(self, *troubles: Exception) -> None:
        super().__init__()
        self.edited: list[tuple[str, str]] = []
        self.edit_troubles = list(troubles)

    async def edit(self, letter: Letter, name: str) -> None:
        """Keep it."""
        if self.edit_troubles:
            raise self.edit_troubles.pop(0)
        self.edited.append((name, letter.text))


def test_replies_change_what_was_said_in_the_same_breath(database):
    """Replies are sent together: the second finds the first although nobody has marked it yet."""
    for words in ("first", "second", "third"):
        says(database, 77, words, priority=outbox.REPLY, kind="reply")
    carrier = Changing(Later(0.001, "no answer"), NotThere("gone"))
    send_due(database, {"telegram": carrier})
    assert len(carrier.carried) == 2
    assert [name for name, _ in carrier.edited] == ["2"]
    assert states(database) == ["sent"] * 3


def test_a_channel_that_cannot_edit_sends_anew_and_drops_what_only_edits(database):
    says(database, 77, "first")
    says(database, 77, "second")
    says(database, 77, "third", edits=True)
    letters = Letters()
    send_due(database, {"telegram": letters})
    assert len(letters.carried) == 2
    assert states(database) == ["sent", "sent", "dropped"]


def test_of_several_changes_that_wait_the_last_is_shown(database):
    says(database, 77, "first")
    for words in ("second", "third", "fourth"):
        says(database, 77, words, edits=True)
    carrier = Changing()
    send_due(database, {"telegram": carrier})
    assert carrier.edited == [("1", "Fourth")]
    assert states(database) == ["sent", "dropped", "dropped", "sent"]
