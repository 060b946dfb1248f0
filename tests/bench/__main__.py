"""Measure, and print ratios: `python -m tests.bench ingest --scale 0.1`.

Nothing is asserted: a machine under load would make liars of limits. Set `GRISTMILL_PEERS` to the Python of an
environment with the peers of `tests/requirements-peers.txt` to have them measured in the same run.
"""

from __future__ import annotations

import argparse

from tests.bench import ingest, sources


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    areas = parser.add_subparsers(dest="area", required=True)
    area = areas.add_parser("ingest", help="from files, dicts and Arrow tables into DuckDB")
    area.add_argument("--scale", type=float, default=0.1, help="1 is the full size: 250 MB of JSON lines (default 0.1)")
    area.add_argument("--rounds", type=int, default=3, help="runs of each contender; the fastest counts (default 3)")
    area.add_argument("cases", nargs="*", help=f"of {', '.join(ingest.CASES)} (default: all)")
    area = areas.add_parser("growth", help="the same work at 1, 2, 4 and 8 times its size")
    area.add_argument("--scale", type=float, default=0.05, help="of what is called 1x (default 0.05)")
    area.add_argument("--rounds", type=int, default=2, help="runs of each; the fastest counts (default 2)")
    area.add_argument("cases", nargs="*", help=f"of {', '.join(ingest.GROWING)} (default: all)")
    read = areas.add_parser("sources", help="from an API into DuckDB")
    read.add_argument("--rounds", type=int, default=3, help="runs of each contender; the fastest counts (default 3)")
    asked = parser.parse_args()
    if asked.area == "sources":
        sources.http(asked.rounds)
        return
    known = ingest.GROWING if asked.area == "growth" else tuple(ingest.CASES)
    unknown = set(asked.cases) - set(known)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    measure = ingest.growth if asked.area == "growth" else ingest.run
    measure(asked.cases or list(known), asked.scale, asked.rounds)


if __name__ == "__main__":
    main()
