"""A copy under another name."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(kind):
        yield {"kind": kind}

    pipeline.run([rows("a"), rows.with_name("others")("b")])
