"""Types of PostgreSQL that travel as columns."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("types") as url:
        execute(
            url,
            "create type mood as enum ('sad', 'ok')",
            "create table kinds (id serial primary key, n numeric, n2 numeric(10, 2), r real, d double precision, j json,"
            " jb jsonb, ia int[], ta text[], u uuid, ts timestamp, tz timestamptz, da date, ti time, by bytea, m mood,"
            " b boolean, si smallint, bi bigint, vc varchar(10), ch char(5), t text, ts3 timestamp(3))",
            "insert into kinds (id) values (0)",
            "insert into kinds values (1, 1.50, 2.25, 1.1, 1.1, '{\"a\": 1}', '[1, {\"b\": null}]', '{1,null}', '{a,b}',"
            " 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '2024-01-01 00:00:00.123456', '2024-01-01 00:00:00+02', '2024-01-01',"
            " '10:00:00.5', '\\x0102', 'ok', true, 1, 2, 'abc', 'ab', 'ä', '2024-01-01 00:00:00.123')",
            "insert into kinds (id, n, n2, r, d, j, ia) values (2, -0.000000001, -99999999.99, 3.4e38, 1e300, '{}', '{}')",
        )
        pipeline.run(sql_table(url, "kinds"))
