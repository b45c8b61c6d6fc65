"""The ladder as a customer sees it in Telegram: one message that follows the van, and a new one only where it must ring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from actions import ladder
from actions.perform import perform
from actions.telling import tell
from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.channel import make_bot
from bot.clock import stepping
from bot.outgoing import Sender
from domain.commands import RefreshEtas
from domain.conversations import Conversation
from domain.moment import SYSTEM, Moment
from domain.orders import Order
from domain.policies import Policies
from domain.routes import Route, Stop, Task
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, a_customer, counting
from tests.emulators.telegram import Person, TelegramEmulator
from tests.roads import a_road, east
from tests.running import run
from tests.sending import program_of

RINGING = Policies(channels=frozenset({"telegram", "email"}))
_ids = counting("lad")


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as running:
        yield running


def at(now: datetime) -> Moment:
    return Moment(now, SYSTEM, "test", _ids, policies=RINGING)


def send(database: Database, telegram: TelegramEmulator, now: datetime) -> None:
    async def no_file(_: str) -> None:
        return None

    async def drained() -> None:
        bot = make_bot(opened.settings)
        await bot.initialize()
        await Sender(opened, {"telegram": TelegramCarrier(bot, opened.words, None, no_file)}).drain()
        await bot.shutdown()

    opened = program_of(database, telegram_token=telegram.token, telegram_api_url=telegram.url)
    try:
        with stepping(now):
            run(drained())
    finally:
        opened.turns.shutdown()
        opened.pool.shutdown()


def a_day(database: Database, person: Person) -> Route:
    """A van on the road: near stops first, then the one of whoever is on Telegram."""
    with database.writing() as session:
        road = a_road(session)
        ann = a_customer(session, name="Ann Other", email="ann@example.com")
        route = road.route(session, [east(3), east(6), east(9)], status="in_progress", told=timedelta(hours=2))
        road.add(
            session, route, east(50), NOW + timedelta(minutes=90), told=timedelta(minutes=55), customer=ann
        )  # fmt: skip
        chat = UnitOfWork(session, SYSTEM).chats.find_or_add("telegram", str(person.id), NOW, "en")
        session.get_one(Conversation, chat).bind(ann.id or 0)
        return route


def leaves(database: Database, route: Route) -> None:
    def work(session: Session) -> None:
        uow = UnitOfWork(session, SYSTEM)
        for notice in ladder.out_for_delivery(uow.routes.tour(route.id or 0, lock=True), uow, at(NOW)):
            tell(notice, uow, at(NOW))
        uow.flush()

    database.retrying(work)


def served(database: Database, route: Route, position: int, now: datetime) -> None:
    with database.writing() as session:
        stop = session.exec(select(Stop).where(Stop.route_id == route.id, Stop.position == position)).one()
        stop.done_at = now
        session.exec(select(Task).where(Task.stop_id == stop.id)).one().status = "completed"


def test_one_message_follows_the_van_and_only_what_must_ring_is_new(database, telegram):
    ann = telegram.person("Ann")
    route = a_day(database, ann)
    leaves(database, route)
    send(database, telegram, NOW)
    [out] = ann.messages
    assert "is out for delivery" in out.text
    assert [button.text for button in out.buttons] == ["A neighbour takes it", "A safe place"]

    with database.writing() as session:  # as if less had been known when it left
        order = session.exec(select(Order).where(Order.number == str(all_rows(database)[-1].about))).one()
        order.told_start, order.told_end = order.told_start - timedelta(hours=1), order.told_end + timedelta(hours=1)
    for n in (1, 2, 3):  # as stops are done, the window becomes narrower: the same message says so
        served(database, route, n, NOW + timedelta(minutes=10 * n))
        perform(database, [RefreshEtas(depot="north")], at(NOW + timedelta(minutes=10 * n)))
    send(database, telegram, NOW + timedelta(minutes=30))
    assert len(ann.messages) == 1
    assert out.edits
    assert "is on its way" in ann.messages[0].text

    late = NOW + timedelta(hours=2, minutes=15)  # the van was seen standing where it was: that rings
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).routes.record_position(route.id or 0, late, east(9))
    perform(database, [RefreshEtas(depot="north")], at(late))
    send(database, telegram, late)
    assert len(ann.messages) == 2
    assert "the driver was held up" in ann.messages[1].text

    with database.writing() as session:
        UnitOfWork(session, SYSTEM).routes.record_position(route.id or 0, late + timedelta(minutes=40), east(45))
    perform(database, [RefreshEtas(depot="north")], at(late + timedelta(minutes=40)))
    send(database, telegram, late + timedelta(minutes=40))
    assert "is with you around" in ann.messages[2].text
    assert len(ann.messages) == 3
    assert {row.state for row in all_rows(database) if row.live == all_rows(database)[-1].live} <= {"sent", "dropped"}


def all_rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))
