"""House rules that a reader of one file cannot check."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("accounts", "actors", "collaboratives", "ecosystem")
FILES = [
    path
    for app in APPS
    for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
    if "migrations" not in path.parts
]

QUERYSET_STEPS = {"objects", "_base_manager", "_default_manager", "filter", "exclude", "all"}
WRITES_WITHOUT_HISTORY = {"update", "bulk_update", "bulk_create"}


def writes_without_history(path):
    """Calls such as ``Actor.objects.filter(…).update(…)``, by line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        steps = {part.attr for part in ast.walk(node.func.value) if isinstance(part, ast.Attribute)}
        if node.func.attr in WRITES_WITHOUT_HISTORY and steps & QUERYSET_STEPS:
            found.append(node.lineno)
    return found


def is_where_changes_are_made(path):
    """Services, loads that write history in bulk, and saved positions, which have no history."""
    inside = path.relative_to(settings.BASE_DIR).parts
    if inside[1] in {"exchange", "synthesis"} or inside[1:] == ("maps", "positions.py"):
        return True
    return "services.py" in inside or "services" in inside


def test_writes_without_history_are_noticed(tmp_path: Path):
    path = tmp_path / "views.py"
    path.write_text("Actor.objects.filter(pk=1).update(name='x')\n{}.update(a=1)\n")

    assert writes_without_history(path) == [1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_rows_are_changed_without_history_in_services_only(path):
    assert is_where_changes_are_made(path) or writes_without_history(path) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_signals_are_for_other_peoples_apps(path):
    text = path.read_text()

    assert "db.models.signals" not in text
    assert "@receiver" not in text
