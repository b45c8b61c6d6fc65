"""Slack, from what staff write to what they see: the real program, slack-bolt and slack_sdk unmodified.

Socket Mode on SQLite and HTTP on PostgreSQL, each with one program for all tests of this file.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from domain.staff import Staff
from storage.database import Database
from storage.schema import migrate
from tests.builders import a_staff_member, business
from tests.e2e.slack_world import WORLDS, World, environment, install, only, opened
from tests.emulators.slack import SlackEmulator
from tests.serving import serve


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    yield from opened(request, tmp_path_factory, trained)


def test_a_command_a_mention_and_words_alone_come_to_the_same(world):
    mia = world.staff()
    north = world.slack.channel("north", mia)
    run = mia.runs(north, "/rounds schedule north depot").wait()
    assert run.error == ""
    assert run.seconds < 3
    first = world.slack.until_posted(north, containing="by itself", to=mia).wait()
    mia.mentions(north, "when is the planning at the north depot?")
    second = world.slack.until_posted(north, containing="by itself", to=mia, after=first).wait()
    mia.tells("show me the schedule of the north depot")
    third = world.slack.until_posted(mia.direct, containing="by itself").wait()
    assert first.words == second.words == third.words


def test_a_mistyped_command_is_asked_back(world):
    mia = world.staff("Bea Zzstaff")
    mia.runs(mia.direct, "/rounds publsh").wait()
    world.slack.until_posted(mia.direct, containing='Did you mean "publish').wait()


def test_help_lists_what_the_role_may(world):
    vera, ada = world.staff("Vera Zzviewer", "viewer"), world.staff("Abe Zzadmin", "admin")
    vera.runs(vera.direct, "/rounds help").wait()
    ada.runs(ada.direct, "/rounds").wait()
    seen = world.slack.until_posted(vera.direct, containing="show schedule").wait()
    assert "set role" not in seen.words
    world.slack.until_posted(ada.direct, containing="set role").wait()


def test_somebody_who_speaks_spanish_is_answered_in_it_and_told_what_is_read(world):
    ines = world.staff("Inés Zzstaff")
    ines.tells("¿me puedes decir qué furgoneta está libre hoy?")
    world.slack.until_posted(ines.direct, containing="lo leo en inglés").wait()
    ines.runs(ines.direct, "/rounds habla español").wait()
    world.slack.until_posted(ines.direct, containing="te hablo en español").wait()
    ines.tells("when is the planning at the north depot?")
    world.slack.until_posted(ines.direct, containing="cosas por su cuenta").wait()


def test_a_viewer_who_commands_is_told_who_may(world):
    vera = world.staff("Vicky Zzviewer", "viewer")
    north = world.slack.channel("viewers", vera)
    vera.runs(north, "/rounds publish routes depot=north").wait()
    assert "dispatcher" in world.slack.until_posted(north, to=vera).wait().words
    world.slack.until(lambda: '"outcome": "refused"' in world.log() or "outcome=refused" in world.log()).wait()


def test_a_stranger_is_refused_and_logged_without_a_name(world):
    eve = world.slack.person("Eve Zzstranger")
    run = eve.runs(eve.direct, "/rounds show schedule").wait()
    assert "not on the staff list" in str(run.answer)
    world.slack.until(lambda: "stranger" in world.log()).wait()
    assert "Zzstranger" not in world.log()


def test_the_first_admin_is_set_and_gives_roles_by_a_form(world):
    ada = world.ada
    with world.database.reading() as session:
        assert session.exec(select(Staff.name).where(Staff.slack_id == ada.id)).one() == "Ada Zzadmin"
    room = world.slack.channel("roles", ada)
    ada.runs(room, "/rounds set role").wait()
    form = world.slack.until_modal(ada, containing="Role").wait()
    ada.submits(form, {"Name": "Bo Zznew", "Role": "viewer", "User in Slack": "U0BO", "New on the list": "Yes"}).wait()
    world.slack.until_posted(room, containing="Bo Zznew is viewer").wait()


def test_a_button_pressed_twice_acts_once(world):
    mia = world.staff("Mo Zzstaff")
    mia.tells("hello")
    menu = world.slack.until_posted(mia.direct, containing="Hello Mo").wait()
    button = menu.blocks[-1]["elements"][0]
    pressed = mia.presses(menu, button["text"]["text"]).wait()
    world.slack.replays(pressed).wait()
    world.slack.until_posted(mia.direct, after=menu).wait()
    assert len(world.inbox(button["value"])) == 1


def test_an_event_that_comes_again_is_handled_once(world):
    mia = world.staff("Max Zzstaff")
    said = mia.tells("what does the schedule say, for the north depot")
    world.slack.retries(said.deliveries[0].wait()).wait()
    world.slack.until_posted(mia.direct, containing="by itself").wait()
    assert len(world.inbox("what does the schedule say, for the north depot")) == 1


@pytest.mark.parametrize("trouble", [{"retry_after": 1}, {"status": 503}, {"drop": True}, {"error": "internal_error"}], ids=["429", "503", "dropped", "error"])  # fmt: skip
def test_after_trouble_the_answer_comes(world, trouble):
    mia = world.staff(f"Trouble Zzstaff {len(world.slack.calls())}")
    script = world.slack.script("chat.postMessage", times=1, **trouble)
    mia.tells("show me the schedule of the north depot")
    world.slack.until_posted(mia.direct, containing="by itself").wait()
    assert script.used == 1


def test_a_slow_slack_holds_up_no_acknowledgement(world):
    mia, ben = world.staff("Slow Zzstaff"), world.staff("Ben Zzstaff")
    north = world.slack.channel("slow", mia)
    hanging = world.slack.script("chat.postEphemeral", channel=north, hang=True)
    assert mia.runs(north, "/rounds schedule depot=north").wait().seconds < 3
    world.slack.until(lambda: hanging.used).wait()
    began = time.monotonic()
    ben.tells("show me the schedule of the north depot")
    world.slack.until_posted(ben.direct, containing="by itself").wait()
    assert time.monotonic() - began < 5
    world.slack.release(hanging)
    world.slack.until_posted(north, containing="by itself", to=mia).wait()


@only("http")  # Socket Mode has no signatures
def test_what_slack_has_not_signed_is_refused(world):
    mia = world.staff("Sig Zzstaff")
    with world.slack.forging(secret="somebody else's"):
        assert mia.runs(mia.direct, "/rounds help").wait().status == 401
    with world.slack.forging(age=400):
        assert mia.runs(mia.direct, "/rounds help").wait().status == 401
    right = mia.runs(mia.direct, "/rounds help").wait()
    assert world.slack.replays(right).wait().status == 401
    assert world.log().count("slack.refused") >= 3


@only("socket")
def test_a_lost_connection_is_opened_again(world):
    mia = world.staff("Con Zzstaff")
    before = len(world.slack.calls("apps.connections.open"))
    world.slack.disconnects()
    world.slack.until_connected(before + 1).wait()
    mia.tells("show me the schedule of the north depot")
    world.slack.until_posted(mia.direct, containing="by itself").wait()


@pytest.mark.parametrize("mode", ["http", "socket"])
def test_a_killed_program_loses_nothing_it_has_acknowledged(tmp_path, trained, mode):
    folder = tmp_path / "data"
    shutil.copytree(trained, folder / "nlu")
    database = Database(f"sqlite:///{folder / 'roundsman.db'}")
    migrate(database)
    with database.writing() as session:
        business(session)
    with SlackEmulator(mode) as slack:
        mia = slack.person("Mia Zzstaff")
        a_staff_member(database, "Mia Zzstaff", "dispatcher", mia.id)
        settings, port = environment(slack, mia), 0
        with serve(folder, settings) as serving:
            install(slack, serving.url)
            port = int(serving.url.rpartition(":")[2])
            hanging = slack.script("chat.postMessage", hang=True, times=None)
            assert mia.runs(mia.direct, "/rounds schedule depot=north").wait().error == ""
            serving.kill()
        slack.calm()
        assert hanging.used in (0, 1)
        with serve(folder, settings, port=port):
            slack.until_posted(mia.direct, containing="by itself").wait()
    database.close()
