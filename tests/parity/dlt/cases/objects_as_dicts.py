"""Objects that say themselves what they are made of, and dataclasses, which are their fields."""

from dataclasses import dataclass


@dataclass
class Order:
    id: int
    owner: str

    def asdict(self):
        return {"id": self.id, "owner": "somebody"}


class Told:
    def asdict(self):
        return {"told": 1, "list": [Order(5, "x")]}


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(
        [Order(1, "a"), {"id": 2, "nested": Order(3, "b"), "list": [Order(4, "c")], "told": Told()}], table_name="t"
    )
    return pipeline.last_trace.last_normalize_info.row_counts
