"""Words of what customers ask of the driver, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.wishes import Wish


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it. Patterns are searched in a clause, in lower case."""

    #: Where one clause ends and another begins.
    split: re.Pattern[str]
    #: Kinds by what a clause says, the surest first.
    kinds: tuple[tuple[Wish, re.Pattern[str]], ...]
    #: A clause with this is no wish of a kind, whatever else it says.
    negated: re.Pattern[str]
    #: What a clause says of when it holds; no denial. Alone it belongs to the next one.
    condition: re.Pattern[str]
    #: A clause that only says what it is about ("for the lamp today").
    about: re.Pattern[str]
    #: Kinds named alone, without saying more.
    bare: tuple[tuple[Wish, re.Pattern[str]], ...]
    #: What is left of a clause that goes on with the one before.
    goes_on: re.Pattern[str]
    #: What is cut from the beginning and the end of a clause.
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    #: Verbs that say no more than the kind does.
    verbs: dict[Wish, re.Pattern[str]]
    #: Words that only ask for the service.
    asking: frozenset[str]
    #: Words that only name a kind.
    names: frozenset[str]
    #: What takes back the words before it.
    taken_back: re.Pattern[str]
    removes: re.Pattern[str]
    negates: re.Pattern[str]
    #: Beside these words a wish to be called says nothing more.
    call_words: frozenset[str]


#: The end of a sentence, and not of a title ("Mrs. Petersen").
_STOP = r"(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)(?<!\bsr)(?<!\bsra)(?<!\bsrta)(?<!\bdra)\.(?=\s|$)"
_PLACES = (
    r"shed|garage|porch|(?:wheelie |recycling |blue |green |black |brown |grey )?bins?|greenhouse|car ?port|door ?step|door ?mat|mat|"
    r"(?:front |back |rear |side )(?:door|gate|step|garden|yard)|balcony|terrace|patio|garden|hall(?:way)?|stair(?:s|well|case)|"
    r"(?:meter |gas )?cupboard|bench|(?:plant|flower) ?pots?|cellar|basement|conservatory|parcel ?(?:box|locker)|lock ?box|letter ?box|"
    r"mail ?box|log ?store|coal ?bunker|out ?house|summer ?house|shelter|fence|hedge|wall|deck|veranda|lobby|mail ?room|post ?room|drive(?:way)?|steps?"
)
_PERSONS = (
    r"neighbou?rs?|next[- ]door|(?:mr|mrs|ms|miss|dr|herr|frau)\.? \w+|concierge|porter|reception(?:ist)?|doorman|caretaker|janitor|"
    r"security(?: guard)?|(?:people|family|man|woman|lady|guy|couple) (?:at|in|from|opposite|across|next|upstairs|downstairs)|"
    r"across the (?:hall|street|road|landing)|(?:the )?(?:flat|house|apartment|door) (?:opposite|above|below)|"
    r"my (?:mum|mom|mother|dad|father|husband|wife|partner|son|daughter|sister|brother|flat ?mate|room ?mate|colleague|landlord|landlady)"
)
_STARTS = (
    r"(?:please |then |also |or |else )*(?:call|ring|phone|text|leave|put|drop|hide|place|give|hand|use|don'?t|do not|knock|press|park|"
    r"the (?:gate|door|entry|access|buzzer)|(?:gate|door|entry|access|front|buzzer|key ?safe)(?: door| gate)? (?:code|pin)|(?:the|my) code|code|"
    r"beware|mind|watch|there(?: is|'s)|we have|i have|with (?:the|my|mr|mrs|ms))\b"
)
ENGLISH = Table(
    split=re.compile(
        rf"[;!\n]+|{_STOP}|,\s*(?:and |or |then |but )?|\s+(?:and|then|or else|otherwise|or|but)\s+(?={_STARTS}|(?:if|in case|should (?:no|i|we))\b)"
    ),
    kinds=(
        (
            Wish.CALL_FIRST,
            re.compile(
                r"\b(?:call|phone|ring|text|telephone|message|contact|give(?= (?:me|us|him|her|them) an? (?:\w+ )?(?:call|ring|shout|bell|buzz|text|heads[- ]up)\b))\b(?! (?:the|my) (?:bell|door ?bell|buzzer))"
                r"(?=.*\b(?:me|us|ahead|first|beforehand|my (?:mobile|cell|phone)|before (?:you|he|she|they|coming|arriving|delivery)|call|ring|"
                r"(?:when|once|after|upon) (?:you|u|he|she|they|ur|arriv|reach)\w*)\b)"
                r"(?!.*\b(?:parcel|package|it) (?:to|with)\b)(?!.*\bnext[- ]door\b)"
            ),
        ),
        (
            Wish.CODE,
            re.compile(
                r"(?<!post )(?<!bar)(?<!post)(?<!zip )\b(?:code|codes|pin number|pin|key ?pad|key ?safe|key ?box|intercom code)\b"
                r"|\b(?:buzz|buzzer|press|dial|intercom)\b.*\d"
            ),
        ),
        (
            Wish.NEIGHBOUR,
            re.compile(
                rf"\b(?:leave|give|hand|drop|deliver|take|bring|pass|ring|knock|try|ask|with|to|at|or)\b.*\b(?:{_PERSONS})\b"
                rf"|\b(?:{_PERSONS})\b.*\b(?:take|takes|accept|sign|has|have|will|can|is home|are home)\b"
                r"|^(?:the |my |our )?neighbou?rs?\b|\b(?:leave|give|hand|drop|deliver) (?:it |them |the \w+ |my \w+ )?(?:with|to|at) (?:the )?(?:number|no\.?|flat|apartment|house) ?#?\d+\w?"
            ),
        ),
        (
            Wish.SAFE_PLACE,
            re.compile(
                rf"^(?!(?:.* )?(?:i am|i'm|im|we are|we're) (?:\w+ ){{0,3}}(?:in|on|at|by)\b(?!.*\b(?:leave|put|drop|place|hide)\b)).*\b(?:leave|put|drop|place|hide|stash|pop|chuck|set|stick|store|dump|go|goes|inside|in|on|at|by|behind|under|underneath|beside|near|next to|over|round|around|between)\b"
                rf".*\b(?:{_PLACES})\b"
                r"|\b(?:leave|put|drop|hide|stash|pop|chuck|stick) (?:it|them|everything|(?:the|my|our) \w+) (?:in|on|at|by|behind|under|beside|near|next to|over|round|around|inside|outside|between|somewhere)\b"
                r"|\bsafe (?:place|spot)\b"
            ),
        ),
    ),
    negated=re.compile(r"\b(?:do not|don'?t|never|not|no need|without|no ?(?:one|body) (?:has|needs|should|must))\b"),
    condition=re.compile(
        r"(?:^| )(?:only )?(?:if|in case|when|should (?=no ?one|nobody|i |we )) ?(?:.*?(?= (?:then |just |please |you can |u can )*(?:leave|put|give|hand|drop|take|bring|pass|ring|call|phone|text|knock|try|ask|deliver|hide)\b)|.*)"
    ),
    about=re.compile(rf"^(?:(?:the )?same (?:thing )?(?:for|with|goes for)|for|with(?! \w+ (?:{_PERSONS}|{_PLACES}|bell|buzzer|intercom|code|key|dog)\b)|as for|about|regarding|re|back to) (?:the|my|our|this|that|today'?s|tomorrow'?s) \w+(?: \w+)?(?: (?:today|tomorrow|tonight|(?:this )?(?:morning|afternoon|evening)))?$"
        r"|^(?:(?:and|now|then|so|next) )*(?:this|that|it|(?:the |my )?(?:next|other|second|third|last)(?: (?:one|point|thing|wish|request))?|(?:my )?(?:point|item|number|part|wish|request) (?:\d+|one|two|three|four|five))"
        r"(?:(?:'s| is)? (?:about|for)| concerns?| regards| has to do with)?(?: (?:the|my|our) \w+(?: \w+)?)?:?$"),
    bare=(
        (Wish.CODE, re.compile(r"^(?:the |a |my |an )?(?:(?:gate|door|entry|access|buzzer|front door) )?(?:code|pin)(?: for the (?:gate|door|building))?$")),
        (Wish.CALL_FIRST, re.compile(r"^(?:a )?(?:call|ring|phone)(?: me| first| ahead| before)*$")),
        (Wish.SAFE_PLACE, re.compile(r"^(?:a |the |my )?safe (?:place|spot)(?: (?:to|for) .*)?$")),
        (Wish.NEIGHBOUR, re.compile(r"^(?:a |the |my )?neighbou?r$")),
    ),
    goes_on=re.compile(r"^(?:next to|behind|under|underneath|near|beside|by|on|in|at|inside|it'?s|it is|between|opposite|to the|left of|right of)\b"),
    lead=re.compile(
        r"^(?:(?:hi|hello|hey|hiya|good (?:morning|evening|afternoon)|please|pls|plz|ok|okay|and|also|then|or|else|but|so|just|kindly|actually|(?:no|sorry|yes|wait)(?=,)|(?:sorry|oops|i mean|i meant)(?= (?:the|my)\b)|(?:oh )?no,? (?:wait|sorry)(?! (?:for|un|till?))|"
        r"for (?:my|the|this) (?:order|delivery|parcel|package)|for (?:the|my|our|today'?s|tomorrow'?s) \w+(?: \w+)?\s*(?=:)|(?:delivery )?(?:instructions?|notes?)(?: (?:for|to) (?:the |my |your )?(?:driver|courier|delivery))?\s*:"
        r"|if (?:it|that|you)[^,]{0,40}?\b(?:imposition|trouble|bother|hassle|inconvenience|mind|possible)(?: at all)?"
        r"|(?:can|could|would|will|might|may) (?:you|they|he|she|the (?:driver|courier))(?: please| kindly| perhaps| possibly| maybe)?(?! (?:take|carry|bring|wait|come|help))"
        r"|i(?:'d| would| want| need|'ll)(?: like| need| want)*(?: you| him| them| the (?:driver|courier))? to"
        r"|(?:tell|ask|let|inform|remind|instruct) (?:the |your |my )?(?:driver|courier|delivery (?:man|guy|person|driver)|him|her|them|postman)(?: know| please)?(?: to(?! the\b)| that| about)?"
        r"|(?:add|make|leave|write|put|pass)(?: (?:the |my |your )?(?:driver|courier))? (?:a|the|another) (?:delivery |little |short |quick )?(?:note|instruction|message)(?: (?:for|to|on to) (?:the |my |your )?(?:driver|courier))?(?:\s*:| that| saying| to)?"
        r"|note (?:for|to) (?:the |my |your )?(?:driver|courier)\s*:?"
        r"|(?:it )?should(?! (?:i|we|no ?one|nobody|any ?one)\b)|the (?:driver|courier) (?:should|can|may|must|needs to|has to|could)"
        r")[\s,:]+)+"
    ),
    tail=re.compile(r"[\s,]*\b(?:please|pls|plz|thanks|thank you|thx|cheers|ta|sorry|if possible|if you can|ok|okay|lol)\b[\s.!]*$"),
    verbs={
        Wish.SAFE_PLACE: re.compile(
            r"^(?:(?:safe (?:place|spot)(?: is|:| would be)?|you can|(?:leave|put|drop|place|hide|stash|pop|chuck|stick)(?: it| them| everything| (?:the|my|our) (?:parcel|package|order|delivery|box|stuff|goods))?)[\s:,]+)+"
        ),
        Wish.NEIGHBOUR: re.compile(
            r"^(?:(?:you can|leave|give|hand|drop|deliver|pass)(?: it| them| everything| (?:the|my|our) (?:parcel|package|order|delivery|box))?(?: over)?(?: with| to| at)\s+)"
        ),
        Wish.CODE: re.compile(r"^(?:use |the |my |our |it's |its |it is |enter |type |code(?: is|:)? (?=\S*\d))+"),
    },
    asking=frozenset(
        "a an the my our your i i'd id we would like want need to add give leave make set put some any new another have has got more "
        "delivery special instruction instructions note notes message driver courier order for with please pls plz can could you may how "
        "do does it this that something tell let know about of is there be on in change update edit and them him will wanna will am "
        "hi hello hey thanks thank parcel package thing things information info detail details say said one details' regarding "
        "where when who which what "
        "oh ah uh um hm hmm pff ugh well so right alright great fine good cool nice lovely shame pity typical sorry lol btw by way same too also "
        "another one two more last quick know knows must should needs k kk okey okie yep yup yeah yes aye thx ty pass on gets sure there's theres we we've forgot mention ill i'll".split()
    ),
    names=frozenset(("code", "gate", "door", "pin", "entry", "safe", "place", "spot")),
    taken_back=re.compile(
        r"(?<![\s,.;–-])[\s,.;–-]+(?:no,? (?:wait|sorry|actually)|(?:wait|sorry|actually),? no|scratch that|on second thoughts?|forget that)\b[\s,.:!-]*"
        r"|\b(?:delete|scratch|strike|scrap|cancel|forget|ignore|undo|erase|remove|drop) (?:that|it|this|the last (?:one|bit|message))(?=\s*(?:$|[,.;:!–-])|\s+(?:sorry|please|pls|i|it'?s|it is|it should|my|the (?:right|correct|real|new|gate|door|entry|code)|wrong|actually|instead|use|and)\b)"
        r"[\s,.:;!-]*(?:(?:sorry|please|pls|and|oops|actually|instead|wrong (?:one|code|number)|my (?:mistake|bad)|i (?:was wrong|(?:mis\w+|got|made|read|typed|said)(?: (?:it|that|a mistake|the \w+))?(?: wrong)?))[\s,.:;!-]+)*",
        re.IGNORECASE,
    ),
    removes=re.compile(
        r"\b(?:remove|delete|clear|forget|cancel|scrap|drop(?! (?:it|them|this|that|the \w+) off)|erase|take (?:back|off|out|away)|get rid of|ignore)\b.*\b(?:instructions?|notes?|wish(?:es)?|(?:gate |door )?code|them|safe place)\b"
        r"|\bno (?:more )?(?:delivery )?instructions\b"
    ),
    negates=re.compile(r"\b(?:do not|don'?t|never)\b"),
    call_words=frozenset(
        "call phone ring text telephone message give me us a first please before you he she they the driver come comes coming arrive arrives "
        "arriving deliver delivery delivering ahead beforehand when are is on way your my mobile cell and to can just quick to".split()
    ),
)  # fmt: skip
_LUGARES = (
    r"portal|porteria|conserjeria|garaje|cochera|trastero|caseta(?: del? \w+)?|lenera|cobertizo|invernadero|porche|terraza|balcon|patio|jardin|entrada|rellano|descansillo|escaler(?:a|on)|"
    r"felpudo|tapete|alfombrilla|maceta|macetero|seto|valla|verja|buzon|taquilla|casillero|contador(?:es)?|armario|banco|escalon|sotano|bodega|zaguan|vestibulo|lobby|muro|columna|puerta(?: trasera| de atras| lateral| principal)?|"
    r"ventana|cubo|contenedor|basura|tejadillo|parrilla|mesa|silla(?! de ruedas)|muelle|almacen|sombra|sitio seco|lado"
)
_PERSONAS = (
    r"vecin[oa]s?|porter[oa]|conserje|vigilante|guardia|seguridad|recepcion(?:ista)?|encargad[oa]|(?:la )?(?:casa|puerta|piso|tienda|bar|peluqueria|panaderia|oficina) de (?:al lado|abajo|arriba|enfrente)|"
    r"(?:don|dona|senor|senora|sr\.?|sra\.?) \w+|senora de \w+|(?:mi|su) (?:madre|padre|mama|papa|mujer|marido|esposa|esposo|pareja|hij[oa]|herman[oa]|companer[oa]|suegr[oa]|cunad[oa]|abuel[oa]|casero|casera|jef[ea])|"
    r"al lado|enfrente|(?:el|la) (?:de )?(?:\d+\w?|bajo|primero|segundo|tercero|cuarto|quinto|atico)(?: \w)?"
)
_DEJAR = r"(?:dej\w+|pon\w*|pong\w+|met\w+|coloc\w+|escond\w+|tir\w+|entreg\w+|d[ea]\w{0,4}(?:lo|la|los|las|selo|sela)|apoy\w+|guard\w+)"
_EMPIEZA = (
    r"(?:por favor |porfa |luego |tambien |que )*(?:(?:me )?llam\w+|avis\w+|toc\w+|timbr\w+|dej\w+|pon\w+|met\w+|entreg\w+|escond\w+|dad\w*|den\w*|usa\w*|no (?:toq|llam|dej|aparq)\w+|"
    r"(?:el|la) (?:codigo|clave|pin|contrasena|portal|puerta|timbre)|codigo|clave|cuidado|hay (?:un|una)|tengo|tenemos)\b"
)
SPANISH = Table(
    split=re.compile(rf"[;!\n]+|{_STOP}|,\s*(?:y |o |luego |pero )?|\s+(?:y|luego|pero|si no|o)\s+(?={_EMPIEZA}|(?:por )?si (?:no|nadie|acaso)\b)"),
    kinds=(
        (
            Wish.CALL_FIRST,
            re.compile(
                r"\b(?:llam(?!ad[ao]s?\b)(?:e|en|ad|a|ar|ame|enme|adme|eme|arme|es)\w{0,2}|avis(?:e|en|ad|a|ar|ame|enme|adme|eme|arme)\w{0,2}|telefone\w+|marcar?|(?:dar|den|da|dad|pegue|haga)\w* (?:una? )?(?:toque|telefonazo|grito|llamad(?:a|ita))|mande\w* (?:un )?(?:whatsapp|mensaje|sms))\b"
                r"(?! (?:al timbre|a la puerta|al telefonillo|al portero automatico))(?!.*\b(?:vecin\w+|al lado)\b)"
            ),
        ),
        (
            Wish.CODE,
            re.compile(
                r"(?<!codigo postal )\b(?:codigo(?! postal)|clave|contrasena|pin|combinacion)\b|\b(?:marca\w*|pulsa\w*|teclea\w*|telefonillo|interfono|portero automatico)\b.*\d"
            ),
        ),
        (
            Wish.NEIGHBOUR,
            re.compile(
                rf"\b(?:{_DEJAR}|llev\w+|pas\w+|pregunt\w+|prueb\w+|timbr\w+|con|a)\b(?=.{{0,120}}?\b(?:{_PERSONAS})\b).{{0,60}}?\b(?:con|al?|el|la|los|en casa de|en|de|por)\b.{{0,60}}?\b(?:{_PERSONAS})\b"
                rf"|\b(?:{_PERSONAS})\b.*\b(?:recib\w+|recog\w+|firm\w+|acept\w+|coge\w*|guard\w+|abre|abrir\w*|esta en casa|estara en casa)\b|\b(?:recib\w+|recog\w+|firm\w+|guard\w+)\b.*\b(?:{_PERSONAS})\b"
                r"|^(?:(?:el|la|mi|con el|con la|al|a la) )?vecin[oa]\b"
            ),
        ),
        (
            Wish.SAFE_PLACE,
            re.compile(
                rf"^(?!.*\b(?:llegar|abrir|tardo|(?:se|os) qued\w+ (?:parad|atascad|bloquead|fuera)\w*)\b).*\b(?:{_DEJAR}|en|detras|debajo|bajo|encima|junto|al lado|dentro|por encima|por detras|delante|sobre|entre|tras)\b.*\b(?:{_LUGARES})\b"
                rf"|\b{_DEJAR} (?:\w+ )?(?:en|detras|debajo|bajo|encima|junto|dentro|delante|sobre|fuera|afuera|escondid[oa])\b|\b(?:lugar|sitio) seguro\b"
            ),
        ),
    ),
    negated=re.compile(r"\b(?:no|nunca|jamas|sin)\b"),
    condition=re.compile(
        r"(?:^| )(?:por )?si (?:acaso )?(?:no|nadie) (?:estoy|estamos|esta|hay nadie|hay|abro|abre|abren|abrimos|oigo|contesto|contesta|contestan|respondo|responde|responden|puedo)\b(?: nadie| en casa| el timbre| cuando (?:lleg|veng|pas)\w+(?: (?:el|la|los|las|mi|mis)(?: \w+)?)?)*"
    ),
    about=re.compile(rf"^(?:(?:lo mismo |igual )?(?:para|sobre|en cuanto a|con(?! \w+ (?:{_PERSONAS}))) (?:el|la|los|las|mi|mis|lo)|el pedido|el de (?:el|la|los|las)|lo del?) (?:del? )?(?:(?:el|la|los|las) )?\w+(?: \w+)?(?: de)?(?: (?:hoy|manana|esta (?:tarde|manana)))?$"),
    bare=(
        (Wish.CODE, re.compile(r"^(?:(?:el|la|mi|un) )?(?:codigo|clave|pin|contrasena)(?: de(?:l| la) (?:portal|puerta|entrada|edificio|garaje|urbanizacion))?$")),
        (Wish.CALL_FIRST, re.compile(r"^(?:(?:una )?llamada|llamar|llamame|llamenme|llamadme|avisar|avisadme|avisame|avisenme)(?: antes| primero| previa| por telefono)*$")),
        (Wish.SAFE_PLACE, re.compile(r"^(?:(?:un|el|mi) )?(?:lugar|sitio) seguro(?: (?:para|donde) .*)?$")),
        (Wish.NEIGHBOUR, re.compile(r"^(?:(?:un|el|la|mi|con el|con la|al|a la) )?vecin[oa]$")),
    ),
    goes_on=re.compile(r"^(?:detras|debajo|bajo|encima|junto|al lado|cerca|en|dentro|entre|enfrente|frente|a la (?:izquierda|derecha)|es|esta|delante|sobre)\b"),
    lead=re.compile(
        r"^(?:(?:hola|buenas(?: tardes| noches)?|buenos dias|por favor|porfa|xfa|ok|vale|y|tambien|luego|o|pero|perdon(?=,)|no(?=,)|espera(?=,)|mejor|solo|"
        r"(?:para|en|con) (?:el|mi|este) (?:pedido|paquete|envio)|(?:para|con|sobre|el de) (?:el|la|los|las|mi|lo del?) (?:\w+ ){0,2}\w+\s*(?=:)|(?:instrucciones?|notas?)(?: de entrega)?(?: para el (?:repartidor|mensajero))?\s*:"
        r"|(?:me |le )?(?:pued[eo]s?|pueden|podeis|podria[ns]?|podriais)(?: por favor)?(?! (?:subir|bajar|esperar))"
        r"|(?:quiero|querria|quisiera|me gustaria|necesito)(?: que)?|(?:di(?:le|gan?le|cidle)|decidle|decile|pidele|avisa(?:le|d)?|avisen)(?: al (?:repartidor|mensajero|chofer|conductor|chico))(?: que| de que)?"
        r"|(?:anad[ea]|agrega|agregar|anadir|pon|deja|poner)(?:me)? (?:una |la )?(?:nota|instruccion)(?: (?:para|al) (?:el )?(?:repartidor|mensajero))?(?:\s*:| de que| que)?"
        r"|que(?: (?:lo|la|los|las|me)(?= dej| pong| met))?|el (?:repartidor|mensajero|chico) (?:puede|debe|tiene que)"
        r")[\s,:]+)+"
    ),
    tail=re.compile(r"[\s,]*\b(?:por favor|porfa|porfavor|xfa|gracias|muchas gracias|grax|si puede ser|si es posible|si puedes|vale|ok|perdon|sin problema|esta bien)\b[\s.!]*$"),
    verbs={
        Wish.SAFE_PLACE: re.compile(
            rf"^(?:(?:(?:un |el )?(?:lugar|sitio) seguro(?: es| seria|:)?|(?:lo |la )?{_DEJAR}(?: el (?:paquete|pedido)| la caja| todo)?)[\s:,]+)+"
        ),
        Wish.NEIGHBOUR: re.compile(rf"^(?:(?:lo |la )?(?:{_DEJAR}|llev\w+)(?: el (?:paquete|pedido)| la caja)?(?: con| al?| en)?\s+)(?=\w)"),
        Wish.CODE: re.compile(r"^(?:(?:usa\w*|marca\w*|el|la|mi|es)\s+|(?:codigo|clave)(?: es|:)?\s+(?=\S*\d))+"),
    },
    asking=frozenset(
        "un una unos el la los las mi mis su de del al a para con que y o me le lo se quiero quisiera querria necesito gustaria anadir anade agregar agrega dar dejar deja poner pon hacer cambiar "
        "actualizar alguna algun algunas nueva nuevas otra otro hay tengo tener entrega entregas especial especiales instruccion instrucciones nota notas mensaje repartidor mensajero conductor chofer pedido paquete "
        "por favor porfa puedo puede pueden podeis como es eso esto decir digo decirle dile algo informacion donde cuando quien hola buenas gracias cosa sobre en dejarlo "
        "diselo digaselo diganselo decidselo dicelo comentaselo comentenselo avisale avisalo avisadle avisenle pasaselo hazselo hazle haganselo ok okey si se "
        "ah oh eh uf ay vale guay genial perfecto bueno pues oye oiga mira perdona perdone disculpa disculpe muchas mil che jo otro cosita cosas mas ultima sepa sepan saber darle darles darte daros dejarle dejarles dejaros decirles deciros tienen tenemos olvide mencionar comentar falta hace".split()
    ),
    names=frozenset(("codigo", "pin", "clave", "sitio", "lugar", "seguro", "edificio")),
    taken_back=re.compile(
        r"(?<![\s,.;–-])[\s,.;–-]+(?:no,? (?:espera|perd[oó]n|mejor)|(?:espera|perd[oó]n|mejor dicho),? no|olvida eso|mejor no)\b[\s,.:!-]*"
        r"|\b(?:borra|quita|olvida|anula|ignora|elimina|cancela)d?(?:l[oa]| (?:eso|esto|lo (?:anterior|ultimo|último|de antes)))(?=\s*[,.;:!–-]|\s+(?:perd[oó]n|que|es|me|el (?:bueno|correcto|codigo|código)|la (?:buena|correcta|clave))\b)"
        r"[\s,.:;!-]*(?:(?:perd[oó]n|que|por favor|me (?:he )?equivo\w+|(?:lo |la )?le[ií] mal|(?:lo |la )?puse mal)[\s,.:;!-]+)*",
        re.IGNORECASE,
    ),
    removes=re.compile(
        r"\b(?:quit\w+|borr\w+|elimin\w+|olvid\w+|cancel\w+|anul\w+|ignor\w+)\b.*\b(?:instruccion(?:es)?|notas?|codigo|clave|lo del? (?:vecino|codigo))\b|\bsin instrucciones\b|\bninguna instruccion\b"
    ),
    negates=re.compile(r"\bno (?:\w+ )?(?:quit|borr|elimin|olvid|cancel|anul|ignor)"),
    call_words=frozenset(
        "llame llamen llamad llama llamar llamame llamenme llamadme llameme llamarme avise avisen avisad avisa avisar avisame avisenme avisadme aviseme avisarme por telefono al movil a mi me "
        "antes primero favor de que venir llegar entregar cuando lleguen llegue llegueis vengan venga vengais esten este esteis cerca el la un una toque den dar para y lo entrega reparto previa llamada solo".split()
    ),
)  # fmt: skip
LANGUAGES = {"en": ENGLISH, "es": SPANISH}

#: The name of somebody or something, in two or three words; a floor or a door, said alone.
NAME = re.compile(r"[A-ZÁÉÍÓÚÑÄÖÜ][\w'’-]+(?: [A-ZÁÉÍÓÚÑÄÖÜ][\w'’-]+){1,2}")
DOOR = re.compile(
    r"(?:(?:the )?(?:\d+(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|top) floor|(?:flat|apartment|door|house|number|no\.?) ?\d+\w?"
    r"|(?:the one )?(?:in|at|from) (?:flat|apartment|number|no\.?|house) ?\d+\w?|(?:el |la |l[oa]s )?(?:del?|de la|en el|en la) (?:\d+\w{0,2}|bajo|primero|segundo|tercero|cuarto|quinto|atico)(?: (?:piso|[a-z]|izquierda|derecha))?|(?:en )?(?:el |la )?(?:\d+[oa]?|primer|segundo|tercer|cuarto|quinto|ultimo) piso|(?:piso|puerta|portal|numero) \d+\w?)"
)
#: Somebody who is given something, in words that say so, or by a name.
WHO = re.compile(rf"(?:with |to |con |a )?(?:the |my |our |el |la |mi |un |una )?(?:{_PERSONS}|{_PERSONAS})(?: \w+)?")
GIVEN_TO_NAME = re.compile(
    r"\b(?i:leave|give|hand|drop|pass|deliver)(?: (?i:it|them|everything|(?:the|my) \w+))?(?: over)? (?:to|with) [A-ZÁÉÍÓÚÑÄÖÜ]\w+"
    r"|\b(?i:d[aeé]\w{0,4}l[aoe]s?|d[eé]j\w+|entr[eé]g\w+|p[aá]s\w+)(?: (?i:(?:el|la|los|las|mi) \w+))? (?:al?|con) [A-ZÁÉÍÓÚÑÄÖÜ]\w+"
)
