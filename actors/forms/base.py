"""What every form about a record does: it knows the version it started from, and says in words
what is stored and what was entered."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Manager, Model, QuerySet
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField, model_to_dict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_TEXT: Final = 4_000
LONGEST_REASON: Final = 100
"""As long as the history keeps."""

ASIDE: Final = frozenset({"based_on", "reason"})
"""Fields that are about the change itself."""


class Difference(NamedTuple):
    """A field whose stored value is not what was entered, both in words."""

    label: str
    stored: str
    entered: str


class DayField(forms.DateField):
    """A day, chosen from a calendar or written as 2026-06-30."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "invalid": gettext_lazy("Write the day as year-month-day, as in 2026-06-30.")
            },
            **kwargs,
        )


class WebField(forms.URLField):
    """An http address that a browser may follow; "https://" is put before a bare one."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            assume_scheme="https",
            max_length=500,
            error_messages={
                "invalid": gettext_lazy("Write a web address, as in https://www.example.org.")
            },
            widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
            **kwargs,
        )


class RecordForm(forms.ModelForm):
    """A form for one record; ``based_on`` is the version that the page showed."""

    use_required_attribute = False  # a sentence beside the field says more than a browser

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Kept in the history, beside what changed."),
        max_length=LONGEST_REASON,
        required=False,
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.initial["based_on"] = getattr(self.instance, "version", None) or 0
        self.order_fields([name for name in self.fields if name not in ASIDE])

    @property
    def started_from(self) -> int:
        """The version that the writer saw; 0, which no record has, when it is missing."""
        return self.cleaned_data.get("based_on") or 0

    def said(self, name: str) -> str:
        """What the field held when the form was opened, in words."""
        return in_words(self.fields[name], self.get_initial_for_field(self.fields[name], name))

    def differences(self, stored: "RecordForm") -> list[Difference]:
        """Where ``stored``, an unbound form of the record as it is now, holds something else."""
        found = []
        for name, field in stored.fields.items():
            if name in ASIDE or name not in self.fields:
                continue
            entered = self.cleaned_data.get(name)
            initial = stored.get_initial_for_field(field, name)
            if field.has_changed(_as_initial(initial), self[name].data):
                said = in_words(field, entered)
                found.append(Difference(str(field.label), stored.said(name), said))
        return found

    def start_from(self, stored: "RecordForm", seen: Model | None) -> None:
        """Saved once more, the entries replace what ``stored`` holds, on purpose.

        ``seen`` is the record as the writer saw it: plain fields that were left as they were then
        take what is stored now, so that nobody's change is undone unawares.
        """
        entered = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        entered[self.add_prefix("based_on")] = str(stored.initial["based_on"])
        plain_fields = {field.name for field in stored.instance._meta.concrete_fields}
        values = model_to_dict(seen) if seen is not None else {}
        for name, field in stored.fields.items():
            is_plain = name in values and name in plain_fields and name in self.fields
            if is_plain and isinstance(field, ModelChoiceField | forms.CharField):
                is_plain = not stored.instance._meta.get_field(name).is_relation
            if is_plain and not field.has_changed(values[name], self[name].data):
                _put(entered, self.add_prefix(name), stored[name].value())
        self.data = entered

    def changes(self) -> dict[str, dict[str, Any]]:
        """What was entered and is not stored, as values that JSON holds, for a proposal.

        Of a new record all that is not empty, so that a default counts as said.
        """
        if self.instance.pk is None:
            return {
                name: {"from": None, "to": value}
                for name in self.fields
                if name not in ASIDE
                and (value := plain(self.cleaned_data.get(name))) not in (None, "", [], False)
            }
        return {
            name: {
                "from": plain(self.get_initial_for_field(self.fields[name], name)),
                "to": plain(self.cleaned_data.get(name)),
            }
            for name in self.changed_data
            if name not in ASIDE
        }


def _as_initial(value: Any) -> Any:
    return list(value.all()) if isinstance(value, Manager) else value


def _put(data: Any, name: str, value: Any) -> None:
    """Write a value into a QueryDict as a browser would send it."""
    if isinstance(value, list | tuple):
        data.setlist(name, [str(one) for one in value])
    elif value is False:
        data.pop(name, None)
    else:
        data[name] = "" if value is None else "on" if value is True else str(value)


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a form field as people read it; "–" for none."""
    value = _as_initial(value)
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, ModelChoiceField | ModelMultipleChoiceField):
        values = value if isinstance(value, list | tuple | QuerySet) else [value]
        return ", ".join(str(one) for one in values if one) or "–"
    names = {str(key): str(label) for key, label in _flat(getattr(field, "choices", ()))}
    if value in (None, "") and "" in names:
        return names[""]
    values = value if isinstance(value, list | tuple) else [value]
    said = [names.get(str(one), str(one)) for one in values if one not in (None, "")]
    return ", ".join(said) or "–"


def _flat(choices: Any) -> Any:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def plain(value: Any) -> Any:
    """A value as JSON holds it: records by their short name or id, days as year-month-day."""
    value = _as_initial(value)
    if isinstance(value, Model):
        return getattr(value, "slug", None) or value.pk
    if isinstance(value, list | tuple | QuerySet):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def lines(text: str) -> list[str]:
    """Lines with something on them, each once, without surplus spaces."""
    tidy = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in tidy if line))


def check_days(
    cleaned: Mapping[str, Any], start: str, end: str, message: Any
) -> dict[str, ValidationError]:
    """An error at ``end`` when it is before ``start``."""
    first, last = cleaned.get(start), cleaned.get(end)
    if first and last and last < first:
        return {end: ValidationError(message, code="ends_before_start")}
    return {}
