"""Read `orders` with one pipeline: `sql_run.py gristmill|rows|dlt <backend> <address> <folder>`."""

from __future__ import annotations

import resource
import sys


def main() -> None:
    """Import, mark, run, and check that all rows arrived."""
    kind, backend, url, folder = sys.argv[1:]
    if kind == "dlt":
        import dlt
        from dlt.sources.sql_database import sql_table
    else:
        import gristmill as dlt
        from gristmill.sources.sql_database import arrow_lane, sql_table

        if kind == "rows":
            # As if no driver for Arrow were installed.
            arrow_lane._DRIVERS.clear()
            backend = "sqlalchemy"
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"ready {usage.ru_utime + usage.ru_stime}", flush=True)
    pipeline = dlt.pipeline("bench", destination=dlt.destinations.duckdb(f"{folder}/out.duckdb"), dataset_name="data")
    pipeline.run(sql_table(url, "orders", backend=backend))
    with pipeline.sql_client() as client:
        loaded = client.execute_sql("select count(*), count(distinct id) from orders")[0]
    assert loaded[0] == loaded[1] > 0, loaded


if __name__ == "__main__":
    main()
