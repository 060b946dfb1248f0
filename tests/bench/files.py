"""A file of nested JSON lines into DuckDB through `filesystem(...) | read_jsonl()`: gristmill and dlt, in one run.

`python -m tests.bench.files --scale 1` reads 250 MB. Set `GRISTMILL_PEERS` to the Python of an environment with dlt.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench import inputs
from tests.bench.measure import compare

ROWS = 200_000
CONTENDER = Path(__file__).parent / "contenders" / "files_run.py"


def run(scale: float, rounds: int) -> None:
    """Print CPU seconds, wall seconds and ratios."""
    peer = os.environ.get("GRISTMILL_PEERS")
    with tempfile.TemporaryDirectory(prefix="gristmill-bench-") as name:
        file = Path(name) / "products.jsonl"
        inputs.json_lines(file, max(1, int(ROWS * scale)))
        contenders = {"gristmill": [sys.executable, str(CONTENDER), "gristmill", "1000", name]}
        for size in ("1000", "20000") if peer else ():
            contenders[f"dlt, {size} rows a chunk"] = [str(peer), str(CONTENDER), "dlt", size, name]
        megabytes = file.stat().st_size / 1e6
        print(f"a file of {megabytes:.0f} MB of nested JSON lines, to DuckDB (CPU without imports, wall with them)")
        compare(contenders, rounds)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.files", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the full size: 250 MB (default 0.1)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each contender; the fastest counts (default 2)")
    asked = parser.parse_args()
    run(asked.scale, asked.rounds)


if __name__ == "__main__":
    main()
