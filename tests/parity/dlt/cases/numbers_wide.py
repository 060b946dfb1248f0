"""Large integers, small decimals, exponents."""

from __future__ import annotations

from decimal import Decimal


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"i": 2**62, "n": -(2**63), "f": 1e300, "z": 0.1, "d": Decimal("0.000000001")}], table_name="rows")
