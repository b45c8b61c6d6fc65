"""The simulated drivers' phones: they share their place while the route is driven."""

from __future__ import annotations

from datetime import timedelta

from bot.simulation.drivers import Driver
from bot.simulation.log import Log
from bot.simulation.stage import Do, Person, Stage, Until

#: So often a phone tells where it is, and for so long.
EVERY, LONGEST = timedelta(minutes=3), timedelta(hours=14)


def carried(driver: Driver, stage: Stage, log: Log) -> Person:
    """A phone that is carried by a driver, from before the shift until after it."""

    async def tell() -> None:
        log.positions += 1
        await stage.line.share(driver.address, driver.place())

    ends = stage.now + LONGEST
    while stage.now < ends:
        yield Until(stage.now + EVERY)
        if driver.on_the_road:
            yield Do(tell)
