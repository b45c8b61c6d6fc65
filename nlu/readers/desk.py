"""What staff say of orders and exceptions they look for, and of what is in an order. English."""

from __future__ import annotations

import re

from domain.lines import counted_lines
from nlu.values.amounts import money_value

#: States by what says them, the surest first.
_STATES = (
    ("unplanned", r"un-?planned|not (?:yet )?planned|on no route|without (?:a )?route|un-?routed|left out"),
    ("late", r"late|delayed|overdue|behind|running over"),
    ("open", r"not (?:yet )?(?:been )?delivered|undelivered|open|active|outstanding|still to (?:go|come)|pending"),
    ("backordered", r"back-?order\w*|out of stock|waiting for (?:stock|goods)"),
    ("partially_delivered", r"partial\w*|partly|in part"),
    ("failed", r"fail\w*|unsuccessful|missed"),
    ("held", r"on hold|held|blocked|kept back"),
    ("cancelled", r"cancell?(?:ed|ations?)"),
    ("returned_to_depot", r"(?:came|come|coming|brought) back|returned|back at (?:the )?(?:depot|warehouse)"),
    ("rescheduled", r"rescheduled"),
    ("out_for_delivery", r"out for delivery|on the (?:road|way)|under ?way|en route"),
    ("dispatched", r"dispatched|loaded|on the van"),
    ("delivered", r"delivered"),
    ("packed", r"packed"),
    ("allocated", r"allocated"),
    ("confirmed", r"confirmed"),
)  # fmt: skip
_STATE = tuple((state, re.compile(rf"\b(?:{pattern})\b")) for state, pattern in _STATES)
_STATED = re.compile("|".join(rf"\b(?:{pattern})\b" for _, pattern in _STATES))
#: Words that ask, and say nothing of whom or where.
_ASKING = frozenset(
    re.findall(
        r"\S+",
        """find search look looking lookup up show me us list get open pull give see check order orders for from of by the a an all any with
        in at to on customer customers client recipient called named name whose who whom please pls plz can could would you i we need want
        is are was were there what which where when how many much phone number telephone tel mobile email mail postcode zip code address
        street depot warehouse hub delivery deliveries parcel parcels package packages shipment shipments that have has had did do does their
        our my his her it its and or today todays tonight tomorrow yesterday now week weeks month day days last next this past since until
        morning afternoon evening noon monday tuesday wednesday thursday friday saturday sunday january february march april may june july
        august september october november december mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec
        north south east west central ones one anything everything status state hi hello hey thanks details detail info card still got let
        about lives living goes going route routes not yet no mr mrs ms""",
    )
)
#: Of longer messages the rest is not read (`nlu.answers`).
LONGEST = 2_000
_PLAN = re.compile(r"\bplan (?:no\.? ?|number )?#?(\d{1,9})\b", re.IGNORECASE)
_DEEDS = tuple(
    (name, re.compile(rf"\b(?:{pattern})"))
    for name, pattern in (
        ("cancelled", "cancel"), ("held", "hold|held|put .* on hold"), ("rescheduled", "reschedul|moved (?:it|the order|the day)"),
        ("address", "address"), ("published", "publish"), ("discarded", "discard"),
        ("assigned", "assign|swapp?ed|gave .* (?:to|the) "), ("resolved", "resolv|settl|clos"), ("owned", "own|took"),
        ("adjusted", "adjust|wr(?:ote|ite|itten) off|stock|count"), ("approved", "approv"), ("rejected", "reject"),
    )
)  # fmt: skip
_FILTERS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("mine", r"\bmy\b|\bmine\b|assigned to me|for me\b"),
        ("unowned", r"\bun-?(?:owned|assigned)\b|\bnobody(?:'s)?\b|\bno ?(?:one|body)\b|without (?:an )?owner|not taken"),
        ("overdue", r"\boverdue\b|past (?:their |the )?deadline|\bdue\b"),
        ("snoozed", r"\bsnoozed?\b|put off|postponed"),
    )
)  # fmt: skip
_GROUPS = tuple(
    (name, re.compile(rf"\b(?:{pattern})"))
    for name, pattern in (
        ("failed", "fail"), ("incidents", "incident|accident|breakdown|broke|theft|damaged van"),
        ("chats", "chat|hand-?offs?|hand-?overs?|customers? (?:waiting|who wait)|talk"), ("problems", "problem|complaint|damage|missing"),
        ("addresses", "address"), ("stock", "stock|back-?order"), ("planning", "plan|unplanned|on no route"),
        ("schedule", "schedule"), ("targets", "kpi|target"), ("returns", "returns?\\b"),
    )
)  # fmt: skip
#: The troubles that orders are listed by, and what asks for exceptions instead.
_TROUBLES = frozenset({"late", "failed", "unplanned"})
_ABOUT_CASES = re.compile(
    r"\b(?:exceptions?|cases?|issues?|problems?|overdue|attention|mine|my|unowned|nobody(?:'s)?)\b"
)
_STOCK = tuple(
    (how, re.compile(rf"\b(?:{pattern})"))
    for how, pattern in (
        ("remove", r"write[- ]?offs?|write|wrote|written|remov|subtract|minus|lost|broken|broke|damaged|stolen|scrap|bin|throw|take (?:off|out|away)|fewer|less|down by|reduce"),
        ("add", r"add|plus|found|more|receiv|came in|up by|increase|put (?:in|back)"),
        ("set", r"set|count(?:ed)?|there are|correct(?:ed)? to|to \d|is \d|are \d|in total|altogether"),
    )
)  # fmt: skip
_RETURNS_OF = re.compile(
    r"\breturns?\b[^.?!]*?\b(?:of|from|by|for)\s+(?P<whose>[^.?!]+)|(?P<own>[^\W\d_]+(?:\s+[^\W\d_]+)?)'s\s+returns?\b"
)
#: Words of such a question that are part of no name.
_OF_RETURNS = frozenset(
    """return returns returned rma refund refunds sent back number approval approve review decision decide inspection check me
    queue pending waiting new""".split()
)
_EVERY = re.compile(r"\b(?:all|every|everything|each)\b")
_UNDER = re.compile(
    r"\b(?:under|below|less than|cheaper than|smaller than|up to|worth less than)\s+(?P<amount>[$€£]?\s?\d+(?:[.,]\d{1,2})?\s?(?:[$€£]|eur(?:os?)?\b|usd\b|gbp\b|chf\b|dollars?\b|pounds?\b)?)",
    re.IGNORECASE,
)
_GIVEN = tuple(
    (name, re.compile(rf"\b(?:{pattern})"))
    for name, pattern in (
        ("let_keep", "keep(?:s|ing)? (?:it|them|the )|let (?:her|him|them) keep|no return needed|without (?:a )?return"), ("exchange", "exchang|swap|replac"),
        ("credit", "(?:store |shop )?credit|voucher|gift card"), ("repair", "repair|fix it"),
        ("refund", "(?:as|for|with|give|only|full) (?:an? |the |her |him |them )*refund|money back|refund only"),
    )
)  # fmt: skip
_INSPECT = re.compile(
    r"\b(?:inspect|check|look at|examine)\w*\b.*\b(?:first|before|when|once|after|on arrival)\b|\bafter (?:an )?inspection\b"
)
_APPROVAL = re.compile(r"\ba-?\s?(\d{4,9})\b", re.IGNORECASE)
_ROLES = ("viewer", "dispatcher", "warehouse", "buyer", "manager", "admin")
_ROLE = re.compile(rf"\b({'|'.join(_ROLES)})(?:istrator)?s?\b", re.IGNORECASE)
_NAME = r"(?P<name>[^\W\d_][\w'-]*(?:\s+[^\W\d_][\w'-]*){0,2}?)"
_MENTION = re.compile(r"(?P<name><@[UW][A-Z0-9]+(?:\|[^>]*)?>)|(?<!\w)@(?P<at>[\w.'-]+)")
_NAMED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:make|set|appoint|promote)\s+{_NAME}\s+(?:to\s+|as\s+|an?\s+|the\s+|our\s+|new\s+)*(?:{'|'.join(_ROLES)})\b",
        rf"\b{_NAME}\s+(?:is|becomes|should be|shall be)\s+(?:now\s+)?(?:an?\s+|the\s+|our\s+)?(?:new\s+)?(?:{'|'.join(_ROLES)})\b",
        rf"\b(?:give|hand|pass|assign|reassign|transfer)\b.*\bto\s+{_NAME}\s*[.!]?$",
        rf"\b(?:remove|delete|take|drop)\s+{_NAME}\s+(?:from|off)\b",
        rf"\bwhat\s+(?:did|has|have)\s+{_NAME}\s+(?:do|done|change|changed|been)\b",
    )
)
#: Said in place of a name, and none.
_NO_NAME = frozenset("me you it that this them him her us we i anyone anybody somebody someone".split())
_VERSION = re.compile(
    r"\b(?:version|policy|draft|v\.?|no\.?|number)\s?#?(\d{1,9})\b|^\s*#?(\d{1,9})\s*$", re.IGNORECASE
)
_RULE = re.compile(
    r"\brules?\s+(?:called\s+|named\s+)?[\"'“”‘’]?(?P<name>[^\"“”\n]{1,80}?)[\"'“”’]?\s*[.!?]?\s*$", re.IGNORECASE
)
_MESSAGE = re.compile(r"\bm-\s?(\d{4,9})\b", re.IGNORECASE)
_CASE = re.compile(r"\bc-?\s?(\d{4,9})\b", re.IGNORECASE)


def order_state(text: str) -> str | None:
    """The state of orders that are asked for."""
    said = text.casefold()
    return next((state for state, pattern in _STATE if pattern.search(said)), None)


def sought(text: str) -> str | None:
    """The words of a search that can be part of a name, a street or a city."""
    plain = re.sub(r"\S*[@\d]\S*", " ", text.lower().replace("’", "'"))
    plain = re.sub(r"(?<=\w)'s\b", "", _STATED.sub(" ", plain))
    words = [word.strip("-'") for word in re.findall(r"[^\W\d_][\w'-]*", plain)]
    return " ".join(word for word in words if word and word not in _ASKING) or None


def order_lines(text: str) -> str | None:
    """What is in an order, a line for each product as "2 x kettle"; None where nothing is counted."""
    return "\n".join(f"{count} x {what}" for count, what in counted_lines(text)) or None


def case_reference(text: str) -> str | None:
    """The exception that is named, as C-1042."""
    match = _CASE.search(text)
    return f"C-{match[1]}" if match is not None else None


def message_reference(text: str) -> str | None:
    """The message to learn from that is named, as M-1042."""
    match = _MESSAGE.search(text)
    return f"M-{match[1]}" if match is not None else None


def intent_named(text: str) -> str | None:
    """The intent whose name is said, in words or as it is written."""
    return "_".join(re.findall(r"[a-z]+", text.casefold()))[:40] or None


def policy_version(text: str) -> int | None:
    """The version of the return policy that is named."""
    match = _VERSION.search(text)
    return int(match[1] or match[2]) if match is not None else None


def rule_named(text: str) -> str | None:
    """What a rule is called that is named after the word rule."""
    match = _RULE.search(" ".join(text.split()))
    return match["name"].strip() or None if match is not None else None


def as_written(text: str) -> str | None:
    """Lines as they are, without the marks of code around them; None where they may have been cut."""
    said = text.strip().removeprefix("```yaml").strip("`").strip("\n")
    return said if said.strip() and len(text) < LONGEST else None


def plan_number(text: str) -> str | None:
    """The plan that is named by its number."""
    match = _PLAN.search(text)
    return match[1] if match is not None else None


def deed(text: str) -> str | None:
    """What somebody is asked to have done."""
    said = text.casefold()
    return next((name for name, pattern in _DEEDS if pattern.search(said)), None)


def case_filter(text: str) -> str | None:
    """Which of the exceptions are asked for: by owner, or by time."""
    said = text.casefold().replace("’", "'")
    return next((name for name, pattern in _FILTERS if pattern.search(said)), None)


def troubled_orders(text: str) -> str | None:
    """The one trouble of orders that is asked for, where exceptions are not."""
    said = text.casefold()
    found = {state for state, pattern in _STATE if state in _TROUBLES and pattern.search(said)}
    return found.pop() if len(found) == 1 and not _ABOUT_CASES.search(said) else None


def case_group(text: str) -> str | None:
    """What the exceptions that are asked for are about."""
    said = text.casefold()
    return next((name for name, pattern in _GROUPS if pattern.search(said)), None)


def stock_change(text: str) -> str | None:
    """Whether pieces are added, taken away, or counted in all."""
    said = text.casefold()
    return next((how for how, pattern in _STOCK if pattern.search(said)), None)


def return_customer(text: str) -> str | None:
    """Of which customer returns are asked for ("returns from maria okafor"), in words that can be part of a name."""
    match = _RETURNS_OF.search(text.casefold().replace("’", "'"))
    said = sought(match["whose"] or match["own"] or "") if match is not None else None
    return " ".join(word for word in (said or "").split() if word not in _OF_RETURNS) or None


def every_return(text: str) -> bool | None:
    """Whether all returns that wait are meant."""
    return True if _EVERY.search(text.casefold()) else None


def worth_under(text: str) -> str | None:
    """Below what worth all returns are meant, as "20.00 EUR"."""
    match = _UNDER.search(text)
    return money_value(match["amount"]) if match is not None else None


def resolution_given(text: str) -> str | None:
    """What somebody decides that the customer gets."""
    said = text.casefold()
    return next((name for name, pattern in _GIVEN if pattern.search(said)), None)


def inspect_first(text: str) -> bool | None:
    """Whether the goods shall be looked at before money goes back."""
    return True if _INSPECT.search(text.casefold()) else None


def approval_reference(text: str) -> str | None:
    """The approval that is named, as A-1042."""
    match = _APPROVAL.search(text)
    return f"A-{match[1]}" if match is not None else None


def staff_role(text: str) -> str | None:
    """The role that somebody shall have."""
    match = _ROLE.search(text)
    return match[1].casefold() if match is not None else None


def staff_named(text: str, entity: str | None) -> str | None:
    """Somebody of the business: a mention, the name that was found, or one in its place."""
    mention = _MENTION.search(text)
    if mention is not None:
        return mention["name"] or mention["at"]
    if entity is not None:
        return entity
    found = (match["name"] for pattern in _NAMED if (match := pattern.search(text)) is not None)
    return next((name for name in found if name.casefold() not in _NO_NAME), None)
