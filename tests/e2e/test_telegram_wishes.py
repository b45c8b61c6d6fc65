"""Everything a customer may want, in Telegram: by buttons alone, with photos, places and files, in the real program."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import time as clock
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from bot.clock import new_id, now
from domain.cases import Case
from domain.conversations import Conversation
from domain.customers import Customer
from domain.deliveries import DeliveryProof, StoredFile
from domain.orders import Order
from domain.values import Place
from storage.outbox import OutboxRow
from tests.builders import a_customer, an_order
from tests.e2e import test_telegram
from tests.e2e.test_letters import wait_for
from tests.e2e.test_telegram import World, run_cli
from tests.e2e.test_telegram_crash import _free_day
from tests.emulators.telegram import Person, Sent
from tests.pictures import picture, png_bomb

world = test_telegram.world
PLACE = (52.53160, 13.38170)


class Chat:
    """A person and what they have heard so far."""

    def __init__(self, person: Person, heard: int) -> None:
        self.person, self.heard = person, heard

    def after(self, deed: Callable[[], Any], expected: str, count: int = 1) -> Sent:
        """Do something; the message that is heard afterwards and says what is expected, of so many new ones."""
        deed()
        told = self.person.hears(self.heard + count)[self.heard :]
        self.heard += len(told)
        found = [each for each in told if expected in each.text]
        assert found, [each.text for each in told]
        return found[0]

    def says(self, text: str, expected: str, count: int = 1) -> Sent:
        return self.after(lambda: self.person.sends(text), expected, count)

    def presses(self, shown: Sent, title: str | int, expected: str, count: int = 1) -> Sent:
        return self.after(lambda: self.person.presses(shown, title), expected, count)


def begun(world: World, status: str = "allocated") -> tuple[Chat, Order]:
    """A chat that knows its customer, and their one order."""
    person = world.person()
    with world.database.writing() as session:
        customer = a_customer(session, name="Jonas Weber")
        order = an_order(session, world.shop, customer=customer, status=status, now=now(), day=_free_day())
    person.starts(world.link(order))
    person.hears(1)
    return Chat(person, 1), order


def stored(world: World, order: Order) -> Order:
    with world.database.reading() as session:
        return session.exec(select(Order).where(Order.number == order.number)).one()


def test_by_buttons_alone_an_order_is_moved_explained_and_cancelled(world):
    chat, order = begun(world)
    told = chat.presses(chat.person.messages[0], "Where is my order?", order.number)
    windows = chat.presses(told, "Another day", "When shall we come?")
    moved = chat.presses(windows, 0, "Done.")
    now_comes = stored(world, order)
    assert (now_comes.promise_day, now_comes.window) != (order.promise_day, order.window)
    told = chat.says("/track", order.number)
    wishes = chat.presses(told, "Tell the driver something", "What should the driver of order")
    chat.presses(wishes, "Call me first", "Noted")
    assert stored(world, order).wishes == {"call_first": ""}
    asked = chat.presses(chat.says("/track", order.number), "Cancel this order", "Cancel order")
    chat.presses(asked, "No, keep it", "nothing was changed")
    asked = chat.presses(chat.says("/track", order.number), "Cancel this order", "Cancel order")
    chat.presses(asked, "Yes", "is cancelled")
    assert stored(world, order).status == "cancelled"
    world.telegram.wait_until(lambda: not any(each.buttons for each in (told, windows, moved, wishes, asked)))


def test_by_buttons_alone_a_delivery_is_rated_and_a_problem_reported(world):
    chat, order = begun(world, "delivered")
    told = chat.says("/track", "was delivered")
    stars = chat.presses(told, "Rate the delivery", "5 is best")
    chat.presses(stars, "★★★★☆", "4 of 5")
    kinds = chat.presses(chat.says("/help", "You can ask me"), "Report a problem", "What is wrong")
    items = chat.presses(kinds, "Something is damaged", "What is damaged?")
    photo = chat.presses(items, 0, "Please send a photo")
    chat.presses(photo, "No photo", "your reference is")
    with world.database.reading() as session:
        case = session.exec(select(Case).where(Case.order_number == order.number)).one()
        assert case.kind == "problem.damaged"


def test_by_buttons_alone_messages_are_set(world):
    chat, order = begun(world)
    menu = chat.says("how do I get my messages?", "What shall I change?")
    chat.presses(menu, "Only from 9 to 18", "between 18:00 and 09:00")
    menu = chat.says("how do I get my messages?", "What shall I change?")
    chat.presses(menu, "Stop the messages", "no messages")
    with world.database.reading() as session:
        customer = session.get(Customer, order.customer_id)
        assert (customer.messages_off, customer.quiet_from) == (True, clock(18))


def test_a_photo_with_words_is_a_problem_with_its_photo(world):
    chat, order = begun(world, "delivered")
    chat.after(lambda: chat.person.sends_photo(picture(size=(900, 600)), "the kettle is broken"), "It has 1 photo")
    world.telegram.wait_until(lambda: kept(world, order))
    (path,) = kept(world, order)
    with Image.open(world.serving.folder / "files" / path) as photo:
        assert photo.size == (900, 600)
    chat.after(lambda: chat.person.sends_document(picture("PNG"), "two.png", "image/png"), "It has 2 photos")
    world.telegram.wait_until(lambda: len(kept(world, order)) == 2)


def kept(world: World, order: Order) -> list[str]:
    """The files of a customer's photos, as far as they were fetched."""
    with world.database.reading() as session:
        query = select(StoredFile.path).where(StoredFile.customer_id == order.customer_id)
        return [path for path in session.exec(query) if path is not None]


@pytest.mark.parametrize(
    "bad", [png_bomb(), b"<svg onload=alert(1)>", b"\xff\xd8\xff and no more"], ids=["bomb", "svg", "half"]
)
def test_what_is_no_photo_is_answered_and_not_kept(world, bad):
    chat, order = begun(world, "delivered")
    told = chat.after(lambda: chat.person.sends_document(bad, "a.png", "image/png"), "photo", count=2)
    assert told.text
    assert kept(world, order) == []
    chat.says("thanks", "welcome", count=2)


def test_a_place_on_the_map_is_where_it_goes(world):
    chat, order = begun(world)
    chat.says("deliver it to another address", "You can also send the place")
    asked = chat.after(lambda: chat.person.sends_location(*PLACE), "Thank you for the place")
    assert not asked.buttons
    chat.says("Torstr. 5, 10119 Berlin", "to Torstr. 5, 10119 Berlin")
    chat.says("no, number 7", "to Torstr. 7, 10119 Berlin")
    chat.after(lambda: chat.person.sends_venue(*PLACE, "Café", "Torstr. 7, 10119 Berlin"), "to Torstr. 7, 10119 Berlin")
    chat.says("yes", "Done.")
    changed = stored(world, order)
    assert (changed.address, changed.place) == ("Torstr. 7, 10119 Berlin", Place(*PLACE))


def test_a_button_asks_for_the_place_and_goes_when_that_is_over(world):
    chat, _ = begun(world)
    asked = chat.says("deliver it to another address", "You can also send the place")
    assert asked.reply_markup["keyboard"][0][0]["request_location"] is True
    dropped = chat.says("never mind", "dropped")
    assert dropped.reply_markup == {"remove_keyboard": True}
    assert chat.says("thanks", "welcome").reply_markup is None


def test_the_proof_comes_with_photo_and_map(world):
    chat, order = begun(world, "delivered")
    files = world.serving.folder / "files"
    files.mkdir(exist_ok=True)
    (files / "proof.jpg").write_bytes(picture())
    with world.database.writing() as session:
        photo = new_id()
        session.add(StoredFile(id=photo, kind="photo", mime="image/jpeg", path="proof.jpg", order_number=order.number, created_at=now()))  # fmt: skip
        session.flush()
        session.add(DeliveryProof(order_number=order.number, at=now(), photo_id=photo, name="Frau <b>Lange</b>", lat=PLACE[0], lon=PLACE[1]))  # fmt: skip
    shown = chat.says("show me the proof of delivery", "to Frau <b>Lange</b>", count=2)
    assert shown.method == "sendPhoto"
    assert [each.method for each in chat.person.messages[-2:]] == ["sendPhoto", "sendLocation"]
    place = chat.person.messages[-1].message["location"]
    assert (place["latitude"], place["longitude"]) == pytest.approx(PLACE)


def test_a_copy_of_ones_data_comes_as_a_document(world):
    chat, order = begun(world)
    chat.says("send me a copy of my data", "putting together", count=3)
    document = chat.person.messages[-1]
    assert document.method == "sendDocument"
    with zipfile.ZipFile(io.BytesIO(document.files[0].data)) as archive:
        assert order.number in archive.read("data.json").decode()


def test_dead_letters_are_listed_sent_again_and_dropped(world):
    chat, _ = begun(world)
    for why in ("strange", "odd"):
        refusal = f"Bad Request: {why}"
        world.telegram.script("sendMessage", chat=chat.person.id, times=1, status=400, description=refusal)
        chat.person.sends("/help")
    chat.says("thanks", "welcome")
    wait_for(lambda: len(help_in(world, chat, "dead")) == 2)
    strange, odd = help_in(world, chat, "dead")
    listed = run_cli(world, "outbox", "list")
    for number, why in ((strange, "strange"), (odd, "odd")):
        assert re.search(rf"^{number}  .*  telegram  said.help_customer, tries 1: {why}$", listed, re.M | re.I)
    run_cli(world, "outbox", "drop", str(odd))
    chat.after(lambda: run_cli(world, "outbox", "retry", str(strange)), "You can ask me")
    wait_for(lambda: help_in(world, chat, "sent") == [strange])
    assert help_in(world, chat, "dropped") == [odd]


def help_in(world: World, chat: Chat, state: str) -> list[int]:
    """The numbers of the chat's messages of help in a state."""
    with world.database.reading() as session:
        mine = select(Conversation.id).where(Conversation.address == str(chat.person.id)).scalar_subquery()
        query = select(OutboxRow.id).where(OutboxRow.conversation_id == mine, OutboxRow.name == "said.help_customer")
        return list(session.exec(query.where(OutboxRow.state == state).order_by(OutboxRow.id)))


def test_what_nobody_can_read_holds_up_nothing_and_is_not_logged(world):
    chat, _ = begun(world)
    said = {"message_id": 900, "date": 1, "chat": chat.person.identity, "from": chat.person.user}
    video = {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}
    chat.after(lambda: world.telegram.inject({"message": {**said, "video": video}}), "cannot watch")
    worded = {**said, "video": video, "caption": "thank you very much"}
    chat.after(lambda: world.telegram.inject({"message": worded}), "welcome")
    strange = [
        {"message": {**said, "poll": {"question": "hagebutte", "new_in_a_later_version": True}}},
        {"message": {**said, "date": "hagebutte"}},
    ]
    for each in strange:
        chat.after(lambda each=each: world.telegram.inject(each), "cannot read")
    for each in ({"callback_query": {"data": "hagebutte"}}, {"edited_message": {"hagebutte": 1}}, {"message": 7}):
        world.telegram.inject(each)
    chat.says("thanks", "welcome")
    world.telegram.wait_until(lambda: not world.telegram.pending_updates)
    log = (world.serving.folder / "server.log").read_text()
    assert log.count("telegram.unreadable") == 5
    assert "hagebutte" not in log


def test_nothing_personal_is_logged(world):
    chat, _ = begun(world)
    chat.says("leave it with Frau Hagedorn, Torstr. 99, the code is XK-7788-Q", "Noted")
    log = (world.serving.folder / "server.log").read_text()
    assert "turn.done" in log
    for secret in ("Jonas", "Weber", "Hagedorn", "Torstr", "XK-77", "Invalidenstr", world.telegram.token):
        assert secret not in log
