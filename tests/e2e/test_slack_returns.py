"""Returns that a person decides, in Slack: they come up with their photo, are talked about, approved by two, rejected."""

from __future__ import annotations

import html
import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from domain.returns import Return
from tests.builders import a_link, an_order, return_policy
from tests.e2e.slack_world import WORLDS, World, opened
from tests.emulators.waiting import PATIENCE
from tests.pictures import picture

#: A policy none of whose rules holds for anything these tests send back.
NO_RULE = """
rules:
  - name: samples
    when: {sku: SAMPLE}
    then: {outcome: reject}
    says: "Samples are not taken back."
"""


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    yield from opened(request, tmp_path_factory, trained)


@dataclass
class Customer:
    """The chat page of the customer, and the order they have."""

    world: World
    page: httpx.Client
    number: str
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def says(self, words: str, photo: bytes | None = None) -> None:
        """Write on the page, with a photo where there is one."""
        message_id = f"{self.number}-{next(self._ids):06d}".lower()
        if photo is not None:
            headers = {"X-Message": words, "X-Message-Id": message_id, "Content-Type": "image/jpeg"}
            assert self.page.post("/chat/photos", content=photo, headers=headers).is_success
        else:
            assert self.page.post("/chat/messages", data={"message": words, "message_id": message_id}).is_success

    def presses(self, title: str) -> None:
        """Press the last button of that title."""
        found = re.findall(rf'value="([^"]+)"><bdi>{title}', self.page.get("/chat").text)
        assert found, self.words()
        self.says(found[-1])

    def words(self) -> str:
        """All that stands on the page."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.page.get("/chat").text))

    def reads(self, words: str) -> None:
        """Wait until that stands on the page."""
        end = time.monotonic() + PATIENCE
        while words not in (said := self.words()):
            assert time.monotonic() < end, f"no {words!r} in {said[-2_000:]}"
            self.world.slack.until_answered().wait()


@contextmanager
def the_customer(world: World, *skus: str) -> Iterator[Customer]:
    """Somebody whose order was delivered, on their chat page."""
    now = datetime.now(UTC)
    with world.books() as (session, shop):
        return_policy(session, NO_RULE)
        order = an_order(session, shop, status="delivered", lines=[(sku, 1) for sku in skus], now=now)
        link = a_link(session, order, expires_at=now + timedelta(days=1)).id
        number = order.number
    with httpx.Client(base_url=world.serving.url, follow_redirects=True) as page:
        assert page.get(f"/chat?link={link}").is_success
        yield Customer(world, page, number)


def asks_back(customer: Customer, what: str) -> str:
    """Ask for a return in words; its number. No rule of the policy in force holds, so that a person decides."""
    customer.says(f"I want to send back the {what} of {customer.number}, I do not need it any more")

    def looked() -> str | None:
        with customer.world.database.reading() as session:
            found = session.scalars(select(Return).order_by(Return.id.desc())).first()
            return found.number if found is not None and found.status == "review" else None

    return customer.world.slack.until(looked).wait()


def test_a_return_comes_up_and_its_customer_is_asked_in_the_thread(world):
    mia = world.staff("Rita Zzstaff")
    room = world.room("returns", mia)
    with the_customer(world, "SKU-1") as customer:
        number = asks_back(customer, "kettle")
        card = world.slack.until_posted(room, containing=number).wait()
        assert "No rule holds for it" in card.words
        mia.says(room, "Could you send us a photo of it?", thread=card)
        customer.reads("Could you send us a photo of it?")
        customer.says("here it is", picture())
        world.slack.until_posted(room, containing="here it is", thread=card).wait()
        world.slack.until(lambda: any(each.name.endswith(".jpg") for each in world.slack.files)).wait()
        world.slack.until(lambda: "The customer has answered" in card.words).wait()
        mia.presses(card, "Approve").wait()
        customer.reads(f"Return {number} is approved.")
        world.slack.until(lambda: "Rita Zzstaff" in card.words or "decided it" in card.words).wait()


def test_more_than_the_limit_is_approved_by_two(world):
    tom, mira = world.staff("Tilda Zzstaff"), world.staff("Mona Zzstaff", "manager")
    room = world.room("expensive", tom, mira)
    with the_customer(world, "SKU-2", "SKU-3") as customer:
        customer.says(f"I want to send back everything of {customer.number}, I do not need it any more")
        card = world.slack.until_posted(room, containing="Espresso grinder").wait()
        number = card.words.partition(" ")[0].strip("*# ")
        assert number.startswith("RET-")
        tom.presses(card, "Approve").wait()
        asked = world.slack.until_posted(room, containing="which pays €233.90").wait()
        mira.presses(asked, "Approve").wait()
        customer.reads(f"Return {number} is approved.")


def test_a_rejection_says_why_and_the_customer_has_it_looked_at_again(world):
    mia = world.staff("Nora Zzstaff")
    room = world.room("rejected", mia)
    with the_customer(world, "SKU-3") as customer:
        number = asks_back(customer, "toaster")
        world.slack.until_posted(room, containing=number).wait()
        mia.tells(f"reject {number} because it was used for months")
        customer.reads("it was used for months")
        customer.presses("Ask a person")
        customer.says("I have used it once, and it burnt the bread")
        appeal = world.slack.until_posted(room, containing=f"look at {number} again").wait()
        mia.presses(appeal, "Reject …").wait()
        asked = world.slack.until_posted(room, containing="Why is it rejected", to=mia).wait()
        mia.presses(asked, "Worn or used").wait()
        customer.reads("This decision is final.")
