"""What the demo's shop sells."""

from __future__ import annotations

from domain.stock import Product

#: Per category: name, price in cents, weight in grams, volume in cubic centimetres.
_GOODS: dict[str, tuple[tuple[str, int, int, int], ...]] = {
    "coffee": (
        ("espresso grinder", 18_900, 3_200, 14_000),
        ("espresso machine", 54_900, 9_800, 42_000),
        ("French press", 3_490, 900, 5_200),
        ("moka pot", 2_990, 650, 2_400),
        ("pour-over dripper", 2_190, 400, 2_600),
        ("paper coffee filters", 590, 180, 1_500),
        ("gooseneck kettle", 6_990, 1_300, 8_500),
        ("milk frother", 4_490, 700, 3_200),
        ("coffee beans", 2_290, 1_050, 3_400),
        ("decaf coffee beans", 1_390, 540, 1_800),
        ("coffee scale", 3_990, 520, 1_600),
        ("espresso tamper", 2_490, 480, 600),
        ("knock box", 2_790, 850, 3_000),
        ("cappuccino cup set", 3_690, 2_100, 7_800),
        ("travel mug", 2_590, 350, 1_400),
        ("cold brew jug", 2_890, 800, 3_600),
        ("descaling liquid", 990, 560, 700),
        ("hand coffee grinder", 7_490, 600, 1_500),
        ("coffee canister", 2_390, 480, 2_200),
        ("tea pot", 3_290, 1_100, 4_400),
    ),
    "kitchen": (
        ("chef's knife", 7_990, 320, 1_200),
        ("bread knife", 3_490, 260, 1_200),
        ("cutting board", 2_990, 1_600, 3_800),
        ("cast iron pan", 5_490, 3_100, 6_200),
        ("non-stick frying pan", 3_990, 1_200, 6_500),
        ("stock pot", 6_490, 2_900, 16_000),
        ("saucepan", 3_790, 1_300, 6_000),
        ("wok", 4_290, 1_700, 11_000),
        ("stand mixer", 32_900, 10_500, 48_000),
        ("hand blender", 4_990, 1_100, 4_200),
        ("toaster", 4_490, 1_800, 12_500),
        ("kettle", 3_990, 1_200, 7_800),
        ("rice cooker", 6_990, 3_400, 18_000),
        ("waffle iron", 4_790, 2_600, 9_500),
        ("kitchen scale", 1_990, 450, 1_500),
        ("mixing bowl set", 2_790, 1_400, 9_000),
        ("baking tray", 1_690, 900, 3_000),
        ("pepper mill", 2_290, 380, 900),
        ("salad spinner", 2_490, 950, 11_000),
        ("food storage box set", 2_990, 1_300, 10_500),
    ),
    "household": (
        ("vacuum cleaner", 15_900, 6_200, 45_000),
        ("clothes airer", 3_990, 3_900, 26_000),
        ("ironing board", 5_490, 6_800, 52_000),
        ("steam iron", 4_990, 1_500, 6_800),
        ("laundry basket", 2_490, 1_200, 38_000),
        ("floor lamp", 7_990, 5_400, 31_000),
        ("table lamp", 3_990, 1_800, 12_000),
        ("wool blanket", 5_990, 1_500, 11_000),
        ("bath towel set", 3_990, 2_200, 13_000),
        ("bed linen set", 5_490, 1_900, 9_000),
        ("feather pillow", 3_490, 900, 22_000),
        ("wall clock", 2_990, 800, 5_500),
        ("mirror", 6_990, 7_200, 24_000),
        ("storage crate", 1_990, 1_700, 30_000),
        ("step ladder", 4_990, 5_900, 40_000),
        ("toolbox", 3_790, 3_400, 21_000),
        ("cordless drill", 9_990, 2_300, 9_800),
        ("dish soap", 1_490, 3_300, 5_000),
        ("dustpan and brush", 990, 400, 4_600),
        ("umbrella stand", 2_790, 2_100, 15_000),
    ),
    "garden": (
        ("garden hose", 3_490, 3_600, 19_000),
        ("watering can", 1_990, 900, 16_000),
        ("pruning shears", 2_490, 320, 1_100),
        ("garden spade", 3_290, 2_100, 12_000),
        ("rake", 2_390, 1_500, 14_000),
        ("potting soil", 990, 9_000, 20_000),
        ("terracotta pot", 1_490, 3_100, 12_500),
        ("herb seeds", 690, 60, 300),
        ("bird feeder", 2_190, 1_100, 9_200),
        ("lawn mower", 27_900, 17_500, 120_000),
        ("hedge trimmer", 10_900, 3_900, 22_000),
        ("folding garden chair", 4_490, 4_300, 38_000),
        ("parasol", 6_990, 6_700, 33_000),
        ("charcoal grill", 12_900, 12_400, 90_000),
        ("grill tongs", 1_290, 250, 1_200),
        ("solar light set", 2_990, 1_300, 6_500),
        ("raised bed kit", 8_900, 16_000, 75_000),
        ("work gloves", 890, 150, 900),
        ("compost bin", 4_990, 7_800, 85_000),
        ("tomato plant supports", 1_190, 1_200, 8_000),
    ),
    "office": (
        ("desk lamp", 4_990, 1_700, 9_500),
        ("office chair", 19_900, 14_500, 140_000),
        ("standing desk frame", 29_900, 27_000, 95_000),
        ("monitor stand", 3_990, 2_800, 13_000),
        ("notebook pack", 1_990, 1_100, 2_600),
        ("fountain pen", 3_290, 80, 400),
        ("box of ballpoint pens", 990, 260, 700),
        ("printer paper", 2_490, 12_500, 16_000),
        ("paper shredder", 6_990, 5_600, 28_000),
        ("whiteboard", 5_990, 4_900, 36_000),
        ("file folders", 1_890, 3_000, 14_000),
        ("desk organiser", 2_190, 900, 5_800),
        ("stapler", 1_290, 330, 700),
        ("footrest", 3_490, 2_000, 12_000),
        ("label printer", 7_990, 900, 4_100),
        ("sticky notes", 790, 420, 900),
        ("calculator", 1_590, 180, 500),
        ("laptop bag", 4_490, 850, 9_000),
        ("document scanner", 18_900, 2_900, 11_500),
        ("desk pad", 2_490, 700, 2_100),
    ),
    "electronics": (
        ("wireless headphones", 12_900, 420, 3_400),
        ("wireless mouse", 2_990, 140, 900),
        ("mechanical keyboard", 8_990, 1_100, 4_600),
        ("computer monitor", 24_900, 6_900, 62_000),
        ("USB-C charger", 2_990, 180, 500),
        ("USB-C cable", 1_290, 60, 300),
        ("power bank", 3_490, 360, 700),
        ("webcam", 5_990, 220, 900),
        ("Bluetooth speaker", 6_990, 780, 2_900),
        ("smart plug", 1_690, 130, 500),
        ("LED bulb pack", 1_490, 240, 1_400),
        ("extension lead", 1_790, 620, 2_200),
        ("digital radio", 7_490, 1_300, 5_600),
        ("wifi router", 8_990, 600, 4_800),
        ("external hard drive", 6_490, 250, 600),
        ("memory card", 1_990, 20, 100),
        ("tablet stand", 2_290, 480, 1_900),
        ("air purifier", 13_900, 5_200, 39_000),
        ("fitness watch", 14_900, 160, 700),
        ("alarm clock", 2_490, 300, 1_100),
    ),
}

#: Words that rules of returns ask for, by product; what is not here has none.
_TAGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("coffee beans", "decaf coffee beans", "herb seeds", "potting soil"), ("perishable",)),
    **dict.fromkeys(
        ("paper coffee filters", "descaling liquid", "dish soap", "feather pillow", "bed linen set"), ("hygiene",)
    ),
    **dict.fromkeys(("umbrella stand", "calculator", "knock box", "parasol", "printer paper"), ("final_sale",)),
    **dict.fromkeys(("power bank", "cordless drill", "vacuum cleaner", "stand mixer"), ("warranty",)),
    "wireless headphones": ("headphones",),
}
#: Grams from which a product goes by a vehicle with a lift.
_HEAVY = 15_000
_BREAKS = ("lamp", "mirror", "cup", "pot")


def products() -> list[Product]:
    """All products, SKU-1001 upwards."""
    goods = [(category, *good) for category, shelf in _GOODS.items() for good in shelf]
    return [
        Product(
            sku=f"SKU-{1001 + n}",
            name=name,
            category=category,
            price=price,
            currency="EUR",
            weight=weight,
            volume=volume,
            handling=_handling(name, weight),
            tags=list(_TAGS.get(name, ())),
        )
        for n, (category, name, price, weight, volume) in enumerate(goods)
    ]


def _handling(name: str, weight: int) -> list[str]:
    """What a product needs on its way: a lift for what is heavy, care for what breaks."""
    heavy = ["lift"] if weight >= _HEAVY else []
    return heavy + (["fragile"] if any(word in name.split() for word in _BREAKS) else [])
