from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction

from accounts.rules import operator
from actors.framework import ActorStatus, Role, Sector, TieKind, TieStatus, TieStrength
from actors.models import Actor, City, Issue, Relationship, SkillStatement, Source
from collaboratives.models import Collaborative, Membership
from ecosystem.analysis.cells import months_before
from ecosystem.services.gaps import run_gaps
from ecosystem.synthesis import Impossible, synthesize
from ecosystem.synthesis.draw import MAP_DAY
from ecosystem.synthesis.names import LONGEST
from ecosystem.synthesis.rows import Shared, city_rows, issue_rows, national_rows

pytestmark = pytest.mark.django_db

MODELS = [
    City,
    Source,
    Actor,
    SkillStatement,
    Relationship,
    Collaborative,
    Membership,
    Actor.issues.through,
    Actor.sources.through,
    SkillStatement.sources.through,
    Relationship.sources.through,
]
OF_THE_DATABASE = {"id", "created_at", "updated_at"}


def drawn(seed, number, actors):
    """A city's rows before they are stored, of a first city: no city before it visits."""
    shared = Shared(national_rows(seed), issue_rows())
    batches = city_rows(seed, number, actors, shared, None)
    return contents(row for batch in batches for row in batch)


def stored(*models_):
    return contents(row for model in models_ or MODELS for row in model._base_manager.all())


def contents(rows):
    """How often each row occurs, whatever the ids: what it points at is named by its own name."""
    return Counter((type(row).__name__, *values(row)) for row in rows)


def values(row):
    for field in row._meta.concrete_fields:
        if field.name not in OF_THE_DATABASE:
            value = field.to_python(getattr(row, field.attname))
            if isinstance(field, models.ForeignKey):
                value = named(getattr(row, field.name))
            yield field.name, value


def named(row):
    """The slug or citation of a row; what has neither, by everything it says."""
    if row is None:
        return None
    name = getattr(row, "slug", None) or getattr(row, "citation", None)
    return name or tuple(values(row))


def in_another_world(cities, actors, seed, *models_):
    """What would be stored; it is not."""
    with transaction.atomic():
        synthesize(cities=cities, actors=actors, seed=seed)
        found = stored(*models_)
        transaction.set_rollback(True)
    return found


def analysis(slug):
    return run_gaps(City.objects.get(slug=slug), user=operator())


# ── The same city ────────────────────────────────────────────────────────────────────────────────


def test_what_is_stored_is_what_was_drawn_without_a_database():
    synthesize(cities=1, actors=60, seed=5)

    national = Actor.objects.filter(city=None)
    assert stored() == drawn(5, 1, 60) + contents(
        [*national, *SkillStatement.objects.filter(actor__in=national)]
    )


def test_same_seed_gives_the_same_cities():
    assert in_another_world(2, 40, 5) == in_another_world(2, 40, 5)


def test_other_seed_gives_another_city():
    mine, others = drawn(5, 1, 40), drawn(6, 1, 40)

    assert mine & others == Counter()


def test_cities_stay_the_same_when_more_are_made():
    few = in_another_world(2, 40, 5)
    many = in_another_world(3, 40, 5)

    third = contents_naming(many, "synthetic-5-3")
    assert many - third == few


def contents_naming(found, slug):
    """The rows that belong to a city: it, or what points at it or at something of it."""
    marks = (slug, f"{slug}-", "Synthetic City 3 ")
    return Counter(
        {row: count for row, count in found.items() if any(mark in repr(row) for mark in marks)}
    )


# ── What it is like ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three_cities():
    synthesize(cities=3, actors=200, seed=1)


def test_every_word_of_the_vocabulary_occurs(three_cities):
    def used(rows, field):
        return set(rows.values_list(field, flat=True))

    ties = Relationship.objects
    assert used(Actor.objects, "sector") == set(Sector.values)
    assert {role for roles in used(Actor.objects, "roles") for role in roles} == set(Role.values)
    assert used(Actor.objects, "status") == set(ActorStatus.values)
    assert used(SkillStatement.objects, "level") == {0, 1, 2, 3, None}
    assert used(ties, "kind") == set(TieKind.values)
    assert used(ties, "status") == set(TieStatus.values)
    assert used(ties, "strength") == {None, *TieStrength.values}
    assert {None, 1, 2} <= used(ties, "carried_by")
    assert used(ties, "source_answer") == {"", "confirmed", "disputed"}
    assert used(ties, "formality") == {"", "informal", "agreement"}
    assert Actor.objects.filter(part_of__city__isnull=False).exists()
    assert Actor.objects.filter(issues=None).exists()
    assert Membership.objects.exclude(until=None).exists()


@pytest.mark.usefixtures("three_cities")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_map_has_communities_hubs_isolates_and_visitors(number):
    found = analysis(f"synthetic-1-{number}")
    structure = found.results.structure
    degrees = sorted(measure.degree for measure in found.results.actors)
    sector = {slug: actor.sector for slug, actor in found.actors.items()}
    within = [c.observed for c in found.results.sector_connection if c.a == c.b]

    assert structure.ties == 4 * structure.size  # average degree 8
    assert len(structure.isolates) == 10
    assert degrees[-1] > 5 * degrees[len(degrees) // 2]
    assert sum(within) > 3 * structure.ties / len(set(sector.values()))
    assert len(found.members) == 200
    assert structure.size > 200


def test_cities_are_visited_by_national_actors_and_by_the_city_before(three_cities):
    homes = [
        {actor.city for slug, actor in found.actors.items() if slug not in found.members}
        for found in (analysis(f"synthetic-1-{number}") for number in (1, 2, 3))
    ]

    assert homes == [{None}, {None, "synthetic-1-1"}, {None, "synthetic-1-2"}]


def test_most_cells_are_blank_and_cities_differ(three_cities):
    found = [analysis(f"synthetic-1-{number}").results for number in (1, 2, 3)]
    states = [tuple(cell.state for cell in results.cells) for results in found]

    assert all(0.2 < results.answered_share < 0.4 for results in found)  # 0.3 on average
    assert len(set(states)) == 3
    assert {state for city in states for state in city} == {
        "covered",
        "single",
        "thin",
        "absent",
        "unknown",
    }


def test_statements_were_confirmed_over_the_last_three_years(three_cities):
    days = SkillStatement.objects.exclude(confirmed_on=None).values_list("confirmed_on", flat=True)

    assert SkillStatement.objects.filter(confirmed_on=None).exists()
    assert months_before(MAP_DAY, 36) <= min(days) < months_before(MAP_DAY, 35)
    assert months_before(MAP_DAY, 1) < max(days) <= MAP_DAY


def test_actors_have_places_around_their_city_or_none(three_cities):
    for city in City.objects.all():
        placed = city.actors.exclude(latitude=None)
        away = [abs(actor.latitude - city.latitude) for actor in placed]
        assert max(away) < 0.3  # degrees
        assert 0.7 < len(placed) / city.actors.count() < 0.9


def test_names_have_every_length_and_script(three_cities):
    names = list(Actor.objects.filter(city__isnull=False).values_list("name", flat=True))
    lengths = [len(name) for name in names]

    assert min(lengths) < 12
    assert 200 < max(lengths) <= LONGEST
    for letter in "éłñמم样🌱<":
        assert any(letter in name for name in names)


@pytest.mark.parametrize("actors", [1, 2, 3, 11])
def test_smallest_cities_can_be_made_and_read(actors):
    synthesize(cities=2, actors=actors, seed=0)

    found = analysis("synthetic-0-2")

    assert len(found.members) == actors
    assert len(found.actors) > actors


# ── It is seen to be invented, and comes only when asked ─────────────────────────────────────────


def test_invented_data_says_so(three_cities):
    cities = list(City.objects.values_list("slug", "name", "summary", "state").order_by("pk"))

    assert cities == [
        (
            f"synthetic-1-{number}",
            f"Synthetic City {number} (seed 1)",
            "Invented for load tests by the command synthesize (seed 1). "
            "No organization, person or tie in it is real.",
            "XX",
        )
        for number in (1, 2, 3)
    ]
    for model in (Actor, Collaborative, Issue):
        assert not model.objects.exclude(slug__startswith="synthetic-").exists()
    assert not Actor.objects.exclude(website="").exclude(website__contains="example.org").exists()


def test_invented_data_has_no_history():
    synthesize(cities=1, actors=20, seed=1)

    for model in (City, Actor, SkillStatement, Relationship, Collaborative, Source, Issue):
        assert model.objects.exists()
        assert not model.history.exists()


def command(*args):
    out = StringIO()
    call_command("synthesize", *args, stdout=out)
    return out.getvalue()


def test_command_says_what_it_made_in_one_line():
    said = command("--cities=1", "--actors=3", "--seed=7")

    counts = {
        model: model.objects.count()
        for model in (Actor, SkillStatement, Relationship, Source, Issue)
    }
    assert said == (
        "Invented with seed 7: 1 city, {} actors, {} skill statements, {} relationships, "
        "{} sources, {} issues.\n".format(*counts.values())
    )


def test_existing_city_is_refused_and_nothing_changes():
    synthesize(cities=1, actors=3, seed=7)
    before = stored()

    with pytest.raises(CommandError) as refused:
        command("--cities=2", "--actors=5", "--seed=7")

    assert refused.value.returncode == 2
    assert str(refused.value) == (
        "1 of these cities exist already, “Synthetic City 1 (seed 7)” for one. "
        "Choose another seed; nothing was changed."
    )
    assert stored() == before


@pytest.mark.parametrize(
    ("cities", "actors", "seed", "sentence"),
    [
        (0, 1, 1, "The number of cities must be from 1 to 10,000, not 0."),
        (1, -3, 1, "The number of actors in a city must be from 1 to 20,000, not -3."),
        (1, 99_999, 1, "The number of actors in a city must be from 1 to 20,000, not 99,999."),
        (1, 1, -1, "The seed must be from 0 to 999,999,999, not -1."),
        (
            1_000,
            5_000,
            1,
            "1,000 cities of 5,000 actors are 5,000,000 actors; "
            "1,000,000 are the most that are made at once.",
        ),
    ],
)
def test_impossible_numbers_are_refused(cities, actors, seed, sentence):
    with pytest.raises(CommandError) as refused:
        command(f"--cities={cities}", f"--actors={actors}", f"--seed={seed}")

    assert (str(refused.value), refused.value.returncode) == (sentence, 2)
    assert not City.objects.exists()


def test_what_is_no_number_is_refused():
    with pytest.raises(CommandError, match="“many” is not a whole number"):
        command("--cities=many", "--actors=1", "--seed=1")


def test_all_cities_are_made_or_none():
    def fail(number):
        if number == 2:
            raise Impossible("as if the disk were full")

    with pytest.raises(Impossible):
        synthesize(cities=3, actors=5, seed=7, progress=fail)

    assert stored(City, Actor, Source) == Counter()
