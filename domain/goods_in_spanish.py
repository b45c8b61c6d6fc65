"""What goods are called in Spanish, on both sides of the Atlantic, and in English; one thing a line, the usual word first."""

from __future__ import annotations

#: Nouns. Without accents they are found as well, and so is the plural in -s or -es.
GOODS = """
molinillo, molino, molinillo de café, molino de café, moledor: grinder, coffee grinder, coffee mill
molinillo de espresso, molinillo de expreso: espresso grinder
molinillo de pimienta, pimentero: pepper mill, pepper grinder
hervidor, hervidor de agua, tetera eléctrica, pava, pava eléctrica: kettle
tetera: teapot, tea pot, kettle
cafetera, máquina de café, máquina de espresso, cafetera de espresso, greca: coffee maker, coffee machine, espresso machine, moka pot
prensa francesa, cafetera de émbolo: french press, cafetiere
cafetera italiana, moka: moka pot
tostadora, tostador, tostadora de pan: toaster
sandwichera: sandwich maker, sandwich toaster
batidora, batidora de mano, minipimer, mixer: blender, hand blender, mixer, stick blender
batidora de vaso, licuadora: blender, liquidiser
amasadora, batidora de pie, robot amasador: stand mixer
exprimidor, exprimidora, extractor de jugos: juicer, citrus press, squeezer
robot de cocina, procesadora, procesador de alimentos: food processor
freidora: fryer, deep fryer
freidora de aire: air fryer
olla, cazuela, cacerola: pot, saucepan, casserole, stock pot
olla a presión, olla exprés, olla rápida: pressure cooker
olla de cocción lenta, olla lenta: slow cooker
arrocera, olla arrocera: rice cooker
cazo: saucepan, milk pan
sartén: frying pan, pan, skillet
parrilla, asador: grill
barbacoa, parrilla de carbón: barbecue, bbq, grill, charcoal grill
gofrera, wafflera: waffle iron, waffle maker
báscula, balanza: scale, scales
báscula de cocina, balanza de cocina, peso de cocina: kitchen scale, kitchen scales
cuchillo, navaja: knife, knives
cuchillo de pan: bread knife
cuchillo de chef, cuchillo cebollero: chef's knife
cubiertos, cubertería: cutlery, flatware
tenedor: fork
cuchara: spoon
cucharita, cucharilla: teaspoon
cucharón, cazo de servir: ladle
espátula: spatula
pinzas: tongs, tweezers
tabla de cortar, tabla de picar, tabla de cocina: cutting board, chopping board
rallador: grater
colador, escurridor: strainer, colander, sieve
centrifugadora de ensalada, escurridor de lechuga: salad spinner
abrelatas: can opener, tin opener
sacacorchos, descorchador: corkscrew
bol, tazón, cuenco, ensaladera: bowl, mixing bowl
bandeja, charola: tray
bandeja de horno, placa de horno: baking tray, baking sheet
molde: mould, cake tin, baking tin
plato: plate, dish
vajilla: dinner set, crockery, dinnerware
vaso: glass, tumbler
copa: wine glass, glass
taza: cup, mug
taza de viaje, taza térmica, vaso térmico: travel mug
termo: thermos, flask, vacuum flask
botella, cantimplora: bottle, water bottle
jarra: jug, pitcher
frasco, tarro, bote: jar, canister, tin
táper, tupper, fiambrera, recipiente: food storage box, container, lunch box
filtro de café, filtros de café: coffee filter, coffee filters
granos de café, café en grano: coffee beans
mantel: tablecloth
servilleta: napkin
delantal: apron
paño de cocina, trapo, repasador: tea towel, dish towel, cloth
detergente, lavavajillas líquido, jabón de platos: dish soap, detergent, washing up liquid
nevera, frigorífico, refrigerador, refrigeradora, heladera, refri: fridge, refrigerator
congelador, arcón: freezer
nevera portátil, conservadora, hielera: cool box, cooler
horno: oven
microondas: microwave
cocina, estufa, hornillo: cooker, stove, hob
placa de inducción, vitrocerámica: hob, induction hob
campana, campana extractora: cooker hood, extractor hood
lavavajillas, lavaplatos: dishwasher
lavadora, lavarropas: washing machine, washer
secadora, secarropas: dryer, tumble dryer
tendedero, tender: clothes airer, drying rack, clothes horse
plancha: iron
plancha de vapor: steam iron
tabla de planchar, burro de planchar: ironing board
cesto de ropa, cesta de la colada, canasto de ropa: laundry basket
aspiradora, aspirador: vacuum cleaner, hoover, vacuum
robot aspirador, aspiradora robot: robot vacuum
escoba: broom
fregona, trapeador, mopa: mop
recogedor, pala: dustpan, shovel, spade
cubo, cubeta, balde: bucket
cubo de basura, papelera, basurero, bote de basura: bin, trash can, waste bin
ventilador: fan
calefactor, estufa eléctrica, radiador: heater, radiator
aire acondicionado, climatizador: air conditioner
purificador, purificador de aire: air purifier, purifier
humidificador: humidifier
deshumidificador: dehumidifier
sofá, sillón de tres plazas, tresillo: sofa, couch, settee
sofá cama: sofa bed
sillón, butaca: armchair, recliner
puf, puff: pouf, ottoman, bean bag
silla: chair
silla de oficina, silla de escritorio, silla giratoria: office chair, desk chair
silla de jardín, silla plegable: garden chair, folding chair
trona, silla de comer, periquera: high chair
taburete, banqueta: stool, bar stool
banco: bench
mesa: table
mesa de centro, mesa de café, mesa ratona: coffee table
mesa de comedor: dining table
mesilla, mesita, mesita de noche, buró, velador: bedside table, nightstand, side table
escritorio, mesa de escritorio: desk
escritorio elevable, escritorio de pie: standing desk
cama: bed
litera: bunk bed
cuna: cot, crib
colchón: mattress
colchón inflable: air bed, air mattress
somier, base de cama: bed base, bed frame
cabecero, cabecera, respaldo: headboard
almohada: pillow
cojín, almohadón: cushion
manta, cobija, frazada: blanket, throw
edredón, nórdico, acolchado: duvet, comforter, quilt
sábana: sheet, bed sheet
juego de cama, ropa de cama, juego de sábanas: bed linen, bed linen set, sheet set
funda: cover, case, sleeve
funda de almohada: pillowcase
funda nórdica: duvet cover
toalla: towel
toalla de baño: bath towel
albornoz, bata de baño: bathrobe
alfombra, tapete: rug, carpet
felpudo: doormat
cortina: curtain
cortina de ducha, cortina de baño: shower curtain
persiana, estor: blind, roller blind, shutter
armario, ropero, placard, clóset: wardrobe, cupboard, closet
cómoda, cajonera: chest of drawers, dresser, drawer unit
cajón: drawer, crate
aparador, vitrina: sideboard, cabinet
mueble de tv, mueble para la tele: tv stand, tv unit
estantería, librero, biblioteca: bookcase, bookshelf, shelving unit, shelves
estante, repisa, balda: shelf
zapatero, zapatera: shoe rack, shoe cabinet
perchero: coat rack, coat stand
percha, gancho: hanger, hook
paragüero: umbrella stand
espejo: mirror
cuadro: picture, painting
marco, portarretratos: frame, picture frame
póster, lámina: poster, print
reloj: watch, clock
reloj de pared: wall clock
reloj inteligente: smartwatch, smart watch, fitness watch
despertador: alarm clock
pulsera de actividad: fitness tracker
lámpara: lamp, light
lámpara de pie: floor lamp
lámpara de mesa, lámpara de sobremesa, lámpara de noche: table lamp
lámpara de escritorio, flexo: desk lamp
lámpara de techo: ceiling light, ceiling lamp
luz, luces: light, lights
bombilla, foco, bombillo, ampolleta: bulb, light bulb
linterna: torch, flashlight
vela: candle
jarrón, florero: vase
cesta, canasta, canasto: basket
caja: box, crate
caja de herramientas: toolbox
escalera: ladder, step ladder
taladro, taladradora: drill
destornillador, desarmador: screwdriver
martillo: hammer
sierra, serrucho: saw
alicates: pliers
llave inglesa: wrench, spanner
tornillo: screw, screws
pintura: paint
brocha, pincel: brush, paint brush
cepillo: brush
candado: padlock, lock
cerradura: lock
manguera: hose, garden hose
regadera: watering can
tijeras: scissors
tijeras de podar, podadora de mano: pruning shears, secateurs
cortacésped, podadora, cortadora de césped, cortadora de pasto: lawn mower, lawnmower, mower
cortasetos: hedge trimmer
desbrozadora, bordeadora: strimmer, brush cutter
soplador, sopladora: leaf blower
rastrillo: rake
pala de jardín: garden spade, spade
carretilla: wheelbarrow
maceta, macetero: pot, planter, flower pot, terracotta pot
maceta de barro: terracotta pot
tierra, sustrato, tierra para macetas: potting soil, soil, compost
abono, fertilizante: fertiliser, fertilizer
compostador, compostera: compost bin, composter
semilla: seeds, seed
planta: plant
flor: flowers, flower
ramo, ramo de flores: bouquet
sombrilla, parasol, quitasol: parasol, umbrella, sunshade
paraguas: umbrella
hamaca: hammock
tumbona, reposera: sun lounger, deck chair
comedero, comedero de pájaros: bird feeder, feeder
guantes de trabajo, guantes de jardín: work gloves, gardening gloves
piscina, alberca, pileta: pool, swimming pool, paddling pool
televisor, televisión, tele: tv, television
mando, mando a distancia, control remoto: remote, remote control, controller
altavoz, parlante, bocina, corneta: speaker
barra de sonido: soundbar
auriculares, audífonos, cascos: headphones, earphones, earbuds, headset
micrófono, micro: microphone
radio: radio
tocadiscos: record player, turntable
disco, vinilo: record, vinyl
móvil, celular, teléfono: phone, mobile phone, smartphone, cell phone
tableta, tablet: tablet
ordenador, computadora, computador, compu: computer, pc
portátil, laptop, notebook: laptop, notebook
monitor, pantalla: monitor, screen, display
soporte de monitor, soporte para monitor: monitor stand
teclado: keyboard
ratón, mouse: mouse
alfombrilla, mousepad: mouse pad, mouse mat
cámara web, webcam: webcam
impresora: printer
impresora de etiquetas, etiquetadora: label printer
escáner: scanner
tinta, cartucho, tóner: ink, cartridge, toner
disco duro, disco externo: hard drive, external hard drive
memoria usb, pendrive, llave usb: usb stick, flash drive
tarjeta de memoria: memory card
cargador: charger
cargador portátil, batería externa, powerbank: power bank
batería, pila: battery, batteries
cable: cable, lead
alargador, alargue, prolongador, extensión: extension lead, extension cord
enchufe, toma: plug, socket
enchufe inteligente: smart plug
regleta, multicontacto, zapatilla eléctrica: power strip
enrutador, router: router
cámara, cámara de fotos: camera
trípode: tripod
dron: drone
consola, videoconsola: console, games console
videojuego: video game, game
calculadora: calculator
cuaderno, libreta: notebook, notepad
agenda: diary, planner
libro: book
papel: paper
papel de impresora, folios: printer paper
papel higiénico: toilet paper
carpeta, archivador: folder, file folder, binder
bolígrafo, boli, lapicera, birome, esfero: pen, ballpoint pen
pluma, pluma estilográfica: fountain pen, pen
lápiz: pencil
rotulador, marcador, plumón: marker, felt tip pen
grapadora, engrapadora, abrochadora: stapler
notas adhesivas, pósits: sticky notes
pizarra, pizarrón: whiteboard, blackboard
trituradora, destructora de papel: paper shredder, shredder
reposapiés: footrest
organizador: organiser, organizer
juguete: toy, toys
muñeca: doll
muñeco: doll, action figure, figure
peluche: soft toy, teddy bear, plush, stuffed animal
rompecabezas, puzle, puzzle: puzzle, jigsaw
juego de mesa: board game
bloques: blocks, building blocks
coche de juguete, carrito, cochecito de juguete: toy car
tren: train, train set
pelota, balón: ball
cochecito, carriola, sillita de paseo: pram, stroller, pushchair, buggy
silla de coche, sillita de coche: car seat
pañal: nappies, diapers
biberón, mamadera: baby bottle
bicicleta, bici: bicycle, bike
bicicleta estática: exercise bike
patinete, monopatín: scooter, kick scooter, skateboard
patines: skates, roller skates
casco: helmet
tienda de campaña, carpa: tent
saco de dormir, bolsa de dormir: sleeping bag
esterilla, colchoneta: mat, yoga mat, sleeping mat
pesa, mancuerna: dumbbell, weights
cinta de correr, caminadora: treadmill
raqueta: racket
tabla de surf: surfboard
mochila: backpack, rucksack
maleta, valija: suitcase, luggage
bolso, bolsa, cartera: bag, handbag, purse
bolsa de portátil, maletín, funda de portátil: laptop bag, briefcase, laptop sleeve
billetera, monedero: wallet, purse
cinturón: belt
gafas, lentes, anteojos: glasses
gafas de sol, lentes de sol: sunglasses
collar: necklace, collar
anillo: ring
pulsera, brazalete: bracelet
pendientes, aretes, aros: earrings
zapato: shoes, shoe
zapatillas, tenis, deportivas, zapatillas de deporte: trainers, sneakers, running shoes
zapatillas de casa, pantuflas: slippers
botas: boots
botines: ankle boots
sandalias, chanclas, ojotas: sandals, flip flops
calcetines, medias, soquetes: socks
calcetín: sock, socks
medias de nailon, pantimedias: tights, stockings
camisa: shirt
camiseta, playera, remera, polera: t-shirt, tshirt, tee, top
blusa: blouse
vestido: dress
falda, pollera: skirt
pantalón, pantalones: trousers, pants
pantalones de trabajo, pantalón de trabajo: work trousers
pantalón corto, pantalones cortos: shorts
vaqueros, jeans, tejanos: jeans
chaqueta, chamarra, campera, cazadora: jacket
chubasquero, impermeable, piloto: raincoat, rain jacket
abrigo, tapado: coat
chaleco: vest, waistcoat, gilet
sudadera, buzo, canguro: sweatshirt, hoodie
jersey, suéter, pulóver: jumper, sweater, pullover
rebeca, cárdigan: cardigan
traje: suit
traje de baño, bañador, malla: swimsuit, swimming trunks
pijama: pyjamas, pajamas
ropa interior, calzoncillos, bragas: underwear, boxers, briefs
sujetador, brasier, corpiño: bra
bufanda: scarf
guantes: gloves
gorro: beanie, hat
gorra: cap
sombrero: hat
corbata: tie
secador, secador de pelo, secadora de pelo: hair dryer, hairdryer
afeitadora, maquinilla, rasuradora: shaver, razor
cepillo de dientes: toothbrush
pasta de dientes, dentífrico: toothpaste
champú: shampoo
jabón: soap
perfume, colonia: perfume, fragrance
crema: cream
comida para perros, pienso: dog food, pet food
comida para gatos: cat food
correa: lead, leash, strap
acuario, pecera: aquarium, fish tank
piano: piano, keyboard
guitarra: guitar
tambor, batería musical: drum, drums, drum kit
neumático, llanta, cubierta: tyre, tire
vino: wine
cerveza: beer
café: coffee
té: tea
leche: milk
azúcar: sugar
harina: flour
aceite: oil
chocolate: chocolate
galletas: biscuits, cookies
"""
#: How they look and what they are made of.
LOOKS = """
rojo, roja: red
azul: blue
verde: green
amarillo, amarilla: yellow
negro, negra: black
blanco, blanca: white
gris: grey, gray
marrón, café oscuro: brown
rosa, rosado: pink
morado, violeta: purple
naranja: orange
grande: large, big
pequeño, pequeña, chico, chica: small
madera: wood, wooden
metal, metálico: metal
acero: steel
vidrio, cristal: glass
cuero, piel: leather
lana: wool
algodón: cotton
inalámbrico, inalámbrica: wireless, cordless
plegable: folding
eléctrico, eléctrica: electric
"""
