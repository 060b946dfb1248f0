"""A merge key of two columns is matched as a whole."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(merge_key=["region", "id"], write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items

    pipeline.run(rows([{"region": "x", "id": 1, "v": "a"}, {"region": "y", "id": 1, "v": "b"}]))
    pipeline.run(rows([{"region": "y", "id": 1, "v": "c"}]))
