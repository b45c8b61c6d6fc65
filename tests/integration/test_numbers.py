"""Questions about numbers, said in words, on a day that is counted by hand; and their files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from sqlmodel import select

from actions.numbers import answer
from actions.perform import perform
from bot.jobs import run_due_jobs
from bot.numbers import csv_of, safe
from bot.settings import Settings
from bot.words import Words
from domain.commands import AskNumbers
from domain.deliveries import StoredFile
from domain.moment import SYSTEM, Actor, Role
from domain.notices import NumbersShown
from domain.refusals import Refusal
from domain.staff import Staff
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, moment
from tests.counted import CountedDay, a_counted_day, after
from tests.talking import Talk

VIEWER = Actor(Role.VIEWER, 1)
TODAY = "2026-05-04"


@pytest.fixture
def day(database: Database) -> CountedDay:
    return a_counted_day(database)


def ask(database: Database, **values: object) -> NumbersShown:
    (told,), _ = perform(database, [AskNumbers(**values)], moment(VIEWER, now=after(8)))  # type: ignore[arg-type]
    assert isinstance(told, NumbersShown)
    return told


def groups(told: NumbersShown) -> dict[tuple[str | None, ...], int]:
    return {each.values: each.count for each in told.groups}


@pytest.mark.parametrize(
    ("what", "count"),
    [
        ("orders", 6), ("stops", 6), ("deliveries", 5), ("failed", 2), ("questions", 2), ("ratings", 2), ("returned", 0),
        ("cancelled", 0), ("new", 0), ("late", 2),
    ],
)  # fmt: skip
def test_everything_is_counted(database, day, what, count):
    """b2 is promised for tomorrow by now. a3 came late, and a5, which failed, is not waited for."""
    count = {"late": 1}.get(what, count)
    assert ask(database, what=what).total == count


def test_orders_nobody_came_to_are_late_when_their_window_is_over(database, day):
    with database.writing() as session:
        from domain.orders import Order

        order = session.exec(select(Order).where(Order.number == day.orders["a5"])).one()
        order.status = "out_for_delivery"
    assert groups(ask(database, what="late", by=("status",))) == {("delivered",): 1, ("out_for_delivery",): 1}


def test_counts_are_split_by_what_was_asked_for(database, day):
    assert groups(ask(database, what="failed", by=("reason",))) == {("nobody_home",): 1, ("not_reached",): 1}
    by_driver = ask(database, what="deliveries", by=("driver", "postcode"))
    assert groups(by_driver) == {("Ines Kruse", "10115"): 2, ("Otto Other", "10115"): 2, ("Ines Kruse", "10119"): 1}
    assert [each.values[0] for each in ask(database, what="deliveries", by=("hour",)).groups] == [
        "12:00",
        "13:00",
        "16:00",
    ]
    assert groups(ask(database, what="ratings", by=("score",))) == {("4",): 1, ("5",): 1}
    assert groups(ask(database, what="questions", by=("postcode",))) == {("10119",): 2}  # of two at once the first


@pytest.mark.parametrize(
    ("about", "filters", "count"),
    [
        (("10119",), {"postcode": "10119"}, 1),
        (("1011*",), {"postcode": "1011*"}, 5),
        (("north",), {"depot": "Depot North"}, 5),
        (("otto",), {"driver": "Otto Other"}, 2),
        (("berlin",), {"city": "Berlin"}, 5),
        (("north", "ines kruse"), {"depot": "Depot North", "driver": "Ines Kruse"}, 3),
    ],
)
def test_what_it_is_about_is_found_and_said(database, day, about, filters, count):
    told = ask(database, what="deliveries", about=about)
    assert (told.filters, told.total) == (filters, count)


@pytest.mark.parametrize("words", ["east", "between 10 and 12", "gold customers"])
def test_a_filter_that_nobody_knows_is_said_and_nothing_counted(database, day, words):
    with pytest.raises(Refusal) as refused:
        ask(database, what="deliveries", about=("north", words))
    assert (refused.value.text, refused.value.values["words"]) == ("refused.unknown_filter", words)


def test_words_that_mean_nothing_are_said(database, day):
    assert ask(database, what="deliveries", ignored=("big", "otto")).ignored == ("big",)


def test_reasons_and_states_narrow(database, day):
    assert ask(database, what="failed", reason="nobody_home").total == 1
    assert ask(database, what="orders", status="failed").total == 2
    assert ask(database, what="deliveries", period="2026-05-03").total == 0
    assert ask(database, what="failed", period="2026-05-01/2026-05-04").total == 3
    assert ask(database, what="orders", period="2026-05-05").total == 1


# In words


def staff_talk(database: Database, role: Role = Role.VIEWER) -> Talk:
    with database.writing() as session:
        session.add(staff := Staff(name="Ann", role=role, added_at=NOW))
        session.flush()
        staff_id = staff.id
    return Talk(database, now=after(8), channel="web", staff_id=staff_id)


def in_words(talk: Talk) -> str:
    shown = talk.shown[-1]
    return Words(["en"], moment().policies.zone).say(shown.name, shown.facts, "en", talk.now)


def test_how_many_failed_by_reason(database, day):
    talk = staff_talk(database)
    assert talk.say("how many failed today in the north by reason", "kpi_report", date=TODAY) == ["numbers.shown"]
    assert in_words(talk) == (
        "2 failed visits, today, Monday 4 May, at Depot North, by reason.\n1: nobody home\n1: not reached"
    )


def test_a_report_is_no_question_about_numbers(database, day):
    talk = staff_talk(database)
    assert talk.say("how did we do today", "kpi_report", date=TODAY) == ["kpi.shown"]
    assert "Inside the promise: 80 % (4 of 5)" in in_words(talk)
    assert talk.say("what is our on time rate", "kpi_report") == ["kpi.shown"]
    assert [each["kpi"] for each in talk.facts["kpis"]] == ["in_promise"]


def test_how_many_is_a_question_whatever_it_sounds_like(database, day):
    talk = staff_talk(database)
    assert talk.say("how many orders were late today", "find_order", date=TODAY) == ["numbers.shown"]
    assert (talk.facts["what"], talk.facts["total"]) == ("late", 1)


def test_an_unknown_filter_is_refused_in_words(database, day):
    talk = staff_talk(database)
    assert talk.say("how many deliveries today in the east", "kpi_report", date=TODAY) == ["refused.unknown_filter"]
    assert '"east"' in in_words(talk)


# As a file


def settings(folder: Path) -> Settings:
    return Settings(data_folder=folder, _env_file=None)  # type: ignore[call-arg]


def test_the_button_brings_all_of_it_as_a_file(database, day, tmp_path):
    talk = staff_talk(database)
    talk.say("deliveries per driver and postcode today", "kpi_report", date=TODAY)
    assert talk.press("choice.numbers_csv") == ["said.numbers_coming"]
    for _ in range(2):
        run_due_jobs(database, settings(tmp_path))
    with database.reading() as session:
        (stored,) = session.exec(select(StoredFile)).all()
    assert (stored.name, stored.mime) == ("deliveries-2026-05-04.csv", "text/csv")
    rows = list(csv.reader((tmp_path / "files" / (stored.path or "")).read_text("utf-8-sig").splitlines()))
    assert rows == [
        ["Driver", "Postcode", "Count"], ["Ines Kruse", "10115", "2"], ["Otto Other", "10115", "2"],
        ["Ines Kruse", "10119", "1"],
    ]  # fmt: skip


def test_a_file_without_groups_has_every_item(database, day):
    command = AskNumbers(what="failed", period=TODAY)
    with database.reading() as session:
        found = answer(command, UnitOfWork(session, SYSTEM), moment(OFFICE, now=after(8)))
    rows = list(csv.DictReader(io.StringIO(csv_of(found, command, lambda name: name).decode("utf-8-sig"))))
    assert [(row["order"], row["hour"], row["reason"], row["driver"]) for row in rows] == [
        (day.orders["a4"], "14", "nobody_home", "Ines Kruse"), (day.orders["a5"], "17", "not_reached", "Ines Kruse"),
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell):
    assert safe(cell) == f"'{cell}"


def test_a_name_that_is_a_formula_is_quoted_in_the_file(database, day):
    from domain.fleet import Driver

    with database.writing() as session:
        session.exec(select(Driver).where(Driver.name == "Otto Other")).one().name = '=HYPERLINK("http://evil.example")'
    command = AskNumbers(what="deliveries", period=TODAY, by=("driver",))
    with database.reading() as session:
        found = answer(command, UnitOfWork(session, SYSTEM), moment(OFFICE, now=after(8)))
    rows = list(csv.reader(io.StringIO(csv_of(found, command, lambda name: name).decode("utf-8-sig"))))
    assert rows[2] == ['\'=HYPERLINK("http://evil.example")', "2"]
    assert safe("Ines = Ines") == "Ines = Ines"
