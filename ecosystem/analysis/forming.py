"""The gaps of a table that is being put together: any selection of actors on a city map."""

from collections.abc import Collection
from dataclasses import replace

from ecosystem.analysis.data import EcosystemData, Scope
from ecosystem.analysis.gaps import Connections, GapResults, analyse
from ecosystem.analysis.structure import Residents, Structure

NOT_ASKED = Connections(
    structure=Structure(0, 0, None, 0, None, (), (), ()),
    actors=(),
    sector_connection=(),
    residents=Residents(0, 0, None, None, None, None),
)
"""How the map hangs together, left out: it does not depend on who is at the table, and takes most
of the time."""


def table_of(
    data: EcosystemData,
    members: Collection[int],
    *,
    name: str = "",
    deciders: Collection[int] = (),
    undecided: Collection[int] = (),
) -> EcosystemData:
    """The same map, asked about a collaborative of these actors (ids on the map).

    ``deciders`` have a say in decisions, of ``undecided`` nobody said yet; both are members.
    """
    return replace(
        data,
        scope=Scope("collaborative", "", name, data.scope.city, frozenset(members)),
        engagements=(),
        deciders=frozenset(deciders),
        undecided=frozenset(undecided),
    )


def analyse_table(table: EcosystemData) -> GapResults:
    """Cells, presence, reach and next steps of a selection; ``structure``, ``actors``,
    ``sector_connection`` and ``residents`` are empty, and so are the sector introductions.

    Raises
    ------
    ValueError
        If a member is not on the map, or the input contradicts itself; see ``index_data``.
    """
    return analyse(table, connections=NOT_ASKED)
