"""The input, checked once and laid out for the measures: by slug, in slug order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecosystem.analysis import defaults
from ecosystem.analysis.data import Actor, EcosystemData, Statement
from ecosystem.analysis.graph import Edge, adjacency_of, merge_ties
from ecosystem.analysis.vocabulary import COMPETENCIES, ROLES, SECTORS


@dataclass(frozen=True, slots=True)
class MapIndex:
    """One city map, ready to be measured. All keys are slugs.

    Attributes
    ----------
    data
        What was given.
    actors
        Everyone on the map, in slug order.
    members
        The scope.
    organisation
        Id of the organisation each actor belongs to; units of one parent share it.
    statements
        Per competency of the framework, the statement of each actor on the map.
    edges
        The merged ties, in slug order.
    adjacency
        Neighbours of every actor with the strength of the edge (unknown counts 1).
    """

    data: EcosystemData
    actors: Mapping[str, Actor]
    members: frozenset[str]
    organisation: Mapping[str, int]
    statements: Mapping[str, Mapping[str, Statement]]
    edges: tuple[Edge, ...]
    adjacency: Mapping[str, Mapping[str, int]]


def index_data(data: EcosystemData) -> MapIndex:
    """Check the input and lay it out by slug.

    Statements of actors that are not on the map, and ties with an end that is not, are ignored.

    Raises
    ------
    ValueError
        If two actors share an id or a slug; a sector, role, competency or level is not of the
        framework; an actor has two statements on one competency; or a member of the scope is not
        among the actors.
    """
    actors = _checked_actors(data.actors)
    slug_of = {actor.id: slug for slug, actor in actors.items()}
    if len(slug_of) != len(actors):
        raise ValueError("Two actors share an id.")
    if missing := data.scope.members - slug_of.keys():
        raise ValueError(f"Members of the scope that are not on the map: {sorted(missing)}")
    edges = merge_ties(data.ties, slug_of)
    return MapIndex(
        data=data,
        actors=actors,
        members=frozenset(slug_of[member] for member in data.scope.members),
        organisation=organisations(data.actors, data.parents),
        statements=_statements(data.statements, slug_of),
        edges=edges,
        adjacency=adjacency_of(actors, edges),
    )


def organisations(actors: Iterable[Actor], parents: Mapping[int, int]) -> dict[str, int]:
    """Organisation of each actor: its topmost parent, or itself.

    Units under one parent are one organisation, whether or not the parent is on the map. Actors
    that are, by mistake, part of each other in a circle have no topmost parent: the circle, with
    all below it, is one organisation, named by its smallest id.

    Parameters
    ----------
    actors
        Whose organisation is asked for.
    parents
        Parent id of every unit. An actor's own ``part_of`` serves where this says nothing.

    Returns
    -------
    dict
        Id of the organisation by slug of the actor.
    """
    actors = list(actors)
    above = {actor.id: actor.part_of for actor in actors if actor.part_of is not None}
    above.update(parents)
    return {actor.slug: _topmost(actor.id, above) for actor in actors}


def _topmost(actor: int, above: Mapping[int, int]) -> int:
    walked: list[int] = []
    while (parent := above.get(actor)) is not None:
        if actor in walked:
            return min(walked[walked.index(actor) :])
        walked.append(actor)
        actor = parent
    return actor


def _checked_actors(given: Iterable[Actor]) -> dict[str, Actor]:
    ordered = sorted(given, key=lambda actor: actor.slug)
    actors = {actor.slug: actor for actor in ordered}
    if len(actors) != len(ordered):
        raise ValueError("Two actors share a slug.")
    known_sectors, known_roles = frozenset(SECTORS), frozenset(ROLES)
    for actor in ordered:
        if actor.sector not in known_sectors:
            raise ValueError(f"{actor.slug}: {actor.sector!r} is not a sector of the framework.")
        if not actor.roles <= known_roles:
            unknown = sorted(actor.roles - known_roles)
            raise ValueError(f"{actor.slug}: not roles of the framework: {unknown}")
    return actors


def _statements(
    given: Iterable[Statement], slug_of: Mapping[int, str]
) -> dict[str, dict[str, Statement]]:
    found: dict[str, dict[str, Statement]] = {competency: {} for competency in COMPETENCIES}
    for statement in given:
        slug = slug_of.get(statement.actor)
        if slug is None:
            continue
        competency = statement.competency
        if competency not in found:
            raise ValueError(f"{slug}: {competency!r} is not a competency of the framework.")
        if statement.level not in defaults.LEVELS:
            raise ValueError(f"{slug}, {competency}: level {statement.level!r} is not 0 to 3.")
        if slug in found[competency]:
            raise ValueError(f"{slug}, {competency}: more than one statement.")
        found[competency][slug] = statement
    return found
