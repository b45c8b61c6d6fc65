"""The Telegram emulator against the real python-telegram-bot: edits, buttons and what people do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
)
from telegram.error import (
    BadRequest,
    Forbidden,
)

from tests.botting import PNG, buttons, with_bot
from tests.emulators.telegram import TelegramEmulator

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
