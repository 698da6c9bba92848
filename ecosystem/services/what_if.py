"""What if some actors of a map left: loaded once, computed with and without them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from accounts.rules import Viewer
from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.what_if import WhatIf, unheld_without, what_if, without
from ecosystem.selectors.elsewhere import load_holders_elsewhere
from ecosystem.selectors.maps import load_ecosystem
from ecosystem.services.gaps import GapAnalysis


@dataclass(frozen=True)
class WhatIfAnalysis:
    """A scope with everyone (``before``), without the leavers (``after``), and what changed.

    ``unknown`` are the slugs asked for that are not on the map, or that the reader may not see.
    """

    before: GapAnalysis
    after: GapAnalysis
    found: WhatIf
    unknown: tuple[str, ...]


def run_what_if(
    city: City,
    *,
    user: Viewer,
    slugs: Collection[str],
    collaborative: Collaborative | None = None,
) -> WhatIfAnalysis:
    """A city or a collaborative without these actors, as far as ``user`` may see; one query more
    than its gaps when a skill loses its last holder on the map."""
    data = load_ecosystem(city, user=user, collaborative=collaborative)
    on_map = {actor.slug for actor in data.actors}
    data = _with_holders_elsewhere(data, city, user, on_map & set(slugs))
    found = what_if(data, slugs)
    return WhatIfAnalysis(
        before=GapAnalysis(data, found.before),
        after=GapAnalysis(without(data, found.leavers), found.after),
        found=found,
        unknown=tuple(slug for slug in dict.fromkeys(slugs) if slug not in on_map),
    )


def _with_holders_elsewhere(
    data: EcosystemData, city: City, user: Viewer, leavers: Collection[str]
) -> EcosystemData:
    """With holders of the skills that the map loses, which nobody needed before."""
    missing = [one for one in unheld_without(data, leavers) if not data.holders_elsewhere.get(one)]
    on_map = {actor.slug for actor in data.actors}
    found = {
        competency: frozenset(holder.slug for holder in holders) - on_map
        for competency, holders in load_holders_elsewhere(city, missing, user).items()
    }
    return replace(data, holders_elsewhere={**data.holders_elsewhere, **found})
