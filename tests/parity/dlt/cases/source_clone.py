"""A source under another name."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        return dlt.resource([{"id": 1}], name="rows")

    pipeline.run(shop.clone(name="second")())
    return pipeline.schema_names
