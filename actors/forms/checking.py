"""Suggesting a correction, and deciding on one."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from actors.forms.base import LONGEST_REASON, LONGEST_TEXT, RecordForm, WebField
from actors.models import Actor

LONGEST_ANSWER = 1_000


class CorrectionForm(RecordForm):
    """What somebody who does not look after a record knows better."""

    website = WebField(label=_("Website"))
    reason = forms.CharField(
        label=_("How do you know?"),
        help_text=_("A web page, a conversation, your own work there. Who decides reads this."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say how you know, so that somebody can decide on it.")},
    )

    class Meta:
        model = Actor
        fields = ("name", "sector", "roles", "description", "website", "service_area")
        widgets: ClassVar = {"description": forms.Textarea({"rows": 5})}
        error_messages: ClassVar = {"name": {"required": _("Write its name.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["description"].max_length = LONGEST_TEXT

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.changes():
            self.add_error(None, _("Change at least one of the fields: nothing differs yet."))
        return self.cleaned_data


class DeclineForm(forms.Form):
    """Why a proposal is not taken up."""

    use_required_attribute = False

    answer = forms.CharField(
        label=_("Why not?"),
        help_text=_("Who proposed it reads this."),
        max_length=LONGEST_ANSWER,
        error_messages={
            "required": _("Say why you decline it: who proposed it reads your answer.")
        },
    )
