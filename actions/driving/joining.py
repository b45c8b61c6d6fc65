"""How a driver's phone becomes theirs: a code from staff, once, within a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.driving.menu import menu
from domain.commands import BindChat, CreateDriverCode
from domain.conversations import Conversation
from domain.driving import CODE_FOR, DriverCode
from domain.events import Thing, note
from domain.fleet import Driver
from domain.moment import Moment, Role
from domain.notices import DriverCodeMade, DriverJoined, DriverReleased, Notice
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork

#: Chats whose address is proved by the channel itself, so that whoever holds the phone is who writes.
JOINABLE = frozenset({"telegram"})


def create_driver_code(command: CreateDriverCode, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A new code for a driver; older ones that nobody used are good for nothing any more. Refuses unknown drivers."""
    driver = _named(command.driver, uow)
    uow.driving.end_codes(driver.id or 0, at.now)
    code = DriverCode(code=at.ids(), driver_id=driver.id or 0, expires_at=at.now + CODE_FOR)
    uow.add(code)
    uow.record(note(_thing(driver), "code", at))
    return [DriverCodeMade(name_of=driver.name, code=code.code, until=code.expires_at)]


def describe_joining(command: BindChat, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What is asked before a phone replaces another, or a chat that is somebody else's; None where nothing is."""
    chat = uow.chat
    driver = _waited_for(command.link, chat, uow, at)
    if driver is None or chat is None:
        return None
    elsewhere = any(each.id != chat.id for each in uow.chats.phones(driver.id or 0, chat.channel))
    others = chat.driver_id not in {None, driver.id} or chat.customer_id is not None
    return {"first_name": driver.first_name, "others": others} if elsewhere or others else None


def join(command: BindChat, chat: Conversation, uow: UnitOfWork, at: Moment) -> list[Notice] | None:
    """The chat becomes the driver's of the code, and no other phone is theirs; None where that is no code.

    Refuses one that was used, is too old, or whose driver drives no more: all as a link that never was.
    """
    if uow.driving.find_code(command.link) is None:
        return None
    driver = _waited_for(command.link, chat, uow, at)
    code = uow.driving.code(command.link)
    if driver is None or code is None or not code.opens(at.now):
        raise NotFound("link_dead")
    code.used_at = at.now
    phones = [each for each in uow.chats.phones(driver.id or 0, chat.channel) if each.id != chat.id]
    again = chat.driver_id == driver.id
    for each in phones:
        each.release_driver()
    chat.bind_driver(driver.id or 0)
    uow.become(chat.actor(at.now))
    uow.record(note(_thing(driver), "phone", at, instead=len(phones)))
    joined = DriverJoined(first_name=driver.first_name, again=again, choices=menu(uow, replace(at, actor=uow.actor)))
    return [joined, *(DriverReleased(chat=each.id, first_name=driver.first_name, at=at.now) for each in phones)]


def _waited_for(code: str, chat: Conversation | None, uow: UnitOfWork, at: Moment) -> Driver | None:
    """Whose phone the code joins here and now; None where it joins nobody's."""
    found = uow.driving.find_code(code)
    if found is None or chat is None or chat.channel not in JOINABLE or not found.opens(at.now):
        return None
    driver = uow.driving.driver(found.driver_id)
    return driver if driver is not None and driver.active else None


def _named(name: str, uow: UnitOfWork) -> Driver:
    by_code = uow.fleet.driver(name)
    found = [by_code] if by_code is not None else list(uow.driving.named(name))
    if not found:
        raise NotFound("no_driver_named", name=name)
    if len(found) > 1:
        raise Refusal("several_drivers", name=name, codes=[each.code or str(each.id) for each in found])
    if not found[0].active:
        raise Refusal("driver_gone", name=found[0].name)
    return found[0]


def _thing(driver: Driver) -> Thing:
    return Thing("driver", driver.code or str(driver.id))


def is_driver(at: Moment) -> bool:
    """Whether a driver speaks."""
    return at.actor.role == Role.DRIVER
