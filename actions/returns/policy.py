"""The policy of returns as managers change it: what is written becomes a version, is tried, and taken into force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.choices import Ask, Known, Talk
from actions.returns.trying import trial
from domain.commands import (
    ActivateReturnPolicy,
    AddReturnRule,
    Command,
    DiscardReturnPolicy,
    DraftReturnPolicy,
    EditReturnRule,
    InstallReturnPolicy,
    RemoveReturnRule,
    ShowReturnPolicy,
    ShowReturnRule,
    TryReturnPolicy,
)
from domain.commands.return_policy import LONGEST_RULE
from domain.dialogue import Frame
from domain.events import note
from domain.moment import DECIDING, Moment
from domain.notices import (
    Choice,
    Notice,
    ReturnPolicyActivated,
    ReturnPolicyDiscarded,
    ReturnPolicyDrafted,
    ReturnPolicyShown,
    ReturnPolicyTried,
    ReturnRuleShown,
)
from domain.refusals import NotFound, Refusal
from domain.return_policy import EMPTY, Policy, PolicyStatus, ReturnPolicy, Rule, WrongPolicy, parse
from domain.return_policy.editing import added_rule, changed_rule, changes, names, removed_rule, rule_text
from domain.return_policy.telling import told
from storage.unit_of_work import UnitOfWork

#: So many versions are listed, and so many rules offered to choose from.
_VERSIONS, _MOST_OFFERED = 6, 100
#: A test run before something takes effect looks back so far.
_MONTHS = 12


# Shown


def show_return_policy(command: ShowReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The rules of a version in words, with what can be done with it. Refuses a version there never was."""
    version = uow.returns.version(command.version) if command.version is not None else uow.returns.active_policy()
    drafts = uow.returns.drafts()
    if version is None:
        return [ReturnPolicyShown(version=None, status="", draft=_id(drafts), choices=_on_none(drafts, at))]
    language = _language(uow, at)
    rules = tuple(told(rule, language) for rule in parse(version.text).in_order)
    others = [_version(each, uow) for each in uow.returns.versions(_VERSIONS)]
    shown = _version(version, uow)
    return [
        ReturnPolicyShown(
            version=version.id, status=version.status, at=shown["at"], who=shown["who"], note=version.note, rules=rules,
            versions=tuple(others), draft=_id(drafts), choices=_on(version, drafts, at),
        )
    ]  # fmt: skip


def show_return_rule(command: ShowReturnRule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A rule, as it is written. Refuses a name no rule has."""
    base = _base(uow)
    rule = _rule(command.rule, base)
    written = rule_text(base.text, rule.name)
    slots = {"rule": rule.name, "text": written}
    edit = Choice(label="choice.edit_return_rule", command="EditReturnRule", slots=slots, form=True)
    remove = Choice(label="choice.remove_return_rule", command="RemoveReturnRule", slots={"rule": rule.name})
    choices = ((edit,) if len(written) <= LONGEST_RULE else ()) + (remove,)
    return [
        ReturnRuleShown(
            version=base.id or 0, rule=told(rule, _language(uow, at)), written=written,
            choices=choices if _may(at) else (),
        )
    ]  # fmt: skip


def which_rule(frame: Frame, talk: Talk) -> Known | Ask:
    """The rule that is meant: called so, or nearly so, or one of them to choose."""
    base = _base(talk.uow)
    near = _called(str(frame.slots.get("rule") or ""), base)
    if len(near) == 1:
        return Known({"rule": near[0]})
    offered = near or names(base.text)
    choices = tuple(
        Choice(label="choice.return_rule", values={"name": name}, slots={"rule": name})
        for name in offered[:_MOST_OFFERED]
    )
    return Ask("rule", "which_return_rule", choices)


def known_rule(slots: Mapping[str, Any], uow: UnitOfWork) -> Mapping[str, Any]:
    """A form of a rule shows how the rule is written now."""
    base = _latest(uow)
    said = str(slots.get("rule") or "")
    near = _called(said, base) if base is not None and not slots.get("text") else []
    if base is None or len(near) != 1:
        return slots
    written = rule_text(base.text, near[0])
    return {**slots, "rule": near[0], **({"text": written} if len(written) <= LONGEST_RULE else {})}


def known_text(slots: Mapping[str, Any], uow: UnitOfWork) -> Mapping[str, Any]:
    """A form of the whole policy shows it as it is, where it fits; a part of it would be saved as the whole."""
    base = _latest(uow)
    fits = base is not None and len(base.text) <= LONGEST_RULE
    return {**slots, "text": base.text} if base is not None and fits and not slots.get("text") else slots


# Written


def draft_return_policy(command: DraftReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep a whole policy as a draft. Refuses what is no policy, and what is in force already."""
    return _keep(lambda: command.text, command.note, command, uow, at)


def edit_return_rule(command: EditReturnRule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A draft with another text for a rule. Refuses what is wrong with it, and a name no rule has."""
    return _keep(lambda: changed_rule(_base(uow).text, command.rule, command.text), "", command, uow, at)


def add_return_rule(command: AddReturnRule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A draft with one more rule. Refuses what is wrong with it."""

    def made() -> str:
        base = _latest(uow)
        return added_rule(base.text, command.text) if base is not None else added_rule("rules: []", command.text)

    return _keep(made, "", command, uow, at)


def remove_return_rule(command: RemoveReturnRule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A draft without a rule. Refuses a name no rule has, and to take out the last."""
    return _keep(lambda: removed_rule(_base(uow).text, command.rule), "", command, uow, at)


def discard_return_policy(command: DiscardReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Throw a draft away. Refuses what is none (any more)."""
    version = uow.returns.version(command.version, lock=True)
    if version.status != PolicyStatus.DRAFT:
        raise Refusal("policy_no_draft", version=version.id, status=version.status)
    uow.record(version.move(PolicyStatus.DISCARDED, at))
    return [ReturnPolicyDiscarded(version=version.id or 0)]


def which_draft(frame: Frame, talk: Talk) -> Known | Ask:
    """The version that is meant: the one named, else the draft. Refuses where there is none."""
    if frame.slots.get("version") is not None or frame.slots.get("text") is not None:
        return Known({})
    drafts = talk.uow.returns.drafts()
    if not drafts:
        raise NotFound("policy_none_waits", choices=(_show(),))
    return Known({"version": drafts[0].id})


# Tried and taken into force


def try_return_policy(command: TryReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What another policy would have decided about past returns. Refuses where there is nothing to try."""
    if command.text is not None:
        policy = parse(command.text)
        return [ReturnPolicyTried(version=None, trial=trial(policy, uow, at, command.months), warnings=policy.warnings)]
    number = command.version or _id(uow.returns.drafts())
    if number is None:
        raise NotFound("policy_none_waits", choices=(_show(),))
    version = uow.returns.version(number)
    policy = parse(version.text)
    choices = _on(version, uow.returns.drafts(), at)
    return [
        ReturnPolicyTried(
            version=version.id, trial=trial(policy, uow, at, command.months), warnings=policy.warnings,
            choices=tuple(each for each in choices if each.command in {"ActivateReturnPolicy", "DiscardReturnPolicy"}),
        )
    ]  # fmt: skip


def describe_activating(command: ActivateReturnPolicy, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """What would be decided otherwise. Refuses what is in force already, and a draft that was thrown away."""
    version = uow.returns.version(command.version)
    _check_can_decide(version)
    policy = parse(version.text)
    active = uow.returns.active_policy()
    return {
        "version": version.id, "was": active.id if active is not None else None, "old": version.status == PolicyStatus.RETIRED,
        "trial": trial(policy, uow, at, _MONTHS), "warnings": list(policy.warnings),
        **changes(parse(active.text) if active is not None else EMPTY, policy),
    }  # fmt: skip


def activate_return_policy(command: ActivateReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Let a version decide from now on. Refuses what is in force already, and a draft that was thrown away."""
    before = uow.returns.active_policy(lock=True)
    version = uow.returns.version(command.version, lock=True)
    _check_can_decide(version)
    if before is not None:
        uow.record(before.move(PolicyStatus.RETIRED, at))
        uow.flush()  # only one may be active
    uow.record(version.move(PolicyStatus.ACTIVE, at))
    version.activated_at, version.activated_by = at.now, _person(at)
    uow.flush()
    was = before.id if before is not None else None
    back = Choice(label="choice.policy_back", values={"version": was}, command="ActivateReturnPolicy", slots={"version": was})  # fmt: skip
    return [ReturnPolicyActivated(version=version.id or 0, was=was, choices=(back,) if was is not None else ())]


def install_return_policy(command: InstallReturnPolicy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The first version, in force at once; nothing where there ever was one."""
    if uow.returns.any_policy():
        return []
    version = ReturnPolicy(
        text=command.text, note=command.note, status=PolicyStatus.ACTIVE, created_at=at.now, activated_at=at.now
    )
    uow.add(version)
    uow.record(note(version, "status", at, None, PolicyStatus.ACTIVE))
    return [ReturnPolicyActivated(version=version.id or 0)]


def _check_can_decide(version: ReturnPolicy) -> None:
    if version.status == PolicyStatus.ACTIVE:
        raise Refusal("policy_in_force", version=version.id)
    if version.status == PolicyStatus.DISCARDED:
        raise Refusal("policy_no_draft", version=version.id, status=version.status)


def _keep(make: Callable[[], str], remark: str, command: Command, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The text as a new draft, which takes the place of an earlier one. Refuses what is wrong, with the form to mend it."""
    try:
        text = make()
        policy = parse(text)
    except WrongPolicy as error:
        slots = command.model_dump(exclude_none=True)
        mend = Choice(label="choice.open_form", command=type(command).__name__, slots=slots, form=True)
        raise Refusal("policy_wrong", why=str(error), choices=(mend,) if "text" in slots else ()) from error
    active = uow.returns.active_policy()
    now = parse(active.text) if active is not None else EMPTY
    if active is not None and now == policy and active.text == text:
        raise Refusal("policy_in_force", version=active.id)
    for earlier in uow.returns.drafts():
        uow.record(earlier.move(PolicyStatus.DISCARDED, at))
    version = ReturnPolicy(text=text, note=remark, created_at=at.now, created_by=_person(at))
    uow.add(version)
    uow.record(note(version, "status", at, None, PolicyStatus.DRAFT, note=remark))
    uow.flush()
    return [
        ReturnPolicyDrafted(
            version=version.id or 0, warnings=policy.warnings, **_named(changes(now, policy)), choices=_on(version, [version], at)
        )
    ]  # fmt: skip


def _named(found: dict[str, list[str]]) -> dict[str, Any]:
    return {name: tuple(each) for name, each in found.items()}


# Of versions


def _latest(uow: UnitOfWork) -> ReturnPolicy | None:
    """The draft where there is one, else what is in force."""
    return next(iter(uow.returns.drafts()), None) or uow.returns.active_policy()


def _base(uow: UnitOfWork) -> ReturnPolicy:
    """What an edit begins from. Refuses where there is no policy yet."""
    found = _latest(uow)
    if found is None:
        raise NotFound("policy_missing")
    return found


def _called(said: str, version: ReturnPolicy) -> list[str]:
    """The rules that are called so, else those that begin so, else those in whose name that is."""
    said = " ".join(said.casefold().split())
    known = {name: name.casefold() for name in names(version.text)} if said else {}
    exact = [name for name, low in known.items() if low == said]
    begun = [name for name, low in known.items() if low.startswith(said)]
    return exact or begun or [name for name, low in known.items() if said in low]


def _rule(name: str, version: ReturnPolicy) -> Rule:
    policy: Policy = parse(version.text)
    found = next((rule for rule in policy.rules if rule.name.casefold() == name.casefold()), None)
    if found is None:
        raise NotFound("no_such_rule", ask="rule", called=name)
    return found


def _version(version: ReturnPolicy, uow: UnitOfWork) -> dict[str, Any]:
    active = version.activated_at is not None
    person = version.activated_by if active else version.created_by
    who = uow.people.names([person]).get(person) if person is not None else None
    return {
        "version": version.id, "status": version.status, "at": version.activated_at if active else version.created_at,
        "who": who, "note": version.note,
    }  # fmt: skip


def _on(version: ReturnPolicy, drafts: list[ReturnPolicy], at: Moment) -> tuple[Choice, ...]:
    """What a manager can do with a version."""
    if not _may(at):
        return ()
    this = {"version": version.id}
    if version.status == PolicyStatus.DRAFT:
        return (
            Choice(label="choice.try_policy", command="TryReturnPolicy", slots=this),
            Choice(label="choice.activate_policy", command="ActivateReturnPolicy", slots=this),
            Choice(label="choice.discard_policy", command="DiscardReturnPolicy", slots=this),
        )
    if version.status == PolicyStatus.RETIRED:
        back = Choice(label="choice.policy_back", values=this, command="ActivateReturnPolicy", slots=this)
        return (Choice(label="choice.try_policy", command="TryReturnPolicy", slots=this), back)
    editing: tuple[Choice, ...] = (
        Choice(label="choice.return_rules", command="ShowReturnRule"),
        Choice(label="choice.add_return_rule", command="AddReturnRule", form=True),
    )
    if len(version.text) <= LONGEST_RULE:
        editing += (Choice(label="choice.edit_policy", command="DraftReturnPolicy", form=True),)
    return (*editing, *_on_none(drafts, at))


def _on_none(drafts: list[ReturnPolicy], at: Moment) -> tuple[Choice, ...]:
    if not drafts or not _may(at):
        return ()
    values = {"version": drafts[0].id}
    return (Choice(label="choice.see_policy_draft", values=values, command="ShowReturnPolicy", slots=values),)


def _show() -> Choice:
    return Choice(label="choice.show_policy", command="ShowReturnPolicy")


def _id(drafts: list[ReturnPolicy]) -> int | None:
    return drafts[0].id if drafts else None


def _may(at: Moment) -> bool:
    return at.actor.role in DECIDING


def _person(at: Moment) -> int | None:
    return at.actor.person if at.actor.is_staff else None


def _language(uow: UnitOfWork, at: Moment) -> str:
    return (uow.chat.language if uow.chat is not None else None) or at.policies.languages[0]
