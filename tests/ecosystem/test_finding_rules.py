"""Findings rule by rule. The expected sentences follow by hand from the rows of each test."""

from datetime import date
from itertools import combinations, pairwise

import pytest

from accounts.rules import operator
from actors.framework import Competency, Sector
from ecosystem.analysis.structure import SectorConnection
from ecosystem.findings import case_of, find
from ecosystem.findings.connections import residents_sentence, sector_pair_sentence
from ecosystem.selectors.elsewhere import load_holders_elsewhere
from ecosystem.services.gaps import run_gaps
from tests.ecosystem.towns import DAY
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
)


def found_in(city, collaborative=None, as_of=None):
    analysis = run_gaps(city, user=operator(), collaborative=collaborative, as_of=as_of)
    return find(case_of(analysis, city, operator()))


@pytest.fixture
def city():
    return CityFactory(slug="springfield", name="Springfield", map_date=DAY)


@pytest.mark.django_db
def test_an_empty_city_has_a_headline_and_nothing_else(city):
    findings = found_in(city)

    assert findings.headline == "Nobody is on this map yet."
    assert (findings.gaps_and_risks, findings.questions, findings.notes) == ((), (), ())


@pytest.mark.django_db
def test_a_skill_held_only_by_units_of_one_organization_names_them_all(city):
    hall = ActorFactory(city=city, name="City Hall")
    unit = ActorFactory(city=city, name="City Hall Data Team", part_of=hall)
    for actor in (hall, unit):
        SkillStatementFactory(actor=actor, competency="coding")

    (finding,) = [f for f in found_in(city).gaps_and_risks if f.kind == "skill_single"]

    assert str(finding.sentence) == (
        "Coding depends on one organization, of which City Hall and City Hall Data Team are parts."
    )
    assert str(finding.next) == (
        "Invite a second organization with this skill, or let another learn it."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cities", "sentence"),
    [
        (
            ["Shelbyville"],
            "Nobody on this map is known to have this skill. Ask Shelbyville Coders in "
            "Shelbyville how they do it.",
        ),
        (
            ["Shelbyville", "Capital City"],
            "Nobody on this map is known to have this skill. Ask Capital City Coders in Capital "
            "City how they do it. It is known in Shelbyville too.",
        ),
        (
            [None],
            "Nobody on this map is known to have this skill. National Coders, which works "
            "nationally, has it: ask there.",
        ),
    ],
)
def test_a_skill_only_elsewhere_names_the_cities(city, cities, sentence):
    asked = ActorFactory(city=city)
    for competency in set(Competency.values) - {"coding"}:
        SkillStatementFactory(actor=asked, competency=competency, level=0)
    for name in cities:
        home = CityFactory(name=name) if name else None
        coders = ActorFactory(city=home, name=f"{name or 'National'} Coders")
        SkillStatementFactory(actor=coders, competency="coding")

    (finding,) = [f for f in found_in(city).questions if f.skills == ("coding",)]

    assert str(finding.next) == sentence


@pytest.mark.django_db
def test_holders_elsewhere_are_only_those_one_may_see(city, django_assert_num_queries):
    hidden = CityFactory(private=True)
    shown = CityFactory(slug="shelbyville", name="Shelbyville")
    for home in (city, hidden, shown):
        SkillStatementFactory(actor=ActorFactory(city=home, slug=f"of-{home.slug}", name=home.name))
    SkillStatementFactory(actor=ActorFactory(city=shown, proposed=True))
    SkillStatementFactory(actor=ActorFactory(city=shown), level=1)
    visitor = operator()
    visitor.is_national_staff = False
    visitor.is_active = False

    with django_assert_num_queries(1):
        found = load_holders_elsewhere(city, ["coding"], visitor)

    assert {skill: [h.slug for h in holders] for skill, holders in found.items()} == {
        "coding": ["of-shelbyville"]
    }
    with django_assert_num_queries(0):
        assert load_holders_elsewhere(city, [], visitor) == {}


@pytest.mark.django_db
def test_old_answers_are_a_question(city):
    hall = ActorFactory(city=city)
    SkillStatementFactory(actor=hall, competency="coding", confirmed_on=DAY)
    SkillStatementFactory(actor=hall, competency="fundraising", confirmed_on=DAY)

    findings = found_in(city, as_of=date(2021, 1, 1))

    (finding,) = [f for f in findings.questions if f.kind == "stale"]
    assert str(finding.sentence) == (
        "What is known of these skills is more than 24 months old: fundraising and coding."
    )


@pytest.mark.django_db
def test_an_actor_without_a_tie_is_a_question_not_a_risk(city):
    for name in ("Alpha", "Beta"):
        ActorFactory(city=city, name=name, slug=name.lower())

    findings = found_in(city)

    assert [str(f.sentence) for f in findings.questions if f.kind == "not_connected"] == [
        "No tie is recorded for Alpha and Beta: whom do they work with?"
    ]


@pytest.mark.django_db
def test_ties_of_one_person_are_counted(city):
    one, two, three = (ActorFactory(city=city) for _number in range(3))
    RelationshipFactory(city=city, source=one, target=two, carried_by=1)
    RelationshipFactory(city=city, source=two, target=three, carried_by=2)

    (finding,) = [f for f in found_in(city).gaps_and_risks if f.kind == "one_person_ties"]

    assert str(finding.sentence) == (
        "1 tie is carried by one person, and ends when that person leaves."
    )
    assert finding.actors == (one.slug, two.slug)


@pytest.mark.django_db
def test_residents_with_fewer_ties_stand_at_the_rim(city):
    ActorFactory.create_batch(2, city=city, sector="residents_community")
    ends = [ActorFactory(city=city) for _number in range(2)]
    RelationshipFactory(city=city, source=ends[0], target=ends[1])

    analysis = run_gaps(city, user=operator())
    case = case_of(analysis, city, operator())

    sentence = (
        "Residents stand at the rim: the typical number of recorded ties is 0 for the 2 resident "
        "and community organizations, and 1 for the 2 others."
    )
    assert str(residents_sentence(case)) == sentence
    assert sentence in [str(f.sentence) for f in find(case).gaps_and_risks]


@pytest.mark.parametrize(
    ("a", "b", "observed", "sentence"),
    [
        (
            "government",
            "residents_community",
            0,
            "Local government and residents & community: no tie between them is recorded, where "
            "an even spread would give about 5.",
        ),
        (
            "government",
            "residents_community",
            1,
            "Local government and residents & community: only 1 tie between them is recorded, "
            "where an even spread would give about 5.",
        ),
        (
            "academia",
            "academia",
            0,
            "Academia: no tie among these organizations is recorded, where an even spread would "
            "give about 5.",
        ),
        (
            "academia",
            "academia",
            2,
            "Academia: only 2 ties among these organizations are recorded, where an even spread "
            "would give about 5.",
        ),
    ],
)
def test_a_sector_pair_is_told_with_what_could_be_expected(a, b, observed, sentence):
    state = "weak" if observed else "disconnected"

    assert str(sector_pair_sentence(SectorConnection(a, b, observed, 20, 4.7, state))) == sentence


@pytest.mark.django_db
def test_needed_sectors_apart_come_before_larger_shortfalls(city):
    """Ten ties among twenty organizations, ten of them of one company town: 190 pairs."""
    firms = [ActorFactory(city=city, sector="private") for _number in range(12)]
    halls = [ActorFactory(city=city, sector="government") for _number in range(4)]
    for _number in range(4):
        ActorFactory(city=city, sector="residents_community")
    for place in range(12):
        RelationshipFactory(city=city, source=firms[place], target=firms[(place + 1) % 12])
    RelationshipFactory(city=city, source=halls[0], target=halls[1])

    pairs = [
        str(f.sentence) for f in found_in(city).gaps_and_risks if f.kind == "sectors_disconnected"
    ]

    # 13 ties on 190 pairs: 16 × 13 / 190 = 1.1 between halls and residents, 48 × 13 / 190 = 3.3
    # between either of them and the firms.
    assert pairs == [
        "Local government and residents & community: no tie between them is recorded, where an "
        "even spread would give about 1.",
        "Local government and business: no tie between them is recorded, where an even spread "
        "would give about 3.",
        "Business and residents & community: no tie between them is recorded, where an even "
        "spread would give about 3.",
    ]


@pytest.mark.django_db
def test_many_sectors_apart_are_told_one_by_one_up_to_eight(city):
    """Nine sectors of four, eight of them with all ties inside and none between."""
    sectors = [sector for sector in Sector.values if sector != "national_network"]
    actors = {
        sector: [ActorFactory(city=city, sector=sector) for _number in range(4)]
        for sector in sectors
    }
    for sector in sectors[:8]:
        for one, other in combinations(actors[sector], 2):
            RelationshipFactory(city=city, source=one, target=other)

    pairs = [f for f in found_in(city).gaps_and_risks if f.place == "sectors"]

    # 48 ties, so 16 × 48 / 630 = 1.2 between any two of nine sectors: 36 pairs without a tie.
    assert len(pairs) == 9
    assert str(pairs[8].sentence) == (
        "28 more pairs of sectors have fewer ties than could be expected."
    )


@pytest.mark.django_db
def test_completeness_is_told_with_what_is_probably_missing(city):
    """Five sources; four actors named once, one twice: unseen 4/5 × 16 / 2 = 6.4 (Chao2)."""
    sources = [SourceFactory() for _number in range(5)]
    for source in sources[:4]:
        ActorFactory(city=city, sources=[source])
    ActorFactory(city=city, sources=sources[3:])

    (note,) = found_in(city).notes

    assert str(note.sentence) == (
        "The map shows at most about 44% of who is there: at least 6 more organizations are "
        "probably missing."
    )
    assert note.base == (
        "Rests on 5 sources that name 5 of the organizations. As of June 30, 2018."
    )


@pytest.mark.django_db
def test_one_resident_organization_is_not_where_residents_stand(city):
    ActorFactory(city=city, sector="residents_community")
    ends = [ActorFactory(city=city) for _number in range(2)]
    RelationshipFactory(city=city, source=ends[0], target=ends[1])

    case = case_of(run_gaps(city, user=operator()), city, operator())

    assert str(residents_sentence(case)) == (
        "Only one resident or community organization is on the map, with 0 recorded ties; the "
        "typical number of the others is 1."
    )
    assert "residents_at_the_rim" not in {f.kind for f in find(case).gaps_and_risks}


@pytest.mark.django_db
def test_an_unasked_city_of_one_has_no_confirmed_gap_and_speaks_of_one(city):
    ActorFactory(city=city, sector="government")

    findings = found_in(city)

    assert findings.confirmed == ()
    assert str(findings.counted) == (
        "No gap is confirmed. 4 things to look into, from what is recorded so far."
    )
    (question,) = [f for f in findings.questions if f.kind == "skill_unknown"]
    assert str(question.next) == "Ask the only organization here what it can do."
    assert question.base == (
        "Rests on 1 organization, which has not answered. As of June 30, 2018."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("ties", "told"), [(4, False), (5, True)])
def test_ties_without_a_way_around_are_told_from_five_ties_on(city, ties, told):
    ends = [ActorFactory(city=city) for _number in range(ties + 1)]
    for one, other in pairwise(ends):
        RelationshipFactory(city=city, source=one, target=other)

    kinds = {f.kind for f in found_in(city).gaps_and_risks}

    assert ("ties_without_detour" in kinds) is told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("through", "near"),
    [
        (0, " One introduction away would still be: coding."),
        (1, " Two introductions away would still be: coding."),
        (2, " On the map, but farther away, would still be: coding."),
    ],
)
def test_a_departure_says_who_outside_the_table_would_still_have_the_skill(city, through, near):
    """Member Ada alone codes at the table; outside, Zoe does, behind so many others."""
    ada, bo, *between = (ActorFactory(city=city) for _number in range(2 + through))
    zoe = ActorFactory(city=city)
    for one, other in pairwise([bo, *between, zoe]):
        RelationshipFactory(city=city, source=one, target=other)
    for actor in (ada, zoe):
        SkillStatementFactory(actor=actor, competency="coding")
    table = CollaborativeFactory(city=city, members=[ada, bo])

    (finding,) = [f for f in found_in(city, table).gaps_and_risks if f.kind == "departure"]

    assert str(finding.sentence) == (
        f"If {ada.name} left, nobody known at this table would be left for coding."
    )
    assert str(finding.next).endswith(f"together with each other.{near}")


@pytest.mark.django_db
def test_a_skill_that_is_only_learned_is_not_lost(city):
    ada = ActorFactory(city=city, name="Ada")
    ActorFactory(city=city)
    SkillStatementFactory(actor=ada, competency="coding", level=1)

    (finding,) = [f for f in found_in(city).gaps_and_risks if f.kind == "departure"]

    assert str(finding.sentence) == (
        "If Ada left, no known organization of this city would be learning coding."
    )
