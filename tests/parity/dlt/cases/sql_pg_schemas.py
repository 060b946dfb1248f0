"""Another schema, views, foreign keys, and names that need quotes."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_database

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("schemas") as url:
        execute(
            url,
            "create schema sales",
            "create table sales.customers (id int primary key, name text)",
            """create table sales."Order" ("Id" int primary key, customer_id int references sales.customers, "select" text,
            "p%" int)""",
            "create view sales.names as select name from sales.customers",
            "insert into sales.customers values (1, 'a')",
            """insert into sales."Order" values (1, 1, 's', 50)""",
        )
        pipeline.run(sql_database(url, schema="sales", include_views=True, resolve_foreign_keys=True))
