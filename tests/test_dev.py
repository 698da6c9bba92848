"""``./dev`` as a newcomer meets it: what it refuses, it refuses in one clear line."""

import ast
import os
import runpy
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEV = ROOT / "dev"

pytestmark = pytest.mark.skipif(
    os.environ.get("TEST_DATABASE") == "postgresql",
    reason="./dev is the same for every database: tested once, on SQLite",
)

AS_OLD_PYTHON = "sys.version_info = (3, 10, 13, 'final', 0)"
WITHOUT_ENSUREPIP = "sys.modules['ensurepip'] = None"


def dev(*args, root=ROOT, before="", **environment):
    """Run ``./dev ARGS`` in ``root``, after ``before``; no uv, no node on the path."""
    program = f"import runpy, sys; sys.argv = ['dev', *{args!r}]; {before or 'pass'}; "
    program += "runpy.run_path('dev', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PATH": "/nowhere", "HOME": str(root), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def refusal(done):
    """The one line on stderr; nothing else may stand there, and the status says failure."""
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def fresh_copy(tmp_path):
    """A folder with what ``./dev`` reads to install, and nothing installed."""
    names = ["dev", ".npmrc", "package.json", "package-lock.json"]
    for path in [*(ROOT / name for name in names), *ROOT.glob("requirements*.txt")]:
        shutil.copy(path, tmp_path)
    return tmp_path


def test_dev_parses_on_python_3_6():
    ast.parse(DEV.read_text(), feature_version=(3, 6))


def test_dev_uses_the_standard_library_only():
    tree = ast.parse(DEV.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported - sys.stdlib_module_names == set()


def test_dev_refuses_an_old_python():
    line = refusal(dev("run", before=AS_OLD_PYTHON))

    assert line.startswith("CivicWeave needs Python 3.11 or newer; this is Python 3.10.")


def test_dev_refuses_an_unknown_verb():
    done = dev("deploy")

    assert refusal(done) == "./dev has no verb “deploy”. ./dev help lists them."
    assert done.returncode == 2


@pytest.mark.parametrize("args", [(), ("help",), ("--help",)])
def test_dev_help_names_every_verb(args):
    done = dev(*args)

    assert done.returncode == 0
    for verb in ("run", "test", "check", "browser", "manage", "translate", "help"):
        assert f"./dev {verb}" in done.stdout


@pytest.mark.parametrize("address", ["80000", "somewhere", ":8000", "127.0.0.1:", "1.2.3.4:http"])
def test_dev_run_refuses_what_is_no_address(address):
    line = refusal(dev("run", address))

    assert line == f"“{address}” is no address. Say HOST:PORT, such as 127.0.0.1:8001"


def test_dev_run_refuses_a_taken_port_and_names_a_free_one():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        line = refusal(dev("run", f"127.0.0.1:{port}"))

    assert line.startswith(f"Port {port} on 127.0.0.1 is taken.")
    assert "./dev run 127.0.0.1:" in line


def test_dev_names_the_package_that_brings_ensurepip(fresh_copy):
    line = refusal(dev("manage", "check", root=fresh_copy, before=WITHOUT_ENSUREPIP))

    assert line.startswith("This Python has no ensurepip")
    assert f"apt-get install python3.{sys.version_info.minor}-venv" in line


def test_dev_says_what_it_could_not_fetch(fresh_copy):
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}

    line = refusal(dev("manage", "check", root=fresh_copy, **offline))

    assert line.startswith("Could not fetch the Python packages: No matching distribution found")
    assert "Check the network connection" in line
    assert (fresh_copy / ".venv" / "install.log").read_text()


@pytest.fixture
def started(monkeypatch, capsys):
    """Starts ``./dev run ARGS`` up to the server; what it prints, and where letters then lead."""
    monkeypatch.delenv("SITE_URL", raising=False)
    dev_module = runpy.run_path(str(DEV))
    run = dev_module["run"]

    def start(*args):
        executed = []
        run.__globals__.update(
            make_sure_free=lambda host, port: None,
            prepare=lambda lock_file: None,
            call=lambda command, env: 0,
            execute=lambda command, env: executed.append((command[-1], env["SITE_URL"])),
        )
        run(list(args))
        return capsys.readouterr().out.splitlines()[-1], *executed

    return start


@pytest.mark.parametrize(
    ("args", "listens", "site"),
    [
        ((), "127.0.0.1:8000", "http://127.0.0.1:8000"),
        (("127.0.0.1:8031",), "127.0.0.1:8031", "http://127.0.0.1:8031"),
        (("localhost:9000",), "localhost:9000", "http://localhost:9000"),
        (("[::1]:9000",), "[::1]:9000", "http://[::1]:9000"),
        (("192.168.1.7:80",), "192.168.1.7:80", "http://192.168.1.7:80"),
        (("0.0.0.0:8001",), "0.0.0.0:8001", "http://127.0.0.1:8001"),
        (("[::]:8001",), "[::]:8001", "http://[::1]:8001"),
    ],
)
def test_letters_lead_to_the_address_that_dev_run_serves(started, args, listens, site):
    assert started(*args) == (f"{site} (end with Ctrl-C)", (listens, site))


def test_letters_lead_where_site_url_says(started, monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://laptop.local:8000")

    assert started("0.0.0.0:8000")[1] == ("0.0.0.0:8000", "http://laptop.local:8000")


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        (
            "ecosystem.common.mail.KeepingBackend",
            "No mail is sent: look at http://127.0.0.1:8031/outbox/",
        ),
        ("django.core.mail.backends.smtp.EmailBackend", ""),
    ],
)
def test_start_names_the_page_that_shows_mails_when_there_is_one(settings, backend, said):
    settings.EMAIL_BACKEND, settings.SITE_URL = backend, "http://127.0.0.1:8031"

    assert runpy.run_path(str(ROOT / "tools" / "first_start.py"))["about_mail"]() == said


def test_dev_test_says_how_to_get_the_browser_tests(capsys):
    """Without a network: ``prepare`` and the two runs are replaced, the words are looked at."""
    dev_module = runpy.run_path(str(DEV))
    calls = []
    test = dev_module["test"]
    test.__globals__.update(
        prepare=lambda lock_file: None,
        find_chromium=lambda: None,
        call=lambda command, env: calls.append((command[6:], env["TEST_DATABASE"])) or 0,
    )

    assert test(["tests/actors", "-x"]) == 0
    assert calls == [
        (["--ignore=tests/browser", "tests/actors", "-x"], "sqlite"),
        (["--ignore=tests/browser", "tests/actors", "-x"], "postgresql"),
    ]
    assert "Browser tests are left out" in capsys.readouterr().out
