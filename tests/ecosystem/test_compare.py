"""Cities side by side (G18 to G20): services, command, exports. Figures are told by hand."""

import csv
import json
from dataclasses import replace
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from accounts.rules import operator
from actors.models import Actor, City, SkillStatement
from collaboratives.models import Membership
from ecosystem.analysis.index import index_data
from ecosystem.comparison.document import comparison_document
from ecosystem.comparison.export import COLUMNS, comparison_csv, harmless
from ecosystem.comparison.kept import coverage_from, figures_from, plain, plain_coverage
from ecosystem.payloads import gap_document
from ecosystem.selectors.comparison import (
    PeerHolder,
    PeerProject,
    load_coverage,
    load_peer_holders,
    load_voices,
)
from ecosystem.selectors.maps import load_maps
from ecosystem.services.comparison import (
    city_figures,
    compare,
    find_peers,
    read_coverage,
    read_figures,
)
from ecosystem.services.gaps import run_gaps
from ecosystem.synthesis import synthesize
from tests.ecosystem.towns import DAY, make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    EngagementFactory,
    ProjectFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    return AnonymousUser()


def make_village(**given):
    """Town Hall and Mill are at home, and can both raise funds; together they did Bridge."""
    village = CityFactory(
        **{"slug": "village", "name": "Village", "state": "", "map_date": DAY, "population": 900}
        | given
    )
    slug = village.slug
    hall = ActorFactory(city=village, slug=f"{slug}-hall", name="Town Hall", sector="government")
    mill = ActorFactory(city=village, slug=f"{slug}-mill", name="Mill", sector="private")
    for actor, evidence in ((hall, "A grant."), (mill, "=1+1")):
        SkillStatementFactory(
            actor=actor, competency="fundraising", level=2, evidence=evidence, confirmed_on=DAY
        )
    table = CollaborativeFactory(city=village, slug=f"{slug}-table", members=[hall])
    ProjectFactory(collaborative=table, slug=f"{slug}-bridge", name="Bridge")
    return village


def visible(user):
    return list(City.objects.visible_to(user).order_by("slug"))


def clone(city, slug):
    """The same city once more, under other names in addresses."""
    twin = City.objects.get(pk=city.pk)
    twin.pk, twin.slug = None, slug
    twin._state.adding = True
    twin.save()
    copy_of = {}
    for actor in city.actors.order_by("pk"):
        statements, sources = list(actor.statements.all()), list(actor.sources.all())
        old = actor.pk
        actor.pk, actor.slug, actor.city = None, f"{slug}-{actor.slug}", twin
        actor._state.adding = True
        actor.save()
        actor.sources.set(sources)
        copy_of[old] = actor
        for one in statements:
            one.pk, one.actor = None, actor
            one._state.adding = True
            one.save()
    for tie in city.relationships.order_by("pk"):
        sources = list(tie.sources.all())
        tie.pk, tie.city = None, twin
        tie.source = copy_of.get(tie.source_id, tie.source)
        tie.target = copy_of.get(tie.target_id, tie.target)
        tie._state.adding = True
        tie.save()
        tie.sources.set(sources)
    return twin


# ── Coverage, counted by the database ────────────────────────────────────────────────────────────


def cells_of(coverage):
    return [(c.competency, c.state, c.holders, c.learners, c.answered) for c in coverage.cells]


def figures_cells(figures):
    return [(c.competency, c.state, c.holders, c.learners, c.answered) for c in figures.cells]


def test_g18_coverage_is_that_of_the_analysis_units_and_hidden_parents_included(visitor):
    synthesize(cities=2, actors=40, seed=3)
    village = make_village()
    parent = ActorFactory(city=None, slug="parent")
    hidden = ActorFactory(city=None, slug="hidden", status="proposed")
    for number, (competency, above) in enumerate(
        (c, p) for c, p in (("coding", parent), ("data-communication", hidden)) for _ in range(2)
    ):
        unit = ActorFactory(city=village, slug=f"unit-{number}", part_of=above)
        SkillStatementFactory(actor=unit, competency=competency, level=3)
    cities = visible(visitor)

    found = load_coverage([city.pk for city in cities], visitor)

    maps = load_maps(cities, user=visitor)
    expected = {city.pk: city_figures(index_data(maps[city.pk])) for city in cities}
    assert {pk: cells_of(one) for pk, one in found.items()} == {
        pk: figures_cells(one) for pk, one in expected.items()
    }
    assert {pk: (one.size, one.answered_share) for pk, one in found.items()} == {
        pk: (one.size, one.answered_share) for pk, one in expected.items()
    }
    states = {cell.competency: cell.state for cell in found[village.pk].cells}
    assert (states["coding"], states["data-communication"]) == ("single", "covered")


@pytest.mark.parametrize("count", [1, 4])
def test_coverage_queries_do_not_grow_with_cities(visitor, django_assert_num_queries, count):
    for number in range(count):
        make_village(slug=f"village-{number}")
    cities = [city.pk for city in visible(visitor)]

    with django_assert_num_queries(3):  # nobody here is a unit
        load_coverage(cities, visitor)


def test_coverage_of_a_hidden_city_is_absent(visitor):
    private = CityFactory(private=True)
    ActorFactory(city=private, with_statements=2)

    assert load_coverage([private.pk], visitor) == {}
    assert load_coverage([private.pk], operator())[private.pk].size == 1


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────


def test_g18_one_citys_figures_are_its_gap_document(visitor):
    call_command("load_reference", verbosity=0)
    city = City.objects.get(slug="cleveland")

    document = comparison_document(compare([city], visitor), {})["cities"][0]

    gaps = gap_document(run_gaps(city, user=visitor).results)
    figures = document["figures"]
    assert (document["as_of"], document["size"]) == (gaps["as_of"], gaps["scope"]["size"])
    assert figures["answered_share"] == gaps["answered_share"]
    assert [
        (c["competency"], c["state"], c["strength"], c["holders"], c["answered"], c["freshness"])
        for c in figures["cells"]
    ] == [
        (
            *(c["competency"], c["state"], c["strength"]),
            *(len(c["holders"]), c["answered"], c["freshness"]),
        )
        for c in gaps["cells"]
    ]
    assert figures["reach"] == [
        {"competency": one["competency"], "reach": one["reach"]} for one in gaps["reach"]
    ]
    assert figures["completeness"] == gaps["completeness"]
    assert figures["residents"] == gaps["residents"]
    shape = ("size", "ties", "density", "components", "largest_component_share")
    assert [figures["structure"][key] for key in shape] == [gaps["structure"][key] for key in shape]


def test_g18_a_cloned_city_compares_identically(visitor):
    call_command("load_reference", verbosity=0)
    city = City.objects.get(slug="boston")
    twin = clone(city, "twin")

    found = compare([city, twin], visitor)

    first, second = found.cities
    assert replace(first.figures, city="") == replace(
        second.figures, city="", resident_voice=first.figures.resident_voice
    )  # its collaboratives were not cloned
    assert first.reach == second.reach
    assert first.rarefied == second.rarefied
    assert found.equal.lowest == ("boston", "twin")


def test_figures_and_coverage_come_back_from_json_as_they_were(visitor):
    synthesize(cities=1, actors=30, seed=1)
    [city] = visible(visitor)
    figures = city_figures(
        index_data(load_maps([city], user=visitor)[city.pk]), load_voices([city], visitor)[city.pk]
    )
    coverage = load_coverage([city.pk], visitor)[city.pk]

    assert figures_from(json.loads(json.dumps(plain(figures)))) == figures
    assert coverage_from(json.loads(json.dumps(plain_coverage(coverage)))) == coverage


def test_g18_resident_voice_is_that_of_all_collaboratives_on_the_day_of_the_map(visitor):
    city = make_town()
    table = make_table(city)
    group = ActorFactory(city=city, slug="group", sector="residents_community")
    Membership.objects.create(collaborative=table, actor=group, decision_role="decides")
    later = CollaborativeFactory(city=city, slug="later")
    for step, level, held_on in (
        ("define", "consult", None),
        ("define", "involve", DAY),
        ("learn", "empower", DAY.replace(year=2019)),  # after the day of the map
    ):
        EngagementFactory(collaborative=table, step=step, level=level, held_on=held_on)
    EngagementFactory(
        collaborative=later, step="identify", level="inform", held_on=DAY, result_returned_on=DAY
    )

    voice = read_figures([city], visitor)[city.pk].resident_voice

    assert plain(voice) == {
        "collaboratives": 2,
        "engaging": 2,
        "engagements": 3,
        "returned": 1,
        "open": 0,
        "deciding": 1,
        "steps": {
            "identify": "inform",
            "define": "involve",
            "iterate": None,
            "implement": None,
            "learn": None,
        },
    }


def test_g8_reach_beyond_the_map_needs_a_holder_that_one_may_see(visitor):
    town = make_town()
    private = CityFactory(private=True, slug="private")
    for competency in ("data-communication", "policy-program-design"):
        holder = ActorFactory(city=private)
        SkillStatementFactory(actor=holder, competency=competency, level=3)
    national = ActorFactory(city=None)
    SkillStatementFactory(actor=national, competency="community-organizing", level=2)

    [seen] = compare([town], visitor).cities
    [known] = compare([town], operator()).cities

    def beyond(compared):
        return {one.competency for one in compared.reach if one.reach == "elsewhere"}

    assert beyond(seen) == {"community-organizing"}
    assert beyond(known) == {"community-organizing", "data-communication", "policy-program-design"}


def test_kept_figures_follow_an_edit_of_the_map(visitor):
    city = make_town()
    before = read_figures([city], visitor)[city.pk]
    actor = Actor.objects.get(slug="club")
    SkillStatement.objects.filter(actor=actor, competency="user-centered-design").update(level=2)
    City.objects.filter(pk=city.pk).update(fact_revision=city.fact_revision + 1)
    city.refresh_from_db()

    after = read_figures([city], visitor)[city.pk]

    changed = [
        (old.competency, old.state, new.state)
        for old, new in zip(before.cells, after.cells, strict=True)
        if old != new
    ]
    assert changed == [("user-centered-design", "thin", "single")]


def test_kept_figures_of_a_convener_are_not_shown_to_others(visitor):
    city = make_town()
    convener = UserFactory()
    CityRoleFactory(user=convener, city=city)
    private = SourceFactory(citation="A private answer", city=city, is_public=False)
    Actor.objects.get(slug="hall").sources.add(private)

    own = read_figures([city], convener)[city.pk]
    public = read_figures([city], visitor)[city.pk]

    assert (own.incidence.units, public.incidence.units) == (1, 0)


# ── Peers ────────────────────────────────────────────────────────────────────────────────────────


def test_g20_holders_come_with_evidence_and_the_projects_they_have_a_part_in(visitor):
    village = make_village()

    found = load_peer_holders([(village.pk, "fundraising")], {village.pk: village}, visitor)

    bridge = PeerProject("village-bridge", "Bridge", "village-table", "village")
    assert found == {
        (village.pk, "fundraising"): (
            PeerHolder("village-mill", "Mill", "private", "=1+1", ()),
            PeerHolder("village-hall", "Town Hall", "government", "A grant.", (bridge,)),
        )
    }


def test_g20_former_members_have_no_part_in_projects(visitor):
    village = make_village()
    Membership.objects.update(until=DAY.replace(year=2017))

    found = load_peer_holders([(village.pk, "fundraising")], {village.pk: village}, visitor)

    assert [holder.projects for holder in found[village.pk, "fundraising"]] == [(), ()]


def test_g20_washingtons_missing_fundraising_leads_to_cities_that_cover_it(visitor):
    """Read off the reference files: fundraising is with two in Boston, Cleveland, St. Louis and San
    Antonio, with three in Seattle, with one in Pittsburgh. Nearest to Washington's 689,545
    inhabitants are Boston (675,647), Cleveland (372,624) and St. Louis (301,578)."""
    call_command("load_reference", verbosity=0)
    cities = visible(visitor)
    washington = City.objects.get(slug="washington-dc")

    found = find_peers(cities, read_coverage(cities, visitor), visitor, [washington])

    [gap] = [one for one in found[washington.pk] if one.gap.competency == "fundraising"]
    assert not gap.gap.is_confirmed  # nobody was asked: a question
    assert [
        (helper.city.slug, [holder.slug for holder in helper.holders]) for helper in gap.helpers
    ] == [
        ("boston", ["bny-mellon", "mapc"]),
        ("cleveland", ["cleveland-city-council", "cleveland-foundation"]),
        ("st-louis", ["globalhack", "rise-stl"]),
    ]
    assert gap.more == 2
    projects = {project.slug for holder in gap.helpers[0].holders for project in holder.projects}
    assert projects == {"youth-jobs-platform", "youth-match-pilot"}


def test_g20_private_cities_help_nobody(visitor):
    town = make_town()
    make_village(private=True)

    cities = visible(visitor)

    assert find_peers(cities, read_coverage(cities, visitor), visitor) == {}
    everyone = visible(operator())
    helped = find_peers(everyone, read_coverage(everyone, operator()), operator())
    assert [gap.gap.competency for gap in helped[town.pk]] == ["fundraising"]


def test_peers_queries_do_not_grow_with_gaps_and_cities(visitor, django_assert_num_queries):
    town = make_town()
    for number in range(5):
        make_village(slug=f"village-{number}")
    cities = visible(visitor)
    coverage = read_coverage(cities, visitor)

    with django_assert_num_queries(3):
        found = find_peers(cities, coverage, visitor)

    assert [gap.more for gap in found[town.pk]] == [2]


# ── Exports ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("＝1", "'＝1"),
        ("Boston", "Boston"),
        (-1.5, "-1.5"),
        (3, "3"),
        (2.0, "2"),
        (1 / 3, "0.333333"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_cell_is_never_taken_for_a_formula(value, cell):
    assert harmless(value) == cell


def test_csv_has_one_line_for_each_figure_of_each_city(visitor):
    village = make_village(name="=Village")
    comparison = compare([make_town(), village], visitor)

    text = comparison_csv(comparison.cities)

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    figures = [(row["city"], row["section"], row["figure"], row["label"]) for row in rows]
    assert len(figures) == len(set(figures))
    fundraising = [
        row for row in rows if (row["section"], row["figure"]) == ("skills", "fundraising")
    ]
    assert [
        (row["name"], row["value"], row["words"], row["rests_on"], row["enough_for_an_order"])
        for row in fundraising
    ] == [
        ("Town", "0", "Nobody has it", "3 of 3", "yes"),
        ("'=Village", "0.84", "Covered", "2 of 2", "yes"),
    ]


def test_document_names_what_was_not_found_and_gives_undefined_numbers_as_null(visitor):
    empty = CityFactory(slug="empty")

    document = comparison_document(compare([empty], visitor), {}, ["nowhere"])

    assert document["not_found"] == ["nowhere"]
    assert document["cities"][0]["figures"]["answered_share"] is None
    assert document["equal_coverage"] == {
        "coverage": None,
        "lowest": [],
        "cities": {
            "empty": {
                "units": None,
                "actors": None,
                "sectors": None,
                "roles": None,
                "why_not": "nobody_named",
            }
        },
    }
    json.dumps(document, allow_nan=False)


# ── The command ──────────────────────────────────────────────────────────────────────────────────


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command("compare", *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_command_says_the_answer_first_and_each_figure_with_its_base():
    make_town(), make_village()

    out, err = run("town", "village")

    assert err == ""
    lines = out.splitlines()
    assert lines[0].startswith("Of 2 cities, 2 have nobody recorded for management & convening;")
    assert "Fundraising" in lines
    where = lines.index("Fundraising")
    assert lines[where + 1 : where + 3] == [
        f"  {'Town':28}  {'Nobody has it':26}  3 of 3",
        f"  {'Village':28}  {'Covered':26}  2 of 2",
    ]
    assert "Town is short of Fundraising." in lines
    assert "  > Village: Mill and Town Hall" in lines
    assert max(map(len, lines)) <= 100


def test_command_gives_the_same_twice():
    synthesize(cities=3, actors=30, seed=2)

    assert run("--all") == run("--all")
    assert run("--all", format="json") == run("--all", format="json")


def test_command_compares_the_others_when_a_city_is_unknown():
    make_town(), make_village()

    out, err = run("town", "nowhere", "village", format="json")

    assert err.strip() == "No city is called “nowhere”. The others are compared."
    document = json.loads(out)
    assert [city["city"] for city in document["cities"]] == ["town", "village"]
    assert document["not_found"] == ["nowhere"]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ([], "Name the cities to compare, or say --all for every one. There is: town."),
        (["nowhere"], "No city is called “nowhere”. There is: town."),
        (["town", "--all"], "Name the cities or say --all, not both."),
    ],
)
def test_command_refuses_in_one_sentence(args, sentence):
    make_town()

    with pytest.raises(CommandError) as refusal:
        run(*args)

    assert (str(refusal.value), refusal.value.returncode) == (sentence, 2)


def test_command_without_any_city_says_what_to_do():
    with pytest.raises(CommandError, match=r"No city is recorded yet\. Load one first\."):
        run("--all")


def test_command_speaks_of_a_city_without_actors():
    make_town()
    CityFactory(slug="empty", name="Empty")

    out, _err = run("town", "empty")

    assert "Nobody is on the map of Empty yet, so there is nothing to compare." in out


def test_command_orders_nothing_that_rests_on_too_little():
    city = make_town()
    for number in range(8):
        extra = ActorFactory(city=city, slug=f"silent-{number}")
        RelationshipFactory(city=city, source=extra, target=Actor.objects.get(slug="lab"))

    out, _err = run("town")

    coding = out.splitlines().index("Coding")
    assert out.splitlines()[coding + 1].endswith("2 of 11; too little for an order")
