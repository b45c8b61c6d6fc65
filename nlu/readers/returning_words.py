"""Words of what somebody sends back, by language: why, in what condition, how much of it, and what they want for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.returns import Resolution, ReturnReason

R = ReturnReason


@dataclass(frozen=True, slots=True)
class Table:
    """How one language says it, in lower case. Of the reasons and the resolutions the first that fits counts."""

    denied: re.Pattern[str]
    reasons: tuple[tuple[ReturnReason, re.Pattern[str]], ...]
    unopened: re.Pattern[str]
    opened: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    everything: re.Pattern[str]
    was_gift: re.Pattern[str]
    resolutions: tuple[tuple[Resolution, re.Pattern[str]], ...]
    refused: re.Pattern[str]
    exchanged_for: re.Pattern[str]
    same_again: re.Pattern[str]
    lead: re.Pattern[str]
    between: re.Pattern[str]
    numbers: dict[str, int]


_NOT = r"(?:do(?:es)? ?n[o']?t|do(?:es)? not|did ?n'?t|did not|wo ?n'?t|will not|ca ?n'?t|cannot|can not|not|is ?n'?t|are ?n'?t|was ?n'?t|never|no longer|barely|hardly)"
_CAME = r"(?:arriv\w+|came|comes|deliver\w*|got here|turned up|receiv\w+|unpack\w*|out of the box|in transit|in the post|on the way|when i opened|box|parcel|package|packag\w+)"
_BROKEN = r"(?:brok\w*|bust(?:ed)?|leak\w*|wet|soaked|stained|dirty|ripped|bent|in (?:bits|pieces|shards))"
_WAS_OPEN = (
    r"\b(?:arriv\w+|came|deliver\w*|got here|turned up|receiv\w+)\b.{0,40}\b(?:open(?:ed)?|used)\b"
    r"|\b(?:box|parcel|package|packag\w+) (?:was|were|had been) (?:already |half )?(?:open(?:ed)?|used)\b"
)
#: Whoever breaks this has opened it, and nothing is broken.
_SEAL = (
    r"(?:(?:the |its |their |that |any )?(?:seals?|shrink ?wrap|cellophane)\b|(?:the |its |their |that |any )(?:(?:wrapp(?:er|ing)|packag\w+|tape)\b"
    r"|plastic(?=\s*(?:$|[.,;!?]| (?:wrap\w*|bag|off|on|around|and|but|or|yet)\b))))"
)
_BREAKS = r"(?:broke|broken|breaking|break|brake|tore|torn|tear|tearing|ripped|rip|ripping|cut|cutting)(?: (?:open|off|up|into))?"
ENGLISH = Table(
    denied=re.compile(
        rf"\b{_BREAKS} {_SEAL}|\b(?:seals?|wrapp(?:er|ing)|packag\w+|tape)(?:'s)? (?:is |are |was |still )*(?:un|not )broken\b"
        r"|\b(?:nothing(?:'s| is| was)? (?:really |actually )?wrong with|no (?:damage|fault|defect)s?\b|not (?:broken|damaged|faulty|defective)|nothing (?:broken|damaged)|works? (?:fine|perfectly|well)|(?:printer|website|site|page|app|phone|camera|internet|car|van|lift|elevator)(?:'s| is| has| keeps| was)? (?:\w+ )?(?:broken|broke|down|dead|crashing|crashed|stuck)"
        r"|(?:broke|broken|bust(?:ed)?|crush\w*|smash\w*|damaged) (?:my|a|an|his|her|our) (?:\w+ )?(?:foot|leg|arm|ankle|wrist|hand|toe|finger|hip|knee|back|rib|shoulder|collarbone|nose|car|van|bike))"
    ),
    reasons=(
        (R.DOES_NOT_FIT, re.compile(r"\b(?:toes?|foot|feet|heels?)(?: (?:is|are|was|were|get|gets|got|feel|feels|felt|all|so|totally))* (?:squash|crush|squeez|pinch)\w*")),
        (
            R.DUPLICATE,
            re.compile(
                r"\b(?:(?<!used it )(?<!used them )(?<!worn it )(?<!worn them )(?<!wore it )(?<!wore them )(?<!tried )(?<!once or )twice|duplicate\w*|double (?:order|delivery|shipment)|doubled?|two (?:of them |of the same |identical )?(?:came|arrived|were delivered|instead of one)|sent me two|got two of|delivered two|second one (?:came|arrived))\b"
            ),
        ),
        (
            R.WRONG_ITEM,
            re.compile(
                r"\b(?:sent|gave|got|received|delivered|shipped|brought|given|packed|came with)\b.{0,24}(?<!for a )\b(?:wrong|incorrect|different|someone else'?s|somebody else'?s)\b(?! size| address| door| day| time| house)"
                r"|\b(?:wrong|incorrect) (?:item|product|thing|article|stuff|goods|parcel|order|one|colou?r|model|\w+) (?:was |were |has |have |had )?(?:been )?(?:sent|delivered|came|arrived|shipped|in the (?:box|parcel|package))"
                r"|\b(?:not|n'?t) (?:what|the (?:one|thing|item|product|colou?r|model)(?: that)?) (?:i|we) (?:ordered|bought|asked for|paid for)\b"
                r"|\b(?:ordered|wanted|asked for|bought)\b.{2,60}\b(?:but|and) (?:i |we |you )?(?:got|received|sent|delivered)\b(?!.{0,12}\b(?:late|today|yesterday)\b)|\b(?:mixed up|mix-?up)\b|\bwrong item\b"
            ),
        ),
        (
            R.NOT_AS_DESCRIBED,
            re.compile(
                r"\b(?:not|n'?t|nothing|isnt|different|differs?|unlike|misleading|doesnt|doesn'?t|false|wrong)\b(?! (?:have|got|take|send|make)\b).{0,32}\b(?:described|description|advertised|advert|ad|website|site|web ?page|listing|shown|online|catalogue)\b"
                r"|\b(?:(?:not|n'?t|nothing|isnt|doesnt|doesn'?t)\b.{0,20}\b(?:like|as|same|match\w*|resembl\w+|looks?|compar\w+|correspond\w*|what|the one|to do)|different|differs?|unlike|misleading|false|wrong)\b.{0,32}\b(?:pictures?|photos?|pics?)\b"
                r"|\bnot genuine|\bcounterfeit|\bfake\b"
            ),
        ),
        (
            R.DAMAGED,
            re.compile(
                r"\b(?:damag\w*|crack(?!l)\w*|smash\w*|crush\w*|dent(?:ed|s)?|scratch\w*|torn|shatter\w*|chipp\w*|squash\w*|mangled|battered|punctured|caved in|(?:a|has|have|with) (?:an? )?(?:tear|hole|crack|dent|chip|rip)s?)\b"
                rf"|\b{_CAME}\b.{{0,40}}\b{_BROKEN}\b|\b{_BROKEN}\b.{{0,24}}\b(?:on|upon|at|in|during) (?:arrival|delivery|transit|the (?:box|parcel|package))\b"
                rf"|{_WAS_OPEN}"
            ),
        ),
        (
            R.DEFECTIVE,
            re.compile(
                r"\b(?:fault(?:y|s)|falty|faulti|defect\w*|broke(?:n|s)?|brokn|bust(?:ed)?|leak(?:s|y|ing|ed)?|malfunction\w*|dead|doa|spark\w*|smok(?:es|ing)|overheat\w*|flicker\w*|wobbl\w*|rattl\w*|rust\w*|jams?|jammed|sticks|stuck|drips?|dripping|crash(?:es|ed|ing)?|freezes|smells? (?:of|like) burn\w*|sounds like|kaput|knackered|packed (?:in|up)|gave up|given up|died|fell apart|falls? apart|falling apart|came apart|junk|rubbish)\b"
                rf"|\b{_NOT} (?:even |actually |properly |really |longer )?(?:work\w*|turn(?:ing)? on|switch(?:ing)? on|start(?:ing|s)?|power\w*|charg\w*|heat\w*|connect\w*|pair\w*|clos\w*|hold\w* (?:a )?charge|get(?:s|ting)? (?:any )?(?:hot|warm|cold|power))\b"
                r"|\bdoes ?n'?t work|\b(?:gone|stays?|stayed|remains?) (?:stone )?cold\b|\bdoes nothing\b|\bstopped\b.{0,20}\b(?:work\w*|charg\w*|heat\w*|spinning|turning|playing)?\b|\bkeeps? (?:disconnect\w*|crash\w*|break\w*|turning off|switching off|cutting out|dying|restarting|stopping)\b|\bmissing (?:part|piece|screw)s?\b"
            ),
        ),
        (
            R.DOES_NOT_FIT,
            re.compile(
                r"\b(?:hurts?|pinch\w*|squeez\w*|squash\w*|crush\w*) (?:my|her|his|their) (?:foot|feet|toes?|heels?)\b|\b(?:so|way|super|mad|crazy|really|very|hella|a bit) (?:small|big|large|tight|narrow|loose|tiny|huge)\b|\btoo (?:small|little|big|large|tight|short|long|wide|loose|narrow|baggy|tall|high|low|deep|thin|thick|heavy|slim|huge|tiny)\b|\b(?:does ?n'?t|do ?n'?t|did ?n'?t|wo ?n'?t|will not|does not|do not|not|isnt|never|ca ?n'?t|cannot) (?:quite |really |even |make it |get it )?(?:fit\w*|go through|go in|through)\b"
                r"|\b(?:wrong|different|bigger|smaller|larger|another|next|half a|one) siz\w*|\bsizes? (?:too|up|down|wrong|is|bigger|smaller|small|big)\b|\b(?:baggy|tight|measured wrong|too tight|runs? (?:small|big|large)|wrong (?:voltage|plug|length|width))\b|\bincompatible|\bnot compatible|\b(?:not|isnt|isn'?t|wrong) (?:the )?(?:one )?for my\b"
            ),
        ),
        (
            R.TOO_LATE,
            re.compile(
                r"\b(?:too late|(?:arriv\w+|came|deliver\w+|was|is|were|days?|weeks?) (?:\w+ )?(?:much |so |way |very |far )?late|after the (?:party|birthday|wedding|event|holiday|date)|missed the|already over|no time any ?more|took (?:too|so) long)\b"
            ),
        ),
        (
            R.CHANGED_MIND,
            re.compile(
                rf"\b(?:chang\w+ (?:my|our|her|his|their) minds?|chan?ged mind|second thoughts|unwanted|regret\w*|impulse|cheaper|by (?:mistake|accident)|accident\w*|mistake|mistook|over-?ordered|surplus|pointless|unhappy|disappoint\w*|hates?|hated|dislikes?|ugly|hideous|awful|unsuitable|terrified|not (?:my|our) (?:taste|style|thing|cup)|not for me|not (?:really )?(?:needed|wanted|required|keen)|not keeping|picked the wrong|ordered the wrong|bought the wrong|chose the wrong|my (?:own )?(?:fault|bad)|already (?:own|have|got|had|bought)|only (?:need|want)\w*|too many|thought it|not what (?:i|we) (?:pictured|expected|imagined|hoped|thought)|found (?:another|a better|it)|spare|left over|leftover|quality is not)\b"
                rf"|\b{_NOT} (?:really |actually |even |any ?more )?(?:want\w*|need\w*|like|likes|liked|love|suit\w*|match\w*|require\w*|use|using|go with|needed|look (?:good|right|nice))\b|\b(?:aren't|arent|isnt|isn't) needed\b|\bi meant\b|\band meant\b"
            ),
        ),
        (R.GIFT, re.compile(r"\b(?:gift\w*|present)\b")),
    ),
    unopened=re.compile(
        rf"\b{_NOT} (?:even |yet |i )*(?:have |has )?{_BREAKS} {_SEAL}|\b(?:haven'?t|hasn'?t|have not|has not|nor|without|neither)(?: (?:even|i|we|have))* {_BREAKS} {_SEAL}"
        r"|\b(?:seals?|wrapp(?:er|ing)|packag\w+|tape)(?:'s)? (?:is |are |was |still )*(?:unbroken|intact|not broken)\b|\b(?:unbroken|intact) seals?\b"
        r"|\b(?:un-?opened|un-?used|un-?worn|un-?touched|never (?:been )?(?:opened|used|worn|touched|unpacked|tried)|not (?:been |yet |even )?(?:opened|used|worn|touched|unpacked)|(?:have|has)(?: ?n'?t| not) (?:even |been |yet )?(?:opened|used|worn|touched|unpacked|tried)|did ?n'?t (?:even )?(?:open|use|wear|touch|unpack)|sealed|brand new|as new|in (?:its|the|their) (?:original )?(?:packag\w+|wrapp\w+|box|shrink ?wrap)|original packag\w+|tags? (?:still )?(?:on|attached)|still (?:boxed|wrapped|packed|closed|new)|still in (?:the|its|their) (?:box|packag\w*|wrapp\w*|bag|plastic))\b"
    ),
    opened=re.compile(
        rf"\b(?:i|we|he|she|they|'ve|have|has|had|already|just|only) {_BREAKS} {_SEAL}"
        r"|\b(?:i|we|she|he|they|have|has|had|'ve|was|been|just|already|only)\b.{0,16}\b(?:opened|used|worn|wore|tried (?:it|them|the|on)|unpacked|unboxed|tested|washed|assembled|installed|plugged)\b|\b(?:threw|thrown|chucked|binned) (?:out |away )?(?:the )?(?:box|packag\w+)|\b(?:used|wore) (?:it|them)\b|\bopened (?:it|them|the box)\b|\b(?:box|packag\w+|packet|parcel) is (?:already )?open(?:ed)?\b|\b(?:walk|ran|run|cook|slept|sleep)(?:ed|ing|ning)? (?:with|in|on) (?:it|them)\b|^(?:opened|used|worn)\b"
        r"|\b(?:wore|used) (?:it|them|'?em|these|those) (?:once|twice|already|for|a few|a couple)\b|\b(?:they'?re|they are|it'?s|it is) (?:been )?(?:already )?(?:opened|used|worn)\b"
    ),
    yes=re.compile(r"^(?:yes|yeah|yep|yup|ya|yea|sure|i did|we did|i have|of course|correct|a bit|once|a little)\b"),
    no=re.compile(r"^(?:no|nope|nah|never|not\b|none|neither|i did ?n|we did ?n|i have ?n)"),
    everything=re.compile(
        r"\b(?:everything|all of (?:it|them|this|these|that)|the (?:whole|entire|complete) (?:order|lot|thing|parcel|package|delivery)|(?:my|this|that) (?:whole|entire|complete) (?:order|parcel|delivery)|the lot|(?:it|them) all(?! up)|all \d+|all the (?:things|stuff|items|products))\b|^(?:all|both|all please|both please)[ .!]*$"
    ),
    was_gift=re.compile(
        r"\b(?:it|this|that|they|these|those|which|\w+)(?:'s| is| was| were|'re) an? (?:\w+ )?(?:gift|present)\b(?! for)|\b(?:as|for) an? (?:\w+ )?(?:gift|present) (?:from|and|but|so)|\b(?:got|received|given|was given|were given|get)\b.{0,24}\bas an? (?:\w+ )?(?:gift|present)|\b(?:gift|present) from\b|\b(?:gave|gifted|bought) (?:it|this|them|these) (?:to|for) (?:me|us)\b|\bfor my birthday\b|\bsomebody sent me|\bgift receipt\b|\bfor (?:me|us) as an? (?:gift|present)"
    ),
    resolutions=(
        (
            Resolution.CREDIT,
            re.compile(r"\b(?:store|shop|account|gift card)[ -]?credits?\b|\bcredits?\b(?! card)|\bvouchers?\b|\bgift ?cards?\b"),
        ),
        (
            Resolution.EXCHANGE,
            re.compile(
                r"\b(?:exchang\w*|exchna\w*|swap\w*|switch(?:ed)?|replac\w*|trade)\b|\b(?:another|a new|the other|different|bigger|smaller|next) (?:one|size|colou?r)\b(?! (?:came|arrived|was sent))|\bsize (?:up|down)\b|\binstead of the\b|\bchang(?:e|ing) (?:it|them|this|these|the \w+) (?:for|to|into)\b"
            ),
        ),
        (Resolution.REPAIR, re.compile(r"\b(?:repair\w*|fix(?:ed|ing)?|mend(?:ed)?)\b")),
        (
            Resolution.REFUND,
            re.compile(r"\b(?:refund\w*|(?:money|cash|payment) (?:back|returned)|reimburs\w*|my money|pay (?:me )?back|repay)\b"),
        ),
    ),
    refused=re.compile(r"\b(?:not|no|n't|dont|without|rather than|instead of|not after)(?: want| need| after| looking for| a| an| another| the| any)*\s*$"),
    exchanged_for=re.compile(
        r"\b(?:exchang\w*|exchna\w*|swap\w*|switch\w*|replac\w*|trade|changed)\b[^.?!;]{0,60}?\b(?:for|to|with|into|by)\b (?:the |a |an |some )?(?P<what>[^.?!,;]{2,60})"
        r"|\bchang(?:e|ing) (?:it|them|this|these|the \w+) (?:for|to|into) (?:the |a |an |some )?(?P<what3>[^.?!,;]{2,60})"
        r"|\b(?P<what2>(?:an? |one |the )?(?:next |half a )?sizes? (?:up|down|bigger|smaller|larger)|(?:bigger|smaller|larger) (?:size|one))\b"
    ),
    same_again=re.compile(
        r"^(?:same|a new one|new one|another(?: one)?|one that works|one that|a working|a proper|replacement|money|cash|refund|me|you|us)\b"
    ),
    lead=re.compile(
        r"^(?:(?:i|i'd|id|we|would|like|want|wanna|to|send|return|give|back|just|only|please|pls|it'?s|it is|the|my|a|an|of|one of|some of|that|this|these|those|and|also|yes|no|ok)\s+)+"
    ),
    between=re.compile(r"\s*(?:,|;|&|\+|\band\b|\bplus\b|\bas well as\b|\n)\s*"),
    numbers={"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "both": 2, "a": 1, "an": 1, "just one": 1, "single": 1},
)  # fmt: skip
_NO = r"(?:no|nunca|ya no|tampoco|apenas)"
_PRECINTO = r"(?:el |los |su |ningun |la |las )?(?:precintos?|sellos?|plasticos?(?! del? )|envoltorios?|embalajes?|envolturas?|cinta|celofan)\b"
_ROMPE = r"(?:roto|rota|romper|rompi|rompimos|rompiendo|rasgado|rasgar|arrancado|arrancar|quitado|quitar|quite|quitamos|cortado|cortar)"
SPANISH = Table(
    denied=re.compile(
        rf"\b{_ROMPE} {_PRECINTO}|\b(?:precintos?|sellos?|embalajes?|plasticos?) (?:(?:no|ni) (?:esta|estan) (?:\w+ )?rot[oa]s?|sin romper)\b"
        r"|\b(?:no (?:esta|estan|tiene|tienen|hay|llego|vino) (?:nada |ningun\w* )?(?:rot\w+|danad\w+|defect\w+|dano\w*|malo|mal|desperfecto\w*|problema\w*)|nada (?:roto|malo|mal)|funciona (?:bien|perfecto|perfectamente)|(?:impresora|pagina|web|app|camara|internet|coche|furgoneta|ascensor) (?:esta |se (?:me )?(?:ha )?)?(?:rot[oa]|caid[oa]|estropead[oa]|bloquead[oa]|rompio)|(?:me|nos) (?:he |hemos |ha |han )?(?:rompi|roto|partido|parti|quebre|danado) (?:el|la|un|una|mi) (?:pie|pierna|brazo|tobillo|muneca|mano|dedo|cadera|rodilla|hombro|costilla|coche|bici|moto)(?! del? ))\b"
    ),
    reasons=(
        (R.DUPLICATE, re.compile(r"\b(?:duplicad[oa]s?|repetid[oa]s?|dos veces|por duplicado|(?:me )?(?:lleg\w+|mand\w+|envi\w+|traj\w+|trajeron) (?:dos|2)\b|doble (?:pedido|envio|compra))")),
        (
            R.WRONG_ITEM,
            re.compile(
                r"\b(?:mand\w+|envi\w+|traj\w+|traid\w+|lleg\w+|vino|vinieron|dieron|recibi\w*)\b.{0,24}\b(?:equivocad[oa]s?|otr[oa] (?:cosa|producto|articulo|modelo|color|pedido)|que no era|incorrect[oa]s?|distint[oa]s?|diferentes?)\b(?! talla)"
                r"|\b(?:producto|articulo|modelo|pedido|color) (?:equivocado|erroneo|incorrecto|distinto|diferente)\b|\bno (?:es|era|son|eran|corresponde con|coincide con) (?:lo|el|la|los|las)(?: \w+)? que (?:pedi|pedimos|compre|compramos|queria|encargue|he pedido)\b"
                r"|\b(?:pedi|compre|queria|encargue)\b.{2,60}\b(?:y|pero) (?:me |nos |ha |han |habeis )*(?:lleg\w+|mand\w+|envi\w+|traj\w+|traid\w+|dieron|vino)\b(?!.{0,12}\b(?:tarde|hoy|ayer)\b)|\bse (?:equivocaron|han equivocado|confundieron)\b|\bos habeis equivocado\b|\bcambiado por error\b"
            ),
        ),
        (
            R.NOT_AS_DESCRIBED,
            re.compile(
                r"\b(?:no|nada|distint[oa]|diferente|falsa|enganos[oa])\b(?! (?:l[oae]s? )?(?:tengo|tenemos|hay|hice|hago|saque|mando|puedo)\b).{0,32}\b(?:descripcion|describ\w+|descrito|anuncio|anunciad[oa]|web|pagina|catalogo|publicidad)\b|\b(?:(?:no|nada)\b.{0,20}\b(?:como(?! (?:hac|sac|mand|envi|adjunt)\w*)|igual\w*|parec\w+|coincid\w+|correspond\w+|que ver|mism[oa]s?|l[oa]s? de|el de)|distint[oa]s?|diferentes?|fals[oa]s?|enganos[oa]s?)\b.{0,32}\b(?:fotos?|imagen(?:es)?)\b|\b(?:falsificad[oa]|falso|imitacion|no es original)\b"
            ),
        ),
        (
            R.DAMAGED,
            re.compile(
                r"\b(?:danad[oa]s?|golpead[oa]s?|golpes?|abollad[oa]s?|aplastad[oa]s?|rayad[oa]s?|rajad[oa]s?|grietas?|agrietad[oa]s?|partid[oa]s?|quebrad[oa]s?|desgarrad[oa]s?|agujeros?|desportillad[oa]s?|hech[oa]s? (?:trizas|anicos|pedazos|polvo)|destrozad[oa]s?|astillad[oa]s?)\b"
                r"|\b(?:lleg\w+|vino|vinieron|viene|traid\w+|trajeron|entreg\w+|abrir|abri|caja|paquete)\b.{0,40}\b(?:rot[oa]s?|mojad[oa]s?|manchad[oa]s?|suci[oa]s?|abiert[oa]s?|usad[oa]s?)\b|\b(?:rot[oa]s?|mojad[oa]s?)\b.{0,24}\b(?:al (?:llegar|abrir|recibir)|en el (?:envio|transporte|paquete))\b"
            ),
        ),
        (
            R.DEFECTIVE,
            re.compile(
                r"\b(?:defectuos[oa]s?|defectos?|fall[oa]s?|falla(?:n|ba)?|fallad[oa]s?|averiad[oa]s?|avería|averia|estropead[oa]s?|malograd[oa]s?|rot[oa]s?|romp\w+|gotea|pierde (?:agua|aceite|aire)|chispas|humo|se (?:calienta|sobrecalienta|apaga|cuelga|bloquea|atasca|oxida|cae|descose|despega|desarma|paro|jodio)|huele a quemado|muert[oa]|tara|tarado|salio mal[oa]|ruido)\b"
                rf"|\b{_NO} (?:me )?(?:funciona|sirve|enciende|prende|arranca|carga|calienta|enfria|va|anda|cierra|conecta|empareja|gira|suena|aguanta)n?\b|\bdej[oa] de (?:funcionar|cargar|calentar|andar|ir)\b|\bfaltan? (?:una? )?(?:pieza|piezas|tornillos?|parte)\b|\bsaltar los plomos\b"
            ),
        ),
        (
            R.DOES_NOT_FIT,
            re.compile(
                r"\b(?:me |le |nos |les )?(?:queda|quedan|esta|estan|viene|vienen|va|van) (?:muy |demasiado |algo |un poco )?(?:grandes?|pequen[oa]s?|chic[oa]s?|cort[oa]s?|larg[oa]s?|estrech[oa]s?|anch[oa]s?|apretad[oa]s?|justos?|holgad[oa]s?)\b|\b(?:demasiado|muy) (?:grandes?|pequen[oa]s?|chic[oa]s?|cort[oa]s?|larg[oa]s?|anch[oa]s?|estrech[oa]s?|alt[oa]s?|baj[oa]s?|pesad[oa]s?)\b"
                r"|\bno (?:me |le |nos |se )?(?:cab\w+|entra\w*|encaj\w+|pasa(?:n)? por|vale(?:n)?|queda(?:n)? bien|sirve la talla)\b|\b(?:otra|mala|diferente|equivocada|mayor|menor|mas) talla\b|\btalla (?:equivocada|incorrecta|mal|grande|pequena|mas)\b|\b(?:me )?aprieta\w*\b|\bincompatible|\bno (?:es|son) compatibles?\b|\bmedi mal\b|\bun numero (?:mas|menos)\b"
            ),
        ),
        (R.TOO_LATE, re.compile(r"\b(?:demasiado tarde|(?:lleg\w+|vino|vinieron|entreg\w+) (?:muy |demasiado |tan )?tarde|despues (?:del|de la) (?:fiesta|cumpleanos|boda|evento|fecha|dia)|ya paso (?:el|la)|tardo (?:mucho|demasiado)|tardaron (?:mucho|demasiado)|ya no (?:llego|llega) a tiempo)\b")),
        (
            R.CHANGED_MIND,
            re.compile(
                r"\b(?:cambi\w+ de (?:opinion|idea|parecer)|me (?:he )?arrep\w+|arrepent\w+|mas barat[oa]|por error|por equivocacion|sin querer|me equivoque|error mio|culpa mia|compr\w+ (?:por impulso|de mas|el equivocado)|impulso|ya (?:tengo|tenemos|tenia|tiene|me regal\w+)|me sobra\w*|de sobra|solo (?:necesito|quiero|necesitaba)|he encontrado otro|encontre (?:otro|uno)|decepcion\w*|fe[oa]s?|horribles?|horroros[oa]s?|mala calidad|no quede conforme|no se venden?)\b"
                rf"|\b{_NO} (?:me |le |nos |les |lo |la |los |las )*(?:gust\w+|quier\w+|necesit\w+|convenc\w+|hace falta|hacen falta|apetece|encanta|pega|combina|favorece|interes\w+|us\w+|es (?:mi estilo|para mi|lo que (?:esperaba|imaginaba)))\b|\b(?:insoportable|pica|incomod[oa]s?|alergia|huele a)\b"
            ),
        ),
        (R.GIFT, re.compile(r"\b(?:regalos?|regalad[oa]|regal(?:aron|o|e))\b")),
    ),
    unopened=re.compile(
        rf"\b(?:no|ni|sin|nunca|jamas|tampoco)(?: (?:siquiera|le|les|se|lo|la|he|hemos|ha|habia))* {_ROMPE} {_PRECINTO}|\b(?:precintos?|sellos?|embalajes?) (?:(?:esta|estan|sigue|siguen) )?(?:intactos?|sin romper|puestos?|no esta rot[oa])\b"
        r"|\b(?:sin (?:abrir|usar|estrenar|desempaquetar|desprecintar|tocar|quitar)|precintad[oa]s?|cerrad[oa]s?|nuev[oa]s?(?! talla)|a estrenar|(?:no|ni|nunca|jamas|tampoco)(?: siquiera)? (?:lo|la|los|las)? ?(?:he|hemos|ha|habia)? ?(?:abri\w*|abiert\w*|usad\w*|use|usamos|estren\w+|toc\w+|prob\w+|saque|sacad\w*|desempaquet\w+)|(?:no|ni|nunca|tampoco) (?:esta|estan|fue|fueron|ha sido|han sido) (?:ni )?(?:abiert|usad|estrenad|montad)[oa]s?|en su (?:caja|embalaje|envoltorio)|en la caja|con (?:la )?etiquetas?|con el precinto(?! rot)|embalaje original|(?:sigue|esta|siguen|estan) (?:en|con) (?:su|la|el|las) (?:caja|embalaje|plastico|bolsa|etiquetas?))\b"
    ),
    opened=re.compile(
        rf"\b(?<!se )(?<!se me )(?<!se le )(?<!se nos )(?:he|hemos|ha|han|habia|habiamos|al|tras) (?:ya )?{_ROMPE} {_PRECINTO}|\b(?:rompi|rompimos|quite|quitamos) {_PRECINTO}"
        r"|\b(?:(?:lo|la|los|las) (?:he |hemos |habia |ha )?(?:abri\w*|abiert\w*|usad\w*|use|usamos|prob\w+|estren\w+|lav\w+|mont\w+|instal\w+|desempaquet\w+|saque|sacamos|puse|enchuf\w+|conect\w+|encend\w+|enciendo|prendi\w*)|ya (?:prob[eo]|he probado|hemos probado)|(?:esta|estan|ya) (?:abiert|usad|estrenad|montad|lavad)\w+|abrimos|(?:he|hemos) (?:abierto|usado|probado)|abri (?:la caja|el paquete)|tire (?:la caja|el embalaje)|he tirado (?:la caja|el embalaje))\b|^(?:abiert|usad|estrenad)[oa]s?\b"
    ),
    yes=re.compile(r"^(?:si+|sip|claro|por supuesto|un poco|una vez|correcto|asi es)\b"),
    no=re.compile(r"^(?:no|nop|nunca|que va|para nada|nel)\b"),
    everything=re.compile(
        r"\b(?:todo(?: el (?:pedido|paquete|lote))?|todos|todas|el pedido (?:entero|completo)|la compra entera|entero|los dos|las dos|ambos|ambas|los \d+|las \d+)(?=[ .!,]*(?:$|por favor|porfa|quiero|y\b))|\btodo el (?:pedido|paquete)\b|\bdevolver(?:lo)? todo\b|\bdevuelvo todo\b"
    ),
    was_gift=re.compile(
        r"\b(?:es|era|fue|son|eran|como) (?:un |unos )?regalos?\b(?! para)|\bregalo de\b|\bme (?:lo|la|los|las) (?:regal\w+|han regalado)\b|\bpor mi cumpleanos\b|\bticket regalo\b|\bme regalaron\b"
    ),
    resolutions=(
        (Resolution.CREDIT, re.compile(r"\b(?:vales|vale (?:de|para|por|regalo)|(?:un|el|con|en|mi|tu|su|del|por) vale|credito(?! card)|saldo|tarjeta regalo|cupon|nota de credito|a favor)\b")),
        (
            Resolution.EXCHANGE,
            re.compile(
                r"\b(?:cambi(?:ar\w*|o|en\w*|ad\w*|e|es|eis|amos|armelo)(?! de (?:opinion|idea|parecer|direccion))|camb[ie]enme\w*|canje\w*|sustitu\w+|reempla\w+|repon\w+|otr[oa] (?:igual|nuev[oa]|talla|color|mas (?:grande|pequen[oa]))|un numero (?:mas|menos)|una talla (?:mas|menos|mayor|menor)|mand\w+ otr[oa]|envi\w+ otr[oa]|quiero otr[oa](?: igual| nuev[oa])?)\b"
            ),
        ),
        (Resolution.REPAIR, re.compile(r"\b(?:repar(?!t)\w+|arregl\w+|compon\w+)\b")),
        (
            Resolution.REFUND,
            re.compile(
                r"\b(?:reembols\w*|reintegr\w+|(?:mi|el|la|su) (?:dinero|plata|pasta|lana|guita)|devol(?:v\w+|ucion del?) (?:el |la |mi |me )?(?:dinero|importe|plata|pago|lo pagado)|devuelv\w+ (?:el |la |mi )?(?:dinero|importe|plata|pago)|(?:me|nos) (?:devuelv|devolv|abon|abonen|haceis el abono)\w*|abono|devuelv\w*me(?:l[oa])?|devolvedme(?:l[oa])?)\b"
            ),
        ),
    ),
    refused=re.compile(r"\b(?:no|ni|sin|nada de|en vez de|en lugar de|mejor que|antes que)(?: (?:quiero|me|sirve|un|una|el|la|otro|otra|ningun|ninguna|necesito|hace falta|que|lo|la))*\s*$"),
    exchanged_for=re.compile(
        r"\b(?:cambi\w+|canje\w+|sustitu\w+|reempla\w+)\b[^.?!;]{0,60}?\b(?:por|a)\b (?:el |la |los |las |un |una |otro |otra )?(?P<what>[^.?!,;]{2,60})|\b(?P<what2>(?:una? )?(?:talla|numero) (?:mas|menos|mayor|menor)(?: grande| pequen[oa])?|(?:la )?talla (?!equivocada|mal|incorrecta|grande|pequena)\w+|(?:un|el|la) mas (?:grande|pequen[oa]))\b"
    ),
    same_again=re.compile(r"^(?:igual|mismo|misma|nuevo|nueva|que funcione|uno que|una que|otro|otra|dinero|reembolso|favor|mi|error|ello)\b"),
    lead=re.compile(
        r"^(?:(?:yo|quiero|queria|quisiera|querria|devolver|devuelvo|regresar|enviar|mandar|solo|por favor|porfa|es|son|el|la|los|las|mi|mis|un|una|unos|unas|de|este|esta|estos|estas|ese|esa|y|tambien|si|no|vale|pues)\s+)+"
    ),
    between=re.compile(r"\s*(?:,|;|&|\+|\by\b|\be\b|\bademas de\b|\btambien\b|\n)\s*"),
    numbers={"uno": 1, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "ambos": 2, "ambas": 2},
)  # fmt: skip
LANGUAGES = {"en": ENGLISH, "es": SPANISH}
