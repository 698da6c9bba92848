"""What every form of a city's map has in common: page, drawing, data, print sheet, embedding."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actors.framework import Competency, Role, Sector, TieKind
from ecosystem.analysis.communities import Communities, communities_of
from ecosystem.analysis.data import EcosystemData
from ecosystem.findings import Case, case_of
from ecosystem.lenses import Lens, lens_case, read_lens
from ecosystem.maps.picture import Arrangement, Emphasis, Picture, make_picture
from ecosystem.mapview.arranging import arrange, style_of
from ecosystem.mapview.extras import map_values
from ecosystem.mapview.filtering import Shown, apply_filters
from ecosystem.mapview.offers import Offer, find_offers
from ecosystem.mapview.panel import find_by_name
from ecosystem.mapview.speaking import emphasis_of, path_between
from ecosystem.mapview.state import Ignored, MapState, parse_state
from ecosystem.mapview.table import Picks
from ecosystem.mapview.values import MapActor, MapValues
from ecosystem.selectors.maps import load_maps
from ecosystem.services.gaps import GapStore, gap_store
from ecosystem.services.store import digest, read_or_make
from ecosystem.views.base import CityMixin

NATIONAL: Final = {
    "sector": frozenset(Sector.values),
    "role": frozenset(Role.values),
    "skill": frozenset(Competency.values),
    "kind": frozenset(TieKind.values),
}
"""What an address can ask for on any map."""


class MapMixin(CityMixin):
    """The view of a city's map that the address asks for, as the visitor may see it."""

    # ── What is known ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def gap_store(self) -> GapStore:
        """Where the city's gaps are kept: everything that a map shows changes with its key."""
        return gap_store(self.city, user=self.request.user)

    @property
    def version(self) -> str:
        """The same in two answers that belong together: what is known, to this visitor, in this
        language."""
        store = self.gap_store
        return digest(store.scope, store.audience, store.key, get_language())

    @cached_property
    def data(self) -> EcosystemData:
        """The map; with all its gaps where a lens or the panel needs them anyway."""
        if self.needs_gaps:
            return self.analysis.data
        return load_maps([self.city], user=self.request.user)[self.city.pk]

    @property
    def needs_gaps(self) -> bool:
        """Whether the address asks for something that only the gap method can tell."""
        return bool(self.request.GET.get("lens"))

    @cached_property
    def values(self) -> MapValues:
        return map_values(self.data, self.city, self.request.user)

    @cached_property
    def case(self) -> Case:
        """The city's gaps."""
        return case_of(self.analysis, self.city, self.request.user)

    @cached_property
    def communities(self) -> Communities:
        return communities_of(self.data)

    # ── What is asked for ────────────────────────────────────────────────────────────────────────

    @cached_property
    def _parsed(self) -> tuple[MapState, list[Ignored]]:
        asked: QueryDict = self.request.GET
        known = NATIONAL | self.values.known
        if (to := asked.get("to")) and to not in known["actor"]:
            asked = _with(asked, "to", find_by_name(self.values, to) or to)
        return parse_state(asked, known)

    @property
    def state(self) -> MapState:
        return self._parsed[0]

    @property
    def ignored(self) -> list[Ignored]:
        """What of the address this map does not know."""
        return self._parsed[1]

    @cached_property
    def _lens(self) -> tuple[Lens | None, list[str]]:
        if not self.state.lens:
            return None, []
        asked = QueryDict(self.state.query())
        about_a_table = bool(self.state.table)
        case = lens_case(asked, self.city, self.request.user) if about_a_table else self.case
        return read_lens(asked, case)

    @property
    def lens(self) -> Lens | None:
        return self._lens[0]

    @cached_property
    def shown(self) -> Shown:
        return apply_filters(self.values, self.state)

    @cached_property
    def picked(self) -> MapActor | None:
        """The picked actor; it need not be shown."""
        index = self.values.index_of.get(self.state.actor)
        return None if index is None else self.values.actors[index]

    @cached_property
    def pick(self) -> Picks:
        """Links of this page that pick an actor."""
        return Picks(self.state, self.values.index_of)

    @cached_property
    def path(self) -> Sequence[str]:
        """Slugs of the way to draw: to another actor, or the one a lens speaks of."""
        if self.state.to:
            return path_between(self.shown, self.state)
        return self.lens.path if self.lens else ()

    @cached_property
    def offers(self) -> list[Offer]:
        """The questions that the map offers."""
        if not self.data.actors:
            return []
        store = self.gap_store

        def make(scopes: Collection[str]) -> dict[str, list[Offer]]:
            return {store.scope: find_offers(self.case)}

        kind = f"questions-{get_language()}"
        found = read_or_make(kind, {store.scope: store.key}, store.audience, make)
        return [
            Offer(name, question, lit_count, tuple(map(tuple, asks)))
            for name, question, lit_count, asks in found[store.scope]
        ]

    @property
    def looks(self) -> MapState:
        """What colors say: on the map of places that of sectors, whatever the network shows."""
        state = self.state
        return state.changed(color="sector") if state.view == "places" else state

    # ── The drawing ──────────────────────────────────────────────────────────────────────────────

    @cached_property
    def arrangement(self) -> Arrangement:
        state = self.looks
        found = arrange(self.city, self.data, state.by, lambda: self.communities)
        return found if state.color == state.by else found.in_plain_colors

    @property
    def emphasis(self) -> Emphasis | None:
        lit = self.lens.lit if self.lens else ()
        return emphasis_of(self.shown, self.state, lit, self.path)

    def picture(self, *, whole: bool = False, page: str = "") -> Picture:
        """Who is shown, or everyone. ``page``: where its dots lead, if not to this page."""
        return make_picture(
            self.data,
            self.arrangement,
            shown=None if whole else self.shown.data,
            style=style_of(self.values, self.looks, lambda: self.communities),
            emphasis=None if whole else self.emphasis,
            address=Picks(self.state, self.values.index_of, page),
        )

    @property
    def drawing_title(self) -> str:
        return _("Map of who works with whom in %(city)s") % {"city": self.city.name}


class PublicMixin(MapMixin):
    """A form of the map that shows what anybody may see, whoever asks."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        request.user = AnonymousUser()
        super().setup(request, *args, **kwargs)


def _with(asked: QueryDict, key: str, value: str) -> QueryDict:
    changed = asked.copy()
    changed[key] = value
    return changed
