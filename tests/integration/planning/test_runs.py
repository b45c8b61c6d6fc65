"""Runs that do not go as they should."""

from __future__ import annotations

import bot.planning
from bot.jobs import run_due_plans
from domain.commands import PublishPlan, StopRun
from domain.events import Event
from domain.plans import Plan
from domain.routes import Task
from tests.integration.planning.done import do, due_again, meanwhile, rows
from tests.planning import some_orders


def test_a_run_whose_search_dies_is_taken_up_again(database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 3)
    real, deaths = bot.planning.solve_apart, [bot.planning.SolverDied("killed")]

    def dies_once(problem, **more):
        if deaths:
            raise deaths.pop()
        return real(problem, **more)

    monkeypatch.setattr(bot.planning, "solve_apart", dies_once)
    run_id = planner.ask()
    planner.work()
    assert (planner.run(run_id).status, planner.plan_of(run_id)) == ("solving", None)
    due_again(database)
    planner.work()
    assert (planner.run(run_id).status, planner.run(run_id).tries) == ("done", 2)
    assert len(rows(database, Plan)) == 1


def test_a_run_whose_search_always_dies_fails_in_words(database, shop, planner, monkeypatch):
    def dies(*_: object, **__: object):
        raise bot.planning.SolverDied("killed")

    with database.writing() as session:
        some_orders(session, shop, 1)
    monkeypatch.setattr(bot.planning, "solve_apart", dies)
    run_id = planner.ask()
    for _ in range(bot.planning.MOST_TRIES + 1):
        planner.work()
        due_again(database)
    run = planner.run(run_id)
    assert (run.status, run.error["reason"]) == ("failed", "planning.failed.died")
    assert planner.work() == 0
    planner.ask()


def test_a_try_that_was_overtaken_makes_no_second_draft(database, shop, planner, monkeypatch):
    """Its worker stood still for so long that another one took the run up, and came to its end first."""
    with database.writing() as session:
        some_orders(session, shop, 2)

    def another_worker() -> None:
        due_again(database)
        assert planner.work() == 1

    meanwhile(monkeypatch, another_worker)
    run_id = planner.ask()
    planner.work()
    assert (planner.run(run_id).status, planner.run(run_id).tries) == ("done", 2)
    assert len(rows(database, Plan)) == 1
    assert len(rows(database, Task)) == 2


def test_a_run_that_is_given_up_comes_to_nothing(database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 2)
    run_id = planner.ask()
    meanwhile(monkeypatch, lambda: do(database, StopRun(run=run_id, abort=True)))
    planner.work()
    assert (planner.run(run_id).status, planner.plan_of(run_id)) == ("stopped", None)
    planner.ask()


def test_a_run_that_is_stopped_takes_the_best(database, shop, planner):
    """It would search for ten minutes, and is told to stop before it has begun."""
    with database.writing() as session:
        orders = some_orders(session, shop, 4)
    run_id = planner.ask(iterations=None, seconds=600)
    do(database, StopRun(run=run_id))
    planner.work()
    assert planner.run(run_id).status == "stopped"
    assert len(planner.tours(planner.plan_of(run_id))[0].tasks) == len(orders)


def test_the_program_ends_while_it_plans_and_another_goes_on(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    run_id = planner.ask()
    assert run_due_plans(database, planner.settings, leaving=lambda: True) == 1
    assert planner.run(run_id).status == "solving"
    due_again(database)
    planner.work()
    assert planner.run(run_id).status == "done"


def test_the_history_says_who_planned_and_published(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)
    do(database, PublishPlan(plan=planner.plan().id))
    told = [(e.noun, e.actor, e.after) for e in rows(database, Event) if e.noun in {"run", "plan", "route"}]
    assert told == [
        ("run", "dispatcher", "queued"),
        ("run", "system", "solving"),
        ("plan", "system", "draft"),
        ("run", "system", "done"),
        ("plan", "dispatcher", "published"),
        ("route", "dispatcher", "published"),
    ]
