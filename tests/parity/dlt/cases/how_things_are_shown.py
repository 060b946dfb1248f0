"""What `repr` tells of resources, sources, incrementals, schemas and pipelines; the state before the first run."""

from typing import Any


def run(dlt: Any, work_dir: Any) -> Any:
    @dlt.resource(primary_key="id", write_disposition="merge", columns={"id": {"data_type": "bigint"}})
    def users(count: int = 2):
        yield [{"id": number} for number in range(count)]

    @dlt.transformer(data_from=users)
    def detail(items: Any):
        yield items

    @dlt.source
    def shop():
        return users, detail, dlt.resource([1], name="plain", schema_contract="freeze").add_map(lambda item: item)

    source = shop()
    pipeline = dlt.pipeline("shown", destination="duckdb", dataset_name="data")
    state = pipeline.state
    return {
        "resources": [repr(resource) for resource in source.resources.values()],
        "source": repr(source),
        "limited": repr(dlt.resource([1], name="few").add_limit(3)),
        "schema": repr(source.schema),
        "incrementals": [
            repr(dlt.sources.incremental("at", initial_value=1)),
            repr(dlt.sources.incremental("at", 1, min, lag=2, range_start="open", on_cursor_value_missing="include")),
        ],
        "pipeline": repr(pipeline).replace(str(work_dir), "."),
        "state": sorted(state),
        "values": {n: state[n] for n in ("dataset_name", "pipeline_name", "schema_names", "destination_type")},
        "defaults": [repr(dlt.secrets.value), repr(dlt.config.value)],
    }
