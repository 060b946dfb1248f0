"""Several packages that wait are loaded oldest first, with their states."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield items

    for day in (1, 2, 3):
        pipeline.extract(rows([{"id": 1, "at": day, "day": day}, {"id": 10 + day, "at": day - 0.5}]))
    waiting = len(pipeline.list_extracted_load_packages())
    pipeline.normalize()
    ready = len(pipeline.list_normalized_load_packages())
    info = pipeline.load()
    return [waiting, ready, len(info.loads_ids), pipeline.has_pending_data, pipeline.state["sources"]]
