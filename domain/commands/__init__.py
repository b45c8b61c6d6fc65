"""Commands: everything that can be asked of Roundsman, as frozen values, whatever channel it came by."""

from domain.commands.approvals import Approve, Reject, ShowApprovals, ShowHome
from domain.commands.audit import TakeBack, WhoDid
from domain.commands.base import (
    CaseReference,
    Command,
    Day,
    Given,
    OrderNumber,
    PartOfDay,
    Pin,
    Postcode,
    Quantity,
    Reason,
    ReturnNumber,
    Sku,
    Slot,
    Words,
)
from domain.commands.cases import EscalateCases, HandCase, OwnCase, ShowCase, ShowCases, SnoozeCase
from domain.commands.credit import RedeemCredit, ReverseRedemption, ShowCredit
from domain.commands.customers import (
    ChangeAddress,
    InstructDelivery,
    RateDelivery,
    ReportProblem,
    SetMessages,
    ShowProof,
)
from domain.commands.deciding import (
    ApproveReturns,
    AskAboutReturn,
    MarkFraud,
    RejectReturns,
    ReopenReturn,
    ReviewReturns,
    ShowReturn,
    UnmarkFraud,
)
from domain.commands.deliveries import FileId, KeepProofPhoto, RecordFile, RecordProof
from domain.commands.desk import (
    EnterOrder,
    FindOrders,
    HoldOrder,
    ReleaseOrder,
    ShowContact,
    ShowOrder,
    WriteCustomer,
)
from domain.commands.dispatching import (
    AdoptReplan,
    AnnounceDelay,
    AssignDriver,
    BeginReplan,
    InsertStop,
    LockStop,
    MessageDriver,
    MoveStop,
    RefreshBoard,
    RemoveStop,
    ReplanRest,
    ShowBoard,
    ShowDriver,
    ShowRouteCard,
    SplitRoute,
    SwapDriver,
)
from domain.commands.dock import (
    DecideInspection,
    FinishRepair,
    FoundPieces,
    InspectReturn,
    IssueRefund,
    ReceiveReturn,
    ReceiveUnknown,
    RecordRefund,
    SettleKept,
    SettleReturn,
)
from domain.commands.figures import AskNumbers, RecordNumbers, SaveNumbers, SetTarget, ShowKpis, WatchReturns
from domain.commands.fleet import ReturnVehicle, SetShift, SetUpDriver, SetUpVehicle, WorkBreak, WorkedHours
from domain.commands.intake import Address, ChangeOrder, CreateOrder, Line, Recipient, RecordLocation
from domain.commands.learning import LabelMessage, RejectMessage, ReviewMessages
from domain.commands.office import LoseChannel, RegainChannel, ResolveCase
from domain.commands.orders import AskPromise, CancelOrder, CheckStock, PinAddress, RescheduleOrder, TrackOrder
from domain.commands.outward import ReportLostEvents
from domain.commands.planning import (
    AdoptPlan,
    BeginRun,
    ComparePlans,
    DiscardPlan,
    FailRun,
    KeepPlanPicture,
    KeepProgress,
    MendPlan,
    PlanDay,
    PublishPlan,
    ShowPlan,
    StopRun,
    TellPlanned,
)
from domain.commands.privacy import AskPrivacy, RecordExport
from domain.commands.return_intake import CreateReturn, KeepReturnPhoto, PiecesBack
from domain.commands.return_policy import (
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
from domain.commands.return_ways import CancelReturn, ChooseWay, TendReturns, TrackReturn
from domain.commands.returning import AppealReturn, ChooseResolution, ReturnedPieces, StartReturn
from domain.commands.road import AskRatings, AskSilent, ForgetTracks, RefreshEtas, ReportPosition
from domain.commands.routes import RecordPosition, RecordVisit
from domain.commands.schedule import (
    ChangeSchedule,
    CheckStarts,
    CloseCutoff,
    EndScheduled,
    ForgetScheduled,
    MakeReport,
    PauseSchedule,
    RunMorningCheck,
    SetSchedule,
    ShowSchedule,
    TakeUpDue,
    TellReport,
)
from domain.commands.setup import (
    Code,
    Count,
    Country,
    Name,
    OfferedArea,
    OfferedWindow,
    SetUpDepot,
    StockProduct,
    Weekday,
)
from domain.commands.shifts import (
    ConfirmLoad,
    CreateDriverCode,
    Depart,
    EndBreak,
    EndShift,
    ReportDelay,
    ReportIncident,
    StartBreak,
    StartShift,
    TellDispatcher,
)
from domain.commands.staff import AskNotYet, AskPhrase, RemoveStaff, SetRole, ShowStaff, UseRoom
from domain.commands.stock import AdjustStock, ShowStock
from domain.commands.stops import (
    Arrive,
    CollectReturn,
    Deliver,
    DeliverPart,
    FailDelivery,
    Navigate,
    NextStop,
    ShowRoute,
    ShowStop,
    SkipStop,
    Undo,
)
from domain.commands.talk import (
    Acknowledge,
    AnswerChat,
    AskBack,
    AskIfNobodyIn,
    AskPerson,
    BindChat,
    ChooseLanguage,
    CloseChat,
    Greet,
    Help,
    SayGoodbye,
    StartMessages,
    StopMessages,
    TakeBackChat,
    Thank,
    Unreadable,
)
