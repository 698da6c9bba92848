"""The map of places: who is where, the ground beneath, the drawing, the data of the element."""

import json
import re
from dataclasses import replace
from itertools import combinations
from math import dist, hypot
from random import Random
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.test import override_settings

from ecosystem.maps import look
from ecosystem.maps.geometry import Disc, Point
from ecosystem.maps.labels import Label
from ecosystem.maps.picture import DrawnActor
from ecosystem.places import outline
from ecosystem.places.data import ground_data, limits_of, place_map_data
from ecosystem.places.outline import NOTHING, County, Ground, cut, ground, read_atlas, simplified
from ecosystem.places.page import load_places, places_context, places_data, way_to
from ecosystem.places.projection import (
    Frame,
    GeoBox,
    Site,
    direction,
    distance,
    frame_around,
    mercator,
)
from ecosystem.places.sites import load_sites
from ecosystem.places.spots import MOST, make_spots
from ecosystem.places.svg import draw_places
from ecosystem.places.values import Away, Resident, make_places
from tests.ecosystem.test_maps import HOSTILE
from tests.factories import ActorFactory, CityFactory

SVG = "{http://www.w3.org/2000/svg}"
BOSTON = Site(42.3584, -71.0598)
WASHINGTON = Site(38.8848, -77.0255)


def actor(number, *, name=None, sector="media", visitor=False, ties=0):
    slug = f"actor-{number}"
    return DrawnActor(
        id=number,
        slug=slug,
        name=name or f"Neighborhood Lab {number}",
        sector=sector,
        url=f"/cities/town/{slug}/",
        visitor=visitor,
        dot=Disc(0, 0, 1),
        neighbors=tuple(f"other-{n}" for n in range(ties)),
        wishes=0,
        district="",
        paint=look.Paint(look.SECTORS[sector].color),
        letter=look.SECTORS[sector].letter,
    )


def around(middle, count, degrees, seed=1):
    """Places scattered around a middle, by id from 1."""
    random = Random(seed)
    return {
        number: Site(
            middle.latitude + random.gauss(0, degrees), middle.longitude + random.gauss(0, degrees)
        )
        for number in range(1, count + 1)
    }


def town(count, degrees=0.02, names=()):
    actors = [actor(n, name=names[n - 1] if n <= len(names) else None) for n in range(1, count + 1)]
    return make_places(actors, around(BOSTON, count, degrees), BOSTON)


# ── Projection ───────────────────────────────────────────────────────────────────────────────────


def test_mercator_is_that_of_map_tiles():
    """Web Mercator ends where it is as high as wide: at 85.0511 degrees (by its definition)."""
    assert mercator(Site(0, 0)) == pytest.approx((0, 0), abs=1e-12)
    assert mercator(Site(0, 180)).x == pytest.approx(3.14159265)
    assert mercator(Site(45, 0)).y == pytest.approx(-0.881373587)  # asinh(tan 45°)


def test_distance_and_direction_between_cities():
    """Boston to Washington is 634 km along a great circle, to the southwest (by other programs)."""
    assert distance(BOSTON, WASHINGTON) == pytest.approx(634, abs=2)
    assert direction(BOSTON, WASHINGTON) == 5
    assert direction(WASHINGTON, BOSTON) == 1
    assert distance(BOSTON, BOSTON) == 0


def test_frame_shows_all_sites_within_its_margin():
    sites = list(around(BOSTON, 30, 0.1).values())

    frame = frame_around(sites, 800, 560, 40, 5)

    points = [frame.point(site) for site in sites]
    assert all(39.9 <= p.x <= 760.1 and 39.9 <= p.y <= 520.1 for p in points)
    assert all(frame.box.holds(site) for site in sites)


def test_frame_of_one_site_is_as_wide_as_asked():
    frame = frame_around([BOSTON], 800, 560, 40, 9)

    assert frame.point(BOSTON) == pytest.approx((400, 280))
    assert frame.width / frame.per_kilometer == pytest.approx(9, rel=0.01)


# ── Ground ───────────────────────────────────────────────────────────────────────────────────────

SQUARES = {
    # Two counties side by side, of two states; arc 1 is the border between them.
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [
        [[2, 0], [-2, 0], [0, 2], [2, 0]],
        [[2, 2], [0, -1], [0, -1]],
        [[2, 2], [2, 0], [0, -2], [-2, 0]],
    ],
    "objects": {
        "counties": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "West"}},
                {"type": "MultiPolygon", "arcs": [[[2, ~1]]], "properties": {"name": "East"}},
                {"type": None, "properties": {"name": "Nowhere"}},
            ]
        },
        "states": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]},
                {"type": "Polygon", "arcs": [[2, ~1]]},
            ]
        },
    },
}


def test_counties_are_cut_to_the_box():
    found = cut(read_atlas(SQUARES), GeoBox(0.5, 1.0, 1.5, 3.0), Site(1.0, 1.5), 0.01)

    assert [(county.name, county.home) for county in found.counties] == [
        ("West", True),
        ("East", False),
    ]
    corners = [set(county.rings[0]) for county in found.counties]
    assert corners == [
        {(1.0, 0.5), (1.0, 1.5), (2.0, 0.5), (2.0, 1.5)},
        {(2.0, 0.5), (2.0, 1.5), (3.0, 0.5), (3.0, 1.5)},
    ]
    assert found.state_lines == ([(2.0, 2.0), (2.0, 0.0)],)


def test_a_county_around_the_whole_box_is_found():
    found = cut(read_atlas(SQUARES), GeoBox(0.5, 0.5, 1.0, 1.0), Site(0.7, 0.7), 0.001)

    assert [county.name for county in found.counties] == ["West"]
    assert set(found.counties[0].rings[0]) == {(0.5, 0.5), (0.5, 1.0), (1.0, 0.5), (1.0, 1.0)}
    assert found.state_lines == ()


def test_far_away_there_is_nothing():
    assert cut(read_atlas(SQUARES), GeoBox(50, 50, 51, 51), Site(50.5, 50.5), 0.01) == NOTHING


def test_simplified_leaves_out_what_lies_on_the_line():
    line = [Point(0, 0), Point(1, 0.01), Point(2, 0), Point(2, 2)]

    assert simplified(line, 0.1) == [Point(0, 0), Point(2, 0), Point(2, 2)]


@pytest.fixture
def us_atlas():
    if not (settings.NODE_MODULES / outline.SOURCE).exists():
        pytest.skip("us-atlas is not installed here")


@pytest.mark.usefixtures("us_atlas")
@pytest.mark.parametrize(
    ("middle", "home"),
    [
        (BOSTON, "Suffolk"),
        (Site(41.5047, -81.6907), "Cuyahoga"),
        (Site(29.4245, -98.4946), "Bexar"),
        (Site(47.6062, -122.3321), "King"),
        (Site(38.9072, -77.0365), "District of Columbia"),
        (Site(21.3069, -157.8583), "Honolulu"),
    ],
)
@pytest.mark.parametrize("kilometers", [9, 25, 70])
def test_outlines_of_a_city_are_small_and_know_its_county(middle, home, kilometers):
    frame = frame_around([middle], 800, 560, 40, kilometers)

    found = ground(limits_of(frame.box), middle)

    assert [county.name for county in found.counties if county.home] == [home]
    assert len(json.dumps(ground_data(found), separators=(",", ":"))) <= 6 * 1024


@pytest.mark.parametrize("content", ["", "{}", '{"arcs": [[]]}'])
def test_without_a_usable_file_there_are_no_outlines(tmp_path, caplog, content):
    if content:
        (tmp_path / "us-atlas").mkdir()
        (tmp_path / outline.SOURCE).write_text(content)
    outline.atlas.cache_clear()
    outline.ground.cache_clear()

    with override_settings(NODE_MODULES=tmp_path):
        assert ground(GeoBox(42, -72, 43, -71), BOSTON) == NOTHING

    assert "drawn without counties" in caplog.text
    outline.atlas.cache_clear()
    outline.ground.cache_clear()


def test_lines_are_stored_as_steps():
    square = [Point(-71.0, 42.0), Point(-71.00001, 42.0), Point(-71.0, 42.1), Point(-70.9, 42.1)]

    assert ground_data(Ground((County("Home", True, (square,)),), (square,))) == {
        "counties": [
            {"name": "Home", "home": True, "rings": [[420000, -710000, 1000, 0, 0, 1000]]}
        ],
        "state_lines": [[420000, -710000, 1000, 0, 0, 1000]],
    }


# ── Who is where ─────────────────────────────────────────────────────────────────────────────────


def test_everyone_is_drawn_or_away_or_without_a_place():
    actors = [actor(n) for n in range(1, 60)]
    sites = around(BOSTON, 40, 0.02) | {41: WASHINGTON, 42: Site(47.6, -122.3)}

    places = make_places(actors, sites, BOSTON)

    groups = [
        {one.actor.id for one in places.drawn},
        {one.actor.id for one in places.away},
        {one.id for one in places.unplaced},
    ]
    assert set.union(*groups) == set(range(1, 60))
    assert sum(map(len, groups)) == 59
    assert groups[1] >= {41, 42}
    assert groups[2] == set(range(43, 60))


def test_a_visitor_far_away_does_not_widen_the_map():
    actors = [actor(n) for n in range(1, 22)]
    sites = around(BOSTON, 20, 0.02)

    alone = make_places(actors, sites, BOSTON)
    with_visitor = make_places(actors, sites | {21: WASHINGTON}, BOSTON)

    assert with_visitor.frame == alone.frame
    assert with_visitor.away == (
        Away(actors[20], pytest.approx(394, abs=1), 5),
        *alone.away,
    )
    assert way_to(with_visitor.away[0]) == "394 miles southwest"


def test_a_visitor_at_home_in_the_city_is_drawn():
    places = make_places([actor(1, visitor=True)], {1: BOSTON}, BOSTON)

    assert [one.actor.id for one in places.drawn] == [1]


def test_a_filter_leaves_the_frame_as_it_is():
    actors = [actor(n) for n in range(1, 31)]
    sites = around(BOSTON, 25, 0.05)
    everything = make_places(actors, sites, BOSTON)

    some = make_places(actors, sites, BOSTON, shown={"actor-3", "actor-28"})

    assert some.frame == everything.frame
    assert [one.actor.id for one in (*some.drawn, *some.away)] == [3]
    assert [one.id for one in some.unplaced] == [28]


def test_without_a_middle_the_actors_make_one():
    sites = around(BOSTON, 15, 0.01)

    places = make_places([actor(n) for n in range(1, 16)], sites, None)

    assert places.frame is not None
    assert distance(places.middle, BOSTON) < 3
    assert len(places.drawn) == 15


@pytest.mark.parametrize("home", [None, BOSTON])
def test_without_any_place_there_is_nothing_to_draw(home):
    places = make_places([actor(1)], {}, home)

    assert (places.frame, places.drawn, places.unplaced) == (None, (), (actor(1),))


def test_when_all_are_far_away_the_city_is_shown_empty():
    places = make_places([actor(1)], {1: WASHINGTON}, BOSTON)

    assert places.drawn == ()
    assert [one.actor.id for one in places.away] == [1]
    assert places.frame.box.holds(BOSTON)


# ── Dots ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("count", "degrees"), [(1, 0.1), (6, 0), (40, 0.02), (300, 0.03), (900, 0.05)]
)
def test_no_dot_covers_another_and_nobody_is_lost(count, degrees):
    places = town(count, degrees)

    spots = make_spots(places.drawn, places.frame)

    drawn = [one.actor.id for spot in spots for one in spot.residents]
    assert sorted(drawn) == sorted(one.actor.id for one in places.drawn)
    discs = [disc for spot in spots for disc in (spot.dots or [spot.disc])]
    assert all(a.gap_to(b) > -0.6 for a, b in combinations(discs, 2))
    assert all(len(spot.dots) == len(spot.residents) for spot in spots if spot.dots)
    assert all(
        disc.radius <= disc.x <= 800 - disc.radius and disc.radius <= disc.y <= 560 - disc.radius
        for disc in discs
    )
    assert make_spots(places.drawn, places.frame) == spots


def test_dots_stay_near_their_places():
    places = town(60, 0.02)

    spots = make_spots(places.drawn, places.frame)

    assert max(hypot(s.disc.x - s.true.x, s.disc.y - s.true.y) for s in spots) < 30


def test_many_at_one_address_become_a_number():
    frame = Frame(*mercator(BOSTON), 1e5, 800, 560)
    site = Site(BOSTON.latitude - 0.1, BOSTON.longitude + 0.1)
    residents = [Resident(actor(n), site) for n in range(MOST + 1)]

    (spot,) = make_spots(residents, frame)
    (cluster,) = make_spots(residents[:MOST], frame)

    assert (len(spot.residents), spot.dots) == (MOST + 1, [])
    assert len(cluster.dots) == MOST
    assert all(dist(dot[:2], cluster.disc[:2]) <= cluster.disc.radius for dot in cluster.dots)


# ── Drawing ──────────────────────────────────────────────────────────────────────────────────────


def drawn(places, found=NOTHING, city="Town"):
    spots = make_spots(places.drawn, places.frame)
    return draw_places(places, spots, found, city, "Map of places")


def labels_of(root, group):
    """The names of a group of the drawing, as they were placed."""
    (holder,) = (g for g in root.iter(f"{SVG}g") if g.get("class") == group)
    size = float(holder.get("font-size"))
    for text in holder.iter(f"{SVG}text"):
        lines = list(text.iter(f"{SVG}tspan"))
        x, y = float(lines[0].get("x")), float(lines[0].get("y"))
        yield Label(tuple(line.text for line in lines), x, y, size, text.get("text-anchor"))


def test_drawing_links_every_actor_with_its_name_and_sector():
    places = town(25)

    root = ElementTree.fromstring(drawn(places))

    links = {a.get("href"): a.find(f"{SVG}title").text for a in root.iter(f"{SVG}a")}
    assert links == {
        one.actor.url: f"{one.actor.name}, Media, no working link on record" for one in places.drawn
    }


def test_a_number_leads_to_the_list_of_its_names():
    actors = [actor(n) for n in range(1, 31)]
    places = make_places(actors, dict.fromkeys(range(1, 31), BOSTON), BOSTON)

    root = ElementTree.fromstring(drawn(places))

    (link,) = root.iter(f"{SVG}a")
    assert link.get("href") == "#spot-1"
    assert link.find(f"{SVG}title").text == "30 organizations close together; go to their names"


@pytest.mark.usefixtures("us_atlas")
def test_drawing_shows_counties_and_the_city():
    places = town(5)

    svg = drawn(places, ground(limits_of(places.frame.box), BOSTON), city="Boston")

    assert "county county-home" in svg
    assert ">SUFFOLK<" in svg
    assert ">Boston<" in svg
    assert ">1 mile<" in svg


def test_names_on_the_drawing_do_not_overlap():
    root = ElementTree.fromstring(drawn(town(80, 0.02)))

    boxes = [label.box for label in labels_of(root, "names")]

    assert len(boxes) > 10
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    places = town(3, names=[name])
    svg = drawn(
        places,
        Ground((County(name, True, ([Point(-72, 42), Point(-72, 43), Point(-70, 43)],)),), ()),
        city=name,
    )

    root = ElementTree.fromstring(svg)

    assert len(list(root.iter(f"{SVG}a"))) == 3
    assert "<script" not in svg
    assert "\u202e" not in svg


# ── Data of the element ──────────────────────────────────────────────────────────────────────────


def test_data_holds_everything_drawn():
    places = make_places(
        [actor(1, sector="academia", ties=2), actor(2, visitor=True)],
        {1: BOSTON, 2: Site(42.36, -71.061234567)},
        BOSTON,
    )

    data = place_map_data(places, NOTHING, "Boston")

    assert data["city"] == {"name": "Boston", "at": [42.3584, -71.0598]}
    assert data["ground"] == {"counties": [], "state_lines": []}
    assert data["tiles"] is None
    assert data["sectors"]["academia"] == {"label": "Academia", "letter": "A"}
    assert data["actors"] == [
        {
            "slug": "actor-1",
            "name": "Neighborhood Lab 1",
            "sector": "academia",
            "url": "/cities/town/actor-1/",
            "ties": 2,
            "visitor": False,
            "at": [42.3584, -71.0598],
        },
        {
            "slug": "actor-2",
            "name": "Neighborhood Lab 2",
            "sector": "media",
            "url": "/cities/town/actor-2/",
            "ties": 0,
            "visitor": True,
            "at": [42.36, -71.06123],
        },
    ]
    (south, west), (north, east) = data["view"]
    (low, left), (high, right) = data["limits"]
    assert low < south < 42.3584 < north < high
    assert left < west < -71.0598 < east < right
    json.dumps(data, allow_nan=False)


def test_data_of_an_empty_map_says_so():
    data = place_map_data(make_places([], {}, None), NOTHING, "Town")

    assert (data["view"], data["limits"], data["actors"]) == (None, None, [])


def test_every_text_that_the_element_says_is_given():
    folder = settings.BASE_DIR / "static/js/place-map"
    used = {
        key for path in folder.glob("*.js") for key in re.findall(r"texts\.(\w+)", path.read_text())
    }

    given = place_map_data(make_places([], {}, None), NOTHING, "Town")["texts"]

    assert used == given.keys()


def test_tiles_are_offered_if_an_address_is_set():
    with override_settings(MAP_TILE_URL="https://tiles.example.org/{z}/{x}/{y}.png"):
        data = place_map_data(make_places([], {}, None), NOTHING, "Town")

    assert data["tiles"] == {"url": "https://tiles.example.org/{z}/{x}/{y}.png", "attribution": ""}


def settings_with(**given):
    """What ``settings.py`` says with other variables, without touching the settings in use."""
    path = settings.BASE_DIR / "ecosystem" / "settings.py"
    values = {"__file__": str(path), "__name__": "other_settings"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"SECRET_KEY": "x" * 50, "ENV_FILE": "/dev/null", **given}.items():
            patch.setenv(name, value)
        exec(compile(path.read_text(), str(path), "exec"), values)
    return SimpleNamespace(**values)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("", ["'self'", "data:"]),
        (
            "https://tiles.example.org:8443/{z}/{x}/{y}.png?key=1",
            ["'self'", "data:", "https://tiles.example.org:8443"],
        ),
        ("https://{s}.tiles.org/{z}/{x}/{y}.png", ["'self'", "data:", "https://*.tiles.org"]),
    ],
)
def test_pictures_may_come_from_the_tile_server_alone(address, allowed):
    found = settings_with(MAP_TILE_URL=address)

    assert found.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] == allowed


@pytest.mark.parametrize(
    "address", ["tiles", "javascript:alert(1)", "https://a.org/; script-src *"]
)
def test_an_address_that_is_none_stops_the_start(address):
    with pytest.raises(ImproperlyConfigured, match="MAP_TILE_URL"):
        settings_with(MAP_TILE_URL=address)


# ── With the database and templates ──────────────────────────────────────────────────────────────


@pytest.fixture
def boston():
    return CityFactory(name="Boston", latitude=BOSTON.latitude, longitude=BOSTON.longitude)


@pytest.mark.django_db
def test_sites_are_read_in_one_query(boston, django_assert_num_queries):
    placed = ActorFactory(city=boston, latitude=42.3, longitude=-71.0)
    without = ActorFactory(city=boston)

    with django_assert_num_queries(1):
        assert load_sites([placed.pk, without.pk]) == {placed.pk: Site(42.3, -71.0)}


@pytest.mark.django_db
def test_templates_name_everybody(boston):
    rows = [
        *ActorFactory.create_batch(25, city=boston, latitude=42.36, longitude=-71.06),
        ActorFactory(city=boston, latitude=42.33, longitude=-71.10),
        ActorFactory(city=None, latitude=38.9, longitude=-77.0),
        ActorFactory(city=boston, name=HOSTILE[0]),
    ]
    actors = [replace(actor(row.pk, name=row.name), url=f"/a/{row.slug}/") for row in rows]

    context = places_context(boston, load_places(boston, actors))
    page = "".join(
        render_to_string(f"ecosystem/_places_{part}.html", context | {"places_data_url": "/d.json"})
        for part in ("map", "lists")
    )

    assert context["places_answer"] == (
        "26 of 28 organizations are drawn where they are; the others are listed below."
    )
    assert set(re.findall(r'href="(/a/[^"]+)"', page)) == {a.url for a in actors}
    assert '<place-map src="/d.json"' in page
    assert 'id="spot-1"' in page
    assert "miles southwest" in page
    assert "<script" not in page


@pytest.mark.django_db
def test_templates_say_when_there_is_nothing_to_draw():
    city = CityFactory()
    places = load_places(city, [actor(1)])

    page = render_to_string("ecosystem/_places_map.html", places_context(city, places))

    assert "nothing to draw yet" in page
    assert places_data(city, places)["view"] is None
