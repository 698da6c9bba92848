"""What an organization can lend, and what it looks for."""

from typing import Any, ClassVar

from django import forms
from django.forms.models import modelform_factory
from django.utils.translation import gettext_lazy as _

from actors.forms.base import LONGEST_TEXT, DayField, RecordForm, check_days
from actors.framework import Competency, ResourceKind
from actors.models import Need, Offer


class ExchangeForm(RecordForm):
    """An offer or a need: a skill or a kind of resource, in words, perhaps for some time."""

    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    class Meta:
        fields = (
            "description",
            "competency",
            "resource_kind",
            "starts_on",
            "ends_on",
            "is_open",
        )
        widgets: ClassVar = {"description": forms.Textarea({"rows": 3})}
        help_texts: ClassVar = {
            "is_open": _("Take the check mark away when it has been taken up or is over.")
        }
        error_messages: ClassVar = {
            "description": {"required": _("Say in a few words what it is.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["description"].max_length = LONGEST_TEXT
        fields["competency"].choices = [("", _("None of the 12 skills")), *Competency.choices]
        fields["resource_kind"].choices = [("", _("None of these")), *ResourceKind.choices]
        if self.instance.pk is None:
            del fields["reason"], fields["is_open"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if not (cleaned.get("competency") or cleaned.get("resource_kind")) and not self.errors:
            self.add_error(
                "competency", _("Choose a skill, or a kind of resource below, so that it is found.")
            )
        message = _("It can't end before it starts: mend one of the two days.")
        for name, error in check_days(cleaned, "starts_on", "ends_on", message).items():
            self.add_error(name, error)
        return cleaned


OfferForm = modelform_factory(Offer, form=ExchangeForm)
NeedForm = modelform_factory(Need, form=ExchangeForm)
