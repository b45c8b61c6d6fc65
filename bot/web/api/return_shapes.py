"""What the API answers about returns, and the bodies that are not Commands themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StrictBool, StringConstraints

from bot.web.api.shapes import DayWindow
from domain.commands import Given, OrderNumber, Reason
from domain.commands.deciding import Gets
from domain.commands.dock import Condition, FoundPieces, Grams
from domain.commands.return_intake import ExternalId
from domain.refunds import RefundStatus
from domain.returns import Disposition, Grade, Outcome, Resolution, ReturnReason, ReturnStatus, Way

# Bodies


class NewReturnPhoto(Given):
    """A photo of what comes back of an order: a JPEG, PNG or WebP of at most 10 MB."""

    order: OrderNumber | None = None
    order_external_id: ExternalId | None = None
    photo: Annotated[str, Field(description="The photo in base64.", json_schema_extra={"contentEncoding": "base64"})]


class AskedPieces(Given):
    """Pieces of a product, as far as it is known what comes back and why."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    quantity: Annotated[int | None, Field(gt=0, le=10_000)] = None
    reason: ReturnReason | None = None
    opened: StrictBool | None = None
    photos: Annotated[int | None, Field(description="How many photos there will be.", ge=0, le=10)] = None


class EligibilityQuestion(Given):
    """What is asked about; without ``lines`` all of the order."""

    order: OrderNumber | None = None
    order_external_id: ExternalId | None = None
    lines: Annotated[tuple[AskedPieces, ...], Field(max_length=200)] = ()
    gift: StrictBool = False


class ReturnCancellation(Given):
    """Why the return is given up."""

    reason: Reason | None = None


class ParcelReceived(Given):
    """A parcel that is at the dock; ``weight`` of all of it in grams."""

    weight: Grams | None = None


class FoundInParcel(Given):
    """What was found: all of it in one ``condition`` (``expected``: as the customer said), or piece by piece."""

    condition: Condition | None = None
    found: Annotated[tuple[FoundPieces, ...], Field(max_length=200)] = ()
    note: Annotated[str, StringConstraints(max_length=500)] = ""


class ReturnApproval(Given):
    """What the customer gets, what the policy has for it where nothing is said; ``words`` go to them. With ``inspect`` money
    goes back only after somebody has looked at the goods."""

    resolution: Gets | None = None
    inspect: StrictBool = False
    words: Annotated[str, StringConstraints(max_length=1_000, strip_whitespace=True)] = ""


class ReturnRejection(Given):
    """Why it is rejected; the customer reads it."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


# Answers


class PhotoTaken(BaseModel):
    """A photo that waits for its return until ``expires_at``. Whoever has ``url`` sees it."""

    id: str
    url: str
    expires_at: datetime


class DecisionShown(BaseModel):
    """What was decided by which rule, in its words. ``instead`` says what else is possible; ``restocking`` is the share of
    the price that is kept, ``bonus`` what store credit is worth more (both in percent), ``days`` how long there is to send
    it, ``fee`` minor units for the whole return."""

    outcome: Outcome
    rule: str
    says: str
    instead: str
    resolutions: list[Resolution]
    ways: list[Way]
    fee: int
    restocking: int
    bonus: int
    carriage: Annotated[str, Field(description="Who pays the way back: shop or customer.")]
    days: int


class FoundShown(BaseModel):
    """What was found at the dock: pieces received, and how many of them count."""

    received: int
    accepted: int | None
    grade: Grade | None
    disposition: Disposition | None


class ReturnLineShown(BaseModel):
    """Pieces of one product that come back. Whoever has one of ``photos`` sees it."""

    order: str
    order_external_id: str | None
    sku: str
    name: str
    quantity: int
    unit_price: int
    reason: ReturnReason
    opened: bool | None
    words: str
    photos: list[str]
    exchange_sku: str | None
    decision: DecisionShown | None
    found: FoundShown | None


class RefundShown(BaseModel):
    """Money of an order that goes back to its payment, in minor units."""

    key: str
    order: str
    return_number: str | None
    status: RefundStatus
    amount: int
    currency: str
    done_at: datetime | None


class ReturnCustomer(BaseModel):
    """Whose return it is, as the shop calls them."""

    external_id: str | None


class ReturnShown(BaseModel):
    """A return. ``worth`` is what was paid for what may come back, ``fee`` what returning costs; minor units of
    ``currency``. ``resolutions`` and ``ways`` are what can be chosen."""

    number: str
    external_id: str | None
    status: ReturnStatus
    customer: ReturnCustomer
    lines: list[ReturnLineShown]
    gift: bool
    decided_by: Annotated[str | None, Field(description="rule or person; null while it is not decided.")]
    policy_version: int | None
    resolution: Resolution | None
    resolutions: list[Resolution]
    way: Way | None
    ways: list[Way]
    worth: int
    fee: int
    currency: str
    expires_on: Annotated[date | None, Field(description="The last day to send it.")]
    pickup: Annotated[DayWindow | None, Field(description="When it is collected, in the depot's local time.")]
    refunds: list[RefundShown]
    credit: Annotated[int, Field(description="Store credit that was given for it.")]
    exchange_order: str | None
    appeal_of: str | None
    page_url: Annotated[str | None, Field(description="The page of the return, for whoever may see it.")]
    created_at: datetime
    version: Annotated[int, Field(description="Rises with every change of the return; the ETag holds it.")]


class ReturnPage(BaseModel):
    """Returns in the order they were asked for; ``next_after`` is the ``after`` of the next page, null on the last."""

    returns: list[ReturnShown]
    next_after: str | None


class Missing(BaseModel):
    """What must be known before it can be decided: the member to send, the question for the customer, and the answers there are."""

    field: str
    question: str
    answers: list[str]


class ReasonShown(BaseModel):
    """What a reason comes to: at best, and at worst; ``until`` is the last day of the best, null where there is none."""

    reason: ReturnReason
    label: Annotated[str, Field(description="The reason in words.")]
    best: Outcome
    worst: Outcome
    until: date | None
    says: Annotated[str, Field(description="Why it is refused, where it is whatever else is said.")]


class NotPossible(BaseModel):
    """Why pieces cannot be returned at all, as a stable code and a sentence."""

    reason: str
    detail: str


class LineEligibility(BaseModel):
    """Whether pieces of a product can be returned: the decision, or what is missing for one, or why not at all.

    ``until`` is the last day on which any reason is not refused. Nothing is kept of it."""

    sku: str
    name: str
    delivered: int
    returnable: int
    unit_price: int
    decision: DecisionShown | None
    missing: Missing | None
    not_possible: NotPossible | None
    reasons: list[ReasonShown]
    until: date | None


class EligibilityAnswer(BaseModel):
    """What of an order can be returned."""

    order: str
    order_external_id: str | None
    delivered_at: datetime | None
    currency: str
    policy_version: int | None
    possible: Annotated[bool, Field(description="Whether anything of it may be returned for any reason.")]
    not_possible: NotPossible | None
    lines: list[LineEligibility]
