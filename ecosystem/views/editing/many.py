"""One change to many organizations of a city, for those who convene it."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.framework import ActorStatus, Role, Sector
from actors.models import Actor, City, Issue, Tag
from actors.services.editing import ManyChange, change_many, would_change
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.views.editing.base import EditingMixin

MOST: Final = 500
"""So many at once; more are changed in several rounds."""

LONGEST_REASON: Final = 100


def offered_changes(city: City) -> list[tuple[str, list[tuple[str, str]]]]:
    """The changes to choose from, in groups, as ``<select>`` takes them."""
    issues = list(Issue.objects.order_by("name").values_list("slug", "name"))
    tags = list(city.tags.values_list("name", flat=True))
    groups: list[tuple[str, list[tuple[str, str]]]] = [
        (
            _("On the map"),
            [
                ("archive:", _("Archive: take off the map, keep the record")),
                ("restore:", _("Put on the map")),
            ],
        ),
        (_("Sector becomes"), [(f"sector:{one.value}", str(one.label)) for one in Sector]),
        (_("Add a role"), [(f"add_role:{one.value}", str(one.label)) for one in Role]),
        (_("Take a role away"), [(f"remove_role:{one.value}", str(one.label)) for one in Role]),
        (_("Add an issue"), [(f"add_issue:{slug}", name) for slug, name in issues]),
        (_("Take an issue away"), [(f"remove_issue:{slug}", name) for slug, name in issues]),
        (_("Take a tag away"), [(f"remove_tag:{name}", name) for name in tags]),
    ]
    return [group for group in groups if group[1]]


class ConvenersMixin(EditingMixin):
    """Only those who decide on the map."""

    city: City

    def may_propose(self) -> bool:
        return False


class ManyView(ConvenersMixin, TemplateView):
    """First what will change, organization by organization; then it is done, all or nothing."""

    template_name = "actors/edit/many.html"
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        change, problem = self._change()
        chosen = self._chosen()
        if not chosen:
            problem = _("Choose at least one organization: put a check mark beside its name.")
        elif len(chosen) > MOST:
            problem = _("Choose at most %(most)s organizations at once.") % {"most": MOST}
        if problem or change is None:
            messages.error(request, problem)
            return redirect(self.back)
        if request.POST.get("do") != "save":
            return self._ask(change, chosen)
        return self._save(change, chosen)

    @property
    def back(self) -> str:
        """Where the selection was made: the list with its filters, or those not on the map."""
        asked = self.request.POST
        if asked.get("from") == "off-map":
            return reverse("actors_off_map", args=[self.city.slug])
        query = asked.get("query", "").replace("\0", "")
        address = reverse("actor_list", args=[self.city.slug])
        is_clean = len(query) < 2_000 and "\n" not in query and "\r" not in query
        return f"{address}?{query}" if query and is_clean else address

    def _chosen(self) -> list[Actor]:
        """Own organizations of the city; what else was sent is left out, as if it weren't there."""
        slugs = set(self.request.POST.getlist("actors")[: MOST + 1])
        rows = self.city.actors.visible_to(self.request.user).filter(slug__in=slugs)
        return list(rows.prefetch_related("issues", "tags").order_by("name", "pk"))

    def _change(self) -> tuple[ManyChange | None, str]:
        """The change that was chosen, or what is wrong with it."""
        asked = self.request.POST
        if tag := " ".join(asked.get("tag", "").replace("\0", "").split()):
            longest = Tag._meta.get_field("name").max_length or 60
            if len(tag) > longest:
                return None, _("This tag is longer than %(most)s letters: shorten it.") % {
                    "most": longest
                }
            return ManyChange("add_tag", tag), ""
        wanted = asked.get("change", "")
        offered = {value for _label, group in offered_changes(self.city) for value, _name in group}
        name, _colon, value = wanted.partition(":")
        if wanted in offered or name == "add_tag":
            return ManyChange(name, value), ""
        return None, _("Choose what to change, from the list below the organizations.")

    def _ask(self, change: ManyChange, chosen: list[Actor], **more: Any) -> HttpResponse:
        lines = list(self._lines(change, chosen))
        count = sum(line["differs"] for line in lines)
        context = self.get_context_data(
            title=_("Change many organizations"),
            lede=ngettext(
                "%(change)s: %(count)s organization changes.",
                "%(change)s: %(count)s organizations change.",
                count,
            )
            % {"change": self.said(change), "count": count},
            crumbs=self.crumbs(),
            lines=lines,
            count=count,
            change=f"{change.field}:{change.value}",
            hidden={
                "from": self.request.POST.get("from", ""),
                "query": self.request.POST.get("query", ""),
            },
            back=self.back,
            **more,
        )
        return self.render_to_response(context, status=409 if more else 200)

    def _lines(self, change: ManyChange, chosen: list[Actor]) -> Iterator[dict[str, Any]]:
        for actor in chosen:
            differs = would_change(actor, change)
            yield {"actor": actor, "differs": differs, "now": _now(actor, change)}

    def _save(self, change: ManyChange, chosen: list[Actor]) -> HttpResponse:
        sent = self.request.POST
        versions = {}
        for actor in chosen:
            version = sent.get(f"version-{actor.slug}", "")
            versions[actor.pk] = int(version) if version.isdecimal() else 0
        reason = sent.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
        try:
            result = change_many(self.city, versions, change, reason=reason or _("Many at once"))
        except ChangedMeanwhile as error:
            if not any(would_change(actor, change) for actor in chosen):
                text = _("%(change)s: it is so already, so nothing more was changed.")
                messages.info(self.request, text % {"change": self.said(change)})
                return redirect(self.back)
            return self._ask(change, chosen, changed_meanwhile=error.stored, reason=reason)
        count = len(result.changed)
        self.tell_saved(
            ngettext(
                "%(change)s: %(count)s organization changed.",
                "%(change)s: %(count)s organizations changed.",
                count,
            )
            % {"change": self.said(change), "count": count}
        )
        return redirect(self.back)

    def said(self, change: ManyChange) -> str:
        """The change in words, as the list of changes says it."""
        if change.field == "add_tag":
            return _("Add the tag “%(tag)s”") % {"tag": change.value}
        wanted = f"{change.field}:{change.value}"
        for group, options in offered_changes(self.city):
            for value, label in options:
                if value == wanted:
                    if change.field in ("archive", "restore"):
                        return str(label)
                    return _("%(change)s “%(value)s”") % {"change": group, "value": label}
        return wanted


def _now(actor: Actor, change: ManyChange) -> str:
    """What the organization has now, in words."""
    match change.field:
        case "sector":
            return str(actor.get_sector_display())
        case "archive" | "restore":
            return str(actor.get_status_display())
        case "add_role" | "remove_role":
            return ", ".join(str(Role(role).label) for role in actor.roles) or "–"
        case "add_issue" | "remove_issue":
            return ", ".join(issue.name for issue in actor.issues.all()) or "–"
    return ", ".join(tag.name for tag in actor.tags.all()) or "–"


class OffMapView(EditingMixin, TemplateView):
    """Organizations of the city that are on no map: proposed ones, and archived ones."""

    city: City

    template_name = "actors/edit/off_map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.city.actors.visible_to(self.request.user).filter(merged_into=None)
        rows = rows.exclude(status=ActorStatus.PUBLISHED).order_by("name", "pk")
        groups = [
            (
                str(status.label),
                [
                    (actor, reverse("actor", args=[self.city.slug, actor.slug]))
                    for actor in rows
                    if actor.status == status
                ],
            )
            for status in (ActorStatus.PROPOSED, ActorStatus.ARCHIVED)
        ]
        return super().get_context_data(
            **kwargs,
            title=_("Not on the map"),
            lede=_("Organizations that were proposed or archived. Others don't see them."),
            crumbs=self.crumbs(),
            groups=[group for group in groups if group[1]],
            changes=offered_changes(self.city) if self.publishes else [],
        )
