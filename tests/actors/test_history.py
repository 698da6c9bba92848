"""Who changed what, and that nothing personal stays behind."""

import pytest
from django.apps import apps
from django.db import connection

from tests import factories as f
from tests.actors.admin_forms import change, delete, revert

pytestmark = pytest.mark.django_db

OURS = ("accounts", "actors", "collaboratives", "ecosystem")

RECORDED = [
    model
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    if hasattr(model._meta, "simple_history_manager_attribute")
]
WITH_SOURCES = [model for model in RECORDED if hasattr(model, "sources")]


def factory_of(model):
    return getattr(f, f"{model.__name__}Factory")


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model.__name__)
def test_history_keeps_creation_change_and_deletion(model):
    record = factory_of(model)()
    pk = record.pk

    record.save()
    record.delete()

    entries = model.history.filter(id=pk).order_by("history_id")
    assert [entry.history_type for entry in entries] == ["+", "~", "-"]


@pytest.mark.parametrize("model", WITH_SOURCES, ids=lambda model: model.__name__)
def test_history_keeps_the_sources_of_each_moment(model):
    record = factory_of(model)()
    first, second = f.SourceFactory.create_batch(2)

    record.sources.add(first)
    record.sources.set([second])
    record.sources.clear()

    def sources_at(entry):
        return {row.source_id for row in entry.sources.all()}

    entries = record.history.order_by("history_id")
    assert [sources_at(entry) for entry in entries] == [
        set(),
        {first.pk},
        set(),
        {second.pk},
        set(),
    ]


def test_history_of_other_many_to_many_fields():
    issue, tag = f.IssueFactory(), f.TagFactory()
    actor = f.ActorFactory()
    decision = f.DecisionFactory()

    actor.issues.add(issue)
    actor.tags.add(tag)
    decision.deciders.add(actor)

    entry = actor.history.first()
    assert [row.issue for row in entry.issues.all()] == [issue]
    assert [row.tag for row in entry.tags.all()] == [tag]
    assert [row.actor for row in decision.history.first().deciders.all()] == [actor]


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model.__name__)
def test_saving_touches_no_other_row(model, django_assert_num_queries):
    """``save()`` stores the row and its history; no signals of ours do more."""
    record = factory_of(model)()
    writes = []

    def watch(execute, sql, params, many, context):
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        record.save()

    table = model._meta.db_table
    history = model.history.model._meta.db_table
    assert [table in writes[0], history in writes[1]] == [True, True]
    assert len(writes) == 2


# ── Nothing personal stays behind ────────────────────────────────────────────────────────────────

CANARY = "canary7f3a"
MAIL = f"{CANARY}@example.org"

PERSONAL = {
    "Contact": (
        lambda: f.ContactFactory(name=CANARY, job=CANARY, email=MAIL, phone=CANARY),
        {"name": f"{CANARY}2", "phone": f"{CANARY}3"},
    ),
    "User": (
        lambda: f.UserFactory(name=CANARY, email=MAIL, password=CANARY),
        {"name": f"{CANARY}2", "email": f"2{MAIL}"},
    ),
    "Story": (
        lambda: f.StoryFactory(title=CANARY, text=CANARY, teller=CANARY),
        {"title": f"{CANARY}2", "text": f"{CANARY}3"},
    ),
    "Invitation": (
        lambda: f.InvitationFactory(email=MAIL, contact=None, token_hash=CANARY),
        {"revoked_at_0": "2026-01-02", "revoked_at_1": "10:00:00"},
    ),
    "Introduction": (
        lambda: f.IntroductionFactory(assigned_to=CANARY),
        {"assigned_to": f"{CANARY}2"},
    ),
}


def tables_with(text):
    """Names of the tables of the whole database in which the text stands anywhere."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if any(text in str(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    return found


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_fields_stay_in_their_own_table_and_leave_with_the_row(client, name):
    client.force_login(f.UserFactory(admin=True))
    make, changes = PERSONAL[name]
    record = make()
    own = record._meta.db_table
    change(client, record, **changes)
    revert(client, record.history.last(), **changes)

    assert tables_with(CANARY) == {own}

    delete(client, record)

    assert type(record).objects.filter(pk=record.pk).count() == 0
    assert tables_with(CANARY) == set()


def test_password_is_in_no_history():
    user = f.UserFactory()
    user.set_password("another-long-password")
    user.save()

    assert tables_with(user.password) == {"accounts_user"}
