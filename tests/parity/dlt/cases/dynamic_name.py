"""A name told by the arguments."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(name=lambda args: f"rows_of_{args['kind']}")
    def rows(kind):
        yield {"kind": kind}

    pipeline.run([rows("a"), rows("b")])
