"""What a new collaborative is about, how it works, and who does what in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collaboratives.models import Collaborative, Membership
from collaboratives.models.collaborative import DecisionRole, DecisionRule
from ecosystem.analysis.data import Actor

FEWEST_MEMBERS: Final = 2
LONGEST_PURPOSE: Final = 2_000
MOST_MONTHS: Final = 60

EXPLAINED: Final[Mapping[str, str | Promise]] = {
    DecisionRule.CONSENSUS: _(
        "A decision stands when everybody says yes. Slow, and everybody carries it."
    ),
    DecisionRule.CONSENT: _(
        "A decision stands when nobody has a serious objection. Faster, and no one is overruled."
    ),
    DecisionRule.MAJORITY: _(
        "A decision stands when more say yes than no. Quick, but some may be overruled."
    ),
    DecisionRule.BACKBONE: _(
        "One member listens to all the others and then decides. Clear, and it needs trust."
    ),
    DecisionRule.OTHER: _("You agree on another way, and write it down among your principles."),
}
"""Each way to decide, in plain words."""

TYPED: Final = {"hx-preserve": "true"}
"""What somebody is typing stays, when the others at the table change meanwhile."""


class Seat(NamedTuple):
    """A member with the two fields about it."""

    actor: Actor
    function: BoundField
    part: BoundField


class FormingForm(forms.Form):
    """The details of a collaborative whose members are chosen already.

    Parameters
    ----------
    members
        Who sits at the table. Each has a field for what it does, and for its part in decisions.
    issues
        Names of the issues to choose from, by slug.
    """

    use_required_attribute = False  # a sentence beside the field says more than a browser

    name = forms.CharField(
        label=_("Name"),
        max_length=Collaborative._meta.get_field("name").max_length,
        error_messages={"required": _("Give the collaborative a name, so that people find it.")},
    )
    purpose = forms.CharField(
        label=_("What do you want to change together?"),
        help_text=_("One or two sentences that residents understand."),
        max_length=LONGEST_PURPOSE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    issue = forms.ChoiceField(label=_("Issue"), required=False)
    decision_rule = forms.ChoiceField(
        label=_("How do you decide?"),
        choices=[("", _("Not agreed yet")), *DecisionRule.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    review_every_months = forms.IntegerField(
        label=_("Look back together every so many months"),
        help_text=_("Twice a year suits most: every 6 months."),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=6,
        error_messages={
            "required": _("Say after how many months you look back; 6 suits most."),
            "invalid": _("Write a whole number of months, such as 6."),
            "min_value": _("Write at least 1 month."),
            "max_value": _("Write at most %(limit_value)s months."),
        },
    )
    backbone = forms.ChoiceField(
        label=_("Who holds it together?"),
        help_text=_(
            "The backbone invites, keeps the notes and follows up. Choose it now or later."
        ),
        required=False,
        error_messages={
            "invalid_choice": _("The backbone has to be one of the members: choose it again.")
        },
    )

    def __init__(
        self, *args: Any, members: Sequence[Actor], issues: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.members = members
        choices = {
            "issue": [("", _("No single issue")), *issues.items()],
            "backbone": [("", _("Not decided yet")), *((one.slug, one.name) for one in members)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        parts = [("", _("Not said yet")), *DecisionRole.choices]
        longest = Membership._meta.get_field("function").max_length
        for one in members:
            named = {"actor": one.name}
            self.fields[function_of(one.slug)] = forms.CharField(
                label=_("What %(actor)s does here") % named,
                max_length=longest,
                required=False,
                widget=forms.TextInput(TYPED),
            )
            self.fields[part_of(one.slug)] = forms.ChoiceField(
                label=_("Part of %(actor)s in decisions") % named,
                choices=parts,
                required=False,
                widget=forms.Select(TYPED),
            )

    @property
    def seats(self) -> list[Seat]:
        return [
            Seat(one, self[function_of(one.slug)], self[part_of(one.slug)]) for one in self.members
        ]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The ways to decide, each with its explanation and whether it is chosen."""
        chosen = self["decision_rule"].value() or ""
        return [
            {
                "value": value,
                "label": label,
                "explains": EXPLAINED.get(value, ""),
                "checked": value == chosen,
            }
            for value, label in self.fields["decision_rule"].choices  # type: ignore[attr-defined]
        ]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        if len(self.members) < FEWEST_MEMBERS:
            self.add_error(
                None,
                _("A collaborative needs at least two members: pick them above, then save again."),
            )
        return self.cleaned_data


def function_of(slug: str) -> str:
    """The name of the field that says what a member does."""
    return f"function-{slug}"


def part_of(slug: str) -> str:
    """The name of the field that says which part a member has in decisions."""
    return f"part-{slug}"
