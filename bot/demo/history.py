"""A year of orders that are over: most delivered at once, some on the second try, some never."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.demo.city import Resident
from bot.demo.story import S, Story, Teller, Visit, local, next_open
from domain.moment import Role
from domain.orders import OrderStatus
from domain.promise import is_open
from domain.values import Window

#: Deliveries by weekday from Monday, and by month from January, against an average of 1.
_WEEK = (1.3, 0.95, 0.9, 1.0, 1.3, 0.75, 0.0)
_SEASON = (0.85, 0.9, 1.0, 1.05, 1.05, 0.95, 0.8, 0.85, 1.0, 1.05, 1.35, 1.5)
_FAILURES = (
    "nobody_home",
    "nobody_home",
    "nobody_home",
    "no_access",
    "wrong_address",
    "refused",
    "damaged",
)
_REGRETS = ("ordered by mistake", "found it elsewhere", "no longer needed", "takes too long")
#: When the tours of a day leave, by the first hour they deliver in.
_TOURS = {8: time(7, 20), 12: time(11, 20), 16: time(15, 20)}


def tell(teller: Teller, count: int) -> tuple[list[Story], list[Visit]]:
    """``count`` stories whose last promise lies before today, and all their attempts."""
    rng, depots = teller.rng, teller.city.depots
    days = [teller.today - timedelta(days=back) for back in range(365, 0, -1)]
    days = [day for day in days if all(is_open(depot, day) for depot in depots)]
    trend = [0.75 + 0.5 * n / len(days) for n in range(len(days))]
    weights = [_WEEK[day.weekday()] * _SEASON[day.month - 1] * growth for day, growth in zip(days, trend, strict=True)]
    chosen = sorted(rng.choices(days, weights, k=count))
    regulars = [1 / (1 + n / 25) for n in range(len(teller.city.residents))]
    who = rng.choices(teller.city.residents, regulars, k=count)
    stories, visits = [], []
    for day, resident in zip(chosen, who, strict=True):
        story, its_visits = _live(teller, resident, day)
        stories.append(story)
        visits += its_visits
    return stories, visits


def attempt(teller: Teller, story: Story, outcome: OrderStatus, **detail: object) -> Visit:
    """A past attempt at the promised day and window, from packing to ``outcome``."""
    order, rng = story.order, teller.rng
    day, window = order.promise_day, order.window
    assert day is not None
    assert window is not None
    leaves = _TOURS[max(hour for hour in _TOURS if hour <= window.start.hour)]
    out = local(day, leaves) + timedelta(minutes=(day.toordinal() * 7 + (story.depot.id or 0) * 5) % 20)
    dispatched = out - timedelta(minutes=rng.randint(15, 40))
    at = _at_the_door(teller, day, window)
    order.told_start, order.told_end = local(day, window.start), local(day, window.end)
    road = story.load(dispatched - timedelta(minutes=rng.randint(20, 80)), dispatched, out)
    road.append(story.hand_over(outcome, at, **detail))
    return Visit(story, day, out, at, outcome, road)


def _at_the_door(teller: Teller, day: date, window: Window) -> datetime:
    """Nine in ten within the window, most others a little late."""
    rng = teller.rng
    start, end = local(day, window.start), local(day, window.end)
    chance = rng.random()
    if chance < 0.06:
        return end + timedelta(seconds=rng.randint(60, 2_700))
    if chance < 0.075:
        return start - timedelta(seconds=rng.randint(60, 900))
    return start + timedelta(seconds=rng.randint(120, 7_080))


def _live(teller: Teller, resident: Resident, day: date) -> tuple[Story, list[Visit]]:
    """From the order to its end, or as far as it got before today."""
    rng, depot = teller.rng, resident.depot
    day, window = teller.book(depot, day)
    story = teller.begin(resident, teller.ordered_for(depot, day))
    if rng.random() < 0.25:
        order = story.order
        order.wanted_day, order.wanted_start, order.wanted_end = day, window.start, window.end
    story.confirm(day, window)
    pause = (local(day, time(5)) - story.created) * rng.uniform(0.1, 0.8)
    if day >= teller.today:  # the year's last days were full: this one is still to come
        return story, []
    if rng.random() < 0.03 and pause > timedelta(0):
        story.cancel(rng.choice(_REGRETS), story.created + pause)
        return story, []
    if rng.random() < 0.04:
        later, instead = teller.book(depot, next_open(depot, day))
        if later < teller.today:
            story.promise(later, instead, story.created + pause, Role.CUSTOMER)
    chance = rng.random()
    if chance < 0.915:
        return story, [attempt(teller, story, S.DELIVERED)]
    if chance < 0.98:
        visits = [attempt(teller, story, S.FAILED, reason=rng.choice(_FAILURES))]
    elif chance < 0.99:
        visits = [attempt(teller, story, S.PARTIALLY_DELIVERED, missing=[story.lines[-1].sku])]
    else:
        visits = [attempt(teller, story, S.RETURNED_TO_DEPOT, reason="vehicle broke down")]
    return story, visits + _second_try(teller, story, visits[0])


def _second_try(teller: Teller, story: Story, first: Visit) -> list[Visit]:
    """What followed an attempt that did not bring everything."""
    rng = teller.rng
    status, evening = story.order.status, local(first.day, time(20, 50))
    if status == S.FAILED and rng.random() < 0.3:
        story.step(S.RETURNED_TO_DEPOT, max(evening, first.at + timedelta(minutes=30)), Role.WAREHOUSE)
        status = story.order.status
    if status == S.RETURNED_TO_DEPOT and rng.random() < 0.3:
        story.cancel("could not be delivered", max(evening, first.at) + timedelta(minutes=70), Role.DISPATCHER)
        return []
    day, window = teller.book(story.depot, next_open(story.depot, first.day))
    if day >= teller.today:
        return []
    asked = max(first.at, evening) if status == S.RETURNED_TO_DEPOT else first.at
    story.promise(
        day, window, asked + timedelta(minutes=rng.randint(35, 170)), rng.choice((Role.CUSTOMER, Role.DISPATCHER))
    )
    return [attempt(teller, story, S.DELIVERED)]
