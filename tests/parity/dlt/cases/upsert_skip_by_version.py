"""A version column says whether a row changed."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        primary_key="id",
        write_disposition={
            "disposition": "merge",
            "strategy": "upsert",
            "skip_unchanged_rows": True,
            "row_version_column_name": "ver",
        },
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "ver": 1, "v": "a"}, {"id": 2, "ver": 1, "v": "b"}]))
    pipeline.run(rows([{"id": 1, "ver": 1, "v": "x"}, {"id": 2, "ver": 2, "v": "y"}]))
