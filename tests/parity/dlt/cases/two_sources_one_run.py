"""Two sources with schemas of their own."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def one():
        return dlt.resource([{"id": 1}], name="a")

    @dlt.source
    def two():
        return dlt.resource([{"id": 2}], name="b")

    pipeline.run([one(), two()])
    return pipeline.schema_names
