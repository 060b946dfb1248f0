"""Rows that change, by the reflected key."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("merge") as url:
        execute(url, "create table items (id int primary key, v text)", "insert into items values (1, 'a'), (2, 'b')")
        pipeline.run(sql_table(url, "items", write_disposition="merge"))
        execute(url, "update items set v = 'B' where id = 2", "insert into items values (3, 'c')")
        pipeline.run(sql_table(url, "items", write_disposition="merge"))
        scd2 = {"disposition": "merge", "strategy": "scd2"}
        pipeline.run(sql_table(url, "items", write_disposition=scd2).with_name("versions"))
