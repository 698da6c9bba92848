"""What holds for the project as a whole: locks, licences, settings, headers, layers."""

import ast
import json
import logging
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.utils.connection import ConnectionDoesNotExist

from accounts.models import User
from ecosystem import logs
from tools import translations

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


def pins(lock):
    return dict(re.findall(r"^([\w.-]+)==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))


def sources(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


# ── Locks and licences ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_a_hash_for_every_version_and_no_address(lock):
    text = (ROOT / lock).read_text()
    requirements = re.split(r"\n(?=[\w.-]+==)", text)[1:]

    assert len(requirements) == len(pins(lock)) > 0
    assert [text for text in requirements if "--hash=sha256:" not in text] == []
    assert "://" not in text
    assert "index-url" not in text


def test_development_lock_holds_the_runtime_at_the_same_versions():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_every_requirement_says_what_for():
    for name in ("requirements.in", "requirements-dev.in"):
        lines = (ROOT / name).read_text().splitlines()
        asked = [line for line in lines if line and not line.startswith(("#", "-"))]

        assert [line for line in asked if "  # " not in line] == []


def test_front_end_lock_holds_hashes_and_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages.pop("")

    assert all("integrity" in package for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


COMPATIBLE = re.compile(r"BSD|MIT|Apache|PSF|LGPL|Zlib|CC0|ISC", re.IGNORECASE)
INCOMPATIBLE = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|General Public License|Proprietary|SSPL|BUSL")


@pytest.mark.parametrize("name", pins("requirements.txt"))
def test_runtime_licence_goes_with_apache(name):
    try:
        about = metadata(name)
    except PackageNotFoundError:
        pytest.skip("not installed on this platform")
    classifiers = [text for text in about.get_all("Classifier", []) if text.startswith("License")]
    said = [about.get("License-Expression", ""), about.get("License", "")[:200], *classifiers]

    assert COMPATIBLE.search(" ".join(said))
    assert not INCOMPATIBLE.search(" ".join(said))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v3", True),
        ("AGPL-3.0", True),
        ("LGPL-3.0-only", False),
        ("BSD-3-Clause", False),
    ],
)
def test_incompatible_licences_are_recognised(said, found):
    assert bool(INCOMPATIBLE.search(said)) is found


# ── Layers that import contracts can't see ───────────────────────────────────────────────────────


def test_analysis_imports_the_standard_library_and_numbers_only():
    allowed = sys.stdlib_module_names | {"networkx", "numpy", "rustworkx", "scipy"}
    strange = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources("ecosystem/analysis")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported_names(node)
        if name.split(".")[0] not in allowed and not name.startswith("ecosystem.analysis")
    }

    assert strange == set()


def imported_names(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        # One dot stays in the same package; more dots leave it, and are shown as they stand.
        if node.level == 1:
            return []
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return names if node.level == 0 else ["." * node.level + name for name in names]
    return []


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────


def manage(*args, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("key", [{}, {"SECRET_KEY": ""}])
def test_production_refuses_to_start_without_a_secret_key(key):
    done = manage("check", **key)

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("CivicWeave does not start without a secret key.")


def test_nothing_set_but_a_key_means_production():
    question = (
        "from django.conf import settings as s\n"
        "print(s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_PROXY_SSL_HEADER)"
    )

    done = manage("shell", "--verbosity", "0", "-c", question, SECRET_KEY="x" * 50)

    assert done.stdout.strip() == "False [] True True True None"


def test_deploy_check_finds_nothing():
    done = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SECRET_KEY="only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
        ALLOWED_HOSTS="civicweave.example",
        DATABASE_URL="sqlite://:memory:",
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_sqlite_waits_for_its_turn_and_keeps_its_promises(tmp_path):
    question = (
        "from django.db import connection as c, transaction\n"
        "with transaction.atomic(), c.cursor() as cursor:\n"
        "    print(*[cursor.execute(f'PRAGMA {name}').fetchone()[0]"
        " for name in ('journal_mode', 'busy_timeout', 'foreign_keys')])\n"
        "print(c.transaction_mode)"
    )

    done = manage(
        "shell",
        "--verbosity",
        "0",
        "-c",
        question,
        SECRET_KEY="x" * 50,
        DATABASE_URL=f"sqlite:///{tmp_path / 'test.sqlite3'}",
    )

    assert done.stdout.split() == ["wal", "20000", "1", "IMMEDIATE"], done.stderr


def test_language_cookie_chooses_the_language(client):
    client.cookies["language"] = "es"

    response = client.get("/account/login/")

    assert response.headers["Content-Language"] == "es"
    assert 'lang="es"' in response.text


# ── Static files ─────────────────────────────────────────────────────────────────────────────────


def test_static_files_can_be_collected_as_in_production(tmp_path):
    """Every name in a style sheet or module is found, so every file can have a hashed name."""
    production = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "ecosystem.storage.ModuleManifestStorage"},
    }
    every_kind = sorted({path.suffix[1:] for path in (ROOT / "static").rglob("*.*")})

    with override_settings(
        STORAGES=production,
        STATIC_ROOT=tmp_path,
        WHITENOISE_SKIP_COMPRESS_EXTENSIONS=["css", "js", "map", "svg", *every_kind],  # for speed
    ):
        call_command("collectstatic", interactive=False, verbosity=0)

    collected = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert "vendor/public-sans/public-sans-latin-wght-normal.woff2" in collected
    assert "admin/css/base.css" in collected


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────


def test_live_answers_without_the_database(client):
    response = client.get("/live")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_answers_when_database_and_cache_do(client):
    response = client.get("/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": True, "cache": True}


@pytest.mark.django_db
def test_ready_says_which_part_failed_but_not_why(client, monkeypatch):
    def fail(key):
        raise ConnectionDoesNotExist("the password of the cache is 12345")

    monkeypatch.setattr(cache, "get", fail)

    response = client.get("/ready")

    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": True, "cache": False}


@pytest.mark.django_db
def test_ready_is_not_ready_before_migrations(client, monkeypatch):
    plan = "django.db.migrations.executor.MigrationExecutor.migration_plan"
    monkeypatch.setattr(plan, lambda self, targets: ["one to go"])

    assert client.get("/ready").json()["database"] is False


def test_every_answer_carries_the_security_headers(client):
    headers = client.get("/live").headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_https_is_asked_for_except_by_health_questions(client):
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert client.get("/live").status_code == 200
        assert client.get("/admin/").headers["Location"] == "https://testserver/admin/"
        assert (
            "preload" not in client.get("/live", secure=True).headers["Strict-Transport-Security"]
        )


# ── Logs ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("0123abcd-EF.x", True), ("short", False), ("x" * 65, False), ('"}\n{"evil": "1', False)],
)
def test_request_id_of_a_proxy_is_kept_when_plain(client, sent, kept):
    answered = client.get("/live", headers={"X-Request-ID": sent}).headers["X-Request-ID"]

    assert (answered == sent) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answered)


def test_log_line_is_json_with_the_id_of_the_request():
    record = logging.LogRecord("civicweave", 30, "x.py", 1, "%s\nof %s", (1, "two"), None)
    lines = []

    def view(request):
        lines.append(logs.JsonFormatter().format(record))
        return HttpResponse()

    request = RequestFactory().get("/", headers={"X-Request-ID": "an-id-of-a-proxy"})
    logs.request_id_middleware(view)(request)

    (line,) = lines
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"], said["request_id"]) == (
        "WARNING",
        "civicweave",
        "1\nof two",
        "an-id-of-a-proxy",
    )
    assert logs.request_id.get() is None


# ── Commands and tools ───────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_demo_staff_is_refused_outside_debug():
    with pytest.raises(CommandError, match="debug only"):
        call_command("create_demo_staff")

    assert not User.objects.exists()


@pytest.mark.django_db
def test_demo_staff_is_made_once_and_the_printed_password_works(client):
    first, second = StringIO(), StringIO()

    with override_settings(DEBUG=True):
        call_command("create_demo_staff", stdout=first)
        call_command("create_demo_staff", stdout=second)

    password = re.search(r"password (\S+),", first.getvalue())[1]
    assert client.login(email="staff@example.org", password=password)
    assert second.getvalue() == ""
    assert User.objects.count() == 1


def catalogue(folder, *entries):
    path = folder / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    file.extend(entries)
    file.save(str(path))
    file.save_as_mofile(str(path.with_suffix(".mo")))
    return path


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (polib.POEntry(msgid="City", msgstr="Ciudad"), None),
        (polib.POEntry(msgid="City", msgstr=""), "is not translated"),
        (polib.POEntry(msgid="City", msgstr="Ciudad", flags=["fuzzy"]), "is marked fuzzy"),
        (polib.POEntry(msgid="%(n)s of %(all)s", msgstr="%(n)s"), "other placeholders"),
        (
            polib.POEntry(
                msgid="one actor",
                msgid_plural="%(count)s actors",
                msgstr_plural={0: "un actor", 1: "%(count)s actores"},
            ),
            None,
        ),
        (
            polib.POEntry(
                msgid="one actor",
                msgid_plural="%(count)s actors",
                msgstr_plural={0: "un actor", 1: "%(counts)s actores"},
            ),
            "other placeholders",
        ),
    ],
)
def test_translation_problems_are_found(tmp_path, monkeypatch, entry, problem):
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    path = catalogue(tmp_path, entry)

    found = translations.problems_of(path)

    assert [problem in line for line in found] == ([True] if problem else [])


def test_stale_compiled_translation_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    path = catalogue(tmp_path, polib.POEntry(msgid="City", msgstr="Ciudad"))
    path.with_suffix(".mo").write_bytes(b"")

    (found,) = translations.problems_of(path)

    assert "is not compiled" in found


@pytest.mark.django_db
def test_tests_run_on_the_database_that_was_asked_for():
    asked = os.environ.get("TEST_DATABASE")
    if asked is None or "TEST_DATABASE_URL" in os.environ:
        pytest.skip("./dev test asks; plain pytest does not")

    assert connection.vendor == asked
