"""Small maps for the tests of the analysis, written as one reads them."""

from collections.abc import Iterable, Mapping
from datetime import date
from random import Random

from ecosystem.analysis.data import Actor, EcosystemData, Scope, Statement, Tie
from ecosystem.analysis.vocabulary import COMPETENCIES, ROLES, SECTORS

AS_OF = date(2018, 6, 30)


def ids_of(slugs: Iterable[str]) -> dict[str, int]:
    """Ids that run against slug order, so that nothing can lean on the order of ids."""
    ordered = sorted(slugs)
    return {slug: 100 + len(ordered) - number for number, slug in enumerate(ordered)}


def ecosystem(
    members: str = "",
    visitors: str = "",
    *,
    ties: Iterable[str] = (),
    levels: Mapping[str, Mapping[str, int]] | None = None,
    sectors: Mapping[str, str] | None = None,
    roles: Mapping[str, Iterable[str]] | None = None,
    part_of: Mapping[str, str] | None = None,
    informants: Mapping[str, str] | None = None,
    confirmed: Mapping[str, date | None] | None = None,
    elsewhere: Mapping[str, Iterable[str]] | None = None,
) -> EcosystemData:
    """A map from slugs: ``ecosystem("a b", "v", ties=["a-v:3"], levels={"coding": {"a": 2}})``.

    ``a-v:3`` is a tie of strength 3. ``confirmed`` dates the statements of an actor, the day of
    the map when left out. ``part_of`` may name parents that are not on the map.
    """
    sectors, roles, part_of = sectors or {}, roles or {}, part_of or {}
    confirmed, informants = confirmed or {}, informants or {}
    on_map = [*members.split(), *visitors.split()]
    ids = ids_of({*on_map, *part_of, *part_of.values()})
    return EcosystemData(
        scope=Scope("city", "here", "Here", "here", frozenset(ids[s] for s in members.split())),
        actors=tuple(
            Actor(
                id=ids[slug],
                slug=slug,
                name=slug.upper(),
                sector=sectors.get(slug, "government"),
                roles=frozenset(roles.get(slug, ())),
                city="here",
                part_of=ids[part_of[slug]] if slug in part_of else None,
                informants=frozenset(informants.get(slug, "").split()),
            )
            for slug in on_map
        ),
        statements=tuple(
            Statement(ids[slug], competency, level, confirmed.get(slug, AS_OF))
            for competency, stated in (levels or {}).items()
            for slug, level in stated.items()
        ),
        ties=tuple(_tie(text, ids) for text in ties),
        as_of=AS_OF,
        holders_elsewhere={key: frozenset(slugs) for key, slugs in (elsewhere or {}).items()},
        parents={ids[unit]: ids[parent] for unit, parent in part_of.items()},
    )


def _tie(text: str, ids: Mapping[str, int]) -> Tie:
    ends, _, strength = text.partition(":")
    source, target = ends.split("-")
    return Tie(ids[source], ids[target], "funds", strength=int(strength) if strength else None)


def random_ecosystem(random: Random) -> EcosystemData:
    """A map of up to 12 actors: units, visitors, isolates, parallel ties and blanks included."""
    slugs = [f"{letter}{random.randrange(10)}" for letter in "abcdefghijkl"]
    slugs = random.sample(slugs, random.randrange(len(slugs) + 1))
    split = random.randrange(len(slugs) + 1)
    tie_share = random.choice([0.1, 0.2, 0.4])
    answer_share = random.choice([0.1, 0.3, 0.9])
    parents = {slug: random.choice(["p", "q"]) for slug in slugs if random.random() < 0.3}
    return ecosystem(
        " ".join(slugs[:split]),
        " ".join(slugs[split:]),
        ties=[
            random.choice([f"{a}-{b}", f"{a}-{b}:{random.randrange(1, 5)}"])
            for a in slugs
            for b in slugs
            if random.random() < tie_share
        ],
        levels={
            competency: {
                slug: random.choice([0, 1, 1, 2, 3])
                for slug in slugs
                if random.random() < answer_share
            }
            for competency in COMPETENCIES
        },
        sectors={slug: random.choice(SECTORS) for slug in slugs},
        roles={slug: random.sample(ROLES, 2) for slug in slugs},
        part_of=parents,
        informants={
            slug: " ".join(random.sample("klmnopq", random.randrange(4))) for slug in slugs
        },
        elsewhere={random.choice(COMPETENCIES): ["z1", "z0"]},
    )
