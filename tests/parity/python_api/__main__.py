"""`python -m tests.parity.python_api record|live`, with GRISTMILL_PEERS naming the Python that has dbt."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.parity.dbt.compare import differences
from tests.parity.dbt.observe import environment

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.json"


def observed(python: str, *words: str) -> dict[str, Any]:
    """What a Python gives, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        command = [python, str(HERE / "observe.py"), folder, *words]
        done = subprocess.run(command, env=environment({}), capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def differing(dbts: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """Where they differ. An exception may be of more classes than dbt's, so that whatever catches that catches ours."""
    for name, told in dbts.items():
        mine = ours.get(name, {})
        if set(told.get("exception", [])) <= set(mine.get("exception", [])):
            mine["exception"] = told.get("exception")
    return [line for line in differences(dbts, ours) if not line.endswith("dbt nothing, gristmill None")]


def main() -> int:
    """Record dbt's, or compare both."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.python_api", description=__doc__)
    parser.add_argument("action", choices=["record", "live"])
    action = parser.parse_args().action
    named = os.environ.get("GRISTMILL_PEERS")
    if not named:
        sys.exit("GRISTMILL_PEERS must name the Python that has dbt-core and dbt-duckdb")
    dbts = observed(named)
    if action == "record":
        GOLDEN.write_text(json.dumps(dbts, indent=1, sort_keys=True) + "\n", "utf-8")
        return 0
    different = differing(dbts, observed(sys.executable, "gristmill"))
    print(*different, f"{len(dbts)} invocations, {len(different)} differences", sep="\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
