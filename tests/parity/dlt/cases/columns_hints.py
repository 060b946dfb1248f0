"""Columns given by hand, with precision and nullability."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        columns={
            "id": {"data_type": "bigint", "nullable": False},
            "price": {"data_type": "decimal", "precision": 10, "scale": 2},
            "at": {"data_type": "timestamp"},
            "blob": {"data_type": "json"},
            "unseen": {"data_type": "text"},
        }
    )
    def rows():
        yield {"id": 1, "price": "49.95", "at": "2024-01-01T00:00:00+02:00", "blob": {"a": [1]}}

    pipeline.run(rows())
