"""The input, checked and laid out (gap method, section 1)."""

from dataclasses import replace

import pytest

from ecosystem.analysis.data import Statement
from ecosystem.analysis.index import index_data, organisations
from tests.analysis.builders import ecosystem, ids_of


def test_organisation_is_the_topmost_parent_on_the_map_or_not():
    data = ecosystem("a b c d", part_of={"a": "office", "office": "city", "b": "city", "c": "b"})
    ids = ids_of(["a", "b", "c", "d", "office", "city"])

    found = organisations(data.actors, data.parents)

    assert found == {"a": ids["city"], "b": ids["city"], "c": ids["city"], "d": ids["d"]}


def test_organisation_falls_back_on_part_of_where_parents_say_nothing():
    data = replace(ecosystem("a b", part_of={"a": "b"}), parents={})

    assert organisations(data.actors, {}) == {"a": ids_of("ab")["b"], "b": ids_of("ab")["b"]}


def test_organisation_of_a_circle_is_one_for_all_in_it_and_below():
    data = ecosystem("a b c d e", part_of={"a": "b", "b": "c", "c": "a", "d": "a", "e": "e"})
    ids = ids_of("abcde")

    found = organisations(data.actors, data.parents)

    smallest = min(ids["a"], ids["b"], ids["c"])
    assert found == {**dict.fromkeys("abcd", smallest), "e": ids["e"]}


def test_index_orders_actors_by_slug_and_ignores_who_is_not_on_the_map():
    data = ecosystem("b a", "v", ties=["b-a", "a-v"], levels={"coding": {"a": 2}})
    stranger = Statement(7, "coding", 3)
    tie_to_stranger = replace(data.ties[0], target=7)

    index = index_data(
        replace(
            data,
            statements=(*data.statements, stranger),
            ties=(*data.ties, tie_to_stranger),
        )
    )

    assert list(index.actors) == ["a", "b", "v"]
    assert index.members == {"a", "b"}
    assert {slug: s.level for slug, s in index.statements["coding"].items()} == {"a": 2}
    assert index.adjacency == {"a": {"b": 1, "v": 1}, "b": {"a": 1}, "v": {"a": 1}}


def test_index_refuses_two_statements_of_one_actor_on_one_competency():
    data = ecosystem("a", levels={"coding": {"a": 2}})

    with pytest.raises(ValueError, match="a, coding: more than one statement"):
        index_data(replace(data, statements=data.statements * 2))


@pytest.mark.parametrize("level", [-1, 4])
def test_index_refuses_a_level_outside_the_scale(level):
    with pytest.raises(ValueError, match="is not 0 to 3"):
        index_data(ecosystem("a", levels={"coding": {"a": level}}))


def test_index_refuses_words_that_are_not_of_the_framework():
    with pytest.raises(ValueError, match="'juggling' is not a competency"):
        index_data(ecosystem("a", levels={"juggling": {"a": 2}}))
    with pytest.raises(ValueError, match="'circus' is not a sector"):
        index_data(ecosystem("a", sectors={"a": "circus"}))
    with pytest.raises(ValueError, match="not roles of the framework: \\['clown'\\]"):
        index_data(ecosystem("a", roles={"a": ["clown"]}))


def test_index_refuses_ids_and_slugs_that_name_two_actors():
    data = ecosystem("a b")
    first, second = data.actors

    with pytest.raises(ValueError, match="share a slug"):
        index_data(replace(data, actors=(first, replace(second, slug=first.slug))))
    with pytest.raises(ValueError, match="share an id"):
        index_data(replace(data, actors=(first, replace(second, id=first.id))))


def test_index_refuses_a_member_that_is_not_on_the_map():
    data = ecosystem("a b")

    with pytest.raises(ValueError, match="not on the map"):
        index_data(replace(data, actors=data.actors[:1]))
