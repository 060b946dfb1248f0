"""A destination that is an open connection."""

from __future__ import annotations

import duckdb


def run(dlt, tmp):
    connection = duckdb.connect("shop.duckdb")
    pipeline = dlt.pipeline("case", destination=dlt.destinations.duckdb(connection), dataset_name="data")
    pipeline.run([{"id": 1}], table_name="rows")
    rows = connection.sql("select id from data.rows").fetchall()
    connection.close()
    return rows
