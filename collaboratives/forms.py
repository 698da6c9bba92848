"""Changing a collaborative, and who sits at its table."""

from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.forms.base import LONGEST_TEXT, DayField, check_days
from actors.forms.sources import CitingForm
from actors.models import Actor, Issue
from collaboratives.models import Collaborative, Membership
from collaboratives.models.collaborative import DecisionRole, DecisionRule
from ecosystem.common.days import too_early

MOST_MONTHS: Final = 60

HOW_KNOWN: Final = (
    _("How you know"),
    ("kept_sources", "source", "source_kind", "source_is_private", "reason"),
)


class TableForm(CitingForm):
    """A record of a collaborative, with what it rests on; ``viewer`` cites what is visible."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.cite(viewer, may_keep_private=True)


class CharterForm(TableForm):
    """What a collaborative is about and how it works. Its backbone is one of its members."""

    backbone = forms.ModelChoiceField(
        label=_("Who holds it together?"),
        help_text=_("The backbone invites, keeps the notes and follows up."),
        queryset=Actor.objects.none(),
        required=False,
        empty_label=_("Not decided yet"),
        error_messages={
            "invalid_choice": _("The backbone has to be one of the members: choose it again.")
        },
    )
    review_every_months = forms.IntegerField(
        label=_("Look back together every so many months"),
        help_text=_("Twice a year suits most: every 6 months."),
        min_value=1,
        max_value=MOST_MONTHS,
        error_messages={
            "required": _("Say after how many months you look back; 6 suits most."),
            "invalid": _("Write a whole number of months, such as 6."),
            "min_value": _("Write at least 1 month."),
            "max_value": _("Write at most %(limit_value)s months."),
        },
    )

    class Meta:
        model = Collaborative
        fields = (
            "name",
            "purpose",
            "vision",
            "principles",
            "issue",
            "decision_rule",
            "backbone",
            "stage",
            "review_every_months",
        )
        labels: ClassVar = {
            "purpose": _("What do you want to change together?"),
            "decision_rule": _("How do you decide?"),
        }
        help_texts: ClassVar = {
            "purpose": _("One or two sentences that residents understand."),
            "vision": _("What will be different once it has worked?"),
            "principles": _("What do you hold each other to?"),
        }
        widgets: ClassVar = {
            "purpose": forms.Textarea({"rows": 4}),
            "vision": forms.Textarea({"rows": 3}),
            "principles": forms.Textarea({"rows": 4}),
        }
        error_messages: ClassVar = {
            "name": {
                "required": _("Give the collaborative a name, so that people find it."),
            },
        }

    sections: ClassVar = (
        (_("What it is for"), ("name", "purpose", "vision", "principles", "issue")),
        (
            _("How it works"),
            ("stage", "decision_rule", "backbone", "review_every_months"),
        ),
        HOW_KNOWN,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("purpose", "vision", "principles"):
            fields[name].validators.append(MaxLengthValidator(LONGEST_TEXT))
        fields["issue"].queryset = Issue.objects.order_by("name")
        fields["issue"].empty_label = _("No single issue")
        fields["decision_rule"].choices = [("", _("Not agreed yet")), *DecisionRule.choices]
        stored = self.instance.backbone_id
        members = self.instance.memberships.current_on(timezone.localdate()).values("actor")
        seen = Actor.objects.visible_to(self.viewer)
        fields["backbone"].queryset = seen.filter(pk__in=members) | seen.filter(pk=stored)
        self.hides_backbone = stored is not None and not seen.filter(pk=stored).exists()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_backbone(self) -> Actor | None:
        """One that the writer may not see stays, unless another takes its place."""
        chosen: Actor | None = self.cleaned_data["backbone"]
        if chosen is None and self.hides_backbone:
            return Collaborative.objects.get(pk=self.instance.pk).backbone
        return chosen


class MembershipForm(TableForm):
    """What a member does at the table, and from when to when it sits there."""

    since = DayField(
        label=_("At the table since"), help_text=_("Leave it empty when nobody knows.")
    )
    until = DayField(
        label=_("Last day at the table"),
        help_text=_(
            "Leave it empty as long as it is a member. On this day it still counts as one, from "
            "the next day on no longer. What it did here is kept."
        ),
    )

    class Meta:
        model = Membership
        fields = ("function", "decision_role", "since", "until")
        labels: ClassVar = {"function": _("What it does here")}

    sections: ClassVar = (
        (_("Part it plays"), ("function", "decision_role", "since")),
        (_("When it leaves"), ("until",)),
        HOW_KNOWN,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["decision_role"].choices = [("", _("Not said yet")), *DecisionRole.choices]
        fields["decision_role"].help_text = ""
        if self.instance.pk is None:
            del fields["until"]

    def clean_since(self) -> Any:
        return _possible(self.cleaned_data["since"])

    def clean_until(self) -> Any:
        return _possible(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        message = _("It can’t leave before it came: mend one of the two days.")
        for name, error in check_days(self.cleaned_data, "since", "until", message).items():
            self.add_error(name, error)
        return self.cleaned_data


def _possible(day: Any) -> Any:
    if day is not None:
        if problem := too_early(day):
            raise ValidationError(problem)
        if day > timezone.localdate():
            raise ValidationError(
                _("This day is still to come: come back then, or enter an earlier one.")
            )
    return day
