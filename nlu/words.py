"""Everyday English words that spelling correction must leave alone although no training example has them.

The list holds words that lie one or two letters from words of deliveries ("older", "border" from "order"), and the
commonest words besides; it is no dictionary.
"""

from __future__ import annotations

COMMON_WORDS = frozenset(
    """
able about above accept across act add adult affect after again age agree ahead air all allow alone along already also
although always am among an and anger angle angry animal another answer any anyone anyway apart apple apply are area
argue arm army around art as ask asleep at aunt author avoid awake aware away baby back bad badly bag bake ball band
bank bar barely bare base basic bath battle be beach bean bear beard beat beauty because become bed bee beef been beer
before beg began begin behave behind being believe bell belong below belt bench bend beneath best bet better between
beyond big bike bill bird birth bit bite bitter black blade blame blank bleed bless blind block blood blow blue board
boat body boil bold bomb bond bone book boot border bore born borrow boss both bother bottle bottom bought bound bowl
box boy brain branch brand brave bread break breath brick bride bridge brief bright bring broad broke brother brown
brush bucket budget bug build bulk burn burst bury bus bush busy but butter button buy by cab cable cage cake calm
came camera camp can cap car care cargo carry cart case cash cast cat catch cause cave cell chain chair chalk chance
change chapter charge chart charter chase cheap cheat check cheek cheer cheese chess chest chew chicken chief child
chin choice choose church circle city civil claim class clay clean clear clerk clever click cliff climb clock close
cloth cloud club coach coal coast coat code coffee coin cold collar college colour color come comedy comfort common
company compare complete computer concert cook cool copper copy corn corner correct cost cotton cough could count
country county couple courage course court cousin cover cow crack craft crash crazy cream create credit creek crew
crime crisis crop cross crowd crown cruel cry culture cup cure current curtain curve custom cut cycle dad daily dairy
damage damp dance danger dare dark data date daughter dawn day dead deaf deal dear death debate debt decay deck decide
deep deer defeat defend degree delay delight deliver demand dental deny depart depend depth desert deserve design desk
detail devil dial diet differ dig dinner direct dirt dirty discover dish divide do doctor dog doll dollar donkey door
dot double doubt down dozen drag drama draw dream dress drew drink drive driven drop drove drown drug drum dry duck due
dull during dust duty each eager eagle ear early earn earth ease east easy eat edge edit effect effort egg eight
either elbow elder elect else empty end enemy engine enjoy enough enter entire entry envy equal error escape even event
ever every evil exact exam example except excuse exist exit expect expert explain extra eye face fact fade fail faint
fair faith fall false fame family famous fan fancy far farm farmer fashion fast fat fate father fault fear feast
feather fed feed feel feet fell felt fence fetch fever few field fierce fifth fifty fight figure fill film filter final
find fine finger finish fire firm first fish fist fit five fix flag flame flash flat flavour flesh flew float flood
floor flour flow flower fly fog fold follow food fool foot for force foreign forest forget forgive fork form former
fort forty forward found four frame free freeze french fresh friend frog from front frost frozen fruit fry fuel full
fun funny fur future gain gallery game gap garage garden garlic gas gate gather gave gear general gentle get ghost
giant gift girl give glad glass global glory glove glue go goal goat gold golf gone good goods got govern grab grade
grain grand grant grape grass grave gray great greed green greet grew grey grief ground group grow guard guess guest
guide guilt guitar gun guy habit had hair half hall hand handle hang happen happy hard harder hardly harm has haste
hat hate have he head heal health heap hear heard heart heat heaven heavy height held hell hello help hen hence her
herb here hero hide high hill him hint hip hire history hit hobby hold hole holiday holy home honest honey honor hook
hope horn horse hot hotel hour house how huge human humble hundred hung hungry hunt hurry hurt ice idea ideal idle if
ill image imagine in inch indeed index injure ink inner insect inside invite iron is island issue item its jacket jail
jam jar jaw jazz jealous job join joint joke journey joy judge juice jump jungle junior jury just keen keep kept key
kick kid kidney kill kind king kiss kitchen knee knew knife knock know known labour lack lady laid lake lamb lamp land
lane language large laser last late later laugh law lawn lawyer lay layer lazy lead leader leaf league lean learn
least leather leave led left leg legal lemon lend length less lesson let letter level liar liberty library lid lie
life lift light like limb limit line link lion lip liquid list listen liter little live liver load loan local lock
lonely long look loose lord lose loss lost lot loud love lover low lower loyal luck lunch lung mad made magic maid mail
main major make male mall man many map maple march mark market marry mask mass master mat match mate matter may mayor
meal mean meant measure meat media medical meet melt member memory men mend mental mention menu mercy mere merry mess
metal meter method middle might mild mile milk mill mind mine minor minute mirror miss mist mix mobile mode model
modern moment money monk monkey month mood moon moral more moreover morning most mother motor mount mountain mouse
mouth move movie much mud murder muscle museum music must my nail name narrow nation native nature near nearly neat
neck need needle neither nerve nest net never new news next nice night nine no nobody nod noise none noon nor normal
north nose not note nothing notice novel now nowhere number nurse nut oak obey object obtain ocean odd of off offer
office often oil old older on once one onion only onto open opera opinion oppose or orange orbit orchestra ordeal
ordinary organ origin other ought our out outer oven over owe own owner ox pace pack packed page paid pain paint pair
palace pale palm pan panel panic pants paper parade parcel pardon parent park part party pass past paste path patient
pattern pause pay peace peach pearl pen pencil people pepper per perfect perhaps period permit person pet phone photo
phrase piano pick picture pie piece pig pile pill pilot pin pine pink pint pipe pistol pit pity pizza place plain plan
plane planet plant plastic plate play player please plenty plot plug plus pocket poem poet point poison pole police
polite pond pool poor pop port pose post pot potato pound pour powder power praise pray prefer prepare present press
pretty prevent price pride priest prime prince print prison private prize problem produce product profit promise proof
proper protect proud prove provide public pull pump punish pupil pure purple purse push put puzzle quarter queen quick
quiet quit quite quote race radio rail rain raise ran random range rank rapid rare rate rather raw reach react read
ready real rear reason recall receipt recent recipe record red reduce refer refund refuse regard region regret regular
reject relate relax release relief rely remain remark remember remind remove rent repair repeat reply report request
rescue resist resort respect rest result retire return reveal review reward rhythm rice rich rid ride rider right ring
rise risk river road roast rob robot rock rode role roll roof room root rope rose rough round route row royal rub rude
rug ruin rule run rural rush sack sad saddle safe sail saint sake salad salary sale salt same sample sand sat sauce
save saw say scale scan scare scene school science scissors score scream screen screw sea seal search season seat
second secret section see seed seek seem seize self sell send senior sense sent series serious servant serve set
settle seven several severe sew sex shade shadow shake shall shallow shame shape share sharp she sheep sheet shelf shell
shelter shift shine ship shirt shock shoe shook shoot shop shore short shot should shoulder shout show shower shut shy
sick side sight sign signal silence silk silly silver similar simple since sing single sink sir sister sit site six
size skate skill skin skirt sky slave sleep slept slice slide slight slip slope slow small smart smell smile smoke
smooth snake snow so soap soccer social sock soda sofa soft soil sold soldier sole solid solve some son song soon sore
sorry sort sought soul sound soup sour south space spade spare speak special speech speed spell spend spent spice
spider spin spirit spite split spoil spoke spoon sport spot spray spread spring spy square stable staff stage stain
stair stake stamp stand star stare start starve state station stay steady steak steal steam steel steep stem step
stick stiff still stir stock stole stomach stone stood stop store storm story stove straight strain strange straw
stream street strength stress stretch strict strike string strip stroke strong student studio study stuff stupid style
subject such sudden suffer sugar suit sum summer sun super supper supply suppose sure surface surprise survive swallow
swear sweat sweep sweet swell swept swim swing switch sword symbol system table tail tailor take tale talent talk tall
tank tap tape target task taste taught tax taxi tea teach team tear tease teeth tell temper temple ten tend tennis tent
term test text than that the theater their them then theory there these they thick thief thin thing think third thirst
thirty this thorn those though thought thread threat three threw throat through throw thumb thunder thus ticket tide
tidy tie tiger tight till timber time tin tiny tip tire tired title to toast today toe together toilet told tomato ton
tone tongue tonight too took tool tooth top topic total touch tough tour toward towel tower town toy track trade train
trap travel tray treat tree trial tribe trick tried trip troop trouble truck true trunk trust truth try tub tube tune
tunnel turn twelve twenty twice twin twist two type ugly uncle under union unit until up upon upper upset urge us use
used usual valley value van vary vast vegetable verb very vessel victim view village violin virtue visit voice vote
voyage wage wagon waist wait wake walk wall war warm warn warrior wash waste watch water wave way we weak wealth weapon
wear weary weather web wed week weigh weight welcome well went were west wet what wheat wheel when where which while
whip whisper whistle white who whole whom whose why wide wife wild will win wind window wine wing winner winter wipe
wire wise wish wit witch with within without woke wolf woman women won wonder wood wooden wool word wore work worker
world worm worry worse worst worth would wound wrap wreck wrist write wrong wrote yard yarn year yell yellow yes
yesterday yet yield you young your youth zero zone
bored broader harder ladder order orders folder router routers holder later water letter better bitter latter litter metal petal
pickle tickle ticked tracked cracked trick truck trucks stock stuck stack track tracks tracker racket packet pocket
parcels cancel cancer cancels dancer handle candle sender sander tender vendor render gender ender lender
deriver delivers liver livers river rivers driver drivers diver divers drier drivel dived dine dining mining mine
refunds refuse returns retain reruns rerun saturn stern eastern western today toddy monday sunday sundry laundry
monkey money honey hone phone phones prone drone stone shone alone clone close closet course courses source nurse purse
curse horse house houses hours ours sours flour tour four your yours pours hourly poor door doors floor floors boor moor
""".split()
)
