"""Which questions are worth asking, and whom to ask first (G15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import State, Tally, cell_state
from ecosystem.analysis.data import Experience
from ecosystem.analysis.index import MapIndex


@dataclass(frozen=True, slots=True)
class Question:
    """A cell that an answer may fill; ``state`` is ``unknown`` or ``thin``.

    ``ask`` names up to three actors that have not answered: members first, then neighbours of the
    scope; () when all of them have. Who was asked and would rather not say is not asked again.
    """

    competency: str
    state: State
    ask: tuple[str, ...]


def questions(
    index: MapIndex, tallies: Mapping[str, Tally], distance: Mapping[str, int]
) -> tuple[Question, ...]:
    """The cells in state ``unknown`` or ``thin``, each with whom to ask, in framework order.

    Parameters
    ----------
    index, tallies
        The map, and who holds what on it.
    distance
        Distances from the scope, by ``distances_from``.

    Notes
    -----
    Members come before neighbours, and within each those whose sector most often holds the
    competency nationwide (``likelihood``), then by slug.
    """
    groups = [
        sorted(index.members),
        sorted(slug for slug, steps in distance.items() if steps == 1),
    ]
    found = []
    for competency, tally in tallies.items():
        state = cell_state(
            organisations=len({index.organisation[slug] for slug in tally.holders}),
            learners=len(tally.learners),
            answered=len(tally.answered),
            size=len(index.members),
        )
        if state in ("unknown", "thin"):
            found.append(Question(competency, state, _ask(index, competency, groups)))
    return tuple(found)


def _ask(index: MapIndex, competency: str, groups: Iterable[list[str]]) -> tuple[str, ...]:
    answered, experience = index.statements[competency], index.data.experience
    declined = index.data.declined
    ask: list[str] = []
    for group in groups:
        silent = [
            slug
            for slug in group
            if slug not in answered and (index.actors[slug].id, competency) not in declined
        ]
        chances = {
            slug: likelihood(experience.get((index.actors[slug].sector, competency)))
            for slug in silent
        }
        ask += sorted(silent, key=lambda slug: -chances[slug])  # stable: equals stay by slug
    return tuple(ask[: defaults.QUESTION_ACTORS_MAX])


def likelihood(experience: Experience | None) -> float:
    """How likely an actor of a sector holds a competency: (holders + 1) / (answered + 2).

    Laplace's rule of succession, between 0 and 1; one half for a sector that never answered.
    """
    known = experience or Experience()
    return (known.holders + 1) / (known.answered + 2)
