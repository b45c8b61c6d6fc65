"""Queries for conversations and what belongs to them: links, buttons, counts of wrong facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session, SQLModel

from domain.conversations import Button, Conversation, DeepLink, OrderProof, TrackingLink
from domain.moment import Role
from domain.staff import EVERYWHERE
from storage.database import insert_if_new
from storage.files import somebodys_file

_conversations = Conversation.__table__  # type: ignore[attr-defined]
_LOCK = (
    select(Conversation)
    .where(_conversations.c.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_NAMED = select(_conversations.c.id).where(
    _conversations.c.channel == bindparam("channel"), _conversations.c.address == bindparam("address")
)
_SPEAKER = select(_conversations.c.role, _conversations.c.language).where(_conversations.c.id == bindparam("id"))
_BUTTON = select(Button).where(Button.__table__.c.id == bindparam("id"))  # type: ignore[attr-defined]
_ADD_BUTTONS = insert(Button.__table__)  # type: ignore[attr-defined]


class Chats:
    """Queries for conversations and what belongs to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, conversation_id: int) -> Conversation:
        """The conversation, for this turn alone."""
        return self._session.scalars(_LOCK, {"id": conversation_id}).one()

    def find_or_add(self, channel: str, address: str, now: datetime, language: str | None = None) -> int:
        """The id of the conversation of that address on that channel, which is begun when there was none."""
        named = {"channel": channel, "address": address}
        known = self._session.execute(_NAMED, named).scalar()
        if known is not None:
            return int(known)
        row = Conversation(channel=channel, address=address, created_at=now, last_at=now, language=language)
        self._session.execute(insert_if_new(self._session, _conversations), row.model_dump(exclude={"id"}))
        return int(self._session.execute(_NAMED, named).scalar_one())

    def named(self, channel: str, addresses: Sequence[str]) -> dict[str, int]:
        """The ids of those conversations that have begun, by address."""
        query = select(_conversations.c.address, _conversations.c.id).where(
            _conversations.c.channel == channel, _conversations.c.address.in_(addresses)
        )
        return {row.address: row.id for row in self._session.execute(query)}

    def at_place(self, channel: str, place: str) -> list[int]:
        """The ids of the conversations at a place: that of its room, and everybody's within it (``place/person``)."""
        there = (_conversations.c.address == place) | _conversations.c.address.startswith(f"{place}/", autoescape=True)
        return list(
            self._session.scalars(select(_conversations.c.id).where(_conversations.c.channel == channel, there))
        )

    def with_desk(self, channel: str, desk: str) -> list[Conversation]:
        """The rooms on a channel in which the staff of just that desk are told things."""
        query = select(Conversation).where(_conversations.c.channel == channel, _conversations.c.desk == desk)
        return list(self._session.scalars(query))

    def find(self, channel: str, address: str) -> Conversation | None:
        """The conversation of that address on that channel, if it has begun."""
        query = select(Conversation).where(_conversations.c.channel == channel, _conversations.c.address == address)
        return self._session.scalars(query).first()

    def get(self, conversation_id: int) -> Conversation | None:
        """The conversation of that id."""
        return self._session.get(Conversation, conversation_id)

    def of_ids(self, ids: Iterable[int]) -> dict[int, Conversation]:
        """Conversations by id."""
        found = self._session.scalars(select(Conversation).where(_conversations.c.id.in_(list(ids))))
        return {each.id: each for each in found if each.id is not None}

    def of_customer(self, customer_id: int) -> list[Conversation]:
        """All chats that belong to a customer, the one used last first."""
        query = select(Conversation).where(_conversations.c.customer_id == customer_id)
        return list(self._session.scalars(query.order_by(_conversations.c.last_at.desc(), _conversations.c.id.desc())))

    def of_driver(self, driver_id: int) -> list[Conversation]:
        """The chats in which a driver can be told something: what they talk in, where anything arrives."""
        query = select(Conversation).where(
            _conversations.c.driver_id == driver_id,
            _conversations.c.dead_at.is_(None),
            _conversations.c.role == "driver",
        )
        return list(self._session.scalars(query.order_by(_conversations.c.last_at.desc(), _conversations.c.id.desc())))

    def of_staff(self, staff_id: int) -> list[Conversation]:
        """The chats in which somebody of the business can be told something, the one used last first; none of who left."""
        talking = _conversations.c.dead_at.is_(None) & (_conversations.c.role != Role.CUSTOMER)
        query = select(Conversation).where(_conversations.c.staff_id == staff_id, talking)
        return list(self._session.scalars(query.order_by(_conversations.c.last_at.desc(), _conversations.c.id.desc())))

    def all_of_staff(self, staff_id: int) -> list[Conversation]:
        """All chats of somebody who works here or did."""
        return list(self._session.scalars(select(Conversation).where(_conversations.c.staff_id == staff_id)))

    def rooms(self, desk: str) -> list[Conversation]:
        """Where the staff of a depot are told something: on each channel its own room, else that of the whole business.

        What is for everybody, where a channel has no room of all, is told in the rooms of all depots.
        """
        query = select(Conversation).where(_conversations.c.desk.is_not(None), _conversations.c.dead_at.is_(None))
        found: dict[str, dict[str, Conversation]] = {}
        for room in self._session.scalars(query.order_by(_conversations.c.id)):
            found.setdefault(room.channel, {})[room.desk or ""] = room  # of several the newest
        told: list[Conversation] = []
        for rooms in found.values():
            own = rooms.get(desk) or rooms.get(EVERYWHERE)
            told += [own] if own is not None else list(rooms.values()) if desk == EVERYWHERE else []
        return sorted(told, key=lambda room: room.id or 0)

    def phones(self, driver_id: int, channel: str | None = None) -> list[Conversation]:
        """All chats of a driver, or those on one channel, whether or not anything arrives there."""
        query = select(Conversation).where(_conversations.c.driver_id == driver_id)
        if channel is not None:
            query = query.where(_conversations.c.channel == channel)
        return list(self._session.scalars(query.order_by(_conversations.c.id)))

    def driver_of(self, channel: str, address: str) -> int | None:
        """Whose chat that is, where it is a driver's."""
        query = select(_conversations.c.driver_id).where(
            _conversations.c.channel == channel, _conversations.c.address == address, _conversations.c.role == "driver"
        )
        found: int | None = self._session.execute(query).scalar()
        return found

    def speaker(self, conversation_id: int) -> tuple[str, str | None]:
        """Whose kind of chat it is, a customer's where there is none, and its language, as far as it is known."""
        found = self._session.execute(_SPEAKER, {"id": conversation_id}).first()
        return (found.role or "customer", found.language) if found is not None else ("customer", None)

    def language(self, conversation_id: int) -> str | None:
        """The language of a conversation, as far as it is known."""
        query = select(_conversations.c.language).where(_conversations.c.id == conversation_id)
        return self._session.execute(query).scalar()

    def tracking(self, token: str) -> TrackingLink | None:
        """The tracking link of that token."""
        return self._session.get(TrackingLink, token)

    def tracking_tokens(self, numbers: Iterable[str]) -> dict[str, str]:
        """The tokens of orders' pages by order number."""
        links = TrackingLink.__table__.c  # type: ignore[attr-defined]
        rows = self._session.execute(
            select(links.order_number, links.token).where(links.order_number.in_(list(numbers)))
        )
        return {row.order_number: row.token for row in rows}

    def tracking_of(self, order_number: str) -> TrackingLink | None:
        """The tracking link of an order."""
        number = TrackingLink.__table__.c.order_number  # type: ignore[attr-defined]
        return self._session.scalars(select(TrackingLink).where(number == order_number)).first()

    def button(self, button_id: str) -> Button | None:
        """The button of that id."""
        return self._session.scalars(_BUTTON, {"id": button_id}).first()

    def buttons(self, conversation_id: int, button_ids: Sequence[str]) -> Sequence[Button]:
        """Those of the buttons that were shown in the conversation."""
        shown = Button.__table__.c  # type: ignore[attr-defined]
        query = select(Button).where(shown.id.in_(button_ids), shown.conversation_id == conversation_id)
        return self._session.scalars(query).all()

    def add_buttons(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep buttons that are about to be shown."""
        if rows:
            self._session.execute(_ADD_BUTTONS, list(rows))

    def link(self, link_id: str) -> DeepLink | None:
        """The deep link of that id."""
        return self._session.get(DeepLink, link_id)

    def links(self, customer_ids: Iterable[int], now: datetime) -> dict[str, DeepLink]:
        """Per order number the link that opens a chat about it the longest; none that expired."""
        query = select(DeepLink).where(
            DeepLink.__table__.c.customer_id.in_(list(customer_ids)),  # type: ignore[attr-defined]
            DeepLink.__table__.c.expires_at > now,  # type: ignore[attr-defined]
        )
        found = sorted(self._session.scalars(query), key=lambda each: (each.expires_at, each.id))
        return {each.order_number: each for each in found if each.order_number is not None}

    def proof(self, number: str, now: datetime) -> OrderProof:
        """The count of wrong facts for an order number, locked; begun when there was none."""
        row = {"number": number, "failures": 0, "failed_at": now}
        self._session.execute(insert_if_new(self._session, OrderProof.__table__), row)  # type: ignore[attr-defined]
        return self._session.scalars(
            select(OrderProof)
            .where(OrderProof.__table__.c.number == number)  # type: ignore[attr-defined]
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def find_proof(self, number: str) -> OrderProof | None:
        """The count of wrong facts for an order number, if there were any."""
        return self._session.get(OrderProof, number)


def delete_expired(session: Session, before: datetime) -> None:
    """Delete buttons, deep links and drivers' codes that expired, and counts of wrong facts last raised, before a moment."""
    dated = (
        ("button", "expires_at"), ("deep_link", "expires_at"), ("driver_code", "expires_at"), ("order_proof", "failed_at"),
    )  # fmt: skip
    for name, column in dated:
        table = SQLModel.metadata.tables[name]
        session.execute(delete(table).where(table.c[column] < before))


def delete_strangers(session: Session, before: datetime) -> None:
    """Delete chats that never were a customer's and have been silent since a moment, with all that was said."""
    strangers = select(_conversations.c.id).where(
        _conversations.c.customer_id.is_(None), _conversations.c.driver_id.is_(None), _conversations.c.staff_id.is_(None),
        _conversations.c.desk.is_(None), _conversations.c.last_at < before,
    )  # fmt: skip
    files = SQLModel.metadata.tables["stored_file"]
    kept = files.c.conversation_id.in_(strangers) & somebodys_file()  # what was a driver's phone has sent proofs
    session.execute(update(files).where(kept).values(conversation_id=None))
    heard = SQLModel.metadata.tables["utterance"]  # masked, and kept as long as those of others
    session.execute(update(heard).where(heard.c.conversation_id.in_(strangers)).values(conversation_id=None))
    for name in ("button", "outbox", "inbox", "stored_file"):
        table = SQLModel.metadata.tables[name]
        session.execute(delete(table).where(table.c.conversation_id.in_(strangers)))
    session.execute(delete(_conversations).where(_conversations.c.id.in_(strangers)))
