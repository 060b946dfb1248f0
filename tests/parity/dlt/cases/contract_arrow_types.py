"""A contract on data types and Arrow columns of another type than the table's: texts, numbers, times, widths."""

import datetime as dt
from decimal import Decimal


def run(dlt, tmp):
    import pyarrow as pa

    held = pa.table(
        {
            "id": pa.array([1, 2], pa.int64()),
            "number": pa.array([1.5, 2.5]),
            "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "day": pa.array([dt.date(2024, 1, 1)] * 2),
            "name": ["a", "b"],
        }
    )
    others = {
        "texts": {"id": ["007", "8"]},
        "doubles": {"id": [1.5, 2.0]},
        "narrow": {"id": pa.array([3], pa.int32())},
        "same": {"id": [3]},
        "integers": {"number": [1, 2]},
        "decimals": {"price": pa.array([Decimal("1.500")], pa.decimal128(12, 3))},
        "times": {"day": [dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC)]},
        "numbers": {"name": [1]},
    }
    told = []
    for mode in ("freeze", "discard_row", "discard_value"):
        pipeline = dlt.pipeline(f"case_{mode}", destination=dlt.destinations.duckdb("case.duckdb"), dataset_name=mode)
        pipeline.run(held, table_name="held")
        for name, columns in others.items():
            rows = pa.table({**columns, "more": [name] * len(next(iter(columns.values())))})
            try:
                pipeline.run(rows, table_name="held", schema_contract={"data_type": mode})
                told.append([mode, name, dict(pipeline.last_trace.last_normalize_info.row_counts).get("held", 0)])
            except Exception as error:
                inner = error.exception
                told.append([mode, name, error.step, inner.table_name, inner.column_name, inner.schema_entity])
                pipeline.drop_pending_packages()
    return told
