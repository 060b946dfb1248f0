"""Beyond the depth data stays JSON."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(max_table_nesting=1)
    def rows():
        yield {"id": 1, "a": {"b": {"c": 1}}, "l": [{"m": [1, 2]}]}

    pipeline.run(rows())
