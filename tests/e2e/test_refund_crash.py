"""SIGKILL while money is given back: the customer gets it once, and it is on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.clock import now
from domain.commands import InspectReturn
from domain.events import Event
from domain.moment import Actor, Role
from domain.refunds import Refund
from domain.returns import Return
from storage.database import Database
from storage.jobs import JobRow
from tests.builders import a_return, an_order, business, moment, return_policy
from tests.emulators.stripe import KEY, Stripe, stripe
from tests.emulators.waiting import PATIENCE, wait_until
from tests.serving import serve

PAYMENT, AMOUNT = "pi_3Okafor", 3990


@pytest.fixture
def gateway() -> Iterator[Stripe]:
    with stripe() as running:
        running.paid(PAYMENT, 26880)
        yield running


@pytest.fixture
def number(database: Database) -> str:
    """A return whose goods are on their way."""
    with database.writing() as session:
        shop = business(session)
        return_policy(session, now=now())
        order = an_order(session, shop, status="delivered", now=now(), payment=PAYMENT)
        made = a_return(session, order, now=now())
        made.resolution, made.way = "refund", "drop_off"
        return made.number


def look_into(database: Database, number: str) -> None:
    """All is fine: its refund is wanted from now on."""
    inspect = InspectReturn(return_number=number, condition="expected")
    perform(database, [inspect], moment(Actor(Role.WAREHOUSE), now()))


def environment(gateway: Stripe) -> dict[str, str]:
    return {
        "ROUNDSMAN_PAYMENT_GATEWAY": "stripe", "ROUNDSMAN_STRIPE_KEY": KEY, "ROUNDSMAN_STRIPE_API_URL": gateway.url,
    }  # fmt: skip


def lease_is_over(database: Database) -> None:
    """Whoever was at it has been away for longer than they had it for."""
    with database.writing() as session:
        for job in session.scalars(select(JobRow)):
            job.run_at -= timedelta(minutes=10)


def is_recorded(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(Refund.status)).one() == "issued"


def wait_for_record(database: Database, gateway: Stripe) -> None:
    with gateway.changed:
        assert wait_until(gateway.changed, lambda: is_recorded(database), PATIENCE), "the refund was not recorded"


def check_given_back_once(database: Database, gateway: Stripe, number: str) -> None:
    assert gateway.given_back(PAYMENT) == AMOUNT
    assert len(gateway.refunds) == 1
    with database.reading() as session:
        refund = session.scalars(select(Refund)).one()
        assert (refund.status, refund.reference) == ("issued", "re_1")
        assert session.scalars(select(Return.status).where(Return.number == number)).one() == "refunded"
        issued = session.scalars(select(Event).where(Event.noun == "refund", Event.after == "issued")).all()
        assert len(issued) == 1


@pytest.mark.parametrize("forgotten", [False, True], ids=["key known", "key forgotten"])
def test_killed_between_the_answer_and_its_record(
    database, database_url, gateway, number, data_folder: Path, forgotten: bool
):
    settings = environment(gateway)
    with serve(data_folder, {**settings, "CRASH_AT": "refunded"}, database_url, module="tests.e2e.crashing") as doomed:
        look_into(database, number)
        doomed.process.wait(PATIENCE)
    assert (len(gateway.refunds), is_recorded(database)) == (1, False)
    if forgotten:
        gateway.forget_keys()
    lease_is_over(database)
    with serve(data_folder, settings, database_url):
        wait_for_record(database, gateway)
    check_given_back_once(database, gateway, number)


def test_killed_while_the_request_hangs(database, database_url, gateway, number, data_folder: Path):
    settings = environment(gateway)
    gateway.scripted = ["hang"]
    with serve(data_folder, settings, database_url) as doomed:
        look_into(database, number)
        gateway.wait_for_refund()
        doomed.kill()
    assert not is_recorded(database)
    lease_is_over(database)
    with serve(data_folder, settings, database_url):
        wait_for_record(database, gateway)
        gateway.let_go()
    check_given_back_once(database, gateway, number)
