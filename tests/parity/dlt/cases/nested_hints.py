"""Hints of a child table."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(nested_hints={"tags": dlt.mark.make_nested_hints(columns={"value": {"data_type": "text"}})})
    def rows():
        yield {"id": 1, "tags": [1, 2]}

    pipeline.run(rows())
