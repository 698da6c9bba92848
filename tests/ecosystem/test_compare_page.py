"""``/compare/``: what it shows, to whom, and what an address can ask for (G18 to G20)."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from ecosystem.comparison.asked import Asked, in_band, slugs_of
from ecosystem.comparison.small_maps import LARGEST, SmallMap, draw_small_maps
from ecosystem.comparison.table import CityRow, make_table
from ecosystem.selectors.comparison import Coverage, CoverageCell
from ecosystem.synthesis import synthesize
from tests.ecosystem.test_compare import make_village
from tests.ecosystem.towns import DAY
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


class Tables(HTMLParser):
    """The words of every cell of the tables of a class, row by row."""

    def __init__(self, name):
        super().__init__()
        self.name, self.rows, self.depth, self.cell = name, [], 0, None

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.depth = self.name in (dict(attrs).get("class") or "").split()
        elif self.depth and tag == "tr":
            self.rows.append([])
        elif self.depth and tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag):
        if tag == "table":
            self.depth = 0
        elif tag in ("td", "th") and self.cell is not None:
            self.rows[-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def table(response, name="compare"):
    parser = Tables(name)
    parser.feed(response.content.decode())
    return parser.rows


def row(response, label):
    """The first row of that name: the same skills come again, with how far they are."""
    return next(cells for cells in table(response) if cells[0] == label)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def ask(client, query=""):
    response = client.get(reverse("compare") + query)
    assert response.status_code == 200
    return response


@pytest.fixture
def village():
    return make_village()


# ── What is compared ─────────────────────────────────────────────────────────────────────────────


def test_without_a_choice_all_are_compared(client, town, village):
    response = ask(client)

    assert table(response)[0] == [
        "Figure",
        "Town Map of June 30, 2018",
        "Village Map of June 30, 2018",
    ]
    assert row(response, "Fundraising") == ["Fundraising", "none 3 of 3", "2 covered 2 of 2"]
    assert "Of 2 cities, 2 have nobody recorded for management" in text(response)


def test_cities_stand_in_the_order_asked_for_each_once(client, town, village):
    response = ask(client, "?cities=village,town,village")

    assert [city.city.slug for city in response.context["comparison"].cities] == ["village", "town"]


def test_checkboxes_ask_the_same_as_a_list(client, town, village):
    response = ask(client, "?cities=village&cities=town")

    assert [city.city.slug for city in response.context["comparison"].cities] == ["village", "town"]


def test_one_city_shows_the_figures_of_its_own_page(client, town):
    response = ask(client, "?cities=town")

    assert "Town alone: these are the figures of its own page." in text(response)
    assert row(response, "Coding") == ["Coding", "2 covered 2 of 3"]
    assert row(response, "Working links") == [
        "Working links",
        "3 4 organizations, too little for an order",
    ]


def test_a_city_without_actors_has_a_column_that_says_so(client, town):
    CityFactory(slug="empty", name="Empty", map_date=DAY)

    response = ask(client, "?cities=town,empty")

    assert "Nobody is on the map of Empty yet, so there is nothing to compare." in text(response)
    assert table(response)[0][2] == "Empty Map of June 30, 2018 Nobody is on this map yet."
    assert row(response, "Coding") == ["Coding", "2 covered 2 of 3", "no map yet"]


def test_no_city_at_all_is_said(client):
    assert "No city's map is open to everyone yet." in text(ask(client)).replace("&#x27;", "'")


def test_more_than_twelve_are_all_in_the_table_and_twelve_in_detail(client):
    synthesize(cities=14, actors=5, seed=1)

    nobody_picked = ask(client)
    picked = ask(client, "?cities=" + ",".join(f"synthetic-1-{n}" for n in range(1, 15)))

    assert table(nobody_picked) == []
    assert len(table(nobody_picked, "compare-cities")) == 15
    assert len(picked.context["comparison"].cities) == 12
    assert "The first 12 of the 14 picked cities are shown in detail" in text(picked)


def test_g19_raw_and_equal_numbers_stand_side_by_side(client, town, village):
    response = ask(client)

    assert row(response, "Organizations") == [
        "Organizations",
        "0 too few sources",
        "0 too few sources",
    ]
    assert "No map has the 5 sources that are needed" in text(response)


def test_g20_a_gap_leads_to_the_holders_and_projects_of_a_peer(client, town, village):
    response = ask(client, "?cities=town,village")

    peers = response.content.decode().split('id="peers-town"')[1].split("</ul>")[0]
    [link] = re.findall(r'<a href="([^"]+)"', peers)
    assert link == "/cities/town/peers/?cities=town,village#peer-town-fundraising"
    page = client.get(link.partition("#")[0]).content.decode()
    gap = page.split('id="peer-town-fundraising"')[1].split("</section>")[0]
    assert re.findall(r'<a href="([^"]+)"', gap) == [
        "/cities/village/",
        "/cities/village/actors/village-mill/",
        "/cities/village/actors/village-hall/",
        "/cities/village/collaboratives/village-table/",
    ]


def test_g20_only_compared_cities_are_named_as_peers(client, town, village):
    make_village(slug="other", name="Other Place")

    page = client.get("/cities/town/peers/?cities=town,village").content.decode()

    assert "Village</bdi>" in page
    assert "Other Place" not in page


def test_names_are_text(client):
    city = make_village(name="<script>x</script>")
    ActorFactory(city=city, name="<b>bold</b>")

    page = ask(client).content.decode()

    assert "<script>x" not in page
    assert "<b>bold" not in page


# ── Who may see what ─────────────────────────────────────────────────────────────────────────────

SECRET = "Hidden Harbor"


@pytest.fixture
def hidden():
    """A private city that could help, and would be counted."""
    city = make_village(slug="harbor", name=SECRET, private=True, state="AK", stage="sustaining")
    issue = IssueFactory(slug="secret-issue", name="Secret issue")
    CollaborativeFactory(city=city, slug="harbor-works", issue=issue)
    return city


@pytest.mark.parametrize(
    "address",
    [
        "/compare/",
        "/compare/?cities=town,harbor",
        "/compare/?cities=town&state=AK&issue=secret-issue&order=fundraising",
        "/compare/figures.csv?cities=town,harbor",
        "/api/v1/compare/",
        "/api/v1/compare/?cities=town,harbor",
    ],
)
def test_a_hidden_city_is_absent_everywhere(client, town, hidden, address):
    page = client.get(address).content.decode()

    assert SECRET not in page
    assert "Secret issue" not in page
    assert "harbor-hall" not in page


def test_a_hidden_city_is_told_like_one_that_does_not_exist(client, town, hidden):
    def without(name):
        return ask(client, f"?cities=town,{name}").content.decode().replace(name, "")

    assert without("harbor") == without("unheard")


def test_a_hidden_city_is_in_no_count(client, town, hidden):
    response = ask(client)

    assert response.context["table"]["all"] == 1
    assert "Of 1 cities" not in text(response)
    assert "1 city." in text(response)
    assert "AK" not in text(response)


def test_national_staff_and_its_team_see_a_hidden_city(client, town, hidden):
    member = UserFactory()
    CityRoleFactory(user=member, city=hidden, kind="viewer")

    for user in (UserFactory(national=True), member):
        client.force_login(user)
        assert SECRET in text(ask(client, "?cities=town,harbor"))


def test_drafts_count_for_nobody(client, town):
    draft = ActorFactory(city=town, name="Draft", status="proposed")
    SkillStatementFactory(actor=draft, competency="fundraising", level=3)

    response = ask(client)

    assert "Draft" not in text(response)
    assert row(response, "Fundraising") == ["Fundraising", "none 3 of 3"]


# ── What an address can ask for ──────────────────────────────────────────────────────────────────


def names_in_table(response):
    return [row.city.slug for row in response.context["table"]["page_obj"]]


def test_filters_narrow_the_table_and_leave_the_picks(client, town, village):
    issue = IssueFactory(slug="water", name="Water")
    CollaborativeFactory(city=village, slug="wells", issue=issue)

    response = ask(client, "?issue=water&cities=town")

    assert names_in_table(response) == ["village"]
    assert [city.city.slug for city in response.context["comparison"].cities] == ["town"]
    assert '<input type="hidden" name="cities" value="town">' in response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stage=planning", ["b"]),
        ("state=TX", ["a"]),
        ("population=under-250k", ["a"]),
        ("population=under-250k&population=unknown", ["a", "b"]),
        ("state=TX&stage=planning", []),
    ],
)
def test_filters(client, query, expected):
    CityFactory(slug="a", name="A", state="TX", population=249_999)
    CityFactory(slug="b", name="B", state="MA", stage="planning")
    CityFactory(slug="c", name="C", state="MA", population=250_000)

    assert names_in_table(ask(client, f"?{query}")) == expected


def test_what_the_page_does_not_know_is_left_out_and_named(client, town):
    response = ask(client, "?stage=wild&sort=luck&cities=%3Cb%3E&state=ZZ")

    said = text(response)
    assert "This page does not know “wild”, “ZZ” and “luck”, and left it out." in said
    assert "Not found, or not open to you: “&lt;b&gt;”." in said
    assert names_in_table(response) == ["town"]


@pytest.mark.parametrize(
    "query",
    ["?page=99", "?page=x", "?order=nonsense", "?order=-", "?cities=,,", "?cities=%00", "?sort="],
)
def test_odd_addresses_give_the_page(client, town, query):
    assert "Town" in text(ask(client, query))


def cells(**states):
    return tuple(
        CoverageCell(name, state, 0, 0, answered) for name, (state, answered) in states.items()
    )


def test_g18_what_rests_on_too_little_is_left_out_of_the_order(client):
    cities = [CityFactory(slug=slug, name=slug.upper()) for slug in "abcd"]
    few, most, some, empty = (city.pk for city in cities)
    coverage = {
        few: Coverage(10, cells(coding=("covered", 2))),  # two of ten questions answered
        most: Coverage(10, cells(coding=("covered", 3))),
        some: Coverage(10, cells(coding=("single", 9))),
        empty: Coverage(0, cells(coding=("unknown", 0))),
    }

    def slugs(sort):
        found = make_table(cities, coverage, sort)
        return [r.city.slug for r in found.ordered], [r.city.slug for r in found.left_out]

    assert slugs("covered") == (["b", "c"], ["a", "d"])
    assert slugs("-covered") == (["c", "b"], ["a", "d"])
    assert slugs("gaps") == (["c", "b"], ["a", "d"])
    assert slugs("answered") == (["c", "b", "a"], ["d"])
    assert slugs("questions") == (["a", "b", "c"], ["d"])
    assert slugs("-name") == (["d", "c", "b", "a"], [])
    assert CityRow(cities[0], coverage[few]).counts == {"covered": 1, "gaps": 0, "questions": 0}


def test_g18_columns_are_ordered_by_a_figure_and_thin_ones_come_last(client, town, village):
    silent = CityFactory(slug="silent", name="Silent", map_date=DAY)
    holder = ActorFactory(city=silent)
    SkillStatementFactory(actor=holder, competency="fundraising", level=3)
    ActorFactory.create_batch(4, city=silent)  # one of five answered

    response = ask(client, "?cities=silent,town,village&order=fundraising")
    turned = ask(client, "?cities=silent,town,village&order=-fundraising")

    def order(one):
        return [city.city.slug for city in one.context["comparison"].cities]

    assert order(response) == ["village", "town", "silent"]
    assert order(turned) == ["town", "village", "silent"]
    said = "In the order of “Fundraising”, the most first. Left out of it, at the end: Silent."
    assert said in text(response)


def test_raw_counts_order_nothing(client, town, village):
    response = ask(client, "?order=organizations")

    assert [city.city.slug for city in response.context["comparison"].cities] == ["town", "village"]
    assert "In the order of" not in text(response)


def test_bands_have_no_gap():
    assert [
        [
            band
            for band in ("under-250k", "250k-500k", "500k-1m", "over-1m", "unknown")
            if in_band(n, band)
        ]
        for n in (0, 249_999, 250_000, 499_999, 500_000, 999_999, 1_000_000, None)
    ] == [
        ["under-250k"],
        ["under-250k"],
        ["250k-500k"],
        ["250k-500k"],
        ["500k-1m"],
        ["500k-1m"],
        ["over-1m"],
        ["unknown"],
    ]


def test_an_address_is_written_as_it_is_read():
    asked = Asked(cities=("a", "b"), stage=("planning",), sort="-gaps", order="coding")

    assert asked.query() == "cities=a,b&stage=planning&sort=-gaps&order=coding"
    assert slugs_of([" A,b ", "", "a,c"]) == ("a", "b", "c")


# ── Speed, drawings, languages ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("cities", "actors"), [(1, 5), (9, 5), (3, 40)])
def test_queries_do_not_grow_with_cities_or_actors(
    client, django_assert_num_queries, cities, actors
):
    synthesize(cities=cities, actors=actors, seed=1)
    ask(client)  # makes what is kept

    with django_assert_num_queries(9):
        ask(client)


def test_small_maps_are_at_one_scale():
    large = SmallMap(100, 400.0, 200.0, {"media": "M0 0h0"}, "")
    small = SmallMap(25, 100.0, 90.0, {"media": "M0 0h0"}, "M0 0L1 1")

    first, second = draw_small_maps([large, small], ["Large <b>", "Small"])

    def scale(drawing):
        return float(re.search(r"scale\(([\d.]+)\)", drawing)[1])

    def dot(drawing):
        return float(re.search(r'linecap="round" stroke-width="([\d.]+)"', drawing)[1])

    # A quarter of the organizations: half as wide, dots of the same size.
    radius = [scale(first) * 400, scale(second) * 100]
    assert radius[0] == pytest.approx(LARGEST - 4.5, abs=0.1)
    assert radius[1] == pytest.approx(LARGEST / 2 - 4.5, abs=0.1)
    assert scale(first) * dot(first) == pytest.approx(scale(second) * dot(second), rel=0.01)
    assert re.search(r'viewBox="([^"]+)"', first)[1] == re.search(r'viewBox="([^"]+)"', second)[1]
    assert 'aria-label="Large &lt;b&gt;"' in first


def test_an_empty_map_is_drawn_empty():
    [drawing] = draw_small_maps([SmallMap(0, 0.0, 0.0, {}, "")], ["Nobody"])

    assert "<path" not in drawing


def test_csv_is_offered_under_a_name_and_as_text(client, town, village):
    response = client.get("/compare/figures.csv?cities=town,village")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="compare-town-village.csv"'


def test_api_gives_what_the_command_prints(client, town, village):
    response = client.get("/api/v1/compare/?cities=village,nowhere,town")

    document = response.json()
    assert response.status_code == 200
    assert [city["city"] for city in document["cities"]] == ["village", "town"]
    assert document["not_found"] == ["nowhere"]
    assert [
        (one["city"], one["competency"], one["confirmed"], [h["city"] for h in one["helpers"]])
        for one in document["peers"]
    ] == [("village", "coding", False, ["town"]), ("town", "fundraising", True, ["village"])]


def test_api_refuses_too_many_cities(client):
    response = client.get("/api/v1/compare/?cities=" + ",".join(f"c{n}" for n in range(51)))

    assert (response.status_code, response.json()) == (400, {"cities": "Name at most 50 cities."})


# ── Who elsewhere can help ───────────────────────────────────────────────────────────────────────


def test_g20_the_peers_of_a_city_stand_on_a_page_of_its_own(client, town, village):
    response = client.get("/cities/town/peers/")

    page = response.content.decode()
    assert "1 city can help Town with fundraising." in text(response)
    gap = page.split('id="peer-town-fundraising"')[1]
    assert "Mill</bdi>" in gap
    assert "Bridge</bdi>" in gap
    assert "A grant." in gap


def test_a_city_nobody_can_help_is_told_so(client, town):
    assert "No city on record is known to have what Town lacks." in text(
        client.get("/cities/town/peers/")
    )


def test_peers_of_a_hidden_city_are_absent_and_its_own_page_is_not_found(client, town, hidden):
    assert client.get("/cities/harbor/peers/").status_code == 404
    assert SECRET not in client.get("/cities/town/peers/").content.decode()


def test_peers_queries_do_not_grow_with_cities(client, django_assert_num_queries, town):
    for number in range(4):
        make_village(slug=f"village-{number}")
    client.get("/cities/town/peers/")

    with django_assert_num_queries(7):
        client.get("/cities/town/peers/")
