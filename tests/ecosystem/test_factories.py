import pytest
from django.apps import apps
from factory.django import DjangoModelFactory

from tests import factories

OURS = ["accounts", "actors", "collaboratives", "ecosystem"]
FACTORIES = [
    factory
    for factory in vars(factories).values()
    if isinstance(factory, type)
    and issubclass(factory, DjangoModelFactory)
    and not factory._meta.abstract
]


def test_every_model_has_one_factory():
    made = [factory._meta.model for factory in FACTORIES]

    assert sorted(model.__name__ for model in made) == sorted(
        model.__name__
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory_makes_valid_rows(factory):
    for row in factory.create_batch(2):
        row.full_clean()


@pytest.mark.django_db
def test_actor_factory_takes_lists_and_statements():
    issue, source = factories.IssueFactory(), factories.SourceFactory()

    actor = factories.ActorFactory(issues=[issue], sources=[source], with_statements=2)

    assert list(actor.issues.all()) == [issue]
    assert list(actor.sources.all()) == [source]
    assert list(actor.statements.values_list("competency", "level")) == [
        ("communication-facilitation", 2),
        ("management-convening", 2),
    ]
