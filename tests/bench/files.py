"""A file of nested JSON lines into DuckDB through `filesystem(...) | read_jsonl()`: gristmill and dlt, in one run.

`python -m tests.bench.files --scale 1` reads 250 MB. Set `GRISTMILL_PEERS` to the Python of an environment with dlt.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import inputs
from tests.bench.measure import Cost, cost

ROWS = 200_000
CONTENDER = Path(__file__).parent / "contenders" / "files_run.py"


def run(scale: float, rounds: int) -> None:
    """Print CPU seconds, wall seconds and ratios."""
    peer = os.environ.get("GRISTMILL_PEERS")
    contenders = [("gristmill", sys.executable, "gristmill", "1000")]
    if peer:
        contenders += [(f"dlt, {size} rows a chunk", peer, "dlt", size) for size in ("1000", "20000")]
    with tempfile.TemporaryDirectory(prefix="gristmill-bench-") as name:
        folder = Path(name)
        (folder / "in").mkdir()
        inputs.json_lines(folder / "in" / "products.jsonl", max(1, int(ROWS * scale)))
        size = (folder / "in" / "products.jsonl").stat().st_size / 1e6
        print(f"a file of {size:.0f} MB of nested JSON lines, to DuckDB (CPU without imports, wall with them)")
        best: dict[str, tuple[Cost, float]] = {}
        for number in range(rounds):
            for label, python, kind, chunk in contenders:
                own = folder / f"{kind}-{chunk}-{number}"
                own.mkdir()
                started = time.perf_counter()
                used = cost([python, str(CONTENDER), kind, chunk, str(folder / "in")], own)
                wall = time.perf_counter() - started
                known = best.get(label)
                best[label] = (used.best(known[0] if known else None), min(wall, known[1]) if known else wall)
    ours, our_wall = best["gristmill"]
    for label, (used, wall) in best.items():
        print(
            f"  {label:<24} {used.cpu:7.2f} s CPU  {wall:7.2f} s wall  {used.peak_mb:6.0f} MB"
            f"   {used.cpu / ours.cpu:5.1f} x CPU  {wall / our_wall:5.1f} x wall"
        )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.files", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the full size: 250 MB (default 0.1)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each contender; the fastest counts (default 2)")
    asked = parser.parse_args()
    run(asked.scale, asked.rounds)


if __name__ == "__main__":
    main()
