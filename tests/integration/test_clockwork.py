"""The clockwork on a database: what is due is done once, whoever ticks, and what was missed is caught up or told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic

import pytest
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import text
from sqlmodel import Session, select

from actions.perform import perform
from bot import metrics
from bot.clock import stepping
from bot.compose import Program
from bot.jobs import Means, run_due_plans
from bot.scheduled import Scheduled
from bot.scheduler import GRACE, Clockwork
from domain.cases import Case
from domain.commands import PauseSchedule, SetSchedule, SetUpDepot, ShowSchedule
from domain.conversations import Conversation
from domain.events import Event
from domain.moment import SYSTEM
from domain.plans import Plan, Run
from domain.returns import Return
from domain.routes import Route, Stop
from domain.schedules import Report, Schedule, ScheduledRun
from domain.scheduling import Job
from storage import jobs
from storage.database import Database
from storage.jobs import JobRow
from storage.outbox import SENT, OutboxRow
from storage.schedules import TICK
from storage.unit_of_work import UnitOfWork
from tests.builders import NEXT_DAY, NOW, OFFICE, a_return, an_order, business, moment, return_policy
from tests.emulators.waiting import PATIENCE
from tests.planning import a_driver, a_van, settings_for, some_orders
from tests.roads import a_road, east

#: NOW is a Monday, 11:00 in Berlin.
EVENING = datetime(2026, 5, 4, 16, 5, tzinfo=UTC)  # 18:05


@pytest.fixture
def program(database: Database, tmp_path: Path) -> Iterator[Program]:
    """The program on the test's database."""
    pools = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
    yield Program(settings_for(tmp_path), database, *pools)
    for pool in pools:
        pool.shutdown()


class Living:
    """A program whose clock goes on minute by minute: a tick, then whatever is due is done."""

    def __init__(self, program: Program, clock: object) -> None:
        self.program, self.clock = program, clock
        self.clockwork = Clockwork(program)
        self.scheduled = Scheduled(Means(program.database, program.settings))

    def until(self, end: datetime, step: timedelta = timedelta(minutes=1)) -> None:
        while self.clock.now + step <= end:  # type: ignore[attr-defined]
            self.clock.to(self.clock.now + step)  # type: ignore[attr-defined]
            self.tick()

    def tick(self) -> None:
        assert self.clockwork.tick(self.clock.now)  # type: ignore[attr-defined]
        self.settle()

    def settle(self) -> None:
        assert self.scheduled.settle()
        run_due_plans(self.program.database, self.program.settings)

    def jump(self, to: datetime) -> None:
        """The program is away for a while."""
        self.clock.to(to)  # type: ignore[attr-defined]
        self.tick()


@contextmanager
def living(program: Program, start: datetime) -> Iterator[Living]:
    with stepping(start) as clock:
        alive = Living(program, clock)
        alive.tick()
        yield alive


def runs(database: Database, job: str | None = None) -> dict[str, tuple[str, dict[str, object]]]:
    """What was due: state and detail by key."""
    with database.reading() as session:
        found = session.exec(select(ScheduledRun).where(ScheduledRun.job != TICK).order_by(ScheduledRun.id)).all()
    return {each.key: (each.state, each.detail) for each in found if job in {None, each.job}}


def cases(database: Database) -> list[Case]:
    with database.reading() as session:
        return list(session.exec(select(Case).where(Case.status == "open").order_by(Case.id)))


def put(database: Database, **values: object) -> None:
    perform(database, [SetSchedule(depot="north", **values)], moment(OFFICE))  # type: ignore[arg-type]


def quick(database: Database) -> None:
    """Plans are searched for a few iterations, not a minute."""
    put(database, job="plan_day", options={"iterations": 20})


@pytest.fixture
def shop(database: Database) -> None:
    with database.writing() as session:
        made = business(session)
        van = a_van(session, made)
        a_driver(session, made, van=van)
        some_orders(session, made, 3)
    quick(database)


def test_returns_are_tended_though_nobody_drives(program, database):
    """Reminders and ends do not wait for a day with routes; a depot without returns has nothing to do."""
    with living(program, EVENING) as alive:
        with database.writing() as session:
            shop = business(session)
        alive.jump(EVENING + timedelta(hours=1))
        assert runs(database, "returns") == {}
        with database.writing() as session:
            return_policy(session)
            number = a_return(session, an_order(session, shop, status="delivered")).number
        alive.jump(EVENING + timedelta(days=20))
        assert runs(database, "returns")["returns:north"][0] == "done"
    with database.reading() as session:
        assert session.exec(select(Return.status).where(Return.number == number)).one() == "expired"


def test_a_depot_that_is_new_has_the_usual_schedule_and_nothing_to_catch_up(program, database):
    with database.writing() as session:
        business(session)
    with living(program, EVENING):
        pass
    with database.reading() as session:
        rows = {row.job: row for row in session.exec(select(Schedule))}
    assert set(rows) == set(Job)
    assert (rows["close_cutoff"].at, rows["plan_day"].at, rows["publish"].at) == (time(18), time(18, 10), time(19, 30))
    assert rows["plan_day"].options == {"seconds": 60}
    assert not {key for key in runs(database) if "2026" in key}


def test_an_evening_closes_plans_and_publishes(program, database, shop):
    with living(program, datetime(2026, 5, 4, 15, 55, tzinfo=UTC)) as alive:
        alive.until(datetime(2026, 5, 4, 17, 31, tzinfo=UTC))
    found = {key: state for key, (state, _) in runs(database).items() if "2026" in key}
    assert found == {
        "close_cutoff:north:2026-05-04T18:00": "done",
        "plan_day:north:2026-05-04T18:10": "done",
        "publish:north:2026-05-04T19:30": "done",
    }
    with database.reading() as session:
        (plan,) = session.exec(select(Plan)).all()
        (run,) = session.exec(select(Run)).all()
        closed = session.exec(select(Event).where(Event.change == "cutoff_closed")).one()
        routes = session.exec(select(Route)).all()
        published = session.exec(select(Event).where(Event.noun == "plan", Event.after == "published")).one()
    assert (plan.day, plan.status, run.iterations) == (NEXT_DAY, "published", 20)
    assert closed.detail == {"orders": 3, "waiting": 0}
    assert {route.status for route in routes} == {"published"}
    assert (published.actor, published.key) == ("system", "publish:north:2026-05-04T19:30")


def test_the_next_open_day_is_planned_only_once(program, database, shop):
    """Saturday evening plans Monday; on Sunday the depot is closed, and Monday is planned already."""
    with database.writing() as session:
        session.execute(text("UPDATE orders SET promise_day = '2026-05-11'"))
    put(database, job="publish", enabled=False)
    with living(program, datetime(2026, 5, 9, 16, 5, tzinfo=UTC)) as alive:
        alive.until(datetime(2026, 5, 9, 16, 15, tzinfo=UTC))
        alive.jump(datetime(2026, 5, 10, 16, 5, tzinfo=UTC))
        alive.until(datetime(2026, 5, 10, 16, 15, tzinfo=UTC))
    found = runs(database, "plan_day")
    assert found["plan_day:north:2026-05-09T18:10"] == (
        "done", {"local": "2026-05-09T18:10:00", "day": "2026-05-11"},
    )  # fmt: skip
    assert found["plan_day:north:2026-05-10T18:10"][1]["nothing"] == "planned_already"
    with database.reading() as session:
        assert [plan.day.isoformat() for plan in session.exec(select(Plan))] == ["2026-05-11"]


def test_a_draft_from_before_the_cutoff_is_planned_again(program, database, shop):
    from tests.planning import Planner

    with living(program, datetime(2026, 5, 4, 14, 0, tzinfo=UTC)) as alive:
        with database.writing() as session:
            session.execute(text("UPDATE schedule SET enabled = false WHERE job = 'publish'"))
        early = Planner(database, program.settings).plan()
        alive.until(datetime(2026, 5, 4, 16, 11, tzinfo=UTC), timedelta(minutes=7))
        alive.until(datetime(2026, 5, 4, 16, 11, tzinfo=UTC))
    with database.reading() as session:
        states = {plan.id: plan.status for plan in session.exec(select(Plan))}
    assert states.pop(early.id) == "discarded"
    assert list(states.values()) == ["draft"]


def test_two_clockworks_tick_once(program, database, shop):
    first, second = Clockwork(program), Clockwork(program)
    with stepping(EVENING) as clock:
        assert first.tick(clock.now)
        assert not second.tick(clock.now)
        clock.to(EVENING + timedelta(minutes=6))
        assert first.tick(clock.now)
        assert not second.tick(clock.now)
    assert list(runs(database, "plan_day")) == ["plan_day:north:2026-05-04T18:10"]


def test_whoever_holds_the_clock_and_is_cut_off_is_followed(program, database, shop):
    """The holder dies without a word: its lease ends, and the next takes up what was due meanwhile, once."""
    first, second = Clockwork(program, "first"), Clockwork(program, "second")
    with stepping(EVENING) as clock:
        assert first.tick(clock.now)
        clock.to(EVENING + timedelta(minutes=6))
        assert not second.tick(clock.now)
        _let_lapse(database)
        assert second.tick(clock.now)
        assert not first.tick(clock.now)
    assert list(runs(database, "plan_day")) == ["plan_day:north:2026-05-04T18:10"]


def test_who_stops_hands_the_clock_over(program, database, shop):
    first, second = Clockwork(program), Clockwork(program)
    with stepping(EVENING) as clock:
        assert first.tick(clock.now)
        first.stop()
        assert second.tick(clock.now)


def _let_lapse(database: Database) -> None:
    with database.writing() as session:
        session.execute(
            text("UPDATE lease SET until = :then WHERE name = 'scheduler'"), {"then": "2020-01-01 00:00:00"}
        )


def test_ticks_at_the_same_moment_without_any_lease_still_come_once(program, database, shop):
    """Even where leases failed, keys and locks leave one run: here nobody keeps to the lease."""
    with stepping(EVENING) as clock:
        for n in range(4):
            Clockwork(program, f"h{n}").tick(clock.now)
            _let_lapse(database)
        clock.to(EVENING + timedelta(minutes=30))
        ready = threading.Barrier(4)
        failed: list[BaseException] = []

        def tick(n: int) -> None:
            clockwork = Clockwork(program, f"h{n}")
            ready.wait()
            try:
                clockwork._take_up("north", clock.now)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=tick, args=(n,)) for n in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert not failed
    assert list(runs(database, "plan_day")) == ["plan_day:north:2026-05-04T18:10"]
    with database.reading() as session:
        assert len(session.exec(select(JobRow).where(JobRow.key.startswith("scheduled:plan_day"))).all()) == 1


def test_after_an_outage_what_is_of_use_is_caught_up_and_the_rest_told(program, database, shop):
    """Away from 18:05 until 23:00: planned and published late. Away over the morning: the check and the digest."""
    with living(program, EVENING) as alive:
        alive.jump(datetime(2026, 5, 4, 21, 0, tzinfo=UTC))  # 23:00
        alive.until(datetime(2026, 5, 4, 21, 3, tzinfo=UTC))
        found = runs(database)
        assert found["plan_day:north:2026-05-04T18:10"][0] == "done"
        assert found["publish:north:2026-05-04T19:30"][0] == "done"
        assert found["daily_digest:north:2026-05-04T20:30"][0] == "done"
        assert not cases(database)
        alive.jump(datetime(2026, 5, 6, 17, 0, tzinfo=UTC))  # Wednesday 19:00: a day and more away
    found = runs(database)
    missed = {key for key, (state, _) in found.items() if state == "missed"}
    assert missed == {
        "clean_up:north:2026-05-05T03:15",
        "morning_check:north:2026-05-05T06:30",
        "morning_digest:north:2026-05-05T07:00",
        "close_cutoff:north:2026-05-05T18:00",
        "plan_day:north:2026-05-05T18:10",
        "publish:north:2026-05-05T19:30",
        "morning_check:north:2026-05-06T06:30",
        "morning_digest:north:2026-05-06T07:00",
    }
    assert found["daily_digest:north:2026-05-05T20:30"][0] == "done"
    assert found["clean_up:north:2026-05-06T03:15"][0] == "done"
    assert found["plan_day:north:2026-05-06T18:10"][0] == "done"
    told = {case.detail["job"]: case.detail for case in cases(database) if case.kind == "schedule_missed"}
    assert set(told) == {"morning_check", "morning_digest", "close_cutoff", "plan_day", "publish"}
    assert [each[:10] for each in told["morning_check"]["times"]] == ["2026-05-05", "2026-05-06"]


def test_what_is_paused_is_not_begun_and_not_caught_up(program, database, shop):
    until = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    with living(program, EVENING) as alive:
        perform(database, [PauseSchedule(depot="north", until=until)], moment(OFFICE, now=EVENING))
        alive.until(datetime(2026, 5, 4, 16, 12, tzinfo=UTC))
        alive.jump(datetime(2026, 5, 4, 18, 1, tzinfo=UTC))
        alive.jump(datetime(2026, 5, 4, 18, 31, tzinfo=UTC))
    found = {key: (state, detail.get("why")) for key, (state, detail) in runs(database).items() if "2026" in key}
    assert found == {
        "plan_day:north:2026-05-04T18:10": ("missed", "paused"),
        "publish:north:2026-05-04T19:30": ("missed", "paused"),
        "daily_digest:north:2026-05-04T20:30": ("done", None),
    }
    assert not cases(database)


def test_a_person_publishes_where_publishing_is_off(program, database, shop):
    put(database, job="publish", enabled=False)
    with living(program, EVENING) as alive:
        alive.until(datetime(2026, 5, 4, 16, 12, tzinfo=UTC))
        alive.jump(datetime(2026, 5, 4, 17, 31, tzinfo=UTC))
    assert not runs(database, "publish")
    with database.reading() as session:
        assert session.exec(select(Plan)).one().status == "draft"


def test_publishing_waits_for_what_is_being_planned(program, database, shop):
    put(database, job="publish", at=time(18, 11))
    with stepping(EVENING) as clock:
        clockwork, scheduled = Clockwork(program), Scheduled(Means(database, program.settings))
        clockwork.tick(clock.now)
        clock.to(EVENING + timedelta(minutes=6))
        clockwork.tick(clock.now)  # both are due, and the run is only queued
        assert scheduled.settle()
        assert runs(database, "publish")["publish:north:2026-05-04T18:11"][0] == "due"
        run_due_plans(database, program.settings)
        clock.to(clock.now + timedelta(seconds=30))
        assert scheduled.settle()
    assert runs(database, "publish")["publish:north:2026-05-04T18:11"][0] == "done"
    with database.reading() as session:
        assert session.exec(select(Plan)).one().status == "published"


def test_what_repeats_leaves_one_row(program, database, shop):
    with living(program, NOW) as alive:
        alive.until(NOW + timedelta(minutes=45))
    with database.reading() as session:
        jobs = session.exec(select(JobRow).where(JobRow.kind == "scheduled")).all()
    assert [job.key for job in jobs] == [f"scheduled:{key}" for key in runs(database)]
    assert all("2026" not in key for key in runs(database))


def test_a_schedule_is_shown_and_set(program, database, shop):
    perform(
        database, [SetSchedule(depot="north", job="daily_digest", at=time(21), weekdays=("mon", "fri"))], moment(OFFICE)
    )
    (shown,) = perform(database, [ShowSchedule(depot="north")], moment(OFFICE))[0]
    told = {job["job"]: job for job in shown.facts()["jobs"]}
    assert (told["daily_digest"]["at"], told["daily_digest"]["weekdays"]) == ("21:00:00", [1, 5])
    assert told["daily_digest"]["next"] == "2026-05-04T19:00:00Z"
    assert told["plan_day"]["options"] == {"seconds": 60, "iterations": 20}
    assert told["refresh_etas"]["every"] == 2


def test_the_usual_times_go_by_a_new_cutoff_and_chosen_ones_stay(database):
    def set_up(cutoff: time) -> None:
        windows = [{"days": ["mon"], "window": "08:00-12:00", "capacity": 5}]
        depot = {
            "code": "west", "name": "West", "zone": "America/Los_Angeles", "country": "US", "lat": 34.0, "lon": -118.2,
            "cutoff": cutoff, "windows": windows, "areas": [{"radius_km": 10}],
        }  # fmt: skip
        perform(database, [SetUpDepot.model_validate(depot)], moment())

    def at() -> dict[str, time | None]:
        with database.reading() as session:
            return {row.job: row.at for row in session.exec(select(Schedule))}

    set_up(time(18))
    assert (at()["close_cutoff"], at()["plan_day"], at()["publish"]) == (time(18), time(18, 10), time(19, 30))
    perform(database, [SetSchedule(depot="west", job=Job.PLAN_DAY, at=time(19))], moment(OFFICE))
    set_up(time(21))
    assert (at()["close_cutoff"], at()["plan_day"], at()["publish"]) == (time(21), time(19), time(21, 30))


# A job that hangs


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time anyway
def test_a_job_that_hangs_holds_up_no_other_and_is_given_up(program, database):
    """Somebody has locked what the one job needs and does not let go; the other jobs are done, and staff hear of it."""
    with database.writing() as session:
        business(session)
    scheduled = Scheduled(Means(database, program.settings), limits={Job.DAILY_DIGEST: 1.0}, usual=30)
    with stepping(datetime(2026, 5, 4, 15, 58, tzinfo=UTC)) as clock:
        clockwork = Clockwork(program)
        clockwork.tick(clock.now)
        put(database, job="daily_digest", at=time(18, 0))
        clock.to(datetime(2026, 5, 4, 16, 0, 2, tzinfo=UTC))
        clockwork.tick(clock.now)
        with _nobody_reports(database):
            assert scheduled.settle(60)  # though what hangs goes on hanging
            found = {key: state for key, (state, _) in runs(database).items()}
            assert found["daily_digest:north:2026-05-04T18:00"] == "failed"
            assert found["close_cutoff:north:2026-05-04T18:00"] == "done"
            clock.to(datetime(2026, 5, 4, 16, 10, 2, tzinfo=UTC))
            clockwork.tick(clock.now)
            assert scheduled.settle(60)
            assert runs(database)["plan_day:north:2026-05-04T18:10"][0] == "done"
        assert scheduled.join(60)  # what hung comes to its end now, and does not count any more
    (case,) = cases(database)
    assert (case.kind, case.detail["job"], case.detail["cause"]) == ("schedule_failed", "daily_digest", "took_too_long")
    assert runs(database)["daily_digest:north:2026-05-04T18:00"][0] == "failed"
    with database.reading() as session:
        assert not session.exec(select(Report)).all()
        assert not session.exec(select(JobRow).where(JobRow.done_at == None)).all()  # noqa: E711


@contextmanager
def _nobody_reports(database: Database) -> Iterator[None]:
    with Session(database.engine) as session, session.begin():
        session.execute(text("LOCK TABLE report IN ACCESS EXCLUSIVE MODE"))
        yield


def test_a_job_whose_process_died_is_taken_up_by_another(program, database):
    """The process is gone in the middle of it: its lease ends, and the work is done once."""
    with database.writing() as session:
        business(session)
    with stepping(datetime(2026, 5, 4, 15, 58, tzinfo=UTC)) as clock:
        clockwork = Clockwork(program)
        clockwork.tick(clock.now)
        clock.to(datetime(2026, 5, 4, 16, 0, 2, tzinfo=UTC))
        clockwork.tick(clock.now)
        database.retrying(lambda session: jobs.claim(session, clock.now, timedelta(minutes=6), 10, ["scheduled"]))
        survivor = Scheduled(Means(database, program.settings))
        assert survivor.settle()
        assert runs(database)["close_cutoff:north:2026-05-04T18:00"][0] == "due"
        clock.to(clock.now + timedelta(minutes=7))
        assert survivor.settle()
    assert runs(database)["close_cutoff:north:2026-05-04T18:00"][0] == "done"
    with database.reading() as session:
        assert len(session.exec(select(Event).where(Event.change == "cutoff_closed")).all()) == 1


def test_a_job_that_breaks_is_tried_again_and_then_told(program, database):
    """The files of its report cannot be kept: the table is gone. Three tries, then an exception."""
    with database.writing() as session:
        business(session)
    with stepping(datetime(2026, 5, 4, 15, 58, tzinfo=UTC)) as clock:
        clockwork, scheduled = Clockwork(program), Scheduled(Means(database, program.settings))
        clockwork.tick(clock.now)
        put(database, job="daily_digest", at=time(18, 0))
        with database.writing() as session:
            session.execute(text("ALTER TABLE report RENAME TO report_away"))
        try:
            clock.to(datetime(2026, 5, 4, 16, 0, 2, tzinfo=UTC))
            clockwork.tick(clock.now)
            for _ in range(3):
                assert scheduled.settle()
                clock.to(clock.now + timedelta(minutes=5))
        finally:
            with database.writing() as session:
                session.execute(text("ALTER TABLE report_away RENAME TO report"))
        clockwork.tick(clock.now)
    assert runs(database)["daily_digest:north:2026-05-04T18:00"][0] == "failed"
    assert [case.kind for case in cases(database)] == ["schedule_failed"]


# The ticks themselves


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_tick_that_is_missed_is_made_up_for_by_the_next(program, database, shop):
    """Where somebody holds what a tick needs, it gives up soon; the next tick looks back."""
    with stepping(EVENING) as clock:
        clockwork = Clockwork(program)
        clockwork.tick(clock.now)
        before = metrics.TICKS.labels("failed")._value.get()
        clock.to(EVENING + timedelta(minutes=6))
        with Session(database.engine) as session, session.begin():
            session.execute(text("LOCK TABLE scheduled_run IN ACCESS EXCLUSIVE MODE"))
            clockwork.tick(clock.now)
        assert metrics.TICKS.labels("failed")._value.get() == before + 1
        clock.to(EVENING + timedelta(minutes=7))
        clockwork.tick(clock.now)
    assert list(runs(database, "plan_day")) == ["plan_day:north:2026-05-04T18:10"]


def test_the_real_scheduler_ticks_each_minute_and_tells_of_what_it_misses(program, database, caplog):
    """APScheduler itself: one trigger in UTC, missed ticks left out, one at a time."""
    clockwork = Clockwork(program)
    clockwork.start()
    try:
        (job,) = clockwork.jobs()
        assert str(job.trigger) == "cron[second='0']"
        assert str(job.trigger.timezone) == "UTC"
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (GRACE, True, 1)
        done, missed = (metrics.TICKS.labels(result)._value.get for result in ("done", "missed"))
        ticked, late = done(), missed()
        job.modify(next_run_time=datetime.now(UTC))
        _wait_until(lambda: done() > ticked)
        job.reschedule(DateTrigger(datetime.now(UTC) - timedelta(minutes=10)))  # as if the machine had slept
        _wait_until(lambda: missed() > late)
    finally:
        clockwork.stop()


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not true():
        assert monotonic() < deadline
        threading.Event().wait(0.02)


def test_the_board_is_shown_and_kept_up_to_date_while_the_day_is_on(program, database):
    """Posted an hour before the first route leaves, changed where something is different, not at every tick."""
    with database.writing() as session:
        road = a_road(session)
        road.route(session, [east(2), east(4)], planned_start=NOW + timedelta(hours=1, minutes=30))
        chats = UnitOfWork(session, SYSTEM).chats
        session.get_one(Conversation, chats.find_or_add("slack", "C1", NOW)).desk = "north"
        stop = road.stops[road.routes[0].id][0]

    def boards() -> list[OutboxRow]:
        with database.writing() as session:
            rows = list(session.exec(select(OutboxRow).where(OutboxRow.name == "road.board").order_by(OutboxRow.id)))
            for row in rows:
                row.state, row.sent_at, row.provider_id = SENT, row.created_at, f"m{row.id}"
            session.flush()
            session.expunge_all()
            return rows

    with living(program, NOW) as alive:
        alive.until(NOW + timedelta(minutes=28))
        assert boards() == []
        alive.until(NOW + timedelta(minutes=32))
        assert [row.edits for row in boards()] == [False]
        alive.until(NOW + timedelta(minutes=38))
        assert len(boards()) == 1
        with database.writing() as session:
            session.get_one(Stop, stop.id).eta = NOW + timedelta(hours=5)
        alive.until(NOW + timedelta(minutes=42))
        assert [(row.edits, row.facts["late"]) for row in boards()] == [(False, 0), (True, 1)]
