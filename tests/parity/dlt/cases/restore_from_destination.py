"""A lost working directory is restored."""

from __future__ import annotations

import shutil


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def loaded(pipeline, items):
        @dlt.resource(primary_key="id")
        def rows(at=dlt.sources.incremental("at", initial_value=0)):
            yield items

        pipeline.run(rows())

    loaded(pipeline, [{"id": 1, "at": 1}, {"id": 2, "at": 2}])
    shutil.rmtree(pipeline.working_dir)
    again = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    loaded(again, [{"id": 2, "at": 2}, {"id": 3, "at": 3}])
    return [again.state["sources"], again.default_schema_name, again.first_run]
