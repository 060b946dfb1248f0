"""The depth of a source holds for its resources."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source(max_table_nesting=0)
    def shop():
        return dlt.resource([{"id": 1, "a": {"b": 1}, "l": [1]}], name="rows")

    pipeline.run(shop())
