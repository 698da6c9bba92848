"""What every administration page of ours does. Nothing above ``common`` is imported here."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet, URLField
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper
from simple_history.utils import get_m2m_reverse_field_name

from ecosystem.common.fields import ChoiceSetField
from ecosystem.common.models import PlacedModel, VersionedModel
from ecosystem.common.versions import record_change

PLACE = ("latitude", "longitude")
BOOKKEEPING = ("version", "created_at", "updated_at")


class RecordForm(forms.ModelForm):
    """A record's form that knows the version it was opened at.

    When somebody saved in between, it is refused with what is stored now beside what was entered;
    sent once more, it starts from the stored version, so that its entries win on purpose.
    """

    change_reason = forms.CharField(
        label=_("Reason"),
        max_length=100,
        required=False,
        help_text=_("Why you change it. Kept in the history."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        past = getattr(self.instance, "_history", None)  # set on a state taken from the history
        if past is not None:
            self.initial.update(_past_choices(past))
        self.stored = type(self.instance)._base_manager.filter(pk=self.instance.pk).first()
        if isinstance(self.stored, VersionedModel):
            self.initial["based_on"] = self.stored.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        started_from = self.cleaned_data.get("based_on")
        if isinstance(self.stored, VersionedModel) and started_from != self.stored.version:
            entered = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            entered[self.add_prefix("based_on")] = str(self.stored.version)
            self.data = entered
            raise forms.ValidationError(self._conflict(self.stored), code="changed_meanwhile")
        return cleaned

    def _conflict(self, stored: Model) -> list[str]:
        last = stored.history.select_related("history_user").first()  # type: ignore[attr-defined]
        sentences = [
            gettext(
                "%(who)s saved this record on %(when)s, after you had opened it. Nothing was "
                "overwritten: your entries are still here. Save once more to put them in place "
                "of what is stored now."
            )
            % {
                "who": (last and last.history_user) or gettext("Somebody"),
                "when": date_format(localtime(last.history_date), "DATETIME_FORMAT")
                if last
                else "–",
            }
        ]
        stored_values = model_to_dict(stored)
        for name, field in self.fields.items():
            if name in stored_values and field.has_changed(stored_values[name], self[name].data):
                shown = _in_words(stored, stored._meta.get_field(name))
                sentences.append(
                    gettext("%(field)s, stored now: %(value)s")
                    % {"field": field.label, "value": shown}
                )
        return sentences


class ChangesInWords(HistoricalRecordContextHelper):
    """Changes in the history list: choices by their names, without what changes every time."""

    def context_for_delta_changes(self, delta: Any) -> list[dict[str, Any]]:
        changes = [change for change in delta.changes if change.field not in BOOKKEEPING]
        context: list[dict[str, Any]] = super().context_for_delta_changes(
            dataclasses.replace(delta, changes=changes)
        )
        return context

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        names = dict(getattr(field, "flatchoices", ()))
        if isinstance(field, ChoiceSetField):
            return [str(names.get(item, item)) for item in field.to_python(value)]
        if names:
            return names.get(value, value)
        return super().prepare_delta_change_value(change, value)


class RecordAdmin(SimpleHistoryAdmin):
    """The administration of a record with history.

    A save, a deletion and a return to an earlier state each happen inside ``change``, a context
    manager that gets the records; apps give the one that tells their readers. Open to whoever may
    open the administration at all.

    Django's own log of actions is not written: it would keep the names of people for ever, and the
    history says the same and more.
    """

    change: ClassVar[Callable[..., AbstractContextManager[None]]] = staticmethod(record_change)

    form = RecordForm
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    history_list_display: Sequence[str] = ("version",)
    list_per_page = 100

    # Who may: Django's rule for the whole site, the same for each model.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    # What a form shows

    def get_autocomplete_fields(self, request: HttpRequest) -> Sequence[str]:
        """All links to other records: a list of them would be long, and slow."""
        fields = (*self.opts.fields, *self.opts.many_to_many)
        return [field.name for field in fields if field.is_relation and field.editable]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        names = {field.name for field in self.opts.fields}
        return [
            *super().get_readonly_fields(request, obj),
            *(name for name in BOOKKEEPING if name in names),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """The model's own fields first, then its place, why it is changed, and bookkeeping."""
        asides = (*PLACE, "change_reason", "based_on", *BOOKKEEPING)
        own = [
            (title, {**options, "fields": [n for n in options["fields"] if n not in asides]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        if issubclass(self.model, PlacedModel):
            own.append((_("Place"), {"fields": [PLACE]}))
        readonly = self.get_readonly_fields(request, obj)
        kept = [name for name in BOOKKEEPING if name in readonly] if obj else []
        return [*own, (_("This change"), {"fields": ["change_reason", "based_on", *kept]})]

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> ChangesInWords:
        return ChangesInWords(self.model, historical_record)

    # What a form does

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Lock the row that is about to be written, so that its version holds until the end."""
        obj = super().get_object(request, object_id, from_field)
        if obj is None or request.method != "POST":
            return obj
        return self.get_queryset(request).select_for_update().get(pk=obj.pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave the saving to ``save_related``, which follows: both are one change.

        Only the return to an earlier state ends here.
        """
        obj._history_user = request.user
        obj._change_reason = form.cleaned_data.get("change_reason") or _default_reason()
        if hasattr(obj, "_history"):
            obj._state.adding = form.stored is None
            with self.change(obj):
                obj.save()
                form.save_m2m()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with self.change(form.instance):
            form.instance.save()
            super().save_related(request, form, formsets, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.forms:
            row.instance._change_reason = form.instance._change_reason
        super().save_formset(request, form, formset, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._delete([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._delete(list(queryset))

    def _delete(self, records: list[Any]) -> None:
        with self.change(*records):
            for record in records:
                record._change_reason = _default_reason()
                record.delete()

    @transaction.atomic
    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not (object_id.isdecimal() and version_id.isdecimal()):
            raise Http404
        self.get_object(request, object_id)  # for its lock
        response: HttpResponse = super().history_form_view(
            request, object_id, version_id, extra_context
        )
        return response

    def log_addition(self, *_args: Any, **_kwargs: Any) -> None:
        return None

    def log_change(self, *_args: Any, **_kwargs: Any) -> None:
        return None

    def log_deletions(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class PartInline(admin.TabularInline):
    """Rows that are part of a record and change with it; open like the record itself."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)


def choice_set_filter(model: type[Model], name: str) -> type[admin.SimpleListFilter]:
    """A filter of the list by one choice of a ``ChoiceSetField``."""
    field: Any = model._meta.get_field(name)

    class ChoiceSetFilter(admin.SimpleListFilter):
        title = capfirst(field.verbose_name)
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return list(field.flatchoices)

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{f"{name}__has": self.value()}) if self.value() else queryset

    return ChoiceSetFilter


def _default_reason() -> str:
    return gettext("In the administration")


def _past_choices(past: Any) -> dict[str, list[Any]]:
    """The many-to-many fields as the history has them, by name: keys of the chosen records."""
    return {
        field.name: list(
            getattr(past, field.name).values_list(
                f"{get_m2m_reverse_field_name(field)}_id", flat=True
            )
        )
        for field in past._history_m2m_fields
    }


def _in_words(record: Model, field: Any) -> str:
    if field.many_to_many:
        return ", ".join(str(item) for item in getattr(record, field.name).all()) or "–"
    display = getattr(record, f"get_{field.name}_display", None)
    value = display() if display else getattr(record, field.name)
    return "–" if value in (None, "") else str(value)
