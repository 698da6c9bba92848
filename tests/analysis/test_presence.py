"""Who is at the table (G6)."""

from ecosystem.analysis.index import index_data
from ecosystem.analysis.presence import Presence, presence
from ecosystem.analysis.vocabulary import ROLES, SECTORS
from tests.analysis.builders import ecosystem


def test_presence_names_members_by_sector_and_role_and_leaves_visitors_out():
    """G6."""
    data = ecosystem(
        "b a c",
        "v",
        sectors={"a": "government", "b": "government", "c": "media", "v": "philanthropy"},
        roles={"a": ["backbone", "storyteller"], "c": ["storyteller"], "v": ["community"]},
    )

    found = presence(index_data(data))

    assert found == Presence(
        sectors={**dict.fromkeys(SECTORS, ()), "government": ("a", "b"), "media": ("c",)},
        roles={**dict.fromkeys(ROLES, ()), "backbone": ("a",), "storyteller": ("a", "c")},
        missing_required=("civic_technologist", "data_intermediary", "residents_community"),
        missing_expected=("philanthropy",),
        missing_roles=(
            "civic_technologist",
            "community",
            "data_specialist",
            "issue_expert",
            "local_government",
            "network_weaver",
            "resource_provider",
            "service_provider",
        ),
    )
    assert (list(found.sectors), list(found.roles)) == (list(SECTORS), list(ROLES))


def test_presence_in_an_empty_scope_misses_everything():
    """G6, undefined case."""
    found = presence(index_data(ecosystem("", "v")))

    assert found == Presence(
        sectors=dict.fromkeys(SECTORS, ()),
        roles=dict.fromkeys(ROLES, ()),
        missing_required=(
            "civic_technologist",
            "data_intermediary",
            "government",
            "residents_community",
        ),
        missing_expected=("philanthropy",),
        missing_roles=tuple(sorted(ROLES)),
    )
