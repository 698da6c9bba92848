"""Giving people a role in a city."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from actors.forms.plain import PlainForm
from actors.models.city import CityRoleKind

KINDS: Final = (
    (CityRoleKind.CONVENER, _("Convener: decides on the map, and on who may do what")),
    (CityRoleKind.CONTRIBUTOR, _("Contributor: adds and proposes, a convener publishes")),
    (CityRoleKind.VIEWER, _("Viewer: reads the map, also while it is not public")),
)
"""Each role with what it means."""


class GiveRoleForm(PlainForm):
    """A person by e-mail address, and a role."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person signs in with it: a code comes by mail, no password is needed."),
        max_length=User._meta.get_field("email").max_length,
        error_messages={
            "required": _("Write the e-mail address of the person."),
            "invalid": _("Write an e-mail address, as in ana@example.org."),
        },
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Role"),
        choices=KINDS,
        initial=CityRoleKind.CONTRIBUTOR,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a role."),
            "invalid_choice": _("Choose one of the three roles."),
        },
    )


class OwnRoleForm(PlainForm):
    """Another role for somebody who has one; ``based_on`` is the version that the page showed."""

    kind = forms.ChoiceField(choices=CityRoleKind)
    based_on = forms.IntegerField()


class TakeRoleForm(PlainForm):
    """No role any more."""

    based_on = forms.IntegerField()
