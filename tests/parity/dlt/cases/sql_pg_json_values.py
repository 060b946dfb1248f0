"""JSON that is no document, and floats within."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("json_values") as url:
        execute(
            url,
            "create table docs (id serial primary key, j jsonb, k json)",
            """insert into docs (j, k) values ('{"a": 1.50, "b": 1e5}', '[1.0, 2]'), ('{"ä": "\u00e9"}', '{}'), (null, null)""",
        )
        pipeline.run(sql_table(url, "docs"))
