"""The Telegram emulator against the real python-telegram-bot: what goes wrong."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    BadRequest,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.botting import PNG, with_bot
from tests.emulators.telegram import TelegramEmulator


def test_scripted_errors(telegram: TelegramEmulator) -> None:
    anna, ben = telegram.person("Anna"), telegram.person("Ben")
    flood = telegram.script(status=429, retry_after=2, times=2)
    telegram.script(chat=ben, status=403)
    telegram.script(chat=ben, status=400, description="Bad Request: TOPIC_CLOSED")
    telegram.script(status=500, chat=ben.id)

    async def sent(bot: Bot) -> None:
        for _ in range(2):
            with pytest.raises(RetryAfter) as flooded:
                await bot.send_message(anna.id, "x")
            assert flooded.value.retry_after == timedelta(seconds=2)
        await bot.send_message(anna.id, "through")
        expected = [(Forbidden, "blocked by the user"), (BadRequest, "(?i)topic_closed"), (NetworkError, "Internal")]
        for kind, words in expected:
            with pytest.raises(kind, match=words):
                await bot.send_message(ben.id, "x")
        await bot.send_message(ben.id, "through")

    with_bot(telegram, sent)
    assert flood.used == 2
    assert telegram.calls("sendMessage")[-7].description == "Too Many Requests: retry after 2"
    assert [one.text for one in anna.messages + ben.messages] == ["through", "through"]


def test_scripted_for_any_method_until_calm(telegram: TelegramEmulator) -> None:
    telegram.script(None, status=502, times=None)

    async def asked(bot: Bot) -> None:
        for method in (bot.get_me, bot.get_updates, bot.get_me):
            with pytest.raises(NetworkError, match="Bad Gateway"):
                await method()
        telegram.calm()
        await bot.get_me()

    with_bot(telegram, asked)


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_dropped_connection(telegram: TelegramEmulator, after_effect: bool) -> None:
    anna = telegram.person("Anna")
    telegram.script(drop=True, after_effect=after_effect)

    async def sent(bot: Bot) -> None:
        with pytest.raises(NetworkError):
            await bot.send_message(anna.id, "1")
        await bot.send_message(anna.id, "2")

    with_bot(telegram, sent)
    assert [one.text for one in anna.messages] == (["1", "2"] if after_effect else ["2"])
    assert [call.status for call in telegram.calls("sendMessage")[-2:]] == [None, 200]


def test_a_slow_answer(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    telegram.script(delay=0.1, after_effect=True)

    async def sent(bot: Bot) -> None:
        with pytest.raises(TimedOut):
            await bot.send_message(anna.id, "slow", read_timeout=0.05)

    with_bot(telegram, sent)
    assert [one.text for one in anna.hears()] == ["slow"]
    telegram.script(delay=0.02, status=500)
    with pytest.raises(NetworkError):
        with_bot(telegram, lambda bot: bot.send_message(anna.id, "slow and broken"))
    call = telegram.calls("sendMessage")[-1]
    assert (call.status, len(anna.messages)) == (500, 1)


def test_a_group_becomes_a_supergroup(telegram: TelegramEmulator) -> None:
    group = telegram.group("Neighbours", kind="group")
    telegram.script(chat=group, status=400, parameters={"migrate_to_chat_id": -1001})
    with pytest.raises(TelegramError, match="migrated to supergroup"):
        with_bot(telegram, lambda bot: bot.send_message(group.id, "x"))


def test_a_benchmark_keeps_no_bodies() -> None:
    with TelegramEmulator(keep_bodies=False) as telegram:
        anna = telegram.person("Anna")
        with_bot(telegram, lambda bot: bot.send_photo(anna.id, PNG, caption="kept"))
        [sent] = anna.messages
        assert (sent.text, sent.body, sent.files[0].data, telegram.calls()[-1].body) == ("kept", {}, b"", {})


def test_a_fault_of_the_emulator_itself_is_seen() -> None:
    def broken() -> None:
        with TelegramEmulator() as telegram:
            telegram.commands()
            url = f"{telegram.url}/bot{telegram.token}/setMyCommands"
            assert httpx.post(url, json={"commands": [{"command": 1}]}).status_code == 500

    with pytest.raises(AssertionError, match="the emulator itself failed"):
        broken()
