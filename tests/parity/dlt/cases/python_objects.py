"""Enums, dataclasses, named tuples and sets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    class Colour(Enum):
        RED = "red"

    @dataclass
    class Size:
        width: int
        height: int

    pipeline.run([{"colour": Colour.RED, "size": Size(1, 2), "span": (1, 2)}], table_name="rows")
