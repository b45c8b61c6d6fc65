"""The policy of returns: who changes it, how it is tried before it takes effect, and what customers who ask are told."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.forms import Wrong, form_of, read_form
from actions.perform import perform
from bot.compose import open_database
from bot.policies import SHIPPED, policy_text
from bot.settings import WrongSetting, load_settings
from domain.commands import (
    ActivateReturnPolicy,
    AddReturnRule,
    AskReturnPolicy,
    DiscardReturnPolicy,
    DraftReturnPolicy,
    EditReturnRule,
    InstallReturnPolicy,
    RemoveReturnRule,
    ShowReturnPolicy,
    ShowReturnRule,
    TryReturnPolicy,
)
from domain.events import Event
from domain.moment import SYSTEM, Actor, Role
from domain.notices import Choice
from domain.refusals import NotFound, Refusal
from domain.return_policy import PolicyStatus, ReturnPolicy, parse
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    NOW,
    RETURN_RULES,
    a_product,
    a_return,
    a_staff_member,
    an_order,
    business,
    moment,
    return_policy,
)
from tests.talking import Talk

OPENED = """
name: opened
priority: 40
when: {reason: [changed_mind, does_not_fit], opened: true, days: {max: 60}}
then: {outcome: approve, resolutions: [credit]}
says: "Opened goods can come back for credit within 60 days; today is day {days}."
"""
STAYS = "name: opened\nwhen: {opened: true}\nthen: {outcome: reject}\nsays: Opened goods stay."


@pytest.fixture
def manager(database: Database) -> Actor:
    return Actor(Role.MANAGER, a_staff_member(database, "Mo Zzmanager", "manager"))


def do(database: Database, command, actor: Actor = SYSTEM, **at):
    return perform(database, [command], moment(actor, **at))[0]


def versions(database: Database) -> dict[int, str]:
    with database.reading() as session:
        return {each.id: each.status for each in session.scalars(select(ReturnPolicy).order_by(ReturnPolicy.id))}


# Written


def test_what_is_written_takes_no_effect_before_it_is_taken_into_force(database: Database, manager: Actor):
    with database.writing() as session:
        return_policy(session)
    (drafted,) = do(database, EditReturnRule(rule="opened", text=OPENED), manager)
    assert (drafted.version, drafted.new_rules, drafted.changed_rules, drafted.gone_rules) == (2, (), ("opened",), ())
    assert versions(database) == {1: "active", 2: "draft"}
    (activated,) = do(database, ActivateReturnPolicy(version=2), manager)
    assert (activated.version, activated.was) == (2, 1)
    assert versions(database) == {1: "retired", 2: "active"}
    with database.reading() as session:
        number, policy = UnitOfWork(session, SYSTEM).returns.policy()
        active = session.get(ReturnPolicy, 2)
        assert (number, active.created_by, active.activated_by) == (2, manager.person, manager.person)
    assert next(rule for rule in policy.rules if rule.name == "opened").when["days"].max == 60


def test_all_else_stays_as_it_was_written(database: Database, manager: Actor):
    with database.writing() as session:
        return_policy(session, policy_text(None))
    do(database, EditReturnRule(rule="Faulty", text="name: faulty\nthen: {outcome: review}\nsays: Hm."), manager)
    with database.reading() as session:
        before, after = (session.get(ReturnPolicy, n).text for n in (1, 2))
    kept = [line for line in before.splitlines() if line.lstrip().startswith("#")]
    assert kept
    assert all(line in after.splitlines() for line in kept)
    was, now = ({rule.name: rule for rule in parse(text).rules} for text in (before, after))
    assert list(was) == list(now)
    assert [name for name in was if was[name] != now[name]] == ["faulty"]


def test_edits_add_up_in_one_draft(database: Database, manager: Actor):
    with database.writing() as session:
        return_policy(session)
    do(database, EditReturnRule(rule="opened", text=OPENED), manager)
    do(database, RemoveReturnRule(rule="too old"), manager)
    new = "- name: everything\n  priority: -5\n  then: {outcome: approve}\n  says: Fine."
    (drafted,) = do(database, AddReturnRule(text=new), manager)
    assert (drafted.new_rules, drafted.changed_rules, drafted.gone_rules) == (
        ("everything",),
        ("opened",),
        ("too old",),
    )
    assert versions(database) == {1: "active", 2: "discarded", 3: "discarded", 4: "draft"}


def test_the_first_rule_needs_no_policy(database: Database, manager: Actor):
    (drafted,) = do(database, AddReturnRule(text=OPENED), manager)
    do(database, ActivateReturnPolicy(version=drafted.version), manager)
    assert versions(database) == {1: "active"}


def test_what_is_wrong_with_a_text_is_said_where_it_is_written(database: Database, manager: Actor):
    """A form says it at its field; what only the whole policy shows is refused, with the form to mend it."""
    with database.writing() as session:
        return_policy(session)
    wrong = read_form("EditReturnRule", {}, {"rule": "opened", "text": OPENED.replace("days", "day")})
    assert isinstance(wrong, list)
    assert wrong == [Wrong("text", "value_error", wrong[0].why)]
    assert 'Rule "opened": "day" is nothing a rule can look at; is days meant?' in wrong[0].why
    with pytest.raises(Refusal, match="policy_wrong") as refused:
        do(database, AddReturnRule(text=OPENED), manager)
    assert refused.value.values["why"] == 'two rules are called "opened"; give one of them another name.'
    assert refused.value.choices[0].form
    assert refused.value.choices[0].slots["text"] == OPENED
    with database.writing() as session:
        session.delete(session.get(ReturnPolicy, 1))
    with pytest.raises(NotFound, match="policy_missing"):
        do(database, EditReturnRule(rule="opened", text=OPENED), manager)


def test_a_rule_that_never_decides_is_warned_of(database: Database, manager: Actor):
    (drafted,) = do(
        database, DraftReturnPolicy(text=RETURN_RULES.replace("priority: 10\n", "priority: 99\n", 1)), manager
    )
    assert drafted.warnings == ()
    wide = "name: none\npriority: 500\nwhen: {days: {min: 20}}\nthen: {outcome: reject}\nsays: No."
    (drafted,) = do(database, AddReturnRule(text=wide), manager)
    assert [each.split(":")[0] for each in drafted.warnings] == ['Rule "too old" never decides']


def test_a_form_shows_the_rule_as_it_is_written(database: Database):
    with database.writing() as session:
        return_policy(session, policy_text(None))
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        fields = {each.name: each for each in form_of(EditReturnRule, {"rule": "opened within"}, uow).fields}
        assert fields["rule"].initial == "opened within 30 days"
        assert fields["text"].initial.startswith("name: opened within 30 days\npriority: 510\nwhen: {opened: true")
        assert fields["text"].kind == "long"
        whole = {each.name: each for each in form_of(DraftReturnPolicy, {}, uow).fields}
        assert whole["text"].initial is None, "what does not fit is not shown in part, it would be saved so"


def test_a_short_policy_is_changed_at_once(database: Database):
    with database.writing() as session:
        return_policy(session)
    with database.reading() as session:
        fields = {each.name: each for each in form_of(DraftReturnPolicy, {}, UnitOfWork(session, SYSTEM)).fields}
        assert fields["text"].initial == RETURN_RULES


# Tried and taken into force


def test_a_test_run_tells_which_decisions_would_differ(database: Database, manager: Actor):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        a_return(session, an_order(session, shop, status="delivered"), "SKU-1")
        a_return(session, an_order(session, shop, status="delivered"), "SKU-1", opened=True)
        a_return(session, an_order(session, shop, status="delivered"), "SKU-1", reason="other")
    stricter = "name: no opened\npriority: 95\nwhen: {opened: true}\nthen: {outcome: reject}\nsays: Opened goods stay."
    other = "name: others\nwhen: {reason: other}\nthen: {outcome: approve}\nsays: Fine."
    do(database, AddReturnRule(text=stricter), manager)
    do(database, AddReturnRule(text=other), manager)
    (tried,) = do(database, TryReturnPolicy(), manager)
    trial = tried.trial
    assert (trial["lines"], trial["differ"], trial["alone_before"], trial["alone_after"]) == (3, 2, 67, 100)
    assert {(each["was"], each["now"], each["count"]) for each in trial["moves"]} == {
        ("approve", "reject", 1),
        ("review", "approve", 1),
    }
    example = next(each for each in trial["examples"] if each["now"]["outcome"] == "reject")
    assert example["was"]["says"] == "Opened goods can come back for credit within 30 days; today is day 0."
    assert example["now"]["says"] == "Opened goods stay."
    (tried,) = do(database, TryReturnPolicy(), manager, now=NOW + timedelta(days=800))
    assert tried.trial["lines"] == 0


def test_a_test_run_looks_at_what_was_known_then(database: Database, manager: Actor):
    """What became of the product, the order and the customer since does not matter."""
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        a_return(session, an_order(session, shop, status="delivered"), "SKU-1")
        shop.products["SKU-1"].tags = ["final_sale"]
        shop.customer.fraud_marks = 3
        session.add_all([shop.products["SKU-1"], shop.customer])
    (tried,) = do(database, TryReturnPolicy(text=RETURN_RULES), manager)
    assert (tried.trial["lines"], tried.trial["differ"], tried.trial["terms"]) == (1, 0, 0)


def test_taking_into_force_is_confirmed_with_the_test_run(database: Database):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        a_return(session, an_order(session, shop, status="delivered"), "SKU-1", opened=True)
    talk = Talk(database, staff_id=a_staff_member(database, "Mo Zzmanager", "manager"), channel="slack")
    assert talk.say("return policy", "show_return_policy") == ["return_policy.shown"]
    assert talk.press("choice.return_rules") == ["ask.which_return_rule"]
    opened = [choice["values"]["name"] for choice in talk.choices()].index("opened")
    assert talk.press("choice.return_rule", opened) == ["return_policy.rule"]
    edit = next(choice for choice in talk.choices() if choice["label"] == "choice.edit_return_rule")
    assert edit["form"]
    assert talk.fill_in(Choice(label="x", command="EditReturnRule", slots={"rule": "opened", "text": STAYS})) == [
        "return_policy.drafted"
    ]
    assert talk.press("choice.try_policy") == ["return_policy.tried"]
    assert talk.facts["trial"]["differ"] == 1
    assert talk.press("choice.activate_policy") == ["ask.confirm.ActivateReturnPolicy"]
    assert talk.facts["trial"]["moves"] == [{"was": "approve", "now": "reject", "count": 1}]
    assert talk.facts["changed_rules"] == ["opened"]
    assert talk.press("choice.yes") == ["return_policy.activated"]
    assert talk.press("choice.policy_back") == ["ask.confirm.ActivateReturnPolicy"]
    assert talk.press("choice.yes") == ["return_policy.activated"]
    assert versions(database) == {1: "active", 2: "retired"}


def test_a_rule_is_written_in_chat_too(database: Database):
    with database.writing() as session:
        return_policy(session)
    talk = Talk(database, staff_id=a_staff_member(database, "Mo Zzmanager", "manager"))
    talk.fill_in(Choice(label="x", command="EditReturnRule", slots={"rule": "opened"}))
    assert [each.name for each in talk.shown] == ["ask.text"]
    assert talk.say("```" + OPENED.replace("max: 60", "most: 60") + "```") == ["refused.policy_wrong"]
    assert talk.facts["why"] == 'Rule "opened": days has limits min and max; "most" is neither.'
    assert talk.say("```" + OPENED + "```") == ["return_policy.drafted"]


def test_who_may_change_the_policy(database: Database):
    with database.writing() as session:
        return_policy(session)
    for role in Role:
        actor = Actor(role, None)
        if role in {Role.MANAGER, Role.ADMIN, Role.SYSTEM}:
            continue
        for command in (
            EditReturnRule(rule="opened", text=OPENED), AddReturnRule(text=OPENED), RemoveReturnRule(rule="opened"),
            ActivateReturnPolicy(version=1), DiscardReturnPolicy(version=1), TryReturnPolicy(version=1), DraftReturnPolicy(text=RETURN_RULES),
        ):  # fmt: skip
            with pytest.raises(Refusal, match="not_your_role"):
                do(database, command, actor)
    (shown,) = do(database, ShowReturnPolicy(), Actor(Role.VIEWER))
    assert shown.choices == ()


def test_an_old_version_comes_back(database: Database, manager: Actor):
    with database.writing() as session:
        return_policy(session)
    do(database, EditReturnRule(rule="opened", text=OPENED), manager)
    do(database, ActivateReturnPolicy(version=2), manager)
    with pytest.raises(Refusal, match="policy_in_force"):
        do(database, ActivateReturnPolicy(version=2), manager)
    do(database, ActivateReturnPolicy(version=1), manager)
    assert versions(database) == {1: "active", 2: "retired"}
    with database.reading() as session:
        events = session.scalars(select(Event).where(Event.noun == "return_policy").order_by(Event.id)).all()
    assert [(each.subject, each.before, each.after, each.person) for each in events] == [
        ("2", None, "draft", manager.person), ("1", "active", "retired", manager.person),
        ("2", "draft", "active", manager.person), ("2", "active", "retired", manager.person),
        ("1", "retired", "active", manager.person),
    ]  # fmt: skip


def test_a_discarded_draft_is_gone(database: Database, manager: Actor):
    (drafted,) = do(database, DraftReturnPolicy(text=RETURN_RULES), manager)
    do(database, DiscardReturnPolicy(version=drafted.version), manager)
    for command in (ActivateReturnPolicy(version=drafted.version), DiscardReturnPolicy(version=drafted.version)):
        with pytest.raises(Refusal, match="policy_no_draft"):
            do(database, command, manager)
    with pytest.raises(NotFound, match="no_such_policy"):
        do(database, ActivateReturnPolicy(version=77), manager)
    with pytest.raises(NotFound, match="policy_none_waits"):
        do(database, TryReturnPolicy(), manager)


def test_what_was_decided_stays_with_its_version(database: Database, manager: Actor):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        order = an_order(session, shop, status="delivered")
        first = a_return(session, order, "SKU-1").number
    do(database, EditReturnRule(rule="unopened", text="name: unopened\nthen: {outcome: reject}\nsays: No."), manager)
    do(database, ActivateReturnPolicy(version=2), manager)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.find(first)
        assert (made.status, made.policy_version) == ("approved", 1)
        second = a_return(session, uow.orders.get(order.number), "SKU-1")
        assert (second.status, second.policy_version) == ("rejected", 2)


def test_two_who_take_into_force_at_once_leave_one_version(database: Database, manager: Actor):
    with database.writing() as session:
        return_policy(session)
        for _ in range(4):
            session.add(ReturnPolicy(text=RETURN_RULES, created_at=NOW))
    threads = [
        threading.Thread(target=do, args=(database, ActivateReturnPolicy(version=number), manager))
        for number in (2, 3, 4, 5)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(versions(database).values()) == ["active", "retired", "retired", "retired", "retired"]


# The first one


def test_an_installation_has_the_policy_that_is_shipped_once(database: Database):
    command = InstallReturnPolicy(text=policy_text(None), note="shipped")
    threads = [threading.Thread(target=do, args=(database, command)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert list(versions(database).values()) == ["active"]
    do(database, InstallReturnPolicy(text=RETURN_RULES))
    with database.reading() as session:
        assert UnitOfWork(session, SYSTEM).returns.active_policy().text == SHIPPED.read_text("utf-8")


def test_the_first_policy_is_that_of_the_data_folder(tmp_path: Path):
    assert policy_text(tmp_path) == SHIPPED.read_text("utf-8")
    (tmp_path / "return_policy.yml").write_text(RETURN_RULES, "utf-8")
    assert policy_text(tmp_path) == RETURN_RULES
    (tmp_path / "return_policy.yml").write_text(RETURN_RULES.replace("reject", "refuse", 1), "utf-8")
    with pytest.raises(WrongSetting, match=r'return_policy\.yml: Rule "final sale": "refuse" is no outcome'):
        policy_text(tmp_path)


def test_a_program_begins_with_a_policy(database: Database, database_url: str, tmp_path: Path):
    (tmp_path / "return_policy.yml").write_text(RETURN_RULES, "utf-8")
    settings = load_settings(data_folder=tmp_path, database_url=database_url)
    open_database(settings).close()
    (tmp_path / "return_policy.yml").write_text("nothing", "utf-8")
    open_database(settings).close()
    with database.reading() as session:
        active = UnitOfWork(session, SYSTEM).returns.active_policy()
        events = session.scalars(select(Event).where(Event.noun == "return_policy")).all()
    assert (active.text, active.note) == (RETURN_RULES, "installed")
    assert [(each.actor, each.after) for each in events] == [("system", "active")]


# Shown and asked for


def test_the_rules_are_shown_in_words(database: Database, manager: Actor):
    with database.writing() as session:
        return_policy(session)
    (shown,) = do(database, ShowReturnPolicy(), manager)
    assert (shown.version, shown.status, shown.draft) == (1, PolicyStatus.ACTIVE, None)
    assert [rule["name"] for rule in shown.rules][:2] == ["final sale", "damaged with a photo"]
    assert shown.rules[-1]["says"] == "Returns are possible within 90 days."
    (rule,) = do(database, ShowReturnRule(rule="opened"), manager)
    assert rule.rule["when"][1] == {"fact": "opened", "kind": "yes"}
    assert rule.written.startswith("name: opened\npriority: 40\n")
    with pytest.raises(NotFound, match="no_such_rule"):
        do(database, ShowReturnRule(rule="nothing"), manager)


def test_without_a_policy_a_person_decides_and_that_is_said(database: Database, manager: Actor):
    (shown,) = do(database, ShowReturnPolicy(), manager)
    assert shown.version is None
    (told,) = do(database, AskReturnPolicy(), Actor(Role.CUSTOMER))
    assert (told.general, told.product) == ((), None)


def test_whoever_asks_in_general_is_told_what_is_meant_for_them(database: Database):
    with database.writing() as session:
        business(session)
        return_policy(session, policy_text(None))
    (short,) = do(database, AskReturnPolicy(), Actor(Role.CUSTOMER))
    assert short.general[0].startswith("Ask here before you send anything back")
    assert len(short.general) == 6
    assert not any("Final sale" in each for each in short.general), "what is about some goods is not said to everybody"
    assert [choice.label for choice in short.choices] == ["choice.send_back", "choice.every_rule"]
    (told,) = do(database, AskReturnPolicy(every_rule=True), Actor(Role.CUSTOMER))
    assert set(short.general) < set(told.general)
    assert "Final sale goods can only be returned when something is wrong with them." in told.general
    assert not any("{" in each for each in told.general)
    assert not any("looked at before" in each or "marked" in each for each in told.general)


def test_whoever_asks_about_a_product_is_told_exactly(database: Database):
    with database.writing() as session:
        shop = business(session)
        a_product(session, shop.depot, sku="SKU-9", name="Cream", tags=["cosmetics"])
        return_policy(session, policy_text(None))
    (told,) = do(database, AskReturnPolicy(product="SKU-1"), Actor(Role.CUSTOMER))
    kinds = {each["kind"]: each["spans"] for each in told.kinds}
    assert [(each["first"], each["last"], each["then"]["fee"]) for each in kinds["unopened"]] == [
        (0, 30, 0),
        (31, 90, 490),
    ]
    assert [(each["first"], each["last"], each["outcome"]) for each in kinds["damaged"]] == [(0, 10, "approve")]
    assert kinds["faulty"][0]["last"] == 90
    assert kinds["unopened"][0]["says"] == "Unopened goods can be returned free of charge within 30 days."
    (told,) = do(database, AskReturnPolicy(product="SKU-9"), Actor(Role.CUSTOMER))
    opened = next(each["spans"] for each in told.kinds if each["kind"] == "opened")
    assert [(each["outcome"], each["rule"]) for each in opened] == [("reject", "opened hygiene goods")]


def test_whoever_bought_it_is_told_until_when(database: Database):
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="delivered")
        return_policy(session)
        owner, number = shop.owner, order.number
    (told,) = do(database, AskReturnPolicy(product="SKU-1"), owner, now=NOW + timedelta(days=5))
    assert told.number == number
    kinds = {each["kind"]: each["spans"] for each in told.kinds}
    assert kinds["unopened"][0]["says"] == "Unopened goods can come back within 90 days; today is day 5."
    assert kinds["unopened"][0]["until"] == (NOW.date() + timedelta(days=90)).isoformat()
    assert kinds["damaged"][0]["until"] == (NOW.date() + timedelta(days=10)).isoformat()
    assert (told.choices[0].command, told.choices[0].slots) == ("StartReturn", {"order": number, "product": ["Kettle"]})
    (told,) = do(database, AskReturnPolicy(product="SKU-1"), Actor(Role.CUSTOMER))
    assert told.number is None, "nobody learns of another's order"


def test_from_the_answer_it_goes_on_to_sending_back(database: Database):
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="delivered")
        return_policy(session)
    talk = Talk(database, shop.customer.id)
    assert talk.say("can i return the kettle", "return_policy", product="kettle") == ["return_policy.answered"]
    assert talk.facts["number"] == order.number
    asked = talk.press("choice.send_back")
    assert asked
    assert asked[-1].startswith("ask.")


def test_a_question_needs_no_order(database: Database):
    with database.writing() as session:
        business(session)
        return_policy(session)
    talk = Talk(database)
    assert talk.say("how long do i have to send stuff back", "return_policy") == ["return_policy.answered"]
    assert talk.say("can i return the kettle", "return_policy", product="kettle") == ["return_policy.answered"]
    assert talk.facts["product"] == "Kettle"
    assert talk.say("can i return a unicorn", "return_policy", product="unicorn") == ["return_policy.answered"]
    assert talk.facts["product"] is None
