"""Incidents on the road: staff know at once, with what can be done about the rest of the route."""

from __future__ import annotations

import re
from typing import Any

from actions.cases import file_case, heard
from actions.choices import Ask, Known, Talk
from actions.dispatching.splitting import split_route
from actions.driving.menu import DISPATCHER, menu, tour_of
from actions.driving.own import driver_id, my_shift, reported
from actions.driving.photos import own_photos
from domain.commands import ReportIncident, SplitRoute
from domain.dialogue import Frame
from domain.driving import WorkedShift
from domain.handing import Incident
from domain.moment import Moment
from domain.notices import Choice, IncidentNoted, Notice, RouteChanged
from domain.refusals import Refusal
from domain.routes import RouteStatus
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

#: After these the vehicle may stand still for long, so that others must take over.
STRANDING = frozenset({Incident.BREAKDOWN, Incident.ACCIDENT, Incident.INJURY})
#: What is shown of the driver's words in a proposed command.
_MOST_WORDS = 40
#: Fewer words do not tell what happened ("hold on a sec").
_A_STORY = 6
#: With these it is said that there is nothing to report, or not yet.
_NOTHING = re.compile(
    r"\b(?:(?:did|do)(?: not|n['’]?t) (?:mean|want|need)|nothing (?:happened|else|to report)|mistake|forget|by accident|wrong (?:button|one)|only (?:wanted|testing)|just (?:testing|a test)|(?:tell|call|write|explain)\b.*\blater"
    r"|no (?:quer[ií]a|quise|quiero) (?:avisar|dar|reportar|apretar|pulsar)|no (?:ha pasado|pas[oó]|pasa) nada|sin querer|me (?:he )?equivo\w+|olv[ií]d\w+|luego (?:te|os|les) (?:cuento|digo))\b",
    re.IGNORECASE,
)


def what_happened(frame: Frame, talk: Talk) -> Known | Ask:
    """The kind of incident. Refuses without a shift."""
    my_shift(talk.uow, talk.at)
    found = own_photos(frame, talk)
    kind = frame.slots.get("kind") or _same_again(frame, talk) or _of_no_kind(frame)
    if kind is not None:
        return Known({"kind": kind, "photos": found})
    choices = tuple(Choice(label=f"choice.incident_{kind}", slots={"kind": kind.value}) for kind in Incident)
    return Ask("kind", "incident", choices, keep={"photos": found})


def _of_no_kind(frame: Frame) -> Incident | None:
    """Something else, where it was asked what happened, and told in words that say none of the kinds."""
    *before, told = str(frame.slots.get("words") or "").splitlines() or [""]
    tells = bool(before) and len(told.split()) >= _A_STORY and "?" not in told and not _NOTHING.search(told)
    return Incident.OTHER if tells else None


def _same_again(frame: Frame, talk: Talk) -> str | None:
    """What was just reported, where more words follow that say no other kind ("nobody hurt, just a scratch")."""
    if talk.dialogue.last != "ReportIncident" or not frame.slots.get("words"):
        return None
    chat = talk.conversation.id or 0
    open_ = [case for kind in Incident if (case := talk.uow.cases.said_in(chat, f"incident.{kind}")) is not None]
    latest = max(open_, key=lambda case: case.id or 0, default=None)
    return None if latest is None else latest.kind.removeprefix("incident.")


def report_incident(command: ReportIncident, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """File it for staff; after a breakdown, an accident or an injury with what splitting the route would do.

    The same again adds to the same case.
    """
    shift = my_shift(uow, at)
    known = uow.cases.said_in(uow.chat.id or 0, f"incident.{command.kind}") if uow.chat is not None else None
    passed_on: list[Notice] = []
    if known is not None:
        known.detail = {**known.detail, "photos": [*known.detail.get("photos", []), *command.photos]}
        passed_on = heard(known, command.words, uow, at, command.photos)
    case = known or file_case(
        f"incident.{command.kind}", uow, at, driver=driver_id(at), words=[command.words] if command.words else [], photos=list(command.photos),
        **_circumstances(command, shift, uow, at),
    )  # fmt: skip
    reported("ReportIncident", uow, at, route=shift.route_id, kind=command.kind.value)
    choices = (DISPATCHER, *(each for each in menu(uow, at) if each != DISPATCHER))
    return [IncidentNoted(kind=command.kind.value, reference=case.name, choices=choices), *passed_on]


def _circumstances(command: ReportIncident, shift: WorkedShift, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """Where it happened, in which vehicle, and what is proposed for the rest of the route."""
    tour = tour_of(shift, uow)
    vehicle = uow.driving.vehicle(shift.vehicle_id) if shift.vehicle_id is not None else None
    found: dict[str, Any] = {"vehicle": vehicle.plate if vehicle is not None else None}
    if tour is None:
        return found
    seen = uow.routes.position(tour.route.id or 0)
    found |= {"route": tour.route.id, "place": f"{seen.lat:.5f},{seen.lon:.5f}" if seen is not None else None}
    if command.kind in STRANDING and tour.route.status == RouteStatus.IN_PROGRESS:
        found["proposal"] = _proposal(command, tour, uow, at)
    return found


def _proposal(command: ReportIncident, tour: Tour, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What handing the rest of the route over would come to, and the command that does it; None where nothing is left.

    ``takers`` are routes, ``stops`` how many they take over, ``late`` how many stops are served later than told.
    """
    route = tour.route.id or 0
    mine = {visit.stop.id for visit in tour.visits}
    split = SplitRoute(route=route, reason=command.kind.value, preview=True)
    try:
        told = split_route(split, uow, at)[0]
    except Refusal:
        return None
    assert isinstance(told, RouteChanged), "a preview says what would be"
    return {
        "takers": [each for each in told.touched if each != route],
        "stops": sum(each.stop in mine and each.route not in {None, route} for each in told.effects),
        "late": sum(each.breaks for each in told.effects),
        "nobody": [number for number, _ in told.dropped],
        "command": f"roundsman route split {route} --reason {command.kind.value}",
    }
