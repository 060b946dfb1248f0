"""A model sets the contract: unknown fields and wrong types."""

from __future__ import annotations

from pydantic import BaseModel


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def load(name, contract, items, extra=None):
        class Item(BaseModel):
            model_config = {"extra": extra} if extra else {}
            id: int
            name: str = "none"

        try:
            pipeline.run(dlt.resource(items, name=name, columns=Item, schema_contract=contract))
        except Exception as error:
            return [type(error).__name__, error.step, type(error.__context__).__name__]

    more = [{"id": 1, "name": "a", "more": 1}, {"id": 2}]
    wrong = [{"id": "x", "name": "a"}, {"id": 2}]
    return [
        load("default", None, more),
        load("allow", None, more, "allow"),
        load("forbid", None, more, "forbid"),
        load("row", {"columns": "discard_row"}, more),
        load("wrong", None, wrong),
        load("wrong_row", {"data_type": "discard_row"}, wrong),
    ]
