"""Of rows with one key the highest stays, with what is nested in it."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge", columns={"v": {"dedup_sort": "desc"}})
    def rows():
        yield [{"id": 1, "v": 2, "l": [2]}, {"id": 1, "v": 3, "l": [3]}, {"id": 1, "v": 1, "l": [1]}]

    pipeline.run(rows())
