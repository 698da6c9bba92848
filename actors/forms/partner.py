"""The short forms of a partner's own page, in plain words, one screen each."""

from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actors.forms.base import LONGEST_TEXT, RecordForm, WebField
from actors.forms.place import PLACE, PlaceFields, check_place, parted
from actors.framework import (
    REVERSE_TIE_LABELS,
    Competency,
    Level,
    ResourceKind,
    Role,
    Sector,
    TieKind,
)
from actors.models import Actor, City, Issue, Need, Offer, SkillStatement
from actors.selectors.partner import ENDED, RIGHT, UNSAID, WRONG, OwnTie, said
from actors.services.partner import IN, OUT, Answer
from ecosystem.analysis.vocabulary import AREAS

LEVELS: Final = (
    (str(Level.NONE.value), pgettext_lazy("how well we do it", "Not at all")),
    (str(Level.DEVELOPING.value), pgettext_lazy("how well we do it", "We are learning")),
    (str(Level.SOLID.value), pgettext_lazy("how well we do it", "Solid")),
    (str(Level.STRONG.value), pgettext_lazy("how well we do it", "We could teach it")),
    (UNSAID, _("Rather not say")),
)

TIE_ANSWERS: Final = (
    (RIGHT, pgettext_lazy("tie", "Right")),
    (WRONG, pgettext_lazy("tie", "Not right")),
    (ENDED, pgettext_lazy("tie", "Has ended")),
)

MEANINGS: Final = {
    Competency.MANAGEMENT_CONVENING: _("Bringing people to one table and keeping work on track."),
    Competency.COMMUNICATION_FACILITATION: _("Leading talks, and telling others about the work."),
    Competency.COMMUNITY_ORGANIZING: _("Working with residents so that they decide as well."),
    Competency.FUNDRAISING: _("Finding money for projects."),
    Competency.ISSUE_KNOWLEDGE: _("Knowing a field well, such as housing or health."),
    Competency.POLICY_PROGRAM_DESIGN: _("Shaping rules, services and programs."),
    Competency.DATA_COLLECTION_SHARING: _("Gathering data, and agreeing on how to share it."),
    Competency.DATA_QUALITY_ANALYSIS: _("Checking data and finding out what it says."),
    Competency.DATA_COMMUNICATION: _("Making data understood: charts, maps, stories."),
    Competency.CODING: _("Writing software."),
    Competency.INFRASTRUCTURE_MAINTENANCE: _("Running servers and software, year after year."),
    Competency.USER_CENTERED_DESIGN: _("Designing with the people who will use it."),
}
"""What each skill means, for people who never saw the framework."""


class OwnForm(RecordForm):
    """A part of the actor's own record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class AboutForm(OwnForm):
    """What we do."""

    website = WebField(label=_("Website"))

    class Meta:
        model = Actor
        fields = ("description", "website")
        labels: ClassVar = {"description": _("What do you do, in a sentence or two?")}
        widgets: ClassVar = {"description": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text: Any = self.fields["description"]
        text.max_length = LONGEST_TEXT


class KindForm(OwnForm):
    """What kind of organization we are."""

    roles = forms.MultipleChoiceField(
        label=_("Which parts do you play?"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    issues = forms.ModelMultipleChoiceField(
        label=_("Which issues do you work on?"),
        queryset=Issue.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Actor
        fields = ("sector", "roles", "issues")
        labels: ClassVar = {"sector": _("What kind of organization are you?")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["roles"] = list(self.instance.roles)


class PlaceForm(OwnForm):
    """Where we are: the area in words and, for who wants it, a point."""

    latitude = PlaceFields.base_fields["latitude"]
    longitude = PlaceFields.base_fields["longitude"]
    remove = forms.BooleanField(label=_("Take the point off the map"), required=False)

    class Meta:
        model = Actor
        fields = ("service_area", "latitude", "longitude")
        labels: ClassVar = {"service_area": _("Which area do you serve?")}
        help_texts: ClassVar = {"service_area": _("A neighborhood, the city, the county …")}

    def __init__(self, *args: Any, city: City | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city = city
        entered: Any = parted(self.data)
        if entered.get("remove"):
            entered = entered.copy()
            del entered["remove"]
            for name in PLACE:
                entered[name] = ""
        self.data = entered
        fields: dict[str, Any] = self.fields
        fields["latitude"].label = _("How far north (latitude)")
        fields["longitude"].label = _("How far east, with a minus for west (longitude)")
        fields["latitude"].help_text = _("As in 42.3601. Both numbers may be pasted here.")
        fields["longitude"].help_text = _("As in -71.0589.")
        if self.instance.latitude is None:
            del fields["remove"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_place(self, self.city)
        return self.cleaned_data


class SkillsForm(forms.Form):
    """The skills of one area. A question left blank stays unasked.

    Each answer carries, hidden, the one that was stored when the page was made.
    """

    use_required_attribute = False

    def __init__(
        self, *args: Any, area: str, statements: dict[str, SkillStatement], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.skills = AREAS[area]
        for slug in self.skills:
            self.fields[slug] = forms.ChoiceField(
                label=Competency(slug).label,
                help_text=MEANINGS[Competency(slug)],
                choices=LEVELS,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the answers.")},
            )
            self.fields[f"{slug}-seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
            stored = said(statements.get(slug))
            self.initial.update({slug: stored, f"{slug}-seen": stored})

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """For each skill its field and what was seen of it."""
        return [(self[slug], self[f"{slug}-seen"]) for slug in self.skills]

    def answers(self) -> dict[str, Answer]:
        cleaned = self.cleaned_data
        return {slug: Answer(cleaned[slug], cleaned[f"{slug}-seen"]) for slug in self.skills}


class TiesForm(forms.Form):
    """Each of its ties: right, not right, or ended."""

    use_required_attribute = False

    def __init__(self, *args: Any, ties: list[OwnTie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.ties = ties
        for one in ties:
            key = str(one.tie.pk)
            self.fields[key] = forms.ChoiceField(
                label=format_lazy("{}: {}", one.label, one.other.name),
                choices=TIE_ANSWERS,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the answers.")},
            )
            self.fields[f"{key}-seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.initial.update({key: one.said, f"{key}-seen": one.said})

    @property
    def rows(self) -> list[tuple[OwnTie, Any, Any]]:
        return [(one, self[str(one.tie.pk)], self[f"{one.tie.pk}-seen"]) for one in self.ties]

    def answers(self) -> dict[int, Answer]:
        cleaned = self.cleaned_data
        return {
            one.tie.pk: Answer(cleaned[str(one.tie.pk)], cleaned[f"{one.tie.pk}-seen"])
            for one in self.ties
        }


def tie_choices() -> list[tuple[str, Any]]:
    """Every kind of tie, told from the actor's side; both ways where they differ."""
    found: list[tuple[str, Any]] = []
    for kind in TieKind:
        found.append((f"{OUT}:{kind.value}", kind.label))
        if REVERSE_TIE_LABELS[kind] != kind.label:
            found.append((f"{IN}:{kind.value}", REVERSE_TIE_LABELS[kind]))
    return found


class AddTieForm(forms.Form):
    """What the actor does together with an organization that was chosen."""

    use_required_attribute = False

    tie = forms.ChoiceField(
        label=_("What do you do together?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you do together.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        choosing: Any = self.fields["tie"]
        choosing.choices = tie_choices()

    @property
    def way_and_kind(self) -> tuple[str, str]:
        way, _colon, kind = self.cleaned_data["tie"].partition(":")
        return way, kind


class AddMissingForm(AddTieForm):
    """An organization that is not on the map."""

    name = forms.CharField(
        label=_("Name of the organization"),
        max_length=300,
        error_messages={"required": _("Write its name.")},
    )
    sector = forms.ChoiceField(
        label=_("What kind of organization is it?"),
        choices=[("", _("Choose one")), *Sector.choices],
        error_messages={"required": _("Choose what kind of organization it is.")},
    )

    field_order = ("name", "sector", "tie")


class ExchangeForm(forms.Form):
    """What is lent or needed: those recorded so far, and perhaps one more."""

    use_required_attribute = False

    over = forms.ModelMultipleChoiceField(
        label=_("Check what is over"),
        queryset=Offer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    description = forms.CharField(
        label=_("In your own words"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    about = forms.ChoiceField(label=_("What is it about?"), required=False)

    def __init__(
        self, *args: Any, model: type[Offer] | type[Need], open_ones: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        fields: Any = self.fields
        fields["over"].queryset = model.objects.filter(pk__in=[one.pk for one in open_ones])
        if not open_ones:
            del self.fields["over"]
        fields["about"].choices = [
            ("", _("Choose one")),
            (_("A kind of resource"), [(f"r:{key}", name) for key, name in ResourceKind.choices]),
            (_("A skill"), [(f"c:{key}", name) for key, name in Competency.choices]),
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("description") and not cleaned.get("about") and not self.errors:
            self.add_error("about", _("Choose what it is about, so that others find it."))
        if cleaned.get("about") and not cleaned.get("description") and not self.errors:
            self.add_error("description", ValidationError(_("Say in a few words what it is.")))
        return cleaned

    @property
    def values(self) -> dict[str, str] | None:
        """What is to be added, if anything."""
        if not self.cleaned_data["description"]:
            return None
        kind, _colon, key = self.cleaned_data["about"].partition(":")
        return {
            "description": self.cleaned_data["description"],
            "competency": key if kind == "c" else "",
            "resource_kind": key if kind == "r" else "",
        }


class NewLinkForm(forms.Form):
    """The address that the invitation went to."""

    use_required_attribute = False

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one the invitation was sent to."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write an e-mail address, as in name@example.org."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
