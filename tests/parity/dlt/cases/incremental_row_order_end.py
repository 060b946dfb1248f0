"""Rows in order end the resource at the end of the range."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=dlt.sources.incremental("at", initial_value=2, end_value=5, row_order="asc")):
        for n in range(1, 10):
            drawn.append(n)
            yield [{"at": n}]

    @dlt.resource
    def backwards(at=dlt.sources.incremental("at", initial_value=6, row_order="desc")):
        for n in range(9, 0, -1):
            drawn.append(-n)
            yield [{"at": n}]

    drawn = []
    pipeline.run(rows())
    pipeline.run(backwards())
    return [drawn, pipeline.state["sources"]]
