"""``./dev bench [NAMES…]``: chooses the databases, and runs the measures on each."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import database

NAMES = (
    "gaps",
    "steps",
    "growth",
    "layout",
    "queries",
    "pages",
    "compare",
    "country",
    "wire",
    "browser",
)
CLOCKS = {"sqlite": "processor time of one thread", "postgresql": "wall clock"}
DATABASES = tuple(CLOCKS)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measures how fast it is, with invented cities in databases of its own. "
        "Trust ratios; times are those of this machine today.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)}; else all"
    )
    parser.add_argument("--on", choices=DATABASES, help="one database; else both")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in NAMES]:
        parser.error(f"there is no measure “{unknown[0]}”. There are: {', '.join(NAMES)}")
    statuses = [
        measure(kind, given.names or list(NAMES))
        for kind in ([given.on] if given.on else DATABASES)
    ]
    return max(statuses)


def measure(kind: str, names: list[str]) -> int:
    """Run the measures on a database of this kind, in a process of its own."""
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    said = f"{kind}: {CLOCKS[kind]}; {busy:.1f} of {cores} cores were busy before"
    print(f"── {said} ──\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="civicweave-bench-") as folder:
        url = f"sqlite:///{folder}/civicweave.sqlite3"
        if kind == "postgresql":
            url = os.environ.get("TEST_DATABASE_URL") or database.start_postgresql()
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "ecosystem.settings",
            "ENV_FILE": os.devnull,
            "DEBUG": "0",
            "SECRET_KEY": "only-for-measuring-" + "x" * 50,
            "SECURE_SSL_REDIRECT": "0",
            "ALLOWED_HOSTS": "localhost",
            "STATIC_ROOT": str(Path(folder) / "static"),
            "LOG_LEVEL": "CRITICAL",
            "OPENBLAS_NUM_THREADS": "1",
            "RAYON_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "bench.run", *names]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
