"""From rows to analysis values. Expected values are read off the rows that each test makes."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.rules import operator
from ecosystem.analysis import data
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_ecosystem, load_maps, map_day
from ecosystem.services.gaps import run_gaps
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    MembershipFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2018, 6, 30)
ANYBODY = AnonymousUser()


@pytest.fixture
def city():
    return CityFactory(slug="springfield", name="Springfield", map_date=DAY)


def slugs(loaded):
    return [actor.slug for actor in loaded.actors]


def test_map_day_is_the_map_date_else_today(city, time_machine):
    time_machine.move_to("2026-03-01 12:00")

    assert map_day(city) == DAY
    assert map_day(CityFactory(map_date=None)) == date(2026, 3, 1)


def test_load_ecosystem_gives_the_whole_map_as_values(city):
    survey = SourceFactory(citation="Survey 2018")
    census = SourceFactory(citation="population: census", is_informant=False)
    news = SourceFactory(citation="Daily News")
    hall = ActorFactory(city=city, slug="hall", name="City Hall", sources=[survey, census])
    lab = ActorFactory(
        city=city,
        slug="lab",
        name="Data Lab",
        sector="data_intermediary",
        roles=("data_specialist", "backbone"),
        part_of=hall,
    )
    fund = ActorFactory(slug="fund", name="Fund", sector="philanthropy", city=None)
    ActorFactory(slug="elsewhere", city=CityFactory(slug="shelbyville"))
    RelationshipFactory(
        city=city, source=fund, target=lab, kind="funds", carried_by=1, sources=[news]
    )
    SkillStatementFactory(actor=lab, competency="coding", level=3, confirmed_on=DAY)
    SkillStatementFactory(actor=fund, competency="fundraising", level=0)
    SkillStatementFactory(actor=hall, competency="coding", level=None)

    loaded = load_ecosystem(city, user=ANYBODY)

    assert loaded == data.EcosystemData(
        scope=data.Scope(
            "city", "springfield", "Springfield", "springfield", frozenset({hall.pk, lab.pk})
        ),
        actors=(
            data.Actor(
                fund.pk, "fund", "Fund", "philanthropy", informants=frozenset({"Daily News"})
            ),
            data.Actor(
                hall.pk,
                "hall",
                "City Hall",
                "government",
                city="springfield",
                informants=frozenset({"Survey 2018"}),
            ),
            data.Actor(
                lab.pk,
                "lab",
                "Data Lab",
                "data_intermediary",
                frozenset({"data_specialist", "backbone"}),
                "springfield",
                hall.pk,
                frozenset({"Daily News"}),
            ),
        ),
        statements=(
            data.Statement(fund.pk, "fundraising", 0, DAY),
            data.Statement(lab.pk, "coding", 3, DAY),
        ),
        ties=(data.Tie(fund.pk, lab.pk, "funds", carried_by=1),),
        as_of=DAY,
        holders_elsewhere={},
        cities_elsewhere={},
        experience={
            ("data_intermediary", "coding"): data.Experience(holders=1, answered=1),
            ("philanthropy", "fundraising"): data.Experience(holders=0, answered=1),
        },
        declined=frozenset({(hall.pk, "coding")}),
        parents={lab.pk: hall.pk},
    )


def test_visitors_come_with_existing_ties_recorded_here_in_force_that_day(city):
    own = ActorFactory(city=city, slug="own")
    other_city = CityFactory()
    visitors = {
        slug: ActorFactory(slug=slug, city=other_city)
        for slug in ("current", "wished", "ended", "later", "recorded-there")
    }
    RelationshipFactory(city=city, source=own, target=visitors["current"])
    RelationshipFactory(city=city, source=own, target=visitors["wished"], status="wished")
    RelationshipFactory(city=city, source=own, target=visitors["ended"], ended_on=date(2018, 6, 29))
    RelationshipFactory(
        city=city, source=own, target=visitors["later"], started_on=date(2018, 7, 1)
    )
    RelationshipFactory(city=other_city, source=own, target=visitors["recorded-there"])

    assert slugs(load_ecosystem(city, user=ANYBODY)) == ["current", "own"]
    assert slugs(load_ecosystem(city, user=ANYBODY, as_of=date(2018, 6, 29))) == [
        "current",
        "ended",
        "own",
    ]
    assert slugs(load_ecosystem(city, user=ANYBODY, as_of=date(2018, 7, 1))) == [
        "current",
        "later",
        "own",
    ]


def test_year_named_by_a_source_does_not_end_or_start_a_tie(city):
    tie = RelationshipFactory(city=city, since_year=2021)

    loaded = load_ecosystem(city, user=ANYBODY)

    assert loaded.ties == (data.Tie(tie.source_id, tie.target_id, "shares_data"),)


def test_collaborative_scope_is_its_current_members_tied_or_not(city):
    founder = ActorFactory(city=city, slug="founder")
    guest = ActorFactory(city=None, slug="guest")
    left = ActorFactory(city=city, slug="left")
    table = CollaborativeFactory(city=city, slug="table", name="Table", members=[founder, guest])
    MembershipFactory(collaborative=table, actor=left, until=date(2018, 1, 1))

    loaded = load_ecosystem(city, user=ANYBODY, collaborative=table)

    assert loaded.scope == data.Scope(
        "collaborative", "table", "Table", "springfield", frozenset({founder.pk, guest.pk})
    )
    assert slugs(loaded) == ["founder", "guest", "left"]


def test_holders_elsewhere_are_the_first_by_slug_off_the_map(city):
    for slug, level in (("bravo", 2), ("alpha", 3), ("aardvark", 1)):
        SkillStatementFactory(actor__slug=slug, competency="coding", level=level)
    SkillStatementFactory(actor__slug="here", actor__city=city, competency="fundraising")

    loaded = load_ecosystem(city, user=ANYBODY)

    assert loaded.holders_elsewhere == {"coding": frozenset({"alpha"})}


def test_city_to_ask_is_where_most_hold_it_then_first_by_slug(city):
    """G13. National holders have no city; a city of learners is none to ask."""
    for slug, holders in (("riverton", 1), ("ashton", 2), ("dover", 2)):
        town = CityFactory(slug=slug)
        for _ in range(holders):
            SkillStatementFactory(actor__city=town, competency="coding", level=2)
    SkillStatementFactory(actor__city=CityFactory(slug="aa"), competency="coding", level=1)
    SkillStatementFactory(actor__city=None, competency="fundraising", level=3)
    hidden = CityFactory(slug="hidden", private=True)
    for _ in range(3):
        SkillStatementFactory(actor__city=hidden, competency="coding", level=3)

    assert load_ecosystem(city, user=ANYBODY).cities_elsewhere == {"coding": "ashton"}
    assert load_ecosystem(city, user=operator()).cities_elsewhere == {"coding": "hidden"}


def test_city_to_ask_is_known_when_two_units_of_one_organisation_hold_it_here(city):
    """G13: two holders of one organisation do not cover a cell."""
    parent = ActorFactory(city=city)
    for unit in ActorFactory.create_batch(2, city=city, part_of=parent):
        SkillStatementFactory(actor=unit, competency="coding", level=2)
    SkillStatementFactory(
        actor__slug="far", actor__city__slug="dover", competency="coding", level=2
    )

    loaded = load_ecosystem(city, user=ANYBODY)

    assert (loaded.holders_elsewhere, loaded.cities_elsewhere) == (
        {"coding": frozenset({"far"})},
        {"coding": "dover"},
    )


def test_experience_counts_every_visible_actor_once(city):
    """G15: of the country, not of the map; who would rather not say has not answered."""
    travels = ActorFactory(city=None, sector="academia")
    for home in (city, CityFactory()):
        own = ActorFactory(city=home, sector="academia")
        RelationshipFactory(city=home, source=own, target=travels)
        SkillStatementFactory(actor=own, competency="coding", level=1)
    SkillStatementFactory(actor=travels, competency="coding", level=3)
    SkillStatementFactory(actor__sector="academia", competency="coding", level=None)
    SkillStatementFactory(actor__sector="academia", actor__proposed=True, competency="coding")
    SkillStatementFactory(
        actor__sector="academia", actor__city=CityFactory(private=True), competency="coding"
    )

    assert load_ecosystem(city, user=ANYBODY).experience == {
        ("academia", "coding"): data.Experience(holders=1, answered=3)
    }


def test_hidden_actors_ties_and_holders_are_absent_for_everyone_else(city):
    hidden_city = CityFactory(private=True)
    seen = ActorFactory(city=city, slug="seen")
    for slug, fields in {
        "proposed": {"city": city, "status": "proposed"},
        "archived": {"city": city, "status": "archived"},
        "private": {"city": hidden_city},
    }.items():
        hidden = ActorFactory(slug=slug, **fields)
        RelationshipFactory(city=city, source=seen, target=hidden)
        SkillStatementFactory(actor=hidden, competency="coding")

    loaded = load_ecosystem(city, user=ANYBODY)

    assert (slugs(loaded), loaded.ties, loaded.statements, loaded.holders_elsewhere) == (
        ["seen"],
        (),
        (),
        {},
    )
    assert slugs(load_ecosystem(city, user=operator())) == ["private", "seen"]


def test_tie_strength_is_known_to_the_citys_conveners_only(city):
    RelationshipFactory(city=city, strength=4)
    convener = CityRoleFactory(city=city).user
    stranger = CityRoleFactory().user

    strengths = [
        load_ecosystem(city, user=user).ties[0].strength
        for user in (ANYBODY, stranger, convener, operator())
    ]

    assert strengths == [None, None, 4, 4]


def test_tie_says_how_many_sides_confirmed_and_never_that_one_disputes(city):
    answers = [("", ""), ("confirmed", ""), ("confirmed", "confirmed"), ("confirmed", "disputed")]
    for source_answer, target_answer in answers:
        RelationshipFactory(city=city, source_answer=source_answer, target_answer=target_answer)

    ties = load_ecosystem(city, user=ANYBODY).ties

    assert [tie.confirmed for tie in ties] == ["none", "one", "both", "one"]


def test_private_informants_count_for_those_who_may_see_them(city):
    answer = SourceFactory(citation="One person's answer", is_public=False, city=city)
    ActorFactory(city=city, sources=[answer])

    def informants(user):
        return load_ecosystem(city, user=user).actors[0].informants

    assert informants(ANYBODY) == frozenset()
    assert informants(operator()) == frozenset({"One person's answer"})


@pytest.mark.parametrize("count", [1, 20])
def test_queries_do_not_grow_with_the_map(city, count, django_assert_num_queries):
    ActorFactory.create_batch(count, city=city, with_statements=2)
    for _ in range(count):
        RelationshipFactory(city=city, target=ActorFactory(city=None), sources=[SourceFactory()])

    with django_assert_num_queries(8):
        load_ecosystem(city, user=ANYBODY)


@pytest.mark.parametrize("count", [1, 5])
def test_several_maps_are_loaded_like_each_alone_in_as_many_queries(
    count, django_assert_num_queries
):
    cities = CityFactory.create_batch(count, map_date=DAY)
    travels = ActorFactory(city=None, sources=[SourceFactory()])
    for city in cities:
        parent = ActorFactory(city=city, with_statements=2, sources=[SourceFactory()])
        unit = ActorFactory(city=city, part_of=parent)
        RelationshipFactory(city=city, source=unit, target=travels, sources=[SourceFactory()])
        RelationshipFactory(city=city, source=parent, target=unit, ended_on=date(2018, 6, 29))

    with django_assert_num_queries(6):
        maps = load_maps(cities, user=ANYBODY)

    alone = {city.pk: load_ecosystem(city, user=ANYBODY) for city in cities}
    assert [(m.scope, m.actors, m.statements, m.ties) for m in maps.values()] == [
        (one.scope, one.actors, one.statements, one.ties) for one in alone.values()
    ]
    assert len(maps) == count


def test_what_is_hidden_changes_nothing_that_others_read(city):
    """The same city with a hidden parent, partner and holder, and without them."""
    hidden_city = CityFactory(private=True)
    units = ActorFactory.create_batch(2, city=city, with_statements=1, sources=[SourceFactory()])
    before = run_gaps(city, user=ANYBODY)

    hidden = [
        ActorFactory(city=city, proposed=True, with_statements=3, sources=[SourceFactory()]),
        ActorFactory(city=hidden_city, with_statements=3, sources=[SourceFactory()]),
    ]
    for unit, parent in zip(units, [hidden[0]] * 2, strict=True):
        unit.part_of = parent
        unit.save()
    for unit in units:
        for other in hidden:
            RelationshipFactory(city=city, source=unit, target=other, sources=[SourceFactory()])
    after = run_gaps(city, user=ANYBODY)

    assert gap_document(after.results) == gap_document(before.results)
    seen = run_gaps(city, user=operator()).results
    assert gap_document(seen) != gap_document(before.results)
