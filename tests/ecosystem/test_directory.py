from datetime import date
from urllib.parse import parse_qs, urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from actors.filters import ActorFilter, folded
from actors.models import Actor
from ecosystem.selectors.maps import load_ecosystem
from tests.factories import (
    DAY,
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    MembershipFactory,
    OtherNameFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston", map_date=DAY)


def listed(client, city, query=""):
    return client.get(reverse("actor_list", args=[city.slug]) + query).context


def names(context):
    return [row["actor"].name for row in context["rows"]]


# ── Who is listed ────────────────────────────────────────────────────────────────────────────────


def test_directory_lists_own_actors_and_visitors_with_their_home(client, city):
    own = ActorFactory(city=city, name="Own")
    seattle = CityFactory(name="Seattle")
    national = ActorFactory(national=True, name="National")
    visitor = ActorFactory(city=seattle, name="Visitor")
    for other in (national, visitor):
        RelationshipFactory(city=city, source=other, target=own)
    ActorFactory(city=seattle, name="Not here")

    context = listed(client, city)

    assert [(row["actor"].name, row["place"], row["url"]) for row in context["rows"]] == [
        ("National", "Works here, national", f"/cities/boston/actors/{national.slug}/"),
        ("Own", "", f"/cities/boston/actors/{own.slug}/"),
        ("Visitor", "Works here, based in Seattle", f"/cities/boston/actors/{visitor.slug}/"),
    ]
    assert context["lede"] == (
        "3 organizations are on the map of Boston: 1 at home here, and 2 that work here from "
        "elsewhere."
    )
    assert context["result"] == "3 organizations"


def hidden_actors(city):
    """Everyone who must not be listed, each with a name that says why."""
    own = ActorFactory(city=city, name="Own")
    private = CityFactory(private=True)
    ActorFactory(city=city, proposed=True, name="Proposed")
    ActorFactory(city=city, archived=True, name="Archived")
    for name, other, tie in [
        ("Private city", {"city": private}, {}),
        ("Ended tie", {"national": True}, {"ended_on": date(2018, 1, 1)}),
        ("Coming tie", {"national": True}, {"started_on": date(2019, 1, 1)}),
        ("Wished-for tie", {"national": True}, {"wished": True}),
    ]:
        RelationshipFactory(city=city, source=own, target=ActorFactory(name=name, **other), **tie)
    by_hidden = ActorFactory(national=True, name="Known to a proposed actor alone")
    proposed = Actor.objects.get(name="Proposed")
    RelationshipFactory(city=city, source=proposed, target=by_hidden)


@pytest.mark.parametrize("who", ["anonymous", "convener elsewhere"])
def test_directory_hides_what_the_visitor_may_not_see(client, city, who):
    hidden_actors(city)
    if who != "anonymous":
        client.force_login(CityRoleFactory().user)

    response = client.get(reverse("actor_list", args=["boston"]))

    assert names(response.context) == ["Own"]
    for word in ("Proposed", "Archived", "Private city", "tie", "proposed actor"):
        assert f">{word}" not in response.content.decode()


def test_directory_of_a_private_city_is_absent(client):
    private = CityFactory(private=True)

    assert client.get(reverse("actor_list", args=[private.slug])).status_code == 404

    client.force_login(CityRoleFactory().user)
    assert client.get(reverse("actor_list", args=[private.slug])).status_code == 404

    client.force_login(CityRoleFactory(city=private).user)
    assert client.get(reverse("actor_list", args=[private.slug])).status_code == 200


def test_directory_shows_the_same_actors_and_ties_as_the_figures(client, city):
    hidden_actors(city)
    own = Actor.objects.get(name="Own")
    for other in ActorFactory.create_batch(3, national=True):
        RelationshipFactory(city=city, source=other, target=own)
        RelationshipFactory(city=city, source=own, target=other, kind="advises")
    RelationshipFactory(city=city, source=own, target=own, kind="hosts")

    context = listed(client, city)

    data = load_ecosystem(city, user=AnonymousUser())
    assert {row["actor"].pk for row in context["rows"]} == {actor.id for actor in data.actors}
    assert [row["partner_count"] for row in context["rows"] if row["actor"] == own] == [3]


# ── Filters one by one ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def filled(city):
    """Five actors that every filter tells apart."""
    housing, jobs = IssueFactory(slug="housing"), IssueFactory(slug="jobs", name="Zobs")
    hall = ActorFactory(
        city=city, name="City Hall", sector="government", roles=("local_government", "backbone")
    )
    lab = ActorFactory(
        city=city, name="Ágora Lab", sector="academia", roles=("data_specialist",), issues=[jobs]
    )
    guild = ActorFactory(
        city=city,
        name="Guild",
        sector="residents_community",
        description="Écoles and HOMES for everybody",
    )
    fund = ActorFactory(national=True, name="Fund", sector="philanthropy")
    alone = ActorFactory(city=city, name="Zed", sector="media")
    OtherNameFactory(actor=alone, name="Фонд Straße")
    SkillStatementFactory(actor=hall, competency="coding", level=3)
    SkillStatementFactory(actor=lab, competency="coding", level=1)
    SkillStatementFactory(actor=guild, competency="coding", level=0)
    SkillStatementFactory(actor=guild, competency="fundraising", level=2)
    RelationshipFactory(city=city, source=fund, target=hall, kind="funds")
    RelationshipFactory(city=city, source=hall, target=lab, kind="advises")
    RelationshipFactory(city=city, source=lab, target=guild, kind="hosts", wished=True)
    RelationshipFactory(city=city, source=alone, target=alone, kind="hosts")
    RelationshipFactory(source=guild, target=lab, kind="trains")  # in another city
    CollaborativeFactory(city=city, issue=housing, members=[guild, fund])
    MembershipFactory(
        collaborative=CollaborativeFactory(city=city, issue=housing),
        actor=alone,
        until=date(2017, 1, 1),
    )
    return city


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?sector=government", ["City Hall"]),
        ("?sector=government&sector=academia", ["Ágora Lab", "City Hall"]),
        ("?role=backbone", ["City Hall"]),
        ("?role=backbone&role=data_specialist", ["Ágora Lab", "City Hall"]),
        ("?competency=coding", ["City Hall"]),
        ("?competency=coding&level=holder", ["City Hall"]),
        ("?competency=coding&level=learner", ["Ágora Lab"]),
        ("?competency=coding&competency=fundraising", ["City Hall", "Guild"]),
        ("?level=learner", ["Ágora Lab", "City Hall", "Fund", "Guild", "Zed"]),
        ("?tie=funds", ["City Hall", "Fund"]),
        ("?tie=funds&tie=advises", ["Ágora Lab", "City Hall", "Fund"]),
        ("?tie=hosts", []),  # wished for, and with itself
        ("?tie=trains", []),  # in another city
        ("?issue=housing", ["Fund", "Guild"]),
        ("?issue=jobs", ["Ágora Lab"]),
        ("?issue=housing&issue=jobs", ["Ágora Lab", "Fund", "Guild"]),
        ("?q=agora", ["Ágora Lab"]),
        ("?q=ÁGORA%20lab", ["Ágora Lab"]),
        ("?q=hall+city", ["City Hall"]),
        ("?q=ecoles+homes", ["Guild"]),
        ("?q=ФОНД+strasse", ["Zed"]),
        ("?q=zed+фонд", ["Zed"]),
        ("?q=100%25_", []),
        ("?q=%00guild", ["Guild"]),
        ("?q=++", ["Ágora Lab", "City Hall", "Fund", "Guild", "Zed"]),
        ("?q=lab&sector=academia&competency=coding&level=learner&tie=advises", ["Ágora Lab"]),
        ("?sector=academia&competency=coding", []),
        ("?issue=housing&tie=funds&sector=philanthropy", ["Fund"]),
    ],
)
def test_filter_finds(client, filled, query, found):
    assert names(listed(client, filled, query)) == found


@pytest.mark.parametrize(
    ("query", "name", "value", "count"),
    [
        ("", "sector", "government", 1),
        ("", "role", "backbone", 1),
        ("", "competency", "coding", 1),
        ("?level=learner", "competency", "coding", 1),
        ("?level=learner", "competency", "fundraising", 0),
        ("", "tie", "funds", 2),
        ("", "tie", "hosts", 0),
        ("", "issue", "housing", 2),
        ("?sector=government", "sector", "academia", 1),  # its own group does not narrow it
        ("?sector=government", "tie", "advises", 1),
        ("?sector=government&q=lab", "tie", "advises", 0),
        ("?sector=government&q=lab", "sector", "academia", 1),
    ],
)
def test_count_beside_a_choice_says_how_many_it_would_list(
    client, filled, query, name, value, count
):
    context = listed(client, filled, query)

    counts = {
        (group["name"], option["value"]): option["count"]
        for group in context["groups"]
        for option in group["options"]
    }
    assert counts[name, value] == count
    others = [
        (other, one) for other, ones in parse_qs(query[1:]).items() if other != name for one in ones
    ]
    assert len(names(listed(client, filled, "?" + urlencode([*others, (name, value)])))) == count


def test_filter_for_the_api_needs_no_city():
    learner = ActorFactory(name="Learner")
    SkillStatementFactory(actor=learner, competency="coding", level=1)
    RelationshipFactory(source=learner, kind="hosts", ended_on=date(2000, 1, 1))
    host = RelationshipFactory(kind="hosts").source
    everyone = Actor.objects.all()

    learning = ActorFilter({"competency": ["coding"], "level": "learner"}, everyone)
    hosting = ActorFilter({"tie": ["hosts"], "q": host.name}, everyone)

    assert list(learning.qs) == [learner]
    assert host in hosting.qs
    assert learner not in hosting.qs
    assert not ActorFilter({"sector": ["no-such"]}, everyone).is_valid()


@pytest.mark.parametrize(
    ("text", "same"), [("ÉCOLE", "ecole"), ("Straße", "strasse"), ("Ａ", "a"), ("São", "SAO")]
)
def test_folded_texts_compare_without_case_and_accents(text, same):
    assert folded(text) == folded(same)


# ── The page around the list ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("?level=learner", ["How well: “Is learning it”"]),
        ("?level=learner&competency=coding", []),
        ("?level=holder", []),
    ],
)
def test_level_without_a_skill_is_named_as_left_out(client, filled, query, ignored):
    response = client.get(reverse("actor_list", args=["boston"]) + query)

    assert response.context["ignored"] == ignored


def test_unknown_values_are_left_out_and_named(client, filled):
    response = client.get(
        reverse("actor_list", args=["boston"]),
        {
            "sector": ["government", "<b>bogus</b>"],
            "level": "nope",
            "issue": "none",
            "sort": "size",
            "page": "x",
        },
    )

    assert names(response.context) == ["City Hall"]
    assert response.context["ignored"] == [
        "Sector: “<b>bogus</b>”",
        "How well: “nope”",
        "Issue: “none”",
        "Sort by: “size”",
    ]
    assert "&lt;b&gt;bogus" in response.content.decode()
    assert "<b>bogus" not in response.content.decode()


def test_chips_take_one_choice_away_each(client, filled):
    query = "?q=a&sector=academia&sector=government&competency=coding&level=learner&sort=ties"

    context = listed(client, filled, query)

    assert [(chip["label"], chip["url"]) for chip in context["chips"]] == [
        (
            "Name or what it does: “a”",
            "?sector=academia&sector=government&competency=coding&level=learner&sort=ties",
        ),
        ("Sector: Academia", "?q=a&sector=government&competency=coding&level=learner&sort=ties"),
        (
            "Sector: Local government",
            "?q=a&sector=academia&competency=coding&level=learner&sort=ties",
        ),
        ("Skill: Coding (learning)", "?q=a&sector=academia&sector=government&sort=ties"),
    ]
    assert context["clear_url"] == "?sort=ties"
    assert context["result"] == "1 of 5 organizations matches"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["Ágora Lab", "City Hall", "Fund", "Guild", "Zed"]),
        ("?sort=sector", ["City Hall", "Fund", "Guild", "Ágora Lab", "Zed"]),
        ("?sort=ties", ["City Hall", "Ágora Lab", "Fund", "Guild", "Zed"]),
    ],
)
def test_directory_is_sorted(client, filled, sort, order):
    assert names(listed(client, filled, sort)) == order


def test_directory_shows_fifty_to_a_page_and_keeps_the_filters(client, city):
    ActorFactory.create_batch(51, city=city)
    ActorFactory(city=city, sector="media")

    first = client.get(reverse("actor_list", args=["boston"]), {"sector": "government"})
    last = listed(client, city, "?sector=government&page=99")

    assert (len(first.context["rows"]), len(last["rows"])) == (50, 1)
    assert first.context["result"] == "51 of 52 organizations match"
    assert '"?sector=government&amp;page=2"' in first.content.decode()


def test_nothing_found_says_what_to_try(client, filled):
    page = client.get(reverse("actor_list", args=["boston"]), {"q": "nobody"}).content.decode()

    assert "No organization matches everything you chose." in page
    assert "Take away a choice above" in page


def test_empty_map_says_so(client, city):
    response = client.get(reverse("actor_list", args=["boston"]))

    assert response.context["lede"] == "Nobody has been added to the map of Boston yet."
    assert "Nobody has been added to this map yet." in response.content.decode()


def test_directory_is_marked_in_the_navigation(client, city):
    page = client.get(reverse("actor_list", args=["boston"])).content.decode()

    assert '<a href="/cities/boston/actors/" aria-current="page">' in page


def test_names_are_written_as_text(client, city):
    hostile = ["<script>alert(1)</script>", "شبكة المدينة", "🏙️ & “co”", "x" * 300]
    for name in hostile:
        ActorFactory(city=city, name=name, description=name)

    response = client.get(reverse("actor_list", args=["boston"]))

    page = response.content.decode()
    assert sorted(names(response.context)) == sorted(hostile)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    for name in hostile[1:2] + hostile[3:]:
        assert f"<bdi>{name}</bdi>" in page


@pytest.mark.parametrize("count", [2, 40])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 7),
        ("?sort=ties&page=1", 7),
        (
            "?sector=government&competency=coding&tie=shares_data&issue=housing&role=backbone&q=a",
            14,
        ),
    ],
)
def test_directory_queries_do_not_grow(
    client, city, django_assert_num_queries, count, query, queries
):
    issue = IssueFactory(slug="housing")
    actors = ActorFactory.create_batch(
        count, city=city, with_statements=2, issues=[issue], roles=("backbone",)
    )
    CollaborativeFactory(city=city, issue=issue, members=actors)
    for other in ActorFactory.create_batch(count, national=True, roles=("backbone",)):
        RelationshipFactory(city=city, source=actors[0], target=other)
        OtherNameFactory(actor=other)

    with django_assert_num_queries(queries):
        client.get(reverse("actor_list", args=["boston"]) + query)
