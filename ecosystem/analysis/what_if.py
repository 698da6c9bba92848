"""What a scope and its map would be without some of the actors: G11 for any number of leavers.

For one leaver it says what ``fragility.departures`` finds locally, by computing the map again; for
several at once there is no shorter way, since what two open together neither may open alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ecosystem.analysis.cells import STATE_RANK, tally_statements
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.fragility import CellChange, ReachChange
from ecosystem.analysis.gaps import GapResults, analyse_index
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.analysis.next_steps import NO_STEPS
from ecosystem.analysis.reach import REACH_RANK, distances_from
from ecosystem.analysis.vocabulary import EXPECTED_SECTORS, REQUIRED_SECTORS


@dataclass(frozen=True, slots=True)
class Changes:
    """What gets worse between two results of one scope.

    ``cells`` and ``reach`` are in framework order, ``sectors`` and ``roles`` those that somebody
    stood for before and nobody after, in framework order. ``needed_sectors`` are the required and
    expected among them.
    """

    cells: tuple[CellChange, ...]
    reach: tuple[ReachChange, ...]
    sectors: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def skills(self) -> frozenset[str]:
        """Competencies that are worse off: held by fewer, or farther away."""
        return frozenset(
            {change.competency for change in self.cells}
            | {change.competency for change in self.reach}
        )

    @property
    def needed_sectors(self) -> tuple[str, ...]:
        """Sectors that a city or a collaborative needs, and would lose."""
        needed = (*REQUIRED_SECTORS, *EXPECTED_SECTORS)
        return tuple(sector for sector in self.sectors if sector in needed)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A scope with and without ``leavers`` (slugs, in order).

    ``components`` is the number of pieces more into which those that stay fall apart: never
    negative, as a piece that leaves as a whole takes nobody with it.
    """

    leavers: tuple[str, ...]
    before: GapResults
    after: GapResults
    changes: Changes
    components: int

    @property
    def is_harmless(self) -> bool:
        """Whether nothing gets worse."""
        found = self.changes
        return not (found.cells or found.reach or found.sectors or found.roles or self.components)


def without(data: EcosystemData, slugs: Collection[str]) -> EcosystemData:
    """The same map and scope after the actors of these slugs left.

    Their statements and ties go with them. Organisations stay: units of a parent that leaves are
    still one. Slugs that are not on the map are passed over. ``holders_elsewhere`` stays as it is:
    who leaves the map is no holder elsewhere. It has to name a holder of every competency that
    loses its last one on the map, which it does for one leaver (see ``EcosystemData``).
    """
    gone = {actor.id for actor in data.actors if actor.slug in slugs}
    return replace(
        data,
        scope=replace(data.scope, members=data.scope.members - gone),
        actors=tuple(actor for actor in data.actors if actor.id not in gone),
        statements=tuple(one for one in data.statements if one.actor not in gone),
        ties=tuple(tie for tie in data.ties if tie.source not in gone and tie.target not in gone),
        deciders=data.deciders - gone,
        undecided=data.undecided - gone,
    )


def unheld_without(data: EcosystemData, slugs: Collection[str]) -> tuple[str, ...]:
    """Competencies that somebody on the map holds, and nobody once these actors left.

    Those for which ``holders_elsewhere`` must name somebody before ``what_if`` can tell their
    reach. In framework order.
    """
    tallies = tally_statements(index_data(data))
    return tuple(
        competency
        for competency, tally in tallies.items()
        if (holders := {*tally.holders, *tally.outside_holders}) and holders <= {*slugs}
    )


def what_if(data: EcosystemData, slugs: Collection[str]) -> WhatIf:
    """Analyse a scope with and without some actors of its map, members or not.

    Parameters
    ----------
    data
        The map and the scope. ``holders_elsewhere`` covers ``unheld_without(data, slugs)``.
    slugs
        Who leaves; slugs that are not on the map are passed over.

    Returns
    -------
    WhatIf
        For one leaver the same changes as ``fragility.departures``. Without leavers nothing
        changes. A scope that everybody left is empty.

    Raises
    ------
    ValueError
        If the input contradicts itself or the framework; see ``index_data``.
    """
    index = index_data(data)
    leavers = tuple(slug for slug in index.actors if slug in slugs)
    remaining = index_data(without(data, leavers))
    before, after = analyse_index(index, steps=NO_STEPS), analyse_index(remaining, steps=NO_STEPS)
    return WhatIf(leavers, before, after, changes(before, after), _pieces_opened(index, remaining))


def changes(before: GapResults, after: GapResults) -> Changes:
    """What is worse in ``after`` than in ``before``, two results of one scope.

    States and reach rank as in G11: absent and unknown are alike, for losing an answer is not a
    loss of competency.
    """
    cells = zip(before.cells, after.cells, strict=True)
    reach = zip(before.reach, after.reach, strict=True)
    return Changes(
        cells=tuple(
            CellChange(old.competency, old.state, new.state)
            for old, new in cells
            if STATE_RANK[new.state] < STATE_RANK[old.state]
        ),
        reach=tuple(
            ReachChange(old.competency, old.reach, new.reach)
            for old, new in reach
            if REACH_RANK[new.reach] > REACH_RANK[old.reach]
        ),
        sectors=_lost(before.presence.sectors, after.presence.sectors),
        roles=_lost(before.presence.roles, after.presence.roles),
    )


def _lost(
    before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    return tuple(slug for slug, actors in before.items() if actors and not after[slug])


def _pieces_opened(before: MapIndex, after: MapIndex) -> int:
    """How many pieces more those that stay are in, than the pieces they came from."""
    piece_of = {actor: number for number, piece in enumerate(_pieces(before)) for actor in piece}
    pieces = _pieces(after)
    came_from = {piece_of[actor] for piece in pieces for actor in piece}
    return len(pieces) - len(came_from)


def _pieces(index: MapIndex) -> list[set[str]]:
    pieces: list[set[str]] = []
    seen: set[str] = set()
    for actor in index.actors:
        if actor not in seen:
            piece = set(distances_from([actor], index.adjacency))
            seen |= piece
            pieces.append(piece)
    return pieces
