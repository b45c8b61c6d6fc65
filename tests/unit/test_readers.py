"""What is read out of whole words: addresses, instructions, problems, scores, and how to be reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import Parts, take_apart, with_house
from domain.wishes import LONGEST_WISH, Wish, with_wishes
from nlu.readers import READERS, Fields, instructions, languages, privacy, problems, settings, talk


@pytest.mark.parametrize(
    ("text", "street", "postcode", "city"),
    [
        ("Torstr. 5, 10119 Berlin", "Torstr. 5", "10119", "Berlin"),
        ("Torstr. 5 10119", "Torstr. 5", "10119", ""),
        ("Torstr. 5", "Torstr. 5", "", ""),
        ("Torstr. 5, Berlin", "Torstr. 5", "", "Berlin"),
        ("Torstr. 5\n10119 Berlin", "Torstr. 5", "10119", "Berlin"),
        ("D-10119 Berlin, Torstr. 5", "Torstr. 5", "10119", "Berlin"),
        ("Hauptstraße 1204", "Hauptstraße 1204", "", ""),
        ("Stephansplatz 3, 1010 Wien", "Stephansplatz 3", "1010", "Wien"),
        ("12 High Street, London SW1A 1AA", "12 High Street", "SW1A 1AA", "London"),
        ("12 High Street London sw1a1aa", "12 High Street", "SW1A1AA", "London"),
        ("Flat 3, 12 High Street, London, SW1A 1AA", "Flat 3, 12 High Street", "SW1A 1AA", "London"),
        ("Keizersgracht 12, 1015 CW Amsterdam", "Keizersgracht 12", "1015 CW", "Amsterdam"),
        ("keizersgracht 12, 1015 cw amsterdam", "keizersgracht 12", "1015 CW", "amsterdam"),
        ("5 rue de la Paix, 75002 Paris", "5 rue de la Paix", "75002", "Paris"),
        ("12345 Main Street, Springfield, IL 62704", "12345 Main Street", "62704", "Springfield"),
        ("ul. Nowa 5, 00-123 Warszawa", "ul. Nowa 5", "00-123", "Warszawa"),
        ("10119", "", "10119", ""),
        ("Berlin 10119", "", "10119", "Berlin"),
        ("", "", "", ""),
    ],
)
def test_addresses_are_taken_apart(text, street, postcode, city):
    assert take_apart(text) == Parts(street, postcode, city)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Can you deliver it to Torstr. 5, 10119 Berlin instead",
            {"street": "Torstr. 5", "postcode": "10119", "city": "Berlin"},
        ),
        (
            "change the address of RM-10482 to 12 High Street, London SW1A 1AA please",
            {"street": "12 High Street", "postcode": "SW1A 1AA", "city": "London"},
        ),
        ("send it to my office please, Unter den Linden 5", {"street": "Unter den Linden 5"}),
        ("no, torstr 7", {"street": "torstr 7"}),
        ("can it go to Rosenthaler Platz 2 instead", {"street": "Rosenthaler Platz 2"}),
        ("deliver RM-10482 to Prager Straße 12, Berlin because I moved", {"street": "Prager Straße 12", "city": "Berlin"}),
        ("kastanienallee 82 please", {"street": "kastanienallee 82"}),
        ("please change my address", None),
        ("move RM-10482 to friday", None),
        ("I need it before 12 tomorrow", None),
    ],
)  # fmt: skip
def test_an_address_is_found_in_a_message(text, found):
    read = READERS["address"](text, None)
    assert (read.values if isinstance(read, Fields) else read) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10119 Berlin", {"postcode": "10119", "city": "Berlin"}),
        ("Old Mill, Ashford TN25 4AB", {"street": "Old Mill", "postcode": "TN25 4AB", "city": "Ashford"}),
        ("I do not know", None),
    ],
)
def test_an_answer_that_is_an_address_is_taken_whole(text, found):
    read = READERS["address_words"](text, None)
    assert (read.values if isinstance(read, Fields) else read) == found


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("Berlin", "Berlin"),
        ("It's in Berlin, please", "Berlin"),
        ("14467 Potsdam", "Potsdam"),
        ("in Frankfurt am Main", "Frankfurt am Main"),
        ("The Hague", "The Hague"),
        ("St. Pölten", "St. Pölten"),
        ("I don't know", None),
        ("is that needed?", None),
        ("yes deliver it to that address", None),
        ("no, number 7", None),
    ],
)
def test_a_city_is_read_without_what_is_said_around_it(text, city):
    assert READERS["city"](text, None) == city


@pytest.mark.parametrize(
    ("text", "city"),
    [("10435 Berlin", "Berlin"), ("its 10435 berlin please", "berlin"), ("10435", None), ("10435, not 10119", None)],
)
def test_a_city_may_come_with_the_postcode(text, city):
    read = READERS["postcode_and_city"](text, "10435")
    assert isinstance(read, Fields)
    assert (read.values["postcode"], read.values.get("city")) == ("10435", city)


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("no, number 7", "7"),
        ("Number 7", "7"),
        ("no. 7", "7"),
        ("Sorry, 17a please", "17a"),
        ("Wait 17", "17"),
        ("it's 12-14", "12-14"),
        ("7 not 5", "7"),
        ("not 5, 7", "7"),
        ("make it number 7 instead of 5", "7"),
        ("my house number is wrong, it should be 119", "119"),
        ("change the house number to 12 b", "12 b"),
        ("number 11 I meant", "11"),
        ("no, Torstr. 7", None),
        ("house number 7, Torstr. 5", None),
        ("no, 10119", None),
        ("7", None),
        ("no, 7pm", None),
        ("flat number 3", None),
        ("no", None),
    ],
)
def test_another_house_number_is_read_where_nothing_else_is_said(text, house):
    assert READERS["house"](text, None) == house


@pytest.mark.parametrize(
    ("street", "moved"),
    [
        ("Torstr. 5", "Torstr. 7a"),
        ("12 High Street", "7a High Street"),
        ("Flat 3, 12 High Street", "Flat 3, 7a High Street"),
        ("Straße des 17. Juni 135", "Straße des 17. Juni 7a"),
        ("20 5th Avenue", "7a 5th Avenue"),
        ("Torstr. 5 Hinterhaus", "Torstr. 7a Hinterhaus"),
        ("Kastanienallee", "Kastanienallee 7a"),
    ],
)
def test_a_house_number_stands_where_the_old_one_stood(street, moved):
    assert with_house(street, "7a") == moved


@pytest.mark.parametrize(
    ("text", "wishes", "note"),
    [
        (
            "leave it in the shed, gate code is 4711, ring Mrs Kim next door if I'm out, call me first",
            {
                "code": "gate code is 4711", "call_first": "", "safe_place": "in the shed",
                "neighbour": "ring Mrs Kim next door if I'm out",
            },
            None,
        ),
        ("behind the blue bin", {"safe_place": "behind the blue bin"}, None),
        ("leave it in the shed, it's on the left", {"safe_place": "in the shed, it's on the left"}, None),
        ("can you leave my parcel in the porch please", {"safe_place": "in the porch"}, None),
        ("leave in the garage or with the neighbour", {"safe_place": "in the garage", "neighbour": "with the neighbour"}, None),
        ("call me on 0176 1234567 when you are close", {"call_first": "call me on 0176 1234567 when you are close"}, None),
        ("please call me before you come", {"call_first": ""}, None),
        ("leave it with the neighbour at number 5", {"neighbour": "the neighbour at number 5"}, None),
        ("don't leave it outside, give it to my mother", {"neighbour": "my mother"}, "don't leave it outside"),
        ("don't ring the bell, baby sleeping", None, "don't ring the bell; baby sleeping"),
        ("Third floor, no lift", None, "Third floor; no lift"),
        ("tell the driver to be careful of the dog and use the side door", None, "be careful of the dog; use the side door"),
        ("can I add a gate code", {"code": ""}, None),
        ("evening, need to add a gate code to order no 10714", {"code": ""}, None),
        ("tengo que darles un código de portal", {"code": ""}, None),
        ("gate code for order #10714 is 2580", {"code": "gate code is 2580"}, None),
        ("the code is banana", {"code": "code is banana"}, None),
        ("morning! leave it in the shed", {"safe_place": "in the shed"}, None),
        ("buenas tardes. llámame antes", {"call_first": ""}, None),
        ("leave it at the front door. never mind the dog", {"safe_place": "at the front door"}, None),
        ("leave it in the porch. mind the dog", {"safe_place": "in the porch"}, "mind the dog"),
        ("a safe place", {"safe_place": ""}, None),
        ("no wait in the garage", {"safe_place": "in the garage"}, None),
        ("give it to my neighbour Schmidt, no wait, leave it in the shed", {"safe_place": "in the shed"}, None),
        ("leave it in the shed - actually no, call me first", {"call_first": ""}, None),
        ("leave it in the shed, no sorry", {"safe_place": "in the shed"}, None),
        ("the code is 4712 sorry", {"code": "4712"}, None),
        ("wait until I open the door", None, "wait until I open the door"),
        ("I want to change my delivery instructions for RM-10482", None, None),
        ("can you add a note for the driver", None, None),
        ("remove my instructions", None, None),
        ("No delete that sorry I misread it the gate code is 2508", {"code": "gate code is 2508"}, None),
        ("scratch that, leave it in the shed", {"safe_place": "in the shed"}, None),
        ("borra eso, perdón, el código es 4711", {"code": "4711"}, None),
        ("delete that note about the code", None, None),
        ("quita lo del código", None, None),
        ("If it isn't too great an imposition, might you leave the driver a note that reception is on the second floor?", None, "reception is on the second floor?"),
        ("if you don't mind, leave it with reception", {"neighbour": "reception"}, None),
        ("sorry to bother you again, one more thing, could the driver ring me first", {"call_first": ""}, None),
        ("Point 2 concerns RM-10482. The driver is to call me before delivery.", {"call_first": ""}, None),
        ("the next one is for the kettle, code 4711", {"code": "4711"}, None),
        ("si no es molestia, déjenlo con la vecina", {"neighbour": "la vecina"}, None),
        ("una cosita más, que me llamen antes", {"call_first": ""}, None),
        ("the point is sharp, mind the fence", None, "the point is sharp; mind the fence"),
        ("my postcode is 10115", None, "my postcode is 10115"),
        ("", None, None),
    ],
)  # fmt: skip
def test_instructions_are_sorted_by_kind(text, wishes, note):
    assert (instructions.wishes(text), instructions.note(text)) == (wishes, note)


@pytest.mark.parametrize(
    ("text", "removes"),
    [
        ("remove my delivery instructions", True),
        ("please delete the note", True),
        ("don't remove my notes", None),
        ("leave it in the shed", None),
    ],
)
def test_taking_instructions_back_is_heard(text, removes):
    assert instructions.removes(text) is removes


def test_a_new_wish_replaces_its_kind_only_and_stays_short():
    known = {"safe_place": "shed", "note": "dog"}
    now = with_wishes(known, {"safe_place": "x" * 900, "code": "1"})
    assert list(now) == ["code", "safe_place", "note"]
    assert len(now["safe_place"]) == LONGEST_WISH
    assert set(now) <= set(Wish)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my kettle arrived broken", "damaged"),
        ("the box is squashed and everything is wet", "damaged"),
        ("the grinder doesn't work", "damaged"),
        ("one toaster is missing", "missing"),
        ("the lid was not in the box", "missing"),
        ("I ordered two but got one", "missing"),
        ("only got one kettle", "missing"),
        ("half of the order is missing", "missing"),
        ("you sent me the wrong grinder", "wrong_item"),
        ("i got a toaster instead of a kettle", "wrong_item"),
        ("it says delivered but nothing is here", "not_received"),
        ("marked as delivered, where is it", "not_received"),
        ("my order never arrived", "not_received"),
        ("my package was stolen", "not_received"),
        ("you left it at the wrong address", "not_received"),
        ("says its deliverd but i cant find it", "not_received"),
        ("I can't find my parcel", "not_received"),
        ("nope still nothing", "not_received"),
        ("I have a problem with my order", None),
        ("something is wrong with the kettle", None),
        ("", None),
    ],
)
def test_what_is_wrong_is_read_where_it_is_clear(text, kind):
    assert problems.problem(text) == kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("still not here", False),
        ("no", False),
        ("I found it, thanks", True),
        ("my neighbour had it", True),
        ("hm", None),
    ],
)
def test_whether_it_came_is_read(text, said):
    assert problems.arrived(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no", []),
        ("No photo", []),
        ("I don't have one", []),
        ("no, the toaster", None),
        ("here it comes", None),
        ("No dispongo de foto alguna.", []),
        ("I have no photograph", []),
        ("no es como en la foto", None),
    ],
)
def test_that_no_photo_comes_is_read(text, said):
    assert problems.no_photo(text) == said


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5),
        ("4, a bit late", 4),
        ("five", 5),
        ("★★★★", 4),
        ("⭐️⭐️", 2),
        ("10", None),
        ("4.5", None),
        ("good", None),
    ],
)
def test_scores_are_read_from_answers(text, score):
    assert talk.score(text) == score


@pytest.mark.parametrize(
    ("text", "says_more"),
    [
        ("5 stars", False),
        ("9/10", False),
        ("I want to rate RM-10482 with 4 stars", False),
        ("5 stars, super friendly driver", True),
        ("the driver was rude", True),
    ],
)
def test_a_remark_is_more_than_a_score(text, says_more):
    assert talk.remark(text) == (text if says_more else None)


@pytest.mark.parametrize(
    ("text", "on", "channel", "quiet", "language"),
    [
        ("text me instead of email", None, "sms", None, None),
        ("by e-mail please", None, "email", None, None),
        ("i dont use telegram anymore, use sms", None, "sms", None, None),
        ("can i get updates on whatsapp instead", None, "whatsapp", None, None),
        ("not before 9", None, None, "-09:00", None),
        ("nothing after 8pm", None, None, "20:00-", None),
        ("only between 9 and 6", None, None, "18:00-09:00", None),
        ("quiet hours from 10pm to 8am", None, None, "22:00-08:00", None),
        ("email only, and nothing before 9am", None, "email", "-09:00", None),
        ("you can text but only after 5pm", None, "sms", "-17:00", None),
        ("don't message me at night", None, None, "21:00-08:00", None),
        ("any time is fine", None, None, "none", None),
        ("speak german", None, None, None, "de"),
        ("auf Deutsch bitte", None, None, None, "de"),
        ("my messages come in german, i need english", None, None, None, "en"),
        ("stop sending me messages", False, None, None, None),
        ("no more emails please", False, None, None, None),
        ("unsubscribe me from everything", False, None, None, None),
        ("turn them back on please", True, None, None, None),
        ("start sending messages again", True, None, None, None),
        ("change my notification settings", None, None, None, None),
        ("no messages on sunday", None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_how_to_be_reached_is_read(text, on, channel, quiet, language):
    read = settings.messages_on(text), settings.channel(text), settings.quiet(text), languages.named(text)
    assert read == (on, channel, quiet, language)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("delete my data", "erase"),
        ("forget me", "erase"),
        ("send me a copy of everything", "export"),
        ("a copy first, then delete it", "export"),
        ("what do you know about me", "tell"),
        ("how long do you keep it before it is deleted?", "tell"),
        ("my data", None),
        ("is it free?", None),
    ],
)
def test_what_is_asked_about_data_is_read(text, wish):
    assert privacy.wish(text) == wish


@given(st.text(max_size=300))
def test_no_reader_fails_on_any_words(text):
    for read in READERS.values():
        read(text, None)
        read(text, text[:20] or None)
    take_apart(text)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("actually make it 3", 3),
        ("no, 4 stars", 4),
        ("3 I meant", 3),
        ("Sorry, two", 2),
        ("change it to 5 stars please", 5),
        ("5/5", 5),
        ("3", None),
        ("no, 3pm", None),
        ("make it friday", None),
        ("no, 3 of them were broken", None),
        ("no, number 7", None),
        ("make it 12", None),
        ("no that's unfair, 3", 3),
        ("hm that's a bit mean of me. 4 stars", 4),
        ("i was too harsh, make it 4", 4),
        ("3 is fairer", 3),
        ("no, eso es injusto, un 3", 3),
        ("es demasiado bajo, pon un 4", 4),
        ("that's unfair", None),
        ("unfair, only 3 of 4 came", None),
        ("he was kind, 4 boxes", None),
        ("that's not fair, i pay 3", None),
    ],
)
def test_a_score_said_alone_corrects(text, score):
    assert READERS["score_alone"](text, None) == score


@pytest.mark.parametrize(
    ("text", "neighbour", "note"),
    [
        ("leave it with the people next door, Anna Schulz", "the people next door, Anna Schulz", None),
        ("give it to my neighbour, third floor", "my neighbour, third floor", None),
        ("give it to the neighbour, fragile", "the neighbour", "fragile"),
        ("give it to the neighbour. Mind the step", "the neighbour", "Mind the step"),
    ],
    ids=["name", "floor", "remark", "sentence"],
)
def test_a_name_or_a_floor_says_who_the_neighbour_is(text, neighbour, note):
    assert READERS["wishes"](text, None) == {"neighbour": neighbour}
    assert READERS["note"](text, None) == note
