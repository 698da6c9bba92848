"""The matrix views: who can do what, and which sectors meet."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from ecosystem.analysis.data import Statement
from ecosystem.analysis.structure import SectorConnection
from ecosystem.analysis.vocabulary import COMPETENCIES
from ecosystem.maps import look
from ecosystem.maps.geometry import Disc
from ecosystem.maps.picture import DrawnActor
from ecosystem.matrix import (
    ORDERS,
    SectorMatrix,
    SkillColumn,
    SkillMatrix,
    SkillRow,
    sector_context,
    sector_matrix,
    skill_context,
    skill_matrix,
)
from tests.ecosystem.test_maps import HOSTILE
from tests.factories import ActorFactory, CityFactory, SkillStatementFactory


def actor(number, slug, sector="government", name=None):
    return DrawnActor(
        id=number,
        slug=slug,
        name=name or slug.title(),
        sector=sector,
        url=f"/a/{slug}/",
        visitor=False,
        dot=Disc(0, 0, 1),
        neighbors=(),
        wishes=0,
        district="",
        paint=look.Paint(look.INK),
        letter="",
    )


HALL = actor(1, "hall")
LAB = actor(2, "lab", "data_intermediary")
CLUB = actor(3, "club", "civic_technologist")
STATEMENTS = [
    Statement(1, "coding", 2),
    Statement(2, "coding", 3),
    Statement(3, "coding", 0),
    Statement(2, "fundraising", 1),
    Statement(9, "coding", 3),  # of somebody who is not shown
]


def levels(**known):
    return tuple(known.get(competency) for competency in COMPETENCIES)


def column(competency, holders=0, learners=0, answered=0):
    return SkillColumn(competency, holders, learners, answered)


# ── Skills ───────────────────────────────────────────────────────────────────────────────────────


def test_skills_of_the_actors_shown():
    found = skill_matrix([HALL, LAB, CLUB], STATEMENTS)

    counted = {
        "coding": column("coding", holders=2, answered=3),
        "fundraising": column("fundraising", learners=1, answered=1),
    }
    assert found == SkillMatrix(
        columns=tuple(counted.get(one, column(one)) for one in COMPETENCIES),
        rows=(
            SkillRow(HALL, levels(coding=2), 1),
            SkillRow(LAB, levels(coding=3, fundraising=1), 1),
            SkillRow(CLUB, levels(coding=0), 0),
        ),
        order="skills",
    )


@pytest.mark.parametrize(
    ("order", "slugs"),
    [
        ("name", ["club", "hall", "lab"]),
        ("sector", ["hall", "lab", "club"]),
        ("skills", ["hall", "lab", "club"]),
        ("coding", ["lab", "hall", "club"]),
        # learning before not asked
        ("fundraising", ["lab", "hall", "club"]),
        ("nonsense", ["hall", "lab", "club"]),
    ],
)
def test_rows_are_sorted(order, slugs):
    found = skill_matrix([CLUB, LAB, HALL], STATEMENTS, order)

    assert [row.actor.slug for row in found.rows] == slugs
    assert found.order in ORDERS


def test_who_said_no_comes_before_who_was_not_asked():
    found = skill_matrix([actor(7, "asked-nothing"), CLUB], STATEMENTS, "coding")

    assert [row.actor.slug for row in found.rows] == ["club", "asked-nothing"]


def test_who_would_rather_not_say_is_neither_unknown_nor_counted():
    found = skill_matrix([CLUB], STATEMENTS, declined=[(3, "fundraising"), (9, "coding")])

    assert found == SkillMatrix(
        columns=tuple(
            column(one, answered=1) if one == "coding" else column(one) for one in COMPETENCIES
        ),
        rows=(SkillRow(CLUB, levels(coding=0), 0, frozenset({"fundraising"})),),
        order="skills",
    )


def test_nobody_makes_an_empty_matrix():
    found = skill_matrix([], STATEMENTS)

    assert found == SkillMatrix(tuple(map(column, COMPETENCIES)), (), "skills")


def page(template, context, address="/map/?view=matrix&sector=media"):
    request = RequestFactory().get(address)
    return render_to_string(f"ecosystem/_matrix_{template}.html", context, request=request)


def test_unknown_is_unlike_none_without_colors():
    declined = [(3, "fundraising")]
    html = page("skills", skill_context(skill_matrix([CLUB], STATEMENTS, "name", declined)))

    cells = re.findall(r'<td class="(level-\w)">(.*?)</td>', html)
    assert len(cells) == len(COMPETENCIES)
    assert cells.count(("level-0", "none")) == 1
    assert cells.count(("level-d", "not said")) == 1
    assert cells.count(("level-x", "<i>not asked</i>")) == 10


def test_links_that_sort_keep_the_rest_of_the_address():
    html = page("skills", skill_context(skill_matrix([HALL], STATEMENTS, "coding")))

    assert 'href="?view=matrix&amp;sector=media&amp;order=fundraising#matrix"' in html
    assert len(re.findall("order=", html)) == len(ORDERS)
    assert html.count('aria-sort="descending"') == 1


CROWD = [actor(n, f"actor-{n:03}") for n in range(1, 452)]
HELD = [Statement(n, "coding", 2) for n in range(1, 452, 2)]


@pytest.mark.parametrize(
    ("part", "first", "last", "said"),
    [
        (None, "Actor-001", "Actor-200", "1–200 of 451"),
        ("2", "Actor-201", "Actor-400", "201–400 of 451"),
        ("3", "Actor-401", "Actor-451", "401–451 of 451"),
        ("99", "Actor-401", "Actor-451", "401–451 of 451"),
        ("many", "Actor-001", "Actor-200", "1–200 of 451"),
    ],
)
def test_a_large_map_comes_in_parts_whose_totals_count_all(part, first, last, said):
    html = page("skills", skill_context(skill_matrix(CROWD, HELD, "name"), part))

    names = re.findall(r"<bdi>(Actor-\d+)</bdi>", html)
    assert (names[0], names[-1]) == (first, last)
    assert said in html
    assert "<strong>226</strong> <small>of 226</small>" in html


def test_links_to_other_parts_keep_the_address_and_sorting_begins_anew():
    context = skill_context(skill_matrix(CROWD, HELD, "coding"), "2")

    html = page("skills", context, "/map/?view=matrix&sector=media&order=coding&part=2")

    kept = "?view=matrix&amp;sector=media&amp;order="
    assert f'href="{kept}coding&amp;part=3#matrix"' in html
    assert f'href="{kept}name#matrix"' in html


def test_a_few_rows_too_many_make_no_part_of_their_own():
    html = page("skills", skill_context(skill_matrix(CROWD[:220], HELD)))

    assert len(re.findall(r"<bdi>Actor", html)) == 220
    assert "pagination" not in html


def test_names_are_marked_as_english_on_a_spanish_page():
    with translation.override("es"):
        html = page("skills", skill_context(skill_matrix([HALL], STATEMENTS)))

    assert '<bdi lang="en">Hall</bdi>' in html


@pytest.mark.django_db
def test_the_map_says_who_would_rather_not_say(client):
    town = CityFactory(slug="springfield")
    for level in (None, 0):
        asked = ActorFactory(city=town)
        SkillStatementFactory(actor=asked, competency="coding", level=level)

    response = client.get(reverse("map", args=[town.slug]) + "?view=matrix")

    cells = re.findall(r'<td class="(level-\w)">', response.content.decode())
    assert (cells.count("level-d"), cells.count("level-0"), len(cells)) == (1, 1, 24)


@pytest.mark.django_db
def test_the_sheet_of_a_large_map_comes_in_parts(client):
    town = CityFactory(slug="springfield")
    for number in range(1, 232):
        ActorFactory(city=town, name=f"Actor {number:03}")
    address = reverse("map_sheet", args=[town.slug])

    first, second = client.get(address), client.get(f"{address}?sort=name&part=2")

    assertContains(first, "<svg")
    assertContains(first, "1–200 of 231")
    assertContains(first, 'href="?part=2#sheet-table"')
    assertContains(second, "201–231 of 231")
    assertContains(second, 'href="?sort=name&amp;part=1#sheet-table"')
    assertContains(second, "<bdi>Actor 231</bdi>")
    assertNotContains(second, "Actor 200")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    html = page("skills", skill_context(skill_matrix([actor(1, "a", name=name)], STATEMENTS)))

    assert "<script" not in html
    assert html.count("<bdi>") == html.count("</bdi>") == 1


def test_empty_matrix_says_what_to_do():
    assert "Take a filter away" in page("skills", skill_context(skill_matrix([], [])))


# ── Sectors ──────────────────────────────────────────────────────────────────────────────────────


def test_sectors_that_meet():
    """Three actors, so three pairs; one tie among them, so a third of a tie expected per pair."""
    second = actor(4, "port")

    found = sector_matrix([LAB, second, HALL], [("hall", "lab"), ("hall", "stranger")])

    third = pytest.approx(1 / 3)
    assert found == SectorMatrix(
        sectors=("government", "data_intermediary"),
        meetings={
            frozenset({"data_intermediary"}): SectorConnection(
                "data_intermediary", "data_intermediary", 0, 0, 0.0, "connected"
            ),
            frozenset({"data_intermediary", "government"}): SectorConnection(
                "data_intermediary", "government", 1, 2, pytest.approx(2 / 3), "connected"
            ),
            frozenset({"government"}): SectorConnection(
                "government", "government", 0, 1, third, "connected"
            ),
        },
        size=3,
        ties=1,
    )


def test_squares_for_the_template():
    found = sector_context(sector_matrix([LAB, actor(4, "port"), HALL], [("hall", "lab")]))

    assert [row["slug"] for row in found["sector_matrix"]["rows"]] == [
        "government",
        "data_intermediary",
    ]
    assert [row["cells"] for row in found["sector_matrix"]["rows"]] == [
        [{"state": "quiet", "observed": 0, "expected": "0.3", "word": ""}],
        [
            {"state": "connected", "observed": 1, "expected": "0.7", "word": "enough"},
            {"state": "none", "observed": 0, "expected": "", "word": ""},
        ],
    ]


def test_sectors_apart_and_with_few_ties_are_said():
    offices = [actor(n, f"office-{n}") for n in range(1, 7)]
    clubs = [actor(n, f"club-{n}", "civic_technologist") for n in range(11, 17)]
    papers = [actor(n, f"paper-{n}", "media") for n in range(21, 24)]
    inside = [(a.slug, b.slug) for a in offices for b in offices if a.slug < b.slug]

    html = page(
        "sectors",
        sector_context(
            sector_matrix([*offices, *clubs, *papers], [*inside, ("club-11", "office-1")])
        ),
    )

    words = re.findall(r'class="meets-word">([^<]+)<', html)
    assert set(words) == {"enough", "few", "no tie"}
    assert "Counted among the 15 organizations shown; ties: 16." in html


@pytest.mark.parametrize("actors", [[], [HALL]])
def test_too_few_to_meet(actors):
    html = page("sectors", sector_context(sector_matrix(actors, [])))

    assert "nothing to connect" in html
