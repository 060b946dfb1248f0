"""`python -m tests.parity.dbt record|live [part of a case's name]`, with GRISTMILL_PEERS naming the Python that has dbt."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .cases import HERE, Case, all_cases
from .compare import differences
from .observe import observe

GOLDEN = HERE / "golden"
GRISTMILL = [sys.executable, "-m", "gristmill"]


def peer() -> tuple[list[str], str]:
    """The real dbt, and its versions."""
    named = os.environ.get("GRISTMILL_PEERS")
    if not named:
        sys.exit("GRISTMILL_PEERS must name the Python that has dbt-core and dbt-duckdb")
    ask = "from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in ('dbt-core', 'dbt-duckdb', 'duckdb')), sep=', ')"
    versions = subprocess.run([named, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    return [str(Path(named).parent / "dbt")], versions


def run(case: Case, executable: list[str], *, is_peer: bool) -> dict[str, Any]:
    """Observe a case in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="parity-") as workplace:
        return observe(case, executable, Path(workplace), is_peer=is_peer)


def record(cases: list[Case], jobs: int) -> int:
    """Write what the real dbt leaves."""
    executable, versions = peer()

    def one(case: Case) -> None:
        observed = run(case.small(), executable, is_peer=True)
        for step in observed["steps"]:
            del step["output"]
        stored = {"peer": versions, "about": case.about} | observed
        (GOLDEN / f"{case.name}.json").write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", "utf-8")
        print(case.name, [step["exit"] for step in observed["steps"]], flush=True)

    GOLDEN.mkdir(exist_ok=True)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, cases))
    return 0


def live(cases: list[Case], jobs: int) -> int:
    """Run both, and say where they differ."""
    executable, versions = peer()

    def one(case: Case) -> tuple[Case, list[str]]:
        theirs = run(case, executable, is_peer=True)
        ours = run(case, GRISTMILL, is_peer=False)
        return case, differences(theirs, ours)

    passed = 0
    with ThreadPoolExecutor(jobs) as pool:
        for case, differing in pool.map(one, cases):
            passed += not differing
            print(f"{'ok  ' if not differing else 'DIFF'} {case.name}: {case.about}", flush=True)
            for line in differing[:20]:
                print(f"       {line}")
    print(f"{passed} / {len(cases)} cases as {versions}")
    return 0 if passed == len(cases) else 1


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.dbt")
    parser.add_argument("action", choices=["record", "live"])
    parser.add_argument("named", nargs="?", default="", help="only cases whose name holds this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    cases = all_cases(arguments.named)
    return (record if arguments.action == "record" else live)(cases, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
