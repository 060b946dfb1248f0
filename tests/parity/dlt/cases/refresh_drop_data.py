"""A refresh begins anew: `drop_data`."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    day = {"n": 0}

    @dlt.source(name="shop")
    def shop():
        dlt.current.source_state()["seen"] = day["n"]

        @dlt.resource
        def orders(cursor=dlt.sources.incremental("id", initial_value=0)):
            yield [{"id": n, f"day_{day['n']}": True, "tags": [n]} for n in (1, 2)]

        @dlt.resource
        def customers():
            dlt.current.resource_state()["day"] = day["n"]
            yield {"id": day["n"], f"day_{day['n']}": True}

        return orders, customers

    pipeline.run(shop())
    day["n"] = 1
    pipeline.run(shop().with_resources("orders"), refresh="drop_data")
    return [pipeline.state["sources"], sorted(pipeline.default_schema.data_table_names())]
