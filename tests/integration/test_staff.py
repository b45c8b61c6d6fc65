"""Staff talk to the bot with the role they have now, and are told things in their rooms."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from actions.forms import form_of, read_form
from actions.perform import perform
from actions.telling import tell
from bot.forms import answered
from bot.words import Words
from domain.commands import AdjustStock, CancelOrder, RemoveStaff, SetRole
from domain.conversations import Conversation
from domain.moment import SYSTEM, Actor, Role
from domain.notices import CaseResolved, Choice, StaffLeft
from domain.refusals import NotAllowed, NotFound, Refusal
from domain.staff import EVERYWHERE
from storage import outbox
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, a_case, a_depot, a_staff_member, an_order, business, moment
from tests.talking import Talk


def staff(database, name="Mia Zzstaff", role="dispatcher", slack_id=None):
    return a_staff_member(database, name, role, slack_id)


def test_a_role_is_what_it_is_at_the_message(database):
    a_depot_in(database)
    mia = staff(database)
    talk = Talk(database, staff_id=mia)
    assert talk.say("what is planned when", "show_schedule") == ["schedule.shown"]
    assert talk.say("make me admin", "set_role", staff="Mia Zzstaff") == ["refused.not_your_role"]
    assert talk.facts["roles"] == ["admin"]
    staff(database, "Ada Zzadmin", "admin")
    perform(database, [RemoveStaff(person="Mia Zzstaff")], moment(SYSTEM))
    assert talk.say("what is planned when", "show_schedule") != ["schedule.shown"]
    with database.reading() as session:
        assert session.get(Conversation, talk.conversation_id).actor(NOW) == Actor(Role.CUSTOMER)


def test_who_has_left_is_told_nothing_and_sees_to_nothing(database):
    """Cards in their chats stand still, nothing is sent there, their exceptions are nobody's, and they can come back."""
    mia = staff(database, slack_id="U0MIA")
    talk = Talk(database, staff_id=mia, channel="slack", address="U0MIA")
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop)
        case = a_case(session, "not_planned", order)
        reference, number = case.name, order.number
    assert talk.say(f"I take {reference}", "own_case") == ["desk.case_done"]
    assert talk.say(f"show {number}", "show_order", order_number=number) == ["desk.order"]
    with database.writing() as session:
        for row in session.scalars(select(OutboxRow)):
            row.state, row.sent_at, row.provider_id = "sent", NOW, f"1.{row.id}"

    def told() -> int:
        with database.reading() as session:
            query = select(OutboxRow).where(OutboxRow.conversation_id == talk.conversation_id)
            return len(session.scalars(query).all())

    before = told()
    perform(database, [RemoveStaff(person="U0MIA")], moment(SYSTEM))
    perform(database, [CancelOrder(order=number)], moment(SYSTEM))
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        assert not tell(CaseResolved(staff=mia, reference=reference, already=False), uow, moment(SYSTEM))
        gone = uow.cases.get(reference)
        assert (gone.owner_id, gone.status != "owned") == (None, True)
    assert told() == before
    perform(database, [SetRole(person="U0MIA", role="viewer")], moment(SYSTEM))
    with database.writing() as session:
        chat = session.get(Conversation, talk.conversation_id)
        assert (chat.role, chat.staff_id) == ("viewer", mia)


def test_nobody_is_given_somebody_elses_user(database):
    staff(database, slack_id="U0MIA")
    staff(database, "Bo Zzstaff", slack_id="U0BO")
    with pytest.raises(Refusal, match="slack_user_taken"):
        perform(database, [SetRole(person="Bo Zzstaff", role="viewer", slack_id="U0MIA")], moment(SYSTEM))


def a_depot_in(database):
    with database.writing() as session:
        a_depot(session)


def test_the_last_admin_stays(database):
    staff(database, "Ada Zzadmin", "admin")
    for command in (RemoveStaff(person="Ada Zzadmin"), SetRole(person="Ada Zzadmin", role="viewer")):
        with pytest.raises(Refusal, match="last_admin"):
            perform(database, [command], moment(SYSTEM))
    staff(database, "Bo Zzadmin", "admin")
    notices, _ = perform(database, [RemoveStaff(person="Ada Zzadmin")], moment(SYSTEM))
    assert [type(each) for each in notices] == [StaffLeft]


def test_only_admins_give_roles(database):
    mia = staff(database)
    with pytest.raises(NotAllowed):
        perform(database, [SetRole(person="Mia Zzstaff", role="admin")], moment(actor_of(database, mia)))
    with pytest.raises(NotFound, match="no_staff_named"):
        perform(database, [SetRole(person="Nobody Zz", role="admin")], moment(SYSTEM))


def actor_of(database, staff_id):
    talk = Talk(database, staff_id=staff_id)
    talk.say("hello", "greet")
    with database.reading() as session:
        return session.get(Conversation, talk.conversation_id).actor(NOW)


def test_a_depots_room_goes_before_that_of_all(database):
    """What is told a desk goes to its own room on each channel, else to everybody's."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        rooms = {}
        for address, desk in (("C1", EVERYWHERE), ("C2", "north")):
            rooms[desk] = uow.chats.find_or_add("slack", address, NOW)
            uow.chats.get(rooms[desk]).desk = desk
        uow.flush()
        for desk in ("north", "south"):
            assert tell(CaseResolved(reference="C-1001", already=False, desk=desk), uow, moment(SYSTEM))
        told = [row.conversation_id for row in outbox.waiting(session)]
    assert told == [rooms["north"], rooms[EVERYWHERE]]


def test_what_is_for_everybody_is_told_all_depots_where_there_is_no_room_of_all(database):
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        rooms = [uow.chats.find_or_add("slack", address, NOW) for address in ("C1", "C2")]
        for room, desk in zip(rooms, ("north", "south"), strict=True):
            uow.chats.get(room).desk = desk
        uow.flush()
        tell(CaseResolved(reference="C-1001", already=False, desk=EVERYWHERE), uow, moment(SYSTEM))
        tell(CaseResolved(reference="C-1002", already=False, desk="west"), uow, moment(SYSTEM))
        assert [row.conversation_id for row in outbox.waiting(session)] == rooms


def test_a_form_is_offered_where_it_can_be_shown_and_asked_piece_by_piece_elsewhere(database):
    ada = staff(database, "Ada Zzadmin", "admin")
    page, terminal = Talk(database, staff_id=ada, channel="web"), Talk(database, staff_id=ada, channel="terminal")
    assert page.say("give somebody a role", "set_role") == ["said.form_offered"]
    assert [each["form"] for each in page.choices()] == [True]
    assert terminal.say("give somebody a role", "set_role") == ["ask.person"]


def test_a_filled_in_form_is_the_command_or_says_what_is_wrong(database):
    ada = staff(database, "Ada Zzadmin", "admin")
    talk = Talk(database, staff_id=ada, channel="web")
    with database.reading() as session:
        form = form_of(SetRole, {"person": "Mia"}, UnitOfWork(session, SYSTEM))
    assert {each.name: each.initial for each in form.fields}["person"] == "Mia"
    wrong = read_form("SetRole", form.slots, {"person": "", "role": "king"})
    assert {each.field for each in wrong} == {"person", "role"}
    choice = read_form("SetRole", form.slots, {"person": "Mia Zznew", "role": "viewer", "new": "true"})
    assert talk.fill_in(choice) == ["staff.role_set"]


def test_a_question_left_for_something_else_is_not_asked_again_and_can_be_answered_where_it_stands(database):
    with database.writing() as session:
        a_depot(session)
        a_depot(session, code="south")
    talk = Talk(database, staff_id=staff(database))
    assert talk.say("when do we plan", "show_schedule") == ["ask.which_depot"]
    south = next(each["id"] for each in talk.choices() if each["values"]["name"] == "Depot South")
    assert talk.say("who works here", "show_staff") == ["staff.shown"]
    assert talk.press_id(south) == ["schedule.shown"]
    assert talk.facts["depot"] == "south"


def test_a_question_left_twice_is_let_go(database):
    with database.writing() as session:
        a_depot(session)
        a_depot(session, code="south")
    talk = Talk(database, staff_id=staff(database))
    talk.say("when do we plan", "show_schedule")
    south = talk.choices()[1]["id"]
    talk.say("who works here", "show_staff")
    talk.say("who works here", "show_staff")
    assert talk.press_id(south)[0] == "said.stale"


def test_what_waits_for_a_yes_is_let_go_at_once(database):
    ada = staff(database, "Ada Zzadmin", "admin")
    staff(database, "Mia Zzstaff", "viewer")
    talk = Talk(database, staff_id=ada, channel="terminal")
    assert talk.say("make mia admin", "set_role", staff="Mia Zzstaff", role="admin")[-1].startswith("ask.")
    while not talk.choices() or talk.choices()[0]["label"] != "choice.yes":
        talk.say("admin", "inform")
    talk.say("who works here", "show_staff")
    assert "staff.role_set" not in talk.say("yes", "affirm")


def test_only_what_a_form_asks_for_is_filled_in(database):
    """A field that is hidden, or of no Command, is refused; nothing breaks where two names are one within the other."""
    words = Words(["en"], ZoneInfo("Europe/Berlin"))
    a_depot_in(database)
    with database.reading() as session:
        form = form_of(AdjustStock, {"product": "SKU-1"}, UnitOfWork(session, SYSTEM))
    filled = {"product": "SKU-1", "how": "set", "quantity": "3", "depot": "north", "reason": "counted"}
    assert isinstance(answered(form, filled, words), Choice)
    for more in ({"was": "50"}, {"nothing": "1"}, {"product.sku": "SKU-2"}):
        assert answered(form, filled | more, words) == {"": words.say("form.wrong.not_asked", {}, None, NOW)}
