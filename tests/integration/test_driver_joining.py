"""How a phone becomes a driver's, and what a driver's chat can and cannot reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from actions.catalogue import catalogue
from actions.perform import perform
from actions.registry import REGISTRY
from bot.cli import app
from domain.commands import CreateDriverCode, SetUpDriver
from domain.conversations import Conversation
from domain.driving import CODE_FOR, DriverCode
from domain.fleet import Driver
from domain.moment import Actor, Role
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, a_customer, a_link, an_order, moment
from tests.driving import a_day, another_driver
from tests.talking import Talk


@pytest.fixture
def day(database):
    return a_day(database)


def code_for(day, name="Zzdriver Nowak", now=NOW):
    notices, _ = perform(day.database, [CreateDriverCode(driver=name)], moment(OFFICE, now))
    return notices[0].code


def phone(day, **more):
    """A chat at Telegram that is nobody's yet."""
    return Talk(day.database, channel="telegram", **more)


def chat_of(day, talk):
    with day.database.reading() as session:
        return session.get(Conversation, talk.conversation_id)


def join(talk, code):
    return talk.say("open", "bind_chat", link=code)


def test_a_code_makes_a_phone_the_drivers_once(day):
    code = code_for(day)
    mine, other = phone(day), phone(day)
    assert join(mine, code) == ["driver.joined"]
    assert mine.facts["first_name"] == "Zzdriver"
    assert (chat_of(day, mine).role, chat_of(day, mine).driver_id) == ("driver", day.driver_id)
    assert [each["label"] for each in mine.choices()] == ["choice.start_shift", "choice.dispatcher"]
    assert join(other, code) == ["refused.link_dead"]
    assert chat_of(day, other).role == "customer"


def test_wrong_used_late_and_replaced_codes_are_answered_alike(day, statements):
    used, late = code_for(day), None
    join(phone(day), used)
    replaced = code_for(day)
    late = code_for(day)
    answers = {}
    for name, code, wait in (("wrong", "x" * 22, {}), ("used", used, {}), ("replaced", replaced, {}), ("late", late, {"seconds": CODE_FOR.total_seconds()})):  # fmt: skip
        talk = phone(day)
        talk.wait(**wait)
        answers[name] = (join(talk, code), talk.facts, talk.choices())
        assert chat_of(day, talk).driver_id is None
    assert all(answer == answers["wrong"] for answer in answers.values())


def test_a_code_is_a_secret_of_128_bits_that_lives_a_day(day):
    code = code_for(day)
    assert len(code) == 22
    with day.database.reading() as session:
        assert session.get(DriverCode, code).expires_at == NOW + CODE_FOR


def test_whoever_is_gone_cannot_join(day):
    code = code_for(day)
    with day.database.writing() as session:
        session.get(Driver, day.driver_id).active = False
    assert join(phone(day), code) == ["refused.link_dead"]
    with pytest.raises(Refusal, match="driver_gone"):
        code_for(day)


def test_whoever_drives_no_more_has_no_drivers_chat_any_more(day):
    another_driver(day)
    talk = phone(day)
    join(talk, code_for(day, "otto"))
    gone = SetUpDriver(code="otto", name="Otto Other", depot="north", active=False)
    perform(day.database, [gone], moment(now=talk.now))
    assert chat_of(day, talk).role == "customer"
    assert talk.say("start my shift", "start_shift") == ["said.puzzled"]


@pytest.mark.parametrize("channel", ["rest", "web", "sms", "email"])
def test_only_a_channel_that_proves_the_phone_takes_codes(day, channel):
    code = code_for(day)
    talk = Talk(day.database, channel=channel)
    assert join(talk, code) == ["refused.link_dead"]
    assert join(phone(day), code) == ["driver.joined"]


def test_a_second_phone_replaces_the_first_after_confirmation(day):
    first, second = phone(day), phone(day)
    join(first, code_for(day))
    code = code_for(day)
    assert join(second, code) == ["ask.confirm.BindChat"]
    assert chat_of(day, first).role == "driver"
    assert second.press("choice.yes") == ["driver.joined"]
    assert (chat_of(day, first).role, chat_of(day, first).driver_id) == ("customer", None)
    assert [each["first_name"] for each in day.told("driver.released")] == ["Zzdriver"]
    assert first.say("start my shift", "start_shift") == ["said.puzzled"]
    assert join(first, code) == ["refused.link_dead"]


def test_who_keeps_the_first_phone_can_use_the_code_later(day):
    first, second = phone(day), phone(day)
    join(first, code_for(day))
    code = code_for(day)
    join(second, code)
    assert second.press("choice.no") == ["said.kept"]
    assert chat_of(day, second).role == "customer"
    assert join(second, code) == ["ask.confirm.BindChat"]


def test_a_customers_chat_becomes_a_drivers_only_after_confirmation_and_forgets(day):
    with day.database.writing() as session:
        order = an_order(session, day.shop, customer=a_customer(session, name="Ann", email="a@example.com"))
        link = a_link(session, order).id
    talk = phone(day)
    join(talk, link)
    talk.say("cancel it", "cancel_order")
    yes = talk.choices()[0]["id"]
    assert join(talk, code_for(day)) == ["ask.confirm.BindChat"]
    assert talk.press("choice.yes") == ["driver.joined"]
    assert chat_of(day, talk).customer_id is None
    assert talk.press_id(yes) == ["said.stale"]
    assert talk.say("where is it", "track_order", order_number=order.number) == ["refused.no_shift"]


def test_a_customers_link_opens_nothing_in_a_drivers_chat(day):
    with day.database.writing() as session:
        link = a_link(session, day.orders[0]).id
    talk = phone(day)
    join(talk, code_for(day))
    assert join(talk, link) == ["refused.link_dead"]
    assert chat_of(day, talk).customer_id is None


def test_the_same_driver_joining_again_on_the_same_phone_is_told_so(day):
    talk = phone(day)
    join(talk, code_for(day))
    assert join(talk, code_for(day)) == ["driver.joined"]
    assert talk.facts["again"] is True


# The whole registry


@pytest.mark.parametrize(("role", "other"), [(Role.DRIVER, Role.CUSTOMER), (Role.CUSTOMER, Role.DRIVER)])
def test_no_chat_reaches_what_is_for_the_other_kind_of_chat(day, role, other):
    """By no intent, no button and no command: whatever the registry says is not theirs is refused."""
    me = Actor(role, day.driver_id if role == Role.DRIVER else day.shop.customer.id)
    foreign = {command for command, row in REGISTRY.items() if role not in row.roles}
    assert foreign & {command for command, row in REGISTRY.items() if other in row.roles}
    assert not {spec.command for spec in catalogue(role).values()} & {command.__name__ for command in foreign}
    for command in foreign:
        with pytest.raises(Refusal, match="not_your_role"):
            perform(day.database, [command.model_construct()], moment(me))


def test_both_kinds_of_chats_share_small_talk_and_joining_only():
    shared = {command.__name__ for command, row in REGISTRY.items() if {Role.CUSTOMER, Role.DRIVER} <= row.roles}
    assert shared == {
        "Greet", "SayGoodbye", "Thank", "Acknowledge", "Unreadable", "Help", "StartMessages", "BindChat", "AskBack",
        "ChooseLanguage",
    }  # fmt: skip


def test_a_button_of_a_customers_command_does_nothing_in_a_drivers_chat(day):
    talk = phone(day)
    talk.say("where is my order", "help")
    track = next(each["id"] for each in talk.choices() if each["label"] == "choice.track")
    join(talk, code_for(day))
    assert talk.press_id(track) == ["said.stale"]


def test_a_driver_sees_no_order_before_a_route_opened_it_and_none_of_another_route(day):
    another = another_driver(day)
    for driver in (day.driver_id, another):
        with day.database.reading() as session:
            orders = UnitOfWork(session, Actor(Role.DRIVER, driver)).orders
            assert orders.active() + orders.recent(100) + orders.named(day.numbers) == []
            with pytest.raises(NotFound):
                orders.get(day.numbers[0])


# The command line


@pytest.fixture
def run(monkeypatch, database_url: str, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, ["driver", *words])


def test_codes_and_drivers_on_the_command_line(day, run):
    another_driver(day)
    assert run("list").output.splitlines() == [
        "1  Zzdriver Nowak, north, no phone",
        "otto  Otto Other, north, no phone",
    ]
    said = run("code", "zzdriver nowak")
    assert said.exit_code == 0
    assert "Zzdriver Nowak's phone joins with this code, once, until" in said.output
    with day.database.reading() as session:
        code = session.exec(select(DriverCode).where(DriverCode.used_at.is_(None))).one()
    assert f"/start {code.code}" in said.output
    assert run("code", "otto").exit_code == 0
    nobody = run("code", "Nobody")
    assert (nobody.exit_code, nobody.output) == (
        1,
        'There is no driver "Nobody"; `roundsman driver list` shows them.\n',
    )
