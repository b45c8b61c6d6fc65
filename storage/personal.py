"""Everything personal the database holds of one customer: for handing it out, and for erasing it.

One list names every table with such data, whose rows are meant, and what becomes of them. Accounting keeps orders with
their lines, sums, states and times; what says whose they were goes. A test compares the list with all tables there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, cast, delete, false, func, or_, select, update
from sqlmodel import Session

from domain.values import plain
from storage.schema import METADATA

#: Tables that hold nothing of any customer.
IMPERSONAL = frozenset(
    "api_key counter delivery_area delivery_slot delivery_window depot driver driver_code kpi_target lease order_line "
    "plan plan_link product report return_policy route route_position run schedule scheduled_run shift shift_pattern staff stock_level task "
    "track_point travel_row vehicle webhook worked_shift".split()
)
#: What is left of a postcode: enough for figures by region.
_REGION = 2
#: A street or a name that is written shorter is found in too much.
_TELLING = 5


@dataclass(frozen=True, slots=True)
class Whose:
    """What belongs to a customer: ids of other rows by which their data is found."""

    customer_id: int
    order_ids: list[int]
    numbers: list[str]
    conversations: list[int]
    cases: list[str]
    streets: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)

    @property
    def telling(self) -> tuple[str, ...]:
        """What gives them away in other people's chats: their orders, returns and exceptions, streets, their name, how to reach
        them."""
        return (*self.numbers, *self.returns, *self.cases, *self.streets, *self.names, *self.contacts)


Mine = Callable[[Table, Whose], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with personal data. ``scrubbed`` are the values that stay instead; without them the rows are deleted.

    ``secret`` columns are not handed out: they open something, or are only numbers of ours. Nor are the rows that
    ``drivers`` were shown or wrote: they name other customers too, but go as well.
    """

    name: str
    mine: Mine
    scrubbed: Callable[[Table], Mapping[str, Any]] | None = None
    secret: frozenset[str] = field(default_factory=frozenset)
    drivers: Mine | None = None

    @property
    def table(self) -> Table:
        """The table itself."""
        return METADATA.tables[self.name]

    def goes(self, whose: Whose) -> ColumnElement[bool]:
        """Which rows go with a customer."""
        mine = self.mine(self.table, whose)
        return mine if self.drivers is None else or_(mine, self.drivers(self.table, whose))


def _by_conversation(table: Table, whose: Whose) -> ColumnElement[bool]:
    return table.c.conversation_id.in_(whose.conversations)


def _by_number(table: Table, whose: Whose) -> ColumnElement[bool]:
    return table.c.order_number.in_(whose.numbers)


def _by_customer(table: Table, whose: Whose) -> ColumnElement[bool]:
    return table.c.customer_id == whose.customer_id


def _files(table: Table, whose: Whose) -> ColumnElement[bool]:
    return or_(_by_customer(table, whose), _by_conversation(table, whose), _by_number(table, whose))


def _cases(table: Table, whose: Whose) -> ColumnElement[bool]:
    return or_(_by_customer(table, whose), _by_conversation(table, whose), _by_number(table, whose))


def _events(table: Table, whose: Whose) -> ColumnElement[bool]:
    chats = [str(each) for each in whose.conversations]
    return or_(
        (table.c.noun == "order") & table.c.subject.in_(whose.numbers),
        (table.c.noun == "case") & table.c.subject.in_(whose.cases),
        (table.c.noun == "chat") & table.c.subject.in_(chats),
        (table.c.noun == "return") & table.c.subject.in_(_their_returns(whose)),
        (table.c.noun == "refund") & table.c.subject.in_(_their_refunds(whose)),
        (table.c.noun == "credit") & table.c.subject.in_(_their_credit(whose)),
    )


def _their_refunds(whose: Whose) -> Select[Any]:
    refunds = METADATA.tables["refund"]
    return select(refunds.c.key).where(refunds.c.order_number.in_(whose.numbers))


def _their_credit(whose: Whose) -> Select[Any]:
    credits = METADATA.tables["store_credit"]
    return select(credits.c.key).where(credits.c.customer_id == whose.customer_id)


def _their_returns(whose: Whose) -> Select[Any]:
    returns = METADATA.tables["returns"]
    return select(returns.c.number).where(returns.c.customer_id == whose.customer_id)


def _lines_of_returns(table: Table, whose: Whose) -> ColumnElement[bool]:
    returns = METADATA.tables["returns"]
    return table.c.return_id.in_(select(returns.c.id).where(returns.c.customer_id == whose.customer_id))


def _jobs(table: Table, whose: Whose) -> ColumnElement[bool]:
    kinds = [table.c.key.startswith(f"locate:{number}", autoescape=True) for number in whose.numbers]
    return or_(table.c.key.startswith(f"export:{whose.customer_id}:"), *kinds)


def _outbox(table: Table, whose: Whose) -> ColumnElement[bool]:
    """What they were told, wherever; not what was said of their orders to whoever drove them."""
    about = table.c.about.in_([*whose.numbers, *whose.returns]) & table.c.conversation_id.not_in(_workers_chats())
    return or_(_by_conversation(table, whose), about)


def _told_workers(table: Table, whose: Whose) -> ColumnElement[bool]:
    """What drivers were told of them, and what was said of their cases where staff talk."""
    cards = [*(f"case:{each}" for each in whose.cases), *(f"return:{each}" for each in whose.returns)]
    return or_(_told_drivers(table, whose), table.c.live.in_(cards), table.c.thread.in_(cards))


def _told_drivers(table: Table, whose: Whose) -> ColumnElement[bool]:
    named = table.c.about.in_([*whose.numbers, *whose.returns]) & table.c.conversation_id.in_(_workers_chats())
    return or_(named, _in_workers_chats(table, whose, "facts", "choices"))


def _drivers_buttons(table: Table, whose: Whose) -> ColumnElement[bool]:
    return _in_workers_chats(table, whose, "choice")


def _drivers_words(table: Table, whose: Whose) -> ColumnElement[bool]:
    """What waits for its turn stays: it says what happened."""
    return _in_workers_chats(table, whose, "text", "raw") & table.c.handled_at.is_not(None)


def _in_workers_chats(table: Table, whose: Whose, *columns: str) -> ColumnElement[bool]:
    """What a driver or staff were shown, or wrote, that names an order of theirs, its street, or them."""
    return table.c.conversation_id.in_(_workers_chats()) & _naming(table, whose.telling, columns)


def _workers_chats() -> Select[Any]:
    chats = METADATA.tables["conversation"]
    theirs = or_(chats.c.role != "customer", chats.c.desk.is_not(None), chats.c.staff_id.is_not(None))  # who left too
    return select(chats.c.id).where(theirs)


def _naming(table: Table, texts: Iterable[str], columns: Iterable[str]) -> ColumnElement[bool]:
    """Whether any of the columns holds any of the texts, in whatever way JSON writes it."""
    words = sorted({form for text in texts for form in (text, json.dumps(text)[1:-1])})
    named = [cast(table.c[name], String).contains(word, autoescape=True) for name in columns for word in words]
    return or_(false(), *named)


def _drivers_cases(table: Table, whose: Whose) -> ColumnElement[bool]:
    """What a driver told the dispatcher of them, or wrote of an incident, once that is settled."""
    told = or_(table.c.kind == "wish.dispatcher", table.c.kind.startswith("incident.", autoescape=True))
    return told & (table.c.status == "resolved") & _in_workers_chats(table, whose, "detail")


def _approvals(table: Table, whose: Whose) -> ColumnElement[bool]:
    """What was to be approved about their orders and returns."""
    return _naming(table, [*whose.numbers, *whose.returns], ["slots", "why"])


def _reports(table: Table, whose: Whose) -> ColumnElement[bool]:
    """Reports of their stops; one may be of several, and names the orders whose customers were told."""
    return or_(_visits(table, whose), _naming(table, whose.numbers, ["before"]))


def _utterances(table: Table, whose: Whose) -> ColumnElement[bool]:
    """What they wrote; and what anybody wrote that names them in spite of being masked."""
    return or_(_by_customer(table, whose), _by_conversation(table, whose))


def _utterances_of_others(table: Table, whose: Whose) -> ColumnElement[bool]:
    return _naming(table, whose.telling, ["example"])


def _stops(table: Table, whose: Whose) -> ColumnElement[bool]:
    return _at_stop(table.c.id, whose)


def _visits(table: Table, whose: Whose) -> ColumnElement[bool]:
    return _at_stop(table.c.stop_id, whose)


def _at_stop(stop_id: ColumnElement[int], whose: Whose) -> ColumnElement[bool]:
    tasks = METADATA.tables["task"]
    return stop_id.in_(select(tasks.c.stop_id).where(_by_number(tasks, whose), tasks.c.stop_id.is_not(None)))


def _rough_place(table: Table) -> dict[str, Any]:
    """A stop whose route stays a route: to about a kilometre."""
    return {"address": "", "lat": func.round(table.c.lat * 100) / 100.0, "lon": func.round(table.c.lon * 100) / 100.0}


def _anonymous_order(table: Table) -> dict[str, Any]:
    region = func.substr(table.c.postcode, 1, _REGION)
    return {
        "street": "", "city": "", "postcode": region, "lat": None, "lon": None, "instructions": "", "wishes": {},
        "request": None, "code": None, "payment": None,
    }  # fmt: skip


def _anonymous_return(table: Table) -> dict[str, Any]:
    region = func.substr(table.c.postcode, 1, _REGION)
    return {
        "street": "", "city": "", "postcode": region, "lat": None, "lon": None, "words": "", "request": None, "code": None,
        "token": None, "conversation_id": None, "signals": [], "decided_why": "",
    }  # fmt: skip


def _nobody(_: Table) -> dict[str, Any]:
    fields = ("external_id", "email", "phone", "reach", "quiet_from", "quiet_until", "zone")
    return {
        **dict.fromkeys(fields),
        **dict.fromkeys(("name", "name_begins", "name_ends"), ""),
        "language": "",
        "messages_off": True,
        "learning_off": True,
        "fraud_marks": 0,
    }


#: In the order in which they can be deleted.
HOLDINGS = (
    Holding("visit", _visits, lambda _: {"building": None}, secret=frozenset({"building"})),
    Holding("driver_report", _reports, lambda _: {"before": {}}, secret=frozenset({"id", "driver_id", "before"})),
    Holding("stop", _stops, _rough_place, secret=frozenset({"id", "version"})),
    Holding("delivery_proof", _by_number, lambda _: dict.fromkeys(("name", "photo_id", "lat", "lon"))),
    Holding("rating", _by_number, lambda _: {"words": ""}),
    Holding("stored_file", _files, secret=frozenset({"id", "path", "thumbnail", "source"})),
    Holding("button", _by_conversation, secret=frozenset({"id", "question"}), drivers=_drivers_buttons),
    Holding("outbox", _outbox, secret=frozenset({"choices", "media"}), drivers=_told_workers),
    Holding("inbox", _by_conversation, secret=frozenset({"key"}), drivers=_drivers_words),
    Holding("utterance", _utterances, secret=frozenset({"labelled_by"}), drivers=_utterances_of_others),
    Holding("tracking_link", _by_number, secret=frozenset({"token"})),
    Holding("deep_link", _by_customer, secret=frozenset({"id"})),
    Holding("order_proof", lambda table, whose: table.c.number.in_(whose.numbers)),
    Holding("job", _jobs),
    Holding("event", _events, lambda _: {"detail": {}, "before": None, "after": None}, secret=frozenset({"key"})),
    Holding("approval", _approvals, lambda _: {"slots": {}, "why": {}}),
    Holding("case", _cases, lambda _: {"detail": {}, "conversation_id": None}, drivers=_drivers_cases),
    Holding(
        "return_line", _lines_of_returns, lambda _: {"words": "", "photos": [], "serial": None, "note": "", "found": []}
    ),
    Holding("refund", _by_number, lambda _: {"why": ""}),
    Holding("store_credit", _by_customer, lambda _: {"why": ""}),
    Holding("returns", _by_customer, _anonymous_return, secret=frozenset({"token", "code"})),
    Holding("conversation", _by_customer, secret=frozenset({"dialogue", "opened"})),
    Holding("orders", _by_customer, _anonymous_order),
    Holding(
        "customer",
        lambda table, whose: table.c.id == whose.customer_id,
        _nobody,
        secret=frozenset({"name_begins", "name_ends"}),
    ),
)


def whose(session: Session, customer_id: int) -> Whose:
    """What belongs to a customer."""
    orders, chats, cases, customers = (METADATA.tables[name] for name in ("orders", "conversation", "case", "customer"))
    columns = (orders.c.id, orders.c.number, orders.c.street)
    found = session.execute(select(*columns).where(orders.c.customer_id == customer_id)).all()
    conversations = session.scalars(select(chats.c.id).where(chats.c.customer_id == customer_id)).all()
    so_far = Whose(customer_id, [row.id for row in found], [row.number for row in found], list(conversations), [])
    numbers = session.scalars(select(cases.c.id).where(_cases(cases, so_far))).all()
    streets = sorted({row.street for row in found if len(row.street) >= _TELLING})
    columns = (customers.c.name, customers.c.email, customers.c.phone)
    person = session.execute(select(*columns).where(customers.c.id == customer_id)).one()
    names = [person.name] if len(person.name) >= _TELLING else []
    contacts = [each for each in (person.email, person.phone) if each]
    references = [f"C-{1000 + each}" for each in numbers]
    return Whose(
        customer_id, so_far.order_ids, so_far.numbers, so_far.conversations, references, streets, names, contacts,
        list(session.scalars(_their_returns(so_far))),
    )  # fmt: skip


def gather(session: Session, customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Per table what is stored of a customer, as JSON holds it; orders with their lines."""
    mine = whose(session, customer_id)
    gathered: dict[str, list[dict[str, Any]]] = {}
    for holding in reversed(HOLDINGS):
        table = holding.table
        columns = [column for column in table.c if column.name not in holding.secret]
        rows = session.execute(
            select(*columns).where(holding.mine(table, mine)).order_by(*table.primary_key)
        ).mappings()
        gathered[holding.name] = [{name: plain(value) for name, value in row.items()} for row in rows]
    lines = METADATA.tables["order_line"]
    rows = session.execute(select(lines).where(lines.c.order_id.in_(mine.order_ids)).order_by(lines.c.id)).mappings()
    gathered["order_line"] = [{name: plain(value) for name, value in row.items()} for row in rows]
    return {name: rows for name, rows in gathered.items() if rows}


def erase(session: Session, customer_id: int, keep_chat: int | None) -> list[str]:
    """Erase what is personal of a customer; the paths of files that must go from the disk.

    ``keep_chat`` is the conversation in which this was asked, whose answer is still to be sent: it belongs to nobody
    afterwards, and `erase_chat` takes the rest of it.
    """
    mine = whose(session, customer_id)
    paths = _paths(session, mine)
    _forget_in_dialogues(session, mine)
    for holding in HOLDINGS:
        table = holding.table
        condition = holding.goes(mine)
        if keep_chat is not None and holding.name == "conversation":
            session.execute(
                update(table).where(table.c.id == keep_chat).values(customer_id=None, opened={}, dialogue={})
            )
            condition &= table.c.id != keep_chat
        if keep_chat is not None and holding.name in {"inbox", "outbox"}:
            condition &= table.c.conversation_id != keep_chat  # the message that asks for it is one of them
        if holding.scrubbed is None:
            session.execute(delete(table).where(condition))
        else:
            session.execute(update(table).where(condition).values(holding.scrubbed(table)))
    return paths


def _forget_in_dialogues(session: Session, mine: Whose) -> None:
    """What drivers and staff have begun to say of them is said no further: their chats go on with nothing pending."""
    chats = METADATA.tables["conversation"]
    theirs = (chats.c.role != "customer") & _naming(chats, mine.telling, ["dialogue"])
    session.execute(update(chats).where(theirs).values(dialogue={}))


def erase_chat(session: Session, conversation_id: int) -> bool:
    """Erase a chat that belongs to nobody with all that was said in it; False while something there is under way."""
    inbox, outbox, chats = (METADATA.tables[name] for name in ("inbox", "outbox", "conversation"))
    waiting = (
        session.execute(
            select(inbox.c.id).where(inbox.c.conversation_id == conversation_id, inbox.c.handled_at.is_(None)).limit(1)
        ).first()
        or session.execute(
            select(outbox.c.id).where(outbox.c.conversation_id == conversation_id, outbox.c.state == "pending").limit(1)
        ).first()
    )
    if waiting is not None:
        return False
    if session.execute(select(chats.c.customer_id).where(chats.c.id == conversation_id)).scalar() is not None:
        return True  # somebody's again
    for name in ("button", "outbox", "inbox", "utterance", "stored_file"):
        table = METADATA.tables[name]
        session.execute(delete(table).where(table.c.conversation_id == conversation_id))
    session.execute(delete(chats).where(chats.c.id == conversation_id))
    return True


def files_of(session: Session, customer_id: int) -> list[str]:
    """The paths of a customer's files, small forms and exports left out."""
    table = METADATA.tables["stored_file"]
    theirs = _files(table, whose(session, customer_id)) & (table.c.kind != "export") & table.c.path.is_not(None)
    return [str(path) for path in session.scalars(select(table.c.path).where(theirs).order_by(table.c.created_at))]


def _paths(session: Session, mine: Whose) -> list[str]:
    table = METADATA.tables["stored_file"]
    rows = session.execute(select(table.c.path, table.c.thumbnail).where(_files(table, mine))).all()
    return [path for row in rows for path in row if path]
