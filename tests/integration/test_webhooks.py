"""What shops' servers are told: with the change, in order, signed, until they take it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from bot import posting
from bot.clock import moment
from bot.posting import signed
from bot.settings import Settings, WrongSetting, load_settings
from bot.webhooks import GIVEN_UP_AFTER, send_due, send_test
from domain.cases import Case
from domain.commands import (
    CancelOrder,
    CancelReturn,
    ChooseResolution,
    CreateReturn,
    InspectReturn,
    PiecesBack,
    RedeemCredit,
    ReverseRedemption,
)
from domain.moment import SYSTEM
from domain.orders import Order
from domain.refusals import Refusal
from domain.returns import ReturnReason
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.webhooks import WebhookRow
from tests.builders import NOW, Business, an_order, business, return_policy
from tests.emulators.receiver import Receiver, receiver
from tests.running import aside

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@dataclass
class World:
    """A business whose shop listens, and a clock that is set by hand."""

    database: Database
    shop: Receiver
    settings: Settings
    business: Business
    order: Order
    now: datetime = NOW
    asked: int = field(default=0)

    def ask(self, sku: str = "SKU-1", order: Order | None = None) -> str:
        """Ask for a return; its number."""
        self.asked += 1
        line = PiecesBack(sku=sku, quantity=1, reason=ReturnReason.CHANGED_MIND, opened=False)
        name = f"R-{self.asked}"
        command = CreateReturn(external_id=name, order=(order or self.order).number, lines=(line,))
        return str(self.perform(command, lambda uow: uow.returns.by_external_id(name).number))

    def perform(self, command: Any, look: Any = None) -> Any:
        at = moment(
            SYSTEM, f"test:{self.now.isoformat()}:{type(command).__name__}:{self.asked}", self.settings.policies
        )
        return perform(self.database, [command], at, look)[1]

    def send(self, later: timedelta = timedelta()) -> int:
        """Send what is due, that much later."""
        self.now += later
        return aside(send_due, self.database, self.settings)

    def rows(self) -> list[WebhookRow]:
        with self.database.reading() as session:
            return list(session.scalars(select(WebhookRow).order_by(WebhookRow.id)))


def settings_for(folder: Path, shop: Receiver, **given: Any) -> Settings:
    values = {"webhook_url": shop.url, "webhook_secret": SECRET, "webhook_private": True, **given}
    return Settings(data_folder=folder, public_url="https://r.example", _env_file=None, **values)


@pytest.fixture
def world(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with database.writing() as session:
        made = business(session)
        made.customer.external_id = "K-77"
        return_policy(session)
        order = an_order(session, made, status="delivered", external_id="A-1")
    with receiver() as shop:
        world = World(database, shop, settings_for(tmp_path, shop), made, order)
        for name in ("bot.clock.now", "bot.webhooks.now"):
            monkeypatch.setattr(name, lambda: world.now)
        yield world


def test_what_happens_to_a_return_is_told_as_the_api_shows_it(world: World) -> None:
    number = world.ask()
    assert world.shop.attempts == []  # nothing is sent before it is on record
    assert world.send() == 2
    requested, approved = world.shop.taken
    assert (requested.kind, approved.kind) == ("return.requested", "return.approved")
    assert requested.body["timestamp"] == "2026-05-04T09:00:00Z"
    told = approved.body["data"]
    assert (told["number"], told["external_id"], told["status"]) == (number, "R-1", "approved")
    assert told["customer"] == {"external_id": "K-77"}
    assert told["lines"][0]["decision"]["says"].startswith("Unopened goods")
    assert requested.body["data"]["status"] == "requested"
    assert "Okafor" not in approved.raw.decode()
    assert world.send() == 0


def test_credit_that_is_given_and_used_is_told_with_what_is_left(world: World) -> None:
    number = world.ask()
    world.perform(ChooseResolution(return_number=number, resolution="credit"))
    world.perform(InspectReturn(return_number=number, condition="expected"))
    world.send()
    world.perform(RedeemCredit(customer="K-77", amount="10 EUR", external_id="C-1", order="SHOP-9"))
    world.perform(ReverseRedemption(customer="K-77", external_id="C-1"))
    world.send()
    told = [each.body for each in world.shop.taken if each.kind.startswith("credit.")]
    assert [each["type"] for each in told] == ["credit.given", "credit.redeemed", "credit.reversed"]
    facts = [each["data"] for each in told]
    assert [(each["step"], each["amount"], each["customer"]) for each in facts] == [
        ("given", 4389, "K-77"),
        ("redeemed", -1000, "K-77"),
        ("reversed", 1000, "K-77"),
    ]
    assert (facts[0]["return_number"], facts[1]["redemption"], facts[2]["balance"]) == (number, "C-1", 4389)


def test_every_message_is_signed_and_has_an_id_of_its_own(world: World) -> None:
    world.ask()
    world.send()
    first, second = world.shop.taken
    assert first.id != second.id
    assert first.timestamp == str(int(NOW.timestamp()))
    assert first.is_signed_with(SECRET)
    assert not first.is_signed_with(OLD_SECRET)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the reference implementation, https://github.com/standard-webhooks/standard-webhooks."""
    at = datetime.fromtimestamp(1_614_265_330, tz=NOW.tzinfo)
    headers = signed([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_while_a_secret_is_changed_both_sign(world: World, tmp_path: Path) -> None:
    world.settings = settings_for(tmp_path, world.shop, webhook_secret=f"{SECRET},{OLD_SECRET}")
    world.ask()
    world.send()
    assert all(each.is_signed_with(SECRET) and each.is_signed_with(OLD_SECRET) for each in world.shop.taken)


def test_nothing_is_told_of_what_was_refused(world: World) -> None:
    world.perform(CancelReturn(return_number=world.ask()))
    count = len(world.rows())
    with pytest.raises(Refusal):
        world.perform(CancelReturn(return_number="RET-1001"))
    assert len(world.rows()) == count


def test_one_return_is_told_in_order_and_others_do_not_wait_for_it(world: World) -> None:
    first, second = world.ask("SKU-1"), world.ask("SKU-2")
    world.shop.answers = [500]
    world.send()
    assert [(each.body["data"]["number"], each.kind) for each in world.shop.taken] == [
        (second, "return.requested"), (second, "return.approved"),
    ]  # fmt: skip
    world.perform(CancelReturn(return_number=first))
    world.send()
    assert len(world.shop.taken) == 2
    world.send(timedelta(seconds=6))
    assert [each.kind for each in world.shop.taken if each.body["data"]["number"] == first] == [
        "return.requested", "return.approved", "return.cancelled",
    ]  # fmt: skip


def test_a_repeat_has_the_same_id(world: World) -> None:
    world.shop.answers = ["drop"]
    world.ask()
    world.send()
    world.send(timedelta(seconds=6))
    assert [each.id for each in world.shop.attempts[:2]] == [world.shop.taken[0].id] * 2


@pytest.mark.parametrize("answer", [199 + 101, 301, 302, 307, 400, 404, 410, 429, 500, "drop"])
def test_only_2xx_counts(world: World, answer: int | str) -> None:
    world.shop.location = world.shop.url  # a redirect is not followed, not even to the same place
    world.shop.answers = [answer]
    world.ask()
    world.send()
    assert world.shop.taken == []
    assert len(world.shop.attempts) == 1
    row = world.rows()[0]
    assert (row.ended_at, row.attempts, row.answered) == (None, 1, answer if isinstance(answer, int) else None)


def test_who_does_not_answer_in_time_is_told_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.2)
    world.shop.answers = ["hang"]
    world.ask()
    world.send()
    assert world.rows()[0].error == "no answer within 0 seconds"
    world.send(timedelta(seconds=6))
    assert world.shop.kinds == ["return.requested", "return.approved"]


def test_pauses_grow_and_after_three_days_a_person_is_told_how_many(world: World) -> None:
    world.shop.down = True
    world.ask()
    tries = []
    while not any(row.lost for row in world.rows()):
        world.now = max(world.now, world.rows()[0].due_at)
        before = len(world.shop.attempts)
        world.send()
        tries += [world.now - NOW] * (len(world.shop.attempts) > before)
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses[:4] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
    assert tries[-1] == GIVEN_UP_AFTER
    world.send()
    with world.database.reading() as session:
        (case,) = session.scalars(select(Case).where(Case.kind == "webhook_lost"))
    assert (case.detail["count"], case.detail["host"]) == (2, f"127.0.0.1:{world.shop.port}")


def test_who_is_back_is_told_at_once_what_was_missed(world: World) -> None:
    world.shop.down = True
    numbers = [world.ask("SKU-1"), world.ask("SKU-2")]
    for later in (0, 6, 301, 1801):
        world.send(timedelta(seconds=later))
    world.shop.down = False
    with world.database.writing() as session:
        other = an_order(session, world.business, status="delivered")
    newest = world.ask(order=other)
    world.send()
    told = [each.body["data"]["number"] for each in world.shop.taken]
    assert set(told) == {*numbers, newest}
    assert len(told) == 6


def test_all_servers_are_told_and_one_that_is_gone_holds_up_nobody(world: World, tmp_path: Path) -> None:
    with receiver() as second:
        world.settings = settings_for(tmp_path, world.shop, webhook_url=f"{world.shop.url}, {second.url}")
        world.shop.down = True
        world.ask()
        world.send()
        assert (world.shop.kinds, second.kinds) == ([], ["return.requested", "return.approved"])
        world.shop.down = False
        world.send(timedelta(seconds=6))
        assert [each.id for each in world.shop.taken] == [each.id for each in second.taken]


def test_what_nobody_listens_to_any_more_is_dropped(world: World, tmp_path: Path) -> None:
    world.ask()
    with receiver() as other:
        world.settings = settings_for(tmp_path, other)
        world.send()
        assert (world.shop.attempts, other.attempts) == ([], [])
    assert all(row.ended_at is not None and not row.lost for row in world.rows())


def test_without_a_receiver_nothing_is_written(world: World, tmp_path: Path) -> None:
    world.settings = Settings(data_folder=tmp_path, _env_file=None)  # type: ignore[call-arg]
    world.ask()
    assert world.rows() == []


def test_orders_are_told_where_they_are_asked_for_and_without_what_is_personal(world: World, tmp_path: Path) -> None:
    world.settings = settings_for(tmp_path, world.shop, webhook_events="order.cancelled")
    with world.database.writing() as session:
        number = an_order(session, world.business, external_id="A-2").number
    world.perform(CancelOrder(order=number, reason="test"))
    world.ask()
    world.send()
    (told,) = world.shop.taken
    assert told.kind == "order.cancelled"
    assert told.body["data"] == {
        "number": number, "external_id": "A-2", "status": "cancelled", "customer": {"external_id": "K-77"},
        "promise": {"day": "2026-05-05", "window": "12:00-16:00"},
    }  # fmt: skip


def test_rows_hold_nothing_personal(world: World) -> None:
    world.ask()
    for row in world.rows():
        assert not {"Okafor", "maria@example.com", "Invalidenstraße", "K-77"} & set(str(row.model_dump()).split())
        assert row.name.startswith("RET-")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:9/x", "https://10.1.2.3/x", "https://169.254.169.254/latest", "https://[::1]/x", "https://0.0.0.0/x",
        "https://[::ffff:127.0.0.1]/x", "https://[64:ff9b::7f00:1]/x", "https://localhost/x", "https://192.168.0.1/x",
    ],
)  # fmt: skip
def test_private_addresses_are_not_called(tmp_path: Path, url: str) -> None:
    settings = Settings(data_folder=tmp_path, webhook_url=url, webhook_secret=SECRET, _env_file=None)  # type: ignore[call-arg]
    ((_, answer),) = aside(send_test, settings)
    assert not answer.taken
    assert "private" in answer.why


def test_a_test_event_says_what_came_back(world: World) -> None:
    world.shop.answers = [204, 418]
    for taken in (True, False):
        ((host, answer),) = aside(send_test, world.settings)
        assert (host, answer.taken) == (f"127.0.0.1:{world.shop.port}", taken)
    assert world.shop.attempts[0].kind == "webhook.test"
    assert world.shop.attempts[0].is_signed_with(SECRET)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"webhook_url": "http://shop.example/x", "webhook_secret": SECRET}, "need https"),
        ({"webhook_url": "shop.example", "webhook_secret": SECRET}, "ROUNDSMAN_WEBHOOK_URL"),
        ({"webhook_url": "https://shop.example/x"}, "ROUNDSMAN_WEBHOOK_SECRET is missing"),
        ({"webhook_secret": "whsec_short"}, "24 to 64 bytes"),
        ({"webhook_secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "whsec_"),
        ({"webhook_events": "everything"}, "no type of event"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(tmp_path: Path, given: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        load_settings(data_folder=tmp_path, _env_file=None, **given)
    assert words in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_return_that_is_gone_is_told_of_no_more(world: World) -> None:
    world.ask()
    with world.database.writing() as session:
        for row in session.scalars(select(WebhookRow)):
            row.name = "RET-9999"
    world.send()
    assert world.shop.attempts == []
    with world.database.reading() as session:
        assert UnitOfWork(session, SYSTEM).returns.find("RET-9999") is None
    assert world.send() == 0


def test_the_example_of_the_docs_checks_what_we_send() -> None:
    text = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
    example: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], example)
    now, body = datetime.now(NOW.tzinfo), b'{"type": "return.approved"}'
    example["verify"](SECRET, signed([OLD_SECRET, SECRET], "msg_1", now, body), body)
    for headers, said in (
        (signed([OLD_SECRET], "msg_1", now, body), body),
        (signed([SECRET], "msg_1", now, body), body + b" "),
        (signed([SECRET], "msg_1", now - timedelta(minutes=6), body), body),
    ):
        with pytest.raises(ValueError, match=r"signature|too old"):
            example["verify"](SECRET, headers, said)
