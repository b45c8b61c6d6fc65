"""Notices: facts for somebody. The words live in text files; a notice holds values, never entities."""

from domain.notices.base import Asked, Choice, Facts, Item, Media, Notice, Refused, Said
from domain.notices.customers import (
    AddressChanged,
    InstructionsNoted,
    MessagesSet,
    ProblemReported,
    ProofShown,
    RatingTaken,
)
from domain.notices.deliveries import PhotoUnusable
from domain.notices.dispatching import (
    DeliveryOff,
    OrderComing,
    RouteChanged,
    StopEffect,
    StopInserted,
    WindowChanged,
)
from domain.notices.ladder import DriverNear, OrderOut, WindowSharper
from domain.notices.office import CaseResolved, WasSetUp
from domain.notices.orders import (
    OrderCancelled,
    OrderConfirmed,
    OrderNotice,
    OrderRescheduled,
    OrderTracked,
    PlaceFound,
    PromiseGiven,
    StockTold,
)
from domain.notices.planning import (
    OrderPlanned,
    PlanAdopted,
    PlanDiscarded,
    PlanningStarted,
    PlanningStopped,
    PlanNotice,
    PlanPublished,
)
from domain.notices.privacy import DataReady
from domain.notices.schedule import (
    CutoffClosed,
    MorningChecked,
    ReportMade,
    ScheduledJob,
    SchedulePaused,
    ScheduleSet,
    ScheduleShown,
)
from domain.notices.talk import ChatBound, HandedBack, HandedOver, PersonSaid, PersonWillHelp

__all__ = [
    "AddressChanged",
    "Asked",
    "CaseResolved",
    "ChatBound",
    "Choice",
    "CutoffClosed",
    "DataReady",
    "DeliveryOff",
    "DriverNear",
    "Facts",
    "HandedBack",
    "HandedOver",
    "InstructionsNoted",
    "Item",
    "Media",
    "MessagesSet",
    "MorningChecked",
    "Notice",
    "OrderCancelled",
    "OrderComing",
    "OrderConfirmed",
    "OrderNotice",
    "OrderOut",
    "OrderPlanned",
    "OrderRescheduled",
    "OrderTracked",
    "PersonSaid",
    "PersonWillHelp",
    "PhotoUnusable",
    "PlaceFound",
    "PlanAdopted",
    "PlanDiscarded",
    "PlanNotice",
    "PlanPublished",
    "PlanningStarted",
    "PlanningStopped",
    "ProblemReported",
    "PromiseGiven",
    "ProofShown",
    "RatingTaken",
    "Refused",
    "ReportMade",
    "RouteChanged",
    "Said",
    "SchedulePaused",
    "ScheduleSet",
    "ScheduleShown",
    "ScheduledJob",
    "StockTold",
    "StopEffect",
    "StopInserted",
    "WasSetUp",
    "WindowChanged",
    "WindowSharper",
]
