"""Where a fact comes from: keep what is cited, cite another, or add a new one."""

from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.forms.base import RecordForm
from actors.models import City, Source
from actors.models.source import SourceKind
from actors.services.editing import NewSource, Parts

MOST_OFFERED: Final = 200
"""So many known sources are offered while somebody types; any other is found by its exact name."""

SOURCE_FIELDS: Final = ("kept_sources", "source", "source_kind", "source_is_private")


class SourceFields(forms.Form):
    """Four fields; a ``CitingForm`` takes them in."""

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


class CitingForm(RecordForm):
    """The form of a record that names its sources."""

    seen_sources: list[Source]

    def cite(self, viewer: Viewer, *, may_keep_private: bool) -> None:
        """Add the fields of sources. Of a stored record, ``viewer`` keeps or drops what it cites
        and they see; of a new one, nobody asks why it changed."""
        self.seen_sources = []
        if self.instance.pk is None:
            del self.fields["reason"]
        else:
            visible = Source.objects.visible_to(viewer).values("pk")
            self.seen_sources = list(self.instance.sources.filter(pk__in=visible))
        for name in SOURCE_FIELDS:
            self.fields[name] = SourceFields.base_fields[name].__deepcopy__({})
        kept: Any = self.fields["kept_sources"]
        kept.queryset = Source.objects.filter(pk__in=[source.pk for source in self.seen_sources])
        self.initial["kept_sources"] = self.seen_sources
        self.fields["source"].widget.attrs |= {"list": "known-sources", "autocomplete": "off"}
        if not self.seen_sources:
            del self.fields["kept_sources"]
        if not may_keep_private:
            del self.fields["source_is_private"]

    @property
    def parts(self) -> Parts:
        """What is stored beside the record itself."""
        cleaned = self.cleaned_data
        return Parts(
            seen_sources=self.seen_sources,
            sources=list(cleaned["kept_sources"]) if "kept_sources" in self.fields else None,
            new_source=entered_source(cleaned),
        )


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
