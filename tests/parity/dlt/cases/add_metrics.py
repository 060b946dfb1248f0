"""Figures that a resource collects."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def counted(items, meta, metrics):
        metrics["pages"] = metrics.get("pages", 0) + 1

    @dlt.resource
    def rows():
        yield [{"id": 1}]
        yield [{"id": 2}]

    pipeline.run(rows().add_metrics(counted))
    info = pipeline.last_trace.last_extract_info
    return info.metrics[info.loads_ids[0]][0]["resource_metrics"]["rows"].custom_metrics
