"""Writes the demo into a database, once, and takes it out again."""

from __future__ import annotations

import gc
import itertools
import random
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlmodel import Session, SQLModel

from bot.clock import new_id
from bot.demo import books, clothing, history, proofs, returns, today, tours
from bot.demo import city as cities
from bot.demo.city import City
from bot.demo.office import open_office
from bot.demo.story import S, Story, Teller
from bot.demo.tours import Fleet, Tour
from bot.files import Files
from domain.cases import Case
from domain.conversations import TRACKING_FOR, TrackingLink
from domain.customers import Customer
from domain.deliveries import DeliveryProof, StoredFile
from domain.depots import DeliveryArea, DeliverySlot, DeliveryWindow, Depot
from domain.driving import WorkedShift
from domain.events import Event, note
from domain.fleet import Driver, ShiftPattern, Vehicle
from domain.moment import SYSTEM, Moment
from domain.orders import FINISHED, Order, OrderLine
from domain.routes import Route, RoutePosition, Stop, Task
from domain.stock import Product, StockLevel
from storage.database import Database, insert_if_new
from storage.keys import ApiKey, Counter
from storage.schema import METADATA

FIRST_NUMBER = 10_001
#: The counter whose value says how many orders of the demo are loaded.
MARK = "demo"
_BUSINESS = ((Order, "orders"), (Depot, "depots"), (Product, "products"), (Customer, "customers"), (Driver, "drivers"))
#: Orders today and to come of a usual demo; a large one has more.
_TODAY, _AHEAD = 57, 80


class DemoRefused(Exception):
    """The demo does not go into this database; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in the database. ``loaded`` says whether this call put it there."""

    loaded: bool
    depots: int
    products: int
    customers: int
    orders: int
    active: int
    routes: int
    events: int


def load(database: Database, now: datetime, orders: int = 600, seed: int = 7, files: Files | None = None) -> Summary:
    """Put the demo into an empty database: ``orders`` orders over a year up to ``now`` (aware).

    A database that has it stays as it is. Refuses one that holds a business already. The same seed and now
    give the same rows; photos of the latest deliveries, which are made where ``files`` can keep them, the same pictures.
    """
    _check(now, orders)
    with database.writing() as session:
        loaded = _claim(session)
        if loaded:
            _check_empty(session)
            _fill(session, now, orders, seed, files)
        return _summary(session, loaded)


def reset(database: Database, now: datetime, orders: int = 600, seed: int = 7, files: Files | None = None) -> Summary:
    """Delete everything in the database but its API keys, and load the demo anew, in one transaction; then old files."""
    _check(now, orders)
    with database.writing() as session:
        old = session.scalars(select(StoredFile)).all()
        session.expunge_all()
        for table in reversed(METADATA.sorted_tables):
            if table.name != _table(ApiKey).name:
                session.execute(delete(table))
        _claim(session)
        _fill(session, now, orders, seed, files)
        summary = _summary(session, True)
    if files is not None:
        for each in old:
            files.remove(each)
    return summary


def is_loaded(database: Database) -> bool:
    """Whether the demo is in the database."""
    with database.reading() as session:
        return bool(session.execute(select(_table(Counter).c.value).where(_table(Counter).c.name == MARK)).scalar())


def holdings(database: Database) -> dict[str, int]:
    """How many rows of a business the database holds, by noun; empty for an empty one."""
    with database.reading() as session:
        counts = {words: _count(session, model) for model, words in _BUSINESS}
    return {words: count for words, count in counts.items() if count}


def _check(now: datetime, orders: int) -> None:
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    if orders < 1:
        raise DemoRefused("A demo needs at least one order.")


@dataclass(frozen=True)
class _Demo:
    city: City
    now: datetime
    stories: list[Story]
    tours: list[Tour]


def _imagine(now: datetime, orders: int, seed: int) -> _Demo:
    """The whole demo in memory, with every number and id."""
    rng = random.Random(seed)
    city = cities.build(rng, orders)
    teller, fleet = Teller(city, rng, now), Fleet(city)
    present = min(orders, max(len(S), min(_TODAY, orders * 45 // 100), orders // 230))
    ahead = min(orders - present, max(min(_AHEAD, orders // 5), orders // 120))
    current = today.tell(teller, fleet, present, ahead)
    stories, visits = history.tell(teller, orders - present - ahead)
    all_tours = [*tours.past(fleet, [*visits, *current.visits]), *current.tours]
    stories = sorted([*stories, *current.stories], key=lambda story: story.created)
    clothing.sell(teller, stories)
    for number, story in enumerate(stories, 1):
        _name(story, number)
    stop_ids, tried = itertools.count(1), Tally[str]()
    for tour_id, tour in enumerate(all_tours, 1):
        tour.route.id = tour_id
        for stop, task, story in tour.stops:
            stop.id, stop.route_id = next(stop_ids), tour_id
            task.stop_id, task.order_number = stop.id, story.order.number
            tried[story.order.number] += 1
            task.attempt = tried[story.order.number]
    return _Demo(city, now, stories, all_tours)


def _name(story: Story, number: int) -> None:
    order = story.order
    order.id, order.number, order.external_id = number, f"RM-{FIRST_NUMBER - 1 + number}", f"demo-{number:05}"
    for line in story.lines:
        line.order_id = number
    for n, event in enumerate(story.events):
        event.subject, event.key = order.number, f"demo:{number}:{n}"
    if story.case is not None:
        story.case.order_number = order.number


def _claim(session: Session) -> bool:
    """Whether the demo is still to be loaded; a second loader waits here for the first."""
    session.execute(insert_if_new(session, _table(Counter)), {"name": MARK, "value": 0})
    mark = _table(Counter)
    value = session.execute(select(mark.c.value).where(mark.c.name == MARK).with_for_update()).scalar_one()
    return bool(value == 0)


def _check_empty(session: Session) -> None:
    for model, words in _BUSINESS:
        count = _count(session, model)
        if count:
            raise DemoRefused(
                f"This database already holds {count} {words} of its own. The demo goes into an empty database: "
                "choose another one, or use `demo reset` to delete everything in this one."
            )


def _fill(session: Session, now: datetime, orders: int, seed: int, files: Files | None) -> None:
    with _uncollected():
        demo = _imagine(now, orders, seed)
        _write(session, demo)
        _add_proofs(session, proofs.prove(random.Random(seed), demo.stories, files), files)
        returns.fill(session, demo.stories, demo.now, seed, files)
    session.execute(update(_table(Counter)).where(_table(Counter).c.name == MARK).values(value=orders))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would walk over every order again and again: a third faster."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(session: Session, demo: _Demo) -> None:
    city, stories = demo.city, demo.stories
    for network in city.networks:
        _add(session, Depot, [network.depot])
        _add(session, DeliveryWindow, [each for each in network.windows if isinstance(each, DeliveryWindow)])
        _add(session, DeliveryArea, network.areas)
    _add(session, Driver, city.drivers)
    _add(session, Vehicle, city.vehicles)
    _add(session, ShiftPattern, city.patterns, leave_out=("id",))
    _add(session, Product, [*city.products, *clothing.products()])
    _add(session, Customer, [resident.customer for resident in city.residents])
    _add(session, Order, [story.order for story in stories], leave_out=("request",))
    _add(session, OrderLine, [line for story in stories for line in story.lines], leave_out=("id",))
    _add(session, Route, [tour.route for tour in demo.tours])
    shifts = [shift for tour in demo.tours if (shift := tour.shift()) is not None]
    _add(session, WorkedShift, shifts, leave_out=("id",))
    _add(session, RoutePosition, [seen for tour in demo.tours if (seen := tour.position(demo.now)) is not None])
    _add(session, TrackingLink, [_tracking(story) for story in stories if _is_tracked(story, demo.now)])
    _add(session, Stop, [stop for tour in demo.tours for stop, _, _ in tour.stops])
    _add(session, Task, [task for tour in demo.tours for _, task, _ in tour.stops], leave_out=("id",))
    _add(session, StockLevel, [*books.levels(city, stories), *clothing.levels(city)], leave_out=("id",))
    _add(session, DeliverySlot, books.slots(city, stories), leave_out=("id",))
    events = sorted((event for story in stories for event in story.events), key=lambda event: event.at)
    opened = _open_cases(session, [story.case for story in stories if story.case is not None])
    _add(session, Event, [*events, *opened], leave_out=("id",))
    open_office(session, demo.now)
    _count_up(session, len(stories))
    if session.get_bind().dialect.name == "postgresql":
        for model in (Depot, DeliveryWindow, DeliveryArea, Driver, Vehicle, Customer, Order, Route, Stop, Case):
            table = _table(model)  # the ids above were ours, so the sequence must be told
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
            following = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            session.execute(select(func.setval(sequence, following, False)))


def _is_tracked(story: Story, now: datetime) -> bool:
    """Whether a link to its page would still show something."""
    return story.order.is_active or story.events[-1].at > now - TRACKING_FOR


def _tracking(story: Story) -> TrackingLink:
    return TrackingLink(token=new_id(), order_number=story.order.number, created_at=story.created)


def _add_proofs(session: Session, made: proofs.Proofs, files: Files | None) -> None:
    """Write the proofs; their photos go again when that fails."""
    try:
        _add(session, StoredFile, made.files)
        _add(session, DeliveryProof, made.rows)
    except BaseException:
        if files is not None:
            for each in made.files:
                files.remove(each)
        raise


def _open_cases(session: Session, cases: Sequence[Case]) -> list[Event]:
    """Write the cases; the events of their opening."""
    first = int(session.execute(select(func.max(_table(Case).c.id))).scalar() or 0) + 1
    events = []
    for case_id, case in enumerate(sorted(cases, key=lambda each: each.opened_at), first):
        case.id = case_id
        at = Moment(case.opened_at, SYSTEM, f"demo:case:{case_id}", lambda: "")
        events.append(note(case, "opened", at, None, "open", kind=case.kind))
    _add(session, Case, cases)
    return events


def _count_up(session: Session, orders: int) -> None:
    counter = _table(Counter)
    last = FIRST_NUMBER - 1 + orders
    session.execute(insert_if_new(session, counter), {"name": "order", "value": last})
    session.execute(update(counter).where(counter.c.name == "order", counter.c.value < last).values(value=last))


def _add(session: Session, model: type[SQLModel], things: Sequence[SQLModel], leave_out: tuple[str, ...] = ()) -> None:
    """Insert in bulk; columns in ``leave_out`` are the database's to fill."""
    names = [column.name for column in _table(model).columns if column.name not in leave_out]
    if things:
        session.execute(insert(_table(model)), [{name: getattr(thing, name) for name in names} for thing in things])


def _summary(session: Session, loaded: bool) -> Summary:
    orders = _table(Order)
    active = select(func.count()).select_from(orders).where(orders.c.status.not_in(FINISHED))
    return Summary(
        loaded=loaded,
        depots=_count(session, Depot),
        products=_count(session, Product),
        customers=_count(session, Customer),
        orders=_count(session, Order),
        active=int(session.execute(active).scalar_one()),
        routes=_count(session, Route),
        events=_count(session, Event),
    )


def _count(session: Session, model: type[SQLModel]) -> int:
    return int(session.execute(select(func.count()).select_from(_table(model))).scalar_one())


def _table(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table
