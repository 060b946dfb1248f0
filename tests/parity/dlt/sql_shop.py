"""Each argument of `sql_table` at a table of its own, over a shop's customers and orders."""

from __future__ import annotations

import sqlite3

from postgres_server import database, execute

CUSTOMERS = """create table customers (id integer primary key, name varchar(30) not null, score numeric(10, 2), born date,
    at timestamp, vip boolean, big bigint)"""
ORDERS = (
    "create table orders (id integer primary key, customer_id integer references customers(id), total numeric(12, 4))"
)
ROWS = """insert into customers values (1, 'ann', 1.5, '2000-01-01', '2024-01-01 10:00:00.000000', true, 9007199254740993),
    (2, 'bob', 7.25, '1999-12-31', '2024-01-02 10:00:00.000000', false, -1), (3, 'cyd', null, null, null, null, null)"""
SHOP = (CUSTOMERS, ORDERS, ROWS, "insert into orders values (1, 1, 10.1234), (2, 2, 20), (3, 1, 30.5)")


def on_sqlite(dlt, tmp, backend):
    connection = sqlite3.connect(tmp / "shop.db")
    for statement in SHOP:
        connection.execute(statement)
    connection.commit()
    connection.close()
    load(dlt, f"sqlite:///{tmp / 'shop.db'}", backend)


def on_postgres(dlt, backend):
    with database("arguments") as url:
        execute(url, *SHOP)
        load(dlt, url, backend)


def load(dlt, url, backend):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    for _ in range(2):
        pipeline.run(tables(sql_table, url, backend))


def tables(sql_table, url, backend):
    import sqlalchemy as sa

    def named(name, table="customers", **arguments):
        return sql_table(url, table, backend=backend, **arguments).with_name(name)

    def without_score(table):
        table._columns.remove(table._columns["score"])
        return table

    def part(table):
        return sa.select(table.c.id, table.c.name).where(table.c.id > 1).subquery()

    return [
        named("included", included_columns=["name", "id"]),
        named("excluded", excluded_columns=["born", "big"]),
        named("in_chunks", "orders", chunk_size=2),
        named("without_score", table_adapter_callback=without_score),
        named("part", table_adapter_callback=part),
        named("as_double", type_adapter_callback=lambda kind: sa.Double() if isinstance(kind, sa.Numeric) else kind),
        named("as_data_says", type_adapter_callback=lambda kind: None),
        named("filtered", query_adapter_callback=lambda query, table: query.where(table.c.id > 1)),
        named(
            "computed", query_adapter_callback=lambda query, table: query.add_columns((table.c.id * 2).label("twice"))
        ),
        named("as_text", query_adapter_callback=lambda *_: sa.text("select id, name from customers where id < 3")),
        named("precise", reflection_level="full_with_precision"),
        named("minimal", reflection_level="minimal"),
        named("deferred", defer_table_reflect=True, excluded_columns=["born"]),
        named("linked", "orders", resolve_foreign_keys=True),
        named("merged", write_disposition="merge", primary_key="name"),
        named("replaced", "orders", write_disposition="merge", merge_key="customer_id"),
    ]
