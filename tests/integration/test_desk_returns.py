"""Returns that a person decides: the card and the queue, approving, rejecting, asking, four eyes, signals, marks of fraud."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from actions.returns.deciding import Wanted
from actions.returns.opening import open_return
from actions.telling import show_changes
from bot.words import Words
from domain.cases import Case
from domain.commands import ApproveReturns, CancelReturn, EscalateCases, RejectReturns, ResolveCase, RunMorningCheck
from domain.customers import Customer
from domain.deliveries import StoredFile
from domain.events import Event
from domain.meaning import Entity, Meaning
from domain.moment import SYSTEM, Actor, Role
from domain.notices import Choice
from domain.refusals import Refusal
from domain.returns import Return, ReturnReason
from domain.staff import EVERYWHERE
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    NOW,
    Business,
    a_customer,
    a_return,
    a_staff_member,
    an_order,
    business,
    moment,
    return_policy,
)
from tests.talking import Talk
from tests.unit.test_words import BERLIN

WORDS = Words(["en"], BERLIN)


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def room(database: Database) -> int:
    """The room of the whole business."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        room = uow.chats.find_or_add("slack", "C1", NOW)
        uow.chats.get(room).desk = EVERYWHERE
        return room


def desk(database: Database, role: str = "dispatcher", name: str = "Mia", channel: str = "terminal") -> Talk:
    return Talk(database, staff_id=a_staff_member(database, f"{name} Zz{role}", role), channel=channel)


def waiting(database: Database, shop: Business, *skus: str, **values: object) -> str:
    """The number of a return that waits: no policy is in force."""
    named = skus or ("SKU-1",)
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[(sku, 2) for sku in named])
        return a_return(session, order, *named, **values).number


def made(database: Database, number: str) -> Return:
    with database.reading() as session:
        return session.scalars(select(Return).where(Return.number == number)).one()


def told(database: Database, conversation: int) -> list[OutboxRow]:
    with database.reading() as session:
        query = select(OutboxRow).where(OutboxRow.conversation_id == conversation).order_by(OutboxRow.id)
        return list(session.scalars(query))


def text_of(row: OutboxRow) -> str:
    return WORDS.say(row.name, row.facts, "en", NOW)


def said(talk: Talk) -> str:
    return "\n".join(WORDS.say(each.name, each.facts, "en", talk.now) for each in talk.shown)


def labels(talk: Talk) -> list[str]:
    return [each["label"] for each in talk.choices()]


def chat_of(database: Database, shop: Business, number: str, channel: str = "telegram") -> Talk:
    """The customer's chat, from which the return came."""
    chat = Talk(database, shop.customer.id, channel=channel)
    chat.say("hello", "greet")
    with database.writing() as session:
        one = session.scalars(select(Return).where(Return.number == number)).one()
        one.conversation_id = chat.conversation_id
        for case in session.scalars(select(Case).where(Case.kind == "return_review")):
            case.conversation_id = chat.conversation_id
    return chat


def test_a_return_shows_what_is_needed_to_decide_it(database, shop):
    number = waiting(database, shop, reason="changed_mind", words="too loud")
    mia = desk(database)
    assert mia.say(f"show {number}", "open_return_card", return_number=number) == ["desk.return"]
    text = said(mia)
    assert f"{number} · looked at by a person" in text
    assert "Maria Okafor, worth €39.90. Approving pays €39.90." in text
    assert '1 × Kettle* (RM-10001), €39.90: no longer wanted, not opened · "too loud"' in text
    assert "No rule holds for it, so a person decides." in text
    assert "Suggested:* approve. Nothing speaks against it." in text
    assert "In a year: 1 order, 1 return, 1 of 2 pieces back (50 %)" in text
    assert labels(mia)[:5] == [
        "choice.approve_return", "choice.approve_as", "choice.approve_keep", "choice.reject_return", "choice.ask_customer",
    ]  # fmt: skip


def test_a_customer_is_told_that_it_was_approved_and_by_whom_it_was_is_kept(database, shop):
    number = waiting(database, shop)
    chat, mia = chat_of(database, shop, number, "web"), desk(database)
    mia.say(f"show {number}", "review_returns", return_number=number)
    assert mia.press("choice.approve_return") == ["desk.returns_decided"]
    assert "RET-1001 is approved. The customer is told." in said(mia)
    one = made(database, number)
    assert (one.status, one.decided_by, one.staff_id, one.resolution) == ("approved", "person", mia.staff_id, "refund")
    assert one.expires_on == NOW.date() + timedelta(days=14)
    assert "Return RET-1001 is approved." in text_of(told(database, chat.conversation_id)[-1])
    assert mia.say("who approved that", "who_did") == ["desk.deeds"]
    assert "Mia Zzdispatcher" in said(mia)


def test_a_rejection_needs_a_reason_which_the_customer_reads(database, shop):
    number = waiting(database, shop)
    chat, mia = chat_of(database, shop, number, "web"), desk(database)
    assert mia.say(f"reject {number}", "reject_return", return_number=[number]) == ["ask.why_rejected"]
    assert mia.press("choice.return_why_worn") == ["desk.returns_decided"]
    assert (made(database, number).status, made(database, number).decided_why) == ("rejected", "worn")
    heard = text_of(told(database, chat.conversation_id)[-1])
    assert "We cannot take this back" in heard
    assert "Decided by a person: it was used more than is needed to try it." in heard
    other = waiting(database, shop)
    mia.say(f"reject {other}", "reject_return", return_number=[other])
    assert mia.say("the serial number is not the one we sold") == ["desk.returns_decided"]
    assert made(database, other).decided_why == "the serial number is not the one we sold"


def test_the_card_comes_up_in_the_room_while_it_waits_and_changes_there(database, shop, room):
    with database.writing() as session:
        return_policy(session)
        number = an_order(session, shop, status="delivered").number
    chat = Talk(database, shop.customer.id, channel="telegram")
    open_in(database, chat, number, "other")
    [card] = told(database, room)
    assert (card.name, card.live, card.facts["status"]) == ("desk.return", "return:RET-1001", "review")
    sent(database, card)
    mia = desk(database)
    perform(database, [ApproveReturns(return_numbers=("RET-1001",))], moment(Actor(Role.DISPATCHER, mia.staff_id)))
    last = told(database, room)[-1]
    assert (last.edits, last.facts["status"], last.facts["who"]) == (True, "approved", "Mia Zzdispatcher")
    assert "choice.approve_return" not in [each["label"] for each in last.choices]
    assert len([row for row in told(database, room) if row.name == "desk.return" and not row.edits]) == 1


def test_what_the_policy_approves_rings_nowhere(database, shop, room):
    with database.writing() as session:
        return_policy(session)
        number = an_order(session, shop, status="delivered").number
    open_in(database, Talk(database, shop.customer.id, channel="telegram"), number, "changed_mind")
    assert made(database, "RET-1001").status == "approved"
    assert told(database, room) == []


def open_in(database: Database, chat: Talk, order: str, reason: str) -> None:
    """Ask for a return in a chat, as its Command does."""

    def work(session: object) -> None:
        uow = UnitOfWork(session, SYSTEM, UnitOfWork(session, SYSTEM).chats.lock(chat.conversation_id))
        open_return([Wanted(order, "SKU-1", 1, ReturnReason(reason), False, ())], uow, moment(), channel="telegram")
        uow.flush()
        show_changes(uow, moment())

    database.retrying(work)


def sent(database: Database, row: OutboxRow) -> None:
    """The channel has shown it."""
    with database.writing() as session:
        shown = session.get(OutboxRow, row.id)
        shown.state, shown.provider_id, shown.sent_at = "sent", f"1.{row.id}", NOW


def test_the_customer_is_asked_and_the_answer_with_its_photo_comes_back_under_the_card(database, shop, room):
    number = waiting(database, shop, reason="damaged")
    chat = chat_of(database, shop, number)
    policies = replace(chat.policies, channels=frozenset({"telegram"}))
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zz"), channel="slack", policies=policies)
    mia.say(f"show {number}", "open_return_card", return_number=number)
    assert "Suggested:* ask the customer first. What arrived damaged" in said(mia)
    assert mia.press("choice.ask_customer") == ["ask.what_to_ask"]
    assert mia.say("Could you send a photo of the damage?") == ["desk.returns_decided"]
    assert text_of(told(database, chat.conversation_id)[-1]) == "Mia: Could you send a photo of the damage?"
    with database.writing() as session:
        session.add(StoredFile(id="f" * 22, kind="photo", customer_id=shop.customer.id, path="x.jpg", created_at=NOW))
    chat.wait(minutes=4)
    mia.wait(minutes=5)
    assert chat.hear(Meaning("here it is", (("inform", 1.0),), (Entity("photo", "f" * 22, 0, 0, ""),))) == []
    heard = [row for row in told(database, room) if row.name == "desk.chat_heard"]
    assert [(row.thread, row.facts["words"], row.media) for row in heard] == [
        ("return:RET-1001", "here it is", {"photos": ["f" * 22]})
    ]
    mia.say(f"show {number}", "open_return_card", return_number=number)
    assert "The customer has answered." in said(mia)
    assert mia.shown[-1].media == {"photos": ["f" * 22]}
    mia.press("choice.approve_return")
    assert [row.name for row in told(database, chat.conversation_id)[-2:]] == ["return.news", "person.handed_back"]


def test_the_queue_begins_with_the_greatest_risk(database, shop):
    small, large = waiting(database, shop, "SKU-1"), waiting(database, shop, "SKU-2")
    with database.writing() as session:
        session.scalars(select(Return).where(Return.number == small)).one().signals = [
            {"code": "several", "values": {"count": n, "days": 7}} for n in range(5)
        ]
    mia = desk(database, "viewer")
    assert mia.say("which returns wait", "review_returns") == ["desk.returns"]
    assert [each["number"] for each in mia.facts["returns_shown"]] == [small, large]
    assert "2 returns wait for a decision" in said(mia)
    assert "In all €228.90" in said(mia)
    mia.say("returns in the north", "review_returns", depot="north")
    assert mia.facts["count"] == 2
    assert mia.press("choice.open_return") == ["desk.return"]
    assert labels(mia) == ["choice.show_order", "choice.who_did"]


def test_the_queue_has_pages(database, shop):
    for _ in range(11):
        waiting(database, shop)
    mia = desk(database)
    mia.say("returns", "review_returns")
    assert (mia.facts["count"], len(mia.facts["returns_shown"]), mia.facts["pages"]) == (11, 10, 2)
    mia.press("choice.next_page")
    assert len(mia.facts["returns_shown"]) == 1


def test_returns_are_found_by_order_and_by_name(database, shop):
    number = waiting(database, shop)
    mia = desk(database)
    assert mia.say("returns of order", "review_returns", order_number="RM-10001") == ["desk.return"]
    assert mia.say("any returns from okafor", "review_returns") == ["desk.return"]
    assert mia.say("returns from nobody here", "review_returns") == ["refused.no_return_of"]
    waiting(database, shop)
    assert mia.say("maria's returns", "review_returns") == ["desk.returns"]
    assert mia.facts["asked_for"] == "maria"
    assert mia.say("returns for this week", "review_returns") == ["desk.returns"]
    assert (mia.facts["asked_for"], mia.facts["count"]) == (None, 2)
    assert number == "RET-1001"


def test_who_only_looks_is_told_who_may(database, shop):
    number = waiting(database, shop)
    for role in ("viewer", "warehouse", "buyer"):
        talk = desk(database, role)
        assert talk.say(f"approve {number}", "approve_return", return_number=[number]) == ["refused.not_your_role"]
        assert "dispatcher" in said(talk)
        assert talk.say(f"reject {number}", "reject_return", return_number=[number]) == ["refused.not_your_role"]
    assert made(database, number).status == "review"


def test_several_are_approved_after_a_list_of_them_is_confirmed(database, shop):
    one, other, large = (waiting(database, shop), waiting(database, shop), waiting(database, shop, "SKU-2"))
    mia = desk(database)
    assert mia.say(f"approve {one}, {other}", "approve_return", return_number=[one, other]) == [
        "ask.confirm.ApproveReturns"
    ]
    assert f"• {one} Maria Okafor: Kettle, €39.90" in said(mia)
    perform(database, [RejectReturns(return_numbers=(one,), reason="worn")], moment(Actor(Role.MANAGER)))
    assert mia.say("yes", "affirm") == ["desk.returns_decided"]
    assert f"{other} is approved." in said(mia)
    assert f"Decided before, and left as they are: {one} (not possible)." in said(mia)
    third = waiting(database, shop)
    assert mia.say("approve all under 50 euros", "approve_return") == ["ask.confirm.ApproveReturns"]
    assert [each["number"] for each in mia.facts["returns_shown"]] == [third]
    assert mia.say("no", "deny") == ["said.kept"]
    assert mia.say("approve all under 5 euros", "approve_return") == ["refused.no_return_so_small"]
    assert mia.say("approve all of them", "approve_return") == ["ask.confirm.ApproveReturns"]
    assert {each["number"] for each in mia.facts["returns_shown"]} == {third, large}


def test_what_waits_is_named_by_its_order_or_customer_too(database, shop):
    first, second = waiting(database, shop), waiting(database, shop)
    mia = desk(database)
    assert mia.say("approve the return of", "approve_return", order_number="RM-10001") == ["desk.returns_decided"]
    assert (made(database, first).status, made(database, second).status) == ("approved", "review")
    assert mia.say("approve the return for okafor", "approve_return") == ["desk.returns_decided"]
    assert made(database, second).status == "approved"
    waiting(database, shop)
    assert mia.say("approve the return for novak", "approve_return") == ["refused.no_return_waits_of"]


def test_much_is_approved_by_two(database, shop):
    first, second = waiting(database, shop, "SKU-2"), waiting(database, shop, "SKU-2")
    mia, max_ = desk(database), desk(database, "manager", "Max")
    assert mia.say(f"approve {first}", "approve_return", return_number=[first]) == ["desk.returns_decided"]
    assert mia.say(f"approve {second}", "approve_return", return_number=[second]) == ["desk.approval_asked"]
    assert made(database, second).status == "review"
    assert mia.say("approve A-1001", "approve_return") == ["refused.not_your_role"]
    assert max_.say("what is to approve", "show_approvals") == ["desk.approvals"]
    assert "which pays €189.00. With what Mia Zzdispatcher approved since yesterday it is €378.00 in all." in said(max_)
    assert max_.press("choice.approve_this") == ["desk.approval_decided", "desk.returns_decided"]
    one = made(database, second)
    assert (one.status, one.decided_by, one.staff_id) == ("approved", "person", mia.staff_id)
    third = waiting(database, shop, "SKU-2")
    mia.wait(hours=25)
    assert mia.say(f"approve {third}", "approve_return", return_number=[third]) == ["desk.returns_decided"]


@pytest.mark.parametrize("first", ["return", "refund"])
def test_what_one_person_gives_back_counts_together_by_whatever_way(database, shop, first):
    number = waiting(database, shop, "SKU-2")
    with database.writing() as session:
        order = an_order(session, shop, status="delivered").number
    mia = desk(database)

    def approve() -> list[str]:
        return mia.say(f"approve {number}", "approve_return", return_number=[number])

    def refund() -> list[str]:
        mia.say(
            f"refund 20 EUR on {order}", "issue_refund", order_number=order, money="20.00 EUR", reason="it was late"
        )
        return mia.press("choice.yes")

    if first == "return":
        assert (approve(), refund()) == (["desk.returns_decided"], ["desk.approval_asked"])
    else:
        assert (refund(), approve()) == (["return.refund_wanted"], ["desk.approval_asked"])


def test_the_limit_is_a_setting(database, shop):
    number = waiting(database, shop)
    strict = replace(moment().policies, refund_limit=1_000)
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zz"), channel="terminal", policies=strict)
    assert mia.say(f"approve {number}", "approve_return", return_number=[number]) == ["desk.approval_asked"]


def test_staff_say_what_the_customer_gets(database, shop):
    kept, credit = waiting(database, shop), waiting(database, shop)
    mia = desk(database)
    mia.say(f"approve {kept}, let her keep it", "approve_return", return_number=[kept])
    mia.say(f"approve {credit} as store credit", "approve_return", return_number=[credit])
    assert (made(database, kept).resolution, made(database, credit).resolution) == ("keep", "credit")
    other = waiting(database, shop)
    form = Choice(
        label="choice.form_sent", command="ApproveReturns",
        slots={"return_numbers": [other], "resolution": "exchange", "words": "Sorry for the trouble"},
    )  # fmt: skip
    assert mia.fill_in(form) == ["desk.returns_decided"]
    assert (made(database, other).resolution, made(database, other).decided_why) == (
        "exchange",
        "Sorry for the trouble",
    )


def test_a_decision_is_taken_back_while_nothing_has_come_of_it(database, shop):
    number = waiting(database, shop)
    chat, mia = chat_of(database, shop, number, "web"), desk(database)
    mia.say(f"reject {number}, too old", "reject_return", return_number=[number], reason="too old")
    assert mia.press("choice.undo") == ["desk.returns_decided"]
    assert (made(database, number).status, made(database, number).decided_by) == ("review", None)
    assert "A person looks at return RET-1001" in text_of(told(database, chat.conversation_id)[-1])
    mia.say(f"approve {number}", "approve_return", return_number=[number])
    undo = mia.choices()[0]["id"]
    mia.wait(minutes=31)
    assert mia.press_id(undo) == ["refused.reopened_too_late"]
    with database.reading() as session:
        cases = list(session.scalars(select(Case.status).where(Case.kind == "return_review")))
        assert cases == ["resolved", "resolved"]


def test_what_a_rule_decided_and_what_was_returned_anew_stays(database, shop):
    number = waiting(database, shop)
    mia = desk(database)
    mia.say(f"reject {number}, worn", "reject_return", return_number=[number], reason="worn")
    undo = mia.choices()[0]["id"]
    with database.writing() as session:
        order = UnitOfWork(session, SYSTEM).orders.find("RM-10001")
        a_return(session, order, "SKU-1", quantity=2)
    assert mia.press_id(undo) == ["refused.return_moved_on"]
    with database.writing() as session:
        return_policy(session)
        ruled = a_return(session, an_order(session, shop, status="delivered"), "SKU-1").number
    assert mia.say(f"reopen {ruled}", "reopen_return", return_number=ruled) == ["refused.nothing_to_reopen"]


def test_an_appeal_is_decided_by_a_person_and_finally(database, shop):
    first = waiting(database, shop)
    mia = desk(database)
    mia.say(f"reject {first}, worn", "reject_return", return_number=[first], reason="worn")
    with database.writing() as session:
        order = UnitOfWork(session, SYSTEM).orders.find("RM-10001")
        appeal = a_return(session, order, "SKU-1")
        appeal.appeal_of = first
        second = appeal.number
    chat = chat_of(database, shop, second, "web")
    mia.say(f"show {second}", "open_return_card", return_number=second)
    assert f"The customer asks a person to look at {first} again. Rejecting it is final." in said(mia)
    mia.press("choice.reject_return")
    mia.say("we looked at it again, and it was used")
    assert "This decision is final." in text_of(told(database, chat.conversation_id)[-1])


def test_it_is_somebodys_it_is_late_and_it_is_brought_before_others(database, shop, room):
    number = waiting(database, shop)
    manager, mia = desk(database, "manager", "Max"), desk(database)
    manager.say("hello", "greet")
    perform(database, [EscalateCases(depot="north")], moment(SYSTEM, NOW + timedelta(minutes=16)))
    perform(database, [EscalateCases(depot="north")], moment(SYSTEM, NOW + timedelta(minutes=32)))
    assert [(row.thread, row.facts["what"]) for row in told(database, room) if row.name == "desk.case_news"] == [
        ("return:RET-1001", "waiting")
    ]
    assert told(database, manager.conversation_id)[-1].facts["what"] == "waiting"
    mia.say(f"show {number}", "open_return_card", return_number=number)
    assert mia.press("choice.own") == ["desk.case_done"]
    mia.say(f"show {number}", "open_return_card", return_number=number)
    assert "Mia Zzdispatcher sees to it" in said(mia)
    assert mia.say("show C-1001", "show_case") == ["desk.return"]
    assert mia.say("return exceptions", "show_exceptions") == ["desk.cases"]
    assert "Return RET-1001 waits for a decision." in said(mia)
    with pytest.raises(Refusal, match="return_undecided"):
        perform(database, [ResolveCase(case="C-1001")], moment(Actor(Role.DISPATCHER, mia.staff_id)))


def test_what_waits_is_counted_at_home_and_in_the_morning(database, shop):
    waiting(database, shop)
    mia = desk(database)
    mia.say("my day", "show_home")
    assert "1 return waits for a decision." in said(mia)
    assert mia.press("choice.show_returns") == ["desk.returns"]
    [checked] = perform(database, [RunMorningCheck(depot="north")], moment())[0]
    assert checked.returns_waiting == 1


def test_fraud_is_marked_by_a_manager_and_makes_the_next_return_wait(database, shop):
    number = waiting(database, shop)
    mia, max_ = desk(database), desk(database, "manager", "Max")
    assert mia.say(f"mark {number} as fraud", "mark_fraud", return_number=number) == ["refused.not_your_role"]
    max_.say(f"show {number}", "open_return_card", return_number=number)
    assert max_.press("choice.mark_fraud") == ["ask.why_fraud"]
    assert max_.say("an empty box came back") == ["ask.confirm.MarkFraud"]
    assert max_.say("yes", "affirm") == ["desk.fraud_marked"]
    undo = max_.choices()[0]["id"]
    with database.writing() as session:
        return_policy(session)
        held = a_return(session, an_order(session, shop, status="delivered"), "SKU-1")
        assert (held.status, held.signals) == ("review", [{"code": "fraud_marks", "values": {"marks": 1}}])
    assert max_.say(f"mark {number}", "mark_fraud", return_number=number, reason="x") == ["refused.marked_already"]
    assert max_.press_id(undo) == ["desk.fraud_marked"]
    with database.reading() as session:
        assert session.get(Customer, shop.customer.id).fraud_marks == 0
        trail = session.scalars(select(Event.change).where(Event.noun == "customer").order_by(Event.id))
        assert list(trail) == ["fraud_marks", "fraud_marks"]


def test_a_photo_that_was_shown_before_and_many_returns_are_noticed(database, shop):
    with database.writing() as session:
        return_policy(session)
        for letter in "ab":
            session.add(StoredFile(id=letter * 22, kind="photo", path=f"{letter}.jpg", digest="d" * 64, created_at=NOW))
        other = a_customer(session, name="Jonas Weber", email="j@example.com", phone=None)
        first = an_order(session, shop, status="delivered", customer=other)
        assert a_return(session, first, "SKU-1", reason="damaged", photos=("a" * 22,)).status == "approved"
        again = a_return(session, an_order(session, shop, status="delivered"), reason="damaged", photos=("b" * 22,))
        assert (again.status, [each["code"] for each in again.signals]) == ("review", ["same_photo"])
        for _ in range(5):
            last = a_return(session, an_order(session, shop, status="delivered"))
        assert [each["code"] for each in last.signals] == ["several"]
        number = again.number
    mia = desk(database)
    mia.say(f"show {number}", "open_return_card", return_number=number)
    assert "A photo of it was shown with RET-1001 already." in said(mia)
    assert "a new one would settle it" in said(mia)


def test_goods_that_come_back_too_often_are_told_to_who_buys_them_and_hold_up_nobody_wronged(database, shop):
    with database.writing() as session:
        return_policy(session)
        for n in range(6):
            someone = a_customer(session, name=f"Ann {n}", email=f"a{n}@example.com", phone=None)
            order = an_order(session, shop, status="delivered", customer=someone, lines=[("SKU-1", 1), ("SKU-3", 10)])
            last = a_return(session, order, "SKU-1", reason="defective")
        assert (last.status, [each["code"] for each in last.signals]) == ("approved", ["goods_rate"])
        cases = list(session.scalars(select(Case).where(Case.kind == "return_goods")))
        assert [case.detail["sku"] for case in cases] == ["SKU-1"]
        someone = a_customer(session, name="Bo", email="bo@example.com", phone=None)
        order = an_order(session, shop, status="delivered", customer=someone, lines=[("SKU-1", 1)])
        assert a_return(session, order, "SKU-1", reason="changed_mind").status == "review"


def test_who_gives_a_return_up_is_waited_for_by_nobody(database, shop, room):
    number = waiting(database, shop)
    perform(database, [CancelReturn(return_number=number)], moment(Actor(Role.CUSTOMER, shop.customer.id)))
    with database.reading() as session:
        assert session.scalars(select(Case.status).where(Case.kind == "return_review")).one() == "resolved"
    assert desk(database).say("returns", "review_returns") == ["desk.returns"]
