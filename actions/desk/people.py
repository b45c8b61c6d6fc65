"""Who works here, and what each may do."""

from __future__ import annotations

from typing import Any

from actions.desk.rooms import begin_talk
from domain.commands import RemoveStaff, SetRole, ShowStaff
from domain.moment import Moment, Role
from domain.notices import Notice, RoleSet, StaffLeft, StaffShown
from domain.refusals import NotFound, Refusal
from domain.staff import Staff
from storage.unit_of_work import UnitOfWork


def show_staff(command: ShowStaff, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Everybody and their roles."""
    people = [{"name": each.name, "role": each.role, "slack": each.slack_id} for each in uow.people.all()]
    return [StaffShown(people=people)]


def set_role(command: SetRole, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give somebody a role; a user of the workspace who is not on the list is put on it.

    Refuses to leave the business without an admin, a name that nobody or several have, and a user who is somebody else.
    """
    role = Role(command.role)
    person = person_called(command.person, uow)
    slack_id, name = _mentioned(command.person)
    slack_id = command.slack_id or slack_id
    holder = uow.people.of_slack(slack_id) if slack_id is not None else None
    if holder is not None and holder is not person:
        raise Refusal("slack_user_taken", name=holder.name)
    if person is None:
        if slack_id is None and not command.new:
            raise NotFound("no_staff_named", name=command.person)
        person = Staff(name=name, role=role, slack_id=slack_id, added_at=at.now)
        uow.add(person)
    elif role != Role.ADMIN:
        _keep_an_admin(person, uow)
    person.slack_id = slack_id or person.slack_id
    uow.record(person.give(role, at))
    begin_talk(person, uow, at)
    _known_in_chats(person, uow)
    return [RoleSet(person=person.name, role=role)]


def describe_role(command: SetRole, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What is confirmed before somebody may do everything; nothing for any other role."""
    if Role(command.role) != Role.ADMIN:
        return None
    person = person_called(command.person, uow)
    return {"person": person.name if person is not None else _mentioned(command.person)[1]}


def remove_staff(command: RemoveStaff, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Somebody works here no more: nothing is told them any more, and what they saw to is nobody's. Refuses the last admin."""
    person = person_called(command.person, uow)
    if person is None:
        raise NotFound("no_staff_named", name=command.person)
    _keep_an_admin(person, uow)
    uow.record(person.leave(at))
    _known_in_chats(person, uow)
    for case in uow.cases.of_owner(person.id or 0):
        uow.record(case.let_go(at))
    return [StaffLeft(person=person.name)]


def _known_in_chats(person: Staff, uow: UnitOfWork) -> None:
    """They are in all their chats from now on who they are by now, whether or not they say anything there."""
    for chat in uow.chats.all_of_staff(person.id or 0):
        chat.bind_staff(person)


def person_called(name: str, uow: UnitOfWork) -> Staff | None:
    """Who is meant by a name, a number or a user of the workspace; None where there is nobody. Refuses a shared name."""
    name = name.removeprefix("@")
    slack_id = _mentioned(name)[0]
    by_slack = uow.people.of_slack(slack_id or name)
    if by_slack is not None:
        return by_slack
    if name.isdecimal() and len(name) < 10:
        return uow.people.get(int(name))
    found = uow.people.named(name) or _called_shortly(name, uow)
    if len(found) > 1:
        raise Refusal("several_staff", name=name, numbers=[each.id for each in found])
    return found[0] if found else None


def _keep_an_admin(person: Staff, uow: UnitOfWork) -> None:
    others = [each for each in uow.people.in_roles({Role.ADMIN}) if each.id != person.id]
    if person.active and person.role == Role.ADMIN and not others:
        raise Refusal("last_admin", name=person.name)


def _called_shortly(name: str, uow: UnitOfWork) -> list[Staff]:
    """Everybody with that first or last name."""
    return [each for each in uow.people.all() if name.casefold() in each.name.casefold().split()]


def _mentioned(name: str) -> tuple[str | None, str]:
    """The user of the workspace that a name mentions (``<@U1>``, ``<@U1|ann>``), if it does, and what to call them."""
    if not (name.startswith("<@") and name.endswith(">")):
        return None, name
    slack_id, _, label = name[2:-1].partition("|")
    return slack_id, label or slack_id
