"""What shows that an order was handed over: photo, name, PIN, place; a part of an order; a collected return."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.clock import now
from bot.files import Files
from bot.settings import Settings
from bot.tidying import tidy
from domain.cases import Case
from domain.commands import ResolveCase
from domain.conversations import Conversation
from domain.deliveries import DeliveryProof, StoredFile
from domain.routes import RoutePosition, Task
from tests.builders import HOME, NOW, OFFICE, a_pickup, moment
from tests.meanings import meaning
from tests.on_the_road import Road, in_words, on_the_road
from tests.talking import Talk

PHOTO = "p" * 22


def a_photo(road: Road, talk: Talk, file_id: str = PHOTO, **values: Any) -> str:
    """A photo that came in the driver's chat."""
    with road.database.writing() as session:
        given = {
            "kind": "photo",
            "conversation_id": talk.conversation_id,
            "path": "x.jpg",
            "mime": "image/jpeg",
            **values,
        }
        session.add(StoredFile(id=file_id, created_at=talk.now, **given))
    return file_id


def proof(road: Road, stop: int) -> DeliveryProof | None:
    with road.database.reading() as session:
        return session.get(DeliveryProof, road.numbers[stop - 1])


@pytest.mark.parametrize("required", [True, False])
def test_a_photo_is_asked_for_and_kept(database, required) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "photo", "proof_required": required}])
    talk = road.talk()
    assert talk.say("done", "delivered") == ["ask.proof_photo"]
    assert talk.shown[-1].media["wants"] == "photo"
    labels = [choice["label"] for choice in talk.choices()]
    assert ("choice.without_photo" in labels) is not required
    photo = a_photo(road, talk)
    assert talk.hear(meaning("", "share_photo", 1.0, photo=photo)) == ["driver.ahead"]
    assert road.order(1).status == "delivered"
    found = proof(road, 1)
    assert found is not None
    assert found.photo_id == photo


def test_a_wished_photo_can_be_left_out_and_a_must_cannot(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "photo"}, {"proof": "photo", "proof_required": True}])
    talk = road.talk()
    talk.say("done", "delivered")
    talk.press("choice.without_photo")
    assert road.order(1).status == "delivered"
    talk.say("2 done", "delivered", stop=2)
    assert talk.say("i cant take one") == ["ask.proof_photo"]
    assert "This one needs a photo" in in_words(talk)
    assert "choice.failed" in [choice["label"] for choice in talk.choices()]
    assert road.order(2).status == "out_for_delivery"


def test_one_message_can_say_it_all(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "photo+name", "proof_required": True}])
    talk = road.talk()
    photo = a_photo(road, talk)
    heard = meaning("1 delivered, signed by Mrs Kim", "delivered", stop=1, photo=photo)
    assert talk.hear(heard) == ["driver.ahead"]
    found = proof(road, 1)
    assert found is not None
    assert (found.name, found.photo_id) == ("Mrs Kim", photo)
    [told] = road.told("OrderDelivered")
    assert told.facts["by"] == "Mrs Kim"


def test_step_by_step_with_a_correction_in_the_middle(database) -> None:
    road = on_the_road(database, 3, orders=[{"proof": "name"}, {"proof": "name"}])
    talk = road.talk()
    assert talk.say("delivered", "delivered") == ["ask.proof_name"]
    assert talk.say("no, stop 2", stop=2) == ["ask.proof_name"]
    assert talk.say("the neighbour, Mr Schmidt") == ["driver.ahead"]
    assert [road.order(n).status for n in (1, 2)] == ["out_for_delivery", "delivered"]
    found = proof(road, 2)
    assert found is not None
    assert found.name == "the neighbour, Mr Schmidt"


def test_the_right_pin_opens_and_three_wrong_ones_need_a_person(database) -> None:
    given = {"proof": "code", "proof_required": True, "code": "4711"}
    road = on_the_road(database, 3, orders=[given, given])
    talk = road.talk()
    assert talk.say("done", "delivered") == ["ask.pin"]
    assert talk.say("1234", stop=1234) == ["ask.pin"]
    assert "not the PIN" in in_words(talk)
    assert "2 tries left" in in_words(talk)
    assert talk.say("4711", stop=4711) == ["driver.ahead"]
    assert road.order(1).status == "delivered"
    assert road.order(1).code_tries == 1
    talk.say("done", "delivered")
    talk.say("1111")
    talk.say("2222")
    assert talk.say("3333") == ["refused.pin_locked"]
    assert talk.say("done pin 4711", "delivered") == ["refused.pin_locked"]
    assert road.order(2).status == "out_for_delivery"
    with database.reading() as session:
        [case] = session.exec(select(Case)).all()
        assert case.kind == "pin_failed"
    perform(database, [ResolveCase(case=case.name)], moment(OFFICE, now=talk.now))
    assert talk.say("done", "delivered") == ["ask.pin"]
    assert talk.press("choice.without_code") == ["driver.ahead"]
    assert road.order(2).status == "delivered"


def test_a_pin_said_at_once_is_taken(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "code", "code": "4711"}])
    talk = road.talk()
    assert talk.say("done, pin 4711", "delivered") == ["driver.ahead"]
    assert road.order(1).status == "delivered"


def test_a_photo_on_its_own_is_of_the_stop_at_hand(road_of_two) -> None:
    road, talk = road_of_two
    talk.say("at 1", "arrived", stop=1)
    photo = a_photo(road, talk)
    assert talk.hear(meaning("", "share_photo", 1.0, photo=photo)) == ["ask.confirm.Deliver"]
    assert talk.say("yes", "affirm") == ["driver.ahead"]
    found = proof(road, 1)
    assert found is not None
    assert found.photo_id == photo


def test_a_photo_after_the_report_is_of_that_delivery(road_of_two) -> None:
    road, talk = road_of_two
    talk.say("done", "delivered")
    photo = a_photo(road, talk)
    assert talk.hear(meaning("", "share_photo", 1.0, photo=photo)) == ["driver.ahead"]
    assert talk.facts["done"][0]["what"] == "photo"
    found = proof(road, 1)
    assert found is not None
    assert found.photo_id == photo
    assert road.states() == ["completed", "en_route"]


def test_a_photo_of_another_chat_is_none_of_theirs(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "photo", "proof_required": True}])
    talk = road.talk()
    other = Talk(database)
    photo = a_photo(road, other)
    talk.say("done", "delivered")
    assert talk.hear(meaning("", "share_photo", 1.0, photo=photo)) == ["ask.proof_photo"]
    assert proof(road, 1) is None


@pytest.fixture
def road_of_two(database) -> tuple[Road, Talk]:
    road = on_the_road(database, 2)
    return road, road.talk()


def test_far_from_the_address_is_asked_and_marked(road_of_two) -> None:
    road, talk = road_of_two
    with road.database.writing() as session:
        session.add(RoutePosition(route_id=road.route, at=talk.now, lat=HOME.lat + 0.01, lon=HOME.lon))
    assert talk.say("done", "delivered", stop=1) == ["ask.deliver_here"]
    assert "1112 m" in in_words(talk)
    talk.press("choice.yes")
    assert talk.facts["done"][0]["far"] == 1112
    found = proof(road, 1)
    assert found is not None
    assert found.place is not None
    events = [each for each in road.events("order", road.numbers[0]) if each.after == "delivered"]
    assert events[-1].detail["far"] == 1112


def test_a_part_that_is_handed_over_far_away_is_asked_and_marked_too(road_of_two) -> None:
    road, talk = road_of_two
    with road.database.writing() as session:
        session.add(RoutePosition(route_id=road.route, at=talk.now, lat=HOME.lat + 0.01, lon=HOME.lon))
    assert talk.say("only part of it", "delivered_part") == ["ask.deliver_here"]
    assert talk.press("choice.yes") == ["ask.kept"]
    talk.press("choice.kept", 1)
    assert talk.press("choice.that_is_all") == ["driver.ahead"]
    assert talk.facts["done"][0]["far"] == 1112
    assert "Noted as 1112 m from the address" in in_words(talk)
    events = [each for each in road.events("order", road.numbers[0]) if each.after == "partially_delivered"]
    assert events[-1].detail["far"] == 1112


def test_a_part_is_not_handed_over_elsewhere_after_a_no(road_of_two) -> None:
    road, talk = road_of_two
    with road.database.writing() as session:
        session.add(RoutePosition(route_id=road.route, at=talk.now, lat=HOME.lat + 0.01, lon=HOME.lon))
    talk.say("only part of it", "delivered_part")
    assert talk.press("choice.no_other_place") == ["refused.not_here"]
    assert road.order(1).status == "out_for_delivery"


def test_an_old_position_says_nothing(road_of_two) -> None:
    road, talk = road_of_two
    with road.database.writing() as session:
        past = talk.now - timedelta(minutes=20)
        session.add(RoutePosition(route_id=road.route, at=past, lat=HOME.lat + 0.01, lon=HOME.lon))
    assert talk.say("done", "delivered", stop=1) == ["driver.ahead"]


def test_two_stops_in_one_message_count_after_one_yes(database) -> None:
    road = on_the_road(database, 5)
    talk = road.talk()
    assert talk.say("dropped 4 and 5", "delivered", stop=[4, 5]) == ["ask.confirm.Deliver"]
    assert "Stops 4 and 5 delivered" in in_words(talk)
    assert talk.say("yes", "affirm") == ["driver.ahead"]
    assert [road.order(n).status for n in (4, 5)] == ["delivered"] * 2
    assert [each["stop"] for each in talk.facts["done"]] == [4, 5]
    assert [report.what for report in road.reports()] == ["Deliver"]
    talk.say("undo", "undo")
    assert [road.order(n).status for n in (4, 5)] == ["out_for_delivery"] * 2


def test_stops_with_a_must_are_reported_one_by_one(database) -> None:
    road = on_the_road(database, 3, orders=[{}, {"proof": "photo", "proof_required": True}])
    talk = road.talk()
    assert talk.say("dropped 1 and 2", "delivered", stop=[1, 2]) == ["refused.proof_one_by_one"]
    talk.press("choice.delivered_at")
    assert [road.order(n).status for n in (1, 2)] == ["delivered", "out_for_delivery"]


def test_done_twice_in_a_breath_is_asked(database) -> None:
    road = on_the_road(database, 3)
    talk = road.talk()
    talk.say("done", "delivered")
    assert talk.say("done", "delivered") == ["ask.confirm.Deliver"]
    assert talk.say("no", "deny") == ["said.kept"]
    assert road.states() == ["completed", "en_route", "pending"]
    talk.wait(minutes=5)
    assert talk.say("done", "delivered") == ["driver.ahead"]


def test_words_of_a_part_are_no_whole_delivery(road_of_two) -> None:
    road, talk = road_of_two
    assert talk.say("1 done but only one of the boxes, one was refused", "delivered", stop=1) == ["ask.part_or_all"]
    assert talk.press("choice.part") == ["ask.kept"]
    talk.press("choice.kept")
    assert talk.press("choice.that_is_all") == ["driver.ahead"]
    assert road.order(1).status == "partially_delivered"


def test_a_part_by_buttons_and_the_rest_comes_back(road_of_two) -> None:
    road, talk = road_of_two
    talk.say("at 1", "arrived")
    assert talk.press("choice.part") == ["ask.kept"]
    grinder = next(
        each["id"] for each in talk.choices() if each["values"].get("items", [{}])[0].get("name") == "Espresso grinder"
    )
    assert talk.press_id(grinder) == ["ask.kept"]
    assert talk.press("choice.that_is_all") == ["driver.ahead"]
    assert road.order(1).status == "partially_delivered"
    assert road.states() == ["partial", "en_route"]
    handed = [each for each in road.events("order", road.numbers[0]) if each.change == "handed_over"]
    assert handed[-1].detail["pieces"] == {"SKU-1": 2, "SKU-2": 0}
    [told] = road.told("OrderDelivered")
    assert (told.facts["partly"], told.facts["missing"]) == (True, [{"name": "Espresso grinder", "quantity": 1}])
    before = road.snapshot()
    talk.say("undo", "undo")
    assert road.order(1).status == "out_for_delivery"
    assert before != road.snapshot()


def test_a_return_is_collected_with_its_condition(road_of_two) -> None:
    road, talk = road_of_two
    with road.database.writing() as session:
        first = session.exec(select(Task).where(Task.order_number == road.numbers[0])).one()
        made = a_pickup(session, road.shop, day=NOW.date())
        session.add(
            Task(
                depot_id=first.depot_id, day=NOW.date(), kind="pickup", return_number=made.number, stop_id=first.stop_id
            )
        )
    talk.say("at 1", "arrived")
    talk.press("choice.delivered")
    assert talk.facts["card"]["stop"] == 1
    assert talk.press("choice.collected") == ["ask.return_condition"]
    assert talk.say("box is opened but looks fine") == ["ask.return_photo"]
    assert talk.press("choice.without_photo") == ["driver.ahead"]
    assert road.states()[0] == "completed"
    task = next(each for each in road.all(Task) if each.return_number == made.number)
    collected = [each for each in road.events("task", task.name) if each.change == "collected"]
    assert collected[0].detail["condition"] == "opened"


def keep_one(talk: Talk) -> list[str]:
    """Say that one piece of what is at the next stop stays aboard, and nothing else."""
    talk.say("only part of it", "delivered_part")
    talk.press("choice.kept", 1)
    return talk.press("choice.that_is_all")


def test_a_part_needs_the_pin_as_the_whole_does(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "code", "proof_required": True, "code": "4821"}])
    talk = road.talk()
    assert keep_one(talk) == ["ask.pin"]
    assert talk.say("1111") == ["ask.pin"]
    assert (road.order(1).status, road.order(1).code_tries) == ("out_for_delivery", 1)
    assert talk.say("4821") == ["driver.ahead"]
    assert road.order(1).status == "partially_delivered"


def test_a_part_is_shown_by_photo_and_name_and_taken_back_with_them(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "photo+name", "proof_required": True}])
    talk, before = road.talk(), road.snapshot()
    assert keep_one(talk) == ["ask.proof_photo"]
    photo = a_photo(road, talk)
    assert talk.hear(meaning("", "share_photo", 1.0, photo=photo)) == ["ask.proof_name"]
    assert talk.say("Mrs Miller") == ["driver.ahead"]
    found = proof(road, 1)
    assert found is not None
    assert (road.order(1).status, found.photo_id) == ("partially_delivered", photo)
    talk.say("undo", "undo")
    assert road.snapshot() == before


def test_a_wished_proof_of_a_part_can_be_left_out(database) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "name"}])
    talk = road.talk()
    assert keep_one(talk) == ["ask.proof_name"]
    assert talk.press("choice.without_name") == ["driver.ahead"]
    assert road.order(1).status == "partially_delivered"


def test_proofs_outlive_the_phone_that_sent_them(database, tmp_path) -> None:
    road = on_the_road(database, 2, orders=[{"proof": "photo"}])
    talk = road.talk()
    talk.say("done", "delivered")
    photo = a_photo(road, talk)
    talk.hear(meaning("", "share_photo", 1.0, photo=photo))
    a_photo(road, talk, "r" * 22, kind="return")
    a_photo(road, talk, "q" * 22)
    with road.database.writing() as session:
        chat = session.get_one(Conversation, talk.conversation_id)
        chat.last_at = now() - timedelta(days=31)
    files = Files(Settings(data_folder=tmp_path, _env_file=None))  # type: ignore[call-arg]
    tidy(road.database, files)
    assert len(road.all(StoredFile)) == 3  # while the chat is a driver's, all that was sent in it stays
    with road.database.writing() as session:
        session.get_one(Conversation, talk.conversation_id).release_driver()
    tidy(road.database, files)
    assert road.all(Conversation) != []  # the customers'
    assert {each.id for each in road.all(StoredFile)} == {photo, "r" * 22}
    assert proof(road, 1).photo_id == photo  # type: ignore[union-attr]
