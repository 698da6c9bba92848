"""Every constant of the gap method, each with its reason.

A changed constant changes published figures: raise ``METHOD`` with it.
"""

from collections.abc import Mapping
from types import MappingProxyType

METHOD = "1"
"""Version of the method. Stored results of another version are computed anew."""

HOLDER_LEVEL = 2
"""G1: from "solid" on, an actor can be asked to deliver; below, it still learns."""

LEARNER_LEVEL = 1
"""G1: "developing". Level 0 is an answer too: asked, and the competency is not there."""

LEVELS = range(4)
"""0 none, 1 developing, 2 solid, 3 strong. Unknown is no statement at all, never a level."""

COVERED_ORGANISATIONS = 2
"""G1: with two organisations, one departure or one budget cut does not open the gap."""

ABSENT_ANSWERED_SHARE = 0.8
"""G1: a gap is claimed only when at least four in five were asked; else it is a question."""

LEVEL_WEIGHTS: Mapping[int, float] = MappingProxyType({0: 0.0, 1: 0.25, 2: 0.6, 3: 0.85})
"""G2: chance that an actor of this level delivers when asked. A convention, not a measurement:
no level is certain, a solid actor delivers more often than not, a developing one seldom."""

FRESH_MONTHS = 12
"""G3: a yearly round of questions keeps a map fresh."""

AGEING_MONTHS = 24
"""G3: after two missed rounds, staff and budgets have usually changed: the answer is stale."""

UNKNOWN_STRENGTH = 1
"""G8: a tie of unknown strength counts as the weakest, so that a known strong one is preferred."""

CONNECTION_EXPECTED_MIN = 1.0
"""G10: no tie between two sectors says something once at least one was to be expected."""

CONNECTION_WEAK_SHARE = 0.5
"""G10: weak is less than half of what an even spread of the same ties would give."""

CONNECTION_WEAK_EXPECTED_MIN = 2.0
"""G10: below two expected ties, "fewer than half" would rest on a single tie."""

ONE_PERSON = 1
"""G11: a tie carried by one known person goes when that person goes."""

COMPLETENESS_INFORMANTS_MIN = 5
"""G17: with fewer sampling units, Chao2 rests on one or two chance mentions."""

LOUVAIN_SEED = 20180613
"""G9: Louvain visits the actors in a random order. With this seed, the same map always has the
same communities; another one serves as well, but changes them."""

LOUVAIN_RESOLUTION = 1.0
"""G9: modularity as Newman and Girvan defined it, favouring neither few communities nor many."""

INTRODUCTION_COSTS: Mapping[int, int] = MappingProxyType({1: 1, 2: 2})
"""G13: what it takes to bring in an actor at this distance: one conversation for each step."""

FAR_COST = 4
"""G13: farther away, or unconnected, nobody can introduce you: more work than two introductions."""

INTRODUCTIONS_MAX = 5
"""G14: as many as one person can pursue until the next meeting."""

QUESTION_ACTORS_MAX = 3
"""G15: a question to three is answered by one; more would be a survey."""

RANKED_ANSWERED_SHARE_MIN = 0.3
"""G18: where fewer than three in ten were asked, an order would show who was asked, not who can."""

RANKED_ACTORS_MIN = 10
"""G18: among fewer actors, one tie more or less moves density and components by too much."""
