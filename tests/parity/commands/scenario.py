"""A pipeline with an incremental, nested rows and a source state; runs under either peer."""

from __future__ import annotations

import dlt


@dlt.resource(primary_key="id", write_disposition="merge")
def orders(since=dlt.sources.incremental("at", initial_value=0)):
    yield [{"id": 1, "at": 3, "tags": ["a", "b"]}, {"id": 2, "at": 5, "tags": []}]


@dlt.resource
def users():
    dlt.current.source_state()["seen"] = 1
    yield {"n": 1}


@dlt.source
def shop():
    return orders, users


if __name__ == "__main__":
    dlt.pipeline("shop", destination="duckdb", dataset_name="raw").run(shop())
