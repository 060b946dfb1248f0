"""Every hint as a function of the item."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        table_name=lambda item: f"rows_{item['kind']}",
        primary_key=lambda item: "id" if item["kind"] == "a" else "key",
        write_disposition=lambda item: "merge" if item["kind"] == "a" else "append",
        columns=lambda item: {"extra": {"data_type": "text" if item["kind"] == "a" else "double"}},
    )
    def rows():
        yield [
            {"kind": "a", "id": 1, "extra": 1},
            {"kind": "b", "key": 1, "extra": 2},
            {"kind": "a", "id": 1, "extra": 3},
        ]

    pipeline.run(rows())
    pipeline.run(rows())
