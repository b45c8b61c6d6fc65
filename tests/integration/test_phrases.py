"""Slash commands of staff reach the same Commands as words, and say what was nearly meant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest

from bot.clock import new_id, now
from bot.compose import Program
from bot.phrases import form_wanted
from bot.receive import Message, Receiver
from bot.settings import Settings
from bot.words import Words
from domain.fleet import Driver, Vehicle
from domain.moment import SYSTEM
from nlu.embedded import Embedded
from storage.unit_of_work import UnitOfWork
from tests.builders import a_depot, a_staff_member, business, return_policy

BERLIN = ZoneInfo("Europe/Berlin")
WORDS = Words(["en"], BERLIN)


@pytest.fixture(scope="module")
def engine(trained) -> Embedded:
    return Embedded.load(trained, audiences=("customer", "staff"))


@pytest.fixture
def ada(database, engine):
    """What an admin is answered."""
    with database.writing() as session:
        a_depot(session)
        a_depot(session, code="south")
    number = a_staff_member(database, "Ada Zzadmin", "admin")
    receiver = Receiver(database, engine, BERLIN)

    def answer(text: str, staff_id: int | None = number):
        return receiver.answer(Message("terminal", f"desk-{staff_id}", text, f"test:{new_id()}", staff_id=staff_id))

    return answer


def said(shown) -> str:
    return " ".join(WORDS.say(each.name, each.facts, None, now()) for each in shown)


def test_a_phrase_and_words_do_what_the_words_alone_do(ada):
    by_words = ada("show me the schedule of the south depot")
    by_phrase = ada("/rounds show schedule south depot")
    assert [each.name for each in by_phrase] == [each.name for each in by_words] == ["schedule.shown"]
    assert by_phrase[0].facts == by_words[0].facts


@pytest.mark.parametrize("words", ["show staff", "who works here", "Show me the staff list please", "list staff"])
def test_what_nobody_taught_the_engine_is_understood_by_its_phrase(ada, words):
    assert [each.name for each in ada(words)] == ["staff.shown"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("take C-1001", {"refused.no_such_case"}),
        ("/rounds take C-1001", {"refused.no_such_case"}),
        ("give C-1001 to Bo", {"refused.no_staff_named"}),
        ("C-1001", {"refused.no_such_case"}),
        ("approve A-1001", {"refused.no_such_approval"}),
        ("board south", {"road.board"}),
        ("my day", {"desk.home"}),
        ("undo", {"refused.nothing_to_take_back"}),
        ("/rounds stop", {"refused.nothing_planned_now"}),
        ("history of the moon landing", {"said.staff_puzzled"}),
    ],
)
def test_short_words_count_where_nothing_but_values_follows(ada, words, names):
    assert {each.name for each in ada(words)} == names


def test_a_phrase_of_others_means_nothing_to_a_customer(ada, database, engine):
    receiver = Receiver(database, engine, BERLIN)
    shown = receiver.answer(Message("terminal", "somebody", "who works here", f"test:{new_id()}"))
    assert "staff.shown" not in {each.name for each in shown}


def test_keys_fill_what_no_words_do(ada, database):
    (shown,) = ada('/rounds set role person="Bo Zzbuyer" role=buyer new=true')
    assert shown.name == "staff.role_set"
    with database.reading() as session:
        people = UnitOfWork(session, SYSTEM).people.all()
    assert {(each.name, each.role) for each in people} >= {("Bo Zzbuyer", "buyer")}
    (shown,) = ada('/rounds set role person="Bo Zzbuyer" role=captain')
    assert shown.name == "refused.not_understood_value"


def test_remove_alone_is_of_a_stop_and_never_of_a_colleague(ada, database):
    (shown,) = ada("/rounds remove route=12 stop=4")
    assert shown.name == "refused.no_such_route"
    shown = ada('/rounds remove "Ada Zzadmin"')
    assert {each.name for each in shown} & {"staff.removed", "ask.confirm.RemoveStaff"} == set()


def test_what_was_nearly_said_is_offered(ada):
    assert said(ada("/rounds shedule")).startswith('I do not know that command. Did you mean "schedule"')
    assert "Ask for help" in said(ada("/rounds zzzz"))
    assert (
        said(ada("/rounds set role colour=red"))
        == 'There is no "colour" here. You can give person, role, slack_id, new.'
    )


def test_words_without_a_phrase_count_where_they_are_clear(ada):
    assert [each.name for each in ada("/rounds at what hour do you start the planning in the south depot")] == [
        "schedule.shown"
    ]


def test_many_words_count_although_they_begin_nearly_like_a_phrase(ada):
    asked = ada("/rounds show routes")
    assert [each.name for each in asked] == ["ask.which_depot"]
    shown = ada("/rounds how many failed yesterday in the north by reason")  # and are no answer to what was asked
    assert shown[0].name.startswith("numbers.")


def test_nothing_but_the_prefix_asks_for_help(ada):
    assert said(ada("/rounds")) == said(ada("help"))


def test_it_is_for_staff_alone(ada):
    shown = ada("/rounds set role person=Eve role=admin", staff_id=None)
    assert "staff" not in " ".join(each.name for each in shown)


def test_the_names_in_the_database_are_known(database, engine, tmp_path):
    with database.writing() as session:
        shop = business(session)
        session.add(Driver(name="Xanthippe Zzvogel", code="xz", depot_id=shop.depot.id))
        session.add(Driver(name="Gone Zzaway", code="gz", depot_id=shop.depot.id, active=False))
        session.add(Vehicle(plate="HH-KX 207", name="Van 9", depot_id=shop.depot.id, payload=900_000, volume=6_000_000))
    with ThreadPoolExecutor(1) as pool:
        program = Program(Settings(data_folder=tmp_path, _env_file=None), database, pool, pool)
        learning = engine.with_gazetteer({})
        program.refresh_gazetteer(learning)
    meaning = learning.parse("put xanthippe on R7 from north in HH-KX 207", "staff", now(), BERLIN)
    assert [(each.kind, each.value) for each in meaning.entities] == [
        ("driver", "Xanthippe"), ("route", "R7"), ("depot", "north"), ("vehicle", "HH-KX 207"),
    ]  # fmt: skip
    assert learning.parse("zzaway", "staff", now(), BERLIN).entities == ()


@pytest.mark.parametrize(
    ("words", "comes"),
    [
        ("/rounds show return policy", ["return_policy.shown"]), ("show return policy version 1", ["return_policy.shown"]),
        ("/rounds return policy", ["return_policy.shown"]), ("show return rule opened", ["return_policy.rule"]),
        ("/rounds show return rules", ["ask.which_return_rule"]), ('/rounds edit return rule "final sale"', ["ask.text"]),
        ("/rounds remove return rule too old", ["return_policy.drafted"]), ("/rounds try return policy", ["refused.policy_none_waits"]),
        ("/rounds activate return policy version 1", ["refused.policy_in_force"]), ("/rounds add return rule", ["ask.text"]),
        ("/rounds activate return policy 9", ["refused.no_such_policy"]),
    ],
)  # fmt: skip
def test_the_return_policy_is_reached_by_phrases(ada, database, words, comes):
    with database.writing() as session:
        return_policy(session)
    assert [each.name for each in ada(words)] == comes


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("/rounds edit return rule opened", {"rule": "opened"}), ("/rounds change return rule", {}),
        ("/rounds new return rule", {}), ("/rounds edit return policy", {}),
    ],
)  # fmt: skip
def test_a_rule_is_better_filled_in(engine, text, slots):
    wanted = form_wanted(text, engine, now(), BERLIN)
    assert wanted is not None
    assert dict(wanted.slots) == slots
