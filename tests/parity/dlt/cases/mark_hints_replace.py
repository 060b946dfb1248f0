"""Hints that change the disposition of the resource itself."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(name="rows")
    def rows(n):
        yield dlt.mark.with_hints([{"id": n}], dlt.mark.make_hints(write_disposition="replace", primary_key="id"))

    pipeline.run(rows(1))
    pipeline.run(rows(2))
