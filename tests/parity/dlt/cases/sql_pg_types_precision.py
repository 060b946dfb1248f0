"""Their precision."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("types_precision") as url:
        execute(
            url,
            "create table kinds (id serial primary key, n numeric(10, 2), si smallint, vc varchar(10), ch char(5), ts timestamp(3))",
            "insert into kinds values (1, 2.25, 1, 'abc', 'ab', '2024-01-01 00:00:00.123')",
        )
        pipeline.run(sql_table(url, "kinds", reflection_level="full_with_precision"))
