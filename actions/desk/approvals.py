"""What two people must want: asked for by one, approved by another, and done then as it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from domain.approvals import GOOD_FOR, Approval, ApprovalStatus
from domain.commands import Approve, Command, Reject, ShowApprovals
from domain.events import note
from domain.moment import DECIDING, Actor, Moment, Role
from domain.notices import ApprovalAsked, ApprovalCard, ApprovalChanged, ApprovalDecided, ApprovalsShown, Choice, Notice
from domain.refusals import NotAllowed
from domain.staff import EVERYWHERE
from domain.values import plain
from storage.unit_of_work import UnitOfWork

#: Performs a Command as an actor may: checks the role, and hands it to its handler.
Perform = Callable[[Command, UnitOfWork, Moment], list[Notice]]
#: What a Command comes to as things stand now, None where one person would be enough.
WhyTwo = Callable[[Command, UnitOfWork, Moment], Mapping[str, Any] | None]


def ask_approval(command: Command, why: Mapping[str, Any], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep what somebody asked for until another approves it, and say so; its card comes up in the room of its depot."""
    assert at.actor.person is not None, "whoever asks is somebody"
    approval = Approval(
        command=type(command).__name__, slots=command.model_dump(mode="json", exclude_defaults=True), why=plain(dict(why)),
        desk=str(getattr(command, "depot", None) or why.get("desk") or EVERYWHERE), asked_by=at.actor.person, asked_at=at.now,
        expires_at=at.now + GOOD_FOR,
    )  # fmt: skip
    uow.add(approval)
    uow.record(note(approval, "asked", at, None, "asked", command=approval.command))
    roles = tuple(sorted(role.value for role in DECIDING))
    return [ApprovalAsked(reference=approval.name, roles=roles)]


def approval_card(name: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of an approval, for the room of those it is about."""
    approval = uow.approvals.get(name)
    names = uow.people.names({approval.asked_by, approval.decided_by or 0})
    slots = {"approval": approval.name}
    buttons = (
        Choice(label="choice.approve", command="Approve", slots=slots),
        Choice(label="choice.reject", command="Reject", slots=slots),
    )
    return ApprovalCard(
        live=f"approval:{approval.name}", desk=approval.desk if approval.is_open else None, reference=approval.name,
        status=approval.status, says=says(approval), asked_by=names.get(approval.asked_by, ""),
        asked_at=approval.asked_at, until=approval.expires_at, decided_by=names.get(approval.decided_by or 0),
        choices=buttons if approval.is_open else (),
    )  # fmt: skip


def says(approval: Approval) -> dict[str, Any]:
    """What an approval comes to, for words."""
    return {"code": f"approval.{approval.command}", "values": approval.why}


def show_approvals(command: ShowApprovals, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What waits to be approved; buttons for whoever may, none for what they asked for themselves."""
    waiting = [each for each in uow.approvals.waiting() if each.expires_at > at.now]
    mine = [each for each in waiting if may_decide(each, at)]
    return [
        ApprovalsShown(
            approvals_shown=tuple(look(each, uow) for each in waiting),
            choices=tuple(choice for each in mine[:4] for choice in decisions(each)),
        )
    ]


def may_decide(approval: Approval, at: Moment) -> bool:
    """Whether the actor may say yes or no to it."""
    return at.actor.role in DECIDING and at.actor.person != approval.asked_by


def look(approval: Approval, uow: UnitOfWork) -> dict[str, Any]:
    """An approval in a list."""
    asked_by = uow.people.names({approval.asked_by}).get(approval.asked_by, "")
    return {"reference": approval.name, "says": says(approval), "asked_by": asked_by, "until": approval.expires_at}


def decisions(approval: Approval) -> tuple[Choice, Choice]:
    """The buttons that decide, named by the reference."""
    values, slots = {"approval": approval.name}, {"approval": approval.name}
    return (
        Choice(label="choice.approve_this", values=values, command="Approve", slots=slots),
        Choice(label="choice.reject_this", values=values, command="Reject", slots=slots),
    )


def approve(
    command: Approve, uow: UnitOfWork, at: Moment, commands: Mapping[str, type[Command]], perform: Perform, why: WhyTwo
) -> list[Notice]:
    """Say yes, and do it as whoever asked, with the role they have now. What would come to something else by now than was
    read is not done but shown anew. Refuses one's own, what is decided or too old, and whatever cannot be done any more; it
    waits on then.
    """
    approval = uow.approvals.get(command.approval)
    approval.check_decidable(at)
    asked = uow.people.get(approval.asked_by)
    if asked is None or not asked.active:
        raise NotAllowed("approval_of_gone", approval=approval.name)
    wanted = commands[approval.command](**approval.slots)
    as_asked = replace(at, actor=Actor(Role(asked.role), asked.id))
    now = why(wanted, uow, as_asked)
    if now is not None and approval.comes_to_more_or_less(plain(dict(now))):
        uow.record(approval.read_anew(plain(dict(now)), at))
        return [ApprovalChanged(reference=approval.name, says=says(approval), choices=(decisions(approval)))]
    uow.record(approval.decide(ApprovalStatus.APPROVED, at))
    done = perform(wanted, uow, as_asked)
    return [*_decided(approval, uow, at), *done]


def reject(command: Reject, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Say no. Refuses one's own, and what is decided or too old."""
    approval = uow.approvals.get(command.approval)
    uow.record(approval.decide(ApprovalStatus.REJECTED, at))
    return _decided(approval, uow, at)


def _decided(approval: Approval, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What whoever decided hears, and whoever asked."""
    by = uow.people.names({at.actor.person or 0}).get(at.actor.person or 0, "")
    told = ApprovalDecided(reference=approval.name, status=approval.status, says=says(approval), by=by)
    return [told, told.model_copy(update={"staff": approval.asked_by})]


def expire(uow: UnitOfWork, at: Moment) -> None:
    """What nobody decided in time is not done any more."""
    for approval in uow.approvals.expired(at.now):
        uow.record(approval.expire(at))
