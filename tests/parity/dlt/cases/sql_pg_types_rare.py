"""Types that have no Arrow form: money, addresses, bits, ranges."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("types_rare") as url:
        execute(
            url,
            "create table kinds (id serial primary key, mo money, ip inet, bits bit(3), tiz timetz, na numeric[],"
            " dr int4range, x xml, ua uuid[], h text)",
            "insert into kinds values (1, '12.34', '10.0.0.1', '101', '10:00:00+02', '{1.5}', null, '<a/>', null, 'h')",
            "insert into kinds (id) values (2)",
        )
        pipeline.run(sql_table(url, "kinds"))
