"""Questions about numbers, out of their words: what is counted, by what, of what kind, and what else it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from domain.kpis import Kpi
from domain.numbers import By, Counted
from domain.orders import OrderStatus
from domain.returns import ReturnReason, ReturnStatus
from nlu.readers.addresses import Fields
from nlu.readers.reports import failure
from nlu.rules import find
from nlu.text import normalise


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it, in lower case. Of several kinds the first that fits counts."""

    asks: re.Pattern[str]
    what: tuple[tuple[Counted, re.Pattern[str]], ...]
    by: tuple[tuple[By, str], ...]
    #: Begins what counts are split by; and what joins several.
    split: re.Pattern[str]
    join: re.Pattern[str]
    status: tuple[tuple[OrderStatus, re.Pattern[str]], ...]
    #: Where a return stands, and why it was asked for.
    stands: tuple[tuple[ReturnStatus, re.Pattern[str]], ...]
    why: tuple[tuple[ReturnReason, re.Pattern[str]], ...]
    kpis: tuple[tuple[Kpi, re.Pattern[str]], ...]
    #: Begins what it is about, up to the next of them; a ``time`` of day is no name.
    about: re.Pattern[str]
    #: Words that say nothing of what is wanted.
    idle: frozenset[str]
    #: Words of a place or person that are no part of its name.
    bare: re.Pattern[str]


S, R, W = OrderStatus, ReturnStatus, ReturnReason
ENGLISH = Table(
    asks=re.compile(
        r"\bhow (?:many|much|often)\b|\b(?:number|numbers|count|counts|total|amount|list) (?:of|for)\b|\bcount\b"
        r"|\b(?:per|by|for each|split by|grouped by|broken down by) (?:the )?(?:reasons?|drivers?|depots?|warehouses?|days?|dates?|hours?|post ?codes?|zips?|zip codes?|windows?|slots?|status|states?|scores?|skus?|products?|items?|articles?)\b"
        r"|\bwhich (?:products?|skus?|items?|articles?|things?|goods)\b.*\b(?:returned|returns?|comes? back|came back|coming back|sent back)\b"
        r"|\bwhich (?:drivers?|depots?|warehouses?|days?|hours?|post ?codes?|areas?|windows?|slots?)\b.*\b(?:most|least|fewest|highest|lowest)\b"
        r"|^(?:the |all |any |show (?:me )?|give me |get (?:me )?)*(?:late|failed|cancell?ed|returned|overdue|delayed) (?:orders?|deliver\w+|stops?|parcels?|drops?)\b"
    ),
    what=(
        (Counted.QUESTIONS, re.compile(r"\bwismo\b|\bquestions?\b|\b(?:asked|ask|asking) where\b|\benquir\w+\b|\binquir\w+\b|\bwhere is my order\b")),
        (Counted.RATINGS, re.compile(r"\bratings?\b|\brated\b|(?<!\bin )(?<!\bfor )(?<!\bto )(?<!\bunder )(?<!\bneed )(?<!\bawaiting )\breviews?\b|\bstars?\b")),
        (Counted.CANCELLED, re.compile(r"\bcancel\w*\b")),
        (Counted.RETURNED, re.compile(r"\breturned (?:orders?|parcels?|packages?|deliver\w+|drops?)\b|\b(?:orders?|parcels?|packages?|deliver\w+|drops?)\b.{0,30}\b(?:returned|came back|come back|back)\b|\breturn(?:ed|s)? to (?:the )?(?:depot|warehouse|hub)\b|\bback at the depot\b|\bbrought back\b")),
        (Counted.RETURNS, re.compile(r"\breturn(?:ed|s|ing)?\b|\brmas?\b|\b(?:comes?|came|coming|sent|send|sending|going) back\b")),
        (Counted.FAILED, re.compile(r"\bfail\w*\b|\bunsuccessful\b|\bundelivered\b|\bnot delivered\b|\bwent wrong\b|\bmissed (?:deliver\w+|drops?|stops?)\b")),
        (Counted.LATE, re.compile(r"\blate\b|\bdelayed\b|\boverdue\b|\bbehind schedule\b|\bout of (?:the )?window\b")),
        (Counted.NEW, re.compile(r"\bnew orders?\b|\borders?\b.{0,30}\b(?:came|come|taken|placed|received|booked|entered|in total in)\b|\bordered\b|\bintake\b")),
        (Counted.STOPS, re.compile(r"\b(?:stops?|drops?|visits?)\b")),
        (Counted.DELIVERIES, re.compile(r"\bdeliver\w*\b|\bdropped off\b|\bcompleted\b")),
        (Counted.ORDERS, re.compile(r"\b(?:orders?|parcels?|packages?|jobs?|consignments?)\b")),
    ),
    by=(
        (By.REASON, r"(?:failure |fail )?reasons?"), (By.DRIVER, r"drivers?|courier"), (By.DEPOT, r"depots?|warehouses?|hubs?|sites?"),
        (By.DAY, r"days?|dates?|weekdays?"), (By.HOUR, r"hours?|time of day"), (By.POSTCODE, r"post ?codes?|zip ?codes?|zips?|areas?"),
        (By.WINDOW, r"(?:time |delivery )?windows?|(?:time )?slots?"), (By.STATUS, r"status(?:es)?|states?"), (By.SCORE, r"scores?|stars?"),
        (By.SKU, r"skus?|products?|items?|articles?|things?|goods"),
    ),
    split=re.compile(r"\b(?:split (?:up )?by|grouped by|group by|broken down by|breakdown by|sorted by|by|per|for each|for every|each|every|which)\s+(?:the )?$"),
    join=re.compile(r"^\s*(?:,|and|/|&|then)\s*(?:by |per |the )*"),
    status=(
        (S.HELD, re.compile(r"\b(?:on hold|held)\b")), (S.BACKORDERED, re.compile(r"\bback ?-?orders?(?:ed)?\b")),
        (S.OUT_FOR_DELIVERY, re.compile(r"\b(?:out for delivery|on the road|on the way)\b")), (S.PACKED, re.compile(r"\bpacked\b")),
        (S.DISPATCHED, re.compile(r"\b(?:dispatched|loaded)\b")), (S.ALLOCATED, re.compile(r"\ballocated\b")),
        (S.CONFIRMED, re.compile(r"\bconfirmed\b")), (S.RESCHEDULED, re.compile(r"\brescheduled\b")),
    ),
    stands=(
        (R.REVIEW, re.compile(r"\b(?:in|under|to|for|waiting for|awaiting|need\w*) (?:a )?review\b|\bundecided\b|\bnot decided\b|\bto (?:be )?decided?\b")),
        (R.REJECTED, re.compile(r"\b(?:rejected|turned down|declined)\b")), (R.APPROVED, re.compile(r"\bapproved\b")),
        (R.PICKUP_PLANNED, re.compile(r"\bpick ?-?ups?(?: planned)?\b")), (R.IN_TRANSIT, re.compile(r"\b(?:in transit|on (?:its|their|the) way|underway)\b")),
        (R.RECEIVED, re.compile(r"\breceived\b")), (R.INSPECTED, re.compile(r"\binspected\b")), (R.REFUNDED, re.compile(r"\brefunded\b")),
        (R.EXCHANGED, re.compile(r"\bexchanged\b")), (R.CREDITED, re.compile(r"\bcredited\b")), (R.REPAIRED, re.compile(r"\brepaired\b")),
        (R.DENIED, re.compile(r"\bdenied\b")), (R.EXPIRED, re.compile(r"\bexpired\b")), (R.CANCELLED, re.compile(r"\bcancell?ed\b")),
        (R.CLOSED, re.compile(r"\bclosed\b")),
    ),
    why=(
        (W.DAMAGED, re.compile(r"\b(?:damaged?|damages|smashed|cracked|dented)\b")),
        (W.DEFECTIVE, re.compile(r"\b(?:defect\w*|broken|faulty|faults?|not work\w*|does(?:n't| not) work|do(?:n't| not) work|stopped working)\b")),
        (W.WRONG_ITEM, re.compile(r"\bwrong (?:items?|products?|articles?|goods|things?)\b")),
        (W.NOT_AS_DESCRIBED, re.compile(r"\bnot as described\b|\bmisdescribed\b")),
        (W.DOES_NOT_FIT, re.compile(r"\b(?:do(?:es)?(?: not|n't) fit|did(?: not|n't) fit|wrong sizes?|too (?:small|big|large|tight))\b")),
        (W.CHANGED_MIND, re.compile(r"\bchang\w+ (?:of |their |her |his |my )?minds?\b|\bno longer wanted\b|\bnot wanted\b|\bunwanted\b")),
        (W.TOO_LATE, re.compile(r"\b(?:too late|came late|arrived late)\b")), (W.DUPLICATE, re.compile(r"\b(?:duplicates?|came twice|sent twice)\b")),
        (W.GIFT, re.compile(r"\bgifts?\b|\bpresents?\b")),
    ),
    kpis=(
        (Kpi.RETURNS_BY_RULE, re.compile(r"\b(?:returns?|decisions?|decided)\b.{0,30}\b(?:automatic\w*|by (?:rule|themselves|itself|policy)|without (?:a person|anybody|anyone|us|staff))\b|\bauto(?:matic)?(?:ally)?[- ]?(?:decided|approved|decisions?)\b")),
        (Kpi.REFUND_SINCE_ASKED, re.compile(r"\b(?:from|since|after) (?:the )?(?:asking|request|asked|requested)\b.{0,20}\brefund\w*|\brefund\w*\b.{0,30}\b(?:since|after|from) (?:the )?(?:asking|request|asked|requested|it was asked)\b")),
        (Kpi.REFUND_TIME, re.compile(r"\btime to (?:the )?refund\b|\brefund times?\b|\bhow (?:long|fast|quickly)\b.{0,40}\brefund\w*|\brefunds? (?:take|took|speed)\b|\b(?:days|time) (?:un)?til(?:l)? (?:the )?(?:refund|money)\b")),
        (Kpi.RECOVERED, re.compile(r"\b(?:value )?recover(?:ed|y)\b|\bresold\b|\bsold again\b|\brestock rate\b")),
        (Kpi.REFUNDED, re.compile(r"\brefund(?:ed|s)?\b")),
        (Kpi.RETURN_RATE, re.compile(r"\breturns?\b|\breturned\b|\b(?:comes?|came|coming|sent) back\b")),
        (Kpi.IN_TOLD, re.compile(r"\btold window\b|\b(?:inside|in|within|keep\w*|kept) (?:the )?(?:told|announced|narrow) windows?\b|\beta accuracy\b")),
        (Kpi.FIRST_ATTEMPT, re.compile(r"\bfirst[- ](?:attempt|try|time)\b|\bsuccess(?: rate)?\b|\bfailure (?:rate|reasons?)\b|\bfail(?:ed)? rate\b")),
        (Kpi.IN_PROMISE, re.compile(r"\bon[- ]?time\b|\bpunctual\w*\b|\blate(?:ness)?\b|\bpromises?\b|\botd\b|\botif\b")),
        (Kpi.COST_PER_STOP, re.compile(r"\bcosts? (?:per|a|of a|for a|each) (?:stop|drop|visit)s?\b|\b(?:per|a)[- ](?:stop|drop) costs?\b")),
        (Kpi.COST_PER_ORDER, re.compile(r"\bcosts?\b|\bspend\w*\b|\bspent\b")),
        (Kpi.RATING, re.compile(r"\bratings?\b|\bstars?\b|\bsatisfaction\b|\bcsat\b|\bnps\b|\bhappy\b")),
        (Kpi.QUESTIONS, re.compile(r"\bwismo\b|\bwhere is my order\b|\bquestions?\b")),
        (Kpi.WAITING_P90, re.compile(r"\bp90\b|\b90th\b")),
        (Kpi.WAITING, re.compile(r"\bwait(?:ing|s|ed)?\b|\bresponse times?\b|\bhand-?offs?\b|\bhandovers?\b|\banswer\w* times?\b")),
        (Kpi.PLAN_DISTANCE, re.compile(r"\b(?:distance|kilomet\w+|km|miles?|mileage)\b")),
        (Kpi.PLAN_TIME, re.compile(r"\bplan(?:ned)? (?:vs\.?|versus|against|and|v) actuals?\b|\bdriv(?:ing|en) times?\b|\broute times?\b|\bdurations?\b")),
        (Kpi.PLAN_STOPS, re.compile(r"\bstops? (?:made|completed|done)\b|\bcompletion\b")),
    ),
    about=re.compile(r"\b(?:(?P<time>between|before|after|until|since)|in|at|from|for|of|around|near|with|by|to|inside|within|on)\b(?!\s*(?:order|orders)\b)"),
    idle=frozenset(
        "the a an any all our my we us were was are is have has had did do does be been there so far how many much often number numbers count "
        "counts total amount list show me give get tell please pls what which who and or that this these those orders order deliveries delivery "
        "delivered stops stop drops drop parcels parcel packages package visits questions question ratings rating failed fail failing failure "
        "failures late returned returns cancelled canceled cancellations new ones then just can you could would i want need see know hi hey hello "
        "thanks thank got get getting came come back taken placed received booked went wrong not made make done completed customers customer "
        "asked ask where my total altogether overall already still yet now currently actually exactly per each every "
        "breakdown overview table chart stats statistics figures it them to of by in on for at from with out up also only rated scores score "
        "return returning rma rmas comes sent send sending going coming back because back product products item items sku skus article articles things pieces "
        "planned scheduled expected due most least fewest highest lowest undelivered unsuccessful overdue delayed wismo ordered jobs people their us time times missed happened happen day days week weeks month".split()
    ),
    bare=re.compile(r"\b(?:the|a|an|our|depots?|warehouses?|hub|site|area|region|district|zone|city|town|postcodes?|post codes?|zips?|zip codes?|code|drivers?|courier|called|named|routes? of|one)\b"),
)  # fmt: skip
_LANGUAGES = (ENGLISH,)
_WORD = re.compile(r"[^\W_][\w'’*.-]*")
_NUMBER = re.compile(
    r"(?<![\w.,-])[€$£]?(\d{1,6}(?:[.,]\d{1,4})?)(?= ?(?:%|percent|euros?|eur|€|min\w*|stars?|points?)|[\s.!?]|$)"
)
#: Values that have a form of their own and are read elsewhere, or cannot be filtered by.
_READ_ELSEWHERE = "date"


def counts(text: str) -> bool:
    """Whether words ask for a count of something that can be counted."""
    low = _low(text)
    return any(
        table.asks.search(low) is not None and any(pattern.search(low) for _, pattern in table.what)
        for table in _LANGUAGES
    )


def numbers(text: str) -> Fields | None:
    """What is counted (`what`), `by` what, of which `status` and `reason`, what it is `about`, and words that were `ignored`."""
    low = _low(text)
    for table in _LANGUAGES:
        what = next((kind for kind, pattern in table.what if pattern.search(low)), None)
        if what is not None:
            return Fields(_read(low, what, table))
    return None


def kpi(text: str) -> str | None:
    """The key figure that is named."""
    low = _low(text)
    return next((name.value for table in _LANGUAGES for name, pattern in table.kpis if pattern.search(low)), None)


def aim(text: str) -> float | None:
    """The number that is aimed at: the last that stands alone, or with its unit."""
    found = _NUMBER.findall(_low(text))
    return float(found[-1].replace(",", ".")) if found else None


def _read(low: str, what: Counted, table: Table) -> dict[str, Any]:
    rest, by = _split(low, table)
    rest = _without_dates(rest)
    status = next((each for each, pattern in table.status if pattern.search(rest)), None)
    reason = failure(rest) if what == Counted.FAILED else None
    values: dict[str, Any] = {"what": what.value}
    if status is not None and what in {Counted.ORDERS, Counted.NEW, Counted.LATE}:
        values["status"] = status.value
        rest = dict(table.status)[status].sub(" ", rest)
    if what == Counted.RETURNS:
        found_here, rest = _of_returns(rest, table)
        values |= found_here
    about, left = _about(rest, table)
    if reason is not None and what == Counted.FAILED:
        values["reason"], left = reason, []
    ignored = [word for word in left if word not in table.idle]
    found = {"by": [each.value for each in by][:3], "about": about[:6], "ignored": ignored[:6]}
    return {**values, **{name: value for name, value in found.items() if value}}


def _of_returns(rest: str, table: Table) -> tuple[dict[str, str], str]:
    """Where returns stand and why they were asked for, and the words without that."""
    values: dict[str, str] = {}
    why = next((each for each in table.why if each[1].search(rest)), None)
    if why is not None:
        values["return_reason"], rest = why[0].value, why[1].sub(" ", rest)
    stands = next((each for each in table.stands if each[1].search(rest)), None)
    if stands is not None:
        values["return_status"], rest = stands[0].value, stands[1].sub(" ", rest)
    return values, rest


def _split(low: str, table: Table) -> tuple[str, list[By]]:
    """What counts are split by, and the words without that."""
    found: list[tuple[int, int, By]] = []
    for by, words in table.by:
        for match in re.finditer(rf"\b(?:{words})\b", low):
            start = table.split.search(low[: match.start()])
            if start is not None:
                found.append((start.start(), match.end(), by))
    for _, end, _ in list(found):
        found += _joined(low, end, table)
    found.sort()
    for begin, end, _ in found:
        low = low[:begin] + " " * (end - begin) + low[end:]
    return low, list(dict.fromkeys(by for _, _, by in found))


def _joined(low: str, end: int, table: Table) -> list[tuple[int, int, By]]:
    """Further ones of a list: "by driver and day"."""
    found = []
    while (join := table.join.match(low[end:])) is not None:
        at = end + join.end()
        more = next(
            ((match.end(), by) for by, words in table.by if (match := re.match(rf"(?:{words})\b", low[at:]))), None
        )
        if more is None:
            break
        found.append((end, at + more[0], more[1]))
        end = at + more[0]
    return found


def _without_dates(low: str) -> str:
    for each in sorted(find(normalise(low)), key=lambda each: each.start, reverse=True):
        if each.kind == _READ_ELSEWHERE:
            low = low[: each.start] + " . " + " " * max(0, each.end - each.start - 3) + low[each.end :]
    return low


def _about(rest: str, table: Table) -> tuple[list[str], list[str]]:
    """The names that follow words like "in" and "for"; and the words that are left over."""
    phrases: list[str] = []
    left: list[str] = []
    for clause in re.split(r"[.,;?!](?:\s|$)", f"{rest} "):
        cuts = list(table.about.finditer(clause))
        left += _WORD.findall(clause[: cuts[0].start()] if cuts else clause)
        for n, cut in enumerate(cuts):
            end = cuts[n + 1].start() if n + 1 < len(cuts) else len(clause)
            timed = cut["time"] is not None  # no name, and no filter either: it is said whole that nobody knows it
            phrase = clause[cut.start() : end].strip() if timed else _name(clause[cut.end() : end], table)
            if phrase:
                phrases.append(phrase)
    return list(dict.fromkeys(phrases)), list(dict.fromkeys(left))


def _name(phrase: str, table: Table) -> str:
    """A name without the words around it; nothing where only such words are there."""
    words = _WORD.findall(table.bare.sub(" ", phrase))
    while words and words[0] in table.idle:
        words.pop(0)
    while words and words[-1] in table.idle:
        words.pop()
    return " ".join(words)[:80].rstrip(".-")


def _low(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
