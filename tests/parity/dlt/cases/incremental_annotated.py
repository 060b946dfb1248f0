"""A cursor that is told by the annotation."""


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at: dlt.sources.incremental[int] = dlt.sources.incremental("at", initial_value=2)):
        yield items

    pipeline.run(rows([{"at": 1}, {"at": 2}, {"at": 3}]))
    return pipeline.state["sources"]
