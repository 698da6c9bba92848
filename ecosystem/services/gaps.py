"""What is done with the picture as a whole."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.rules import Viewer
from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.analysis.data import Actor, EcosystemData
from ecosystem.analysis.gaps import GapResults, analyse
from ecosystem.selectors.maps import load_ecosystem


@dataclass(frozen=True)
class GapAnalysis:
    """A scope's input values and what the gap method finds in them."""

    data: EcosystemData
    results: GapResults

    @cached_property
    def actors(self) -> dict[str, Actor]:
        """Everyone on the map, by slug."""
        return {actor.slug: actor for actor in self.data.actors}

    @cached_property
    def members(self) -> dict[str, Actor]:
        """The scope, by slug."""
        return {a.slug: a for a in self.data.actors if a.id in self.data.scope.members}


def run_gaps(
    city: City,
    *,
    user: Viewer,
    as_of: date | None = None,
    collaborative: Collaborative | None = None,
) -> GapAnalysis:
    """Load what ``user`` may see of a city or collaborative and find its gaps."""
    data = load_ecosystem(city, user=user, as_of=as_of, collaborative=collaborative)
    return GapAnalysis(data, analyse(data))
