"""Hints that change while items come."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield [{"id": 1, "v": 1}]
        yield dlt.mark.with_hints([{"id": 2, "v": 2}], dlt.mark.make_hints(columns={"extra": {"data_type": "text"}}))

    pipeline.run(rows())
