import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, City
from actors.services import cities_by_revision, map_change, raise_revisions
from collaboratives import services as _collaboratives  # noqa: F401  # says where its records are
from ecosystem.common.versions import ChangedMeanwhile
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def boston():
    return f.CityFactory(name="Boston")


@pytest.fixture
def oakland():
    return f.CityFactory(name="Oakland")


def revisions():
    rows = City.objects.values_list("name", "tie_revision", "fact_revision")
    return {name: (ties, facts) for name, ties, facts in rows}


# ── Revisions ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("ties", "raised"), [(True, (1, 0)), (False, (0, 1))])
def test_raise_revisions_raises_one_of_the_two_once(boston, oakland, ties, raised):
    raise_revisions([boston.pk, boston.pk], ties=ties)

    assert revisions() == {"Boston": raised, "Oakland": (0, 0)}


def test_raise_revisions_is_one_update(boston, oakland, django_assert_num_queries):
    with django_assert_num_queries(1):
        raise_revisions(iter([boston.pk, oakland.pk]), ties=True)


def test_revisions_leave_no_history_and_no_version(boston):
    raise_revisions([boston.pk], ties=True)

    boston.refresh_from_db()
    assert (boston.history.count(), boston.version) == (1, 1)


def test_saving_a_city_never_lowers_its_revisions(boston):
    raise_revisions([boston.pk], ties=True)
    raise_revisions([boston.pk], ties=False)

    boston.name = "Boston, changed"  # read before the revisions rose
    boston.save()

    assert revisions() == {"Boston, changed": (1, 1)}


def cities_showing(record):
    """The cities on whose maps a record is, whichever revision its change raises."""
    cities = cities_by_revision({type(record): {record.pk}})
    return cities[True] | cities[False]


# ── Where a record is ────────────────────────────────────────────────────────────────────────────


def test_actor_is_shown_at_home_and_where_ties_and_collaboratives_name_it(boston, oakland):
    actor = f.ActorFactory(city=boston)
    tied = f.RelationshipFactory(target=actor, ended_on="2015-01-01").city
    wished = f.RelationshipFactory(source=actor, wished=True).city
    f.MembershipFactory(collaborative__city=oakland, actor=actor)
    f.RelationshipFactory(city=None, source=actor)
    f.RelationshipFactory()

    assert cities_showing(actor) == {boston.pk, tied.pk, wished.pk, oakland.pk}


def test_parent_is_shown_where_its_units_are(boston):
    parent = f.ActorFactory(national=True)
    unit = f.ActorFactory(national=True, part_of=parent)
    f.ActorFactory(city=boston, part_of=unit)

    assert cities_showing(parent) == {boston.pk}


def test_units_in_a_circle_come_to_an_end(boston):
    one = f.ActorFactory(city=boston)
    other = f.ActorFactory(city=boston, part_of=one)
    Actor.objects.filter(pk=one.pk).update(part_of=other)

    assert cities_showing(one) == {boston.pk}


def test_national_tie_is_on_no_map():
    assert cities_showing(f.RelationshipFactory(city=None)) == set()


def test_what_an_actor_has_is_shown_where_the_actor_is(boston, oakland):
    actor = f.ActorFactory(city=boston)
    f.RelationshipFactory(city=oakland, source=actor)

    for factory in (
        f.SkillStatementFactory,
        f.OfferFactory,
        f.NeedFactory,
        f.OtherNameFactory,
        f.ContactFactory,
        f.StewardFactory,
    ):
        assert cities_showing(factory(actor=actor)) == {boston.pk, oakland.pk}, factory


def test_source_is_shown_where_it_is_cited():
    source = f.SourceFactory()
    uncited = f.SourceFactory(city=f.CityFactory())
    citing = [
        f.CityFactory(sources=[source]),
        f.ActorFactory(sources=[source]).city,
        f.RelationshipFactory(sources=[source]).city,
        f.SkillStatementFactory(sources=[source]).actor.city,
        f.CollaborativeFactory(sources=[source]).city,
        f.MembershipFactory(sources=[source]).collaborative.city,
        f.ProjectFactory(sources=[source]).collaborative.city,
        f.CriterionFactory(sources=[source]).collaborative.city,
        f.EngagementFactory(sources=[source]).collaborative.city,
        f.ContributionFactory(sources=[source]).collaborative.city,
        f.OutcomeReadingFactory(sources=[source]).outcome.collaborative.city,
    ]

    assert cities_showing(source) == {city.pk for city in citing}
    assert cities_showing(uncited) == set()


def test_issue_is_shown_where_actors_and_collaboratives_have_it():
    issue = f.IssueFactory()
    cities = {f.ActorFactory(issues=[issue]).city.pk, f.CollaborativeFactory(issue=issue).city.pk}

    assert cities_showing(issue) == cities


@pytest.mark.parametrize("count", [1, 5])
def test_cities_showing_a_source_takes_the_same_queries_for_many_citations(count):
    source = f.SourceFactory()
    for _ in range(count):
        f.SkillStatementFactory(sources=[source])

    with CaptureQueriesContext(connection) as queries:
        cities_showing(source)

    # One for each of the 11 kinds that cite, and two more for the actors of the statements.
    assert len(queries) == 13


# ── A change ─────────────────────────────────────────────────────────────────────────────────────


def test_map_change_tells_cities_before_and_after(boston, oakland):
    tie = f.RelationshipFactory(city=boston)

    tie.city = oakland  # also when the record was touched before
    with map_change(tie):
        tie.save()

    assert revisions() == {"Boston": (1, 0), "Oakland": (1, 0)}
    assert tie.version == 2


def test_map_change_creates_and_deletes(boston):
    actor = f.ActorFactory.build(city=boston)

    with map_change(actor):
        actor.save()

    assert (revisions(), actor.version) == ({"Boston": (1, 0)}, 1)

    with map_change(actor):
        actor.delete()

    assert revisions() == {"Boston": (2, 0)}
    assert [entry.version for entry in Actor.history.all()] == [2, 1]


def test_map_change_of_many_tells_each_city_once(boston):
    actor, other = f.ActorFactory.create_batch(2, city=boston)
    statement = f.SkillStatementFactory(actor=actor)

    with map_change(actor, other, statement):
        for record in (actor, other, statement):
            record.save()

    assert revisions() == {"Boston": (1, 1)}
    assert [actor.version, other.version, statement.version] == [2, 2, 2]


def test_map_change_that_fails_changes_nothing(boston):
    actor = f.ActorFactory(city=boston, name="First")

    def rename_and_fail():
        with map_change(actor):
            actor.name = "Second"
            actor.save()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rename_and_fail()

    actor.refresh_from_db()
    assert (actor.name, actor.version, actor.history.count()) == ("First", 1, 1)
    assert revisions() == {"Boston": (0, 0)}


def test_map_change_from_an_older_version_is_refused(boston):
    actor = f.ActorFactory(city=boston, name="First")
    with map_change(actor, based_on=1):
        actor.name = "Second"
        actor.save()

    late = Actor.objects.get()
    late.name = "Third"
    with pytest.raises(ChangedMeanwhile) as refused, map_change(late, based_on=1):
        late.save()

    assert (refused.value.stored.name, refused.value.stored.version) == ("Second", 2)
    assert Actor.objects.get().name == "Second"
    assert revisions() == {"Boston": (1, 0)}
