"""`python -m benchmarks [name …]`: proxy, sweep, rerun, memory, rules_list, rules_bulk."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Sequence

from benchmarks import memory, proxy, rerun, rules_bulk, rules_list, sweep
from benchmarks.report import Row, table

ALL: dict[str, Callable[[], Sequence[Row]]] = {
    "proxy": proxy.measure,
    "sweep": sweep.measure,
    "rerun": rerun.measure,
    "memory": memory.measure,
    "rules_list": rules_list.measure,
    "rules_bulk": rules_bulk.measure,
}


def main(names: Sequence[str]) -> int:
    """Runs the named measurements and prints them; the exit status says whether every bound held."""
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(ALL)}")
        return 2
    print(f"Python {platform.python_version()} on {platform.machine()}, one run\n", flush=True)
    rows: list[Row] = []
    for name in names or ALL:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += ALL[name]()
    print(table(rows))
    print(f"\nload of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
