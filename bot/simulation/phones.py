"""The simulated drivers' phones: they share their place while the route is driven."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.simulation.drivers import Driver
from bot.simulation.log import Log
from bot.simulation.stage import Do, Person, Stage, Until
from domain.commands import RecordPosition
from domain.moment import Actor, Role

#: So often a phone tells where it is, and for so long.
EVERY, LONGEST = timedelta(minutes=3), timedelta(hours=14)


def carried(driver: Driver, driver_id: int, route: Callable[[], int | None], stage: Stage, log: Log) -> Person:
    """A phone that is carried by a driver, from before the shift until after it; ``route`` is what they drive."""

    def tell() -> None:
        found = route()
        if found is not None:
            log.positions += 1
            command = RecordPosition(route=found, at=stage.now, place=driver.place())
            stage.perform(Actor(Role.DRIVER, driver_id), command)

    ends = stage.now + LONGEST
    while stage.now < ends:
        yield Until(stage.now + EVERY)
        if driver.on_the_road:
            yield Do(tell)
