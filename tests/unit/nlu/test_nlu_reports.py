"""What is read out of drivers' words: reasons of failures, incidents, the load, lateness, mileage."""

from __future__ import annotations

import pytest

from domain.handing import Failure, Incident
from nlu.readers import READERS, reports


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nobody in at 14, tried calling", "nobody_home"),
        ("no one home", "nobody_home"),
        ("3 did not refuse, nobody was there", "nobody_home"),
        ("it wasn't a refusal, they weren't home", "nobody_home"),
        ("nobody refused anything, the box is crushed", "damaged"),
        ("not in", "nobody_home"),
        ("noone in", "nobody_home"),
        ("knocked three times, nobody came", "nobody_home"),
        ("rang and rang, no one opens", "nobody_home"),
        ("customer isnt answering", "nobody_home"),
        ("they're out", "nobody_home"),
        ("no answer, left a card", "nobody_home"),
        ("customer on holiday says the neighbour", "nobody_home"),
        ("nobody home and the neighbour refused to take it", "nobody_home"),
        ("wasn't home", "nobody_home"),
        ("stop 9 is out, left a card", "nobody_home"),
        ("client is not home, phone is off", "nobody_home"),
        ("house is dark and empty", "nobody_home"),
        ("refused", "refused"),
        ("customer refused it", "refused"),
        ("she doesn't want it", "refused"),
        ("he wont take it", "refused"),
        ("they rejected the delivery", "refused"),
        ("customer says he never ordered it", "refused"),
        ("won't sign", "refused"),
        ("changed their mind", "refused"),
        ("refused because the box was damaged", "refused"),
        ("wrong address", "wrong_address"),
        ("address doesn't exist", "wrong_address"),
        ("there is no number 88 on this street", "wrong_address"),
        ("customer moved away", "wrong_address"),
        ("he doesnt live here anymore", "wrong_address"),
        ("nobody by that name lives here", "wrong_address"),
        ("can't find the house", "wrong_address"),
        ("address incomplete, no flat number", "wrong_address"),
        ("never heard of them here", "wrong_address"),
        ("closed", "closed"),
        ("shop is closed", "closed"),
        ("shop shut at stop 2", "closed"),
        ("office closed, nobody there", "closed"),
        ("they shut at 4", "closed"),
        ("doesn't open till 10", "closed"),
        ("damaged", "damaged"),
        ("box is damaged", "damaged"),
        ("parcel got crushed in the van", "damaged"),
        ("it's leaking", "damaged"),
        ("item smashed", "damaged"),
        ("no access", "no_access"),
        ("gate locked", "no_access"),
        ("gate is locked and no code", "no_access"),
        ("the gate is closed", "no_access"),
        ("cant get in the building", "no_access"),
        ("intercom broken", "no_access"),
        ("road is blocked to the house", "no_access"),
        ("dog loose in the garden", "no_access"),
        ("security wouldnt let me in", "no_access"),
        ("lift out of order", "no_access"),
        ("too big for the door", "no_access"),
        ("gate locked, nobody answers the phone", "no_access"),
        ("not ready", "not_ready"),
        ("the return isn't ready", "not_ready"),
        ("she hasn't packed it yet", "not_ready"),
        ("they have not got it ready", "not_ready"),
        ("it wasn't boxed up", "not_ready"),
        ("nothing is packed", "not_ready"),
        ("customer is still packing", "not_ready"),
        ("he didn't have the kettle ready", "not_ready"),
        ("not packed properly, it is smashed", "damaged"),
        ("they did not give it back", "refused"),
        ("she wouldn't hand over the old one", "refused"),
        ("he keeps the old one", "refused"),
        ("they didn't give me the code", None),
        ("ready", None),
        ("failed", None),
        ("stop 8 failed", None),
        ("couldn't deliver", None),
        ("done", None),
        ("dropped 4 and 5", None),
        ("oops wrong button", None),
        ("wrong stop", None),
        ("", None),
        ("nobody answered and the shutters are down", "closed"),
        ("nobody there, blinds closed", "nobody_home"),
        ("door closed, no one opens", "no_access"),
        ("ring doorbell, no reply", "nobody_home"),
        ("parcel wet through", "damaged"),
        ("recipient abroad", "nobody_home"),
        ("bell is broken and nobody came down", "no_access"),
        ("no one in", "nobody_home"),
        ("nobody home", "nobody_home"),
        ("neighbour wont take it, customer out", "nobody_home"),
    ],
)
def test_why_a_delivery_failed_is_read_where_it_is_clear(text: str, reason: str | None) -> None:
    assert reports.failure(text) == reason
    assert reason is None or Failure(reason)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("van broke down on a40", "breakdown"),
        ("van wont start", "breakdown"),
        ("flat tyre", "breakdown"),
        ("got a puncture", "breakdown"),
        ("engine overheating", "breakdown"),
        ("brakes failing", "breakdown"),
        ("out of diesel", "breakdown"),
        ("battery flat", "breakdown"),
        ("locked the keys in the van", "breakdown"),
        ("stuck in the mud at a farm", "breakdown"),
        ("need a tow truck", "breakdown"),
        ("smoke coming out of the bonnet", "breakdown"),
        ("accident", "accident"),
        ("had an accident", "accident"),
        ("ive had a crash, nobody hurt", "accident"),
        ("crashed the van, im ok", "accident"),
        ("someone hit me", "accident"),
        ("been rear ended", "accident"),
        ("hit a bollard", "accident"),
        ("reversed into a fence at stop 12", "accident"),
        ("clipped a cyclist", "accident"),
        ("scraped a wall", "accident"),
        ("a car drove into my side", "accident"),
        ("van stolen", "theft"),
        ("parcels got nicked", "theft"),
        ("van's been broken into", "theft"),
        ("robbed", "theft"),
        ("got mugged at stop 3", "theft"),
        ("somebody stole parcels", "theft"),
        ("im hurt", "injury"),
        ("dog bit me", "injury"),
        ("hurt my back lifting", "injury"),
        ("fell down the stairs", "injury"),
        ("slipped on ice", "injury"),
        ("crash, my leg is bleeding", "injury"),
        ("customer punched me", "injury"),
        ("accident, no injuries", "accident"),
        ("had an accident, not hurt", "accident"),
        ("something else", "other"),
        ("other", "other"),
        ("customer threatened me", "other"),
        ("pallet fell off the tail lift", "other"),
        ("load has shifted", "other"),
        ("police stopped me", "other"),
        ("incident", None),
        ("something happened", None),
        ("20 min late", None),
        ("", None),
        ("break-in, two boxes gone", "theft"),
        ("feeling dizzy, pulled over", "injury"),
        ("collision on main street, police are here", "accident"),
    ],
)
def test_what_happened_on_the_road_is_read_the_gravest_first(text: str, kind: str | None) -> None:
    assert reports.incident(text) == kind
    assert kind is None or Incident(kind)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("all there", True),
        ("everything loaded, nothing missing", True),
        ("one missing", False),
        ("all loaded", True),
        ("loaded", True),
        ("2 boxes missing for RM-10482", False),
        ("nothing missing", True),
        ("none missing", True),
        ("no missing parcels", True),
        ("all except RM-10571", False),
        ("everything but the sofa", False),
        ("yes", True),
        ("no", False),
        ("yes except one", False),
        ("not all there, 2 short", False),
        ("im one short", False),
        ("all 42 scanned", True),
        ("RM-20981 not on the dock", False),
        ("cant find RM-10633", False),
        ("only got 39 of 41", False),
        ("all on board", True),
        ("everything's on the van", True),
        ("count is right", True),
        ("count is off, 56 instead of 58", False),
        ("order 10519 isnt here", False),
        ("the wardrobe doesn't fit", False),
        ("left 3 boxes behind", False),
        ("complete", True),
        ("not complete", False),
        ("got everything", True),
        ("load check done", True),
        ("hello", None),
        ("who is next", None),
        ("", None),
        ("all good nothing missing", True),
        ("nope, two are missing", False),
        ("missing the parcel for 12", False),
        ("van full, ready to leave", True),
        ("all parcels accounted for", True),
        ("everything there but took ages", True),
        ("I miss 2 packets", False),
        ("box for 16 is crushed, not taking it", False),
    ],
)
def test_whether_all_is_aboard_is_read(text: str, said: bool | None) -> None:
    assert reports.all_there(text) is said


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 1200),
        ("about 20", 1200),
        ("twenty", 1200),
        ("half an hour", 1800),
        ("20 minutes, ring road closed", 1200),
        ("an hour and a half", 5400),
        ("1h30", 5400),
        ("0", None),
        ("9999", None),
        ("at stop 4", None),
        ("no idea", None),
        ("", None),
    ],
)
def test_how_late_somebody_is_counts_minutes_where_no_unit_is_said(text: str, seconds: int | None) -> None:
    assert reports.lateness(text) == seconds


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("48210", 48210),
        ("48,210", 48210),
        ("48 210 km", 48210),
        ("mileage 112304", 112304),
        ("12.345", 12345),
        ("it was 48210 now 48310", None),
        ("no idea", None),
        ("4", None),
        ("", None),
    ],
)
def test_mileage_is_the_one_long_number(text: str, shown: int | None) -> None:
    assert reports.mileage(text) == shown


def test_they_are_known_by_name() -> None:
    assert READERS["failure"]("nobody in at 14, tried calling", None) == Failure.NOBODY_HOME
    assert READERS["incident"]("van broke down on a40", None) == Incident.BREAKDOWN
    assert READERS["all_there"]("one missing", None) is False
    assert READERS["lateness"]("20", None) == 1200
    assert READERS["mileage"]("48210", None) == 48210
