"""What another machine finds in the destination."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield items

    pipeline.run(rows([{"id": 1, "at": 5}]))
    pipeline = pipeline.drop()
    before = [pipeline.default_schema_name, pipeline.state.get("sources")]
    pipeline.sync_destination(destination="duckdb", dataset_name="data")
    after = [pipeline.default_schema_name, pipeline.state["sources"], pipeline.default_schema.data_table_names()]
    pipeline.run(rows([{"id": 1, "at": 4}, {"id": 2, "at": 6}]))
    return [before, after]
