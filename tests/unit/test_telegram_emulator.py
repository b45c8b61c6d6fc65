"""The Telegram emulator against the real python-telegram-bot: every behaviour that other tests lean on."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.markup import parsed
from tests.emulators.telegram.records import Refusal
from tests.running import run

T = TypeVar("T")
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\x00\x00\x00"


@pytest.fixture(scope="module")
def running() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def _durations_as_they_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns wherever it still gives a number of seconds (RetryAfter, Voice)."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def telegram(running: TelegramEmulator) -> TelegramEmulator:
    """An emulator with nothing waiting and nothing scripted; calls, people and messages are those of all tests."""
    running.calm()
    with_bot(running, lambda bot: bot.delete_webhook(drop_pending_updates=True))
    with_bot(running, lambda bot: bot.get_updates(allowed_updates=[]))
    return running


@pytest.fixture
def own() -> Iterator[TelegramEmulator]:
    """An emulator of this test's own."""
    with TelegramEmulator(retry_delay=0.01, webhook_timeout=0.5) as emulator:
        yield emulator


def with_bot(telegram: TelegramEmulator, work: Callable[[Bot], Awaitable[T]], token: str | None = None) -> T:
    """What the work with a bot comes to; the bot is python-telegram-bot's own, but does not ask who it is first."""

    async def inside() -> T:
        async with HTTPXRequest(httpx_kwargs={"verify": False}) as request:
            return await work(
                Bot(
                    token or telegram.token,
                    base_url=f"{telegram.url}/bot",
                    base_file_url=f"{telegram.url}/file/bot",
                    request=request,
                    get_updates_request=request,
                )
            )

    return run(inside())


def buttons(*named: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in named])


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


# Webhooks


class Hook:
    """A web server that answers webhook calls with the next of ``answers`` (200 after them; None: not in time).

    With ``together`` set it answers none before as many calls as that have come.
    """

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers)
        self.received: list[tuple[str | None, dict[str, Any]]] = []
        self.together: asyncio.Barrier | None = None

    async def __aenter__(self) -> Hook:
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/telegram"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        self.received.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        answer = self.answers.pop(0) if self.answers else 200
        if self.together:
            await self.together.wait()
        await asyncio.sleep(0 if answer else 5)
        return web.Response(status=answer or 200)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.received]


async def until(telegram: TelegramEmulator, predicate: Callable[[], object]) -> None:
    await asyncio.to_thread(telegram.wait_until, predicate, 5)


def test_a_webhook_is_called(own: TelegramEmulator) -> None:
    anna = own.person("Anna")
    anna.sends("before")

    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            assert await bot.set_webhook(hook.url, secret_token="s3cret_-", max_connections=7)
            anna.sends("after")
            await until(own, lambda: not own.pending_updates)
            assert hook.texts == ["before", "after"]
            assert {secret for secret, _ in hook.received} == {"s3cret_-"}
            assert Update.de_json(hook.received[0][1], bot).message.from_user.id == anna.id
            info = await bot.get_webhook_info()
            assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 7)
            with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
                await bot.get_updates()
            assert await bot.delete_webhook()
            assert (await bot.get_webhook_info()).url == ""
        anna.sends("later")
        assert [one.message.text for one in await bot.get_updates()] == ["later"]

    with_bot(own, hooked)
    assert [delivery.status for delivery in own.deliveries] == [200, 200]


def test_setting_a_webhook_ends_a_poll(own: TelegramEmulator) -> None:
    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            poll = asyncio.ensure_future(bot.get_updates(timeout=20))
            await until(own, lambda: own.calls("getUpdates"))
            await bot.set_webhook(hook.url)
            with pytest.raises(Conflict, match="terminated by setWebhook request"):
                await poll

    with_bot(own, hooked)


def test_a_failed_webhook_call_is_made_again_in_order(own: TelegramEmulator) -> None:
    anna, ben = own.person("Anna"), own.person("Ben")

    async def hooked(bot: Bot) -> None:
        async with Hook(500, None, 302, 200) as hook:
            await bot.set_webhook(hook.url)
            first = anna.sends("1")
            anna.sends("2")
            await until(own, lambda: len(own.deliveries) == 5)
            assert hook.texts == ["1", "1", "1", "1", "2"]
            assert {update["update_id"] for _, update in hook.received[:4]} == {first["update_id"]}
            assert [one.status for one in own.deliveries] == [500, None, 302, 200, 200]
            info = await bot.get_webhook_info()
            assert info.last_error_message == "Wrong response from the webhook: 302 Found"
            hook.answers = [503]
            anna.sends("3")
            ben.sends("4")
            await until(own, lambda: not own.pending_updates)
            assert sorted(hook.texts[5:]) == ["3", "3", "4"]

    with_bot(own, hooked)


def test_nobody_at_the_webhook(own: TelegramEmulator) -> None:
    anna = own.person("Anna")

    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            url = hook.url
        await bot.set_webhook(url)
        anna.sends("anyone?")
        await until(own, lambda: len(own.deliveries) >= 2)
        assert (await bot.get_webhook_info()).pending_update_count == 1
        await bot.delete_webhook()
        assert len(await bot.get_updates()) == 1
        await bot.set_webhook(url, drop_pending_updates=True)
        assert own.pending_updates == []

    with_bot(own, hooked)


def test_repeats_come_to_a_webhook_at_the_same_time(own: TelegramEmulator) -> None:
    anna = own.person("Anna")

    async def hooked(bot: Bot) -> None:
        async with Hook() as hook:
            await bot.set_webhook(hook.url)
            update = anna.sends("once")
            await until(own, lambda: own.deliveries)
            hook.together = asyncio.Barrier(5)
            own.repeat(update, times=5)
            await until(own, lambda: len(own.deliveries) == 6)
            assert [update for _, update in hook.received] == [update] * 6
            assert [one.status for one in own.deliveries] == [200] * 6

    with_bot(own, hooked)


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("http://example.com/hook", None, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.com/hook", "with spaces", "secret token contains unallowed characters"),
        ("https://example.com/hook", "s" * 257, "secret token is too long"),
    ],
)
def test_a_bad_webhook_is_refused(telegram: TelegramEmulator, url: str, secret: str | None, why: str) -> None:
    with pytest.raises(BadRequest):
        with_bot(telegram, lambda bot: bot.set_webhook(url, secret_token=secret))
    assert telegram.calls("setWebhook")[-1].description == f"Bad Request: {why}"


# What the bot sends


def test_a_message_is_heard(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna <b>")
    markup = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Ja", callback_data="y" * 64), InlineKeyboardButton("Karte", url="https://a.de/x")]]
    )
    answer = with_bot(
        telegram,
        lambda bot: bot.send_message(anna.id, "Hi <b>Anna &lt;b&gt;</b> 😀", parse_mode="HTML", reply_markup=markup),
    )
    [sent] = anna.hears()
    assert (answer.message_id, answer.text, answer.chat.id) == (sent.message_id, "Hi Anna <b> 😀", anna.id)
    assert [(one.type, one.offset, one.length) for one in answer.entities] == [("bold", 3, 8)]
    assert (sent.method, sent.chat_id, sent.text) == ("sendMessage", anna.id, answer.text)
    assert sent.buttons == [("Ja", "y" * 64), ("Karte", "https://a.de/x")]
    assert sent.body["text"] == "Hi <b>Anna &lt;b&gt;</b> 😀"
    assert sent.reply_markup == markup.to_dict()


def test_messages_wait_to_be_heard(telegram: TelegramEmulator) -> None:
    anna, ben = telegram.person("Anna"), telegram.person("Ben")

    async def three(bot: Bot) -> None:
        for text in "123":
            await bot.send_message(anna.id, text)

    thread = threading.Thread(target=with_bot, args=(telegram, three))
    thread.start()
    assert [sent.text for sent in anna.hears(3)] == ["1", "2", "3"]
    thread.join()
    assert ben.messages == []
    with pytest.raises(AssertionError, match=r"4 message\(s\) in chat"):
        anna.hears(4, timeout=0.01)
    with pytest.raises(AssertionError, match="sendMessage 200"):
        telegram.wait_until(lambda: False, timeout=0.01)


def test_files_are_kept(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")

    async def sent(bot: Bot) -> None:
        photo = await bot.send_photo(anna.id, PNG, caption="*Route*", parse_mode="MarkdownV2", filename="route.png")
        assert (photo.photo[-1].width, photo.photo[-1].height, photo.caption) == (640, 480, "Route")
        again = await bot.send_photo(anna.id, photo.photo[-1].file_id)
        assert again.photo[-1].file_id == photo.photo[-1].file_id
        document = await bot.send_document(anna.id, b"a;b", filename="stops.csv", reply_markup=buttons(("A", "a")))
        assert document.document.file_name == "stops.csv"
        assert bytes(await (await document.document.get_file()).download_as_bytearray()) == b"a;b"

    with_bot(telegram, sent)
    photo, again, document = anna.hears(3)
    assert (photo.text, photo.files[0].data, photo.files[0].name) == ("Route", PNG, "route.png")
    assert again.files[0].data == PNG
    assert (document.files[0].mime, document.files[0].data, document.buttons) == ("text/csv", b"a;b", [("A", "a")])


def test_places_and_signs_of_life(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")

    async def sent(bot: Bot) -> None:
        assert (await bot.send_location(anna.id, 52.5, 13.4)).location.latitude == 52.5
        assert (await bot.send_venue(anna.id, 52.5, 13.4, "Depot", "Weg 1")).venue.title == "Depot"
        assert await bot.send_chat_action(anna.id, "typing")
        assert (await bot.get_chat(anna.id)).first_name == "Anna"

    with_bot(telegram, sent)
    assert [one.method for one in anna.messages] == ["sendLocation", "sendVenue"]
    assert anna.messages[1].message["venue"]["address"] == "Weg 1"
    assert telegram.calls("sendChatAction")[-1].body == {"chat_id": anna.id, "action": "typing"}


def test_a_reply_shows_what_it_replies_to(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    update = anna.sends("question")
    number = update["message"]["message_id"]

    async def replied(bot: Bot) -> None:
        answer = await bot.send_message(anna.id, "answer", reply_parameters=ReplyParameters(number))
        assert answer.reply_to_message.text == "question"
        lenient = ReplyParameters(999_999, allow_sending_without_reply=True)
        assert (await bot.send_message(anna.id, "anyway", reply_parameters=lenient)).reply_to_message is None
        with pytest.raises(BadRequest, match="essage to be replied not found"):
            await bot.send_message(anna.id, "no", reply_parameters=ReplyParameters(999_999))

    with_bot(telegram, replied)
    back = anna.sends("and?", reply_to=anna.messages[0])
    assert back["message"]["reply_to_message"]["text"] == "answer"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n"}, "text must be non-empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "😀" * 2048 + "x"}, "message is too long"),
    ({"chat_id": 1}, "chat not found"),
    ({"chat_id": "@nobody"}, "chat not found"),
    ({"chat_id": ""}, "chat_id is empty"),
    ({"parse_mode": "Tex"}, "unsupported parse_mode"),
    ({"reply_markup": buttons(("A", "x" * 65))}, "BUTTON_DATA_INVALID"),
    ({"reply_markup": buttons(("A", "ä" * 33))}, "BUTTON_DATA_INVALID"),
    ({"reply_markup": buttons((" ", "a"))}, "inline keyboard button text must be non-empty"),
    (
        {"reply_markup": buttons(("A", ""))},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a", url="https://a.de")]])},
        "can't parse inline keyboard button: Exactly one action must be specified, found url and callback_data",
    ),
    (
        {"reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    ({"reply_markup": {"inline_keyboard": {}}}, 'field "inline_keyboard" must be of type Array'),
    ({"reply_markup": [1]}, "object expected as reply markup"),
    (
        {"reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("A", url="http://localhost:8000/x")]])},
        "inline keyboard button URL 'http://localhost:8000/x' is invalid: Wrong HTTP URL",
    ),
    (
        {"reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("A", url="ftp://a.de")]])},
        "inline keyboard button URL 'ftp://a.de' is invalid: Unsupported URL protocol",
    ),
    ({"reply_markup": buttons(*[("A", "a")] * 101)}, "reply markup is too long"),
]


@pytest.mark.parametrize(("wrong", "why"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_telegram_refuses_is_refused(telegram: TelegramEmulator, wrong: dict[str, Any], why: str) -> None:
    anna = telegram.person("Anna")
    with pytest.raises(BadRequest):
        with_bot(telegram, lambda bot: bot.send_message(**{"chat_id": anna.id, "text": "text", **wrong}))
    call = telegram.calls("sendMessage")[-1]
    assert (call.status, call.description) == (400, f"Bad Request: {why}")
    assert anna.messages == []


def test_what_just_fits_is_sent(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")

    async def sent(bot: Bot) -> None:
        await bot.send_message(anna.id, "😀" * 2048)
        await bot.send_message(anna.id, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
        await bot.send_photo(anna.id, PNG, caption="ä" * 1024)
        keyboard = ReplyKeyboardMarkup([[KeyboardButton("Phone", request_contact=True)]])
        await bot.send_message(anna.id, "text", reply_markup=keyboard)
        await bot.send_message(anna.id, "text", reply_markup=ForceReply())

    with_bot(telegram, sent)
    assert len(anna.messages) == 5
    assert anna.messages[3].reply_markup["keyboard"] == [[{"text": "Phone", "request_contact": True}]]


@pytest.mark.parametrize(
    ("method", "wrong", "why"),
    [
        ("send_photo", {"photo": PNG, "caption": "x" * 1025}, "message caption is too long"),
        ("send_photo", {"photo": b"no picture"}, "IMAGE_PROCESS_FAILED"),
        ("send_photo", {"photo": PNG[:16] + struct.pack(">II", 9000, 1001)}, "PHOTO_INVALID_DIMENSIONS"),
        ("send_photo", {"photo": "AgACno-such-file"}, "wrong file identifier/HTTP URL specified"),
        ("send_document", {"document": ""}, "there is no document in the request"),
        ("send_document", {"document": b""}, "file must be non-empty"),
        ("send_location", {"latitude": 91, "longitude": 1}, "wrong latitude or longitude specified"),
        ("send_chat_action", {"action": "dancing"}, "wrong parameter action in request"),
        ("get_file", {"file_id": "nothing"}, "wrong file_id or the file is temporarily unavailable"),
        ("delete_message", {"message_id": 999_999}, "message to delete not found"),
        ("edit_message_text", {"message_id": 999_999, "text": "x"}, "message to edit not found"),
        ("edit_message_text", {"text": "x"}, "message identifier is not specified"),
        ("leave_chat", {}, "chat member status can't be changed in private chats"),
        ("set_my_commands", {"commands": [("With space", "d")]}, "BOT_COMMAND_INVALID"),
        ("set_my_commands", {"commands": [("track", "")]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("set_my_commands", {"commands": [], "language_code": "deu"}, "invalid language code specified"),
    ],
)
def test_other_refusals(telegram: TelegramEmulator, method: str, wrong: dict[str, Any], why: str) -> None:
    place = {} if method in ("get_file", "set_my_commands") else {"chat_id": telegram.person("Anna").id}
    with pytest.raises(BadRequest):
        with_bot(telegram, lambda bot: getattr(bot, method)(**place, **wrong))
    assert telegram.calls()[-1].description == f"Bad Request: {why}"


# Markup


@pytest.mark.parametrize(
    ("mode", "text", "plain", "entities"),
    [
        ("HTML", "a <b>b <i>c</i></b>", "a b c", [("italic", 4, 1), ("bold", 2, 3)]),
        ("HTML", "😀<u>x</u> &amp; &#60;&#x3e;&quot;", '😀x & <>"', [("underline", 2, 1)]),
        ("html", '<a href="https://a.de/?x=1&amp;y=2">x</a>', "x", [("text_link", 0, 1)]),
        ("HTML", '<a href="tg://user?id=7">x</a>', "x", [("text_mention", 0, 1)]),
        ("HTML", '<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
        ("HTML", "<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        (
            "HTML",
            '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>',
            "xy",
            [("spoiler", 0, 1), ("spoiler", 1, 1)],
        ),
        ("MarkdownV2", r"*a _b_* 1\.5", "a b 1.5", [("italic", 2, 1), ("bold", 0, 3)]),
        ("MarkdownV2", "__a__ ~b~ ||c||", "a b c", [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
        ("MarkdownV2", r"[a\!](https://a.de/\)x)", "a!", [("text_link", 0, 2)]),
        ("MarkdownV2", "`a.b` ```py\nc-d```", "a.b c-d", [("code", 0, 3), ("pre", 4, 3)]),
        ("MarkdownV2", ">a\n>b\nc", "a\nb\nc", [("blockquote", 0, 3)]),
        ("MarkdownV2", ">a||", "a", [("expandable_blockquote", 0, 1)]),
        ("MarkdownV2", "![x](tg://emoji?id=5)", "x", [("custom_emoji", 0, 1)]),
    ],
)
def test_markup_is_read(mode: str, text: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    read, found = parsed(text, mode)
    assert read == plain
    assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


@pytest.mark.parametrize(
    ("mode", "text", "why"),
    [
        ("HTML", "<b>unclosed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "<b><i>test</b></i>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("HTML", "ä</b>", "Unexpected end tag at byte offset 2"),
        ("HTML", "<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("HTML", "Anna <3", "Unclosed start tag at byte offset 5"),
        ("HTML", "1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("HTML", "<b", "Unclosed start tag at byte offset 0"),
        ("HTML", "<b>x</b", "Unclosed end tag at byte offset 4"),
        ("HTML", "<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("HTML", "Tom & Ann", 'Unescaped "&" at byte offset 4'),
        ("HTML", "a&nbsp;b", 'Unescaped "&" at byte offset 1'),
        ("MarkdownV2", "hello.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "a>b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "test()", "Character '(' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "]", "Character ']' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "*unclosed", "Can't find end of Bold entity at byte offset 0"),
        ("MarkdownV2", "*bold _italic\\_*", "Can't find end of Bold entity at byte offset 15"),
        ("MarkdownV2", "ä `x", "Can't find end of Code entity at byte offset 3"),
        ("MarkdownV2", ">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        ("MarkdownV2", "[a](https://a.de", "Can't find end of a URL at byte offset 4"),
        ("MarkdownV2", "![a](https://a.de)", "Custom emoji entity must contain a tg://emoji URL"),
    ],
)
def test_bad_markup_is_refused(mode: str, text: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parsed(text, mode)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


# Edits and buttons


def test_messages_are_edited(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")

    async def edited(bot: Bot) -> None:
        one = await bot.send_message(anna.id, "old", reply_markup=buttons(("A", "a")))
        two = await bot.send_photo(anna.id, PNG, caption="old")
        place = {"chat_id": anna.id, "message_id": one.message_id}
        with pytest.raises(BadRequest, match="essage is not modified: specified new message content and reply markup"):
            await bot.edit_message_text("<i></i>old", **place, parse_mode="HTML", reply_markup=buttons(("A", "a")))
        await bot.edit_message_text("new", **place, reply_markup=buttons(("B", "b")))
        await bot.edit_message_reply_markup(**place)
        with pytest.raises(BadRequest, match="essage is not modified"):
            await bot.edit_message_reply_markup(**place)
        with pytest.raises(BadRequest, match="here is no caption in the message to edit"):
            await bot.edit_message_caption(**place, caption="x")
        await bot.edit_message_caption(anna.id, two.message_id, caption="new")
        with pytest.raises(BadRequest, match="here is no text in the message to edit"):
            await bot.edit_message_text("x", anna.id, two.message_id)

    with_bot(telegram, edited)
    one, two = anna.messages
    assert (one.text, one.buttons, two.text) == ("new", [], "new")
    assert [(edit.method, edit.text, edit.buttons) for edit in one.edits] == [
        ("editMessageText", "new", [("B", "b")]),
        ("editMessageReplyMarkup", "new", []),
    ]
    assert one.body["text"] == "old"


def test_some_messages_cannot_be_edited(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    hers = anna.sends("mine")["message"]["message_id"]

    async def edited(bot: Bot) -> None:
        keyboard = await bot.send_message(anna.id, "choose", reply_markup=ReplyKeyboardMarkup([["A"]]))
        for number in (hers, keyboard.message_id):
            with pytest.raises(BadRequest, match="essage can't be edited"):
                await bot.edit_message_text("x", anna.id, number)

    with_bot(telegram, edited)


def test_messages_are_deleted(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    hers = anna.sends("mine")["message"]["message_id"]

    async def deleted(bot: Bot) -> None:
        sent = await bot.send_message(anna.id, "gone soon", reply_markup=buttons(("A", "a")))
        assert await bot.delete_message(anna.id, sent.message_id)
        assert await bot.delete_message(anna.id, hers)
        with pytest.raises(BadRequest, match="essage to edit not found"):
            await bot.edit_message_text("x", anna.id, sent.message_id)

    with_bot(telegram, deleted)
    assert anna.messages[0].deleted
    with pytest.raises(AssertionError, match="deleted"):
        anna.presses(anna.messages[0], "A")


def test_buttons_are_pressed(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    markup = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Yes", callback_data="y")], [InlineKeyboardButton("Map", url="https://a.de")]]
    )
    with_bot(telegram, lambda bot: bot.send_message(anna.id, "Sure?", reply_markup=markup))
    [sent] = anna.hears()
    by_text, by_place, _ = anna.presses(sent, "Yes"), anna.presses(sent, 0), anna.presses(sent.message_id, 0)
    assert by_text["callback_query"]["data"] == by_place["callback_query"]["data"] == "y"
    for nothing in ("No", 2):
        with pytest.raises(AssertionError, match="no button"):
            anna.presses(sent, nothing)
    with pytest.raises(AssertionError, match="sends nothing"):
        anna.presses(sent, "Map")
    with pytest.raises(AssertionError, match="no message"):
        anna.presses(999_999, 0)

    async def answered(bot: Bot) -> None:
        first, second, third = await bot.get_updates()
        assert (first.callback_query.message.text, first.callback_query.from_user.id) == ("Sure?", anna.id)
        assert await first.callback_query.answer("Done", show_alert=True)
        assert await first.callback_query.answer()
        telegram.expires(by_place)
        for old in (second.callback_query.id, "12345"):
            with pytest.raises(BadRequest, match="uery is too old and response timeout expired or query id is invalid"):
                await bot.answer_callback_query(old)
        await third.callback_query.edit_message_text("Sure.")

    with_bot(telegram, answered)
    assert [one.get("text") for one in telegram.answers(by_text)] == ["Done", None]
    assert telegram.answers(by_place) == []
    with pytest.raises(AssertionError, match="no button 'Yes' on 'Sure"):
        anna.presses(sent, "Yes")


# What people do


def test_people_send_what_people_send(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna", last_name="Berg", username="anna", language="en")
    anna.starts("abc_-")
    update = anna.sends("/track@bot 1")
    anna.edits(update, "/track 2")
    anna.sends("bold", entities=[{"type": "bold", "offset": 0, "length": 4}])
    anna.edits("last", "plain")
    anna.sends_photo(PNG, caption="the door")
    anna.sends_document(b"%PDF", "invoice.pdf", "application/pdf")
    anna.sends_location(52.5, 13.4)
    anna.sends_venue(52.5, 13.4, "Home", "Weg 1")
    anna.shares_contact("+49301234567")
    anna.shares_contact("+49309999999", own=False)
    anna.sends_sticker()
    anna.sends_voice()

    async def received(bot: Bot) -> None:
        updates = await bot.get_updates()
        start, track, edited, bold, plain, photo, document, location, venue, own, other, sticker, voice = updates
        assert start.message.text == "/start abc_-"
        assert start.message.parse_entities() == {start.message.entities[0]: "/start"}
        assert list(track.message.parse_entities(["bot_command"]).values()) == ["/track@bot"]
        assert edited.edited_message.message_id == track.message.message_id
        assert edited.edited_message.edit_date is not None
        assert bold.message.entities[0].type == "bold"
        assert (plain.edited_message.message_id, plain.edited_message.entities) == (bold.message.message_id, ())
        assert (photo.message.caption, len(photo.message.photo), photo.message.photo[-1].width) == ("the door", 2, 640)
        assert bytes(await (await photo.message.photo[-1].get_file()).download_as_bytearray()) == PNG
        assert document.message.document.mime_type == "application/pdf"
        assert bytes(await (await document.message.document.get_file()).download_as_bytearray()) == b"%PDF"
        assert (location.message.location.latitude, venue.message.venue.title) == (52.5, "Home")
        assert (own.message.contact.user_id, other.message.contact.user_id) == (anna.id, None)
        assert (sticker.message.sticker.emoji, voice.message.voice.duration) == ("👍", timedelta(seconds=3))

    with_bot(telegram, received)


def test_who_blocks_the_bot_hears_nothing(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    anna.blocks()

    async def sent(bot: Bot) -> None:
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(anna.id, "hello?")
        with pytest.raises(Forbidden):
            await bot.send_chat_action(anna.id, "typing")
        with pytest.raises(AssertionError):
            anna.sends("x")
        anna.unblocks()
        await bot.send_message(anna.id, "hello")
        changes = [one.my_chat_member for one in await bot.get_updates()]
        assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]
        assert changes[0].new_chat_member.user.id == telegram.bot_id

    with_bot(telegram, sent)
    assert [one.text for one in anna.messages] == ["hello"]


def test_the_bot_does_not_write_first(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna", started=False)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        with_bot(telegram, lambda bot: bot.send_message(anna.id, "hello"))
    anna.starts()
    with_bot(telegram, lambda bot: bot.send_message(anna.id, "hello"))
    assert len(anna.messages) == 1


def test_a_group(telegram: TelegramEmulator) -> None:
    anna = telegram.person("Anna")
    group = telegram.group("Neighbours")
    group.adds_bot(anna)
    update = group.says(anna, f"/track@{telegram.username}")

    async def talked(bot: Bot) -> None:
        joined, service, command = await bot.get_updates()
        assert joined.my_chat_member.chat.title == "Neighbours"
        assert service.message.new_chat_members[0].id == telegram.bot_id
        assert (command.message.chat.type, command.message.chat.id, group.id < -(10**12)) == (
            "supergroup",
            group.id,
            True,
        )
        await bot.send_message(group.id, "Only in private", reply_markup=buttons(("A", "a")))
        group.presses(anna, group.hears()[0], "A")
        with pytest.raises(BadRequest, match="essage can't be deleted"):
            await bot.delete_message(group.id, update["message"]["message_id"])
        group.removes_bot(anna)
        with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
            await bot.send_message(group.id, "x")
        assert group.says(anna, "hello?") is None
        group.adds_bot(anna)
        await bot.leave_chat(group.id)
        with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
            await bot.send_message(group.id, "x")
        assert (await bot.get_updates())[-1].my_chat_member.new_chat_member.status == "left"

    with_bot(telegram, talked)
    assert telegram.pending_updates[3]["callback_query"]["from"]["id"] == anna.id


def test_privacy_mode() -> None:
    with TelegramEmulator(privacy=True) as telegram:
        anna = telegram.person("Anna")
        group = telegram.group("Neighbours", kind="group")
        assert group.says(anna, "hello all") is None
        assert group.says(anna, "/track@other_bot") is None
        assert group.says(anna, "/track")
        sent = with_bot(telegram, lambda bot: bot.send_message(group.id, "yes?"))
        assert group.says(anna, "tomorrow", reply_to=sent.message_id)
        assert not with_bot(telegram, lambda bot: bot.get_me()).can_read_all_group_messages


def test_commands_by_language_and_scope(telegram: TelegramEmulator) -> None:
    scope = BotCommandScopeChat(5)

    async def described(bot: Bot) -> None:
        await bot.set_my_commands([("track", "Where is it")])
        await bot.set_my_commands([("track", "Wo ist es")], language_code="de")
        await bot.set_my_commands([("stops", "My stops")], scope=scope)
        assert [one.description for one in await bot.get_my_commands(language_code="de")] == ["Wo ist es"]
        assert await bot.get_my_commands(language_code="fr") == ()
        await bot.delete_my_commands(language_code="de")
        await bot.delete_my_commands(language_code="de")
        assert await bot.get_my_commands(language_code="de") == ()

    with_bot(telegram, described)
    assert telegram.commands() == [{"command": "track", "description": "Where is it"}]
    assert telegram.commands(scope={"type": "chat", "chat_id": 5})[0]["command"] == "stops"


# Trouble


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
