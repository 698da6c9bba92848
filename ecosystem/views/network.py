"""The map of a city: who works with whom."""

import json
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from actors.framework import Competency
from actors.rules import can_contribute
from ecosystem.findings.text import Text
from ecosystem.maps.svg import draw_map
from ecosystem.mapview.choices import chips, filter_groups
from ecosystem.mapview.filtering import Shown, count_choices
from ecosystem.mapview.legend import legend
from ecosystem.mapview.panel import SELECTABLE, actor_panel
from ecosystem.mapview.sentences import map_sentence, no_path_text, path_text
from ecosystem.mapview.state import FILTERS, MapState
from ecosystem.mapview.table import (
    ONE_PAGE,
    ROWS_PER_PAGE,
    headings,
    sorted_actors,
    table_rows,
)
from ecosystem.mapview.values import MapActor
from ecosystem.mapview.words import script_words
from ecosystem.matrix import sector_context, sector_matrix, skill_context, skill_matrix
from ecosystem.places.page import load_places, places_context
from ecosystem.positions import position_of
from ecosystem.selectors.declined import load_declined
from ecosystem.views.map_base import MapMixin
from ecosystem.views.map_files import INLINE_UP_TO
from ecosystem.views.stored import StoredPageMixin

FRAGMENTS = {
    "map-details": "ecosystem/_map_details.html",
    "map-lens": "ecosystem/_map_lens.html",
    "table": "ecosystem/_map_table.html",
}
"""The parts of the page that a script asks for by themselves, by their id."""

BEST_CONNECTED = 6


class MapView(StoredPageMixin, MapMixin, TemplateView):
    section = "map"
    stored_as = "map"
    template_name = "ecosystem/map.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if canonical := self.canonical:
            return redirect(f"{request.path}{canonical}")
        response: HttpResponse = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    @property
    def canonical(self) -> str:
        """Another address that says the same, if this one would be misread.

        A lens that looks for a skill names it with the key of the filter by skill, which would
        hide those who lead to it; as the color of the map it hides nobody.
        """
        asked = self.request.GET
        if asked.get("lens") == "fill" and asked.get("skill") and "color" not in asked:
            changed = asked.copy()
            changed["color"] = "skill"
            return f"?{changed.urlencode()}"
        return ""

    @property
    def needs_gaps(self) -> bool:
        is_asked, is_picked = super().needs_gaps, "actor" in self.request.GET
        match self.fragment:
            case "table":
                return False
            case "map-lens":
                return is_asked
            case "map-details":
                return is_picked
        return is_asked or is_picked

    @cached_property
    def fragment(self) -> str:
        """The id of the part that is asked for, or nothing for the page."""
        if self.request.headers.get("HX-Request") != "true":
            return ""
        target = self.request.headers.get("HX-Target", "map-details")
        return target if target in FRAGMENTS else ""

    def get_template_names(self) -> list[str]:
        return [FRAGMENTS.get(self.fragment, self.template_name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = {
            "map-details": self.details,
            "map-lens": self.lens_context,
            "table": self.table,
        }
        context = super().get_context_data(
            state=self.state,
            is_fragment=bool(self.fragment),
            may_edit=can_contribute(self.request.user, self.city.pk),
        )
        if self.fragment:
            return context | parts[self.fragment]()
        for part in parts.values():
            context |= part()
        return context | self.page() | self.view_context()

    # ── The parts ────────────────────────────────────────────────────────────────────────────────

    def page(self) -> dict[str, Any]:
        values, state = self.values, self.state
        return {
            "title": _("Who works with whom in %(city)s") % {"city": self.city.name},
            "lede": map_sentence(self.shown_of_all),
            "total": len(values.actors),
            "shown_count": len(self.shown.indexes),
            "ignored": self.ignored,
            "lens_notes": self._lens[1],
            "offers": [(offer, offer.address(state)) for offer in self.offers],
            "groups": filter_groups(values, state, count_choices(values, state)),
            "chips": list(chips(values, state)),
            "clear_url": state.without_filters().address(),
            "kept": list(_kept(state, FILTERS)),
            "tabs": self.tabs,
            "words": json.dumps(script_words(self.drawing_title), ensure_ascii=False),
            "drawing_title": self.drawing_title,
            "image_url": state.address_of(reverse("map_image", args=[self.city.slug])),
            "sheet_url": state.address_of(reverse("map_sheet", args=[self.city.slug])),
            "actions": self.actions(),
            "embed_url": self.request.build_absolute_uri(
                state.address_of(reverse("embed", args=[self.city.slug]))
            ),
        }

    @cached_property
    def shown_of_all(self) -> Shown:
        """Everyone, as a map that nothing narrows down."""
        return Shown(self.values, frozenset(self.values.index_of.values()), tuple(self.values.ties))

    def view_context(self) -> dict[str, Any]:
        """The picture that the address asks for: network, places or matrix."""
        if self.state.view == "places":
            shown = {actor.slug for actor in self.shown.actors}
            everyone = self.picture(whole=True).actors.values()
            places = load_places(self.city, everyone, shown)
            address = reverse("places_data", args=[self.city.slug])
            return places_context(self.city, places) | {
                "places_data_url": self.state.address_of(address)
            }
        if self.state.view == "matrix":
            picture = self.picture()
            order = self.request.GET.get("order", "")
            statements = self.data.statements
            visitors = [actor.id for actor in picture.actors.values() if actor.visitor]
            declined = load_declined(self.city, visitors, user=self.request.user)
            skills = skill_matrix(picture.actors.values(), statements, order, declined)
            sectors = sector_matrix(picture.actors.values(), picture.ties)
            part = self.request.GET.get("part")
            return skill_context(skills, part) | sector_context(sectors)
        is_small = len(self.shown.indexes) <= INLINE_UP_TO
        return {"drawing": draw_map(self.picture(), self.drawing_title) if is_small else None}

    @property
    def tabs(self) -> dict[str, list[dict[str, Any]]]:
        """Links to the other views, arrangements and colors."""
        skill = self.state.skill or (Competency.values[0],)
        views = {"network": _("Network"), "places": _("Places"), "matrix": _("Matrix")}
        ways = {"sector": _("By sector"), "ties": _("By ties"), "group": _("By group")}
        colors: dict[str, Any] = {
            "sector": (_("Sector"), {}),
            "skill": (_("Skill"), {"skill": skill}),
            "group": (_("Group"), {}),
        }
        return {
            "view": [self._tab("view", key, label) for key, label in views.items()],
            "by": [self._tab("by", key, label) for key, label in ways.items()],
            "color": [self._tab("color", key, *said) for key, said in colors.items()],
        }

    def _tab(
        self, name: str, value: str, label: str, changes: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        also = "".join(f"&{key}={one[0]}" for key, one in (changes or {}).items())
        return {
            "value": value,
            "label": label,
            "url": self.state.address(**{name: value}, **(changes or {})),
            "change": f"{name}={value}{also}",
            "is_current": getattr(self.state, name) == value,
        }

    def actions(self) -> list[dict[str, Any]]:
        if not self.values.actors:
            return []
        return [
            {
                "label": _("What is missing"),
                "url": reverse("gaps", args=[self.city.slug]),
                "icon": "arrow",
                "primary": True,
            }
        ]

    def details(self) -> dict[str, Any]:
        """The picked actor, or how to read the picture and whom to start with."""
        state, values = self.state, self.values
        context: dict[str, Any] = {
            "pick": self.pick,
            "looks": self.looks,
            "legend": legend(self.shown, self.looks, lambda: self.communities),
            "visitors": sum(actor.visitor for actor in self.shown.actors),
            "has_wished": any(not tie.exists for tie in self.shown.ties),
            "best": self._best_connected(),
        }
        if (actor := self.picked) is None:
            return context
        others = sorted((one for one in values.actors if one != actor), key=lambda a: a.by_name)
        return context | {
            "panel": actor_panel(values, actor),
            "position": position_of(actor.slug, self.analysis),
            "profile_url": reverse("actor", args=[self.city.slug, actor.slug]),
            "let_go": state.address(actor=""),
            "steps": self._steps(),
            "is_hidden": actor.index not in self.shown.indexes,
            "path_choices": others if len(others) <= SELECTABLE else [],
            "kept_for_path": list(_kept(state, ("to",))),
            "way": self._way(),
        }

    def _best_connected(self) -> list[tuple[MapActor, int]]:
        near = self.shown.neighbors
        best = [(actor, len(near[actor.index])) for actor in sorted_actors(self.shown, "ties")]
        return [one for one in best[:BEST_CONNECTED] if one[1]]

    def _steps(self) -> list[dict[str, Any]]:
        words = {1: _("1 step around it"), 2: _("2 steps around it"), 0: _("everyone")}
        return [
            {
                "label": label,
                "url": f"{self.state.address(steps=steps)}#map-details",
                "change": f"steps={steps or ''}",
                "is_current": self.state.steps == steps,
            }
            for steps, label in words.items()
        ]

    def _way(self) -> Text | None:
        """The path to another actor in words, or that there is none."""
        if not self.state.to or self.state.to == self.state.actor:
            return None
        if self.path:
            return path_text(self.values, self.path)
        return no_path_text(self.values, self.state.actor, self.state.to)

    def lens_context(self) -> dict[str, Any]:
        lens = self.lens
        lit = lens.lit if lens else ()
        visible = {actor.slug for actor in self.shown.actors}
        return {
            "lens": lens,
            "pick": self.pick,
            "lit": json.dumps(list(lit)),
            "path": json.dumps(list(self.path)),
            "hidden_count": sum(slug not in visible for slug in lit),
            "clear_lens": self.state.address(**_without_lens(self.state)),
        }

    def table(self) -> dict[str, Any]:
        """Everyone shown; a large map in pages, each of which says so."""
        everyone = sorted_actors(self.shown, self.state.sort)
        most = ONE_PAGE if len(everyone) <= ONE_PAGE else ROWS_PER_PAGE
        paginator = Paginator(everyone, most)
        page: Page[MapActor] = paginator.get_page(self.request.GET.get("page"))
        return {
            "page_obj": page,
            "rows": list(table_rows(self.shown, list(page.object_list))),
            "headings": headings(self.state),
            "pick": self.pick,
        }


def _kept(state: MapState, offered: Collection[str]) -> Iterator[tuple[str, str]]:
    """Names and values that a form carries along as hidden fields: all that it does not offer."""
    for name, values in QueryDict(state.query()).lists():
        if name not in offered:
            yield from ((name, str(value)) for value in values)


def _without_lens(state: MapState) -> dict[str, Any]:
    changes: dict[str, Any] = {"lens": "", "a": "", "b": "", "table": ""}
    if state.lens == "fill":
        changes |= {"color": "sector", "skill": ()}
    if state.lens == "leave":
        changes["actor"] = ""
    return changes
