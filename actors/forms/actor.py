"""The profile of an organization."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.filters import folded
from actors.forms.base import LONGEST_TEXT, WebField, lines
from actors.forms.place import PlaceFields, check_place, parted
from actors.forms.sources import CitingForm
from actors.framework import ActorStatus, Sector
from actors.models import Actor, City, Issue, OtherName, Tag
from actors.services.editing import Parts

MOST_NAMES: Final = 20
MOST_TAGS: Final = 20


class ActorForm(CitingForm):
    """All that an organization's page says of itself.

    Parameters
    ----------
    city
        Whose tags, and whose organizations as its parent, are offered. A national organization
        has no tags, and no sources that a city keeps to itself.
    viewer
        Only what this person may see is found and cited.
    may_publish
        Whether what is entered is published at once.
    """

    website = WebField(label=_("Website"))
    other_names = forms.CharField(
        label=_("Other names"),
        help_text=_("Short, former or in another language: one on each line."),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    part_of = forms.CharField(
        label=_("Part of"),
        help_text=_("The organization this one is a unit of. Type a part of its name."),
        required=False,
        max_length=300,
    )
    tags = forms.CharField(
        label=_("Tags"),
        help_text=_("Free words of your city, with commas between them."),
        required=False,
        max_length=600,
    )
    latitude = PlaceFields.base_fields["latitude"]
    longitude = PlaceFields.base_fields["longitude"]

    class Meta:
        model = Actor
        fields = (
            "name",
            "sector",
            "roles",
            "description",
            "website",
            "service_area",
            "issues",
            "latitude",
            "longitude",
        )
        widgets: ClassVar = {
            "issues": forms.CheckboxSelectMultiple,
            "description": forms.Textarea({"rows": 5}),
        }
        help_texts: ClassVar = {
            "description": _("One or two sentences that residents understand."),
            "service_area": _("A neighborhood, the city, the county, the country."),
            "roles": _("The parts it plays at the table: as many as fit."),
        }
        error_messages: ClassVar = {
            "name": {"required": _("Write its name.")},
            "sector": {"required": _("Choose the sector that fits best.")},
        }

    sections: ClassVar[Sequence[tuple[Any, tuple[str, ...]]]] = (
        (_("Who it is"), ("name", "other_names", "sector", "roles", "part_of")),
        (_("What it does"), ("description", "website", "service_area", "issues", "tags")),
        (_("Where it is"), ("latitude", "longitude")),
        (
            _("How you know"),
            ("kept_sources", "source", "source_kind", "source_is_private", "reason"),
        ),
    )

    def __init__(
        self, *args: Any, city: City | None, viewer: Viewer, may_publish: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.data = parted(self.data)
        self.city, self.viewer = city, viewer
        actor = self.instance
        fields: dict[str, Any] = self.fields
        fields["description"].max_length = LONGEST_TEXT
        fields["sector"].choices = [("", _("Choose one")), *Sector.choices]
        fields["issues"].queryset = Issue.objects.all()
        if not Issue.objects.exists():
            del fields["issues"]
        fields["part_of"].widget.attrs |= {"list": "organizations", "autocomplete": "off"}
        fields["tags"].widget.attrs |= {"list": "tags", "autocomplete": "off"}
        if actor.pk is not None:
            names = actor.other_names.values_list("name", flat=True)
            self.initial["other_names"] = "\n".join(names)
            self.initial["tags"] = ", ".join(actor.tags.values_list("name", flat=True))
            parent = _choosable(city, viewer).filter(pk=actor.part_of_id).first()
            self.initial["part_of"] = parent.name if parent else ""
            self.hides_parent = actor.part_of_id is not None and parent is None
        else:
            self.hides_parent = False
        self.is_national = city is None or (actor.pk is not None and actor.city_id is None)
        if self.is_national:
            del fields["tags"]
        self.cite(viewer, may_keep_private=may_publish and not self.is_national)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_other_names(self) -> str:
        names = lines(self.cleaned_data["other_names"])
        longest = OtherName._meta.get_field("name").max_length or 300
        if any(len(name) > longest for name in names):
            raise ValidationError(
                _("One of these names is longer than %(most)s letters: shorten it."),
                params={"most": longest},
            )
        if len(names) > MOST_NAMES:
            raise ValidationError(
                _("Write at most %(most)s other names."), params={"most": MOST_NAMES}
            )
        return "\n".join(names)

    def clean_tags(self) -> str:
        tags = _words(self.cleaned_data["tags"])
        longest = Tag._meta.get_field("name").max_length or 60
        if any(len(tag) > longest for tag in tags):
            raise ValidationError(
                _("One of these tags is longer than %(most)s letters: shorten it."),
                params={"most": longest},
            )
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("Write at most %(most)s tags."), params={"most": MOST_TAGS})
        return ", ".join(tags)

    def clean_part_of(self) -> str:
        text = " ".join(self.cleaned_data["part_of"].split())
        self.parent = self.instance.part_of if self.hides_parent else None
        if not text:
            return ""
        self.parent = find_by_name(text, self.city, self.viewer)
        if self.parent.pk == self.instance.pk:
            raise ValidationError(_("An organization can't be part of itself."))
        if self.instance.pk is not None and _is_below(self.parent, self.instance):
            raise ValidationError(
                _("%(name)s is a unit of this organization: one of them has to be the other way."),
                params={"name": self.parent.name},
            )
        return self.parent.name

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_place(self, None if self.is_national else self.city)
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # of Django's ModelForm
        if "part_of" in self.cleaned_data:
            self.instance.part_of = self.parent

    @property
    def parts(self) -> Parts:
        cleaned = self.cleaned_data
        return replace(
            super().parts,
            other_names=lines(cleaned["other_names"]),
            issues=list(cleaned["issues"]) if "issues" in self.fields else None,
            tags=_words(cleaned["tags"]) if "tags" in self.fields else None,
        )


def _words(text: str) -> list[str]:
    return lines(text.replace(",", "\n"))


def _choosable(city: City | None, viewer: Viewer) -> Any:
    """Organizations that may be named as a parent: of the city, and national ones."""
    seen = Actor.objects.visible_to(viewer).exclude(status=ActorStatus.ARCHIVED)
    return seen.filter(Q(city=city) | Q(city=None))


def choosable_names(city: City | None, viewer: Viewer) -> list[str]:
    """Names for ``<datalist>``, in order."""
    return list(_choosable(city, viewer).order_by("name").values_list("name", flat=True))


def find_by_name(text: str, city: City | None, viewer: Viewer) -> Actor:
    """The organization of this name or short name, whatever its case and accents.

    Raises ``ValidationError`` when there is none, or more than one.
    """
    wanted = folded(text)
    rows = list(_choosable(city, viewer).values_list("pk", "name", "slug"))
    found = [pk for pk, name, slug in rows if wanted in (folded(name), slug)]
    if not found:
        near = [pk for pk, name, _slug in rows if wanted in folded(name)]
        found = near if len(near) == 1 else []
    if not found:
        raise ValidationError(
            _("No organization here is called “%(name)s”. Choose one from the list as you type."),
            params={"name": text[:60]},
        )
    if len(found) > 1:
        raise ValidationError(
            _(
                "More than one organization is called “%(name)s”. Write its short name, which "
                "stands at the end of the address of its page."
            ),
            params={"name": text[:60]},
        )
    actor: Actor = Actor.objects.get(pk=found[0])
    return actor


def _is_below(unit: Actor, above: Actor) -> bool:
    """Whether ``unit`` is a unit of ``above``, directly or through others."""
    seen: set[int] = set()
    current: Actor | None = unit
    while current is not None and current.pk not in seen:
        if current.part_of_id == above.pk:
            return True
        seen.add(current.pk)
        current = current.part_of
    return False
