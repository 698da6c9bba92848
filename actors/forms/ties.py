"""A tie between two organizations."""

from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.forms.base import LONGEST_REASON, LONGEST_TEXT, DayField, check_days
from actors.forms.sources import CitingForm
from actors.framework import REVERSE_TIE_LABELS, TieKind
from actors.models import Actor, Relationship
from actors.services.editing import turned_round

OUT, IN = "out", "in"

FIRST_YEAR: Final = 1500
ENDS_TOO_EARLY: Final = _("A tie can't end before it started: mend one of the two days.")


class TieForm(CitingForm):
    """What two organizations do together, read from ``first``.

    ``instance`` has its source, target and city already. ``shows_strength`` is for who convenes
    the city, and for a new tie: a stored strength is shown to nobody else.
    """

    tie = forms.ChoiceField(
        label=_("What is the tie about?"),
        error_messages={"required": _("Choose what the tie is about.")},
    )
    started_on = DayField(label=_("Started on"))
    ended_on = DayField(
        label=_("Ended on"),
        help_text=_("A tie that has ended is kept, so that earlier maps stay as they were."),
    )

    class Meta:
        model = Relationship
        fields = (
            "status",
            "description",
            "strength",
            "formality",
            "carried_by",
            "carried_levels",
            "started_on",
            "ended_on",
            "since_year",
        )
        widgets: ClassVar = {
            "description": forms.Textarea({"rows": 3}),
            "status": forms.RadioSelect,
        }
        help_texts: ClassVar = {
            "status": _("A tie wished for is shown apart and counted nowhere."),
            "strength": _("Shown only to those who convene this city."),
            "carried_by": _("With one person alone, the tie goes when that person goes."),
            "since_year": _("When a source names a year and nothing more."),
        }

    sections: ClassVar[Any] = (
        (_("What they do together"), ("tie", "status", "description")),
        (
            _("How they work together"),
            ("strength", "formality", "carried_by", "carried_levels"),
        ),
        (_("Since when"), ("started_on", "ended_on", "since_year")),
        (
            _("How you know"),
            ("kept_sources", "source", "source_kind", "source_is_private", "reason"),
        ),
    )

    def __init__(
        self,
        *args: Any,
        first: Actor,
        viewer: Viewer,
        may_publish: bool,
        shows_strength: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        tie, fields = self.instance, self.fields
        choosing: dict[str, Any] = fields
        self.first = first
        other = tie.target if tie.source_id == first.pk else tie.source
        named = {"first": first.name, "second": other.name}
        choosing["tie"].choices = [
            ("", _("Choose one")),
            (
                _("%(first)s … %(second)s") % named,
                [(f"{OUT}:{kind.value}", kind.label) for kind in TieKind],
            ),
            (
                _("%(first)s … %(second)s, the other way round") % named,
                [
                    (f"{IN}:{kind.value}", REVERSE_TIE_LABELS[kind])
                    for kind in TieKind
                    if REVERSE_TIE_LABELS[kind] != kind.label
                ],
            ),
        ]
        choosing["strength"].choices = [
            ("", _("Not known")),
            *choosing["strength"].choices[1:],
        ]
        choosing["formality"].choices = [
            ("", _("Not known")),
            *choosing["formality"].choices[1:],
        ]
        choosing["description"].max_length = LONGEST_TEXT
        if tie.pk is not None:
            is_out = tie.source_id == first.pk or REVERSE_TIE_LABELS[TieKind(tie.kind)] == (
                TieKind(tie.kind).label
            )
            self.initial["tie"] = f"{OUT if is_out else IN}:{tie.kind}"
        else:
            del fields["ended_on"]
        if not shows_strength:
            del fields["strength"]
        self.cite(viewer, may_keep_private=may_publish)

    def clean_since_year(self) -> int | None:
        year: int | None = self.cleaned_data["since_year"]
        if year is not None and not FIRST_YEAR <= year <= timezone.localdate().year:
            raise ValidationError(
                _("Write a year with four digits that is not still to come, as in 2016.")
            )
        return year

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        errors = check_days(cleaned, "started_on", "ended_on", ENDS_TOO_EARLY)
        for name, error in errors.items():
            self.add_error(name, error)
        self._set_kind()
        return cleaned

    def _set_kind(self) -> None:
        way, _colon, kind = (self.cleaned_data.get("tie") or "").partition(":")
        if not kind:
            return
        tie = self.instance
        both_ways = REVERSE_TIE_LABELS[TieKind(kind)] == TieKind(kind).label
        reads_out = tie.source_id == self.first.pk
        # A tie that says the same from both sides stays as it was recorded.
        if not (both_ways and tie.pk is not None) and (way == OUT) != reads_out:
            turned_round(tie)
        tie.kind = kind

    def _get_validation_exclusions(self) -> set[str]:
        """None, so that the constraints are checked with the two sides as well."""
        return set()

    def _update_errors(self, errors: Any) -> None:
        """What concerns a side, or the tie as a whole, stands above the form."""
        if hasattr(errors, "error_dict"):
            for name in [one for one in errors.error_dict if one not in self.fields]:
                found = errors.error_dict.pop(name)
                if name == "kind":
                    continue  # "tie" has said so
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(found)
        super()._update_errors(errors)  # type: ignore[misc]  # of Django's ModelForm

    def changes(self) -> dict[str, dict[str, Any]]:
        """Sides and kind by their own names, as the record has them.

        Of a new tie, "source" is its first side: where it is known from is not among them.
        """
        changes = super().changes()
        stored = Relationship.objects.filter(pk=self.instance.pk).first()
        entered = self.instance
        changes.pop("tie", None)
        for name in ("source", "target", "kind"):
            before = _side(getattr(stored, name)) if stored else None
            after = _side(getattr(entered, name))
            if before != after:
                changes[name] = {"from": before, "to": after}
        return changes


def _side(value: Any) -> str:
    return value.slug if isinstance(value, Actor) else str(value)


class EndTieForm(forms.Form):
    """The day a tie ended."""

    use_required_attribute = False

    ended_on = DayField(
        label=_("On which day did it end?"),
        required=True,
    )
    reason = forms.CharField(label=_("Why?"), max_length=LONGEST_REASON, required=False)
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, tie: Relationship) -> None:
        super().__init__(data, auto_id="end_%s")
        self.label_suffix = ""
        self.tie = tie
        self.initial.update({"based_on": tie.version, "ended_on": timezone.localdate()})
        self.fields["ended_on"].error_messages["required"] = _("Enter the day on which it ended.")

    def clean_ended_on(self) -> Any:
        day = self.cleaned_data["ended_on"]
        if self.tie.started_on and day < self.tie.started_on:
            raise ValidationError(ENDS_TOO_EARLY, code="ends_before_start")
        if day > timezone.localdate():
            raise ValidationError(
                _("This day is still to come: come back then, or enter an earlier one.")
            )
        return day


class DeleteForm(forms.Form):
    """Taking a wrong entry away needs a reason."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why was it wrong?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say why it was wrong, so that nobody enters it again.")},
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, version: int) -> None:
        super().__init__(data, auto_id="delete_%s")
        self.label_suffix = ""
        self.initial["based_on"] = version
