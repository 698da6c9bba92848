"""A city over time: the list of its snapshots, and two days side by side (G21)."""

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from actors.models import Actor, Relationship, SkillStatement
from ecosystem.analysis.change import difference
from ecosystem.charts import Column, Part, draw_columns
from ecosystem.maps.geometry import Point
from ecosystem.maps.two_days import common_ground, draw_day
from ecosystem.models import Snapshot
from ecosystem.selectors.snapshots import load_snapshot_rows
from ecosystem.services.snapshots import take_snapshot
from ecosystem.views.progress_context import progress_context, progress_of
from tests.ecosystem.towns import make_table
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SnapshotFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert('x')</script> & Co"


@pytest.fixture
def changed(town):
    """Two snapshots of the town, and what a convener did in between.

    New School came with a tie to Data Lab and can raise funds; Code Club's tie is confirmed by one
    side; City Hall codes no longer and became a data intermediary; Big Fund's tie ended, and
    with it Big Fund left.
    """
    table = make_table(town)
    first = take_snapshot(town, note="before").snapshot
    school = ActorFactory(city=town, slug="school", name="New School", sector="academia")
    RelationshipFactory(
        city=town, source=school, target=Actor.objects.get(slug="lab"), kind="advises"
    )
    SkillStatementFactory(actor=school, competency="fundraising", level=3, confirmed_on=None)
    Relationship.objects.filter(source__slug="club").update(source_answer="confirmed")
    Relationship.objects.filter(source__slug="fund").update(ended_on=date(2018, 1, 1))
    SkillStatement.objects.filter(actor__slug="hall", competency="coding").update(level=0)
    Actor.objects.filter(slug="hall").update(sector="data_intermediary")
    table.memberships.filter(actor__slug="club").delete()
    second = take_snapshot(town, note="after").snapshot
    return town, first, second


def overview(client, city, **query):
    return client.get(reverse("snapshots", args=[city.slug]), query)


def compare(client, city, **query):
    return client.get(
        reverse("snapshot_change", args=[city.slug]),
        {key.rstrip("_"): str(getattr(value, "pk", value)) for key, value in query.items()},
    )


def told(response):
    """Each table as the words of its rows."""
    return {
        table["key"]: [
            (str(row["word"]), *(str(cell) for cell in row["cells"]), *row["details"])
            for row in table["rows"]
        ]
        for table in response.context["tables"]
    }


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


def test_list_without_a_snapshot_says_so_and_offers_nothing_to_a_visitor(client, town):
    response = overview(client, town)

    assertContains(response, "No snapshot of this map was taken yet.")
    assertNotContains(response, "Take a snapshot")
    assertNotContains(response, 'name="from"')


def test_list_shows_each_snapshot_with_its_figures_newest_first(client, changed):
    city, first, second = changed

    response = overview(client, city)

    assert response.context["lede"] == (
        "2 snapshots of this map are kept, the newest as of June 30, 2018."
    )
    assert [
        (row.pk, row.note, row.figures["on_map"], row.figures["ties"])
        for row in response.context["page_obj"]
    ] == [(second.pk, "after", 4, 3), (first.pk, "before", 4, 3)]
    assertContains(response, f"?from={first.pk}&amp;to=now")
    assertNotContains(response, "style=")
    assertNotContains(response, "<script")


def test_convener_takes_a_snapshot_once_however_often_it_is_sent(client, town):
    convener = CityRoleFactory(city=town).user
    client.force_login(convener)
    assertContains(overview(client, town), "Take a snapshot now")

    address = reverse("snapshots", args=["town"])
    answers = [client.post(address, {"note": MARKUP}, follow=True) for _time in range(2)]

    (snapshot,) = Snapshot.objects.all()
    assert (snapshot.taken_by, snapshot.note) == (convener, MARKUP)
    assertRedirects(answers[0], address)
    assertContains(answers[0], "The map is kept as of June 30, 2018.")
    assertContains(
        answers[1], "Nothing changed since the last snapshot, as of June 30, 2018, so no other"
    )
    assertContains(answers[1], "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; Co")
    assertNotContains(answers[1], "<script")


def test_snapshot_with_a_note_that_is_too_long_is_not_taken(client, town):
    client.force_login(CityRoleFactory(city=town).user)

    response = client.post(reverse("snapshots", args=["town"]), {"note": "x" * 201})

    assertContains(response, "Ensure this value has at most 200 characters (it has 201).")
    assertContains(response, "x" * 201)
    assert Snapshot.objects.count() == 0


@pytest.mark.parametrize("who", ["nobody", "a stranger", "a viewer", "a convener elsewhere"])
def test_snapshot_is_taken_by_conveners_alone(client, town, who):
    if who == "a stranger":
        client.force_login(UserFactory())
    if who == "a viewer":
        client.force_login(CityRoleFactory(city=town, kind="viewer").user)
    if who == "a convener elsewhere":
        client.force_login(CityRoleFactory().user)

    response = client.post(reverse("snapshots", args=["town"]), {"note": ""})

    assert response.status_code == 403
    assert Snapshot.objects.count() == 0
    assertNotContains(overview(client, town), "Take a snapshot")


def test_pages_of_a_map_one_may_not_see_are_not_found(client):
    snapshot = SnapshotFactory(city=CityFactory(private=True, name="canary"))

    for name in ("snapshots", "snapshot_change"):
        response = client.get(reverse(name, args=[snapshot.city.slug]))
        assertNotContains(response, "canary", status_code=404)
    assert client.post(reverse("snapshots", args=[snapshot.city.slug])).status_code == 404


@pytest.mark.parametrize("count", [1, 50])
def test_list_queries_do_not_grow(client, django_assert_num_queries, count):
    city = CityFactory()
    SnapshotFactory.create_batch(count, city=city)

    with django_assert_num_queries(2):  # the city, and the figures of all
        overview(client, city)


# ── Two days ─────────────────────────────────────────────────────────────────────────────────────


def test_comparison_tells_what_happened_in_words_and_tables(client, changed):
    city, first, second = changed

    response = compare(client, city, from_=first, to=second)

    assert response.context["lede"] == (
        "1 organization came, 1 organization left, 1 organization is described otherwise, 1 tie is "
        "new, 1 tie ended, 1 tie changed, 1 answer about a skill is new, 1 answer about a skill is "
        "gone, 1 answer about a skill changed, 1 place in a collaborative ended, 1 skill is better "
        "covered and 1 skill is less well covered."
    )
    assert told(response) == {
        "actors": [
            ("came", "New School", "Academia"),
            ("left", "Big Fund", "Philanthropy"),
            ("changed", "City Hall", "Sector: Local government → Data intermediary"),
        ],
        "ties": [
            ("new", "New School", "Advises", "Data Lab"),
            ("gone", "Big Fund", "Shares data with", "Data Lab"),
            (
                "changed",
                "Code Club",
                "Shares data with",
                "Data Lab",
                "Confirmed: by neither side → by one side",
            ),
        ],
        "statements": [
            ("new", "New School", "Fundraising", "Strong, could teach"),
            ("gone", "Big Fund", "Fundraising", "Solid"),
            ("changed", "City Hall", "Coding", "Level: Solid → Not at all"),
        ],
        "memberships": [("gone", "Code Club", "Round Table")],
    }
    assert [str(cell["sentence"]) for cell in response.context["cells"]] == [
        "Fundraising went from “Nobody has it” to “Only one organization”: New School.",
        "Coding went from “Covered” to “Only one organization”: Data Lab.",
    ]
    assertContains(response, '<a href="/cities/town/actors/school/"><bdi>New School</bdi></a>')
    assertNotContains(response, "style=")
    assertNotContains(response, "<script")


def test_comparison_with_now_is_that_with_a_snapshot_taken_now(client, changed):
    city, first, _second = changed

    response = compare(client, city, from_=first, to="now")

    assert told(response) == told(compare(client, city, from_=first, to=_second))
    assertContains(response, "(as it is now)")
    assert told(compare(client, city)) == {
        "actors": [],
        "ties": [],
        "statements": [],
        "memberships": [],
    }


def test_comparison_puts_the_earlier_day_first_whichever_was_asked_first(client, changed):
    city, first, second = changed

    assert told(compare(client, city, from_="now", to=first)) == told(
        compare(client, city, from_=first, to=second)
    )


def test_comparison_of_a_day_with_itself_says_so(client, changed):
    city, first, _second = changed

    for one in (first, "now"):
        response = compare(client, city, from_=one, to=one)
        assertContains(response, "Both days are the same, so nothing can have changed.")
        assertNotContains(response, "day-map")


@pytest.mark.parametrize("wrong", ["0", "-1", "1.5", "x", "²", "9" * 30, "now'--"])
def test_comparison_with_an_unknown_snapshot_is_not_found(client, changed, wrong):
    city, first, _second = changed

    assert compare(client, city, from_=wrong, to=first).status_code == 404
    assert compare(client, city, from_=first, to=wrong).status_code == 404


def test_comparison_with_a_snapshot_of_another_city_is_not_found(client, changed):
    city, first, _second = changed
    other = SnapshotFactory()

    assert compare(client, city, from_=first, to=other).status_code == 404
    assert compare(client, CityFactory(), from_=first).status_code == 404


def test_comparison_says_nothing_of_who_may_not_be_seen_any_more(client, changed):
    """Big Fund left; then it was deleted, Code Club archived and New School's map closed."""
    city, first, second = changed
    Actor.objects.get(slug="fund").delete()
    Actor.objects.filter(slug="club").update(status="archived", name="Canary Club")
    hidden = CityFactory(private=True)
    Actor.objects.filter(slug="school").update(city=hidden)
    withdrawn = ("Big Fund", "Code Club", "Canary Club", "New School", "fund-", "club", "school")

    response = compare(client, city, from_=first, to=second)

    for name in withdrawn:
        assertNotContains(response, name)
    assert told(response) == {
        "actors": [("changed", "City Hall", "Sector: Local government → Data intermediary")],
        "ties": [],
        "statements": [("changed", "City Hall", "Coding", "Level: Solid → Not at all")],
        "memberships": [],
    }
    assertContains(response, "2 organizations, 1 tie", count=4)  # said and drawn, on both days

    client.force_login(CityRoleFactory(city=city).user)
    response = compare(client, city, from_=first, to=second)
    assertContains(response, "Code Club")  # archived by the convener, without a page to lead to
    assertNotContains(response, "/actors/club/")
    assertNotContains(response, "New School")


def test_comparison_escapes_names_and_notes(client, town):
    Actor.objects.filter(slug="hall").update(name=MARKUP)
    take_snapshot(town, note=MARKUP)
    Actor.objects.filter(slug="hall").update(name="City Hall")

    response = compare(client, town, to="now")

    assertNotContains(response, "<script")
    assert told(response)["actors"] == [("changed", "City Hall", f"Name: {MARKUP} → City Hall")]


def test_comparison_of_empty_maps_says_that_nobody_is_on_them(client):
    snapshot = SnapshotFactory()

    response = compare(client, snapshot.city, from_=snapshot, to="now")

    assertContains(response, "Nobody is on the map on either day.")


def test_comparison_speaks_spanish_days_and_numbers(client, changed):
    city, first, second = changed

    address = reverse("snapshot_change", args=[city.slug])
    response = client.get(
        address, {"from": first.pk, "to": second.pk}, headers={"accept-language": "es"}
    )

    assertContains(response, "30 de junio de 2018")


def test_comparison_queries_do_not_grow(client, town):
    counts = set()
    compare(client, town, from_=take_snapshot(town).snapshot, to="now")  # lays the map out
    for count in (1, 30):
        for actor in ActorFactory.create_batch(count, city=town, with_statements=2):
            RelationshipFactory(city=town, source=actor, target=Actor.objects.get(slug="lab"))
        first = take_snapshot(town).snapshot
        ActorFactory.create_batch(count, city=town, with_statements=1)
        with CaptureQueriesContext(connection) as queries:
            compare(client, town, from_=first, to="now")
        counts.add(len(queries))

    assert len(counts) == 1


# ── The drawings ─────────────────────────────────────────────────────────────────────────────────


def test_both_drawings_have_one_frame_and_everybody_one_place(changed):
    _city, first, second = changed
    before, after = first.inputs, second.inputs
    kept = {"hall": Point(321.0, 432.0), "gone": Point(1.0, 1.0)}

    ground = common_ground(before, after, {})
    change = difference(before, after)
    drawings = [
        draw_day(values, change, ground, "Title & more", later=later)
        for values, later in ((before, False), (after, True))
    ]

    assert set(ground.dots) == {"hall", "lab", "club", "fund", "school"}
    assert common_ground(before, after, kept) != ground
    assert set(common_ground(before, after, kept).dots) == set(ground.dots)
    assert len({drawing.partition("viewBox=")[2].partition(">")[0] for drawing in drawings}) == 1
    assert [
        [drawing.count(f'class="dot{sign}"') for sign in (" dot-left", " dot-came", " dot-changed")]
        for drawing in drawings
    ] == [[1, 0, 1], [0, 1, 1]]
    assert [
        [drawing.count(f"tie-{sign}") for sign in ("left", "came", "changed")]
        for drawing in drawings
    ] == [[1, 0, 1], [0, 1, 1]]
    assert all('aria-label="Title &amp; more"' in drawing for drawing in drawings)


def test_drawing_escapes_names(changed):
    _city, first, second = changed
    after = deepcopy(second.inputs)
    after["actors"]["school"]["name"] = MARKUP
    ground = common_ground(first.inputs, after, {})

    drawing = draw_day(after, difference(first.inputs, after), ground, MARKUP, later=True)

    assert "<script" not in drawing
    assert "&lt;script&gt;" in drawing


# ── Progress ─────────────────────────────────────────────────────────────────────────────────────


def test_progress_of_no_snapshot_and_of_one_is_a_sentence(town):
    none = progress_context(town, UserFactory())["progress"]
    take_snapshot(town)
    one = progress_context(town, UserFactory())["progress"]

    assert none == {
        "answer": "No snapshot of this map was taken yet. From two on, this shows what became of "
        "its skills, its ties and how well it is checked.",
        "multiples": [],
    }
    assert one == {
        "answer": "One snapshot was taken, of June 30, 2018. With the next one, this shows what "
        "changed in between.",
        "multiples": [],
    }


def test_progress_draws_four_multiples_each_with_its_table(changed):
    city, _first, _second = changed
    Relationship.objects.filter(source__slug="club").update(target_answer="confirmed")
    take_snapshot(city)

    progress = progress_context(city, UserFactory())["progress"]

    assert progress["answer"] == "3 snapshots, all as of June 30, 2018."
    assert [(one["title"], one["answer"]) for one in progress["multiples"]] == [
        ("Skills by state", "Skills covered: 1 at first, 0 now."),
        (
            "Organizations that work together",
            "Pairs that work together: 3, as at the beginning.",
        ),
        ("Ties that both sides confirmed", "Confirmed by both sides: 0% at first, 33% now."),
        ("How complete the map is", "Complete, at most about: not known, as at the beginning."),
    ]
    assert [[row["cells"] for row in one["rows"]] for one in progress["multiples"]] == [
        [["1", "1", "1", "1", "8"], ["0", "3", "1", "0", "8"], ["0", "3", "1", "0", "8"]],
        [["3", "4"], ["3", "4"], ["3", "4"]],
        [["0%", "0", "3"], ["0%", "0", "3"], ["33%", "1", "3"]],
        [["not known", "3"], ["not known", "4"], ["not known", "4"]],
    ]
    assert [one["drawing"].count("<svg") for one in progress["multiples"]] == [1, 1, 1, 1]


def test_city_page_shows_its_progress_as_soon_as_a_snapshot_is_taken(client, changed):
    city, first, second = changed
    address = reverse("city", args=[city.slug])
    assertContains(client.get(address), "2 snapshots, all as of June 30, 2018.")

    second.delete()

    assertContains(client.get(address), "One snapshot was taken, of June 30, 2018.")
    first.delete()
    assertContains(client.get(address), "No snapshot of this map was taken yet.")


def test_progress_shows_the_last_twelve():
    city = CityFactory()
    for month in range(1, 15):
        SnapshotFactory(city=city, as_of=date(2020 + month // 13, 1 + (month - 1) % 12, 1))

    progress = progress_of(load_snapshot_rows(city, UserFactory()))

    assert progress["answer"] == "From March 1, 2020 to Feb. 1, 2021, in 12 snapshots."
    days = [row["as_of"] for row in progress["multiples"][0]["rows"]]
    assert (len(days), days[0], days[-1]) == (12, date(2020, 3, 1), date(2021, 2, 1))


def test_columns_stand_on_each_other_on_the_scale_of_the_largest():
    """The scale is 102 units high, from 124 up to 22; 25 of 100 are 25.5, and 50 are 51."""
    drawing = draw_columns(
        [
            Column(
                "first", [Part(25, "a", "#111"), Part(50, "b", "#222"), Part(0, "c", "#333")], "7"
            ),
            Column("second", [Part(0.001, "a", "#111")]),
            Column("last <", []),
        ],
        100,
        "A & B",
    )

    assert "<title>A &amp; B</title>" in drawing
    assert 'y="98.5" width="34.0" height="25.5" fill="#111"' in drawing
    assert 'y="47.5" width="34.0" height="51.0" fill="#222"' in drawing
    assert 'height="2.0" fill="#111"' in drawing  # what is there can be seen
    assert "level-c" not in drawing
    assert (">7<" in drawing, ">first<" in drawing, ">second<" in drawing) == (True, True, False)
    assert ">last &lt;<" in drawing


def test_columns_of_nothing_are_an_empty_drawing():
    assert draw_columns([], 0, "Nothing").count("<rect") == 0
