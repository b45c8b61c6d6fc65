"""The demo's returns: some weeks of them, each made step by step by the Commands that customers and staff have."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from actions.perform import perform_in
from actions.returns.allowed import possible_ways
from actions.returns.booking import pickup_offers
from actions.returns.opening import resolutions_of
from bot.clock import new_id
from bot.demo import clothing
from bot.demo.city import ZONE
from bot.demo.proofs import draw
from bot.demo.story import S, Story
from bot.files import Files
from bot.policies import policy_text
from domain.commands import (
    ApproveReturns,
    CancelReturn,
    ChooseResolution,
    ChooseWay,
    Command,
    InspectReturn,
    InstallReturnPolicy,
    ReceiveReturn,
    RecordRefund,
    RejectReturns,
    ReturnedPieces,
    SettleKept,
    StartReturn,
)
from domain.deliveries import StoredFile
from domain.moment import SYSTEM, Actor, Moment, Role
from domain.notices import Notice
from domain.refusals import Refusal
from domain.returns import Resolution, ReturnReason, ReturnStatus, Way
from storage.unit_of_work import UnitOfWork

R = ReturnReason
#: Returns go back so far; what was delivered before is not returned in the demo, and one delivery in so many is.
_WEEKS, _ONE_IN = timedelta(days=84), 4
#: New jackets are bad since then.
_BAD_SINCE = timedelta(days=20)
#: However large the demo is, it has no more returns than these: each takes some ten milliseconds of loading.
_MOST = 64
#: So many damaged goods have a photo of their own.
_PHOTOS = 10
#: Why things come back, how often, whether they were opened, and what customers say.
_REASONS: tuple[tuple[ReturnReason, int, float, tuple[str, ...]], ...] = (
    (
        R.CHANGED_MIND,
        30,
        0.25,
        (
            "I don't need it any more",
            "changed my mind, sorry",
            "bought a different one in the meantime",
            "looks too big in our flat",
        ),
    ),
    (
        R.DEFECTIVE,
        18,
        1.0,
        (
            "it stopped working after two days",
            "makes a rattling noise and smells burnt",
            "the switch does nothing",
            "leaks at the bottom",
        ),
    ),
    (
        R.DAMAGED,
        14,
        1.0,
        (
            "arrived with a dent on the side",
            "the box was crushed and one corner is broken",
            "cracked when I unpacked it",
            "scratched all over",
        ),
    ),
    (R.DOES_NOT_FIT, 10, 0.5, ("doesn't fit where we wanted it", "too small for us", "wrong size, my fault")),
    (R.NOT_AS_DESCRIBED, 8, 1.0, ("the colour is nothing like the picture", "the page said steel and it is plastic")),
    (R.WRONG_ITEM, 6, 0.4, ("this is not what I ordered", "I got somebody else's order I think")),
    (R.TOO_LATE, 5, 0.0, ("came after the birthday", "too late, we had to buy one in town")),
    (R.DUPLICATE, 4, 0.0, ("I got two and ordered one", "ordered twice by accident")),
    (R.GIFT, 4, 0.1, ("it was a present and we have one already",)),
)
_JACKET_WORDS = (
    "the zip broke on the second day",
    "zip gets stuck and then came off",
    "zipper is broken, jacket is useless",
    "cannot close it any more, the zip is gone",
)
#: What was asked for so lately is collected by our own drivers; what is older was brought or sent.
_COLLECTED = timedelta(hours=60)
#: What is asked back so long ago, of what was delivered last.
_FRESH = (
    (timedelta(hours=27), R.CHANGED_MIND, "bought one in town in the meantime, please pick it up"),
    (timedelta(hours=25), R.DUPLICATE, "you sent me this twice"),
    (timedelta(hours=6), R.CHANGED_MIND, "it is nicer on the picture, I'd rather not keep it"),
    (timedelta(hours=3), R.DAMAGED, "the box looks as if somebody sat on it, and it is broken inside"),
    (timedelta(hours=1), R.WRONG_ITEM, "this is not what I ordered at all"),
)
Course = Iterator[datetime]


@dataclass(frozen=True, slots=True)
class _Wish:
    """A return that will be asked for: of what, when and why."""

    story: Story
    sku: str
    asked: datetime
    reason: ReturnReason
    opened: bool
    words: str
    photo: bool = True


def fill(session: Session, stories: Sequence[Story], now: datetime, seed: int, files: Files | None) -> list[StoredFile]:
    """Put the policy in force and make the returns, in order of time; the photos that were made for them."""
    made = _Returns(session, now, random.Random(seed), files)
    made.run(_wishes(stories, now, random.Random(seed + 1)))
    return made.photos


def _wishes(stories: Sequence[Story], now: datetime, rng: random.Random) -> list[_Wish]:
    """What is asked back: of all goods some, of the jacket whose zip breaks half of those that were delivered lately."""
    found, jackets = [], itertools.count()
    for story in stories:
        delivered = story.events[-1].at
        if story.order.status != S.DELIVERED or now - delivered > _WEEKS:
            continue
        bad = _goes_bad(story, now) and next(jackets) % 4 != 0
        asked = delivered + timedelta(hours=rng.uniform(20, 24 * (5 if bad else 12)))
        if (bad or rng.randrange(_ONE_IN) == 0) and asked < now - timedelta(minutes=20):
            found.append(_wish(story, asked, bad, rng))
    taken = {each.story.order.number for each in found}
    present = _present([each for each in stories if each.order.number not in taken], now)
    return sorted([*found[-_MOST:], *present], key=lambda each: each.asked)


def _present(stories: Sequence[Story], now: datetime) -> list[_Wish]:
    """What is asked back yesterday and today of what has just been delivered: unopened goods, which are collected, and damaged
    ones that nobody has sent a photo of, which a person looks at."""
    lately = [each for each in stories if each.order.status == S.DELIVERED and now - each.events[-1].at > _FRESH[0][0]]
    lately.sort(key=lambda each: each.events[-1].at, reverse=True)
    found = []
    for story, (ago, reason, words) in zip(lately, _FRESH, strict=False):
        line = min(story.lines, key=lambda each: each.unit_price)
        found.append(_Wish(story, line.sku, now - ago, reason, False, words, photo=False))
    return found


def _goes_bad(story: Story, now: datetime) -> bool:
    has_it = any(line.sku == clothing.JACKET for line in story.lines)
    return has_it and story.depot.code == clothing.BAD_AT and now - story.events[-1].at < _BAD_SINCE


def _wish(story: Story, asked: datetime, bad: bool, rng: random.Random) -> _Wish:
    if bad:
        return _Wish(story, clothing.JACKET, asked, R.DEFECTIVE, True, rng.choice(_JACKET_WORDS))
    reason, _, opened, words = rng.choices(_REASONS, [each[1] for each in _REASONS])[0]
    line = rng.choice(story.lines)
    return _Wish(story, line.sku, asked, reason, rng.random() < opened, rng.choice(words))


class _Returns:
    """Makes returns side by side: each a course that says when it goes on, until that is still to come."""

    def __init__(self, session: Session, now: datetime, rng: random.Random, files: Files | None) -> None:
        self._session, self._now, self._rng, self._files = session, now, rng, files
        self._at, self._keys = now, itertools.count(1)
        self._people = {each.role: each.id for each in UnitOfWork(session, SYSTEM).people.all()}
        self.photos: list[StoredFile] = []

    def run(self, wishes: Sequence[_Wish]) -> None:
        """Let all of them take their course."""
        self._at = min([wish.asked for wish in wishes], default=self._now) - timedelta(days=1)
        self._do(InstallReturnPolicy(text=policy_text(None)), SYSTEM)
        waiting = [(wish.asked, n, self._course(wish)) for n, wish in enumerate(wishes)]
        heapq.heapify(waiting)
        while waiting:
            self._at, n, course = heapq.heappop(waiting)
            following = next(course, None)
            if following is not None and following < self._now:
                heapq.heappush(waiting, (following, n, course))

    def _course(self, wish: _Wish) -> Course:
        """From asking to the end."""
        customer = Actor(Role.CUSTOMER, wish.story.order.customer_id)
        number = self._ask(wish, customer)
        if number is None:
            return
        if self._status(number) == ReturnStatus.REVIEW:
            yield self._later(20, 44)
            self._decide(number)
        if self._status(number) != ReturnStatus.APPROVED:
            return
        yield self._later(0.02, 0.3)
        if not self._choose(number, customer):
            yield self._later(1, 5)
            self._pay(number)
            return
        chance = self._rng.random()
        if chance < 0.04:
            yield self._later(12, 30)
            self._do(CancelReturn(return_number=number), customer)
            return
        way = self._way(number, customer)
        if way == Way.PICKUP or chance > 0.96:  # somebody comes for it, or it is forgotten
            return
        yield self._later(30, 120)
        yield from self._at_the_dock(number)

    def _at_the_dock(self, number: str) -> Course:
        self._do(ReceiveReturn(return_number=number), self._person(Role.WAREHOUSE))
        yield self._later(3, 40)
        condition = "expected" if self._rng.random() < 0.9 else "used"
        self._do(InspectReturn(return_number=number, condition=condition), self._person(Role.WAREHOUSE))
        yield self._later(2, 30)
        self._pay(number)

    def _ask(self, wish: _Wish, customer: Actor) -> str | None:
        """Ask for a return; its number, or None where it cannot be (what was sold out of it is back already)."""
        photos = self._photo(wish) if wish.reason in {R.DAMAGED, R.WRONG_ITEM, R.NOT_AS_DESCRIBED} else ()
        pieces = ReturnedPieces(sku=wish.sku, quantity=1, reason=wish.reason, opened=wish.opened, photos=photos)
        command = StartReturn(order=wish.story.order.number, lines=(pieces,), words=wish.words)
        try:
            notices = self._do(command, customer)
        except Refusal:
            return None
        return next((str(number) for each in notices if (number := getattr(each, "number", None))), None)

    def _photo(self, wish: _Wish) -> tuple[str, ...]:
        """A photo of what arrived, from most."""
        if not wish.photo or self._files is None or len(self.photos) >= _PHOTOS or self._rng.random() < 0.15:
            return ()
        kept = self._files.keep_photo(draw(self._rng))
        order = wish.story.order
        photo = StoredFile(
            id=new_id(), kind="return", mime=kept.mime, size=kept.size, path=kept.path, thumbnail=kept.thumbnail,
            customer_id=order.customer_id, order_number=order.number, created_at=self._at,
        )  # fmt: skip
        self._session.add(photo)
        self._session.flush()
        self.photos.append(photo)
        return (photo.id,)

    def _decide(self, number: str) -> None:
        """A person does: approves most, and says why where not."""
        if self._rng.random() < 0.7:
            decision: Command = ApproveReturns(return_numbers=(number,))
        else:
            decision = RejectReturns(return_numbers=(number,), reason="the photos show signs of use")
        self._do(decision, self._person(Role.MANAGER))

    def _choose(self, number: str, customer: Actor) -> bool:
        """Say what is wanted for it, where there is a choice; whether something comes back."""
        made = self._uow().returns.get(number)
        possible = resolutions_of(self._uow().returns.lines(made))
        if made.resolution is None:
            liked = [each for each in (Resolution.REFUND, Resolution.REFUND, Resolution.CREDIT) if each in possible]
            self._do(ChooseResolution(return_number=number, resolution=self._rng.choice(liked or possible)), customer)
        return self._uow().returns.get(number).resolution != Resolution.KEEP

    def _way(self, number: str, customer: Actor) -> Way:
        """Say how it comes back: what was approved in these days is collected where somebody drives."""
        uow = self._uow()
        made = uow.returns.get(number)
        recent, today = self._now - self._at < _COLLECTED, self._now.astimezone(ZONE).date()
        found = pickup_offers(made, uow, self._moment(SYSTEM)) if recent else []
        offers = [each for each in found if each.day >= today]
        possible = possible_ways(made, uow, self._moment(SYSTEM))
        if offers and Way.PICKUP in possible:
            first = offers[0]
            pickup = ChooseWay(return_number=number, way=Way.PICKUP, day=first.day, window=first.window)
            self._do(pickup, customer)
            return Way.PICKUP
        way = self._rng.choice([each for each in possible if each != Way.PICKUP])
        self._do(ChooseWay(return_number=number, way=way), customer)
        return way

    def _pay(self, number: str) -> None:
        """Somebody gives the money back by hand, as the manual gateway asks for."""
        made = self._uow().returns.get(number)
        if made.resolution == Resolution.KEEP and made.status == ReturnStatus.APPROVED:
            self._do(SettleKept(return_number=number), SYSTEM)
        for refund in self._uow().returns.refunds(made):
            self._do(RecordRefund(key=refund.key, outcome="by_hand", gateway="manual"), SYSTEM)
            self._do(RecordRefund(key=refund.key), self._person(Role.MANAGER))

    def _status(self, number: str) -> str:
        return self._uow().returns.get(number).status

    def _do(self, command: Command, actor: Actor) -> list[Notice]:
        return perform_in(self._session, [command], self._moment(actor))[0]

    def _moment(self, actor: Actor) -> Moment:
        return Moment(self._at, actor, f"demo:return:{next(self._keys)}", new_id)

    def _person(self, role: Role) -> Actor:
        return Actor(role, self._people.get(role.value))

    def _uow(self) -> UnitOfWork:
        return UnitOfWork(self._session, SYSTEM)

    def _later(self, least: float, most: float) -> datetime:
        """So many hours from now."""
        return self._at + timedelta(hours=self._rng.uniform(least, most))
