import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from actors.models import Actor, City, OtherName
from tests.actors.admin_forms import admin_url, change, delete, entries, revert
from tests.factories import (
    ActorFactory,
    CityFactory,
    InvitationFactory,
    OtherNameFactory,
    RelationshipFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """A client of somebody who may open the administration, without any other right."""
    client.force_login(UserFactory(is_staff=True, name="Ada"))
    return client


def tie_revisions():
    return dict(City.objects.values_list("name", "tie_revision"))


# ── Stale saves ──────────────────────────────────────────────────────────────────────────────────


def test_stale_save_is_refused_with_both_versions_and_nothing_lost(staff):
    actor = ActorFactory(name="First", description="Old", roles=["backbone"])
    opened = entries(staff.get(admin_url(actor, "change")))
    change(staff, actor, name="Second", roles=["community"])
    count = actor.history.count()

    refused = staff.post(
        admin_url(actor, "change"), opened | {"name": "Third", "description": "New"}
    )

    actor.refresh_from_db()
    assert (actor.name, actor.description, actor.roles) == ("Second", "Old", ("community",))
    assert actor.history.count() == count
    form = refused.context["adminform"].form
    sentences = list(form.non_field_errors())
    assert sentences[0].startswith("Ada saved this record on ")
    assert "Nothing was overwritten: your entries are still here." in sentences[0]
    assert sentences[1:] == [
        "Name, stored now: Second",
        "Roles, stored now: Community",
        "What it does, stored now: Old",
    ]
    assert (form["name"].value(), form["description"].value()) == ("Third", "New")


def test_stale_save_sent_once_more_wins_on_purpose(staff):
    actor = ActorFactory(name="First")
    opened = entries(staff.get(admin_url(actor, "change")))
    change(staff, actor, name="Second")
    refused = staff.post(admin_url(actor, "change"), opened | {"name": "Third"})

    staff.post(admin_url(actor, "change"), entries(refused))

    actor.refresh_from_db()
    assert (actor.name, actor.version) == ("Third", 3)


def test_stale_revert_is_refused(staff):
    actor = ActorFactory(name="First")
    url = admin_url(actor, "simple_history", actor.history.get().history_id)
    opened = entries(staff.get(url))
    change(staff, actor, name="Second")

    refused = staff.post(url, opened)

    actor.refresh_from_db()
    assert actor.name == "Second"
    assert "Name, stored now: Second" in refused.context["adminform"].form.non_field_errors()


def test_save_without_a_version_is_refused(staff):
    actor = ActorFactory(name="First")
    opened = entries(staff.get(admin_url(actor, "change")))
    del opened["based_on"]

    response = staff.post(admin_url(actor, "change"), opened | {"name": "Second"})

    actor.refresh_from_db()
    assert (response.status_code, actor.name) == (200, "First")


# ── Who is told ──────────────────────────────────────────────────────────────────────────────────


def test_actor_that_moves_tells_both_cities_and_those_of_its_ties(staff):
    old, new, visited, other = (CityFactory(name=name) for name in ("Old", "New", "Tie", "Other"))
    actor = ActorFactory(city=old)
    RelationshipFactory(city=visited, source=actor)

    change(staff, actor, city=new.pk)

    assert tie_revisions() == {"Old": 1, "New": 1, "Tie": 1, "Other": 0}
    assert other.fact_revision == 0


def test_actor_added_in_admin_has_history_and_tells_its_city(staff):
    city = CityFactory(name="Here")
    url = reverse("admin:actors_actor_add")

    staff.post(
        url,
        entries(staff.get(url))
        | {"name": "New one", "slug": "new-one", "sector": "media", "city": city.pk}
        | {"other_names-TOTAL_FORMS": "1", "other_names-0-name": "N1"},
    )

    actor = Actor.objects.get()
    assert tie_revisions() == {"Here": 1}
    assert [(entry.history_type, entry.version) for entry in actor.history.all()] == [("+", 1)]
    assert [name.history.get().history_user.name for name in actor.other_names.all()] == ["Ada"]


def test_other_names_change_with_their_actor_for_its_reason(staff):
    name = OtherNameFactory(actor__city__name="Here")
    total = {"other_names-TOTAL_FORMS": "1", "other_names-0-DELETE": "on"}

    change(staff, name.actor, **total, change_reason="Wrong name")

    assert not OtherName.objects.exists()
    assert tie_revisions() == {"Here": 1}
    entry = OtherName.history.first()
    assert (entry.history_type, entry.history_change_reason) == ("-", "Wrong name")


def test_deleting_an_actor_records_and_tells_what_goes_with_it(staff):
    actor = ActorFactory(city=CityFactory(name="Home"))
    tie = RelationshipFactory(city=CityFactory(name="Tie"), source=actor)

    delete(staff, actor)

    assert tie_revisions() == {"Home": 1, "Tie": 1}
    gone = type(tie).history.filter(id=tie.pk).first()
    assert (gone.history_type, gone.history_user.name) == ("-", "Ada")


# ── Back to an earlier state ─────────────────────────────────────────────────────────────────────


def test_revert_brings_back_many_to_many_fields(staff):
    first, second = SourceFactory.create_batch(2)
    actor = ActorFactory(sources=[first])
    earlier = actor.history.first()
    change(staff, actor, sources=[second.pk])

    revert(staff, earlier)

    assert [source.pk for source in actor.sources.all()] == [first.pk]


@pytest.mark.parametrize("factory", [ActorFactory, CityFactory])
def test_revert_brings_back_a_deleted_record_under_a_new_version(staff, factory):
    record = factory(name="Gone")
    change(staff, record, name="Gone again")
    last = record.history.first()
    delete(staff, record)

    revert(staff, last)

    record.refresh_from_db()
    assert record.name == "Gone again"
    assert record.version == 4  # made, changed, deleted, brought back
    assert record.history.first().history_type == "+"


@pytest.mark.parametrize("version", ["0", "x", "999"])
def test_history_of_an_unknown_state_is_not_found(staff, version):
    actor = ActorFactory()

    assert staff.get(admin_url(actor, "simple_history", version)).status_code == 404


def test_history_page_says_what_changed_in_words(staff):
    source = SourceFactory(citation="Survey of May")
    actor = ActorFactory(name="First", roles=["backbone"], sector="media")
    change(staff, actor, roles=["backbone", "community"], sector="academia", sources=[source.pk])

    page = staff.get(admin_url(actor, "history"))

    changes = [
        (change["field"], str(change["old"]), str(change["new"]))
        for record in page.context["page_obj"]
        for change in getattr(record, "history_delta_changes", [])
    ]
    assert changes == [
        ("Sources", "[]", "[Survey of May]"),
        ("Roles", "[Backbone]", "[Community, Backbone]"),
        ("Sector", "Media", "Academia"),
    ]


# ── Who may, and how it looks ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "user", [{}, {"national": True}, {"is_superuser": True}, {"is_staff": True, "is_active": False}]
)
def test_admin_is_closed_to_all_but_active_administrators(client, user):
    actor = ActorFactory()
    client.force_login(UserFactory(**user))

    for url in [reverse("admin:index"), admin_url(actor, "change"), admin_url(actor, "history")]:
        assert client.get(url).status_code == 302
    assert delete(client, actor).status_code == 302
    assert Actor.objects.exists()


def test_admin_of_every_model_with_history_is_registered():
    ours = ("accounts", "actors", "collaboratives", "ecosystem")
    recorded = {
        model
        for app in ours
        for model in apps.get_app_config(app).get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    }

    assert recorded - set(admin.site._registry) == set()


def test_admin_is_titled_and_needs_nothing_inline(staff):
    actor = ActorFactory(with_statements=1)
    pages = [
        reverse("admin:index"),
        reverse("admin:actors_actor_changelist"),
        admin_url(actor, "change"),
        admin_url(actor, "delete"),
        admin_url(actor.statements.get(), "change"),
    ]

    for url in pages:
        html = staff.get(url).content.decode()
        assert "CivicWeave" in html
        # The content security policy would drop them.
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<script>" not in html


def test_admin_list_filters_by_one_role_of_many(staff):
    ActorFactory(name="Both", roles=["backbone", "community"])
    ActorFactory(name="One", roles=["community"])
    url = reverse("admin:actors_actor_changelist")

    page = staff.get(url, {"roles": "backbone"})

    assert [actor.name for actor in page.context["cl"].queryset] == ["Both"]


@pytest.mark.parametrize("count", [1, 3])
def test_admin_list_queries_do_not_grow_with_actors(staff, django_assert_num_queries, count):
    for _ in range(count):
        ActorFactory(part_of=ActorFactory(), with_statements=1)
    url = reverse("admin:actors_actor_changelist")

    with django_assert_num_queries(8):
        staff.get(url)


def test_invitations_and_snapshots_are_not_made_by_hand(staff):
    assert staff.get(reverse("admin:actors_invitation_add")).status_code == 403
    assert staff.get(reverse("admin:ecosystem_snapshot_add")).status_code == 403
    snapshot = SnapshotFactory()
    assert staff.get(admin_url(snapshot, "change")).status_code == 200
    assert staff.post(admin_url(snapshot, "change"), {"note": "x"}).status_code == 403
    invitation = InvitationFactory(email="a@example.org")
    change(staff, invitation, email="b@example.org")
    invitation.refresh_from_db()
    assert invitation.email == "a@example.org"
