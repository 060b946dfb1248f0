"""Disposition and columns told by the item."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        table_name=lambda item: item["kind"],
        write_disposition=lambda item: "replace" if item["kind"] == "a" else "append",
        columns=lambda item: {"v": {"data_type": "text"}},
    )
    def events():
        yield {"kind": "a", "v": 1}
        yield {"kind": "b", "v": 2}

    pipeline.run(events())
    pipeline.run(events())
