"""Each way of refreshing, with some resources selected."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop(day):
        def made(name):
            @dlt.resource(name=name, primary_key="id", write_disposition="merge")
            def rows(at=dlt.sources.incremental("at", initial_value=0)):
                dlt.current.resource_state()["day"] = day
                yield [{"id": day, "at": day, f"day_{day}": True, "lines": [{"x": day}]}]

            return rows

        return made("first"), made("second")

    pipeline.run(shop(1))
    found = []
    for day, how in enumerate(("drop_data", "drop_resources", "drop_sources"), 2):
        pipeline.run(shop(day).with_resources("first"), refresh=how)
        found.append(pipeline.state["sources"])
    return found
