"""Several sources and resources in one call, some twice."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def first():
        return dlt.resource([{"id": 1}], name="rows")

    @dlt.source
    def second():
        return dlt.resource([{"id": 2}], name="rows"), dlt.resource([{"x": 1}], name="others")

    pipeline.run([first(), second(), dlt.resource([{"id": 3}], name="loose"), second().with_resources("others")])
    return sorted(pipeline.schema_names)
