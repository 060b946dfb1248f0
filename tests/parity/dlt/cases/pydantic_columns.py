"""A model gives the columns and validates."""

from __future__ import annotations

from pydantic import BaseModel


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    class Person(BaseModel):
        id: int
        name: str
        age: int | None = None
        tags: list[str] = []
        address: dict = {}

    @dlt.resource(columns=Person, primary_key="id")
    def people():
        yield [
            {"id": "1", "name": "a", "tags": ["x"], "address": {"city": "z"}, "unknown": 1},
            {"id": 2, "name": "b", "age": 3},
        ]

    pipeline.run(people())
