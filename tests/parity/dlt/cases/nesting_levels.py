"""How deep lists and dicts become tables and columns, for each level."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    item = {"id": 1, "d": {"e": {"f": {"g": 1}}}, "l": [{"m": [{"n": [1]}]}]}
    pipeline.run(
        [dlt.resource([item], name=f"level{n}", max_table_nesting=n) for n in range(5)]
        + [dlt.resource([item], name="unlimited")]
    )
