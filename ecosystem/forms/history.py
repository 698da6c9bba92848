from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ecosystem.history.words import kind_choices
from ecosystem.services.history import LONGEST_REASON


class HistoryFilterForm(forms.Form):
    """Which changes to list. ``authors`` are ids and names; None leaves that choice out."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    organization = forms.CharField(
        label=_("Organization"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "off"}),
    )
    person = forms.ChoiceField(label=_("Who changed it"), required=False)
    since = forms.DateField(
        label=_("From day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Until day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, authors: Sequence[tuple[int, str]] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        convenes = authors is not None
        kinds = kind_choices(convenes=convenes)
        _choices(self.fields["kind"], [("", _("Everything")), *kinds])
        if authors is None:
            del self.fields["person"]
        else:
            people = [(str(pk), name) for pk, name in authors]
            _choices(self.fields["person"], [("", _("Everybody")), *people])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first: exchange the two."))
        return cleaned


class UndoForm(forms.Form):
    """Why something is undone. ``seen`` names what the writer saw before."""

    reason = forms.CharField(
        label=_("Why do you undo it?"),
        help_text=_("Kept in the history, beside what changed."),
        max_length=LONGEST_REASON,
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    choice = forms.BooleanField(required=False)


def _choices(field: Any, choices: Sequence[tuple[Any, Any]]) -> None:
    field.choices = choices
