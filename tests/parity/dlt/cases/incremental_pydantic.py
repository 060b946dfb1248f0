"""A cursor over models."""

from __future__ import annotations

from pydantic import BaseModel


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    class Item(BaseModel):
        id: int
        at: int

    @dlt.resource(columns=Item, primary_key="id")
    def rows(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield items

    pipeline.run(rows([Item(id=1, at=1), Item(id=2, at=2)]))
    pipeline.run(rows([Item(id=2, at=2), Item(id=3, at=2), Item(id=4, at=3)]))
    return pipeline.state["sources"]
