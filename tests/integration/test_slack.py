"""Slack, by HTTP and by Socket Mode: what staff write and press, and what they see of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from actions.perform import perform
from actions.perform import tell as put
from bot.clock import new_id, now
from bot.receive import Message
from domain.commands import SetRole
from domain.conversations import Conversation
from domain.events import Event
from domain.moment import SYSTEM
from domain.notices import CaseResolved
from domain.staff import EVERYWHERE, Staff
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import a_case, moment
from tests.emulators.slack import SlackEmulator
from tests.workspace import Workspace, a_workspace

#: Both modes and both databases, each once.
both_ways = pytest.mark.parametrize(
    ("slack", "database_url"), [("http", "sqlite"), ("socket", "postgresql")], indirect=True, ids=["http", "socket"]
)


@pytest.fixture
def slack(request: pytest.FixtureRequest) -> Iterator[SlackEmulator]:
    with SlackEmulator(request.param, echoes=True) as running:
        yield running
        assert running.complaints == []


@pytest.fixture
def work(slack, database, tmp_path) -> Iterator[Workspace]:
    with a_workspace(database, tmp_path, slack) as running:
        yield running


def rows(work: Workspace, kind):
    with work.database.reading() as session:
        return list(session.exec(select(kind)).all())


@both_ways
def test_a_slash_command_is_answered_to_who_wrote_it(work):
    mia = work.staff()
    north = work.slack.channel("north", mia)
    run = mia.runs(north, "/rounds show schedule").wait()
    assert (run.error, run.answer) == ("", None)
    assert run.seconds < 3
    told = work.slack.until_posted(north, containing="things by itself", to=mia).wait()
    assert told.only_for == mia.id
    assert [row.text for row in rows(work, InboxRow)] == ["/rounds show schedule"]


@both_ways
def test_a_room_is_what_is_commanded_in_it_and_everybody_sees_that(work):
    ada = work.staff("Ada Zzadmin", "admin")
    north = work.slack.channel("north", ada)
    ada.runs(north, "/rounds use this channel depot=north").wait()
    shown = work.slack.until_posted(north, containing="told what comes up").wait()
    assert f"<@{ada.id}>" in shown.words
    with work.database.reading() as session:
        room = UnitOfWork(session, SYSTEM).chats.find("slack", north.id)
    assert (room.desk, room.role) == ("north", "viewer")
    ada.runs(ada.direct, "/rounds use this channel depot=north").wait()
    work.slack.until_posted(ada.direct, containing="nobody but you").wait()


@both_ways
def test_a_viewer_is_told_who_may(work):
    vera = work.staff("Vera Zzviewer", "viewer")
    north = work.slack.channel("north", vera)
    vera.runs(north, "/rounds use this channel depot=north").wait()
    refused = work.slack.until_posted(north, to=vera).wait()
    assert "admin" in refused.words
    assert [each.change for each in rows(work, Event)] == ["role"]


@both_ways
def test_strangers_and_guests_command_nothing(work):
    eve = work.slack.person("Eve Zzstranger")
    north = work.slack.channel("north", eve)
    run = eve.runs(north, "/rounds show schedule").wait()
    assert "not on the staff list" in str(run.answer)
    eve.mentions(north, "show schedule")
    assert "not on the staff list" in work.slack.until_posted(north, containing="staff list", to=eve).wait().words
    eve.tells("show schedule")
    work.slack.until_posted(eve.direct, containing="staff list").wait()
    assert rows(work, InboxRow) == []


@both_ways
def test_who_left_commands_nothing(work):
    mia = work.staff()
    with work.database.writing() as session:
        session.exec(select(Staff)).one().active = False
    run = mia.runs(work.slack.channel("north", mia), "/rounds show schedule").wait()
    assert "no longer on the staff list" in str(run.answer)


@both_ways
def test_words_are_answered_where_they_are_said(work):
    mia = work.staff()
    north = work.slack.channel("north", mia)
    mia.tells("/show_schedule")
    work.slack.until_posted(mia.direct, containing="things by itself").wait()
    asked = mia.mentions(north, "/show_schedule")
    work.slack.until_posted(north, containing="things by itself", to=mia).wait()
    mia.says(north, "nothing for the bot", thread=asked)
    mia.mentions(north, "/show_schedule", thread=asked)
    work.slack.until_posted(north, containing="things by itself", to=mia, thread=asked).wait()
    said = [row.text for row in rows(work, InboxRow)]
    assert said == ["/show_schedule"] * 3  # each once, though a mention is a message too


@both_ways
def test_what_is_edited_or_deleted_is_not_said_again(work):
    mia = work.staff()
    said = mia.tells("/show_schedule")
    work.slack.until_posted(mia.direct, containing="things by itself").wait()
    assert mia.edits(said, "/show_schedule please").wait().error == ""
    assert mia.deletes(said).wait().error == ""
    assert len(rows(work, InboxRow)) == 1


@both_ways
def test_a_button_works_once_and_is_gone(work):
    mia = work.staff()
    mia.tells("/greet")
    menu = work.slack.until_posted(mia.direct, containing="Hello Mia").wait()
    title = menu.blocks[-1]["elements"][0]["text"]["text"]
    pressed = mia.presses(menu, title)
    assert pressed.wait().error == ""
    work.slack.until_posted(mia.direct, after=menu).wait()
    work.slack.until(lambda: not [each for each in menu.blocks if each["type"] == "actions"]).wait()


@both_ways
def test_a_retried_event_has_one_effect(work):
    mia = work.staff()
    said = mia.tells("/show_schedule")
    delivery = said.deliveries[0].wait()
    again = work.slack.retries(delivery).wait()
    assert again.error == ""
    work.slack.until_posted(mia.direct, containing="things by itself").wait()
    assert len(rows(work, InboxRow)) == 1


@both_ways
def test_somebody_can_be_told_before_they_ever_wrote_alone(work):
    mia = work.staff()
    north = work.slack.channel("north", mia)
    mia.runs(north, "/rounds show schedule").wait()
    work.slack.until_posted(north, to=mia).wait()
    tell(work, CaseResolved(reference="C-1001", already=False, staff=1))
    assert "C-1001" in work.slack.until_posted(mia.direct).wait().words


@both_ways
def test_who_is_put_on_the_list_can_be_told_at_once(work):
    bo = work.slack.person("Bo Zznew")
    perform(work.database, [SetRole(person="Bo Zznew", role="viewer", slack_id=bo.id, new=True)], moment(SYSTEM))
    tell(work, CaseResolved(reference="C-1001", already=False, staff=1))
    work.slack.until_posted(bo.direct, containing="C-1001").wait()


@both_ways
def test_words_are_taken_and_a_file_beside_them_is_said_to_be_unread(work):
    mia = work.staff()
    mia.shares(mia.direct, "a.pdf", b"%PDF", "/show_schedule")
    work.slack.until_posted(mia.direct, containing="things by itself").wait()
    work.slack.until_posted(mia.direct, containing="cannot open the file").wait()
    mia.shares(mia.direct, "b.pdf", b"%PDF")
    work.slack.until_posted(mia.direct, containing="only read text").wait()


def tell(work: Workspace, *notices) -> None:
    with work.database.writing() as session:
        for notice in notices:
            assert put(notice, UnitOfWork(session, SYSTEM), moment(SYSTEM))
    work.program.committed()


@both_ways
def test_outside_of_a_channel_it_answers_alone_and_says_how_to_invite_it(work):
    mia = work.staff()
    other = work.slack.channel("other", mia, app=False)
    mia.runs(other, "/rounds show schedule").wait()
    told = work.slack.until_posted(mia.direct, containing="things by itself").wait()
    assert "/invite" in told.words


def room_of(work: Workspace, place, desk: str = EVERYWHERE) -> int:
    with work.database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        room = chats.get(chats.find_or_add("slack", place.id, now()))
        room.desk, room.role = desk, "viewer"
        return room.id


def waiting_case(work: Workspace) -> str:
    """A customer who waits for a person in the web chat."""
    with work.database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        chat = chats.find_or_add("web", "somebody", now())
        case = a_case(session, "wish.talk_to_human")
        case.conversation_id = chat
        session.flush()
        return case.name


@both_ways
def test_what_is_written_under_a_customers_case_goes_to_the_customer(work):
    mia, eve = work.staff(), work.slack.person("Eve Zzstranger")
    room = work.slack.channel("room", mia, eve)
    room_of(work, room)
    name = waiting_case(work)
    tell(work, CaseResolved(reference=name, already=False, desk=EVERYWHERE, live=f"case:{name}"))
    card = work.slack.until_posted(room, containing=name).wait()
    work.slack.until(lambda: rows(work, OutboxRow)[0].provider_id).wait()
    mia.says(room, "Which colour < or > is it?", thread=card)
    eve.says(room, "me too", thread=card)
    work.slack.until_posted(room, containing="staff list", to=eve).wait()
    mia.shares(room, "a.pdf", b"%PDF", "look", thread=card)
    work.slack.until_posted(room, containing="Files cannot be passed on", to=mia).wait()
    work.slack.until(lambda: said_to_customer(work)).wait()
    assert said_to_customer(work) == ["Which colour < or > is it?"]


def said_to_customer(work: Workspace) -> list[str]:
    return [row.facts["words"] for row in rows(work, OutboxRow) if row.kind == "PersonSaid"]


@both_ways
def test_what_belongs_to_a_message_is_said_under_it(work):
    mia = work.staff()
    room = work.slack.channel("room", mia)
    room_of(work, room)
    tell(
        work,
        CaseResolved(reference="C-1001", already=False, desk=EVERYWHERE, live="case:C-1001"),
        CaseResolved(reference="C-1002", already=False, desk=EVERYWHERE, thread="case:C-1001"),
    )
    card = work.slack.until_posted(room, containing="C-1001").wait()
    assert "C-1002" in work.slack.until_posted(room, thread=card).wait().words
    tell(work, CaseResolved(reference="C-1001", already=True, desk=EVERYWHERE, live="case:C-1001"))
    work.slack.until(lambda: card.versions).wait()


@both_ways
def test_a_form_is_opened_filled_in_and_sent(work):
    ada = work.staff("Ada Zzadmin", "admin")
    north = work.slack.channel("north", ada)
    assert ada.runs(north, "/rounds set role").wait().error == ""
    form = work.slack.until_modal(ada, containing="Role").wait()
    assert rows(work, InboxRow) == []
    wrong = ada.submits(form, {"Name": "Bo Zznew", "Role": "viewer", "User in Slack": "nobody"}).wait()
    assert list(wrong.answer["errors"]) == ["slack_id"]
    assert ada.submits(form, {"User in Slack": "U0BO", "New on the list": "Yes"}).wait().error == ""
    assert ada.modal is None
    work.slack.until_posted(north, containing="Bo Zznew is viewer").wait()
    assert [row.key for row in rows(work, InboxRow)] == [f"slack:view:{form.id}"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_admins_are_made_at_the_start_and_the_room_opened(database, tmp_path):
    with SlackEmulator("http") as slack:
        ada = slack.person("Ada Zzadmin")
        general = slack.channel("general", ada)
        with a_workspace(database, tmp_path, slack, slack_admins=ada.id, slack_channel=general.id) as work:
            slack.until(lambda: [each for each in rows(work, Conversation) if each.desk == EVERYWHERE]).wait()
            person = rows(work, Staff)[0]
            assert (person.name, person.role, person.slack_id) == ("Ada Zzadmin", "admin", ada.id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_forged_old_and_repeated_requests_are_refused(database, tmp_path):
    with SlackEmulator("http") as slack, a_workspace(database, tmp_path, slack) as work:
        mia = work.staff()
        with slack.forging(secret="wrong"):
            assert mia.runs(mia.direct, "/rounds show schedule").wait().status == 401
        with slack.forging(age=301):
            assert mia.runs(mia.direct, "/rounds show schedule").wait().status == 401
        right = mia.runs(mia.direct, "/rounds show schedule").wait()
        assert right.status == 200
        assert slack.replays(right).wait().status == 401
        assert len(rows(work, InboxRow)) == 1


@both_ways
def test_a_customer_and_a_person_talk_through_the_thread_of_a_case(work):
    mia = work.staff()
    room = work.slack.channel("room", mia)
    room_of(work, room)
    says(work, "/talk_to_human")
    card = work.slack.until_posted(room, containing="C-1001").wait()
    work.slack.until(lambda: is_marked(work, "case:C-1001")).wait()
    mia.says(room, "Hello, Mia here. <b>What</b> is it?", thread=card)
    work.slack.until(lambda: said_to_customer(work)).wait()
    assert said_to_customer(work) == ["Hello, Mia here. <b>What</b> is it?"]
    says(work, "it is the <!channel> kettle")
    told = work.slack.until_posted(room, containing="kettle", thread=card).wait()
    assert "<!channel>" not in told.blocks[0]["text"]["text"]
    mia.presses(card, "Close")
    work.slack.until(lambda: "settled" in card.words.lower() or "closed" in card.words.lower()).wait()
    mia.says(room, "well done, all of us", thread=card)
    work.slack.until_posted(room, containing="only your colleagues read that", to=mia, thread=card).wait()
    mia.mentions(room, "/show_schedule", thread=card)
    work.slack.until_posted(room, containing="things by itself", to=mia, thread=card).wait()
    assert len(said_to_customer(work)) == 1


def says(work: Workspace, words: str) -> None:
    """A customer writes in the web chat."""
    work.program.receiver.answer(Message("web", "somebody", words, f"web:{new_id()}"))


def is_marked(work: Workspace, live: str) -> bool:
    return any(row.live == live and row.provider_id for row in rows(work, OutboxRow))


@both_ways
def test_a_card_changes_where_it_is_shown_and_names_who_took_it(work):
    mia = work.staff("Mia Zzstaff")
    room = work.slack.channel("room", mia)
    room_of(work, room)
    says(work, "/talk_to_human")
    card = work.slack.until_posted(room, containing="C-1001").wait()
    work.slack.until(lambda: is_marked(work, "case:C-1001")).wait()
    mia.presses(card, "I take it")
    work.slack.until(lambda: f"<@{mia.id}>" in str(card.blocks)).wait()
    assert card.versions
    work.slack.until_posted(room, thread=card).wait()
    assert card.blocks[-1]["type"] == "actions"


@both_ways
def test_my_exceptions_are_on_my_home_and_come_up_by_themselves(work, monkeypatch):
    monkeypatch.setattr("bot.channels.slack.home.DEBOUNCE", 0.05)
    mia = work.staff("Mia Zzstaff")
    mia.opens_home()
    work.slack.until_home(mia, containing="Depot North").wait()
    says(work, "/talk_to_human")
    mia.runs(mia.direct, "/rounds own case case=C-1001").wait()
    home = work.slack.until_home(mia, containing="C-1001").wait()
    button = next(each for block in home.blocks if block["type"] == "actions" for each in block["elements"])
    mia.presses(home, button["text"]["text"])
    work.slack.until_posted(mia.direct, containing="C-1001").wait()


@both_ways
def test_a_question_is_asked_to_who_pressed_and_goes_when_it_is_answered(work):
    mia, ben = work.staff("Mia Zzstaff"), work.staff("Ben Zzstaff")
    room = work.slack.channel("room", mia, ben)
    room_of(work, room)
    says(work, "/talk_to_human")
    card = work.slack.until_posted(room, containing="C-1001").wait()
    work.slack.until(lambda: is_marked(work, "case:C-1001")).wait()
    mia.presses(card, "Give to …")
    asked = work.slack.until_posted(room, to=mia).wait()
    assert ben.ephemerals(room) == []
    mia.presses(asked, "Ben Zzstaff")
    work.slack.until(lambda: mia.ephemerals(room) == []).wait()
    assert "Ben" in work.slack.until_posted(room, thread=card).wait().text
    work.slack.until(lambda: f"<@{ben.id}>" in str(card.blocks)).wait()
    work.slack.until_posted(ben.direct, containing="C-1001").wait()
