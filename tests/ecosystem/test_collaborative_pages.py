import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from collaboratives.models import Contribution
from ecosystem.ledger import dollars, worth_of
from tests.ecosystem.reading import text_of
from tests.factories import (
    DAY,
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    ContributionFactory,
    CriterionFactory,
    EngagementFactory,
    IssueFactory,
    MembershipFactory,
    ProjectFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston", map_date=DAY)


@pytest.fixture
def table(city):
    """A collaborative without members."""
    return CollaborativeFactory(city=city, slug="jobs", name="Youth Jobs")


def page_of(client, collaborative):
    return client.get(reverse("collaborative", args=[collaborative.city.slug, collaborative.slug]))


# ── All of a city ────────────────────────────────────────────────────────────────────────────────


def test_list_counts_members_and_projects(client, city, table):
    shared = ActorFactory(city=city)
    MembershipFactory(collaborative=table, actor=shared)
    MembershipFactory(collaborative=table, until=date(2017, 1, 1))
    MembershipFactory(collaborative=table, actor=ActorFactory(city=city, proposed=True))
    ProjectFactory.create_batch(2, collaborative=table)
    CollaborativeFactory(
        city=city, name="Archive", members=[shared, ActorFactory(national=True)], started_year=2015
    )
    CollaborativeFactory(members=[shared])

    response = client.get(reverse("collaborative_list", args=["boston"]))

    assert [
        (row["collaborative"].name, row["member_count"], row["project_count"])
        for row in response.context["rows"]
    ] == [("Archive", 2, 0), ("Youth Jobs", 1, 2)]
    assert response.context["lede"] == (
        "2 collaboratives bring organizations in Boston to one table; members in all: 2."
    )
    assert "2 members · 0 projects · since 2015 · Active" in text_of(response)


def test_list_without_collaboratives_says_so(client, city):
    response = client.get(reverse("collaborative_list", args=["boston"]))

    assert response.context["lede"] == "No collaborative is recorded in Boston yet."
    assert "A collaborative is a table where several organizations work" in text_of(response)


@pytest.mark.parametrize("count", [2, 40])
def test_list_queries_do_not_grow(client, city, django_assert_num_queries, count):
    members = ActorFactory.create_batch(2, city=city)
    for _number in range(count):
        ProjectFactory(
            collaborative=CollaborativeFactory(city=city, issue=IssueFactory(), members=members)
        )

    with django_assert_num_queries(4):
        client.get(reverse("collaborative_list", args=["boston"]))


# ── One of them ──────────────────────────────────────────────────────────────────────────────────


def test_collaborative_has_a_page_in_its_city_only(client, table):
    elsewhere = CityFactory(slug="seattle")
    private = CollaborativeFactory(city=CityFactory(private=True))

    assert page_of(client, table).status_code == 200
    address = reverse("collaborative", args=[elsewhere.slug, table.slug])
    assert client.get(address).status_code == 404
    assert page_of(client, private).status_code == 404
    client.force_login(CityRoleFactory(city=private.city).user)
    assert page_of(client, private).status_code == 200


def test_table_shows_current_visible_members_with_their_part(client, city, table):
    own = ActorFactory(city=city, name="Own")
    national = ActorFactory(national=True, name="National")
    MembershipFactory(collaborative=table, actor=own, function="Lead & host")
    MembershipFactory(collaborative=table, actor=national)
    for name, actor, more in [
        ("Left", {"city": city}, {"until": date(2017, 1, 1)}),
        ("Coming", {"city": city}, {"since": date(2019, 1, 1)}),
        ("Proposed", {"city": city, "proposed": True}, {}),
        ("Private", {"city": CityFactory(private=True)}, {}),
    ]:
        MembershipFactory(
            collaborative=table, actor=ActorFactory(name=f"{name} member", **actor), **more
        )

    response = page_of(client, table)

    text = text_of(response)
    assert [(row["actor"].name, row["place"].function) for row in response.context["members"]] == [
        ("National", ""),
        ("Own", "Lead & host"),
    ]
    assert response.context["base"] == 2
    assert "Lead &amp; host" in text
    assert re.findall(r"\w+ member\b", text) == []
    assert response.context["lede"].startswith("2 organizations sit at this table. 0 of 12 skills")


def test_gaps_are_those_of_the_table(client, city, table):
    data = ActorFactory(city=city, name="Data lab", sector="data_intermediary")
    coder = ActorFactory(city=city, name="Coder", sector="civic_technologist")
    MembershipFactory(collaborative=table, actor=data)
    SkillStatementFactory(actor=data, competency="fundraising")
    SkillStatementFactory(actor=coder, competency="coding")
    RelationshipFactory(city=city, source=data, target=coder)

    response = page_of(client, table)

    text = text_of(response)
    assert [str(finding.sentence) for finding in response.context["missing"]] == [
        "Nobody from the civic technologist sector is at the table.",
        "Nobody from the local government sector is at the table.",
        "Nobody from the residents & community sector is at the table.",
        "Nobody from the philanthropy sector is at the table.",
    ]
    reach = {row.slug: row.reach for row in response.context["reach_rows"]}
    assert reach["coding"] == "one_introduction"
    assert "fundraising" not in reach
    assert "Who is missing from the table" in text


def test_table_without_members_says_so(client, table):
    text = text_of(page_of(client, table))

    assert "Nobody is at this table yet." in text
    assert "Nobody is recorded at this table yet." in text
    assert "Who is missing from the table" not in text


def test_projects_and_engagements_stand_at_their_steps(client, table):
    ProjectFactory(collaborative=table, name="B", step="iterate", url="https://b.example/")
    ProjectFactory(collaborative=table, name="A", step="iterate", url="javascript:alert(1)")
    ProjectFactory(collaborative=table, name="C", step="learn")
    for what, level, count in [("Poll", "consult", 1200), ("Vote", "empower", None)]:
        EngagementFactory(
            collaborative=table, what=what, step="define", level=level, participant_count=count
        )

    response = page_of(client, table)

    text = text_of(response)
    assert [
        (str(step["label"]), [row["project"].name for row in step["projects"]])
        for step in response.context["steps"]
    ] == [
        ("Identify an issue", []),
        ("Define the problem", []),
        ("Iterate solutions", ["A", "B"]),
        ("Implement and embed", []),
        ("Learn and repeat", ["C"]),
    ]
    assert [
        [row["engagement"].what for row in step["rows"]]
        for step in response.context["engagement_steps"]
    ] == [[], ["Vote", "Poll"], [], [], []]
    assert "Asked Poll 1,200 people took part." in text
    assert "Decided Vote How many took part is not recorded." in text
    assert text.count("Nothing recorded") == 3 + 4
    assert "javascript:" not in response.content.decode()


def test_purpose_criteria_and_sources_are_told(client, city):
    table = CollaborativeFactory(
        city=city,
        purpose="Jobs for the young",
        issue=IssueFactory(name="Youth employment", slug="youth"),
        started_year=2014,
        backbone=ActorFactory(city=city, name="MAPC"),
        sources=[
            SourceFactory(citation="https://www.example.org/a", title="The report"),
            SourceFactory(citation="Secret interview", is_public=False, city=city),
        ],
    )
    CriterionFactory(collaborative=table, text="Affordable", position=2)
    CriterionFactory(collaborative=table, text="Wanted", position=1)

    response = page_of(client, table)

    text = text_of(response)
    assert [one["text"] for one in response.context["criteria"]] == ["Wanted", "Affordable"]
    for words in ("Jobs for the young", "Youth employment", "Since 2014", "MAPC", "The report"):
        assert words in text
    assert 'href="/cities/boston/actors/?issue=youth"' in response.content.decode()
    assert "Secret interview" not in text


def test_hidden_backbone_and_givers_are_absent(client, city):
    private = CityFactory(private=True)
    table = CollaborativeFactory(city=city, backbone=ActorFactory(city=private, name="Secret hub"))
    ContributionFactory(
        collaborative=table,
        giver=ActorFactory(city=private, name="Secret giver"),
        amount=5,
        description="Secret gift",
    )
    ContributionFactory(collaborative=table, giver=None, giver_name="A donor", amount=7)

    response = page_of(client, table)

    text = text_of(response)
    assert "Secret" not in text
    assert response.context["ledger"].total == Decimal(7)


# ── The ledger ───────────────────────────────────────────────────────────────────────────────────


def test_ledger_never_adds_a_part_to_its_whole(client, table):
    whole = ContributionFactory(collaborative=table, amount=245000)
    ContributionFactory(collaborative=table, amount=60000, counted_in=whole)
    ContributionFactory(collaborative=table, hours=100, hourly_rate="12.50")
    ContributionFactory(collaborative=table, hours=40)

    response = page_of(client, table)

    text = text_of(response)
    ledger = response.context["ledger"]
    assert [row["worth"] for row in ledger.rows] == ["$245,000", "$60,000", "$1,250", ""]
    assert ledger.total == Decimal(246250)
    assert ledger.sentence == "4 entries; the 2 with an amount add up to at most $246,250."
    assert "already counted in another entry" in text
    assert "Entries may overlap" in text


def test_ledger_counts_a_line_by_itself_when_its_whole_is_hidden(client, table):
    secret = ActorFactory(city=CityFactory(private=True), name="Secret giver")
    whole = ContributionFactory(collaborative=table, giver=secret, amount=245000)
    ContributionFactory(collaborative=table, amount=60000, counted_in=whole)

    response = page_of(client, table)

    assert response.context["ledger"].sentence == "1 entry, worth $60,000."
    assert "already counted" not in text_of(response)


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        ([None], "1 entry; no amount is known."),
        ([None, None], "2 entries; no amount is known."),
        ([500], "1 entry, worth $500."),
        ([0, None], "2 entries; one of them has an amount, $0."),
    ],
)
def test_ledger_says_what_is_known(client, table, amounts, sentence):
    for amount in amounts:
        ContributionFactory(collaborative=table, amount=amount)

    response = page_of(client, table)

    assert response.context["ledger"].sentence == sentence
    assert "Entries may overlap" not in text_of(response)


@pytest.mark.parametrize(
    ("line", "worth"),
    [
        ({"amount": Decimal(0)}, Decimal(0)),
        ({"amount": Decimal(5), "hours": Decimal(9), "hourly_rate": Decimal(9)}, Decimal(5)),
        ({"hours": Decimal(2), "hourly_rate": Decimal("1.25")}, Decimal("2.50")),
        ({"hours": Decimal(2)}, None),
        ({"hourly_rate": Decimal(2)}, None),
        ({}, None),
    ],
)
def test_worth_is_amount_or_hours_times_rate(line, worth):
    assert worth_of(Contribution(**line)) == worth


@pytest.mark.parametrize(
    ("amount", "said"),
    [("200000.00", "$200,000"), ("1.5", "$1.50"), ("0", "$0"), ("9.996", "$10.00")],
)
def test_dollars_show_cents_only_where_there_are_some(amount, said):
    assert dollars(Decimal(amount)) == said


# ── Robustness ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "شبكة المدينة", "🏙️ %(count)s & “co”", "x" * 300]
)
def test_names_are_written_as_text(client, city, name):
    table = CollaborativeFactory(
        city=city, name=name, purpose=name, members=[ActorFactory(city=city, name=name)]
    )
    ProjectFactory(collaborative=table, name=name)
    EngagementFactory(collaborative=table, what=name)
    ContributionFactory(collaborative=table, giver=None, giver_name=name)

    page = page_of(client, table)
    listing = client.get(reverse("collaborative_list", args=["boston"]))

    assert page.status_code == listing.status_code == 200
    assert "<script>alert" not in page.content.decode() + listing.content.decode()


@pytest.mark.parametrize("count", [2, 40])
def test_collaborative_queries_do_not_grow(client, city, django_assert_num_queries, count):
    source = SourceFactory()
    table = CollaborativeFactory(city=city, sources=[source])
    for _number in range(count):
        member = ActorFactory(city=city)
        MembershipFactory(collaborative=table, actor=member, sources=[source])
        ContributionFactory(collaborative=table, giver=member, sources=[source])
    for factory in (ProjectFactory, EngagementFactory, CriterionFactory):
        factory.create_batch(count, collaborative=table, sources=[source])

    with django_assert_num_queries(56):  # of the first reader after an edit
        page_of(client, table)
    with django_assert_num_queries(3):
        page_of(client, table)
