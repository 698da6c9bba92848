"""Records as they were and as they are, as plain values that can be compared.

A state holds a value by field: by ``attname`` for what is stored in the row (a linked record by its
id), and a frozenset of ids by name for many-to-many fields.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

from simple_history.utils import get_m2m_field_name, get_m2m_reverse_field_name

from ecosystem.history.kinds import Kind

State: TypeAlias = dict[str, Any]


def past_states(kind: Kind, rows: Collection[int]) -> dict[int, State]:
    """The states in these rows of the history, by row; one query, and one for each kind of link."""
    if not rows:
        return {}
    names = [field.attname for field in kind.fields]
    found = kind.rows.filter(pk__in=rows).values("history_id", *names)
    states = {row.pop("history_id"): row for row in found}
    for field in kind.links:
        links, other = kind.linked_rows(field)
        pairs = links.filter(history__in=rows).values_list("history_id", other)
        _add_links(states, field.name, pairs)
    return states


def current_states(kind: Kind, records: Collection[int]) -> dict[int, State]:
    """The states of the stored records, by id; what is gone is missing."""
    if not records:
        return {}
    names = [field.attname for field in kind.fields]
    states = {row.pop("pk"): row for row in kind.stored.filter(pk__in=records).values("pk", *names)}
    for field in kind.links:
        through = field.remote_field.through._base_manager
        own, other = get_m2m_field_name(field), get_m2m_reverse_field_name(field)
        pairs = through.filter(**{f"{own}__in": list(states)}).values_list(
            f"{own}_id", f"{other}_id"
        )
        _add_links(states, field.name, pairs)
    return states


def _add_links(states: dict[int, State], name: str, pairs: Iterable[tuple[int, int]]) -> None:
    linked: defaultdict[int, set[int]] = defaultdict(set)
    for owner, other in pairs:
        linked[owner].add(other)
    for owner, state in states.items():
        state[name] = frozenset(linked[owner])


def key_of(field: Any) -> str:
    """The key of a field in a state."""
    return field.name if field.many_to_many else field.attname


def differing(before: State, after: State) -> list[str]:
    """The keys whose values are not the same."""
    return [key for key in after if before.get(key) != after[key]]
