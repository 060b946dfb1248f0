"""With a merge key only the keys that arrive are retired."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(merge_key="id", write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 3, "v": "c"}]))
    pipeline.run(rows([{"id": 2, "v": "bb"}]))
    pipeline.run(rows([{"id": 2, "v": "bb"}, {"id": 4, "v": "d"}]))
