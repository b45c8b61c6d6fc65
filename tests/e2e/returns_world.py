"""The program between Telegram, Slack and Stripe, and the people who send something back, collect it and look into it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import SetSchedule
from domain.orders import Order
from domain.returns import Return
from domain.routes import Route
from domain.scheduling import Job
from storage.database import Database
from storage.schema import migrate
from tests.builders import (
    NOW,
    OFFICE,
    Business,
    a_customer,
    a_link,
    a_staff_member,
    an_order,
    business,
    moment,
    return_policy,
)
from tests.e2e import slack_world, test_telegram
from tests.e2e.moved import move
from tests.emulators.slack import Person as Colleague
from tests.emulators.slack import Place, SlackEmulator
from tests.emulators.stripe import KEY, Stripe, stripe
from tests.emulators.telegram import Person, Sent, TelegramEmulator
from tests.emulators.waiting import PATIENCE, wait_until
from tests.planning import ITERATIONS, a_driver, a_van
from tests.serving import Serving, serve

#: Where all is kept, and how it is heard from Telegram and from Slack.
WORLDS = [("sqlite", "polling", "socket"), ("postgresql", "webhook", "http")]
DRIVER, PLATE = "Ines Kruse", "B-X 1"


@dataclass
class Chain:
    """One running program between three outside worlds, with its own time."""

    telegram: TelegramEmulator
    slack: SlackEmulator
    stripe: Stripe
    serving: Serving
    database: Database
    shop: Business
    ada: Colleague
    ahead: timedelta
    customers: int = 0
    ines: Person | None = None
    readings: int = 0

    @property
    def now(self) -> datetime:
        """The time of the business."""
        return datetime.now(UTC) + self.ahead

    @property
    def today(self) -> date:
        """The day it is at the depot."""
        return self.now.astimezone(self.shop.depot.tz).date()

    def goes_to(self, hour: int, minute: int = 0, days: int = 0) -> None:
        """So many days from now, or as soon as it is that late in the depot's zone, it is that late; what is due is done."""
        local = self.now.astimezone(self.shop.depot.tz)
        then = datetime.combine(local.date() + timedelta(days=days), time(hour, minute), self.shop.depot.tz)
        self._move(then if then > local else then + timedelta(days=1))

    def _move(self, then: datetime) -> None:
        move(str(self.serving.folder / "clock"), then.astimezone(UTC))
        self.ahead = then - datetime.now(UTC)

    def tomorrow(self, window: str) -> str:
        """The words of the button for that window of the next day."""
        day = self.today + timedelta(days=1)
        return f"{day:%a} {day.day} {day:%b}, {window}"

    def customer(self, name: str, *lines: tuple[str, int], days: int = 0, **values: Any) -> tuple[Person, Order, str]:
        """Somebody whose chat knows them, with an order (a kettle for €39.90) that came so many days ago; what paid for it."""
        self.customers += 1
        with self.database.writing() as session:
            customer = a_customer(session, name=f"{name} Example", email=f"{name.lower()}{self.customers}@example.com")
            order = an_order(
                session, self.shop, status="delivered", customer=customer, lines=lines or [("SKU-1", 1)],
                now=self.now - timedelta(days=days), day=(self.now - timedelta(days=days)).date(), **values,
            )  # fmt: skip
            order.payment = self.stripe.paid(f"pi_{self.customers:04}returns", order.total)
            link_id = a_link(session, order, expires_at=self.now + timedelta(days=300)).id
        person = self.telegram.person(name)
        person.starts(link_id)
        person.hears(1)
        return person, order, order.payment

    def colleague(self, name: str, role: str) -> Colleague:
        """Somebody of the business who is in the workspace."""
        person = self.slack.person(name)
        a_staff_member(self.database, name, role, person.id)
        return person

    def room(self, name: str, *people: Colleague) -> Place:
        """A channel that is the room of the depot, with these people in it."""
        channel = self.slack.channel(name, self.ada, *people)
        self.ada.runs(channel, "/rounds use this channel for north").wait()
        self.slack.until_posted(channel, containing="Depot North").wait()
        return channel

    def the_return(self, order: Order) -> Return:
        """The last return of the order's customer, as it is now."""
        with self.database.reading() as session:
            wanted = select(Return).where(Return.customer_id == order.customer_id)
            made = session.exec(wanted.order_by(Return.id.desc())).first()  # type: ignore[union-attr]
            assert made is not None, "no return was made"
            return made

    def the_order(self, number: str) -> Order:
        """An order, as it is now."""
        with self.database.reading() as session:
            return session.exec(select(Order).where(Order.number == number)).one()

    def hears(self, person: Person, *words: str, times: int = 1) -> Sent:
        """The last message in a chat that has all these words, once so many are there; one that changed in place too."""

        def found() -> list[Sent]:
            return [
                each for each in person.sent.values() if not each.deleted and all(one in each.text for one in words)
            ]

        self._until_in(person, lambda: len(found()) >= times, words)
        return found()[-1]

    def presses(self, person: Person, button: str, under: str = "") -> None:
        """Press the last button in a chat that has these words, under a message with those, once it is there."""

        def found() -> list[tuple[Sent, str]]:
            shown = [each for each in person.sent.values() if not each.deleted and under in each.text]
            return [(each, one.text) for each in shown for one in each.buttons if button in one.text]

        self._until_in(person, found, button)
        person.presses(*found()[-1])

    def _until_in(self, person: Person, look: Callable[[], object], what: object) -> None:
        try:
            self.telegram.wait_until(look)
        except AssertionError as late:
            said = [
                (each.text, [one.text for one in each.buttons]) for each in person.sent.values() if not each.deleted
            ]
            raise AssertionError(f"no {what!r} in {said}") from late

    def pays_back(self, payment: str, amount: int) -> None:
        """Returns once exactly that was given back of a payment, in one go."""
        with self.stripe.changed:
            assert wait_until(self.stripe.changed, lambda: self.stripe.given_back(payment), PATIENCE), "nothing is paid"
        assert [each["amount"] for each in self.stripe.refunds if each["payment_intent"] == payment] == [amount]

    def until(self, look: Any) -> None:
        """Returns once that holds, of what is in the database."""
        self.telegram.wait_until(look)

    def plans_the_next_day(self) -> None:
        """In the evening the next day is planned and published by itself, and the driver is there in the morning."""
        before = self._routes()
        self.goes_to(18, 10)
        self.until(lambda: self._routes("draft") - before)
        self.goes_to(19, 30)
        self.until(lambda: self._routes("published") - before)

    def _routes(self, *states: str) -> set[int]:
        with self.database.reading() as session:
            found = session.exec(select(Route))
            return {each.id or 0 for each in found if not states or each.status in states}

    @property
    def driver(self) -> Person:
        """The driver's phone, which is theirs for work."""
        if self.ines is None:
            code = re.findall(r"/start (\S{22})", test_telegram.run_beside(self.serving, "driver", "code", DRIVER))[0]
            self.ines = self.telegram.person("Ines")
            self.ines.starts(str(code))
            self.hears(self.ines, "this phone is yours for work now")
        return self.ines

    def reads_odometer(self) -> None:
        """The driver is asked what it says, and answers."""
        self.readings += 1
        self.hears(self.driver, f"What does the odometer of {PLATE} say, in km", times=self.readings)
        self.driver.sends(str(48_210 + 40 * self.readings))

    def driver_comes(self) -> Person:
        """The driver's shift begins in the morning; they are told what to load."""
        self.goes_to(8, 5)
        ines = self.driver
        ines.sends("start my shift")
        self.presses(ines, f"Van, {PLATE}")
        self.reads_odometer()
        self.presses(ines, "No damage")
        return ines


def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[Chain]:
    """The world that a parameter of WORLDS names, on a Monday at eleven, for as long as it is used."""
    kind, mode, way = request.param
    folder = tmp_path_factory.mktemp("returns") / "data"
    shutil.copytree(trained, folder / "nlu")
    sqlite = f"sqlite:///{folder / 'roundsman.db'}"
    url = sqlite if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    database = Database(url)
    migrate(database)
    with database.writing() as session:
        shop = business(session)
        a_driver(session, shop, DRIVER, a_van(session, shop, PLATE))
        return_policy(session)
    perform(
        database, [SetSchedule(depot="north", job=Job.PLAN_DAY, options={"iterations": ITERATIONS})], moment(OFFICE)
    )
    with ExitStack() as stack:
        telegram = stack.enter_context(TelegramEmulator())
        slack = stack.enter_context(SlackEmulator(way, echoes=True))
        gateway = stack.enter_context(stripe())
        ada = slack.person("Ada Zzadmin")
        settings = {
            **test_telegram.environment(telegram, mode), **slack_world.environment(slack, ada),
            "ROUNDSMAN_PAYMENT_GATEWAY": "stripe", "ROUNDSMAN_STRIPE_KEY": KEY, "ROUNDSMAN_STRIPE_API_URL": gateway.url,
            "ROUNDSMAN_SCHEDULER": "true", "FROM": NOW.isoformat(), "CLOCK": str(folder / "clock"),
        }  # fmt: skip
        ahead = NOW - datetime.now(UTC)
        serving = stack.enter_context(serve(folder, settings, url, module="tests.e2e.moved"))
        slack_world.install(slack, serving.url)
        chain = Chain(telegram, slack, gateway, serving, database, shop, ada, ahead)
        chain._move(NOW + timedelta(minutes=5))  # both know what time it is
        yield chain
        assert slack.complaints == []
    database.close()
