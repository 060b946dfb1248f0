"""The table is told by the item."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(table_name=lambda item: item["kind"], primary_key="id", write_disposition="append")
    def events():
        yield [{"kind": "push", "id": 1}, {"kind": "pull", "id": 2, "extra": "x"}, {"kind": "push", "id": 3}]

    pipeline.run(events())
