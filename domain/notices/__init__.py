"""Notices: facts for somebody. The words live in text files; a notice holds values, never entities."""

from domain.notices.approvals import (
    ApprovalAsked,
    ApprovalCard,
    ApprovalChanged,
    ApprovalDecided,
    ApprovalsShown,
    HomeShown,
    StockAdjusted,
    StockShown,
)
from domain.notices.base import ZONE, Asked, Choice, Facts, Item, Media, Notice, Refused, Said
from domain.notices.cases import CaseCard, CaseDone, CaseLook, CaseNews, CasesShown, ChatHeard
from domain.notices.customers import (
    AddressChanged,
    InstructionsNoted,
    MessagesSet,
    ProblemReported,
    ProofShown,
    RatingTaken,
)
from domain.notices.deciding import FraudMarked, ReturnCard, ReturnsDecided, ReturnsWaiting
from domain.notices.deliveries import PhotoUnusable
from domain.notices.desk import (
    ContactShown,
    CustomerWritten,
    Deeds,
    HistoryLine,
    OrderCard,
    OrderDone,
    OrderLook,
    OrdersFound,
)
from domain.notices.dispatching import (
    DeliveryOff,
    OrderComing,
    RouteChanged,
    StopEffect,
    StopInserted,
    WindowChanged,
)
from domain.notices.figures import (
    CountedGroup,
    DepartedProduct,
    KpiMetAgain,
    KpisShown,
    NumbersSaved,
    NumbersShown,
    ReturnedProduct,
    ReturnsDeparted,
    SaidReason,
    ShownKpi,
    TargetSet,
)
from domain.notices.ladder import (
    AllWell,
    ArrivalAsked,
    DriverNear,
    OrderOut,
    PositionNoted,
    RatingAsked,
    WindowSharper,
)
from domain.notices.learning import MessageLabelled, MessageToLabel, NothingToLabel
from domain.notices.office import CaseResolved, WasSetUp
from domain.notices.orders import (
    OrderCancelled,
    OrderConfirmed,
    OrderHeld,
    OrderNotice,
    OrderRescheduled,
    OrderTracked,
    PlaceFound,
    PromiseGiven,
    StockTold,
)
from domain.notices.pickups import (
    PickupChanged,
    PickupCorrected,
    PickupLater,
    PickupNear,
    PickupOff,
    PickupPlanned,
    ReturnCollected,
    ReturnsBrought,
)
from domain.notices.planning import (
    OrderPlanned,
    PlanAdopted,
    PlanDiscarded,
    PlanningStopped,
    PlanNotice,
    PlanPublished,
)
from domain.notices.plans import (
    DropLine,
    MovedOrder,
    PlanCard,
    PlansCompared,
    PlanShown,
    RouteLine,
    RunShown,
)
from domain.notices.privacy import DataReady
from domain.notices.return_policy import (
    ReturnPolicyActivated,
    ReturnPolicyAnswered,
    ReturnPolicyDiscarded,
    ReturnPolicyDrafted,
    ReturnPolicyShown,
    ReturnPolicyTried,
    ReturnRuleShown,
)
from domain.notices.returns import (
    CreditReversed,
    CreditShown,
    CreditUsed,
    Inspected,
    ParcelTaken,
    RefundDone,
    RefundTold,
    RefundWanted,
    ReturnCancelled,
    ReturnExpiring,
    ReturnNews,
    ReturnShown,
    ReturnTracked,
    WayChosen,
)
from domain.notices.road import (
    BoardLine,
    BoardShown,
    DayClosed,
    DelayAnnounced,
    DriverAssigned,
    DriverMessaged,
    DriverSeen,
    RouteCard,
    RouteOverview,
    StopLine,
)
from domain.notices.schedule import (
    CutoffClosed,
    MorningChecked,
    ReportMade,
    ScheduledJob,
    SchedulePaused,
    ScheduleSet,
    ScheduleShown,
    ScheduleSkips,
)
from domain.notices.shifts import (
    BreakEnded,
    BreakStarted,
    DelayNoted,
    Departed,
    DispatcherSaid,
    DispatcherTold,
    DriverCodeMade,
    DriverJoined,
    DriverReleased,
    HandedIn,
    IncidentNoted,
    LoadConfirmed,
    Loaded,
    PackageMissing,
    RouteForDriver,
    RouteLost,
    ShiftEnded,
    ShiftStarted,
    StopCalledOff,
    StopInstructed,
    StopsChanged,
    VehicleOut,
    VehicleReturned,
)
from domain.notices.staff import RoleSet, RoomUsed, StaffLeft, StaffShown
from domain.notices.stops import (
    DeliveryFailed,
    DeliveryLater,
    Done,
    OrderDelivered,
    Owed,
    Parcel,
    PinWaived,
    ReportCorrected,
    RouteShown,
    StopAhead,
    StopCard,
    StopShown,
    WayShown,
)
from domain.notices.talk import ChatBound, HandedBack, HandedOver, LanguageChosen, PersonSaid, PersonWillHelp
