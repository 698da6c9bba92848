"""The measures on one database: that of the settings. Started by ``python -m bench``."""

import sys
from time import monotonic

import django


def main(names: list[str]) -> int:
    """Print a table for each name. 1 when something could not be measured."""
    django.setup()
    # Models and what uses them can be imported only now.
    from bench.arithmetic import table
    from bench.measures import MEASURES
    from bench.world import database

    failed = over = 0
    with database():
        for name in names:
            began = monotonic()
            rows = list(MEASURES[name]())
            failed += sum(row.verdict == "failed" for row in rows)
            over += sum(row.verdict == "OVER" for row in rows)
            print(f"{name} ({monotonic() - began:.0f} s)\n{table(rows)}\n", flush=True)
    print(f"{over} over their target, {failed} failed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
