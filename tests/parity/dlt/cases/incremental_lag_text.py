"""A lag over times that come as text."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(items, at=dlt.sources.incremental("at", initial_value="2024-01-01T00:00:00Z", lag=3600)):
        seen.append(at.start_value)
        yield items

    seen = []
    pipeline.run(rows([{"id": 1, "at": "2024-01-02T10:00:00Z"}, {"id": 2, "at": "2024-01-02T09:30:00Z"}]))
    pipeline.run(rows([{"id": 2, "at": "2024-01-02T09:30:00Z"}, {"id": 3, "at": "2024-01-02T08:00:00Z"}]))
    return [seen, pipeline.state["sources"]]
