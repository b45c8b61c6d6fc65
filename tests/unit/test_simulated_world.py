"""The simulated world: values from a seed, true to the noise it says it has."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from bot.simulation.customers import Customer
from bot.simulation.drivers import Card
from bot.simulation.log import Log
from bot.simulation.loopback import Heard
from bot.simulation.noise import STILL, Chance, Noise
from bot.simulation.world import DEPOT, WINDOWS, World, between, misspelt
from domain.commands import SetUpDepot, SetUpDriver, SetUpVehicle
from domain.values import Place

DAY = date(2026, 5, 5)


def world(seed: int = 7, orders: int = 40, drivers: int = 3, noise: Noise = Noise()) -> World:
    return World(DAY, orders, drivers, seed, noise)


def test_the_same_seed_is_the_same_world_and_another_is_not() -> None:
    one, again, other = world(), world(), world(8)
    assert one.households == again.households != other.households
    assert [one.order(each) for each in one.households] == [again.order(each) for each in again.households]
    assert one.day_factor == again.day_factor != other.day_factor


def test_what_is_drawn_does_not_depend_on_what_else_is_asked() -> None:
    one, again = world(), world()
    later = one.local(time(9))
    expected = one.arrives(later, DEPOT, one.households[3].place, "RM-1:1"), one.serves(3, "RM-1:1"), one.is_home("x")
    again.serves(9, "RM-2:1")
    again.breakdown()
    found = (
        again.arrives(later, DEPOT, one.households[3].place, "RM-1:1"),
        again.serves(3, "RM-1:1"),
        again.is_home("x"),
    )
    assert found == expected


def test_everybody_lives_around_the_depot_and_wants_a_window_that_is_offered() -> None:
    households = world(orders=300).households
    assert {each.window for each in households} == set(WINDOWS)
    assert max(DEPOT.metres_to(each.place) for each in households) < 12_000
    assert len({each.key for each in households}) == 300


def test_the_business_has_a_vehicle_and_a_shift_for_every_driver() -> None:
    commands = world(drivers=12).set_up()
    assert isinstance(commands[0], SetUpDepot)
    plates = {each.plate for each in commands if isinstance(each, SetUpVehicle)}
    drivers = [each for each in commands if isinstance(each, SetUpDriver)]
    assert {each.week[0].vehicle for each in drivers} == plates
    assert len(plates) == 12
    assert len({each.week[0].hours for each in drivers}) == 2


def test_without_noise_ways_and_stops_take_what_is_planned() -> None:
    still = world(noise=STILL)
    noon, there = still.local(time(12)), Place(52.55, 13.405)
    took = still.arrives(noon, DEPOT, there, "any") - noon
    assert took.total_seconds() == pytest.approx(DEPOT.metres_to(there) * 1.3 / (25 / 3.6), abs=2)
    assert still.serves(4, "any") == timedelta(seconds=280)
    assert still.is_home("any")
    assert still.breakdown() is None


def test_ways_take_longer_in_the_evening_peak() -> None:
    still, there = world(noise=STILL), Place(52.55, 13.405)
    noon, peak = (still.arrives(at := still.local(time(hour)), DEPOT, there, "w") - at for hour in (12, 16))
    assert peak / noon == pytest.approx(1.25, rel=0.01)


def test_factors_have_the_mean_and_spread_they_say() -> None:
    chance = Chance(3)
    factors = np.array([chance.factor(0.25, "leg", n) for n in range(4_000)])
    assert factors.mean() == pytest.approx(1, abs=0.02)
    assert factors.std() == pytest.approx(0.25, abs=0.02)
    assert sum(chance.happens(0.04, "home", n) for n in range(4_000)) == pytest.approx(160, abs=40)


def test_one_van_in_three_days_breaks_down_within_its_shift() -> None:
    broken = [found for seed in range(300) if (found := world(seed).breakdown()) is not None]
    assert len(broken) == pytest.approx(100, abs=25)
    assert all(1 <= n <= 3 and 6 <= at.hour <= 17 for n, at in broken)


def test_a_slip_of_the_thumb_changes_one_place() -> None:
    rng = np.random.default_rng(1)
    slips = {misspelt("where is my order", rng) for _ in range(50)}
    assert all(abs(len(slip) - len("where is my order")) <= 1 for slip in slips)
    assert len(slips) > 10
    assert misspelt("1 2 3", rng) == "1 2 3"


def test_halfway_is_between() -> None:
    assert between(Place(52.0, 13.0), Place(53.0, 14.0), 0.5) == Place(52.5, 13.5)


def test_a_stop_is_read_from_what_the_chat_shows() -> None:
    parcel = {"number": "RM-1", "kind": "delivery", "status": "pending", "attempt": 2, "items": [{"quantity": 3}]}
    done = {**parcel, "number": "RM-2", "status": "completed"}
    card = Card.of({"visit": 9, "stop": 4, "place": "52.50000,13.40000", "parcels": [parcel, done]})
    assert card == Card(9, 4, Place(52.5, 13.4), ("RM-1",), 3, 2, pickup=False)
    assert card.name == "RM-1:2"


# Customers

NOON = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)


def waiting(*heard: Heard) -> Customer:
    here = world()
    morning = next(each for each in here.households if each.window == WINDOWS[0])
    customer = Customer(morning, "RM-1", "link", "1", here, Log(), lambda: NOON)
    customer._look(heard)
    return customer


def news(hours_ago: float, start: float, end: float, name: str = "order.out") -> Heard:
    facts = {"start": (NOON + timedelta(hours=start)).isoformat(), "end": (NOON + timedelta(hours=end)).isoformat()}
    return Heard(NOON - timedelta(hours=hours_ago), name, "", (), facts)


def asks(customer: Customer) -> float:
    return customer.asks_within(timedelta(minutes=30), NOON)


def test_the_longer_nothing_is_heard_the_sooner_somebody_asks() -> None:
    assert asks(waiting(news(0, -0.5, 0.5))) == 0
    assert (
        0 < asks(waiting(news(1, -0.5, 0.5))) < asks(waiting(news(3, -0.5, 0.5))) == asks(waiting(news(9, -0.5, 0.5)))
    )


def test_wide_windows_and_those_that_are_over_make_people_ask() -> None:
    assert asks(waiting(news(2, -0.5, 3.5))) > asks(waiting(news(2, -0.5, 0.5)))
    assert asks(waiting(news(2, -2, -0.1))) > 2 * asks(waiting(news(2, -1, 0.9)))


def test_nobody_asks_long_before_the_window_begins() -> None:
    assert asks(waiting(news(9, 2, 3))) == 0
