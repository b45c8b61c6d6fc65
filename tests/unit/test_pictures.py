"""Pictures of plans for chats, their colours, where labels stand, and plans as GeoJSON."""

from __future__ import annotations

import io
import itertools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image

from bot.pictures.canvas import CARD
from bot.pictures.colours import COLOURS, STYLES, colour_of, ink_on, style_of
from bot.pictures.fonts import UNKNOWN, legible
from bot.pictures.geojson import geojson
from bot.pictures.layout import Box, Projection, round_length, spread
from bot.pictures.png import draw
from bot.web.pages import HERE
from domain.drawing import Drawing, DrawnDrop
from domain.routing.solution import Reason
from domain.values import Place
from tests.drawings import BERLIN, DEPOT, a_plan, a_route, say

#: What the eye makes of linear RGB without red, green and blue cones (Machado, Oliveira and Fernandes, 2009, severity 1).
EYES = {
    "all": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour: str) -> np.ndarray:
    sign = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(sign <= 0.04045, sign / 12.92, ((sign + 0.055) / 1.055) ** 2.4)


def seen(colour: str, eye: str) -> np.ndarray:
    """A colour in Oklab (Ottosson, 2020), a hundred units from black to white."""
    rgb = np.clip(np.array(EYES[eye]) @ linear(colour), 0, 1)
    cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
    lab = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip
    return 100 * (np.array(lab) @ np.cbrt(np.array(cones) @ rgb))


def image(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


def painted(picture: bytes, colour: str, near: int = 24) -> int:
    """How many pixels have that colour, or nearly."""
    wanted = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)])
    return int((np.abs(np.asarray(image(picture)).astype(int) - wanted).max(axis=2) < near).sum())


# Colours


@pytest.mark.parametrize("eye", EYES)
def test_colours_stay_apart_for_every_eye(eye):
    apart = [np.linalg.norm(seen(a, eye) - seen(b, eye)) for a, b in itertools.combinations(COLOURS, 2)]
    assert min(apart) > 10


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_are_seen_on_paper(colour):
    light, dark = (float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (CARD, colour))
    assert (light + 0.05) / (dark + 0.05) >= 3  # WCAG 2.2, 1.4.11


@pytest.mark.parametrize("number", range(len(COLOURS)))
def test_numbers_on_colours_can_be_read(number):
    dark, light = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (ink_on(number), colour_of(number)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_page_of_a_plan_has_the_same_colours():
    style = (HERE / "static" / "plan.css").read_text("utf-8")
    light = dict(re.findall(r"--c(\d): (#[0-9a-f]{6})", style.split("@media")[0]))
    assert [light[str(n)] for n in range(len(light))] == list(COLOURS)
    assert len(re.findall(r"^\.d\d \.plan-line", style, re.MULTILINE)) == len(STYLES) - 1


def test_forty_routes_look_forty_ways():
    looks = [(colour_of(n), style_of(n)) for n in range(40)]
    assert len(set(looks)) == 40
    assert looks[0] == (COLOURS[0], STYLES[0])
    assert colour_of(len(COLOURS) * len(STYLES)) == COLOURS[0]


# Where things stand


def test_a_map_has_one_scale_in_both_directions():
    """A kilometre east is as long as a kilometre north, in Berlin as on the equator."""
    for middle in (Place(52.5, 13.4), Place(0, 0), Place(-70, 100)):
        north, east = Place(middle.lat + 0.05, middle.lon), Place(middle.lat, middle.lon + 0.05)
        project = Projection([middle, north, east], 1000, (600, 1200), 50)
        here, up, right = project([middle, north, east], Box(0, 0, 1000, project.height))
        assert up[0] == pytest.approx(here[0])
        assert up[1] < here[1]
        ratio = (right[0] - here[0]) / (here[1] - up[1])
        assert ratio == pytest.approx(middle.metres_to(east) / middle.metres_to(north), rel=0.002)
        assert project.scale * middle.metres_to(north) == pytest.approx(here[1] - up[1], rel=0.002)


def test_everything_lies_inside_the_map():
    places = list(a_plan(12, 20).places)
    project = Projection(places, 1000, (640, 1240), 70)
    at = project(places, Box(40, 150, 1000, project.height))
    assert at[:, 0].min() >= 40 + 70 - 1e-6
    assert at[:, 0].max() <= 1040 - 70 + 1e-6
    assert at[:, 1].min() >= 150 + 70 - 1e-6
    assert at[:, 1].max() <= 150 + project.height - 70 + 1e-6


def test_the_180th_meridian_is_no_border():
    places = [Place(-16.8, 179.9), Place(-16.8, -179.9)]  # Taveuni, Fiji
    project = Projection(places, 1000, (600, 1200), 50)
    west, east = project(places, Box(0, 0, 1000, project.height))
    assert (west[0], east[0]) == (pytest.approx(50), pytest.approx(950))


@pytest.mark.parametrize(("most", "length"), [(999, 500), (1000, 1000), (47, 20), (5.1, 5), (0.3, 0.2)])
def test_the_scale_is_a_round_number(most, length):
    assert round_length(most) == pytest.approx(length)


def test_labels_of_one_place_do_not_cover_each_other_and_stay_on_the_map():
    box = Box(0, 0, 1000, 800)
    anchors = np.vstack([np.tile([500.0, 400.0], (60, 1)), np.tile([3.0, 797.0], (10, 1))])
    sizes = np.full((70, 2), 40.0)
    at = spread(anchors, sizes, box, fixed=1)
    assert tuple(at[0]) == (500, 400)
    apart = np.abs(at[:, None] - at[None]).max(axis=2) + np.eye(70) * 99
    assert apart.min() >= 40
    assert at.min() >= 20
    assert (at[:, 0].max() <= 980, at[:, 1].max() <= 780) == (True, True)
    assert (spread(anchors, sizes, box, fixed=1) == at).all()


def test_labels_that_have_room_stay_where_they_belong():
    anchors = np.array([[100.0, 100.0], [300.0, 100.0], [100.0, 300.0]])
    assert np.abs(spread(anchors, np.full((3, 2), 30.0), Box(0, 0, 400, 400)) - anchors).max() < 0.1


# Pictures


@pytest.mark.parametrize(
    "plan",
    [
        a_plan(40, 40, dropped=7), a_plan(1, 40), a_plan(1, 1), a_plan(0, 0, dropped=2),
        Drawing("Depot", date(2026, 5, 5), BERLIN), a_plan(1, 300), a_plan(5, 9, states=("completed", "failed")),
    ],
    ids=["forty routes", "one route", "one stop", "no routes", "nothing", "a long route", "under way"],
)  # fmt: skip
def test_a_picture_fits_a_phone(plan):
    picture = image(draw(plan, say))
    assert picture.width == 1080
    assert 700 < picture.height < 2400
    assert picture.width + picture.height < 10_000  # the most Telegram takes


def test_three_hundred_routes_still_fit_into_a_chat():
    picture = image(draw(a_plan(300, 2), say))
    assert picture.width == 1080
    assert picture.height < 4000


def test_the_same_plan_gives_the_same_picture_from_many_threads():
    plans = [a_plan(3, 8, seed=seed) for seed in (1, 2, 1, 2)]
    alone = [draw(plan, say) for plan in plans[:2]]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda plan: draw(plan, say), plans))
    assert together == alone * 2
    assert alone[0] != alone[1]


def test_every_route_is_painted_in_its_colour():
    plan = a_plan(7, 9)
    picture = draw(plan, say)
    for n in (0, 3, 6):
        fewer = draw(replace(plan, routes=tuple(each for each in plan.routes if each.colour != n)), say)
        assert painted(picture, COLOURS[n]) > painted(fewer, COLOURS[n]) + 1000


def test_a_route_is_where_its_stops_are():
    """Of a route to the east, nothing is painted in the west of the depot."""
    east = a_route(1, [Place(DEPOT.lat, DEPOT.lon + 0.02 * n) for n in range(1, 5)])
    plan = Drawing("R-1", date(2026, 5, 5), BERLIN, (east,), (DEPOT, Place(DEPOT.lat, DEPOT.lon - 0.08)))
    pixels = np.asarray(image(draw(plan, say)))[150:790].astype(int)
    blue = np.abs(pixels - [int(COLOURS[0][n : n + 2], 16) for n in (1, 3, 5)]).max(axis=2) < 24
    assert blue[:, 560:].sum() > 3000
    assert blue[:, :510].sum() == 0


def test_what_is_done_and_what_is_dropped_looks_different():
    plan = a_plan(1, 12)
    states = {state: draw(a_plan(1, 12, states=(state,)), say) for state in ("pending", "completed", "failed")}
    assert states["pending"] == draw(plan, say)
    assert len(set(states.values())) == 3
    assert painted(states["failed"], "#b3261e") > painted(states["pending"], "#b3261e") + 500
    dropped = replace(plan, drops=(DrawnDrop("RM-1", DEPOT, Reason("no_room")),))
    assert draw(dropped, say) != states["pending"]


def test_names_in_any_script_and_with_signs_of_mathematics_are_drawn():
    names = ["Łukasz Wiśniewski", "Σοφία", "محمد علي", "שלום", "$x^2$ & <b>", "山田太郎", "\x00\x07", "Ann\nBob"]
    routes = tuple(a_route(n, [DEPOT], driver=name, vehicle=name) for n, name in enumerate(names, 1))
    assert image(draw(Drawing("Plan $", date(2026, 5, 5), BERLIN, routes), say)).width == 1080
    assert legible("Łódź\n 山") == f"Łódź {UNKNOWN}"
    assert legible("a\x07b") == f"a{UNKNOWN}b"


def test_words_too_long_are_shortened():
    short, long = (draw(replace(a_plan(1, 3), name="R" * n), say) for n in (200, 400))
    assert short == long


# GeoJSON


def test_geojson_says_numbers_and_times_and_names_nobody():
    plan = a_plan(2, 3, dropped=1, states=("pending", "completed"))
    written = geojson(plan)
    assert json.loads(json.dumps(written)) == written
    assert (written["type"], set(written)) == ("FeatureCollection", {"type", "features"})
    kinds = [each["properties"]["kind"] for each in written["features"]]
    assert sorted(kinds) == ["depot", "dropped", "route", "route", *["stop"] * 6]
    assert "Tomasz" not in json.dumps(written)
    assert "Van" not in json.dumps(written)
    first = next(each for each in written["features"] if each["properties"]["kind"] == "stop")
    stop = plan.routes[0].stops[0]
    assert first["geometry"] == {"type": "Point", "coordinates": [round(stop.place.lon, 6), round(stop.place.lat, 6)]}
    assert first["properties"] == {
        "kind": "stop", "route": "R-1", "number": 1, "orders": ["RM-10101"], "state": "completed",
        "eta_start": "2026-05-05T06:10:00+00:00", "eta_end": "2026-05-05T06:35:00+00:00", "done_at": None,
        "marker-color": COLOURS[0],
    }  # fmt: skip


def test_every_feature_is_a_point_or_line_within_the_earth():
    for feature in geojson(a_plan(5, 8, dropped=2))["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        kind, positions = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        assert kind == ("LineString" if feature["properties"]["kind"] == "route" else "Point")
        listed = positions if kind == "LineString" else [positions]
        assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in listed)
        assert len(listed) == (10 if kind == "LineString" else 1)


def test_what_has_no_place_has_no_geometry():
    nowhere = Drawing(
        "P",
        date(2026, 5, 5),
        BERLIN,
        (a_route(1, [], start=None, end=None),),
        (),
        (DrawnDrop("RM-1", None, Reason("x")),),
    )
    assert [each["geometry"] for each in geojson(nowhere)["features"]] == [None, None]


@pytest.mark.parametrize("lons", [(179.9, -179.9), (-179.9, 179.9)])
def test_a_line_over_the_180th_meridian_is_cut_there(lons):
    way = a_route(1, [Place(-16.0, lons[0]), Place(-17.0, lons[1])], start=None, end=None)
    line = geojson(Drawing("P", date(2026, 5, 5), BERLIN, (way,)))["features"][0]["geometry"]
    edge = 180.0 if lons[0] > 0 else -180.0
    assert line == {
        "type": "MultiLineString",
        "coordinates": [[[lons[0], -16.0], [edge, -16.5]], [[-edge, -16.5], [lons[1], -17.0]]],
    }
