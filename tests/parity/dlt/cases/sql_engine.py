"""Engines: arguments for one, a callback that changes it, and one of the user's own with tables that were reflected before."""

from __future__ import annotations

import sqlite3


def run(dlt, tmp):
    import sqlalchemy as sa
    from dlt.sources.sql_database import sql_database, sql_table

    path = tmp / "shop.db"
    connection = sqlite3.connect(path)
    connection.execute("create table orders (id integer primary key, sum real)")
    connection.execute("insert into orders values (1, 1.5)")
    connection.commit()
    connection.close()
    seen = []

    def serial(engine):
        seen.append(engine.dialect.name)
        return engine.execution_options(isolation_level="SERIALIZABLE")

    url = f"sqlite:///{path}"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "orders", engine_adapter_callback=serial).with_name("by_callback"))
    pipeline.run(sql_table(url, "orders", engine_kwargs={"pool_size": 1}).with_name("by_arguments"))
    pipeline.run(sql_database(url, table_names=["orders"], engine_adapter_callback=serial))
    engine = sa.create_engine(url)
    tables = sa.MetaData()
    tables.reflect(engine)
    pipeline.run(sql_table(engine, "orders", metadata=tables).with_name("reflected"))
    return seen
