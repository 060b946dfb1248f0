"""Nested values become tables when types are not reflected."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("minimal") as url:
        execute(
            url,
            "create table docs (id serial primary key, tags text[], j jsonb, at timestamptz, s text)",
            """insert into docs values (1, '{a,b}', '{"x": {"y": [1]}}', '2024-01-01+00', '2024-01-01T00:00:00Z')""",
        )
        pipeline.run(sql_table(url, "docs", reflection_level="minimal"))
