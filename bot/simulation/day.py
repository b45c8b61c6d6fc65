"""One simulated day: a business is set up, its orders come in, the clockwork plans and publishes, drivers drive, customers
wait; then all is looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from bot.clock import stepping
from bot.compose import Program
from bot.letters import Letter
from bot.settings import Settings, load_settings
from bot.simulation.customers import Customer
from bot.simulation.drivers import Driver
from bot.simulation.log import Log
from bot.simulation.loopback import Line, Loopback
from bot.simulation.noise import USUAL, Noise
from bot.simulation.observer import Observer
from bot.simulation.office import Office
from bot.simulation.phones import carried
from bot.simulation.stage import Stage
from bot.simulation.world import DEPOT_CODE, STOCK, ZONE, World
from domain.commands import CreateDriverCode, SetSchedule
from domain.moment import SYSTEM, Actor, Role
from domain.scheduling import Job
from storage.unit_of_work import UnitOfWork

#: Notices of the ladder: what a run without it does not let through.
LADDER = frozenset({"order.out", "order.near", "order.window_changed", "order.window_sharper"})
OFFICE, SHOP = Actor(Role.DISPATCHER), Actor(Role.API)
#: Orders come in until then on the day before; then the day begins.
_ORDERS, _EARLY = time(14), time(6)
#: So often the clockwork ticks before the day, when only customers are awake: what is due is found all the same.
_TICK_BEFORE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated, until the day is ``over``, by local time; the clockwork of the day ticks every ``tick``.

    ``iterations`` limit the planner's search, so that the same seed gives the same routes; without, ``seconds`` do.
    """

    orders: int
    drivers: int
    day: date
    seed: int
    noise: Noise = USUAL
    ladder: bool = True
    iterations: int | None = 400
    seconds: int = 10
    over: time = time(22, 30)
    tick: timedelta = timedelta(minutes=1)


@dataclass
class Played:
    """A day that was played, with everything that is known of it; the program is still open."""

    plan: Plan
    world: World
    log: Log
    observer: Observer
    line: Line
    program: Program
    numbers: dict[str, str]
    stock: dict[str, int]
    events: int = 0


@contextmanager
def program_for(folder: Path, database_url: str = "", **given: Any) -> Iterator[Program]:
    """The program as it is installed, with a database of its own and a Telegram bot whose edge is in this process.

    Settings that are ``given`` go before these.
    """
    usual = {"telegram_token": SecretStr("1:simulated-simulated-simulated"), "time_zone": ZONE.key}
    settings = Settings(database_url=database_url, data_folder=folder, _env_file=None, **{**usual, **given})
    program = Program.compose(settings)
    try:
        program.load()
        yield program
    finally:
        program.close()


async def play(
    plan: Plan, program: Program, *, told: Callable[[datetime, int], None] = lambda now, done: None,
    pace: Callable[[datetime], Any] | None = None, lined: Callable[[Program], Line] | None = None,
) -> Played:  # fmt: skip
    """Play the day to its end. ``told`` hears each minute how many stops were made; ``pace`` is awaited before a step
    of the day itself.

    People talk through what ``lined`` gives, else through a loopback.
    """
    world = World(plan.day, plan.orders, plan.drivers, plan.seed, plan.noise)
    start = world.local(_ORDERS) - timedelta(days=1)
    with stepping(start) as clock:
        line = lined(program) if lined else Loopback(program, lambda letter: not plan.ladder and _is_ladder(letter))
        stage = Stage(program, clock, line)
        office = Office(stage, program, world)
        numbers = await _open(stage, world, program, plan)
        seen, stock = Observer(program.database), dict.fromkeys(world.skus, STOCK)
        played = Played(plan, world, Log(), seen, line, program, numbers, stock)
        _enter_customers(stage, played)
        drivers_in = False
        while stage.now < world.local(plan.over):
            if not drivers_in and stage.now >= world.local(time(5)):
                _enter_drivers(stage, played, office)
                drivers_in = True
            await stage.tick()
            played.observer.look(stage.now)
            told(stage.now, len(played.log.calls))
            if pace is not None and stage.now >= world.local(_EARLY):
                await pace(stage.now)
            await stage.play(stage.now + (plan.tick if stage.now >= world.local(_EARLY) else _TICK_BEFORE))
        played.events = stage.events
    return played


async def _open(stage: Stage, world: World, program: Program, plan: Plan) -> dict[str, str]:
    """Set the business up and take the orders; their numbers by what the shop calls them."""
    for command in world.set_up():
        stage.perform(SYSTEM if not isinstance(command, SetSchedule) else OFFICE, command)
    options: dict[str, int | bool | str | None] = {"seed": plan.seed, "seconds": plan.seconds}
    if plan.iterations is not None:
        options["iterations"] = plan.iterations
    stage.perform(SYSTEM, SetSchedule(depot=DEPOT_CODE, job=Job.PLAN_DAY, options=options))
    for household in world.households:
        stage.perform(SHOP, world.order(household))
    await stage.settle()
    program.refresh_gazetteer(program.engine)
    with program.database.reading() as session:
        found = UnitOfWork(session, SYSTEM).orders.by_external_id([each.key for each in world.households])
    return {key: order.number for key, order in found.items()}


def _enter_customers(stage: Stage, played: Played) -> None:
    world = played.world
    links = _links(played.program)
    for household in world.households:
        number = played.numbers[household.key]
        address = str(1_000_000 + household.number)
        person = Customer(household, number, links[number], address, world, played.log, lambda: stage.now)
        rng = world.chance.of("binds", household.key)
        stage.enter(address, person.day(), stage.now + timedelta(minutes=float(rng.uniform(1, 180))))


def _enter_drivers(stage: Stage, played: Played, office: Office) -> None:
    world, program = played.world, played.program
    broken = world.breakdown()
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        depot = next(each for each in uow.depots.all() if each.code == DEPOT_CODE)
        duties = {duty.driver.code: duty for duty in uow.fleet.duties(depot, world.day)}
    for n in range(1, world.drivers + 1):
        [made] = stage.perform(OFFICE, CreateDriverCode(driver=f"driver-{n}"))
        duty, address = duties[f"driver-{n}"], str(2_000_000 + n)
        driver = Driver(
            n, world, played.log, address, made.code, duty.start, lambda: stage.now,  # type: ignore[attr-defined]
            rests=partial(office.rests, duty.driver.id or 0),
            broken=broken[1] if broken is not None and broken[0] == n else None,
            alarm=partial(office.hand_over, duty.driver.id or 0), promises=office.promises,
        )  # fmt: skip
        stage.enter(address, driver.day(), duty.start - timedelta(minutes=20))
        phone = carried(driver, stage, played.log)
        stage.enter(f"phone-{n}", phone, duty.start)


def _links(program: Program) -> dict[str, str]:
    """By order the link that the shop sends its customer."""
    from domain.conversations import DeepLink

    links = DeepLink.__table__  # type: ignore[attr-defined]
    with program.database.reading() as session:
        return {row.order_number: row.id for row in session.execute(select(links.c.order_number, links.c.id))}


def _is_ladder(letter: Letter) -> bool:
    return letter.row.name in LADDER


@contextmanager
def temporary_program(database_url: str = "", **given: Any) -> Iterator[Program]:
    """`program_for` in a folder that goes when it is closed; what the engine has learned is the installation's."""
    with tempfile.TemporaryDirectory(prefix="roundsman-") as folder:
        (Path(folder) / "nlu").symlink_to(load_settings().folder("nlu"), target_is_directory=True)
        with program_for(Path(folder), database_url, **given) as program:
            yield program
