"""Rows that a contract leaves out still replace a table, and still end the versions of those that are not among them."""

from __future__ import annotations

WAYS = {
    "replaced": "replace",
    "versions": {"disposition": "merge", "strategy": "scd2"},
    "merged": "merge",
    "upserted": {"disposition": "merge", "strategy": "upsert"},
    "inserted": {"disposition": "merge", "strategy": "insert-only"},
    "appended": "append",
}


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def tables(rows, **hints):
        @dlt.source(name="ways")
        def ways():
            for name, way in WAYS.items():
                yield dlt.resource(rows, name=name, write_disposition=way, primary_key="id", **hints)

        return ways()

    pipeline.run(tables([{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}]))
    pipeline.run(tables([{"id": 1, "new": True}, {"id": 3, "new": False}], schema_contract={"columns": "discard_row"}))
    # A table that never had a row is not made by one that is left out.
    pipeline.run(dlt.resource([{"id": 1}], name="fresh", schema_contract={"tables": "discard_row"}))
