"""Arguments given in place."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(kind):
        yield {"kind": kind}

    @dlt.source
    def shop():
        return rows

    source = shop()
    source.rows.bind("a")
    pipeline.run(source)
