"""A table without rows, and one with nulls only."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_database

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("nothing") as url:
        execute(
            url,
            "create table nothing (id serial primary key, v numeric(10, 2) not null, d double precision)",
            "create table nulls (id int, d double precision, t text, iv interval)",
            "insert into nulls values (1, null, null, null)",
        )
        pipeline.run(sql_database(url))
