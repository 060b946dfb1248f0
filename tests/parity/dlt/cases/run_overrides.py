"""Arguments of run apply to all resources."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        yield dlt.resource([{"id": 1}], name="a")
        yield dlt.resource([{"id": 1}], name="b")

    pipeline.run(shop(), write_disposition="merge", primary_key="id")
    pipeline.run(shop(), write_disposition="merge", primary_key="id")
