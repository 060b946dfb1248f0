"""What resources and sources remember, from run to run, and by whom."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        @dlt.resource
        def rows():
            state = dlt.current.resource_state()
            state["runs"] = state.get("runs", 0) + 1
            dlt.current.source_state().setdefault("seen", []).append(state["runs"])
            yield {"run": state["runs"]}

        @dlt.transformer(data_from=rows)
        def doubled(item):
            state = dlt.current.resource_state()
            state["sum"] = state.get("sum", 0) + item["run"]
            yield {"double": item["run"] * 2, "sum": state["sum"]}

        return rows, doubled

    for _ in range(3):
        pipeline.run(shop())
    return pipeline.state["sources"]
