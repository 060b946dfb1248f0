"""A merge key removes all rows of the same day."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(merge_key="day", write_disposition="merge")
    def rows(items):
        yield items

    pipeline.run(rows([{"day": 1, "v": "a"}, {"day": 1, "v": "b"}, {"day": 2, "v": "c"}]))
    pipeline.run(rows([{"day": 1, "v": "d"}]))
