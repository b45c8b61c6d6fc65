"""Refunds are issued once: by Stripe, spoken to over HTTP, whatever goes wrong on the way; or by a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from bot import jobs, refunding
from bot.jobs import run_due_jobs
from bot.refunding import MOST_TRIES
from bot.settings import Settings, WrongSetting, load_settings
from domain.cases import Case
from domain.commands import InspectReturn
from domain.moment import Actor, Role
from domain.refunds import Refund
from domain.returns import Return
from storage.database import Database
from tests.builders import NOW, a_return, an_order, business, moment, return_policy
from tests.emulators.stripe import KEY, Stripe, stripe

PAYMENT, AMOUNT = "pi_3Okafor", 3990


@pytest.fixture
def server() -> Iterator[Stripe]:
    with stripe() as running:
        running.paid(PAYMENT, 26880)
        yield running


@pytest.fixture
def settings(server: Stripe, tmp_path: Path) -> Settings:
    return load_settings(
        data_folder=tmp_path,
        payment_gateway="stripe",
        stripe_key=KEY,
        stripe_api_url=server.url,
        stripe_timeout=5,
        _env_file=None,
    )


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The jobs' clock, which the test moves."""

    class Clock:
        now = NOW

    monkeypatch.setattr(jobs, "now", lambda: Clock.now)
    monkeypatch.setattr(refunding, "now", lambda: Clock.now)
    return Clock


@pytest.fixture
def number(database: Database) -> str:
    """A return that was looked into and is to be paid."""
    return wanted(database)


def wanted(database: Database, payment: str | None = PAYMENT) -> str:
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        made = a_return(session, an_order(session, shop, status="delivered", payment=payment, paid_by="card"))
        made.resolution, made.way, number = "refund", "drop_off", made.number
    inspect = InspectReturn(return_number=number, condition="expected")
    perform(database, [inspect], moment(Actor(Role.WAREHOUSE)))
    return number


def work(
    database: Database, settings: Settings, clock: Any, times: int = 1, pause: timedelta = timedelta(minutes=11)
) -> None:
    """Do what is due, so many times, with a pause before each but the first."""
    for n in range(times):
        clock.now += pause if n else timedelta()
        run_due_jobs(database, settings)


def state(database: Database) -> tuple[str, str, str | None]:
    """The status of the return, of its refund, and what the gateway calls it."""
    with database.reading() as session:
        refund = session.scalars(select(Refund)).one()
        return session.scalars(select(Return.status)).one(), refund.status, refund.reference


def tasks(database: Database) -> list[dict[str, Any]]:
    """The open tasks to give money back by hand."""
    with database.reading() as session:
        cases = session.scalars(select(Case).where(Case.status == "open", Case.kind == "refund_by_hand"))
        return [case.detail for case in cases]


def test_a_refund_is_issued_and_recorded(database, settings, server, clock, number):
    work(database, settings, clock, times=2)
    assert state(database) == ("refunded", "issued", "re_1")
    key = f"refund:{number}:RM-10001"
    [form] = server.posts()
    assert form == {
        "payment_intent": PAYMENT, "amount": "3990", "metadata[roundsman_key]": key, "metadata[order]": "RM-10001",
    }  # fmt: skip
    [(_, _, _, headers)] = server.asked
    assert headers["Idempotency-Key"] == key
    assert headers["Authorization"] == f"Bearer {KEY}"


def test_a_charge_is_named_as_one(database, settings, server, clock):
    server.paid("ch_1", 26880)
    wanted(database, "ch_1")
    work(database, settings, clock)
    assert server.posts()[0]["charge"] == "ch_1"
    assert state(database)[1] == "issued"


@pytest.mark.parametrize(
    "trouble",
    [
        "drop",
        "drop_after",
        "nonsense",
        (429, "invalid_request_error", "rate_limit"),
        (409, "idempotency_error", "idempotency_key_in_use"),
    ],
)
def test_what_is_not_clearly_answered_is_asked_again_and_given_back_once(
    database, settings, server, clock, number, trouble
):
    server.scripted = [trouble]
    work(database, settings, clock)
    assert state(database)[:2] == ("inspected", "wanted")
    work(database, settings, clock, times=2)
    assert state(database) == ("refunded", "issued", "re_1")
    assert server.given_back(PAYMENT) == AMOUNT


@pytest.mark.parametrize("trouble", ["drop_after", "500_after", "nonsense"])
def test_what_was_done_is_found_when_the_key_is_long_forgotten(database, settings, server, clock, number, trouble):
    server.scripted = [trouble]
    work(database, settings, clock)
    server.forget_keys()
    work(database, settings, clock, times=2, pause=timedelta(hours=30))
    clock.now += timedelta(hours=30)
    work(database, settings, clock)
    assert state(database) == ("refunded", "issued", "re_1")
    assert len(server.refunds) == 1


def test_a_request_that_hangs_is_given_up_and_found(database, settings, server, clock, number):
    server.scripted = ["hang"]
    work(database, settings.model_copy(update={"stripe_timeout": 0.3}), clock)
    assert state(database)[1] == "wanted"
    work(database, settings, clock, times=2)
    assert state(database) == ("refunded", "issued", "re_1")
    assert server.given_back(PAYMENT) == AMOUNT


def test_a_list_of_many_refunds_is_looked_through(database, settings, server, clock, number):
    server.scripted = ["drop_after"]
    work(database, settings, clock)
    for n in range(120):
        server.refunds.append({**server.refunds[0], "id": f"re_x{n}", "amount": 1, "metadata": {}})
    server.forget_keys()
    work(database, settings, clock, times=2)
    assert state(database) == ("refunded", "issued", "re_1")


@pytest.mark.parametrize(
    "refusal",
    [
        (402, "card_error", "expired_card"),
        (400, "invalid_request_error", "charge_disputed"),
        (404, "invalid_request_error", "resource_missing"),
    ],
)
def test_what_the_gateway_refuses_goes_to_a_person_at_once(database, settings, server, clock, number, refusal):
    server.scripted = [refusal]
    work(database, settings, clock, times=2)
    assert state(database)[:2] == ("inspected", "by_hand")
    [task] = tasks(database)
    assert (task["outcome"], task["payment"], task["money"]["minor"]) == ("refused", PAYMENT, AMOUNT)
    assert refusal[2] in task["failure"]
    assert len(server.posts()) == 1


def test_a_payment_that_was_given_back_by_others_goes_to_a_person(database, settings, server, clock, number):
    server.refunds.append(
        {
            "id": "re_0",
            "amount": 26880,
            "charge": "ch_x",
            "payment_intent": PAYMENT,
            "metadata": {},
            "status": "succeeded",
        }
    )
    work(database, settings, clock)
    assert "charge_already_refunded" in tasks(database)[0]["failure"]


def test_more_than_is_left_goes_to_a_person(database, settings, server, clock, number):
    server.payments[PAYMENT].amount = 100
    work(database, settings, clock)
    assert "greater than unrefunded amount" in tasks(database)[0]["failure"]


def test_a_payment_of_another_kind_goes_to_a_person(database, settings, server, clock):
    wanted(database, "paypal-17")
    work(database, settings, clock)
    assert (tasks(database)[0]["outcome"], server.asked) == ("refused", [])


def test_an_order_without_a_payment_goes_to_a_person(database, settings, server, clock):
    wanted(database, None)
    work(database, settings, clock)
    assert (tasks(database)[0]["outcome"], server.asked) == ("by_hand", [])


def test_what_stays_unclear_goes_to_a_person_who_is_told_to_look_first(database, settings, server, clock, number):
    server.scripted = [(500, "api_error", "")]
    work(database, settings, clock, times=MOST_TRIES - 1)
    assert tasks(database) == []
    clock.now += timedelta(minutes=11)
    work(database, settings, clock, times=2)
    assert [task["outcome"] for task in tasks(database)] == ["unclear"]
    assert server.given_back(PAYMENT) == 0


def test_a_wrong_key_is_tried_again_and_does_not_count_as_refused(database, settings, server, clock, number):
    work(database, settings.model_copy(update={"stripe_key": type(settings.stripe_key)("sk_test_wrong")}), clock)
    assert state(database)[1] == "wanted"
    work(database, settings, clock, times=2)
    assert state(database)[1] == "issued"


def test_a_lookup_that_fails_asks_for_no_refund(database, settings, server, clock, number):
    server.scripted = ["drop_after"]
    work(database, settings, clock)
    server.lookups = [(500, "api_error", "")]
    clock.now += timedelta(minutes=11)
    work(database, settings, clock)
    assert len(server.posts()) == 1
    assert state(database)[1] == "wanted"


@pytest.mark.parametrize("pending", ["pending", "requires_action"])
def test_what_is_pending_is_looked_at_until_it_is_done(database, settings, server, clock, number, pending):
    server.scripted = [pending]
    work(database, settings, clock, times=3, pause=timedelta(hours=1))
    assert state(database) == ("inspected", "wanted", "re_1")
    server.settle("succeeded")
    clock.now += timedelta(hours=1)
    work(database, settings, clock)
    assert state(database) == ("refunded", "issued", "re_1")
    assert len(server.posts()) == 1


def test_what_fails_in_the_end_goes_to_a_person(database, settings, server, clock, number):
    server.scripted = ["pending"]
    work(database, settings, clock)
    server.settle("failed", "expired_or_canceled_card")
    clock.now += timedelta(hours=1)
    work(database, settings, clock)
    assert "expired_or_canceled_card" in tasks(database)[0]["failure"]


def test_what_is_pending_for_ever_goes_to_a_person(database, settings, server, clock, number):
    server.scripted = ["pending"]
    work(database, settings, clock)
    clock.now += timedelta(days=11)
    work(database, settings, clock)
    assert tasks(database)[0]["outcome"] == "unclear"


def test_the_same_key_with_another_amount_is_not_given_back_again(database, settings, server, clock, number):
    work(database, settings, clock)
    with database.writing() as session:
        refund = session.scalars(select(Refund)).one()
        refund.status, refund.amount, refund.reference = "wanted", 4000, None
        from storage.jobs import JobRow

        job = session.scalars(select(JobRow).where(JobRow.kind == "refund")).one()
        job.done_at, job.run_at, job.attempts = None, clock.now, 0
    work(database, settings, clock)
    assert tasks(database)[0]["outcome"] == "unclear"
    assert server.given_back(PAYMENT) == AMOUNT


def test_without_a_gateway_it_is_a_task(database, clock, number, tmp_path):
    work(database, load_settings(data_folder=tmp_path, _env_file=None), clock, times=2)
    assert [task["outcome"] for task in tasks(database)] == ["by_hand"]
    assert state(database)[:2] == ("inspected", "by_hand")


def test_stripe_needs_its_key(tmp_path):
    for key in (None, "pk_live_public"):
        with pytest.raises(WrongSetting, match="ROUNDSMAN_STRIPE_KEY"):
            load_settings(data_folder=tmp_path, payment_gateway="stripe", stripe_key=key, _env_file=None)
