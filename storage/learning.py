"""Queries for messages to learn from, and for what must not be in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, insert, or_, select, update
from sqlmodel import Session

from domain.customers import Customer
from domain.learning import Utterance, UtteranceStatus
from domain.masking import KnownOf
from domain.naming import bare
from domain.orders import Order
from domain.refusals import NotFound

_utterances = Utterance.__table__  # type: ignore[attr-defined]
_customers = Customer.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]
_WORD = re.compile(r"[^\W\d_][\w'’-]+")
#: Of a customer's orders these many are looked at for what gives them away.
_LATEST = 50
#: Shorter words are not looked up as names; so many of a message are.
_SHORTEST, _MOST_WORDS = 3, 40


class Utterances:
    """Queries for messages to learn from."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, utterance: Utterance) -> int:
        """Keep a message; its id."""
        row = utterance.model_dump(exclude={"id"})
        return int(self._session.execute(insert(_utterances).returning(_utterances.c.id), row).scalar_one())

    def note(self, utterance_id: int, **values: str) -> None:
        """Write down more of a message that nobody has looked at yet; nothing where it is gone."""
        still = (_utterances.c.id == utterance_id) & (_utterances.c.status == UtteranceStatus.OPEN)
        self._session.execute(update(_utterances).where(still).values(**values))

    def get(self, reference: str) -> Utterance:
        """The message people call that (M-1042), locked. Refuses when there is none."""
        number = int(reference.removeprefix("M-")) - 1000
        query = select(Utterance).where(_utterances.c.id == number).with_for_update()
        found = self._session.scalars(query.execution_options(populate_existing=True)).first()
        if found is None:
            raise NotFound("no_such_message", message=reference)
        return found

    def next_open(self, after: int = 0, audience: str | None = None, but: Sequence[str] = ()) -> Utterance | None:
        """The oldest message that waits for a label, of those with a greater id; ``but`` are examples that were passed over."""
        query = select(Utterance).where(_utterances.c.id > after, *_open(audience), _utterances.c.example.not_in(but))
        return self._session.scalars(query.order_by(_utterances.c.id).limit(1)).first()

    def count_open(self, audience: str | None = None) -> int:
        """How many messages wait for a label."""
        return int(self._session.execute(select(func.count(_utterances.c.id)).where(*_open(audience))).scalar_one())

    def same(self, utterance: Utterance) -> Sequence[Utterance]:
        """Other messages that wait and say the very same, locked."""
        query = select(Utterance).where(
            *_open(utterance.audience), _utterances.c.language == utterance.language,
            _utterances.c.example == utterance.example, _utterances.c.id != utterance.id,
        )  # fmt: skip
        return self._session.scalars(query.order_by(_utterances.c.id).with_for_update()).all()

    def accepted(self) -> Sequence[Utterance]:
        """All that was accepted, in the order it was said."""
        query = select(Utterance).where(_utterances.c.status == UtteranceStatus.ACCEPTED)
        return self._session.scalars(query.order_by(_utterances.c.id)).all()

    def forget_of(self, conversation_id: int | None, customer_id: int | None) -> None:
        """Delete all that was said in a chat or by a customer."""
        theirs: list[ColumnElement[bool]] = []
        if conversation_id is not None:
            theirs.append(_utterances.c.conversation_id == conversation_id)
        if customer_id is not None:
            theirs.append(_utterances.c.customer_id == customer_id)
        if theirs:
            self._session.execute(delete(_utterances).where(or_(*theirs)))

    def known_of(self, text: str, customer_id: int | None, numbers: Sequence[str], *, at_work: bool) -> KnownOf:
        """What gives away whoever wrote ``text``, and the customers it names.

        ``numbers`` are orders that are open to them. Of whoever is ``at_work`` every word may be a customer's name, of
        others those written like names, since most names are words as well.
        """
        names = [*self._named(text, at_work=at_work)]
        words: list[str] = []
        mine = _orders.c.number.in_(numbers)
        if customer_id is not None:
            found = self._session.execute(
                select(_customers.c.name, _customers.c.email, _customers.c.phone).where(_customers.c.id == customer_id)
            ).one()
            names.append(found.name)
            words += [each for each in (found.email, found.phone) if each]
            mine = or_(mine, _orders.c.customer_id == customer_id)
        if customer_id is not None or numbers:
            columns = (_orders.c.street, _orders.c.city, _orders.c.postcode, _customers.c.name)
            joined = _orders.join(_customers, _customers.c.id == _orders.c.customer_id)
            query = select(*columns).select_from(joined).where(mine).order_by(_orders.c.id.desc()).limit(_LATEST)
            for row in self._session.execute(query):
                names.append(row.name)
                words += [row.street, _without_number(row.street), row.postcode, row.city]
        return KnownOf(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(words)))

    def _named(self, text: str, *, at_work: bool) -> list[str]:
        """Words of ``text`` with which a customer's name begins or ends, and names with both among them; of whoever is not
        at work those that stand side by side."""
        words = [re.sub(r"['’]s\Z", "", word) for word in _WORD.findall(text)[:_MOST_WORDS]]
        said: dict[str, list[str]] = {}
        for place, word in enumerate(words):
            said.setdefault(bare(word), [])
            if len(word) >= _SHORTEST and (at_work or (place and word[0].isupper())):
                said[bare(word)].append(word)
        begins, ends = _customers.c.name_begins, _customers.c.name_ends
        alone = [key for key, written in said.items() if written]
        whole = begins.in_(alone) & ends.in_(alone)
        if not at_work:
            whole = or_(false(), *((begins == bare(one)) & (ends == bare(other)) for one, other in pairwise(words)))
        keys = select(begins).where(begins.in_(alone)).union(select(ends).where(ends.in_(alone)))
        found = [word for key in self._session.scalars(keys) for word in said[key]]
        return [*found, *self._session.scalars(select(_customers.c.name).where(whole).distinct().limit(_LATEST))]


def forget(session: Session, before: datetime) -> None:
    """Delete what was kept before a moment; what was accepted stays as an example, and is nobody's any more."""
    old = _utterances.c.at < before
    session.execute(delete(_utterances).where(old, _utterances.c.status != UtteranceStatus.ACCEPTED))
    nobodys: dict[str, Any] = {"conversation_id": None, "customer_id": None, "guesses": [], "meant": None}
    linked = or_(_utterances.c.conversation_id.is_not(None), _utterances.c.customer_id.is_not(None))
    session.execute(update(_utterances).where(old, linked).values(nobodys))


def _open(audience: str | None) -> list[ColumnElement[bool]]:
    found = [_utterances.c.status == UtteranceStatus.OPEN]
    return [*found, _utterances.c.audience == audience] if audience is not None else found


def _without_number(street: str) -> str:
    return re.sub(r"\d+\s?\w?\b", "", street).strip(" ,.")
