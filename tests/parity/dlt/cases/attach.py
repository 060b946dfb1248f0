"""A pipeline that ran before."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    attached = dlt.attach("case")
    return [attached.dataset_name, attached.default_schema_name, attached.dataset().rows["id"].fetchall()]
