import re
from datetime import date

import pytest
from django.urls import reverse

from actors.framework import Competency
from actors.models import Actor
from ecosystem.profiles import SourceLink, source_links, web_address
from tests.ecosystem.reading import text_of
from tests.factories import (
    DAY,
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    ContactFactory,
    ContributionFactory,
    IssueFactory,
    MembershipFactory,
    OfferFactory,
    OtherNameFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston", map_date=DAY)


@pytest.fixture
def actor(city):
    return ActorFactory(city=city, slug="mapc", name="MAPC")


def page_of(client, actor, city=None):
    """The page of an actor in a city, its home without one."""
    return client.get(reverse("actor", args=[(city or actor.city).slug, actor.slug]))


def tie_table(groups):
    return [(group.label, [line.other.name for line in group.lines]) for group in groups]


# ── Which page an address leads to ───────────────────────────────────────────────────────────────


def test_actor_has_a_page_at_home_and_where_it_visits_only(client, actor, city):
    seattle, third = CityFactory(slug="seattle"), CityFactory(slug="third")
    RelationshipFactory(city=seattle, source=actor)
    RelationshipFactory(city=third, source=actor, wished=True)

    statuses = {
        where.slug: page_of(client, actor, where).status_code for where in (city, seattle, third)
    }

    assert statuses == {"boston": 200, "seattle": 200, "third": 404}


@pytest.mark.parametrize("hidden", ["proposed", "archived", "private", "unknown"])
@pytest.mark.parametrize("who", ["anonymous", "convener elsewhere", "convener"])
def test_hidden_actor_is_absent_for_all_but_its_convener(client, city, hidden, who):
    home = CityFactory(private=True) if hidden == "private" else city
    traits = {hidden: True} if hidden in ("proposed", "archived") else {}
    actor = ActorFactory(city=home, slug="x", **traits)
    if hidden == "unknown":
        Actor.objects.all().delete()
    if who != "anonymous":
        client.force_login(CityRoleFactory(**{"city": home} if who == "convener" else {}).user)

    response = page_of(client, actor)

    may_see = who == "convener" and hidden != "unknown"
    assert response.status_code == (200 if may_see else 404)
    if may_see and hidden != "private":
        assert "only people who look after it see this page" in text_of(response)


def test_merged_actor_leads_to_the_one_that_took_over(client, actor, city):
    middle = ActorFactory(city=city, slug="middle", archived=True, merged_into=actor)
    ActorFactory(city=city, slug="old", archived=True, merged_into=middle)

    for address in ("/cities/boston/actors/old/", "/actors/old/", "/actors/middle/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, "/cities/boston/actors/mapc/")


def test_merged_actor_leads_nowhere_that_is_hidden(client, city):
    private = CityFactory(private=True)
    secret = ActorFactory(city=private)
    ActorFactory(city=city, slug="old", archived=True, merged_into=secret)
    ActorFactory(
        city=private, slug="secret-old", archived=True, merged_into=ActorFactory(city=city)
    )
    ring = ActorFactory(city=city, slug="ring", archived=True)
    ring.merged_into = ActorFactory(city=city, archived=True, merged_into=ring)
    ring.save()

    for slug in ("old", "secret-old", "ring"):
        assert client.get(f"/cities/boston/actors/{slug}/").status_code == 404
        assert client.get(f"/actors/{slug}/").status_code == 404


def test_national_address_of_a_local_actor_leads_home(client, actor):
    response = client.get("/actors/mapc/")

    assert (response.status_code, response["Location"]) == (302, "/cities/boston/actors/mapc/")


def test_national_actor_shows_the_visible_cities_it_works_in(client, city):
    fund = ActorFactory(national=True, slug="fund")
    private = CityFactory(private=True, name="Hidden City")
    here = RelationshipFactory(city=city, source=fund, kind="funds")
    peer = ActorFactory(national=True, name="Peer")
    RelationshipFactory(city=None, source=fund, target=peer, kind="convenes")
    RelationshipFactory(city=private, source=fund, target=ActorFactory(city=private))
    RelationshipFactory(city=private, source=fund, target=peer)
    RelationshipFactory(city=CityFactory(name="Past"), source=fund, ended_on=date(2001, 1, 1))
    RelationshipFactory(city=CityFactory(name="Wish"), source=fund, wished=True)

    response = client.get("/actors/fund/")

    assert [
        (place["city"], place["url"], tie_table(place["groups"]))
        for place in response.context["places"]
    ] == [
        (None, "", [("Convenes", ["Peer"])]),
        (city, "/cities/boston/actors/fund/", [("Funds", [here.target.name])]),
    ]
    assert response.context["lede"].startswith("It works in Boston.")
    assert response.context["as_of"] == DAY
    assert "Hidden City" not in text_of(response)


# ── What it shows ────────────────────────────────────────────────────────────────────────────────


def test_ties_are_read_in_their_direction(client, actor, city):
    def tie(kind, *, outgoing, name, **more):
        ends = {"source": actor} if outgoing else {"target": actor}
        other = ActorFactory(city=more.pop("home", city), name=name)
        ends["target" if outgoing else "source"] = other
        RelationshipFactory(city=more.pop("at", city), kind=kind, **ends, **more)

    tie("funds", outgoing=True, name="Grantee", since_year=2017)
    tie("funds", outgoing=False, name="Funder")
    tie("delivers_project_with", outgoing=True, name="B partner")
    tie("delivers_project_with", outgoing=False, name="A partner")
    tie("member_of", outgoing=False, name="Member")
    tie("advises", outgoing=True, name="Wished", wished=True)
    tie("advises", outgoing=True, name="Earlier", ended_on=date(2017, 1, 1))
    tie("advises", outgoing=True, name="Later", started_on=date(2019, 1, 1))
    tie("hosts", outgoing=True, name="Abroad", at=CityFactory(name="Seattle"))
    RelationshipFactory(city=city, source=actor, target=actor, kind="hosts")

    response = page_of(client, actor)

    ties = response.context["ties"]
    assert tie_table(ties.here) == [
        ("Funds", ["Grantee"]),
        ("Funded by", ["Funder"]),
        ("Delivers a project with", ["A partner", "B partner"]),
        ("Has as member", ["Member"]),
    ]
    assert ties.here[0].lines[0].since_year == 2017
    assert tie_table(ties.wished) == [("Advises", ["Wished"])]
    assert tie_table(ties.elsewhere) == [("Hosts", ["Abroad"])]
    assert tie_table(ties.earlier) == [("Advises", ["Earlier"])]
    assert "Local government · 2017" in text_of(response)
    assert "2,017" not in text_of(response)


def test_skills_say_level_freshness_and_what_nobody_asked(client, actor):
    for competency, level, day in [
        ("coding", 3, date(2017, 6, 30)),
        ("fundraising", 2, date(2016, 6, 30)),
        ("data-communication", 1, date(2016, 6, 29)),
        ("issue-knowledge", 0, None),
        ("community-organizing", None, None),
    ]:
        SkillStatementFactory(actor=actor, competency=competency, level=level, confirmed_on=day)

    response = page_of(client, actor)

    assert {
        skill.competency: (skill.state, skill.level, skill.freshness)
        for area in response.context["areas"]
        for skill in area.skills
        if skill.state != "unknown"
    } == {
        "coding": ("strong", "Strong, could teach", "fresh"),
        "fundraising": ("solid", "Solid", "ageing"),
        "data-communication": ("developing", "Learning", "stale"),
        "issue-knowledge": ("none", "Not at all", None),
        "community-organizing": ("declined", "Asked, no answer", None),
    }
    assert [len(area.skills) for area in response.context["areas"]] == [4, 2, 3, 3]
    assert text_of(response).count("Not asked") == 7
    assert response.context["lede"] == (
        "No tie is recorded for it on the map of Boston yet. It can help with Fundraising and "
        "Coding."
    )


def test_position_says_what_would_be_lost(client, actor, city):
    """The hub of a star: two leaves lose their only link, a pair stays linked without it.

    By hand: of 6 pairs of the others 5 pass through it, 5/6; constraint 2·(1/4)² + 2·(1/4 + 1/8)².
    """
    leaves = [ActorFactory(city=city, name=name) for name in ("Leaf A", "Leaf B")]
    pair = ActorFactory.create_batch(2, city=city)
    for other in [*leaves, *pair]:
        RelationshipFactory(city=city, source=actor, target=other)
    RelationshipFactory(city=city, source=pair[0], target=pair[1])
    SkillStatementFactory(actor=actor, competency="coding")
    SkillStatementFactory(actor=actor, competency="fundraising")
    SkillStatementFactory(actor=leaves[0], competency="fundraising")

    response = page_of(client, actor)

    position = response.context["position"]
    assert [str(sentence) for sentence in position.sentences] == [
        "It works with 4 organizations; half of those on the map work with 2 or fewer.",
        "Nobody on the map works with more.",
        "It is one of 3 organizations in the part of the map where everybody works with at least "
        "2 others of that part.",
    ]
    assert [str(loss) for loss in position.losses] == [
        "2 organizations would lose their only link: Leaf A and Leaf B.",
        "The map would fall into 2 more pieces.",
        "Only one organization would be left for fundraising.",
        "No known organization of this city would be left for coding.",
        "Coding would be farther: from “In the room” to “Nobody recorded anywhere”.",
    ]
    assert position.technical == [
        "degree 4",
        "core 2 of 2",
        "betweenness 0.833",
        "constraint 0.41",
        "articulation point",
    ]
    assert "Rests on 5 organizations. As of June 30, 2018." in text_of(response)


def test_position_of_an_actor_without_ties(client, actor):
    position = page_of(client, actor).context["position"]

    assert [str(sentence) for sentence in position.sentences] == [
        "No tie with anyone on this map is recorded. That is a gap in the record, not proof that "
        "it works alone."
    ]
    assert position.technical == ["degree 0", "core 0 of 0", "betweenness 0.000", "isolate"]


def test_profile_tells_what_it_is_and_belongs_to(client, city):
    parent = ActorFactory(city=city, name="City Hall")
    actor = ActorFactory(
        city=city,
        part_of=parent,
        roles=("backbone", "storyteller"),
        website="https://www.example.org/a",
        service_area="Suffolk County",
        description="Plans.\nBuilds.",
        issues=[IssueFactory(name="Housing")],
        sources=[SourceFactory(citation="https://www.news.example/2017/x")],
    )
    ActorFactory(city=city, name="Lab", part_of=actor)
    ActorFactory(city=city, name="Secret unit", part_of=actor, proposed=True)
    OtherNameFactory(actor=actor, name="The Planners")
    collaborative = CollaborativeFactory(city=city, name="Youth Jobs")
    MembershipFactory(collaborative=collaborative, actor=actor, function="Lead")
    ContributionFactory(
        collaborative=collaborative, giver=actor, amount=200000, description="Staff"
    )

    response = page_of(client, actor)

    text = text_of(response)
    for words in (
        "Storyteller",
        "Suffolk County",
        "Housing",
        "City Hall",
        "Lab",
        "The Planners",
        "Youth Jobs Lead",
        "$200,000",
        "news.example",
    ):
        assert words in text
    assert "Secret unit" not in text
    content = response.content.decode()
    assert '<a href="https://www.example.org/a" rel="noopener nofollow">example.org</a>' in content
    assert 'href="https://www.news.example/2017/x" rel="noopener nofollow"' in content


# ── What stays private ───────────────────────────────────────────────────────────────────────────


def private_facts(actor):
    """Everything that only the city's convener may see, each with a word to look for."""
    city = actor.city
    ContactFactory(actor=actor, name="Hidden Person", email="hidden@example.org")
    ContactFactory(actor=actor, name="Open Person", email="open@example.org", public=True)
    private = SourceFactory(citation="Secret interview", is_public=False, city=city)
    actor.sources.add(private)
    partner = ActorFactory(city=city, name="Partner", sources=[private])
    RelationshipFactory(
        city=city,
        source=actor,
        target=partner,
        strength=4,
        source_answer="disputed",
        sources=[private],
    )
    SkillStatementFactory(actor=actor, said_by=UserFactory(name="Typist"), sources=[private])
    for name, other in [
        ("Proposed one", ActorFactory(city=city, name="Proposed one", proposed=True)),
        ("Archived one", ActorFactory(city=city, name="Archived one", archived=True)),
        ("Private one", ActorFactory(city=CityFactory(private=True), name="Private one")),
    ]:
        assert other.name == name
        RelationshipFactory(city=city, source=actor, target=other)
        actor.part_of = other
    actor.save()
    hidden_map = CityFactory(private=True, name="Hidden City")
    RelationshipFactory(city=hidden_map, source=actor, target=partner, description="Hidden tie")
    MembershipFactory(collaborative=CollaborativeFactory(city=hidden_map), actor=actor)


PRIVATE_WORDS = [
    "Hidden Person",
    "hidden@example.org",
    "Secret interview",
    "Fully shared work",
    "not so",
    "Disputed",
    "Typist",
    "Proposed one",
    "Archived one",
    "Private one",
    "Hidden City",
    "Hidden tie",
]


@pytest.mark.parametrize("who", ["anonymous", "convener elsewhere", "viewer"])
def test_profile_keeps_private_things_private(client, actor, who):
    private_facts(actor)
    if who == "convener elsewhere":
        client.force_login(CityRoleFactory().user)
    elif who == "viewer":
        client.force_login(CityRoleFactory(city=actor.city, kind="viewer").user)

    page = page_of(client, actor).content.decode()

    assert [word for word in PRIVATE_WORDS if word in page] == []
    assert "open@example.org" in page
    assert ">Partner<" in page


def test_convener_sees_strength_and_dispute(client, actor):
    private_facts(actor)
    client.force_login(CityRoleFactory(city=actor.city).user)

    text = text_of(page_of(client, actor))

    assert "For conveners only: Strength: Fully shared work" in text
    assert "For conveners only: MAPC says that this is not so" in text
    assert "Secret interview" in text
    assert "Hidden Person" not in text  # people who did not agree are not on pages at all


# ── History ──────────────────────────────────────────────────────────────────────────────────────


def at(day, *records):
    """Put the newest history entry of each record on a day, as if it was written then."""
    for record in records:
        record.history.filter(pk=record.history.latest().pk).update(history_date=f"{day}T12:00Z")


def test_history_says_what_changed_and_when(client, city):
    actor = ActorFactory(city=city, name="Old name", roles=("backbone",), proposed=True)
    at("2020-01-01", actor)
    actor.status, actor.description = "published", "Maps"
    actor.save()
    skill = SkillStatementFactory(actor=actor, competency="coding", level=1, evidence="A course")
    at("2020-01-02", actor, skill)
    actor.name, actor.sector, actor.description = "New name", "media", ""
    actor.roles = ("storyteller",)
    actor.save()
    at("2020-01-03", actor)
    skill.level, skill.evidence = 3, "Teaches"
    skill.save()
    at("2020-01-04", skill)
    actor.history.update(history_user=UserFactory(name="Editor Name"), history_change_reason="Why")
    skill.delete()
    type(skill).history.filter(history_type="-").update(history_date="2020-01-05T12:00Z")

    response = page_of(client, actor)

    assert [(entry.day.day, entry.sentences) for entry in response.context["history"]] == [
        (5, ["Skill taken away: Coding."]),
        (
            4,
            [
                "Coding changed from “Learning” to “Strong, could teach”.",
                "Evidence for Coding changed from “A course” to “Teaches”.",
            ],
        ),
        (
            3,
            [
                "Name changed from “Old name” to “New name”.",
                "Sector changed from “Local government” to “Media”.",
                "What it does taken away; it was “Maps”.",
                "Roles added: Storyteller.",
                "Roles taken away: Backbone.",
            ],
        ),
        (2, ["Added to the map.", "Skill added: Coding (Learning)."]),
    ]
    assert "Editor Name" not in text_of(response)


def test_history_starts_where_the_record_became_public(client, city):
    private = CityFactory(private=True)
    actor = ActorFactory(city=private, name="Cover name")
    at("2020-01-01", actor)
    actor.description = "Private draft"
    actor.save()
    at("2020-01-02", actor)
    actor.city, actor.name, actor.description = city, "Real name", ""
    actor.save()
    at("2020-01-03", actor)
    secret = SourceFactory(citation="Secret interview", is_public=False, city=city)
    actor.sources.add(secret, SourceFactory(citation="Report"))
    at("2020-01-04", actor)

    history = page_of(client, actor).context["history"]

    assert [entry.sentences for entry in history] == [
        ["Sources added: Report."],
        ["Added to the map."],
    ]


@pytest.fixture
def opened(city):
    """An actor's record from the days when its city was closed, opened, closed and opened."""
    type(city).history.all().delete()
    actor = ActorFactory(city=city, name="Working title", description="Secret plan")
    at("2020-01-01", actor)
    steps = [
        ("2020-01-02", "private", "First name"),
        ("2020-01-03", "public", "First name"),
        ("2020-01-04", "partners", "Draft name"),
        ("2020-01-05", "partners", "Second name"),
        ("2020-01-06", "public", "Second name"),
    ]
    for day, visibility, name in steps:
        city.visibility, actor.name, actor.description = visibility, name, ""
        city.save()
        actor.save()
        at(day, city, actor)
    return actor


def test_history_leaves_out_the_times_when_the_city_was_closed(client, opened):
    history = page_of(client, opened).context["history"]

    assert [(entry.day.day, entry.sentences) for entry in history] == [
        (6, ["Name changed from “First name” to “Second name”."]),
        (3, ["Added to the map."]),
    ]


def test_convener_reads_the_whole_history(client, opened, city):
    client.force_login(CityRoleFactory(city=city, kind="convener").user)

    history = page_of(client, opened).context["history"]

    assert [entry.day.day for entry in history] == [5, 4, 2, 1]


def test_history_without_versions_of_the_city_tells_nothing(client, city, actor):
    type(city).history.all().delete()

    assert page_of(client, actor).context["history"] == []


# ── Robustness ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ([3] * 12, "12 of the 12 skills are known."),
        ([0], "1 of the 12 skills is known. Nobody has asked about the others."),
        (
            [2, None, None],
            "1 of the 12 skills is known. 2 were asked about without an answer. "
            "Nobody has asked about the others.",
        ),
        (
            [None] * 12,
            "None of the 12 skills is known. That does not mean that it lacks them. "
            "12 were asked about without an answer.",
        ),
        (
            [None],
            "None of the 12 skills is known. That does not mean that it lacks them. "
            "1 was asked about without an answer. Nobody has asked about the others.",
        ),
        (
            [],
            "None of the 12 skills has been asked about yet. "
            "That does not mean that it lacks them.",
        ),
    ],
)
def test_skills_begin_with_how_many_are_known(client, actor, levels, sentence):
    for competency, level in zip(Competency.values, levels, strict=False):
        SkillStatementFactory(actor=actor, competency=competency, level=level)

    assert f"What it can do {sentence} Management" in text_of(page_of(client, actor))


def test_spanish_page_says_that_what_people_wrote_is_in_english(client, city):
    source = SourceFactory(title="Report", citation="Report")
    actor = ActorFactory(city=city, description="Maps", sources=[source])
    SkillStatementFactory(actor=actor, evidence="Taught")
    tie = RelationshipFactory(city=city, source=actor, description="Trains them")

    response = client.get(actor.get_absolute_url(), headers={"accept-language": "es"})

    main = response.content.decode().partition("<main")[2]
    written = re.findall(r' lang="en">([^<]+)<', main)
    assert set(written) == {"Maps", "Taught", "Trains them", "Report", tie.target.name}
    assert ' lang="en">' not in page_of(client, actor).content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    ("state", "home"),
    [("DC", "Washington, DC"), ("WA", "Washington, DC, WA"), ("", "Washington, DC")],
)
def test_home_says_the_state_once(client, state, home):
    city = CityFactory(slug="dc", name="Washington, DC", state=state)

    assert f"Home {home} " in text_of(page_of(client, ActorFactory(city=city)))
    assert f"<title>{home} · CivicWeave" in client.get(city.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://example.org/x", "https://example.org/x"),
        ("http://example.org", "http://example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org", ""),
        ("000_bb6ef8d9c658cede.txt", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links(address, followed):
    assert web_address(address) == followed


def test_sources_are_named_by_title_site_or_citation():
    sources = [
        SourceFactory(citation="a.txt", title="A report"),
        SourceFactory(citation="https://www.example.org/long/path"),
        SourceFactory(citation="Workshop of 12 May"),
        SourceFactory(citation="b", title="B", url="https://b.example/"),
    ]

    assert source_links(sources) == [
        SourceLink("A report", ""),
        SourceLink("example.org", "https://www.example.org/long/path"),
        SourceLink("Workshop of 12 May", ""),
        SourceLink("B", "https://b.example/"),
    ]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "شبكة المدينة", "🏙️ %(count)s & “co”", "x" * 300]
)
def test_names_are_written_as_text(client, city, name):
    actor = ActorFactory(city=city, name=name, description=name, website="javascript:alert(1)")
    other = ActorFactory(city=city, name=name)
    RelationshipFactory(city=city, source=actor, target=other, description=name)

    page = page_of(client, actor).content.decode()

    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert page.count("<bdi>") >= 2


@pytest.mark.parametrize("count", [2, 40])
def test_profile_queries_do_not_grow(client, city, django_assert_num_queries, count):
    source = SourceFactory()
    actor = ActorFactory(
        city=city, slug="hub", with_statements=min(count, 12), sources=[source], national=False
    )
    for statement in actor.statements.all():
        statement.sources.add(source)
    for other in ActorFactory.create_batch(count, national=True):
        RelationshipFactory(city=city, source=actor, target=other, sources=[source])
        RelationshipFactory(city=None, source=actor, target=other)
        OtherNameFactory(actor=actor)
    collaborative = CollaborativeFactory(city=city)
    MembershipFactory(collaborative=collaborative, actor=actor, sources=[source])
    ContributionFactory.create_batch(
        count, collaborative=collaborative, giver=actor, sources=[source]
    )
    ActorFactory.create_batch(count, city=city, part_of=actor)
    OfferFactory.create_batch(count, actor=actor)

    with django_assert_num_queries(56):  # with what the first reader stores of the gaps
        page_of(client, actor)


@pytest.mark.parametrize("count", [2, 40])
def test_national_profile_queries_do_not_grow(client, django_assert_num_queries, count):
    source = SourceFactory()
    actor = ActorFactory(national=True, slug="fund", sources=[source])
    for _number in range(count):
        RelationshipFactory(source=actor, sources=[source])

    with django_assert_num_queries(18):
        client.get("/actors/fund/")
