"""Slack when it is busy, slow or away, when channels are gone, and what comes with words: files, homes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import select

from bot.clock import new_id, now
from domain.conversations import Conversation
from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from domain.notices import CaseResolved, Media
from domain.staff import EVERYWHERE
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.emulators.slack import SlackEmulator
from tests.integration.test_slack import room_of, rows, tell
from tests.workspace import Workspace, a_workspace

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def slack() -> Iterator[SlackEmulator]:
    with SlackEmulator("http", echoes=True) as running:
        yield running


@pytest.fixture
def work(slack, database, tmp_path, monkeypatch) -> Iterator[Workspace]:
    monkeypatch.setattr("bot.channels.slack.troubles.AWAY_PAUSE", 0.05)
    with a_workspace(database, tmp_path, slack) as running:
        yield running


def settled(reference: str, **values) -> CaseResolved:
    return CaseResolved(reference=reference, already=False, desk=EVERYWHERE, **values)


def outbox(work: Workspace) -> list[OutboxRow]:
    with work.database.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)).all())


@pytest.mark.parametrize(
    "trouble",
    [
        {"retry_after": 1},
        {"status": 500},
        {"status": 503},
        {"drop": True},
        {"error": "fatal_error"},
        {"body": "<html>"},
    ],
    ids=["429", "500", "503", "dropped", "error", "no JSON"],
)
def test_after_trouble_everything_comes_in_order(work, trouble):
    room = work.slack.channel("room", work.staff())
    room_of(work, room)
    work.slack.script("chat.postMessage", **trouble)
    tell(work, settled("C-1001"), settled("C-1002"))
    work.slack.until_posted(room, containing="C-1002").wait()
    assert [each.text.split()[0] for each in work.slack.posted(room)] == ["C-1001", "C-1002"]


def test_one_channel_that_must_wait_holds_up_no_other(work):
    busy, free = work.slack.channel("busy", work.staff()), work.slack.channel("free")
    room_of(work, busy, "north")
    room_of(work, free)
    work.slack.script("chat.postMessage", channel=busy, retry_after=3)
    tell(work, CaseResolved(reference="C-1001", already=False, desk="north"), settled("C-1002"))
    work.slack.until_posted(free, containing="C-1002").wait()
    assert work.slack.posted(busy) == []
    work.slack.until_posted(busy, containing="C-1001").wait()
    assert [row.attempts for row in outbox(work)] == [1, 1]


@pytest.mark.parametrize("error", ["is_archived", "channel_not_found", "not_in_channel"])
def test_a_channel_that_is_gone_is_not_tried_again_until_the_app_is_invited(work, error):
    mia = work.staff()
    room = work.slack.channel("room", mia, app=False)
    room_of(work, room)
    work.slack.script("chat.postMessage", error=error)
    tell(work, settled("C-1001"))
    work.slack.until(lambda: [each for each in rows(work, Conversation) if each.dead_at]).wait()
    assert [row.state for row in outbox(work)] == ["dead"]
    mia.invites_app(room)
    work.slack.until(lambda: not [each for each in rows(work, Conversation) if each.dead_at]).wait()
    tell(work, settled("C-1002"))
    work.slack.until_posted(room, containing="C-1002").wait()


def test_a_token_that_no_longer_works_costs_no_message(work):
    room = work.slack.channel("room", work.staff())
    room_of(work, room)
    refused = work.slack.script("chat.postMessage", error="account_inactive")
    tell(work, settled("C-1001"))
    work.slack.until(lambda: refused.used and outbox(work)[0].error).wait()
    assert (outbox(work)[0].state, outbox(work)[0].attempts) == ("pending", 0)
    assert not [each for each in rows(work, Conversation) if each.dead_at]


def test_a_message_that_is_gone_is_said_anew(work):
    room = work.slack.channel("room", work.staff())
    room_of(work, room)
    tell(work, settled("C-1001", live="case:C-1001"))
    work.slack.until(lambda: outbox(work) and outbox(work)[0].provider_id).wait()
    work.slack.script("chat.update", error="message_not_found")
    tell(work, settled("C-1001", live="case:C-1001"))
    work.slack.until(lambda: len(work.slack.posted(room)) == 2).wait()


def test_under_a_message_that_is_gone_it_is_said_all_the_same(work):
    room = work.slack.channel("room", work.staff())
    room_of(work, room)
    tell(work, settled("C-1001", live="case:C-1001"))
    work.slack.until_posted(room, containing="C-1001").wait()
    work.slack.until(lambda: outbox(work)[0].provider_id).wait()
    work.slack.script("chat.postMessage", error="thread_not_found")
    tell(work, settled("C-1002", thread="case:C-1001"))
    said = work.slack.until_posted(room, containing="C-1002").wait()
    assert said.thread_ts is None


def test_blocks_that_slack_does_not_like_are_said_in_words(work):
    room = work.slack.channel("room", work.staff())
    room_of(work, room)
    work.slack.script("chat.postMessage", error="invalid_blocks")
    tell(work, settled("C-1001"))
    shown = work.slack.until_posted(room, containing="C-1001").wait()
    assert shown.blocks == []


def a_file(work: Workspace, name: str = "plan.png") -> str:
    kept = work.program.files.keep_file(b"\x89PNG picture", name, "image/png")
    with work.database.writing() as session:
        file = StoredFile(id=new_id(), kind="export", name=name, path=kept.path, mime="image/png", created_at=now())
        session.add(file)
        return file.id


def test_files_come_before_the_message_and_once(work):
    room = work.slack.channel("room", work.staff())
    room_of(work, room)
    media = Media(photos=(a_file(work),), file=a_file(work, "all.csv"))
    work.slack.script("chat.postMessage", status=500)
    tell(work, settled("C-1001", media=media, live="case:C-1001"))
    work.slack.until_posted(room, containing="C-1001").wait()
    work.slack.until(lambda: outbox(work)[0].provider_id).wait()
    tell(work, settled("C-1001", media=media, live="case:C-1001"))
    work.slack.until_called("chat.update").wait()
    assert [each.name for each in work.slack.files] == ["plan.png", "all.csv"]
    assert [bool(each.files) for each in work.slack.messages(room)] == [True, True, False]


def test_files_for_one_person_are_not_shown_to_the_channel(work):
    mia = work.staff()
    north = work.slack.channel("north", mia)
    mia.runs(north, "/rounds show schedule").wait()
    work.slack.until_posted(north, to=mia).wait()
    with work.database.writing() as session:
        aside = UnitOfWork(session, SYSTEM).chats.find("slack", f"{north.id}/{mia.id}")
        number = aside.id
    tell(work, CaseResolved(reference="C-1001", already=False, chat=number, media=Media(file=a_file(work, "mine.csv"))))
    told = work.slack.until_posted(north, containing="C-1001", to=mia).wait()
    assert "direct messages" in told.words
    assert [bool(each.files) for each in work.slack.messages(mia.direct)] == [True]
    assert [each for each in work.slack.messages(north) if each.files] == []


def test_a_home_is_shown_and_changes_with_what_it_shows(work, monkeypatch):
    monkeypatch.setattr("bot.channels.slack.home.SHOWN", "ShowStaff")
    monkeypatch.setattr("bot.channels.slack.home.DEBOUNCE", 0.05)
    ada = work.staff("Ada Zzadmin", "admin")
    ada.opens_home()
    work.slack.until_home(ada, containing="Ada Zzadmin").wait()
    work.staff("Bo Zznew", "viewer")
    work.program.committed()
    work.slack.until_home(ada, containing="Bo Zznew").wait()
    shown = len(work.slack.calls("views.publish"))
    work.program.committed()
    ada.runs(ada.direct, "/rounds show schedule").wait()
    work.slack.until_posted(ada.direct).wait()
    assert len(work.slack.calls("views.publish")) == shown


def test_a_strangers_home_says_so(work):
    eve = work.slack.person("Eve Zzstranger")
    eve.opens_home()
    work.slack.until_home(eve, containing="staff list").wait()


def test_the_request_url_is_verified_and_takes_no_giants(work):
    assert work.slack.verifies_url().wait().answer == {"challenge": "the-challenge"}
    answer = httpx.post(f"{work.url}/webhooks/slack", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert httpx.post(f"{work.url}/webhooks/slack", content=b"{}").status_code == 401


def test_what_cannot_be_committed_is_asked_for_again_or_said(work):
    mia = work.staff()
    with work.database.writing() as session:
        session.execute(text("ALTER TABLE inbox RENAME TO away"))
    said = mia.tells("/show_schedule").deliveries[0].wait()
    assert said.status == 500
    run = mia.runs(mia.direct, "/rounds show schedule").wait()
    assert "could not take that in" in str(run.answer)
    with work.database.writing() as session:
        session.execute(text("ALTER TABLE away RENAME TO inbox"))
    work.slack.retries(said).wait()
    work.slack.until_posted(mia.direct, containing="things by itself").wait()
