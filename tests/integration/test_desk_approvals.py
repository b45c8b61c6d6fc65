"""What two people must want, stock counted anew, the first page, and who gets which role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.approvals import Approval
from domain.commands import AdjustStock, Approve, EscalateCases, Reject, RemoveStaff, SetSchedule
from domain.events import Event
from domain.moment import SYSTEM, Actor, Role
from domain.refusals import NotAllowed, Refusal
from domain.staff import EVERYWHERE, Staff
from domain.stock import StockLevel
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_case, a_staff_member, an_order, business, moment
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def desk(database: Database, role: str, name: str = "Mia") -> Talk:
    return Talk(database, staff_id=a_staff_member(database, f"{name} Zz{role}", role), channel="terminal")


def actor(talk: Talk, role: Role) -> Actor:
    return Actor(role, talk.staff_id)


def on_hand(database: Database, sku: str = "SKU-2") -> int:
    with database.reading() as session:
        return session.scalars(select(StockLevel.on_hand).where(StockLevel.sku == sku)).one()


def write_off(talk: Talk, pieces: int = 10, sku: str = "SKU-2") -> list[str]:
    return talk.say(
        f"write off {pieces} of {sku}, fell off the shelf", "adjust_stock", product=sku, quantity=pieces, depot="north",
        reason="fell off the shelf",
    )  # fmt: skip


def test_stock_is_shown_and_counted_anew(database, shop):
    talk = desk(database, "warehouse")
    assert talk.say("how many grinders", "stock_level", product="espresso grinder") == ["desk.stock"]
    assert [(each["depot"], each["on_hand"]) for each in talk.facts["levels"]] == [("Depot North", 50)]
    assert talk.say("we found 3 more", "adjust_stock", product="SKU-2", quantity=3) == ["ask.reason"]
    assert talk.say("under the shelf") == ["desk.stock_adjusted"]
    assert (talk.facts["before"], talk.facts["after"]) == (50, 53)
    assert talk.press("choice.undo") in (["desk.stock_adjusted"], ["desk.approval_asked"])
    assert desk(database, "dispatcher").say("x", "adjust_stock", product="SKU-2", quantity=1) == [
        "refused.not_your_role"
    ]


def test_little_is_written_off_by_one_and_much_by_two(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    assert write_off(mia, 2, "SKU-1") == ["desk.stock_adjusted"]
    assert write_off(mia) == ["desk.approval_asked"]
    assert on_hand(database) == 50
    assert max_.say("what is to approve", "show_approvals") == ["desk.approvals"]
    assert max_.press("choice.approve_this") == ["desk.approval_decided", "desk.stock_adjusted"]
    assert on_hand(database) == 40
    with database.reading() as session:
        done = session.scalars(select(Event).where(Event.noun == "stock", Event.subject == "SKU-2@north")).one()
        decided = session.scalars(select(Event).where(Event.noun == "approval", Event.after == "approved")).one()
        assert (done.person, decided.person, decided.detail["asked_by"]) == (mia.staff_id, max_.staff_id, mia.staff_id)
    assert max_.say("approve A-1001", "approve_return") == ["refused.approval_decided"]
    assert on_hand(database) == 40


def test_nobody_approves_their_own(database, shop):
    boss = desk(database, "manager")
    assert write_off(boss) == ["desk.approval_asked"]
    assert boss.say("approve A-1001", "approve_return") == ["refused.approval_of_own"]
    assert boss.say("reject A-1001", "reject_return") == ["refused.approval_of_own"]
    assert desk(database, "warehouse").say("approve A-1001", "approve_return") == ["refused.not_your_role"]
    assert on_hand(database) == 50


def test_what_is_rejected_or_too_old_is_not_done(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    write_off(mia)
    assert max_.say("no, reject A-1001", "reject_return") == ["desk.approval_decided"]
    write_off(mia)
    max_.wait(hours=25)
    assert max_.say("approve A-1002", "approve_return") == ["refused.approval_expired"]
    perform(database, [EscalateCases(depot="north")], moment(SYSTEM, NOW + timedelta(hours=26)))
    with database.reading() as session:
        assert list(session.scalars(select(Approval.status).order_by(Approval.id))) == ["rejected", "expired"]
    assert on_hand(database) == 50


def test_what_cannot_be_done_any_more_waits_on(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    write_off(mia, 45)
    with database.writing() as session:
        for _ in range(8):
            an_order(session, shop, lines=[("SKU-2", 1)])
    with pytest.raises(Refusal, match="stock_below_promised"):
        perform(database, [Approve(approval="A-1001")], moment(actor(max_, Role.MANAGER)))
    with database.reading() as session:
        assert session.scalars(select(Approval.status)).one() == "asked"
    perform(database, [RemoveStaff(person=str(mia.staff_id))], moment(SYSTEM))
    with pytest.raises(NotAllowed, match="approval_of_gone"):
        perform(database, [Approve(approval="A-1001")], moment(actor(max_, Role.MANAGER)))


def test_the_room_sees_the_card_change(database, shop):
    with database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        room = chats.find_or_add("slack", "C1", NOW)
        chats.get(room).desk = EVERYWHERE
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    write_off(mia)

    def cards() -> list[OutboxRow]:
        with database.reading() as session:
            query = select(OutboxRow).where(OutboxRow.conversation_id == room).order_by(OutboxRow.id)
            return list(session.scalars(query))

    assert [(row.name, row.live, len(row.choices)) for row in cards()] == [("desk.approval", "approval:A-1001", 2)]
    with database.writing() as session:
        row = session.get(OutboxRow, cards()[0].id)
        row.state, row.provider_id, row.sent_at = "sent", "1.1", NOW
    perform(database, [Reject(approval="A-1001")], moment(actor(max_, Role.MANAGER)))
    last = cards()[-1]
    assert (last.edits, last.facts["status"], last.facts["decided_by"], last.choices) == (
        True, "rejected", "Max Zzmanager", [],
    )  # fmt: skip


def test_a_shop_needs_no_second_person(database, shop):
    perform(
        database,
        [AdjustStock(product="SKU-2", how="set", quantity=1, depot="north", reason="counted")],
        moment(Actor(Role.API)),
    )
    assert on_hand(database) == 1


def test_whatever_staff_do_leaves_a_trace(database, shop):
    mia = desk(database, "dispatcher")
    perform(
        database, [SetSchedule(depot="north", job="daily_digest", enabled=False)], moment(actor(mia, Role.DISPATCHER))
    )
    with database.reading() as session:
        found = [each for each in session.scalars(select(Event)) if each.person == mia.staff_id]
        assert found


def test_home_shows_what_waits_for_me_and_how_the_day_goes(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    write_off(mia)
    with database.writing() as session:
        a_case(session, "no_promise", an_order(session, shop)).owner_id = max_.staff_id
        an_order(session, shop, status="delivered", day=NOW.date())
    assert max_.say("my day", "show_home") == ["desk.home"]
    assert (max_.facts["first_name"], max_.facts["mine_count"], max_.facts["mine"][0]["kind"]) == (
        "Max", 1, "no_promise",
    )  # fmt: skip
    assert [each["reference"] for each in max_.facts["approvals_shown"]] == ["A-1001"]
    today = max_.facts["today_at"][0]
    assert (today["depot"], today["promised"], today["delivered"]) == ("Depot North", 1, 1)
    mia.say("my day", "show_home")
    assert (mia.facts["mine_count"], mia.facts["approvals_shown"]) == (0, [])


def test_roles_are_given_in_words_and_admins_are_confirmed(database, shop):
    ada = desk(database, "admin", "Ada")
    a_staff_member(database, "Ann Zzlee", "viewer", "U0ANN")
    assert ada.say("make <@U0ANN> dispatcher", "set_role") == ["staff.role_set"]
    assert ada.say("make ann buyer", "set_role") == ["staff.role_set"]
    assert ada.say("make <@U0NEW|bo> a viewer", "set_role") == ["staff.role_set"]
    assert ada.say("make ann an admin", "set_role") == ["ask.confirm.SetRole"]
    assert ada.say("no", "deny") == ["said.kept"]
    with database.reading() as session:
        roles = {each.name: (each.role, each.slack_id) for each in session.scalars(select(Staff))}
    assert roles["Ann Zzlee"] == ("buyer", "U0ANN")
    assert roles["bo"] == ("viewer", "U0NEW")
    assert ada.say("make nobody dispatcher", "set_role") == ["refused.no_staff_named"]
    assert ada.say("give somebody a role", "set_role") == ["ask.person"]
    assert ada.say("Bo") == ["ask.role"]
    assert ada.say("a viewer please") == ["staff.role_set"]
    assert ada.say("remove bo from staff", "remove_staff") == ["staff.left"]


def test_help_says_what_the_role_may(database, shop):
    viewer, admin = desk(database, "viewer"), desk(database, "admin")
    assert viewer.say("help", "help") == ["said.staff_help"]
    assert viewer.facts["fields"] == ["looking"]
    admin.say("help", "help")
    assert admin.facts["fields"] == [
        "looking",
        "orders",
        "exceptions",
        "returns",
        "planning",
        "stock",
        "deciding",
        "people",
    ]
    assert "choice.show_home" in [each["label"] for each in admin.choices()]


def test_much_in_little_pieces_is_much(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    alone = ["desk.stock_adjusted"]
    assert [write_off(mia, 2, "SKU-1"), write_off(mia, 1, "SKU-1")] == [alone, ["desk.approval_asked"]]
    assert max_.say("what is to approve", "show_approvals") == ["desk.approvals"]
    values = max_.facts["approvals_shown"][0]["says"]["values"]
    assert values["so_far"]["minor"] == values["worth"]["minor"] * 3
    assert write_off(desk(database, "warehouse", "Other"), 1, "SKU-1") == alone
    assert max_.press("choice.approve_this") == ["desk.approval_decided", "desk.stock_adjusted"]
    mia.wait(hours=25)
    assert write_off(mia, 2, "SKU-1") == alone


def test_what_was_approved_does_not_count_again(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    write_off(mia)
    assert max_.say("approve A-1001", "approve_request") == ["desk.approval_decided", "desk.stock_adjusted"]
    assert write_off(mia, 1, "SKU-1") == ["desk.stock_adjusted"]


def test_what_comes_to_something_else_by_now_is_read_again(database, shop):
    mia, max_ = desk(database, "warehouse"), desk(database, "manager", "Max")
    assert mia.say(
        "there are only 30", "adjust_stock", product="SKU-2", how="set", quantity=30, depot="north", reason="counted"
    ) == ["desk.approval_asked"]  # fmt: skip
    with database.writing() as session:
        session.scalars(select(StockLevel).where(StockLevel.sku == "SKU-2")).one().on_hand = 90
    assert max_.say("approve A-1001", "approve_request") == ["desk.approval_changed"]
    assert (on_hand(database), max_.facts["says"]["values"]["pieces"]) == (90, 60)
    assert max_.press("choice.approve_this") == ["desk.approval_decided", "desk.stock_adjusted"]
    assert on_hand(database) == 30


def test_only_what_has_not_moved_on_is_undone(database, shop):
    talk = desk(database, "warehouse")
    talk.say("found 3", "adjust_stock", product="SKU-2", how="add", quantity=3, depot="north", reason="under the shelf")
    undo = talk.choices()[0]["id"]
    with database.writing() as session:
        session.scalars(select(StockLevel).where(StockLevel.sku == "SKU-2")).one().on_hand -= 1
    assert talk.press_id(undo) == ["refused.stock_moved_on"]
    assert on_hand(database) == 52
