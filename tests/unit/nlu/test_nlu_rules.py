"""What rules find, with their spans: «» marks what must be found, and nothing else of these kinds may be."""

from __future__ import annotations

import itertools
import re

import pytest

from nlu.rules import find
from nlu.text import normalise

CASES = {
    "order_number": [
        "where is «order 10542»", "where is «RM-10482»?", "status of «#10482» pls", "«rm10482»", "«RM 10482»",
        "«ordr 10482» gone?", "«order no. 10482»", "«order number: 10482» please", "order «#60218»", "ORDER «RM-1234»",
        "«10482»", "it's «10482» thanks", "cancel «10482» please", "«orders 10482» and «10483»", "my order is «48118»",
        "«parcel 10482»", "call 030 123456", "order 2 mugs", "in 10115", "10.5 kg", "€10482", "«order 10542», «10543»",
    ],
    "return_number": ["«RET-204»", "status of «ret 204»?", "«RET204»", "rma number «3391»", "return 2 mugs", "secret 5"],
    "purchase_order": ["«PO-77»", "receive «po 77» now", "purchase order «77»", "PO Box 118", "«PO#12»"],
    "route": ["«route 7»", "show «R7»", "«routes 3» and «4»", "«route seven» late", "en route", "your 7 mugs"],
    "stop": [
        "at «stop 4»", "«drop 9» done", "«stops 4» and «5»", "dropped «4» and «5»", "the «third stop»", "stop 2 messages",
        "drop 3 parcels here", "stop sending", "«stop 12», nobody home",
    ],
    "date": [
        "«today»", "«tomorrow» please", "«day after tomorrow»", "the «day after thursday» please", "the «day before the 14th»", "«two days after friday»",
        "any day before «friday»", "a day after «friday»", "the day after", "the day after, «friday»", "on «friday»", "the «14th»", "«next friday»", "«3 may»",
        "«may 3rd» works", "«3.5.»", "on «03/05/2026»", "«2026-05-03»", "«in 3 days»", "«next week»", "«last week»",
        "sales in «march»", "«this weekend»", "«end of the week»", "«friday the 15th»", "bought «two days ago»",
        "«friday 3 may»", "«3rd of may»", "may I ask", "I may come", "it sat there", "march on", "«this friday»",
        "hasn't moved in four days", "on «12 march». When", "«q3 2025»", "the «last 30 days»", "on «black friday»",
        "by «fri»", "«sat» morning", "kettle still «wed»?", "«thursday»'s fine", "«friday»'s no good", "«friday»'s delivery", "friday's child", "make it «a week tomorrow»", "«tomorrow week» please", "«a week on friday» then", "«two weeks today»?",
        "i've waited a week «today»", "it's been two weeks «tomorrow»", "a week after my birthday", "i waited a week. «friday» it came", "the 2nd floor", "11th street", "«friday next week»", "not «wednesday»",
    ],
    "time_window": [
        "«between 2 and 4»", "«2-4pm» tomorrow", "«14:00-16:00»", "«after 5pm»", "«before noon»", "in the «morning»",
        "friday «afternoon»", "make it the «last slot» of that day", "a week tomorrow, «first slot of the day»", "«first slot» please", "«around 3»", "at «10am»", "«5ish»", "«by lunchtime»", "«from 8 till 4»", "«after 7»",
        "«between 16 and 20 hour»", "«from 13 to 16 o'clock»", "between 12 and 24 hours", "tomorrow «four to eight»", "friday, «twelve to four»",
        "one to two kettles", "four to five stars", "«half past three»", "the «9-11» slot", "good morning", "after 5 days", "before 3 may", "«10pm to 7am»",
        "about 20 boxes", "around 3 weeks", "have a great evening", "«9:30»", "no. «12-4»", "on friday? «16 to 20»", "the early one «8-12»", "to Torstr. 12-4", "house no. 8-12", "5. 8-12 is mine", "at «7» please", "night shift",
    ],
    "duration": [
        "«20 minutes» late", "running «20» late", "late by «15»", "«half an hour»", "waited «two hours»", "«3 weeks»",
        "«an hour and a half»", "«3-5 working days»", "«5 mins» away", "two weeks ago", "a second order", "one day",
        "within «a day»", "«1h30»",
    ],
    "email": ["mail «jo.tanner@mailbox.org».", "«A+b@x-y.co.uk»", "a@b", "@home"],
    "phone": [
        "call «07700 900461»", "«+49 151 5550 8842»", "«(0151) 496 0733»", "«+1 416 555 0182» ok", "text me on «4165550182»",
        "order 370795561790", "order 10482", "2026-05-03",
    ],
    "postcode": [
        "SE: «SE15 4QN»", "postcode «10115»", "in «10115»", "zip code is «94110»", "«1015 EA» Amsterdam", "«10115» Berlin",
        "Madrid «28013»", "«H2X 1Y4»", "«D08 X2K7»", "my zip, it's «60614»", "order 10115", "«1010»", "2204 Maple Ave",
        "failed in «3511» today", "failed in 2025", "packed in 1200 boxes",
    ],
    "rating": [
        "«4 stars»", "«9/10»", "«five out of 5»", "«4/5» thanks", "«5*»", "«⭐⭐⭐⭐»", "rate him «4»", "give it a «7»",
        "score: «8»", "3 out of 5 boxes", "only got 3 out of 5", "you are a star", "«zero stars»", "on 4/5", "👍",
    ],
    "percentage": ["«20%» off", "«12,5 %»", "«ten percent»", "20 per box"],
    "money": ["«€35»", "costs «$1,200»", "«50 quid»", "«12,50 €»", "«200 dollars»", "35 boxes"],
    "coordinates": [
        "«52.52, 13.40»", "«https://www.google.com/maps/@52.52,13.405,15z» here", "«geo:52.5,13.4»", "1.5, 2.5",
        "«https://www.openstreetmap.org/?mlat=52.5&mlon=13.4»", "https://example.com/52.52", "«https://maps.apple.com/?ll=52.5,13.4»",
    ],
    "quantity": ["«12»", "«two» mugs", "«3x» kettles", "flat 2", "number 12", "the small one", "at 5"],
    "product": ["is «SKU-1044» in", "«sku 1044»", "skull"],
}  # fmt: skip
#: The same of a driver's messages: stops, and numbers left to the random field.
ON_THE_ROAD = {
    "stop": [
        "«14»", "ok «14»", "«4» and «5»", "«4», «5»", "«number 12»", "«#4» done", "at «stop 4»", "«drop 9» nobody in",
        "dropped «4» and «5»", "the «3rd drop»", "«delivery 8» done", "delivery 3 boxes", "4 boxes", "at 14", "#10482",
        "20 minutes", "+ 20", "3 short", "«stop 11» after 2pm", "«stop 4» of 5 done", "«stop 4»/5", "4 of 5", "4/5 done", "drop 4 of 5 boxes",
    ],
    "time_window": [
        "nobody in at 14", "4-6", "after 9", "«after 2pm»", "at «10:30»", "«till half past three»", "14 «till half past three»",
        "back from lunch", "«this afternoon»", "night boss", "morning boss", "around «5ish»", "done «by noon»",
    ],
    "quantity": [
        "«2» boxes missing", "«one» missing", "missing «3» packages", "only «39» of «41»", "short «2»", "«3» parcels short", "14", "at 7",
        "«two» of them", "dropped 4 and 5", "«4» of «5»", "«4»/«5» done", "«three» out of the «four»", "stop 3, «4» of «5» here",
        "«4»/«6» boxes", "stop 4 of 5 done", "i'm at 4/5", "flat 4/5", "back on 4/6", "3/4 of an hour",
    ],
    "order_number": ["«RM-10482» done", "10482 miles", "48210 on the clock", "mileage 48210", "«10482» done", "parcel 3"],
    "rating": ["4/5 done", "5 stars"],
    "address": [
        "at «14 station road»", "nobody in at «7 Orchard Close»", "«Kantstraße 22» done", "«5 Hawthorn Drive», no answer", "at «4 The Crescent»",
        "parked at 4 in the street", "14 left on the road", "4 and 5 on elm street", "drop 4 next street", "2 boxes on mill lane",
        "«flat 3, 60 bridge street»", "at 4 on the drive",
    ],
    "postcode": ["1234", "stuck near M25", "«SE15 4QN» next"],
    "duration": ["«20 min» late", "«20» late", "back in «half an hour»", "«45» behind"],
}  # fmt: skip
NOT_OF_DRIVERS = frozenset({"rating"})
ROWS = [(kind, row) for kind, rows in CASES.items() for row in rows]


@pytest.mark.parametrize(("kind", "marked"), ROWS)
def test_rule(kind: str, marked: str) -> None:
    plain = re.sub("[«»]", "", marked)
    expected = re.findall("«(.*?)»", marked)
    if kind == "quantity":
        expected = [words.rstrip("x") for words in expected]
    found = [plain[one.start : one.end] for one in find(normalise(plain)) if one.kind == kind]
    assert found == expected


@pytest.mark.parametrize(("kind", "marked"), [(kind, row) for kind, rows in ON_THE_ROAD.items() for row in rows])
def test_rule_on_the_road(kind: str, marked: str) -> None:
    plain = re.sub("[«»]", "", marked)
    found = [plain[one.start : one.end] for one in find(normalise(plain), NOT_OF_DRIVERS, True) if one.kind == kind]
    assert found == re.findall("«(.*?)»", marked)


def test_found_entities_do_not_overlap_and_come_in_order() -> None:
    found = find(
        normalise("order 10542 on 3 may between 2 and 4pm, 20 minutes, €35, 4 stars, a@b.de, RET-204, route 7 stop 4")
    )
    assert len({one.kind for one in found}) >= 9
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))


def test_kinds_can_be_left_out() -> None:
    assert find(normalise("order 10542 tomorrow"), frozenset({"order_number", "date"})) == []
