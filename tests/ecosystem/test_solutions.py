"""Projects that another city could adopt: the list, its filters, one project."""

import re
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.framework import Level, ProcessStep
from actors.models.city import CityRoleKind
from collaboratives.filters import ProjectFilter
from collaboratives.models import Project
from ecosystem.adoption import readiness
from ecosystem.selectors.solutions import load_solutions
from tests.ecosystem.towns import make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    MembershipFactory,
    ProjectFactory,
    ProjectStepFactory,
    SkillStatementFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


def text_of(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def page(client, address="", **asked):
    response = client.get(f"/solutions/{address}", asked)
    assert response.status_code == 200
    return response.content.decode()


def names(html):
    found = re.findall(r"<h3><a href=\"/solutions/[\w-]+/\"><bdi>(.*?)</bdi></a></h3>", html)
    return [unescape(name) for name in found]


def row_of(html, slug):
    start = html.index(f'<h3><a href="/solutions/{slug}/">')
    return text_of(html[start : html.index("</li>", start)])


def lede(html):
    return text_of(re.search(r'<p class="lede">(.*?)</p>', html, re.DOTALL)[1])


def count_beside(html, name, value):
    """The number beside one choice of a filter."""
    label = re.search(
        rf'<input type="checkbox" name="{name}" value="{value}".*?</label>', html, re.DOTALL
    )[0]
    return int(re.search(r'class="number">(\d+)<', label)[1])


@pytest.fixture
def housing():
    """Boston's lottery with code, adopted in Cleveland; both at tables with known skills."""
    issue = IssueFactory(slug="housing", name="Affordable housing")
    boston = CityFactory(slug="boston", name="Boston")
    lab = ActorFactory(city=boston, slug="homes-lab", name="Data Lab", sector="data_intermediary")
    fund = ActorFactory(city=None, slug="homes-fund", name="Big Fund", sector="philanthropy")
    SkillStatementFactory(actor=lab, competency="coding", level=Level.STRONG)
    SkillStatementFactory(actor=lab, competency="fundraising", level=Level.DEVELOPING)
    SkillStatementFactory(actor=fund, competency="fundraising")
    table = CollaborativeFactory(
        city=boston, slug="homes", name="Homes Table", issue=issue, members=[lab, fund]
    )
    lottery = ProjectFactory(
        collaborative=table,
        slug="lottery",
        name="Fair Lottery",
        summary="Gives out homes by lot.",
        step=ProcessStep.IMPLEMENT,
        code_url="https://www.github.com/homes/lottery",
        sources=[SourceFactory(citation="https://example.org/report", title="A report")],
    )
    cleveland = CityFactory(slug="cleveland", name="Cleveland", state="OH")
    other = CollaborativeFactory(city=cleveland, slug="lake", name="Lake Table")
    ProjectFactory(
        collaborative=other, slug="lake-lottery", name="Lake Lottery", adopted_from=lottery
    )
    return lottery


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


def test_reference_projects_are_listed(client):
    call_command("load_reference", stdout=StringIO())

    html = page(client)

    # Counted in projects.csv: 32 rows, 7 cities, 6 with code_url, adopted_from always empty.
    assert lede(html) == (
        "32 projects from 7 cities. With open source code: 6. Adopted by another project so far: 0."
    )
    assert len(names(html)) == 32


def test_row_says_what_who_where_and_who_adopted_it(client, housing):
    html = page(client)

    assert row_of(html, "lottery") == (
        "Fair Lottery Implement and embed Affordable housing Gives out homes by lot. "
        "In Boston , at the table of Homes Table : Big Fund and Data Lab . "
        "Skills behind it: Fundraising · Coding "
        "Code on github.com of Fair Lottery "
        "Adopted by Lake Lottery in Cleveland "
        "Source: A report"
    )
    assert "Built on Fair Lottery of Boston" in row_of(html, "lake-lottery")
    assert '<a class="solution-code" href="https://www.github.com/homes/lottery" rel="noopener' in (
        html
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"issue": "housing"}, ["Fair Lottery"]),
        ({"step": "iterate"}, ["Lake Lottery"]),
        ({"step": ["iterate", "implement"]}, ["Fair Lottery", "Lake Lottery"]),
        ({"city": "cleveland"}, ["Lake Lottery"]),
        ({"skill": "coding"}, ["Fair Lottery"]),
        ({"skill": "fundraising", "city": "boston"}, ["Fair Lottery"]),
        ({"skill": "fundraising", "city": "cleveland"}, []),
        ({"skill": "data-communication"}, []),
        ({"code": "yes"}, ["Fair Lottery"]),
        ({"adopted": "elsewhere"}, ["Fair Lottery"]),
        ({"adopted": "from"}, ["Lake Lottery"]),
        ({"q": "LOTERY"}, ["Fair Lottery", "Lake Lottery"]),
        ({"q": "homes lot"}, ["Fair Lottery"]),
        ({"q": "affordable"}, ["Fair Lottery"]),
        ({"q": "bostom"}, ["Fair Lottery"]),
        ({"q": "parks"}, []),
    ],
)
def test_filters(client, housing, asked, expected):
    assert names(page(client, **asked)) == expected


def test_search_forgives_accents(client):
    ProjectFactory(slug="salud", name="Atención médica")

    assert names(page(client, q="atencion MEDICA")) == ["Atención médica"]


def test_counts_beside_choices_are_what_the_filters_let_through(client, housing):
    """The page counts in memory, the filter in the database: both must say the same."""
    html = page(client)
    solutions = load_solutions(ANYBODY)
    issues, cities = {"housing": "x"}, {"boston": "x", "cleveland": "x"}

    for name, value in re.findall(r'<input type="checkbox" name="(\w+)" value="([\w-]+)"', html):
        found = ProjectFilter(
            client.get("/solutions/", {name: value}).wsgi_request.GET,
            Project.objects.visible_to(ANYBODY),
            user=ANYBODY,
            issues=issues,
            cities=cities,
            find=lambda _query: set(),
        )
        assert found.matches()[name] <= solutions.by_pk.keys()
        assert count_beside(html, name, value) == len(found.matches()[name]), (name, value)


def test_counts_follow_the_other_filters(client, housing):
    html = page(client, city="cleveland")

    assert count_beside(html, "issue", "housing") == 0
    assert count_beside(html, "adopted", "from") == 1
    assert count_beside(html, "city", "boston") == 1  # its own filter does not narrow its choices


def test_chosen_skill_names_its_holders(client, housing):
    html = page(client, skill="fundraising", city="boston")

    assert "Fundraising: Big Fund" in row_of(html, "lottery")
    assert re.findall(r"<bdi>((?:Skill|City)[^<]*)</bdi>", html) == [
        "City: Boston",
        "Skill behind it: Fundraising",
    ]


def test_sorting(client, housing):
    ProjectFactory(
        collaborative=housing.collaborative, slug="z", name="A first", step=ProcessStep.IDENTIFY
    )

    assert names(page(client)) == ["A first", "Fair Lottery", "Lake Lottery"]
    assert names(page(client, sort="city")) == ["A first", "Fair Lottery", "Lake Lottery"]
    assert names(page(client, sort="step")) == ["A first", "Lake Lottery", "Fair Lottery"]
    assert names(page(client, sort="adopted")) == ["Fair Lottery", "A first", "Lake Lottery"]
    assert 'href="?q=lottery&amp;sort=city"' in page(client, q="lottery")


def test_what_the_list_does_not_offer_is_left_out_and_said(client, housing):
    html = page(client, city="nowhere", skill="magic", sort="best", step="iterate")

    assert names(html) == ["Lake Lottery"]
    assert re.findall(r"<li><bdi>(.*?)</bdi></li>", html) == [
        "City: “nowhere”",
        "Skill behind it: “magic”",
        "Sort by: “best”",
    ]


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", "\0", "'\"%_", "x" * 9000, "\u202e"]
)
def test_strange_searches_are_safe(client, housing, query):
    html = page(client, q=query)

    assert "<script>alert" not in html


def test_hostile_names_are_text(client):
    table = CollaborativeFactory(name="<i>Table</i>", city=CityFactory(name="<u>Town</u>"))
    ProjectFactory(
        collaborative=table,
        slug="bad",
        name="<b>Bad</b> & 'worse'",
        summary="<script>x</script>",
        code_url="javascript:alert(1)",
    )

    for html in (page(client), page(client, "bad/")):
        assert not re.search(r"<(b>Bad|i>Table|u>Town|script>x)", html)
        assert "javascript:" not in html
        assert 'style="' not in html


def test_only_fifty_on_a_page(client):
    table = CollaborativeFactory()
    ProjectFactory.create_batch(51, collaborative=table)

    assert len(names(page(client))) == 50
    assert len(names(page(client, page=2))) == 1
    assert len(names(page(client, page="nonsense"))) == 50


def test_no_project_at_all(client):
    html = page(client)

    assert lede(html) == "No city has recorded a project yet."
    assert "When a collaborative records what it works on" in html


def test_members_count_on_the_day_of_the_map(client):
    city = CityFactory(map_date=date(2018, 6, 30))
    table = CollaborativeFactory(city=city)
    for name, since, until in (
        ("Then", date(2017, 1, 1), date(2018, 12, 31)),
        ("Before", None, date(2018, 6, 29)),
        ("Later", date(2018, 7, 1), None),
    ):
        actor = ActorFactory(city=city, name=name)
        SkillStatementFactory(actor=actor, competency="coding")
        MembershipFactory(collaborative=table, actor=actor, since=since, until=until)
    ProjectFactory(collaborative=table, slug="one")

    assert ": Then ." in row_of(page(client), "one")


# ── What one may not see ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def secret(housing):
    """A hidden city that adopted Boston's lottery, was adopted by it, and hidden members."""
    harbor = CityFactory(private=True, slug="harbor", name="Hidden Harbor")
    holder = ActorFactory(city=harbor, slug="hidden-lab", name="Hidden Lab")
    SkillStatementFactory(actor=holder, competency="user-centered-design")
    issue = IssueFactory(slug="hidden-issue", name="Hidden issue")
    table = CollaborativeFactory(
        city=harbor, slug="hidden-table", name="Hidden Table", members=[holder], issue=issue
    )
    first = ProjectFactory(collaborative=table, slug="hidden-first", name="Hidden First")
    ProjectFactory(
        collaborative=table, slug="hidden-copy", name="Hidden Copy", adopted_from=housing
    )
    MembershipFactory(collaborative=housing.collaborative, actor=holder)
    draft = ActorFactory(city=housing.collaborative.city, name="Hidden Draft", proposed=True)
    SkillStatementFactory(actor=draft, competency="user-centered-design")
    MembershipFactory(collaborative=housing.collaborative, actor=draft)
    housing.adopted_from = first
    housing.save()
    return first


def test_what_is_hidden_leaves_no_trace(client, housing, secret):
    addresses = ["", "lottery/", "lottery/?city=cleveland", "lake-lottery/?city=boston"]

    for address in addresses:
        html = page(client, address)
        assert "Hidden" not in html, address
        assert "hidden-" not in html, address
    html = page(client)
    assert lede(html) == (
        "2 projects from 2 cities. With open source code: 1. Adopted by another project so far: 1."
    )
    assert count_beside(html, "adopted", "elsewhere") == 1
    assert count_beside(html, "adopted", "from") == 1
    assert count_beside(html, "skill", "user-centered-design") == 0
    assert names(page(client, adopted="from")) == ["Lake Lottery"]
    assert names(page(client, skill="user-centered-design")) == []


def test_adoption_only_in_a_hidden_city_counts_for_nothing(client, housing, secret):
    Project.objects.filter(slug="lake-lottery").delete()

    html = page(client)

    assert names(page(client, adopted="elsewhere")) == []
    assert count_beside(html, "adopted", "elsewhere") == 0
    assert "Adopted by another project so far: 0." in lede(html)


@pytest.mark.parametrize("slug", ["hidden-first", "hidden-copy", "no-such-project"])
def test_hidden_and_missing_projects_answer_alike(client, housing, secret, slug):
    assert client.get(f"/solutions/{slug}/").status_code == 404


def test_hidden_city_cannot_be_picked(client, housing, secret):
    hidden, missing = (page(client, "lottery/", city=slug) for slug in ("harbor", "nowhere"))

    said = "There is no map of “ {} ” that is open to you. Pick a city from the list."
    assert said.format("harbor") in text_of(hidden)
    assert text_of(hidden).replace("harbor", "nowhere") == text_of(missing)


def test_those_of_the_hidden_city_see_it(client, housing, secret):
    user = UserFactory()
    city = secret.collaborative.city
    CityRoleFactory(user=user, city=city, kind=CityRoleKind.VIEWER)
    client.force_login(user)

    html = page(client)

    assert "Built on Hidden First of Hidden Harbor" in row_of(html, "lottery")
    assert "Adopted by Hidden Copy in Hidden Harbor" in row_of(html, "lottery")
    assert "Hidden Lab" in row_of(html, "lottery")


# ── One project ──────────────────────────────────────────────────────────────────────────────────


def test_project_page_tells_its_history_and_chain(client, housing):
    housing.hypothesis = "Fewer people wait in vain."
    housing.save()
    lake = Project.objects.get(slug="lake-lottery")
    ProjectFactory(slug="third", name="Third Lottery", adopted_from=lake)
    ProjectStepFactory(project=housing, step=ProcessStep.IMPLEMENT, entered_on=date(2018, 1, 2))
    ProjectStepFactory(
        project=housing, step=ProcessStep.ITERATE, entered_on=date(2017, 3, 4), note="With tenants."
    )

    html = text_of(page(client, "lottery/"))

    assert "What should get better Fewer people wait in vain." in html
    assert (
        "How it went March 4, 2017 Iterate solutions With tenants. "
        "Jan. 2, 2018 Implement and embed" in html
    )
    assert "Adopted by Lake Lottery Cleveland Third Lottery" in html
    assert "through another city's project" in html
    assert "Built on Lake Lottery Cleveland Fair Lottery Boston" in text_of(page(client, "third/"))


def test_circle_of_adoptions_ends(client, housing):
    lake = Project.objects.get(slug="lake-lottery")
    housing.adopted_from = lake
    housing.save()
    solutions = load_solutions(ANYBODY)
    fair, other = solutions.by_slug["lottery"], solutions.by_slug["lake-lottery"]

    assert solutions.origins_of(fair) == [other]
    assert solutions.descendants_of(fair) == [(1, other)]
    assert page(client, "lottery/")


def test_project_without_anything(client):
    ProjectFactory(slug="bare", name="Bare")
    CityFactory(slug="town")

    html = text_of(page(client, "bare/", city="town"))

    assert "Nobody has described this project yet." in html
    assert "Nobody at its table has been asked what they are good at" in html
    assert "No skill is recorded behind this project" in html
    assert "It stands at “Iterate solutions”. When it came there is not recorded." in html


def test_who_could_do_it_in_a_town(client):
    """G8 for a project whose people hold five skills, in the made-up town.

    By hand: coding is with City Hall and Data Lab; sharing data with Data Lab alone; raising funds
    only with Big Fund, which works with Data Lab; design is being learned by Code Club and held by
    nobody; nobody was asked about communicating data.
    """
    town = make_town()
    maker = ActorFactory(name="Maker")
    skills = [
        "fundraising",
        "data-collection-sharing",
        "data-communication",
        "coding",
        "user-centered-design",
    ]
    for competency in skills:
        SkillStatementFactory(actor=maker, competency=competency)

    found = readiness(town, skills, ANYBODY)

    assert [
        (one.competency, one.state, [h.slug for h in one.holders], one.reach, [*map(str, one.path)])
        for one in found.skills
    ] == [
        ("fundraising", "absent", [], "one_introduction", ["Data Lab", "Big Fund"]),
        ("data-collection-sharing", "single", ["lab"], "in_the_room", []),
        ("data-communication", "unknown", [], "elsewhere", []),
        ("coding", "covered", ["hall", "lab"], "in_the_room", []),
        ("user-centered-design", "thin", [], "elsewhere", []),
    ]
    assert found.sentence == (
        "Town is known to have 2 of the 5 skills behind it. "
        "Others on its map can help with fundraising. "
        "Nobody on its map is known to have communicating data and user-centered design."
    )


def test_page_shows_who_could_do_it(client, housing):
    make_town()

    html = text_of(page(client, "lottery/", city="town"))

    assert "Town is known to have 1 of the 2 skills behind it." in html
    assert (
        "One introduction away D Data Lab already works with them F Big Fund has the skill" in html
    )
    assert "Coding 2 covered City Hall , Data Lab" in html


def test_same_city_is_not_offered_but_an_empty_one_answers(client, housing):
    CityFactory(slug="empty", name="Empty")

    html = page(client, "lottery/", city="empty")

    assert re.findall(r'<option value="([\w-]+)"', html) == ["cleveland", "empty"]
    assert text_of(html).count("Not known: ask first who can do it.") == 2


# ── Cost ─────────────────────────────────────────────────────────────────────────────────────────


def _queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "address",
    [
        "/solutions/",
        "/solutions/?skill=coding&city=town&q=project&adopted=from&code=yes",
        "/solutions/first/",
        "/solutions/first/?city=town",
    ],
)
def test_queries_do_not_grow_with_cities(client, address):
    town = make_town()
    table = make_table(town)
    first = ProjectFactory(collaborative=table, slug="first", name="First project")
    CityFactory()
    few = _queries(client, address)

    for city in CityFactory.create_batch(38):
        actor = ActorFactory(city=city)
        SkillStatementFactory(actor=actor, competency="coding")
        other = CollaborativeFactory(city=city, members=[actor, *town.actors.all()])
        ProjectFactory(
            collaborative=other,
            adopted_from=first,
            code_url="https://example.org/code",
            sources=[SourceFactory()],
        )

    assert _queries(client, address) == few
