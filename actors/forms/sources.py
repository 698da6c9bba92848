"""Where a fact comes from: keep what is cited, cite another, or add a new one."""

from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.models import City, Source
from actors.models.source import SourceKind
from actors.services.editing import NewSource

MOST_OFFERED: Final = 200
"""So many known sources are offered while somebody types; any other is found by its exact name."""

SOURCE_FIELDS: Final = ("kept_sources", "source", "source_kind", "source_is_private")


class SourceFields(forms.Form):
    """Four fields; a record's form takes them in with ``add_source_fields``."""

    kept_sources = forms.ModelMultipleChoiceField(
        label=_("Sources so far"),
        help_text=_("Take the check mark away from one that does not say this."),
        queryset=Source.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    source = forms.CharField(
        label=_("Where does this come from?"),
        help_text=_(
            "A web address, the name of a document, or “Workshop of May 12”. Type to find one that "
            "is known already."
        ),
        max_length=Source._meta.get_field("citation").max_length,
        required=False,
    )
    source_kind = forms.ChoiceField(
        label=_("What kind of source is it?"),
        choices=[("", _("Tell by its name")), *SourceKind.choices],
        required=False,
    )
    source_is_private = forms.BooleanField(
        label=_("Only those who convene this city see this source"),
        required=False,
    )


def add_source_fields(
    form: forms.BaseForm, cited: list[Source], *, may_keep_private: bool, list_id: str
) -> None:
    """Give ``form`` the fields; ``cited`` are the sources the person sees now."""
    for name in SOURCE_FIELDS:
        form.fields[name] = SourceFields.base_fields[name].__deepcopy__({})
    kept: Any = form.fields["kept_sources"]
    kept.queryset = Source.objects.filter(pk__in=[source.pk for source in cited])
    form.initial["kept_sources"] = cited
    form.fields["source"].widget.attrs |= {"list": list_id, "autocomplete": "off"}
    if not cited:
        del form.fields["kept_sources"]
    if not may_keep_private:
        del form.fields["source_is_private"]


def entered_source(cleaned: dict[str, Any], prefix: str = "") -> NewSource | None:
    """The source that was typed in, if any."""
    citation = " ".join((cleaned.get(f"{prefix}source") or "").split())
    if not citation:
        return None
    return NewSource(
        citation=known_name(citation),
        kind=cleaned.get(f"{prefix}source_kind") or "",
        is_public=not cleaned.get(f"{prefix}source_is_private"),
    )


def known_name(text: str) -> str:
    """The citation of the public source with this title, else the text itself."""
    titled = Source.objects.filter(title=text, is_public=True).values_list("citation", flat=True)
    found = list(titled[:2])
    return found[0] if len(found) == 1 else text


def offered_sources(city: City | None, user: Viewer) -> list[str]:
    """Names of sources that are cited in a city, newest first, for ``<datalist>``.

    Without a city: those that belong to none.
    """
    here = Q(city=city)
    if city is not None:
        here |= Q(pk__in=Source.objects.filter(actors__city=city).values("pk"))
        here |= Q(pk__in=Source.objects.filter(relationships__city=city).values("pk"))
    rows = Source.objects.visible_to(user).filter(here).order_by("-pk")[:MOST_OFFERED]
    return [source.title or source.citation for source in rows]
