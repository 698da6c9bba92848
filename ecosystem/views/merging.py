"""Making two records of one organization one, and parting them again."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.models import User
from accounts.rules import is_national
from actors.models import Actor, Merge
from actors.services.merging import (
    CannotMerge,
    CannotPart,
    merge,
    merged_already,
    moving,
    part_again,
)
from actors.services.merging.merge import CHOOSABLE
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.views.base import DeciderMixin

MERGES_PER_PAGE: Final = 25


class MergingMixin(DeciderMixin):
    section = "to_check"

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101 - DeciderMixin lets no other in
        return self.request.user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "as_of": None,
            "crumbs": [{"label": _("To check"), "url": self.place_url("to_check")}],
        }


class MergeView(MergingMixin, TemplateView):
    """Two records side by side: which value stays, and what goes over."""

    template_name = "actors/merge/merge.html"

    @cached_property
    def pair(self) -> tuple[Actor, Actor]:
        """The record that stays, and the one that goes over.

        Both at home here; for national staff one of them may be national. Others answer 404.
        """
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        seen = Actor.objects.visible_to(self.person).select_related("city", "part_of")
        home = Q(city=self.city)
        if self.city and is_national(self.person):
            home |= Q(city=None)
        names = [asked.get(name, "").replace("\0", "") for name in ("keep", "merge")]
        kept, merged = (get_object_or_404(seen.filter(home), slug=slug) for slug in names)
        return kept, merged

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept, merged = self.pair
        if stored := merged_already(kept, merged) or merged_already(merged, kept):
            return HttpResponseRedirect(self._address(stored))
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept, merged = self.pair
        choices = {name: request.POST.get(f"take-{name}", "kept") for name in CHOOSABLE}
        if not set(choices.values()) <= {"kept", "merged"}:
            raise BadRequest("There is no such choice.")
        if before := merged_already(kept, merged) or merged_already(merged, kept):
            return self._merged_before(before)
        try:
            stored = merge(
                kept,
                merged,
                by=self.person,
                city=self.city,
                choices=choices,
                kept_version=self._version("kept_version"),
                merged_version=self._version("merged_version"),
            )
        except CannotMerge as refused:
            return self._refused(str(refused), 422)
        except ChangedMeanwhile:
            del self.pair
            sentence = _(
                "Somebody changed one of the two records in the meantime, so nothing was merged. "
                "Below both stand as they are now."
            )
            return self._refused(sentence, 409)
        if stored.merged_by_id != self.person.pk:  # at the same moment
            return self._merged_before(stored)
        messages.success(
            request,
            _("Merged. The old address leads to %(name)s from now on.") % {"name": kept.name},
        )
        return HttpResponseRedirect(self._address(stored))

    def _merged_before(self, stored: Merge) -> HttpResponse:
        """The form was sent twice, or somebody else was faster, the other way round perhaps."""
        said = {
            "name": stored.kept.name,
            "who": stored.merged_by or _("Somebody"),
            "when": date_format(localtime(stored.merged_at), "DATETIME_FORMAT"),
        }
        text = _(
            "The two are one already: %(who)s merged them on %(when)s. Nothing more was done. What "
            "should read otherwise can be changed on the page of %(name)s."
        )
        messages.info(self.request, text % said)
        return HttpResponseRedirect(self._address(stored))

    def _version(self, name: str) -> int:
        text = self.request.POST.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def _address(self, stored: Merge) -> str:
        return self.place_url("merged", stored.pk)

    def _refused(self, sentence: str, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(refused=sentence), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept, merged = self.pair
        return super().get_context_data(**kwargs) | {
            "title": _("Merge two records"),
            "lede": _("“%(merged)s” becomes part of “%(kept)s”. You can undo it later.")
            % {"merged": merged.name, "kept": kept.name},
            "kept": kept,
            "merged": merged,
            "fields": list(_fields(kept, merged, self.request.POST)),
            "moving": moving(merged),
            "is_same": kept.pk == merged.pk,
            "swapped": f"{self.place_url('merge')}?keep={merged.slug}&merge={kept.slug}",
            "back": f"{self.place_url('to_check')}?kind=duplicate",
        }


def _fields(kept: Actor, merged: Actor, chosen: Mapping[str, Any]) -> Any:
    """The fields to choose, each with both values in words; those that agree need no choice.

    ``chosen`` is what somebody chose before the page had to be shown once more.
    """
    for name in CHOOSABLE:
        label = _("place") if name == "place" else Actor._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        values = [_said(actor, name) for actor in (kept, merged)]
        yield {
            "name": name,
            "label": label,
            "kept": values[0],
            "merged": values[1],
            "differs": values[0] != values[1],
            # What one record alone says is not lost, unless somebody chooses so.
            "takes_merged": chosen[f"take-{name}"] == "merged"
            if f"take-{name}" in chosen
            else not values[0] and bool(values[1]),
        }


def _said(actor: Actor, name: str) -> str:
    if name == "place":
        if actor.latitude is None:
            return ""
        return f"{actor.latitude:.5f}, {actor.longitude:.5f}"
    if name == "sector":
        return str(actor.get_sector_display())
    value = getattr(actor, name)
    if name == "confirmed_on":
        return date_format(value) if value else ""
    return str(value) if value else ""


class MergeListView(MergingMixin, TemplateView):
    """What was merged in this city, newest first."""

    template_name = "actors/merge/merges.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Merge.objects.visible_to(self.person).filter(city=self.city)
        rows = rows.select_related("kept", "merged", "merged_by")
        page = Paginator(rows, MERGES_PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "title": _("Merged records: %(city)s") % {"city": self.city.name}
            if self.city
            else _("Merged records: national organizations"),
            "lede": _("Each can be undone, as long as nothing that it moved was changed since."),
            "page_obj": page,
        }


class MergedView(MergingMixin, TemplateView):
    """One merge: what went over, and the way back."""

    template_name = "actors/merge/merged.html"

    @cached_property
    def done(self) -> Merge:
        rows = Merge.objects.visible_to(self.person).filter(city=self.city)
        named = rows.select_related("kept__city", "merged__city", "merged_by")
        return get_object_or_404(named, pk=self.kwargs["merge"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            part_again(self.done)
        except CannotPart as refused:
            return self.render_to_response(self.get_context_data(refused=str(refused)), status=409)
        messages.success(request, _("Undone: both records stand as they were."))
        return HttpResponseRedirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = self.done
        counts: dict[str, int] = {}
        for label in {(step["model"], step["pk"]) for step in done.moved}:
            counts[label[0]] = counts.get(label[0], 0) + 1
        return super().get_context_data(**kwargs) | {
            "title": _("%(merged)s → %(kept)s")
            % {"merged": done.merged.name, "kept": done.kept.name},
            "lede": _("Two records of one organization, made one.")
            if done.undone_at is None
            else _("This merge was undone: both records stand by themselves again."),
            "merge": done,
            "row_count": sum(counts.values()),
            "merges": self.place_url("merges"),
        }
