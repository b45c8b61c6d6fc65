"""What drivers report, out of their words: why nothing was handed over, what happened, whether all is aboard, how late."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from domain.handing import Failure, Incident
from nlu.readers.spoken import in_order
from nlu.rules.amounts import DURATION
from nlu.rules.numbers import NUMBER_WORD
from nlu.rules.spanish import amounts as spanish_amounts
from nlu.rules.spanish.numbers import NUMBER_WORD as SPANISH_NUMBER
from nlu.text import without_accents
from nlu.values.amounts import duration_value
from nlu.values.spanish.amounts import duration_value as spanish_duration


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
    #: A bare no.
    no: re.Pattern[str]
    #: How long something lasts, its seconds, and a number of minutes that is all that is said.
    durations: tuple[re.Pattern[str], ...]
    seconds: Callable[[str], int | None]
    bare_number: re.Pattern[str]


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
        r"|\bnot (?:(?:been|have|actually|really|even|a|because) ){0,3}(?:broken|damaged|refus\w+|rejec\w+|declin\w+|closed|shut)\b|\bno damage\b"
        r"|\bnobody (?:refus|rejec|declin)\w+\b|\bwrong (?:button|stop|one|way|turn)\b"
    ),
    failures=(
        (
            Failure.NOT_READY,
            re.compile(
                r"\bnot (?:(?:yet|quite|even|been|have|had|got|get|it|them|everything|anything|the \w+) ){0,3}"
                r"(?:ready|packed|boxed up|prepared)\b(?! (?:well|properly|right|correctly|securely))"
                r"|\bstill (?:packing|boxing it up)\b|\bnothing (?:is |was )?(?:ready|packed|prepared)\b"
            ),
        ),
        (
            Failure.REFUSED,
            re.compile(
                r"\b(?:refus\w+(?! (?:\w+ )?(?:entry|access)| to (?:open|let|buzz|answer|come))|rejec\w+|declin\w+|turned? (?:it|them|me) (?:down|away))\b"
                rf"|\bnot (?:going to |even |actually |longer |any ?more )?{_HANDS}\w*\b(?! (?:a|an|the) (?:signature|photo|code))"
                r"|\b(?:no longer|not) (?:want|need)\w*\b|\b(?:he|she|they|customer|client) (?:cancel\w*|has cancel\w*|already cancel\w*)|\bcancel(?:l?ed) (?:it|the order|already)\b"
                r"|\bnot (?:want to |willing to )?(?:give|gave|given|hand|handed|part)\b[^,.;]{0,25}\b(?:back|over|with it|the old)\b|\b(?:keep|keeps|keeping|kept) the old\b"
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
                r"|\bnot (?:be )?let(?:ting)?(?: me)? (?:in|through|past|up)\b|\brefus\w+ (?:(?:me|us) )?(?:entry|access)\b|\brefus\w+ to (?:open|let|buzz)\b"
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
                r"slipped|tripped|fell|fallen|knocked out|unconscious|concussion|faint\w*|dizzy|chest pain|heart|stroke|allergic|stung|ambulance|hospital|a ?(?:&|and) ?e|emergency room|casualty|doctor|paramedics?|first aid|punched|hit me in|attacked|assault\w*|stabbed|"
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
    no=re.compile(r"^\W*(?:no|nope|nah|not all|not everything|negative|nein)\b"),
    durations=tuple(DURATION),
    seconds=duration_value,
    bare_number=re.compile(
        r"\W*(?:(?:about|around|maybe|only|just|like|approx|say|another|make it|more like|it is|its|it's|by|at least|roughly|i am|im|yes|ok|late)\W+)*"
        rf"(?P<number>\d{{1,3}}|{NUMBER_WORD})(?:\W+(?:late|behind|more|i think|maybe|or so|max|please|pls|ish|boss|mate))*\W*"
    ),
)  # fmt: skip
_TIENDA = r"(?:tienda|negocio|local|comercio|oficina|empresa|recepcion|restaurante|bar|cafeteria|almacen|nave|fabrica|colegio|escuela|farmacia|peluqueria|panaderia|taller|banco|sucursal|clinica|sitio|centro|ellos)"
_FURGO = r"(?:furgo|furgoneta|camioneta|camion|coche|carro|vehiculo|motor|moto|van|nevera)"
SPANISH = Table(
    aside=re.compile(
        r"\b(?:el |la |un |una |su |ningun |los |las )?(?:vecin[oa]s?|porter[oa]|conserje|recepcion)\b[^,.;]{0,24}\bno\b[^,.;]{0,16}\b(?:quier\w*|acept\w*|esta\w*|abr\w*|contest\w*|coge\w*|lo)\b"
        r"|\bno (?:(?:me|se|l[oae]s?|ha|han|es que|fue|es|era|esta|estaba|un) ){0,4}(?:rot[oa]|danad[oa]|cerrad[oa]|rechaz\w+)\b|\bsin danos?\b|\b(?:boton|parada) (?:equivocad|erron)\w+"
    ),
    failures=(
        (Failure.NOT_READY, re.compile(r"\bno (?:lo |la |los |esta\w* |tien\w+ |lo tien\w+ |hay )*(?:nada )?(?:list[oa]s?|preparad[oa]s?|empaquetad[oa]s?|embalad[oa]s?)\b|\b(?:aun|todavia) (?:lo |la )?(?:esta\w* )?(?:empaquet|embal|prepar)\w+|\bsin (?:preparar|embalar|empaquetar)\b")),
        (
            Failure.REFUSED,
            re.compile(
                r"\b(?:rechaz\w+|rehus\w+|deniega|denego)\b|\bno (?:lo |la |los |las |me lo |se lo |me la |quieren? |quiso |quisieron |queria )*(?:quier\w*|quiso|quisieron|queria\w*|acept\w*|recib\w*|firm(?:ar|a|an|o)|pag(?:ar|a|o|an)|coge\w*|recog\w*|deja\w*)\b(?! el (?:movil|telefono|timbre))(?! la foto)(?! pasar)(?! entrar)"
                r"|\bya no (?:lo |la )?(?:quier\w+|necesit\w+)\b|\b(?:dice|dicen) que (?:lo |ya lo |ha )?(?:cancel\w+|anul\w+|no (?:lo |es |ha )*(?:pid\w+|pedido|suyo))\b|\bno (?:ha |han |lo ha |lo han )?(?:pedido|pidio|pidieron) (?:nada|esto|eso)?\b|\bno (?:tiene|tienen|tenia|trae|lleva) (?:dni|documento|identificacion|dinero|efectivo|el codigo|codigo|pin)\b|\bmenor de edad\b|\b(?:lo |la )?ha cancelado\b|\bcambi\w+ de (?:opinion|idea)\b"
            ),
        ),
        (
            Failure.WRONG_ADDRESS,
            re.compile(
                r"\b(?:direccion|calle|numero|codigo postal|portal|piso|datos)\b[^,.;]{0,20}\b(?:mal|malos?|incorrect\w+|equivocad\w+|erron\w+|incomplet\w+|no existe|no es|inexistente|no aparece|falta)\b|\b(?:mala|otra|falta (?:la|el)|falta) (?:direccion|calle|numero|piso|puerta)\b|\bno existe\b"
                r"|\bno hay (?:ningun |ese |el |tal )?(?:numero|portal|piso|edificio|casa|calle)\b|\bno (?:vive|viven|vivia) (?:ya )?(?:aqui|ahi|alli|nadie)?\b|\bya no (?:vive|viven|estan|esta) (?:aqui|ahi|alli)\b|\b(?:se )?(?:ha |han )?mud(?:o|aron|ado)\b|\bno (?:lo |la |le |les |los )?conoc\w+\b|\bdesconocid[oa]\b|\bno (?:encuentro|doy con|localizo|aparece)\b(?! (?:el paquete|la caja|el bulto))|\bnadie (?:con ese nombre|se llama)\b|\b(?:solar|descampado|casa vacia|derribad[oa])\b|\bsin numero\b"
            ),
        ),
        (
            Failure.DAMAGED,
            re.compile(
                r"\b(?:rot[oa]s?|rompi\w*|danad[oa]s?|golpead[oa]s?|aplastad[oa]s?|reventad[oa]s?|abollad[oa]s?|mojad[oa]s?|se (?:me )?mojo|empapad[oa]s?|gotea\w*|derram\w+|rajad[oa]s?|abiert[oa] (?:la caja|el paquete)|(?:caja|paquete|bulto) abiert[oa]|hech[oa] (?:trizas|polvo|pedazos)|se (?:me )?(?:cayo|rompio|ha caido|ha roto)|en mal estado|destrozad[oa])\b"
                r"(?<!timbre roto)(?<!timbre esta roto)(?<!ascensor roto)(?<!ascensor esta roto)(?<!telefonillo roto)(?<!interfono roto)(?<!portero roto)(?! el (?:timbre|ascensor|telefonillo))"
            ),
        ),
        (
            Failure.CLOSED,
            re.compile(
                rf"\b{_TIENDA}\b[^,.;]{{0,16}}\b(?:cerrad[oa]s?|cerro|cerraron|no abre\w*|chapad[oa])\b|(?<!calle )(?<!carretera )(?<!puerta )(?<!puerta esta )(?<!porton )(?<!portal )(?<!verja )(?<!calle esta )(?<!portal esta )\bcerrad[oa]s?\b(?! (?:la calle|la puerta|el porton|el portal|la verja|la carretera|con llave))"
                r"|\b(?:no abren|abren) (?:hasta|a las?|manana|el|los)\b|\bpersiana (?:bajada|echada)\b|\b(?:es )?festivo\b|\bfuera de horario\b|\bha(?:n)? cerrado\b|\bde vacaciones hasta\b"
            ),
        ),
        (
            Failure.NO_ACCESS,
            re.compile(
                r"\bno (?:hay|tengo|tenemos|veo) (?:acceso|entrada|paso|forma de entrar|como entrar|codigo|llave|donde (?:aparcar|parar|estacionar)|aparcamiento|sitio)\b|\bno (?:puedo|se puede|pude|he podido|me dejan|me deja|logro|consigo) (?:entrar|pasar|acceder|llegar|subir|aparcar|parar|abrir)\b|\bsin acceso\b|\bimposible (?:entrar|acceder|llegar|aparcar|pasar)\b"
                r"|\b(?:puerta|porton|portal|verja|barrera|entrada|garita|urbanizacion|cancela)\b[^,.;]{0,16}\b(?:cerrad[oa]|bloquead[oa]|con llave|no abre)\b|\b(?:timbre|telefonillo|interfono|portero|ascensor|codigo|clave)\b[^,.;]{0,16}\b(?:rot[oa]|no (?:funciona|va|sirve|anda)|averiad[oa]|estropead[oa]|mal|equivocad[oa]|incorrect[oa])\b|\bno hay (?:timbre|telefonillo|ascensor)\b"
                r"|\b(?:calle|carretera|camino|paso|puente|entrada|acceso)\b[^,.;]{0,16}\b(?:cortad[oa]|cerrad[oa]|bloquead[oa]|inundad[oa]|en obras)\b|\bcortad[oa] (?:la calle|el paso)\b|\b(?:perro|perros) (?:suelto|sueltos|agresivo|grande|no me deja)\b|\bhay (?:un )?perros?\b|\bno cab\w+\b|\bseguridad no\b|\bel (?:guardia|vigilante) no\b"
            ),
        ),
        (
            Failure.NOBODY_HOME,
            re.compile(
                r"\b(?:no (?:hay|habia|sale|abre|abrio|contesta|responde|atiende|esta|estaba|vino|bajo) (?:nadie|ni un alma|gente)|nadie(?! herid)|ni un alma|ausentes?|no se encuentra|sin respuesta|sin nadie)\b|\bno (?:esta|estan|estaba|estaban|abre|abren|abrio|contesta|contestan|contesto|responde|responden|respondio|atiende|atienden|sale|salen|coge|cogen|da senales|aparece)\b(?! (?:el paquete|la caja|el bulto|en la furgo|list|preparad|en el camion))"
                r"|\b(?:cliente|senora?|gente|familia)\b[^,.;]{0,16}\b(?:fuera|de viaje|de vacaciones|trabajando|ausente)\b|\b(?:estan|esta) (?:fuera|de viaje|de vacaciones|trabajando)\b|\b(?:casa|piso) (?:vaci[oa]|cerrad[oa])\b|\b(?:deje|he dejado|dejo) aviso\b|\bacaba de salir\b|\bbuzon de voz\b|\btoqu\w+.{0,30}\bnada\b|\bllam\w+.{0,30}\bnada\b"
            ),
        ),
    ),
    harmless=re.compile(
        r"\b(?:nadie|ninguno)(?: (?:esta|resulto|salio|hay|ha))*(?: resultado)? (?:herid[oa]|lastimad[oa])\b|\bsin (?:heridos|danos personales|heridas)\b|\bno (?:hay|hubo) (?:heridos|lesionados)\b|\b(?:no estoy|estoy bien,? no estoy) (?:herid[oa]|lastimad[oa])\b|\bno (?:me )?(?:han robado|robaron|falta) nada\b|\bpor accidente\b|\baccidente (?:mas adelante|delante|en la (?:autopista|autovia|carretera|ruta|a-?\d+|m-?\d+))\b"
    ),
    incidents=(
        (
            Incident.INJURY,
            re.compile(
                r"\b(?:herid[oa]s?|lesion\w*|lastim\w+|sangr\w+|me (?:he )?(?:cort\w+|quem\w+|cai(?:do)?|resbal\w+|torc\w+|doble|rompi|roto|golpe\w+|mordi\w*|pill\w+|hice dano|he hecho dano|mareo|mareado|estoy mareando|desmay\w+)|me (?:ha )?mord\w+|mordedura|mordio|esguince|fractur\w+|ambulancia|hospital|urgencias|medico|en el (?:pie|dedo|ojo|brazo)|me duele|me duelen|dolor (?:en el|de) pecho|infarto|alergia|picadura|me (?:peg|atac|agred)\w+|agresion|inconsciente|tobillo|muneca rota)\b"
            ),
        ),
        (
            Incident.THEFT,
            re.compile(r"\b(?:robo|robaron|robado|roban|robar|hurto|ladron(?:es)?|asalt\w+|atrac\w+|me (?:han )?(?:quitado|llevado|mangado|forzado)|se (?:han )?llev(?:ado|aron) (?:\d+|la|el|los|las|un|dos|varios)|abrieron la (?:furgo\w*|camioneta|puerta)|forz(?:aron|ado)|reventaron la (?:puerta|cerradura)|navaja|pistola|cuchillo|amenaz\w+ con)\b"),
        ),
        (
            Incident.ACCIDENT,
            re.compile(
                r"\b(?:accidente|choque|choqu\w+|choc(?:ar|aron|ado|o)|(?:le )?(?:pegue|di) a (?:un|una|el|la|otro)\b|me lleve (?:un|una|el|la) (?:poste|arbol|valla|senal|retrovisor|columna)|la toque|en la cuneta|colision\w*|golpe (?:con|contra|a un|al)|(?:me (?:han )?)?(?:dado|dieron|dio) (?:un golpe|por detras)|por detras|atropell\w+|volqu\w+|volcado|volco|me (?:he )?(?:estrell|sali)\w+|(?:he|hemos) (?:chocado|golpeado|rozado|rayado|dado)|roce|roz[eo]|raspe|raye|estrell\w+|embist\w+|parte amistoso)\b"
            ),
        ),
        (
            Incident.BREAKDOWN,
            re.compile(
                rf"\b(?:averi\w+|pinch\w+|ponch\w+|reventon|me (?:he )?qued(?:e|ado) (?:tirad\w+|parad\w+|sin (?:gasolina|gasoil|diesel|bateria|frenos|combustible|luz))|tirad[oa] en|varad[oa]|grua|remolque|asistencia en carretera|sobrecalent\w+|se (?:me )?(?:ha )?(?:calent|cal|parado|paro|murio|muerto|averi|descompus|estrope)\w*)\b|\b{_FURGO}\b[^,.;]{{0,20}}\b(?:no (?:arranca|enciende|prende|anda|va|tira|frena)|rot[oa]|parad[oa]|muert[oa]|humo|echando humo|se paro|dejo de)\b"
                r"|\bno (?:arranca|enciende el motor|prende)\b|\b(?:sin|me quede sin) (?:gasolina|gasoil|diesel|bateria|combustible)\b|\b(?:rueda|neumatico|llanta|goma)\b[^,.;]{0,16}\b(?:pinchad|revent|desinflad|baj|ponchad)\w+|\b(?:motor|embrague|frenos?|radiador|alternador|caja de cambios|testigo)\b|\b(?:humo|fuego|ardiendo|incendio)\b|\b(?:llaves?)\b[^,.;]{0,16}\b(?:dentro|perdi\w*|rot\w+)\b|\batascad[oa] en (?:el|la) (?:barro|nieve|arena|cuneta)\b"
            ),
        ),
        (
            Incident.OTHER,
            re.compile(r"^(?:es )?(?:otra cosa|otro|algo distinto|ninguna de (?:esas|estas))\b|\b(?:amenaz\w+|agresiv\w+|insult\w+|vandal\w+|policia|derrame|vertido|se (?:me )?(?:ha )?(?:caido|cayo) la carga|carga (?:movida|volcada)|cristal roto|ventana rota|luna rota|rompi (?:una|la|el|un)|me sigue\w*|inundacion)\b"),
        ),
    ),
    none_missing=re.compile(r"\b(?:no (?:me |nos )?falta(?:n)? (?:nada|ninguno|ninguna|ni un[oa]?)|nada (?:falta|que falte)|sin (?:faltantes|faltas|que falte nada|incidencias|novedad)|ningun(?:o|a)? (?:bulto |caja |paquete )?(?:falta|faltante))\b"),
    missing=re.compile(
        r"\b(?:falta(?:n|ba|ban|ron)?|falto|faltante\w*|menos|excepto|salvo|sin el|sin la|incomplet[oa]|de menos)\b|\bno (?:esta|estan|veo|encuentro|aparece|aparecen|tengo|hay|cabe|caben|cargo|cargaron|han cargado|me dieron|viene|vienen)\b(?! nada mal)|\b(?:solo|solamente|nada mas) (?:hay |tengo |veo |van |he cargado |cargue )?(?:\d+|un[oa]?|dos|tres|la mitad)\b|\b(?:\d+|dos|tres|cuatro) de (?:\d+|tres|cuatro|cinco|seis)\b|\bse (?:quedo|quedaron|queda|ha quedado)\b|\b(?:rot[oa]s?|danad[oa]s?|mojad[oa]s?|aplastad[oa]s?)\b|\bdonde esta\w*\b|\bno (?:esta todo|todo)\b"
    ),
    all_there=re.compile(
        r"\b(?:todo|todos|todas|completo|completa)\b.{0,24}\b(?:esta|estan|cargad\w+|arriba|dentro|a bordo|en (?:la furgo\w*|el camion|la camioneta|el coche)|correcto|bien|ok|listo|escanead\w+|revisad\w+|contad\w+|comprobad\w+|conforme|cuadra)\b|\b(?:esta|estan|va|van|llevo|tengo|cargue|he cargado|subi) (?:\w+ )?(?:todo|todos|todas)\b|\b(?:cargad[oa]s?|carga (?:lista|hecha|completa|ok|correcta|terminada|confirmada|revisada)|terminad[oa] de cargar|(?:termine|acabo|acabe|acabado) de cargar|(?:escanee|monte|subi|cargue) todo|coincide|ya cargue|cuadra|conforme|confirm\w+ (?:la )?carga|listo para salir)\b"
        r"|^(?:si+|sip|todo|completo|ok|vale|claro|correcto|confirmo|confirmado|afirmativo|listo)\b|^(?:✅|👍|👌)"
    ),
    no=re.compile(r"^\W*(?:no|nop|negativo|no todo)\b"),
    durations=tuple(spanish_amounts.DURATION),
    seconds=spanish_duration,
    bare_number=re.compile(
        r"\W*(?:(?:unos|como|sobre|solo|casi|mas o menos|otros|seran|son|voy|llego|de|si|ok|vale|tarde|quizas|igual|digamos|al menos|minimo|maximo)\W+)*"
        rf"(?P<number>\d{{1,3}}|{SPANISH_NUMBER})(?:\W+(?:tarde|mas|creo|o asi|o por ahi|maximo|por favor|jefe|min))*\W*"
    ),
)  # fmt: skip
_LANGUAGES = {"en": ENGLISH, "es": SPANISH}
_ENGLISH_NEGATED = re.compile(
    r"\b(?P<verb>is|are|was|were|does|do|did|has|have|had|wo|would|could|should|can|ca|must|need)(?:n't|nt|n`t| n't|not)\b"
)
_LONGEST_DELAY = 86_400
_MILEAGE = re.compile(r"(?<![\w.,-])(?P<number>\d{1,3}(?:[ ,.']\d{3})+|\d{2,7})(?![\d:]|[.,]\d)")


def failure(text: str) -> str | None:
    """Why a delivery failed, as a `Failure`'s value; None when the words do not say."""
    low = _low(text)
    for table in in_order(text, _LANGUAGES):
        said = table.aside.sub(" ", low)
        for kind, pattern in table.failures:
            if pattern.search(said):
                return kind.value
    return None


def incident(text: str) -> str | None:
    """What happened on the road, as an `Incident`'s value, the gravest first; None when the words do not say."""
    low = _low(text)
    for table in in_order(text, _LANGUAGES):
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
    for table in in_order(text, _LANGUAGES):
        rest = table.none_missing.sub(" ", low)
        if table.missing.search(rest):
            return False
        if rest != low or table.all_there.search(rest):
            return True
        if table.no.search(rest):
            return False
    return None


def lateness(text: str) -> int | None:
    """How late somebody is, in seconds, in answer to that question: a bare number counts minutes. Up to a day."""
    low = _low(text)
    for table in in_order(text, _LANGUAGES):
        said = [one for pattern in table.durations for one in pattern.finditer(low)]
        bare = table.bare_number.fullmatch(low)
        words = said[0]["span"] if said else bare["number"] if bare is not None else None
        seconds = table.seconds(words) if words is not None else None
        if seconds is not None:
            return seconds if 0 < seconds <= _LONGEST_DELAY else None
    return None


def mileage(text: str) -> int | None:
    """What the vehicle's counter shows, in its own unit: the one long number of an answer, "48,210" or "48 210"."""
    found = [match["number"] for match in _MILEAGE.finditer(_low(text))]
    shown = {int(re.sub(r"\D", "", number)) for number in found}
    return shown.pop() if len(shown) == 1 else None


def _low(text: str) -> str:
    """The text in lower case, its negations written out ("isnt", "won't": "is not", "will not")."""
    return _ENGLISH_NEGATED.sub(_written_out, without_accents(text.casefold()).replace("’", "'"))


def _written_out(match: re.Match[str]) -> str:
    return {"ca": "can", "can": "can", "wo": "will"}.get(match["verb"], match["verb"]) + " not"
