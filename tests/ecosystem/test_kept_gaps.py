"""Kept gaps: the same as computed ones, computed once after each edit, for whom they are."""

import json
from unittest.mock import patch

import brotli
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.urls import reverse

from accounts.rules import operator
from actors.models import City
from actors.services import map_change
from collaboratives.models import Collaborative
from ecosystem import summaries
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_maps
from ecosystem.services import gaps
from ecosystem.services.gaps import gap_store, kept_gaps, run_gaps
from ecosystem.summaries import city_summaries
from tests.ecosystem.towns import make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    RelationshipFactory,
    SkillStatementFactory,
    StewardFactory,
    UserFactory,
)

ANYBODY = AnonymousUser()

pytestmark = pytest.mark.django_db


def unpacked(packed):
    return json.loads(brotli.decompress(packed))


def fresh(city):
    return City.objects.get(pk=city.pk)


@pytest.fixture
def computed():
    """Every call of the two slow parts, by name."""
    calls = []

    def noting(name):
        original = getattr(gaps, name)

        def call(*given):
            calls.append(name)
            return original(*given)

        return patch.object(gaps, name, call)

    with noting("analyse_index"), noting("analyse_connections"):
        yield calls


def test_kept_gaps_are_the_computed_ones_of_every_reference_city_and_table():
    call_command("load_reference", verbosity=0)

    for city in City.objects.all():
        assert kept_gaps(city, user=ANYBODY) == run_gaps(city, user=ANYBODY)
        assert kept_gaps(city, user=ANYBODY) == run_gaps(city, user=ANYBODY)
    for table in Collaborative.objects.select_related("city"):
        asked = {"user": ANYBODY, "collaborative": table}
        assert kept_gaps(table.city, **asked) == run_gaps(table.city, **asked)


def test_kept_gaps_are_computed_once(computed):
    town = make_town()

    analysis = kept_gaps(town, user=ANYBODY)
    document = unpacked(gap_store(town, user=ANYBODY).document())
    again = kept_gaps(town, user=UserFactory())

    assert computed == ["analyse_connections", "analyse_index"]
    assert again == analysis
    assert document == json.loads(json.dumps(gap_document(analysis.results)))


def test_an_edited_competency_leaves_the_connections_as_they_are(computed):
    town = make_town()
    kept_gaps(town, user=ANYBODY)
    statement = SkillStatementFactory.build(actor=town.actors.get(slug="club"), competency="coding")
    with map_change(statement):
        statement.save()

    after = kept_gaps(fresh(town), user=ANYBODY)

    assert computed == ["analyse_connections", "analyse_index", "analyse_index"]
    assert after == run_gaps(town, user=ANYBODY)


def test_an_edited_tie_changes_the_connections(computed):
    town = make_town()
    kept_gaps(town, user=ANYBODY)
    tie = town.relationships.first()
    with map_change(tie):
        tie.delete()

    after = kept_gaps(fresh(town), user=ANYBODY)

    assert computed.count("analyse_connections") == 2
    assert after == run_gaps(town, user=ANYBODY)


def test_a_holder_who_comes_elsewhere_is_seen_here():
    """G8: nobody in town can raise funds but Big Fund; nobody anywhere tells stories."""
    town, other = make_town(), CityFactory()
    before = kept_gaps(town, user=ANYBODY).results.reach[1]

    statement = SkillStatementFactory.build(
        actor=ActorFactory(city=other, slug="teller"), competency=before.competency
    )
    with map_change(statement):
        statement.save()

    after = kept_gaps(town, user=ANYBODY).results.reach[1]
    assert (before.reach, before.holder) == ("nowhere", None)
    assert (after.reach, after.holder) == ("elsewhere", "teller")


def test_a_map_that_turns_private_takes_its_actors_off_this_one():
    town, other = make_town(), CityFactory()
    lab = town.actors.get(slug="lab")
    guest = ActorFactory(city=other, slug="guest")
    tie = RelationshipFactory(city=town, source=guest, target=lab)
    assert "guest" in kept_gaps(town, user=ANYBODY).actors

    other.visibility = "private"
    with map_change(other):
        other.save()

    assert "guest" not in kept_gaps(fresh(town), user=ANYBODY).actors
    assert "guest" in kept_gaps(fresh(town), user=operator()).actors
    assert tie.city == town


# ── Nobody reads what was kept for others ────────────────────────────────────────────────────────


def test_strengths_and_hidden_actors_are_kept_for_their_readers_alone():
    town, hidden = make_town(), CityFactory(private=True)
    lab = town.actors.get(slug="lab")
    guest = ActorFactory(city=hidden, slug="guest")
    RelationshipFactory(city=town, source=guest, target=lab, strength=4)
    RelationshipFactory(
        city=town, source=lab, target=town.actors.get(slug="hall"), kind="advises", strength=3
    )
    readers = {
        "convener": CityRoleFactory(city=town).user,
        "anybody": ANYBODY,
        "viewer of the hidden map": CityRoleFactory(city=hidden, kind="viewer").user,
        "national": operator(),
        "signed in": UserFactory(),
    }

    seen = {}
    for who, user in [*readers.items(), *reversed(readers.items())]:
        analysis = kept_gaps(town, user=user)
        text = json.dumps(unpacked(gap_store(town, user=user).document()))
        assert ("guest" in text) == ("guest" in analysis.actors)
        strengths = {tie.strength for tie in analysis.data.ties} - {None}
        seen.setdefault(who, []).append(("guest" in analysis.actors, strengths))

    assert seen == {
        "convener": [(False, {3})] * 2,
        "anybody": [(False, set())] * 2,
        "viewer of the hidden map": [(True, set())] * 2,
        "national": [(True, {3, 4})] * 2,
        "signed in": [(False, set())] * 2,
    }


def test_who_loses_a_role_loses_what_it_showed():
    town = make_town()
    RelationshipFactory(
        city=town,
        source=town.actors.get(slug="lab"),
        target=town.actors.get(slug="hall"),
        kind="advises",
        strength=3,
    )
    role = CityRoleFactory(city=town)
    assert any(tie.strength for tie in kept_gaps(town, user=role.user).data.ties)

    role.delete()

    assert not any(tie.strength for tie in kept_gaps(town, user=role.user).data.ties)


def test_a_right_given_while_a_result_is_computed_does_not_get_into_it():
    town = make_town()
    town.relationships.update(strength=2)
    user = UserFactory()
    load = gaps.load_ecosystem

    def granting(*given, **named):
        CityRoleFactory(city=town, user=user)
        return load(*given, **named)

    with patch.object(gaps, "load_ecosystem", granting):
        kept_gaps(town, user=user)

    assert not any(tie.strength for tie in kept_gaps(town, user=ANYBODY).data.ties)


# ── Over the wire ────────────────────────────────────────────────────────────────────────────────


def test_the_document_travels_as_it_is_kept(client):
    town = make_town()
    address = reverse("api_city_gaps", args=["town"])
    plain = client.get(address)

    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    again = client.get(address, headers={"If-None-Match": packed["ETag"]})
    refused = client.get(address, headers={"Accept-Encoding": "br;q=0"})

    document = json.loads(json.dumps(gap_document(run_gaps(town, user=ANYBODY).results)))
    assert plain.json() == refused.json() == unpacked(packed.content) == document
    assert (packed["Content-Encoding"], packed["Content-Type"]) == ("br", "application/json")
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Encoding" not in plain


def test_an_unchanged_document_takes_two_queries(client, django_assert_num_queries):
    make_town()
    address = reverse("api_city_gaps", args=["town"])
    etag = client.get(address)["ETag"]

    with django_assert_num_queries(2):
        client.get(address, headers={"If-None-Match": etag})


def test_a_convener_has_another_tag_than_anybody(client):
    town = make_town()
    address = reverse("api_city_gaps", args=["town"])
    etag = client.get(address)["ETag"]

    client.force_login(CityRoleFactory(city=town).user)

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


# ── Lines of the national page ───────────────────────────────────────────────────────────────────


def test_one_edit_costs_one_line():
    town = make_town()
    others = CityFactory.create_batch(2)
    before = city_summaries(ANYBODY)
    newcomer = ActorFactory.build(city=town, slug="new")
    with map_change(newcomer):
        newcomer.save()
    asked = []

    def noting(cities, **named):
        asked.extend(city.slug for city in cities)
        return load_maps(cities, **named)

    with patch.object(summaries, "load_maps", noting):
        after = city_summaries(ANYBODY)

    actors = {line.slug: line.own_actors for line in after}
    assert asked == ["town"]
    assert actors == {"town": 4, others[0].slug: 0, others[1].slug: 0}
    assert [line for line in after if line.slug != "town"] == [
        line for line in before if line.slug != "town"
    ]


def test_kept_lines_take_three_queries_however_many(django_assert_num_queries):
    CityFactory.create_batch(3)
    lines = city_summaries(ANYBODY)

    with django_assert_num_queries(3):
        assert city_summaries(ANYBODY) == lines


# ── Experience: counted by city (G15) ────────────────────────────────────────────────────────────


def test_after_an_edit_the_experience_of_that_city_alone_is_counted_again():
    town, other = make_town(), CityFactory()
    newcomer = ActorFactory(city=other)
    kept_gaps(town, user=ANYBODY)
    counted = []
    count = gaps.load_experience_of

    def noting(homes, user):
        counted.append(sorted(homes, key=str))
        return count(homes, user)

    statement = SkillStatementFactory.build(actor=newcomer, competency="coding")
    with map_change(statement):
        statement.save()
    with patch.object(gaps, "load_experience_of", noting):
        after = kept_gaps(fresh(town), user=ANYBODY)

    assert counted == [[other.pk], [None]]
    assert after.data.experience == run_gaps(town, user=ANYBODY).data.experience


def test_experience_is_that_of_all_maps_the_reader_sees():
    """Public maps, a private one with a role or an actor in one's care there, national actors."""
    town, closed = make_town(), CityFactory(private=True)
    own, foreign = ActorFactory.create_batch(2, city=closed)
    for actor in (own, foreign):
        SkillStatementFactory(actor=actor, competency="coding", level=3)
    viewer = CityRoleFactory(city=closed, kind="viewer").user
    steward = StewardFactory(actor=own).user

    found = {}
    for name, user in {
        "anybody": ANYBODY,
        "viewer": viewer,
        "steward": steward,
        "staff": operator(),
    }.items():
        kept = kept_gaps(town, user=user).data.experience
        assert kept == run_gaps(town, user=user).data.experience
        found[name] = sum(one.answered for one in kept.values())

    assert found == {"anybody": 9, "steward": 10, "viewer": 11, "staff": 11}
