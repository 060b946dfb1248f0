"""A table of PostgreSQL into DuckDB: gristmill and dlt, each with its default and dlt with its best backend, in one run.

`python -m tests.bench.sql --scale 1` reads 1,000,000 rows. Set `GRISTMILL_PEERS` to the Python of an environment with dlt.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.bench.measure import compare
from tests.postgres_server import database, execute

ROWS = 1_000_000
CONTENDER = Path(__file__).parent / "contenders" / "sql_run.py"
TABLE = """create table orders as
select i as id, 'customer ' || i % 9973 as customer, (i % 100000)::numeric(12, 2) / 7 as total, i % 3 = 0 as paid,
    '2024-01-01+00'::timestamptz + i * interval '1 minute' as ordered_at, '2024-01-01'::date + i % 365 as due,
    case when i % 10 > 0 then repeat('note ', i % 8) end as note, i * 0.5::double precision as weight, i::bigint * 7919 as code,
    md5(i::text)::uuid as reference
from generate_series(1, {rows}) i"""


def run(scale: float, rounds: int) -> None:
    """Print CPU seconds, wall seconds and ratios."""
    rows = int(ROWS * scale)
    peer = os.environ.get("GRISTMILL_PEERS")
    with database("bench") as url:
        execute(
            url,
            TABLE.format(rows=rows),
            "alter table orders alter total type numeric(12, 2), add primary key (id)",
            "vacuum analyze orders",
        )
        contenders = {
            "gristmill": [sys.executable, str(CONTENDER), "gristmill", "sqlalchemy", url],
            "gristmill by rows": [sys.executable, str(CONTENDER), "rows", "-", url],
        }
        for backend in ("sqlalchemy", "pyarrow", "connectorx") if peer else ():
            contenders[f"dlt, {backend}"] = [str(peer), str(CONTENDER), "dlt", backend, url]
        print(f"a table of {rows:,} rows and 10 columns, PostgreSQL to DuckDB (CPU of the client, without imports)")
        compare(contenders, rounds)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sql", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the full size: 1,000,000 rows (default 0.1)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each contender; the fastest counts (default 2)")
    asked = parser.parse_args()
    run(asked.scale, asked.rounds)


if __name__ == "__main__":
    main()
