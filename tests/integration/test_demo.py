"""The demo: believable, whole by the domain's rules, loaded once."""

from __future__ import annotations

import shutil
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from actions.orders import possible_windows
from actions.perform import perform
from bot.demo.load import DemoRefused, holdings, is_loaded, load, reset
from bot.demo.show import listing, people
from bot.files import Files
from bot.settings import Settings
from domain.cases import Case
from domain.commands import CancelOrder, RescheduleOrder, WatchReturns
from domain.customers import Customer, proves
from domain.depots import DeliverySlot, Depot
from domain.events import Event
from domain.fleet import Driver, ShiftPattern, Vehicle
from domain.moment import STAFF, SYSTEM
from domain.orders import FINISHED, ORDER_TRANSITIONS, Order, OrderLine, OrderStatus
from domain.promise import Destination, covering, earliest_day, is_open
from domain.refusals import Refusal
from domain.returns import Return, ReturnLine
from domain.routes import Route, Stop, Task
from domain.stock import Product, StockLevel
from storage.database import Database
from storage.keys import ApiKey, Counter, next_number
from storage.schema import migrate
from storage.unit_of_work import UnitOfWork
from tests.bench.returned import wrongly_decided
from tests.builders import OFFICE, moment
from tests.postgres import Server

BERLIN = ZoneInfo("Europe/Berlin")
A_TUESDAY = datetime(2026, 11, 24, 13, 20, tzinfo=UTC)
MOMENTS = {
    "tuesday afternoon": A_TUESDAY,
    "early morning": datetime(2026, 6, 11, 5, 10, tzinfo=BERLIN),
    "just after midnight": datetime(2026, 6, 11, 0, 0, tzinfo=BERLIN),
    "late evening": datetime(2026, 6, 11, 23, 55, tzinfo=BERLIN),
    "saturday evening": datetime(2026, 6, 13, 19, 30, tzinfo=BERLIN),
    "sunday": datetime(2026, 6, 14, 11, 0, tzinfo=BERLIN),
    "christmas day": datetime(2026, 12, 25, 15, 0, tzinfo=BERLIN),
    "clocks go forward": datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN),
    "clocks go back": datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
    "leap day": datetime(2028, 2, 29, 9, 0, tzinfo=BERLIN),
}

#: Exceptions that orders have; others are returns'.
OF_ORDERS = ("address_not_found", "backordered")
EVERYTHING = (
    Depot,
    Driver,
    Vehicle,
    ShiftPattern,
    Product,
    Customer,
    Order,
    OrderLine,
    Route,
    Stop,
    Task,
    StockLevel,
    DeliverySlot,
    Case,
    Event,
)


@pytest.fixture(scope="module")
def in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a whole demo on a Tuesday, to be copied: loading it takes seconds."""
    folder = tmp_path_factory.mktemp("sqlite")
    load_once(f"sqlite:///{folder / 'demo.db'}", folder)
    return folder / "demo.db"


@pytest.fixture(scope="module")
def in_postgres(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database with a whole demo on a Tuesday, to be copied."""
    url = postgres.new_database()
    load_once(url, tmp_path_factory.mktemp("postgres"))
    return url


def load_once(url: str, folder: Path) -> None:
    with closing(Database(url)) as database:
        migrate(database)
        load(database, A_TUESDAY, files=Files(Settings(data_folder=folder, _env_file=None)))  # type: ignore[call-arg]


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own with a whole demo on a Tuesday."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('in_sqlite'), tmp_path)}"
    else:
        url = request.getfixturevalue("postgres").new_database(request.getfixturevalue("in_postgres"))
    with closing(Database(url)) as database:
        yield database


def rows(database: Database, *models: type[SQLModel]) -> list[str]:
    """All of some tables as text, without the ids, which go on counting after a reset, those of staff too."""
    found = []
    with database.reading() as session:
        for model in models:
            values = [each.model_dump(exclude={"id"}) for each in session.scalars(select(model))]
            if model is Event:  # whose policy and staff have numbers of their own
                values = [each for each in values if each["noun"] in {"order", "return", "case"}]
                values = [each | {"person": None, "detail": {}} if each["actor"] in STAFF else each for each in values]
            found += sorted(f"{model.__name__} {sorted(each.items())!r}" for each in values)
    return found


def histories(session: Session) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    query = select(Event).where(Event.noun == "order").order_by(Event.at, Event.id)  # type: ignore[arg-type]
    for event in session.scalars(query):
        found[event.subject].append(event)
    return found


@pytest.mark.parametrize("now", MOMENTS.values(), ids=MOMENTS.keys())
def test_whole_at_any_moment(database: Database, now: datetime) -> None:
    load(database, now, orders=160)
    with database.reading() as session:
        check_states(session, now)
        check_histories(session, now)
        check_room(session, now)
        check_stock(session)
        check_routes(session, now)
        check_cases(session)


def check_states(session: Session, now: datetime) -> None:
    today = now.astimezone(BERLIN).date()
    seen = {
        events[-1].after
        for events in ([e for e in each if e.change == "status"] for each in histories(session).values())
        if events[-1].at.astimezone(BERLIN).date() == today
    }
    assert seen == set(OrderStatus)


def check_histories(session: Session, now: datetime) -> None:
    depots = {depot.id: depot for depot in session.scalars(select(Depot))}
    drivers = {driver.id: driver for driver in session.scalars(select(Driver))}
    told = histories(session)
    created = []
    for order in session.scalars(select(Order).order_by(Order.id)):  # type: ignore[arg-type]
        events = told[order.number]
        changes = [event for event in events if event.change == "status"]
        assert (changes[0].before, changes[0].after, changes[0].at) == (None, "created", order.created_at)
        for before, after in pairwise(changes):
            assert after.before == before.after, order.number
            assert after.after in ORDER_TRANSITIONS[before.after or ""], order.number
        assert changes[-1].after == order.status
        assert events[-1].at <= now
        assert len({event.key for event in events}) == len(events)
        for event in events:
            if event.actor == "driver":
                assert drivers[event.person].depot_id == order.depot_id
            if event.actor == "customer":
                assert event.person == order.customer_id
        promises = [event for event in events if event.change == "promise"]
        if promises:
            assert promises[-1].after == f"{order.promise_day} {order.window}"
            first = datetime.fromisoformat((promises[0].after or "").split()[0]).date()
            depot = depots[order.depot_id]
            assert (earliest_day(depot, order.created_at) or first) <= first, order.number
        created.append((order.created_at, order.number, order.external_id))
    assert created == sorted(created)
    assert [number for _, number, _ in created] == [f"RM-{10_001 + n}" for n in range(len(created))]
    assert [external for _, _, external in created] == [f"demo-{1 + n:05}" for n in range(len(created))]
    counter = session.get_one(Counter, "order")
    assert counter.value == 10_000 + len(created)


def check_room(session: Session, now: datetime) -> None:
    today = now.astimezone(BERLIN).date()
    networks = {each.depot.id: each for each in UnitOfWork(session, SYSTEM).depots.networks(today)}
    booked: Tally[tuple[object, ...]] = Tally()
    promised: Tally[tuple[object, ...]] = Tally()
    pickups: Tally[tuple[object, ...]] = Tally()
    for order in session.scalars(select(Order)):
        if order.promise_day is None:
            continue
        network = networks[order.depot_id]
        slot = (order.depot_id, order.promise_day, order.promise_start, order.promise_end)
        if order.promise_day != today:  # today the demo's own vans drive whatever day it is
            assert is_open(network.depot, order.promise_day), order.number
            offered = {
                (each.starts, each.ends) for each in network.windows if each.weekday == order.promise_day.isoweekday()
            }
            assert (order.promise_start, order.promise_end) in offered
        assert covering([network], Destination(order.country, order.postcode, order.place))
        booked[slot] += order.status not in FINISHED
        promised[slot] += order.status != OrderStatus.CANCELLED
    for made in session.scalars(select(Return)):
        if made.pickup_day is not None and made.pickup_window is not None:
            window = made.pickup_window
            booked[made.depot_id, made.pickup_day, window.start, window.end] += 1
            pickups[made.depot_id, made.pickup_day, window.start, window.end] += 1
    slots = list(session.scalars(select(DeliverySlot)))
    assert {(s.depot_id, s.day, s.starts, s.ends): s.booked for s in slots if s.booked} == {
        k: n for k, n in booked.items() if n
    }
    for slot in slots:
        which = (slot.depot_id, slot.day, slot.starts, slot.ends)
        assert slot.booked <= promised[which] + pickups[which]
        assert max(slot.booked, promised[which]) <= slot.capacity
    for network in networks.values():
        for window in network.windows:
            for (day, starts), slot in network.slots.items():
                if day.isoweekday() == window.weekday and starts == window.starts:
                    assert slot.capacity == window.capacity


def check_stock(session: Session) -> None:
    reserved: Tally[tuple[object, object]] = Tally()
    query = select(Order, OrderLine).join(OrderLine, OrderLine.order_id == Order.id)  # type: ignore[arg-type]
    totals: Tally[str] = Tally()
    for order, line in session.execute(query):
        totals[order.number] += line.quantity * line.unit_price
        if order.stock_reserved:
            reserved[order.depot_id, line.sku] += line.quantity
    levels = list(session.scalars(select(StockLevel)))
    assert {(each.depot_id, each.sku): each.reserved for each in levels if each.reserved} == reserved
    assert any(each.on_hand == 0 for each in levels)
    assert any(0 < each.available < 5 for each in levels)
    holding = {"allocated", "packed", "dispatched", "out_for_delivery", "failed", "returned_to_depot", "rescheduled"}
    for order in session.scalars(select(Order)):
        where = order.held_from if order.status == "held" else order.status
        assert order.stock_reserved == (where in holding), order.number
        assert order.total == totals[order.number] > 0


def check_routes(session: Session, now: datetime) -> None:
    today = now.astimezone(BERLIN).date()
    orders = {order.number: order for order in session.scalars(select(Order))}
    routes = {route.id: route for route in session.scalars(select(Route))}
    drivers = {driver.id: driver.depot_id for driver in session.scalars(select(Driver))}
    vehicles = {vehicle.id: vehicle for vehicle in session.scalars(select(Vehicle))}
    stops: dict[int, list[Stop]] = defaultdict(list)
    for stop in session.scalars(select(Stop).order_by(Stop.route_id, Stop.position)):  # type: ignore[arg-type]
        stops[stop.route_id].append(stop)
    tasks = {task.stop_id: task for task in session.scalars(select(Task))}
    assert len(tasks) == sum(map(len, stops.values()))
    busy = [route for route in routes.values() if route.status in {"in_progress", "loading"}]
    assert len({route.driver_id for route in busy}) == len({route.vehicle_id for route in busy}) == len(busy)
    assert {route.status for route in routes.values()} == {"completed", "in_progress", "loading", "published"}
    for route in routes.values():
        assert drivers[route.driver_id] == vehicles[route.vehicle_id].depot_id == route.depot_id
        assert [stop.position for stop in stops[route.id or 0]] == list(range(1, len(stops[route.id or 0]) + 1))
        assert all(orders[tasks[stop.id].order_number].depot_id == route.depot_id for stop in stops[route.id or 0])
    for route in busy:
        assert route.day == today
        assert vehicles[route.vehicle_id].status == "in_use"
        ahead = [stop for stop in stops[route.id or 0] if tasks[stop.id].is_ahead]
        assert all(stop.done_at is None for stop in ahead)
        wanted = "out_for_delivery" if route.status == "in_progress" else "dispatched"
        assert ahead
        assert {orders[tasks[stop.id].order_number].status for stop in ahead} == {wanted}
        etas = [stop.eta_start for stop in ahead if stop.eta_start]
        assert etas == sorted(etas)
        assert now < etas[0] < now + timedelta(minutes=75)
        done = [stop.done_at for stop in stops[route.id or 0] if stop.done_at is not None]
        assert done == sorted(done)
        assert all(at <= now for at in done)
        for stop in ahead:
            order = orders[tasks[stop.id].order_number]
            assert order.told_start
            assert order.told_end
            assert stop.eta_start
            assert order.told_start <= stop.eta_start <= order.told_end
    assert any(stop.done_at for route in busy for stop in stops[route.id or 0])
    failed = [
        e for e in session.scalars(select(Event)) if e.after == "failed" and e.at.astimezone(BERLIN).date() == today
    ]
    assert failed
    assert {event.detail["reason"] for event in failed} == {"nobody_home"}


def check_cases(session: Session) -> None:
    filed = session.scalars(select(Case).where(Case.kind.in_(OF_ORDERS)))  # type: ignore[attr-defined]
    cases = {(case.order_number, case.kind): case for case in filed}
    wanted = set()
    for order in session.scalars(select(Order)):
        if order.status == "created":
            assert order.place is None
            assert order.promise_day is None
            wanted.add((order.number, "address_not_found"))
        elif order.status == "backordered":
            wanted.add((order.number, "backordered"))
        if order.status not in {"created"}:
            assert order.place is not None
    assert set(cases) == wanted
    levels = {(level.depot_id, level.sku): level.available for level in session.scalars(select(StockLevel))}
    for case in cases.values():
        if case.kind == "backordered":
            order = session.scalars(select(Order).where(Order.number == case.order_number)).one()  # type: ignore[arg-type]
            assert any(levels[order.depot_id or 0, sku] == 0 for sku in case.detail["skus"])
    opened = {event.subject for event in session.scalars(select(Event)) if event.noun == "case"}
    assert opened == {case.name for case in session.scalars(select(Case))}


def test_the_demo_lives(city: Database) -> None:
    """The real commands find everything as they left it themselves: goods and windows come back, to the last one."""
    with city.reading() as session:
        orders = list(session.scalars(select(Order).order_by(Order.id)))  # type: ignore[arg-type]
        moved = next(each for each in orders if each.status == "allocated")
        uow = UnitOfWork(session, OFFICE)
        offer = possible_windows(moved, uow, moment(OFFICE, now=A_TUESDAY))[-1]
    wish = RescheduleOrder(order=moved.number, day=offer.day, window=offer.window)
    perform(city, [wish], moment(OFFICE, now=A_TUESDAY))
    for order in orders:
        if OrderStatus.CANCELLED in ORDER_TRANSITIONS[order.status]:
            perform(city, [CancelOrder(order=order.number)], moment(OFFICE, now=A_TUESDAY))
    with city.reading() as session:
        check_room(session, A_TUESDAY)
        check_stock(session)
        of_orders = select(Case.status).where(Case.kind.in_(OF_ORDERS))  # type: ignore[attr-defined]
        assert session.scalars(of_orders).unique().all() == ["resolved"]


def test_loading_twice_changes_nothing(database: Database) -> None:
    first = load(database, A_TUESDAY, orders=60)
    before = rows(database, *EVERYTHING)
    second = load(database, A_TUESDAY + timedelta(days=3), orders=500, seed=1)
    assert (first, second) == (replace(second, loaded=True), replace(first, loaded=False))
    assert rows(database, *EVERYTHING) == before


def test_same_seed_and_moment_give_the_same_rows(database: Database) -> None:
    load(database, A_TUESDAY, orders=60)
    first = rows(database, *EVERYTHING)
    reset(database, A_TUESDAY, orders=60)
    assert rows(database, *EVERYTHING) == first
    reset(database, A_TUESDAY, orders=60, seed=8)
    assert rows(database, *EVERYTHING) != first


@pytest.mark.parametrize("orders", [1, 5, 14, 30, 47])
def test_small_demos_load_too(database: Database, orders: int) -> None:
    assert load(database, A_TUESDAY, orders=orders).orders == orders


def test_new_rows_go_on_after_the_demo(database: Database) -> None:
    load(database, A_TUESDAY, orders=60)
    with database.writing() as session:
        assert next_number(session, "order", 10_001) == 10_061
        customer = Customer(name="Somebody New")
        session.add(customer)
        session.flush()
        assert customer.id == session.execute(select(func.max(Customer.id))).scalar_one()
        depot = Depot(code="west", name="West", zone="Europe/Berlin", country="DE", lat=52.5, lon=13.2)
        case = Case(kind="wish.person", opened_at=A_TUESDAY)
        session.add_all([depot, case])
        session.flush()
        assert depot.id == 3


def test_reset_keeps_only_api_keys(database: Database) -> None:
    with database.writing() as session:
        session.add(ApiKey(name="shop", hash="0" * 64, created_at=A_TUESDAY))
        session.add(Customer(name="Own Customer"))
    assert holdings(database) == {"customers": 1}
    with pytest.raises(DemoRefused, match="1 customers"):
        load(database, A_TUESDAY, orders=60)
    assert not is_loaded(database)
    assert reset(database, A_TUESDAY, orders=60).customers == 12
    assert is_loaded(database)
    with database.reading() as session:
        assert [key.name for key in session.scalars(select(ApiKey))] == ["shop"]
        assert "Own Customer" not in set(session.scalars(select(Customer.name)))


def test_people_to_try_have_every_active_state(city: Database) -> None:
    persons = people(city, 20)
    assert len(persons) == 20
    assert {order.status for person in persons for order in person.orders} == set(OrderStatus) - FINISHED
    assert sum(2 <= len(person.orders) <= 4 for person in persons) >= 8
    for person in persons:
        order = person.orders[0]
        facts = (order.postcode, person.phone_end, person.email or "")
        for fact in facts:
            assert proves(fact, postcode=order.postcode, phone=person.phone, email=person.email)
    told = "\n".join(listing(persons))
    assert all(order.number in told for person in persons for order in person.orders)


def test_people_are_made_up(city: Database) -> None:
    with city.reading() as session:
        customers = list(session.scalars(select(Customer)))
    assert len(customers) == 100
    for customer in customers:
        assert (customer.email or "").endswith(("@example.com", "@example.org"))
        assert phonenumbers.is_valid_number(phonenumbers.parse(customer.phone or ""))
    assert len({customer.email for customer in customers}) == len({customer.phone for customer in customers}) == 100
    names = " ".join(customer.name for customer in customers)
    assert all(mark in names for mark in ("'", "ö", "-"))
    assert max(len(customer.name) for customer in customers) > 40


def test_potsdam_is_not_delivered_to(database: Database) -> None:
    load(database, A_TUESDAY, orders=30)
    with database.reading() as session:
        networks = UnitOfWork(session, SYSTEM).depots.networks(A_TUESDAY.date())
    for postcode in ("10115", "10999", "12049", "12689", "13055", "13629", "14050", "14199"):
        assert covering(networks, Destination("DE", postcode))
    for postcode in ("14467", "14482", "14513", "12529", "15366", "20095"):
        with pytest.raises(Refusal, match="not_delivered_there"):
            covering(networks, Destination("DE", postcode))
    with pytest.raises(Refusal):
        covering(networks, Destination("AT", "10115"))


def test_its_returns_are_made_by_the_rules(city: Database) -> None:
    """Weeks of returns that went through: decided by rules that are named, received, looked at and paid; some wait for a person."""
    with city.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        returns = list(session.scalars(select(Return)))
        states = Tally(made.status for made in returns)
        assert {"refunded", "credited", "rejected", "review", "pickup_planned", "approved"} <= set(states)
        assert 30 <= len(returns) <= 80
        by_rule = sum(made.decided_by == "rule" for made in returns)
        assert by_rule >= 0.8 * len(returns)
        assert all(made.policy_version is not None and made.created_at < A_TUESDAY for made in returns)
        for made in returns:
            assert next(event.before for event in uow.returns.history(made.number)) is None
            assert all(event.at <= A_TUESDAY for event in uow.returns.history(made.number))
            paid = [each for each in uow.returns.refunds(made) if each.status == "issued"]
            assert (made.status == "refunded") == bool(paid)
            assert sum(each.amount for each in paid) <= made.worth
        assert wrongly_decided(session) == []
        pickups = [made.pickup_day for made in returns if made.status == "pickup_planned"]
        assert all(A_TUESDAY.date() <= day <= A_TUESDAY.date() + timedelta(days=4) for day in pickups)


def test_the_second_evaluator_finds_what_was_decided_otherwise(city: Database) -> None:
    with city.writing() as session:
        by_rule = select(Return.id).where(Return.decided_by == "rule")
        rejected = select(ReturnLine).where(ReturnLine.outcome == "reject", ReturnLine.return_id.in_(by_rule))  # type: ignore[attr-defined]
        line = session.scalars(rejected).first()
        assert line is not None
        line.outcome = "approve"
        session.flush()
        assert len(wrongly_decided(session)) == 1


def test_its_buyers_hear_of_the_jacket(city: Database) -> None:
    (note,) = perform(city, [WatchReturns(depot="north")], moment(SYSTEM, now=A_TUESDAY))[0][:1]
    assert [(each.name, each.more) for each in note.departed] == [("rain jacket M", True)]  # type: ignore[attr-defined]
    assert perform(city, [WatchReturns(depot="south")], moment(SYSTEM, now=A_TUESDAY))[0] == []
