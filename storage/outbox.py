"""The outbox: what is to be said to whom, committed together with what it speaks of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, and_, bindparam, case, func, insert, or_, select, update
from sqlmodel import Field, Session, SQLModel

from domain.columns import BigKey, Json, UtcDateTime
from domain.conversations import Button, Conversation
from storage import leases

#: Waiting for the sender; shown; no longer true; given up.
PENDING, SENT, DROPPED, DEAD = "pending", "sent", "dropped", "dead"
#: Replies go before what nobody asked for.
REPLY, PROACTIVE = 0, 1


class OutboxRow(SQLModel, table=True):
    """One notice to one conversation. ``name`` and ``facts`` become words when it is shown; ``choices`` its buttons.

    ``media`` holds what comes with the words (`domain.notices.Media`). It is not sent before ``not_before``;
    ``provider_id`` is what the channel calls the message; ``error`` why it was not sent. A row takes the place of the last
    one sent with the same ``live`` name, where the channel can edit; with ``edits`` it goes nowhere else. It is said under
    the message whose ``live`` name is its ``thread``, where the channel has threads; ``public`` says that a reply in a room is
    for all who are there, not only for whoever spoke.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_conversation", "conversation_id", "id"),
        Index("ix_outbox_waiting", "state", "conversation_id", "id"),
        Index("ix_outbox_live", "live", "conversation_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    conversation_id: int = Field(foreign_key="conversation.id")
    inbox_id: int | None = Field(default=None, index=True)
    kind: str
    name: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    choices: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    media: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    about: str | None = None
    live: str | None = None
    edits: bool = False
    thread: str | None = None
    public: bool = False
    good_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    priority: int = REPLY
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = PENDING
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    provider_id: str | None = None
    error: str | None = None


#: Among so many of the last notices to a chat is what was done last.
_LAST_SHOWN = 20
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]
_buttons = Button.__table__  # type: ignore[attr-defined]
_conversations = Conversation.__table__  # type: ignore[attr-defined]
_PUT = insert(_outbox)
_LAST_CHOICES = (
    select(_outbox.c.inbox_id, _outbox.c.choices)
    .where(_outbox.c.conversation_id == bindparam("conversation_id"), _outbox.c.created_at >= bindparam("since"))
    .where(~_outbox.c.edits)
    .order_by(_outbox.c.id.desc())
    .limit(_LAST_SHOWN)
)

_SHOWING = (
    select(_outbox.c.live, _outbox.c.conversation_id)
    .where(
        _outbox.c.live.in_(bindparam("live", expanding=True)),
        ((_outbox.c.state == SENT) & (_outbox.c.sent_at >= bindparam("since")))
        | (
            (_outbox.c.state == PENDING)
            & (_outbox.c.created_at >= bindparam("since"))
            & (_outbox.c.created_at < bindparam("now"))
        ),
    )
    .distinct()
)


def put(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add notices, in order."""
    if rows:
        session.execute(_PUT, list(rows))


def replies(session: Session, inbox_id: int) -> list[OutboxRow]:
    """What was said in answer to a message, in order."""
    return list(session.scalars(select(OutboxRow).where(_outbox.c.inbox_id == inbox_id).order_by(_outbox.c.id)))


def shown_live(session: Session, conversation_id: int, live: str) -> str | None:
    """What the channel calls the message of that name that a conversation was shown last, if it was and is known."""
    query = (
        select(_outbox.c.provider_id)
        .where(_outbox.c.conversation_id == conversation_id, _outbox.c.live == live, _outbox.c.state == SENT)
        .order_by(_outbox.c.sent_at.desc(), _outbox.c.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def showing(session: Session, live: Collection[str], since: datetime, now: datetime) -> dict[str, set[int]]:
    """Per ``live`` name the conversations in which a message of that name was shown since a moment, or is on its way.

    What is said just ``now`` is as things are.
    """
    found: dict[str, set[int]] = {}
    for name, conversation_id in session.execute(_SHOWING, {"live": list(live), "since": since, "now": now}):
        found.setdefault(name, set()).add(conversation_id)
    return found


def last_facts(session: Session, live: str) -> dict[str, Any] | None:
    """What a message of that ``live`` name said last, wherever it was; None where there was none."""
    query = select(_outbox.c.facts).where(_outbox.c.live == live).order_by(_outbox.c.id.desc()).limit(1)
    found: dict[str, Any] | None = session.execute(query).scalar()
    return found


def live_of(session: Session, conversation_ids: Collection[int], provider_id: str) -> str | None:
    """The ``live`` name of the message that a channel calls so in one of the conversations, if it has one."""
    mine = _outbox.c.conversation_id.in_(list(conversation_ids)) & (_outbox.c.provider_id == provider_id)
    return session.execute(select(_outbox.c.live).where(mine, _outbox.c.live.is_not(None)).limit(1)).scalar()


def is_sent_as(session: Session, conversation_ids: Collection[int], provider_id: str) -> bool:
    """Whether one of the conversations was sent a message that its channel calls so."""
    mine = _outbox.c.conversation_id.in_(list(conversation_ids)) & (_outbox.c.provider_id == provider_id)
    return session.execute(select(_outbox.c.id).where(mine).limit(1)).scalar() is not None


def last_live(session: Session, conversation_id: int, since: datetime, noun: str = "") -> str | None:
    """The ``live`` name, of a kind of thing, of what a conversation was shown last under such a name since a moment."""
    named = _outbox.c.live.startswith(f"{noun}:", autoescape=True) if noun else _outbox.c.live.is_not(None)
    mine = (_outbox.c.conversation_id == conversation_id) & named
    query = select(_outbox.c.live).where(mine, _outbox.c.created_at >= since).order_by(_outbox.c.id.desc()).limit(1)
    return session.execute(query).scalar()


def last_offered(session: Session, conversation_id: int, labels: Collection[str], since: datetime) -> str | None:
    """The id of the last button with one of the labels among what a conversation was answered last, since a moment."""
    mine = (_outbox.c.conversation_id == conversation_id) & (_outbox.c.created_at >= since)
    rows = session.execute(select(_outbox.c.choices).where(mine).order_by(_outbox.c.id.desc()).limit(_LAST_SHOWN))
    return next((each["id"] for (choices,) in rows for each in choices if each["label"] in labels), None)


def last_choices(session: Session, conversation_id: int, since: datetime) -> list[dict[str, Any]]:
    """The buttons of what a conversation was told last, since a moment: of all that was said in one answer, or of the last
    notice that came by itself."""
    rows = session.execute(_LAST_CHOICES, {"conversation_id": conversation_id, "since": since}).all()
    answer = [row.choices for row in rows if row.inbox_id == rows[0].inbox_id]
    shown = answer if rows and rows[0].inbox_id is not None else answer[:1]
    return [each for choices in reversed(shown) for each in choices]


def is_outdone(session: Session, row: OutboxRow) -> bool:
    """Whether a later row of the same name waits for the same conversation."""
    later = select(_outbox.c.id).where(
        _outbox.c.conversation_id == row.conversation_id, _outbox.c.live == row.live, _outbox.c.state == PENDING
    )
    return session.execute(later.where(_outbox.c.id > row.id).limit(1)).scalar() is not None


def shown_since(session: Session, conversation_id: int, since: datetime, limit: int = 500) -> list[OutboxRow]:
    """What a conversation was told since a moment, in the order it was told; at most the last ``limit``."""
    rows = (
        select(OutboxRow)
        .where(_outbox.c.conversation_id == conversation_id, _outbox.c.sent_at >= since, _outbox.c.state == SENT)
        .order_by(_outbox.c.sent_at.desc(), _outbox.c.id.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(rows).all()))


def told(session: Session, conversation_id: int, since: datetime, limit: int = 500) -> list[OutboxRow]:
    """What was said to a conversation since a moment, sent or on its way, in order; at most the last ``limit``."""
    rows = (
        select(OutboxRow)
        .where(
            _outbox.c.conversation_id == conversation_id,
            _outbox.c.created_at >= since,
            _outbox.c.state.in_([SENT, PENDING]),
        )
        .order_by(_outbox.c.id.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(rows).all()))


def was_told(session: Session, conversation_id: int) -> bool:
    """Whether anything was ever sent to a conversation."""
    told = select(_outbox.c.id).where(_outbox.c.conversation_id == conversation_id, _outbox.c.state == SENT)
    return session.execute(told.limit(1)).scalar() is not None


def told_since(session: Session, conversation_ids: Sequence[int], since: datetime) -> list[tuple[int, int]]:
    """Rows shown to any of the conversations since a moment, as (row id, conversation id)."""
    told = select(_outbox.c.id, _outbox.c.conversation_id).where(
        _outbox.c.conversation_id.in_(conversation_ids), _outbox.c.sent_at >= since, _outbox.c.state == SENT
    )
    return [(row_id, conversation_id) for row_id, conversation_id in session.execute(told)]


def claim(
    session: Session,
    holder: str,
    now: datetime,
    lease_until: datetime,
    *,
    machine: datetime | None = None,
    busy: Collection[int] = (),
    limit: int = 100,
    replies_only: bool = False,
) -> dict[int, list[OutboxRow]]:
    """Per recipient that ``holder`` alone may send to until ``lease_until`` what waits for them, replies first.

    Leases are of the ``machine``'s time (``now``, unless given), what is due of the business's (``now``).

    What nobody asked for comes one at a time, so that a reply to whatever is said meanwhile goes before the next.
    Recipients in ``busy`` are passed over, with ``replies_only`` also what nobody asked for. At most ``limit``
    recipients, those with replies first. Taking a row counts as an attempt, and clears why the last one failed.
    """
    due = _due(now) & (_outbox.c.priority == REPLY) if replies_only else _due(now)
    waiting = (
        select(_outbox.c.conversation_id)
        .where(due, _outbox.c.conversation_id.not_in(list(busy)))
        .group_by(_outbox.c.conversation_id)
        .order_by(func.min(_outbox.c.priority), func.min(_outbox.c.id))
        .limit(limit)
    )
    names = {lease_name(each): each for each in session.scalars(waiting)}
    taken = [names[name] for name in leases.take(session, sorted(names), holder, machine or now, lease_until)]
    if not taken:
        return {}
    query = select(OutboxRow).where(due, _outbox.c.conversation_id.in_(taken))
    found: dict[int, list[OutboxRow]] = {}
    for row in session.scalars(query.order_by(_outbox.c.priority, _outbox.c.id)):
        if row.priority == REPLY or row.conversation_id not in found:
            found.setdefault(row.conversation_id, []).append(row)
    claimed = [row.id for rows in found.values() for row in rows]
    session.execute(
        update(_outbox).where(_outbox.c.id.in_(claimed)).values(attempts=_outbox.c.attempts + 1, error=None)
    )
    return found


def lease_name(conversation_id: int) -> str:
    """The lease on sending to a recipient."""
    return f"chat:{conversation_id}"


def mark(session: Session, ids: Sequence[int], state: str, now: datetime, error: str | None = None) -> None:
    """The rows were sent, dropped or given up."""
    if ids:
        session.execute(update(_outbox).where(_outbox.c.id.in_(ids)).values(state=state, sent_at=now, error=error))


def mark_sent(session: Session, sent: Sequence[tuple[int, str | None]], now: datetime) -> None:
    """The rows were sent; what the channel calls each of them."""
    if not sent:
        return
    named = {row_id: name for row_id, name in sent if name is not None}
    values: dict[str, Any] = {"state": SENT, "sent_at": now, "error": None}
    if named:
        values["provider_id"] = case(named, value=_outbox.c.id, else_=None)
    session.execute(update(_outbox).where(_outbox.c.id.in_([row_id for row_id, _ in sent])).values(values))


def move(session: Session, from_id: int, to_id: int, kinds: Collection[str] = ()) -> None:
    """What nobody asked for (and notices of these kinds) and waits for one conversation waits for another, with its buttons."""
    movable = (_outbox.c.priority == PROACTIVE) | _outbox.c.kind.in_(list(kinds))
    rows = session.scalars(
        select(OutboxRow).where(_outbox.c.conversation_id == from_id, _outbox.c.state == PENDING, movable)
    ).all()
    buttons = [each["id"] for row in rows for each in row.choices]
    session.execute(update(_buttons).where(_buttons.c.id.in_(buttons)).values(conversation_id=to_id))
    moved = update(_outbox).where(_outbox.c.id.in_([row.id for row in rows]))
    session.execute(moved.values(conversation_id=to_id, attempts=0, error=None))


def drop_proactive(session: Session, conversation_ids: Sequence[int], now: datetime, why: str) -> None:
    """What nobody asked for and waits for any of the conversations will not be sent."""
    waiting = _outbox.c.conversation_id.in_(conversation_ids) & (_outbox.c.state == PENDING)
    proactive = update(_outbox).where(waiting, _outbox.c.priority == PROACTIVE)
    session.execute(proactive.values(state=DROPPED, sent_at=now, error=why))


def withdraw(
    session: Session, numbers: Collection[str], kinds: Collection[str], since: datetime, now: datetime
) -> dict[str, set[str]]:
    """What waits about these orders since a moment will not be sent; by order the kinds of what was sent, or is being sent."""
    mine = _outbox.c.about.in_(list(numbers)) & _outbox.c.kind.in_(list(kinds)) & (_outbox.c.created_at >= since)
    waiting = mine & (_outbox.c.state == PENDING) & (_outbox.c.attempts == 0)
    session.execute(update(_outbox).where(waiting).values(state=DROPPED, sent_at=now, error="taken back"))
    heard: dict[str, set[str]] = {}
    sent = mine & _outbox.c.state.in_([SENT, PENDING])
    for number, kind in session.execute(select(_outbox.c.about, _outbox.c.kind).where(sent).distinct()):
        heard.setdefault(str(number), set()).add(kind)
    return heard


def give_up(session: Session, conversation_id: int, now: datetime, why: str) -> None:
    """Nothing that waits for a conversation will be sent."""
    waiting = (_outbox.c.conversation_id == conversation_id) & (_outbox.c.state == PENDING)
    session.execute(update(_outbox).where(waiting).values(state=DEAD, sent_at=now, error=why))


def note_trouble(session: Session, ids: Sequence[int], error: str) -> None:
    """The rows could not be sent this time and wait for the next."""
    session.execute(update(_outbox).where(_outbox.c.id.in_(ids)).values(error=error[:300]))


def give_back(session: Session, ids: Sequence[int], why: str) -> None:
    """The rows were claimed and not tried, or for reasons that are not theirs: that was no attempt."""
    if ids:
        claimed = _outbox.c.id.in_(ids) & (_outbox.c.state == PENDING) & (_outbox.c.attempts > 0)
        session.execute(update(_outbox).where(claimed).values(attempts=_outbox.c.attempts - 1, error=why[:300]))


def count_repeats(session: Session, rows: Sequence[OutboxRow]) -> int:
    """How many of the claimed rows were claimed before by somebody who did not say how it ended: perhaps sent already."""
    return sum(row.attempts > 0 and row.error is None for row in rows)


def listed(session: Session, states: Sequence[str], limit: int = 100) -> list[tuple[OutboxRow, str]]:
    """The latest rows in one of the states, each with its channel."""
    query = (
        select(OutboxRow, _conversations.c.channel)
        .join(_conversations, _conversations.c.id == _outbox.c.conversation_id)
        .where(_outbox.c.state.in_(list(states)))
        .order_by(_outbox.c.id.desc())
        .limit(limit)
    )
    return [(row, channel) for row, channel in session.execute(query)]


def change_state(session: Session, ids: Sequence[int] | None, before: str, after: str, now: datetime) -> int:
    """Rows (all, when ``ids`` is None) from one state to another, with their attempts counted anew; how many there were."""
    chosen = update(_outbox).where(_outbox.c.state == before)
    if ids is not None:
        chosen = chosen.where(_outbox.c.id.in_(list(ids)))
    sent_at = None if after == PENDING else now
    changed = session.execute(chosen.values(state=after, attempts=0, error=None, sent_at=sent_at))
    return int(changed.rowcount)  # type: ignore[attr-defined]


def last_id(session: Session) -> int:
    """The number of the newest row."""
    return int(session.execute(select(func.max(_outbox.c.id))).scalar() or 0)


def waiting(session: Session, limit: int = 10_000) -> list[OutboxRow]:
    """What is not sent yet, in order."""
    query = select(OutboxRow).where(_outbox.c.state == PENDING).order_by(_outbox.c.id).limit(limit)
    return list(session.scalars(query))


def depth(session: Session) -> tuple[int, datetime | None]:
    """How many rows wait, and since when the oldest does."""
    count, oldest = session.execute(
        select(func.count(), func.min(_outbox.c.created_at)).where(_outbox.c.state == PENDING)
    ).one()
    return int(count), oldest


def any_due(session: Session, now: datetime, busy: Collection[int] = ()) -> bool:
    """Whether anything waits that may be sent, to others than those in ``busy``."""
    free = _due(now) & _outbox.c.conversation_id.not_in(list(busy))
    return session.execute(select(_outbox.c.id).where(free).limit(1)).scalar() is not None


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(_outbox.c.state == PENDING, or_(_outbox.c.not_before.is_(None), _outbox.c.not_before <= now))
