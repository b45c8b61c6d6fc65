"""The Telegram emulator against the real python-telegram-bot: how updates are fetched."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    Conflict,
    EndPointNotFound,
    InvalidToken,
)

from tests.botting import with_bot
from tests.emulators.telegram import TelegramEmulator

# Who it is


def test_a_bot_starts(telegram: TelegramEmulator) -> None:
    async def started(bot: Bot) -> None:
        await bot.initialize()
        assert (bot.id, bot.username) == (telegram.bot_id, telegram.username)

    with_bot(telegram, started)


@pytest.mark.parametrize(("token", "status"), [("7512345678:another", 401), ("nonsense", 404), ("x:y", 404)])
def test_a_wrong_token_is_refused(telegram: TelegramEmulator, token: str, status: int) -> None:
    with pytest.raises(InvalidToken):
        with_bot(telegram, lambda bot: bot.get_me(), token=token)
    assert httpx.get(f"{telegram.url}/bot{token}/getMe").status_code == status


def test_an_unknown_method_is_not_found(telegram: TelegramEmulator) -> None:
    async def asked(bot: Bot) -> None:
        await bot.initialize()
        await bot.do_api_request("sendTelepathy")

    with pytest.raises(EndPointNotFound):
        with_bot(telegram, asked)
    answer = httpx.get(f"{telegram.url}/bot{telegram.token}/sendTelepathy")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


def test_every_form_of_request_is_read(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    url = f"{telegram.url}/bot{telegram.token}/sendMessage"
    body = {"chat_id": anna.id, "text": "42 = 6+7 & more", "disable_notification": True}
    form = {"chat_id": str(anna.id), "text": body["text"], "disable_notification": "true"}
    httpx.get(url, params=form)
    httpx.post(url, json=body)
    httpx.post(url, data=form)
    httpx.post(url, data=form, files={"ignored": b"file"})
    httpx.post(url.replace("sendMessage", "SENDMESSAGE"), data=form)
    assert [sent.text for sent in anna.messages] == [body["text"]] * 5
    assert all(call.body == body for call in telegram.calls("sendMessage")[-5:])


# Polling


def test_updates_come_until_they_are_confirmed(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna <b>", language="de")
    first, second = anna.sends("wo ist meine Bestellung"), anna.sends("hallo?")

    async def polled(bot: Bot) -> None:
        for _ in range(2):
            assert [one.update_id for one in await bot.get_updates()] == [first["update_id"], second["update_id"]]
        assert [one.update_id for one in await bot.get_updates(limit=1)] == [first["update_id"]]
        assert [one.message.text for one in await bot.get_updates(offset=second["update_id"])] == ["hallo?"]
        assert telegram.pending_updates == [second]
        assert await bot.get_updates(offset=second["update_id"] + 1) == ()
        assert await bot.get_updates() == ()

    with_bot(telegram, polled)
    assert telegram.confirmed_offset == second["update_id"] + 1
    assert first["message"]["from"] == {"id": anna.id, "is_bot": False, "first_name": "Anna <b>", "language_code": "de"}
    assert first["message"]["chat"] == {"id": anna.id, "type": "private", "first_name": "Anna <b>"}


def test_a_negative_offset_counts_from_the_end(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    for text in "abc":
        anna.sends(text)
    assert [one.message.text for one in with_bot(telegram, lambda bot: bot.get_updates(offset=-1))] == ["c"]
    assert len(telegram.pending_updates) == 1


def test_a_long_poll_ends_when_something_comes(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    before = len(telegram.calls("getUpdates"))

    def later() -> None:
        telegram.wait_until(lambda: len(telegram.calls("getUpdates")) > before)
        anna.sends("now")

    thread = threading.Thread(target=later)
    thread.start()
    assert [one.message.text for one in with_bot(telegram, lambda bot: bot.get_updates(timeout=20))] == ["now"]
    thread.join()
    assert telegram.calls("getUpdates")[-1].at - telegram.calls("getUpdates")[before].at < 5


def test_a_long_poll_ends_by_itself(telegram: TelegramEmulator) -> None:
    assert httpx.get(f"{telegram.url}/bot{telegram.token}/getUpdates?timeout=0.02").json()["result"] == []


def test_a_second_poll_ends_the_first(telegram: TelegramEmulator) -> None:
    async def twice(bot: Bot) -> None:
        before = len(telegram.calls("getUpdates"))
        first = asyncio.ensure_future(bot.get_updates(timeout=20))
        await asyncio.to_thread(telegram.wait_until, lambda: len(telegram.calls("getUpdates")) > before)
        assert await bot.get_updates() == ()
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first

    with_bot(telegram, twice)


def test_what_a_dead_program_did_not_take_comes_again(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    old = anna.sends("old")
    url = f"{telegram.url}/bot{telegram.token}/getUpdates?timeout=20&offset={old['update_id'] + 1}"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, timeout=httpx.Timeout(5, read=0.03))
    telegram.repeat(old)
    anna.sends("are you there")
    received = with_bot(telegram, lambda bot: bot.get_updates(timeout=5))
    assert [one.message.text for one in received] == ["old", "are you there"]


def test_allowed_updates_leave_others_out(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    anna.sends("before")
    with_bot(telegram, lambda bot: bot.get_updates(allowed_updates=["message", "chat_member"]))
    update = anna.sends("after")
    anna.edits(update, "changed")
    anna.blocks()
    assert [one.message.text for one in with_bot(telegram, lambda bot: bot.get_updates())] == ["before", "after"]
    with_bot(telegram, lambda bot: bot.get_updates(allowed_updates=[]))
    anna.unblocks()
    assert "my_chat_member" in telegram.pending_updates[-1]


def test_a_repeated_update_comes_again_after_confirmation(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    old = anna.sends("old")
    with_bot(telegram, lambda bot: bot.get_updates(offset=old["update_id"] + 1))
    telegram.repeat(old, times=2)
    new = anna.sends("new")

    async def polled(bot: Bot) -> list[list[int]]:
        return [[one.update_id for one in await bot.get_updates(offset=new["update_id"])] for _ in range(3)]

    both = [old["update_id"], new["update_id"]]
    assert with_bot(telegram, polled) == [both, both, both[1:]]


def test_a_raw_update_is_delivered_as_it_is(telegram: TelegramEmulator) -> None:
    update = telegram.inject({"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["0"]}})
    assert with_bot(telegram, lambda bot: bot.get_updates())[0].update_id == update["update_id"]
    assert telegram.inject({"update_id": 900_000_000, "nonsense": 1})["update_id"] == 900_000_000
    assert telegram.person("Anna").sends("next")["update_id"] == 900_000_001
