"""Incrementals, pushed into SQL."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from datetime import UTC, datetime

    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("incremental") as url:
        execute(
            url,
            "create table events (id serial primary key, at timestamptz, day date, v numeric)",
            "insert into events select i, '2024-01-01+00'::timestamptz + i * interval '1 hour', '2024-01-01'::date + i % 3, i"
            " from generate_series(1, 9) i",
        )

        def events(cursor, **settings):
            incremental = dlt.sources.incremental(cursor, **settings)
            return sql_table(url, "events", incremental=incremental, write_disposition="append").with_name(
                f"by_{cursor}"
            )

        start = datetime(2024, 1, 1, 5, tzinfo=UTC)
        for more in (True, False):
            pipeline.run([events("id"), events("at", initial_value=start), events("day"), events("v")])
            if more:
                execute(
                    url,
                    "insert into events values (10, '2024-01-02+00', '2024-01-03', 10.5),"
                    " (11, '2024-01-02 01:00+00', '2024-01-04', 11)",
                )
