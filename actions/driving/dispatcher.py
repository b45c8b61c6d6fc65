"""What drivers and dispatchers say to each other. The bot goes on meanwhile."""

from __future__ import annotations

from actions.cases import file_case, heard
from actions.driving.menu import menu
from actions.driving.own import driver_id
from domain.cases import Case
from domain.commands import TellDispatcher
from domain.moment import Moment
from domain.notices import Choice, DispatcherSaid, DispatcherTold, Notice
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

#: The kind of case that holds what a driver says to the dispatcher.
KIND = "wish.dispatcher"
ANSWER = Choice(label="choice.answer", command="TellDispatcher")


def tell_dispatcher(command: TellDispatcher, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put what the driver says where staff read it; while that is open, what comes next is added there."""
    case = uow.cases.said_in(uow.chat.id or 0, KIND) if uow.chat is not None else None
    passed_on: list[Notice] = []
    if case is None:
        case = file_case(KIND, uow, at, driver=driver_id(at), words=[command.words])
    else:
        passed_on = heard(case, command.words, uow, at)
    opens = at.policies.office.opens(at.now, at.policies.zone)
    told = DispatcherTold(reference=case.name, open_now=opens == at.now, opens=opens, choices=menu(uow, at))
    return [told, *passed_on]


def answer_driver(case: Case, words: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What staff say to the driver of a case, on whatever phone they have now. Refuses where they have none."""
    driver = int(case.detail["driver"])
    if not uow.chats.of_driver(driver):
        raise Refusal("driver_unreachable", case=case.name)
    return [DispatcherSaid(driver=driver, words=words, choices=(ANSWER,))]


def is_drivers(case: Case) -> bool:
    """Whether a driver opened the case."""
    return case.kind == KIND or case.kind.startswith("incident.") or case.kind == "vehicle_damaged"
