"""The Telegram emulator against the real python-telegram-bot: what bots send."""

from __future__ import annotations

import struct
import threading
from typing import Any

import pytest
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
)

from tests.botting import PNG, buttons, with_bot
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.markup import parsed
from tests.emulators.telegram.records import Refusal

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
