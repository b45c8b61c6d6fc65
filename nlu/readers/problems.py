"""What is wrong with a delivery, out of a customer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.problems import ALL_ITEMS, Problem
from nlu.readers.spoken import in_order
from nlu.text import without_accents


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it, in lower case. Of the kinds the first that fits counts."""

    kinds: tuple[tuple[Problem, re.Pattern[str]], ...]
    all_items: re.Pattern[str]
    no_photo: re.Pattern[str]
    still_missing: re.Pattern[str]
    arrived: re.Pattern[str]


_PARCEL = r"(?:parcel|package|order|delivery|packet|box|shipment|stuff|goods|letter|it|they|driver|courier)"
_NOTHING = r"(?:not|n't|nt|never|nothing|nowhere|no sign|no trace|no parcel|no package|nobody|no one|where)"
ENGLISH = Table(
    kinds=(
        (
            Problem.NOT_RECEIVED,
            re.compile(
                rf"\b(?:says?|said|marked|shows?|showing|status|claims?|claimed|tracking|tracker|app|website|allegedly|supposedly|apparently)\b.*\bdel(?:i|ie|e)v\w*d\b(?=.*{_NOTHING})"
                rf"|{_NOTHING}\b.*\b(?:says?|said|marked|shows?|status|claims?|tracking|app)\b.*\bdel(?:i|ie|e)v\w*d\b"
                r"|\b(?:says?|said|marked|shows|showing|claims?)\b.{0,20}\bdel(?:i|ie|e)v\w*d\b"
                rf"|\b(?:never|not|n't|didnt|hasnt|havent|havn't|wasnt|isnt) (?:yet |actually |even |been |my )?(?:arrive|arrived|come|came|turn(?:ed)? up|show(?:n|ed)? up|receive|received|got|get|gotten|had|reached|delivered|here)\b(?!.*\b(?:one|part|all|some|item|half|everything)\b)"
                rf"|\bcan(?:'?t|not| not) find (?:(?:it|them|any of it)\b|(?:the|my|our) {_PARCEL}\b)|\bstill (?:nothing|not (?:here|there|arrived|come))\b"
                r"|\bnothing (?:has |had |was |is |'s )?(?:here|there|arrived|came|come|at|on|in|outside|delivered|turned)\b"
                rf"|(?<!of )\b(?:my|the|our|whole|entire) (?:whole |entire )?(?:parcel|package|order|delivery|packet|shipment) (?:is|has|'s|went|gone|was)(?: been)? (?:completely |totally )?(?:missing|lost|gone|stolen|vanished|disappeared|nicked|pinched)\b"
                rf"|\b(?:stolen|nicked|pinched|swiped)\b.*\b{_PARCEL}\b|\b{_PARCEL}\b.*\b(?:stolen|nicked|pinched|swiped)\b"
                r"|\b(?:wrong|another|different|someone else'?s|somebody else'?s) (?:house|address|door|flat|apartment|building|street|person|porch)\b"
                r"|\bno (?:parcel|package|delivery|sign of (?:it|the|my))\b"
            ),
        ),
        (
            Problem.WRONG_ITEM,
            re.compile(
                r"\b(?:wrong|incorrect|different|another)\b (?!with|side|time|day|date|name|number|postcode)\w*"
                r"|\bnot (?:what|the (?:one|thing|item|colou?r|size|model)) (?:i|we) (?:ordered|wanted|bought|asked)\b"
                r"|\b(?:instead of|rather than)\b|\b(?:someone|somebody) else'?s (?:order|parcel|package|stuff|things|goods|items?)\b"
                r"|\b(?:mixed up|mix-?up|swapped)\b|\b(?:didn'?t|did not|never) order(?:ed)?\b"
                r"|\b(?:ordered|wanted|asked for)\b.*\b(?:but|and) (?:i |we |you )?(?:got|received|sent|delivered)\b(?! (?:only|just|nothing|\d|one|two|half))"
            ),
        ),
        (
            Problem.DAMAGED,
            re.compile(
                r"\b(?:broken|broke|damag\w*|crack\w*|smash\w*|crush\w*|dent\w*|scratch\w*|leak\w*|torn|ripped|shatter\w*|bent|squash\w*|soak\w*|"
                r"wet|spoil\w*|spoilt|rotten|defect\w*|fault\w*|chipp\w*|chip|mould\w*|mold\w*|melt\w*|burst|split|snapped|bust|busted|wrecked|"
                r"ruined|destroyed|thawed|defrosted|stained|dirty|warped|dead on arrival|doa|battered|mangled|punctured|caved in|fell apart|in (?:bits|pieces|shards))\b"
                r"|\b(?:doesn'?t|does not|won'?t|will not|not|isn'?t|don'?t|stopped) (?:work\w*|turn(?:ing)? on|switch(?:ing)? on|start\w*|power\w*)\b"
                r"|\b(?:already|been) (?:opened|open|used)\b"
            ),
        ),
        (
            Problem.MISSING,
            re.compile(
                r"\b(?:missing|incomplete|forgot\w*|left out|omitted|short(?:ed)?|lacking|absent)\b"
                r"|\bonly (?:got|received|have|had|came|found|\d+|one|two|three|half|part|there (?:is|was|were|are))\b|\b(?:got|received|came|were|was) (?:with )?only\b"
                r"|\b(?:not|n't|nothing) (?:in|inside|among|with) (?:the |my |it\b|there\b)|\b(?:without|minus) (?:the|a|its|my|any)\b"
                r"|\b(?:one|\d+|two|some|part|half|rest) of (?:the|my|it|them)\b.*\b(?:not|n't|never|where)\b|\bwhere(?:'s| is| are) the (?:rest|other)\b"
                r"|\bordered (?:\d+|two|three|four|five|six)\b.*\b(?:got|received|came|arrived) (?:only |just )?(?:\d+|one|two|three|four|five)\b"
                r"|\b(?:rest|other (?:half|one|box|item|part)) (?:is|was|has|of)?\b.*\b(?:not|n't|never)\b|\bempty\b"
            ),
        ),
    ),
    all_items=re.compile(
        r"^(?:it(?:'s| is| was)? )?(?:all|everything|all of (?:it|them)|the (?:whole|entire) (?:thing|order|parcel|lot|box)|both|every one|the lot)\b"
    ),
    no_photo=re.compile(
        r"^(?:no|nope|nah|none|skip(?: it| that| this)?|without|later|not now|sorry)[\s.,!]*$|^(?:no|sorry)[, ]+(?:thanks?|thank you|sorry|i|we)\b|\b(?:no|without(?: a)?|don'?t have|haven'?t got|can'?t|cannot|could not|couldn'?t|didn'?t|did not|unable|not possible|impossible)\b.*"
        r"\b(?:photo|photograph|photos|pictures|picture|pic|image|camera|one|any|that|send|take|took)\b|\b(?:photos?|pictures?|pics?)\b[, ]+(?:i )?(?:don'?t have|have none|can'?t)\b|\bthrew it\b|\bthrown away\b"
    ),
    still_missing=re.compile(
        r"\b(?:still|nothing|not (?:here|there|at|found|in)|isn'?t|is not|no(?:pe|t yet)?|nowhere|never|haven'?t|hasn'?t|didn'?t|did not|can'?t find|cannot find|checked|looked)\b"
    ),
    arrived=re.compile(
        r"\b(?:found|got|have) (?:it|them|the)\b|\b(?:it|they)(?:'s| is| are|'ve| has| have)? (?:here|arrived|come|turned up|was|were|there now)\b|^(?:yes|yep|yeah|yup)\b|"
        r"\b(?:neighbou?r|wife|husband|reception|concierge) (?:has|had|took|gave)\b|\bturned up\b|\bnever ?mind\b"
    ),
)  # fmt: skip
_PAQUETE = r"(?:paquete|pedido|envio|caja|compra|entrega|encargo|carta|cosas)"
_NADA = r"(?:no|nada|nunca|nadie|ni rastro|ningun|tampoco)"
SPANISH = Table(
    kinds=(
        (
            Problem.NOT_RECEIVED,
            re.compile(
                rf"\b(?:dic\w*|pone|sale|aparece|figura|marca\w*|consta|segun|estado|app|web|pagina|supuestamente|me llego (?:un|el) (?:aviso|correo|mensaje))\b.*\b(?:entreg|repart|recibi)\w*\b"
                rf"|\b{_NADA}\b.*\b(?:dic\w*|pone|sale|aparece|figura|marca\w*|consta)\b.*\bentreg\w*"
                r"|\b(?:lo|la|los|las|me lo|dan|dieron|dado) (?:han |habeis |dan |por )?(?:dado |marcado )?(?:como |por )?entregad[oa]s?\b.*\b(?:no|nada|nadie)\b"
                r"|\b(?:no|nunca|jamas|sigue sin|siguen sin) (?:me |nos |se |lo |la |los |las |ha |han |he |hemos |lo he |la he )*(?:lleg\w+|recib\w+|venid\w+|vino|vinieron|apareci\w+|aparece\w*|traid\w+|trajeron|entregar\w+|entregad\w+|llegad\w+)\b(?!.*\b(?:una?|parte|todo|todos|todas|algun\w*|el resto|complet\w+) )"
                rf"|\bno (?:lo|la|los|las|me lo)? ?(?:encuentr\w+|veo|esta por ningun|hay nada|hay ningun)\b|\baqui no (?:hay|esta|ha llegado) |\b(?:mi|el|nuestro) {_PAQUETE} (?:se ha |se |ha |esta )?(?:perdido|desapareci\w+|extravi\w+|robad\w+|perdio)\b"
                rf"|\b(?:rob\w+|hurt\w+|mangad\w+)\b.*\b{_PAQUETE}\b|\b{_PAQUETE}\b.*\b(?:rob(?:ado|aron|o)|hurtado)\b|\bme (?:lo |la )?(?:han robado|robaron)\b"
                r"|\b(?:entregad\w+|dejad\w+|dejaron|entregaron)\b.*\b(?:otra (?:casa|puerta|direccion|persona)|otro (?:piso|portal|sitio|lado|numero)|direccion equivocada|puerta equivocada)\b|\bla foto no es\b|\bno es mi (?:puerta|casa|portal)\b|\b(?:portero|conserje|vecin[oa]) no (?:tiene|sabe) nada\b"
            ),
        ),
        (
            Problem.WRONG_ITEM,
            re.compile(
                r"\bno (?:es|era|son|eran|coincide con|corresponde (?:a|con)) (?:lo|la|el|los|las)(?: \w+)? que (?:pedi|pedimos|habia pedido|compre|compramos|encargue|queria|he pedido|hemos pedido)\b|\b(?:producto|articulo|pedido|modelo|color|talla|cosa) (?:equivocad|erron|incorrect|distint|diferent)\w+"
                r"|\b(?:equivocad[oa]s?|erroneos?|errone[oa]|otra cosa|otro (?:producto|articulo|modelo|color|pedido)|otra (?:talla|persona|referencia)|de otr[oa] (?:cliente|persona|senora?|vecin[oa])|que no (?:pedi|he pedido|hemos pedido|es mio|es mia))\b"
                r"|\b(?:en (?:vez|lugar) de|cambiado|confundid\w+|se equivocaron|os habeis equivocado|se han equivocado)\b|\b(?:pedi|pedimos|compre|encargue|queria|habia pedido)\b.*\b(?:y|pero) (?:me |nos |os |ha |han |habeis )*(?:lleg\w+|mand\w+|envi\w+|traj\w+|traid\w+|dieron|vino|viene)\b(?! (?:solo|\d|dos|uno|una|nada|la mitad))"
            ),
        ),
        (
            Problem.DAMAGED,
            re.compile(
                r"\b(?:rot[oa]s?|rompi\w*|danad[oa]s?|estropead[oa]s?|golpead[oa]s?|golpes?|abollad[oa]s?|aplastad[oa]s?|machacad[oa]s?|rayad[oa]s?|rayon(?:es)?|rajad[oa]s?|grietas?|agrietad[oa]s?|partid[oa]s?|quebrad[oa]s?|hech[oa]s? (?:trizas|anicos|polvo|pedazos|un asco)|trizas|"
                r"mojad[oa]s?|empapad[oa]s?|derramad[oa]s?|chorreando|pierde|gotea|manchad[oa]s?|suci[oa]s?|podrid[oa]s?|caducad[oa]s?|mal estado|descongelad[oa]s?|derretid[oa]s?|reventad[oa]s?|desgarrad[oa]s?|rasgad[oa]s?|defectuos[oa]s?|defectos?|averiad[oa]s?|malograd[oa]s?|desportillad[oa]s?|doblad[oa]s?|torcid[oa]s?|"
                r"goteando|marchit[oa]s?|destrozad[oa]s?|astillad[oa]s?|derram\w+|pegajos[oa]s?|raspad[oa]s?|se (?:le )?(?:rompio|salio)|mierda|fallad[oa]s?|raya en|ya abiert[oa]|tarro abierto|abiert[oa] y usad[oa]|usad[oa]s?)\b|\bno (?:funciona|sirve|enciende|prende|arranca|carga|va|anda|calienta|enfria)n?\b|\b(?:vino|viene|llego|ha llegado|llegaron) (?:mal|malo|fatal|abiert[oa])\b"
            ),
        ),
        (
            Problem.MISSING,
            re.compile(
                r"\b(?:falta|faltan|faltaba|faltaban|falto|faltaron|le falta|incomplet[oa]s?|vaci[oa]s?)\b|\bno (?:venia|viene|estaba|estaban|esta|vino|habeis (?:metido|incluido)|han (?:metido|incluido)|incluye|traia|trae) (?:n |con |dentro|en la caja|el |la |los |las |ningun\w* )"
                r"|\b(?:solo|solamente|unicamente|nada mas) (?:me |nos |ha |han |habeis |hay |he )*(?:lleg\w+|recib\w+|veni\w+|vino|vinieron|traid\w+|traj\w+|mand\w+|envi\w+|hay|un[oa]?\b|dos|tres|\d+|la mitad|parte)|\b(?:recib\w+|lleg\w+|vino|vinieron) solo\b|\bsin (?:el|la|los|las|su|sus) (?!abrir|usar)\w+|\b(?:viene|vino|vinieron|vienen|llego|llegaron) sin\b"
                r"|\b(?:pedi|pedimos|eran|compre|pague|facturaron|deberian ser) (?:\d+|dos|tres|cuatro|cinco|seis)\b.*\b(?:lleg\w+|recib\w+|vinieron|hay) (?:solo )?(?:\d+|un[oa]?|dos|tres|cuatro)\b|\b(?:\d+|dos|tres|cuatro) de (?:\d+|tres|cuatro|cinco|seis)\b|\b(?:el resto|la otra|el otro|los demas|las demas)\b.*\bno\b|\bdonde esta(?:n)? (?:el resto|lo demas|la otra|el otro)\b|\bno (?:ha llegado|llego|vino) todo\b"
            ),
        ),
    ),
    all_items=re.compile(r"^(?:(?:es|fue|son|era|pues) )?(?:tod[oa]s?\b|(?:el|todo el) (?:pedido|paquete)(?: entero| completo)?|la caja entera|ambos|ambas|los dos|las dos|los tres|entero)"),
    no_photo=re.compile(
        r"^(?:no|nop|nada|sin|ninguna|luego|ahora no|saltar|omitir|paso)(?: foto| gracias| tengo| puedo)*[\s.,!]*$|^no,? (?:gracias|lo siento|perdon)\b|\b(?:no|sin|imposible|care[zc]\w+ de)\b(?!.*\b(?:como(?! (?:hac|sac|mand|envi|adjunt)\w*)|(?:lo|el|la) de la|igual\w*|parec\w+|coincid\w+|correspond\w+)\b).*\b(?:foto|fotos|fotografias?|imagen|imagenes|camara|ninguna|hacer\w*|sacar\w*|mandar\w*|enviar\w*)\b|\bfotos? no (?:tengo|tenemos|hay|puedo|hice|saque)\b|\blo (?:tire|he tirado)\b"
    ),
    still_missing=re.compile(
        r"\b(?:sigue sin|siguen sin|todavia no|aun no|nada|no (?:esta|aparece|lo encuentro|ha aparecido|ha llegado|hay|llego|lo tiene|lo tienen)|tampoco|ni rastro|nadie (?:lo )?(?:tiene|sabe)|he mirado|mire|busque|he buscado)\b|^no\b"
    ),
    arrived=re.compile(
        r"\b(?:(?:lo|la|los|las) (?:he )?(?:encontre|encontrado|tengo|tenia|tenian|tiene|recibi)|ya (?:esta|aparecio|llego|ha llegado|lo tengo|ha aparecido)|aparecio|ha aparecido|lo tenia (?:el|la|mi))\b|^(?:si|sip|ya)\b|\bolvid\w+\b"
    ),
)  # fmt: skip
_LANGUAGES = {"en": ENGLISH, "es": SPANISH}
#: An answer of fewer words tells no story, and these only say that there is one.
_SHORTEST_STORY = 2
_ENGLISH_ASKING = frozenset(
    "i i'd we want would like need to report a an the my our have had got there is there's was something some with about problem problems "
    "issue issues order delivery parcel package wrong please hello hi can could you help me and it this last one of for not right "
    "complain complaint make file "
    "yo nosotros quiero queria quisiera necesito reportar informar avisar de un una unos el la los las mi mis ha han hay habia tengo tenemos tuve algo con sobre problema problemas "
    "incidencia incidencias reclamar reclamacion queja pedido entrega paquete envio mal por favor hola buenas ayuda ayudame y este esta ultimo para no bien poner hacer me se que".split()
)


def problem(text: str) -> str | None:
    """The kind of problem a text is clear about."""
    low = _low(text)
    for table in in_order(text, _LANGUAGES):
        for kind, pattern in table.kinds:
            if pattern.search(low):
                return kind.value
    return None


def story(text: str) -> str | None:
    """The text, where it tells something."""
    said = re.findall(r"[^\W\d_][\w']*", re.sub(r"\brm-?\d+", " ", _low(text)))
    tells = len(said) >= _SHORTEST_STORY and any(word not in _ENGLISH_ASKING for word in said)
    return text.strip()[:2_000] if tells else None


def item(text: str) -> str | None:
    """Which product, in answer to that question: all of them, or the words as they are when they are few."""
    low = _low(text).strip(" .!")
    if any(table.all_items.search(low) for table in _LANGUAGES.values()):
        return ALL_ITEMS
    words = re.sub(
        r"^(?:(?:it'?s|it is|the|my|just|only|one|of|was|a|an|that|es|fue|era|el|la|los|las|mi|solo|un|una|de|pues)\s+)+",
        "",
        low,
    )
    return words[:200] if 0 < len(words.split()) <= 5 else None


def no_photo(text: str) -> list[str] | None:
    """An empty list when the text says that no photo comes."""
    return [] if any(table.no_photo.search(_low(text).strip()) for table in _LANGUAGES.values()) else None


def arrived(text: str) -> bool | None:
    """Whether a delivery has turned up, in answer to that question."""
    low = _low(text).strip()
    for table in in_order(text, _LANGUAGES):
        if table.still_missing.search(low):
            return False
        if table.arrived.search(low):
            return True
    return None


def _low(text: str) -> str:
    return without_accents(text.casefold()).replace("’", "'")
