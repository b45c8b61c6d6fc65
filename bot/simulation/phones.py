"""The simulated drivers' phones: they share their place while the route is driven."""

from __future__ import annotations

from datetime import timedelta

from bot.simulation.drivers import Driver
from bot.simulation.log import Log
from bot.simulation.stage import Do, Person, Stage, Until
from domain.commands import ReportPosition
from domain.moment import Actor, Role

#: So often a phone tells where it is, and for so long.
EVERY, LONGEST = timedelta(minutes=3), timedelta(hours=14)


def carried(driver: Driver, driver_id: int, stage: Stage, log: Log) -> Person:
    """A phone that is carried by a driver, from before the shift until after it.

    Like a channel it hands its places over past inbox and conversation.
    """

    def tell() -> None:
        log.positions += 1
        stage.perform(Actor(Role.DRIVER, driver_id), ReportPosition(at=stage.now, place=driver.place()))

    ends = stage.now + LONGEST
    while stage.now < ends:
        yield Until(stage.now + EVERY)
        if driver.on_the_road:
            yield Do(tell)
