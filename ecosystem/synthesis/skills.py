"""Who answered what: most cells of a map are blank, and each city lacks something else."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from actors.framework import Competency, Level, Sector
from ecosystem.synthesis.draw import weighted

ANSWERED_SHARE = 0.3
"""Share of all cells that are answered with a level, on the average city."""

DECLINED_SHARE = 0.02
"""Share of the blanks where the actor was asked and would rather not say."""

CLIMATES = ("usual",) * 9 + ("one_holder", "learners", "unasked") * 2 + ("nobody",)
"""How a competency can stand in a city: twelve of these are dealt to each. So every state of a cell
occurs somewhere: in that order covered, single, thin, unknown and absent."""

NOBODY_ANSWERED_SHARE = 0.93
"""Where nobody has a competency, so many said so: above the 0.8 from which it counts as absent."""

STRENGTHS = {
    Sector.GOVERNMENT: (Competency.POLICY_PROGRAM_DESIGN, Competency.ISSUE_KNOWLEDGE),
    Sector.DATA_INTERMEDIARY: (
        Competency.DATA_COLLECTION_SHARING,
        Competency.DATA_QUALITY_ANALYSIS,
        Competency.DATA_COMMUNICATION,
    ),
    Sector.CIVIC_TECHNOLOGIST: (
        Competency.CODING,
        Competency.INFRASTRUCTURE_MAINTENANCE,
        Competency.USER_CENTERED_DESIGN,
    ),
    Sector.PHILANTHROPY: (Competency.FUNDRAISING, Competency.MANAGEMENT_CONVENING),
    Sector.RESIDENTS_COMMUNITY: (Competency.COMMUNITY_ORGANIZING, Competency.ISSUE_KNOWLEDGE),
    Sector.ACADEMIA: (Competency.DATA_QUALITY_ANALYSIS, Competency.ISSUE_KNOWLEDGE),
    Sector.PRIVATE: (Competency.CODING, Competency.USER_CENTERED_DESIGN),
    Sector.MEDIA: (Competency.DATA_COMMUNICATION, Competency.COMMUNICATION_FACILITATION),
    Sector.NONPROFIT_SERVICE: (Competency.ISSUE_KNOWLEDGE, Competency.FUNDRAISING),
    Sector.NATIONAL_NETWORK: (Competency.MANAGEMENT_CONVENING, Competency.FUNDRAISING),
}
"""What actors of a sector are more often good at."""

STRONG_LEVELS = {Level.NONE: 0.1, Level.DEVELOPING: 0.2, Level.SOLID: 0.4, Level.STRONG: 0.3}
OTHER_LEVELS = {Level.NONE: 0.45, Level.DEVELOPING: 0.3, Level.SOLID: 0.18, Level.STRONG: 0.07}


class Answer(NamedTuple):
    """What the actor of this number (from 0) said. Without level it would rather not say."""

    actor: int
    competency: Competency
    level: Level | None


def answers_of_city(random: Random, sectors: Sequence[Sector]) -> list[Answer]:
    """The answers of a city's actors, given their sectors. By competency, then actor."""
    share = ANSWERED_SHARE * random.uniform(0.8, 1.2)
    # Few answer nearly everything, most answer a little: habits of mean 1, at most 3.3.
    habits = [random.betavariate(0.6, 1.4) / 0.3 for _ in sectors]
    found = []
    climates = random.sample(CLIMATES, len(Competency))
    for competency, climate in zip(Competency, climates, strict=True):
        found += _answers(random, sectors, habits, share, competency, climate)
    return found


def _answers(
    random: Random,
    sectors: Sequence[Sector],
    habits: Sequence[float],
    share: float,
    competency: Competency,
    climate: str,
) -> list[Answer]:
    if climate == "unasked":
        return []
    found: list[Answer] = []
    for actor, (sector, habit) in enumerate(zip(sectors, habits, strict=True)):
        chance = NOBODY_ANSWERED_SHARE if climate == "nobody" else share * habit
        if random.random() < chance:
            found.append(Answer(actor, competency, _level(random, sector, competency)))
        elif random.random() < DECLINED_SHARE:
            found.append(Answer(actor, competency, None))
    if climate == "usual":
        return found
    lowered = [_lowered(answer, climate) for answer in found]
    if climate == "one_holder" and lowered:
        chosen = random.randrange(len(lowered))
        lowered[chosen] = lowered[chosen]._replace(level=Level.STRONG)
    return lowered


def _level(random: Random, sector: Sector, competency: Competency) -> Level:
    levels = STRONG_LEVELS if competency in STRENGTHS[sector] else OTHER_LEVELS
    return weighted(random, levels)


def _lowered(answer: Answer, climate: str) -> Answer:
    """The answer where nobody, or almost nobody, is a holder."""
    if answer.level is None:
        return answer
    most = Level.NONE if climate == "nobody" else Level.DEVELOPING
    return answer._replace(level=min(answer.level, most))


def answers_of_national(random: Random, sector: Sector) -> list[Answer]:
    """The answers of one national actor, as actor 0: more than most give, and often good."""
    found = []
    for competency in Competency:
        if random.random() < 0.6:
            levels = STRONG_LEVELS if random.random() < 0.5 else OTHER_LEVELS
            level = _level(random, sector, competency)
            found.append(Answer(0, competency, max(level, weighted(random, levels))))
    return found
