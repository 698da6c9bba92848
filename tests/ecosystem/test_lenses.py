"""Questions to the map. Sentences and lit actors follow by hand from the rows of each test."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.http import QueryDict

from accounts.rules import operator
from actors.models import City
from ecosystem.findings import find
from ecosystem.lenses import all_lenses, lens_case, read_lens
from tests.ecosystem.towns import DAY, make_table
from tests.factories import (
    ActorFactory,
    CityFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


def seen(city, address, user=ANYBODY):
    """The lens of an address, and the notes."""
    params = QueryDict(address)
    return read_lens(params, lens_case(params, city, user))


def told(city, address):
    """What a lens says and lights up."""
    lens, notes = seen(city, address)
    assert notes == []
    return str(lens.sentence), lens.lit


# ── Who could bring in a skill ───────────────────────────────────────────────────────────────────


def test_fill_lights_the_way_to_a_missing_skill(town):
    lens, notes = seen(town, "lens=fill&skill=fundraising")

    assert notes == []
    assert lens.question == "Who could bring in fundraising, and through whom?"
    assert str(lens.sentence) == (
        "Fundraising is missing: 3 organizations were asked, and none has it. Big Fund has this "
        "skill and already works with Data Lab, which can bring it in."
    )
    assert lens.lit == ("fund", "lab")
    assert lens.path == ("lab", "fund")
    assert lens.count == 2
    assert lens.base == "Rests on 3 organizations. 3 of them answered. As of June 30, 2018."
    assert lens.url == "/cities/town/map/?lens=fill&skill=fundraising"
    assert lens.back == "/cities/town/gaps/#finding-skill_absent-fundraising"


def test_fill_lights_holders_then_learners(town):
    club = town.actors.get(slug="club")
    SkillStatementFactory(actor=club, competency="coding", level=1)

    assert told(town, "lens=fill&skill=coding") == (
        "Coding is covered: 2 organizations are known to have it.",
        ("hall", "lab", "club"),
    )
    assert seen(town, "lens=fill&skill=coding")[0].back == "/cities/town/gaps/#skills"


def test_fill_lights_all_holders_outside_the_nearest_first(town):
    far = ActorFactory(slug="a-far", name="Far Fund", city=None)
    RelationshipFactory(city=town, source=far, target=ActorFactory(slug="between", city=None))
    for actor in (far, ActorFactory(city=CityFactory())):
        SkillStatementFactory(actor=actor, competency="fundraising")

    assert told(town, "lens=fill&skill=fundraising")[1] == ("fund", "lab", "a-far")


def test_fill_says_whom_to_ask_where_only_another_city_knows(town):
    """Big Fund works elsewhere too; the visitor from the city that has the skill knows better."""
    other = CityFactory(slug="shelbyville", name="Shelbyville")
    coders = ActorFactory(city=other, slug="coders", name="Coders")
    SkillStatementFactory(actor=coders, competency="data-communication")
    guest = ActorFactory(city=other, slug="guest", name="Guest")
    RelationshipFactory(city=town, source=guest, target=town.actors.get(slug="lab"))

    assert told(town, "lens=fill&skill=data-communication") == (
        "Nobody has been asked about communicating data yet. Nobody on this map is known to have "
        "this skill. Ask Coders in Shelbyville how they do it. On this map, Guest and Big Fund "
        "work elsewhere too and may know whom to ask.",
        ("guest", "fund"),
    )


def test_fill_lights_nobody_where_nobody_is_known(town):
    assert told(town, "lens=fill&skill=community-organizing") == (
        "Nobody has been asked about community organizing yet. Nobody is recorded anywhere with "
        "this skill: ask the organizations here.",
        (),
    )


def test_fill_of_a_collaborative_asks_for_its_table(town):
    make_table(town)

    lens, notes = seen(town, "lens=fill&skill=coding&table=round-table")

    assert notes == []
    assert str(lens.sentence) == (
        "Coding depends on one organization: City Hall. On the map from outside, Data Lab has it "
        "too."
    )
    assert lens.lit == ("hall", "lab")
    assert lens.url == "/cities/town/map/?lens=fill&skill=coding&table=round-table"
    assert lens.back == (
        "/cities/town/collaboratives/round-table/gaps/#finding-skill_single-coding"
    )


# ── What hangs on one ────────────────────────────────────────────────────────────────────────────


def test_single_lights_lonely_holders_then_the_ends_of_one_person_ties(town):
    hall, club = (town.actors.get(slug=slug) for slug in ("hall", "club"))
    RelationshipFactory(city=town, source=hall, target=club, carried_by=1)

    assert told(town, "lens=single") == (
        "1 skill depends on one organization: data collection & sharing. It is at Data Lab. 1 tie "
        "is carried by one person, and ends when that person leaves.",
        ("lab", "club", "hall"),
    )


def test_single_without_any_says_so():
    assert told(CityFactory(), "lens=single") == (
        "No skill and no tie is known to hang on one organization or one person.",
        (),
    )


def test_leave_lights_who_would_be_cut_off_and_left_alone(town):
    """Of the three pieces without Data Lab, that of Code Club stays: its slug comes first."""
    assert told(town, "lens=leave&actor=lab") == (
        "If Data Lab left, no known organization of this city would be left for data collection & "
        "sharing, and the map would fall into 2 more pieces. Only one organization would be "
        "left for coding. Cut off from the largest part would be Big Fund and City Hall.",
        ("lab", "fund", "hall"),
    )


def test_leave_lights_who_would_be_left_alone_with_a_skill(town):
    assert told(town, "lens=leave&actor=hall") == (
        "If City Hall left, only one organization would be left for coding.",
        ("hall", "lab"),
    )


def test_leave_of_somebody_nobody_depends_on(town):
    quiet = ActorFactory(city=town, slug="quiet", name="Quiet Group")
    RelationshipFactory(city=town, source=quiet, target=town.actors.get(slug="lab"))

    assert told(town, "lens=leave&actor=quiet") == (
        "If Quiet Group left, nobody would be cut off, and no skill would be lost or farther away, "
        "as far as is known.",
        ("quiet",),
    )


# ── Ties ─────────────────────────────────────────────────────────────────────────────────────────


def test_rim_lights_residents_with_the_fewest_ties_first(town):
    """Medians: residents have 0 and 1 ties; the others 1, 1, 1 and 4."""
    near, far = (
        ActorFactory(city=town, slug=slug, name=name, sector="residents_community")
        for slug, name in (("block", "Block Club"), ("tenants", "Tenants Union"))
    )
    RelationshipFactory(city=town, source=near, target=town.actors.get(slug="lab"))

    assert told(town, "lens=rim") == (
        "Residents stand at the rim: the typical number of recorded ties is 0.5 for the 2 resident "
        "and community organizations, and 1 for the 4 others. No tie is recorded for Tenants "
        "Union.",
        (far.slug, near.slug),
    )


def test_rim_without_residents(town):
    assert told(town, "lens=rim") == ("No resident or community organization is on the map.", ())


def test_isolated_lights_those_without_a_tie(town):
    assert told(town, "lens=isolated") == ("Every organization on the map has a recorded tie.", ())

    for slug in ("one", "alone"):
        ActorFactory(city=town, slug=slug, name=slug.title())

    assert told(town, "lens=isolated") == (
        "2 organizations have no recorded tie: Alone and One. That nobody recorded one does not "
        "mean that there is none.",
        ("alone", "one"),
    )


def test_bridges_lights_the_only_links(town):
    assert told(town, "lens=bridges") == (
        "No two sectors have fewer ties than could be expected. 1 organization is the only link "
        "between parts of the map: Data Lab.",
        ("lab",),
    )


def test_bridges_between_two_sectors_lights_who_works_with_both(town):
    assert told(town, "lens=bridges&b=government&a=philanthropy") == (
        "Local government and philanthropy: 0 ties are recorded, where an even spread would give "
        "about 0.5. Data Lab works with both sides.",
        ("lab",),
    )


def test_bridges_lights_who_is_best_placed_where_sectors_do_not_meet():
    """3 governments and 3 media around one lab, 6 ties on 21 pairs; 9 pairs are of both sectors.

    9 · 6 / 21 = 2.6 ties expected between the two, none there; within each 3 · 6 / 21 = 0.9.
    """
    city = CityFactory(slug="hub", name="Hub", map_date=DAY)
    lab = ActorFactory(city=city, slug="lab", name="Lab", sector="data_intermediary")
    for number in range(3):
        for sector in ("government", "media"):
            other = ActorFactory(city=city, slug=f"{sector}-{number}", sector=sector)
            RelationshipFactory(city=city, source=other, target=lab)

    assert told(city, "lens=bridges") == (
        "1 pair of sectors has fewer ties than could be expected. Lab is best placed to bring such "
        "sectors together. 1 organization is the only link between parts of the map: Lab.",
        ("lab",),
    )
    lens, _notes = seen(city, "lens=bridges&a=government&b=media")
    assert str(lens.sentence) == (
        "Local government and media: no tie between them is recorded, where an even spread would "
        "give about 3. Lab works with both sides."
    )
    assert lens.lit == ("lab",)
    assert lens.url == "/cities/hub/map/?lens=bridges&a=government&b=media"
    assert lens.back == "/cities/hub/gaps/#finding-sectors_disconnected-government-media"


def test_sector_lights_who_could_stand_for_it(town):
    assert told(town, "lens=sector&a=philanthropy") == (
        "No local organization from the philanthropy sector is on the map. From elsewhere, Big "
        "Fund already works here: ask it for a local partner.",
        ("fund",),
    )
    assert told(town, "lens=sector&a=government") == (
        "1 organization of the local government sector is here: City Hall.",
        ("hall",),
    )


# ── What nobody confirmed ────────────────────────────────────────────────────────────────────────


def test_unconfirmed_lights_first_of_whom_least_is_known(town):
    """City Hall confirmed its tie to Data Lab; the new group said nothing and has no tie."""
    ActorFactory(city=town, slug="new", name="New Group")
    tie = town.relationships.get(source__slug="hall")
    tie.source_answer = "confirmed"
    tie.save()

    assert told(town, "lens=unconfirmed") == (
        "Nothing is known yet about the skills of 1 of 4 organizations. 2 organizations have no "
        "tie that either side confirmed.",
        ("new", "club"),
    )


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (1, "Nothing is known yet about the skills of the only organization here."),
        (2, "Nothing is known yet about the skills of any of the 2 organizations."),
    ],
)
def test_unconfirmed_where_nobody_answered(size, sentence):
    city = CityFactory()
    ActorFactory.create_batch(size, city=city)

    assert told(city, "lens=unconfirmed")[0].startswith(sentence)


def test_unconfirmed_asks_again_after_two_years(town):
    for tie in town.relationships.all():
        tie.source_answer = "confirmed"
        tie.save()
    club = town.actors.get(slug="club")
    club.statements.update(confirmed_on=DAY.replace(year=2016, day=29))

    assert told(town, "lens=unconfirmed") == (
        "1 organization answered more than two years ago.",
        ("club",),
    )


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────


NO_SKILL = "The address does not name a skill that can be looked for."
NO_ACTOR = "The address does not name an organization that is on this map."
NO_SECTOR = "The address does not name a sector."
NO_TABLE = "The address asks about a collaborative that is not here, so the whole city is shown."


@pytest.mark.parametrize(
    ("address", "notes"),
    [
        ("", []),
        ("lens=", []),
        ("sort=name&page=7", []),
        ("lens=fill", [NO_SKILL]),
        ("lens=fill&skill=juggling", [NO_SKILL]),
        ("lens=leave", [NO_ACTOR]),
        ("lens=leave&actor=%00", [NO_ACTOR]),
        ("lens=sector&a=%F0%9F%8E%88", [NO_SECTOR]),
        ("table=nobody", [NO_TABLE]),
        ("table=%00&lens=fill", [NO_TABLE, NO_SKILL]),
        (
            "lens=%3Cb%3E%00",
            ["The address asks for the view “<b>”, which this map does not have."],
        ),
        (
            "lens=" + "x" * 500,
            [f"The address asks for the view “{'x' * 60}”, which this map does not have."],
        ),
    ],
)
def test_nonsense_in_an_address_gives_notes_and_no_lens(town, address, notes):
    assert seen(town, address) == (None, notes)


@pytest.mark.parametrize(
    ("address", "note"),
    [
        (
            "a=media&b=media",
            "The address names a sector that nobody on this map belongs to, so all sectors are "
            "shown.",
        ),
        (
            "a=government&b=nonsense",
            "The address names sectors that are not both on this map, so all sectors are shown.",
        ),
    ],
)
def test_bridges_between_unknown_sectors_shows_all(town, address, note):
    lens, notes = seen(town, f"lens=bridges&{address}")

    assert (lens.lit, lens.url, notes) == (("lab",), "/cities/town/map/?lens=bridges", [note])


def test_a_lens_of_a_hidden_collaborative_speaks_of_the_city(town):
    hidden = make_table(CityFactory(private=True))

    lens, notes = seen(town, f"lens=isolated&table={hidden.slug}")

    assert notes == [NO_TABLE]
    assert lens.url == "/cities/town/map/?lens=isolated"


# ── All of a city ────────────────────────────────────────────────────────────────────────────────


def test_all_lenses_are_offered_with_what_they_light(town):
    case = lens_case(QueryDict(), town, ANYBODY)

    assert [(lens.name, lens.question, lens.lit) for lens in all_lenses(case)] == [
        ("single", "What hangs on one organization or one person?", ("lab",)),
        ("bridges", "Who holds the map together?", ("lab",)),
        ("rim", "Where do residents stand?", ()),
        ("isolated", "Who has no recorded tie?", ()),
        ("unconfirmed", "Who has not confirmed yet?", ("lab", "club", "hall")),
        ("fill", "Who could bring in fundraising, and through whom?", ("fund", "lab")),
        ("fill", "Who could bring in data collection & sharing, and through whom?", ("lab",)),
        ("fill", "Who could bring in user-centered design, and through whom?", ("club",)),
        ("leave", "What if Data Lab left?", ("lab", "fund", "hall")),
        ("leave", "What if Code Club left?", ("club",)),
        ("leave", "What if Big Fund left?", ("fund",)),
        ("leave", "What if City Hall left?", ("hall", "lab")),
    ]


def test_an_empty_map_offers_no_lens():
    assert all_lenses(lens_case(QueryDict(), CityFactory(), ANYBODY)) == ()


@pytest.mark.parametrize(
    "address",
    [
        "lens=single",
        "lens=bridges",
        "lens=rim",
        "lens=isolated",
        "lens=unconfirmed",
        "lens=fill&skill=coding",
        "lens=sector&a=media",
    ],
)
def test_every_lens_of_an_empty_city_has_a_sentence_and_lights_nobody(address):
    sentence, lit = told(CityFactory(), address)

    assert sentence
    assert lit == ()


def test_each_lens_leads_back_to_the_finding_that_leads_to_it(town):
    case = lens_case(QueryDict(), town, ANYBODY)
    told_ones = [*find(case).gaps_and_risks, *find(case).questions]

    for finding in told_ones:
        lens, notes = read_lens(QueryDict(finding.lens), case)
        assert notes == []
        assert lens.url == f"/cities/town/map/?{finding.lens}"
        first = next(other for other in told_ones if other.lens == finding.lens)
        assert lens.back == f"/cities/town/gaps/#{first.anchor}"


def test_hidden_actors_are_never_lit_or_counted(town):
    """A draft and an actor of a private city, both skilled, both tied to Data Lab."""
    before = all_lenses(lens_case(QueryDict(), town, ANYBODY))
    lab = town.actors.get(slug="lab")
    for slug, rest in (
        ("draft", {"city": town, "proposed": True}),
        ("private", {"city": CityFactory(private=True)}),
    ):
        hidden = ActorFactory(slug=slug, name="Hidden", sector="residents_community", **rest)
        RelationshipFactory(city=town, source=hidden, target=lab, carried_by=1)
        for competency in ("fundraising", "data-communication"):
            SkillStatementFactory(actor=hidden, competency=competency, level=3)

    case = lens_case(QueryDict(), town, ANYBODY)

    assert all_lenses(case) == before
    for slug in ("draft", "private"):
        assert read_lens(QueryDict(f"lens=leave&actor={slug}"), case) == (None, [NO_ACTOR])
    assert told(town, "lens=fill&skill=data-communication")[1] == ()


@pytest.mark.parametrize("count", [1, 15])
def test_queries_do_not_grow(town, count, django_assert_num_queries):
    make_table(town)
    for actor in ActorFactory.create_batch(count, city=town, with_statements=2):
        RelationshipFactory(city=town, source=actor, target=ActorFactory(city=None))
    SkillStatementFactory(actor=ActorFactory(city=CityFactory()), competency="data-communication")
    params = QueryDict("lens=single&table=round-table")

    with django_assert_num_queries(12):  # the table's map, and who elsewhere can do what
        case = lens_case(params, town, ANYBODY)
        read_lens(params, case)
        all_lenses(case)


# ── The reference data ───────────────────────────────────────────────────────────────────────────


def test_lenses_of_the_reference_cities():
    call_command("load_reference", verbosity=0)
    boston, washington = (City.objects.get(slug=slug) for slug in ("boston", "washington-dc"))

    assert told(washington, "lens=fill&skill=fundraising") == (
        "Nobody has been asked about fundraising yet. Nobody on this map is known to have this "
        "skill. Ask BNY Mellon in Boston how they do it. It is known in Cleveland, Pittsburgh, San "
        "Antonio and 2 more too. On this map, Code for America, National Neighborhood Indicators "
        "Partnership, Bloomberg Philanthropies (What Works Cities) and 2 more work elsewhere too "
        "and may know whom to ask.",
        ("code-for-america", "nnip", "bloomberg-philanthropies", "hud", "living-cities"),
    )
    assert told(washington, "lens=fill&skill=communication-facilitation") == (
        "Nobody has been asked about communication & facilitation yet. Code for America has this "
        "skill and already works with Coalition for Nonprofit Housing and Economic Development, "
        "which can bring it in.",
        ("code-for-america", "cnhed"),
    )
    assert told(boston, "lens=single") == (
        "4 skills depend on one organization each: management & convening, community organizing, "
        "policy & program design and infrastructure & maintenance. They are at Boston Division of "
        "Youth Engagement and Employment, Boston Department of Innovation and Technology and "
        "Metropolitan Area Planning Council.",
        ("boston-dyee", "boston-doit", "mapc"),
    )
    for city in City.objects.all():
        case = lens_case(QueryDict(), city, operator())
        for lens in all_lenses(case):
            assert len(set(lens.lit)) == lens.count, lens
            assert set(lens.lit) <= case.actors.keys(), lens
            assert str(lens.sentence), lens
