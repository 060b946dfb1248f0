"""A polars frame yielded by a resource that merges."""

from __future__ import annotations

import polars as pl


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(ids):
        yield pl.DataFrame({"id": ids, "v": [str(i) for i in ids]})

    pipeline.run(rows([1, 2]))
    pipeline.run(rows([2, 3]))
