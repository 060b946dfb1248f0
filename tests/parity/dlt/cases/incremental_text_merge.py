"""A cursor of texts with merge."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(items, at=dlt.sources.incremental("updated_at", initial_value="2024-01-01T00:00:00Z")):
        yield items

    pipeline.run(rows([{"id": 1, "updated_at": "2024-01-02T00:00:00Z", "v": 1}]))
    pipeline.run(
        rows(
            [
                {"id": 1, "updated_at": "2024-01-03T00:00:00Z", "v": 2},
                {"id": 2, "updated_at": "2023-01-01T00:00:00Z", "v": 3},
            ]
        )
    )
    return pipeline.state["sources"]
