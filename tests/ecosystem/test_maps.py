"""The map as values and as SVG, without a page: places, names, the outline of the country."""

import json
import re
from datetime import date
from itertools import combinations
from math import dist, hypot
from random import Random
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import override_settings

from actors.framework import Sector
from ecosystem.analysis.data import Actor, EcosystemData, Scope, Tie
from ecosystem.maps import country, look
from ecosystem.maps.country_svg import Place, draw_country
from ecosystem.maps.geometry import Disc, Point, enclosing_disc, smallest_distance, spread
from ecosystem.maps.labels import Board, Box, Label
from ecosystem.maps.layout import Member, arrange_by_sector, districts_of
from ecosystem.maps.lettering import clean, clip, width_of, wrap
from ecosystem.maps.naming import place_words
from ecosystem.maps.picture import make_picture
from ecosystem.maps.positions import places_by_sector
from ecosystem.maps.svg import draw_file, draw_map
from ecosystem.models import LayoutPosition
from ecosystem.templatetags.ui import SECTOR_LETTERS
from tests.factories import ActorFactory, CityFactory

SVG = "{http://www.w3.org/2000/svg}"
LONG = "The Extraordinarily Long Name of a Collaborative That Goes On " * 5
HOSTILE = [
    '<script>alert("1")</script> & Sons',
    "\u202egnihton",
    "مؤسسة التنمية المحلية للمجتمع",
    "X" * 300,
    LONG[:300],
    "🏙️🤝 Group 👩‍👩‍👧",
    "O’Neil\nand\x00 \ufffe Line",
    "数据社区中心与合作网络组织数据社区中心与合作网络组织",
    "\u200f",
]


def made_up_town(size, seed=1, sectors=10):
    """Members and ties: some sectors large, a few hubs, a few without any tie."""
    random = Random(seed)
    present = random.sample(Sector.values, sectors)
    weights = [random.choice([1, 1, 2, 4, 8]) for _sector in present]
    members = [
        Member(number, sector)
        for number, sector in enumerate(random.choices(present, weights, k=size), start=1)
    ]
    ties = [
        (1 + int(size * random.random() ** 2), random.randint(1, size))
        for _tie in range(int(1.6 * size))
    ]
    return members, ties


def made_up_data(size, seed=1, names=()):
    members, ties = made_up_town(size, seed)
    actors = tuple(
        Actor(
            member.id,
            f"actor-{member.id}",
            names[member.id - 1] if member.id <= len(names) else f"Neighborhood Lab {member.id}",
            member.sector,
            city=None if member.sector == Sector.NATIONAL_NETWORK else "town",
        )
        for member in members
    )
    own = frozenset(actor.id for actor in actors if actor.city)
    return EcosystemData(
        Scope("city", "town", "Town", "town", own),
        actors,
        (),
        tuple(
            Tie(a, b, "funds", "wished" if number % 9 == 0 else "existing")
            for number, (a, b) in enumerate(ties)
        ),
        date(2018, 6, 30),
    )


def made_up_picture(size, seed=1, names=()):
    data = made_up_data(size, seed, names)
    members = [Member(actor.id, actor.sector) for actor in data.actors]
    ties = [(tie.source, tie.target) for tie in data.ties]
    return make_picture(data, arrange_by_sector(members, ties).places)


TOWNS = [(1, 1, 1), (2, 1, 2), (5, 3, 5), (12, 2, 10), (55, 1, 10), (90, 4, 3), (330, 1, 10)]


# ── Places ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("size", "seed", "sectors"), TOWNS)
def test_districts_hold_their_members_and_do_not_overlap(size, seed, sectors):
    members, ties = made_up_town(size, seed, sectors)

    places = arrange_by_sector(members, ties).places

    discs = districts_of(members, places)
    assert set(places) == {member.id for member in members}
    assert all(discs[m.sector].holds(places[m.id]) for m in members)
    assert all(one.gap_to(other) > 0 for one, other in combinations(discs.values(), 2))
    assert all(
        d.radius <= d.x <= 1000 - d.radius and d.radius <= d.y <= 1000 - d.radius
        for d in discs.values()
    )


def test_arrangement_does_not_depend_on_the_order_of_its_input():
    members, ties = made_up_town(60)

    one = arrange_by_sector(members, ties)

    assert arrange_by_sector(members[::-1], [(b, a) for a, b in ties[::-1]]) == one


def test_residents_stand_in_the_middle():
    members, ties = made_up_town(200)

    discs = districts_of(members, arrange_by_sector(members, ties).places)

    middle = Point(500, 500)
    nearest = min(discs, key=lambda sector: dist(discs[sector].center, middle))
    assert nearest == "residents_community"


def test_larger_sectors_get_larger_districts():
    members = [Member(n, "government") for n in range(40)] + [
        Member(100 + n, "media") for n in range(10)
    ]

    discs = districts_of(members, arrange_by_sector(members, []).places)

    assert discs["government"].radius > 1.5 * discs["media"].radius


def test_the_well_connected_stand_nearer_to_their_neighbors():
    members, ties = made_up_town(150)
    near = {frozenset(tie) for tie in ties if tie[0] != tie[1]}

    places = arrange_by_sector(members, ties).places

    def length(of):
        return sum(dist(of[a], of[b]) for a, b in map(sorted, near))

    random, by_chance = Random(1), []
    for _try in range(20):
        shuffled = {}
        for sector in Sector.values:
            ids = [m.id for m in members if m.sector == sector]
            drawn = random.sample([places[i] for i in ids], len(ids))
            shuffled.update(zip(ids, drawn, strict=True))
        by_chance.append(length(shuffled))
    assert length(places) < 0.95 * min(by_chance)


@pytest.mark.parametrize(("size", "newcomers"), [(8, 1), (40, 4), (150, 15), (400, 40)])
def test_everybody_keeps_their_place_when_others_come(size, newcomers):
    members, ties = made_up_town(size + newcomers)
    before = arrange_by_sector(members[:size], ties)

    after = arrange_by_sector(members, ties, before.places)

    assert not after.fresh
    assert {m.id: after.places[m.id] for m in members[:size]} == before.places
    discs = districts_of(members, after.places)
    assert all(discs[m.sector].holds(after.places[m.id]) for m in members)
    assert all(one.gap_to(other) >= 0 for one, other in combinations(discs.values(), 2))
    assert smallest_distance(after.places.values()) > 0.3 * smallest_distance(
        before.places.values()
    )


def test_everybody_keeps_their_place_when_somebody_leaves():
    members, ties = made_up_town(60)
    before = arrange_by_sector(members, ties)

    after = arrange_by_sector(members[5:], ties, before.places)

    assert after.places == {m.id: before.places[m.id] for m in members[5:]}


def test_districts_stay_when_a_newcomer_finds_room():
    members, ties = made_up_town(300)
    before = arrange_by_sector(members[:-1], ties)

    after = arrange_by_sector(members, ties, before.places)

    others = districts_of(members, after.places)
    for sector, disc in districts_of(members[:-1], before.places).items():
        assert hypot(disc.x - others[sector].x, disc.y - others[sector].y) < 10


def test_a_sector_that_comes_new_gets_its_own_ground():
    members = [Member(n, "government") for n in range(12)]
    before = arrange_by_sector(members, [])
    newcomer = Member(50, "media")

    after = arrange_by_sector([*members, newcomer], [], before.places)

    assert not after.fresh
    discs = districts_of([*members, newcomer], after.places)
    assert discs["media"].gap_to(discs["government"]) > 0


def test_an_actor_whose_sector_changed_moves_to_its_new_district():
    members = [Member(n, "government" if n < 12 else "media") for n in range(24)]
    before = arrange_by_sector(members, [])
    changed = [Member(0, "media"), *members[1:]]

    after = arrange_by_sector(changed, [], before.places)

    discs = districts_of(changed, after.places)
    assert after.places[0] != before.places[0]
    assert discs["media"].holds(after.places[0])
    assert all(after.places[m.id] == before.places[m.id] for m in members[1:])


def test_a_map_that_has_outgrown_its_places_is_laid_out_anew():
    members, ties = made_up_town(120)
    before = arrange_by_sector(members[:6], ties)

    assert arrange_by_sector(members, ties, before.places) == arrange_by_sector(members, ties)


def test_one_sector_of_a_thousand_finds_places():
    members = [Member(n, "government") for n in range(1000)]

    places = arrange_by_sector(members, [(n, n + 1) for n in range(0, 900, 3)]).places

    assert smallest_distance(places.values()) > 10


def test_nobody_on_the_map():
    assert arrange_by_sector([], []).places == {}
    assert districts_of([], {}) == {}


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 40])
def test_spread_points_are_apart_and_inside(count):
    disc = Disc(100, 50, 30)

    points = [Point(*row) for row in spread(count, disc).tolist()]

    assert all(disc.holds(point) for point in points)
    assert smallest_distance(points) > 30 / count**0.5


def test_enclosing_disc_of_three_and_of_a_line():
    square = [Point(0, 0), Point(2, 0), Point(2, 2), Point(0, 2)]

    assert enclosing_disc(square) == pytest.approx((1, 1, 2**0.5))
    assert enclosing_disc([Point(0, 0), Point(1, 0), Point(4, 0)]) == pytest.approx((2, 0, 2))
    with pytest.raises(ValueError, match="nothing"):
        enclosing_disc([])


@pytest.mark.parametrize("size", [1, 2, 12, 55, 330])
def test_no_two_dots_overlap(size):
    dots = [actor.dot for actor in made_up_picture(size).actors.values()]

    assert all(one.gap_to(other) > 0 for one, other in combinations(dots, 2))
    assert all(2 < dot.radius <= 17 for dot in dots)


def test_more_ties_make_a_larger_dot():
    picture = made_up_picture(55)

    most = max(picture.actors.values(), key=lambda actor: actor.ties)
    fewest = min(picture.actors.values(), key=lambda actor: actor.ties)
    assert most.dot.radius > 1.5 * fewest.dot.radius


# ── Places in the database ───────────────────────────────────────────────────────────────────────


def data_of(city, actors, visible=None):
    shown = [actor for actor in actors if visible is None or actor in visible]
    return EcosystemData(
        Scope("city", city.slug, city.name, city.slug, frozenset(a.pk for a in shown)),
        tuple(Actor(a.pk, a.slug, a.name, a.sector, city=city.slug) for a in shown),
        (),
        (),
        date(2018, 6, 30),
    )


@pytest.mark.django_db
def test_places_are_kept_and_read_in_one_query(django_assert_num_queries):
    city = CityFactory()
    actors = ActorFactory.create_batch(6, city=city)

    first = places_by_sector(city, data_of(city, actors))

    assert LayoutPosition.objects.filter(city=city, arrangement="by_sector").count() == 6
    with django_assert_num_queries(1):
        assert places_by_sector(city, data_of(city, actors)) == first


@pytest.mark.django_db
def test_a_newcomer_changes_no_place_that_is_kept():
    city = CityFactory()
    actors = ActorFactory.create_batch(6, city=city)
    first = places_by_sector(city, data_of(city, actors))
    newcomer = ActorFactory(city=city)

    second = places_by_sector(city, data_of(city, [*actors, newcomer]))

    assert {pk: second[pk] for pk in first} == first
    assert LayoutPosition.objects.filter(actor=newcomer).count() == 1


@pytest.mark.django_db
def test_a_reader_who_sees_less_removes_and_covers_nothing():
    city = CityFactory()
    actors = ActorFactory.create_batch(6, city=city)
    everything = places_by_sector(city, data_of(city, actors))
    newcomer = ActorFactory(city=city)

    seen = places_by_sector(city, data_of(city, [*actors[:2], newcomer]))

    assert set(seen) == {actors[0].pk, actors[1].pk, newcomer.pk}
    assert LayoutPosition.objects.filter(city=city).count() == 7
    assert min(dist(seen[newcomer.pk], place) for place in everything.values()) > 15


@pytest.mark.django_db
def test_cities_keep_their_places_apart():
    city, other = CityFactory.create_batch(2)
    visitor = ActorFactory(city=other)
    places_by_sector(city, data_of(city, [visitor, *ActorFactory.create_batch(3, city=city)]))

    places_by_sector(other, data_of(other, [visitor]))

    assert LayoutPosition.objects.filter(actor=visitor).count() == 2


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


def boxes_overlap(labels):
    return any(one.box.overlaps(other.box) for one, other in combinations(labels, 2))


@pytest.mark.parametrize(
    ("size", "seed", "names"),
    [(size, seed, ()) for size in (1, 4, 30, 55, 330) for seed in (1, 2, 3)]
    + [(14, 5, tuple(HOSTILE)), (40, 6, tuple(HOSTILE * 4))],
)
def test_no_two_names_overlap(size, seed, names):
    picture = made_up_picture(size, seed, names)

    words = place_words(picture)

    districts = [label for _sector, label in words.districts]
    assert not boxes_overlap([*districts, *words.names])
    assert not boxes_overlap([label for _sector, label in words.phone])
    assert len(districts) == len(words.phone) == len(picture.districts)
    assert all(label.box.within(words.frame) for label in [*districts, *words.names])
    assert len(words.names) <= 3 * len(picture.districts)


def test_a_small_map_names_its_best_connected():
    words = place_words(made_up_picture(30))

    assert len(words.names) >= 8


def test_board_prefers_a_place_that_hides_nobody():
    board = Board(Box(0, 0, 400, 400), dots=[Disc(100, 100, 8)])

    label = board.put([Label(("Name",), 100, 104, 12), Label(("Name",), 100, 200, 12)])

    assert label.y == 200


def test_board_has_no_place_left():
    board = Board(Box(0, 0, 100, 30), dots=[])

    assert board.put([Label(("Name",), 50, 20, 12)])
    assert board.put([Label(("Other",), 50, 20, 12)]) is None


def test_clip_cuts_between_words_and_says_so():
    assert clip("Metropolitan Area Planning Council", 12) == "Metropolitan Area…"
    assert clip("Short", 12) == "Short"
    assert width_of(clip("W" * 300, 12)) <= 12


def test_wrap_balances_two_lines():
    assert wrap("Metropolitan Area Planning Council", 12) == [
        "Metropolitan Area",
        "Planning Council",
    ]
    assert wrap("Code for Boston", 12) == ["Code for Boston"]
    assert all(width_of(line) <= 12 for line in wrap(LONG, 12))
    assert wrap(LONG, 12)[-1].endswith("…")


def test_clean_takes_out_what_turns_or_breaks_other_text():
    assert clean("\u202ean\x00 office\n of\u2028two  lines") == "an office of two lines"
    assert clean("👩‍👩‍👧") == "👩‍👩‍👧"
    assert clean("نمی‌شود") == "نمی‌شود"  # the joiner inside is part of the word


# ── The drawing ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("draw", [draw_map, draw_file])
def test_drawing_is_well_formed_with_hostile_names(draw):
    picture = made_up_picture(14, 5, tuple(HOSTILE))

    drawing = draw(picture, 'Map of "A & B" <i>\x00')

    root = ElementTree.fromstring(drawing)
    assert root.get("aria-label") == 'Map of "A & B" <i>'
    assert not list(root.iter(f"{SVG}script"))
    assert "style=" not in drawing
    assert "alert(&quot;1&quot;)" in drawing
    assert "\u202e" not in drawing


def test_drawing_links_every_actor_with_its_name_sector_and_ties():
    picture = made_up_picture(55)

    root = ElementTree.fromstring(draw_map(picture, "Map"))

    links = {link.get("href"): link.findtext(f"{SVG}title") for link in root.iter(f"{SVG}a")}
    assert set(links) == {actor.url for actor in picture.actors.values()}
    actor = max(picture.actors.values(), key=lambda actor: actor.ties)
    assert links[actor.url].startswith(
        f"{actor.name}, {Sector(actor.sector).label}, works with {actor.ties} organizations"
    )


def test_drawing_tells_visitors_and_wished_ties_apart():
    picture = made_up_picture(55)

    root = ElementTree.fromstring(draw_map(picture, "Map"))

    classes = [element.get("class", "") for element in root.iter()]
    assert sum("dot-visitor" in names for names in classes) == picture.visitors > 0
    assert sum("tie-wished" in names for names in classes) == 1
    wished = next(e for e in root.iter() if "tie-wished" in e.get("class", ""))
    assert wished.get("d").count("M") == len(picture.wished)
    assert wished.get("stroke-dasharray")


def test_file_says_its_size_and_needs_no_style_sheet():
    drawing = draw_file(made_up_picture(30), "Map")

    root = ElementTree.fromstring(drawing)
    assert float(root.get("width")) > 500
    assert root.findtext(f"{SVG}title") == "Map"
    assert "for-phone" not in drawing
    assert all(href.get("href").startswith("/") for href in root.iter(f"{SVG}a"))


def test_nothing_to_draw_is_drawn():
    ElementTree.fromstring(draw_file(made_up_picture(0), "Nobody"))


def test_look_is_that_of_the_style_sheet():
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    found = re.findall(r"\.sector-(\w+) \{\s*--sector: (#\w+);\s*--sector-tint: (#\w+);", css)

    assert {sector: (color, tint) for sector, color, tint in found} == {
        sector: (one.color, one.tint) for sector, one in look.SECTORS.items()
    }
    assert {sector: one.letter for sector, one in look.SECTORS.items()} == SECTOR_LETTERS
    root = dict(re.findall(r"--([\w-]+): (#\w+);", css))
    named = {"ink": look.INK, "ink-2": look.SECOND_INK, "paper": look.PAPER, "link": look.LINK}
    assert {name: root[name] for name in named} == named


# ── The country ──────────────────────────────────────────────────────────────────────────────────


def test_places_are_projected_as_the_outline_is():
    """us-atlas has the same states in degrees and projected by d3: ours must agree with d3's."""
    folder = settings.NODE_MODULES / "us-atlas"
    if not folder.exists():
        pytest.skip("us-atlas is not installed here")
    corners = {}
    for name in ("states-10m.json", "states-albers-10m.json"):
        topology = json.loads((folder / name).read_text())
        arcs = country.decoded(topology)
        for state in topology["objects"]["states"]["geometries"]:
            points = [
                point
                for polygon in country.polygons(state)
                for ring in polygon
                for point in country.joined(arcs, ring)
            ]
            if name == "states-10m.json":
                points = [country.project(latitude, longitude) for longitude, latitude in points]
            if None not in points:
                corners.setdefault(state["properties"]["name"], []).append(
                    [f(p[axis] for p in points) for f in (min, max) for axis in (0, 1)]
                )

    compared = {name: both for name, both in corners.items() if len(both) == 2}
    assert {"Massachusetts", "Washington", "Texas", "Florida", "California"} <= set(compared)
    assert len(compared) >= 48
    for ours, d3s in compared.values():
        assert ours == pytest.approx(d3s, abs=1.5)


def test_alaska_and_hawaii_stand_in_their_insets():
    anchorage, honolulu = country.project(61.2, -149.9), country.project(21.3, -157.85)

    assert anchorage == pytest.approx((112, 544), abs=2)  # read from the drawing
    assert honolulu == pytest.approx((267, 549), abs=2)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(18.4, -66.1), (13.4, 144.8), (52.5, 13.4), (0, 0)]
)
def test_places_off_the_drawing_have_no_place_on_it(latitude, longitude):
    assert country.project(latitude, longitude) is None


def test_outline_keeps_one_border_between_neighbors_and_drops_small_islands():
    topology = {
        "transform": {"scale": [1, 1], "translate": [10, 20]},
        "arcs": [
            [[0, 0], [50, 0], [50, 0], [0, 100], [-100, 0], [0, -100]],
            [[50, 0], [0, 50], [0, 50]],
            [[300, 300], [2, 0], [0, 2], [-2, -2]],
        ],
        "objects": {
            "nation": {
                "geometries": [{"type": "MultiPolygon", "arcs": [[[0]], [[2]]]}],
            },
            "states": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]]},
                    {"type": "Polygon", "arcs": [[~1]]},
                ]
            },
        },
    }

    found = country.read_outline(topology)

    assert found.land == "M10 20l100 0 0 100-100 0 0-100z"
    assert found.borders == "M60 20l0 100"


def test_country_is_drawn_in_25_kilobytes_with_no_name_over_another():
    outline = country.outline()
    if outline is None:
        pytest.skip("us-atlas is not installed here")
    places = [
        Place(name, f"/{name}/", name, *at)
        for name, at in {
            "Boston": (42.36, -71.06),
            "Washington, DC": (38.91, -77.04),
            "Pittsburgh": (40.44, -80.0),
            "Cleveland": (41.5, -81.69),
            "New York": (40.71, -74.0),
            "Philadelphia": (39.95, -75.17),
            "San Juan": (18.4, -66.1),
            "Nowhere": (None, None),
        }.items()
    ]

    drawn = draw_country(outline, places, "Cities")

    assert len(drawn.drawing) < 25_000
    assert drawn.elsewhere == ["San Juan", "Nowhere"]
    root = ElementTree.fromstring(drawn.drawing)
    assert len(list(root.iter(f"{SVG}a"))) == 6
    for names, size in (("city-name", 16.0), ("city-name for-phone", 33.0)):
        labels = [
            Label(
                tuple(line.text for line in text),
                float(text[0].get("x")),
                float(text[0].get("y")),
                size,
                text.get("text-anchor"),
            )
            for text in root.iter(f"{SVG}text")
            if text.get("class") == names
        ]
        assert labels
        assert not boxes_overlap(labels)


def test_a_missing_outline_is_said_once(tmp_path, caplog):
    country.outline.cache_clear()
    try:
        with override_settings(NODE_MODULES=tmp_path):
            assert country.outline() is None
            assert country.outline() is None
    finally:
        country.outline.cache_clear()

    assert len(caplog.records) == 1


def test_a_broken_outline_is_left_out(tmp_path, caplog):
    folder = tmp_path / "us-atlas"
    folder.mkdir()
    (folder / "states-albers-10m.json").write_text(json.dumps({"arcs": []}))
    country.outline.cache_clear()
    try:
        with override_settings(NODE_MODULES=tmp_path):
            assert country.outline() is None
    finally:
        country.outline.cache_clear()
