"""Models as items."""

from __future__ import annotations

from pydantic import BaseModel


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    class Item(BaseModel):
        id: int
        name: str
        parts: list[dict] = []

    pipeline.run([Item(id=1, name="a", parts=[{"x": 1}]), Item(id=2, name="b")], table_name="items")
