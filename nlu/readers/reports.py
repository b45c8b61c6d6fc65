"""What drivers report, out of their words: why nothing was handed over, what happened, whether all is aboard, how late."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.handing import Failure, Incident
from nlu.rules.amounts import DURATION
from nlu.rules.numbers import NUMBER_WORD
from nlu.values.amounts import duration_value


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it, in lower case. Of the kinds the first that fits counts."""

    #: What a text says of others than the customer, or denies; it is taken out before failures are looked for.
    aside: re.Pattern[str]
    failures: tuple[tuple[Failure, re.Pattern[str]], ...]
    #: What a text says did not happen; it is taken out before incidents are looked for.
    harmless: re.Pattern[str]
    incidents: tuple[tuple[Incident, re.Pattern[str]], ...]
    #: "nothing missing": taken out before missing goods are looked for.
    none_missing: re.Pattern[str]
    missing: re.Pattern[str]
    all_there: re.Pattern[str]


_NOBODY = r"(?:no ?(?:one|body)|noone|nbody|nobdy|nobod(?:y|ies)|not? (?:a soul|a single person))"
_THEY = r"(?:customer|client|recipient|person|lady|woman|man|guy|bloke|owner|he|she|they|it|this|that|stop \d+|drop \d+|\d+)"
_HANDS = r"(?:accept|take|sign|want|need|receive|pay)"
_SHOP = (
    r"(?:shop|store|business|office|reception|restaurant|cafe|caf[eé]|bar|pub|bakery|salon|warehouse|company|school|"
    r"goods[- ]?in|depot|surgery|pharmacy|bank|branch|factory|site|premises|place|they|it)"
)
_VEHICLE = r"(?:van|truck|lorry|car|vehicle|engine|motor|transit|sprinter|bike|she|it)"
ENGLISH = Table(
    aside=re.compile(
        r"\b(?:the |his |her |their |a |no )?(?:neighbou?rs?|next[- ]door|concierge|reception|porter|doorman)\b[^,.;]{0,30}\b"
        r"(?:refus\w+|reject\w+|not (?:take|accept|have|in|home)|no answer)\b"
        r"|\bnot (?:broken|damaged|refused|closed)\b|\bno damage\b|\bwrong (?:button|stop|one|way|turn)\b"
    ),
    failures=(
        (
            Failure.REFUSED,
            re.compile(
                r"\b(?:refus\w+|rejec\w+|declin\w+|turned? (?:it|them|me) (?:down|away))\b"
                rf"|\bnot (?:going to |even |actually |longer |any ?more )?{_HANDS}\w*\b(?! (?:a|an|the) (?:signature|photo|code))"
                r"|\b(?:no longer|not) (?:want|need)\w*\b|\b(?:he|she|they|customer|client) (?:cancel\w*|has cancel\w*|already cancel\w*)|\bcancel(?:l?ed) (?:it|the order|already)\b"
                r"|\b(?:never|not) order(?:ed)?\b|\bsent? (?:me|it) away\b|\bchanged (?:his|her|their) minds?\b"
                r"|\bno (?:id|i\.d\.|pin|passport|money|cash)\b|\b(?:underage|too young|under 18)\b"
            ),
        ),
        (
            Failure.WRONG_ADDRESS,
            re.compile(
                r"\b(?:wrong|bad|incorrect|incomplete|false|old|non-?existent|not correct|no valid) (?:house |street |flat )?(?:address|addres|adress|adres|addy|house|street|postcode|number|flat|location|place|building)\b"
                rf"|\b(?:address|addres|adress|addy|house number|postcode|street)\b[^,.;]{{0,20}}\b(?:wrong|incorrect|incomplete|bad|missing|not (?:exist|right|correct|there|complete|found|real))"
                r"|\bnot exist\b|\bno such (?:house|address|number|street|flat|person|name|building|place|road)\b"
                r"|\bthere(?: is|'s|s| was)? no (?:number|no\.?|house|flat|building|street) ?\w*\b|\bno (?:house |flat |door |apartment )numbers?\b|\bhouse (?:is )?missing\b"
                r"|\b(?:moved|moved away|moved out|moved house)\b|\b(?:not|no longer|never) liv(?:e|es|ed|ing) (?:here|there|at)\b|\bno longer (?:here|lives?|at this)\b"
                rf"|\b(?:never heard|not know|not known|unknown)\b[^,.;]{{0,20}}\b(?:them|him|her|name|customer|person|here|at)\b|\b{_NOBODY} (?:by|of|with|called) (?:that|this|the)\b|\bunknown (?:at|here|customer|name)\b"
                r"|\b(?:unable to|not) (?:find|locate)\b|\b(?:not findable|no name on the (?:bell|door))\b|\bempty (?:plot|lot|field|house|building)\b|\bdemolished\b"
            ),
        ),
        (
            Failure.DAMAGED,
            re.compile(
                r"\b(?:damag\w*|broken|broke|smash\w*|crush\w*|leak\w*|torn|ripped|shatter\w*|crack\w*|dent(?:ed|s)|squash\w*|soak\w*|wet through|burst|in (?:bits|pieces)|fell (?:off|apart)|dropped (?:it|the box) and|spill\w*|spilt|mangled|ruined|opened already|open box|split open)\b"
                r"(?<!intercom broken)(?<!buzzer broken)(?<!bell broken)(?<!lift broken)(?<!elevator broken)(?<!gate broken)(?<!lift is broken)(?<!bell is broken)(?<!buzzer is broken)(?<!intercom is broken)(?<!elevator is broken)(?<!bell broke)(?<!broken bell)"
                r"(?! (?:down|intercom|bell|buzzer|lift|elevator|door ?bell|gate))"
            ),
        ),
        (
            Failure.CLOSED,
            re.compile(
                rf"\b{_SHOP}(?: is| was|'s|s|'re| are| were| looks?| has| have)?(?: all| already| now| still| been)* (?:closed|shut|shutting|locked up|not open|closing|gone bust|bankrupt)\b(?! (?:road|street|door|gate|the door))"
                r"|(?<!road )(?<!road is )(?<!street )(?<!street is )(?<!bridge )(?<!door )(?<!door is )(?<!gate )(?<!gate is )(?<!gates )(?<!gates are )(?<!blinds )(?<!curtains )(?<!barrier )(?<!barrier is )\b(?:closed|shut)\b(?! (?:road|street|the door|gate|door|off|me))"
                r"|\bnot open(?:ed)? (?:yet|today|until|till|til|before|on)\b|\bopens? (?:at|tomorrow|on|only)\b|\bafter (?:hours|closing)\b|\bshutters? (?:are |is |all )?down\b|\b(?:public|bank) holiday\b|\bout of hours\b"
            ),
        ),
        (
            Failure.NO_ACCESS,
            re.compile(
                r"\bno (?:access|entry|way in|code|gate code|door code|key|parking|entrance|way to get)\b"
                r"|\b(?:(?:can|could|did) not|unable|not able|impossible|no way|not possible) (?:to )?(?:get|go|drive|come|enter|reach|access|park)\b"
                r"|\bnot (?:be )?let(?:ting)?(?: me)? (?:in|through|past|up)\b|\brefused me entry\b"
                r"|\b(?:gate|gates|door|entrance|barrier|building|lobby|yard|compound|front door)\b[^,.;]{0,16}\b(?:locked|closed|shut|blocked|not open)\b|\blocked (?:gate|door|out|building|entrance|barrier)\b"
                r"|\b(?:intercom|buzzer|bell|door ?bell|lift|elevator|gate|key ?pad|code|pin)\b[^,.;]{0,16}\b(?:broken|broke|dead|out of order|not work(?:ing)?|out|wrong|bust|knackered)\b"
                r"|\b(?:broken|dead|no) (?:intercom|buzzer|bell|lift|elevator|door ?bell)\b|\bwrong (?:gate |door |entry )?code\b"
                r"|\b(?:road|street|lane|drive|bridge|way|access|track|entrance)\b[^,.;]{0,16}\b(?:closed|blocked|flooded|shut|impassable|dug up)\b|\bblocked (?:road|street|drive|driveway|access|entrance)\b"
                r"|\b(?:dog|dogs|alsatian|rottweiler|guard dog|geese|bull)\b|\btoo (?:big|wide|large|narrow|tight|heavy) (?:for|to)\b|\bnot (?:fit|go) (?:through|in|up|down)\b"
                r"|\bnowhere to (?:park|stop)\b|\bsecurity\b[^,.;]{0,24}\b(?:not|refus\w+|turned)\b|\bpolice (?:cordon|line|tape)\b"
            ),
        ),
        (
            Failure.NOBODY_HOME,
            re.compile(
                rf"\b{_NOBODY}\b(?! (?:told|said|hurt|injured|but|except|called me))|\bno ?(?:answer|reply|response|reaction|anwser|answr|aswer|1 (?:in|home|there))\b"
                rf"|\b(?:not|never) (?:at )?(?:home|in|there|here|around|about|answer\w*|repl\w+|respond\w*|open\w*|pick\w* up|coming to the door|come to the door|show\w* up|available|present)\b(?! (?:at )?(?:the )?(?:van|list|load|cage|system))"
                rf"|\b{_THEY}(?:'?s|'?re| is| are| was| were)? (?:all )?(?:out|away|abroad|on holidays?|on vacation|at work|gone out)\b(?! (?:of|for delivery))"
                r"|\b(?:absent|carded|left a card|missed (?:them|him|her|customer)|house (?:is )?(?:empty|dark)|empty house|no luck|no joy|no sign of (?:life|anyone|anybody|them|him|her))\b"
                r"|\bknock\w*\b.{0,40}\b(?:nothing|none|nope|no)\b|\b(?:away|on holiday|on vacation|out for the day|gone out|went out)\b|\bvoice ?mail\b|\bnot home\b"
            ),
        ),
    ),
    harmless=re.compile(
        r"\b(?:nobody|no ?one|none|noone)(?: was| is| got| else)?(?: been)? (?:badly )?(?:hurt|injured|harmed)\b|\b(?:not|un|no) ?(?:hurt|injured|bleeding|stolen|harmed)\b|\bno injur(?:y|ies)\b"
        r"|\bnothing (?:was |is |been |got )?(?:stolen|taken|missing|nicked)\b|\bnot (?:my|an) accident\b|\bby accident\b|\baccident(?:ally| ahead)\b"
    ),
    incidents=(
        (
            Incident.INJURY,
            re.compile(
                r"\b(?:injur\w+|hurt\w*|bleed\w*|blood|bitten|bit me|bite|bites|broke my|broken (?:my |a )?(?:arm|leg|wrist|ankle|finger|hand|foot|toe|rib|nose)|sprain\w*|twisted my|cut (?:my|myself|me)|burn(?:ed|t)? (?:my|myself)|"
                r"slipped|tripped|fell|fallen|knocked out|unconscious|concussion|faint\w*|dizzy|chest pain|heart|stroke|allergic|stung|ambulance|hospital|doctor|paramedics?|first aid|punched|hit me in|attacked|assault\w*|stabbed|"
                r"(?:did|done|put|hurt|pulled|wrecked|gone) my (?:back|shoulder|knee|ankle|neck|hip)|my back (?:has )?(?:gone|went)|not (?:walk|breathe|lift)|(?:wrist|arm|leg|ankle|hand|finger|back|knee|head|foot) (?:is |are |might be |may be |looks |feels )?(?:broken|swollen|bleeding|hurts|killing me))\b"
                r"(?<!box fell)(?<!parcel fell)(?<!pallet fell)(?! (?:off the|out of the|over in))"
            ),
        ),
        (
            Incident.THEFT,
            re.compile(
                r"\b(?:theft|thie(?:f|ves)|stol\w+|steal\w*|stole|nicked|pinched|swiped|robb\w+|robbery|mugg\w+|broken into|break[- ]?in|broke into|burgl\w+|hijack\w*|carjack\w*|took (?:my|the) (?:van|parcels|packages|phone|truck|keys)|"
                r"(?:van|truck|parcels?|packages?|phone|scanner|load)(?: is| are|'s|s| has| have)? (?:just )?(?:gone|vanished|disappeared|been taken)|knife|gun|held up at|ransacked|take my packages)\b"
            ),
        ),
        (
            Incident.ACCIDENT,
            re.compile(
                r"\b(?:accident|accidnet|acident|crash\w*|collision|collid\w*|rear[- ]?ended|pile[- ]?up|prang\w*|shunt\w*|fender bender|t-?boned|overturned|rolled (?:over|the van)|on its side|"
                r"(?:ran|drove|driven|reversed|backed|bumped|slid|skidded|went|scraped|smashed) (?:straight |right |backwards )?(?:in ?to|over|against|off the road)|(?:hit|clipped|scraped|scratched|bumped|dented|knocked|struck|sideswiped|grazed|swiped) (?:a|an|the|another|my|someone|somebody|some|by|me|into|off|down|one|this|his|her)\b|"
                r"(?:been|got|was) (?:hit|clipped|struck|bumped)|into (?:the back|the side|my side|my rear) of|into me)"
            ),
        ),
        (
            Incident.BREAKDOWN,
            re.compile(
                r"\b(?:broke|broken|brokn|breaking|break) ?-?down\b|\bbreakdown\b"
                rf"|\b{_VEHICLE}(?: has|'s|s| is| just| have| was)*(?: been)? (?:dead|died|dying|broken|broke|bust|knackered|kaput|finished|conked out|packed up|given up|gone|stuck|overheat\w*|losing power|stalled|not (?:start\w*|run\w*|mov\w*))\b"
                r"|\bnot (?:start|turn over|move|drive (?:any|on|it|like|further)|run|go any further)\b|\bflat (?:tyre|tire|battery|wheel)\b|\b(?:tyre|tire|wheel|battery)\b[^,.;]{0,16}\b(?:flat|burst|blew|blown|gone|dead|punctured|off|empty|popped)\b"
                r"|\b(?:puncture\w*|blow ?out|overheat\w*|engine|clutch|gear ?box|brakes?|radiator|alternator|fan ?belt|exhaust|steering|warning light|check engine|fuel pump|coolant|dashboard|(?<!off the )(?<!off my )tail ?lift)\b"
                r"|\b(?:out of|no|run out of|ran out of|wrong) (?:fuel|diesel|petrol|gas|charge|battery)\b|\bpetrol (?:in )?instead of diesel\b|\b(?:tow|towed|towing|tow truck|recovery|roadside|breakdown (?:service|guy|truck)|jump start|aa man|rac)\b"
                r"|\b(?:smok(?:e|ing)|steam|on fire|fire|flames)\b|\bstranded\b|\bstuck in (?:the |a )?(?:mud|ditch|snow|sand|field)\b|\b(?:lost|locked|broke|snapped)\b[^,.;]{0,16}\bkeys?\b|\bkeys? (?:are |is )?(?:locked|stuck|snapped|broken)\b|\breplacement van\b"
            ),
        ),
        (
            Incident.OTHER,
            re.compile(
                r"^(?:it'?s |its )?(?:something|somethin) else\b|^(?:none of (?:these|those|them)|other|another thing)\b|\b(?:threat\w*|aggressive|abus\w+|vandal\w*|slashed|police|chemicals?|spill\w*|spilt|leak\w*|fell (?:off|out|over)|fallen (?:off|out|over)|load (?:has )?shifted|tipped over|windscreen|window (?:is |got )?(?:smashed|broken)|property|gate|fence|followed|flood\w*)\b"
            ),
        ),
    ),
    none_missing=re.compile(
        r"\b(?:nothing|none|no (?:parcels?|packages?|boxes|one|items?)|0|zero|not one|not a single (?:one|parcel|box))(?: is| are|'s| was| were)? (?:missing|short|left behind|lost|absent)\b"
        r"|\b(?:no|without|zero|0) (?:any(?:thing)? )?(?:missing|shortages?|shorts?|gaps)\b|\bnot (?:missing|short)\b(?: (?:anything|any|of anything|one))?|\bno (?:problem|issue)s?\b|\bmissing nothing\b"
    ),
    missing=re.compile(
        r"\b(?:mis+ing|short(?:age)?|shy|absent|except|excluding|apart from|besides|but (?!ok|all|everything|good|had|took|it)|minus|less|without|too few|left behind|left out|incomplete|not complete|lacking|lost)\b"
        r"|\b(?:not|never) (?:yet |all |quite |been |in fact )*(?:there|here|loaded|aboard|on (?:board|the|my|dock)|in (?:the|my)|everything|found|packed|ready|brought|come|arrived?|complete|scanned|fit\w*|got|have|given|give|see|find)\b"
        r"|\b(?:not|unable to) (?:find|see|locate|load|fit|get|scan)\b|\bno (?:sign of|trace of|room|space|parcel|package|box|boxes)\b|\bwhere(?:'?s| is| are)\b"
        r"|\b(?:only|just) (?:got |have |had |see |found |loaded |scanned |there (?:is|are) )?(?:\d+|one|two|three|four|five|half|some)\b|\b(?:\d+|one|two|three) (?:out )?of (?:the )?\d+\b|\bi miss\b|\btoo (?:big|small|full|heavy)\b"
        r"|\b(?:damaged|crushed|broken|ripped|wet|leaking)\b|\bleft? (?:\w+ ){0,4}(?:behind|at the depot|in the depot|there)\b|\bstays? (?:here|behind)\b|\bcount (?:is |was )?(?:off|wrong|not)\b|\binstead of \d+\b|\b\d+ less\b"
    ),
    all_there=re.compile(
        r"\b(?:all|everything|every(?:thing|one| one| parcel| package| box)|the lot|both|each one|evrything|everythings)\b.{0,30}\b(?:there|here|aboard|on(?: ?board)?|in|loaded|lodaed|scanned|scaned|present|accounted|packed|good|fine|ok|okay|correct|right|done|checked|complete|van|inside|found|set)\b"
        r"|\b(?:loaded|load check(?:ed)? (?:is )?(?:done|ok|okay|fine|complete)|loading (?:is )?(?:done|complete|completed|finished|ok)|load (?:is )?(?:done|complete|completed|checked|ok|okay|correct|good|fine|confirmed|right)|fully loaded|finished loading|done loading|complete|count (?:is )?(?:right|correct|ok|matches|good)|matches|manifest (?:is )?(?:ok|checked|correct|fine)|"
        r"got (?:everything|all|them all|the lot)|have (?:everything|all|them all)|checked the load|confirm(?:ed|ing)?(?: the| my)?(?: load| all)?|good to go|ready to (?:go|leave|roll))\b|^(?:yes|yep|yeah|yup|aye|ja|all|everything|ok|okay|sure|correct|confirmed?|affirmative|positive)\b|^(?:✅|👍|👌)"
    ),
)  # fmt: skip
_LANGUAGES = (ENGLISH,)
_ENGLISH_NEGATED = re.compile(
    r"\b(?P<verb>is|are|was|were|does|do|did|has|have|had|wo|would|could|should|can|ca|must|need)(?:n't|nt|n`t| n't|not)\b"
)
_BARE_NUMBER = re.compile(
    r"\W*(?:(?:about|around|maybe|only|just|like|approx|say|another|make it|more like|it is|its|it's|by|at least|roughly|i am|im|yes|ok|late)\W+)*"
    rf"(?P<number>\d{{1,3}}|{NUMBER_WORD})(?:\W+(?:late|behind|more|i think|maybe|or so|max|please|pls|ish|boss|mate))*\W*"
)
_LONGEST_DELAY = 86_400
_MILEAGE = re.compile(r"(?<![\w.,-])(?P<number>\d{1,3}(?:[ ,.']\d{3})+|\d{2,7})(?![\d:]|[.,]\d)")
_ENGLISH_NO = re.compile(r"^\W*(?:no|nope|nah|not all|not everything|negative|nein)\b")


def failure(text: str) -> str | None:
    """Why a delivery failed, as a `Failure`'s value; None when the words do not say."""
    low = _low(text)
    for table in _LANGUAGES:
        said = table.aside.sub(" ", low)
        for kind, pattern in table.failures:
            if pattern.search(said):
                return kind.value
    return None


def incident(text: str) -> str | None:
    """What happened on the road, as an `Incident`'s value, the gravest first; None when the words do not say."""
    low = _low(text)
    for table in _LANGUAGES:
        said = table.harmless.sub(" ", low)
        for kind, pattern in table.incidents:
            if pattern.search(said):
                return kind.value
        if said != low and "accident" in low:
            return Incident.ACCIDENT.value
    return None


def all_there(text: str) -> bool | None:
    """Whether all that was to be loaded is aboard; None when the words do not say."""
    low = _low(text).strip()
    for table in _LANGUAGES:
        rest = table.none_missing.sub(" ", low)
        if table.missing.search(rest):
            return False
        if rest != low or table.all_there.search(rest):
            return True
        if _ENGLISH_NO.search(rest):
            return False
    return None


def lateness(text: str) -> int | None:
    """How late somebody is, in seconds, in answer to that question: a bare number counts minutes. Up to a day."""
    low = _low(text)
    said = [one for pattern in DURATION for one in pattern.finditer(low)]
    bare = _BARE_NUMBER.fullmatch(low)
    words = said[0]["span"] if said else bare["number"] if bare is not None else None
    seconds = duration_value(words) if words is not None else None
    return seconds if seconds is not None and 0 < seconds <= _LONGEST_DELAY else None


def mileage(text: str) -> int | None:
    """What the vehicle's counter shows, in its own unit: the one long number of an answer, "48,210" or "48 210"."""
    found = [match["number"] for match in _MILEAGE.finditer(_low(text))]
    shown = {int(re.sub(r"\D", "", number)) for number in found}
    return shown.pop() if len(shown) == 1 else None


def _low(text: str) -> str:
    """The text in lower case, its negations written out ("isnt", "won't": "is not", "will not")."""
    return _ENGLISH_NEGATED.sub(_written_out, text.casefold().replace("’", "'"))


def _written_out(match: re.Match[str]) -> str:
    return {"ca": "can", "can": "can", "wo": "will"}.get(match["verb"], match["verb"]) + " not"
