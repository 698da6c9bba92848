"""How residents took part in a collaborative, and whether they were told what came of it (G7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecosystem.analysis.data import Engagement
from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.vocabulary import (
    ENGAGEMENT_LEVELS,
    PROCESS_STEPS,
    RESIDENT_ROLE,
    RESIDENTS,
)


@dataclass(frozen=True, slots=True)
class ResidentVoice:
    """The say that residents have at one table.

    Attributes
    ----------
    steps
        Per process step, in order, the highest engagement level recorded; None is nothing recorded.
    returned_share
        Share of the engagements whose result was reported back; None without any engagement.
    open
        What was done, sorted, of each engagement whose result is due and not reported back.
    decision_role
        Whether a member of residents & community, by sector or by role, has a say in decisions.
    """

    steps: Mapping[str, str | None]
    returned_share: float | None
    open: tuple[str, ...]
    decision_role: bool


def resident_voice(index: MapIndex) -> ResidentVoice | None:
    """Resident voice of a collaborative on the day of the map; None for a city.

    What was held later does not count, and a result given back later is not given back yet. An
    engagement without a day counts; one without a due date is never open.
    """
    data = index.data
    if data.scope.kind != "collaborative":
        return None
    held = [one for one in data.engagements if one.is_held(data.as_of)]
    returned = [one for one in held if one.is_returned(data.as_of)]
    return ResidentVoice(
        steps={step: _highest(step, held) for step in PROCESS_STEPS},
        returned_share=len(returned) / len(held) if held else None,
        open=tuple(
            sorted(
                one.what
                for one in held
                if one.due_on and one.due_on < data.as_of and not one.is_returned(data.as_of)
            )
        ),
        decision_role=any(
            actor.id in data.deciders
            and (actor.sector == RESIDENTS or RESIDENT_ROLE in actor.roles)
            for actor in (index.actors[slug] for slug in index.members)
        ),
    )


def _highest(step: str, held: Iterable[Engagement]) -> str | None:
    levels = [one.level for one in held if one.step == step]
    return max(levels, key=ENGAGEMENT_LEVELS.index, default=None)
