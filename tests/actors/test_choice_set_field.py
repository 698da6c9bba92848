import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models

from actors.framework import Role
from actors.models import Actor
from ecosystem.common.fields import ChoiceSetField
from tests.factories import ActorFactory

pytestmark = pytest.mark.django_db


def stored(actor):
    actor.refresh_from_db()
    return actor.roles


def column(actor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles FROM actors_actor WHERE id = %s", [actor.pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("given", "kept", "text"),
    [
        ([], (), ""),
        (None, (), ""),
        ("", (), ""),
        (["backbone"], ("backbone",), "|backbone|"),
        (["backbone", "community"], ("community", "backbone"), "|community|backbone|"),
        (("backbone", "backbone"), ("backbone",), "|backbone|"),
        ({Role.STORYTELLER}, ("storyteller",), "|storyteller|"),
        ("|backbone|community|", ("community", "backbone"), "|community|backbone|"),
    ],
)
def test_choice_set_is_kept_in_the_order_of_the_choices(given, kept, text):
    actor = ActorFactory(roles=given)

    assert column(actor) == text
    assert stored(actor) == kept


def test_choice_set_is_empty_unless_set():
    assert Actor().roles == ()
    assert stored(ActorFactory()) == ()


def test_has_finds_whole_choices_only():
    both = ActorFactory(roles=["backbone", "community"])
    one = ActorFactory(roles=["community"])
    ActorFactory(roles=[])

    def having(choice):
        return set(Actor.objects.filter(roles__has=choice))

    assert having("community") == {both, one}
    assert having(Role.BACKBONE) == {both}
    assert set(Actor.objects.exclude(roles__has="backbone")) - {both, one} != set()
    for part in ("", "back", "bone", "community|backbone|x", "BACKBONE"):
        assert having(part) == set(), part


@pytest.mark.parametrize("special", ["%", "_", "b_ckbone", "back%", "\\", "'", '"', "*"])
def test_has_takes_special_characters_literally(special):
    plain = ActorFactory(roles=["backbone"])
    Actor.objects.filter(pk=ActorFactory().pk).update(roles=[special])

    found = Actor.objects.filter(roles__has=special)

    assert plain not in found
    assert found.count() == 1


def test_unknown_choice_is_refused():
    actor = ActorFactory.build(roles=["backbone", "wizard"], city=None)

    with pytest.raises(ValidationError) as refused:
        actor.full_clean()

    assert refused.value.message_dict == {"roles": ["“wizard” is not one of the choices."]}


def test_choice_set_in_a_form():
    class RolesForm(forms.ModelForm):
        class Meta:
            model = Actor
            fields = ("roles",)

    actor = ActorFactory(roles=["backbone"])

    assert RolesForm(instance=actor)["roles"].value() == ["backbone"]
    assert not RolesForm({"roles": ["backbone"]}, instance=actor).has_changed()
    form = RolesForm({"roles": ["storyteller", "community"]}, instance=actor)
    assert form.is_valid()
    form.save()
    assert stored(actor) == ("community", "storyteller")
    RolesForm({}, instance=actor).save()
    assert stored(actor) == ()
    assert RolesForm({"roles": ["wizard"]}, instance=actor).errors == {
        "roles": ["Select a valid choice. wizard is not one of the available choices."]
    }


def test_choice_set_in_history():
    actor = ActorFactory(roles=["backbone"])
    actor.roles = ["community", "backbone"]
    actor.save()

    new, old = actor.history.all()

    assert (old.roles, new.roles) == (("backbone",), ("community", "backbone"))
    assert [change.field for change in new.diff_against(old).changes] == ["roles"]


def test_choice_set_shows_names():
    actor = ActorFactory(roles=["backbone", "community"])

    assert actor.get_roles_display() == "Community, Backbone"
    assert ActorFactory().get_roles_display() == ""


def test_choice_set_survives_serialization():
    actor = ActorFactory(roles=["backbone", "community"])

    (copy,) = serializers.deserialize("json", serializers.serialize("json", [actor]))

    assert copy.object.roles == ("community", "backbone")


def test_choice_set_field_describes_itself_to_migrations():
    field = ChoiceSetField(choices=Role, verbose_name="roles")

    _name, path, args, kwargs = field.deconstruct()

    assert path == "ecosystem.common.fields.ChoiceSetField"
    again = ChoiceSetField(*args, **kwargs)
    assert isinstance(again, models.TextField)
    assert again.get_default() == ()
    assert again.flatchoices == field.flatchoices
