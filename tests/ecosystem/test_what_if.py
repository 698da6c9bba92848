"""What if these left: a city, or a table, with and without some of its organizations (G11)."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.ecosystem.reading import text_of
from tests.ecosystem.towns import make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_town()


@pytest.fixture
def address(city):
    return reverse("what_if", args=[city.slug])


def told(response):
    """The answer, then what exactly would get worse."""
    context = response.context
    return [str(context["lede"]), *map(str, context["sentences"])]


def worse(response):
    return [
        (row.slug, row.before.state, row.after.state, str(row.leads) if row.leads else None)
        for row in response.context["skills"]
        if row.is_worse
    ]


def test_town_without_its_data_lab(client, address):
    """By hand: coding then hangs on City Hall, sharing data goes, and the way to Big Fund; the
    three others were tied by Data Lab alone, so one piece becomes three."""
    response = client.get(address, {"without": "lab"})

    assert told(response) == [
        "If Data Lab left, 3 of the twelve skills would be worse off, and the map would fall into "
        "2 more pieces.",
        "No known organization of this city would be left for data collection & sharing.",
        "Only one organization would be left for coding.",
        "The way to somebody with this would be longer: fundraising.",
        "Those that stay would be in 2 more pieces, without a tie between the pieces.",
        "Nobody would be here any more from these needed or expected sectors: Data intermediary.",
    ]
    assert worse(response) == [
        (
            "fundraising",
            "absent",
            "absent",
            "Big Fund has this skill, but no recorded tie leads there: get in touch directly.",
        ),
        (
            "data-collection-sharing",
            "single",
            "unknown",
            "Nobody is recorded anywhere with this skill: ask the organizations here.",
        ),
        ("coding", "covered", "single", None),
    ]
    assert [(row.before, row.after) for row in response.context["numbers"]] == [
        (3, 2),  # organizations
        (1, 0),  # covered
        (1, 1),  # hanging on one: sharing data before, coding then
        (3, 2),  # sectors
        (0, 0),  # parts
        (4, 3),  # on the map
        (3, 0),  # ties
        (1, 3),  # pieces
    ]
    assert response.context["base"] == 3


def test_several_leave_at_once(client, address):
    """By hand: without City Hall and Data Lab nobody codes. Either alone leaves one that does."""
    together = client.get(address, {"without": ["hall,lab", "lab", ""]})

    assert [str(name) for name in together.context["leavers"]] == ["City Hall", "Data Lab"]
    assert told(together)[0] == (
        "If City Hall and Data Lab left, 3 of the twelve skills would be worse off, and the map "
        "would fall into 1 more piece."
    )
    assert told(together)[1] == (
        "No known organization of this city would be left for data collection & sharing and coding."
    )


def test_nobody_leaves_yet(client, address):
    response = client.get(address)

    assert told(response) == ["Pick one or more organizations to see what would open without them."]
    # Data Lab takes a last holder and two pieces; City Hall one of two coders; Code Club a
    # learner; Big Fund the way to fundraising.
    assert [name.slug for name in response.context["suggested"]] == ["lab", "club", "fund", "hall"]
    assert [one["slug"] for one in response.context["others"]] == ["fund", "hall", "club", "lab"]


def test_harmless_leaver_is_told_as_such(client, city, address):
    ActorFactory(city=city, slug="second-hall", name="Second Hall")

    response = client.get(address, {"without": "second-hall"})

    assert told(response) == [
        "If Second Hall left, nothing that this page looks at would get worse."
    ]
    assert worse(response) == []


def test_table_without_a_member(client, city):
    """By hand: City Hall and Code Club sit there; with City Hall the table loses coding, which
    Data Lab next to Code Club still has."""
    table = make_table(city)
    address = reverse("collaborative_what_if", args=[city.slug, table.slug])

    response = client.get(address, {"without": "hall"})

    assert told(response) == [
        "If City Hall left, 1 of the twelve skills would be worse off.",
        "Nobody known at this table would be left for coding.",
        "One introduction away would still be: coding.",
        "Nobody would be here any more from these needed or expected sectors: Local government.",
    ]
    assert worse(response) == [
        (
            "coding",
            "single",
            "unknown",
            "Data Lab has this skill and already works with Code Club, which can bring it in.",
        )
    ]
    assert response.context["title"] == "What if somebody left Round Table?"


def test_skill_that_leaves_the_map_is_sought_elsewhere(client, city, address):
    """Two holders here, so nobody elsewhere was looked for while both stay."""
    far = ActorFactory(city=CityFactory(name="Farville"), name="Far Coders")
    SkillStatementFactory(actor=far, competency="coding")

    response = client.get(address, {"without": "hall,lab"})

    assert worse(response)[-1] == (
        "coding",
        "covered",
        "unknown",
        "Nobody on this map is known to have this skill. Ask Far Coders in Farville how they do "
        "it.",
    )


def test_unknown_and_hidden_are_left_out_alike_and_the_rest_is_computed(client, city, address):
    hidden = ActorFactory(city=CityFactory(private=True), slug="hidden", name="Hidden Agency")
    RelationshipFactory(city=city, source=hidden, target=city.actors.get(slug="lab"))

    response = client.get(address, {"without": "hidden,nobody," + "x" * 90 + ",hall"})

    assert response.context["unknown"] == ["hidden", "nobody", "x" * 60]
    assert [name.slug for name in response.context["leavers"]] == ["hall"]
    assert "Hidden Agency" not in response.content.decode()
    assert "It was left out, and the rest was computed:" in text_of(response)


def test_empty_city_and_empty_table_answer(client):
    city = CityFactory(slug="empty")
    table = CollaborativeFactory(city=city)

    for address in (
        reverse("what_if", args=["empty"]),
        reverse("collaborative_what_if", args=["empty", table.slug]),
    ):
        response = client.get(address, {"without": "ghost"})
        assert response.status_code == 200
        assert told(response) == ["Nobody is on this map yet."]


def test_hidden_city_and_foreign_table_are_absent(client, city):
    hidden = CollaborativeFactory(city=CityFactory(slug="hidden", private=True))
    table = make_table(city)
    CityFactory(slug="other")

    for address in (
        reverse("what_if", args=["hidden"]),
        reverse("collaborative_what_if", args=["hidden", hidden.slug]),
        reverse("collaborative_what_if", args=["other", table.slug]),
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [2, 40])
def test_queries_do_not_grow(client, city, address, django_assert_num_queries, count):
    for actor in ActorFactory.create_batch(count, city=city, with_statements=3):
        RelationshipFactory(city=city, source=actor, target=city.actors.get(slug="lab"))
    leavers = ",".join(city.actors.values_list("slug", flat=True))

    with django_assert_num_queries(10):
        client.get(address, {"without": leavers})


def test_names_are_data(client, city, address):
    ActorFactory(city=city, slug="evil", name="<b>Evil</b>")

    html = client.get(address, {"without": "evil,<b>ghost</b>"}).content.decode()

    assert "<b>" not in html


@pytest.mark.parametrize(
    ("city", "holder", "competency"),
    [
        ("washington-dc", "code-for-dc", "coding"),
        ("washington-dc", "dc-octo", "infrastructure-maintenance"),
    ],
)
def test_losing_the_one_holder_turns_the_cell_of_the_reference_data(
    client, city, holder, competency
):
    """Read off ``competencies.csv`` by hand: in Washington Code for DC alone codes, and the
    technology office alone keeps infrastructure."""
    call_command("load_reference", verbosity=0)

    response = client.get(reverse("what_if", args=[city]), {"without": holder})

    (row,) = [row for row in response.context["skills"] if row.slug == competency]
    assert (row.before.state, row.before.holders) == ("single", (holder,))
    assert (row.after.state, row.after.holders, row.is_worse) == ("unknown", (), True)
